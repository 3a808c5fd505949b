/* calconn-managerd - the Management Connector: holds the opening key, starts
 * and watches the other programs, answers the control socket.
 * Parses no foreign bytes but the frames of ipc_msg.def. */
#include "config.h"

#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/daemon.h"
#include "backend/core/notify.h"
#include "backend/manager/api.h"
#include "backend/manager/bundles.h"
#include "backend/manager/diaglog.h"
#include "backend/manager/launch.h"
#include "backend/manager/launcher.h"
#include "backend/manager/life_line.h"
#include "backend/manager/link.h"
#include "backend/manager/listen.h"
#include "backend/manager/logfile.h"
#include "backend/manager/loglevels.h"
#include "backend/manager/logrotate.h"
#include "backend/manager/manager.h"
#include "backend/manager/relay.h"
#include "backend/manager/snapshot.h"
#include "backend/manager/supervise.h"
#include "backend/manager/unseal.h"
#include "backend/manager/watch.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"

struct options {
	const char *conf_path;
	bool keep_stderr;
	bool supervise; /* be the supervisor */
	bool supervised; /* descriptor 3 is the line to it */
	pid_t adopt;
	char self[PATH_MAX];
};

struct daemon {
	struct options opt;
	struct conf conf;
	struct manager m;
	struct uv_loop_s loop;
	uv_signal_t term, intr, hup;
	int web_fd;
	bool have_loop;
};

static int
usage(void)
{
	fprintf(stderr, "usage: calconn-managerd [-ef] [-c file] "
			"[--supervise]\n");
	return 2;
}

static int
complain(const struct errinfo *ei)
{
	fprintf(stderr, "calconn-managerd: %s\n", ei->text);
	return 1;
}

/* -- signals -- */

static void
on_end_signal(uv_signal_t *h, int signum)
{
	struct daemon *d = h->data;

	log_kv(LOG_L_INFO, MANAGER_MODULE, "Manager Stopping", "Signal",
	    signum == SIGTERM ? "TERM" : "INT", NULL);
	life_line_note(d->m.line, WATCH_QUIT);
	notify_say("STOPPING=1");
	connector_set(
	    &d->m.connector, "stopping", "The Management Connector is ending.");
	d->m.again = false;
	supervise_stop(d->m.sup);
	api_let_go(d->m.api);
}

static void
on_hup(uv_signal_t *h, int signum)
{
	struct daemon *d = h->data;

	(void)signum;
	logrotate_reopen(d->m.logs);
}

static void
catch_signal(struct daemon *d, uv_signal_t *h, int signum, uv_signal_cb cb)
{
	uv_signal_init(&d->loop, h);
	h->data = d;
	uv_signal_start(h, cb, signum);
}

/* -- beginning -- */

/* The launcher first, before there is a key that it could have a copy of.
 * Then the key, for its file may be root's; where it is the manager's own
 * and we were started without root's rights, it can be read later. */
static enum err
drop_rights(struct daemon *d, struct errinfo *ei)
{
	enum err e, key;

	e = launch_new(
	    &d->m.launch, d->opt.self, d->conf.path, d->opt.keep_stderr, ei);
	if (e != ERR_OK)
		return e;
	key = unseal_new(&d->m.unseal, &d->conf, ei);
	if ((e = daemon_confine(DAEMON_MANAGER, &d->conf, ei)) != ERR_OK)
		return e;
	if (key != ERR_OK)
		return unseal_new(&d->m.unseal, &d->conf, ei);
	return ERR_OK;
}

static void
on_ended(void *arg, pid_t pid, int status)
{
	const struct daemon *d = arg;

	if (!snapshot_ended(d->m.snapshot, pid, status))
		supervise_ended(d->m.sup, pid, status);
}

/* All that it had started has ended with it, and we cannot start another:
 * that takes the rights which we dropped. */
static void
on_launcher_lost(void *arg)
{
	(void)arg;
	log_kv(LOG_L_FATAL, MANAGER_MODULE, "Launcher Ended", NULL);
	_exit(WATCH_EXIT_LOST);
}

static enum err
open_parts(struct daemon *d, struct errinfo *ei)
{
	const struct conf *c = &d->conf;
	int control = -1;
	enum err e;

	d->m.before_s = listen_left_since(c->control_socket);
	if ((e = listen_unix(&control, c->control_socket, c->group_store,
		 LISTEN_ALONE, ei)) != ERR_OK)
		return e;
	if ((e = listen_unix(&d->web_fd, c->fcgi_socket, c->fcgi_group,
		 LISTEN_INSTEAD, ei)) != ERR_OK) {
		close(control);
		return e;
	}
	d->m.relay = relay_new();
	if ((e = api_new(&d->m.api, &d->m, control, ei)) != ERR_OK)
		return e;
	d->m.sup = supervise_new(
	    &d->loop, c, d->m.launch, d->web_fd, &link_ops, &d->m);
	d->m.levels = loglevels_new(&d->m);
	d->m.logs = logrotate_new(&d->m, d->opt.keep_stderr);
	d->m.snapshot = snapshot_new(&d->m);
	d->m.diaglog = diaglog_new(&d->m);
	if ((e = launch_listen(d->m.launch, &d->loop, on_ended,
		 on_launcher_lost, d, ei)) != ERR_OK)
		return e;
	if (d->opt.supervised)
		e = life_line_new(&d->m.line, &d->m, DAEMON_LINK_FD, ei);
	return e;
}

