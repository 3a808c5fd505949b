/* job_ews.c - jobs over https: Exchange Web Services.
 * Encode, send, decode; all decisions are the engine's. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_client.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_notify.h"
#include "backend/net/ews_oof.h"
#include "backend/net/ews_view.h"
#include "backend/net/job.h"
#include "common/alloc.h"
#include "common/str.h"

/* Bytes of one answer; more is cut off. */
#define SMALL_ANSWER_MAX (1024u * 1024u)
#define SYNC_ANSWER_MAX (4u * 1024u * 1024u)
/* A body of the largest size, each byte of it escaped somehow. */
#define ITEM_ANSWER_MAX (16u * 1024u * 1024u)
/* Bytes of one request: the largest body, CR and markup escaped. */
#define REQUEST_MAX (40u * 1024u * 1024u)
/* Exchange sends a heartbeat at least once a minute. */
#define STREAM_IDLE_MS 90000u
#define STREAM_SPARE_MS 90000u
#define HEADER_MAX 4400

struct job_op {
	enum err (*encode)(struct buf *out, const void *msg);
	void (*decode)(const char *p, size_t n, void *result);
	size_t answer_max;
	bool is_result; /* struct msg_ews_result, which has a cookie */
};

#define OP(name, answer_max, is_result)                               \
	static enum err name##_enc(struct buf *out, const void *msg)  \
	{                                                             \
		return ews_##name##_encode(out, msg);                 \
	}                                                             \
	static void name##_dec(const char *p, size_t n, void *result) \
	{                                                             \
		ews_##name##_decode(p, n, result);                    \
	}                                                             \
	const struct job_op job_op_##name = {                         \
	    name##_enc, name##_dec, answer_max, is_result};

OP(probe, SMALL_ANSWER_MAX, true)
OP(calendar, SMALL_ANSWER_MAX, true)
OP(subscribe, SMALL_ANSWER_MAX, true)
OP(unsubscribe, SMALL_ANSWER_MAX, true)
OP(oof, SMALL_ANSWER_MAX, false)
OP(sync, SYNC_ANSWER_MAX, false)
OP(newest, SYNC_ANSWER_MAX, false)
OP(get, ITEM_ANSWER_MAX, false)
OP(gets, ITEM_ANSWER_MAX, false)
OP(view, SYNC_ANSWER_MAX, false)
OP(update, SMALL_ANSWER_MAX, true)

/* Most requests begin with what they are to be asked with, by itself or as
 * the first field of the context of EWS. */
_Static_assert(offsetof(struct msg_ews_ctx, via) == 0, "as is read here");
_Static_assert(offsetof(struct msg_settings_job, via) == 0, "as is read here");
_Static_assert(offsetof(struct msg_device_ctx, via) == 0, "as is read here");

const struct msg_access *
job_first_via(const void *msg)
{
	return msg;
}

uint64_t
job_first_cred(const void *msg)
{
	return job_first_via(msg)->cred_id;
}

void
job_http_stop(struct job *j)
{
	http_cancel(j->req);
	j->req = NULL;
}

enum err
job_header(struct strlist *l, const char *name, const char *value)
{
	char text[HEADER_MAX];
	int n;

	if (value == NULL || *value == '\0')
		return ERR_OK;
	n = snprintf(text, sizeof(text), "%s%s", name, value);
	if (n < 0 || (size_t)n >= sizeof(text))
		return ERR_TOOBIG;
	return strlist_add(l, text);
}

static enum err
ews_headers(struct strlist *l, const struct msg_ews_ctx *c)
{
	bool anchored = c->anchor != NULL && *c->anchor != '\0';
	enum err e;

	if ((e = job_header(l, "Content-Type: ", "text/xml; charset=utf-8")) !=
		ERR_OK ||
	    (e = job_header(l, "Accept: ", "text/xml")) != ERR_OK ||
	    (e = job_header(l, "X-AnchorMailbox: ", c->anchor)) != ERR_OK ||
	    (e = job_header(l,
		 "X-PreferServerAffinity: ", anchored ? "true" : "")) != ERR_OK)
		return e;
	return job_header(l, "Cookie: X-BackEndOverrideCookie=", c->cookie);
}

/* What could not even be asked. */
void
job_fail_request(struct job *j, enum err e)
{
	if (e == ERR_ARG)
		evidence_fail(job_evidence(j), "ews-error",
		    "the request holds a character that XML cannot carry");
	else
		evidence_fail_err(job_evidence(j), e, err_default_text(e));
	job_finish(j);
}

