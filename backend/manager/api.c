/* api.c - see api.h. */
#include "config.h"

#include "backend/manager/api.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/ipc_loop.h"
#include "backend/manager/bundles.h"
#include "backend/manager/diaglog.h"
#include "backend/manager/link.h"
#include "backend/manager/loglevels.h"
#include "backend/manager/manager.h"
#include "backend/manager/rekey.h"
#include "backend/manager/relay.h"
#include "backend/manager/snapshot.h"
#include "backend/manager/status.h"
#include "backend/manager/supervise.h"
#include "backend/manager/totp.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"

#define SWEEP_MS 1000u
#define UIDS_MAX 4

struct client {
	struct client *next;
	struct api *api;
	struct ipc_conn *conn;
	uint64_t token, token_id; /* of its job in rekey.c; 0: none */
	uint64_t seen_ms; /* accepted, or its last message */
	bool spoke;
	bool allowed; /* by its user; others are told no, politely */
};

struct api {
	uv_poll_t poll; /* of the listening socket; first */
	uv_timer_t sweep;
	struct manager *m;
	struct client *clients;
	size_t clients_n;
	int fd;
	uid_t uids[UIDS_MAX]; /* who may use the socket */
	size_t uids_n;
	bool closed;
	struct client *holder; /* NULL: none */
	uint64_t hold_id, hold_until_ms;
	struct rekey *rekey;
	uint64_t last_token; /* tells clients of finished jobs apart */
	bool held; /* the programs have ended, and it was told so */
};

static void on_sweep(uv_timer_t *h);

/* -- requests to the manager -- */

typedef void (*request_fn)(struct client *cl, uint64_t id, const void *msg);

static void
on_status_get(struct client *cl, uint64_t id, const void *msg)
{
	struct msg_status st;

	(void)msg;
	memset(&st, 0, sizeof(st));
	if (status_fill(&st, cl->api->m) == ERR_OK)
		(void)!ipc_conn_send(cl->conn, IPC_STATUS, id, &st, -1);
	else
		(void)!ipc_conn_error(
		    cl->conn, id, ERR_NOMEM, err_default_text(ERR_NOMEM));
	msg_status_free(&st);
}

static void
on_connector_restart(struct client *cl, uint64_t id, const void *msg)
{
	struct manager *m = cl->api->m;
	const struct msg_empty ok = {};

	(void)msg;
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Restart Requested", "By",
	    ipc_conn_program(cl->conn), NULL);
	connector_set(&m->connector, "stopping", "A restart was asked for.");
	supervise_restart_connector(m->sup);
	(void)!ipc_conn_send(cl->conn, IPC_OK, id, &ok, -1);
}

static void
on_log_levels_get(struct client *cl, uint64_t id, const void *msg)
{
	struct msg_log_levels l;

	(void)msg;
	memset(&l, 0, sizeof(l));
	if (loglevels_fill(cl->api->m->levels, &l) == ERR_OK)
		(void)!ipc_conn_send(cl->conn, IPC_LOG_LEVELS, id, &l, -1);
	else
		(void)!ipc_conn_error(
		    cl->conn, id, ERR_NOMEM, err_default_text(ERR_NOMEM));
	msg_log_levels_free(&l);
}

static void
on_log_level_set(struct client *cl, uint64_t id, const void *msg)
{
	const struct msg_empty ok = {};
	struct errinfo ei = {ERR_OK, ""};
	enum err e = loglevels_set(cl->api->m->levels, msg, &ei);

	if (e == ERR_OK)
		(void)!ipc_conn_send(cl->conn, IPC_OK, id, &ok, -1);
	else
		(void)!ipc_conn_error(cl->conn, id, e, ei.text);
}

