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
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"

#define GATHER_MS 150 /* newcomers share a stream */
#define GATHER_MAX_MS 600 /* ... while more are on their way */
#define DRAIN_MS 2000 /* an old stream beside the new one */
#define REOPEN_FIRST_MS 50
#define REOPEN_FLOOR_MS 500
#define REOPEN_CEILING_MS 60000
#define SHORT_LIFE_MS 2000 /* one that ends sooner is not opened at once */
#define DOWN_AFTER 3 /* failures in a row, then users are told */
#define DOWN_MS 5000 /* or when it is not tried again sooner */

TAILQ_HEAD(mboxes, mbox);

struct stream {
	TAILQ_ENTRY(stream) next;
	struct group *g;
	struct mboxes members;
	size_t members_n;
	struct src_call *call;
	struct timer *timer; /* opens it again */
	struct backoff retry;
	bool is_open; /* something came */
	bool drains; /* its members went to another one */
	uint64_t asked_ms; /* when it was opened */
};

struct group {
	TAILQ_ENTRY(group) next;
	struct subs *all;
	struct record *r;
	char *url, *anchor, *cookie;
	TAILQ_HEAD(, stream) streams;
	size_t streams_n;
	struct mboxes waiting; /* for a stream */
	size_t waiting_n;
	uint64_t waiting_ms; /* since when */
	struct timer *timer;
};

struct subs {
	struct engine *en;
	TAILQ_HEAD(, group) groups;
};

static void open_stream(void *arg);

struct subs *
subs_new(struct engine *en)
{
	struct subs *s = xalloc(sizeof(*s));

	s->en = en;
	TAILQ_INIT(&s->groups);
	return s;
}

/* -- groups -- */

static struct group *
group_find(struct subs *s, const struct record *r, const char *url)
{
	struct group *g;

	TAILQ_FOREACH(g, &s->groups, next)
	if (g->r == r && str_eq(g->url, url))
		return g;
	return NULL;
}

static void
stream_free(struct stream *st)
{
	TAILQ_REMOVE(&st->g->streams, st, next);
	st->g->streams_n--;
	src_cancel(st->call);
	timer_free(st->timer);
	mem_free(st);
}

static void
group_free_if_empty(struct group *g)
{
	if (g->streams_n > 0 || g->waiting_n > 0)
		return;
	TAILQ_REMOVE(&g->all->groups, g, next);
	timer_free(g->timer);
	record_unref(g->r);
	mem_free(g->url);
	mem_free(g->anchor);
	mem_free(g->cookie);
	mem_free(g);
}

/* The mailboxes are gone; streams that drain may be left. */
void
subs_free(struct subs *s)
{
	struct group *g;
	struct stream *st;

	if (s == NULL)
		return;
	while ((g = TAILQ_FIRST(&s->groups)) != NULL) {
		while ((st = TAILQ_FIRST(&g->streams)) != NULL)
			stream_free(st);
		group_free_if_empty(g);
	}
	mem_free(s);
}

void
subs_place(struct subs *s, const struct record *r, const char *url,
    const char *mailbox, struct src_place *out)
{
	const struct group *g = group_find(s, r, url);

	out->url = url;
	out->mailbox = mailbox;
	out->anchor = g != NULL ? g->anchor : mailbox;
	out->cookie = g != NULL ? g->cookie : "";
}

void
subs_cookie(
    struct subs *s, const struct record *r, const char *url, const char *cookie)
{
	struct group *g = group_find(s, r, url);

	if (g == NULL || cookie == NULL || *cookie == '\0')
		return;
	mem_free(g->cookie);
	g->cookie = xstrdup(cookie);
}

/* -- members -- */

static void
member_add(struct stream *st, struct mbox *m)
{
	TAILQ_INSERT_TAIL(&st->members, m, in_stream);
	st->members_n++;
	m->stream = st;
}

static void
member_remove(struct mbox *m)
{
	TAILQ_REMOVE(&m->stream->members, m, in_stream);
	m->stream->members_n--;
	m->stream = NULL;
}

static void
wait_add(struct group *g, struct mbox *m)
{
	TAILQ_INSERT_TAIL(&g->waiting, m, in_stream);
	g->waiting_n++;
	m->waits_for_stream = true;
	if (timer_is_set(g->timer))
		return;
	g->waiting_ms = clock_mono_ms();
	timer_start(g->timer, GATHER_MS);
}

static void
wait_remove(struct group *g, struct mbox *m)
{
	TAILQ_REMOVE(&g->waiting, m, in_stream);
	g->waiting_n--;
	m->waits_for_stream = false;
}

static struct mbox *
find_in(const struct mboxes *list, const char *sub_id)
{
	struct mbox *m;

	TAILQ_FOREACH(m, list, in_stream)
	if (str_eq(m->sub_id, sub_id))
		return m;
	return NULL;
}

static struct mbox *
find_member(struct stream *st, const char *sub_id)
{
	return find_in(&st->members, sub_id);
}

