/* book_fault.h - what an answer of a conferencing service means for a
 * booking: the table of the Booking API guide's error codes, by name of
 * failure.def, and the alarm of the service.
 * Engine. */
#ifndef BOOK_FAULT_H
#define BOOK_FAULT_H

#include <stddef.h>

#include "common/join_notice.h"

struct confer;
struct engine;
struct msg_evidence;

enum book_fault {
	BOOK_FAULT_NONE,
	BOOK_FAULT_LATER, /* try again after a while */
	BOOK_FAULT_ROOMS, /* book it without the rooms */
	BOOK_FAULT_DIFFERS, /* it said yes and holds another: ask once more */
	BOOK_FAULT_GONE, /* it is not there any more: book it anew */
	BOOK_FAULT_REFUSED /* tell, and wait for a change */
};

enum book_fault book_fault_of(const struct msg_evidence *ev);
/* What an organizer is told of it.  failure: also one of the two below. */
enum join_notice book_fault_notice(const char *failure);
/* Not of failure.def, since no service was asked. */
#define BOOK_FAULT_SERIES "book-series" /* not of this kind */
#define BOOK_FAULT_NO_UID "book-no-uid"
/* One sentence for a person. */
void book_fault_text(const struct msg_evidence *ev, char *out, size_t size);
/* Raises or lowers the alarm of the service; NULL is fine. */
void book_fault_alarm(
    struct engine *en, const struct confer *svc, const struct msg_evidence *ev);
/* The service was removed or changed, or its test has passed. */
void book_fault_forget(struct engine *en, const struct confer *svc);

#endif
