#include "backend/engine/conn_test.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/server_alarm.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/discover.h"
#include "backend/engine/discover_plan.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/steps.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/str.h"

#define PROBLEMS_MAX 1500 /* bytes of text */
#define NO_MAILBOX "No test mailbox was given."

enum phase {
	PHASE_ADDRESS,
	PHASE_PASSWORD,
	PHASE_DISCOVER,
	PHASE_PROBE,
	PHASE_IMPERSONATE,
	PHASE_SUBSCRIBE,
	PHASE_UNSUBSCRIBE
};

static const char *const titles[] = {
    [PHASE_ADDRESS] = "Address",
    [PHASE_PASSWORD] = "Stored password",
    [PHASE_PROBE] = "EWS reached and authenticated",
    [PHASE_IMPERSONATE] = "Impersonation of the test mailbox",
    [PHASE_SUBSCRIBE] = "Streaming subscription accepted",
};

struct conn_test {
	struct record *r;
	char *email;
	struct msg_report *report;
	struct steps steps;
	enum phase phase;
	struct timer *timer;
	struct src_call *call;
	struct discover *discover;
	unsigned step;
	struct strlist urls; /* of EWS */
	size_t url; /* that is tried now */
	char *subscription;
	conn_test_fn fn;
	void *arg;
};

static void run(void *arg);

void
conn_test_free(struct conn_test *t)
{
	if (t == NULL)
		return;
	src_cancel(t->call);
	discover_cancel(t->discover);
	timer_free(t->timer);
	strlist_clear(&t->urls);
	mem_free(t->subscription);
	mem_free(t->email);
	record_unref(t->r);
	mem_free(t);
}

/* The worst of the top-level steps; a skipped one says nothing. */
static unsigned
overall(const struct msg_report *r)
{
	unsigned state = STEP_OK;
	size_t i;

	for (i = 0; i < r->steps_n; i++) {
		if (r->steps[i].parent != 0)
			continue;
		if (r->steps[i].state == STEP_FAILED)
			return STEP_FAILED;
		if (r->steps[i].state == STEP_WARNING)
			state = STEP_WARNING;
	}
	return state;
}

static void
close_report(struct conn_test *t)
{
	t->report->duration_ms =
	    (uint32_t)((int64_t)clock_wall_ms() - t->report->start_ms);
	t->report->state = overall(t->report);
}

static void
skip_from(struct conn_test *t, enum phase from, const char *why)
{
	unsigned i;

	for (i = from; i < PHASE_UNSUBSCRIBE; i++)
		if (titles[i] != NULL)
			steps_skip(&t->steps, 0, titles[i], why);
}

/* The owner frees the test in fn. */
static void
finish(struct conn_test *t)
{
	close_report(t);
	t->fn(t->arg);
}

static void
finish_failed(struct conn_test *t, enum phase next)
{
	skip_from(t, next, "An earlier step failed.");
	finish(t);
}

/* The step that was being done: the newest of those that run. */
static unsigned
running_step(const struct msg_report *r)
{
	size_t i;

	for (i = r->steps_n; i > 0; i--)
		if (r->steps[i - 1].state == STEP_RUNNING)
			return (unsigned)i;
	return 0;
}

void
conn_test_stop(struct conn_test *t, const char *failure, const char *detail)
{
	unsigned now;

	src_cancel(t->call);
	discover_cancel(t->discover);
	t->call = NULL;
	t->discover = NULL;
	if ((now = running_step(t->report)) == 0)
		now = steps_begin(&t->steps, 0, "Test");
	steps_fail(&t->steps, now, STEP_FAILED, failure, "", detail);
	steps_stop(&t->steps, STEP_FAILED, "The test was stopped here.");
	close_report(t);
}

static void
go(struct conn_test *t, enum phase p)
{
	t->phase = p;
	timer_start(t->timer, 0);
}

/* -- the record -- */

