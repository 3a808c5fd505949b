#include "common/recur.h"

#include "common/ipc.h"

#define DAY_S 86400
#define YEARS_MAX 4500 /* as of Exchange: dates from 1601 on */

int64_t
recur_day_of(int64_t year, unsigned month, unsigned day)
{
	/* Years begin in March, so that the leap day is the last of one. */
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? (int64_t)month + 9 : (int64_t)month - 3;
	int64_t era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       (m * 153 + 2) / 5 + (int64_t)day - 719469;
}

void
recur_date_of(int64_t day, int64_t *year, unsigned *month, unsigned *mday)
{
	int64_t z = day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*mday = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	*month = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	*year = yoe + era * 400 + (*month <= 2 ? 1 : 0);
}

static unsigned
weekday_of(int64_t day)
{
	int64_t n = (day + 4) % 7; /* 1970-01-01 was a Thursday */

	return (unsigned)(n < 0 ? n + 7 : n);
}

static bool
is_year(const struct msg_recur *r)
{
	return r->kind == RECUR_YEARLY || r->kind == RECUR_YEARLY_POS;
}

static bool
is_pos(const struct msg_recur *r)
{
	return r->kind == RECUR_MONTHLY_POS || r->kind == RECUR_YEARLY_POS;
}

static bool
is_month(const struct msg_recur *r)
{
	return r->kind >= RECUR_MONTHLY;
}

static bool
is_day_good(int64_t day)
{
	return day > -YEARS_MAX * 366 && day < YEARS_MAX * 366;
}

static bool
is_change_good(const struct msg_zone_change *c)
{
	return c->month <= 12 && c->week <= RECUR_WEEK_LAST &&
	       c->day <= (c->week == 0 ? 31u : 6u) &&
	       (c->month == 0 || c->week != 0 || c->day > 0) &&
	       c->second < DAY_S;
}

static bool
is_zone_good(const struct msg_recur *r)
{
	size_t i;

	for (i = 0; i < r->rules_n; i++) {
		const struct msg_zone_rule *z = &r->rules[i];

		if (z->base_min < -1440 || z->base_min > 1440 ||
		    z->shift_min < 0 || z->shift_min > 1440 ||
		    !is_change_good(&z->to_daylight) ||
		    !is_change_good(&z->to_standard) ||
		    (z->to_daylight.month == 0) !=
			(z->to_standard.month == 0) ||
		    (i > 0 && z->from_s < z[-1].from_s))
			return false;
	}
	return true;
}

static bool
is_pattern_good(const struct msg_recur *r)
{
	if ((r->kind == RECUR_WEEKLY || is_pos(r)) &&
	    (r->days < 1 || r->days > RECUR_DAYS_ALL))
		return false;
	if (is_pos(r) && (r->week < 1 || r->week > RECUR_WEEK_LAST))
		return false;
	if (is_month(r) && !is_pos(r) && (r->day < 1 || r->day > 31))
		return false;
	return !is_year(r) || (r->month >= 1 && r->month <= 12);
}

static bool
is_end_good(const struct msg_recur *r)
{
	return r->end_kind < RECUR_END__MAX &&
	       (r->end_kind != RECUR_UNTIL || is_day_good(r->end_day)) &&
	       (r->end_kind != RECUR_COUNT || r->count >= 1);
}

enum err
recur_check(const struct msg_recur *r)
{
	bool good = r->kind > RECUR_NONE && r->kind < RECUR__MAX &&
		    r->interval >= 1 && r->interval <= RECUR_INTERVAL_MAX &&
		    r->first_day <= 6 && is_day_good(r->start_day) &&
		    is_zone_good(r) && is_pattern_good(r) && is_end_good(r);

	return good ? ERR_OK : ERR_PROTO;
}

/* A month counts from year 0. */
static int64_t
month_of(int64_t day)
{
	unsigned m, d;
	int64_t y;

	recur_date_of(day, &y, &m, &d);
	return y * 12 + (int64_t)m - 1;
}

