#include "backend/engine/creds.h"

#include <string.h>
#include <sys/queue.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/seal.h"
#include "common/str.h"

#define OPEN_MAX_MS 5000 /* the manager's answer */

enum cred_state { CRED_OPENING, CRED_OPEN, CRED_REFUSED };

struct cred {
	TAILQ_ENTRY(cred) next; /* of its record */
	TAILQ_ENTRY(cred) all;
	struct record *r;
	uint64_t id;
	uint32_t net_id;
	enum cred_state state;
	char failure[64];
	char text[ERRINFO_MAX];
	struct timer *timer; /* of the answer, then of telling */
	TAILQ_HEAD(, cred_wait) waits;
};

struct creds {
	TAILQ_HEAD(, cred) all;
	uint64_t last_id; /* never reused while the engine runs */
};

struct cred_wait {
	TAILQ_ENTRY(cred_wait) next;
	struct cred *c;
	cred_fn fn;
	void *arg;
};

struct creds *
creds_new(void)
{
	struct creds *cs = xalloc(sizeof(*cs));

	TAILQ_INIT(&cs->all);
	return cs;
}

uint64_t
creds_new_id(struct creds *cs)
{
	return ++cs->last_id;
}

void
creds_free(struct creds *cs)
{
	mem_free(cs);
}

static void
wait_free(struct cred_wait *w)
{
	TAILQ_REMOVE(&w->c->waits, w, next);
	mem_free(w);
}

