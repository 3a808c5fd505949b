/* proc.c, progenv.c: what a program that was started has. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/core/proc.h"
#include "backend/manager/progenv.h"

static char sh[] = "sh", opt_c[] = "-c";

/* Runs a line of shell; what it wrote to its descriptor 4, and its status. */
static int
run(const char *line, char *out, size_t size, char *const *envp)
{
	char copy[512];
	char *argv[] = {sh, opt_c, copy, NULL};
	int p[2], fds[5], status;
	struct proc_spec s = {"/bin/sh", argv, envp, fds, 5, false};
	size_t len = 0;
	pid_t pid;
	ssize_t n;

	snprintf(copy, sizeof(copy), "%s", line);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	fds[0] = fds[1] = fds[3] = -1;
	fds[2] = 2;
	fds[4] = p[1];
	assert_int_equal(proc_spawn(&pid, &s, NULL), ERR_OK);
	close(p[1]);
	while (
	    len + 1 < size && (n = read(p[0], out + len, size - 1 - len)) > 0)
		len += (size_t)n;
	out[len] = '\0';
	print_message("%s", out);
	close(p[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
has_its_descriptors_and_no_other(void **state)
{
	static char path[] = "PATH=/usr/bin:/bin";
	char *envp[] = {path, NULL};
	char out[256];
	int extra = dup2(2, 77); /* not close-on-exec */

	(void)state;
	assert_int_equal(extra, 77);
	/* the shell's own, by its number: $$ */
	run("echo $(ls /proc/$$/fd) >&4; readlink /proc/$$/fd/0 >&4", out,
	    sizeof(out), envp);
	close(extra);
	assert_non_null(strstr(out, "4"));
	assert_null(strstr(out, "77"));
	assert_non_null(strstr(out, "/dev/null"));
}

static void
has_default_signals_and_own_group(void **state)
{
	static char path[] = "PATH=/usr/bin:/bin";
	char *envp[] = {path, NULL};
	char out[512], *mask;
	sigset_t all, before;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	run("grep -E '^Sig(Blk|Ign)' /proc/self/status >&4; "
	    "set -- $(cat /proc/$$/stat); [ $5 = $$ ] && echo own >&4",
	    out, sizeof(out), envp);
	sigprocmask(SIG_SETMASK, &before, NULL);
	mask = strstr(out, "SigBlk:");
	assert_non_null(mask);
	assert_int_equal(strtoull(mask + 7, NULL, 16), 0);
	mask = strstr(out, "SigIgn:");
	assert_non_null(mask);
	/* 32 and 33 are the C library's own: no program can reset them. */
	assert_int_equal(
	    strtoull(mask + 7, NULL, 16) & ~(UINT64_C(3) << 31), 0);
	assert_non_null(strstr(out, "own"));
}

static void
environment_is_fixed(void **state)
{
	struct progenv e;
	char out[1024];

	(void)state;
	setenv("https_proxy", "http://evil.example", 1);
	setenv("LD_PRELOAD_NOT", "x", 1);
	setenv("TZ", "Europe/Berlin", 1);
	progenv_init(&e);
	run("env >&4", out, sizeof(out), e.v);
	assert_null(strstr(out, "evil"));
	assert_null(strstr(out, "LD_PRELOAD"));
	assert_non_null(strstr(out, "TZ=Europe/Berlin\n"));
	assert_non_null(strstr(out, "PATH=/usr/"));
	setenv("TZ", "x", 1);
	memset(out, 'y', 600);
	out[600] = '\0';
	setenv("TZ", out, 1); /* longer than there is room: left out */
	progenv_init(&e);
	run("env >&4", out, sizeof(out), e.v);
	assert_null(strstr(out, "TZ="));
}

static void
says_why_it_cannot_start(void **state)
{
	char *argv[] = {sh, NULL}, *envp[] = {NULL};
	struct proc_spec s = {"/nowhere/program", argv, envp, NULL, 0, false};
	struct errinfo ei;
	pid_t pid = -1;

	(void)state;
	assert_int_equal(proc_spawn(&pid, &s, &ei), ERR_SYS);
	assert_non_null(strstr(ei.text, "/nowhere/program"));
	assert_int_equal(pid, -1);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing left */
}

/* A child of ours starts a program and is killed: the program ends too,
 * unless it was to outlive us. */
static bool
survives_its_parent(bool outlives)
{
	char line[] = "exec sleep 1000";
	char *argv[] = {sh, opt_c, line, NULL}, *envp[] = {NULL};
	struct proc_spec s = {"/bin/sh", argv, envp, NULL, 0, outlives};
	int p[2], i;
	pid_t child, program = 0;
	bool alive;

	assert_int_equal(pipe(p), 0);
	if ((child = fork()) == 0) {
		if (proc_spawn(&program, &s, NULL) != ERR_OK ||
		    write(p[1], &program, sizeof(program)) < 0)
			_exit(1);
		pause();
	}
	assert_int_equal(
	    read(p[0], &program, sizeof(program)), (ssize_t)sizeof(program));
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (i = 0; i < 300 && kill(program, 0) == 0 && !outlives; i++) {
		/* an orphan that ended may wait for init to see it */
		char path[64], text[256];
		FILE *f;
		char *st;

		snprintf(path, sizeof(path), "/proc/%ld/stat", (long)program);
		if ((f = fopen(path, "r")) == NULL)
			break;
		st = fgets(text, sizeof(text), f) != NULL ? strrchr(text, ')')
							  : NULL;
		fclose(f);
		if (st != NULL && st[2] == 'Z')
			break;
		usleep(10000);
	}
	alive = outlives ? kill(program, 0) == 0 : i == 300;
	kill(program, SIGKILL);
	close(p[0]);
	close(p[1]);
	return alive;
}

static void
ends_with_its_parent(void **state)
{
	(void)state;
	assert_false(survives_its_parent(false));
	assert_true(survives_its_parent(true));
}

static void
ends_in_words(void **state)
{
	static char path[] = "PATH=/usr/bin:/bin";
	char *envp[] = {path, NULL};
	char out[64];

	(void)state;
	assert_string_equal(proc_end_text(run("exit 7", out, sizeof(out), envp),
				out, sizeof(out)),
	    "exit code 7");
	assert_string_equal(
	    proc_end_text(
		run("kill -9 $$", out, sizeof(out), envp), out, sizeof(out)),
	    "signal 9 (Killed)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(has_its_descriptors_and_no_other),
	    cmocka_unit_test(has_default_signals_and_own_group),
	    cmocka_unit_test(environment_is_fixed),
	    cmocka_unit_test(says_why_it_cannot_start),
	    cmocka_unit_test(ends_with_its_parent),
	    cmocka_unit_test(ends_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
