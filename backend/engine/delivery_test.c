#include "backend/engine/delivery_test.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/delivery.h"
#include "backend/engine/delivery_send.h"
#include "backend/engine/engine.h"
#include "backend/engine/steps.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "backend/engine/own_fault.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/report.h"
#include "common/store_delivery.h"
#include "common/str.h"

#define WORKER_POLL_MS 25
#define WORKER_WAIT_MS 5000

struct delivery_test {
	struct delivery_tests *all;
	char id[DELIVERY_TEST_ID_LEN + 1]; /* "": free */
	struct msg_report report;
	struct steps steps;
	unsigned step;
	struct bound d; /* as it was at the start */
	struct delivery_send *sending;
	uint64_t since_ms;
};

struct delivery_tests {
	struct engine *en;
	struct timer *timer; /* starts the one that runs */
	struct delivery_test *running; /* one at a time; NULL: none */
	struct delivery_test v[DELIVERY_TESTS_KEPT];
	unsigned next; /* the oldest */
};

static const struct {
	const char *subject, *step, *good;
} words[BOUND_WAYS_N] = {
    [BOUND_SYSLOG] = {"Test message by syslog", "Syslog message",
	"The message was sent."},
    [BOUND_MAIL] = {"Test message by mail", "Mail",
	"The mail server took the message."},
    [BOUND_WEBHOOK] = {"Test message to the webhook", "Webhook request",
	"The webhook took the request."},
    [BOUND_PRESENCE] = {"Test message to the presence webhook",
	"Webhook request", "The webhook took the request."},
};

static void
test_clear(struct delivery_test *t)
{
	delivery_send_cancel(t->sending);
	msg_report_free(&t->report);
	bound_clear(&t->d);
	memset(t, 0, sizeof(*t));
}

void
delivery_tests_free(struct delivery_tests *dt)
{
	size_t i;

	if (dt == NULL)
		return;
	for (i = 0; i < DELIVERY_TESTS_KEPT; i++)
		test_clear(&dt->v[i]);
	timer_free(dt->timer);
	mem_free(dt);
}

static void
finish(struct delivery_test *t, const struct msg_evidence *ev)
{
	bool ok = ev->code == (uint32_t)ERR_OK;
	const char *said = ev->detail != NULL ? ev->detail : "";
	char good[640];

	text_fit(good, sizeof(good), "%s%s%s", words[t->d.kind].good,
	    said[0] != '\0' ? " It said: " : "", said);
	steps_outcome(&t->steps, t->step, STEP_FAILED, ev,
	    t->d.kind == BOUND_SYSLOG ? said : good);
	t->report.duration_ms =
	    (uint32_t)((int64_t)clock_wall_ms() - t->report.start_ms);
	t->report.state = ok ? STEP_OK : STEP_FAILED;
	t->all->running = NULL;
	timer_stop(t->all->timer);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Test Message Ended", "JobId", t->id,
	    "Channel", bound_name(t->d.kind), "Result",
	    step_state_name(t->report.state), NULL);
}

static void
fail(struct delivery_test *t, const char *failure, const char *text)
{
	struct msg_evidence ev;

	own_fault_fill(&ev, failure, text);
	finish(t, &ev);
	msg_evidence_free(&ev);
}

static void
on_sent(void *arg, const struct msg_evidence *ev)
{
	struct delivery_test *t = arg;

	t->sending = NULL;
	finish(t, ev);
}

static void
on_timer(void *arg)
{
	struct delivery_tests *dt = arg;
	struct delivery_test *t = dt->running;
	const struct delivery_what nothing = {0};
	size_t taken;
	enum err e;

	if (t == NULL)
		return;
	e = delivery_send_start(
	    &t->sending, dt->en, &t->d, &nothing, &taken, on_sent, t);
	if (e == ERR_OK)
		return;
	t->sending = NULL;
	if (e == ERR_BUSY && clock_mono_ms() - t->since_ms < WORKER_WAIT_MS)
		timer_start(dt->timer, WORKER_POLL_MS);
	else
		fail(t, "worker-died", err_default_text(e));
}

struct delivery_tests *
delivery_tests_new(struct engine *en)
{
	struct delivery_tests *dt = xalloc(sizeof(*dt));

	dt->en = en;
	dt->timer = timer_new(en->loop, on_timer, dt);
	return dt;
}

static void
ignore(void *arg, const char *key, const char *text)
{
	(void)arg;
	(void)key;
	(void)text;
}

/* As it would be if it were on. */
static enum err
take_config(struct delivery_test *t, const struct bound *d, struct errinfo *ei)
{
	enum err e;

	if ((e = bound_copy(&t->d, d)) != ERR_OK ||
	    (e = bound_set(&t->d, "enabled", "yes", ei)) != ERR_OK)
		return e;
	if (bound_check(&t->d, ignore, NULL) > 0 ||
	    (bound_wants_secret(&t->d) && t->d.box.n == 0))
		return err_set(
		    ei, ERR_ARG, "Fill in and save all that is needed first.");
	return ERR_OK;
}

enum err
delivery_test_start(struct delivery_tests *dt, const char *channel, char *id,
    struct errinfo *ei)
{
	struct delivery_test *t = &dt->v[dt->next];
	enum bound_kind ch = delivery_channel_of(channel);
	enum err e;

	if (ch == BOUND_WAYS_N)
		return err_set(ei, ERR_NOTFOUND, "There is no such way.");
	if (dt->running != NULL)
		return err_set(ei, ERR_BUSY,
		    "A test message is on its way already. Wait until that "
		    "has ended.");
	test_clear(t);
	if ((e = take_config(t, deliveries_get(dt->en->deliveries, ch), ei)) !=
	    ERR_OK) {
		test_clear(t);
		return e;
	}
	dt->next = (dt->next + 1) % DELIVERY_TESTS_KEPT;
	str_random_hex(t->id, DELIVERY_TEST_ID_LEN / 2);
	(void)str_copy(id, DELIVERY_TEST_ID_LEN + 1, t->id);
	t->all = dt;
	t->since_ms = clock_mono_ms();
	steps_open(&t->steps, &t->report, t->id, words[ch].subject);
	t->step = steps_begin(&t->steps, 0, words[ch].step);
	dt->running = t;
	timer_start(dt->timer, 0);
	return ERR_OK;
}

static struct delivery_test *
find(struct delivery_tests *dt, const char *id)
{
	size_t i;

	for (i = 0; i < DELIVERY_TESTS_KEPT; i++)
		if (dt->v[i].id[0] != '\0' && str_eq(dt->v[i].id, id))
			return &dt->v[i];
	return NULL;
}

const struct msg_report *
delivery_test_report(struct delivery_tests *dt, const char *id)
{
	struct delivery_test *t = find(dt, id);

	return t == NULL ? NULL : &t->report;
}

enum err
delivery_test_cancel(struct delivery_tests *dt, const char *id)
{
	struct delivery_test *t = find(dt, id);

	if (t == NULL)
		return ERR_NOTFOUND;
	if (dt->running == t) {
		delivery_send_cancel(t->sending);
		t->sending = NULL;
		fail(t, "cancelled", "");
	}
	return ERR_OK;
}
