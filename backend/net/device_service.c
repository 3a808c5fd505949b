/* device_service.c - see device_service.h. */
#include "config.h"

#include <string.h>

#include "backend/net/creds.h"
#include "backend/net/device_client.h"
#include "backend/net/device_service.h"
#include "backend/net/evidence.h"
#include "backend/net/job.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"

static const struct msg_device_ctx *
ctx_of(const struct job *j)
{
	return j->msg; /* every request begins with it */
}

/* body: NULL for a GET, else taken over. */
static void
ask(struct job *j, enum device_path path, struct buf *body, http_done_fn done)
{
	const struct msg_device_ctx *c = ctx_of(j);
	struct buf url = BUF_INIT(DEVICE_URL_MAX);
	struct strlist headers = {0};
	struct http_ask a = {0};
	enum err e;

	if ((a.cred = job_cred(j)) == NULL) {
		evidence_fail(
		    job_evidence(j), "cred-missing", "no password was named");
		job_finish(j);
		return;
	}
	a.via = &c->via;
	a.pin = c->pin != NULL && c->pin[0] != '\0' ? c->pin : NULL;
	a.body = body;
	a.headers = &headers;
	a.is_rest = true;
	a.answer_max = DEVICE_ANSWER_MAX;
	a.on_done = done;
	a.arg = j;
	e = device_url(&url, c->host, c->port, path);
	a.url = buf_str(&url);
	if (e == ERR_OK && body != NULL)
		e = job_header(&headers, "Content-Type: ",
		    path == DEVICE_BOOKINGS ? "text/plain" : "text/xml");
	if (e == ERR_OK)
		e = http_send(&j->req, job_http(j), &a);
	strlist_clear(&headers);
	buf_clear(&url);
	if (e != ERR_OK)
		job_fail_request(j, e);
}

static void
fail(struct job *j, enum err e, const struct errinfo *ei)
{
	if (e == ERR_NOMEM)
		evidence_fail_err(job_evidence(j), e, "memory is out");
	else
		evidence_fail(job_evidence(j),
		    e == ERR_DENIED ? "device-refused" : "device-answer", "%s",
		    ei->text);
}

/* A device sends whoever it does not let in to its page for signing in, and
 * what is none has pages as well. */
static void
judge_status(struct msg_evidence *ev)
{
	const unsigned status = ev->http_status;
	const char *failure = ev->failure != NULL ? ev->failure : "";

	if (status < 200 || status == 401 || status >= 500 ||
	    (status < 300 && !str_has_prefix(failure, "content-")))
		return;
	evidence_forgive(ev);
	evidence_fail(ev, status < 400 ? "device-answer" : "device-refused",
	    "HTTP status %u", status);
}

static void
listed(void *arg, struct http_answer *a)
{
	struct errinfo ei = {ERR_OK, ""};
	struct job *j = arg;
	bool good = a->wants_decoding;
	enum err e;

	job_take_evidence(j, a);
	if (!good)
		judge_status(job_evidence(j));
	else if ((e = device_list_decode(j->result, buf_str(&a->body),
		      a->body.len, &ei)) != ERR_OK)
		fail(j, e, &ei);
	job_finish(j);
}

static void
status_is(void *arg, struct http_answer *a)
{
	struct buf body = BUF_INIT(DEVICE_LIST_MAX);
	struct errinfo ei = {ERR_OK, ""};
	struct job *j = arg;
	bool good = a->wants_decoding;
	enum err e = ERR_OK;

	job_take_evidence(j, a);
	if (!good)
		judge_status(job_evidence(j));
	else if ((e = device_status_decode(j->result, buf_str(&a->body),
		      a->body.len, &ei)) != ERR_OK ||
		 (e = device_ask_encode(&body)) != ERR_OK)
		fail(j, e, &ei);
	if (good && e == ERR_OK)
		ask(j, DEVICE_COMMAND, &body, listed);
	else
		job_finish(j);
	buf_clear(&body);
}

void
device_service_info(struct job *j, const struct cred *cred)
{
	(void)cred;
	ask(j, DEVICE_STATUS, NULL, status_is);
}

static void
taken(void *arg, struct http_answer *a)
{
	struct errinfo ei = {ERR_OK, ""};
	struct job *j = arg;
	bool good = a->wants_decoding;
	enum err e;

	job_take_evidence(j, a);
	if (!good)
		judge_status(job_evidence(j));
	else if ((e = device_took_decode(
		      buf_str(&a->body), a->body.len, &ei)) != ERR_OK)
		fail(j, e, &ei);
	job_finish(j);
}

void
device_service_put(struct job *j, const struct cred *cred)
{
	struct buf body = BUF_INIT(DEVICE_LIST_MAX);
	enum err e;

	(void)cred;
	if ((e = device_list_encode(&body, j->msg)) == ERR_OK)
		ask(j, DEVICE_BOOKINGS, &body, taken);
	else
		job_fail_request(j, e);
	buf_clear(&body);
}