/* A page about an internal error may well be XML. */
void
job_judge_fault(struct msg_evidence *ev)
{
	const char *f = ev->failure == NULL ? "" : ev->failure;

	if (ev->http_status < 500 || (strcmp(f, "content-unexpected") != 0 &&
					 strcmp(f, "content-xml") != 0))
		return;
	evidence_forgive(ev);
	evidence_fail(ev, http_status_failure(ev->http_status),
	    "HTTP status %u", (unsigned)ev->http_status);
}

void
job_take_evidence(struct job *j, struct http_answer *a)
{
	struct msg_evidence *ev = job_evidence(j);

	j->req = NULL;
	msg_evidence_free(ev);
	*ev = a->ev;
	memset(&a->ev, 0, sizeof(a->ev));
}

static void
ews_done(void *arg, struct http_answer *a)
{
	struct job *j = arg;
	const struct job_op *op = j->row->op;

	job_take_evidence(j, a);
	if (a->wants_decoding) {
		op->decode(buf_str(&a->body), a->body.len, j->result);
		job_judge_fault(job_evidence(j));
	}
	if (op->is_result) {
		struct msg_ews_result *r = j->result;

		r->cookie = a->cookie;
		a->cookie = NULL;
	}
	job_finish(j);
}

void
job_ews_run(struct job *j, const struct cred *cred)
{
	const struct msg_ews_ctx *c = j->msg;
	struct buf body = BUF_INIT(REQUEST_MAX);
	struct strlist headers = {0};
	struct http_ask ask = {0};
	enum err e;

	ask.url = c->url;
	ask.via = &c->via;
	ask.cred = cred;
	ask.body = &body;
	ask.headers = &headers;
	ask.answer_max = j->row->op->answer_max;
	ask.on_done = ews_done;
	ask.arg = j;
	if ((e = j->row->op->encode(&body, j->msg)) == ERR_OK &&
	    (e = ews_headers(&headers, c)) == ERR_OK)
		e = http_send(&j->req, job_http(j), &ask);
	strlist_clear(&headers);
	buf_clear(&body);
	if (e != ERR_OK)
		job_fail_request(j, e);
}

static void
on_events(void *arg, const struct msg_ews_events *events)
{
	/* A full queue ends the stream; the sync that follows a new one
	 * finds what was not said. */
	if (!job_send(arg, IPC_EWS_EVENTS, events))
		evidence_fail(job_evidence(arg), "ews-subscription",
		    "the engine does not take the notifications");
}

static bool
on_stream(void *arg, const char *p, size_t n)
{
	struct job *j = arg;

	return ews_notify_feed(j->extra, p, n) &&
	       !evidence_failed(job_evidence(j));
}

static void
stream_done(void *arg, struct http_answer *a)
{
	struct job *j = arg;
	struct msg_ews_stream_end *end = j->result;
	struct msg_evidence said = end->ev;

	memset(&end->ev, 0, sizeof(end->ev));
	job_take_evidence(j, a);
	evidence_merge(&end->ev, &said);
	msg_evidence_free(&said);
	/* A fault comes with 500, whole and at the end. */
	if (a->wants_decoding && a->body.len > 0)
		(void)ews_notify_feed(j->extra, buf_str(&a->body), a->body.len);
	if (!evidence_failed(&end->ev))
		ews_notify_end(j->extra);
	job_judge_fault(&end->ev);
	job_finish(j);
}

static void
notify_free(void *extra)
{
	ews_notify_free(extra);
}

void
job_stream_run(struct job *j, const struct cred *cred)
{
	const struct msg_ews_stream_job *m = j->msg;
	struct buf body = BUF_INIT(REQUEST_MAX);
	struct strlist headers = {0};
	struct ews_notify *notify = NULL;
	struct http_ask ask = {0};
	enum err e;

	ask.url = m->ctx.url;
	ask.via = &m->ctx.via;
	ask.cred = cred;
	ask.body = &body;
	ask.headers = &headers;
	ask.answer_max = SMALL_ANSWER_MAX;
	ask.on_data = on_stream;
	ask.idle_ms = STREAM_IDLE_MS;
	ask.total_ms = m->minutes * 60000u + STREAM_SPARE_MS;
	ask.on_done = stream_done;
	ask.arg = j;
	if ((e = ews_stream_encode(&body, m)) != ERR_OK ||
	    (e = ews_headers(&headers, &m->ctx)) != ERR_OK ||
	    (e = ews_notify_new(&notify, on_events, j, j->result)) != ERR_OK)
		goto out;
	j->extra = notify;
	j->extra_free = notify_free;
	e = http_send(&j->req, job_http(j), &ask);
out:
	strlist_clear(&headers);
	buf_clear(&body);
	if (e != ERR_OK)
		job_fail_request(j, e);
}
