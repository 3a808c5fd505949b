#include "backend/engine/catchup.h"

#include <stdio.h>
#include <string.h>

#include "backend/core/backoff.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/engine.h"
#include "backend/engine/meeting_row.h"
#include "backend/engine/record.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_state.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/log.h"

#define DAY_S 86400
#define PAGE_ITEMS 256 /* changes asked for at a time, of at most 512 */
/* Each mailbox now and then, but not more than some a second over all. */
#define AGAIN_FLOOR_MS 30000
#define AGAIN_EACH_MS 200
#define SUSPECT_MS 3000 /* an event would have come by now */
#define RETRY_FLOOR_MS 1000
#define RETRY_CEILING_MS 300000

/* Outlives its catch-up when that is stopped: works still point to it. */
struct page {
	struct catchup *c; /* NULL: stopped */
	unsigned held; /* items that are not settled */
	char *sync_state;
	bool last;
};

struct catchup {
	bool routine; /* nothing is expected */
	bool was_news; /* something was found that no event told of */
	struct mbox *m;
	struct src_call *call;
	struct record *asked; /* counted; of the call */
	struct page *page;
	/* Where much was missed, what waits until the newest is known. */
	struct msg_ews_sync_result first;
	bool has_newest; /* it was asked for */
	struct timer *timer;
	struct backoff retry;
	bool again;
};

static void
page_free(struct page *p)
{
	mem_free(p->sync_state);
	mem_free(p);
}

void
page_hold(struct page *p)
{
	if (p != NULL)
		p->held++;
}

static void
finish(struct catchup *c)
{
	struct mbox *m = c->m;
	bool again = c->again;

	m->synced_ms = clock_mono_ms();
	if (c->routine && c->was_news)
		m->suspect_ms = m->synced_ms;
	catchup_stop(m);
	if (again)
		catchup_start(m);
}

static void
page_done(struct page *p)
{
	struct catchup *c = p->c;
	struct mbox *m = c->m;
	struct errinfo ei;
	bool last = p->last;

	c->page = NULL;
	if (store_mailbox_sync_state(
		m->en->store, m->row.address, p->sync_state, &ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Mailbox",
		    m->row.address, "Detail", ei.text, NULL);
		page_free(p);
		timer_start(c->timer, backoff_next_ms(&c->retry, 0));
		return;
	}
	mem_free(m->row.sync_state);
	m->row.sync_state = p->sync_state;
	p->sync_state = NULL;
	page_free(p);
	if (last)
		finish(c);
	else
		timer_start(c->timer, 0);
}

void
page_release(struct page *p)
{
	if (p == NULL || --p->held > 0)
		return;
	if (p->c == NULL)
		page_free(p);
	else
		page_done(p);
}

/* It was over before the window, and nothing was made of it. */
static bool
is_past(struct mbox *m, const struct msg_ews_change *ch)
{
	struct meeting row;
	bool is_known;

	if (ch->is_series || ch->end_s == 0 ||
	    ch->end_s >= clock_wall_s() - CATCHUP_BACK_S)
		return false;
	is_known = meeting_row_get(m, ch->item_id, &row);
	meeting_clear(&row);
	return !is_known;
}

/* A page tells what changed first before the rest. */
static void
take_page(struct catchup *c, struct msg_ews_sync_result *r)
{
	struct mbox *m = c->m;
	struct page *p = xalloc(sizeof(*p));
	size_t i;

	p->c = c;
	p->last = r->last || r->changes_n == 0;
	p->sync_state = r->sync_state;
	r->sync_state = NULL;
	c->page = p;
	page_hold(p);
	for (i = r->changes_n; i-- > 0;) {
		const struct msg_ews_change *ch = &r->changes[i];

		if (str_caseeq(ch->kind, "Delete"))
			works_deleted(m, ch->item_id);
		else if (!is_past(m, ch) &&
			 works_add(m, ch->item_id, ch->change_key, false, p))
			c->was_news = true;
	}
	page_release(p);
}

/* What could not be told is found by the pages. */
static void
on_newest(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct catchup *c = arg;
	const struct msg_ews_sync_result *r = msg;
	struct msg_ews_sync_result first = c->first;
	size_t i;

	c->call = NULL;
	memset(&c->first, 0, sizeof(c->first));
	if (ev->code != ERR_OK || t != IPC_EWS_NEWEST_ARE)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Newest Not Told", "Mailbox",
		    c->m->row.address, "Failure", ev->failure, "Detail",
		    ev->detail, "ResponseCode", ev->soap_code, NULL);
	else
		for (i = 0; i < r->changes_n; i++)
			c->was_news |= works_add(c->m, r->changes[i].item_id,
			    r->changes[i].change_key, false, NULL);
	take_page(c, &first);
	msg_ews_sync_result_free(&first);
}