static void
add_problem(void *arg, const char *key, const char *text)
{
	struct buf *b = arg;

	/* What does not fit is left out; the form shows them all. */
	if (buf_putf(b, "%s%s: %s", b->len > 0 ? " " : "", key, text) != ERR_OK)
		return;
}

static void
check_address(struct conn_test *t)
{
	struct buf problems = BUF_INIT(PROBLEMS_MAX);
	const struct exchange *x = &t->r->x;
	bool direct = str_eq(x->discovery, "direct");
	char what[320];

	t->step = steps_begin(&t->steps, 0, titles[PHASE_ADDRESS]);
	steps_kv(&t->steps, t->step, "account", x->account);
	steps_kv(&t->steps, t->step, "mailbox", t->email);
	if (direct)
		steps_kv(&t->steps, t->step, "server", x->address);
	if (exchange_check(x, add_problem, &problems) > 0) {
		steps_end(&t->steps, t->step, STEP_FAILED, buf_str(&problems));
		buf_clear(&problems);
		finish_failed(t, PHASE_PASSWORD);
		return;
	}
	buf_clear(&problems);
	if (direct)
		text_fit(what, sizeof(what), "The server %s is asked directly.",
		    x->address);
	else if (*t->email != '\0')
		text_fit(what, sizeof(what), "The mail domain is %s.",
		    plan_domain(t->email));
	else
		text_fit(what, sizeof(what), NO_MAILBOX);
	steps_end(&t->steps, t->step, STEP_OK, what);
	go(t, PHASE_PASSWORD);
}

/* A stored record whose box is of other settings was tampered with, or its
 * database was: that is told whether or not the record is in use.  The alarm
 * goes when the record is changed or works again. */
static void
tell_refused(const struct conn_test *t, const struct msg_evidence *ev)
{
	const struct msg_report *rep = t->report;
	bool is_draft = rep->draft_id != NULL && rep->draft_id[0] != '\0';

	if (!is_draft &&
	    (ev->code == ERR_BOUND || str_eq(ev->failure, "cred-unreadable")))
		alarm_bound(t->r, ev->detail);
}

static void
on_password(
    void *arg, const struct msg_evidence *ev, enum ipc_type type, void *msg)
{
	struct conn_test *t = arg;

	(void)type;
	(void)msg;
	t->call = NULL;
	steps_outcome(&t->steps, t->step, STEP_FAILED, ev,
	    "It belongs to these settings.");
	if (ev->code != ERR_OK) {
		tell_refused(t, ev);
		finish_failed(t, PHASE_PROBE);
	} else
		go(t, PHASE_DISCOVER);
}

/* -- discovery -- */

static void
on_found(void *arg, struct discover_result *res)
{
	struct conn_test *t = arg;

	t->discover = NULL;
	if (!res->found) {
		finish_failed(t, PHASE_PROBE);
		return;
	}
	t->urls = res->urls;
	memset(&res->urls, 0, sizeof(res->urls));
	if (!str_eq(t->email, res->email)) {
		mem_free(t->email);
		t->email = xstrdup(res->email);
		t->steps.mailbox = t->email;
	}
	go(t, PHASE_PROBE);
}

static void
on_directory(void *arg, struct discover_result *res)
{
	struct conn_test *t = arg;

	(void)res;
	t->discover = NULL;
	skip_from(t, PHASE_PROBE, NO_MAILBOX);
	finish(t);
}

static void
start_discovery(struct conn_test *t)
{
	const struct exchange *x = &t->r->x;

	t->step = 0;
	if (*t->email != '\0') {
		t->discover =
		    discover_start(t->r, t->email, &t->steps, on_found, t);
	} else if (x->scp_enabled && str_eq(x->discovery, "autodiscover")) {
		t->discover =
		    discover_scp_only(t->r, &t->steps, on_directory, t);
	} else {
		skip_from(t, PHASE_PROBE, NO_MAILBOX);
		finish(t);
	}
}

/* -- EWS -- */

