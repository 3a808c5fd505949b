/* daemon.h - how every daemon starts (STYLE 1.2), and nothing else does:
 * takes the inherited sockets, lets the caller open what needs rights,
 * drops user, groups and capabilities, limits resources, enters its syscall
 * filter.  Only then may a program read its first foreign byte. */
#ifndef DAEMON_H
#define DAEMON_H

#include "common/err.h"

struct conf;

enum daemon_role {
	DAEMON_MANAGER,
	DAEMON_ENGINE,
	DAEMON_NET,
	DAEMON_WEB,
	DAEMON__MAX
};

#define DAEMON_FCGI_FD 0 /* web: the listening FastCGI socket */
#define DAEMON_LINK_FD 3 /* engine, net: SOCK_STREAM pair to the manager */

/* Opens the log on stderr, no core files, PR_SET_DUMPABLE 0, umask 027,
 * closes all descriptors but 0-2 and DAEMON_LINK_FD (where inherited). */
enum err daemon_begin(enum daemon_role role, struct errinfo *ei) ERR_CHECK;
/* Drops to the role's user and groups (conf; nothing to do when not root),
 * all capabilities (the manager keeps SETUID, SETGID, KILL), sets
 * PR_SET_NO_NEW_PRIVS and resource limits of the role's row, and loads its
 * seccomp filter. Cannot be undone. */
enum err daemon_confine(enum daemon_role role, const struct conf *c,
    struct errinfo *ei) ERR_CHECK;
const char *daemon_program(enum daemon_role role); /* "calconn-engine" */

#endif
