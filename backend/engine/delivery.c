#include "backend/engine/delivery.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/alarm.h"
#include "backend/engine/delivery_plan.h"
#include "backend/engine/delivery_send.h"
#include "backend/engine/delivery_text.h"
#include "backend/engine/engine.h"
#include "backend/engine/presence_text.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_delivery.h"
#include "common/store_oof.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE ".alarms"
#define AGAIN_MS 2000 /* no worker, or a store that cannot be read */

struct way {
	struct engine *en;
	struct bound d;
	struct delivery_state st;
	struct timer *timer;
	struct delivery_send *sending;
	int64_t last_id; /* of what is being sent */
};

struct deliveries {
	struct way v[BOUND_WAYS_N];
};

static void on_timer(void *arg);

struct deliveries *
deliveries_new(struct engine *en)
{
	struct deliveries *all = xalloc(sizeof(*all));
	unsigned i;

	for (i = 0; i < BOUND_WAYS_N; i++) {
		struct way *w = &all->v[i];

		w->en = en;
		bound_init(&w->d, (enum bound_kind)i);
		w->timer = timer_new(en->loop, on_timer, w);
	}
	return all;
}

void
deliveries_free(struct deliveries *all)
{
	unsigned i;

	if (all == NULL)
		return;
	for (i = 0; i < BOUND_WAYS_N; i++) {
		delivery_send_cancel(all->v[i].sending);
		timer_free(all->v[i].timer);
		bound_clear(&all->v[i].d);
	}
	mem_free(all);
}

const struct bound *
deliveries_get(const struct deliveries *all, unsigned ch)
{
	return &all->v[ch].d;
}

static void
log_store(const struct errinfo *ei)
{
	log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail", ei->text,
	    NULL);
}

/* What cannot be written is known as long as this process lives. */
static void
keep_state(struct way *w)
{
	struct errinfo ei;

	if (store_delivery_state_put(w->en->store, w->d.kind, &w->st, &ei) !=
	    ERR_OK)
		log_store(&ei);
}

static void
look_at(struct way *w, int64_t oldest_s)
{
	if (w->st.is_there && w->sending == NULL && !timer_is_set(w->timer))
		timer_start(w->timer, (uint64_t)delivery_wait_s(
					  &w->st, oldest_s, clock_wall_s()) *
					  1000);
}

void
deliveries_event(struct engine *en)
{
	unsigned i;

	if (en->deliveries == NULL)
		return;
	for (i = 0; i < BOUND_WAYS_N; i++)
		if (i != BOUND_PRESENCE)
			look_at(&en->deliveries->v[i], clock_wall_s());
}

void
deliveries_presence(struct engine *en)
{
	if (en->deliveries != NULL)
		look_at(&en->deliveries->v[BOUND_PRESENCE], clock_wall_s());
}

static void
took_it(struct way *w)
{
	w->st.done_id = w->last_id;
	w->st.sent_s = clock_wall_s();
	w->st.tries = 0;
	w->st.next_s = 0;
	w->st.failure[0] = '\0';
}

static void
on_sent(void *arg, const struct msg_evidence *ev)
{
	struct way *w = arg;
	const char *name = bound_name(w->d.kind);
	const struct failure *f =
	    failure_find(ev->failure != NULL ? ev->failure : "");
	bool ok = ev->code == (uint32_t)ERR_OK;
	char detail[1024];

	w->sending = NULL;
	(void)str_copy(w->st.answer, sizeof(w->st.answer),
	    ev->detail != NULL ? ev->detail : "");
	if (ok) {
		took_it(w);
		alarm_lower(w->en, ALARM_DELIVERY, name);
	} else {
		delivery_failed(&w->st, clock_wall_s());
		(void)str_copy(w->st.failure, sizeof(w->st.failure),
		    ev->failure != NULL ? ev->failure : "");
	}
	log_kv(ok ? LOG_L_INFO : LOG_L_WARN, MODULE,
	    ok ? "Alarms Sent" : "Alarms Not Sent", "Channel", name, "Failure",
	    ok ? NULL : ev->failure, "Detail", w->st.answer, NULL);
	keep_state(w);
	if (w->st.tries >= DELIVERY_ALARM_TRIES) {
		text_fit(detail, sizeof(detail), "By %s: %s. %s", name,
		    f != NULL ? f->title : "The connection failed",
		    w->st.answer);
		alarm_raise(w->en, ALARM_DELIVERY, name,
		    f != NULL ? f->name : "", detail);
	}
	look_at(w, 0);
}

