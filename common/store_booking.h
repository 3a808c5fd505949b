/* store_booking.h - meetings that are booked with a conferencing service, in
 * state.db.  The engine writes; web and ctl read. */
#ifndef STORE_BOOKING_H
#define STORE_BOOKING_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;

#define BOOKING_LIST_MAX 1000

/* Texts owned; NULL is "".  Columns as in schema/state, 0010_booking.sql
 * and the later ones of that name. */
struct booking {
	char *mailbox, *uid, *item_id, *confer_id, *external_id, *state, *why,
	    *asked, *subject;
	int64_t start_s, end_s;
	char *link, *number, *video, *pin;
	int64_t since_s; /* first asked for */
	uint32_t tries;
	int64_t next_try_s, changed_s;
	char *failure; /* the last answer, as in failure.def; "": good */
};
void booking_clear(struct booking *b);
struct booking_list {
	struct booking *v;
	size_t n;
};
void booking_list_clear(struct booking_list *l);

/* By mailbox and iCalendar UID.  ERR_NOTFOUND. */
enum err store_booking_get(struct store *s, const char *mailbox,
    const char *uid, struct booking *out, struct errinfo *ei) ERR_CHECK;
enum err store_booking_put(
    struct store *s, const struct booking *b, struct errinfo *ei) ERR_CHECK;
/* The mailbox's bookings of an item; its UID need not be known. */
enum err
store_booking_by_item(struct store *s, const char *mailbox, const char *item_id,
    struct booking_list *out, struct errinfo *ei) ERR_CHECK;
/* The live ones of single meetings of a series, by the series' UID; at most
 * BOOKING_LIST_MAX. */
enum err store_booking_of_series(struct store *s, const char *mailbox,
    const char *uid, struct booking_list *out, struct errinfo *ei) ERR_CHECK;
/* What is booked with a service and not over at `now_s`, soonest first; at
 * most BOOKING_LIST_MAX.  Empty where the engine never ran. */
enum err store_booking_of(struct store *s, const char *confer_id, int64_t now_s,
    struct booking_list *out, struct errinfo *ei) ERR_CHECK;

/* The one that is to be ended next; empty: none is. */
enum err store_booking_due(
    struct store *s, struct booking_list *out, struct errinfo *ei) ERR_CHECK;

/* "" where there is none. */
enum err store_confer_session_get(struct store *s, const char *confer_id,
    char *out, size_t size, struct errinfo *ei) ERR_CHECK;
enum err store_confer_session_put(struct store *s, const char *confer_id,
    const char *session, struct errinfo *ei) ERR_CHECK;

#endif
