/* listen.h - the two sockets that others connect to: the control socket and
 * the one where the web server finds the web workers.  manager only. */
#ifndef LISTEN_H
#define LISTEN_H

#include "common/err.h"

enum listen_how {
	LISTEN_ALONE, /* ERR_EXISTS: somebody listens there already */
	LISTEN_INSTEAD, /* of whoever listens there: workers of a manager
			 * that has died may still be ending */
};

/* A listening AF_UNIX socket, mode 0660, of group `group` ("": as it
 * comes).  One that nobody listens on any more is replaced.  ERR_EXISTS: the
 * path is something else than a socket. */
enum err listen_unix(int *out, const char *path, const char *group,
    enum listen_how how, struct errinfo *ei) ERR_CHECK;

#endif
