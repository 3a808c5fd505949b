#include "backend/engine/workspaces.h"

#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "backend/core/backoff.h"
#include "backend/engine/alarm.h"
#include "backend/engine/batch.h"
#include "backend/engine/bound_call.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/workspace_device.h"
#include "backend/engine/workspace_join.h"
#include "backend/engine/workspace_list.h"
#include "common/alloc.h"
#include "common/bound.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_workspace.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE ".workspaces"
#define DAY_S 86400
#define SPREAD_MS 20 /* between the first looks of two workspaces */
#define POLL_MS 500 /* until a mailbox is listened to, or a place is free */
#define POLL_SLOW_MS 5000 /* after POLL_SLOW_AFTER_MS of it */
#define POLL_SLOW_AFTER_MS 10000
#define UNHEARD_MS 60000 /* then it is a failure */
#define RUNNING_MAX 16 /* that are read or told at a time */

struct workspace {
	TAILQ_ENTRY(workspace) next;
	struct workspaces *all;
	struct bound b;
	struct workspace_state st;
	struct room_meetings now; /* as read last */
	struct timer *timer;
	struct src_call *call; /* that reads */
	struct bound_call *put; /* that tells */
	struct backoff retry;
	uint64_t unheard_ms; /* since when; 0: it is listened to */
	uint64_t told; /* mark of the list that the device has; 0: unknown */
	bool again; /* something changed meanwhile */
	bool singly; /* meetings together were too much */
};

struct workspaces {
	struct engine *en;
	TAILQ_HEAD(, workspace) list;
};

struct workspaces *
workspaces_new(struct engine *en)
{
	struct workspaces *all = xalloc(sizeof(*all));

	all->en = en;
	TAILQ_INIT(&all->list);
	return all;
}

static const char *
name_of(const struct workspace *w)
{
	return bound_get(&w->b, "display_name");
}

static bool
is_running(const struct workspace *w)
{
	return w->call != NULL || w->put != NULL;
}

static void
stop(struct workspace *w)
{
	timer_stop(w->timer);
	src_cancel(w->call);
	bound_call_cancel(w->put);
	w->call = NULL;
	w->put = NULL;
	w->again = false;
}

static void
drop(struct workspace *w)
{
	stop(w);
	TAILQ_REMOVE(&w->all->list, w, next);
	timer_free(w->timer);
	room_meetings_clear(&w->now);
	bound_clear(&w->b);
	mem_free(w);
}

void
workspaces_free(struct workspaces *all)
{
	struct workspace *w;

	if (all == NULL)
		return;
	while ((w = TAILQ_FIRST(&all->list)) != NULL)
		drop(w);
	mem_free(all);
}

static void
log_store(const struct errinfo *ei)
{
	log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei->text, NULL);
}

/* What cannot be written is known as long as this process lives. */
static void
keep(struct workspace *w, bool with_meetings)
{
	struct workspace_bookings rows = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};

	w->st.is_there = true;
	if (with_meetings && room_meetings_rows(&rows, &w->now) != ERR_OK)
		return;
	if (store_workspace_state_put(w->all->en->store, w->b.id, &w->st,
		with_meetings ? &rows : NULL, &ei) != ERR_OK)
		log_store(&ei);
	mem_free(rows.v);
}

/* -- the end of a look -- */

static void
plan(struct workspace *w, uint64_t ms)
{
	timer_start(w->timer, w->again ? WORKSPACE_MERGE_MS : ms);
	w->again = false;
	w->st.next_s = clock_wall_s() + (int64_t)(ms / 1000);
}

/* A refused password is not shown again and again: that would lock the
 * device's account. */
static void
failed(struct workspace *w, const char *failure, const char *detail,
    bool is_refusal)
{
	const struct failure *f = failure_find(failure);
	char text[640];
	uint64_t ms;

	ms = backoff_next_ms(&w->retry, 0);
	w->again = false; /* the next try reads all of it */
	if (is_refusal)
		ms = WORKSPACE_RETRY_CEILING_MS;
	w->st.tries++;
	(void)str_copy(w->st.failure, sizeof(w->st.failure), failure);
	text_fit(w->st.detail, sizeof(w->st.detail), "%s", detail);
	plan(w, ms);
	log_kv(LOG_L_WARN, MODULE, "Workspace Not Told", "Workspace",
	    name_of(w), "Failure", failure, "Detail", detail, NULL);
	if (is_refusal || w->st.tries >= WORKSPACE_ALARM_TRIES) {
		text_fit(text, sizeof(text), "%s: %s. %s", name_of(w),
		    f != NULL ? f->title : "The connection failed", detail);
		alarm_raise(
		    w->all->en, ALARM_WORKSPACE, name_of(w), failure, text);
	}
}

