#include "backend/engine/delivery_text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backend/engine/text_fit.h"
#include "common/alarm_kind.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/store_delivery.h"
#include "common/str.h"

#define FACILITY_DAEMON 3 /* RFC 5424 table 1 */
#define NAME_MAX_LEN 255 /* HOSTNAME, RFC 5424 6 */
#define QP_LINE 76 /* RFC 2045 6.7 (5) */
#define HEADER_TEXT 200

static const char *const test_text =
    "This is a test message. Alarms of the Calendar Connector will come this "
    "way.";

/* Printable ASCII; what else there is becomes "?".  space: what a space
 * becomes. */
static void
plain(char *out, size_t size, const char *s, char space)
{
	size_t n = 0;

	for (; *s != '\0' && n + 1 < size; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c & 0xc0) == 0x80)
			continue; /* the rest of a character */
		out[n++] = c == ' '             ? space
			   : c > ' ' && c < 127 ? (char)c
						: '?';
	}
	out[n] = '\0';
}

static const char *
word(const struct alarm_event *a)
{
	return a->is_raised ? "raised" : "lowered";
}

/* -- syslog -- */

/* RFC 5424 table 2: the worst of what is told. */
static int
severity_of(const struct delivery_text *t)
{
	int worst = t->n == 0 ? 6 : 5;
	size_t i;

	for (i = 0; i < t->n; i++) {
		const char *s = t->v[i].severity;
		int n = !t->v[i].is_raised      ? 5
			: str_eq(s, "critical") ? 2
			: str_eq(s, "error")    ? 3
			: str_eq(s, "warning")  ? 4
						: 5;

		if (n < worst)
			worst = n;
	}
	return worst;
}

static enum err
quoted(struct buf *b, const char *name, const char *s)
{
	enum err e = buf_putf(b, " %s=\"", name);

	for (; *s != '\0' && e == ERR_OK; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			e = buf_putf(b, "\\%c", c);
		else
			e = buf_putc(b, c < 32 || c == 127 ? ' ' : (char)c);
	}
	return e == ERR_OK ? buf_putc(b, '"') : e;
}

/* The pairs of the event log, in their words. */
static enum err
syslog_event(struct buf *b, const struct alarm_event *a, const char *detail)
{
	char at[CLOCK_TEXT_MAX];
	enum err e;

	clock_iso(a->at_s, at);
	if ((e = buf_putf(b, " Event=\"Alarm %s\" Id=\"%" PRId64 "\"",
		 a->is_raised ? "Raised" : "Lowered", a->number)) != ERR_OK ||
	    (e = quoted(b, "Severity", a->severity)) != ERR_OK ||
	    (e = quoted(b, "Title", alarm_kind_of(a->number)->title)) !=
		ERR_OK ||
	    (a->subject[0] != '\0' &&
		(e = quoted(b, "Subject", a->subject)) != ERR_OK) ||
	    (e = quoted(b, "Detail", detail)) != ERR_OK)
		return e;
	return quoted(b, "UTCTime", at);
}

enum err
delivery_syslog(
    const struct delivery_text *t, size_t max, struct buf *out, size_t *taken)
{
	char name[NAME_MAX_LEN + 1], at[CLOCK_TEXT_MAX], cut[512];
	size_t i, was;
	enum err e;

	out->max = max;
	*taken = 0;
	plain(name, sizeof(name), t->system, '-');
	clock_iso(t->now_s, at);
	/* NILVALUE where there is no name; the mark says UTF-8. */
	if ((e = buf_putf(out, "<%d>1 %s %s calconn - %s - \xef\xbb\xbf",
		 FACILITY_DAEMON * 8 + severity_of(t), at,
		 name[0] != '\0' ? name : "-", t->n > 0 ? "ALARM" : "TEST")) !=
	    ERR_OK)
		return e;
	if (t->n == 0)
		return buf_puts(out, test_text);
	for (i = 0; i < t->n; i++) {
		was = out->len;
		e = i > 0 ? buf_puts(out, ";") : ERR_OK;
		if (e == ERR_OK)
			e = syslog_event(out, &t->v[i], t->v[i].detail);
		if (e == ERR_TOOBIG && i == 0) {
			out->len = was;
			text_fit(cut, sizeof(cut), "%s", t->v[i].detail);
			e = syslog_event(out, &t->v[i], cut);
		}
		if (e == ERR_TOOBIG && i > 0) {
			out->len = was;
			out->p[was] = '\0';
			return ERR_OK;
		}
		if (e != ERR_OK)
			return e;
		*taken = i + 1;
	}
	return ERR_OK;
}

