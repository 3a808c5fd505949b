#include "backend/engine/oof.h"

#include <string.h>

#include "backend/engine/cal_source.h"
#include "backend/engine/delivery.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/servers.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/str.h"

#define NEWS_MS 250 /* what changed is written sooner */
#define WRITE_MAX 2000 /* rows of one transaction */

struct oofs {
	struct engine *en;
	struct timer *tick;
	TAILQ_HEAD(, mbox) waiting;
	struct mbox *running[OOF_RUNNING_MAX]; /* NULL: a free place */
	int64_t last_id; /* change that was numbered last */
	size_t dirty_n;
	bool is_news; /* among the dirty ones */
	bool is_soon; /* the next tick was brought forward for it */
};

static size_t
places(const struct oofs *all, const char *url, size_t *at_url)
{
	size_t i, n = 0;

	*at_url = 0;
	for (i = 0; i < OOF_RUNNING_MAX; i++) {
		if (all->running[i] == NULL)
			continue;
		n++;
		*at_url +=
		    url != NULL && str_eq(all->running[i]->row.ews_url, url);
	}
	return n;
}

static void
end_call(struct mbox *m)
{
	struct oofs *all = m->en->oofs;
	size_t i;

	m->oof.call = NULL;
	for (i = 0; i < OOF_RUNNING_MAX; i++)
		if (all->running[i] == m)
			all->running[i] = NULL;
}

static void
set_dirty(struct oofs *all, struct mbox *m)
{
	if (!m->oof.is_dirty)
		all->dirty_n++;
	m->oof.is_dirty = true;
}

/* When to ask next: when what is scheduled begins or ends, if that is sooner
 * than the next round. */
static void
plan_next(struct mbox *m, int64_t now_s)
{
	const struct oof *o = &m->oof.o;
	int64_t wait_s = OOF_EVERY_S;

	if (o->state == OOF_SCHEDULED && o->start_s > now_s &&
	    o->start_s - now_s < wait_s)
		wait_s = o->start_s - now_s;
	if (o->state == OOF_SCHEDULED && o->end_s > now_s &&
	    o->end_s - now_s < wait_s)
		wait_s = o->end_s - now_s;
	m->oof.due_ms = clock_mono_ms() + (uint64_t)wait_s * 1000;
}

static void
said(struct mbox *m, const struct msg_ews_oof *r)
{
	struct oofs *all = m->en->oofs;
	const int64_t now_s = clock_wall_s();
	struct oof *o = &m->oof.o, was = *o;

	o->state = oof_state_of(r->state);
	o->start_s = o->state == OOF_SCHEDULED ? r->start_s : 0;
	o->end_s = o->state == OOF_SCHEDULED ? r->end_s : 0;
	o->was_away = oof_is_away(o, now_s);
	o->checked_s = now_s;
	o->failure[0] = '\0';
	if (was.change_id == 0 || was.state != o->state ||
	    was.was_away != o->was_away || was.start_s != o->start_s ||
	    was.end_s != o->end_s) {
		o->change_id = ++all->last_id;
		all->is_news = true;
		if (!all->is_soon)
			timer_start(all->tick, NEWS_MS);
		all->is_soon = true;
	}
	set_dirty(all, m);
	plan_next(m, now_s);
}

static void pump(struct oofs *all);

static void
on_answer(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct mbox *m = arg;
	uint64_t wait_ms = OOF_RETRY_S * UINT64_C(1000);

	end_call(m);
	if (ev->code == (uint32_t)ERR_OK && t == IPC_EWS_OOF_IS) {
		said(m, msg);
	} else {
		(void)str_copy(m->oof.o.failure, sizeof(m->oof.o.failure),
		    ev->failure != NULL ? ev->failure : "");
		if (ev->backoff_ms > wait_ms)
			wait_ms = ev->backoff_ms;
		m->oof.due_ms = clock_mono_ms() + wait_ms;
		set_dirty(m->en->oofs, m);
	}
	pump(m->en->oofs);
}

static void
ask(struct oofs *all, struct mbox *m)
{
	struct src_place at;
	size_t i;

	for (i = 0; all->running[i] != NULL; i++)
		;
	all->running[i] = m;
	mbox_place(m, &at);
	m->oof.call = src_oof(m->rec, &at, on_answer, m);
}

