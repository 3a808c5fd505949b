/* user_rate.h - mailboxes that tell of too many changes, and those whose
 * meetings are looked at too late.
 * Engine; on the loop.  Marks them in their struct; user_alarm.c raises. */
#ifndef USER_RATE_H
#define USER_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct engine;
struct mbox;
struct user_rates; /* opaque */

#define RATE_MINUTE_MAX 300 /* notifications of one mailbox in a minute */
#define RATE_MINUTE_MS 60000
#define RATE_SLOW_MS 300000 /* from a change to its end */

struct user_rates *user_rates_new(struct engine *en);
void user_rates_free(struct user_rates *r);
/* A notification came for it. */
void user_rate_heard(struct mbox *m);
/* Every few seconds. */
void user_rates_tick(struct engine *en);
/* Whether a minute with so many counts: it ends with a calmer one. */
bool user_rate_is_flood(unsigned heard, bool was);

#endif
