#include "backend/engine/users.h"

#include <search.h>
#include <string.h>
#include <strings.h>

#include "backend/engine/catchup.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/discover_plan.h"
#include "backend/engine/domains.h"
#include "backend/engine/engine.h"
#include "backend/engine/moves.h"
#include "backend/engine/record.h"
#include "backend/engine/subs.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_alarm.h"
#include "backend/engine/user_state.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/room_rule.h"
#include "common/store_user.h"

#define TICK_MS 5000
#define START_BURST 100 /* mailboxes */
#define SAVE_SOON_MS 100
#define SAVE_MAX 500 /* mailboxes in one transaction */

struct users {
	struct engine *en;
	TAILQ_HEAD(, mbox) list;
	void *tree; /* of search.h, by address */
	TAILQ_HEAD(, mbox) queue; /* to be activated */
	unsigned active;
	bool run;
	char why_not[256];
	struct timer *tick, *pump, *scout, *save;
	uint64_t tokens_m, tokens_ms; /* thousandths; when they were counted */
};

static int
compare(const void *a, const void *b)
{
	const struct mbox *x = a, *y = b;

	return strcasecmp(x->row.address, y->row.address);
}

struct mbox *
users_find(struct users *u, const char *address)
{
	struct mbox key = {.row = {.address = (char *)(uintptr_t)address}};
	struct mbox **hit = tfind(&key, &u->tree, compare);

	return hit != NULL ? *hit : NULL;
}

static struct mbox *
add(struct users *u, const char *address)
{
	struct mbox *m = mbox_new(u->en, address);

	if (tsearch(m, &u->tree, compare) == NULL)
		fatal("users: out of memory");
	TAILQ_INSERT_TAIL(&u->list, m, next);
	return m;
}

static void
forget(struct users *u, struct mbox *m)
{
	(void)tdelete(m, &u->tree, compare);
	TAILQ_REMOVE(&u->list, m, next);
	mbox_free(m);
}

void
users_dequeue(struct mbox *m)
{
	if (m->is_queued)
		TAILQ_REMOVE(&m->en->users->queue, m, in_queue);
	m->is_queued = false;
}

/* A bucket of tokens: some are brought up at once, and then so many a second,
 * so that a start of all does not press out what people do. */
static bool
take_token(struct users *u)
{
	const uint64_t now = clock_mono_ms();
	const uint64_t rate = u->en->conf->start_rate;

	u->tokens_m += (now - u->tokens_ms) * rate;
	u->tokens_ms = now;
	if (u->tokens_m > START_BURST * UINT64_C(1000))
		u->tokens_m = START_BURST * UINT64_C(1000);
	if (u->tokens_m < 1000) {
		timer_start(u->pump, (1000 - u->tokens_m) / rate + 1);
		return false;
	}
	u->tokens_m -= 1000;
	return true;
}

/* From the loop: an activation that fails at once comes back here. */
static void
start_queued(void *arg)
{
	struct users *u = arg;
	struct mbox *m;

	while (u->active < ACTIVATIONS_MAX &&
	       (m = TAILQ_FIRST(&u->queue)) != NULL && take_token(u)) {
		users_dequeue(m);
		m->has_slot = true;
		u->active++;
		mbox_begin(m);
	}
}

void
users_enqueue(struct mbox *m)
{
	struct users *u = m->en->users;

	timer_stop(m->timer);
	if (!u->run || !m->user_enabled || m->is_queued ||
	    m->phase == MBOX_ACTIVATING)
		return;
	m->phase = MBOX_WAITING;
	m->is_queued = true;
	TAILQ_INSERT_TAIL(&u->queue, m, in_queue);
	timer_start(u->pump, 0);
	users_scout(u);
}

void
users_renew(struct mbox *m)
{
	struct users *u = m->en->users;

	if (!u->run || m->is_queued)
		return;
	m->is_queued = true;
	TAILQ_INSERT_TAIL(&u->queue, m, in_queue);
	timer_start(u->pump, 0);
}

void
users_slot_free(struct mbox *m)
{
	if (!m->has_slot)
		return;
	m->has_slot = false;
	m->en->users->active--;
	timer_start(m->en->users->pump, 0);
}

/* -- addresses of many at once -- */

static bool
wants_address(const struct mbox *m)
{
	return m->is_queued && m->phase == MBOX_WAITING && !m->url_known;
}

