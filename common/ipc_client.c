#include "common/ipc_client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"

#define READ_STEP 16384

struct ipc_client {
	int fd;
	unsigned timeout_ms;
	bool broken; /* an answer may still be under way: not to be reused */
	uint64_t next_id;
	struct buf in, out;
};

/* Until fd is ready for `events`, or the deadline. */
static enum err
wait_for(int fd, short events, uint64_t deadline_ms, struct errinfo *ei)
{
	struct pollfd p = {fd, events, 0};

	for (;;) {
		uint64_t now = clock_mono_ms();
		int r;

		if (now >= deadline_ms)
			return err_set(ei, ERR_TIMEOUT,
			    "The Management Connector did not answer in "
			    "time.");
		r = poll(&p, 1, (int)(deadline_ms - now));
		if (r > 0)
			return ERR_OK;
		if (r < 0 && errno != EINTR)
			return err_set(
			    ei, ERR_SYS, "Cannot wait: %s", strerror(errno));
	}
}

static enum err
lost(struct errinfo *ei)
{
	return err_set(
	    ei, ERR_GONE, "The Management Connector closed the connection.");
}

static enum err
send_all(struct ipc_client *c, uint64_t deadline_ms, struct errinfo *ei)
{
	size_t at = 0;
	enum err e;

	while (at < c->out.len) {
		ssize_t n = send(c->fd, c->out.p + at, c->out.len - at,
		    MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0) {
			at += (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			return lost(ei);
		if ((e = wait_for(c->fd, POLLOUT, deadline_ms, ei)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* The next frame, left in c->in until it is consumed. */
static enum err
read_frame(struct ipc_client *c, struct ipc_frame *f, uint64_t deadline_ms,
    struct errinfo *ei)
{
	bool got;
	enum err e;

	for (;;) {
		ssize_t n;

		e = ipc_parse(
		    (const unsigned char *)buf_str(&c->in), c->in.len, f, &got);
		if (e != ERR_OK)
			return err_set(ei, e,
			    "The Management Connector sent bytes that are no "
			    "message.");
		if (got)
			return ERR_OK;
		if ((e = buf_reserve(&c->in, READ_STEP)) != ERR_OK)
			return err_set(ei, e, "%s", err_default_text(e));
		n = recv(c->fd, c->in.p + c->in.len, READ_STEP, MSG_DONTWAIT);
		if (n == 0)
			return lost(ei);
		if (n > 0)
			c->in.len += (size_t)n;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			e = wait_for(c->fd, POLLIN, deadline_ms, ei);
		else if (errno != EINTR)
			return lost(ei);
		if (e != ERR_OK)
			return e;
	}
}

/* An ERROR answer becomes what it says. */
static enum err
error_answer(const struct ipc_frame *f, struct errinfo *ei)
{
	struct msg_error_answer a;
	enum err e;

	e = msg_error_answer_decode(&a, f->payload, f->payload_len);
	if (e != ERR_OK)
		return err_set(ei, e, "The answer is damaged.");
	e = a.code > ERR_OK && a.code < ERR__MAX ? (enum err)a.code : ERR_PROTO;
	(void)err_set(
	    ei, e, "%s", *a.text != '\0' ? a.text : err_default_text(e));
	msg_error_answer_free(&a);
	return e;
}

static enum err
exchange(struct ipc_client *c, enum ipc_type t, const void *msg,
    enum ipc_type want, void *answer, struct errinfo *ei)
{
	uint64_t deadline_ms = clock_mono_ms() + c->timeout_ms;
	uint64_t id = c->next_id++;
	struct ipc_frame f;
	enum err e;

	buf_reset(&c->out);
	if ((e = ipc_build_why(&c->out, t, id, msg, ei)) != ERR_OK)
		return e;
	/* From here on an answer can come late: only success clears it. */
	c->broken = true;
	if ((e = send_all(c, deadline_ms, ei)) != ERR_OK ||
	    (e = read_frame(c, &f, deadline_ms, ei)) != ERR_OK)
		return e;
	if (f.id != id && !(t == IPC_HELLO && f.type == IPC_HELLO))
		return err_set(
		    ei, ERR_PROTO, "The answer belongs to another request.");
	if (f.type == IPC_ERROR) {
		e = error_answer(&f, ei);
	} else if (f.type != want) {
		return err_set(ei, ERR_PROTO, "The answer is %s, not %s.",
		    ipc_name(f.type), ipc_name(want));
	} else {
		e = ipc_decode_why(want, answer, f.payload, f.payload_len, ei);
		if (e != ERR_OK)
			return e;
	}
	buf_consume(&c->in, f.frame_len);
	c->broken = false;
	return e;
}

static enum err
say_hello(struct ipc_client *c, const char *program, struct errinfo *ei)
{
	char proto[81], name[33];
	struct msg_hello mine = {proto, name}, theirs;
	enum err e;

	(void)str_copy(proto, sizeof(proto), ipc_proto);
	(void)str_copy(name, sizeof(name), program);
	e = exchange(c, IPC_HELLO, &mine, IPC_HELLO, &theirs, ei);
	if (e != ERR_OK)
		return e;
	if (!str_eq(theirs.proto, ipc_proto))
		e = err_set(ei, ERR_PROTO,
		    "The Management Connector is of another version. Restart "
		    "it after an upgrade.");
	msg_hello_free(&theirs);
	return e;
}

static enum err
connect_to(const char *path, int *out, struct errinfo *ei)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	const struct timeval limit = {IPC_CLIENT_TIMEOUT_MS / 1000, 0};
	int fd, saved;

	if (!str_copy(sa.sun_path, sizeof(sa.sun_path), path))
		return err_set(ei, ERR_TOOBIG,
		    "The path of the control socket is too long.");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_set(
		    ei, ERR_SYS, "Cannot make a socket: %s", strerror(errno));
	/* Linux: connect() to a full backlog waits no longer than this. */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0) {
		*out = fd;
		return ERR_OK;
	}
	saved = errno;
	(void)close(fd);
	if (saved == EACCES || saved == EPERM)
		return err_set(ei, ERR_DENIED,
		    "You may not use the control socket %s.", path);
	return err_set(ei, ERR_CONNECT,
	    "The Management Connector does not run (%s: %s).", path,
	    strerror(saved));
}

enum err
ipc_client_open(struct ipc_client **out, const char *socket_path,
    const char *program, struct errinfo *ei)
{
	struct ipc_client *c;
	enum err e;
	int fd = -1;

	if ((e = connect_to(socket_path, &fd, ei)) != ERR_OK)
		return e;
	c = xalloc(sizeof(*c));
	c->fd = fd;
	c->timeout_ms = IPC_CLIENT_TIMEOUT_MS;
	c->next_id = 1;
	c->in.max = (size_t)IPC_FRAME_MAX + READ_STEP;
	c->out.max = IPC_FRAME_MAX;
	if ((e = say_hello(c, program, ei)) != ERR_OK) {
		ipc_client_close(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

void
ipc_client_close(struct ipc_client *c)
{
	if (c == NULL)
		return;
	(void)close(c->fd);
	buf_clear(&c->in);
	buf_clear(&c->out);
	mem_free(c);
}

void
ipc_client_set_timeout(struct ipc_client *c, unsigned ms)
{
	c->timeout_ms = ms;
}

enum err
ipc_client_call(struct ipc_client *c, enum ipc_type t, const void *msg,
    enum ipc_type want, void *answer, struct errinfo *ei)
{
	if (c->broken)
		return lost(ei);
	return exchange(c, t, msg, want, answer, ei);
}
