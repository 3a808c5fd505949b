/* api.h - the jobs that the engine gives to this worker: one handler per
 * message, called through a table (STYLE 7.3).
 * Runs in net, in the loop.  A job is answered once under its request id,
 * with evidence of whatever happened; it never blocks and never retries. */
#ifndef API_H
#define API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct ca_list;
struct ipc_conn;
struct net; /* opaque */
struct uv_loop_s;

#define NET_JOBS_MAX 4096

/* system: the host's own CA list, or NULL; seal_pk: SEAL_PK_LEN bytes of the
 * key that seals, or NULL; both borrowed, they outlive the net. */
enum err
net_new(struct net **out, struct uv_loop_s *l, const struct ca_list *system,
    const unsigned char *seal_pk, struct errinfo *ei) ERR_CHECK;
void net_set_engine(struct net *n, struct ipc_conn *engine); /* borrowed */
/* Where this host's own syslog service listens; borrowed. */
void net_set_syslog(struct net *n, const char *path);
void net_free(struct net *n); /* all jobs end unanswered */

/* Frames of the engine and of the manager. */
void net_on_engine(struct net *n, enum ipc_type t, uint64_t id, void *msg);
void net_on_manager(struct net *n, enum ipc_type t, uint64_t id, void *msg);

#endif
