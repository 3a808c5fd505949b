#include "backend/engine/net_pool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/creds.h"
#include "backend/engine/engine.h"
#include "backend/engine/health.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/proxy_creds.h"
#include "backend/engine/timer.h"
#include "backend/engine/webex_keep.h"
#include "common/alloc.h"
#include "common/log.h"

struct net_call {
	TAILQ_ENTRY(net_call) next;
	struct net_worker *w;
	uint64_t id;
	net_fn fn;
	void *arg;
	uint32_t timeout_ms;
	struct timer *timer;
};

struct net_worker {
	TAILQ_ENTRY(net_worker) next;
	struct net_pool *pool;
	uint32_t id;
	struct ipc_conn *c;
	TAILQ_HEAD(, net_call) calls;
	size_t calls_n;
};

struct net_pool {
	struct engine *en;
	TAILQ_HEAD(, net_worker) workers;
	size_t workers_n;
	uint64_t last_id;
	struct msg_net_config config;
	bool has_config;
};

struct net_pool *
net_pool_new(struct engine *en)
{
	struct net_pool *p = xalloc(sizeof(*p));

	p->en = en;
	TAILQ_INIT(&p->workers);
	return p;
}

static void
call_free(struct net_call *c)
{
	TAILQ_REMOVE(&c->w->calls, c, next);
	c->w->calls_n--;
	timer_free(c->timer);
	mem_free(c);
}

/* Ends every call of the worker; each may start others elsewhere. */
static void
drop_worker(struct net_worker *w, bool tell)
{
	struct net_pool *p = w->pool;
	struct net_call *c;
	net_fn fn;
	void *arg;

	TAILQ_REMOVE(&p->workers, w, next);
	p->workers_n--;
	if (w->c != NULL)
		ipc_conn_close(w->c);
	w->c = NULL;
	if (tell) {
		creds_net_gone(p->en, w->id);
		proxy_creds_net_gone(p->en->proxy, w->id);
		webex_keep_net_gone(p->en->webex, w->id);
		conf_services_net_gone(p->en->confs, w->id);
	}
	while ((c = TAILQ_FIRST(&w->calls)) != NULL) {
		fn = c->fn;
		arg = c->arg;
		call_free(c);
		if (tell)
			fn(arg, ERR_GONE, IPC_T_NONE, NULL,
			    "The network worker ended.");
	}
	mem_free(w);
	if (tell)
		health_nets_changed(p->en);
}

void
net_pool_free(struct net_pool *p)
{
	struct net_worker *w;

	if (p == NULL)
		return;
	while ((w = TAILQ_FIRST(&p->workers)) != NULL)
		drop_worker(w, false);
	msg_net_config_free(&p->config);
	mem_free(p);
}

static struct net_worker *
find_worker(struct net_pool *p, uint32_t net_id)
{
	struct net_worker *w;

	TAILQ_FOREACH(w, &p->workers, next)
	if (w->id == net_id)
		return w;
	return NULL;
}

static void
on_frame(void *arg, struct ipc_conn *conn, enum ipc_type t, uint64_t id,
    void *msg, int fd)
{
	struct net_worker *w = arg;
	struct net_call *c;
	net_fn fn;
	void *fn_arg;

	(void)conn;
	if (fd >= 0)
		close(fd);
	/* Nobody asked for it: a secret has changed. */
	if (t == IPC_WEBEX_BOX) {
		webex_keep_box(w->pool->en->webex, msg);
		return;
	}
	TAILQ_FOREACH(c, &w->calls, next)
	if (c->id == id)
		break;
	if (c == NULL) /* cancelled meanwhile */
		return;
	fn = c->fn;
	fn_arg = c->arg;
	if (t == IPC_EWS_EVENTS || t == IPC_DIR_PAGE) {
		timer_start(c->timer, c->timeout_ms);
		fn(fn_arg, ERR_OK, t, msg, "");
		return;
	}
	call_free(c);
	if (t == IPC_ERROR) {
		const struct msg_error_answer *m = msg;
		enum err e = m->code > 0 && m->code < ERR__MAX
				 ? (enum err)m->code
				 : ERR_PROTO;

		fn(fn_arg, e, IPC_T_NONE, NULL, m->text);
	} else {
		fn(fn_arg, ERR_OK, t, msg, "");
	}
}

static void
on_close(void *arg, struct ipc_conn *conn, enum err why)
{
	struct net_worker *w = arg;

	(void)conn;
	log_kv(LOG_L_WARN, ENGINE_MODULE, "Net Link Closed", "Why",
	    err_name(why), NULL);
	w->c = NULL;
	drop_worker(w, true);
}

