/* ipc_loop.c: frames between two ends of a socket, one of them hostile. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/ipc_loop.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/str.h"

#define BYTES_MAX (20u * 1024u * 1024u)

/* What the end under test saw. */
struct end {
	uv_loop_t loop;
	struct ipc_conn *conn;
	int raw; /* the other end: bytes */
	unsigned frames, closes, relays;
	enum ipc_type type;
	uint64_t id;
	size_t body_len; /* of EWS_ITEM */
	int fd;
	enum err why;
	enum err relay_answer;
	bool close_on_frame, close_on_relay;
	struct buf got; /* bytes that came out at the other end */
};

static void
on_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id, void *msg,
    int fd)
{
	struct end *e = arg;

	e->frames++;
	e->type = t;
	e->id = id;
	e->fd = fd;
	if (t == IPC_EWS_ITEM)
		e->body_len = strlen(((struct msg_ews_item *)msg)->body);
	if (e->close_on_frame) {
		ipc_conn_close(c);
		e->conn = NULL;
	}
}

static void
on_close(void *arg, struct ipc_conn *c, enum err why)
{
	struct end *e = arg;

	assert_ptr_equal(c, e->conn);
	assert_non_null(ipc_conn_program(c));
	e->closes++;
	e->why = why;
	e->conn = NULL;
}

static enum err
on_relay(void *arg, struct ipc_conn *c, const struct ipc_frame *f)
{
	struct end *e = arg;

	e->relays++;
	e->type = f->type;
	e->id = f->id;
	e->body_len = f->payload_len;
	if (e->close_on_relay) {
		ipc_conn_close(c);
		e->conn = NULL;
	}
	return e->relay_answer;
}

#define DIR(d) (1u << IPC_DIR_##d)

/* The manager's control socket, and the engine's link. */
static const struct ipc_conn_ops forgiving = {
    on_frame, on_close, on_relay, DIR(C_TO_M), DIR(C_TO_E), true};
static const struct ipc_conn_ops strict = {on_frame, on_close, NULL,
    DIR(M_TO_E) | DIR(N_TO_E) | DIR(C_TO_E), 0, false};

static void
turn(struct end *e)
{
	unsigned i;

	for (i = 0; i < 8; i++)
		uv_run(&e->loop, UV_RUN_NOWAIT);
}

static void
open_end(struct end *e, const struct ipc_conn_ops *ops)
{
	const struct buf empty = BUF_INIT(BYTES_MAX);
	int pair[2];

	memset(e, 0, sizeof(*e));
	e->fd = -1;
	e->got = empty;
	uv_loop_init(&e->loop);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	e->raw = pair[1];
	assert_int_equal(
	    ipc_conn_new(&e->conn, &e->loop, pair[0], "tester", ops, e, NULL),
	    ERR_OK);
}

static void
close_end(struct end *e)
{
	ipc_conn_close(e->conn);
	uv_run(&e->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&e->loop), 0);
	close(e->raw);
	if (e->fd >= 0)
		close(e->fd);
	buf_clear(&e->got);
}

/* -- the other end -- */

static void
read_raw(struct end *e)
{
	ssize_t n;

	for (;;) {
		assert_int_equal(buf_reserve(&e->got, 65536), ERR_OK);
		n = recv(e->raw, e->got.p + e->got.len, 65536, MSG_DONTWAIT);
		if (n <= 0)
			return;
		e->got.len += (size_t)n;
	}
}

