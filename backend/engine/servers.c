#include "backend/engine/servers.h"

#include <string.h>

#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/str.h"

/* One mailbox that is told to slow down has a budget of its own; two of them
 * within this time are news of the server. */
#define BUSY_WITHIN_MS 10000
#define BUSY_STEP_MS 1000 /* halved at most that often */
/* A server that mailboxes are at is asked more often than that. */
#define IN_USE_MS (15u * 60u * 1000u)
#define KEPT_SHARE 4 /* of the places, for servers that have none */
#define COLD_EVERY 8 /* so that what is cold is not left for ever */

TAILQ_HEAD(passes, server_pass);

struct server {
	TAILQ_ENTRY(server) next;
	struct record *r; /* its owner */
	char *url;
	struct passes queue[SERVER_CLASS__MAX];
	size_t queue_n;
	unsigned running, limit;
	unsigned ok_n; /* answers since the limit was raised */
	unsigned picked_n;
	uint64_t used_ms;
	char busy_mailbox[255];
	uint64_t busy_ms, halved_ms;
};

static struct server *
server_of(struct record *r, const char *url)
{
	struct server *s;
	size_t i, n = 0;

	TAILQ_FOREACH(s, &r->servers, next)
	{
		if (str_eq(s->url, url))
			return s;
		if (++n == SERVERS_MAX)
			return s;
	}
	s = xalloc(sizeof(*s));
	s->r = r;
	s->url = xstrdup(url);
	s->limit = r->en->conf->exchange_requests;
	for (i = 0; i < SERVER_CLASS__MAX; i++)
		TAILQ_INIT(&s->queue[i]);
	TAILQ_INSERT_TAIL(&r->servers, s, next);
	return s;
}

/* Others that may want a place at any moment: whoever waits for an answer of a
 * slow server cannot make room when they come. */
static void
count_others(const struct server *s, unsigned *idle, unsigned *all)
{
	const uint64_t now = clock_mono_ms();
	const struct server *o;

	*idle = *all = 0;
	TAILQ_FOREACH(o, &s->r->servers, next)
	{
		if (o == s || (o->running == 0 && o->queue_n == 0 &&
				  now - o->used_ms > IN_USE_MS))
			continue;
		++*all;
		*idle += o->running == 0;
	}
}

static bool
has_place(const struct server *s)
{
	unsigned most = s->r->en->conf->exchange_requests, mine = s->limit;
	unsigned idle, others;

	if (s->running >= mine || s->r->requests >= most)
		return false;
	count_others(s, &idle, &others);
	if (others == 0 || s->running == 0)
		return true;
	/* Half of them at most, and a place is kept for each that has none. */
	if (idle > most / KEPT_SHARE)
		idle = most / KEPT_SHARE;
	return s->running < (most + 1) / 2 && s->r->requests < most - idle;
}

static struct server_pass *
pick(struct server *s)
{
	struct server_pass *p;
	unsigned i, k;

	s->picked_n++;
	for (i = 0; i < SERVER_CLASS__MAX; i++) {
		k = s->picked_n % COLD_EVERY == 0 ? SERVER_CLASS__MAX - 1 - i
						  : i;
		if ((p = TAILQ_FIRST(&s->queue[k])) != NULL)
			return p;
	}
	return NULL;
}

static void
take_place(struct server_pass *p)
{
	p->is_in = true;
	p->s->running++;
	p->s->r->requests++;
}

static void
unqueue(struct server_pass *p)
{
	TAILQ_REMOVE(&p->s->queue[p->class], p, next);
	p->s->queue_n--;
}

/* Each server in turn: the one that was served goes to the end. */
static void
pump(struct record *r)
{
	struct server *s, *next;
	struct server_pass *p;
	bool found = true;

	while (found) {
		found = false;
		for (s = TAILQ_FIRST(&r->servers); s != NULL; s = next) {
			next = TAILQ_NEXT(s, next);
			if (s->queue_n == 0 || !has_place(s))
				continue;
			p = pick(s);
			unqueue(p);
			take_place(p);
			TAILQ_REMOVE(&r->servers, s, next);
			TAILQ_INSERT_TAIL(&r->servers, s, next);
			p->go(p->arg);
			found = true;
			break;
		}
	}
}

bool
server_enter(struct server_pass *p, struct record *r, const char *url,
    enum server_class class)
{
	struct server *s = server_of(r, url);

	s->used_ms = clock_mono_ms();
	p->s = s;
	p->class = class;
	if (s->queue_n == 0 && has_place(s)) {
		take_place(p);
		return true;
	}
	TAILQ_INSERT_TAIL(&s->queue[class], p, next);
	s->queue_n++;
	return false;
}

void
server_leave(struct server_pass *p)
{
	struct server *s = p->s;

	if (s == NULL)
		return;
	p->s = NULL;
	if (!p->is_in) {
		TAILQ_REMOVE(&s->queue[p->class], p, next);
		s->queue_n--;
		return;
	}
	p->is_in = false;
	s->running--;
	s->r->requests--;
	pump(s->r);
}

static void
slow_down(struct server *s, const char *mailbox, uint64_t now)
{
	bool is_news = s->busy_mailbox[0] != '\0' &&
		       !str_eq(s->busy_mailbox, mailbox) &&
		       now - s->busy_ms < BUSY_WITHIN_MS;

	(void)str_copy(s->busy_mailbox, sizeof(s->busy_mailbox), mailbox);
	s->busy_ms = now;
	s->ok_n = 0;
	if (!is_news || now - s->halved_ms < BUSY_STEP_MS ||
	    s->limit <= SERVER_REQUESTS_MIN)
		return;
	s->halved_ms = now;
	s->limit = s->limit / 2 < SERVER_REQUESTS_MIN ? SERVER_REQUESTS_MIN
						      : s->limit / 2;
	log_kv(LOG_L_WARN, ENGINE_MODULE, "Server Busy", "Record",
	    s->r->x.display_name, "Url", s->url, NULL);
}

void
server_saw(
    struct server_pass *p, const char *mailbox, const struct msg_evidence *ev)
{
	struct server *s = p->s;

	if (s == NULL)
		return;
	if (ev->code == ERR_THROTTLED) {
		slow_down(s, mailbox, clock_mono_ms());
	} else if (ev->code == ERR_OK &&
		   s->limit < s->r->en->conf->exchange_requests &&
		   ++s->ok_n >= s->limit) {
		/* One more after a round of good answers. */
		s->ok_n = 0;
		s->limit++;
	}
}

bool
server_is_full(struct record *r, const char *url)
{
	return server_of(r, url)->queue_n >= SERVER_QUEUE_SHORT;
}

void
servers_free(struct record *r)
{
	struct server *s;

	while ((s = TAILQ_FIRST(&r->servers)) != NULL) {
		TAILQ_REMOVE(&r->servers, s, next);
		mem_free(s->url);
		mem_free(s);
	}
}
