/* main.c - calconn-net: the hands of the engine, with the network, no
 * store, and no key but the public one that seals.  Started by
 * calconn-managerd with two sockets; ends when either of them does. */
#include "config.h"

#include <curl/curl.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/daemon.h"
#include "backend/core/ipc_loop.h"
#include "backend/core/notify.h"
#include "backend/core/log_orders.h"
#include "backend/net/api.h"
#include "backend/net/ca_store.h"
#include "backend/net/json.h"
#include "backend/net/ldap.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/seal.h"

#define MODULE "hybridservices.c_cal.net"
#define CLOSE_TURNS 8 /* of the loop, at the end */

struct app {
	uv_loop_t loop;
	struct net *net;
	struct ipc_conn *manager, *engine;
	uv_timer_t heartbeat;
	unsigned char seal_pk[SEAL_PK_LEN];
	bool can_seal;
};

static void
on_manager_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id,
    void *msg, int fd)
{
	struct app *a = arg;

	(void)c;
	if (t == IPC_NET_LOG_FILE)
		log_orders_file(fd);
	else if (fd >= 0)
		close(fd);
	if (t == IPC_NET_LOG_LEVELS)
		log_orders_levels(msg);
	net_on_manager(a->net, t, id, msg);
}

static void
on_engine_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id,
    void *msg, int fd)
{
	struct app *a = arg;

	(void)c;
	if (fd >= 0)
		close(fd);
	net_on_engine(a->net, t, id, msg);
}

/* Without the engine there is no work, without the manager nobody to give
 * secrets: a fresh worker is started for both. */
static void
on_close(void *arg, struct ipc_conn *c, enum err why)
{
	struct app *a = arg;

	log_kv(why == ERR_GONE ? LOG_L_INFO : LOG_L_ERROR, MODULE,
	    "Link Closed", "Peer", ipc_conn_program(c), "Reason", err_name(why),
	    NULL);
	if (c == a->manager)
		a->manager = NULL;
	else
		a->engine = NULL;
	uv_stop(&a->loop);
}

static void
beat(uv_timer_t *t)
{
	struct app *a = t->data;
	static const struct msg_empty none;

	notify_say("WATCHDOG=1");
	if (a->manager != NULL && ipc_conn_send(a->manager, IPC_NET_HEARTBEAT,
				      0, &none, -1) != ERR_OK)
		uv_stop(&a->loop);
}

static const struct ipc_conn_ops manager_ops = {
    .on_frame = on_manager_frame,
    .on_close = on_close,
    .accept_dirs = 1u << IPC_DIR_M_TO_N | 1u << IPC_DIR_ANY,
};

static const struct ipc_conn_ops engine_ops = {
    .on_frame = on_engine_frame,
    .on_close = on_close,
    .accept_dirs = 1u << IPC_DIR_E_TO_N | 1u << IPC_DIR_ANY,
};

/* Read while files may still be opened.  A host without the list is fine. */
static struct ca_list *
system_list(void)
{
	struct buf pem = BUF_INIT(CA_SYSTEM_MAX);
	struct ca_list *l = NULL;
	struct errinfo ei;

	if (file_slurp(CA_SYSTEM_PATH, &pem, &ei) != ERR_OK ||
	    ca_list_parse(&l, buf_str(&pem), pem.len, &ei) != ERR_OK) {
		log_kv(LOG_L_WARN, MODULE, "System CA List Unreadable",
		    "Detail", ei.text, NULL);
		l = NULL;
	}
	buf_clear(&pem);
	return l;
}

/* Without it, no service is asked for tokens, which it may change. */
static void
load_seal(struct app *a, const struct conf *c)
{
	struct errinfo ei;

	a->can_seal = seal_pk_load(c->seal_pk, a->seal_pk, &ei) == ERR_OK;
	if (!a->can_seal)
		log_kv(LOG_L_WARN, MODULE, "Sealing Key Unreadable", "Detail",
		    ei.text, NULL);
}

