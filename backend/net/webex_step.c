/* webex_step.c - see webex_step.h. */
#include "config.h"

#include <string.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/job.h"
#include "backend/net/webex_client.h"
#include "backend/net/webex_service.h"
#include "backend/net/webex_step.h"
#include "backend/net/webex_token.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/secret.h"

static void send_it(struct webex_step *s);

static void
step_free(void *extra)
{
	struct webex_step *s = extra;

	webex_token_cancel(s->wait);
	buf_clear(&s->url);
	buf_clear(&s->body);
	mem_free(s->meeting_id);
	mem_free(s->space_id);
	mem_free(s->part_id);
	strlist_clear(&s->spaces);
	strlist_clear(&s->members);
	mem_free(s);
}

struct webex_step *
webex_step_new(struct job *j)
{
	struct webex_step *s = try_alloc(sizeof(*s));

	if (s == NULL) {
		evidence_fail_err(job_evidence(j), ERR_NOMEM, "memory is out");
		job_finish(j);
		return NULL;
	}
	s->job = j;
	s->url.max = WEBEX_URL_MAX;
	s->body.max = WEBEX_BODY_MAX;
	j->extra = s;
	j->extra_free = step_free;
	return s;
}

/* Of the request that ended the job, nothing of those before. */
static void
take_evidence(struct job *j, struct msg_evidence *ev)
{
	msg_evidence_free(job_evidence(j));
	*job_evidence(j) = *ev;
	memset(ev, 0, sizeof(*ev));
}

void
webex_step_done(struct webex_step *s)
{
	job_finish(s->job);
}

void
webex_step_unread(struct webex_step *s, enum err e, const struct errinfo *ei)
{
	struct msg_evidence *ev = job_evidence(s->job);

	if (e == ERR_NOMEM)
		evidence_fail_err(ev, e, "memory is out");
	else
		evidence_fail(ev, "webex-answer", "%s", ei->text);
	job_finish(s->job);
}

/* What Webex says of it is worth more than a number. */
static void
fail(struct webex_step *s, struct http_answer *a)
{
	struct msg_evidence *ev = job_evidence(s->job);
	unsigned status = a->ev.http_status;
	char said[EV_DETAIL_MAX];

	webex_error_text(said, sizeof(said), buf_str(&a->body), a->body.len);
	take_evidence(s->job, &a->ev);
	if (status == 401 || status == 403) {
		evidence_forgive(ev);
		evidence_fail(ev, "webex-denied", "HTTP status %u%s%s", status,
		    said[0] == '\0' ? "" : ": ", said);
	} else if (status == 404 || status == 410) {
		evidence_forgive(ev);
		evidence_fail(ev, "webex-not-found", "HTTP status %u%s%s",
		    status, said[0] == '\0' ? "" : ": ", said);
	} else if (status == 400 || status == 409) {
		evidence_forgive(ev);
		evidence_fail(ev, "webex-refused", "HTTP status %u%s%s", status,
		    said[0] == '\0' ? "" : ": ", said);
	} else if (said[0] != '\0') {
		evidence_text(&ev->detail, said, EV_DETAIL_MAX);
	}
	job_finish(s->job);
}

static void
answered(void *arg, struct http_answer *a)
{
	struct webex_step *s = arg;
	unsigned status = a->ev.http_status;

	s->job->req = NULL;
	if (status == 401 && !s->again) {
		s->again = true;
		send_it(s);
	} else if (a->wants_decoding) {
		s->again = false;
		take_evidence(s->job, &a->ev);
		s->then(s, a);
	} else if ((status == 404 || status == 410) && s->missing != NULL) {
		s->missing(s, a);
	} else if ((status == 400 || status == 403 || status == 409) &&
		   s->refused != NULL) {
		s->refused(s, a);
	} else {
		fail(s, a);
	}
}

static enum err
send_with(struct webex_step *s, const struct secret *access)
{
	struct buf body = BUF_INIT(WEBEX_BODY_MAX);
	struct strlist headers = {0};
	struct http_ask ask = {0};
	enum err e;

	ask.url = buf_str(&s->url);
	ask.via = webex_service_via(s->job->msg);
	ask.bearer = access;
	ask.method = s->method;
	ask.headers = &headers;
	ask.is_rest = true;
	ask.is_once = strcmp(s->method, "POST") == 0;
	ask.answer_max = WEBEX_ANSWER_MAX;
	ask.on_done = answered;
	ask.arg = s;
	if ((e = job_header(&headers, "Accept: ", "application/json")) !=
	    ERR_OK)
		goto out;
	if (s->body.len > 0) {
		/* It may be sent again. */
		if ((e = job_header(&headers, "Content-Type: ",
			 "application/json; charset=utf-8")) != ERR_OK ||
		    (e = buf_put(&body, s->body.p, s->body.len)) != ERR_OK)
			goto out;
		ask.body = &body;
	}
	e = http_send(&s->job->req, job_http(s->job), &ask);
out:
	strlist_clear(&headers);
	buf_clear(&body);
	return e;
}

static void
on_token(void *arg, const struct secret *access, const struct webex_life *life,
    struct msg_evidence *ev)
{
	struct webex_step *s = arg;
	enum err e;

	(void)life;
	if (access == NULL) {
		take_evidence(s->job, ev);
		job_finish(s->job);
	} else if ((e = send_with(s, access)) != ERR_OK) {
		job_fail_request(s->job, e);
	}
}

void
webex_step_token(struct webex_step *s, bool fresh, webex_token_fn fn)
{
	struct job *j = s->job;
	const struct msg_webex_ctx *c = j->msg;
	const struct cred *cred = job_cred(j);
	const struct cred *client = job_cred_of(j, c->client_cred_id);
	struct msg_evidence *ev = job_evidence(j);
	enum err e;

	if (cred == NULL || client == NULL) {
		evidence_fail(ev, "cred-missing",
		    "the manager has not handed over the secrets");
		job_finish(j);
		return;
	}
	e = webex_token_want(
	    &s->wait, job_webex(j), cred, client, &c->via, fresh, fn, s);
	if (e == ERR_OK)
		return;
	if (e == ERR_BOUND)
		evidence_fail(ev, "cred-bound",
		    "the secret was not entered for this service");
	else if (e == ERR_UNSUPPORTED)
		evidence_fail(ev, "webex-not-kept",
		    "this worker has no key to seal a new token with");
	else
		evidence_fail_err(ev, e, err_default_text(e));
	job_finish(j);
}

static void
send_it(struct webex_step *s)
{
	webex_step_token(s, s->again, on_token);
}

void
webex_step_ask(
    struct webex_step *s, const char *method, enum err e, webex_then_fn then)
{
	s->method = method;
	s->then = then;
	if (strcmp(method, "GET") == 0 || strcmp(method, "DELETE") == 0)
		buf_reset(&s->body);
	if (e != ERR_OK)
		job_fail_request(s->job, e);
	else
		send_it(s);
}
