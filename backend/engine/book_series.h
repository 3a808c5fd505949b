/* book_series.h - what is different about booking a series: which of its
 * meetings are left, which of them differ, whether the service can repeat a
 * meeting so, and what becomes of one that is booked by itself.
 * Engine; on the loop.  A series has one booking, under its UID.  One of its
 * meetings has one of its own, under UID#ORIGINAL-START, only where it is not
 * part of the series' booking: the keyword stands on it alone, or another. */
#ifndef BOOK_SERIES_H
#define BOOK_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/keywords.h"

struct book_series; /* opaque: those that differ, being read */
struct booking;
struct buf;
struct confer;
struct engine;
struct msg_confer_meeting;
struct msg_ews_item;
struct msg_evidence;
struct strlist;
struct work;

#define BOOK_EXCEPTIONS_MAX 100 /* as in ipc_msg.def */
#define BOOK_TMS_MAX 100 /* meetings of a series; Booking API guide */
#define BOOK_WEBEX_YEARS_MAX 5 /* of a series with an end; OAS recurrence */
#define BOOK_UNFIT "unfit" /* booking.asked: it cannot be booked so */
#define BOOK_KEY_MAX 2080 /* a UID, and when one of a series began */

bool book_is_series(const struct msg_ews_item *it);
bool book_is_one_of_series(const struct msg_ews_item *it);
/* What the meeting's booking is found by. */
void book_key(char out[BOOK_KEY_MAX], const struct msg_ews_item *it);

/* By its rule no meeting of it is left that has not begun. */
bool book_series_is_over(const struct msg_ews_item *it, int64_t now_s);
/* Why this kind of meeting cannot be repeated so; NULL: it can. */
const char *book_series_refusal(const struct confer *svc,
    enum keyword_mode mode, const struct msg_ews_item *it, int64_t now_s);
/* Rule and times of what has not begun at now_s; not those that differ. */
enum err book_series_fill(struct msg_confer_meeting *m,
    const struct msg_ews_item *it, int64_t now_s) ERR_CHECK;
/* Everything of a series that a booking is made of, as text. */
enum err book_series_print(struct buf *out, const struct msg_confer_meeting *m,
    const struct msg_ews_item *it) ERR_CHECK;

/* ev: NULL, or why they could not be read. */
typedef void (*book_series_fn)(void *arg, const struct msg_evidence *ev);
/* Reads those that differ and puts them to what was filled.  it and m stay
 * until fn, which is never called from within.  NULL: there is nothing to
 * read, and m is whole. */
struct book_series *book_series_read(struct engine *en, const char *mailbox,
    const struct msg_ews_item *it, enum keyword_mode mode,
    const struct confer *svc, struct msg_confer_meeting *m, book_series_fn fn,
    void *arg);
void book_series_cancel(struct book_series *s); /* NULL is fine */

/* Is the one of a series part of what row, the series' own, has booked? */
bool book_series_covers(const struct booking *row, const struct confer *svc,
    enum keyword_mode mode, const struct msg_ews_item *it);

/* A series was read: bookings of single meetings that it no longer has end;
 * is_booked: it has one itself. */
void book_series_seen(struct engine *en, const char *mailbox,
    const struct msg_ews_item *it, bool is_booked);
/* Those that differ are looked at when the series is settled. */
void book_series_note(struct work *w, const struct msg_ews_item *it);
void book_series_follow(struct work *w);

#endif