/* May it be asked now? */
static bool
is_free(const struct oofs *all, const struct mbox *m)
{
	size_t at_url;

	(void)places(all, m->row.ews_url, &at_url);
	return at_url < OOF_RUNNING_HOST_MAX &&
	       m->hold_until_ms <= clock_mono_ms() &&
	       !record_is_held(m->rec, NULL) &&
	       !server_is_full(m->rec, m->row.ews_url);
}

static void
pump(struct oofs *all)
{
	const size_t most =
	    users_are_coming(all->en->users) ? 1 : OOF_RUNNING_MAX;
	struct mbox *m, *next;
	size_t n, unused;

	n = places(all, NULL, &unused);
	/* Who cannot be asked now keeps its place. */
	for (m = TAILQ_FIRST(&all->waiting); m != NULL && n < most; m = next) {
		next = TAILQ_NEXT(m, oof.next);
		if (!is_free(all, m))
			continue;
		TAILQ_REMOVE(&all->waiting, m, oof.next);
		m->oof.is_waiting = false;
		ask(all, m);
		n++;
	}
}

static void
look_at(void *arg, struct mbox *m)
{
	struct oofs *all = arg;

	/* A room is never out of office. */
	if (m->phase != MBOX_LIVE || m->rec == NULL || !m->is_listed ||
	    m->oof.is_waiting || m->oof.call != NULL ||
	    clock_mono_ms() < m->oof.due_ms)
		return;
	m->oof.is_waiting = true;
	TAILQ_INSERT_TAIL(&all->waiting, m, oof.next);
}

struct batch {
	struct oof_row *v;
	size_t n;
};

static void
collect(void *arg, struct mbox *m)
{
	struct batch *b = arg;

	if (!m->oof.is_dirty || b->n == WRITE_MAX)
		return;
	b->v[b->n].address = m->row.address;
	b->v[b->n++].o = m->oof.o;
}

static void
written(void *arg, struct mbox *m)
{
	struct batch *b = arg;

	if (!m->oof.is_dirty || b->n == 0)
		return;
	m->oof.is_dirty = false;
	b->n--;
	m->en->oofs->dirty_n--;
}

static void
write_all(struct oofs *all)
{
	struct batch b = {NULL, 0};
	struct errinfo ei;
	bool is_news = all->is_news;

	if (all->dirty_n == 0)
		return;
	b.v = xcalloc(
	    all->dirty_n < WRITE_MAX ? all->dirty_n : WRITE_MAX, sizeof(*b.v));
	users_each(all->en->users, collect, &b);
	if (store_oof_put(all->en->store, b.v, b.n, &ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail",
		    ei.text, NULL);
	} else {
		users_each(all->en->users, written, &b);
		if (all->dirty_n == 0)
			all->is_news = false;
		if (is_news)
			deliveries_presence(all->en);
	}
	mem_free(b.v);
}

static void
on_tick(void *arg)
{
	struct oofs *all = arg;

	all->is_soon = false;
	users_each(all->en->users, look_at, all);
	pump(all);
	write_all(all);
	timer_start(all->tick, OOF_TICK_MS);
}

struct oofs *
oofs_new(struct engine *en)
{
	struct oofs *all = xalloc(sizeof(*all));

	all->en = en;
	TAILQ_INIT(&all->waiting);
	all->tick = timer_new(en->loop, on_tick, all);
	timer_start(all->tick, OOF_TICK_MS);
	return all;
}

void
oofs_free(struct oofs *all)
{
	if (all == NULL)
		return;
	timer_free(all->tick);
	mem_free(all);
}

enum err
oofs_load(struct oofs *all, struct errinfo *ei)
{
	struct oof_list l = {NULL, 0};
	struct mbox *m;
	enum err e;
	size_t i;

	if ((e = store_oof_last(all->en->store, &all->last_id, ei)) != ERR_OK ||
	    (e = store_oof_all(all->en->store, &l, ei)) != ERR_OK)
		return e;
	for (i = 0; i < l.n; i++)
		if ((m = users_find(all->en->users, l.v[i].address)) != NULL)
			m->oof.o = l.v[i].o;
	oof_list_clear(&l);
	return ERR_OK;
}

void
oof_stop(struct mbox *m)
{
	struct oofs *all = m->en->oofs;

	if (m->oof.is_waiting)
		TAILQ_REMOVE(&all->waiting, m, oof.next);
	m->oof.is_waiting = false;
	if (m->oof.call != NULL) {
		src_cancel(m->oof.call);
		end_call(m);
	}
	m->oof.due_ms = 0;
}