static enum err
run(struct app *a, const struct conf *conf, const struct ca_list *system,
    struct errinfo *ei)
{
	const char *program = daemon_program(DAEMON_NET);
	enum err e;

	if ((e = net_new(&a->net, &a->loop, system,
		 a->can_seal ? a->seal_pk : NULL, ei)) != ERR_OK ||
	    (e = ipc_conn_new(&a->manager, &a->loop, DAEMON_LINK_FD, program,
		 &manager_ops, a, ei)) != ERR_OK ||
	    (e = ipc_conn_new(&a->engine, &a->loop, DAEMON_PEER_FD, program,
		 &engine_ops, a, ei)) != ERR_OK)
		return e;
	net_set_engine(a->net, a->engine);
	net_set_syslog(a->net, conf->syslog_socket);
	(void)uv_timer_init(&a->loop, &a->heartbeat);
	a->heartbeat.data = a;
	(void)uv_timer_start(&a->heartbeat, beat, 0, DAEMON_BEAT_MS);
	log_kv(LOG_L_INFO, MODULE, "Started", "Version", PACKAGE_VERSION, NULL);
	(void)uv_run(&a->loop, UV_RUN_DEFAULT);
	return ERR_OK;
}

/* Wipes what it was given, and lets handles close.  A worker thread that is
 * in the middle of something is not waited for. */
static void
finish(struct app *a)
{
	unsigned turns;

	net_free(a->net);
	ipc_conn_close(a->manager);
	ipc_conn_close(a->engine);
	if (a->heartbeat.data != NULL)
		uv_close((uv_handle_t *)&a->heartbeat, NULL);
	for (turns = 0; turns < CLOSE_TURNS; turns++)
		(void)uv_run(&a->loop, UV_RUN_NOWAIT);
	(void)uv_loop_close(&a->loop);
}

static enum err
start(const char *conf_path, struct errinfo *ei)
{
	struct conf conf = {0};
	struct ca_list *system = NULL;
	struct app *a = NULL;
	static struct app app;
	enum err e;

	if ((e = daemon_begin(DAEMON_NET, ei)) != ERR_OK ||
	    (e = conf_load(&conf, conf_path, ei)) != ERR_OK)
		return e;
	/* Both read configuration files of the host. */
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    OPENSSL_init_ssl(0, NULL) != 1) {
		e = err_set(ei, ERR_SYS, "libcurl or OpenSSL does not start");
		goto out;
	}
	ldap_link_init();
	json_wipe_all();
	load_seal(&app, &conf);
	system = system_list();
	if (uv_loop_init(&app.loop) != 0) {
		e = err_set(ei, ERR_SYS, "the event loop does not start");
		goto out;
	}
	a = &app;
	if ((e = daemon_confine(DAEMON_NET, &conf, ei)) != ERR_OK)
		goto out;
	e = run(a, &conf, system, ei);
out:
	if (a != NULL)
		finish(a);
	ca_list_free(system);
	conf_clear(&conf);
	return e;
}

int
main(int argc, char **argv)
{
	const char *path = CONF_DEFAULT_PATH;
	struct errinfo ei = {0};
	int c;

	while ((c = getopt(argc, argv, "c:V")) != -1)
		switch (c) {
		case 'c':
			path = optarg;
			break;
		case 'V':
			(void)printf("calconn-net %s\n", PACKAGE_VERSION);
			return 0;
		default:
			(void)fprintf(
			    stderr, "usage: calconn-net [-V] [-c file]\n");
			return 2;
		}
	if (optind != argc) {
		(void)fprintf(stderr, "usage: calconn-net [-V] [-c file]\n");
		return 2;
	}
	if (start(path, &ei) == ERR_OK)
		return 0;
	log_kv(LOG_L_FATAL, MODULE, "Start Failed", "Detail", ei.text, NULL);
	return 1;
}
