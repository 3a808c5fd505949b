/* book.h - a meeting of a calendar and its booking at a conferencing service:
 * made, changed, ended.  What is to be done is in state.db first (`booking`),
 * so a restart goes on with it; the meeting's iCalendar UID is its key at
 * the service, so whatever is asked twice is there once.
 * Engine; on the loop. */
#ifndef BOOK_H
#define BOOK_H

#include "common/store_booking.h"

struct book; /* opaque: one meeting being booked */
struct books; /* opaque: those that are to be ended */
struct engine;
struct msg_ews_item;

enum book_end {
	BOOK_DONE, /* b has the join details */
	BOOK_LATER, /* the service cannot now: try again */
	BOOK_REFUSED /* it will not, until the meeting or the service is
		      * changed */
};

/* why: one sentence, with "" where all is well.  Both are borrowed. */
typedef void (*book_fn)(
    void *arg, enum book_end how, const struct booking *b, const char *why);

/* Books the meeting as it is now with the first service of this type, or
 * finds that it is booked so already.  fn is never called from within. */
struct book *book_start(struct engine *en, const char *mailbox,
    const struct msg_ews_item *it, const char *type, book_fn fn, void *arg);
void book_cancel(struct book *b); /* NULL is fine; fn is not called */

struct books *books_new(struct engine *en);
void books_free(struct books *bs);
/* The meeting is no longer one to be booked: what is booked ends, soon and
 * until it worked. */
void books_end(struct books *bs, const char *mailbox, const char *uid);
/* The same for an item that is gone, whose UID cannot be read any more. */
void
books_item_gone(struct books *bs, const char *mailbox, const char *item_id);

#endif
