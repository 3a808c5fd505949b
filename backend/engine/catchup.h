/* catchup.h - what a mailbox's calendar holds that was not heard of: after
 * each subscription, after a break of the stream, and now and then.
 * Engine; on the loop.  The place in the calendar (sync state) is stored
 * only after every change of a page was settled or written down, so that a
 * kill at any moment loses nothing.
 *
 * Of a page the newest change comes first.  Where there is more than one, the
 * newest of the days around today are asked for before them all: pages begin
 * with the oldest. */
#ifndef CATCHUP_H
#define CATCHUP_H

#include <stddef.h>
#include <stdint.h>

struct mbox;
struct page;

/* What ended before that is not read, unless something was made of it. */
#define CATCHUP_BACK_S (INT64_C(7) * 86400)

void catchup_start(struct mbox *m); /* once more when it runs */
void catchup_stop(struct mbox *m);
/* Every few seconds; live_n: mailboxes that are up. */
void catchup_tick(struct mbox *m, size_t live_n);

/* meeting.c: works on an item of the page, and is through with it. */
void page_hold(struct page *p);
void page_release(struct page *p);

#endif
