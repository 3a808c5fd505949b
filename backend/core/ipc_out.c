/* ipc_out.c - see ipc_out.h. */
#include "config.h"

#include "backend/core/ipc_out.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/secret.h"

struct out_frame {
	struct out_frame *next;
	size_t len, off;
	int fd; /* still to be sent, or -1 */
	unsigned char data[];
};

static void
frame_free(struct out_frame *f)
{
	if (f->fd >= 0)
		close(f->fd);
	mem_wipe(f->data, f->len);
	mem_free(f);
}

void
ipc_out_init(struct ipc_out *o, size_t max)
{
	memset(o, 0, sizeof(*o));
	o->tail = &o->first;
	o->max = max;
}

void
ipc_out_clear(struct ipc_out *o)
{
	struct out_frame *f;

	while ((f = o->first) != NULL) {
		o->first = f->next;
		frame_free(f);
	}
	o->tail = &o->first;
	o->bytes = 0;
}

bool
ipc_out_is_empty(const struct ipc_out *o)
{
	return o->first == NULL;
}

enum err
ipc_out_push(struct ipc_out *o, const void *head, size_t head_len,
    const void *body, size_t body_len, int fd)
{
	struct out_frame *f = NULL;
	enum err e = ERR_OK;

	if (o->broken)
		e = ERR_GONE;
	else if (head_len + body_len > o->max - o->bytes)
		e = ERR_BUSY;
	else if ((f = try_alloc(sizeof(*f) + head_len + body_len)) == NULL)
		e = ERR_NOMEM;
	if (e != ERR_OK) {
		if (fd >= 0)
			close(fd);
		return e;
	}
	f->len = head_len + body_len;
	f->fd = fd;
	if (head_len > 0)
		memcpy(f->data, head, head_len);
	if (body_len > 0)
		memcpy(f->data + head_len, body, body_len);
	*o->tail = f;
	o->tail = &f->next;
	o->bytes += f->len;
	return ERR_OK;
}

static ssize_t
send_some(const struct out_frame *f, int socket_fd)
{
	union {
		struct cmsghdr h;
		char space[CMSG_SPACE(sizeof(int))];
	} ctl;
	struct cmsghdr *cm;
	struct msghdr m;
	struct iovec iov;

	iov.iov_base = (void *)(uintptr_t)(f->data + f->off);
	iov.iov_len = f->len - f->off;
	memset(&m, 0, sizeof(m));
	m.msg_iov = &iov;
	m.msg_iovlen = 1;
	if (f->fd >= 0) {
		memset(&ctl, 0, sizeof(ctl));
		m.msg_control = ctl.space;
		m.msg_controllen = sizeof(ctl.space);
		cm = CMSG_FIRSTHDR(&m);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cm), &f->fd, sizeof(int));
	}
	return sendmsg(socket_fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
ipc_out_flush(struct ipc_out *o, int socket_fd)
{
	struct out_frame *f;
	ssize_t n;

	while ((f = o->first) != NULL) {
		n = send_some(f, socket_fd);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0) {
			/* Whoever reads this socket sees its end, after
			 * what the peer sent before it went. */
			o->broken = true;
			shutdown(socket_fd, SHUT_RDWR);
			ipc_out_clear(o);
			return;
		}
		if (f->fd >= 0) {
			close(f->fd);
			f->fd = -1;
		}
		f->off += (size_t)n;
		o->bytes -= (size_t)n;
		if (f->off == f->len) {
			if ((o->first = f->next) == NULL)
				o->tail = &o->first;
			frame_free(f);
		}
	}
}
