/* job_dir.c - the job over LDAP that finds users: the answer comes in pages,
 * each as soon as the engine takes it. */
#include "config.h"

#include <string.h>
#include <uv.h>

#include "backend/net/creds.h"
#include "backend/net/dir_search.h"
#include "backend/net/evidence.h"
#include "backend/net/job.h"
#include "backend/net/ldap_scp.h"
#include "backend/net/scp_walk.h"
#include "common/alloc.h"

#define AGAIN_MS 20 /* until the engine has read some of what waits */

/* One of query and timer is busy at a time. */
struct finding {
	struct job *j; /* NULL: the job is gone, the timer closes */
	struct scp_query *query;
	struct dir_search *search;
	uv_timer_t timer;
};

uint64_t
job_dir_cred(const void *msg)
{
	const struct msg_dir_job *m = msg;

	return m->where.cred_id;
}

static void
on_closed(uv_handle_t *h)
{
	mem_free(h->data);
}

void
job_dir_stop(struct job *j)
{
	struct finding *f = j->extra;

	if (f == NULL)
		return;
	j->extra = NULL;
	f->j = NULL;
	scp_query_cancel(f->query);
	f->query = NULL;
	dir_search_unref(f->search);
	f->search = NULL;
	uv_close((uv_handle_t *)&f->timer, on_closed);
}

static void
send_pages(uv_timer_t *t)
{
	struct finding *f = t->data;
	struct msg_dir_page page = {0};

	for (;;) {
		dir_search_page(f->search, &page);
		if (page.entries_n == 0)
			break;
		if (!job_send(f->j, IPC_DIR_PAGE, &page)) {
			(void)uv_timer_start(
			    &f->timer, send_pages, AGAIN_MS, 0);
			return;
		}
		dir_search_took(f->search, page.entries_n);
	}
	job_finish(f->j);
}

static void
dir_done(void *arg, struct msg_scp_result *r)
{
	struct finding *f = arg;
	struct msg_dir_result *to = f->j->result;

	f->query = NULL; /* it frees itself */
	msg_dir_result_free(to);
	to->ev = r->ev;
	to->server = r->server;
	to->base_dn = r->base_dn;
	to->trail = r->trail;
	to->trail_n = r->trail_n;
	r->server = r->base_dn = NULL;
	r->trail = NULL;
	r->trail_n = 0;
	memset(&r->ev, 0, sizeof(r->ev));
	dir_search_tell(f->search, to);
	if (evidence_failed(&to->ev))
		job_finish(f->j);
	else
		send_pages(&f->timer);
}

static enum err
begin(struct job *j, const struct cred *cred, struct errinfo *ei)
{
	const struct msg_dir_job *m = j->msg;
	struct finding *f = try_alloc(sizeof(*f));
	struct scp_instead instead = {
	    .search = dir_search_run, .server_ms = DIR_SERVER_MS};
	enum err e;

	if (f == NULL)
		return err_set(ei, ERR_NOMEM, "memory is out");
	if ((e = dir_search_new(&f->search, m, ei)) != ERR_OK) {
		mem_free(f);
		return e;
	}
	f->j = j;
	(void)uv_timer_init(job_loop(j), &f->timer);
	f->timer.data = f;
	j->extra = f;
	instead.arg = dir_search_ref(f->search);
	e = scp_query_new(&f->query, job_loop(j), &m->where, cred, job_ca(j),
	    job_allow_loopback(j), &instead, dir_search_unref, dir_done, f);
	if (e == ERR_OK)
		return ERR_OK;
	dir_search_unref(f->search);
	return err_set(ei, e, "%s", err_default_text(e));
}

void
job_dir_run(struct job *j, const struct cred *cred)
{
	const struct msg_dir_job *m = j->msg;
	struct errinfo ei = {ERR_OK, ""};
	const char *why;
	enum err e;

	if (cred == NULL)
		evidence_fail(
		    job_evidence(j), "cred-missing", "no credential was named");
	else if ((why = cred_bound_ldap(
		      &cred->bound, &m->where, job_allow_loopback(j))) != NULL)
		evidence_fail(job_evidence(j), "cred-bound", "%s", why);
	else if ((e = begin(j, cred, &ei)) == ERR_OK)
		return;
	else
		evidence_fail_err(job_evidence(j), e, ei.text);
	job_finish(j);
}