/* Each domain is looked for as soon as may be, so that its mailboxes need not
 * wait for it when their turn comes. */
static void
scout(void *arg)
{
	struct users *u = arg;
	struct record *r;
	struct mbox *m;
	size_t i;

	for (i = 0; (r = config_record_at(u->en->config, i)) != NULL; i++)
		if (r->x.enabled && !record_is_held(r, NULL))
			break;
	if (r == NULL || !u->run || !str_eq(r->x.discovery, "autodiscover"))
		return;
	TAILQ_FOREACH(m, &u->queue, in_queue)
	if (wants_address(m) && m->asked_ms == 0 &&
	    !domains_scout(r, m->row.address))
		return;
}

void
users_scout(struct users *u)
{
	if (u->scout != NULL && !timer_is_set(u->scout))
		timer_start(u->scout, 0);
}

void
users_without_address(
    struct record *r, const char *domain, struct strlist *emails, size_t max)
{
	const uint64_t now = clock_mono_ms();
	struct mbox *m;

	TAILQ_FOREACH(m, &r->en->users->queue, in_queue)
	{
		if (emails->n >= max)
			return;
		if (!wants_address(m) ||
		    !str_caseeq(plan_domain(m->row.address), domain) ||
		    (m->asked_ms != 0 &&
			now - m->asked_ms < DOMAIN_FOUND_LIFE_MS) ||
		    strlist_has(emails, m->row.address))
			continue;
		m->asked_ms = now;
		if (strlist_add(emails, m->row.address) != ERR_OK)
			fatal("users: out of memory");
	}
}

void
users_told(struct record *r, const char *email, const struct strlist *urls,
    const char *grouping, bool is_absent)
{
	struct mbox *m = users_find(r->en->users, email);

	if (m == NULL || r->is_dead || !wants_address(m))
		return;
	if (urls->n > 0)
		mbox_found(m, r, urls->v[0], grouping);
	else if (is_absent)
		mbox_absent(m, r);
}

static void
save_these(struct users *u, struct mbox **v, size_t n)
{
	const struct mailbox *rows[SAVE_MAX];
	struct errinfo ei;
	size_t i;

	for (i = 0; i < n; i++) {
		(void)user_alarm_mark(v[i]);
		rows[i] = &v[i]->row;
	}
	if (n == 0)
		return;
	if (store_mailbox_put_many(u->en->store, rows, n, &ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Mailbox",
		    v[0]->row.address, "Detail", ei.text, NULL);
		return; /* with the next tick */
	}
	for (i = 0; i < n; i++)
		v[i]->row_dirty = false;
}

static void
save_dirty(void *arg)
{
	struct mbox *m, *dirty[SAVE_MAX];
	struct users *u = arg;
	size_t n = 0;

	TAILQ_FOREACH(m, &u->list, next)
	{
		if (!m->row_dirty)
			continue;
		dirty[n++] = m;
		if (n == SAVE_MAX) {
			save_these(u, dirty, n);
			n = 0;
		}
	}
	save_these(u, dirty, n);
}

void
users_save_soon(struct mbox *m)
{
	struct users *u = m->en->users;

	m->row_dirty = true;
	if (!timer_is_set(u->save))
		timer_start(u->save, SAVE_SOON_MS);
}

static void
on_tick(void *arg)
{
	struct users *u = arg;
	size_t live_n = users_live_count(u);
	size_t budget = moves_budget(live_n, TICK_MS);
	struct mbox *m;

	save_dirty(u);
	TAILQ_FOREACH(m, &u->list, next)
	if (m->phase == MBOX_LIVE) {
		catchup_tick(m, live_n);
		if (m->phase == MBOX_LIVE)
			moves_tick(m, &budget);
	}
	works_tick(u->en);
	timer_start(u->tick, TICK_MS);
}

struct users *
users_new(struct engine *en)
{
	struct users *u = xalloc(sizeof(*u));

	u->en = en;
	TAILQ_INIT(&u->list);
	TAILQ_INIT(&u->queue);
	u->tick = timer_new(en->loop, on_tick, u);
	timer_start(u->tick, TICK_MS);
	u->pump = timer_new(en->loop, start_queued, u);
	u->scout = timer_new(en->loop, scout, u);
	u->save = timer_new(en->loop, save_dirty, u);
	return u;
}

