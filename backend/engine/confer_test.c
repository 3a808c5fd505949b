#include "backend/engine/confer_test.h"

#include <string.h>

#include "backend/engine/book_fault.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/confer_kind.h"
#include "backend/engine/engine.h"
#include "backend/engine/steps.h"
#include "backend/engine/steps_way.h"
#include "backend/engine/text_fit.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/confer.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/report.h"
#include "common/str.h"

#define SUBJECT_MAX 512

struct confer_test {
	struct confer_tests *all;
	char id[CONFER_TEST_ID_LEN + 1]; /* "": free */
	char confer_id[CONFER_ID_LEN + 1];
	const struct confer_kind *kind;
	size_t at; /* of the kind's steps */
	bool warned;
	struct msg_report report;
	struct steps steps;
	unsigned step; /* that runs, or 0 */
	struct conf_call *call;
};

struct confer_tests {
	struct engine *en;
	struct confer_test *running; /* one at a time; NULL: none */
	struct confer_test v[CONFER_TESTS_KEPT];
	unsigned next; /* the oldest */
};

struct confer_tests *
confer_tests_new(struct engine *en)
{
	struct confer_tests *ct = xalloc(sizeof(*ct));

	ct->en = en;
	return ct;
}

static void
test_clear(struct confer_test *t)
{
	conf_call_cancel(t->call);
	msg_report_free(&t->report);
	memset(t, 0, sizeof(*t));
}

void
confer_tests_free(struct confer_tests *ct)
{
	size_t i;

	if (ct == NULL)
		return;
	for (i = 0; i < CONFER_TESTS_KEPT; i++)
		test_clear(&ct->v[i]);
	mem_free(ct);
}

static void
finish(struct confer_test *t, unsigned state)
{
	const struct confer *svc =
	    conf_service_find(t->all->en->confs, t->confer_id);

	t->report.duration_ms =
	    (uint32_t)((int64_t)clock_wall_ms() - t->report.start_ms);
	t->report.state = state;
	t->all->running = NULL;
	if (svc != NULL && state != STEP_FAILED)
		book_fault_forget(t->all->en, svc);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Conferencing Test Ended", "JobId",
	    t->id, "Subject", t->report.subject, "Result",
	    step_state_name(state), NULL);
}

/* Skips what is left of the type's steps. */
static void
skip_rest(struct confer_test *t)
{
	while (t->at < t->kind->n)
		steps_skip(&t->steps, 0, t->kind->steps[t->at++].title,
		    "An earlier step failed.");
}

static void ask(struct confer_test *t);

static void
on_answer(void *arg, struct msg_confer_result *r)
{
	struct confer_test *t = arg;
	const struct confer_step *s = &t->kind->steps[t->at];
	enum step_state st = STEP_FAILED;
	char says[CONFER_SAYS_MAX];

	t->call = NULL;
	if (t->at == 0 && !steps_way_tell(&t->steps, &t->step, &r->ev)) {
		skip_rest(t);
		finish(t, STEP_FAILED);
		return;
	}
	if (t->step == 0)
		t->step = steps_begin(&t->steps, 0, s->title);
	if (r->ev.code != ERR_OK) {
		steps_outcome(&t->steps, t->step, STEP_FAILED, &r->ev, "");
	} else {
		st = s->judge(r, says);
		steps_evidence(&t->steps, t->step, &r->ev);
		steps_end(&t->steps, t->step, st, says);
	}
	t->step = 0;
	t->at++;
	t->warned |= st == STEP_WARNING;
	if (st == STEP_FAILED) {
		skip_rest(t);
		finish(t, STEP_FAILED);
	} else if (t->at == t->kind->n) {
		finish(t, t->warned ? STEP_WARNING : STEP_OK);
	} else {
		ask(t);
	}
}

static void
ask(struct confer_test *t)
{
	const struct confer_step *s = &t->kind->steps[t->at];

	t->step = t->at == 0 ? steps_way_begin(&t->steps)
			     : steps_begin(&t->steps, 0, s->title);
	t->call = conf_call_start(
	    t->all->en->confs, t->confer_id, s->op, NULL, on_answer, t);
}

static void
begin_report(struct confer_test *t, const struct confer *c)
{
	char subject[SUBJECT_MAX];

	text_fit(
	    subject, sizeof(subject), "%s, %s", c->type->label, confer_name(c));
	t->report.job_id = xstrdup(t->id);
	t->report.subject = xstrdup(subject);
	t->report.draft_id = xstrdup("");
	t->report.record_id = xstrdup(c->id);
	t->report.ews_url = xstrdup("");
	t->report.server_version = xstrdup("");
	t->report.state = STEP_RUNNING;
	t->report.start_ms = (int64_t)clock_wall_ms();
	t->steps.r = &t->report;
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Conferencing Test Started", "JobId",
	    t->id, "Subject", subject, NULL);
}

enum err
confer_test_start(struct confer_tests *ct, const char *confer_id, char *id,
    struct errinfo *ei)
{
	const struct confer *c = conf_service_find(ct->en->confs, confer_id);
	struct confer_test *t = &ct->v[ct->next];
	const struct confer_kind *k;

	if (c == NULL)
		return err_set(
		    ei, ERR_NOTFOUND, "There is no such conferencing service.");
	if ((k = confer_kind_find(c->type->type)) == NULL)
		return err_set(ei, ERR_UNSUPPORTED,
		    "A service of this type has no server to test.");
	if (ct->running != NULL)
		return err_set(ei, ERR_BUSY,
		    "A test of a conferencing service runs already. Wait "
		    "until it has ended.");
	ct->next = (ct->next + 1) % CONFER_TESTS_KEPT;
	test_clear(t);
	str_random_hex(t->id, CONFER_TEST_ID_LEN / 2);
	(void)str_copy(id, CONFER_TEST_ID_LEN + 1, t->id);
	(void)str_copy(t->confer_id, sizeof(t->confer_id), c->id);
	t->all = ct;
	t->kind = k;
	ct->running = t;
	begin_report(t, c);
	ask(t);
	return ERR_OK;
}

static struct confer_test *
find(struct confer_tests *ct, const char *id)
{
	size_t i;

	for (i = 0; i < CONFER_TESTS_KEPT; i++)
		if (ct->v[i].id[0] != '\0' && str_eq(ct->v[i].id, id))
			return &ct->v[i];
	return NULL;
}

const struct msg_report *
confer_test_report(struct confer_tests *ct, const char *id)
{
	struct confer_test *t = find(ct, id);

	if (t == NULL)
		return NULL;
	if (ct->running == t)
		t->report.duration_ms =
		    (uint32_t)((int64_t)clock_wall_ms() - t->report.start_ms);
	return &t->report;
}

enum err
confer_test_cancel(struct confer_tests *ct, const char *id)
{
	struct confer_test *t = find(ct, id);

	if (t == NULL)
		return ERR_NOTFOUND;
	if (ct->running == t) {
		conf_call_cancel(t->call);
		t->call = NULL;
		steps_stop(&t->steps, STEP_SKIPPED, "The test was cancelled.");
		skip_rest(t);
		finish(t, STEP_FAILED);
	}
	return ERR_OK;
}
