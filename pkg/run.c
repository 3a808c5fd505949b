/* run.c - see run.h. */
#include "config.h"

#include "pkg/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/alloc.h"
#include "pkg/refuse.h"

extern char **environ;

#define END_S 20 /* for a program that was told to end */

static enum err
spawn(pid_t *pid, const char *const *argv, int in, int out, struct refusal *why)
{
	posix_spawn_file_actions_t fa;
	char *args[RUN_ARGS_MAX + 1] = {NULL};
	size_t i;
	int rc;

	for (i = 0; argv[i] != NULL && i < RUN_ARGS_MAX; i++)
		args[i] = xstrdup(argv[i]);
	rc = posix_spawn_file_actions_init(&fa);
	if (rc == 0 && in >= 0)
		rc = posix_spawn_file_actions_adddup2(&fa, in, 0);
	else if (rc == 0)
		rc = posix_spawn_file_actions_addopen(
		    &fa, 0, "/dev/null", O_RDONLY, 0);
	if (rc == 0 && out >= 0)
		rc = posix_spawn_file_actions_adddup2(&fa, out, 1);
	if (rc == 0)
		rc = posix_spawn(pid, argv[0], &fa, NULL, args, environ);
	(void)posix_spawn_file_actions_destroy(&fa);
	while (i > 0)
		mem_free(args[--i]);
	if (rc == 0)
		return ERR_OK;
	errno = rc;
	return refuse_errno(why, argv[0]);
}

/* ERR_TIMEOUT: it was killed. */
static enum err
wait_end(pid_t pid, unsigned limit_s, int *status)
{
	struct pollfd p = {-1, POLLIN, 0};
	bool late;

	p.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	late = p.fd >= 0 && poll(&p, 1, (int)limit_s * 1000) == 0;
	if (late)
		(void)kill(pid, SIGKILL);
	if (p.fd >= 0)
		(void)close(p.fd);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return late ? ERR_TIMEOUT : ERR_OK;
}

enum err
run_program(
    const char *const *argv, unsigned limit_s, bool show, struct refusal *why)
{
	int status = 0, null = -1;
	pid_t pid;
	enum err e;

	if (!show)
		null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	e = spawn(&pid, argv, -1, null, why);
	if (null >= 0)
		(void)close(null);
	if (e != ERR_OK)
		return e;
	if (wait_end(pid, limit_s, &status) != ERR_OK)
		return err_set(refuse_ei(why), ERR_TIMEOUT,
		    "%s did not end within %u s.", argv[0], limit_s);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return ERR_OK;
	return err_set(refuse_ei(why), ERR_GONE, "%s failed (%s %d).", argv[0],
	    WIFEXITED(status) ? "exit code" : "signal",
	    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

static void
close_both(int p[2])
{
	if (p[0] >= 0)
		(void)close(p[0]);
	if (p[1] >= 0)
		(void)close(p[1]);
}

enum err
run_hold(struct run_held *h, const char *const *argv, unsigned limit_s,
    struct refusal *why)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1};
	struct pollfd p = {-1, POLLIN, 0};
	pid_t pid;
	enum err e;

	h->in = -1;
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) {
		close_both(in);
		return refuse_errno(why, argv[0]);
	}
	if ((e = spawn(&pid, argv, in[0], out[1], why)) != ERR_OK) {
		close_both(in);
		close_both(out);
		return e;
	}
	(void)close(in[0]);
	(void)close(out[1]);
	h->pid = pid;
	h->in = in[1];
	p.fd = out[0];
	if (poll(&p, 1, (int)limit_s * 1000) != 1 ||
	    read(out[0], &h->said, 1) != 1) {
		run_release(h);
		e = err_set(refuse_ei(why), ERR_GONE, "%s did not do its part.",
		    argv[0]);
	}
	(void)close(out[0]);
	return e;
}

void
run_release(struct run_held *h)
{
	int status;

	if (h->in < 0)
		return;
	(void)close(h->in);
	h->in = -1;
	(void)!wait_end(h->pid, END_S, &status);
}
