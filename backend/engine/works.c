#include "backend/engine/works.h"

#include <string.h>

#include "backend/engine/batch.h"
#include "backend/engine/book.h"
#include "backend/engine/book_series.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/catchup.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/keyword_alarm.h"
#include "backend/engine/meeting.h"
#include "backend/engine/meeting_row.h"
#include "backend/engine/notice.h"
#include "backend/engine/record.h"
#include "backend/engine/servers.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_rate.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/workspaces.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/log.h"

#define MODULE ENGINE_MODULE ".meetings"

#define RETRY_FLOOR_MS 1000
#define RETRY_CEILING_MS 300000
#define DUE_MAX 1000
/* What a mailbox's server tells of is kept up to so much; the rest is found
 * by a sync, page by page. */
#define QUEUE_MAX 2000
#define SCAN_MAX 64 /* mailboxes looked at for one that may go on */
#define SCAN_AGAIN_MS 50
#define TRIM_EVERY_MS (3600u * 1000u)
#define TRIM_AFTER_S (180 * 86400)
#define TRIM_MAX 1000 /* rows at a time */

struct works {
	struct engine *en;
	TAILQ_HEAD(works_ring, mbox) ring[2]; /* that have cold, hot work */
	unsigned running, cold;
	struct timer *pump, *wake;
	uint64_t wake_ms; /* when it comes */
	uint64_t trim_ms; /* when rows are next looked through */
};

static void
ring_add(struct mbox *m, bool hot)
{
	if (!m->in_ring_now[hot])
		TAILQ_INSERT_TAIL(&m->en->works->ring[hot], m, in_ring[hot]);
	m->in_ring_now[hot] = true;
	timer_start(m->en->works->pump, 0);
}

static void
ring_remove(struct mbox *m, bool hot)
{
	if (m->in_ring_now[hot])
		TAILQ_REMOVE(&m->en->works->ring[hot], m, in_ring[hot]);
	m->in_ring_now[hot] = false;
}

static void
queue(struct work *w)
{
	w->state = WORK_QUEUED;
	if (w->hot)
		TAILQ_INSERT_TAIL(&w->m->hot, w, in_queue);
	else
		TAILQ_INSERT_TAIL(&w->m->cold, w, in_queue);
	ring_add(w->m, w->hot);
}

static void
unqueue(struct work *w)
{
	if (w->state != WORK_QUEUED)
		return;
	if (w->hot)
		TAILQ_REMOVE(&w->m->hot, w, in_queue);
	else
		TAILQ_REMOVE(&w->m->cold, w, in_queue);
}

static void
stop_running(struct work *w)
{
	struct works *ws = w->m->en->works;

	if (w->state != WORK_RUNNING)
		return;
	w->m->works_running--;
	ws->running--;
	if (!w->hot)
		ws->cold--;
	w->state = WORK_RETRY;
	timer_start(ws->pump, 0);
}

static void
release_pages(struct work *w)
{
	struct page **pages = w->pages;
	size_t n = w->pages_n, i;

	w->pages = NULL;
	w->pages_n = 0;
	for (i = 0; i < n; i++)
		page_release(pages[i]);
	mem_free(pages);
}

static void
work_free(struct work *w)
{
	stop_running(w);
	unqueue(w);
	TAILQ_REMOVE(&w->m->works, w, next);
	w->m->works_n--;
	batch_leave(w);
	src_cancel(w->call);
	record_unref(w->asked);
	book_cancel(w->book);
	meeting_let_go(w);
	strlist_clear(&w->after_ids);
	strlist_clear(&w->after_keys);
	timer_free(w->timer);
	release_pages(w);
	meeting_clear(&w->row);
	mem_free(w->again_key);
	mem_free(w->series_item);
	mem_free(w->item_id);
	mem_free(w);
}

static void
on_timer(void *arg)
{
	struct work *w = arg;

	if (w->state == WORK_DONE)
		work_free(w);
	else
		queue(w);
}

/* What is left of the time in which all changes are one. */
static uint64_t
merge_left_ms(const struct work *w)
{
	uint64_t gone = clock_mono_ms() - w->begun_ms;

	return w->begun_ms == 0 || gone >= WORKS_MERGE_MS
		   ? 0
		   : WORKS_MERGE_MS - gone;
}

static void
merge(struct work *w)
{
	w->state = WORK_MERGE;
	w->hot = true;
	w->conflicts = w->deaths = 0;
	w->maybe_written = false;
	w->since_ms = clock_mono_ms();
	timer_start(w->timer, merge_left_ms(w));
}

static struct work *
find(struct mbox *m, const char *item_id)
{
	struct work *w;

	TAILQ_FOREACH(w, &m->works, next)
	if (str_eq(w->item_id, item_id))
		return w;
	return NULL;
}

static void
add_page(struct work *w, struct page *p)
{
	struct page **v;

	if (p == NULL)
		return;
	v = try_realloc(w->pages, (w->pages_n + 1) * sizeof(struct page *));
	if (v == NULL)
		fatal("meeting: out of memory");
	w->pages = v;
	w->pages[w->pages_n++] = p;
	page_hold(p);
}

