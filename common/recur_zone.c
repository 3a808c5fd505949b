/* recur_zone.c - see recur.h: the clocks of a series' zone, by the rules that
 * came with it, and the names of zones. */
#include <string.h>

#include "common/ipc.h"
#include "common/recur.h"
#include "common/str.h"

#define DAY_S 86400
#define MIN_S 60

static const struct {
	const char *windows, *iana;
} zones[] = {
#define WIN_ZONE(windows, iana) {windows, iana},
#include "common/win_zone.def"
#undef WIN_ZONE
};

const char *
recur_zone_name(const char *windows)
{
	size_t i;

	for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (str_eq(zones[i].windows, windows))
			return zones[i].iana;
	return NULL;
}

static bool
is_utc(const char *zone)
{
	const char *name = zone != NULL ? recur_zone_name(zone) : NULL;

	return name != NULL && str_eq(name, "Etc/UTC");
}

bool
recur_has_zone(const struct msg_recur *r)
{
	return r->rules_n > 0 || is_utc(r->zone);
}

static const struct msg_zone_rule *
rule_at(const struct msg_recur *r, int64_t utc_s)
{
	const struct msg_zone_rule *z = NULL;
	size_t i;

	for (i = 0; i < r->rules_n; i++)
		if (i == 0 || r->rules[i].from_s <= utc_s)
			z = &r->rules[i];
	return z;
}

/* In that year, by the clock that ends then. */
static int64_t
change_in(const struct msg_zone_change *c, int64_t year)
{
	struct msg_recur day = {.interval = 1, .month = c->month};
	struct recur_walk w;
	int64_t d = 0;

	day.kind = c->week == 0 ? RECUR_YEARLY : RECUR_YEARLY_POS;
	day.day = c->day;
	day.days = 1u << (c->day % 7);
	day.week = c->week;
	day.start_day = recur_day_of(year, 1, 1);
	recur_walk_begin(&w, &day);
	(void)recur_walk_next(&w, &d);
	return d * DAY_S + (int64_t)c->second;
}

/* Seconds east of UTC. */
static int64_t
offset_at(const struct msg_recur *r, int64_t utc_s)
{
	const struct msg_zone_rule *z = rule_at(r, utc_s);
	int64_t base, shift, year, on, off, local;
	unsigned m, d;
	bool summer;

	if (z == NULL)
		return 0;
	base = z->base_min * MIN_S;
	if (z->to_daylight.month == 0)
		return base;
	shift = z->shift_min * MIN_S;
	local = utc_s + base;
	recur_date_of(
	    (local - (local < 0 ? DAY_S - 1 : 0)) / DAY_S, &year, &m, &d);
	on = change_in(&z->to_daylight, year);
	off = change_in(&z->to_standard, year) - shift;
	summer =
	    on < off ? local >= on && local < off : local >= on || local < off;
	return base + (summer ? shift : 0);
}

int64_t
recur_local(const struct msg_recur *r, int64_t utc_s)
{
	return utc_s + offset_at(r, utc_s);
}

int64_t
recur_utc(const struct msg_recur *r, int64_t local_s)
{
	const struct msg_zone_rule *z;
	int64_t standard, summer;

	if (r->rules_n == 0)
		return local_s;
	z = rule_at(r, local_s);
	standard = local_s - z->base_min * MIN_S;
	summer = standard - z->shift_min * MIN_S;
	if (recur_local(r, summer) == local_s)
		return summer;
	return standard;
}
