/* fake_child.c - stands in for calconn-engine, calconn-net and calconn-web
 * in the tests of the manager.  Starts and confines itself as they do; what
 * it is it reads from its own name.  The fake engine does what clients tell
 * it through job ids:
 *   CONN_TEST{draft_id}        draft_id is a file: binding, NUL, box; the
 *                              credential is opened for net worker record_id
 *   JOB_GET{"nets"}            JOB_STARTED{number of net workers it has}
 *   JOB_GET{"silent"}          no answer, and no heartbeat from now on
 *   JOB_GET{"exit"}            ends with code 3
 *   JOB_GET{"garbage"}         breaks the protocol of its link
 *   JOB_GET{anything else}     JOB_STARTED{the same}
 * The fake net logs the length of what it is given, never the secret. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/daemon.h"
#include "backend/core/ipc_loop.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/log.h"

#define MODULE "tests"
#define NETS_MAX 64

struct net {
	uint32_t id;
	struct ipc_conn *conn;
};

struct fake {
	enum daemon_role role;
	uv_loop_t loop;
	uv_timer_t beat;
	uv_signal_t term;
	struct ipc_conn *link, *peer;
	struct net nets[NETS_MAX];
	unsigned nets_n;
	uint64_t asked; /* the client's request that waits for CRED_OPENED */
	uint64_t cred_id;
};

static void
give_up(const char *what, const char *why)
{
	log_kv(
	    LOG_L_ERROR, MODULE, "Fake Ended", "What", what, "Why", why, NULL);
	exit(4);
}

static void
sent(enum err e)
{
	if (e != ERR_OK)
		give_up("send", err_name(e));
}

static void
started(struct fake *f, uint64_t id, const char *text)
{
	char copy[64];
	struct msg_job_started m = {copy, 1, false};

	snprintf(copy, sizeof(copy), "%.63s", text);
	sent(ipc_conn_send(f->link, IPC_JOB_STARTED, id, &m, -1));
}

static void
on_beat(uv_timer_t *t)
{
	struct fake *f = t->data;
	const struct msg_empty m = {};

	if (f->role == DAEMON_WEB) {
		if (!daemon_beat())
			give_up("beat", "the manager has ended");
		return;
	}
	sent(ipc_conn_send(f->link,
	    f->role == DAEMON_ENGINE ? IPC_HEARTBEAT : IPC_NET_HEARTBEAT, 0, &m,
	    -1));
}

/* -- engine -- */

static void
on_net_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id,
    void *msg, int fd)
{
	(void)arg;
	(void)c;
	(void)id;
	(void)msg;
	(void)fd;
	log_kv(LOG_L_INFO, MODULE, "Fake Answer", "Message", ipc_name(t), NULL);
}

static void
on_net_close(void *arg, struct ipc_conn *c, enum err why)
{
	struct fake *f = arg;
	unsigned i;

	(void)why;
	for (i = 0; i < f->nets_n; i++)
		if (f->nets[i].conn == c)
			f->nets[i].conn = NULL;
}

static const struct ipc_conn_ops to_net = {
    .on_frame = on_net_frame,
    .on_close = on_net_close,
    .accept_dirs = 1u << IPC_DIR_N_TO_E,
};

static void
open_cred(struct fake *f, uint64_t id, const struct msg_conn_test *q)
{
	struct buf b = BUF_INIT(65536);
	struct msg_cred_open m;
	size_t n;

	if (file_slurp(q->draft_id, &b, NULL) != ERR_OK)
		give_up("slurp", q->draft_id);
	n = strlen(b.p);
	memset(&m, 0, sizeof(m));
	m.cred_id = ++f->cred_id;
	m.net_id = (uint32_t)strtoul(q->record_id, NULL, 10);
	if (m.net_id == 0 && f->nets_n > 0)
		m.net_id = f->nets[f->nets_n - 1].id;
	m.account = q->by;
	m.binding = b.p;
	m.box.p = (unsigned char *)b.p + n + 1;
	m.box.n = b.len - n - 1;
	f->asked = id;
	sent(ipc_conn_send(f->link, IPC_CRED_OPEN, 77, &m, -1));
	buf_clear(&b);
}

static void
net_gone(struct fake *f, uint32_t id)
{
	unsigned i;

	for (i = 0; i < f->nets_n; i++) {
		if (f->nets[i].id != id)
			continue;
		ipc_conn_close(f->nets[i].conn);
		f->nets[i] = f->nets[--f->nets_n];
	}
}

static void
job_get(struct fake *f, uint64_t id, const char *what)
{
	char text[16];

	if (str_eq(what, "nets")) {
		snprintf(text, sizeof(text), "%u", f->nets_n);
		started(f, id, text);
	} else if (str_eq(what, "silent")) {
		uv_timer_stop(&f->beat);
	} else if (str_eq(what, "exit")) {
		exit(3);
	} else if (str_eq(what, "garbage")) {
		sent(ipc_conn_send_raw(f->link, IPC_CRED_OPEN, 1,
		    (const unsigned char *)"xyz", 3));
	} else {
		started(f, id, what);
	}
}

static void
say_deaths(const struct msg_deaths *m)
{
	char n[16];
	size_t i;

	for (i = 0; i < m->rows_n; i++) {
		snprintf(n, sizeof(n), "%u", m->rows[i].n);
		log_kv(LOG_L_INFO, MODULE, "Fake Deaths", "Program",
		    m->rows[i].program, "Times", n, "Why", m->rows[i].why,
		    NULL);
	}
}