static void
send_these(struct way *w, const struct delivery_what *what)
{
	struct delivery_what it = *what;
	struct delivery_state now;
	struct errinfo ei;
	size_t taken = 0;
	enum err e;

	if (store_delivery_state(w->en->store, w->d.kind, &now, &ei) ==
		ERR_OK &&
	    now.waiting > (int64_t)it.n)
		it.more = now.waiting - (int64_t)it.n;
	e = delivery_send_start(
	    &w->sending, w->en, &w->d, &it, &taken, on_sent, w);
	if (e != ERR_OK) {
		w->sending = NULL;
		timer_start(w->timer, AGAIN_MS);
		return;
	}
	w->last_id = delivery_what_id(&it, taken - 1);
	/* Known after a restart as well: not twice within a minute. */
	w->st.tried_s = clock_wall_s();
	keep_state(w);
}

static void
send_or_wait(struct way *w, const struct delivery_what *what, int64_t oldest_s)
{
	int64_t wait_s;

	if (what->n == 0)
		return;
	wait_s = delivery_wait_s(&w->st, oldest_s, clock_wall_s());
	if (wait_s > 0)
		timer_start(w->timer, (uint64_t)wait_s * 1000);
	else
		send_these(w, what);
}

static enum err
tell_alarms(struct way *w, struct errinfo *ei)
{
	struct alarm_event_list l = {NULL, 0};
	struct delivery_what what = {0};
	enum err e;

	if ((e = store_alarm_events(w->en->store, w->st.done_id, DELIVERY_BATCH,
		 &l, ei)) != ERR_OK)
		return e;
	what.alarms = l.v;
	what.n = l.n;
	send_or_wait(w, &what, l.n > 0 ? l.v[0].at_s : 0);
	alarm_event_list_clear(&l);
	return ERR_OK;
}

static enum err
tell_presence(struct way *w, struct errinfo *ei)
{
	struct delivery_what what = {0};
	struct oof_list l = {NULL, 0};
	enum err e;

	if ((e = store_oof_changes(w->en->store, w->st.done_id, PRESENCE_BATCH,
		 &l, ei)) != ERR_OK)
		return e;
	what.people = l.v;
	what.n = l.n;
	send_or_wait(w, &what, l.n > 0 ? l.v[0].o.checked_s : 0);
	oof_list_clear(&l);
	return ERR_OK;
}

static void
on_timer(void *arg)
{
	struct way *w = arg;
	struct errinfo ei;
	enum err e;

	if (!w->st.is_there || w->sending != NULL)
		return;
	e = w->d.kind == BOUND_PRESENCE ? tell_presence(w, &ei)
					: tell_alarms(w, &ei);
	if (e != ERR_OK) {
		log_store(&ei);
		timer_start(w->timer, AGAIN_MS);
	}
}

/* From now on, or from where it stopped. */
static void
turn_on(struct way *w)
{
	struct errinfo ei;

	if (w->st.is_there)
		return;
	if (store_delivery_state(w->en->store, w->d.kind, &w->st, &ei) !=
	    ERR_OK) {
		log_store(&ei);
		return;
	}
	if (w->st.is_there)
		return;
	/* Of absences all that is known is told at first. */
	if (w->d.kind != BOUND_PRESENCE && store_alarm_event_last(w->en->store,
					       &w->st.done_id, &ei) != ERR_OK) {
		log_store(&ei);
		return;
	}
	w->st.is_there = true;
	keep_state(w);
}

static void
turn_off(struct way *w)
{
	struct errinfo ei;

	memset(&w->st, 0, sizeof(w->st));
	if (store_delivery_state_drop(w->en->store, w->d.kind, &ei) != ERR_OK)
		log_store(&ei);
	alarm_lower(w->en, ALARM_DELIVERY, bound_name(w->d.kind));
}

static void
configure(struct way *w, const struct bound *d)
{
	bool is_same = bound_is_same(&w->d, d);
	struct bound copy;

	if (!is_same || !w->st.is_there) {
		if (bound_copy(&copy, d) != ERR_OK)
			fatal("delivery: out of memory");
		delivery_send_cancel(w->sending);
		w->sending = NULL;
		timer_stop(w->timer);
		bound_clear(&w->d);
		w->d = copy;
	}
	if (!bound_is_on(&w->d)) {
		turn_off(w);
		return;
	}
	turn_on(w);
	/* What failed may work now; one message a minute is the rule still. */
	if (!is_same)
		w->st.tries = 0;
	look_at(w, 0);
}

void
deliveries_config(struct engine *en, const struct bound *d)
{
	unsigned i;

	for (i = 0; i < BOUND_WAYS_N; i++)
		configure(&en->deliveries->v[i], &d[i]);
}
