/* webex_series.c - see webex_step.h: meetings of a series that differ from
 * its rule.  Each is looked for where it should be, then changed or ended.
 * One that the series has no more cannot be brought back: then the series is
 * ended and made once more (OAS: a change of start, end or recurrence cancels
 * what differed, and nothing else does). */
#include "config.h"

#include <string.h>

#include "backend/net/http.h"
#include "backend/net/job.h"
#include "backend/net/webex_client.h"
#include "backend/net/webex_step.h"
#include "common/alloc.h"
#include "common/ipc.h"

static void next(struct webex_step *s);

static const struct msg_webex_book *
book_of(const struct webex_step *s)
{
	return s->job->msg;
}

static const struct msg_confer_exception *
now(const struct webex_step *s)
{
	return &book_of(s)->exceptions[s->at];
}

static const char *
series_of(const struct webex_step *s)
{
	return ((const struct msg_webex_booking *)s->job->result)->meeting_id;
}

static void
passed(struct webex_step *s, struct http_answer *a)
{
	(void)a;
	s->at++;
	s->is_wide = false;
	next(s);
}

static void
ended(struct webex_step *s, struct http_answer *a)
{
	(void)a;
	s->is_anew = true;
	s->missing = NULL;
	msg_webex_booking_free(s->job->result);
	memset(s->job->result, 0, sizeof(struct msg_webex_booking));
	webex_book_anew(s);
}

static void
make_anew(struct webex_step *s)
{
	s->missing = ended;
	webex_step_ask(s, "DELETE",
	    webex_url_meeting_end(
		&s->url, series_of(s), book_of(s)->ctx.person),
	    ended);
}

static void
change(struct webex_step *s)
{
	const struct msg_confer_exception *x = now(s);
	const struct msg_webex_book *m = book_of(s);
	enum err e;

	s->missing = passed;
	if (x->is_gone) {
		webex_step_ask(s, "DELETE",
		    webex_url_meeting_end(&s->url, s->part_id, m->ctx.person),
		    passed);
		return;
	}
	if ((e = webex_url_meeting(&s->url, s->part_id)) == ERR_OK)
		e = webex_part_encode(&s->body, m, x);
	webex_step_ask(s, "PATCH", e, passed);
}

static void
listed(struct webex_step *s, struct http_answer *a)
{
	const struct msg_confer_exception *x = now(s);
	bool is_same = false;
	struct errinfo ei = {0};
	enum err e = webex_part_decode(
	    &s->part_id, &is_same, buf_str(&a->body), a->body.len, x, &ei);

	if (e == ERR_OK && is_same && !x->is_gone) {
		passed(s, a);
	} else if (e == ERR_OK) {
		change(s);
	} else if (e != ERR_NOTFOUND) {
		webex_step_unread(s, e, &ei);
	} else if (!s->is_wide) {
		s->is_wide = true;
		next(s);
	} else if (x->is_gone || s->is_anew) {
		passed(s, a);
	} else {
		make_anew(s);
	}
}

/* First around where it was and is to be, then among all that come. */
static void
next(struct webex_step *s)
{
	const struct msg_webex_book *m = book_of(s);
	const struct msg_confer_exception *x;
	int64_t from_s, to_s;

	s->missing = NULL;
	if (s->at == m->exceptions_n) {
		webex_step_done(s);
		return;
	}
	x = now(s);
	from_s = to_s = x->original_s;
	if (!x->is_gone && x->start_s < from_s)
		from_s = x->start_s;
	if (!x->is_gone && x->start_s > to_s)
		to_s = x->start_s;
	webex_step_ask(s, "GET",
	    webex_url_parts(&s->url, series_of(s), m->ctx.person,
		s->is_wide ? m->start_s : from_s, s->is_wide ? 0 : to_s + 60),
	    listed);
}

void
webex_series_apply(struct webex_step *s)
{
	const struct msg_webex_book *m = book_of(s);

	s->at = 0;
	s->is_wide = false;
	if (m->in_space || m->recurrence[0] == '\0' || m->exceptions_n == 0)
		webex_step_done(s);
	else
		next(s);
}
