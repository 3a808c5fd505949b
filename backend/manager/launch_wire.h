/* launch_wire.h - what the manager and its launcher say to each other, over
 * two SOCK_SEQPACKET pairs: orders and their answers, and news of children
 * that ended.  Both are of one build and of one program file, so this is no
 * part of ipc_msg.def.  One packet is one message. */
#ifndef LAUNCH_WIRE_H
#define LAUNCH_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

enum launch_op {
	LAUNCH_START = 1, /* a: role; descriptors by role, see launcher.c */
	LAUNCH_SUPERVISOR, /* descriptors: standard error, life line */
	LAUNCH_SIGNAL, /* a: process, b: SIGTERM or SIGKILL; no answer */
	LAUNCH_STARTED, /* a: process, or 0 and text */
	LAUNCH_ENDED, /* a: process, b: status as of waitpid() */
	LAUNCH__MAX
};

#define LAUNCH_FDS_MAX 4

struct launch_msg {
	enum launch_op op;
	uint32_t a, b;
	char text[ERRINFO_MAX];
	int fds[LAUNCH_FDS_MAX]; /* sent: borrowed; received: owned */
	size_t fds_n;
};

/* ERR_GONE: nobody is at the other end. */
enum err launch_wire_send(int fd, const struct launch_msg *m) ERR_CHECK;
/* flags: of recvmsg().  ERR_BUSY: nothing there with MSG_DONTWAIT.  ERR_PROTO:
 * not a message. */
enum err launch_wire_recv(int fd, struct launch_msg *m, int flags) ERR_CHECK;
void launch_wire_close_fds(struct launch_msg *m);

#endif
