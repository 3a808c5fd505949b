#include "config.h"

#include "backend/manager/logrotate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/daemon.h"
#include "backend/core/ipc_loop.h"
#include "backend/manager/logfile.h"
#include "backend/manager/manager.h"
#include "backend/manager/supervise.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/log.h"

#define LOOK_MS 10000u /* how often their sizes are looked at */
#define PATH_LEN 4096
#define DAY_S 86400

static const enum daemon_role roles[] = {
    DAEMON_MANAGER, DAEMON_ENGINE, DAEMON_NET, DAEMON_WEB};

struct logrotate {
	uv_timer_t timer; /* first */
	struct manager *m;
	bool keep_stderr;
};

/* n 0: the one that is written to. */
static void
path_of(char out[PATH_LEN], const struct logrotate *r, const char *program,
    uint32_t n)
{
	const char *dir = r->m->conf->log_dir;

	if (n == 0)
		(void)snprintf(out, PATH_LEN, "%s/%s.log", dir, program);
	else
		(void)snprintf(out, PATH_LEN, "%s/%s.log.%u", dir, program, n);
}

static void
reopen_one(void *arg, enum daemon_role role, struct ipc_conn *c)
{
	const struct logrotate *r = arg;
	static const struct msg_empty none;
	struct errinfo ei = {ERR_OK, ""};
	int fd;

	if (logfile_open(&fd, r->m->conf, daemon_program(role), &ei) !=
	    ERR_OK) {
		log_kv(LOG_L_ERROR, MANAGER_MODULE, "Log Not Reopened",
		    "Program", daemon_program(role), "Detail", ei.text, NULL);
		return;
	}
	(void)!ipc_conn_send(c,
	    role == DAEMON_NET ? IPC_NET_LOG_FILE : IPC_ENGINE_LOG_FILE, 0,
	    &none, fd);
}

void
logrotate_reopen(struct logrotate *r)
{
	struct errinfo ei = {ERR_OK, ""};

	if (!r->keep_stderr &&
	    logfile_use(r->m->conf, "calconn-managerd", &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, MANAGER_MODULE, "Log Not Reopened",
		    "Detail", ei.text, NULL);
	else
		log_kv(LOG_L_INFO, MANAGER_MODULE, "Log Reopened", NULL);
	supervise_each_link(r->m->sup, reopen_one, r);
	/* They have no link; each ends its request first. */
	supervise_renew_web(r->m->sup);
}

/* PROGRAM.log.1 to .2 and so on; the oldest goes. */
static bool
shift(struct logrotate *r, const char *program)
{
	char from[PATH_LEN], to[PATH_LEN];
	uint32_t i;

	for (i = r->m->conf->log_keep; i > 0; i--) {
		path_of(from, r, program, i - 1);
		path_of(to, r, program, i);
		if (rename(from, to) != 0 && errno != ENOENT) {
			log_kv(LOG_L_ERROR, MANAGER_MODULE, "Log Not Rotated",
			    "Path", from, "Detail", strerror(errno), NULL);
			return false;
		}
	}
	return true;
}

static void
remove_old(struct logrotate *r, const char *program)
{
	const int64_t oldest =
	    clock_wall_s() - (int64_t)r->m->conf->log_days * DAY_S;
	char path[PATH_LEN];
	struct stat st;
	uint32_t i;

	for (i = 1; i <= r->m->conf->log_keep; i++) {
		path_of(path, r, program, i);
		if (lstat(path, &st) == 0 && (int64_t)st.st_mtime < oldest)
			(void)unlink(path);
	}
}

static void
look(uv_timer_t *t)
{
	struct logrotate *r = (struct logrotate *)(void *)t;
	const off_t most = (off_t)r->m->conf->log_max_mib << 20;
	char path[PATH_LEN];
	bool rotated = false;
	struct stat st;
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		const char *program = daemon_program(roles[i]);

		path_of(path, r, program, 0);
		if (lstat(path, &st) == 0 && st.st_size >= most &&
		    shift(r, program))
			rotated = true;
		remove_old(r, program);
	}
	if (rotated)
		logrotate_reopen(r);
}

struct logrotate *
logrotate_new(struct manager *m, bool keep_stderr)
{
	struct logrotate *r = xalloc(sizeof(*r));

	r->m = m;
	r->keep_stderr = keep_stderr;
	(void)uv_timer_init(m->loop, &r->timer);
	(void)uv_timer_start(&r->timer, look, LOOK_MS, LOOK_MS);
	return r;
}

void
logrotate_close(struct logrotate *r)
{
	if (r != NULL && !uv_is_closing((uv_handle_t *)&r->timer))
		uv_close((uv_handle_t *)&r->timer, NULL);
}

void
logrotate_free(struct logrotate *r)
{
	mem_free(r);
}
