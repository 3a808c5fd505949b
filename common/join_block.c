#include "common/join_block.h"

#include <stdio.h>
#include <string.h>

#include "common/meeting_rules.h"
#include "common/buf.h"
#include "common/i18n.h"
#include "common/join_clean.h"
#include "common/join_template.h"
#include "common/str.h"
#include "common/url_parts.h"

#define VALUE_MAX 4096 /* bytes of one value, before it is escaped */
#define ESCAPED_MAX 32768

/* before, value, and where given between and the value again, after. */
static enum err
put_value(struct buf *out, bool is_html, const char *before, const char *value,
    const char *between, const char *after)
{
	struct buf clean = BUF_INIT(VALUE_MAX), esc = BUF_INIT(ESCAPED_MAX);
	enum err e;

	if ((e = join_clean_put(&clean, value, false)) != ERR_OK)
		goto out;
	if (is_html)
		e = html_escape(&esc, buf_str(&clean));
	else
		e = buf_put(&esc, buf_str(&clean), clean.len);
	if (e != ERR_OK)
		goto out;
	if ((e = buf_puts(out, before)) != ERR_OK ||
	    (e = buf_puts(out, buf_str(&esc))) != ERR_OK)
		goto out;
	if (between != NULL &&
	    ((e = buf_puts(out, between)) != ERR_OK ||
		(e = buf_puts(out, buf_str(&esc))) != ERR_OK))
		goto out;
	e = buf_puts(out, after);
out:
	buf_clear(&clean);
	buf_clear(&esc);
	return e;
}

static bool
is_given(const char *s)
{
	return s != NULL && *s != '\0';
}

/* A block while it is written; the first error stays. */
struct writer {
	struct buf *out;
	const struct i18n *lang;
	bool html, rtl;
	enum err e;
};

static void
put(struct writer *w, const char *s)
{
	if (w->e == ERR_OK)
		w->e = buf_puts(w->out, s);
}

/* For HTML, or for text. */
static void
put_either(struct writer *w, const char *html, const char *text)
{
	put(w, w->html ? html : text);
}

static const char *
say(const struct writer *w, const char *text)
{
	return i18n_text(w->lang, text);
}

/* A value is written from left to right in every language. */
static void
value(struct writer *w, const char *v)
{
	if (w->e == ERR_OK)
		w->e = put_value(w->out, w->html,
		    w->html && w->rtl ? "<span dir=\"ltr\">" : "", v, NULL,
		    w->html && w->rtl ? "</span>" : "");
}

static void
link_to(struct writer *w, const char *url)
{
	if (w->e != ERR_OK)
		return;
	if (w->html)
		w->e = put_value(w->out, true,
		    w->rtl ? "<a dir=\"ltr\" href=\"" : "<a href=\"", url,
		    "\">", "</a>");
	else
		w->e = put_value(w->out, false, "", url, NULL, "");
}

/* An administrator's lines. */
static void
lines(struct writer *w, const char *text)
{
	char line[VALUE_MAX + 1];
	size_t n;

	if (!is_given(text))
		return;
	put_either(w, "<p>", "\r\n");
	for (;;) {
		n = strcspn(text, "\n");
		if (n > VALUE_MAX)
			n = VALUE_MAX;
		memcpy(line, text, n);
		line[n] = '\0';
		if (w->e == ERR_OK)
			w->e = put_value(w->out, w->html, "", line, NULL, "");
		text += n;
		if (*text == '\0')
			break;
		text += *text == '\n';
		put_either(w, "<br>\r\n", "\r\n");
	}
	put_either(w, "</p>\r\n", "\r\n");
}

static void
heading(struct writer *w, const char *text)
{
	put_either(w, "<p><b>", "\r\n");
	put(w, say(w, text));
	put_either(w, "</b><br>\r\n", "\r\n");
}