static void
failed_by(struct workspace *w, const struct msg_evidence *ev, bool by_device)
{
	failed(w, ev->failure != NULL ? ev->failure : "",
	    ev->detail != NULL ? ev->detail : "",
	    by_device && (ev->code == (uint32_t)ERR_AUTH ||
			     ev->code == (uint32_t)ERR_BOUND));
}

/* -- telling the device -- */

static void
on_put(void *arg, const struct msg_evidence *ev, void *msg)
{
	struct workspace *w = arg;

	(void)msg;
	w->put = NULL;
	w->st.tried_s = clock_wall_s();
	if (ev->code == (uint32_t)ERR_OK) {
		backoff_reset(&w->retry);
		w->st.sent_s = w->st.tried_s;
		w->told = room_meetings_mark(&w->now);
		w->st.tries = 0;
		w->st.failure[0] = w->st.detail[0] = '\0';
		alarm_lower(w->all->en, ALARM_WORKSPACE, name_of(w));
		log_kv(LOG_L_DEBUG, MODULE, "Workspace Told", "Workspace",
		    name_of(w), NULL);
		plan(w, WORKSPACE_PERIOD_MS);
	} else {
		failed_by(w, ev, true);
	}
	keep(w, false);
}

/* It has this very list, from a moment ago. */
static bool
knows_it(const struct workspace *w)
{
	return w->told != 0 && w->told == room_meetings_mark(&w->now) &&
	       w->st.tries == 0 &&
	       clock_wall_s() - w->st.sent_s < WORKSPACE_PERIOD_MS / 2000;
}

static void
tell(struct workspace *w)
{
	struct msg_device_put m = {0};
	enum err e;

	if (knows_it(w)) {
		plan(w, WORKSPACE_PERIOD_MS);
		return;
	}
	e = room_meetings_message(&m, &w->now, &w->b);
	if (e == ERR_OK)
		e = bound_call_open(&w->put, w->all->en, &w->b, on_put, w);
	if (e == ERR_OK) {
		device_ctx_fill(&m.ctx, &w->b, bound_call_cred(w->put));
		e = bound_call_send(
		    w->put, IPC_DEVICE_PUT, &m, DEVICE_CALL_MAX_MS);
	}
	if (e != ERR_OK) {
		bound_call_cancel(w->put);
		w->put = NULL;
		failed(w, "worker-died", err_default_text(e), false);
		keep(w, false);
	}
	msg_device_put_free(&m);
}

/* -- reading the calendar -- */

static void read_more(struct workspace *w);

static void
ended_badly(struct workspace *w, const struct msg_evidence *ev)
{
	failed_by(w, ev, false);
	keep(w, false);
}

static void
take_item(
    struct workspace *w, const char *item_id, const struct msg_ews_item *it)
{
	struct room_meeting *m = room_meetings_find(&w->now, item_id);
	char dial[VIDEO_DIAL_MAX + 1] = "";

	if (m == NULL)
		return;
	if (it->ev.code == (uint32_t)ERR_OK)
		workspace_join(w->all->en, it, dial);
	else
		m->change_key[0] = '\0'; /* asked anew with the next look */
	if (room_meeting_set(m, dial, it->organizer) != ERR_OK)
		m->is_read = true;
}

static enum err
ask_for(const struct workspace *w, struct strlist *ids)
{
	return room_meetings_next(&w->now, w->singly ? 1 : BATCH_MAX, ids);
}

/* The answer is of no use, because of what is in it or because it is too
 * large: then each by itself, and one that cannot be read has no address. */
static bool
mend(struct workspace *w, const struct msg_evidence *ev,
    const struct strlist *ids)
{
	struct room_meeting *m;

	if (ev->failure == NULL || !str_has_prefix(ev->failure, "content-"))
		return false;
	if (w->singly && ids->n > 0) {
		m = room_meetings_find(&w->now, ids->v[0]);
		if (m == NULL || room_meeting_set(m, "", "") != ERR_OK)
			return false;
	}
	w->singly = true;
	return true;
}