static bool
is_closed(struct end *e)
{
	char c;

	read_raw(e);
	return recv(e->raw, &c, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

static void
write_raw(struct end *e, const void *p, size_t n)
{
	const char *at = p;
	ssize_t w;

	while (n > 0) {
		w = send(e->raw, at, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (w < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			uv_run(&e->loop, UV_RUN_NOWAIT);
			continue;
		}
		if (w < 0)
			return; /* it was shut on purpose */
		at += w;
		n -= (size_t)w;
	}
}

static void
write_msg(struct end *e, enum ipc_type t, uint64_t id, const void *msg)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);

	assert_int_equal(ipc_build(&b, t, id, msg), ERR_OK);
	write_raw(e, b.p, b.len);
	buf_clear(&b);
}

static void
write_hello(struct end *e, const char *proto)
{
	char p[81], name[] = "peer";
	const struct msg_hello m = {p, name};

	assert_true(str_copy(p, sizeof(p), proto));
	write_msg(e, IPC_HELLO, 5, &m);
}

static void
write_status_get(struct end *e, uint64_t id)
{
	const struct msg_empty m = {};

	write_msg(e, IPC_STATUS_GET, id, &m);
}

static void
write_header(struct end *e, uint32_t len, uint32_t type, uint64_t id)
{
	unsigned char h[16];
	unsigned i;

	for (i = 0; i < 4; i++) {
		h[i] = (unsigned char)(len >> (8 * i));
		h[4 + i] = (unsigned char)(type >> (8 * i));
	}
	for (i = 0; i < 8; i++)
		h[8 + i] = (unsigned char)(id >> (8 * i));
	write_raw(e, h, sizeof(h));
}

/* The next frame at the other end; false: none. */
static bool
next_frame(struct end *e, struct ipc_frame *f, struct msg_error_answer *err)
{
	static struct buf held = BUF_INIT(BYTES_MAX);
	bool got = false;

	turn(e);
	read_raw(e);
	if (e->got.len == 0)
		return false;
	assert_int_equal(
	    ipc_parse((unsigned char *)e->got.p, e->got.len, f, &got), ERR_OK);
	if (!got)
		return false;
	if (f->type == IPC_ERROR && err != NULL)
		assert_int_equal(
		    msg_error_answer_decode(err, f->payload, f->payload_len),
		    ERR_OK);
	buf_clear(&held);
	held.max = BYTES_MAX;
	assert_int_equal(buf_put(&held, f->payload, f->payload_len), ERR_OK);
	f->payload = (unsigned char *)held.p;
	buf_consume(&e->got, f->frame_len);
	if (e->got.len == 0)
		buf_clear(&e->got);
	if (f->payload_len == 0)
		buf_clear(&held);
	return true;
}

/* The next frame is an ERROR of this class for this request. */
static void
expect_error(struct end *e, uint64_t id, enum err code)
{
	struct msg_error_answer a = {0};
	struct ipc_frame f;

	assert_true(next_frame(e, &f, &a));
	assert_int_equal(f.type, IPC_ERROR);
	assert_int_equal(f.id, id);
	assert_int_equal(a.code, code);
	assert_true(*a.text != '\0');
	msg_error_answer_free(&a);
}

static void
greet(struct end *e)
{
	struct ipc_frame f;

	assert_true(next_frame(e, &f, NULL));
	assert_int_equal(f.type, IPC_HELLO);
	write_hello(e, ipc_proto);
	turn(e);
	assert_int_equal(e->frames, 0);
	assert_int_equal(e->closes, 0);
	assert_string_equal(ipc_conn_program(e->conn), "peer");
}

/* -- tests -- */

static void
hello_then_frames(void **state)
{
	struct end e;

	(void)state;
	open_end(&e, &forgiving);
	assert_string_equal(ipc_conn_program(e.conn), "");
	greet(&e);
	assert_int_equal(ipc_conn_uid(e.conn), getuid());
	assert_int_equal(ipc_conn_pid(e.conn), getpid());
	write_status_get(&e, 42);
	write_status_get(&e, 43);
	turn(&e);
	assert_int_equal(e.frames, 2);
	assert_int_equal(e.type, IPC_STATUS_GET);
	assert_int_equal(e.id, 43);
	close_end(&e);
}

static void
other_version_is_told(void **state)
{
	struct end e;
	struct ipc_frame f;

	(void)state;
	open_end(&e, &forgiving);
	assert_true(next_frame(&e, &f, NULL));
	write_hello(&e, "another");
	write_status_get(&e, 1);
	expect_error(&e, 5, ERR_UNSUPPORTED);
	assert_int_equal(e.closes, 1);
	assert_int_equal(e.why, ERR_PROTO);
	assert_int_equal(e.frames, 0);
	assert_true(is_closed(&e));
	close_end(&e);
}

static void
no_word_before_hello(void **state)
{
	const struct ipc_conn_ops *both[] = {&forgiving, &strict};
	struct end e;
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		open_end(&e, both[i]);
		if (i == 0)
			write_status_get(&e, 1);
		else
			write_header(&e, 12, IPC_OK, 1);
		turn(&e);
		assert_int_equal(e.frames, 0);
		assert_int_equal(e.closes, 1);
		assert_int_equal(e.why, ERR_PROTO);
		close_end(&e);
	}
}

