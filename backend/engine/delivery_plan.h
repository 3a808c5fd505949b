/* delivery_plan.h - when a way of sending alarms may be used again.
 * Engine.  Pure. */
#ifndef DELIVERY_PLAN_H
#define DELIVERY_PLAN_H

#include <stdint.h>

struct delivery_state;

#define DELIVERY_GAP_S 60 /* between two messages of one way */
#define DELIVERY_GATHER_S 2 /* what comes together goes together */
#define DELIVERY_RETRY_MAX_S 3600

/* Seconds from now until the next message; 0: now.  oldest_s: when the first
 * thing happened that it is about.  A clock that was set back makes nobody
 * wait longer than the rules say. */
int64_t delivery_wait_s(
    const struct delivery_state *st, int64_t oldest_s, int64_t now_s);
/* After one more failure: st->tries, st->next_s. */
void delivery_failed(struct delivery_state *st, int64_t now_s);

#endif
