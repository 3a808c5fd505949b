#include "backend/engine/subs.h"

#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "backend/core/backoff.h"
#include "backend/engine/server_alarm.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/catchup.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_rate.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"

#define GATHER_MS 150 /* newcomers come together */
#define GATHER_MAX_MS 600 /* ... while more are on their way */
#define DRAIN_MS 2000 /* an old stream beside the new one */
/* Parts of a stream's life: before the server ends it, so that there is always
 * one; each group has its own moment within the spread. */
#define RENEW_EARLY 20
#define RENEW_SPREAD 10
#define REOPEN_FIRST_MS 50
#define REOPEN_FLOOR_MS 500
#define REOPEN_CEILING_MS 60000
#define SHORT_LIFE_MS 2000 /* one that ends sooner is not opened at once */
#define DOWN_AFTER 3 /* failures in a row, then users are told */
#define DOWN_MS 5000 /* or when it is not tried again sooner */

/* At most two of a group are open: the server allows an account, or the
 * mailbox that it acts for, a few (HangingConnectionLimit: 3 or 10). */
struct stream {
	struct group *g;
	struct src_call *call;
	bool is_open; /* something came */
	uint64_t asked_ms; /* when it was opened */
};

struct group {
	TAILQ_ENTRY(group) next;
	struct subs *all;
	struct record *r; /* counted */
	char *url, *grouping, *anchor, *cookie;
	TAILQ_HEAD(, mbox) members;
	size_t members_n;
	bool is_held; /* not freed when the last one leaves */
	struct stream *now, *old; /* old: until what it carries has come */
	struct timer *turn; /* opens one for all members */
	struct timer *drained, *renew;
	bool is_gathering;
	uint64_t gather_ms; /* since when */
	struct backoff retry;
};

struct subs {
	struct engine *en;
	TAILQ_HEAD(groups, group) groups;
	unsigned groups_n; /* ever made: spreads their moments */
};

static void on_turn(void *arg);
static void on_drained(void *arg);
static void on_renew(void *arg);

struct subs *
subs_new(struct engine *en)
{
	struct subs *s = xalloc(sizeof(*s));

	s->en = en;
	TAILQ_INIT(&s->groups);
	return s;
}

/* -- groups -- */

static void
stream_free(struct stream *st)
{
	if (st == NULL)
		return;
	src_cancel(st->call);
	mem_free(st);
}

static void
group_free(struct group *g)
{
	TAILQ_REMOVE(&g->all->groups, g, next);
	stream_free(g->now);
	stream_free(g->old);
	timer_free(g->turn);
	timer_free(g->drained);
	timer_free(g->renew);
	record_unref(g->r);
	mem_free(g->url);
	mem_free(g->grouping);
	mem_free(g->anchor);
	mem_free(g->cookie);
	mem_free(g);
}

/* The mailboxes are gone, and with each group's last one the group. */
void
subs_free(struct subs *s)
{
	struct group *g;

	if (s == NULL)
		return;
	while ((g = TAILQ_FIRST(&s->groups)) != NULL)
		group_free(g);
	mem_free(s);
}

static struct group *
group_new(struct subs *s, struct record *r, const char *url,
    const char *grouping, const char *anchor)
{
	struct backoff b = BACKOFF_INIT(REOPEN_FLOOR_MS, REOPEN_CEILING_MS);
	struct group *g = xalloc(sizeof(*g));

	g->all = s;
	g->r = record_ref(r);
	g->url = xstrdup(url);
	g->grouping = xstrdup(grouping);
	g->anchor = xstrdup(anchor);
	g->cookie = xstrdup("");
	g->retry = b;
	g->turn = timer_new(s->en->loop, on_turn, g);
	g->drained = timer_new(s->en->loop, on_drained, g);
	g->renew = timer_new(s->en->loop, on_renew, g);
	TAILQ_INIT(&g->members);
	TAILQ_INSERT_TAIL(&s->groups, g, next);
	s->groups_n++;
	return g;
}

