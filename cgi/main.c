/* main.c - calconn-web: a FastCGI worker, one request at a time.
 * The manager gives it the listening socket as descriptor 0. */
#include <config.h>

#include <errno.h>
#include <fcgiapp.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/core/daemon.h"
#include "backend/core/log_orders.h"
#include "cgi/ctl_client.h"
#include "cgi/page.h"
#include "cgi/render.h"
#include "cgi/router.h"
#include "cgi/settle.h"
#include "cgi/spool.h"
#include "cgi/upload.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/seal.h"
#include "common/store.h"

#define STOP_GRACE_S 5 /* for the request that is being answered */

static volatile sig_atomic_t ends;

static void
on_term(int sig)
{
	ends = sig;
	FCGX_ShutdownPending();
	(void)alarm(STOP_GRACE_S);
}

static void
catch_signals(void)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_term; /* no SA_RESTART: accept has to return */
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
}

/* What nobody came back for is not to lie there. */
static void
sweep_spool(struct web *w)
{
	const int64_t now_s = clock_wall_s();

	/* A clock that went back is looked at as well. */
	if (now_s >= w->swept_s && now_s < w->swept_s + SPOOL_SWEEP_S)
		return;
	w->swept_s = now_s;
	spool_sweep(w->conf->upload_dir, now_s);
}

/* Until a request comes, over a new connection or one that the web server
 * keeps.  Where several workers see the same one, those that are too late
 * find nothing to accept and come back here.  A heartbeat a second: so one
 * that hangs in a request is found out. */
static void
wait_for_request(struct web *w, FCGX_Request *fcgi)
{
	struct pollfd fds[] = {
	    {.fd = DAEMON_FCGI_FD, .events = POLLIN},
	    {.fd = fcgi->ipcFd, .events = POLLIN},
	};

	do {
		if (!daemon_beat()) {
			ends = SIGTERM;
			return;
		}
		settle_drafts(w);
		sweep_spool(w);
	} while (ends == 0 && poll(fds, 2, SETTLE_MS) == 0);
	/* Nobody knows when the kept one speaks again. */
	if (fcgi->ipcFd >= 0 && fds[1].revents == 0 && fds[0].revents != 0)
		FCGX_Free(fcgi, 1);
}

static enum err
open_render(struct web *w, struct errinfo *ei)
{
	const char *names[RENDER_TEMPLATES_MAX] = {"error"};
	size_t i, n = 1;

	for (i = 0; i < router_count() && n < RENDER_TEMPLATES_MAX - 1; i++)
		names[n++] = router_at(i)->template;
	names[n] = NULL;
	return render_open(&w->render, w->conf->templates_dir, names, ei);
}

static enum err
serve(struct web *w, struct errinfo *ei)
{
	struct req *req = xalloc(sizeof(*req));
	struct resp resp;
	FCGX_Request fcgi;
	enum err e = ERR_OK;
	int rc;

	resp_init(&resp);
	if (FCGX_Init() != 0 || FCGX_InitRequest(&fcgi, DAEMON_FCGI_FD,
				    FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
		e = err_set(ei, ERR_SYS, "FastCGI cannot start");
		goto out;
	}
	catch_signals();
	for (;;) {
		wait_for_request(w, &fcgi);
		if (ends != 0 || !daemon_beat())
			break;
		rc = FCGX_Accept_r(&fcgi);
		if (rc == -EAGAIN && ends == 0)
			continue; /* another worker has it */
		if (rc != 0)
			break;
		router_answer(w, req, &resp, &fcgi);
		FCGX_Finish_r(&fcgi);
	}
out:
	resp_clear(&resp);
	mem_free(req);
	return e;
}

/* They change seldom: the manager starts us anew then.  Without it, the
 * usual ones hold. */
static void
take_log_levels(struct web *w)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_log_levels m;

	memset(&m, 0, sizeof(m));
	if (ctl_client_log_levels(w->ctl, &m, &ei) == ERR_OK)
		log_orders_levels(&m);
	msg_log_levels_free(&m);
}

static enum err
start(
    struct web *w, struct conf *conf, const char *conf_path, struct errinfo *ei)
{
	enum err e;

	if ((e = daemon_begin(DAEMON_WEB, ei)) != ERR_OK ||
	    (e = conf_load(conf, conf_path, ei)) != ERR_OK)
		return e;
	w->conf = conf;
	if (sodium_init() < 0)
		return err_set(ei, ERR_SYS, "libsodium cannot start");
	if ((e = seal_pk_load(conf->seal_pk, w->seal_pk, ei)) != ERR_OK ||
	    (e = open_render(w, ei)) != ERR_OK ||
	    (e = daemon_confine(DAEMON_WEB, conf, ei)) != ERR_OK ||
	    (e = store_open(&w->store, STORE_ADMIN, conf->config_db,
		 conf->state_db, ei)) != ERR_OK)
		return e;
	w->ctl = ctl_client_new(conf->control_socket);
	page_shared(w, PACKAGE_VERSION);
	take_log_levels(w);
	upload_sweep(&upload_bundle, conf->upload_dir);
	return ERR_OK;
}

int
main(int argc, char **argv)
{
	const char *conf_path = CONF_DEFAULT_PATH;
	struct errinfo ei = {ERR_OK, ""};
	struct conf conf;
	struct web w;
	enum err e;
	int c;

	while ((c = getopt(argc, argv, "c:V")) != -1)
		switch (c) {
		case 'c':
			conf_path = optarg;
			break;
		case 'V':
			(void)printf("calconn-web %s\n", PACKAGE_VERSION);
			return EXIT_SUCCESS;
		default:
			(void)fprintf(
			    stderr, "usage: calconn-web [-V] [-c file]\n");
			return 2;
		}
	memset(&conf, 0, sizeof(conf));
	memset(&w, 0, sizeof(w));
	if ((e = start(&w, &conf, conf_path, &ei)) == ERR_OK) {
		log_kv(LOG_L_INFO, "hybridservices.web", "Started", "Version",
		    PACKAGE_VERSION, NULL);
		e = serve(&w, &ei);
	}
	if (e != ERR_OK)
		log_kv(LOG_L_FATAL, "hybridservices.web", "Stopped", "Error",
		    err_name(e), "Detail", ei.text, NULL);
	else
		log_kv(LOG_L_INFO, "hybridservices.web", "Stopped", NULL);
	ctl_client_free(w.ctl);
	store_close(w.store);
	render_close(w.render);
	conf_clear(&conf);
	return e == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