/* What a peer can get wrong, and goes on after. */
static void
mistakes_are_forgiven(void **state)
{
	static const char junk[70000];
	const struct msg_empty none = {};
	struct end e;

	(void)state;
	open_end(&e, &forgiving);
	greet(&e);

	write_msg(&e, IPC_HEARTBEAT, 7, &none); /* another's message */
	expect_error(&e, 7, ERR_DENIED);
	write_header(&e, 12, IPC_T__MAX, 8);
	expect_error(&e, 8, ERR_PROTO);
	write_header(&e, 12, 0, 9);
	expect_error(&e, 9, ERR_PROTO);
	write_header(&e, 12 + sizeof(junk), IPC_STATUS_GET, 10);
	expect_error(&e, 10, ERR_TOOBIG); /* before the rest has come */
	write_raw(&e, junk, sizeof(junk));
	write_header(&e, 12 + 3, IPC_STATUS_GET, 11); /* has no fields */
	write_raw(&e, junk, 3);
	expect_error(&e, 11, ERR_PROTO);
	write_hello(&e, ipc_proto);
	expect_error(&e, 5, ERR_PROTO);
	assert_int_equal(e.frames, 0);
	assert_int_equal(e.closes, 0);

	write_status_get(&e, 12);
	turn(&e);
	assert_int_equal(e.frames, 1);
	assert_int_equal(e.id, 12);
	close_end(&e);
}

static void
forgiving_has_an_end(void **state)
{
	struct end e;
	unsigned i;

	(void)state;
	open_end(&e, &forgiving);
	greet(&e);
	for (i = 0; i < 1000 && e.closes == 0; i++) {
		write_header(&e, 12, 9999, i);
		turn(&e);
	}
	assert_int_equal(e.closes, 1);
	assert_in_range(i, 5, 50);
	close_end(&e);
}

static void
impossible_length_ends_it(void **state)
{
	static const uint32_t lens[] = {0, 11, IPC_FRAME_MAX, UINT32_MAX};
	struct end e;
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		open_end(&e, &forgiving);
		greet(&e);
		write_header(&e, lens[i], IPC_STATUS_GET, 3);
		expect_error(&e, 3, ERR_TOOBIG);
		assert_int_equal(e.closes, 1);
		close_end(&e);
	}
}

static void
siblings_are_not_forgiven(void **state)
{
	static const uint32_t types[] = {0, IPC_T__MAX, IPC_STATUS_GET};
	struct end e;
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		open_end(&e, &strict);
		greet(&e);
		write_header(&e, 12, types[i], 3);
		turn(&e);
		assert_int_equal(e.closes, 1);
		assert_int_equal(e.why, ERR_PROTO);
		assert_true(is_closed(&e));
		close_end(&e);
	}
}

static void
peer_that_goes_is_gone(void **state)
{
	struct end e;

	(void)state;
	open_end(&e, &strict);
	greet(&e);
	shutdown(e.raw, SHUT_WR);
	turn(&e);
	assert_int_equal(e.closes, 1);
	assert_int_equal(e.why, ERR_GONE);
	close_end(&e);
}

/* In pieces of odd sizes: the time must not grow with their number. */
static void
largest_frame_in_pieces(void **state)
{
	const size_t body_len = 6291456, piece = 1021;
	struct msg_ews_item m;
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	struct end e;
	size_t at, n;

	(void)state;
	memset(&m, 0, sizeof(m));
	m.body = malloc(body_len + 1);
	memset(m.body, 'x', body_len);
	m.body[body_len] = '\0';
	assert_int_equal(ipc_build(&b, IPC_EWS_ITEM, 9, &m), ERR_OK);
	open_end(&e, &strict);
	greet(&e);
	for (at = 0; at < b.len; at += n) {
		n = b.len - at < piece ? b.len - at : piece;
		write_raw(&e, b.p + at, n);
		if (at % 7 == 0)
			uv_run(&e.loop, UV_RUN_NOWAIT);
	}
	turn(&e);
	assert_int_equal(e.frames, 1);
	assert_int_equal(e.body_len, body_len);
	/* and out again, to one who reads slowly */
	assert_int_equal(
	    ipc_conn_send(e.conn, IPC_EWS_ITEM, 9, &m, -1), ERR_OK);
	for (at = 0; at < 200 && e.got.len < b.len; at++) {
		read_raw(&e);
		uv_run(&e.loop, UV_RUN_NOWAIT);
	}
	assert_int_equal(e.got.len, b.len);
	assert_memory_equal(e.got.p, b.p, b.len);
	close_end(&e);
	buf_clear(&b);
	free(m.body);
}

