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
#include "common/store_next.h"
#include "common/store_report.h"
#include "common/str.h"

#define REPORT_JSON_MAX (2u * 1024u * 1024u)

struct job {
	TAILQ_ENTRY(job) next;
	struct jobs *all;
	struct conn_test *test; /* NULL: it is over */
	struct msg_report report;
	char group[JOB_ID_LEN + 1]; /* of the trees that began together */
	char session[65];
	bool is_record; /* a stored record, not something to be stored */
	char result_id[65]; /* else what it is: a draft or next account */
	bool is_cancelled;
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

static void
log_store(const struct job *job, const char *text)
{
	log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "JobId",
	    job->report.job_id, "Detail", text, NULL);
}

/* The newest report of a stored record and mailbox, for its page. */
static void
keep_report(struct job *job)
{
	const struct report_key key = {job->report.record_id,
	    job->report.mailbox, job->report.by,
	    job->report.state != STEP_FAILED};
	struct buf json = BUF_INIT(REPORT_JSON_MAX);
	struct errinfo ei;

	err_set(&ei, ERR_NOMEM, "The report is too long.");
	if (report_to_json(&job->report, &json) != ERR_OK ||
	    store_report_put(job->all->en->store, &key, buf_str(&json), &ei) !=
		ERR_OK)
		log_store(job, ei.text);
	buf_clear(&json);
}

/* By this the administrator's side stores a draft that passed, whether or
 * not somebody still looks at the test, and takes a next account. */
static void
keep_result(struct job *job)
{
	struct test_result r = {.rev = job->report.draft_rev,
	    .passed = job->report.state != STEP_FAILED};
	struct errinfo ei;

	(void)str_copy(r.record_id, sizeof(r.record_id), job->report.record_id);
	(void)str_copy(r.job_id, sizeof(r.job_id), job->report.job_id);
	if (store_result_put(job->all->en->store, job->result_id, &r, &ei) !=
	    ERR_OK)
		log_store(job, ei.text);
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
	if (job->is_cancelled)
		return;
	/* The record's own page tells of the account that it has. */
	if (job->is_record || (job->report.draft_id[0] != '\0' &&
				  job->report.state != STEP_FAILED))
		keep_report(job);
	if (!job->is_record)
		keep_result(job);
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

/* The stored record with the account that is to take over. */
static enum err
load_next(struct jobs *j, const struct msg_conn_test *m, struct exchange *x,
    struct errinfo *ei)
{
	struct exchange_next n;
	enum err e;

	memset(&n, 0, sizeof(n));
	e = store_next_get(j->en->store, m->record_id, &n, ei);
	if (e == ERR_OK && !str_eq(n.next_id, m->next_id))
		e = err_set(ei, ERR_CONFLICT,
		    "Another next account was entered meanwhile.");
	if (e == ERR_OK)
		e = exchange_with_next(x, &n, ei);
	exchange_next_clear(&n);
	return e;
}

/* What is tested: the draft, or the stored record. */
static enum err
load(struct jobs *j, const struct msg_conn_test *m, struct exchange *x,
    uint64_t *draft_rev, struct errinfo *ei)
{
	struct exchange_draft d;
	enum err e;

	if (*m->draft_id == '\0') {
		e = store_exchange_get(j->en->store, m->record_id, x, ei);
		if (e == ERR_OK && *m->next_id != '\0')
			e = load_next(j, m, x, ei);
		return e;
	}
	memset(&d, 0, sizeof(d));
	if ((e = store_draft_get(j->en->store, m->draft_id, &d, ei)) != ERR_OK)
		return e;
	*draft_rev = d.draft_rev;
	*x = d.x;
	memset(&d.x, 0, sizeof(d.x));
	exchange_draft_clear(&d);
	return ERR_OK;
}

static struct job *
running_of(struct jobs *j, const char *session)
{
	struct job *job;

	if (*session == '\0')
		return NULL;
	TAILQ_FOREACH(job, &j->list, next)
	if (job->test != NULL && str_eq(job->session, session))
		return job;
	return NULL;
}

static enum err
check(const struct jobs *j, const struct msg_conn_test *m, struct errinfo *ei)
{
	size_t trees = m->emails.n > 0 ? m->emails.n : 1;

	if (j->running + trees > JOBS_RUNNING_MAX)
		return err_set(ei, ERR_BUSY,
		    "%zu mailboxes are being tested already, and at most %d "
		    "are at a time. Wait until one of these tests has ended.",
		    j->running, JOBS_RUNNING_MAX);
	if ((*m->draft_id == '\0') == (*m->record_id == '\0'))
		return err_set(ei, ERR_ARG, "Name either a draft or a record.");
	return ERR_OK;
}

/* One tree: the test of one mailbox. */
static void
begin(struct jobs *j, struct record *r, const struct msg_conn_test *m,
    const char *group, size_t place, uint64_t draft_rev)
{
	struct job *job = xalloc(sizeof(*job));
	struct msg_report *rep = &job->report;
	char id[JOB_ID_LEN + 8], subject[512];
	const char *email =
	    m->emails.n > 0 ? m->emails.v[place - 1] : r->x.email;

	if (place == 1)
		(void)str_copy(id, sizeof(id), group);
	else
		snprintf(id, sizeof(id), "%s-%zu", group, place);
	text_fit(subject, sizeof(subject), "%s%s%s", r->x.display_name,
	    *email != '\0' ? ", " : "", email);
	job->all = j;
	job->is_record = *m->draft_id == '\0' && *m->next_id == '\0';
	(void)str_copy(job->result_id, sizeof(job->result_id),
	    *m->draft_id != '\0' ? m->draft_id : m->next_id);
	(void)str_copy(job->group, sizeof(job->group), group);
	(void)str_copy(job->session, sizeof(job->session), m->session);
	rep->job_id = xstrdup(id);
	rep->subject = xstrdup(subject);
	rep->draft_id = xstrdup(m->draft_id);
	rep->draft_rev = draft_rev;
	rep->record_id = xstrdup(r->x.id);
	rep->account = xstrdup(r->x.account);
	rep->mailbox = xstrdup(email);
	rep->by = xstrdup(m->by);
	rep->place = (uint32_t)place;
	rep->trees = (uint32_t)(m->emails.n > 0 ? m->emails.n : 1);
	rep->state = STEP_RUNNING;
	rep->start_ms = (int64_t)clock_wall_ms();
	job->timer = timer_new(j->en->loop, on_timer, job);
	timer_start(job->timer, JOB_MAX_MS);
	TAILQ_INSERT_TAIL(&j->list, job, next);
	j->n++;
	j->running++;
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Connection Test Started", "JobId",
	    id, "Subject", subject, "By", m->by, NULL);
	job->test = conn_test_start(r, email, rep, on_done, job);
}