/* One that cannot be read is shown without an address. */
static void
on_items(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct msg_ews_items *r = t == IPC_EWS_ITEMS ? msg : NULL;
	struct workspace *w = arg;
	struct strlist ids = {NULL, 0};
	bool fits;
	size_t i;

	w->call = NULL;
	/* The answer is in the order of the question. */
	fits = ask_for(w, &ids) == ERR_OK && ev->code == (uint32_t)ERR_OK &&
	       r != NULL && r->items_n == ids.n;
	for (i = 0; i < ids.n && fits; i++)
		take_item(w, ids.v[i], &r->items[i]);
	if (!fits)
		fits = mend(w, ev, &ids);
	strlist_clear(&ids);
	if (fits)
		read_more(w);
	else
		ended_badly(w, ev);
}

/* The mailbox where it can be asked, or NULL. */
static struct mbox *
heard(struct workspace *w)
{
	struct mbox *m =
	    users_find(w->all->en->users, bound_get(&w->b, "mailbox"));

	return m != NULL && m->phase == MBOX_LIVE && m->rec != NULL ? m : NULL;
}

static void
read_more(struct workspace *w)
{
	struct strlist ids = {NULL, 0};
	struct mbox *m = heard(w);
	struct src_place at;

	if (m == NULL || ask_for(w, &ids) != ERR_OK)
		timer_start(w->timer, POLL_MS);
	else if (ids.n > 0) {
		mbox_place(m, &at);
		w->call = src_gets(m->rec, &at, &ids, on_items, w);
	} else {
		w->st.read_s = clock_wall_s();
		keep(w, true);
		tell(w);
	}
	strlist_clear(&ids);
}

static void
on_view(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct workspace *w = arg;
	struct room_meetings l = {NULL, 0};
	bool titles = str_eq(bound_get(&w->b, "titles"), "yes");

	w->call = NULL;
	if (ev->code != (uint32_t)ERR_OK || t != IPC_EWS_VIEW_IS) {
		ended_badly(w, ev);
		return;
	}
	if (room_meetings_take(&l, msg, &w->now, titles, clock_wall_s()) !=
	    ERR_OK) {
		timer_start(w->timer, POLL_MS);
		return;
	}
	room_meetings_clear(&w->now);
	w->now = l;
	w->singly = false;
	read_more(w);
}

/* Nobody hears of its meetings: not yet, or for a reason. */
static void
wait_heard(struct workspace *w)
{
	const struct mbox *m =
	    users_find(w->all->en->users, bound_get(&w->b, "mailbox"));
	const uint64_t now_ms = clock_mono_ms();
	uint64_t waited_ms;

	if (w->unheard_ms == 0)
		w->unheard_ms = now_ms;
	waited_ms = now_ms - w->unheard_ms;
	if (waited_ms >= UNHEARD_MS && config_is_enabled(w->all->en->config)) {
		w->unheard_ms = now_ms;
		failed(
		    w, "room-unheard", m != NULL ? m->row.reason : "", false);
		keep(w, false);
	}
	timer_start(
	    w->timer, waited_ms < POLL_SLOW_AFTER_MS ? POLL_MS : POLL_SLOW_MS);
}

static unsigned
running_n(const struct workspaces *all)
{
	const struct workspace *w;
	unsigned n = 0;

	TAILQ_FOREACH(w, &all->list, next)
	n += is_running(w);
	return n;
}

static void
look(void *arg)
{
	struct workspace *w = arg;
	const int64_t now_s = clock_wall_s();
	struct mbox *m = heard(w);
	struct src_place at;

	if (m == NULL) {
		wait_heard(w);
		return;
	}
	w->unheard_ms = 0;
	if (running_n(w->all) >= RUNNING_MAX) {
		timer_start(w->timer, POLL_MS);
		return;
	}
	mbox_place(m, &at);
	w->call = src_view(m->rec, &at, now_s, now_s + WORKSPACE_DAYS * DAY_S,
	    WORKSPACE_BOOKINGS_MAX, on_view, w);
}

