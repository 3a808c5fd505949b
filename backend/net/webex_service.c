/* webex_service.c - see webex_service.h. */
#include "config.h"

#include <string.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/held.h"
#include "backend/net/job.h"
#include "backend/net/webex_client.h"
#include "backend/net/webex_service.h"
#include "backend/net/webex_step.h"
#include "backend/net/webex_token.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

uint64_t
webex_service_cred(const void *msg)
{
	/* Every request begins with its context. */
	return ((const struct msg_webex_ctx *)msg)->via.cred_id;
}

const struct msg_access *
webex_service_via(const void *msg)
{
	return &((const struct msg_webex_ctx *)msg)->via;
}

void
webex_service_stop(struct job *j)
{
	struct webex_step *s = j->extra;

	job_http_stop(j);
	if (s != NULL) {
		webex_token_cancel(s->wait);
		s->wait = NULL;
	}
}

/* ---- the token itself */

static void
token_got(void *arg, const struct secret *access, const struct webex_life *life,
    struct msg_evidence *ev)
{
	struct webex_step *s = arg;
	struct msg_webex_token *r = s->job->result;

	(void)access;
	msg_evidence_free(&r->ev);
	r->ev = *ev;
	memset(ev, 0, sizeof(*ev));
	r->access_until_s = life->access_until_s;
	r->refresh_until_s = life->refresh_until_s;
	mem_free(r->scopes);
	if ((r->scopes = try_strdup(life->scopes)) == NULL)
		evidence_fail_err(&r->ev, ERR_NOMEM, "memory is out");
	job_finish(s->job);
}

void
webex_service_token(struct job *j, const struct cred *cred)
{
	struct webex_step *s = webex_step_new(j);

	(void)cred;
	if (s != NULL)
		webex_step_token(s, true, token_got);
}

/* ---- what there is */

static void
sites_are(struct webex_step *s, struct http_answer *a)
{
	struct errinfo ei = {0};
	enum err e = webex_sites_decode(
	    s->job->result, buf_str(&a->body), a->body.len, &ei);

	if (e != ERR_OK)
		webex_step_unread(s, e, &ei);
	else
		webex_step_done(s);
}

void
webex_service_sites(struct job *j, const struct cred *cred)
{
	const struct msg_webex_job *m = j->msg;
	struct webex_step *s = webex_step_new(j);

	(void)cred;
	if (s != NULL)
		webex_step_ask(s, "GET",
		    webex_url_sites(&s->url, m->ctx.person), sites_are);
}

static void
room_is(struct webex_step *s, struct http_answer *a)
{
	struct errinfo ei = {0};
	enum err e = webex_room_decode(
	    s->job->result, buf_str(&a->body), a->body.len, &ei);

	if (e != ERR_OK)
		webex_step_unread(s, e, &ei);
	else
		webex_step_done(s);
}

void
webex_service_room(struct job *j, const struct cred *cred)
{
	const struct msg_webex_job *m = j->msg;
	struct webex_step *s = webex_step_new(j);

	(void)cred;
	if (s != NULL)
		webex_step_ask(s, "GET",
		    webex_url_room(&s->url, m->ctx.person, m->ctx.site),
		    room_is);
}

/* ---- booking */

/* It has said yes: is that what it holds? */
static void
judge(struct webex_step *s, const struct http_answer *a)
{
	struct held want, have;

	webex_held_want(&want, s->job->msg);
	if (webex_held_decode(&have, buf_str(&a->body), a->body.len, NULL) ==
	    ERR_OK)
		held_judge(job_evidence(s->job), &want, &have);
}

/* A title of Webex's own is a remark: the rest is asked for all the same. */
static bool
is_bad(const struct msg_evidence *ev)
{
	return evidence_failed(ev) &&
	       (ev->failure == NULL || !str_eq(ev->failure, "confer-title"));
}

static void
read_back(struct webex_step *s, struct http_answer *a)
{
	judge(s, a);
	if (is_bad(job_evidence(s->job)))
		webex_step_done(s);
	else
		webex_series_apply(s);
}

static void
booked(struct webex_step *s, struct http_answer *a)
{
	const struct msg_webex_book *m = s->job->msg;
	struct msg_webex_booking *r = s->job->result;
	struct errinfo ei = {0};
	enum err e =
	    webex_meeting_decode(r, buf_str(&a->body), a->body.len, &ei);

	if (e != ERR_OK) {
		webex_step_unread(s, e, &ei);
		return;
	}
	judge(s, a);
	if (s->space_id != NULL && (r->space_id == NULL || !*r->space_id)) {
		mem_free(r->space_id);
		r->space_id = s->space_id;
		s->space_id = NULL;
	}
	if (is_bad(&r->ev)) {
		webex_step_done(s);
		return;
	}
	if (!r->was_there) {
		webex_series_apply(s);
		return;
	}
	/* What a change answers may be what was asked for. */
	s->missing = NULL;
	webex_step_ask(s, "GET",
	    webex_url_meeting_read(
		&s->url, r->meeting_id, m->in_space ? "" : m->ctx.person),
	    read_back);
}

