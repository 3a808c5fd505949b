/* daemon.c - see daemon.h. */
#include "config.h"

#include "backend/core/daemon.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backend/core/activated.h"
#include "backend/core/notify.h"
#include "backend/core/sandbox.h"
#include "backend/core/svc_table.h"
#include "common/clock.h"
#include "common/log.h"

#define MODULE "hybridservices.c_mgmt"

/* Who started us, before anything could have ended it unseen. */
static pid_t parent;

const char *
daemon_program(enum daemon_role role)
{
	return svc_row(role)->program;
}

static int
highest_fd(enum daemon_role role)
{
	switch (role) {
	case DAEMON_NET:
	case DAEMON_LAUNCHER:
	case DAEMON_COLLECT:
		return DAEMON_PEER_FD;
	case DAEMON_ENGINE:
	case DAEMON_MANAGER:
	case DAEMON_WEB:
		return DAEMON_LINK_FD;
	default:
		return 2;
	}
}

/* Closes what is above `keep`. */
static enum err
close_rest(int keep, struct errinfo *ei)
{
	const struct dirent *d;
	DIR *dir;
	long fd;
	char *end;

	if (syscall(SYS_close_range, (unsigned)keep + 1, ~0u, 0) == 0)
		return ERR_OK;
	if ((dir = opendir("/proc/self/fd")) == NULL)
		return err_set(
		    ei, ERR_SYS, "/proc/self/fd: %s", strerror(errno));
	while ((d = readdir(dir)) != NULL) {
		fd = strtol(d->d_name, &end, 10);
		if (*end == '\0' && fd > keep && fd != dirfd(dir))
			close((int)fd);
	}
	closedir(dir);
	return ERR_OK;
}

/* A descriptor of 0-2 that is closed would be taken by the next open. */
static enum err
fill_standard(struct errinfo *ei)
{
	int fd;

	do {
		if ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
			return err_set(
			    ei, ERR_SYS, "/dev/null: %s", strerror(errno));
		if (fd <= 2 && fcntl(fd, F_SETFD, 0) != 0)
			return err_set(
			    ei, ERR_SYS, "fcntl: %s", strerror(errno));
	} while (fd <= 2);
	close(fd);
	return ERR_OK;
}

static enum err
need_unix_socket(int fd, const char *program, struct errinfo *ei)
{
	int domain = 0;
	socklen_t n = sizeof(domain);

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &n) != 0 ||
	    domain != AF_UNIX)
		return err_set(ei, ERR_ARG,
		    "%s is started by "
		    "calconn-managerd, not by hand (descriptor %d is not its "
		    "socket)",
		    program, fd);
	if (fd > 2 && fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return err_set(ei, ERR_SYS, "fcntl: %s", strerror(errno));
	return ERR_OK;
}

enum err
daemon_begin(enum daemon_role role, struct errinfo *ei)
{
	const struct svc_row *row = svc_row(role);
	const struct rlimit none = {0, 0};
	struct sigaction ign;
	sigset_t empty;
	bool activated = false;
	enum err e;

	parent = getppid();
	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_set(
		    ei, ERR_SYS, "no core files: %s", strerror(errno));
	if ((role == DAEMON_ENGINE || role == DAEMON_NET ||
		role == DAEMON_WEB) &&
	    (e = activated_take(role, &activated, ei)) != ERR_OK)
		return e;
	if ((e = close_rest(activated ? ACTIVATED_CONN_FD : highest_fd(role),
		 ei)) != ERR_OK ||
	    (e = fill_standard(ei)) != ERR_OK)
		return e;
	if (role != DAEMON_LAUNCHER && role != DAEMON_COLLECT)
		notify_open();
	log_open(row->program, 2);
	umask(027);

	memset(&ign, 0, sizeof(ign));
	ign.sa_handler = SIG_IGN;
	sigemptyset(&ign.sa_mask);
	sigemptyset(&empty);
	if (sigaction(SIGPIPE, &ign, NULL) != 0 ||
	    sigprocmask(SIG_SETMASK, &empty, NULL) != 0)
		return err_set(ei, ERR_SYS, "signals: %s", strerror(errno));

	switch (role) {
	case DAEMON_NET:
	case DAEMON_LAUNCHER:
		if ((e = need_unix_socket(DAEMON_PEER_FD, row->program, ei)) !=
		    ERR_OK)
			return e;
		return need_unix_socket(DAEMON_LINK_FD, row->program, ei);
	case DAEMON_ENGINE:
		return need_unix_socket(DAEMON_LINK_FD, row->program, ei);
	case DAEMON_WEB:
		if ((e = need_unix_socket(DAEMON_LINK_FD, row->program, ei)) !=
		    ERR_OK)
			return e;
		return need_unix_socket(DAEMON_FCGI_FD, row->program, ei);
	default:
		return ERR_OK;
	}
}

bool
daemon_beat(void)
{
	static uint64_t last_ms;
	const uint64_t now = clock_mono_ms();
	const char beat = 'b';

	if (last_ms != 0 && now - last_ms < DAEMON_BEAT_MS)
		return true;
	last_ms = now;
	notify_say("WATCHDOG=1");
	/* A manager that does not read has its own reasons. */
	return send(DAEMON_LINK_FD, &beat, 1, MSG_DONTWAIT | MSG_NOSIGNAL) ==
		   1 ||
	       errno == EAGAIN || errno == EINTR;
}

/* The kernel ends us when the manager ends, however it ends.  A change of
 * user cleared what the manager had asked for at the fork, so it is asked
 * again, and the moment in between is looked at. */
static enum err
die_with_parent(struct errinfo *ei)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return err_set(
		    ei, ERR_SYS, "PR_SET_PDEATHSIG: %s", strerror(errno));
	if (getppid() != parent)
		return err_set(ei, ERR_GONE, "calconn-managerd has ended");
	return ERR_OK;
}

enum err
daemon_confine(enum daemon_role role, const struct conf *c, struct errinfo *ei)
{
	const struct svc_row *row = svc_row(role);
	struct sandbox_id id;
	bool active = false;
	enum err e;

	if ((e = sandbox_identity(&id, row, c, ei)) != ERR_OK ||
	    (e = sandbox_limits(row, ei)) != ERR_OK ||
	    (e = sandbox_drop(&id, row->caps, ei)) != ERR_OK)
		return e;
	/* A change of user made us dumpable again. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_set(
		    ei, ERR_SYS, "PR_SET_DUMPABLE: %s", strerror(errno));
	if (role != DAEMON_MANAGER && (e = die_with_parent(ei)) != ERR_OK)
		return e;
	if ((e = sandbox_filter(role, &active, ei)) != ERR_OK)
		return e;
	if (!active)
		log_kv(LOG_L_WARN, MODULE, "Filter Skipped", "Detail",
		    "a build with sanitizers has no syscall filter", NULL);
	if (geteuid() == 0)
		log_kv(LOG_L_WARN, MODULE, "Running As Root", "Detail",
		    "calconn.conf names no user for this program", NULL);
	return ERR_OK;
}
