/* launcher.c - see launcher.h.  It may block: it has nothing else to do. */
#include "config.h"

#include "backend/manager/launcher.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/core/activated.h"
#include "backend/core/daemon.h"
#include "backend/core/proc.h"
#include "backend/core/svc_table.h"
#include "backend/manager/activate.h"
#include "backend/manager/launch_wire.h"
#include "backend/manager/progenv.h"
#include "backend/manager/watch.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/log.h"

#define MODULE "hybridservices.c_mgmt"
#define PATH_TEXT_MAX 4096u
#define CHILDREN_MAX 64

struct launcher {
	const struct launcher_opts *o;
	struct conf conf;
	struct progenv env;
	struct activated_program children[CHILDREN_MAX]; /* pid 0: free */
	int sigfd;
};

static struct activated_program *
find(struct launcher *l, pid_t pid)
{
	size_t i;

	for (i = 0; i < CHILDREN_MAX; i++)
		if (l->children[i].pid == pid)
			return &l->children[i];
	return NULL;
}

/* Where the descriptors of an order go in the program. */
static size_t
place(const struct launch_msg *m, int fds[PROC_FDS_MAX])
{
	int at[ACTIVATED_FDS_MAX];
	size_t i, n = DAEMON_LINK_FD;

	for (i = 0; i < PROC_FDS_MAX; i++)
		fds[i] = -1;
	/* standard error; web: its listening socket; the links; a snapshot:
	 * its files */
	activated_places((enum daemon_role)m->a, m->fds_n, at);
	for (i = 0; i < m->fds_n; i++) {
		fds[at[i]] = m->fds[i];
		if ((size_t)at[i] >= n)
			n = (size_t)at[i] + 1;
	}
	return n;
}

/* Those that run all the time can be units of their own. */
static bool
is_unit(const struct launcher *l, uint32_t role)
{
	return l->conf.activation_dir[0] != '\0' && role != DAEMON_COLLECT;
}

static enum err
start_program(struct launcher *l, const struct launch_msg *m,
    struct activated_program *out, struct errinfo *ei)
{
	struct buf path = BUF_INIT(PATH_TEXT_MAX);
	int fds[PROC_FDS_MAX];
	char name[32], opt[] = "-c";
	char *argv[] = {name, opt, l->conf.path, NULL};
	struct proc_spec spec = {NULL, argv, l->env.v, fds, 0, false};
	const struct svc_row *row;
	enum err e;

	if ((m->a != DAEMON_ENGINE && m->a != DAEMON_NET &&
		m->a != DAEMON_WEB && m->a != DAEMON_COLLECT) ||
	    m->fds_n < 2)
		return err_set(ei, ERR_DENIED, "no such program to start");
	row = svc_row((enum daemon_role)m->a);
	if (is_unit(l, m->a))
		return activate_start(out, l->conf.activation_dir, row->program,
		    m->fds, m->fds_n, ei);
	(void)snprintf(name, sizeof(name), "%s", row->program);
	e = buf_putf(&path, "%s/%s", l->conf.libexec_dir, row->program);
	if (e == ERR_OK) {
		spec.path = buf_str(&path);
		spec.fds_n = place(m, fds);
		e = proc_spawn(&out->pid, &spec, ei);
	}
	buf_clear(&path);
	return e;
}

static enum err
start_supervisor(struct launcher *l, const struct launch_msg *m, pid_t *pid,
    struct errinfo *ei)
{
	char name[] = WATCH_PROGRAM, a[] = "-a", c[] = "-c", e[] = "-e";
	char manager[16];
	char *argv[] = {name, a, manager, c, l->conf.path,
	    l->o->keep_stderr ? e : NULL, NULL};
	struct proc_spec spec = {l->o->self, argv, l->env.v, NULL, 4, true};
	int fds[4] = {-1, -1, -1, -1};

	if (m->fds_n != 2)
		return err_set(ei, ERR_DENIED, "descriptors are missing");
	fds[2] = m->fds[0];
	fds[DAEMON_LINK_FD] = m->fds[1];
	spec.fds = fds;
	(void)snprintf(manager, sizeof(manager), "%ld", (long)getppid());
	return proc_spawn(pid, &spec, ei);
}

static enum err
start(struct launcher *l, const struct launch_msg *m)
{
	struct launch_msg answer = {.op = LAUNCH_STARTED};
	struct errinfo ei = {ERR_OK, ""};
	struct activated_program *free_one = find(l, 0);
	struct activated_program p = {0, -1, -1};
	enum err e;

	if (free_one == NULL)
		e = err_set(&ei, ERR_BUSY, "too many processes");
	else if (m->op == LAUNCH_START)
		e = start_program(l, m, &p, &ei);
	else
		e = start_supervisor(l, m, &p.pid, &ei);
	if (e == ERR_OK) {
		*free_one = p;
		answer.a = (uint32_t)p.pid;
	} else {
		(void)snprintf(answer.text, sizeof(answer.text), "%s",
		    ei.text[0] != '\0' ? ei.text : err_default_text(e));
	}
	return launch_wire_send(DAEMON_LINK_FD, &answer);
}