static bool
has_place(const struct group *g, const struct record *r, const char *url,
    const char *grouping)
{
	return g->r == r && g->members_n < SUBS_GROUP_MAX &&
	       str_eq(g->url, url) && str_eq(g->grouping, grouping);
}

/* Mailboxes come in the order of their addresses: the anchor is the first of
 * its group in that order, and the same after each start. */
void
subs_join(struct mbox *m, const char *url, const char *grouping)
{
	struct subs *s = m->en->subs;
	struct group *g = m->group;

	/* Its own seat, when it only subscribes anew. */
	if (g != NULL && g->r == m->rec && str_eq(g->url, url) &&
	    str_eq(g->grouping, grouping))
		return;
	subs_remove(m);
	/* The newest is the one that is being filled. */
	TAILQ_FOREACH_REVERSE(g, &s->groups, groups, next)
	if (has_place(g, m->rec, url, grouping))
		break;
	if (g == NULL)
		g = group_new(s, m->rec, url, grouping, m->row.address);
	TAILQ_INSERT_TAIL(&g->members, m, in_group);
	g->members_n++;
	m->group = g;
}

void
subs_place(const struct mbox *m, const char *url, struct src_place *out)
{
	const struct group *g = m->group;

	out->url = url;
	out->mailbox = m->row.address;
	if (g != NULL && g->r == m->rec && str_eq(g->url, url)) {
		out->anchor = g->anchor;
		out->cookie = g->cookie;
	} else {
		out->anchor = m->row.address;
		out->cookie = "";
	}
}

static void
set_cookie(struct group *g, const char *cookie)
{
	mem_free(g->cookie);
	g->cookie = xstrdup(cookie);
}

void
subs_cookie(struct mbox *m, const char *cookie)
{
	if (m->group != NULL && cookie != NULL && *cookie != '\0')
		set_cookie(m->group, cookie);
}

static struct mbox *
find_member(struct group *g, const char *sub_id)
{
	struct mbox *m;

	TAILQ_FOREACH(m, &g->members, in_group)
	if (m->sub_id != NULL && str_eq(m->sub_id, sub_id))
		return m;
	return NULL;
}

/* -- a stream's life -- */

static void
on_open(struct group *g)
{
	struct msg_evidence ok = {0};
	struct mbox *m;

	backoff_reset(&g->retry);
	record_saw(g->r, &ok);
	alarm_exchange(g->r, &ok);
	TAILQ_FOREACH(m, &g->members, in_group)
	{
		if (m->stream != g->now)
			continue;
		mbox_on_stream(m);
		if (m->sync_on_open)
			catchup_start(m);
		m->sync_on_open = false;
	}
}

static void
on_events(struct stream *st, const struct msg_ews_events *e)
{
	struct group *g = st->g;
	struct mbox *m;
	size_t i;

	if (!st->is_open && st == g->now) {
		st->is_open = true;
		on_open(g);
	}
	/* What an old one still brings is for members of the new one. */
	for (i = 0; i < e->events_n; i++) {
		const struct msg_ews_event *ev = &e->events[i];

		if ((m = find_member(g, ev->subscription)) == NULL)
			continue;
		m->row.last_event_s = clock_wall_s();
		m->row_dirty = true;
		m->suspect_ms = 0;
		user_rate_heard(m);
		if (str_caseeq(ev->kind, "Deleted"))
			works_deleted(m, ev->item_id);
		else
			(void)works_add(
			    m, ev->item_id, ev->change_key, true, NULL);
	}
}

/* [office-developer-exchange-docs, handling notification errors]: the mailbox
 * was moved, and is to be looked for again. */
static bool
is_moved(const struct msg_evidence *ev)
{
	return str_eq(ev->soap_code != NULL ? ev->soap_code : "",
	    "ErrorReadEventsFailed");
}

/* Those whose subscription the server does not know any more; bad is NULL:
 * all that were listened to.  The way to the server is then found anew. */
