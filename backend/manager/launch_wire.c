/* launch_wire.c - see launch_wire.h. */
#include "config.h"

#include "backend/manager/launch_wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "common/alloc.h"

#define NUMBERS 3 /* u32 little endian, then the text */
#define PACKET_MAX (NUMBERS * 4 + ERRINFO_MAX)

union control {
	struct cmsghdr h;
	char space[CMSG_SPACE(sizeof(int) * LAUNCH_FDS_MAX)];
};

static void
put(unsigned char *p, uint32_t v)
{
	unsigned i;

	for (i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

static uint32_t
get(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void
attach(struct msghdr *h, union control *ctl, const struct launch_msg *m)
{
	struct cmsghdr *c;

	if (m->fds_n > LAUNCH_FDS_MAX)
		fatal("launch_wire: %zu descriptors", m->fds_n);
	if (m->fds_n == 0)
		return;
	memset(ctl, 0, sizeof(*ctl));
	h->msg_control = ctl->space;
	h->msg_controllen = CMSG_SPACE(sizeof(int) * m->fds_n);
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int) * m->fds_n);
	memcpy(CMSG_DATA(c), m->fds, sizeof(int) * m->fds_n);
}

enum err
launch_wire_send(int fd, const struct launch_msg *m)
{
	unsigned char b[PACKET_MAX];
	size_t text = strnlen(m->text, ERRINFO_MAX - 1);
	union control ctl;
	struct iovec iov = {b, NUMBERS * 4 + text};
	struct msghdr h;
	ssize_t n;

	put(b, (uint32_t)m->op);
	put(b + 4, m->a);
	put(b + 8, m->b);
	memcpy(b + NUMBERS * 4, m->text, text);
	memset(&h, 0, sizeof(h));
	h.msg_iov = &iov;
	h.msg_iovlen = 1;
	attach(&h, &ctl, m);
	do
		n = sendmsg(fd, &h, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)iov.iov_len ? ERR_OK : ERR_GONE;
}

/* All that came, or none. */
static void
detach(struct msghdr *h, struct launch_msg *m)
{
	struct cmsghdr *c;
	size_t n;

	for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (n > LAUNCH_FDS_MAX - m->fds_n)
			n = LAUNCH_FDS_MAX - m->fds_n; /* never: no room */
		memcpy(m->fds + m->fds_n, CMSG_DATA(c), n * sizeof(int));
		m->fds_n += n;
	}
}

enum err
launch_wire_recv(int fd, struct launch_msg *m, int flags)
{
	unsigned char b[PACKET_MAX];
	union control ctl;
	struct iovec iov = {b, sizeof(b)};
	struct msghdr h;
	ssize_t n;
	uint32_t op;

	memset(m, 0, sizeof(*m));
	memset(&h, 0, sizeof(h));
	h.msg_iov = &iov;
	h.msg_iovlen = 1;
	h.msg_control = ctl.space;
	h.msg_controllen = sizeof(ctl.space);
	do
		n = recvmsg(fd, &h, flags | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return ERR_BUSY;
	if (n <= 0)
		return ERR_GONE;
	detach(&h, m);
	if (n < NUMBERS * 4 || n >= PACKET_MAX ||
	    (h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
	    (op = get(b)) == 0 || op >= LAUNCH__MAX) {
		launch_wire_close_fds(m);
		return ERR_PROTO;
	}
	m->op = (enum launch_op)op;
	m->a = get(b + 4);
	m->b = get(b + 8);
	memcpy(m->text, b + NUMBERS * 4, (size_t)n - NUMBERS * 4);
	return ERR_OK;
}

void
launch_wire_close_fds(struct launch_msg *m)
{
	size_t i;

	for (i = 0; i < m->fds_n; i++)
		close(m->fds[i]);
	m->fds_n = 0;
}