static void
on_code_check(struct client *cl, uint64_t id, const void *msg)
{
	const struct msg_code_check *in = msg;
	struct msg_code_checked out = {0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	e = totp_check(cl->api->m->unseal, in->account, in->code, in->box.p,
	    in->box.n, clock_wall_s(), &out.step, &ei);
	if (e == ERR_OK)
		(void)!ipc_conn_send(cl->conn, IPC_CODE_CHECKED, id, &out, -1);
	else
		(void)!ipc_conn_error(cl->conn, id, e, ei.text);
}

/* The pages have no use for it, and could shut themselves off with it. */
static bool
may_hold(const struct client *cl)
{
	const char *web = cl->api->m->conf->user_web;
	const struct passwd *pw = NULL;
	const uid_t uid = ipc_conn_uid(cl->conn);

	if (uid != 0 && web != NULL && *web != '\0')
		pw = getpwnam(web);
	return pw == NULL || pw->pw_uid != uid;
}

static void
on_manager_hold(struct client *cl, uint64_t id, const void *msg)
{
	const struct msg_hold *q = msg;
	struct api *a = cl->api;
	const bool back = str_eq(q->state, "rolling-back");

	if (!may_hold(cl)) {
		(void)!ipc_conn_error(
		    cl->conn, id, ERR_DENIED, "This user may not do that.");
		return;
	}
	if (a->holder != NULL || a->m->again) {
		(void)!ipc_conn_error(cl->conn, id, ERR_BUSY,
		    "The version is being changed already.");
		return;
	}
	a->holder = cl;
	a->hold_id = id;
	a->hold_until_ms = clock_mono_ms() + API_HOLD_MS;
	bundles_restart(
	    a->m, "Another version is put in the place of this one.");
	connector_set(&a->m->connector, back ? "rolling-back" : "installing",
	    "Another version is put in the place of this one.");
}

static void
on_version_request(struct client *cl, uint64_t id, const void *msg)
{
	const struct msg_version_request *q = msg;
	const struct msg_empty ok = {};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	e = bundles_request(cl->api->m, q->verb, q->version, &ei);
	if (e == ERR_OK)
		(void)!ipc_conn_send(cl->conn, IPC_OK, id, &ok, -1);
	else
		(void)!ipc_conn_error(cl->conn, id, e, ei.text);
}

static void
on_diaglog_get(struct client *cl, uint64_t id, const void *msg)
{
	struct msg_diaglog d;

	(void)msg;
	diaglog_fill(cl->api->m->diaglog, &d);
	(void)!ipc_conn_send(cl->conn, IPC_DIAGLOG, id, &d, -1);
}

static void
on_diaglog_order(struct client *cl, uint64_t id, const void *msg)
{
	const struct msg_empty ok = {};
	struct errinfo ei = {ERR_OK, ""};
	enum err e = diaglog_do(cl->api->m->diaglog, msg, &ei);

	if (e == ERR_OK)
		(void)!ipc_conn_send(cl->conn, IPC_OK, id, &ok, -1);
	else
		(void)!ipc_conn_error(cl->conn, id, e, ei.text);
}

static void
on_snapshot(struct client *cl, uint64_t id, const void *msg)
{
	const struct msg_snapshot_order *q = msg;
	struct snapshot *s = cl->api->m->snapshot;
	const struct msg_empty ok = {};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	if (str_eq(q->verb, "start"))
		e = snapshot_start(s, q->who, &ei);
	else if (str_eq(q->verb, "delete"))
		e = snapshot_delete(s, q->name, q->who, &ei);
	else
		e = err_set(&ei, ERR_ARG, "There is no such request.");
	if (e == ERR_OK)
		(void)!ipc_conn_send(cl->conn, IPC_OK, id, &ok, -1);
	else
		(void)!ipc_conn_error(cl->conn, id, e, ei.text);
}

/* -- a backup's keys -- */

static void
on_rekeyed(void *arg, uint64_t token, enum ipc_type t, const void *msg,
    enum err e, const char *why)
{
	struct api *a = arg;
	struct client *cl;

	/* Who asked may be gone. */
	for (cl = a->clients; cl != NULL && cl->token != token; cl = cl->next)
		;
	if (cl == NULL)
		return;
	cl->token = 0;
	if (msg != NULL)
		(void)!ipc_conn_send(cl->conn, t, cl->token_id, msg, -1);
	else
		(void)!ipc_conn_error(cl->conn, cl->token_id, e, why);
}

static void
rekey_begun(struct client *cl, uint64_t id, enum err e, const char *why)
{
	if (e == ERR_OK) {
		cl->token = cl->api->last_token;
		cl->token_id = id;
	} else {
		(void)!ipc_conn_error(cl->conn, id, e, why);
	}
}

/* A page that could choose the passphrase could open the key. */
static void
on_key_wrap(struct client *cl, uint64_t id, const void *msg)
{
	struct msg_key_wrap m;
	struct errinfo ei = {ERR_OK, ""};
	struct api *a = cl->api;
	enum err e;

	if (!may_hold(cl)) {
		(void)!ipc_conn_error(
		    cl->conn, id, ERR_DENIED, "This user may not do that.");
		return;
	}
	if ((e = msg_key_wrap_copy(&m, msg)) == ERR_OK)
		e = rekey_wrap(a->rekey, ++a->last_token, &m, &ei);
	msg_key_wrap_free(&m);
	rekey_begun(cl, id, e, ei.text);
}

static void
on_reseal(struct client *cl, uint64_t id, const void *msg)
{
	struct msg_reseal m;
	struct errinfo ei = {ERR_OK, ""};
	struct api *a = cl->api;
	enum err e;

	if ((e = msg_reseal_copy(&m, msg)) == ERR_OK)
		e = rekey_reseal(a->rekey, ++a->last_token, &m, &ei);
	msg_reseal_free(&m);
	rekey_begun(cl, id, e, ei.text);
}

bool
api_is_held(struct api *a)
{
	const struct msg_empty ok = {};

	if (a->holder == NULL)
		return false;
	if (!a->held)
		(void)!ipc_conn_send(
		    a->holder->conn, IPC_OK, a->hold_id, &ok, -1);
	a->held = true;
	return true;
}

/* From the loop, as this may be in the middle of a client's message. */
void
api_let_go(struct api *a)
{
	a->holder = NULL;
	if (a->held)
		uv_timer_start(&a->sweep, on_sweep, 0, SWEEP_MS);
}

static const struct {
	enum ipc_type t;
	request_fn fn;
} requests[] = {
    {IPC_CODE_CHECK, on_code_check},
    {IPC_LOG_LEVELS_GET, on_log_levels_get},
    {IPC_LOG_LEVEL_SET, on_log_level_set},
    {IPC_STATUS_GET, on_status_get},
    {IPC_CONNECTOR_RESTART, on_connector_restart},
    {IPC_MANAGER_HOLD, on_manager_hold},
    {IPC_VERSION_REQUEST, on_version_request},
    {IPC_KEY_WRAP, on_key_wrap},
    {IPC_RESEAL, on_reseal},
    {IPC_SNAPSHOT, on_snapshot},
    {IPC_DIAGLOG_GET, on_diaglog_get},
    {IPC_DIAGLOG_ORDER, on_diaglog_order},
};

static bool
admit(struct client *cl, uint64_t id)
{
	if (!cl->allowed) {
		/* Asking again keeps no place for it. */
		(void)!ipc_conn_error(cl->conn, id, ERR_DENIED,
		    "This user may not use the control socket.");
		return false;
	}
	cl->seen_ms = clock_mono_ms();
	cl->spoke = true;
	return true;
}

static void
on_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id, void *msg,
    int fd)
{
	struct client *cl = arg;
	size_t i;

	(void)fd; /* ipc_loop lets no client pass one */
	if (!admit(cl, id))
		return;
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (requests[i].t == t) {
			requests[i].fn(cl, id, msg);
			return;
		}
	}
	(void)!ipc_conn_error(
	    c, id, ERR_DENIED, "This is an answer and no request.");
}