static void
phone(struct writer *w, const struct join_style *s)
{
	unsigned long n = (unsigned long)(is_given(s->toll) ? 1 : 0) +
			  (is_given(s->toll_free) ? 1 : 0);
	bool global = s->global && is_given(s->global_url);
	char text[256];

	if (!s->phone || (n == 0 && !global))
		return;
	heading(w, "Join by phone");
	if (n > 0) {
		snprintf(text, sizeof(text),
		    i18n_plural(w->lang, "Call this number:",
			"Call one of these %u numbers:", n),
		    (unsigned)n);
		put(w, text);
	}
	if (is_given(s->toll)) {
		put_either(w, "<br>\r\n", "\r\n");
		value(w, s->toll);
		put(w, " ");
		put(w, say(w, "Toll"));
	}
	if (is_given(s->toll_free)) {
		put_either(w, "<br>\r\n", "\r\n");
		value(w, s->toll_free);
		put(w, " ");
		put(w, say(w, "Toll free"));
	}
	if (global) {
		if (n > 0)
			put_either(w, "<br>\r\n", "\r\n");
		put(w, say(w, "Global call-in numbers"));
		put_either(w, "<br>\r\n", "\r\n");
		link_to(w, s->global_url);
	}
	if (s->restrictions && is_given(s->toll_free)) {
		put_either(w, "<br>\r\n", "\r\n");
		put(w, say(w, "Toll-free calling restrictions"));
		put_either(w, "<br>\r\n", "\r\n");
		link_to(w, JOIN_RESTRICTIONS_URL);
	}
	put_either(w, "</p>\r\n", "\r\n");
}

static void
video(
    struct writer *w, const struct meeting_room *r, const struct join_style *s)
{
	char skype[VALUE_MAX];

	if (!s->video || !is_given(r->video))
		return;
	join_block_skype(skype, sizeof(skype), r->link);
	heading(w, "Join from a video conferencing system or application:");
	put(w, say(w, "Dial"));
	put(w, " ");
	value(w, r->video);
	if (s->ivr && is_given(s->ivr_address)) {
		put_either(w, "<br>\r\n", "\r\n");
		put(w, say(w, "You can also dial this address and enter your "
			      "meeting number:"));
		put(w, " ");
		value(w, s->ivr_address);
	}
	if (s->skype && *skype != '\0') {
		put_either(w, "<br>\r\n", "\r\n");
		put(w, say(w, "Join using Microsoft Lync or Microsoft Skype "
			      "for Business:"));
		put(w, " ");
		value(w, skype);
	}
	put_either(w, "</p>\r\n", "\r\n");
}

static void
begin(struct writer *w)
{
	if (!w->html) {
		put(w, JOIN_GUARD_BEGIN "\r\n");
	} else if (w->lang == NULL) {
		put(w,
		    JOIN_MARK_BEGIN "<div>\r\n<p>" JOIN_GUARD_BEGIN "</p>\r\n");
	} else {
		put(w, JOIN_MARK_BEGIN "<div lang=\"");
		put(w, i18n_tag(w->lang));
		put(w, w->rtl ? "\" dir=\"rtl\">\r\n<p dir=\"ltr\">"
			      : "\">\r\n<p>");
		put(w, JOIN_GUARD_BEGIN "</p>\r\n");
	}
	if (w->lang == NULL)
		return;
	/* The guard is the same in every language, because a block is found
	 * again by it; what it means is said beside it. */
	put_either(w, "<p>", "");
	put(w, say(w, "Please leave the text up to the next such line as it "
		      "is."));
	put_either(w, "</p>\r\n", "\r\n");
}

void
join_block_skype(char *out, size_t size, const char *link)
{
	struct url_parts u;
	char user[256];
	size_t site;

	out[0] = '\0';
	if (!url_parts_split(&u, link, strlen(link)) ||
	    !url_host_within(u.host, "webex.com") || u.path.len < 7 ||
	    memcmp(u.path.p, "/meet/", 6) != 0 ||
	    !url_percent_decode(
		user, sizeof(user), u.path.p + 6, u.path.len - 6))
		return;
	site = strcspn(u.host, ".");
	if (strchr(user, '/') != NULL || site + 10 != u.host_len)
		return;
	snprintf(out, size, "%s.%.*s@lync.webex.com", user, (int)site, u.host);
}

