/* ews_zone.c - see ews_zone.h, and ews_recur.h for what it parses. */
#include "config.h"

#include "backend/net/ews_zone.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_recur.h"
#include "backend/net/xml.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/recur.h"
#include "common/str.h"

#define ZONE_MAX 128 /* as in ipc_msg.def */
#define MIN_S 60
#define DAY_S 86400

enum err
ews_day_parse(const char *s, int64_t *out)
{
	char at[32];

	/* "2026-12-31", "2026-12-31Z", "2026-12-31+01:00" */
	if (strlen(s) < 10 || strlen(s) > 16)
		return ERR_PROTO;
	memcpy(at, s, 10);
	(void)str_copy(at + 10, sizeof(at) - 10, "T00:00:00Z");
	if (ews_time_parse(at, out) != ERR_OK)
		return ERR_PROTO;
	*out = (*out - (*out < 0 ? DAY_S - 1 : 0)) / DAY_S;
	return ERR_OK;
}

enum err
ews_duration_parse(const char *s, int64_t *out_s)
{
	int64_t sum = 0, n, unit;
	bool minus = *s == '-', clock = false;

	if (minus)
		s++;
	if (*s++ != 'P' || *s == '\0')
		return ERR_PROTO;
	while (*s != '\0') {
		if (*s == 'T' && !clock) {
			clock = true;
			s++;
			continue;
		}
		for (n = 0; *s >= '0' && *s <= '9' && n < 100000; s++)
			n = n * 10 + (*s - '0');
		if (*s == '.') /* parts of a second do not count */
			for (s++; *s >= '0' && *s <= '9'; s++)
				;
		unit = *s == 'D' && !clock  ? DAY_S
		       : *s == 'H' && clock ? 3600
		       : *s == 'M' && clock ? MIN_S
		       : *s == 'S' && clock ? 1
					    : 0;
		if (unit == 0)
			return ERR_PROTO;
		sum += n * unit;
		s++;
	}
	*out_s = minus ? -sum : sum;
	return ERR_OK;
}

static const struct xml_node *
with_id(const struct xml_node *list, const char *name, const char *id)
{
	const struct xml_node *n = xml_child(list, name);

	while (n != NULL && !str_eq(xml_attr(n, "Id"), id))
		n = xml_next(n, name);
	return n;
}

/* Minutes east of UTC of the period that a change leads to. */
static bool
offset_of(const struct xml_node *def, const struct xml_node *change,
    int64_t *east_min)
{
	const struct xml_node *to = xml_child(change, "To"), *p;
	int64_t bias_s;

	if (!str_eq(xml_attr(to, "Kind"), "Period") ||
	    (p = with_id(xml_child(def, "Periods"), "Period", xml_text(to))) ==
		NULL ||
	    ews_duration_parse(xml_attr(p, "Bias"), &bias_s) != ERR_OK)
		return false;
	*east_min = -bias_s / MIN_S;
	return true;
}

static bool
take_change(const struct xml_node *n, struct msg_zone_change *c)
{
	static const char *const days[] = {"Sunday", "Monday", "Tuesday",
	    "Wednesday", "Thursday", "Friday", "Saturday"};
	const char *week = xml_text(xml_child(n, "Occurrence"));
	const char *day = xml_text(xml_child(n, "DayOfWeek"));
	uint64_t v = 0;
	int64_t at_s;

	if (ews_duration_parse(xml_text(xml_child(n, "TimeOffset")), &at_s) !=
		ERR_OK ||
	    at_s < 0 || at_s >= DAY_S ||
	    str_to_u64(xml_text(xml_child(n, "Month")), 12, &v) != ERR_OK ||
	    v == 0)
		return false;
	c->second = (uint32_t)at_s;
	c->month = (uint32_t)v;
	if (str_eq(n->name, "RecurringDateTransition")) {
		c->week = 0;
		if (str_to_u64(xml_text(xml_child(n, "Day")), 31, &v) != ERR_OK)
			return false;
		c->day = (uint32_t)v;
		return v > 0;
	}
	/* -1 is the last. */
	if (str_eq(week, "-1"))
		v = RECUR_WEEK_LAST;
	else if (str_to_u64(week, RECUR_WEEK_LAST, &v) != ERR_OK || v == 0)
		return false;
	c->week = (uint32_t)v;
	for (c->day = 0; c->day < 7; c->day++)
		if (str_eq(days[c->day], day))
			return true;
	return false;
}

/* One that is all year, or two that follow each other. */
static bool
take_group(const struct xml_node *def, const struct xml_node *group,
    struct msg_zone_rule *z)
{
	const struct xml_node *a = xml_child(group, NULL), *b = NULL, *t;
	int64_t off_a, off_b;

	if (a == NULL || !offset_of(def, a, &off_a))
		return false;
	z->base_min = off_a;
	if ((b = a->next) == NULL)
		return true;
	if (b->next != NULL || !offset_of(def, b, &off_b))
		return false;
	if (off_a < off_b) {
		t = a;
		a = b;
		b = t;
		z->base_min = off_a;
		z->shift_min = off_b - off_a;
	} else {
		z->base_min = off_b;
		z->shift_min = off_a - off_b;
	}
	/* a leads to daylight time, b back. */
	if (z->shift_min == 0)
		return true;
	return take_change(a, &z->to_daylight) &&
	       take_change(b, &z->to_standard);
}

static bool
take_rule(const struct xml_node *def, const struct xml_node *from,
    struct msg_zone_rule *z)
{
	const struct xml_node *to = xml_child(from, "To"), *group;

	if (!str_eq(xml_attr(to, "Kind"), "Group"))
		return false;
	group = with_id(xml_child(def, "TransitionsGroups"), "TransitionsGroup",
	    xml_text(to));
	if (str_eq(from->name, "AbsoluteDateTransition") &&
	    ews_time_parse(xml_text(xml_child(from, "DateTime")), &z->from_s) !=
		ERR_OK)
		return false;
	return group != NULL && take_group(def, group, z);
}

enum err
ews_zone_take(const struct xml_node *def, struct msg_recur *r)
{
	const struct xml_node *n =
	    xml_child(xml_child(def, "Transitions"), NULL);
	struct msg_zone_rule rules[EWS_ZONE_RULES_MAX];
	size_t have = 0;

	evidence_text(&r->zone, xml_attr(def, "Id"), ZONE_MAX);
	if (r->zone == NULL)
		return ERR_NOMEM;
	memset(rules, 0, sizeof(rules));
	for (; n != NULL; n = n->next)
		if (have == EWS_ZONE_RULES_MAX ||
		    !take_rule(def, n, &rules[have++]))
			return ERR_OK;
	if (have == 0)
		return ERR_OK;
	if ((r->rules = try_alloc(have * sizeof(rules[0]))) == NULL)
		return ERR_NOMEM;
	memcpy(r->rules, rules, have * sizeof(rules[0]));
	r->rules_n = have;
	return ERR_OK;
}
