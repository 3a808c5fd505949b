#include "common/video_find.h"

#include <string.h>
#include <strings.h>

#include "common/buf.h"
#include "common/html_flat.h"
#include "common/str.h"
#include "common/url_parts.h"
#include "common/url_unwrap.h"

#define FLAT_MAX 6291456 /* bytes, as of a body in ipc_msg.def */
#define DIGITS_MIN 3 /* shorter ones are counts: "2@10.30" */
#define DIGITS_MAX 15 /* of a number, as in ITU-T E.164 */
#define BARE_MIN 11 /* bytes of a link without a scheme: "g.co/meet/x" */
#define QUOTES_MAX 16 /* bytes before the name of a mail's header */
#define SCHEME_LOOK 12 /* bytes before a colon */

/* A word of the flat text, [at, end), while it is read. */
struct word {
	const char *text;
	size_t at, end;
	size_t line; /* where the line of the word begins */
	enum { LINE_UNKNOWN, LINE_HEADER, LINE_OTHER } kind;
};

/* Domains where every name is a video address. */
static const struct domain {
	const char *name;
	enum video_service service;
	bool below; /* only hosts below it */
} domains[] = {
    {"zoomcrc.com", VIDEO_ZOOM, false},
    {"sip.zoom.us", VIDEO_ZOOM, false},
    {"sip.zoomgov.com", VIDEO_ZOOM, false},
    {"teams.bjn.vc", VIDEO_TEAMS, false},
    {"bjn.vc", VIDEO_BLUEJEANS, false},
    {"m.webex.com", VIDEO_TEAMS, false},
    {"lync.webex.com", VIDEO_WEBEX, false},
    {"webex.com", VIDEO_WEBEX, true},
    {"call.sl", VIDEO_STARLEAF, true},
    {"sip.lifesizecloud.com", VIDEO_LIFESIZE, false},
    {"lifesizecloud.com", VIDEO_LIFESIZE, false},
    {"pexip.me", VIDEO_PEXIP, false},
    {"sip.8x8.vc", VIDEO_EIGHT, false},
};

/* Digits are people here. */
static const char *const mail_domains[] = {"qq.com", "foxmail.com", "163.com",
    "126.com", "139.com", "189.cn", "wo.cn", "sina.com", "sina.cn", "sohu.com",
    "yeah.net", "aliyun.com", "gmail.com", "googlemail.com", "outlook.com",
    "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com", "me.com",
    "aol.com", "gmx.de", "gmx.net", "web.de", "mail.ru", "yandex.ru",
    "naver.com", "docomo.ne.jp", "ezweb.ne.jp", "orange.fr", "free.fr",
    "proton.me", "protonmail.com", "t-online.de", "txt.att.net", "vtext.com",
    "tmomail.net", "onmicrosoft.com"};

/* Hosts that send mail below domains of video. */
static const char *const mail_hosts[] = {
    "email.webex.com", "mail.webex.com", "notify.webex.com", "go.webex.com"};

/* What stands before a colon that makes an address something else. */
static const char *const other_schemes[] = {"mailto", "cid", "mid", "xmpp",
    "im", "acct", "news", "skype", "callto", "smtp", "x500", "email", "mail"};

/* How a line begins that names senders and receivers of a mail, in the
 * languages of the clients that write such lines. */
static const char *const header_lines[] = {"from:", "to:", "cc:", "bcc:",
    "sent:", "reply-to:", "message-id:", "references:", "in-reply-to:", "von:",
    "an:", "de:", "para:", "da:", "a:", "van:", "aan:", "od:", "do:", "fra:",
    "til:", "e-mail:", "email:", "mail:", "e-mail ",
    "kime:", "organizer:", "list-id:", "return-path:", "kimden:"};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static bool
is_word(char c)
{
	return c > ' ' && c < 0x7f && strchr("<>\"{}|\\^`", c) == NULL;
}