/* -- requests to the engine -- */

/* Its fields are checked before the engine sees it: the engine trusts its
 * link, and a client's mistake is not to end it. */
static enum err
check_fields(const struct ipc_frame *f)
{
	void *msg = try_alloc(ipc_struct_size(f->type));
	enum err e;

	if (msg == NULL)
		return ERR_NOMEM;
	e = ipc_decode(f->type, msg, f->payload, f->payload_len);
	if (e == ERR_OK)
		ipc_free(f->type, msg);
	mem_free(msg);
	return e;
}

static enum err
on_relay(void *arg, struct ipc_conn *c, const struct ipc_frame *f)
{
	struct client *cl = arg;
	struct manager *m = cl->api->m;
	struct ipc_conn *engine = supervise_engine(m->sup);
	struct relay_origin o;
	uint64_t id;
	enum err e;

	(void)c;
	if (!admit(cl, f->id))
		return ERR_OK;
	if ((e = check_fields(f)) != ERR_OK)
		return e;
	if (engine == NULL)
		return ERR_GONE;
	e = relay_add(m->relay, cl, f->id, clock_mono_ms(), &id);
	if (e != ERR_OK)
		return e;
	e = ipc_conn_send_raw(engine, f->type, id, f->payload, f->payload_len);
	if (e != ERR_OK)
		(void)!relay_take(m->relay, id, &o);
	return e;
}

