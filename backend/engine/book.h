/* book.h - a meeting of a calendar and its booking at a conferencing service:
 * made, changed, ended.  What is to be done is in state.db first (`booking`),
 * so a restart goes on with it; the meeting's iCalendar UID is its key at
 * the service, so whatever is asked twice is there once.
 * Engine; on the loop. */
#ifndef BOOK_H
#define BOOK_H

#include <stdbool.h>

#include "backend/engine/conf_service.h"
#include "common/keywords.h"
#include "common/store_booking.h"

struct book; /* opaque: one meeting being booked */
struct books; /* opaque: those that are to be ended */
struct engine;
struct msg_ews_item;

enum book_end {
	BOOK_DONE, /* b has the join details */
	BOOK_LATER, /* the service cannot now: try again */
	BOOK_AWAY, /* the same, for so long that the organizer is told */
	BOOK_REFUSED /* it will not, until the meeting or the service is
		      * changed */
};

/* why: one sentence, with "" where all is well.  b->failure: the same for a
 * program.  Both are borrowed.  wait_ms:
 * BOOK_LATER, as long as the service asks to be left alone; 0: it has not. */
typedef void (*book_fn)(void *arg, enum book_end how, const struct booking *b,
    const char *why, uint32_t wait_ms);

/* Books the meeting as it is now with the service that this kind of meeting
 * needs, or finds that it is booked so already; what is booked elsewhere ends
 * first.  it stays until fn, which is never called from within. */
struct book *book_start(struct engine *en, const char *mailbox,
    const struct msg_ews_item *it, enum keyword_mode mode, book_fn fn,
    void *arg);
/* It is one of the series of that item, and ends with it. */
void book_of_series(struct book *b, const char *series_item);
void book_cancel(struct book *b); /* NULL is fine; fn is not called */

/* Asks its service to end it; NULL: memory is out. */
struct conf_call *book_end_start(
    struct engine *en, const struct booking *row, conf_fn fn, void *arg);

struct books *books_new(struct engine *en);
void books_free(struct books *bs);
/* The meeting is no longer one to be booked: what is booked ends, soon and
 * until it worked. */
void books_end(struct books *bs, const char *mailbox, const char *uid);
/* The same for an item that is gone, whose UID cannot be read any more. */
void
books_item_gone(struct books *bs, const char *mailbox, const char *item_id);
/* A service is another one now, or works again: what could not be booked and
 * was told of is tried again.  Unless at_once, a minute after the last time
 * at the earliest. */
void books_again(struct books *bs, bool at_once);

#endif