/* A room by a rule may be of any vendor. */
static const char *
title_of(const struct meeting_room *room)
{
	struct url_parts u;

	if (room->is_booked)
		return "Join the video meeting";
	if (url_parts_split(&u, room->link, strlen(room->link)) &&
	    url_host_within(u.host, "webex.com"))
		return "Join meeting in my Webex Personal Room";
	return "Join meeting in my personal room";
}

/* In the form of a template; false: nothing can come of it, and the block
 * is written as without one. */
static bool
own_form(struct writer *w, const struct meeting_room *room,
    const struct join_style *s)
{
	struct join_values v = {.lang = s->lang};
	char skype[VALUE_MAX];
	enum err e;

	if (!is_given(s->source) || w->e != ERR_OK)
		return false;
	join_block_skype(skype, sizeof(skype), room->link);
	v.v[JOIN_V_LINK] = room->link;
	v.v[JOIN_V_TITLE] = say(w, title_of(room));
	v.v[JOIN_V_NUMBER] = room->number;
	if (s->phone) {
		v.v[JOIN_V_TOLL] = s->toll;
		v.v[JOIN_V_TOLL_FREE] = s->toll_free;
		if (s->global)
			v.v[JOIN_V_GLOBAL_URL] = s->global_url;
		if (s->restrictions && is_given(s->toll_free))
			v.v[JOIN_V_RESTRICTIONS_URL] = JOIN_RESTRICTIONS_URL;
	}
	if (s->video && is_given(room->video)) {
		v.v[JOIN_V_VIDEO] = room->video;
		if (s->ivr)
			v.v[JOIN_V_IVR] = s->ivr_address;
		if (s->skype)
			v.v[JOIN_V_SKYPE] = skype;
	}
	v.v[JOIN_V_HEADER] = s->header;
	v.v[JOIN_V_FOOTER] = s->footer;
	v.v[JOIN_V_SUBJECT] = s->subject;
	v.v[JOIN_V_ORGANIZER] = s->organizer;
	e = join_template_put(w->out, s->source, &v, w->html);
	if (e == ERR_NOMEM)
		w->e = e;
	return e == ERR_OK;
}

/* Is there more to be said? */
static bool
notice(struct writer *w, const struct meeting_room *room,
    const struct join_style *s)
{
	bool more = is_given(room->link) || is_given(room->video);

	if (w->e == ERR_OK)
		w->e =
		    join_notice_put(w->out, s->notice, w->lang, more, w->html);
	return more;
}

enum err
join_block_put(struct buf *out, const struct meeting_room *room, bool is_html)
{
	static const struct join_style plain = {.video = true};

	return join_block_put_styled(out, room, &plain, is_html);
}

enum err
join_block_put_styled(struct buf *out, const struct meeting_room *room,
    const struct join_style *s, bool is_html)
{
	struct writer w = {out, s->lang, is_html, i18n_is_rtl(s->lang), ERR_OK};

	begin(&w);
	if (s->notice != JOIN_NOTICE_NONE && !notice(&w, room, s))
		goto end;
	if (own_form(&w, room, s))
		goto end;
	lines(&w, s->header);
	heading(&w, title_of(room));
	if (is_given(room->link))
		link_to(&w, room->link);
	put_either(&w, "</p>\r\n", "\r\n");
	if (is_given(room->number)) {
		put_either(&w, "<p>", "\r\n");
		put(&w, say(&w, "Meeting number (access code):"));
		put(&w, " ");
		value(&w, room->number);
		if (is_given(room->pin)) {
			put_either(&w, "<br>\r\n", "\r\n");
			put(&w, say(&w, "PIN:"));
			put(&w, " ");
			value(&w, room->pin);
		}
		put_either(&w, "</p>\r\n", "\r\n");
	}
	phone(&w, s);
	video(&w, room, s);
	lines(&w, s->footer);
end:
	put_either(&w, "<p>" JOIN_GUARD_END "</p>\r\n</div>" JOIN_MARK_END,
	    "\r\n" JOIN_GUARD_END);
	return w.e;
}
