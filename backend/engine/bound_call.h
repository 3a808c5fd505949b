/* bound_call.h - one request of a net worker that needs the secret of a kind
 * of bound.h: the secret is opened by the manager for that worker, lent for the
 * one request, and taken back.
 * Engine; on the loop.  Ends once, never from within the start. */
#ifndef BOUND_CALL_H
#define BOUND_CALL_H

#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct bound;
struct bound_call; /* opaque */
struct bound_calls; /* opaque: those under way */
struct engine;
struct msg_evidence;

struct bound_calls *bound_calls_new(struct engine *en);
void bound_calls_free(struct bound_calls *all);

/* What came of it: ev says whether it worked; msg is the answer's struct, which
 * begins with ev, or NULL when none came.  Both borrowed; the call is gone. */
typedef void (*bound_call_fn)(
    void *arg, const struct msg_evidence *ev, void *msg);

/* Picks a worker and has the secret opened for it, where b has one.  ERR_BUSY:
 * no worker runs.  It has to be sent then, or cancelled. */
enum err bound_call_open(struct bound_call **out, struct engine *en,
    const struct bound *b, bound_call_fn fn, void *arg) ERR_CHECK;
uint64_t bound_call_cred(const struct bound_call *c); /* 0: it has none */
enum err bound_call_send(struct bound_call *c, enum ipc_type t, const void *msg,
    uint32_t timeout_ms) ERR_CHECK;
void bound_call_cancel(struct bound_call *c); /* NULL is fine */
/* The manager's answer to a number; nothing where it is another's. */
void bound_calls_refused(
    struct bound_calls *all, uint64_t cred_id, enum err e, const char *text);

#endif
