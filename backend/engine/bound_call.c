#include "backend/engine/bound_call.h"

#include <string.h>
#include <sys/queue.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/creds.h"
#include "backend/engine/engine.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/own_fault.h"
#include "common/alloc.h"
#include "common/bound.h"
#include "common/log.h"
#include "common/seal.h"

struct bound_call {
	LIST_ENTRY(bound_call) next;
	struct bound_calls *all;
	struct net_call *call;
	uint64_t cred_id; /* 0: none */
	uint32_t net_id;
	bound_call_fn fn;
	void *arg;
};

struct bound_calls {
	struct engine *en;
	LIST_HEAD(, bound_call) list;
};

struct bound_calls *
bound_calls_new(struct engine *en)
{
	struct bound_calls *all = xalloc(sizeof(*all));

	all->en = en;
	LIST_INIT(&all->list);
	return all;
}

void
bound_call_cancel(struct bound_call *c)
{
	struct msg_cred_ref ref;
	struct engine *en;

	if (c == NULL)
		return;
	en = c->all->en;
	net_call_cancel(c->call);
	ref.cred_id = c->cred_id;
	ref.net_id = c->net_id;
	if (c->cred_id != 0 && en->mgr != NULL &&
	    ipc_conn_send(en->mgr, IPC_CRED_CLOSE, c->cred_id, &ref, -1) !=
		ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Cred Close Not Sent", NULL);
	LIST_REMOVE(c, next);
	mem_free(c);
}

void
bound_calls_free(struct bound_calls *all)
{
	if (all == NULL)
		return;
	while (!LIST_EMPTY(&all->list))
		bound_call_cancel(LIST_FIRST(&all->list));
	mem_free(all);
}

static void
finish(struct bound_call *c, const struct msg_evidence *ev, void *msg)
{
	bound_call_fn fn = c->fn;
	void *arg = c->arg;

	bound_call_cancel(c);
	fn(arg, ev, msg);
}

static void
fail(struct bound_call *c, const char *failure, const char *text)
{
	struct msg_evidence ev;

	own_fault_fill(&ev, failure, text);
	finish(c, &ev, NULL);
	msg_evidence_free(&ev);
}

/* The answer of every job begins with its evidence. */
static void
on_answer(
    void *arg, enum err e, enum ipc_type type, void *msg, const char *text)
{
	struct bound_call *c = arg;

	(void)type;
	c->call = NULL;
	if (e == ERR_OK)
		finish(c, msg, msg);
	else
		fail(c, e == ERR_TIMEOUT ? "timeout" : "worker-died", text);
}

void
bound_calls_refused(
    struct bound_calls *all, uint64_t cred_id, enum err e, const char *text)
{
	struct bound_call *c;

	LIST_FOREACH(c, &all->list, next)
	if (c->cred_id == cred_id)
		break;
	if (c != NULL)
		fail(c,
		    e == ERR_BOUND  ? "cred-bound"
		    : e == ERR_GONE ? "worker-died"
				    : "cred-unreadable",
		    text);
}

static enum err
open_cred(struct bound_call *c, const struct bound *b)
{
	struct engine *en = c->all->en;
	const char *account = bound_get(b, "account");
	char binding[SEAL_BINDING_MAX], none[] = "-";
	struct msg_cred_open m = {0};
	struct errinfo ei;
	char *name;
	enum err e;

	if ((e = bound_binding(b, binding, sizeof(binding), &ei)) != ERR_OK)
		return e;
	if (en->mgr == NULL)
		return ERR_GONE;
	name = xstrdup(account != NULL ? account : none);
	c->cred_id = creds_new_id(en->creds);
	m.cred_id = c->cred_id;
	m.net_id = c->net_id;
	m.account = name;
	m.binding = binding;
	m.box = b->box;
	e = ipc_conn_send(en->mgr, IPC_CRED_OPEN, c->cred_id, &m, -1);
	mem_free(name);
	return e;
}

enum err
bound_call_open(struct bound_call **out, struct engine *en,
    const struct bound *b, bound_call_fn fn, void *arg)
{
	struct bound_call *c;
	uint32_t net_id;
	enum err e;

	if (!net_pool_pick(en->nets, &net_id))
		return ERR_BUSY;
	c = xalloc(sizeof(*c));
	c->all = en->bound_calls;
	c->net_id = net_id;
	c->fn = fn;
	c->arg = arg;
	LIST_INSERT_HEAD(&c->all->list, c, next);
	if (bound_wants_secret(b) && (e = open_cred(c, b)) != ERR_OK) {
		bound_call_cancel(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

uint64_t
bound_call_cred(const struct bound_call *c)
{
	return c->cred_id;
}

enum err
bound_call_send(
    struct bound_call *c, enum ipc_type t, const void *msg, uint32_t timeout_ms)
{
	return net_call_start(&c->call, c->all->en->nets, c->net_id, t, msg,
	    timeout_ms, on_answer, c);
}
