/* job_autodisc.c - jobs of Autodiscover over https: POX, SOAP and JSON.
 * Encode, send, decode; all decisions are the engine's. */
#include "config.h"

#include <string.h>

#include "backend/net/autodisc_soap.h"
#include "backend/net/evidence.h"
#include "backend/net/ews_autodisc.h"
#include "backend/net/job.h"
#include "backend/net/json.h"
#include "common/alloc.h"

/* Bytes of one answer; more is cut off. */
#define POX_ANSWER_MAX (1024u * 1024u)
#define SETTINGS_ANSWER_MAX (2u * 1024u * 1024u)
#define REQUEST_MAX (128u * 1024u) /* 100 mailboxes take some 30 KiB */

static void
set_ask(struct http_ask *ask, struct job *j, const char *url,
    const struct msg_access *via, const struct cred *cred)
{
	memset(ask, 0, sizeof(*ask));
	ask->url = url;
	ask->via = via;
	ask->cred = cred;
	ask->arg = j;
}

static enum err
set_headers(struct strlist *l, const char *accept)
{
	enum err e;

	if (strcmp(accept, "text/xml") == 0 &&
	    (e = strlist_add(l, "Content-Type: text/xml; charset=utf-8")) !=
		ERR_OK)
		return e;
	return job_header(l, "Accept: ", accept);
}

static void
pox_done(void *arg, struct http_answer *a)
{
	struct job *j = arg;

	job_take_evidence(j, a);
	if (a->wants_decoding)
		pox_decode(buf_str(&a->body), a->body.len, j->result);
	job_judge_fault(job_evidence(j));
	job_finish(j);
}

void
job_pox_run(struct job *j, const struct cred *cred)
{
	const struct msg_pox_job *m = j->msg;
	struct buf body = BUF_INIT(REQUEST_MAX);
	struct strlist headers = {0};
	struct http_ask ask;
	enum err e;

	set_ask(&ask, j, m->url, &m->via, cred);
	ask.body = &body;
	ask.headers = &headers;
	ask.answer_max = POX_ANSWER_MAX;
	ask.on_done = pox_done;
	if ((e = pox_encode(&body, m->email)) == ERR_OK &&
	    (e = set_headers(&headers, "text/xml")) == ERR_OK)
		e = http_send(&j->req, job_http(j), &ask);
	strlist_clear(&headers);
	buf_clear(&body);
	if (e != ERR_OK)
		job_fail_request(j, e);
}

static void
json_done(void *arg, struct http_answer *a)
{
	struct job *j = arg;
	struct msg_evidence *ev = job_evidence(j);
	unsigned status;

	job_take_evidence(j, a);
	status = ev->http_status;
	if (a->wants_decoding) {
		evidence_forgive(ev);
		autodisc_json_decode(buf_str(&a->body), a->body.len, j->result);
		/* A page of another program may be JSON as well. */
		if (status >= 400 && !evidence_failed(ev))
			evidence_fail(
			    ev, "http-status", "HTTP status %u", status);
	}
	job_finish(j);
}

/* A GET, mostly answered without credentials. */
void
job_json_run(struct job *j, const struct cred *cred)
{
	const struct msg_pox_job *m = j->msg;
	struct strlist headers = {0};
	struct http_ask ask;
	enum err e;

	set_ask(&ask, j, m->url, &m->via, cred);
	ask.headers = &headers;
	ask.wants_json = true;
	ask.answer_max = JSON_TEXT_MAX;
	ask.on_done = json_done;
	if ((e = set_headers(&headers, "application/json")) == ERR_OK)
		e = http_send(&j->req, job_http(j), &ask);
	strlist_clear(&headers);
	if (e != ERR_OK)
		job_fail_request(j, e);
}

uint64_t
job_settings_cred(const void *msg)
{
	const struct msg_settings_job *m = msg;

	return m->via.cred_id;
}

const struct msg_access *
job_settings_via(const void *msg)
{
	return &((const struct msg_settings_job *)msg)->via;
}

static void
settings_done(void *arg, struct http_answer *a)
{
	struct job *j = arg;
	const struct msg_settings_job *m = j->msg;

	job_take_evidence(j, a);
	if (a->wants_decoding)
		settings_decode(
		    buf_str(&a->body), a->body.len, m->emails.n, j->result);
	job_judge_fault(job_evidence(j));
	job_finish(j);
}

void
job_settings_run(struct job *j, const struct cred *cred)
{
	const struct msg_settings_job *m = j->msg;
	struct buf body = BUF_INIT(REQUEST_MAX);
	struct strlist headers = {0};
	struct http_ask ask;
	enum err e;

	set_ask(&ask, j, m->url, &m->via, cred);
	ask.body = &body;
	ask.headers = &headers;
	ask.answer_max = SETTINGS_ANSWER_MAX;
	ask.on_done = settings_done;
	if ((e = settings_encode(&body, m)) == ERR_OK &&
	    (e = set_headers(&headers, "text/xml")) == ERR_OK &&
	    (e = strlist_add(
		 &headers, "SOAPAction: \"" AUTODISC_ACTION "\"")) == ERR_OK)
		e = http_send(&j->req, job_http(j), &ask);
	strlist_clear(&headers);
	buf_clear(&body);
	if (e != ERR_OK)
		job_fail_request(j, e);
}