enum err
jobs_start(struct jobs *j, const struct msg_conn_test *m,
    struct msg_job_started *out, struct errinfo *ei)
{
	struct job *other = running_of(j, m->session);
	uint64_t draft_rev = 0;
	char id[JOB_ID_LEN + 1];
	struct record *r;
	size_t i;
	enum err e;

	if (other != NULL) {
		out->job_id = xstrdup(other->group);
		out->trees = other->report.trees;
		out->is_other = true;
		return ERR_OK;
	}
	if ((e = check(j, m, ei)) != ERR_OK)
		return e;
	r = record_new(j->en, true);
	if ((e = load(j, m, &r->x, &draft_rev, ei)) != ERR_OK) {
		record_unref(r);
		return e;
	}
	while (j->n >= JOBS_KEPT_MAX && TAILQ_FIRST(&j->list)->test == NULL)
		job_free(TAILQ_FIRST(&j->list));
	str_random_hex(id, JOB_ID_LEN / 2);
	out->job_id = xstrdup(id);
	out->trees = (uint32_t)(m->emails.n > 0 ? m->emails.n : 1);
	for (i = 1; i <= out->trees; i++)
		begin(j, r, m, id, i, draft_rev);
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

/* The id of a job means all its trees, that of a tree that tree. */
enum err
jobs_cancel(struct jobs *j, const char *id)
{
	struct job *job;
	bool is_known = false;

	TAILQ_FOREACH(job, &j->list, next)
	{
		if (!str_eq(job->report.job_id, id) && !str_eq(job->group, id))
			continue;
		is_known = true;
		if (job->test == NULL)
			continue;
		job->is_cancelled = true;
		conn_test_stop(job->test, "cancelled", "");
		job_over(job);
	}
	return is_known ? ERR_OK : ERR_NOTFOUND;
}
