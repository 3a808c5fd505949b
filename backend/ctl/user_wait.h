/* user_wait.h - waits until users have the state that was asked for. */
#ifndef USER_WAIT_H
#define USER_WAIT_H

#include <stdbool.h>

struct ctl;
struct strlist;

/* Until each of them is subscribed or in error (enabled), or disabled; at
 * most --wait seconds.  Prints their states; the exit code is EXIT_FAILED
 * unless all are where they should be. */
int user_wait(struct ctl *c, const struct strlist *who, bool enabled);

#endif