/* -- mail -- */

static void
subject_of(const struct delivery_text *t, char out[HEADER_TEXT])
{
	size_t i, raised = 0;

	for (i = 0; i < t->n; i++)
		raised += t->v[i].is_raised;
	if (t->n == 0)
		text_fit(out, HEADER_TEXT, "Test message");
	else if (t->n == 1)
		text_fit(out, HEADER_TEXT, "Alarm %s: %s", word(&t->v[0]),
		    alarm_kind_of(t->v[0].number)->title);
	else if (raised == t->n)
		text_fit(out, HEADER_TEXT, "%zu alarms raised", raised);
	else if (raised == 0)
		text_fit(out, HEADER_TEXT, "%zu alarms lowered", t->n);
	else
		text_fit(out, HEADER_TEXT, "%zu alarms raised, %zu lowered",
		    raised, t->n - raised);
}

/* RFC 5322 3.3, in UTC and in English, whatever the locale is. */
static enum err
put_date(struct buf *b, int64_t s)
{
	static const char *const days[] = {
	    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
	    "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t at = (time_t)s;
	struct tm tm;

	if (gmtime_r(&at, &tm) == NULL)
		return ERR_ARG;
	return buf_putf(b, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n",
	    days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static enum err
mail_head(const struct delivery_text *t, const char *from,
    const struct strlist *to, struct buf *out)
{
	char subject[HEADER_TEXT], name[HEADER_TEXT], host[HEADER_TEXT];
	enum err e;
	size_t i;

	subject_of(t, subject);
	plain(name, sizeof(name), t->system, ' ');
	plain(host, sizeof(host), strchr(from, '@') + 1, '-');
	if ((e = buf_putf(
		 out, "From: Calendar Connector <%s>\r\nTo: ", from)) != ERR_OK)
		return e;
	for (i = 0; i < to->n; i++)
		if ((e = buf_putf(out, "%s<%s>", i > 0 ? ",\r\n " : "",
			 to->v[i])) != ERR_OK)
			return e;
	if ((e = buf_putf(out, "\r\nSubject: [%s] %s\r\n", name, subject)) !=
		ERR_OK ||
	    (e = put_date(out, t->now_s)) != ERR_OK)
		return e;
	/* RFC 3834: nobody's absence is told to us. */
	return buf_putf(out,
	    "Message-ID: <%s@%s>\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
	    t->id, host);
}

static enum err
mail_event(
    const struct delivery_text *t, const struct alarm_event *a, struct buf *b)
{
	const struct alarm_kind *k = alarm_kind_of(a->number);
	char at[CLOCK_TEXT_MAX], first[CLOCK_TEXT_MAX];
	enum err e;

	clock_iso(a->at_s, at);
	clock_iso(a->first_s, first);
	e = buf_putf(b, "%s %s: %s (%" PRId64 ", %s)\n",
	    a->is_raised ? "RAISED" : "LOWERED", at, k->title, a->number,
	    a->severity);
	if (e == ERR_OK && a->subject[0] != '\0')
		e = buf_putf(b, "About: %s\n", a->subject);
	if (e == ERR_OK)
		e = buf_putf(b, "First raised: %s\n", first);
	if (e == ERR_OK)
		e = buf_putf(b, "%s\n", a->detail);
	if (e == ERR_OK && a->is_raised)
		e = buf_putf(b, "Consequence: %s\nWhat to do: %s\n%s%s\n",
		    k->consequence, k->todo, t->origin, k->page);
	return e == ERR_OK ? buf_putc(b, '\n') : e;
}

/* RFC 2045 6.7: lines end in CR LF, none is longer than 76 characters, and
 * none ends in a space or begins with a dot or "From". */
static enum err
quote_printable(struct buf *out, const char *s)
{
	enum err e = ERR_OK;
	size_t col = 0;

	for (; *s != '\0' && e == ERR_OK; s++) {
		unsigned char c = (unsigned char)*s;
		bool as_is = c > 32 && c < 127 && c != '=' &&
			     !(col == 0 && (c == '.' || c == 'F'));

		if (c == '\n') {
			e = buf_puts(out, "\r\n");
			col = 0;
			continue;
		}
		if (c == ' ' && s[1] != '\n' && s[1] != '\0')
			as_is = true;
		if (col + (as_is ? 1 : 3) > QP_LINE - 1) {
			e = buf_puts(out, "=\r\n");
			col = 0;
			as_is = as_is && c != '.' && c != 'F';
		}
		if (e == ERR_OK)
			e = as_is ? buf_putc(out, (char)c)
				  : buf_putf(out, "=%02X", c);
		col += as_is ? 1 : 3;
	}
	return e;
}

enum err
delivery_mail(const struct delivery_text *t, const char *from,
    const struct strlist *to, struct buf *out)
{
	struct buf b = BUF_INIT(DELIVERY_TEXT_MAX);
	enum err e = ERR_OK;
	size_t i;

	if (t->n == 0)
		e = buf_putf(&b, "%s\n\n", test_text);
	for (i = 0; i < t->n && e == ERR_OK; i++)
		e = mail_event(t, &t->v[i], &b);
	if (e == ERR_OK && t->more > 0)
		e = buf_putf(&b, "%" PRId64 " more follow.\n\n", t->more);
	if (e == ERR_OK)
		e = buf_putf(&b, "All alarms: %s/alarms\n", t->origin);
	if (e == ERR_OK)
		e = mail_head(t, from, to, out);
	if (e == ERR_OK)
		e = quote_printable(out, buf_str(&b));
	buf_clear(&b);
	return e;
}

/* -- JSON -- */

static json_t *
json_time(int64_t s)
{
	char out[CLOCK_TEXT_MAX];

	clock_iso(s, out);
	return json_string(out);
}

static json_t *
json_event(const struct delivery_text *t, const struct alarm_event *a)
{
	const struct alarm_kind *k = alarm_kind_of(a->number);
	char page[2048];

	text_fit(page, sizeof(page), "%s%s", t->origin, k->page);
	return json_pack("{s:I, s:s, s:o, s:I, s:s, s:s, s:s, s:s, s:s, s:s,"
			 " s:s, s:o}",
	    "id", (json_int_t)a->id, "event", word(a), "at", json_time(a->at_s),
	    "number", (json_int_t)a->number, "severity", a->severity, "title",
	    k->title, "subject", a->subject, "detail", a->detail, "consequence",
	    k->consequence, "todo", k->todo, "page", page, "first_raised",
	    json_time(a->first_s));
}

enum err
delivery_json(const struct delivery_text *t, struct buf *out)
{
	json_t *list = json_array(), *o = NULL;
	enum err e = ERR_NOMEM;
	char *text = NULL;
	size_t i, n;

	for (i = 0; list != NULL && i < t->n; i++)
		if (json_array_append_new(list, json_event(t, &t->v[i])) != 0)
			goto out;
	o = json_pack("{s:s, s:s, s:o, s:b, s:I, s:O}", "system", t->system,
	    "id", t->id, "sent", json_time(t->now_s), "test", t->n == 0, "more",
	    (json_int_t)t->more, "events", list);
	if (o == NULL)
		goto out;
	n = json_dumpb(o, NULL, 0, JSON_COMPACT);
	if (n > DELIVERY_TEXT_MAX) {
		e = ERR_TOOBIG;
		goto out;
	}
	if ((e = buf_reserve(out, n)) != ERR_OK)
		goto out;
	text = out->p + out->len;
	if (json_dumpb(o, text, n, JSON_COMPACT) != n)
		e = ERR_NOMEM;
	else
		out->len += n;
	out->p[out->len] = '\0';
out:
	json_decref(list);
	json_decref(o);
	return e;
}
