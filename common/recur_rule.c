/* recur_rule.c - see recur.h: the rule as text, RFC 5545 3.3.10. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/ipc.h"
#include "common/recur.h"
#include "common/str.h"

#define DAY_S 86400

static const char *const names[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};

static enum err
put_days(struct buf *b, const struct msg_recur *r)
{
	enum err e = buf_puts(b, ";BYDAY=");
	bool any = false;
	unsigned i;

	for (i = 0; i < 7 && e == ERR_OK; i++) {
		if (((r->days >> i) & 1u) == 0)
			continue;
		e = buf_putf(b, "%s%s", any ? "," : "", names[i]);
		any = true;
	}
	return e;
}

bool
recur_is_clamped(const struct msg_recur *r)
{
	struct recur_walk w;
	unsigned m, d;
	int64_t day, y;

	if (r->day <= 28 ||
	    (r->kind != RECUR_MONTHLY && r->kind != RECUR_YEARLY))
		return false;
	recur_walk_begin(&w, r);
	while (w.n < RECUR_LEFT_MAX && recur_walk_next(&w, &day)) {
		recur_date_of(day, &y, &m, &d);
		if (d < r->day)
			return true;
	}
	return false;
}

/* Each month's 31st is its last; of the others each month has to have one. */
static enum err
put_month_day(struct buf *b, const struct msg_recur *r)
{
	if (recur_is_clamped(r)) {
		if (r->day != 31)
			return ERR_UNSUPPORTED;
		return buf_puts(b, ";BYMONTHDAY=-1");
	}
	return buf_putf(b, ";BYMONTHDAY=%" PRIu32, r->day);
}

/* A single day by its week; "any day" is a day of the month. */
static enum err
put_position(struct buf *b, const struct msg_recur *r)
{
	const int n = r->week == RECUR_WEEK_LAST ? -1 : (int)r->week;
	unsigned i;

	if (r->days == RECUR_DAYS_ALL)
		return buf_putf(b, ";BYMONTHDAY=%d", n);
	for (i = 0; i < 7; i++)
		if (r->days == 1u << i)
			return buf_putf(b, ";BYDAY=%d%s", n, names[i]);
	return ERR_UNSUPPORTED;
}

static enum err
put_which(struct buf *b, const struct msg_recur *r)
{
	enum err e = ERR_OK;

	switch (r->kind) {
	case RECUR_DAILY:
		return ERR_OK;
	case RECUR_WEEKLY:
		if ((e = put_days(b, r)) == ERR_OK && r->interval > 1)
			e = buf_putf(b, ";WKST=%s", names[r->first_day % 7]);
		return e;
	case RECUR_YEARLY:
	case RECUR_YEARLY_POS:
		e = buf_putf(b, ";BYMONTH=%" PRIu32, r->month);
		break;
	default:
		break;
	}
	if (e != ERR_OK)
		return e;
	return r->kind == RECUR_MONTHLY || r->kind == RECUR_YEARLY
		   ? put_month_day(b, r)
		   : put_position(b, r);
}

/* The end of the last day, in UTC as 3.3.10 wants it. */
static enum err
put_end(struct buf *b, const struct msg_recur *r, const struct recur_rest *rest)
{
	int64_t at, year;
	unsigned m, d;

	if (r->end_kind == RECUR_ENDLESS)
		return ERR_OK;
	if (r->end_kind == RECUR_COUNT)
		return buf_putf(b, ";COUNT=%" PRIu32, rest->left_n);
	at = recur_utc(r, (r->end_day + 1) * DAY_S - 1);
	recur_date_of(at / DAY_S, &year, &m, &d);
	at %= DAY_S;
	return buf_putf(b, ";UNTIL=%04d%02u%02uT%02d%02d%02dZ", (int)year, m, d,
	    (int)(at / 3600), (int)(at / 60 % 60), (int)(at % 60));
}

enum err
recur_rule_text(char *out, size_t size, const struct msg_recur *r,
    const struct recur_rest *rest)
{
	static const char *const freq[RECUR__MAX] = {
	    NULL, "DAILY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY", "YEARLY"};
	struct buf b = BUF_INIT(RECUR_RULE_MAX);
	enum err e;

	if ((e = recur_check(r)) != ERR_OK)
		return e;
	/* From before 1970 there is no end to tell. */
	if (r->end_kind == RECUR_UNTIL && r->end_day < 1)
		return ERR_UNSUPPORTED;
	if ((e = buf_putf(&b, "FREQ=%s", freq[r->kind])) == ERR_OK &&
	    r->interval > 1)
		e = buf_putf(&b, ";INTERVAL=%" PRIu32, r->interval);
	if (e == ERR_OK && (e = put_which(&b, r)) == ERR_OK)
		e = put_end(&b, r, rest);
	if (e == ERR_OK && !str_copy(out, size, buf_str(&b)))
		e = ERR_TOOBIG;
	buf_clear(&b);
	return e;
}
