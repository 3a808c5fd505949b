/* store_decision.h - what was decided about meetings, over all mailboxes; in
 * state.db.  The engine writes. */
#ifndef STORE_DECISION_H
#define STORE_DECISION_H

#include <stdint.h>

#include "common/err.h"

struct store;

/* A booking may work now: each meeting whose organizer was told that it could
 * not be booked is due at `now_s`. */
enum err store_decision_again(
    struct store *s, int64_t now_s, struct errinfo *ei) ERR_CHECK;

#endif
