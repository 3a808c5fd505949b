/* main.c - calconn-engine: the Calendar Connector's decisions and state.
 * Started by the manager with its link on DAEMON_LINK_FD. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/daemon.h"
#include "backend/engine/api.h"
#include "backend/engine/engine.h"
#include "backend/engine/health.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/store.h"

static void
on_signal(uv_signal_t *h, int number)
{
	struct engine *en = h->data;

	(void)number;
	health_stopping(en);
	uv_stop(en->loop);
}

static void
close_handle(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

static int
run(struct engine *en)
{
	uv_signal_t term;
	struct errinfo ei;
	int rc = 1;

	if (uv_signal_init(en->loop, &term) != 0 ||
	    uv_signal_start(&term, on_signal, SIGTERM) != 0) {
		log_kv(LOG_L_FATAL, ENGINE_MODULE, "Start Failed", "Detail",
		    "signals cannot be watched", NULL);
		return 1;
	}
	term.data = en;
	if (api_open(en, DAEMON_LINK_FD, &ei) != ERR_OK ||
	    engine_start(en, &ei) != ERR_OK) {
		log_kv(LOG_L_FATAL, ENGINE_MODULE, "Start Failed", "Detail",
		    ei.text, NULL);
	} else {
		log_kv(LOG_L_INFO, ENGINE_MODULE, "Engine Started", NULL);
		(void)uv_run(en->loop, UV_RUN_DEFAULT);
		rc = 0;
	}
	engine_stop(en);
	api_close(en);
	uv_walk(en->loop, close_handle, NULL);
	(void)uv_run(en->loop, UV_RUN_DEFAULT);
	return rc;
}

static const char *
conf_path(int argc, char **argv)
{
	const char *path = CONF_DEFAULT_PATH;
	int c;

	while ((c = getopt(argc, argv, "c:")) != -1) {
		if (c != 'c')
			return NULL;
		path = optarg;
	}
	return optind == argc ? path : NULL;
}

int
main(int argc, char **argv)
{
	const char *path = conf_path(argc, argv);
	struct engine en = {0};
	struct conf conf = {0};
	struct errinfo ei;
	uv_loop_t loop;
	int rc = 1;

	if (path == NULL) {
		fprintf(stderr, "usage: calconn-engine [-c file]\n");
		return 2;
	}
	if (daemon_begin(DAEMON_ENGINE, &ei) != ERR_OK ||
	    conf_load(&conf, path, &ei) != ERR_OK ||
	    daemon_confine(DAEMON_ENGINE, &conf, &ei) != ERR_OK ||
	    store_open(&en.store, STORE_ENGINE, conf.config_db, conf.state_db,
		&ei) != ERR_OK) {
		log_kv(LOG_L_FATAL, ENGINE_MODULE, "Start Failed", "Detail",
		    ei.text, NULL);
		goto out;
	}
	if (uv_loop_init(&loop) != 0) {
		log_kv(LOG_L_FATAL, ENGINE_MODULE, "Start Failed", "Detail",
		    "no event loop", NULL);
		goto out;
	}
	en.loop = &loop;
	en.conf = &conf;
	rc = run(&en);
	(void)uv_loop_close(&loop);
out:
	store_close(en.store);
	conf_clear(&conf);
	return rc;
}
