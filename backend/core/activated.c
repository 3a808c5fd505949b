/* activated.c - see activated.h. */
#include "config.h"

#include "backend/core/activated.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/str.h"

#define FIRST_FREE 16 /* above every number that a program gets */

union control {
	struct cmsghdr h;
	char space[CMSG_SPACE(sizeof(int) * ACTIVATED_FDS_MAX)];
};

void
activated_places(enum daemon_role role, size_t n, int at[ACTIVATED_FDS_MAX])
{
	int next = DAEMON_LINK_FD;
	size_t i;

	for (i = 0; i < n && i < ACTIVATED_FDS_MAX; i++) {
		if (i == 0)
			at[i] = 2;
		else if (i == 1 && role == DAEMON_WEB)
			at[i] = DAEMON_FCGI_FD;
		else
			at[i] = next++;
	}
}

static bool
is_activated(void)
{
	const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");
	char mine[24];
	bool is;

	(void)snprintf(mine, sizeof(mine), "%ld", (long)getpid());
	is = pid != NULL && n != NULL && str_eq(pid, mine) && str_eq(n, "1");
	(void)unsetenv("LISTEN_PID");
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_FDNAMES");
	return is;
}

/* All out of the way of the places that they go to. */
static size_t
receive(int conn, int fds[ACTIVATED_FDS_MAX])
{
	int got[ACTIVATED_FDS_MAX];
	union control ctl;
	char byte = 0;
	struct iovec iov = {&byte, 1};
	struct msghdr h = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = ctl.space,
	    .msg_controllen = sizeof(ctl.space)};
	struct cmsghdr *c;
	size_t i, n;

	if (recvmsg(conn, &h, MSG_CMSG_CLOEXEC) != 1 ||
	    byte != ACTIVATED_HERE || (c = CMSG_FIRSTHDR(&h)) == NULL ||
	    c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
	    (h.msg_flags & MSG_CTRUNC) != 0) /* more than there is room for */
		return 0;
	n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	if (n > ACTIVATED_FDS_MAX)
		return 0;
	memcpy(got, CMSG_DATA(c), n * sizeof(int));
	for (i = 0; i < n; i++) {
		fds[i] = fcntl(got[i], F_DUPFD_CLOEXEC, FIRST_FREE);
		close(got[i]);
		if (fds[i] < 0)
			return 0; /* the process ends now */
	}
	return n;
}

enum err
activated_take(enum daemon_role role, bool *was, struct errinfo *ei)
{
	const struct timeval wait = {ACTIVATED_WAIT_S, 0};
	const char ready = ACTIVATED_READY;
	int fds[ACTIVATED_FDS_MAX], at[ACTIVATED_FDS_MAX], conn;
	size_t i, n;

	if (!(*was = is_activated()))
		return ERR_OK;
	if ((conn = fcntl(DAEMON_LINK_FD, F_DUPFD_CLOEXEC, FIRST_FREE)) < 0 ||
	    setsockopt(conn, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) != 0)
		return err_set(ei, ERR_SYS, "descriptor %d: %s", DAEMON_LINK_FD,
		    strerror(errno));
	if ((n = receive(conn, fds)) == 0)
		return err_set(ei, ERR_PROTO,
		    "calconn-managerd did not hand over its sockets");
	activated_places(role, n, at);
	for (i = 0; i < n; i++)
		if (dup2(fds[i], at[i]) < 0) /* stays open in what follows */
			return err_set(
			    ei, ERR_SYS, "dup2: %s", strerror(errno));
	if (dup3(conn, ACTIVATED_CONN_FD, O_CLOEXEC) < 0 ||
	    send(ACTIVATED_CONN_FD, &ready, 1, MSG_NOSIGNAL) != 1)
		return err_set(ei, ERR_GONE, "calconn-managerd has ended");
	return ERR_OK; /* daemon_begin() closes what is above */
}
