/* manager_link.h - what calconnctl says to the manager and, through it, to
 * the engine.  Blocks for two seconds at most a call. */
#ifndef MANAGER_LINK_H
#define MANAGER_LINK_H

#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct ctl;

/* One request; the connection is made at the first and kept.  ERR_CONNECT:
 * the manager does not run. */
enum err manager_call(struct ctl *c, enum ipc_type t, const void *msg,
    enum ipc_type want, void *answer, struct errinfo *ei) ERR_CHECK;
void manager_close(struct ctl *c);

void manager_pause_ms(unsigned ms);

#define APPLY_WAIT_MS 2000

/* After a change: tells the engine the revision that was stored and waits
 * until it runs it.  Puts ok, revision, in_effect and notice into the
 * answer; in text only the notice, on standard error.  Returns the exit
 * code, which is that of success: what is saved is saved. */
int manager_apply(struct ctl *c);

/* Calls from now on may take so long: those that derive a key. */
enum err
manager_patience(struct ctl *c, unsigned ms, struct errinfo *ei) ERR_CHECK;

#endif
