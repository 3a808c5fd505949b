/* job_send.c - the jobs that send alarms away.  SMTP and syslog run in a
 * worker thread, which may block until its time is up; a webhook's request
 * goes with all others. */
#include "config.h"

#include <stdatomic.h>
#include <string.h>
#include <uv.h>

#include "backend/net/ca_store.h"
#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/hook_sign.h"
#include "backend/net/job.h"
#include "backend/net/send_mail.h"
#include "backend/net/send_syslog.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/valid.h"

#define HOOK_ANSWER_MAX 65536u /* bytes; the first are shown */
#define HOOK_BODY_MAX 524288 /* as in ipc_msg.def */
#define HOOK_SHOWN 300 /* bytes of an answer in the evidence */

/* The worker has all of it until it is done, the loop only the flag. */
struct sending {
	uv_work_t work;
	atomic_bool cancelled;
	struct job *job; /* not for the worker */
	bool is_mail;
	struct msg_mail_job mail;
	struct msg_syslog_job syslog;
	struct cred cred; /* account NULL: none */
	const char *local_socket;
	struct ca_store *ca;
	struct msg_evidence ev;
};

uint64_t
job_mail_cred(const void *msg)
{
	return ((const struct msg_mail_job *)msg)->cred_id;
}

uint64_t
job_hook_cred(const void *msg)
{
	return ((const struct msg_hook_job *)msg)->via.cred_id;
}

const struct msg_access *
job_hook_via(const void *msg)
{
	return &((const struct msg_hook_job *)msg)->via;
}

static void
sending_free(struct sending *s)
{
	if (s == NULL)
		return;
	msg_mail_job_free(&s->mail);
	msg_syslog_job_free(&s->syslog);
	mem_free(s->cred.account);
	secret_clear(&s->cred.secret);
	ca_store_unref(s->ca);
	msg_evidence_free(&s->ev);
	mem_free(s);
}

static void
work(uv_work_t *w)
{
	struct sending *s = w->data;
	uint64_t start_ms = clock_mono_ms();

	if (s->is_mail)
		send_mail(&s->mail, s->cred.account != NULL ? &s->cred : NULL,
		    s->ca, &s->cancelled, &s->ev);
	else
		send_syslog(
		    &s->syslog, s->local_socket, s->ca, &s->cancelled, &s->ev);
	s->ev.total_ms = (uint32_t)(clock_mono_ms() - start_ms);
}

static void
after(uv_work_t *w, int status)
{
	struct sending *s = w->data;

	if (!atomic_load(&s->cancelled)) {
		struct job *j = s->job;

		if (status != 0)
			evidence_fail_err(
			    &s->ev, ERR_CANCELLED, "the worker did not run");
		j->extra = NULL;
		msg_evidence_free(job_evidence(j));
		*job_evidence(j) = s->ev;
		memset(&s->ev, 0, sizeof(s->ev));
		job_finish(j);
	}
	sending_free(s);
}

void
job_send_stop(struct job *j)
{
	struct sending *s = j->extra;

	if (s != NULL)
		atomic_store(&s->cancelled, true);
	j->extra = NULL;
}

static void
fail(struct job *j, enum err e)
{
	evidence_fail_err(job_evidence(j), e, err_default_text(e));
	job_finish(j);
}

static struct sending *
sending_new(struct job *j)
{
	struct sending *s = try_alloc(sizeof(*s));

	if (s == NULL)
		return NULL;
	s->work.data = s;
	atomic_init(&s->cancelled, false);
	s->job = j;
	s->ca = ca_store_ref(job_ca(j));
	s->local_socket = job_syslog_socket(j);
	return s;
}

/* Takes s over. */
static void
start(struct job *j, struct sending *s)
{
	if (uv_queue_work(job_loop(j), &s->work, work, after) != 0) {
		sending_free(s);
		fail(j, ERR_NOMEM);
		return;
	}
	j->extra = s;
}

void
job_syslog_run(struct job *j, const struct cred *cred)
{
	struct sending *s = sending_new(j);

	(void)cred;
	if (s == NULL || msg_syslog_job_copy(&s->syslog, j->msg) != ERR_OK) {
		sending_free(s);
		fail(j, ERR_NOMEM);
		return;
	}
	start(j, s);
}