void
recur_walk_begin(struct recur_walk *w, const struct msg_recur *r)
{
	unsigned back;

	w->r = r;
	w->n = w->steps = 0;
	w->days_left = 0;
	w->at = r->start_day;
	if (r->kind == RECUR_WEEKLY) {
		back = (weekday_of(r->start_day) + 7 - r->first_day) % 7;
		w->at = r->start_day - (int64_t)back;
		w->days_left = 7;
	} else if (is_month(r)) {
		w->at = month_of(r->start_day);
		if (is_year(r))
			w->at = w->at / 12 * 12 + (int64_t)r->month - 1;
	}
}

/* The day of the month that the rule names. */
static int64_t
day_in(const struct msg_recur *r, int64_t month)
{
	unsigned m = (unsigned)(month % 12) + 1, n = 0;
	int64_t first = recur_day_of(month / 12, m, 1);
	int64_t next =
	    recur_day_of((month + 1) / 12, (unsigned)((month + 1) % 12) + 1, 1);
	int64_t d, found = first;

	if (!is_pos(r)) {
		d = first + (int64_t)r->day - 1;
		return d < next ? d : next - 1;
	}
	for (d = first; d < next; d++) {
		if (((r->days >> weekday_of(d)) & 1u) == 0)
			continue;
		found = d;
		if (++n == r->week && r->week != RECUR_WEEK_LAST)
			break;
	}
	return found;
}

/* The next day that the rule names, whatever its beginning and end. */
static int64_t
candidate(struct recur_walk *w)
{
	const struct msg_recur *r = w->r;
	int64_t day = w->at;

	switch (r->kind) {
	case RECUR_DAILY:
		w->at += r->interval;
		return day;
	case RECUR_WEEKLY:
		for (;;) {
			if (w->days_left == 0) {
				w->at += 7 * ((int64_t)r->interval - 1);
				w->days_left = 7;
			}
			day = w->at++;
			w->days_left--;
			if (((r->days >> weekday_of(day)) & 1u) != 0)
				return day;
		}
	default:
		day = day_in(r, w->at);
		w->at += is_year(r) ? 12 * (int64_t)r->interval : r->interval;
		return day;
	}
}

bool
recur_walk_next(struct recur_walk *w, int64_t *day)
{
	const struct msg_recur *r = w->r;
	int64_t d;

	if (r->end_kind == RECUR_COUNT && w->n >= r->count)
		return false;
	do {
		if (w->steps++ >= RECUR_STEPS_MAX)
			return false;
		d = candidate(w);
	} while (d < r->start_day);
	if (r->end_kind == RECUR_UNTIL && d > r->end_day)
		return false;
	w->n++;
	*day = d;
	return true;
}

static int64_t
clock_of(int64_t local_s)
{
	int64_t s = local_s % DAY_S;

	return s < 0 ? s + DAY_S : s;
}

enum err
recur_rest_of(struct recur_rest *out, const struct msg_recur *r,
    int64_t first_s, int64_t first_end_s, int64_t now_s)
{
	int64_t clock = clock_of(recur_local(r, first_s)), day, at;
	struct recur_rest rest = {0};
	struct recur_walk w;

	recur_walk_begin(&w, r);
	while (rest.left_n < RECUR_LEFT_MAX && recur_walk_next(&w, &day)) {
		/* No clock is a whole day off. */
		if ((day + 2) * DAY_S < now_s)
			continue;
		at = recur_utc(r, day * DAY_S + clock);
		if (at <= now_s)
			continue;
		rest.last_day = day;
		if (rest.left_n++ > 0)
			continue;
		rest.day = day;
		rest.start_s = at;
		rest.end_s = at + (first_end_s - first_s);
	}
	if (rest.left_n == 0)
		return ERR_NOTFOUND;
	*out = rest;
	return ERR_OK;
}

bool
recur_has(const struct msg_recur *r, int64_t first_s, int64_t at_s)
{
	int64_t clock = clock_of(recur_local(r, first_s)), day;
	int64_t want = (recur_local(r, at_s) - clock) / DAY_S;
	struct recur_walk w;

	recur_walk_begin(&w, r);
	while (recur_walk_next(&w, &day) && day <= want)
		if (recur_utc(r, day * DAY_S + clock) == at_s)
			return true;
	return false;
}