static void
drop(struct group *g, struct stream *st, const struct strlist *bad, bool moved)
{
	struct mbox *m, *next;

	if (bad == NULL)
		set_cookie(g, "");
	for (m = TAILQ_FIRST(&g->members); m != NULL; m = next) {
		next = TAILQ_NEXT(m, in_group);
		if (m->stream == st &&
		    (bad == NULL || strlist_has(bad, m->sub_id)))
			mbox_sub_lost(m, moved); /* takes it out */
	}
}

static void
reopen_broken(struct group *g, struct stream *st, const struct msg_evidence *ev)
{
	uint32_t ms;
	uint64_t left;
	struct mbox *m;

	ms = g->retry.tries == 0 && st->is_open ? REOPEN_FIRST_MS : 0;
	if (ms == 0 || ev->backoff_ms > 0)
		ms = backoff_next_ms(&g->retry, ev->backoff_ms);
	else
		g->retry.tries = 1;
	if (record_is_held(g->r, &left) && left > ms && g->retry.tries > 1)
		ms = left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
	TAILQ_FOREACH(m, &g->members, in_group)
	{
		if (m->stream != st)
			continue;
		m->sync_on_open = true;
		if (g->retry.tries >= DOWN_AFTER || ms >= DOWN_MS)
			mbox_stream_down(m, ev, ms);
	}
	g->is_gathering = false;
	timer_start(g->turn, ms);
}

static void
old_is_over(struct group *g)
{
	timer_stop(g->drained);
	stream_free(g->old);
	g->old = NULL;
}

static void
on_drained(void *arg)
{
	old_is_over(arg);
}

/* Its end in order, or with subscriptions that are gone, is no failure. */
static void
on_over(struct stream *st, const struct msg_evidence *ev,
    const struct msg_ews_stream_end *end)
{
	struct group *g = st->g;
	bool is_sub = str_eq(ev->failure, "ews-subscription");
	size_t bad_n = end != NULL ? end->bad.n : 0;
	bool was_short = clock_mono_ms() - st->asked_ms < SHORT_LIFE_MS;

	g->is_held = true;
	if (bad_n > 0 || is_sub)
		drop(g, st, bad_n > 0 ? &end->bad : NULL, is_moved(ev));
	g->is_held = false;
	if (g->members_n == 0) {
		group_free(g);
		return;
	}
	if (ev->code != ERR_OK && !is_sub) {
		reopen_broken(g, st, ev);
		return;
	}
	g->is_gathering = false;
	timer_start(g->turn, was_short && bad_n == 0
				 ? backoff_next_ms(&g->retry, ev->backoff_ms)
				 : 0);
}

static void
on_stream(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct stream *st = arg;
	struct group *g = st->g;

	if (ev == NULL) {
		on_events(st, msg);
		return;
	}
	st->call = NULL;
	if (st == g->old) {
		old_is_over(g);
		return;
	}
	record_saw(g->r, ev);
	if (ev->code != ERR_OK) {
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Stream Ended", "Record",
		    g->r->x.display_name, "Failure", ev->failure, "Detail",
		    ev->detail, "ResponseCode", ev->soap_code, NULL);
		if (!str_eq(ev->failure, "ews-subscription"))
			alarm_exchange(g->r, ev);
	}
	timer_stop(g->renew);
	on_over(st, ev, t == IPC_EWS_STREAM_END ? msg : NULL);
}

/* The one that runs stays beside the new one for a while: what the server has
 * sent on it already still comes, and what it sends after that comes on the
 * new one. */
static void
retire(struct group *g)
{
	if (g->now != NULL && g->now->call != NULL) {
		g->old = g->now;
		timer_start(g->drained, DRAIN_MS);
	} else {
		stream_free(g->now);
	}
	g->now = NULL;
}

