/* relay.c - see relay.h.  A plain table: it is short, and most of it is
 * empty most of the time. */
#include "config.h"

#include "backend/manager/relay.h"

#include <stddef.h>

#include "common/alloc.h"

struct entry {
	uint64_t id; /* 0: free */
	uint64_t since_ms;
	struct relay_origin origin;
};

struct relay {
	uint64_t last_id; /* never used twice */
	size_t n; /* entries ever used: the rest is free */
	struct entry e[RELAY_MAX];
};

struct relay *
relay_new(void)
{
	return xalloc(sizeof(struct relay));
}

void
relay_free(struct relay *r)
{
	mem_free(r);
}

static void
release(struct relay *r, struct entry *e)
{
	e->id = 0;
	e->origin.client = NULL;
	while (r->n > 0 && r->e[r->n - 1].id == 0)
		r->n--;
}

enum err
relay_add(
    struct relay *r, void *client, uint64_t id, uint64_t now_ms, uint64_t *out)
{
	struct entry *e = NULL;
	unsigned own = 0;
	size_t i;

	for (i = 0; i < r->n; i++) {
		if (r->e[i].id == 0)
			e = &r->e[i];
		else if (r->e[i].origin.client == client)
			own++;
	}
	if (own >= RELAY_CLIENT_MAX)
		return ERR_BUSY;
	if (e == NULL) {
		if (r->n == RELAY_MAX)
			return ERR_BUSY;
		e = &r->e[r->n++];
	}
	e->id = ++r->last_id;
	e->since_ms = now_ms;
	e->origin.client = client;
	e->origin.id = id;
	*out = e->id;
	return ERR_OK;
}

enum err
relay_take(struct relay *r, uint64_t id, struct relay_origin *out)
{
	size_t i;

	for (i = 0; id != 0 && i < r->n; i++) {
		if (r->e[i].id != id)
			continue;
		*out = r->e[i].origin;
		release(r, &r->e[i]);
		return ERR_OK;
	}
	return ERR_NOTFOUND;
}

void
relay_drop(struct relay *r, const void *client)
{
	size_t i;

	for (i = r->n; i-- > 0;)
		if (r->e[i].id != 0 && r->e[i].origin.client == client)
			release(r, &r->e[i]);
}

static void
end_older(struct relay *r, uint64_t until_ms, relay_fn fn, void *arg)
{
	struct relay_origin o;
	size_t i;

	for (i = r->n; i-- > 0;) {
		if (r->e[i].id == 0 || r->e[i].since_ms > until_ms)
			continue;
		o = r->e[i].origin;
		release(r, &r->e[i]);
		fn(arg, &o);
	}
}

void
relay_expire(struct relay *r, uint64_t now_ms, relay_fn fn, void *arg)
{
	if (now_ms >= RELAY_TIMEOUT_MS)
		end_older(r, now_ms - RELAY_TIMEOUT_MS, fn, arg);
}

void
relay_end_all(struct relay *r, relay_fn fn, void *arg)
{
	end_older(r, UINT64_MAX, fn, arg);
}
