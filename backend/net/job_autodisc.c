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

/* What is to be asked, and how its answer is read. */
struct question {
	const char *url;
	const struct msg_access *via;
	const struct cred *cred;
	const char *accept, *action; /* NULL: no SOAPAction */
	struct buf *body; /* NULL: a GET */
	size_t answer_max;
	http_done_fn on_done;
};

static enum err
set_headers(struct strlist *l, const struct question *q)
{
	enum err e;

	if (q->body != NULL &&
	    (e = job_header(l, "Content-Type: ", "text/xml; charset=utf-8")) !=
		ERR_OK)
		return e;
	if ((e = job_header(l, "SOAPAction: ", q->action)) != ERR_OK)
		return e;
	return job_header(l, "Accept: ", q->accept);
}

/* encoded: how the making of the body went. */
static void
ask(struct job *j, const struct question *q, enum err encoded)
{
	struct strlist headers = {0};
	struct http_ask h = {0};
	enum err e = encoded;

	h.url = q->url;
	h.via = q->via;
	h.cred = q->cred;
	h.body = q->body;
	h.headers = &headers;
	h.wants_json = q->body == NULL;
	h.answer_max = q->answer_max;
	h.on_done = q->on_done;
	h.arg = j;
	if (e == ERR_OK && (e = set_headers(&headers, q)) == ERR_OK)
		e = http_send(&j->req, job_http(j), &h);
	strlist_clear(&headers);
	if (e != ERR_OK)
		job_fail_request(j, e);
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
	const struct question q = {m->url, &m->via, cred, "text/xml", NULL,
	    &body, POX_ANSWER_MAX, pox_done};

	ask(j, &q, pox_encode(&body, m->email));
	buf_clear(&body);
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
	const struct question q = {m->url, &m->via, cred, "application/json",
	    NULL, NULL, JSON_TEXT_MAX, json_done};

	ask(j, &q, ERR_OK);
}

uint64_t
job_pox_cred(const void *msg)
{
	const struct msg_pox_job *j = msg;

	return j->no_auth ? 0 : j->via.cred_id;
}

const struct msg_access *
job_pox_via(const void *msg)
{
	return &((const struct msg_pox_job *)msg)->via;
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
	const struct question q = {m->url, &m->via, cred, "text/xml",
	    "\"" AUTODISC_ACTION "\"", &body, SETTINGS_ANSWER_MAX,
	    settings_done};

	ask(j, &q, settings_encode(&body, m));
	buf_clear(&body);
}