static void
keep_text(char **field, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	mem_free(*field);
	*field = try_strdup(text);
}

static void
on_ews(void *arg, const struct msg_evidence *ev, enum ipc_type type, void *msg)
{
	static const char *const good[] = {
	    [PHASE_PROBE] = "Exchange answers and accepts the account.",
	    [PHASE_IMPERSONATE] = "The account may act for the mailbox.",
	    [PHASE_SUBSCRIBE] = "Exchange will tell of changes.",
	    [PHASE_UNSUBSCRIBE] = "",
	};
	struct conn_test *t = arg;
	const struct msg_ews_result *m = type != IPC_T_NONE ? msg : NULL;
	bool more;

	t->call = NULL;
	if (t->phase == PHASE_UNSUBSCRIBE) {
		/* It would end by itself: no fault of the connection. */
		finish(t);
		return;
	}
	more = t->phase == PHASE_PROBE && ev->code != ERR_OK &&
	       t->url + 1 < t->urls.n;
	steps_outcome(&t->steps, t->step, more ? STEP_WARNING : STEP_FAILED, ev,
	    good[t->phase]);
	if (more) {
		t->url++;
		go(t, PHASE_PROBE);
		return;
	}
	if (ev->code != ERR_OK) {
		finish_failed(t, (enum phase)(t->phase + 1));
		return;
	}
	keep_text(&t->report->server_version, ev->server_version);
	if (t->phase == PHASE_PROBE)
		keep_text(&t->report->ews_url, t->urls.v[t->url]);
	if (t->phase == PHASE_SUBSCRIBE && m != NULL)
		keep_text(&t->subscription, m->id);
	go(t, (enum phase)(t->phase + 1));
}

static void
start_ews(struct conn_test *t)
{
	static const enum ipc_type types[] = {
	    [PHASE_PROBE] = IPC_EWS_PROBE,
	    [PHASE_IMPERSONATE] = IPC_EWS_CALENDAR,
	    [PHASE_SUBSCRIBE] = IPC_EWS_SUBSCRIBE,
	    [PHASE_UNSUBSCRIBE] = IPC_EWS_UNSUBSCRIBE,
	};
	struct src_place at = {t->urls.v[t->url], t->email, t->email, ""};

	if (t->phase == PHASE_UNSUBSCRIBE && t->subscription == NULL) {
		finish(t);
		return;
	}
	if (t->phase == PHASE_PROBE)
		at.mailbox = "";
	if (t->phase != PHASE_UNSUBSCRIBE)
		t->step = steps_begin(&t->steps, 0, titles[t->phase]);
	t->call = src_mailbox(t->r, types[t->phase], &at,
	    t->phase == PHASE_UNSUBSCRIBE ? t->subscription : "", on_ews, t);
}

static void
run(void *arg)
{
	struct conn_test *t = arg;

	switch (t->phase) {
	case PHASE_ADDRESS:
		check_address(t);
		break;
	case PHASE_PASSWORD:
		t->step = steps_begin(&t->steps, 0, titles[PHASE_PASSWORD]);
		t->call = src_credential(t->r, on_password, t);
		break;
	case PHASE_DISCOVER:
		start_discovery(t);
		break;
	case PHASE_PROBE:
	case PHASE_IMPERSONATE:
	case PHASE_SUBSCRIBE:
	case PHASE_UNSUBSCRIBE:
		start_ews(t);
		break;
	}
}

struct conn_test *
conn_test_start(struct record *r, const char *email, struct msg_report *report,
    conn_test_fn fn, void *arg)
{
	struct conn_test *t = xalloc(sizeof(*t));

	t->r = record_ref(r);
	t->email = xstrdup(email);
	t->report = report;
	t->steps.r = report;
	t->steps.account = r->x.account;
	t->steps.mailbox = t->email;
	t->fn = fn;
	t->arg = arg;
	t->timer = timer_new(r->en->loop, run, t);
	go(t, PHASE_ADDRESS);
	return t;
}