/* What an old stream still brings is for members of the new one. */
static struct mbox *
find_moved(struct group *g, const char *sub_id)
{
	struct mbox *m = find_in(&g->waiting, sub_id);
	struct stream *st;

	if (m != NULL)
		return m;
	TAILQ_FOREACH(st, &g->streams, next)
	if ((m = find_member(st, sub_id)) != NULL)
		return m;
	return NULL;
}

/* -- a stream's life -- */

static void
on_events(struct stream *st, const struct msg_ews_events *e)
{
	struct mbox *m;
	size_t i;

	if (!st->is_open && !st->drains) {
		struct msg_evidence ok = {0};

		st->is_open = true;
		backoff_reset(&st->retry);
		record_saw(st->g->r, &ok);
		alarm_exchange(st->g->r, &ok);
		TAILQ_FOREACH(m, &st->members, in_stream)
		{
			mbox_on_stream(m);
			if (m->sync_on_open)
				catchup_start(m);
			m->sync_on_open = false;
		}
	}
	for (i = 0; i < e->events_n; i++) {
		const struct msg_ews_event *ev = &e->events[i];

		m = st->drains ? find_moved(st->g, ev->subscription)
			       : find_member(st, ev->subscription);
		if (m == NULL)
			continue;
		m->row.last_event_s = clock_wall_s();
		m->row_dirty = true;
		m->suspect_ms = 0;
		if (str_caseeq(ev->kind, "Deleted"))
			works_deleted(m, ev->item_id);
		else
			(void)works_add(
			    m, ev->item_id, ev->change_key, true, NULL);
	}
}

/* Those whose subscription the server does not know any more. */
/* [office-developer-exchange-docs, handling notification errors]: the mailbox
 * was moved, and is to be looked for again. */
static bool
is_moved(const struct msg_evidence *ev)
{
	return str_eq(ev->soap_code != NULL ? ev->soap_code : "",
	    "ErrorReadEventsFailed");
}

static void
drop_bad(struct stream *st, const struct strlist *bad, bool moved)
{
	struct mbox *m;
	size_t i;

	for (i = 0; i < bad->n; i++)
		if ((m = find_member(st, bad->v[i])) != NULL)
			mbox_sub_lost(
			    m, moved); /* takes it out of the stream */
}

static void
drop_all(struct stream *st, bool moved)
{
	struct mbox *m, *next;

	for (m = TAILQ_FIRST(&st->members); m != NULL; m = next) {
		bool is_last = (next = TAILQ_NEXT(m, in_stream)) == NULL;

		mbox_sub_lost(m, moved); /* with the last one the stream goes */
		if (is_last)
			return;
	}
}

static void
reopen_broken(struct stream *st, const struct msg_evidence *ev)
{
	uint32_t ms;
	uint64_t left;
	struct mbox *m;

	ms = st->retry.tries == 0 && st->is_open ? REOPEN_FIRST_MS : 0;
	if (ms == 0 || ev->backoff_ms > 0)
		ms = backoff_next_ms(&st->retry, ev->backoff_ms);
	else
		st->retry.tries = 1;
	if (record_is_held(st->g->r, &left) && left > ms && st->retry.tries > 1)
		ms = left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
	TAILQ_FOREACH(m, &st->members, in_stream)
	{
		m->sync_on_open = true;
		if (st->retry.tries >= DOWN_AFTER || ms >= DOWN_MS)
			mbox_stream_down(m, ev, ms);
	}
	timer_start(st->timer, ms);
}

static void
free_drained(struct stream *st)
{
	struct group *g = st->g;

	stream_free(st);
	group_free_if_empty(g);
}

static void
on_stream(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct stream *st = arg;
	const struct msg_ews_stream_end *end;
	bool was_short;
	size_t bad_n;

	if (ev == NULL) {
		on_events(st, msg);
		return;
	}
	st->call = NULL;
	if (st->drains) {
		free_drained(st);
		return;
	}
	end = t == IPC_EWS_STREAM_END ? msg : NULL;
	bad_n = end != NULL ? end->bad.n : 0;
	record_saw(st->g->r, ev);
	if (ev->code != ERR_OK) {
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Stream Ended", "Record",
		    st->g->r->x.display_name, "Failure", ev->failure, "Detail",
		    ev->detail, "ResponseCode", ev->soap_code, NULL);
		if (!str_eq(ev->failure, "ews-subscription"))
			alarm_exchange(st->g->r, ev);
	}
	if (bad_n == 0 && str_eq(ev->failure, "ews-subscription")) {
		drop_all(st, is_moved(ev));
		return;
	}
	if (bad_n > 0) {
		/* Held by one more, so that it does not go with the last. */
		st->members_n++;
		drop_bad(st, &end->bad, is_moved(ev));
		if (--st->members_n == 0) {
			struct group *g = st->g;

			stream_free(st);
			group_free_if_empty(g);
			return;
		}
	}
	was_short = clock_mono_ms() - st->asked_ms < SHORT_LIFE_MS;
	if (ev->code == ERR_OK || str_eq(ev->failure, "ews-subscription"))
		timer_start(
		    st->timer, was_short && bad_n == 0
				   ? backoff_next_ms(&st->retry, ev->backoff_ms)
				   : 0);
	else
		reopen_broken(st, ev);
}

