/* activated.c: a child of the test is the program that systemd started; the
 * test is the launcher at the other end of its connection. */
#include "tests/harness/test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/core/activated.h"

#define WAS_NOT 90 /* exit code: it says that systemd did not start it */

struct order {
	enum daemon_role role;
	const char *fds_env; /* LISTEN_FDS */
	bool other_pid; /* LISTEN_PID is another's */
	char byte;
	size_t n; /* descriptors that are handed over */
};

/* Each descriptor is a pipe's end, into which the program writes its place. */
static void
program(const struct order *o, int conn)
{
	int at[ACTIVATED_FDS_MAX];
	char pid[24];
	bool was = false;
	enum err e;
	size_t i;

	(void)snprintf(pid, sizeof(pid), "%ld",
	    (long)(o->other_pid ? getppid() : getpid()));
	(void)setenv("LISTEN_PID", pid, 1);
	(void)setenv("LISTEN_FDS", o->fds_env, 1);
	(void)setenv("LISTEN_FDNAMES", "connection", 1);
	if (dup2(conn, DAEMON_LINK_FD) < 0)
		_exit(91);
	e = activated_take(o->role, &was, NULL);
	if (getenv("LISTEN_PID") != NULL || getenv("LISTEN_FDS") != NULL ||
	    getenv("LISTEN_FDNAMES") != NULL)
		_exit(92);
	if (!was)
		_exit(e == ERR_OK ? WAS_NOT : 93);
	if (e != ERR_OK)
		_exit((int)e);
	activated_places(o->role, o->n, at);
	for (i = 0; i < o->n; i++)
		if (write(at[i], &"0123456789"[at[i]], 1) != 1 ||
		    (fcntl(at[i], F_GETFD) & FD_CLOEXEC) != 0)
			_exit(94);
	if ((fcntl(ACTIVATED_CONN_FD, F_GETFD) & FD_CLOEXEC) == 0)
		_exit(95);
	_exit(0);
}

static void
hand_over(int conn, const struct order *o, const int *fds)
{
	union {
		struct cmsghdr h;
		char space[CMSG_SPACE(sizeof(int) * 8)];
	} ctl;
	char byte = o->byte;
	struct iovec iov = {&byte, 1};
	struct msghdr h = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;

	if (o->n > 0) {
		memset(&ctl, 0, sizeof(ctl));
		h.msg_control = ctl.space;
		h.msg_controllen = CMSG_SPACE(sizeof(int) * o->n);
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * o->n);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * o->n);
	}
	/* Whoever was not started by systemd reads nothing. */
	(void)!sendmsg(conn, &h, MSG_NOSIGNAL);
}

/* The exit code; places: what came out of each descriptor. */
static int
run(const struct order *o, char places[9])
{
	int pair[2], pipes[8][2], ends[8], status = 0;
	char answer = 0;
	ssize_t got;
	size_t i;
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	for (i = 0; i < o->n; i++) {
		assert_int_equal(pipe(pipes[i]), 0);
		ends[i] = pipes[i][1];
	}
	assert_true((pid = fork()) >= 0);
	if (pid == 0)
		program(o, pair[1]);
	close(pair[1]);
	if (o->byte != '\0')
		hand_over(pair[0], o, ends);
	else
		(void)shutdown(pair[0], SHUT_RDWR); /* the launcher ends */
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	got = recv(pair[0], &answer, 1, MSG_DONTWAIT);
	if (WEXITSTATUS(status) == 0) {
		assert_int_equal(got, 1);
		assert_int_equal(answer, ACTIVATED_READY);
	} else {
		assert_true(got <= 0);
	}
	memset(places, 0, 9);
	for (i = 0; i < o->n; i++) {
		close(pipes[i][1]);
		if (WEXITSTATUS(status) == 0)
			assert_int_equal(read(pipes[i][0], &places[i], 1), 1);
		close(pipes[i][0]);
	}
	close(pair[0]);
	return WEXITSTATUS(status);
}

static void
descriptors_come_to_their_places(void **state)
{
	static const struct {
		struct order o;
		const char *places;
	} rows[] = {
	    {{DAEMON_ENGINE, "1", false, ACTIVATED_HERE, 2}, "23"},
	    {{DAEMON_NET, "1", false, ACTIVATED_HERE, 3}, "234"},
	    {{DAEMON_WEB, "1", false, ACTIVATED_HERE, 3}, "203"},
	    {{DAEMON_ENGINE, "1", false, ACTIVATED_HERE, 1}, "2"},
	};
	char places[9];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		assert_int_equal(run(&rows[i].o, places), 0);
		assert_string_equal(places, rows[i].places);
	}
}

static void
anything_else_is_refused(void **state)
{
	static const struct order rows[] = {
	    {DAEMON_ENGINE, "1", false, 'X', 2},
	    {DAEMON_ENGINE, "1", false, ACTIVATED_HERE, 0},
	    {DAEMON_ENGINE, "1", false, ACTIVATED_HERE, ACTIVATED_FDS_MAX + 1},
	    {DAEMON_ENGINE, "1", false, '\0', 0}, /* hangs up */
	};
	char places[9];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++)
		assert_int_equal(run(&rows[i], places), ERR_PROTO);
}

/* What another was meant by, or no connection alone. */
static void
not_started_so(void **state)
{
	static const struct order rows[] = {
	    {DAEMON_ENGINE, "1", true, ACTIVATED_HERE, 2},
	    {DAEMON_ENGINE, "2", false, ACTIVATED_HERE, 2},
	    {DAEMON_ENGINE, "", false, ACTIVATED_HERE, 2},
	};
	char places[9];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++)
		assert_int_equal(run(&rows[i], places), WAS_NOT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(descriptors_come_to_their_places),
	    cmocka_unit_test(anything_else_is_refused),
	    cmocka_unit_test(not_started_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
