/* launch_wire.c: orders to the launcher, with descriptors. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backend/manager/launch_wire.h"

struct pair {
	int fd[2];
};

static int
setup(void **state)
{
	static struct pair p;

	*state = &p;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, p.fd);
}

static int
teardown(void **state)
{
	struct pair *p = *state;

	close(p->fd[0]);
	return close(p->fd[1]);
}

static const struct launch_msg rows[] = {
    {.op = LAUNCH_START, .a = 3, .b = 0},
    {.op = LAUNCH_SIGNAL, .a = 0xfffffffe, .b = 15},
    {.op = LAUNCH_STARTED, .a = 0, .text = "/x: No such file"},
    {.op = LAUNCH_ENDED, .a = 4194304, .b = 0x8b},
};

static void
comes_as_it_was_sent(void **state)
{
	struct pair *p = *state;
	struct launch_msg m;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(launch_wire_send(p->fd[0], &rows[i]), ERR_OK);
		assert_int_equal(launch_wire_recv(p->fd[1], &m, 0), ERR_OK);
		assert_int_equal(m.op, rows[i].op);
		assert_int_equal(m.a, rows[i].a);
		assert_int_equal(m.b, rows[i].b);
		assert_string_equal(m.text, rows[i].text);
		assert_int_equal(m.fds_n, 0);
	}
	assert_int_equal(
	    launch_wire_recv(p->fd[1], &m, MSG_DONTWAIT), ERR_BUSY);
}

static void
longest_text_is_cut_by_nobody(void **state)
{
	struct pair *p = *state;
	struct launch_msg m = {.op = LAUNCH_STARTED}, got;

	memset(m.text, 'x', sizeof(m.text) - 1);
	assert_int_equal(launch_wire_send(p->fd[0], &m), ERR_OK);
	assert_int_equal(launch_wire_recv(p->fd[1], &got, 0), ERR_OK);
	assert_string_equal(got.text, m.text);
}

static void
descriptors_come_along(void **state)
{
	struct pair *p = *state;
	struct launch_msg m = {.op = LAUNCH_START, .fds_n = LAUNCH_FDS_MAX};
	struct launch_msg got;
	struct pollfd pf;
	int end[2];
	size_t i;

	assert_int_equal(pipe(end), 0);
	for (i = 0; i < LAUNCH_FDS_MAX; i++)
		m.fds[i] = end[1];
	assert_int_equal(launch_wire_send(p->fd[0], &m), ERR_OK);
	close(end[1]);
	assert_int_equal(launch_wire_recv(p->fd[1], &got, 0), ERR_OK);
	assert_int_equal(got.fds_n, LAUNCH_FDS_MAX);
	assert_int_equal(write(got.fds[3], "k", 1), 1);
	launch_wire_close_fds(&got);
	pf.fd = end[0];
	pf.events = POLLIN;
	assert_int_equal(poll(&pf, 1, 0), 1);
	assert_true((pf.revents & POLLHUP) != 0); /* the last one is closed */
	close(end[0]);
}

static const struct {
	const char *bytes;
	size_t n;
} bad[] = {
    {"x", 1},
    {"\1\0\0\0\0\0\0\0\0\0\0", 11},
    {"\0\0\0\0\0\0\0\0\0\0\0\0", 12}, /* no such op */
    {"\xff\xff\xff\xff\0\0\0\0\0\0\0\0", 12},
};

static void
nonsense_is_refused(void **state)
{
	static char long_one[2000] = {LAUNCH_START};
	struct pair *p = *state;
	struct launch_msg m;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    send(p->fd[0], bad[i].bytes, bad[i].n, 0), bad[i].n);
		assert_int_equal(launch_wire_recv(p->fd[1], &m, 0), ERR_PROTO);
	}
	assert_int_equal(
	    send(p->fd[0], long_one, sizeof(long_one), 0), sizeof(long_one));
	assert_int_equal(launch_wire_recv(p->fd[1], &m, 0), ERR_PROTO);
}

static void
nobody_is_gone(void **state)
{
	struct pair *p = *state;
	struct launch_msg m;

	shutdown(p->fd[1], SHUT_RDWR);
	assert_int_equal(launch_wire_send(p->fd[0], &rows[0]), ERR_GONE);
	assert_int_equal(launch_wire_recv(p->fd[0], &m, 0), ERR_GONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		comes_as_it_was_sent, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		longest_text_is_cut_by_nobody, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		descriptors_come_along, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		nonsense_is_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(nobody_is_gone, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
