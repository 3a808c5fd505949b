/* ipc_loop.c - see ipc_loop.h.
 *
 * Not uv_pipe: descriptors travel with the frames (SCM_RIGHTS), and a frame
 * that holds a secret is to leave no copy in a buffer of a library. */
#include "config.h"

#include "backend/core/ipc_loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/ipc_out.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/log.h"

#define MODULE "hybridservices.c_mgmt"
#define IN_FIRST 65536u /* bytes of a fresh read buffer */
#define IN_KEEP 262144u /* a larger one is given back when empty */
#define READ_MAX (1024u * 1024u) /* bytes per turn of the loop */
#define FDS_MAX 8 /* received and not yet handed out */
#define COMPLAINTS_MAX 20 /* then a forgiven peer is put out */
#define ALL_DIRS(o) ((o)->accept_dirs | (o)->relay_dirs | 1u << IPC_DIR_ANY)

struct ipc_conn {
	uv_poll_t poll; /* first: the handle is the connection */
	const struct ipc_conn_ops *ops;
	void *arg;
	unsigned char *in;
	size_t in_len, in_cap;
	size_t skip; /* bytes of a refused frame still to come */
	struct ipc_out out;
	int fd;
	int fds[FDS_MAX];
	unsigned fds_n;
	uid_t uid;
	pid_t pid;
	char program[33];
	unsigned complaints;
	bool greeted; /* its hello was read and is ours */
	bool closed; /* freed once libuv lets go */
};

static void on_poll(uv_poll_t *h, int status, int events);

/* -- life and death -- */

static void
free_conn(uv_handle_t *h)
{
	struct ipc_conn *c = (struct ipc_conn *)(void *)h;
	unsigned i;

	ipc_out_clear(&c->out);
	for (i = 0; i < c->fds_n; i++)
		close(c->fds[i]);
	if (c->in != NULL)
		mem_wipe(c->in, c->in_cap);
	mem_free(c->in);
	close(c->fd);
	mem_free(c);
}

void
ipc_conn_close(struct ipc_conn *c)
{
	if (c == NULL || c->closed)
		return;
	c->closed = true;
	uv_poll_stop(&c->poll);
	/* The peer need not wait for our loop to see that we are gone. */
	shutdown(c->fd, SHUT_RDWR);
	uv_close((uv_handle_t *)&c->poll, free_conn);
}

/* The end that the owner did not ask for. */
static void
end(struct ipc_conn *c, enum err why)
{
	if (c->closed)
		return;
	ipc_conn_close(c);
	if (c->ops->on_close != NULL)
		c->ops->on_close(c->arg, c, why);
}

static void
want(struct ipc_conn *c)
{
	int ev = UV_READABLE;

	if (!ipc_out_is_empty(&c->out))
		ev |= UV_WRITABLE;
	if (!c->closed)
		uv_poll_start(&c->poll, ev, on_poll);
}

/* -- writing -- */