static bool
is_user(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("._-+", c) != NULL);
}

static bool
begins(const char *p, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && strncasecmp(p, with, n) == 0;
}

/* -- one candidate -- */

/* "N@one.host" and "N@other.host" */
static bool
is_same_user(const char *a, const char *b)
{
	size_t n = strcspn(a, "@");

	return n == strcspn(b, "@") && strncasecmp(a, b, n) == 0;
}

/* What was found first; a later one of the same service may add what to
 * dial.  The link of a Meeting Server names the host of its pages, which
 * need not be the domain that is dialled: the same number at another domain
 * is better.  True: nothing more is wanted. */
static bool
keep(struct video_found *f, enum video_service s, const char *dial,
    const char *url)
{
	if (f->is_found) {
		if (*dial == '\0')
			return false;
		if (f->service == VIDEO_CMS) {
			if (*url != '\0' || !is_same_user(dial, f->dial))
				return false;
		} else if (f->service != s) {
			return false;
		}
		(void)str_copy(f->dial, sizeof(f->dial), dial);
		return true;
	}
	f->is_found = true;
	f->service = s;
	(void)str_copy(f->dial, sizeof(f->dial), dial);
	(void)str_copy(f->url, sizeof(f->url), url);
	return *dial != '\0' && s != VIDEO_CMS;
}

/* Where the URL at `at` ends: before another address behind a comma or a
 * semicolon, and without what ends a sentence. */
static size_t
url_end(const char *p, size_t at, size_t end)
{
	size_t i, stop = end, open = 0;

	for (i = at; i < end; i++) {
		if (p[i] == '(' || p[i] == '[')
			open++;
		if ((p[i] == ',' || p[i] == ';') &&
		    (begins(p + i + 1, end - i - 1, "http") ||
			begins(p + i + 1, end - i - 1, "sip"))) {
			stop = i;
			break;
		}
	}
	while (stop > at && strchr(".,;:!?'*_)]", p[stop - 1]) != NULL &&
	       (open == 0 || (p[stop - 1] != ')' && p[stop - 1] != ']')) &&
	       !(p[stop - 1] == '_' && stop - at > 8))
		stop--;
	return stop;
}

static bool
take_url(struct video_found *f, const char *before, const char *p, size_t len)
{
	char url[URL_PARTS_MAX + 1], typed[URL_PARTS_MAX + 1];
	char dial[VIDEO_DIAL_MAX + 1];
	enum video_service s;
	size_t n = strlen(before);

	if (n + len >= sizeof(typed))
		return false;
	memcpy(typed, before, n);
	memcpy(typed + n, p, len);
	if (!url_unwrap(url, sizeof(url), typed, n + len) ||
	    strlen(url) > VIDEO_URL_MAX || !video_link_match(&s, dial, url))
		return false;
	return keep(f, s, dial, url);
}

/* "user@host" at p, host up to what cannot be one; how many bytes. */
static size_t
copy_address(char *out, size_t size, const char *p, size_t user_n, size_t len)
{
	size_t i = user_n + 1;

	while (i < len && (is_alnum(p[i]) || p[i] == '.' || p[i] == '-'))
		i++;
	if (i < len && (p[i] == '@' || p[i] == '_'))
		return 0;
	while (i > user_n + 1 && (p[i - 1] == '.' || p[i - 1] == '-'))
		i--;
	if (i >= size)
		return 0;
	memcpy(out, p, i);
	out[i] = '\0';
	return i;
}

static bool
domain_find(const char *host, enum video_service *s)
{
	size_t i;

	for (i = 0; i < COUNT(mail_hosts); i++)
		if (str_eq(host, mail_hosts[i]))
			return false;
	for (i = 0; i < COUNT(domains); i++)
		if (url_host_within(host, domains[i].name) &&
		    !(domains[i].below && str_eq(host, domains[i].name))) {
			*s = domains[i].service;
			return true;
		}
	return false;
}