/* There is more than a page.  Its changes wait: works are done in the order
 * in which they were found. */
static void
ask_newest(struct catchup *c, struct msg_ews_sync_result *r)
{
	const int64_t now_s = clock_wall_s();
	const int64_t ahead_s = (int64_t)c->m->en->conf->catchup_days * DAY_S;
	struct src_place at;

	c->has_newest = true;
	c->first = *r;
	memset(r, 0, sizeof(*r));
	mbox_place(c->m, &at);
	c->call = src_newest(c->m->rec, &at, now_s - CATCHUP_BACK_S,
	    now_s + ahead_s, PAGE_ITEMS, on_newest, c);
}

static void
on_synced(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct catchup *c = arg;
	struct mbox *m = c->m;
	/* Not m->rec: the mailbox may be another account's by now. */
	struct record *asked = c->asked;
	bool is_late = asked->is_dead || asked != m->rec;

	c->call = NULL;
	c->asked = NULL;
	record_saw(asked, ev);
	record_unref(asked);
	if (ev->code == ERR_OK && t == IPC_EWS_SYNCED) {
		backoff_reset(&c->retry);
		if (((struct msg_ews_sync_result *)msg)->last ||
		    c->has_newest || is_late)
			take_page(c, msg);
		else
			ask_newest(c, msg);
		return;
	}
	log_kv(LOG_L_WARN, ENGINE_MODULE, "Sync Failed", "Mailbox",
	    m->row.address, "Failure", ev->failure, "Detail", ev->detail,
	    "ResponseCode", ev->soap_code, NULL);
	if (str_eq(ev->soap_code, "ErrorInvalidSyncStateData") &&
	    *m->row.sync_state != '\0') {
		/* The whole calendar once more: nothing is done twice. */
		m->row.sync_state[0] = '\0';
	} else if (failure_is_of_mailbox(ev->failure) && !is_late) {
		mbox_refused(m, ev);
		return;
	}
	timer_start(c->timer, backoff_next_ms(&c->retry, ev->backoff_ms));
}

static void
ask(void *arg)
{
	struct catchup *c = arg;
	struct mbox *m = c->m;
	struct src_place at;
	uint64_t left;

	if (m->phase != MBOX_LIVE || record_is_held(m->rec, &left)) {
		timer_start(c->timer, backoff_next_ms(&c->retry, 0));
		return;
	}
	mbox_place(m, &at);
	c->asked = record_ref(m->rec);
	c->call =
	    src_sync(m->rec, &at, m->row.sync_state, PAGE_ITEMS, on_synced, c);
}

static void
start(struct mbox *m, bool routine)
{
	struct backoff b = BACKOFF_INIT(RETRY_FLOOR_MS, RETRY_CEILING_MS);
	struct catchup *c = m->sync;

	if (c != NULL) {
		c->again = true;
		return;
	}
	c = m->sync = xalloc(sizeof(*c));
	c->m = m;
	c->routine = routine;
	c->retry = b;
	c->timer = timer_new(m->en->loop, ask, c);
	timer_start(c->timer, 0);
}

void
catchup_start(struct mbox *m)
{
	start(m, false);
}

void
catchup_stop(struct mbox *m)
{
	struct catchup *c = m->sync;

	if (c == NULL)
		return;
	m->sync = NULL;
	src_cancel(c->call);
	record_unref(c->asked);
	timer_free(c->timer);
	msg_ews_sync_result_free(&c->first);
	if (c->page != NULL)
		c->page->c = NULL;
	mem_free(c);
}

/* A stream may be open and carry nothing for a mailbox: the server lost the
 * subscription and does not say so.  What was found without an event, and
 * our own answer to it, would have come as events. */
void
catchup_tick(struct mbox *m, size_t live_n)
{
	uint64_t now = clock_mono_ms();
	uint64_t every = live_n * AGAIN_EACH_MS;

	if (m->suspect_ms != 0 && now - m->suspect_ms >= SUSPECT_MS) {
		m->suspect_ms = 0;
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Subscription Silent",
		    "Mailbox", m->row.address, NULL);
		mbox_sub_lost(m, false);
		return;
	}
	if (every < AGAIN_FLOOR_MS)
		every = AGAIN_FLOOR_MS;
	if (m->sync == NULL && now - m->synced_ms >= every)
		start(m, true);
}