void
users_free(struct users *u)
{
	struct mbox *m;

	if (u == NULL)
		return;
	u->run = false;
	save_dirty(u);
	while ((m = TAILQ_FIRST(&u->list)) != NULL)
		forget(u, m);
	timer_free(u->tick);
	timer_free(u->pump);
	timer_free(u->scout);
	timer_free(u->save);
	mem_free(u);
}

void
users_each(struct users *u, void (*fn)(void *arg, struct mbox *m), void *arg)
{
	struct mbox *m, *n;

	for (m = TAILQ_FIRST(&u->list); m != NULL; m = n) {
		n = TAILQ_NEXT(m, next);
		fn(arg, m);
	}
}

size_t
users_live_count(const struct users *u)
{
	const struct mbox *m;
	size_t n = 0;

	TAILQ_FOREACH(m, &u->list, next)
	n += m->phase == MBOX_LIVE;
	return n;
}

bool
users_are_coming(const struct users *u)
{
	return u->active > 0 || !TAILQ_EMPTY(&u->queue);
}

enum err
users_load(struct users *u, bool urls_hold, struct errinfo *ei)
{
	struct mailbox_list l = {NULL, 0};
	struct mbox *m;
	size_t i;
	enum err e;

	if ((e = store_mailbox_all(u->en->store, &l, ei)) != ERR_OK)
		return e;
	for (i = 0; i < l.n; i++) {
		m = add(u, l.v[i].address);
		/* The tree knows it by its address, which stays the same. */
		mailbox_clear(&m->row);
		m->row = l.v[i];
		memset(&l.v[i], 0, sizeof(l.v[i]));
		m->url_known = urls_hold;
		user_alarm_recall(m);
	}
	mailbox_list_clear(&l);
	return ERR_OK;
}

static void
start_or_stop(struct users *u, struct mbox *m)
{
	if (!m->user_enabled) {
		if (m->phase != MBOX_OFF)
			mbox_take_down(m, true);
		mbox_set_state(m, "disabled", "", "", 0);
	} else if (!u->run) {
		if (m->phase != MBOX_OFF)
			mbox_take_down(m, true);
		mbox_set_state(m, "pending", "", u->why_not, 0);
	} else if (m->phase == MBOX_OFF) {
		/* What failed before a restart gets its chance at once. */
		m->row.tries = 0;
		if (!str_eq(m->row.state, "subscribed"))
			mbox_set_state(m, "pending", "", "", 0);
		users_enqueue(m);
	}
}

/* "" where the pattern is empty or makes nothing for this address. */
static void
by_rule(struct buf *out, const char *pattern, const char *address, bool is_link)
{
	buf_reset(out);
	if (room_rule_expand(out, pattern, address, is_link, NULL) != ERR_OK)
		buf_reset(out);
}

static void
set_room(struct mbox *m, const struct user *p, const char *rule_link,
    const char *rule_video)
{
	struct buf link = BUF_INIT(ROOM_RULE_MAX), video = link;

	(void)str_copy(m->language, sizeof(m->language), p->language);
	if (p->room_link[0] != '\0') {
		mbox_set_room(m, p->room_link, p->room_number, p->room_video);
		return;
	}
	by_rule(&link, rule_link, p->address, true);
	by_rule(&video, rule_video, p->address, false);
	mbox_set_room(m, buf_str(&link), p->room_number,
	    p->room_video[0] != '\0' ? p->room_video : buf_str(&video));
	buf_clear(&link);
	buf_clear(&video);
}

void
users_rooms(struct users *u, const struct strlist *addresses)
{
	struct mbox *m;
	size_t i;

	TAILQ_FOREACH(m, &u->list, next)
	m->is_room = false;
	for (i = 0; i < addresses->n; i++) {
		if ((m = users_find(u, addresses->v[i])) == NULL)
			m = add(u, addresses->v[i]);
		m->is_room = true;
	}
}