static void
come_again(struct work *w, const char *change_key)
{
	w->again = true;
	mem_free(w->again_key);
	w->again_key = xstrdup(change_key);
}

/* There is work for the item already. */
static void
meet_again(struct work *w, const char *change_key, bool hot, struct page *page)
{
	if (w->state == WORK_DONE) {
		/* Our own change, most of the time. */
		if (meeting_row_settled(w->m, w->item_id, change_key))
			return;
		merge(w);
	}
	switch (w->state) {
	case WORK_RUNNING:
		come_again(w, change_key);
		add_page(w, page);
		break;
	case WORK_QUEUED:
		add_page(w, page);
		if (hot && !w->hot) {
			unqueue(w);
			w->hot = true;
			queue(w);
		}
		break;
	case WORK_MERGE:
		add_page(w, page);
		break;
	case WORK_RETRY:
		/* Once it is written down the page need not wait for it. */
		if (!w->is_kept)
			add_page(w, page);
		if (hot)
			timer_start(w->timer, merge_left_ms(w));
		break;
	case WORK_DONE:
		break;
	}
}

bool
works_add(struct mbox *m, const char *item_id, const char *change_key, bool hot,
    struct page *page)
{
	struct backoff b = BACKOFF_INIT(RETRY_FLOOR_MS, RETRY_CEILING_MS);
	struct work *w;

	if (*item_id == '\0')
		return false;
	if (m->is_room)
		workspaces_heard(m->en, m->row.address);
	/* What is in a room's calendar is another's meeting. */
	if (!m->is_listed)
		return false;
	if ((w = find(m, item_id)) != NULL) {
		meet_again(w, change_key, hot, page);
		return false;
	}
	if (meeting_row_settled(m, item_id, change_key))
		return false;
	/* A page has its own limit, and what is due comes up again. */
	if (page == NULL && m->works_n >= QUEUE_MAX) {
		if (hot)
			catchup_start(m);
		return false;
	}
	w = xalloc(sizeof(*w));
	w->m = m;
	w->item_id = xstrdup(item_id);
	w->hot = hot;
	w->since_ms = clock_mono_ms();
	w->retry = b;
	w->timer = timer_new(m->en->loop, on_timer, w);
	TAILQ_INSERT_TAIL(&m->works, w, next);
	m->works_n++;
	add_page(w, page);
	queue(w);
	return true;
}

void
works_add_part(struct mbox *m, const char *item_id, const char *change_key,
    bool hot, const char *series_item)
{
	struct work *w;

	(void)works_add(m, item_id, change_key, hot, NULL);
	if ((w = find(m, item_id)) == NULL)
		return;
	mem_free(w->series_item);
	w->series_item = xstrdup(series_item);
}

/* Comes back when the first hold ends. */
static void
wake_in(struct works *ws, uint64_t ms)
{
	const uint64_t at_ms = clock_mono_ms() + ms;

	if (timer_is_set(ws->wake) && ws->wake_ms <= at_ms)
		return;
	ws->wake_ms = at_ms;
	timer_start(ws->wake, ms);
}

static bool
can_start(struct mbox *m)
{
	uint64_t now = clock_mono_ms(), left;

	if (m->phase != MBOX_LIVE || m->works_running >= WORKS_MAILBOX_MAX)
		return false;
	if (m->hold_until_ms > now) {
		wake_in(m->en->works, m->hold_until_ms - now);
		return false;
	}
	if (record_is_held(m->rec, &left)) {
		wake_in(m->en->works, left);
		return false;
	}
	/* Whoever is before it there wakes the pump by its end. */
	return !server_is_full(m->rec, m->row.ews_url);
}

static void
run(struct work *w)
{
	struct works *ws = w->m->en->works;

	unqueue(w);
	w->state = WORK_RUNNING;
	w->begun_ms = clock_mono_ms();
	w->m->works_running++;
	ws->running++;
	if (!w->hot)
		ws->cold++;
}

/* w and what waits behind it in the same mailbox: one request for all. */
static void
start_some(struct work *w)
{
	struct works *ws = w->m->en->works;
	struct work *all[BATCH_MAX], *next;
	size_t n = 0;

	do {
		next = TAILQ_NEXT(w, in_queue);
		run(w);
		all[n++] = w;
		w = next;
	} while (w != NULL && n < BATCH_MAX && ws->running < WORKS_RUNNING_MAX);
	batch_look(all, n);
}

/* One request's work, from the mailbox whose turn it is.  Each that was looked
 * at goes to the end of the line, and not all are in one go: where most wait
 * for the same server, that is the whole line for nothing. */
static bool
start_one(struct works *ws, bool hot)
{
	struct mbox *m, *first = NULL;
	struct work *w;
	unsigned i;

	for (i = 0; i < SCAN_MAX; i++) {
		if ((m = TAILQ_FIRST(&ws->ring[hot])) == NULL ||
		    (i > 0 && m == first))
			return false;
		w = hot ? TAILQ_FIRST(&m->hot) : TAILQ_FIRST(&m->cold);
		ring_remove(m, hot);
		if (w == NULL)
			continue;
		if (first == NULL)
			first = m;
		TAILQ_INSERT_TAIL(&ws->ring[hot], m, in_ring[hot]);
		m->in_ring_now[hot] = true;
		if (!can_start(m))
			continue;
		start_some(w);
		return true;
	}
	wake_in(ws, SCAN_AGAIN_MS);
	return false;
}

