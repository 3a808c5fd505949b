/* link.c - see link.h. */
#include "config.h"

#include "backend/manager/link.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "backend/core/ipc_loop.h"
#include "backend/core/notify.h"
#include "backend/manager/api.h"
#include "backend/manager/launch.h"
#include "backend/manager/loglevels.h"
#include "backend/manager/manager.h"
#include "backend/manager/supervise.h"
#include "backend/manager/unseal.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/seal.h"
#include "common/str.h"

struct sender {
	enum daemon_role role;
	uint32_t net_id; /* 0: the engine */
};

/* -- credentials -- */

static void
refuse(struct manager *m, uint64_t id, const struct msg_cred_open *q,
    enum err e, const char *why)
{
	struct ipc_conn *engine = supervise_engine(m->sup);
	char cred[24];

	snprintf(cred, sizeof(cred), "%llu", (unsigned long long)q->cred_id);
	log_kv(LOG_L_WARN, MANAGER_MODULE, "Credential Refused", "Account",
	    q->account, "Credential", cred, "Error", err_name(e), "Detail", why,
	    NULL);
	if (engine != NULL)
		(void)!ipc_conn_error(engine, id, e, why);
}

/* The name that goes with the password is the one in the box. */
static bool
is_of_account(const struct msg_cred_open *q)
{
	char account[SEAL_BINDING_MAX];

	return seal_binding_get(
		   q->binding, "account", account, sizeof(account)) &&
	       str_eq(account, q->account);
}

static void
on_cred_open(struct manager *m, struct sender from, uint64_t id, void *msg)
{
	const struct msg_cred_open *q = msg;
	struct ipc_conn *net = supervise_net(m->sup, q->net_id);
	struct ipc_conn *engine = supervise_engine(m->sup);
	struct errinfo ei = {ERR_OK, ""};
	struct msg_cred_give give;
	const struct msg_cred_ref done = {q->cred_id, q->net_id};
	enum err e;

	(void)from;
	if (net == NULL) {
		refuse(m, id, q, ERR_GONE, "The net worker has ended.");
		return;
	}
	memset(&give, 0, sizeof(give));
	give.cred_id = q->cred_id;
	give.account = q->account; /* borrowed */
	give.binding = q->binding; /* is what the box says, once it opens */
	if (!is_of_account(q)) {
		refuse(m, id, q, ERR_BOUND,
		    "The stored password was entered for another account.");
		return;
	}
	e = unseal_open(
	    m->unseal, q->binding, q->box.p, q->box.n, &give.secret, &ei);
	if (e != ERR_OK) {
		refuse(m, id, q, e, ei.text);
		return;
	}
	/* The worker has it before the engine may use it. */
	e = ipc_conn_send(net, IPC_CRED_GIVE, 0, &give, -1);
	secret_clear(&give.secret);
	if (e != ERR_OK) {
		refuse(m, id, q, e, "The net worker does not read its link.");
		return;
	}
	log_kv(LOG_L_DEBUG, MANAGER_MODULE, "Credential Opened", "Account",
	    q->account, NULL);
	if (engine != NULL)
		(void)!ipc_conn_send(engine, IPC_CRED_OPENED, id, &done, -1);
}

static void
on_cred_close(struct manager *m, struct sender from, uint64_t id, void *msg)
{
	const struct msg_cred_ref *q = msg;
	struct ipc_conn *net = supervise_net(m->sup, q->net_id);

	(void)from;
	(void)id;
	/* A worker that has ended has dropped it already. */
	if (net != NULL)
		(void)!ipc_conn_send(net, IPC_CRED_DROP, 0, q, -1);
}

/* -- signs of life -- */

/* The engine looks after us, too. */
static void
on_engine_beat(struct manager *m, struct sender from, uint64_t id, void *msg)
{
	const struct msg_empty none = {};
	struct ipc_conn *engine = supervise_engine(m->sup);

	(void)id;
	(void)msg;
	supervise_beat(m->sup, from.role, from.net_id);
	if (engine != NULL)
		(void)!ipc_conn_send(engine, IPC_MANAGER_BEAT, 0, &none, -1);
}

static void
on_beat(struct manager *m, struct sender from, uint64_t id, void *msg)
{
	(void)id;
	(void)msg;
	supervise_beat(m->sup, from.role, from.net_id);
}

static void
on_engine_state(struct manager *m, struct sender from, uint64_t id, void *msg)
{
	const struct msg_engine_state *st = msg;

	(void)id;
	supervise_beat(m->sup, from.role, from.net_id);
	if (connector_report(&m->connector, st) != ERR_OK)
		log_kv(LOG_L_ERROR, MANAGER_MODULE, "Connector State",
		    "Unknown", st->state, NULL);
}

