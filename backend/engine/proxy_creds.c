#include "backend/engine/proxy_creds.h"

#include <string.h>
#include <sys/queue.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/alarm.h"
#include "backend/engine/creds.h"
#include "backend/engine/engine.h"
#include "backend/engine/net_pool.h"
#include "common/alloc.h"
#include "common/bound.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/seal.h"
#include "common/store_proxy.h"
#include "common/str.h"

struct proxy_cred {
	LIST_ENTRY(proxy_cred) next;
	uint64_t id;
	uint32_t net_id;
	char failure[64]; /* "" : opened, or not answered yet */
};

struct proxy_creds {
	struct engine *en;
	struct bound p;
	LIST_HEAD(, proxy_cred) list; /* one a net worker */
};

struct proxy_creds *
proxy_creds_new(struct engine *en)
{
	struct proxy_creds *pc = xalloc(sizeof(*pc));

	pc->en = en;
	bound_init(&pc->p, BOUND_PROXY);
	LIST_INIT(&pc->list);
	return pc;
}

static void
drop(struct proxy_creds *pc, struct proxy_cred *c)
{
	struct msg_cred_ref ref = {.cred_id = c->id, .net_id = c->net_id};

	LIST_REMOVE(c, next);
	if (pc->en->mgr != NULL && ipc_conn_send(pc->en->mgr, IPC_CRED_CLOSE,
				       c->id, &ref, -1) != ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Cred Close Not Sent", NULL);
	mem_free(c);
}

void
proxy_creds_free(struct proxy_creds *pc)
{
	if (pc == NULL)
		return;
	while (!LIST_EMPTY(&pc->list))
		drop(pc, LIST_FIRST(&pc->list));
	bound_clear(&pc->p);
	mem_free(pc);
}

void
proxy_creds_config(struct proxy_creds *pc, const struct bound *p)
{
	struct bound copy;

	if (bound_copy(&copy, p) != ERR_OK)
		fatal("proxy_creds: out of memory");
	while (!LIST_EMPTY(&pc->list))
		drop(pc, LIST_FIRST(&pc->list));
	bound_clear(&pc->p);
	pc->p = copy;
	alarm_lower(pc->en, ALARM_PROXY_PASSWORD, "");
}

static void
fail(struct proxy_creds *pc, struct proxy_cred *c, const char *failure,
    const char *text)
{
	(void)str_copy(c->failure, sizeof(c->failure), failure);
	log_kv(LOG_L_ERROR, ENGINE_MODULE, "Proxy Password Refused", "Failure",
	    failure, "Detail", text, NULL);
	alarm_raise(pc->en, ALARM_PROXY_PASSWORD, "", failure, text);
}

static void
open_it(struct proxy_creds *pc, struct proxy_cred *c)
{
	char binding[SEAL_BINDING_MAX];
	struct msg_cred_open m = {0};
	struct errinfo ei;

	if (bound_binding(&pc->p, binding, sizeof(binding), &ei) != ERR_OK) {
		fail(pc, c, "cred-bound", ei.text);
		return;
	}
	m.cred_id = c->id;
	m.net_id = c->net_id;
	/* Borrowed: the message is only read. */
	m.account = (char *)(uintptr_t)bound_get(&pc->p, "account");
	m.binding = binding;
	m.box = pc->p.box;
	if (pc->en->mgr == NULL ||
	    ipc_conn_send(pc->en->mgr, IPC_CRED_OPEN, c->id, &m, -1) != ERR_OK)
		fail(pc, c, "worker-died", "The manager cannot be asked.");
}

static struct proxy_cred *
find(struct proxy_creds *pc, uint32_t net_id)
{
	struct proxy_cred *c;

	LIST_FOREACH(c, &pc->list, next)
	if (c->net_id == net_id)
		return c;
	return NULL;
}

void
proxy_creds_fill(
    struct proxy_creds *pc, uint32_t net_id, struct msg_net_config *m)
{
	static char none[1] = "";
	struct proxy_cred *c = NULL;

	m->proxy_host = (char *)(uintptr_t)bound_get(&pc->p, "host");
	m->proxy_port = bound_port(&pc->p);
	m->proxy_cred_id = 0;
	m->proxy_failure = none;
	if (bound_get(&pc->p, "host")[0] == '\0' || pc->p.box.n == 0)
		return;
	if ((c = find(pc, net_id)) == NULL) {
		c = xalloc(sizeof(*c));
		c->id = creds_new_id(pc->en->creds);
		c->net_id = net_id;
		LIST_INSERT_HEAD(&pc->list, c, next);
		open_it(pc, c);
	}
	m->proxy_cred_id = c->id;
	m->proxy_failure = c->failure;
}

void
proxy_creds_net_gone(struct proxy_creds *pc, uint32_t net_id)
{
	struct proxy_cred *c = find(pc, net_id);

	if (c != NULL)
		drop(pc, c);
}

void
proxy_creds_refused(
    struct proxy_creds *pc, uint64_t cred_id, enum err e, const char *text)
{
	struct proxy_cred *c;

	LIST_FOREACH(c, &pc->list, next)
	if (c->id == cred_id)
		break;
	if (c == NULL)
		return;
	fail(pc, c,
	    e == ERR_BOUND  ? "cred-bound"
	    : e == ERR_GONE ? "worker-died"
			    : "cred-unreadable",
	    text);
	net_pool_tell(pc->en->nets, c->net_id);
}