/* To our own children, and to those that systemd started for us. */
static void
send_signal(struct launcher *l, const struct launch_msg *m)
{
	const pid_t pid = (pid_t)m->a;
	const int sig = (int)m->b;
	const struct activated_program *p;

	if (pid <= 0 || (p = find(l, pid)) == NULL ||
	    (sig != SIGTERM && sig != SIGKILL))
		return;
	if (p->pidfd >= 0)
		(void)syscall(SYS_pidfd_send_signal, p->pidfd, sig, NULL, 0);
	else
		(void)kill(pid, sig);
}

/* One order.  Anything but ERR_OK is the end. */
static enum err
obey(struct launcher *l)
{
	struct launch_msg m;
	enum err e;

	if ((e = launch_wire_recv(DAEMON_LINK_FD, &m, 0)) != ERR_OK)
		return e;
	switch (m.op) {
	case LAUNCH_START:
	case LAUNCH_SUPERVISOR:
		e = start(l, &m);
		break;
	case LAUNCH_SIGNAL:
		send_signal(l, &m);
		break;
	default:
		e = ERR_PROTO;
	}
	launch_wire_close_fds(&m);
	return e;
}

static enum err
report(struct activated_program *child, int status)
{
	const struct launch_msg m = {.op = LAUNCH_ENDED,
	    .a = (uint32_t)child->pid,
	    .b = (uint32_t)status};

	if (child->pidfd >= 0) {
		close(child->pidfd);
		close(child->conn);
	}
	child->pid = 0;
	return launch_wire_send(DAEMON_PEER_FD, &m);
}

static enum err
report_ends(struct launcher *l)
{
	struct activated_program *child;
	struct signalfd_siginfo si;
	pid_t pid;
	int status;

	(void)!read(l->sigfd, &si, sizeof(si));
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if ((child = find(l, pid)) != NULL &&
		    report(child, status) != ERR_OK)
			return ERR_GONE;
	return ERR_OK;
}

/* Of those that systemd waits for: how they ended it knows alone. */
static enum err
report_units(struct launcher *l, const struct pollfd *p)
{
	size_t i;

	for (i = 0; i < CHILDREN_MAX; i++)
		if (p[i].revents != 0 &&
		    report(&l->children[i], PROC_END_UNKNOWN) != ERR_OK)
			return ERR_GONE;
	return ERR_OK;
}

static void
watch(const struct launcher *l, struct pollfd p[2 + CHILDREN_MAX])
{
	const struct activated_program *c = l->children;
	size_t i;

	for (i = 0; i < CHILDREN_MAX; i++) {
		p[2 + i].fd = c[i].pid != 0 ? c[i].pidfd : -1;
		p[2 + i].events = POLLIN;
		p[2 + i].revents = 0;
	}
}

static enum err
loop(struct launcher *l)
{
	struct pollfd p[2 + CHILDREN_MAX] = {
	    {DAEMON_LINK_FD, POLLIN, 0}, {0, POLLIN, 0}};
	enum err e = ERR_OK;

	p[1].fd = l->sigfd;
	while (e == ERR_OK) {
		watch(l, p);
		if (poll(p, 2 + CHILDREN_MAX, -1) < 0) {
			if (errno != EINTR)
				return ERR_SYS;
			continue;
		}
		/* Ends first: a new process may get the number of an old. */
		if (p[1].revents != 0)
			e = report_ends(l);
		if (e == ERR_OK)
			e = report_units(l, p + 2);
		if (e == ERR_OK && p[0].revents != 0)
			e = obey(l);
	}
	return e;
}

/* Those of a terminal or a service manager go to the whole group: when to
 * end is the manager's to say. */
static enum err
take_signals(struct launcher *l, struct errinfo *ei)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_SETMASK, &set, NULL) != 0)
		return err_set(ei, ERR_SYS, "signals: %s", strerror(errno));
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if ((l->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return err_set(ei, ERR_SYS, "signalfd: %s", strerror(errno));
	return ERR_OK;
}

int
launcher_run(const struct launcher_opts *o)
{
	struct errinfo ei = {ERR_OK, ""};
	struct launcher l;
	enum err e;

	memset(&l, 0, sizeof(l));
	l.o = o;
	l.sigfd = -1;
	if ((e = daemon_begin(DAEMON_LAUNCHER, &ei)) == ERR_OK &&
	    (e = conf_load(&l.conf, o->conf_path, &ei)) == ERR_OK &&
	    (e = daemon_confine(DAEMON_LAUNCHER, &l.conf, &ei)) == ERR_OK)
		e = take_signals(&l, &ei);
	if (e == ERR_OK) {
		(void)prctl(PR_SET_NAME, LAUNCHER_PROGRAM, 0, 0, 0);
		progenv_init(&l.env);
		e = loop(&l);
	} else {
		log_kv(LOG_L_ERROR, MODULE, "Launcher Failed", "Detail",
		    ei.text, NULL);
	}
	if (l.sigfd >= 0)
		close(l.sigfd);
	conf_clear(&l.conf);
	return e == ERR_GONE ? 0 : 1; /* gone: the manager has ended */
}
