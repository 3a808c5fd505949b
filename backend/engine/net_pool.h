/* net_pool.h - the net workers: links, requests and their answers.
 * Engine; on the loop.  Each request ends once: with its answer, with
 * ERR_GONE when the worker died, with ERR_TIMEOUT when it stayed silent.
 * A worker is trusted with its answers' form, not with their content. */
#ifndef NET_POOL_H
#define NET_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct engine;
struct net_call; /* opaque */
struct net_pool; /* opaque */

/* The answer, or an event of a stream (EWS_EVENTS), after which the request
 * goes on.  With any error msg is NULL.  After the end the call is gone. */
typedef void (*net_fn)(
    void *arg, enum err e, enum ipc_type t, void *msg, const char *text);

struct net_pool *net_pool_new(struct engine *en);
void net_pool_free(struct net_pool *p);
/* NET_READY and NET_GONE of the manager.  Takes over fd. */
void net_pool_ready(struct net_pool *p, uint32_t net_id, int fd);
void net_pool_gone(struct net_pool *p, uint32_t net_id);
size_t net_pool_count(const struct net_pool *p);
/* Settings for all workers, those to come included; takes the fields. */
void net_pool_config(struct net_pool *p, struct msg_net_config *m);
/* The same settings once more to one worker: what it is told of the proxy has
 * changed. */
void net_pool_tell(struct net_pool *p, uint32_t net_id);

/* The worker with the least to do; false: there is none. */
bool net_pool_pick(struct net_pool *p, uint32_t *net_id);
/* timeout_ms: of the silence until the answer or the next event; the worker
 * has its own, shorter ones.  fn is never called from within. */
enum err net_call_start(struct net_call **out, struct net_pool *p,
    uint32_t net_id, enum ipc_type t, const void *msg, uint32_t timeout_ms,
    net_fn fn, void *arg) ERR_CHECK;
void net_call_cancel(struct net_call *c); /* fn is not called any more */

#endif
