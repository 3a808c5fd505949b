/* activate.c - see activate.h. */
#include "config.h"

#include "backend/manager/activate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "backend/core/activated.h"

union control {
	struct cmsghdr h;
	char fds[CMSG_SPACE(sizeof(int) * ACTIVATED_FDS_MAX)];
	char cred[CMSG_SPACE(sizeof(struct ucred))];
};

static enum err
give(int conn, const int *fds, size_t n)
{
	char byte = ACTIVATED_HERE;
	union control ctl;
	struct iovec iov = {&byte, 1};
	struct msghdr h = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;

	if (n == 0 || n > ACTIVATED_FDS_MAX)
		return ERR_ARG;
	memset(&ctl, 0, sizeof(ctl));
	h.msg_control = ctl.fds;
	h.msg_controllen = CMSG_SPACE(sizeof(int) * n);
	c = CMSG_FIRSTHDR(&h);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int) * n);
	memcpy(CMSG_DATA(c), fds, sizeof(int) * n);
	return sendmsg(conn, &h, MSG_NOSIGNAL) == 1 ? ERR_OK : ERR_GONE;
}

/* Who sent the answer, as the kernel says; 0: none came. */
static pid_t
take_pid(int conn)
{
	char byte = 0;
	union control ctl;
	struct iovec iov = {&byte, 1};
	struct msghdr h = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = ctl.cred,
	    .msg_controllen = sizeof(ctl.cred)};
	struct cmsghdr *c;
	struct ucred who;

	if (recvmsg(conn, &h, MSG_CMSG_CLOEXEC) != 1 ||
	    byte != ACTIVATED_READY || (c = CMSG_FIRSTHDR(&h)) == NULL ||
	    c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
		return 0;
	memcpy(&who, CMSG_DATA(c), sizeof(who));
	return who.pid;
}

enum err
activate_start(struct activated_program *out, const char *dir,
    const char *program, const int *fds, size_t fds_n, struct errinfo *ei)
{
	const struct timeval wait = {ACTIVATED_WAIT_S, 0};
	const int on = 1;
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	int conn, n, pidfd = -1;
	enum err e = ERR_SYS;
	pid_t pid = 0;

	n = snprintf(
	    sa.sun_path, sizeof(sa.sun_path), "%s/%s.sock", dir, program);
	if (n < 0 || (size_t)n >= sizeof(sa.sun_path))
		return err_set(ei, ERR_TOOBIG, "%s: too long", dir);
	if ((conn = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return err_set(ei, ERR_SYS, "socket: %s", strerror(errno));
	if (setsockopt(conn, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0 &&
	    setsockopt(conn, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) ==
		0 &&
	    connect(conn, (const struct sockaddr *)&sa, sizeof(sa)) == 0 &&
	    give(conn, fds, fds_n) == ERR_OK && (pid = take_pid(conn)) > 0 &&
	    (pidfd = (int)syscall(SYS_pidfd_open, pid, 0)) >= 0) {
		out->pid = pid;
		out->conn = conn;
		out->pidfd = pidfd;
		return ERR_OK;
	}
	e = err_set(ei, ERR_SYS, "%s: systemd did not start it (%s)",
	    sa.sun_path, errno != 0 ? strerror(errno) : "no answer");
	close(conn);
	return e;
}
