/* sandbox.c - see sandbox.h.  The filter is in syscall_filter.c. */
#include "config.h"

#include "backend/core/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "backend/core/svc_table.h"
#include "common/conf.h"

struct capset {
	struct __user_cap_data_struct d[_LINUX_CAPABILITY_U32S_3];
};

static int
caps_get(struct capset *cs)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};

	memset(cs, 0, sizeof(*cs));
	return (int)syscall(SYS_capget, &h, cs->d);
}

static int
caps_set(uint32_t low, uint32_t inheritable)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct capset cs;

	memset(&cs, 0, sizeof(cs));
	cs.d[0].effective = low;
	cs.d[0].permitted = low;
	cs.d[0].inheritable = inheritable;
	return (int)syscall(SYS_capset, &h, cs.d);
}

static bool
caps_have(uint32_t wanted)
{
	struct capset cs;

	return caps_get(&cs) == 0 && (cs.d[0].effective & wanted) == wanted;
}

bool
sandbox_can_switch(void)
{
	return caps_have((1u << CAP_SETUID) | (1u << CAP_SETGID));
}

static enum err
add_group(struct sandbox_id *id, const char *name, struct errinfo *ei)
{
	const struct group *g;
	size_t i;

	if (name == NULL || *name == '\0')
		return ERR_OK;
	errno = 0;
	if ((g = getgrnam(name)) == NULL)
		return err_set(ei, ERR_NOTFOUND, "group %s: %s", name,
		    errno != 0 ? strerror(errno) : "does not exist");
	for (i = 0; i < id->groups_n; i++)
		if (id->groups[i] == g->gr_gid)
			return ERR_OK;
	if (id->groups_n == SANDBOX_GROUPS_MAX)
		return err_set(ei, ERR_TOOBIG, "too many groups");
	id->groups[id->groups_n++] = g->gr_gid;
	return ERR_OK;
}

enum err
sandbox_identity(struct sandbox_id *out, const struct svc_row *r,
    const struct conf *c, struct errinfo *ei)
{
	struct sandbox_id id;
	const struct passwd *pw;
	const char *user = svc_user(r, c);
	enum err e;

	memset(&id, 0, sizeof(id));
	if (*user != '\0' && sandbox_can_switch()) {
		errno = 0;
		if ((pw = getpwnam(user)) == NULL)
			return err_set(ei, ERR_NOTFOUND, "user %s: %s", user,
			    errno != 0 ? strerror(errno) : "does not exist");
		id.change = true;
		id.uid = pw->pw_uid;
		id.gid = pw->pw_gid;
		if (r->in_store_group &&
		    (e = add_group(&id, c->group_store, ei)) != ERR_OK)
			return e;
		if (r->in_fcgi_group &&
		    (e = add_group(&id, c->fcgi_group, ei)) != ERR_OK)
			return e;
	} else if (*user != '\0' && geteuid() == 0) {
		return err_set(ei, ERR_DENIED,
		    "cannot change to user %s: started as root without the "
		    "capabilities SETUID and SETGID",
		    user);
	}
	*out = id;
	return ERR_OK;
}

static int
limit(int what, rlim_t most)
{
	struct rlimit rl;

	if (getrlimit((__rlimit_resource_t)what, &rl) != 0)
		return -1;
	if (rl.rlim_max == RLIM_INFINITY || rl.rlim_max > most)
		rl.rlim_max = most;
	/* Also raises a low soft limit as far as it may be raised. */
	rl.rlim_cur = rl.rlim_max;
	return setrlimit((__rlimit_resource_t)what, &rl);
}

enum err
sandbox_limits(const struct svc_row *r, struct errinfo *ei)
{
	if (limit(RLIMIT_CORE, 0) != 0 ||
	    limit(RLIMIT_NOFILE, r->files_max) != 0)
		return err_set(
		    ei, ERR_SYS, "resource limits: %s", strerror(errno));
#ifndef HAVE_SANITIZERS
	/* Shadow memory counts as data. */
	if (limit(RLIMIT_DATA, (rlim_t)r->data_max_mib << 20) != 0)
		return err_set(
		    ei, ERR_SYS, "limit of memory: %s", strerror(errno));
#endif
	return ERR_OK;
}

static enum err
drop_bounding(uint32_t keep, struct errinfo *ei)
{
	int cap;

	/* Without SETPCAP the set stays, and no_new_privs makes it moot. */
	if (!caps_have(1u << CAP_SETPCAP))
		return ERR_OK;
	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
		if (cap < 32 && (keep & (1u << cap)) != 0)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
			return err_set(ei, ERR_SYS, "capability %d: %s", cap,
			    strerror(errno));
	}
	return ERR_OK;
}

static enum err
switch_user(const struct sandbox_id *id, struct errinfo *ei)
{
	uid_t r, e, s;

	if (setgroups(id->groups_n, id->groups) != 0)
		return err_set(ei, ERR_SYS, "setgroups: %s", strerror(errno));
	if (setresgid(id->gid, id->gid, id->gid) != 0)
		return err_set(ei, ERR_SYS, "setresgid: %s", strerror(errno));
	if (setresuid(id->uid, id->uid, id->uid) != 0)
		return err_set(ei, ERR_SYS, "setresuid: %s", strerror(errno));
	if (getresuid(&r, &e, &s) != 0 || r != id->uid || e != id->uid ||
	    s != id->uid)
		return err_set(ei, ERR_SYS, "the user did not change");
	return ERR_OK;
}

enum err
sandbox_drop(const struct sandbox_id *id, uint32_t caps, struct errinfo *ei)
{
	struct capset now;
	enum err e;
	int cap;

	if (caps_get(&now) != 0)
		return err_set(ei, ERR_SYS, "capget: %s", strerror(errno));
	caps &= now.d[0].permitted;

	if ((e = drop_bounding(caps, ei)) != ERR_OK)
		return e;
	if (id->change) {
		if (caps != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
			return err_set(ei, ERR_SYS, "keep capabilities: %s",
			    strerror(errno));
		if ((e = switch_user(id, ei)) != ERR_OK)
			return e;
	}
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 &&
	    errno != EINVAL)
		return err_set(
		    ei, ERR_SYS, "ambient capabilities: %s", strerror(errno));
	if (caps_set(caps, caps) != 0)
		return err_set(ei, ERR_SYS, "capset: %s", strerror(errno));
	/* Ambient: programs that we execute have them too, until they drop
	 * them in turn. */
	for (cap = 0; cap < 32; cap++)
		if ((caps & (1u << cap)) != 0 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) != 0)
			return err_set(ei, ERR_SYS, "ambient capability %d: %s",
			    cap, strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(
		    ei, ERR_SYS, "no_new_privs: %s", strerror(errno));
	if (caps == 0 && id->change && setresuid(0, 0, 0) == 0)
		return err_set(ei, ERR_SYS, "root could be had again");
	return ERR_OK;
}
