/* moves.h - whether a mailbox that is listened to is elsewhere by now: at
 * another address, in another site, or behind another record.  Most moves end
 * the subscription and are found by that; some do not.  Autodiscover is asked
 * again now and then, and the mailbox is listened to until it names another
 * place.
 * Engine; on the loop. */
#ifndef MOVES_H
#define MOVES_H

#include <stddef.h>

struct mbox;

/* How old an answer gets before it is asked for again, and the time over which
 * those of all mailboxes are spread: together less than an hour. */
#define MOVES_AFTER_MS (25u * 60u * 1000u)
#define MOVES_SPREAD_MS (20u * 60u * 1000u)

/* Every tick_ms; live_n: mailboxes that are up.  budget: how many may still be
 * asked for in this tick; moves_budget() at its beginning. */
size_t moves_budget(size_t live_n, unsigned tick_ms);
void moves_tick(struct mbox *m, size_t *budget);
/* Now: somebody asks. */
void moves_look(struct mbox *m);
void moves_stop(struct mbox *m);

#endif
