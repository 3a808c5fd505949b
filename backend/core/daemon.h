/* daemon.h - how every daemon starts (STYLE 1.2), and nothing else does:
 * takes the inherited sockets, lets the caller open what needs rights,
 * drops user, groups and capabilities, limits resources, enters its syscall
 * filter.  Only then may a program read its first foreign byte.
 *
 * Part of libcore that needs no libuv: web links it too. */
#ifndef DAEMON_H
#define DAEMON_H

#include <stdbool.h>

#include "common/err.h"

struct conf;

enum daemon_role {
	DAEMON_MANAGER,
	DAEMON_ENGINE,
	DAEMON_NET,
	DAEMON_WEB,
	DAEMON_LAUNCHER,
	DAEMON_COLLECT, /* makes a system snapshot, then ends */
	DAEMON__MAX
};

#define DAEMON_FCGI_FD 0 /* web: the listening FastCGI socket */
/* engine, net: SOCK_STREAM pair to the manager; web: the same, for nothing
 * but heartbeats, a byte each; manager: life line to its supervisor;
 * launcher: orders of the manager */
#define DAEMON_LINK_FD 3
/* net: SOCK_STREAM pair to the engine; launcher: news for the manager */
#define DAEMON_PEER_FD 4
/* collect: the files that it may write, opened by the manager */
#define DAEMON_OUT_FD 3
#define DAEMON_PROGRESS_FD 4
#define DAEMON_BEAT_MS 1000 /* between two heartbeats */

/* Opens the log on stderr, no core files, PR_SET_DUMPABLE 0, umask 027,
 * SIGPIPE ignored; closes all descriptors but 0-2 and those above that the
 * role has.  ERR_ARG: a socket that the manager hands over is missing. */
enum err daemon_begin(enum daemon_role role, struct errinfo *ei) ERR_CHECK;
/* Drops to the role's user and groups (conf; nothing to do without the
 * right to change users), all capabilities (the launcher keeps SETUID,
 * SETGID, KILL and SETPCAP for its children to drop with), sets
 * PR_SET_NO_NEW_PRIVS and resource limits of the role's row, has the kernel
 * end us with our parent, and loads the seccomp filter. Cannot be undone. */
enum err daemon_confine(
    enum daemon_role role, const struct conf *c, struct errinfo *ei) ERR_CHECK;
/* Of web, each DAEMON_BEAT_MS at most; never waits.  False: the manager has
 * ended. */
bool daemon_beat(void);
const char *daemon_program(enum daemon_role role); /* "calconn-engine" */

#endif
