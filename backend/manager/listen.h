/* listen.h - the two sockets that others connect to: the control socket and
 * the one where the web server finds the web workers.  manager only. */
#ifndef LISTEN_H
#define LISTEN_H

#include <stdint.h>

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

/* Before that: when the socket was made that is there, in seconds; 0: none
 * is.  A manager that ends as it was told to leaves none. */
int64_t listen_left_since(const char *path);

#endif