static void
put_le(unsigned char *p, uint64_t v, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

static uint32_t
get_le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* Takes over fd. */
static enum err
enqueue(struct ipc_conn *c, const unsigned char *head, size_t head_len,
    const void *body, size_t body_len, int fd)
{
	bool was_empty = ipc_out_is_empty(&c->out);
	enum err e;

	if (c->closed) {
		if (fd >= 0)
			close(fd);
		return ERR_GONE;
	}
	e = ipc_out_push(&c->out, head, head_len, body, body_len, fd);
	if (e != ERR_OK || !was_empty)
		return e;
	ipc_out_flush(&c->out, c->fd);
	if (!ipc_out_is_empty(&c->out))
		want(c);
	return c->out.broken ? ERR_GONE : ERR_OK;
}

enum err
ipc_conn_send(struct ipc_conn *c, enum ipc_type t, uint64_t id, const void *msg,
    int send_fd)
{
	struct buf b = BUF_INIT(IPC_FRAME_MAX);
	size_t most = ipc_max(t);
	enum err e;

	/* In one piece from the start: growing would leave copies of what
	 * may be a secret. */
	if ((e = buf_reserve(&b, most < 16384 ? most : 16384)) != ERR_OK ||
	    (e = ipc_build(&b, t, id, msg)) != ERR_OK) {
		if (send_fd >= 0)
			close(send_fd);
	} else {
		e = enqueue(c, NULL, 0, b.p, b.len, send_fd);
	}
	buf_wipe(&b);
	return e;
}

enum err
ipc_conn_send_raw(struct ipc_conn *c, enum ipc_type t, uint64_t id,
    const unsigned char *payload, size_t n)
{
	unsigned char head[IPC_HEADER_LEN];

	if (n > IPC_FRAME_MAX || n + IPC_HEADER_LEN > ipc_max(t))
		return ERR_TOOBIG;
	put_le(head, (uint64_t)n + IPC_HEADER_LEN - 4, 4);
	put_le(head + 4, (uint64_t)t, 4);
	put_le(head + 8, id, 8);
	return enqueue(c, head, sizeof(head), payload, n, -1);
}

enum err
ipc_conn_error(struct ipc_conn *c, uint64_t id, enum err code, const char *text)
{
	struct msg_error_answer m;
	char copy[512];

	str_copy(copy, sizeof(copy), text);
	memset(&m, 0, sizeof(m));
	m.code = (uint32_t)code;
	m.text = copy;
	return ipc_conn_send(c, IPC_ERROR, id, &m, -1);
}

static enum err
send_hello(struct ipc_conn *c, const char *program)
{
	struct msg_hello m;
	char proto[81], name[33];

	str_copy(proto, sizeof(proto), ipc_proto);
	str_copy(name, sizeof(name), program);
	memset(&m, 0, sizeof(m));
	m.proto = proto;
	m.program = name;
	return ipc_conn_send(c, IPC_HELLO, 0, &m, -1);
}

/* -- reading -- */

static int
take_fd(struct ipc_conn *c)
{
	int fd = -1;

	if (c->fds_n > 0) {
		fd = c->fds[0];
		c->fds_n--;
		memmove(c->fds, c->fds + 1, c->fds_n * sizeof(int));
	}
	return fd;
}

/* Rows that carry a descriptor. */
static bool
carries_fd(enum ipc_type t)
{
	return t == IPC_NET_READY || t == IPC_ENGINE_LOG_FILE ||
	       t == IPC_NET_LOG_FILE;
}

/* The peer said something wrong.  A forgiven one is told and goes on when
 * `can_go_on`; false: the connection has ended. */
static bool
complain(struct ipc_conn *c, uint64_t id, enum err e, const char *text,
    bool can_go_on)
{
	char pid[16], uid[16];

	snprintf(pid, sizeof(pid), "%ld", (long)c->pid);
	snprintf(uid, sizeof(uid), "%lu", (unsigned long)c->uid);
	log_kv(LOG_L_WARN, MODULE, "Bad Message", "Peer", c->program, "Pid",
	    pid, "Uid", uid, "Error", err_name(e), "Detail", text, NULL);
	if (c->ops->forgive && ipc_conn_error(c, id, e, text) == ERR_OK &&
	    can_go_on && ++c->complaints < COMPLAINTS_MAX)
		return true;
	end(c, ERR_PROTO);
	return false;
}

/* The first frame.  False: the connection has ended. */
static bool
greet(struct ipc_conn *c, const struct ipc_frame *f)
{
	struct msg_hello m;
	bool same;

	memset(&m, 0, sizeof(m));
	if (f->type != IPC_HELLO)
		return complain(c, f->id, ERR_PROTO,
		    "the first message is not a hello", false);
	if (ipc_decode(f->type, &m, f->payload, f->payload_len) != ERR_OK)
		return complain(
		    c, f->id, ERR_PROTO, "the hello cannot be read", false);
	same = str_eq(m.proto, ipc_proto);
	if (!str_has_control(m.program))
		str_copy(c->program, sizeof(c->program), m.program);
	msg_hello_free(&m);
	if (!same)
		return complain(c, f->id, ERR_UNSUPPORTED,
		    "the program is of "
		    "another version than the running one: restart both",
		    false);
	c->greeted = true;
	return true;
}

static bool
relay(struct ipc_conn *c, const struct ipc_frame *f)
{
	enum err e = ERR_DENIED;

	if (c->ops->on_relay != NULL)
		e = c->ops->on_relay(c->arg, c, f);
	if (e == ERR_OK || c->closed)
		return !c->closed;
	if (!c->ops->forgive)
		return true; /* whoever asked has gone meanwhile */
	if (ipc_conn_error(c, f->id, e, err_default_text(e)) != ERR_OK) {
		end(c, ERR_GONE);
		return false;
	}
	return true;
}

/* One whole frame.  False: the connection has ended. */
static bool
handle(struct ipc_conn *c, const struct ipc_frame *f)
{
	void *msg;
	int fd = -1;
	enum err e;

	if (!c->greeted)
		return greet(c, f);
	if (f->type == IPC_HELLO)
		return complain(c, f->id, ERR_PROTO, "a second hello", true);
	if ((c->ops->relay_dirs & 1u << ipc_dir(f->type)) != 0)
		return relay(c, f);
	if (carries_fd(f->type) && (fd = take_fd(c)) < 0)
		return complain(c, f->id, ERR_PROTO,
		    "the message came without its descriptor", true);
	if ((msg = try_alloc(ipc_struct_size(f->type))) == NULL) {
		e = ERR_NOMEM;
	} else {
		e = ipc_decode(f->type, msg, f->payload, f->payload_len);
	}
	if (e != ERR_OK) {
		mem_free(msg);
		if (fd >= 0)
			close(fd);
		return complain(
		    c, f->id, e, "the message's fields cannot be read", true);
	}
	c->ops->on_frame(c->arg, c, f->type, f->id, msg, fd);
	ipc_free(f->type, msg);
	mem_free(msg);
	return !c->closed;
}

/* Looks at a header before its frame is waited for, so that nobody makes us
 * keep room for what will be refused.  False: the connection has ended. */
static bool
check_header(
    struct ipc_conn *c, const unsigned char *p, size_t n, size_t *refused)
{
	uint32_t len, type;
	uint64_t id;

	*refused = 0;
	if (n < IPC_HEADER_LEN)
		return true;
	len = get_le32(p);
	type = get_le32(p + 4);
	id = (uint64_t)get_le32(p + 8) | (uint64_t)get_le32(p + 12) << 32;
	if (len < IPC_HEADER_LEN - 4 || len > IPC_FRAME_MAX - 4)
		return complain(c, id, ERR_TOOBIG,
		    "the length of the message is impossible", false);
	if (type == IPC_T_NONE || type >= IPC_T__MAX) {
		*refused = (size_t)len + 4;
		return complain(c, id, ERR_PROTO, "no such message", true);
	}
	if ((ALL_DIRS(c->ops) & 1u << ipc_dir((enum ipc_type)type)) == 0) {
		*refused = (size_t)len + 4;
		return complain(c, id, ERR_DENIED,
		    "this peer may not send such a message", true);
	}
	if ((size_t)len + 4 > ipc_max((enum ipc_type)type)) {
		*refused = (size_t)len + 4;
		return complain(c, id, ERR_TOOBIG,
		    "the message is larger than its kind may be", true);
	}
	return true;
}

/* All whole frames in the buffer. */
static void
consume(struct ipc_conn *c)
{
	struct ipc_frame f;
	size_t at = 0, n, refused;
	bool got;

	while (at < c->in_len) {
		n = c->in_len - at;
		if (c->skip > 0) {
			n = n < c->skip ? n : c->skip;
			c->skip -= n;
			at += n;
			continue;
		}
		if (!check_header(c, c->in + at, n, &refused))
			return;
		if (refused > 0) {
			c->skip = refused;
			continue;
		}
		got = false;
		if (ipc_parse(c->in + at, n, &f, &got) != ERR_OK) {
			complain(c, 0, ERR_PROTO, "the message cannot be read",
			    false);
			return;
		}
		if (!got)
			break;
		/* `in` does not move while a handler runs. */
		if (!handle(c, &f))
			return;
		at += f.frame_len;
	}
	if (at > 0) {
		memmove(c->in, c->in + at, c->in_len - at);
		c->in_len -= at;
		/* What was read may have been a secret. */
		mem_wipe(c->in + c->in_len, at);
	}
}

/* Room for one more read; grows by doubling, without realloc, which could
 * leave a copy behind. */
static enum err
make_room(struct ipc_conn *c)
{
	unsigned char *p;
	size_t cap;

	if (c->in != NULL && c->in_len == 0 && c->in_cap > IN_KEEP) {
		mem_free(c->in);
		c->in = NULL;
		c->in_cap = 0;
	}
	if (c->in_cap - c->in_len >= IN_FIRST / 2)
		return ERR_OK;
	cap = c->in_cap == 0 ? IN_FIRST : c->in_cap * 2;
	if (cap > 2 * (size_t)IPC_FRAME_MAX)
		return ERR_TOOBIG;
	if ((p = try_alloc(cap)) == NULL)
		return ERR_NOMEM;
	if (c->in != NULL) {
		memcpy(p, c->in, c->in_len);
		mem_wipe(c->in, c->in_len);
		mem_free(c->in);
	}
	c->in = p;
	c->in_cap = cap;
	return ERR_OK;
}

/* Descriptors that came with bytes; those nobody asked for are closed. */
static bool
keep_fds(struct ipc_conn *c, struct msghdr *m)
{
	const bool wanted =
	    (c->ops->accept_dirs &
		(1u << IPC_DIR_M_TO_E | 1u << IPC_DIR_M_TO_N)) != 0;
	struct cmsghdr *cm;
	size_t n, i;
	int fd;
	bool ok = true;

	for (cm = CMSG_FIRSTHDR(m); cm != NULL; cm = CMSG_NXTHDR(m, cm)) {
		if (cm->cmsg_level != SOL_SOCKET || cm->cmsg_type != SCM_RIGHTS)
			continue;
		n = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (i = 0; i < n; i++) {
			memcpy(
			    &fd, CMSG_DATA(cm) + i * sizeof(int), sizeof(fd));
			if (wanted && c->fds_n < FDS_MAX) {
				c->fds[c->fds_n++] = fd;
			} else {
				close(fd);
				ok = false;
			}
		}
	}
	return ok;
}

static ssize_t
receive(struct ipc_conn *c, bool *fds_ok)
{
	union {
		struct cmsghdr h;
		char space[CMSG_SPACE(sizeof(int) * FDS_MAX)];
	} ctl;
	struct iovec iov;
	struct msghdr m;
	ssize_t n;

	iov.iov_base = c->in + c->in_len;
	iov.iov_len = c->in_cap - c->in_len;
	memset(&m, 0, sizeof(m));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	m.msg_control = ctl.space;
	m.msg_controllen = sizeof(ctl.space);
	n = recvmsg(c->fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	*fds_ok = n <= 0 || keep_fds(c, &m);
	return n;
}

static void
read_some(struct ipc_conn *c)
{
	size_t total = 0;
	ssize_t n;
	bool fds_ok;
	enum err e;

	while (!c->closed && total < READ_MAX) {
		if ((e = make_room(c)) != ERR_OK) {
			end(c, e);
			return;
		}
		n = receive(c, &fds_ok);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0) {
			end(c, ERR_GONE);
			return;
		}
		if (!fds_ok && !complain(c, 0, ERR_PROTO,
				   "a descriptor that was not asked for", true))
			return;
		c->in_len += (size_t)n;
		total += (size_t)n;
		consume(c);
	}
}

static void
on_poll(uv_poll_t *h, int status, int events)
{
	struct ipc_conn *c = (struct ipc_conn *)(void *)h;

	if (status < 0) {
		end(c, ERR_GONE);
		return;
	}
	if ((events & UV_WRITABLE) != 0) {
		ipc_out_flush(&c->out, c->fd);
		if (ipc_out_is_empty(&c->out))
			want(c);
	}
	if ((events & UV_READABLE) != 0)
		read_some(c);
}

/* -- beginning -- */

enum err
ipc_conn_new(struct ipc_conn **out, struct uv_loop_s *l, int fd,
    const char *program, const struct ipc_conn_ops *ops, void *arg,
    struct errinfo *ei)
{
	struct ipc_conn *c;
	struct ucred cred;
	socklen_t n = sizeof(cred);
	int fl, rc;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &n) != 0 ||
	    (fl = fcntl(fd, F_GETFL)) < 0 ||
	    fcntl(fd, F_SETFL, fl | O_NONBLOCK) != 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
		rc = errno;
		close(fd);
		return err_set(ei, ERR_SYS, "socket: %s", strerror(rc));
	}
	c = xalloc(sizeof(*c));
	c->fd = fd;
	c->ops = ops;
	c->arg = arg;
	c->uid = cred.uid;
	c->pid = cred.pid;
	ipc_out_init(&c->out, IPC_CONN_QUEUE_MAX);
	if ((rc = uv_poll_init(l, &c->poll, fd)) != 0) {
		close(fd);
		mem_free(c);
		return err_set(ei, ERR_SYS, "poll: %s", uv_strerror(rc));
	}
	want(c);
	/* A peer that has gone already is seen by the loop. */
	if (send_hello(c, program) != ERR_OK)
		shutdown(fd, SHUT_RDWR);
	*out = c;
	return ERR_OK;
}

uid_t
ipc_conn_uid(const struct ipc_conn *c)
{
	return c->uid;
}

pid_t
ipc_conn_pid(const struct ipc_conn *c)
{
	return c->pid;
}

const char *
ipc_conn_program(const struct ipc_conn *c)
{
	return c->program;
}
