/* recur.h - the rule of a series of meetings: which days it names, when that
 * is in UTC, and the rule as RFC 5545 writes it.
 * Engine and net.  Pure.  The rule is struct msg_recur, as EWS says it
 * ([MS-OXWSCDATA] 2.2.4, RecurrenceType); it is from outside, so whoever got
 * it asks recur_check() first. */
#ifndef RECUR_H
#define RECUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct msg_recur;

enum recur_kind {
	RECUR_NONE,
	RECUR_DAILY,
	RECUR_WEEKLY, /* `days` */
	RECUR_MONTHLY, /* `day`, or the month's last where that is earlier */
	RECUR_MONTHLY_POS, /* the `week`th of `days` */
	RECUR_YEARLY, /* the same in `month` */
	RECUR_YEARLY_POS,
	RECUR__MAX
};
enum recur_end {
	RECUR_ENDLESS,
	RECUR_UNTIL, /* `end_day` */
	RECUR_COUNT, /* `count` */
	RECUR_END__MAX
};

#define RECUR_INTERVAL_MAX 999 /* of Exchange and Outlook */
#define RECUR_COUNT_MAX 999
#define RECUR_STEPS_MAX 40000 /* days, weeks or months that are looked at */
#define RECUR_RULE_MAX 256 /* bytes of a rule as text */
#define RECUR_WEEK_LAST 5
#define RECUR_DAYS_ALL 0x7fu
#define RECUR_DAYS_WORK 0x3eu
#define RECUR_DAYS_FREE 0x41u

/* Days since 1970-01-01 of the proleptic Gregorian calendar, and back. */
int64_t recur_day_of(int64_t year, unsigned month, unsigned day);
void recur_date_of(int64_t day, int64_t *year, unsigned *month, unsigned *mday);

/* ERR_PROTO: a value that no series can have. */
enum err recur_check(const struct msg_recur *r) ERR_CHECK;

/* One day after the other; borrowed, and good until the rule changes. */
struct recur_walk {
	const struct msg_recur *r;
	int64_t at; /* day, week's first day, or month that comes next */
	unsigned days_left; /* of the week that is gone through */
	uint32_t n, steps; /* days told; looked at */
};
void recur_walk_begin(struct recur_walk *w, const struct msg_recur *r);
bool recur_walk_next(struct recur_walk *w, int64_t *day);

/* Does the rule's zone say how its clocks go?  UTC needs no rules. */
bool recur_has_zone(const struct msg_recur *r);
/* By the clocks of the rule's zone.  A time that is left out in spring is
 * taken as standard time; one that comes twice in autumn as the first. */
int64_t recur_utc(const struct msg_recur *r, int64_t local_s);
int64_t recur_local(const struct msg_recur *r, int64_t utc_s);

/* What of a series has not begun yet. */
struct recur_rest {
	int64_t start_s, end_s; /* of the first of it */
	int64_t day, last_day; /* in the series' zone */
	uint32_t left_n; /* RECUR_LEFT_MAX: that many, or more */
};
#define RECUR_LEFT_MAX 2000
/* first_s, first_end_s: of the first meeting of all.  ERR_NOTFOUND: none is
 * left. */
enum err recur_rest_of(struct recur_rest *out, const struct msg_recur *r,
    int64_t first_s, int64_t first_end_s, int64_t now_s) ERR_CHECK;
/* Does a meeting of the series begin then? */
bool recur_has(const struct msg_recur *r, int64_t first_s, int64_t at_s);

/* Has a month no such day, so that its last one counts? */
bool recur_is_clamped(const struct msg_recur *r);
/* RFC 5545 3.3.10, from `rest` on.  ERR_UNSUPPORTED: what stands in the rule
 * cannot be said with one day a month or year, which is all that Webex
 * takes. */
enum err recur_rule_text(char *out, size_t size, const struct msg_recur *r,
    const struct recur_rest *rest) ERR_CHECK;

/* Name of IANA's data base for one of Windows; NULL: not known. */
const char *recur_zone_name(const char *windows);

#endif
