/* creds.c - see creds.h. */
#include "config.h"

#include <stddef.h>
#include <string.h>
#include <uv.h>

#include "backend/net/creds.h"
#include "common/alloc.h"
#include "common/ipc.h"

struct creds_wait {
	struct creds_wait *next;
	struct creds *creds;
	uint64_t id;
	creds_wait_fn fn;
	void *arg;
	uv_timer_t timer;
};

struct creds {
	uv_loop_t *loop;
	struct cred v[CREDS_MAX];
	unsigned n;
	struct creds_wait *waits;
};

enum err
creds_new(struct creds **out, uv_loop_t *l)
{
	struct creds *c = try_alloc(sizeof(*c));

	if (c == NULL)
		return ERR_NOMEM;
	c->loop = l;
	*out = c;
	return ERR_OK;
}

static void
cred_clear(struct cred *c)
{
	mem_free(c->account);
	mem_free(c->binding);
	secret_clear(&c->secret);
	memset(c, 0, sizeof(*c));
}

static struct cred *
find(struct creds *c, uint64_t id)
{
	unsigned i;

	for (i = 0; i < c->n; i++)
		if (c->v[i].id == id)
			return &c->v[i];
	return NULL;
}

const struct cred *
creds_get(const struct creds *c, uint64_t id)
{
	unsigned i;

	for (i = 0; i < c->n; i++)
		if (c->v[i].id == id)
			return &c->v[i];
	return NULL;
}

static void
wait_closed(uv_handle_t *h)
{
	mem_free(h->data);
}

void
creds_wait_cancel(struct creds_wait *w)
{
	struct creds_wait **p;

	if (w == NULL)
		return;
	for (p = &w->creds->waits; *p != NULL; p = &(*p)->next)
		if (*p == w) {
			*p = w->next;
			break;
		}
	uv_close((uv_handle_t *)&w->timer, wait_closed);
}

static void
wait_end(struct creds_wait *w, const struct cred *cred)
{
	creds_wait_fn fn = w->fn;
	void *arg = w->arg;

	creds_wait_cancel(w);
	fn(arg, cred);
}

static void
wait_over(uv_timer_t *t)
{
	wait_end(t->data, NULL);
}

enum err
creds_wait(struct creds_wait **out, struct creds *c, uint64_t id,
    creds_wait_fn fn, void *arg)
{
	struct creds_wait *w = try_alloc(sizeof(*w));

	if (w == NULL)
		return ERR_NOMEM;
	w->creds = c;
	w->id = id;
	w->fn = fn;
	w->arg = arg;
	(void)uv_timer_init(c->loop, &w->timer);
	w->timer.data = w;
	(void)uv_timer_start(&w->timer, wait_over, CREDS_WAIT_MS, 0);
	w->next = c->waits;
	c->waits = w;
	*out = w;
	return ERR_OK;
}

enum err
creds_give(struct creds *c, struct msg_cred_give *m)
{
	struct creds_wait *w, *next;
	struct cred *slot = find(c, m->cred_id);
	struct cred_bound bound;
	enum err e;

	if ((e = cred_bound_parse(&bound, m->binding)) != ERR_OK)
		return e;
	if (slot == NULL && c->n >= CREDS_MAX)
		return ERR_BUSY;
	if (slot == NULL)
		slot = &c->v[c->n++];
	cred_clear(slot);
	slot->id = m->cred_id;
	slot->account = m->account;
	slot->secret = m->secret;
	slot->bound = bound;
	slot->binding = m->binding;
	m->account = m->binding = NULL;
	memset(&m->secret, 0, sizeof(m->secret));
	/* A callback may add or cancel others: begin anew after each. */
	for (w = c->waits; w != NULL; w = next) {
		next = w->next;
		if (w->id != slot->id)
			continue;
		wait_end(w, slot);
		next = c->waits;
		if ((slot = find(c, m->cred_id)) == NULL)
			break;
	}
	return ERR_OK;
}

void
creds_drop(struct creds *c, uint64_t id)
{
	struct cred *slot = find(c, id);

	if (slot == NULL)
		return;
	cred_clear(slot);
	c->n--;
	*slot = c->v[c->n];
	memset(&c->v[c->n], 0, sizeof(c->v[c->n]));
}

void
creds_free(struct creds *c)
{
	if (c == NULL)
		return;
	while (c->waits != NULL)
		creds_wait_cancel(c->waits);
	while (c->n > 0)
		creds_drop(c, c->v[0].id);
	mem_free(c);
}