/* Each address stands alone between its brackets, whoever asks for it. */
static bool
are_addresses(const struct msg_mail_job *m)
{
	size_t i;

	for (i = 0; i < m->recipients.n; i++)
		if (valid_email(m->recipients.v[i], NULL) != ERR_OK)
			return false;
	return m->recipients.n > 0 && valid_email(m->sender, NULL) == ERR_OK &&
	       valid_address(m->host, NULL) == ERR_OK;
}

void
job_mail_run(struct job *j, const struct cred *cred)
{
	const struct msg_mail_job *m = j->msg;
	struct sending *s = NULL;
	const char *why = NULL;
	enum err e = ERR_NOMEM;

	if (!are_addresses(m))
		evidence_fail(
		    job_evidence(j), "url-refused", "an address is none");
	else if (cred != NULL &&
		 (why = cred_bound_mail(&cred->bound, m)) != NULL)
		evidence_fail(job_evidence(j), "cred-bound", "%s", why);
	if (evidence_failed(job_evidence(j))) {
		job_finish(j);
		return;
	}
	if ((s = sending_new(j)) == NULL)
		goto failed;
	s->is_mail = true;
	if ((e = msg_mail_job_copy(&s->mail, m)) != ERR_OK)
		goto failed;
	if (cred != NULL) {
		if ((e = secret_copy(&s->cred.secret, &cred->secret)) != ERR_OK)
			goto failed;
		if ((s->cred.account = try_strdup(cred->account)) == NULL) {
			e = ERR_NOMEM;
			goto failed;
		}
	}
	start(j, s);
	return;
failed:
	sending_free(s);
	fail(j, e);
}

/* -- webhook -- */

/* Any 2xx is a yes, whatever page comes with it (RFC 9110 15.3). */
static void
hook_done(void *arg, struct http_answer *a)
{
	struct job *j = arg;
	struct msg_evidence *ev = job_evidence(j);
	char text[HOOK_SHOWN + 1];
	unsigned status;

	job_take_evidence(j, a);
	status = ev->http_status;
	if (status == 0) {
		job_finish(j);
		return;
	}
	(void)str_copy(text, sizeof(text), buf_str(&a->body));
	evidence_forgive(ev);
	evidence_text(&ev->detail, "", 0);
	if (status >= 200 && status < 300) {
		char told[HOOK_SHOWN + 64];

		(void)snprintf(
		    told, sizeof(told), "HTTP status %u. %s", status, text);
		evidence_text(&ev->detail, told, EV_DETAIL_MAX);
	} else {
		evidence_fail(
		    ev, "hook-refused", "HTTP status %u. %s", status, text);
	}
	job_finish(j);
}

static enum err
hook_ask(struct job *j, const struct cred *cred, struct http_ask *ask,
    struct buf *body, struct strlist *headers)
{
	const struct msg_hook_job *m = j->msg;
	char sign[HOOK_SIGN_MAX];
	enum err e;

	if ((e = hook_sign(sign, &cred->secret, clock_wall_s(), m->body,
		 strlen(m->body))) != ERR_OK ||
	    (e = job_header(headers, "Content-Type: ",
		 "application/json; charset=utf-8")) != ERR_OK ||
	    (e = job_header(headers, "X-Calconn-Delivery: ", m->id)) !=
		ERR_OK ||
	    (e = job_header(headers, "X-Calconn-Signature: ", sign)) !=
		ERR_OK ||
	    (e = buf_puts(body, m->body)) != ERR_OK)
		return e;
	ask->url = m->url;
	ask->via = &m->via;
	ask->body = body;
	ask->headers = headers;
	ask->answer_max = HOOK_ANSWER_MAX;
	ask->on_done = hook_done;
	ask->arg = j;
	return http_send(&j->req, job_http(j), ask);
}

/* The key signs and is never sent. */
void
job_hook_run(struct job *j, const struct cred *cred)
{
	const struct msg_hook_job *m = j->msg;
	struct buf body = BUF_INIT(HOOK_BODY_MAX);
	struct strlist headers = {0};
	struct http_ask ask = {0};
	const char *why = NULL;
	enum err e = ERR_OK;

	if (cred == NULL)
		evidence_fail(
		    job_evidence(j), "cred-missing", "no key was named");
	else if ((why = cred_bound_hook(&cred->bound, &m->via, m->url)) != NULL)
		evidence_fail(job_evidence(j), "cred-bound", "%s", why);
	else
		e = hook_ask(j, cred, &ask, &body, &headers);
	strlist_clear(&headers);
	buf_clear(&body);
	if (evidence_failed(job_evidence(j)))
		job_finish(j);
	else if (e != ERR_OK)
		fail(j, e);
}
