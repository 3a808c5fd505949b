/* conf_lend.c - see conf_lend.h. */
#include "backend/engine/conf_lend.h"

#include <string.h>
#include <sys/queue.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/creds.h"
#include "backend/engine/engine.h"
#include "common/alloc.h"
#include "common/confer.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/seal.h"
#include "common/settings.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE
#define ACCOUNT_MAX 256

struct lent {
	LIST_ENTRY(lent) next;
	uint64_t id;
	uint32_t net_id;
	char confer_id[CONFER_ID_LEN + 1];
	struct conf_refusal why; /* failure "": opened, or no answer yet */
};

struct conf_lends {
	struct engine *en;
	LIST_HEAD(, lent) all;
};

struct conf_lends *
conf_lends_new(struct engine *en)
{
	struct conf_lends *ls = xalloc(sizeof(*ls));

	ls->en = en;
	LIST_INIT(&ls->all);
	return ls;
}

static void
drop(struct conf_lends *ls, struct lent *l)
{
	struct msg_cred_ref ref = {.cred_id = l->id, .net_id = l->net_id};

	LIST_REMOVE(l, next);
	if (ls->en->mgr != NULL && ipc_conn_send(ls->en->mgr, IPC_CRED_CLOSE,
				       l->id, &ref, -1) != ERR_OK)
		log_kv(LOG_L_WARN, MODULE, "Cred Close Not Sent", NULL);
	mem_free(l);
}

void
conf_lends_free(struct conf_lends *ls)
{
	if (ls == NULL)
		return;
	while (!LIST_EMPTY(&ls->all))
		drop(ls, LIST_FIRST(&ls->all));
	mem_free(ls);
}

void
conf_lend_drop(struct conf_lends *ls, const char *confer_id)
{
	struct lent *l, *next;

	for (l = LIST_FIRST(&ls->all); l != NULL; l = next) {
		next = LIST_NEXT(l, next);
		if (str_eq(l->confer_id, confer_id))
			drop(ls, l);
	}
}

void
conf_lend_net_gone(struct conf_lends *ls, uint32_t net_id)
{
	struct lent *l, *next;

	for (l = LIST_FIRST(&ls->all); l != NULL; l = next) {
		next = LIST_NEXT(l, next);
		if (l->net_id == net_id)
			drop(ls, l);
	}
}

static const struct confer_field *
secret_of(const struct confer *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (c->v[i].row->kind == SETTING_P)
			return &c->v[i];
	return NULL;
}

static void
refuse(struct lent *l, const char *failure, const char *text)
{
	(void)str_copy(l->why.failure, sizeof(l->why.failure), failure);
	(void)str_copy(l->why.text, sizeof(l->why.text), text);
}

static void
open_it(struct conf_lends *ls, struct lent *l, const struct confer *c,
    const struct confer_field *f)
{
	char binding[SEAL_BINDING_MAX], account[ACCOUNT_MAX];
	struct msg_cred_open m = {0};
	struct errinfo ei;

	if (confer_binding(c, f->row->key, binding, sizeof(binding), &ei) !=
		ERR_OK ||
	    confer_account(c, account, sizeof(account), &ei) != ERR_OK) {
		refuse(l, "cred-bound", ei.text);
		return;
	}
	m.cred_id = l->id;
	m.net_id = l->net_id;
	m.account = account;
	m.binding = binding;
	m.box = f->box;
	if (ls->en->mgr == NULL ||
	    ipc_conn_send(ls->en->mgr, IPC_CRED_OPEN, l->id, &m, -1) != ERR_OK)
		refuse(l, "worker-died", "The manager cannot be asked.");
}

static struct lent *
find(struct conf_lends *ls, const struct confer *c, uint32_t net_id,
    const struct confer_field *f)
{
	struct lent *l;

	LIST_FOREACH(l, &ls->all, next)
	if (l->net_id == net_id && str_eq(l->confer_id, c->id))
		return l;
	l = xalloc(sizeof(*l));
	l->id = creds_new_id(ls->en->creds);
	l->net_id = net_id;
	(void)str_copy(l->confer_id, sizeof(l->confer_id), c->id);
	LIST_INSERT_HEAD(&ls->all, l, next);
	if (f->box.n == 0)
		refuse(l, "cred-missing", "");
	else
		open_it(ls, l, c, f);
	return l;
}

bool
conf_lend(struct conf_lends *ls, const struct confer *c, uint32_t net_id,
    uint64_t *cred_id, struct conf_refusal *why)
{
	const struct confer_field *f = secret_of(c);
	struct lent *l;

	*cred_id = 0;
	if (f == NULL)
		return true;
	l = find(ls, c, net_id, f);
	*cred_id = l->id;
	if (l->why.failure[0] == '\0')
		return true;
	*why = l->why;
	drop(ls, l);
	return false;
}

bool
conf_lend_refused(struct conf_lends *ls, uint64_t cred_id, enum err e,
    const char *text, struct conf_refusal *why)
{
	struct lent *l;

	LIST_FOREACH(l, &ls->all, next)
	if (l->id == cred_id)
		break;
	if (l == NULL)
		return false;
	refuse(l,
	    e == ERR_BOUND  ? "cred-bound"
	    : e == ERR_GONE ? "worker-died"
			    : "cred-unreadable",
	    text);
	log_kv(LOG_L_ERROR, MODULE, "Conferencing Password Refused", "Service",
	    l->confer_id, "Failure", l->why.failure, NULL);
	*why = l->why;
	/* The next who wants it asks anew. */
	drop(ls, l);
	return true;
}
