/* relay.h - whose request is it?  Requests of clients go to the engine
 * under ids of the manager, answers come back by them.  Pure bookkeeping;
 * a client is a pointer that is compared and handed back. */
#ifndef RELAY_H
#define RELAY_H

#include <stdint.h>

#include "common/err.h"

#define RELAY_MAX 1024 /* requests under way */
#define RELAY_CLIENT_MAX 64 /* of one client */
#define RELAY_TIMEOUT_MS 10000 /* then the client is told */

struct relay;

struct relay_origin {
	void *client;
	uint64_t id; /* the client's own */
};

typedef void (*relay_fn)(void *arg, const struct relay_origin *o);

struct relay *relay_new(void);
void relay_free(struct relay *r);
/* *out: the id for the engine.  ERR_BUSY: too many under way. */
enum err relay_add(struct relay *r, void *client, uint64_t id, uint64_t now_ms,
    uint64_t *out) ERR_CHECK;
/* Ends the request.  ERR_NOTFOUND: answered, given up, or never made. */
enum err
relay_take(struct relay *r, uint64_t id, struct relay_origin *out) ERR_CHECK;
/* Forgets what a client that has gone had asked. */
void relay_drop(struct relay *r, const void *client);
/* Ends those older than the time-out, or all; fn may not call relay_*. */
void relay_expire(struct relay *r, uint64_t now_ms, relay_fn fn, void *arg);
void relay_end_all(struct relay *r, relay_fn fn, void *arg);

#endif