/* While a device fails, its time to be told again is not brought forward. */
void
workspaces_heard(struct engine *en, const char *mailbox)
{
	struct workspace *w;

	if (en->workspaces == NULL)
		return;
	TAILQ_FOREACH(w, &en->workspaces->list, next)
	{
		if (!bound_is_on(&w->b) ||
		    !str_caseeq(bound_get(&w->b, "mailbox"), mailbox))
			continue;
		if (is_running(w))
			w->again = true;
		else if (w->st.tries == 0)
			timer_start(w->timer, WORKSPACE_MERGE_MS);
	}
}

/* -- configuration -- */

static struct workspace *
find(struct workspaces *all, const char *id)
{
	struct workspace *w;

	TAILQ_FOREACH(w, &all->list, next)
	if (str_eq(w->b.id, id))
		return w;
	return NULL;
}

const struct bound *
workspaces_find(struct workspaces *all, const char *id)
{
	const struct workspace *w = find(all, id);

	return w != NULL ? &w->b : NULL;
}

static void
add(struct workspaces *all, const struct bound *b)
{
	struct backoff retry =
	    BACKOFF_INIT(WORKSPACE_RETRY_FLOOR_MS, WORKSPACE_RETRY_CEILING_MS);
	struct workspace *w = xalloc(sizeof(*w));
	struct errinfo ei;

	w->all = all;
	w->b = *b;
	w->retry = retry;
	w->timer = timer_new(all->en->loop, look, w);
	TAILQ_INSERT_TAIL(&all->list, w, next);
	if (store_workspace_state(all->en->store, b->id, &w->st, &ei) != ERR_OK)
		log_store(&ei);
}

/* Another device, another account or the same anew: what failed may work. */
static void
change(struct workspace *w, struct bound *b)
{
	bool is_same = bound_is_same(&w->b, b);

	if (!is_same) {
		stop(w);
		alarm_lower(w->all->en, ALARM_WORKSPACE, name_of(w));
		room_meetings_clear(&w->now);
		backoff_reset(&w->retry);
		w->st.tries = 0;
		w->unheard_ms = 0;
		w->told = 0;
	}
	bound_clear(&w->b);
	w->b = *b;
	if (!is_same && !bound_is_on(&w->b)) {
		w->st.failure[0] = w->st.detail[0] = '\0';
		w->st.next_s = 0;
		keep(w, true);
	}
}

static const struct bound *
in_list(const struct workspace_list *l, const char *id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (str_eq(l->v[i].id, id))
			return &l->v[i];
	return NULL;
}

/* Alarms of those that are no more, also from before a restart. */
static void
lower_others(struct workspaces *all)
{
	struct strlist names = {NULL, 0};
	struct workspace *w;

	TAILQ_FOREACH(w, &all->list, next)
	if (bound_is_on(&w->b) && strlist_add(&names, name_of(w)) != ERR_OK)
		fatal("workspaces: out of memory");
	alarm_lower_others(all->en, ALARM_WORKSPACE, &names);
	strlist_clear(&names);
}

static void
name_rooms(struct workspaces *all)
{
	struct strlist rooms = {NULL, 0};
	struct workspace *w;

	TAILQ_FOREACH(w, &all->list, next)
	if (bound_is_on(&w->b) &&
	    strlist_add(&rooms, bound_get(&w->b, "mailbox")) != ERR_OK)
		fatal("workspaces: out of memory");
	users_rooms(all->en->users, &rooms);
	strlist_clear(&rooms);
}

void
workspaces_config(struct workspaces *all, struct workspace_list *l)
{
	struct workspace *w, *next;
	struct errinfo ei;
	size_t i, waits = 0;

	for (w = TAILQ_FIRST(&all->list); w != NULL; w = next) {
		next = TAILQ_NEXT(w, next);
		if (in_list(l, w->b.id) == NULL)
			drop(w);
	}
	if (store_workspace_state_trim(all->en->store, l, &ei) != ERR_OK)
		log_store(&ei);
	for (i = 0; i < l->n; i++) {
		if ((w = find(all, l->v[i].id)) == NULL)
			add(all, &l->v[i]);
		else
			change(w, &l->v[i]);
		memset(&l->v[i], 0, sizeof(l->v[i]));
	}
	TAILQ_FOREACH(w, &all->list, next)
	if (bound_is_on(&w->b) && !is_running(w) && !timer_is_set(w->timer))
		timer_start(w->timer, SPREAD_MS * (waits++ + 1));
	name_rooms(all);
	lower_others(all);
}