enum err
api_relay(struct api *a, const struct ipc_frame *f)
{
	struct relay_origin o;
	struct client *cl;
	enum err e;

	if ((e = relay_take(a->m->relay, f->id, &o)) != ERR_OK)
		return e;
	cl = o.client;
	return ipc_conn_send_raw(
	    cl->conn, f->type, o.id, f->payload, f->payload_len);
}

void
api_answer(struct api *a, enum ipc_type t, uint64_t id, const void *msg)
{
	struct relay_origin o;
	struct client *cl;

	if (relay_take(a->m->relay, id, &o) != ERR_OK)
		return;
	cl = o.client;
	(void)!ipc_conn_send(cl->conn, t, o.id, msg, -1);
}

static void
tell_gone(void *arg, const struct relay_origin *o)
{
	struct client *cl = o->client;

	(void)arg;
	(void)!ipc_conn_error(cl->conn, o->id, ERR_GONE,
	    "The Calendar Connector ended while it worked on this. It is "
	    "being started again.");
}

static void
tell_late(void *arg, const struct relay_origin *o)
{
	struct client *cl = o->client;

	(void)arg;
	(void)!ipc_conn_error(cl->conn, o->id, ERR_TIMEOUT,
	    "The Calendar Connector did not answer in time.");
}

void
api_engine_gone(struct api *a)
{
	relay_end_all(a->m->relay, tell_gone, NULL);
}

/* -- clients -- */

static void
forget(struct client *cl)
{
	struct client **p;

	for (p = &cl->api->clients; *p != NULL; p = &(*p)->next) {
		if (*p != cl)
			continue;
		*p = cl->next;
		cl->api->clients_n--;
		break;
	}
	relay_drop(cl->api->m->relay, cl);
	if (cl->api->holder == cl)
		api_let_go(cl->api);
	mem_free(cl);
}

static void
on_close(void *arg, struct ipc_conn *c, enum err why)
{
	(void)c;
	(void)why;
	forget(arg);
}

static const struct ipc_conn_ops client_ops = {
    .on_frame = on_frame,
    .on_close = on_close,
    .on_relay = on_relay,
    .accept_dirs = 1u << IPC_DIR_C_TO_M,
    .relay_dirs = 1u << IPC_DIR_C_TO_E,
    .forgive = true,
};

static bool
is_allowed(const struct api *a, uid_t uid)
{
	size_t i;

	for (i = 0; i < a->uids_n; i++)
		if (a->uids[i] == uid)
			return true;
	return false;
}