/* Only an answer to what a client had asked can have this id. */
static void
on_error(struct manager *m, struct sender from, uint64_t id, void *msg)
{
	if (from.role == DAEMON_ENGINE)
		api_answer(m->api, IPC_ERROR, id, msg);
}

static void
on_ok(struct manager *m, struct sender from, uint64_t id, void *msg)
{
	if (from.role == DAEMON_ENGINE)
		api_answer(m->api, IPC_OK, id, msg);
}

static const struct {
	enum ipc_type t;
	void (*fn)(
	    struct manager *m, struct sender from, uint64_t id, void *msg);
} handlers[] = {
    {IPC_HEARTBEAT, on_engine_beat},
    {IPC_NET_HEARTBEAT, on_beat},
    {IPC_ENGINE_STATE, on_engine_state},
    {IPC_CRED_OPEN, on_cred_open},
    {IPC_CRED_CLOSE, on_cred_close},
    {IPC_ERROR, on_error},
    {IPC_OK, on_ok},
};

static void
on_frame(void *arg, enum daemon_role from, uint32_t net_id, enum ipc_type t,
    uint64_t id, void *msg)
{
	const struct sender s = {from, net_id};
	size_t i;

	for (i = 0; i < sizeof(handlers) / sizeof(handlers[0]); i++) {
		if (handlers[i].t == t) {
			handlers[i].fn(arg, s, id, msg);
			return;
		}
	}
	log_kv(LOG_L_ERROR, MANAGER_MODULE, "Message Not Handled", "Message",
	    ipc_name(t), NULL);
}

static enum err
on_relay(void *arg, const struct ipc_frame *f)
{
	struct manager *m = arg;

	return api_relay(m->api, f);
}

/* -- the engine's life -- */

static void
tell_deaths(const struct manager *m)
{
	struct ipc_conn *engine = supervise_engine(m->sup);
	struct msg_deaths d;

	/* Its next start is told all of them. */
	if (engine == NULL ||
	    deaths_fill(&m->deaths, &d, clock_mono_ms()) != ERR_OK)
		return;
	(void)!ipc_conn_send(engine, IPC_DEATHS, 0, &d, -1);
	msg_deaths_free(&d);
}

/* Once: the one before cannot any more. */
static void
tell_lost(struct manager *m)
{
	const struct msg_manager_lost lost = {m->before_s, m->since_s};
	struct ipc_conn *engine = supervise_engine(m->sup);

	if (m->before_s != 0 && engine != NULL &&
	    ipc_conn_send(engine, IPC_MANAGER_LOST, 0, &lost, -1) == ERR_OK)
		m->before_s = 0;
}

static void
on_engine_start(void *arg)
{
	struct manager *m = arg;

	m->connector.rev_running = 0;
	connector_set(&m->connector, "starting", "");
	loglevels_tell(m->levels, supervise_engine(m->sup), false);
	tell_deaths(m);
	tell_lost(m);
}

static void
on_death(void *arg, const char *program, const char *why)
{
	struct manager *m = arg;

	deaths_add(&m->deaths, program, why, clock_mono_ms(), clock_wall_s());
}

static void
on_tick(void *arg)
{
	struct manager *m = arg;

	notify_say("WATCHDOG=1");
	if (deaths_changed(&m->deaths, clock_mono_ms()))
		tell_deaths(m);
}

static void
on_net_start(void *arg, struct ipc_conn *c)
{
	const struct manager *m = arg;

	loglevels_tell(m->levels, c, true);
}

static void
on_engine_end(
    void *arg, bool asked, bool for_good, const char *how, uint32_t wait_ms)
{
	struct manager *m = arg;
	char why[320];

	m->connector.rev_running = 0;
	if (asked && !for_good) {
		connector_set(&m->connector, "starting", "");
	} else if (!for_good) {
		snprintf(why, sizeof(why),
		    "calconn-engine ended (%s). It is started again in %lu "
		    "seconds.",
		    how, (unsigned long)(wait_ms + 999) / 1000);
		connector_set(&m->connector,
		    wait_ms < 1000 ? "starting" : "not-operational", why);
	}
	api_engine_gone(m->api);
}

static void
on_stopped(void *arg)
{
	struct manager *m = arg;

	/* Whoever asked for it says when the rest may end. */
	if (!api_is_held(m->api))
		manager_end(m);
}

void
manager_end(struct manager *m)
{
	api_close(m->api);
	launch_close(m->launch);
	uv_stop(m->loop);
}

const struct supervise_ops link_ops = {
    .on_frame = on_frame,
    .on_relay = on_relay,
    .on_engine_start = on_engine_start,
    .on_net_start = on_net_start,
    .on_engine_end = on_engine_end,
    .on_death = on_death,
    .on_tick = on_tick,
    .on_stopped = on_stopped,
};