static uint64_t
renew_ms(const struct group *g)
{
	const struct engine *en = g->all->en;
	const uint64_t whole_ms =
	    SRC_STREAM_MINUTES *
	    (en->minute_ms != 0 ? en->minute_ms : UINT64_C(60000));

	return whole_ms - whole_ms / RENEW_EARLY -
	       g->all->groups_n * UINT64_C(7919) % (whole_ms / RENEW_SPREAD);
}

static void
open_stream(struct group *g)
{
	struct strlist ids = {NULL, 0};
	struct src_place at = {g->url, g->anchor, g->anchor, g->cookie};
	struct stream *st;
	struct mbox *m;
	const char *first = NULL;
	bool has_anchor = false;

	retire(g);
	st = g->now = xalloc(sizeof(*st));
	st->g = g;
	TAILQ_FOREACH(m, &g->members, in_group)
	{
		if (m->sub_id == NULL)
			continue;
		if (strlist_add(&ids, m->sub_id) != ERR_OK)
			fatal("subs: out of memory");
		m->stream = st;
		if (first == NULL)
			first = m->row.address;
		has_anchor |= str_caseeq(m->row.address, g->anchor);
	}
	/* Charged to the anchor, so that each group has a budget of its own;
	 * where that is not heard, to one that is. */
	if (!has_anchor && first != NULL)
		at.mailbox = first;
	if (ids.n > 0) {
		st->asked_ms = clock_mono_ms();
		st->call = src_stream(g->r, &at, &ids, on_stream, st);
		timer_start(g->renew, renew_ms(g));
	}
	strlist_clear(&ids);
}

static void
on_turn(void *arg)
{
	struct group *g = arg;

	if (g->is_gathering && g->members_n < SUBS_GROUP_MAX &&
	    users_are_coming(g->all->en->users) &&
	    clock_mono_ms() - g->gather_ms < GATHER_MAX_MS) {
		timer_start(g->turn, GATHER_MS);
		return;
	}
	/* Not a third beside the two. */
	if (g->old != NULL && g->now != NULL && g->now->call != NULL) {
		timer_start(g->turn, GATHER_MS);
		return;
	}
	g->is_gathering = false;
	open_stream(g);
}

static void
on_renew(void *arg)
{
	struct group *g = arg;

	if (!timer_is_set(g->turn))
		timer_start(g->turn, 0);
}

/* -- members -- */

void
subs_add(struct mbox *m)
{
	struct group *g = m->group;

	if (g == NULL)
		fatal("subs: a mailbox without a group");
	if (timer_is_set(g->turn))
		return; /* goes with those who wait for it */
	g->is_gathering = true;
	g->gather_ms = clock_mono_ms();
	timer_start(g->turn, GATHER_MS);
}

/* Nothing leads to the server but the name of a mailbox that has left. */
static void
pick_anchor(struct group *g)
{
	const struct mbox *m, *first = TAILQ_FIRST(&g->members);

	TAILQ_FOREACH(m, &g->members, in_group)
	if (strcmp(m->row.address, first->row.address) < 0)
		first = m;
	mem_free(g->anchor);
	g->anchor = xstrdup(first->row.address);
}

/* A stream that runs goes on with the events of the others; the server
 * knows that this subscription is gone. */
void
subs_remove(struct mbox *m)
{
	struct group *g = m->group;

	m->sync_on_open = false;
	m->stream = NULL;
	if (g == NULL)
		return;
	m->group = NULL;
	TAILQ_REMOVE(&g->members, m, in_group);
	g->members_n--;
	if (g->members_n == 0) {
		if (!g->is_held)
			group_free(g);
	} else if (*g->cookie == '\0' &&
		   str_caseeq(m->row.address, g->anchor)) {
		pick_anchor(g);
	}
}

void
subs_kick(struct mbox *m)
{
	struct group *g = m->group;

	if (g == NULL || m->sub_id == NULL ||
	    (g->now != NULL && g->now->call != NULL))
		return;
	backoff_reset(&g->retry);
	timer_start(g->turn, 0);
}
