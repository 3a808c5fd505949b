/* svc_table.c - see svc_table.h.  The syscalls of a role are in
 * syscalls.def. */
#include "config.h"

#include "backend/core/svc_table.h"

#include <linux/capability.h>

#include "common/alloc.h"
#include "common/conf.h"

#define AT(field) offsetof(struct conf, field)
#define CAP(name) (1u << (name))

static const struct svc_row rows[DAEMON__MAX] = {
    [DAEMON_MANAGER] =
	{
	    .program = "calconn-managerd",
	    .user_at = AT(user_manager),
	    .count_at = SVC_ONE,
	    .in_store_group = true, /* gives it to its sockets, logs */
	    .in_fcgi_group = true,
	    .files_max = 1024,
	    .data_max_mib = 256,
	},
    [DAEMON_ENGINE] =
	{
	    .program = "calconn-engine",
	    .user_at = AT(user_engine),
	    .count_at = SVC_ONE,
	    .in_store_group = true,
	    .files_max = 1024,
	    .data_max_mib = 1024,
	    .beats = true,
	},
    [DAEMON_NET] =
	{
	    .program = "calconn-net",
	    .user_at = AT(user_net),
	    .count_at = AT(net_workers),
	    .files_max = 4096,
	    .data_max_mib = 1024,
	    .beats = true,
	},
    [DAEMON_WEB] =
	{
	    .program = "calconn-web",
	    .user_at = AT(user_web),
	    .count_at = AT(web_workers),
	    .in_store_group = true,
	    .files_max = 256,
	    .data_max_mib = 512,
	    .beats = true,
	},
    /* Reads what the engine reads, and writes no file but the two that the
     * manager opened for it. */
    [DAEMON_COLLECT] =
	{
	    .program = "calconn-collect",
	    .user_at = AT(user_engine),
	    .count_at = SVC_ONE,
	    .in_store_group = true,
	    .files_max = 64,
	    .data_max_mib = 256,
	},
    /* SETUID, SETGID and SETPCAP are for its children, who change to their
     * own users and empty their bounding sets; KILL is for ending them, and
     * without it the kernel would not pass on its death to processes of
     * other users. */
    [DAEMON_LAUNCHER] =
	{
	    .program = "calconn-launch",
	    .user_at = AT(user_manager),
	    .count_at = SVC_ONE,
	    .caps = CAP(CAP_SETUID) | CAP(CAP_SETGID) | CAP(CAP_KILL) |
		    CAP(CAP_SETPCAP),
	    .files_max = 4096, /* inherited: what a net worker may have */
	    .data_max_mib = 1024,
	},
};

const struct svc_row *
svc_row(enum daemon_role role)
{
	if ((unsigned)role >= DAEMON__MAX)
		fatal("svc_row: no role %u", (unsigned)role);
	return &rows[role];
}

const char *
svc_user(const struct svc_row *r, const struct conf *c)
{
	char *const *p;

	p = (char *const *)(const void *)((const char *)c + r->user_at);
	return *p != NULL ? *p : "";
}

uint32_t
svc_count(const struct svc_row *r, const struct conf *c)
{
	if (r->count_at == SVC_ONE)
		return 1;
	return *(const uint32_t *)(const void *)((const char *)c + r->count_at);
}