void
users_apply(struct users *u, const struct user_list *l, const char *rule_link,
    const char *rule_video)
{
	struct mbox *m, *next;
	struct errinfo ei;
	size_t i;

	TAILQ_FOREACH(m, &u->list, next)
	{
		m->was_listed = m->is_listed;
		m->is_listed = false;
	}
	for (i = 0; i < l->n; i++) {
		if ((m = users_find(u, l->v[i].address)) == NULL)
			m = add(u, l->v[i].address);
		/* A room is listened to also where it is a user who is not. */
		if (m->is_room && !l->v[i].enabled)
			continue;
		m->is_listed = true;
		m->user_enabled = l->v[i].enabled;
		set_room(m, &l->v[i], rule_link, rule_video);
		start_or_stop(u, m);
	}
	for (m = TAILQ_FIRST(&u->list); m != NULL; m = next) {
		next = TAILQ_NEXT(m, next);
		if (m->is_listed)
			continue;
		if (m->is_room) {
			/* What was under way for the user ends. */
			if (m->was_listed && m->phase != MBOX_OFF)
				mbox_take_down(m, true);
			m->user_enabled = true;
			start_or_stop(u, m);
			continue;
		}
		if (m->phase != MBOX_OFF)
			mbox_take_down(m, true);
		if (store_mailbox_delete(u->en->store, m->row.address, &ei) !=
		    ERR_OK)
			log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed",
			    "Mailbox", m->row.address, "Detail", ei.text, NULL);
		forget(u, m);
	}
	user_alarms_soon(u->en);
}

void
users_run(struct users *u, bool run, const char *why_not)
{
	struct mbox *m;

	if (u->run == run && str_eq(u->why_not, why_not))
		return;
	u->run = run;
	(void)str_copy(u->why_not, sizeof(u->why_not), why_not);
	TAILQ_FOREACH(m, &u->list, next)
	if (m->is_listed || m->is_room)
		start_or_stop(u, m);
}

static bool
is_of(const struct mbox *m, const struct record *gone)
{
	return m->rec == gone || str_eq(m->row.exchange_id, gone->x.id);
}

static void
try_anew(struct mbox *m, const char *why)
{
	m->row.tries = 0;
	m->asked_ms = 0;
	mbox_absent(m, NULL);
	backoff_reset(&m->quick);
	mbox_set_state(m, "pending", "", why, 0);
	users_enqueue(m);
}

void
users_trust_changed(struct users *u)
{
	struct mbox *m;

	TAILQ_FOREACH(m, &u->list, next)
	if (m->phase == MBOX_WAITING && !m->is_queued && u->run &&
	    m->user_enabled && failure_is_of_trust(m->row.failure))
		try_anew(m, "The Trust List was changed.");
}

void
users_record_changed(struct users *u, const struct record *gone)
{
	struct mbox *m;

	TAILQ_FOREACH(m, &u->list, next)
	{
		if (m->phase == MBOX_OFF)
			continue;
		if (gone != NULL && is_of(m, gone)) {
			m->url_known = false;
			if (m->rec == gone)
				mbox_take_down(m, true);
		}
		if ((m->phase != MBOX_OFF && m->phase != MBOX_WAITING) ||
		    m->is_queued || !u->run || !m->user_enabled)
			continue;
		try_anew(m, "The Exchange record was changed.");
	}
}

void
users_record_rotated(struct users *u, const struct record *was)
{
	struct mbox *m;

	TAILQ_FOREACH(m, &u->list, next)
	{
		if (m->phase == MBOX_LIVE && m->rec == was)
			users_renew(m);
		else if (m->phase == MBOX_ACTIVATING && m->rec == was)
			mbox_begin_again(m);
		else if (m->phase == MBOX_WAITING && !m->is_queued && u->run &&
			 m->user_enabled)
			try_anew(m, "The service account was changed.");
	}
}

enum err
users_retry(struct users *u, const char *address)
{
	struct mbox *m = users_find(u, address);
	struct record *r;
	size_t i;

	if (m == NULL || !(m->is_listed || m->is_room))
		return ERR_NOTFOUND;
	if (!u->run || !m->user_enabled)
		return ERR_DENIED;
	for (i = 0; (r = config_record_at(u->en->config, i)) != NULL; i++) {
		record_release(r);
		domains_forget_one(r, address);
	}
	m->row.tries = 0;
	m->asked_ms = 0;
	mbox_absent(m, NULL);
	user_alarm_forget(m);
	backoff_reset(&m->quick);
	if (m->phase == MBOX_LIVE) {
		subs_kick(m);
		catchup_start(m);
		moves_look(m);
	} else if (m->phase != MBOX_ACTIVATING) {
		mbox_set_state(m, "pending", "", "", 0);
		users_enqueue(m);
	}
	return ERR_OK;
}