static const struct scheme {
	const char *text;
	const char *dial; /* what stays before the address, NULL: a URL */
	const char *url; /* what it stands for */
	enum video_service service;
} schemes[] = {
    {"https://", NULL, "", VIDEO_SIP},
    {"http://", NULL, "", VIDEO_SIP},
    {"sips:", "sips:", NULL, VIDEO_SIP},
    {"sip:", "", NULL, VIDEO_SIP},
    {"h323:", "", NULL, VIDEO_SIP},
    {"pexip://", "", NULL, VIDEO_PEXIP},
    {"zoommtg://", NULL, "https://", VIDEO_ZOOM},
    {"zoomus://", NULL, "https://", VIDEO_ZOOM},
};

/* A SIP URI (RFC 3261 19.1.1) or an H.323 one behind its scheme; how many
 * bytes were looked at. */
static size_t
take_uri(struct video_found *f, const struct scheme *how, const char *p,
    size_t len, bool *done)
{
	char addr[VIDEO_DIAL_MAX + 1], low[VIDEO_DIAL_MAX + 1];
	char dial[VIDEO_DIAL_MAX + 1];
	enum video_service s = how->service;
	const char *scheme = how->dial;
	size_t n = 0;

	/* "sip://user@host" is how some people write it. */
	while (n < len && n < 2 && p[n] == '/')
		n++;
	p += n;
	len -= n;
	for (n = 0; n < len && n < 64 && p[n] != '@' &&
		    (is_user(p[n]) || strchr("~!*#%=&$", p[n]) != NULL);
	     n++)
		;
	if (n == 0 || n == len || p[n] != '@' ||
	    copy_address(addr, sizeof(addr), p, n, len) == 0)
		return n;
	(void)str_copy(low, sizeof(low), addr + n + 1);
	str_lower(low);
	if (strlen(scheme) + strlen(addr) > VIDEO_DIAL_MAX)
		return n;
	memcpy(dial, scheme, strlen(scheme));
	memcpy(dial + strlen(scheme), addr, strlen(addr) + 1);
	if (!video_dial_ok(dial))
		return n;
	(void)domain_find(low, &s);
	*done = keep(f, s, dial, "");
	return n;
}

/* -- an address without a scheme -- */

/* "mailto" and the like right before `at`? */
static bool
is_other_scheme(const struct word *w, size_t at)
{
	size_t from = at, i, n;

	if (at == w->at || w->text[at - 1] != ':')
		return false;
	from = at - 1;
	while (from > w->at && at - from <= SCHEME_LOOK &&
	       (is_alnum(w->text[from - 1]) || w->text[from - 1] == '-'))
		from--;
	n = at - 1 - from;
	for (i = 0; i < COUNT(other_schemes); i++)
		if (n == strlen(other_schemes[i]) &&
		    strncasecmp(w->text + from, other_schemes[i], n) == 0)
			return true;
	return n >= 4 && strncasecmp(w->text + at - 5, "mail", 4) == 0;
}

static bool
begins_header(const struct word *w)
{
	const char *p = w->text + w->line;
	size_t len = w->at - w->line, i, skip;

	/* Quoted and bold: "> *From:*". */
	for (skip = 0; skip < QUOTES_MAX && len > 0 &&
		       (*p == ' ' || *p == '*' || *p == '>');
	     skip++) {
		p++;
		len--;
	}
	for (i = 0; i < COUNT(header_lines); i++)
		if (begins(p, len, header_lines[i]))
			return true;
	return false;
}

static bool
is_header_line(struct word *w)
{
	if (w->kind == LINE_UNKNOWN)
		w->kind = begins_header(w) ? LINE_HEADER : LINE_OTHER;
	return w->kind == LINE_HEADER;
}