static void
open_stream(void *arg)
{
	struct stream *st = arg;
	struct strlist ids = {NULL, 0};
	struct src_place at;
	struct mbox *m = TAILQ_FIRST(&st->members);

	if (st->drains) {
		free_drained(st);
		return;
	}
	subs_place(st->g->all, st->g->r, st->g->url, m->row.address, &at);
	TAILQ_FOREACH(m, &st->members, in_stream)
	if (strlist_add(&ids, m->sub_id) != ERR_OK)
		fatal("subs: out of memory");
	st->is_open = false;
	st->asked_ms = clock_mono_ms();
	st->call = src_stream(st->g->r, &at, &ids, on_stream, st);
	strlist_clear(&ids);
}

/* -- gathering -- */

/* Has the members of a stream wait for another.  The old one stays beside
 * the new one for a while: what the server has sent on it already still
 * comes, and what it sends after that comes on the new one. */
static void
dissolve(struct stream *st)
{
	struct group *g = st->g;
	struct mbox *m;

	while ((m = TAILQ_FIRST(&st->members)) != NULL) {
		member_remove(m);
		wait_add(g, m);
	}
	if (st->call == NULL) {
		stream_free(st);
		return;
	}
	st->drains = true;
	timer_start(st->timer, DRAIN_MS);
}

/* Each connection counts at the server: the smallest gives way when there
 * would be too many. */
static void
draw_together(struct group *g)
{
	struct stream *st, *small;
	size_t n;

	for (;;) {
		small = NULL;
		n = 0;
		TAILQ_FOREACH(st, &g->streams, next)
		{
			if (st->drains || st->members_n == SUBS_STREAM_MAX)
				continue;
			n++;
			if (small == NULL || st->members_n < small->members_n)
				small = st;
		}
		if (n < SUBS_STREAMS_SMALL_MAX)
			return;
		dissolve(small);
	}
}

static void
gather(void *arg)
{
	struct group *g = arg;
	struct backoff b = BACKOFF_INIT(REOPEN_FLOOR_MS, REOPEN_CEILING_MS);
	struct stream *st;
	struct mbox *m;

	if (users_are_coming(g->all->en->users) &&
	    clock_mono_ms() - g->waiting_ms < GATHER_MAX_MS) {
		timer_start(g->timer, GATHER_MS);
		return;
	}
	draw_together(g);
	timer_stop(g->timer);
	while (g->waiting_n > 0) {
		st = xalloc(sizeof(*st));
		st->g = g;
		st->retry = b;
		st->timer = timer_new(g->all->en->loop, open_stream, st);
		TAILQ_INIT(&st->members);
		TAILQ_INSERT_TAIL(&g->streams, st, next);
		g->streams_n++;
		while (st->members_n < SUBS_STREAM_MAX &&
		       (m = TAILQ_FIRST(&g->waiting)) != NULL) {
			wait_remove(g, m);
			member_add(st, m);
		}
		timer_start(st->timer, 0);
	}
}

void
subs_add(struct mbox *m)
{
	struct subs *s = m->en->subs;
	struct group *g = group_find(s, m->rec, m->row.ews_url);

	if (g == NULL) {
		g = xalloc(sizeof(*g));
		g->all = s;
		g->r = record_ref(m->rec);
		g->url = xstrdup(m->row.ews_url);
		g->anchor = xstrdup(m->row.address);
		g->cookie = xstrdup("");
		g->timer = timer_new(s->en->loop, gather, g);
		TAILQ_INIT(&g->streams);
		TAILQ_INIT(&g->waiting);
		TAILQ_INSERT_TAIL(&s->groups, g, next);
	}
	wait_add(g, m);
}

/* A stream that runs goes on with the events of the others; the server
 * knows that this subscription is gone. */
void
subs_remove(struct mbox *m)
{
	struct stream *st = m->stream;
	struct group *g;

	m->sync_on_open = false;
	if (st != NULL) {
		g = st->g;
		member_remove(m);
		if (st->members_n == 0)
			stream_free(st);
		group_free_if_empty(g);
	} else if (m->waits_for_stream) {
		g = group_find(m->en->subs, m->rec, m->row.ews_url);
		if (g == NULL)
			fatal("subs: a mailbox waits nowhere");
		wait_remove(g, m);
		group_free_if_empty(g);
	}
}

void
subs_kick(struct mbox *m)
{
	struct stream *st = m->stream;

	if (st == NULL || st->call != NULL)
		return;
	backoff_reset(&st->retry);
	timer_start(st->timer, 0);
}