static void
cred_free(struct cred *c)
{
	struct msg_cred_ref ref = {.cred_id = c->id, .net_id = c->net_id};

	TAILQ_REMOVE(&c->r->creds, c, next);
	TAILQ_REMOVE(&c->r->en->creds->all, c, all);
	if (c->r->en->mgr != NULL &&
	    ipc_conn_send(c->r->en->mgr, IPC_CRED_CLOSE, c->id, &ref, -1) !=
		ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Cred Close Not Sent", NULL);
	timer_free(c->timer);
	mem_free(c);
}

/* Tells all who wait.  A refused one is forgotten then, so that the next
 * who wants it asks again. */
static void
tell(void *arg)
{
	struct cred *c = arg;
	struct record *r = record_ref(c->r);
	struct cred_wait *w;
	char failure[sizeof(c->failure)], text[sizeof(c->text)];
	uint64_t id = c->id;
	cred_fn fn;
	void *fn_arg;

	if (c->state == CRED_OPENING) {
		c->state = CRED_REFUSED;
		(void)str_copy(c->failure, sizeof(c->failure), "worker-died");
		(void)str_copy(c->text, sizeof(c->text),
		    "The manager did not open the credential in time.");
	}
	(void)str_copy(failure, sizeof(failure), c->failure);
	(void)str_copy(text, sizeof(text), c->text);
	while ((w = TAILQ_FIRST(&c->waits)) != NULL) {
		fn = w->fn;
		fn_arg = w->arg;
		wait_free(w);
		/* The call may drop the record's credentials, this too: then
		 * its waiters were told by that. */
		fn(fn_arg, failure[0] == '\0' ? id : 0, failure, text);
		TAILQ_FOREACH(c, &r->creds, next)
		if (c->id == id)
			break;
		if (c == NULL)
			break;
	}
	if (c != NULL && c->state == CRED_REFUSED)
		cred_free(c);
	record_unref(r);
}

static void
refuse(struct cred *c, const char *failure, const char *text)
{
	c->state = CRED_REFUSED;
	(void)str_copy(c->failure, sizeof(c->failure), failure);
	(void)str_copy(c->text, sizeof(c->text), text);
	timer_start(c->timer, 0);
}

static void
open_it(struct cred *c)
{
	const struct exchange *x = &c->r->x;
	char binding[SEAL_BINDING_MAX];
	struct msg_cred_open m = {0};
	struct errinfo ei;

	if (c->r->is_dead) {
		refuse(c, "cancelled", "The record was changed meanwhile.");
		return;
	}
	if (x->box.n == 0) {
		refuse(c, "cred-missing", "");
		return;
	}
	if (exchange_binding(x, binding, sizeof(binding), &ei) != ERR_OK) {
		refuse(c, "cred-bound", ei.text);
		return;
	}
	m.cred_id = c->id;
	m.net_id = c->net_id;
	m.account = x->account;
	m.binding = binding;
	m.box = x->box;
	if (c->r->en->mgr == NULL || ipc_conn_send(c->r->en->mgr, IPC_CRED_OPEN,
					 c->id, &m, -1) != ERR_OK) {
		refuse(c, "worker-died", "The manager cannot be asked.");
		return;
	}
	timer_start(c->timer, OPEN_MAX_MS);
}

static struct cred *
find_for(struct record *r, uint32_t net_id)
{
	struct cred *c;

	TAILQ_FOREACH(c, &r->creds, next)
	if (c->net_id == net_id)
		return c;
	return NULL;
}

uint64_t
creds_peek(struct record *r, uint32_t net_id)
{
	const struct cred *c = find_for(r, net_id);

	return c != NULL && c->state == CRED_OPEN ? c->id : 0;
}

struct cred_wait *
creds_want(struct record *r, uint32_t net_id, cred_fn fn, void *arg)
{
	struct cred_wait *w = xalloc(sizeof(*w));
	struct cred *c = find_for(r, net_id);

	if (c == NULL) {
		c = xalloc(sizeof(*c));
		c->r = r;
		c->id = creds_new_id(r->en->creds);
		c->net_id = net_id;
		c->timer = timer_new(r->en->loop, tell, c);
		TAILQ_INIT(&c->waits);
		TAILQ_INSERT_TAIL(&r->creds, c, next);
		TAILQ_INSERT_TAIL(&r->en->creds->all, c, all);
		open_it(c);
	} else if (c->state == CRED_OPEN) {
		timer_start(c->timer, 0);
	}
	w->c = c;
	w->fn = fn;
	w->arg = arg;
	TAILQ_INSERT_TAIL(&c->waits, w, next);
	return w;
}

void
creds_cancel(struct cred_wait *w)
{
	if (w != NULL)
		wait_free(w);
}

static struct cred *
find(struct engine *en, uint64_t cred_id)
{
	struct cred *c;

	TAILQ_FOREACH(c, &en->creds->all, all)
	if (c->id == cred_id)
		return c;
	return NULL;
}

void
creds_opened(struct engine *en, uint64_t cred_id)
{
	struct cred *c = find(en, cred_id);

	if (c == NULL || c->state != CRED_OPENING)
		return;
	c->state = CRED_OPEN;
	timer_stop(c->timer);
	tell(c);
}

void
creds_refused(struct engine *en, uint64_t cred_id, enum err e, const char *text)
{
	struct cred *c = find(en, cred_id);

	if (c == NULL || c->state != CRED_OPENING)
		return;
	refuse(c,
	    e == ERR_BOUND  ? "cred-bound"
	    : e == ERR_GONE ? "worker-died"
			    : "cred-unreadable",
	    text);
}

void
creds_net_gone(struct engine *en, uint32_t net_id)
{
	struct cred *c, *next;

	for (c = TAILQ_FIRST(&en->creds->all); c != NULL; c = next) {
		next = TAILQ_NEXT(c, all);
		if (c->net_id != net_id)
			continue;
		if (TAILQ_EMPTY(&c->waits))
			cred_free(c);
		else
			refuse(c, "worker-died", "The network worker ended.");
	}
}

void
creds_drop_record(struct record *r)
{
	struct cred *c;

	while ((c = TAILQ_FIRST(&r->creds)) != NULL) {
		struct cred_wait *w = TAILQ_FIRST(&c->waits);
		cred_fn fn;
		void *arg;

		if (w == NULL) {
			cred_free(c);
			continue;
		}
		fn = w->fn;
		arg = w->arg;
		wait_free(w);
		fn(arg, 0, "cancelled", "The record was changed meanwhile.");
	}
}
