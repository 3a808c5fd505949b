/* proc.c - see proc.h. */
#include "config.h"

#include "backend/core/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/alloc.h"

#define FIRST_FREE 16 /* above every number that a program gets */

/* In the child: only async-signal-safe calls from here on. */

static int
default_signals(void)
{
	struct sigaction dfl;
	sigset_t none;
	int sig;

	memset(&dfl, 0, sizeof(dfl));
	dfl.sa_handler = SIG_DFL;
	sigemptyset(&dfl.sa_mask);
	for (sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &dfl, NULL); /* KILL and STOP refuse */
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Two steps: first all out of the way, then each to its place. */
static int
place_fds(const struct proc_spec *s)
{
	int tmp[PROC_FDS_MAX];
	size_t i;
	int null;

	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0)
		return -1;
	for (i = 0; i < s->fds_n; i++) {
		tmp[i] = fcntl(s->fds[i] >= 0 ? s->fds[i] : null,
		    F_DUPFD_CLOEXEC, FIRST_FREE);
		if (tmp[i] < 0)
			return -1;
	}
	for (i = 0; i < s->fds_n; i++)
		if (dup2(tmp[i], (int)i) < 0) /* clears close-on-exec */
			return -1;
	return 0;
}

static void
child(const struct proc_spec *s, pid_t parent, int report)
{
	int e, high;

	if ((high = fcntl(report, F_DUPFD_CLOEXEC, FIRST_FREE)) < 0)
		goto fail;
	report = high;
	if (setpgid(0, 0) != 0)
		goto fail;
	if (!s->outlives) {
		if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
			goto fail;
		if (getppid() != parent)
			_exit(127); /* it ended before we asked */
	}
	if (place_fds(s) != 0 || default_signals() != 0)
		goto fail;
	/* Ours have close-on-exec; what somebody left open in us may not. */
	(void)syscall(
	    SYS_close_range, (unsigned)s->fds_n, ~0u, CLOSE_RANGE_CLOEXEC);
	execve(s->path, s->argv, s->envp);
fail:
	e = errno;
	while (write(report, &e, sizeof(e)) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* What the child wrote before its exec failed; 0 when it did not. */
static int
exec_result(int fd)
{
	int e = 0;
	ssize_t n;

	do
		n = read(fd, &e, sizeof(e));
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)sizeof(e) ? e : 0;
}

enum err
proc_spawn(pid_t *out, const struct proc_spec *s, struct errinfo *ei)
{
	sigset_t all, before;
	pid_t parent = getpid(), pid;
	int report[2], e;

	if (s->fds_n > PROC_FDS_MAX)
		fatal("proc_spawn: %zu descriptors", s->fds_n);
	if (pipe2(report, O_CLOEXEC) != 0)
		return err_set(ei, ERR_SYS, "pipe: %s", strerror(errno));
	/* No handler of ours may run in the child. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	if ((pid = fork()) == 0)
		child(s, parent, report[1]);
	e = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(report[1]);
	if (pid < 0) {
		close(report[0]);
		return err_set(ei, ERR_SYS, "fork: %s", strerror(e));
	}
	e = exec_result(report[0]);
	close(report[0]);
	if (e != 0) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return err_set(ei, ERR_SYS, "%s: %s", s->path, strerror(e));
	}
	*out = pid;
	return ERR_OK;
}

const char *
proc_end_text(int status, char *out, size_t size)
{
	if (status == PROC_END_UNKNOWN)
		snprintf(out, size, "an end that systemd's journal tells of");
	else if (WIFSIGNALED(status))
		snprintf(out, size, "signal %d (%s)", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
	else
		snprintf(out, size, "exit code %d", WEXITSTATUS(status));
	return out;
}
