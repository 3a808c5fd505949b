/* job_hint.c - where a mail domain says that its Autodiscover is, in two ways
 * that prove nothing: a redirect of plain HTTP, and DNS SRV records.  What
 * comes out is only text; whether to go there is for the engine to decide. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "backend/net/dns_srv.h"
#include "backend/net/evidence.h"
#include "backend/net/job.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/valid.h"

#define ANSWER_MAX 4096u /* bytes; nobody reads them */
#define SRV_NAME "_autodiscover._tcp."
#define SRV_NAME_MAX (sizeof(SRV_NAME) + VALID_HOST_MAX)
#define HTTPS_PORT 443 /* [MS-OXDISCO] 3.1.5.3: no other is used */

/* Outlives its job when that is cancelled. */
struct srv_query {
	uv_work_t work;
	struct job *job;
	char name[SRV_NAME_MAX];
	struct dns_srv found[DNS_SRV_MAX];
	size_t found_n;
	uint64_t start_ms;
	enum err e;
	struct errinfo ei;
};

uint64_t
job_no_cred(const void *msg)
{
	(void)msg;
	return 0;
}

const struct msg_access *
job_hint_via(const void *msg)
{
	return &((const struct msg_hint_job *)msg)->via;
}

static void
hint_done(void *arg, struct http_answer *a)
{
	struct job *j = arg;
	struct msg_hint_result *r = j->result;
	bool answered = a->ev.http_status != 0;

	j->req = NULL;
	msg_evidence_free(&r->ev);
	r->ev = a->ev;
	memset(&a->ev, 0, sizeof(a->ev));
	if (answered)
		evidence_forgive(&r->ev);
	if (answered && r->ev.http_status >= 301 && r->ev.http_status <= 308 &&
	    r->ev.location != NULL && *r->ev.location != '\0') {
		if (strlist_add(&r->urls, r->ev.location) != ERR_OK)
			evidence_fail_err(
			    &r->ev, ERR_NOMEM, err_default_text(ERR_NOMEM));
	} else if (answered) {
		evidence_fail(&r->ev, "hint-none", "HTTP status %u",
		    (unsigned)r->ev.http_status);
	}
	job_finish(j);
}

void
job_http_hint_run(struct job *j, const struct cred *cred)
{
	const struct msg_hint_job *m = j->msg;
	struct http_ask ask = {0};
	enum err e;

	(void)cred;
	ask.plain_domain = m->domain;
	ask.via = &m->via;
	ask.answer_max = ANSWER_MAX;
	ask.on_done = hint_done;
	ask.arg = j;
	if ((e = http_send(&j->req, job_http(j), &ask)) == ERR_OK)
		return;
	evidence_fail_err(job_evidence(j), e, err_default_text(e));
	job_finish(j);
}

static void
ask_dns(uv_work_t *w)
{
	struct srv_query *q = w->data;

	q->e = dns_srv_lookup(q->name, q->found, &q->found_n, &q->ei);
}

static void
take_found(struct srv_query *q, struct msg_hint_result *r)
{
	char url[DNS_HOST_MAX + 64];
	size_t i;

	for (i = 0; i < q->found_n; i++) {
		if (q->found[i].port != HTTPS_PORT)
			continue;
		(void)snprintf(url, sizeof(url),
		    "https://%s/autodiscover/autodiscover.xml",
		    q->found[i].host);
		if (!strlist_has(&r->urls, url) &&
		    strlist_add(&r->urls, url) != ERR_OK)
			q->e = ERR_NOMEM;
	}
	if (r->urls.n == 0 && q->e == ERR_OK)
		q->e = err_set(&q->ei, ERR_NOTFOUND,
		    "%s: no record is for port 443", q->name);
}

static void
dns_answered(uv_work_t *w, int status)
{
	struct srv_query *q = w->data;
	struct job *j = q->job;
	struct msg_hint_result *r;

	if (j == NULL) {
		mem_free(q);
		return;
	}
	j->extra = NULL;
	r = j->result;
	r->ev.total_ms = r->ev.dns_ms =
	    (uint32_t)(clock_mono_ms() - q->start_ms);
	if (status != 0)
		q->e =
		    err_set(&q->ei, ERR_CANCELLED, "the look-up did not run");
	if (q->e == ERR_OK)
		take_found(q, r);
	if (q->e == ERR_NOTFOUND)
		evidence_fail(&r->ev, "srv-none", "%s", q->ei.text);
	else if (q->e == ERR_DNS)
		evidence_fail(&r->ev, "dns-failed", "%s", q->ei.text);
	else if (q->e != ERR_OK)
		evidence_fail_err(&r->ev, q->e, q->ei.text);
	mem_free(q);
	job_finish(j);
}

void
job_srv_hint_run(struct job *j, const struct cred *cred)
{
	const struct msg_hint_job *m = j->msg;
	struct srv_query *q = NULL;
	enum err e = ERR_NOMEM;

	(void)cred;
	if (valid_host(m->domain, NULL) != ERR_OK) {
		evidence_fail(
		    job_evidence(j), "url-refused", "this is no mail domain");
		job_finish(j);
		return;
	}
	if ((q = try_alloc(sizeof(*q))) != NULL) {
		(void)snprintf(
		    q->name, sizeof(q->name), SRV_NAME "%s", m->domain);
		q->work.data = q;
		q->job = j;
		q->start_ms = clock_mono_ms();
		if (uv_queue_work(
			job_loop(j), &q->work, ask_dns, dns_answered) == 0) {
			j->extra = q;
			return;
		}
		mem_free(q);
	}
	evidence_fail_err(job_evidence(j), e, err_default_text(e));
	job_finish(j);
}

void
job_srv_hint_stop(struct job *j)
{
	struct srv_query *q = j->extra;

	if (q != NULL)
		q->job = NULL;
	j->extra = NULL;
}