static const char *
space_of(const struct webex_step *s)
{
	return s->space_id == NULL ? "" : s->space_id;
}

static void
make(struct webex_step *s)
{
	const struct msg_webex_book *m = s->job->msg;
	enum err e;

	s->missing = NULL;
	if ((e = webex_url_meeting(&s->url, "")) == ERR_OK)
		e = webex_meeting_encode(&s->body, m, space_of(s), true);
	webex_step_ask(s, "POST", e, booked);
}

void
webex_book_anew(struct webex_step *s)
{
	mem_free(s->meeting_id);
	s->meeting_id = NULL;
	make(s);
}

static void look(struct webex_step *s);

static void
gone(struct webex_step *s, struct http_answer *a)
{
	(void)a;
	mem_free(s->meeting_id);
	s->meeting_id = NULL;
	((struct msg_webex_booking *)s->job->result)->was_there = false;
	look(s);
}

static void
was_gone(struct webex_step *s, struct http_answer *a)
{
	(void)a;
	((struct msg_webex_booking *)s->job->result)->was_there = false;
	make(s);
}

/* looked: an answer that it is gone ends in another, not in a circle. */
static void
change(struct webex_step *s, bool looked)
{
	const struct msg_webex_book *m = s->job->msg;
	enum err e;

	((struct msg_webex_booking *)s->job->result)->was_there = true;
	s->missing = looked ? was_gone : gone;
	if ((e = webex_url_meeting(&s->url, s->meeting_id)) == ERR_OK)
		e = webex_meeting_encode(&s->body, m, space_of(s), false);
	webex_step_ask(s, "PATCH", e, booked);
}

static void
looked(struct webex_step *s, struct http_answer *a)
{
	const struct msg_webex_book *m = s->job->msg;
	struct msg_webex_booking found = {0};
	struct errinfo ei = {0};
	enum err e = webex_found_decode(
	    &found, buf_str(&a->body), a->body.len, m->key, &ei);

	if (e == ERR_OK) {
		mem_free(s->meeting_id);
		s->meeting_id = found.meeting_id;
		found.meeting_id = NULL;
	}
	msg_webex_booking_free(&found);
	if (e == ERR_OK)
		change(s, true);
	else if (e == ERR_NOTFOUND)
		make(s);
	else
		webex_step_unread(s, e, &ei);
}

static void
look(struct webex_step *s)
{
	const struct msg_webex_book *m = s->job->msg;

	s->missing = NULL;
	buf_reset(&s->body);
	webex_step_ask(s, "GET",
	    webex_url_find(
		&s->url, s->space_id == NULL ? m->ctx.person : "", m->key),
	    looked);
}

void
webex_book_meeting(struct webex_step *s)
{
	if (s->meeting_id != NULL)
		change(s, false);
	else
		look(s);
}

void
webex_service_book(struct job *j, const struct cred *cred)
{
	const struct msg_webex_book *m = j->msg;
	struct webex_step *s = webex_step_new(j);

	(void)cred;
	if (s == NULL)
		return;
	if (m->meeting_id[0] != '\0' &&
	    (s->meeting_id = try_strdup(m->meeting_id)) == NULL) {
		job_fail_request(j, ERR_NOMEM);
		return;
	}
	if (m->in_space)
		webex_space_book(s);
	else
		webex_book_meeting(s);
}

/* ---- the end of one */

static void
ended(struct webex_step *s, struct http_answer *a)
{
	(void)a;
	webex_step_done(s);
}

static void
end_space(struct webex_step *s, struct http_answer *a)
{
	const struct msg_webex_end *m = s->job->msg;

	(void)a;
	if (m->space_id[0] == '\0') {
		webex_step_done(s);
		return;
	}
	s->missing = ended;
	webex_step_ask(
	    s, "DELETE", webex_url_space(&s->url, m->space_id), ended);
}

static void
end_meeting(struct webex_step *s, const char *id)
{
	const struct msg_webex_end *m = s->job->msg;

	s->missing = end_space;
	webex_step_ask(s, "DELETE",
	    webex_url_meeting_end(&s->url, id, m->ctx.person), end_space);
}

static void
end_looked(struct webex_step *s, struct http_answer *a)
{
	const struct msg_webex_end *m = s->job->msg;
	struct msg_webex_booking found = {0};
	struct errinfo ei = {0};
	enum err e = webex_found_decode(
	    &found, buf_str(&a->body), a->body.len, m->key, &ei);

	if (e == ERR_OK)
		end_meeting(s, found.meeting_id);
	else if (e == ERR_NOTFOUND)
		end_space(s, a);
	else
		webex_step_unread(s, e, &ei);
	msg_webex_booking_free(&found);
}

void
webex_service_end(struct job *j, const struct cred *cred)
{
	const struct msg_webex_end *m = j->msg;
	struct webex_step *s = webex_step_new(j);

	(void)cred;
	if (s == NULL)
		return;
	if (m->meeting_id[0] != '\0')
		end_meeting(s, m->meeting_id);
	else
		webex_step_ask(s, "GET",
		    webex_url_find(&s->url, m->ctx.person, m->key), end_looked);
}
