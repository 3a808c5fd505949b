#include "backend/engine/workspace_test.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/bound_call.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/own_fault.h"
#include "backend/engine/steps.h"
#include "backend/engine/steps_way.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/workspace_device.h"
#include "backend/engine/workspaces.h"
#include "common/alloc.h"
#include "common/bound.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/report.h"
#include "common/str.h"

#define SUBJECT_MAX 512
#define SAYS_MAX 512
#define WORKER_POLL_MS 25
#define WORKER_WAIT_MS 5000
#define SKIPPED "An earlier step failed."
#define DEVICE "Device"
#define BOOKINGS "Bookings"
#define MAILBOX "Room mailbox"

struct workspace_test {
	struct workspace_tests *all;
	char id[WORKSPACE_TEST_ID_LEN + 1]; /* "": free */
	struct bound b; /* as it was at the start */
	struct msg_report report;
	struct steps steps;
	unsigned step;
	struct bound_call *call;
	uint64_t since_ms;
};

struct workspace_tests {
	struct engine *en;
	struct timer *timer; /* starts the one that runs */
	struct workspace_test *running; /* one at a time; NULL: none */
	struct workspace_test v[WORKSPACE_TESTS_KEPT];
	unsigned next; /* the oldest */
};

static void
test_clear(struct workspace_test *t)
{
	bound_call_cancel(t->call);
	msg_report_free(&t->report);
	bound_clear(&t->b);
	memset(t, 0, sizeof(*t));
}

void
workspace_tests_free(struct workspace_tests *wt)
{
	size_t i;

	if (wt == NULL)
		return;
	for (i = 0; i < WORKSPACE_TESTS_KEPT; i++)
		test_clear(&wt->v[i]);
	timer_free(wt->timer);
	mem_free(wt);
}

static void
finish(struct workspace_test *t, enum step_state state)
{
	t->report.duration_ms =
	    (uint32_t)((int64_t)clock_wall_ms() - t->report.start_ms);
	t->report.state = state;
	t->all->running = NULL;
	timer_stop(t->all->timer);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Workspace Test Ended", "JobId",
	    t->id, "Subject", t->report.subject, "Result",
	    step_state_name(state), NULL);
}

/* Whether its meetings can be read; it is not read for a test. */
static enum step_state
tell_mailbox(struct workspace_test *t)
{
	struct engine *en = t->all->en;
	const char *address = bound_get(&t->b, "mailbox");
	const struct mbox *m = users_find(en->users, address);
	unsigned step = steps_begin(&t->steps, 0, MAILBOX);
	enum step_state st = STEP_WARNING;
	char says[SAYS_MAX];

	if (!bound_is_on(&t->b)) {
		text_fit(says, sizeof(says),
		    "%s is listened to when the workspace is enabled.",
		    address);
	} else if (!config_is_enabled(en->config)) {
		text_fit(says, sizeof(says),
		    "%s is listened to when the Calendar Connector is enabled.",
		    address);
	} else if (m != NULL && m->phase == MBOX_LIVE) {
		st = STEP_OK;
		text_fit(says, sizeof(says), "%s is listened to.", address);
	} else {
		text_fit(says, sizeof(says), "%s is not listened to%s %s",
		    address, m != NULL && m->row.reason[0] != '\0' ? ":" : ".",
		    m != NULL ? m->row.reason : "");
	}
	steps_end(&t->steps, step, st, says);
	return st;
}

static void
tell_device(struct workspace_test *t, const struct msg_device_info *r)
{
	char says[SAYS_MAX];

	text_fit(says, sizeof(says), "%s with software %s.",
	    r->product != NULL && r->product[0] != '\0' ? r->product
							: "A device",
	    r->version != NULL ? r->version : "");
	steps_end(&t->steps, steps_begin(&t->steps, 0, DEVICE), STEP_OK, says);
}

static void
skip_rest(struct workspace_test *t, bool at_device)
{
	if (!at_device)
		steps_skip(&t->steps, 0, DEVICE, SKIPPED);
	steps_skip(&t->steps, 0, BOOKINGS, SKIPPED);
	steps_skip(&t->steps, 0, MAILBOX, SKIPPED);
}