static void
full_queue_is_busy(void **state)
{
	static unsigned char payload[1024 * 1024];
	struct end e;
	unsigned i;
	enum err r = ERR_OK;

	(void)state;
	open_end(&e, &strict);
	for (i = 0; i < 64 && r == ERR_OK; i++)
		r = ipc_conn_send_raw(
		    e.conn, IPC_EWS_ITEM, i, payload, sizeof(payload));
	assert_int_equal(r, ERR_BUSY);
	assert_in_range(i, 15, 20);
	/* it is as before once the peer reads */
	for (i = 0; i < 400; i++) {
		read_raw(&e);
		buf_reset(&e.got);
		uv_run(&e.loop, UV_RUN_NOWAIT);
	}
	assert_int_equal(ipc_conn_send_raw(
			     e.conn, IPC_EWS_ITEM, 1, payload, sizeof(payload)),
	    ERR_OK);
	close_end(&e);
}

static void
too_large_is_not_sent(void **state)
{
	static unsigned char payload[4096];
	struct end e;

	(void)state;
	open_end(&e, &strict);
	assert_int_equal(ipc_conn_send_raw(e.conn, IPC_HEARTBEAT, 1, payload,
			     sizeof(payload)),
	    ERR_TOOBIG);
	close_end(&e);
}

static void
relayed_as_it_is(void **state)
{
	char id[] = "job";
	const struct msg_job_ref m = {id};
	struct end e;

	(void)state;
	open_end(&e, &forgiving);
	greet(&e);
	write_msg(&e, IPC_JOB_GET, 77, &m);
	turn(&e);
	assert_int_equal(e.relays, 1);
	assert_int_equal(e.frames, 0);
	assert_int_equal(e.type, IPC_JOB_GET);
	assert_int_equal(e.id, 77);
	e.relay_answer = ERR_GONE;
	write_msg(&e, IPC_JOB_GET, 78, &m);
	expect_error(&e, 78, ERR_GONE);
	e.close_on_relay = true;
	write_msg(&e, IPC_JOB_GET, 79, &m);
	write_msg(&e, IPC_JOB_GET, 80, &m);
	turn(&e);
	assert_int_equal(e.relays, 3);
	close_end(&e);
}

static void
may_be_closed_while_it_calls(void **state)
{
	struct end e;

	(void)state;
	open_end(&e, &forgiving);
	greet(&e);
	e.close_on_frame = true;
	write_status_get(&e, 1);
	write_status_get(&e, 2);
	turn(&e);
	assert_int_equal(e.frames, 1);
	assert_int_equal(e.closes, 0);
	close_end(&e);
}

/* -- descriptors -- */

static void
send_fd(int to, const void *p, size_t n, int fd)
{
	union {
		struct cmsghdr h;
		char space[CMSG_SPACE(sizeof(int))];
	} ctl;
	struct iovec iov = {(void *)(uintptr_t)p, n};
	struct msghdr m;

	memset(&m, 0, sizeof(m));
	memset(&ctl, 0, sizeof(ctl));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = ctl.space;
	m.msg_controllen = sizeof(ctl.space);
	ctl.h.cmsg_level = SOL_SOCKET;
	ctl.h.cmsg_type = SCM_RIGHTS;
	ctl.h.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&ctl.h), &fd, sizeof(int));
	assert_int_equal(sendmsg(to, &m, 0), (ssize_t)n);
}