static void
engine_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id,
    void *msg, int fd)
{
	struct fake *f = arg;
	struct net *n;

	switch (t) {
	case IPC_NET_READY:
		n = &f->nets[f->nets_n++ % NETS_MAX];
		n->id = ((struct msg_net_ref *)msg)->net_id;
		sent(ipc_conn_new(&n->conn, &f->loop, fd, "calconn-engine",
		    &to_net, f, NULL));
		break;
	case IPC_NET_GONE:
		net_gone(f, ((struct msg_net_ref *)msg)->net_id);
		break;
	case IPC_DEATHS:
		say_deaths(msg);
		break;
	case IPC_CRED_OPENED:
		started(f, f->asked, "opened");
		break;
	case IPC_ERROR:
		sent(ipc_conn_send(c, t, f->asked, msg, -1));
		break;
	case IPC_CONFIG_CHANGED:
		sent(ipc_conn_send(c, IPC_CONFIG_RUNNING, id, msg, -1));
		break;
	case IPC_CONN_TEST:
		open_cred(f, id, msg);
		break;
	case IPC_JOB_GET:
		job_get(f, id, ((struct msg_job_ref *)msg)->job_id);
		break;
	default:
		sent(ipc_conn_error(c, id, ERR_UNSUPPORTED, "not in the fake"));
	}
}

/* -- net -- */

static void
net_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id,
    void *msg, int fd)
{
	const struct msg_cred_give *g = msg;
	char n[16];

	(void)arg;
	(void)c;
	(void)id;
	(void)fd;
	if (t != IPC_CRED_GIVE)
		return;
	snprintf(n, sizeof(n), "%zu", g->secret.len);
	log_kv(LOG_L_INFO, MODULE, "Fake Credential", "Account", g->account,
	    "Length", n, NULL);
}

static void
on_link_close(void *arg, struct ipc_conn *c, enum err why)
{
	(void)arg;
	(void)c;
	give_up("link", err_name(why));
}

static const struct ipc_conn_ops engine_ops = {
    .on_frame = engine_frame,
    .on_close = on_link_close,
    .accept_dirs = 1u << IPC_DIR_M_TO_E | 1u << IPC_DIR_C_TO_E,
};

static const struct ipc_conn_ops net_ops = {
    .on_frame = net_frame,
    .on_close = on_link_close,
    .accept_dirs = 1u << IPC_DIR_M_TO_N,
};

static const struct ipc_conn_ops peer_ops = {
    .on_frame = on_net_frame,
    .on_close = on_link_close,
    .accept_dirs = 1u << IPC_DIR_E_TO_N,
};

static void
on_end(uv_timer_t *t)
{
	(void)t;
	exit(0);
}

/* As the engine does: first the links, then the rest, which takes a while
 * and is not to be disturbed. */
static void
on_term(uv_signal_t *h, int signum)
{
	struct fake *f = h->data;

	(void)signum;
	uv_signal_stop(h);
	ipc_conn_close(f->link);
	f->link = NULL;
	uv_timer_start(&f->beat, on_end, f->role == DAEMON_ENGINE ? 100 : 0, 0);
}

static void
say_running(struct fake *f)
{
	char state[] = "running", none[] = "";
	const struct msg_engine_state m = {state, none, 7};

	sent(ipc_conn_send(f->link, IPC_ENGINE_STATE, 0, &m, -1));
}

static int
run(struct fake *f, const char *program)
{
	struct errinfo ei = {ERR_OK, ""};

	uv_loop_init(&f->loop);
	uv_signal_init(&f->loop, &f->term);
	f->term.data = f;
	uv_signal_start(&f->term, on_term, SIGTERM);
	uv_timer_init(&f->loop, &f->beat);
	f->beat.data = f;
	if (f->role != DAEMON_WEB) {
		if (ipc_conn_new(&f->link, &f->loop, DAEMON_LINK_FD, program,
			f->role == DAEMON_ENGINE ? &engine_ops : &net_ops, f,
			&ei) != ERR_OK)
			give_up("link", ei.text);
	}
	uv_timer_start(&f->beat, on_beat, 100, 1000);
	if (f->role == DAEMON_NET &&
	    ipc_conn_new(&f->peer, &f->loop, DAEMON_PEER_FD, program, &peer_ops,
		f, &ei) != ERR_OK)
		give_up("peer", ei.text);
	if (f->role == DAEMON_ENGINE)
		say_running(f);
	uv_run(&f->loop, UV_RUN_DEFAULT);
	return 0;
}

int
main(int argc, char **argv)
{
	static struct fake f;
	struct conf conf;
	struct errinfo ei = {ERR_OK, ""};
	const char *base = argc > 0 ? strrchr(argv[0], '/') : NULL;

	base = base != NULL ? base + 1 : argv[0];
	for (f.role = 0; f.role < DAEMON__MAX; f.role++)
		if (str_eq(daemon_program(f.role), base))
			break;
	if (f.role == DAEMON__MAX || argc != 3)
		return 2;
	if (daemon_begin(f.role, &ei) != ERR_OK ||
	    conf_load(&conf, argv[2], &ei) != ERR_OK ||
	    daemon_confine(f.role, &conf, &ei) != ERR_OK)
		give_up("start", ei.text);
	return run(&f, base);
}