static void
on_info(void *arg, const struct msg_evidence *ev, void *msg)
{
	const struct msg_device_info *r = msg;
	struct workspace_test *t = arg;
	bool is_device =
	    r != NULL && r->version != NULL && r->version[0] != '\0';
	struct msg_evidence way = {0};
	const char *broken;
	char says[SAYS_MAX];

	t->call = NULL;
	/* What came of the first of two requests was good. */
	if (!steps_way_tell(&t->steps, &t->step, is_device ? &way : ev)) {
		skip_rest(t, false);
		finish(t, STEP_FAILED);
		return;
	}
	if (is_device)
		tell_device(t, r);
	if (ev->code != (uint32_t)ERR_OK) {
		broken = is_device ? BOOKINGS : DEVICE;
		steps_outcome(&t->steps, steps_begin(&t->steps, 0, broken),
		    STEP_FAILED, ev, "");
		if (!is_device)
			steps_skip(&t->steps, 0, BOOKINGS, SKIPPED);
		steps_skip(&t->steps, 0, MAILBOX, SKIPPED);
		finish(t, STEP_FAILED);
		return;
	}
	text_fit(says, sizeof(says), "The device holds %u of today and later.",
	    r == NULL ? 0u : (unsigned)r->bookings_n);
	steps_outcome(&t->steps, steps_begin(&t->steps, 0, BOOKINGS),
	    STEP_FAILED, ev, says);
	finish(t, tell_mailbox(t));
}

static void
fail(struct workspace_test *t, const char *failure, const char *text)
{
	struct msg_evidence ev;

	own_fault_fill(&ev, failure, text);
	on_info(t, &ev, NULL);
	msg_evidence_free(&ev);
}

static void
on_timer(void *arg)
{
	struct workspace_tests *wt = arg;
	struct workspace_test *t = wt->running;
	struct msg_device_job m = {0};
	enum err e;

	if (t == NULL)
		return;
	e = bound_call_open(&t->call, wt->en, &t->b, on_info, t);
	if (e == ERR_OK) {
		device_ctx_fill(&m.ctx, &t->b, bound_call_cred(t->call));
		e = bound_call_send(
		    t->call, IPC_DEVICE_INFO, &m, DEVICE_CALL_MAX_MS);
		msg_device_job_free(&m);
	}
	if (e == ERR_OK)
		return;
	bound_call_cancel(t->call);
	t->call = NULL;
	if (e == ERR_BUSY && clock_mono_ms() - t->since_ms < WORKER_WAIT_MS)
		timer_start(wt->timer, WORKER_POLL_MS);
	else
		fail(t, "worker-died", err_default_text(e));
}

struct workspace_tests *
workspace_tests_new(struct engine *en)
{
	struct workspace_tests *wt = xalloc(sizeof(*wt));

	wt->en = en;
	wt->timer = timer_new(en->loop, on_timer, wt);
	return wt;
}

enum err
workspace_test_start(struct workspace_tests *wt, const char *workspace_id,
    char *id, struct errinfo *ei)
{
	const struct bound *b =
	    workspaces_find(wt->en->workspaces, workspace_id);
	struct workspace_test *t = &wt->v[wt->next];
	char subject[SUBJECT_MAX];
	enum err e;

	if (b == NULL)
		return err_set(ei, ERR_NOTFOUND, "There is no such workspace.");
	if (wt->running != NULL)
		return err_set(ei, ERR_BUSY,
		    "A test of a workspace runs already. Wait until it has "
		    "ended.");
	test_clear(t);
	if ((e = bound_copy(&t->b, b)) != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	wt->next = (wt->next + 1) % WORKSPACE_TESTS_KEPT;
	str_random_hex(t->id, WORKSPACE_TEST_ID_LEN / 2);
	(void)str_copy(id, WORKSPACE_TEST_ID_LEN + 1, t->id);
	t->all = wt;
	t->since_ms = clock_mono_ms();
	text_fit(subject, sizeof(subject), "Workspace %s",
	    bound_get(b, "display_name"));
	steps_open(&t->steps, &t->report, t->id, subject);
	t->step = steps_way_begin(&t->steps);
	wt->running = t;
	timer_start(wt->timer, 0);
	return ERR_OK;
}

static struct workspace_test *
find(struct workspace_tests *wt, const char *id)
{
	size_t i;

	for (i = 0; i < WORKSPACE_TESTS_KEPT; i++)
		if (wt->v[i].id[0] != '\0' && str_eq(wt->v[i].id, id))
			return &wt->v[i];
	return NULL;
}

const struct msg_report *
workspace_test_report(struct workspace_tests *wt, const char *id)
{
	struct workspace_test *t = find(wt, id);

	if (t == NULL)
		return NULL;
	if (wt->running == t)
		t->report.duration_ms =
		    (uint32_t)((int64_t)clock_wall_ms() - t->report.start_ms);
	return &t->report;
}

enum err
workspace_test_cancel(struct workspace_tests *wt, const char *id)
{
	struct workspace_test *t = find(wt, id);

	if (t == NULL)
		return ERR_NOTFOUND;
	if (wt->running == t) {
		bound_call_cancel(t->call);
		t->call = NULL;
		steps_stop(&t->steps, STEP_SKIPPED, "The test was cancelled.");
		skip_rest(t, false);
		finish(t, STEP_FAILED);
	}
	return ERR_OK;
}
