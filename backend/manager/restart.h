/* restart.h - when a program that ended is started again.  Pure.
 * A long life is followed by a start at once.  Short ones are a fault of
 * the program: the first start at once, then with doubling waits.  A kill
 * from outside is not its fault, so many are forgiven. */
#ifndef RESTART_H
#define RESTART_H

#include <stdbool.h>
#include <stdint.h>

#include "backend/core/backoff.h"

#define RESTART_FLOOR_MS 250u
#define RESTART_CEILING_MS 10000u
#define RESTART_LONG_MS 30000u /* a life that clears the record */
#define RESTART_KILLS_MAX 30u /* forgiven in a row, one back a second */

struct restart {
	struct backoff backoff;
	uint32_t short_lives; /* in a row */
	uint32_t kills; /* forgiven and not yet forgotten */
	uint64_t kills_at_ms;
};

void restart_init(struct restart *r);
/* It ended at now_ms after a life of life_ms.  killed: by a SIGKILL that
 * was not ours.  Returns the wait until its next start. */
uint32_t restart_wait_ms(
    struct restart *r, uint64_t now_ms, uint64_t life_ms, bool killed);

#endif
