#include "backend/engine/jobs.h"

#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "backend/engine/conn_test.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/report.h"
#include "common/store_exchange.h"
#include "common/store_state.h"
#include "common/str.h"

#define REPORT_JSON_MAX (2u * 1024u * 1024u)

struct job {
	TAILQ_ENTRY(job) next;
	struct jobs *all;
	struct conn_test *test; /* NULL: it is over */
	struct msg_report report;
	bool is_record; /* a stored record, not a draft */
	struct timer *timer; /* the longest it may take, then be kept */
};

struct jobs {
	struct engine *en;
	TAILQ_HEAD(, job) list; /* oldest first */
	size_t n, running;
};

struct jobs *
jobs_new(struct engine *en)
{
	struct jobs *j = xalloc(sizeof(*j));

	j->en = en;
	TAILQ_INIT(&j->list);
	return j;
}

static void
job_free(struct job *job)
{
	TAILQ_REMOVE(&job->all->list, job, next);
	job->all->n--;
	conn_test_free(job->test);
	timer_free(job->timer);
	msg_report_free(&job->report);
	mem_free(job);
}

void
jobs_free(struct jobs *j)
{
	struct job *job;

	if (j == NULL)
		return;
	while ((job = TAILQ_FIRST(&j->list)) != NULL)
		job_free(job);
	mem_free(j);
}

/* The last report of a stored record, for its page. */
static void
keep_report(struct job *job)
{
	struct buf json = BUF_INIT(REPORT_JSON_MAX);
	struct errinfo ei;

	err_set(&ei, ERR_NOMEM, "The report is too long.");
	if (report_to_json(&job->report, &json) != ERR_OK ||
	    store_report_put(job->all->en->store, job->report.record_id,
		job->report.state != STEP_FAILED, buf_str(&json),
		&ei) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "JobId",
		    job->report.job_id, "Detail", ei.text, NULL);
	buf_clear(&json);
}

static void
job_over(struct job *job)
{
	char took[16];

	job->all->running--;
	conn_test_free(job->test);
	job->test = NULL;
	timer_start(job->timer, JOBS_KEEP_MS);
	snprintf(took, sizeof(took), "%u", job->report.duration_ms);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Connection Test Ended", "JobId",
	    job->report.job_id, "Subject", job->report.subject, "Result",
	    step_state_name(job->report.state), "TookMs", took, NULL);
	if (job->report.record_id[0] != '\0' &&
	    (job->is_record || job->report.state != STEP_FAILED))
		keep_report(job);
}

static void
on_done(void *arg)
{
	job_over(arg);
}

static void
on_timer(void *arg)
{
	struct job *job = arg;

	if (job->test == NULL) {
		job_free(job);
		return;
	}
	conn_test_stop(
	    job->test, "timeout", "The whole test took longer than it may.");
	job_over(job);
}

static struct job *
find(struct jobs *j, const char *id)
{
	struct job *job;

	TAILQ_FOREACH(job, &j->list, next)
	if (str_eq(job->report.job_id, id))
		return job;
	return NULL;
}

/* What is tested: the draft, or the stored record with another mailbox. */
static enum err
load(struct jobs *j, const struct msg_conn_test *m, struct record *r,
    struct msg_report *rep, struct errinfo *ei)
{
	struct exchange_draft d;
	enum err e;

	memset(&d, 0, sizeof(d));
	if (*m->draft_id != '\0') {
		if ((e = store_draft_get(j->en->store, m->draft_id, &d, ei)) !=
		    ERR_OK)
			return e;
		rep->draft_rev = d.draft_rev;
		r->x = d.x;
		memset(&d.x, 0, sizeof(d.x));
		exchange_draft_clear(&d);
	} else if ((e = store_exchange_get(
			j->en->store, m->record_id, &r->x, ei)) != ERR_OK) {
		return e;
	}
	rep->draft_id = xstrdup(m->draft_id);
	rep->record_id = xstrdup(r->x.id);
	return ERR_OK;
}

enum err
jobs_start(
    struct jobs *j, const struct msg_conn_test *m, char *id, struct errinfo *ei)
{
	struct record *r;
	struct job *job;
	char subject[512];
	const char *email;
	enum err e;

	if (j->running >= JOBS_RUNNING_MAX)
		return err_set(ei, ERR_BUSY,
		    "%d tests run already. Wait until one of them has ended.",
		    JOBS_RUNNING_MAX);
	if ((*m->draft_id == '\0') == (*m->record_id == '\0'))
		return err_set(ei, ERR_ARG, "Name either a draft or a record.");
	while (j->n >= JOBS_KEPT_MAX && TAILQ_FIRST(&j->list)->test == NULL)
		job_free(TAILQ_FIRST(&j->list));
	r = record_new(j->en, true);
	job = xalloc(sizeof(*job));
	if ((e = load(j, m, r, &job->report, ei)) != ERR_OK) {
		msg_report_free(&job->report);
		mem_free(job);
		record_unref(r);
		return e;
	}
	str_random_hex(id, JOB_ID_LEN / 2);
	email = *m->email != '\0' ? m->email : r->x.email;
	text_fit(subject, sizeof(subject), "%s%s%s", r->x.display_name,
	    *email != '\0' ? ", " : "", email);
	job->all = j;
	job->report.job_id = xstrdup(id);
	job->report.subject = xstrdup(subject);
	job->report.state = STEP_RUNNING;
	job->report.start_ms = (int64_t)clock_wall_ms();
	job->is_record = *m->draft_id == '\0';
	job->timer = timer_new(j->en->loop, on_timer, job);
	timer_start(job->timer, JOB_MAX_MS);
	TAILQ_INSERT_TAIL(&j->list, job, next);
	j->n++;
	j->running++;
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Connection Test Started", "JobId",
	    id, "Subject", subject, NULL);
	job->test = conn_test_start(r, email, &job->report, on_done, job);
	record_unref(r);
	return ERR_OK;
}

const struct msg_report *
jobs_report(struct jobs *j, const char *id)
{
	struct job *job = find(j, id);

	if (job == NULL)
		return NULL;
	if (job->test != NULL)
		job->report.duration_ms =
		    (uint32_t)((int64_t)clock_wall_ms() - job->report.start_ms);
	return &job->report;
}

enum err
jobs_cancel(struct jobs *j, const char *id)
{
	struct job *job = find(j, id);

	if (job == NULL)
		return ERR_NOTFOUND;
	if (job->test != NULL) {
		conn_test_stop(job->test, "cancelled", "");
		job_over(job);
	}
	return ERR_OK;
}
