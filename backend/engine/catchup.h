/* catchup.h - what a mailbox's calendar holds that was not heard of: after
 * each subscription, after a break of the stream, and now and then.
 * Engine; on the loop.  The place in the calendar (sync state) is stored
 * only after every change of a page was settled or written down, so that a
 * kill at any moment loses nothing. */
#ifndef CATCHUP_H
#define CATCHUP_H

#include <stddef.h>

struct catchups; /* opaque */
struct engine;
struct mbox;
struct page;

struct catchups *catchups_new(struct engine *en);
void catchups_free(struct catchups *cs); /* after all mailboxes */

void catchup_start(struct mbox *m); /* once more when it runs */
void catchup_stop(struct mbox *m);
/* Every few seconds; live_n: mailboxes that are up. */
void catchup_tick(struct mbox *m, size_t live_n);

/* meeting.c: works on an item of the page, and is through with it. */
void page_hold(struct page *p);
void page_release(struct page *p);

#endif