static void
descriptor_comes_with_its_frame(void **state)
{
	const struct msg_net_ref m = {3};
	struct buf b = BUF_INIT(4096);
	struct end e;
	int p[2];
	char c = 0;

	(void)state;
	assert_int_equal(pipe(p), 0);
	open_end(&e, &strict);
	greet(&e);
	assert_int_equal(ipc_build(&b, IPC_NET_READY, 1, &m), ERR_OK);
	send_fd(e.raw, b.p, b.len, p[1]);
	close(p[1]);
	turn(&e);
	assert_int_equal(e.frames, 1);
	assert_int_equal(e.type, IPC_NET_READY);
	assert_true(e.fd >= 0);
	assert_int_equal(fcntl(e.fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(write(e.fd, "k", 1), 1);
	assert_int_equal(read(p[0], &c, 1), 1);
	assert_int_equal(c, 'k');
	close(p[0]);
	close_end(&e);
	buf_clear(&b);
}

static void
descriptor_is_sent(void **state)
{
	const struct msg_net_ref m = {3};
	struct pollfd pf;
	struct end a, b;
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	open_end(&a, &strict);
	open_end(&b, &strict);
	greet(&b);
	/* what a writes is brought to b by hand, descriptor and all */
	ipc_conn_close(b.conn);
	turn(&b);
	b.closes = 0;
	assert_int_equal(
	    ipc_conn_new(&b.conn, &b.loop, dup(a.raw), "b", &strict, &b, NULL),
	    ERR_OK);
	assert_int_equal(
	    ipc_conn_send(a.conn, IPC_NET_READY, 1, &m, p[1]), ERR_OK);
	turn(&b);
	assert_int_equal(b.frames, 1);
	assert_true(b.fd >= 0);
	/* ours was closed after it was sent: theirs is the last */
	close(b.fd);
	b.fd = -1;
	pf.fd = p[0];
	pf.events = POLLIN;
	assert_int_equal(poll(&pf, 1, 0), 1);
	assert_true((pf.revents & POLLHUP) != 0);
	close(p[0]);
	close_end(&a);
	close_end(&b);
}

static void
frame_without_its_descriptor(void **state)
{
	const struct msg_net_ref m = {3};
	struct end e;

	(void)state;
	open_end(&e, &strict);
	greet(&e);
	write_msg(&e, IPC_NET_READY, 1, &m);
	turn(&e);
	assert_int_equal(e.frames, 0);
	assert_int_equal(e.closes, 1);
	assert_int_equal(e.why, ERR_PROTO);
	close_end(&e);
}

/* The reading end of its pipe tells when the last copy was closed. */
static void
unwanted_descriptor_is_closed(void **state)
{
	const struct msg_empty none = {};
	struct buf b = BUF_INIT(4096);
	struct pollfd pf;
	struct end e;
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	open_end(&e, &forgiving);
	greet(&e);
	assert_int_equal(ipc_build(&b, IPC_STATUS_GET, 1, &none), ERR_OK);
	send_fd(e.raw, b.p, b.len, p[1]);
	close(p[1]);
	turn(&e);
	pf.fd = p[0];
	pf.events = POLLIN;
	assert_int_equal(poll(&pf, 1, 0), 1);
	assert_true((pf.revents & POLLHUP) != 0);
	expect_error(&e, 0, ERR_PROTO);
	close(p[0]);
	close_end(&e);
	buf_clear(&b);
}

/* -- noise -- */

static void
noise_never_gets_through(void **state)
{
	unsigned char b[512];
	struct end e;
	unsigned round, i;
	uint32_t seed = 20261122;

	(void)state;
	for (round = 0; round < 300; round++) {
		open_end(&e, round % 2 == 0 ? &forgiving : &strict);
		greet(&e);
		for (i = 0; i < sizeof(b); i++) {
			seed = seed * 1664525u + 1013904223u;
			b[i] = (unsigned char)(seed >> 24);
			/* often a possible length and type */
			if (i % 16 == 1 || i % 16 == 2 || i % 16 == 3 ||
			    i % 16 == 5 || i % 16 == 6 || i % 16 == 7)
				b[i] = round % 3 == 0 ? b[i] : 0;
		}
		write_raw(&e, b, sizeof(b));
		turn(&e);
		close_end(&e);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hello_then_frames),
	    cmocka_unit_test(other_version_is_told),
	    cmocka_unit_test(no_word_before_hello),
	    cmocka_unit_test(mistakes_are_forgiven),
	    cmocka_unit_test(forgiving_has_an_end),
	    cmocka_unit_test(impossible_length_ends_it),
	    cmocka_unit_test(siblings_are_not_forgiven),
	    cmocka_unit_test(peer_that_goes_is_gone),
	    cmocka_unit_test(largest_frame_in_pieces),
	    cmocka_unit_test(full_queue_is_busy),
	    cmocka_unit_test(too_large_is_not_sent),
	    cmocka_unit_test(relayed_as_it_is),
	    cmocka_unit_test(may_be_closed_while_it_calls),
	    cmocka_unit_test(descriptor_comes_with_its_frame),
	    cmocka_unit_test(descriptor_is_sent),
	    cmocka_unit_test(frame_without_its_descriptor),
	    cmocka_unit_test(unwanted_descriptor_is_closed),
	    cmocka_unit_test(noise_never_gets_through),
	};

	log_open("test", open("/dev/null", O_WRONLY));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