static bool
is_room_name(const char *user, size_t n)
{
	return (n > 4 && strncasecmp(user + n - 4, ".vmr", 4) == 0) ||
	       (n > 3 && strncasecmp(user + n - 3, ".vr", 3) == 0) ||
	       (n > 6 && strncasecmp(user + n - 6, ".space", 6) == 0);
}

static bool
is_number(const char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return n >= DIGITS_MIN && n <= DIGITS_MAX;
}

static bool
is_mail_domain(const char *host)
{
	size_t i;

	for (i = 0; i < COUNT(mail_domains); i++)
		if (url_host_within(host, mail_domains[i]))
			return true;
	return false;
}

/* "N.SITE@lync.webex.com" is N@SITE.webex.com to everybody but Lync. */
static void
undo_lync(char *addr, char *host)
{
	char *dot = strchr(addr, '.'), site[VIDEO_DIAL_MAX + 1];

	if (!str_eq(host, "lync.webex.com") || dot == NULL ||
	    dot >= strchr(addr, '@') ||
	    strlen(addr) + sizeof(".webex.com") > VIDEO_DIAL_MAX)
		return;
	(void)str_copy(site, sizeof(site), dot + 1);
	*strchr(site, '@') = '\0';
	*dot = '@';
	memcpy(dot + 1, site, strlen(site));
	memcpy(dot + 1 + strlen(site), ".webex.com", sizeof(".webex.com"));
}

/* The user part stands at `user`, the @ at `at`. */
static bool
take_bare(struct video_found *f, struct word *w, size_t user, size_t at)
{
	char addr[VIDEO_DIAL_MAX + 1], host[VIDEO_DIAL_MAX + 1];
	enum video_service s = VIDEO_SIP;
	const char *p;
	size_t n;

	while (user < at && strchr("._-+", w->text[user]) != NULL)
		user++;
	p = w->text + user;
	n = at - user;
	if (n == 0 || n > 64 || is_header_line(w) || is_other_scheme(w, user) ||
	    copy_address(addr, sizeof(addr), p, n, w->end - user) == 0 ||
	    !video_dial_ok(addr))
		return false;
	(void)str_copy(host, sizeof(host), addr + n + 1);
	str_lower(host);
	/* Everybody's entrance to Teams; who dials it is asked for a number. */
	if (str_eq(host, "m.webex.com") && memchr(p, '.', n) == NULL)
		return false;
	if (!domain_find(host, &s) &&
	    !(is_number(p, n) && !is_mail_domain(host)) && !is_room_name(p, n))
		return false;
	undo_lync(addr, host);
	return keep(f, s, addr, "");
}

/* "HOST##NUMBER", as H.323 gatekeepers write it: [host, at) before the
 * first number sign. */
static bool
take_hashes(struct video_found *f, const struct word *w, size_t host, size_t at)
{
	char addr[VIDEO_DIAL_MAX + 1];
	const char *p = w->text;
	size_t n = 0, h = at - host;

	while (at + 2 + n < w->end && p[at + 2 + n] >= '0' &&
	       p[at + 2 + n] <= '9' && n <= DIGITS_MAX)
		n++;
	if (!is_number(p + at + 2, n) || h == 0 || n + 1 + h > VIDEO_DIAL_MAX)
		return false;
	memcpy(addr, p + at + 2, n);
	addr[n] = '@';
	memcpy(addr + n + 1, p + host, h);
	addr[n + 1 + h] = '\0';
	return video_dial_ok(addr) && keep(f, VIDEO_SIP, addr, "");
}

/* -- a word -- */

static const struct scheme *
scheme_at(const char *p, size_t len)
{
	size_t i;

	if (len < 5 || strchr("hHsSpPzZ", *p) == NULL)
		return NULL;
	for (i = 0; i < COUNT(schemes); i++)
		if (begins(p, len, schemes[i].text))
			return &schemes[i];
	return NULL;
}