static void
pump(void *arg)
{
	struct works *ws = arg;

	while (ws->running < WORKS_RUNNING_MAX && start_one(ws, true))
		;
	while (ws->running < WORKS_RUNNING_MAX && ws->cold < WORKS_COLD_MAX &&
	       start_one(ws, false))
		;
}

void
work_settle(struct work *w, const char *change_key)
{
	bool again = w->again && (*w->again_key == '\0' ||
				     !str_eq(w->again_key, change_key));

	w->again = false;
	book_series_follow(w);
	if (!again && (!w->hot || merge_left_ms(w) == 0)) {
		work_free(w);
		return;
	}
	stop_running(w);
	if (again) {
		merge(w);
		return;
	}
	/* The pages need not wait for what may still come. */
	w->state = WORK_DONE;
	timer_start(w->timer, merge_left_ms(w));
	meeting_clear(&w->row);
	release_pages(w);
}

void
work_delay(struct work *w, uint32_t ms, bool is_kept)
{
	stop_running(w);
	w->again = false;
	if (is_kept && w->m->works_n > QUEUE_MAX) {
		work_free(w); /* take_due() finds it in state.db */
		return;
	}
	w->is_kept = is_kept;
	if (is_kept)
		release_pages(w);
	timer_start(w->timer, ms);
}

void
work_requeue(struct work *w)
{
	stop_running(w);
	queue(w);
}

void
works_deleted(struct mbox *m, const char *item_id)
{
	struct meeting row;
	struct work *w = find(m, item_id);

	if (m->is_room)
		workspaces_heard(m->en, m->row.address);
	books_item_gone(m->en->books, m->row.address, item_id);
	if (w != NULL && w->state == WORK_RUNNING) {
		come_again(w, "");
		return;
	}
	if (w != NULL)
		work_free(w);
	if (meeting_row_get(m, item_id, &row) &&
	    (row.next_try_s != 0 || notice_is_told(&row))) {
		meeting_row_set(&row.verdict, "skipped");
		meeting_row_set(&row.why, "The meeting is no longer there.");
		row.next_try_s = 0;
		(void)meeting_row_decided(m, &row, NULL, 0);
		keyword_alarm_check(m->en, config_keywords(m->en->config));
	}
	meeting_clear(&row);
}

void
works_drop(struct mbox *m)
{
	struct work *w;

	while ((w = TAILQ_FIRST(&m->works)) != NULL)
		work_free(w);
	ring_remove(m, false);
	ring_remove(m, true);
}

static void
take_due(struct works *ws)
{
	struct meeting_list l = {NULL, 0};
	struct mbox *m;
	struct errinfo ei;
	size_t i;

	if (store_meeting_due(
		ws->en->store, clock_wall_s(), DUE_MAX, &l, &ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text,
		    NULL);
		return;
	}
	for (i = 0; i < l.n; i++) {
		m = users_find(ws->en->users, l.v[i].mailbox);
		if (m != NULL && m->is_listed && m->phase == MBOX_LIVE &&
		    find(m, l.v[i].item_id) == NULL)
			(void)works_add(m, l.v[i].item_id, "", false, NULL);
	}
	meeting_list_clear(&l);
}

/* A meeting whose row is gone is read once more when it changes, and then
 * found to be decorated. */
static void
trim(struct works *ws)
{
	const uint64_t now = clock_mono_ms();
	struct errinfo ei;
	size_t n = 0;

	if (now < ws->trim_ms)
		return;
	ws->trim_ms = now + TRIM_EVERY_MS;
	if (store_meeting_trim(ws->en->store, clock_wall_s() - TRIM_AFTER_S,
		TRIM_MAX, &n, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text,
		    NULL);
	else if (n == TRIM_MAX)
		ws->trim_ms = now; /* the rest with the next tick */
}

void
works_tick(struct engine *en)
{
	take_due(en->works);
	trim(en->works);
	user_rates_tick(en);
	timer_start(en->works->pump, 0);
}

void
works_init(struct mbox *m)
{
	TAILQ_INIT(&m->works);
	TAILQ_INIT(&m->hot);
	TAILQ_INIT(&m->cold);
}

struct works *
works_new(struct engine *en)
{
	struct works *ws = xalloc(sizeof(*ws));

	ws->en = en;
	TAILQ_INIT(&ws->ring[0]);
	TAILQ_INIT(&ws->ring[1]);
	ws->pump = timer_new(en->loop, pump, ws);
	ws->wake = timer_new(en->loop, pump, ws);
	return ws;
}

void
works_free(struct works *ws)
{
	if (ws == NULL)
		return;
	timer_free(ws->pump);
	timer_free(ws->wake);
	mem_free(ws);
}