static const struct ipc_conn_ops net_ops = {
    .on_frame = on_frame,
    .on_close = on_close,
    .accept_dirs = 1u << IPC_DIR_N_TO_E | 1u << IPC_DIR_ANY,
};

static void
send_config(struct net_pool *p, struct net_worker *w)
{
	struct msg_net_config m = p->config; /* borrows */

	if (!p->has_config || w->c == NULL)
		return;
	proxy_creds_fill(p->en->proxy, w->id, &m);
	if (ipc_conn_send(w->c, IPC_NET_CONFIG, ++p->last_id, &m, -1) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Net Config Not Sent", NULL);
}

void
net_pool_ready(struct net_pool *p, uint32_t net_id, int fd)
{
	struct net_worker *w = find_worker(p, net_id);
	struct errinfo ei;
	char id[16];

	if (w != NULL)
		drop_worker(w, true);
	w = xalloc(sizeof(*w));
	w->pool = p;
	w->id = net_id;
	TAILQ_INIT(&w->calls);
	if (ipc_conn_new(&w->c, p->en->loop, fd, "calconn-engine", &net_ops, w,
		&ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Net Link Failed", "Detail",
		    ei.text, NULL);
		mem_free(w);
		return;
	}
	TAILQ_INSERT_TAIL(&p->workers, w, next);
	p->workers_n++;
	send_config(p, w);
	snprintf(id, sizeof(id), "%" PRIu32, net_id);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Net Ready", "Net", id, NULL);
	health_nets_changed(p->en);
}

void
net_pool_gone(struct net_pool *p, uint32_t net_id)
{
	struct net_worker *w = find_worker(p, net_id);

	if (w != NULL)
		drop_worker(w, true);
}

size_t
net_pool_count(const struct net_pool *p)
{
	return p->workers_n;
}

void
net_pool_config(struct net_pool *p, struct msg_net_config *m)
{
	struct net_worker *w;

	msg_net_config_free(&p->config);
	p->config = *m;
	memset(m, 0, sizeof(*m));
	p->has_config = true;
	TAILQ_FOREACH(w, &p->workers, next)
	send_config(p, w);
}

void
net_pool_tell(struct net_pool *p, uint32_t net_id)
{
	struct net_worker *w = find_worker(p, net_id);

	if (w != NULL)
		send_config(p, w);
}

bool
net_pool_pick(struct net_pool *p, uint32_t *net_id)
{
	struct net_worker *w, *best = NULL;

	TAILQ_FOREACH(w, &p->workers, next)
	if (best == NULL || w->calls_n < best->calls_n)
		best = w;
	if (best == NULL)
		return false;
	*net_id = best->id;
	return true;
}

static void
on_silence(void *arg)
{
	struct net_call *c = arg;
	struct net_worker *w = c->w;
	net_fn fn = c->fn;
	void *fn_arg = c->arg;

	if (ipc_conn_send(w->c, IPC_NET_CANCEL, c->id, NULL, -1) != ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Net Cancel Not Sent", NULL);
	call_free(c);
	fn(fn_arg, ERR_TIMEOUT, IPC_T_NONE, NULL,
	    "The network worker did not answer.");
}

enum err
net_call_start(struct net_call **out, struct net_pool *p, uint32_t net_id,
    enum ipc_type t, const void *msg, uint32_t timeout_ms, net_fn fn, void *arg)
{
	struct net_worker *w = find_worker(p, net_id);
	struct net_call *c;
	enum err e;

	if (w == NULL)
		return ERR_GONE;
	if ((e = ipc_conn_send(w->c, t, p->last_id + 1, msg, -1)) != ERR_OK)
		return e;
	c = xalloc(sizeof(*c));
	c->w = w;
	c->id = ++p->last_id;
	c->fn = fn;
	c->arg = arg;
	c->timeout_ms = timeout_ms;
	c->timer = timer_new(p->en->loop, on_silence, c);
	timer_start(c->timer, timeout_ms);
	TAILQ_INSERT_TAIL(&w->calls, c, next);
	w->calls_n++;
	*out = c;
	return ERR_OK;
}

void
net_call_cancel(struct net_call *c)
{
	if (c == NULL)
		return;
	if (c->w->c != NULL &&
	    ipc_conn_send(c->w->c, IPC_NET_CANCEL, c->id, NULL, -1) != ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Net Cancel Not Sent", NULL);
	call_free(c);
}