/* Reads on behind the scheme; where to go on. */
static size_t
take_scheme(struct video_found *f, const struct word *w, size_t at,
    const struct scheme *s, bool *done)
{
	const char *p = w->text;
	size_t n = strlen(s->text), end;

	if (s->dial != NULL)
		return at + n +
		       take_uri(f, s, p + at + n, w->end - at - n, done);
	end = url_end(p, at, w->end);
	if (end <= at + n)
		return at + n;
	*done = *s->url == '\0' ? take_url(f, "", p + at, end - at)
				: take_url(f, s->url, p + at + n, end - at - n);
	return end;
}

/* A slash behind what may be a host, [host, at).  Where to go on. */
static size_t
take_slash(struct video_found *f, const struct word *w, size_t host, size_t at,
    bool *done)
{
	const char *p = w->text;
	size_t end;

	/* "other://..." leads to no meeting, whatever it holds. */
	if (at > w->at && p[at - 1] == ':' && at + 1 < w->end &&
	    p[at + 1] == '/')
		return url_end(p, at, w->end);
	if (at == host || memchr(p + host, '.', at - host) == NULL)
		return at + 1;
	end = url_end(p, host, w->end);
	if (end <= at)
		return at + 1;
	if (end - host < BARE_MIN)
		return end;
	*done = take_url(f, "https://", p + host, end - host);
	return end;
}

static bool
take_word(struct video_found *f, struct word *w)
{
	const char *p = w->text;
	const struct scheme *s;
	size_t i = w->at, user = w->at;
	bool done = false;

	while (i < w->end && !done) {
		if ((i == w->at || !is_alnum(p[i - 1])) &&
		    (s = scheme_at(p + i, w->end - i)) != NULL) {
			i = user = take_scheme(f, w, i, s, &done);
			continue;
		}
		if (p[i] == '/') {
			i = user = take_slash(f, w, user, i, &done);
			continue;
		}
		if (p[i] == '@')
			done = take_bare(f, w, user, i);
		else if (p[i] == '#' && i + 1 < w->end && p[i + 1] == '#')
			done = take_hashes(f, w, user, i);
		if (!is_user(p[i]))
			user = i + 1;
		i++;
	}
	return done;
}

static void
find_in(struct video_found *f, const char *p, size_t len)
{
	struct word w = {p, 0, 0, 0, LINE_UNKNOWN};
	size_t i = 0;

	while (i < len) {
		if (!is_word(p[i])) {
			if (p[i] == '\n') {
				w.line = i + 1;
				w.kind = LINE_UNKNOWN;
			}
			i++;
			continue;
		}
		w.at = i;
		while (i < len && is_word(p[i]))
			i++;
		w.end = i;
		if (w.end - w.at <= VIDEO_WORD_MAX && take_word(f, &w))
			return;
	}
}

static enum err
find_one(struct video_found *f, enum video_place place, const char *p,
    size_t len, bool is_html)
{
	struct buf flat = BUF_INIT(FLAT_MAX);
	enum err e;

	if (len == 0)
		return ERR_OK;
	f->place = place;
	if ((e = html_flat(&flat, p, len, is_html)) == ERR_OK)
		find_in(f, buf_str(&flat), flat.len);
	buf_clear(&flat);
	return e;
}

enum err
video_find(struct video_found *out, const char *location, size_t location_len,
    const char *body, size_t body_len, bool is_html, struct errinfo *ei)
{
	struct video_found f;
	enum err e;

	memset(&f, 0, sizeof(f));
	e = find_one(&f, VIDEO_IN_LOCATION, location, location_len, false);
	if (e == ERR_OK && !f.is_found)
		e = find_one(&f, VIDEO_IN_BODY, body, body_len, is_html);
	if (e != ERR_OK)
		return err_set(ei, e,
		    e == ERR_TOOBIG
			? "The text is too long to look for an address in."
			: "No memory to look for an address.");
	*out = f;
	return ERR_OK;
}
