/* books.c - bookings that are to be ended; see book.h.  One at a time: it is
 * seldom, and waits for nobody. */
#include <string.h>

#include "backend/core/backoff.h"
#include "backend/engine/book.h"
#include "backend/engine/book_fault.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/engine.h"
#include "backend/engine/timer.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/confer.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_decision.h"
#include "common/store_state.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE ".meetings"
#define START_MS 2000 /* after a start: the configuration first */
#define RETRY_MIN_MS 5000
#define RETRY_MAX_MS 900000
/* Between two times of books_again(): longer each time, where one person's
 * refusal raises the alarm of a service that the others' meetings lower. */
#define AGAIN_MS 60000
#define AGAIN_MAX_MS 21600000
#define TRIES_MAX 200 /* two days; then it is left to a person */

struct books {
	struct engine *en;
	struct timer *timer;
	struct conf_call *call;
	struct booking row; /* being ended */
	struct timer *again;
	uint64_t again_ms; /* not before; on the clock of clock_mono_ms() */
	uint64_t again_wait_ms;
};

static bool
keep(struct books *bs, const struct booking *b)
{
	struct errinfo ei;

	if (store_booking_put(bs->en->store, b, &ei) == ERR_OK)
		return true;
	log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text, NULL);
	return false;
}

static void
set_state(struct booking *b, const char *state, int64_t next_try_s)
{
	mem_free(b->state);
	b->state = xstrdup(state);
	b->next_try_s = next_try_s;
}

static bool
ended(struct books *bs)
{
	set_state(&bs->row, "ended", 0);
	log_kv(LOG_L_INFO, MODULE, "Booking Ended", "Mailbox", bs->row.mailbox,
	    "Uid", bs->row.uid, NULL);
	return keep(bs, &bs->row);
}

static void
on_ended(void *arg, struct msg_confer_result *r)
{
	struct books *bs = arg;
	struct booking *b = &bs->row;
	struct backoff wait = BACKOFF_INIT(RETRY_MIN_MS, RETRY_MAX_MS);
	enum book_fault what = book_fault_of(&r->ev);
	int64_t wait_s;
	char why[400];
	bool is_kept;

	bs->call = NULL;
	book_fault_alarm(
	    bs->en, conf_service_find(bs->en->confs, b->confer_id), &r->ev);
	if (what == BOOK_FAULT_NONE || what == BOOK_FAULT_GONE) {
		is_kept = ended(bs);
	} else {
		book_fault_text(&r->ev, why, sizeof(why));
		mem_free(b->why);
		b->why = xstrdup(why);
		wait.tries = b->tries++;
		wait_s = backoff_next_ms(&wait, r->ev.backoff_ms) / 1000 + 1;
		if (wait_s > STORE_DUE_AHEAD_S)
			wait_s = STORE_DUE_AHEAD_S;
		if (what == BOOK_FAULT_LATER && b->tries < TRIES_MAX)
			b->next_try_s = clock_wall_s() + wait_s;
		else
			set_state(b, "refused", 0);
		is_kept = keep(bs, b);
	}
	booking_clear(b);
	/* What is not written down comes up again, and again. */
	timer_start(bs->timer, is_kept ? 0 : RETRY_MIN_MS);
}

static void
end_one(struct books *bs)
{
	if (conf_service_find(bs->en->confs, bs->row.confer_id) == NULL) {
		/* Its service was removed, after that was shown. */
		bool is_kept = ended(bs);

		booking_clear(&bs->row);
		timer_start(bs->timer, is_kept ? 0 : RETRY_MIN_MS);
		return;
	}
	bs->call = book_end_start(bs->en, &bs->row, on_ended, bs);
	if (bs->call == NULL) {
		booking_clear(&bs->row);
		timer_start(bs->timer, RETRY_MIN_MS);
	}
}

static void
on_timer(void *arg)
{
	struct books *bs = arg;
	struct booking_list l = {NULL, 0};
	int64_t now_s = clock_wall_s(), next_s = 0;
	struct errinfo ei;
	size_t i;

	if (bs->call != NULL)
		return;
	if (store_booking_due(bs->en->store, &l, &ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text,
		    NULL);
		timer_start(bs->timer, RETRY_MIN_MS);
		return;
	}
	for (i = 0; i < l.n; i++) {
		if (l.v[i].next_try_s > now_s &&
		    l.v[i].next_try_s <= now_s + STORE_DUE_AHEAD_S) {
			next_s = l.v[i].next_try_s;
			break;
		}
		bs->row = l.v[i];
		memset(&l.v[i], 0, sizeof(l.v[i]));
		break;
	}
	booking_list_clear(&l);
	if (bs->row.uid != NULL)
		end_one(bs);
	else if (next_s != 0)
		timer_start(bs->timer, (uint64_t)(next_s - now_s) * 1000);
}

static void
on_again(void *arg)
{
	struct books *bs = arg;
	struct errinfo ei;

	bs->again_ms = clock_mono_ms() + bs->again_wait_ms;
	bs->again_wait_ms *= 2;
	if (bs->again_wait_ms > AGAIN_MAX_MS)
		bs->again_wait_ms = AGAIN_MAX_MS;
	if (store_decision_again(bs->en->store, clock_wall_s(), &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text,
		    NULL);
	works_tick(bs->en);
}

void
books_again(struct books *bs, bool at_once)
{
	uint64_t now_ms = clock_mono_ms();

	if (at_once || now_ms >= bs->again_ms + bs->again_wait_ms)
		bs->again_wait_ms = AGAIN_MS;
	if (at_once || now_ms >= bs->again_ms)
		timer_start(bs->again, 0);
	else if (!timer_is_set(bs->again))
		timer_start(bs->again, bs->again_ms - now_ms);
}

struct books *
books_new(struct engine *en)
{
	struct books *bs = xalloc(sizeof(*bs));

	bs->en = en;
	bs->timer = timer_new(en->loop, on_timer, bs);
	bs->again = timer_new(en->loop, on_again, bs);
	bs->again_wait_ms = AGAIN_MS;
	timer_start(bs->timer, START_MS);
	return bs;
}

void
books_free(struct books *bs)
{
	if (bs == NULL)
		return;
	conf_call_cancel(bs->call);
	timer_free(bs->timer);
	timer_free(bs->again);
	booking_clear(&bs->row);
	mem_free(bs);
}

static void
mark(struct books *bs, struct booking *b)
{
	/* A change that was refused leaves what was booked before it. */
	if (!str_eq(b->state, "booked") && !str_eq(b->state, "wanted") &&
	    !(str_eq(b->state, "refused") && b->external_id[0] != '\0'))
		return;
	b->tries = 0;
	set_state(b, "ending", clock_wall_s());
	(void)keep(bs, b);
	timer_start(bs->timer, 0);
}

void
books_end(struct books *bs, const char *mailbox, const char *uid)
{
	struct booking b;
	struct errinfo ei;

	if (uid == NULL ||
	    store_booking_get(bs->en->store, mailbox, uid, &b, &ei) != ERR_OK)
		return;
	mark(bs, &b);
	booking_clear(&b);
}

void
books_item_gone(struct books *bs, const char *mailbox, const char *item_id)
{
	struct booking_list l;
	struct errinfo ei;
	size_t i;

	if (store_booking_by_item(bs->en->store, mailbox, item_id, &l, &ei) !=
	    ERR_OK)
		return;
	for (i = 0; i < l.n; i++)
		mark(bs, &l.v[i]);
	booking_list_clear(&l);
}