static enum err
begin(struct daemon *d, struct errinfo *ei)
{
	enum err e;

	d->m.starter = getuid();
	if ((e = daemon_begin(DAEMON_MANAGER, ei)) != ERR_OK ||
	    (e = conf_load(&d->conf, d->opt.conf_path, ei)) != ERR_OK)
		return e;
	if (!d->opt.supervised)
		close(DAEMON_LINK_FD);
	if ((e = drop_rights(d, ei)) != ERR_OK)
		return e;
	if (uv_loop_init(&d->loop) != 0)
		return err_set(ei, ERR_SYS, "the event loop cannot be made");
	d->have_loop = true;
	d->m.loop = &d->loop;
	d->m.conf = &d->conf;
	d->m.since_s = clock_wall_s();
	d->m.self = d->opt.self;
	if ((e = open_parts(d, ei)) != ERR_OK)
		return e;
	if (!d->opt.keep_stderr &&
	    (e = logfile_use(&d->conf, "calconn-managerd", ei)) != ERR_OK)
		return e;
	return ERR_OK;
}

/* -- end -- */

static void
remove_socket(int fd, const char *path)
{
	if (fd < 0)
		return;
	close(fd);
	unlink(path);
}

static void
release(struct daemon *d)
{
	relay_free(d->m.relay);
	loglevels_free(d->m.levels);
	logrotate_free(d->m.logs);
	snapshot_free(d->m.snapshot);
	diaglog_free(d->m.diaglog);
	api_free(d->m.api);
	supervise_free(d->m.sup);
	launch_free(d->m.launch);
	life_line_free(d->m.line);
	unseal_free(d->m.unseal);
	conf_clear(&d->conf);
}

static int
serve(struct daemon *d)
{
	char pid[16];

	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Manager Started", "Version",
	    PACKAGE_VERSION, "Pid", pid, NULL);
	connector_init(&d->m.connector);
	catch_signal(d, &d->term, SIGTERM, on_end_signal);
	catch_signal(d, &d->intr, SIGINT, on_end_signal);
	catch_signal(d, &d->hup, SIGHUP, on_hup);
	supervise_start(d->m.sup);
	life_line_note(d->m.line, WATCH_READY);
	notify_say("READY=1");
	uv_run(&d->loop, UV_RUN_DEFAULT); /* until link.c stops it */

	life_line_close(d->m.line);
	loglevels_close(d->m.levels);
	logrotate_close(d->m.logs);
	snapshot_close(d->m.snapshot);
	diaglog_close(d->m.diaglog);
	uv_close((uv_handle_t *)&d->term, NULL);
	uv_close((uv_handle_t *)&d->intr, NULL);
	uv_close((uv_handle_t *)&d->hup, NULL);
	uv_run(&d->loop, UV_RUN_DEFAULT); /* the handles that still close */
	uv_loop_close(&d->loop);
	remove_socket(d->web_fd, d->conf.fcgi_socket);
	unlink(d->conf.control_socket);
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Manager Stopped", NULL);
	release(d);
	return d->m.again ? WATCH_EXIT_LOST : 0;
}

static int
become_supervisor(const struct options *o)
{
	char name[] = WATCH_PROGRAM, c[] = "-c", e[] = "-e";
	char conf[PATH_MAX];
	char *args[] = {name, c, conf, o->keep_stderr ? e : NULL, NULL};

	/* Under its own name, so that nobody who means the manager ends
	 * the one who would start it again. */
	if (!str_copy(conf, sizeof(conf), o->conf_path))
		return usage();
	execv(o->self, args);
	perror("calconn-managerd");
	return 1;
}

static bool
parse(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
	    {"supervise", no_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
	uint64_t n;
	int c;

	o->conf_path = CONF_DEFAULT_PATH;
	while ((c = getopt_long(argc, argv, "a:c:efS", longs, NULL)) != -1) {
		switch (c) {
		case 'a': /* of a supervisor that a manager started */
			if (str_to_u64(optarg, INT_MAX, &n) != ERR_OK)
				return false;
			o->adopt = (pid_t)n;
			break;
		case 'c':
			o->conf_path = optarg;
			break;
		case 'e':
			o->keep_stderr = true;
			break;
		case 'f':
			break; /* the foreground is where it always runs */
		case 's':
			o->supervise = true;
			break;
		case 'S': /* of a manager that a supervisor started */
			o->supervised = true;
			break;
		default:
			return false;
		}
	}
	return optind == argc;
}

/* One program file with three names. */
static int
run(struct daemon *d, const char *name)
{
	const struct options *o = &d->opt;
	const struct watch_opts w = {
	    o->self, o->conf_path, o->keep_stderr, o->adopt};
	const struct launcher_opts l = {o->self, o->conf_path, o->keep_stderr};
	struct errinfo ei = {ERR_OK, ""};

	if (str_eq(name, WATCH_PROGRAM))
		return watch_run(&w);
	if (str_eq(name, LAUNCHER_PROGRAM))
		return launcher_run(&l);
	if (o->supervise)
		return become_supervisor(o);
	if (begin(d, &ei) == ERR_OK)
		return serve(d);
	release(d);
	return complain(&ei);
}

int
main(int argc, char **argv)
{
	struct daemon *d = xalloc(sizeof(*d));
	const char *base;
	ssize_t n;
	int rc = 1;

	d->web_fd = -1;
	n = readlink("/proc/self/exe", d->opt.self, sizeof(d->opt.self) - 1);
	if (n <= 0) {
		perror("/proc/self/exe");
	} else if (argc < 1 || !parse(&d->opt, argc, argv)) {
		rc = usage();
	} else {
		bundles_follow(d->opt.self);
		base = strrchr(argv[0], '/');
		rc = run(d, base != NULL ? base + 1 : argv[0]);
	}
	mem_free(d);
	return rc;
}
