/* user_wait.h - waits until users have the state that was asked for. */
#ifndef USER_WAIT_H
#define USER_WAIT_H

#include <stdbool.h>
#include <stdint.h>

struct ctl;
struct strlist;

/* Until each of them is subscribed or in error (enabled), or disabled; at
 * most --wait seconds.  since: what user_wait_mark() gave before, or 0; an
 * error counts only when the connector has changed something since then.
 * Prints their states; the exit code is EXIT_FAILED unless all are where
 * they should be. */
int user_wait(
    struct ctl *c, const struct strlist *who, bool enabled, uint64_t since);
/* Differs when the connector has written about one of them; never 0. */
uint64_t user_wait_mark(struct ctl *c, const struct strlist *who);

#endif