static void
add_client(struct api *a, int fd)
{
	struct errinfo ei = {ERR_OK, ""};
	struct client *cl;
	char uid[16], pid[16];

	if (a->clients_n >= API_CLIENTS_MAX) {
		close(fd);
		log_kv(LOG_L_WARN, MANAGER_MODULE, "Client Refused", "Reason",
		    "too many clients", NULL);
		return;
	}
	cl = xalloc(sizeof(*cl));
	cl->api = a;
	cl->seen_ms = clock_mono_ms();
	if (ipc_conn_new(&cl->conn, a->m->loop, fd, "calconn-managerd",
		&client_ops, cl, &ei) != ERR_OK) {
		log_kv(LOG_L_WARN, MANAGER_MODULE, "Client Refused", "Reason",
		    ei.text, NULL);
		mem_free(cl);
		return;
	}
	cl->next = a->clients;
	a->clients = cl;
	a->clients_n++;
	cl->allowed = is_allowed(a, ipc_conn_uid(cl->conn));
	if (cl->allowed)
		return;
	snprintf(
	    uid, sizeof(uid), "%lu", (unsigned long)ipc_conn_uid(cl->conn));
	snprintf(pid, sizeof(pid), "%ld", (long)ipc_conn_pid(cl->conn));
	log_kv(LOG_L_WARN, MANAGER_MODULE, "Client Refused", "Uid", uid, "Pid",
	    pid, "Reason", "not a user of the control socket", NULL);
}

static void
on_accept(uv_poll_t *h, int status, int events)
{
	struct api *a = (struct api *)(void *)h;
	unsigned i;
	int fd;

	(void)events;
	if (status < 0)
		return;
	for (i = 0; i < 16; i++) {
		fd = accept4(a->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return;
		add_client(a, fd);
	}
}

static void
on_sweep(uv_timer_t *h)
{
	struct api *a = h->data;
	struct client *cl, *next;
	uint64_t now = clock_mono_ms(), limit;

	if (a->held && a->holder == NULL) {
		manager_end(a->m);
		return;
	}
	if (bundles_moved(a->m->self))
		bundles_restart(a->m, "Another version is the current one.");
	relay_expire(a->m->relay, now, tell_late, NULL);
	for (cl = a->clients; cl != NULL; cl = next) {
		next = cl->next;
		limit = cl->spoke ? API_IDLE_MS : API_HELLO_MS;
		if (cl == a->holder && now < a->hold_until_ms)
			continue;
		if (now - cl->seen_ms > limit) {
			ipc_conn_close(cl->conn);
			forget(cl);
		}
	}
}

/* -- beginning and end -- */

static void
add_uid(struct api *a, uid_t uid)
{
	if (!is_allowed(a, uid) && a->uids_n < UIDS_MAX)
		a->uids[a->uids_n++] = uid;
}

/* root, whoever started us, and the web workers; never the engine's user
 * or net's, where they have their own. */
static void
find_uids(struct api *a, uid_t starter)
{
	const char *web = a->m->conf->user_web;
	const struct passwd *pw;

	add_uid(a, 0);
	add_uid(a, starter);
	add_uid(a, geteuid());
	if (web != NULL && *web != '\0' && (pw = getpwnam(web)) != NULL)
		add_uid(a, pw->pw_uid);
}

enum err
api_new(struct api **out, struct manager *m, int listen_fd, struct errinfo *ei)
{
	struct api *a = xalloc(sizeof(*a));
	int rc;

	a->m = m;
	a->fd = listen_fd;
	if ((rc = uv_poll_init(m->loop, &a->poll, listen_fd)) != 0 ||
	    (rc = uv_poll_start(&a->poll, UV_READABLE, on_accept)) != 0 ||
	    (rc = uv_timer_init(m->loop, &a->sweep)) != 0) {
		close(listen_fd);
		mem_free(a);
		return err_set(
		    ei, ERR_SYS, "control socket: %s", uv_strerror(rc));
	}
	a->rekey = rekey_new(m->loop, m->unseal, on_rekeyed, a);
	a->sweep.data = a;
	uv_timer_start(&a->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
	find_uids(a, m->starter);
	*out = a;
	return ERR_OK;
}

void
api_close(struct api *a)
{
	struct client *cl;

	if (a == NULL || a->closed)
		return;
	a->closed = true;
	while ((cl = a->clients) != NULL) {
		ipc_conn_close(cl->conn);
		forget(cl);
	}
	uv_close((uv_handle_t *)&a->poll, NULL);
	uv_close((uv_handle_t *)&a->sweep, NULL);
}

void
api_free(struct api *a)
{
	if (a == NULL)
		return;
	close(a->fd);
	rekey_free(a->rekey);
	mem_free(a);
}
