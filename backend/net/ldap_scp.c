/* ldap_scp.c - see ldap_scp.h. */
#include "config.h"

#include "backend/net/ldap_scp.h"

#include <stdatomic.h>
#include <uv.h>

#include "backend/net/ca_store.h"
#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/scp_trail.h"
#include "backend/net/scp_walk.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"

/* The worker has all of it until it is done, the loop only the flag. */
struct scp_query {
	uv_work_t work;
	atomic_bool cancelled;
	scp_done_fn done;
	void *arg;
	struct msg_scp_job job;
	struct cred cred;
	struct ca_store *ca;
	bool allow_loopback;
	uint64_t deadline_ms;
	struct msg_scp_result result;
	struct scp_instead instead; /* search NULL: connection points */
	void (*over)(void *arg);
};

static void
work(uv_work_t *req)
{
	struct scp_query *q = req->data;
	const struct scp_walk w = {.job = &q->job,
	    .cred = &q->cred,
	    .ca = q->ca,
	    .allow_loopback = q->allow_loopback,
	    .deadline_ms = q->deadline_ms,
	    .cancelled = &q->cancelled,
	    .r = &q->result,
	    .instead = q->instead.search != NULL ? &q->instead : NULL};

	scp_walk_run(&w);
}

static void
query_free(struct scp_query *q)
{
	msg_scp_job_free(&q->job);
	mem_free(q->cred.account);
	secret_clear(&q->cred.secret);
	ca_store_unref(q->ca);
	msg_scp_result_free(&q->result);
	if (q->over != NULL)
		q->over(q->instead.arg);
	mem_free(q);
}

static void
after(uv_work_t *req, int status)
{
	struct scp_query *q = req->data;

	if (!atomic_load(&q->cancelled)) {
		if (status != 0)
			evidence_fail_err(&q->result.ev, ERR_CANCELLED,
			    "the worker did not run");
		q->done(q->arg, &q->result);
	}
	query_free(q);
}

enum err
scp_query_new(struct scp_query **out, uv_loop_t *l,
    const struct msg_scp_job *job, const struct cred *cred, struct ca_store *ca,
    bool allow_loopback, const struct scp_instead *instead,
    void (*over)(void *arg), scp_done_fn done, void *arg)
{
	struct scp_query *q = try_alloc(sizeof(*q));
	uint32_t ms = job->timeout_ms;
	enum err e = ERR_NOMEM;

	if (q == NULL)
		return ERR_NOMEM;
	if (ms == 0)
		ms = SCP_TIMEOUT_DEFAULT_MS;
	if (ms > SCP_TIMEOUT_MAX_MS)
		ms = SCP_TIMEOUT_MAX_MS;
	q->work.data = q;
	atomic_init(&q->cancelled, false);
	q->done = done;
	q->arg = arg;
	q->ca = ca_store_ref(ca);
	q->allow_loopback = allow_loopback;
	q->deadline_ms = clock_mono_ms() + ms;
	q->cred.id = cred->id;
	q->cred.bound = cred->bound;
	q->cred.account = try_strdup(cred->account);
	if (q->cred.account == NULL ||
	    (e = scp_trail_init(&q->result)) != ERR_OK ||
	    (e = secret_copy(&q->cred.secret, &cred->secret)) != ERR_OK ||
	    (e = msg_scp_job_copy(&q->job, job)) != ERR_OK) {
		query_free(q);
		return e == ERR_OK ? ERR_NOMEM : e;
	}
	if (instead != NULL)
		q->instead = *instead;
	if (uv_queue_work(l, &q->work, work, after) != 0) {
		query_free(q);
		return ERR_NOMEM;
	}
	q->over = over;
	*out = q;
	return ERR_OK;
}

void
scp_query_cancel(struct scp_query *q)
{
	if (q != NULL)
		atomic_store(&q->cancelled, true);
}
