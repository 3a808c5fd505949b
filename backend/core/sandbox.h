/* sandbox.h - rights of a process, given up for good.
 * Called by daemon.c, in the order of the functions here.  Blocks on the
 * user database only (sandbox_identity). */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend/core/daemon.h"
#include "common/err.h"

struct svc_row;

#define SANDBOX_GROUPS_MAX 4

struct sandbox_id {
	bool change; /* false: user and groups stay as they are */
	uid_t uid;
	gid_t gid;
	gid_t groups[SANDBOX_GROUPS_MAX];
	size_t groups_n;
};

/* Whether this process may change its user and groups. */
bool sandbox_can_switch(void);
/* Looks up who the row's program runs as.  ERR_NOTFOUND: no such user. */
enum err sandbox_identity(struct sandbox_id *out, const struct svc_row *r,
    const struct conf *c, struct errinfo *ei) ERR_CHECK;
enum err sandbox_limits(const struct svc_row *r, struct errinfo *ei) ERR_CHECK;
/* User, groups, capabilities with bounding and ambient set, no_new_privs. */
enum err sandbox_drop(
    const struct sandbox_id *id, uint32_t caps, struct errinfo *ei) ERR_CHECK;
/* The role's system calls (syscalls.def). *active is false in a build with
 * sanitizers, which need calls of their own. */
enum err sandbox_filter(
    enum daemon_role role, bool *active, struct errinfo *ei) ERR_CHECK;

#endif
