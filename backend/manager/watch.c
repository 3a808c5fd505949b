/* watch.c - see watch.h. */
#include "config.h"

#include "backend/manager/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/core/daemon.h"
#include "backend/core/proc.h"
#include "backend/manager/restart.h"
#include "common/clock.h"
#include "common/log.h"

#define MODULE "hybridservices.c_mgmt"
#define END_MS 10000u /* patience with a manager that was told to end */
#define PKG_POLL_MS 500u /* where the kernel gives no descriptor of it */

extern char **environ;

struct watch {
	const struct watch_opts *o;
	struct restart restart;
	pid_t pid; /* 0: not running */
	int pidfd;
	int line; /* our end of its life line */
	int sigfd;
	uint64_t started_ms;
	uint64_t next_ms; /* of the next start, or of the SIGKILL */
	bool ready; /* it served once, in any of its lives */
	bool quit; /* it said that it ends on purpose */
	bool ending; /* we were told to end */
	int status;
	bool deaf; /* its line has come to an end */
	pid_t pkg; /* calconn-pkg, 0: not running */
	int pkgfd; /* -1 beside a pkg: it is asked for each PKG_POLL_MS */
	bool pkg_again; /* a request came while it ran */
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* The other end was closed, and nothing is left to read. */
static bool
is_cut(int line)
{
	char note;

	return recv(line, &note, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

static bool
start(struct watch *w)
{
	char name[] = "calconn-managerd", S[] = "-S", c[] = "-c", e[] = "-e";
	char conf[4096], self[4096];
	char *argv[] = {name, S, c, conf, w->o->keep_stderr ? e : NULL, NULL};
	struct errinfo ei = {ERR_OK, ""};
	int fds[] = {-1, -1, 2, -1};
	struct proc_spec spec = {self, argv, environ, fds, 4, true};
	int line[2];

	snprintf(conf, sizeof(conf), "%s", w->o->conf_path);
	snprintf(self, sizeof(self), "%s", w->o->self);
	w->started_ms = clock_mono_ms();
	w->quit = w->deaf = false;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) != 0) {
		log_kv(LOG_L_ERROR, MODULE, "Manager Not Started", "Detail",
		    strerror(errno), NULL);
		return false;
	}
	fds[DAEMON_LINK_FD] = line[1];
	if (proc_spawn(&w->pid, &spec, &ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, MODULE, "Manager Not Started", "Detail",
		    ei.text, NULL);
		close(line[0]);
		close(line[1]);
		w->pid = 0;
		return false;
	}
	close(line[1]);
	w->line = line[0];
	if ((w->pidfd = pidfd_of(w->pid)) >= 0)
		return true;
	/* Nothing would tell us of its end: not this one, then. */
	log_kv(LOG_L_ERROR, MODULE, "Manager Not Started", "Detail",
	    strerror(errno), NULL);
	kill(w->pid, SIGKILL);
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close_fd(&w->line);
	w->pid = 0;
	return false;
}

/* The one beside our own program file. */
static void
start_pkg(struct watch *w)
{
	char self[4096], name[] = "calconn-pkg", c[] = "-c", conf[4096];
	char request[] = "request";
	char *argv[] = {name, c, conf, request, NULL}, *slash;
	const int fds[] = {-1, -1, 2};
	const struct proc_spec spec = {self, argv, environ, fds, 3, true};
	struct errinfo ei = {ERR_OK, ""};
	size_t room;

	/* It may have looked for the last time already. */
	w->pkg_again = w->pkg != 0;
	if (w->pkg_again)
		return;
	snprintf(conf, sizeof(conf), "%s", w->o->conf_path);
	snprintf(self, sizeof(self), "%s", w->o->self);
	if ((slash = strrchr(self, '/')) == NULL)
		return;
	room = sizeof(self) - (size_t)(slash + 1 - self);
	snprintf(slash + 1, room, "%s", name);
	if (proc_spawn(&w->pkg, &spec, &ei) != ERR_OK) {
		log_kv(LOG_L_ERROR, MODULE, "Package Tool Not Started",
		    "Detail", ei.text, NULL);
		w->pkg = 0;
		return;
	}
	w->pkgfd = pidfd_of(w->pkg);
}

static void
pkg_ended(struct watch *w)
{
	if (w->pkg == 0 || waitpid(w->pkg, NULL, WNOHANG) != w->pkg)
		return;
	w->pkg = 0;
	close_fd(&w->pkgfd);
	if (w->pkg_again)
		start_pkg(w);
}

static void
read_notes(struct watch *w)
{
	ssize_t n;
	char note;

	while ((n = recv(w->line, &note, 1, MSG_DONTWAIT)) == 1) {
		/* At its start too: something may have been cut short. */
		if (note == WATCH_VERSION || note == WATCH_READY)
			start_pkg(w);
		if (note == WATCH_READY)
			w->ready = true;
		if (note == WATCH_QUIT)
			w->quit = true;
	}
	w->deaf = n == 0;
}

static void
plan(struct watch *w, bool killed)
{
	uint64_t now = clock_mono_ms();

	w->next_ms = now + restart_wait_ms(
			       &w->restart, now, now - w->started_ms, killed);
}

/* True: it is not to be started again. */
static bool
ended(struct watch *w)
{
	char how[80], pid[16];
	bool known;

	read_notes(w);
	/* One that was adopted is not our child: how it ended is unknown. */
	known = waitpid(w->pid, &w->status, WNOHANG) == w->pid;
	snprintf(pid, sizeof(pid), "%ld", (long)w->pid);
	close_fd(&w->pidfd);
	close_fd(&w->line);
	w->pid = 0;
	if (w->quit || w->ending || !w->ready)
		return true;
	log_kv(LOG_L_ERROR, MODULE, "Manager Ended", "Pid", pid, "How",
	    known ? proc_end_text(w->status, how, sizeof(how)) : NULL, NULL);
	plan(w, !known || WIFSIGNALED(w->status) ||
		    WEXITSTATUS(w->status) == WATCH_EXIT_LOST);
	return false;
}

static void
on_signal(struct watch *w)
{
	struct signalfd_siginfo si;

	if (read(w->sigfd, &si, sizeof(si)) != (ssize_t)sizeof(si))
		return;
	if (si.ssi_signo == SIGHUP) {
		if (w->pid != 0)
			kill(w->pid, SIGHUP);
		return;
	}
	w->ending = true;
	w->next_ms = clock_mono_ms() + END_MS;
	if (w->pid != 0)
		kill(w->pid, SIGTERM);
}

/* Sleeps until something happens. */
static void
wait_event(struct watch *w)
{
	struct pollfd p[] = {
	    {w->sigfd, POLLIN, 0},
	    {w->pidfd, POLLIN, 0}, /* -1 is passed over */
	    {w->pkgfd, POLLIN, 0},
	    {w->deaf ? -1 : w->line, POLLIN, 0},
	};
	uint64_t now = clock_mono_ms();
	int timeout = -1;

	if (w->pid == 0 || w->ending)
		timeout = w->next_ms > now ? (int)(w->next_ms - now) : 0;
	if (w->pkg != 0 && w->pkgfd < 0 &&
	    (timeout < 0 || timeout > (int)PKG_POLL_MS))
		timeout = (int)PKG_POLL_MS;
	if (poll(p, 4, timeout) < 0)
		return;
	if ((p[0].revents & POLLIN) != 0)
		on_signal(w);
	if (p[2].revents != 0 || w->pkgfd < 0)
		pkg_ended(w);
	if (p[3].revents != 0)
		read_notes(w);
}

static bool
has_ended(const struct watch *w)
{
	struct pollfd p = {w->pidfd, POLLIN, 0};

	return poll(&p, 1, 0) > 0;
}

static int
loop(struct watch *w)
{
	for (;;) {
		if (w->pid == 0 && w->ending)
			return 0;
		if (w->pid == 0 && clock_mono_ms() >= w->next_ms && !start(w)) {
			if (!w->ready)
				return 1;
			plan(w, false);
		}
		wait_event(w);
		if (w->pid == 0)
			continue;
		if (has_ended(w) && ended(w))
			break;
		if (w->ending && w->pid != 0 && clock_mono_ms() >= w->next_ms)
			kill(w->pid, SIGKILL);
	}
	if (w->quit || w->ending)
		return 0;
	/* It never came as far as serving: its message says why. */
	return WIFEXITED(w->status) && WEXITSTATUS(w->status) != 0
		   ? WEXITSTATUS(w->status)
		   : 1;
}

static bool
harden(struct watch *w)
{
	const struct rlimit none = {0, 0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NAME, WATCH_PROGRAM, 0, 0, 0) != 0 ||
	    sigprocmask(SIG_SETMASK, &set, NULL) != 0)
		return false;
	signal(SIGPIPE, SIG_IGN);
	w->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return w->sigfd >= 0;
}

int
watch_run(const struct watch_opts *o)
{
	struct watch w;
	int rc;

	memset(&w, 0, sizeof(w));
	w.o = o;
	w.pidfd = w.line = w.sigfd = w.pkgfd = -1;
	restart_init(&w.restart);
	log_open(WATCH_PROGRAM, 2);
	if (!harden(&w)) {
		fprintf(stderr, "%s: %s\n", WATCH_PROGRAM, strerror(errno));
		return 1;
	}
	if (o->adopt != 0) {
		w.ready = true;
		w.pid = o->adopt;
		w.line = DAEMON_LINK_FD;
		w.started_ms = clock_mono_ms();
		fcntl(w.line, F_SETFD, FD_CLOEXEC);
		/* Gone already: start the next.  Its number may be another's
		 * by now, but the line had no other holder. */
		if ((w.pidfd = pidfd_of(w.pid)) < 0 || is_cut(w.line)) {
			close_fd(&w.pidfd);
			close_fd(&w.line);
			w.pid = 0;
		}
	}
	rc = loop(&w);
	close_fd(&w.sigfd);
	return rc;
}
