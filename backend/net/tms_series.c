/* tms_series.c - see tms_series.h: how a series is repeated, which of its
 * meetings differ, and how the clocks of its zone go (Booking API guide,
 * "RecurrencePattern" and "ConferenceTimeZoneRules"). */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "backend/net/tms_client.h"
#include "backend/net/tms_series.h"
#include "backend/net/xml_write.h"
#include "common/ipc.h"
#include "common/recur.h"

#define YEAR_MONTHS 12
/* All fields of ModifiedData count; which bit is which is not told. */
#define MASK_ALL (-1)

static const char *const days[] = {"Sunday", "Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday"};

static void
put_int(struct xml_writer *w, const char *name, int64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, n);
	xml_put_elem(w, name, text);
}

static void
put_days(struct xml_writer *w, uint32_t mask)
{
	unsigned i;

	if (mask == 0)
		return;
	xml_put_raw(w, "<DaysOfWeek>");
	for (i = 0; i < 7; i++)
		if (((mask >> i) & 1u) != 0)
			xml_put_elem(w, "DayOfWeek", days[i]);
	xml_put_raw(w, "</DaysOfWeek>");
}

/* A year is twelve months: the API has years, and does not use them. */
static void
put_which(struct xml_writer *w, const struct msg_recur *r)
{
	bool is_year = r->kind == RECUR_YEARLY || r->kind == RECUR_YEARLY_POS;
	bool is_pos =
	    r->kind == RECUR_MONTHLY_POS || r->kind == RECUR_YEARLY_POS;
	/* The 31st of each month is its last day. */
	bool is_last = !is_pos && recur_is_clamped(r);
	int64_t place = 0;

	xml_put_elem(w, "FrequencyType",
	    r->kind == RECUR_DAILY    ? "Daily"
	    : r->kind == RECUR_WEEKLY ? "Weekly"
				      : "Monthly");
	put_int(w, "Interval",
	    is_year ? (int64_t)r->interval * YEAR_MONTHS : r->interval);
	if (r->kind == RECUR_WEEKLY || is_pos)
		put_days(w, r->days);
	else if (is_last)
		put_days(w, RECUR_DAYS_ALL);
	if (is_last || (is_pos && r->week == RECUR_WEEK_LAST))
		place = -1;
	else if (is_pos)
		place = r->week;
	xml_put_elem(w, "FirstDayOfWeek", days[r->first_day % 7]);
	put_int(w, "BySetPosition", place);
}

static void
put_exception(struct xml_writer *w, const struct msg_confer_meeting *c,
    const struct msg_confer_exception *x)
{
	xml_put_raw(w, "<RecurrenceException>");
	xml_put_elem(w, "ExceptionType", x->is_gone ? "DELETE" : "MODIFY");
	tms_put_time(w, "RecurrenceIdUTC", x->original_s);
	xml_put_elem(w, "RecurrenceIdRange", "None");
	put_int(w, "ModifiedMask", x->is_gone ? 0 : MASK_ALL);
	if (!x->is_gone) {
		xml_put_raw(w, "<ModifiedData>");
		tms_put_meeting(w, c, x->subject, x->start_s, x->end_s);
		xml_put_raw(w, "</ModifiedData>");
	}
	xml_put_raw(w, "</RecurrenceException>");
}

void
tms_put_pattern(struct xml_writer *w, const struct msg_confer_meeting *c)
{
	const struct msg_confer_series *s = &c->series;
	size_t i;

	if (s->recur.kind == RECUR_NONE)
		return;
	xml_put_raw(w, "<RecurrencePattern>");
	put_which(w, &s->recur);
	/* As many as are left, whatever the calendar's rule ends with. */
	xml_put_elem(w, "PatternEndType", "EndByInstances");
	put_int(w, "PatternInstances", s->recur.count);
	if (s->exceptions_n > 0) {
		xml_put_raw(w, "<Exceptions>");
		for (i = 0; i < s->exceptions_n; i++)
			put_exception(w, c, &s->exceptions[i]);
		xml_put_raw(w, "</Exceptions>");
	}
	xml_put_raw(w, "</RecurrencePattern>");
}

static void
put_change(
    struct xml_writer *w, const char *name, const struct msg_zone_change *c)
{
	if (c->month == 0)
		return;
	xml_put_raw(w, "<");
	xml_put_raw(w, name);
	xml_put_raw(w, ">");
	put_int(w, "ChangeSecondAtDay", c->second);
	xml_put_raw(w, c->week == 0 ? "<TimeChangeAbsoluteRule>"
				    : "<TimeChangeRelativeRule>");
	put_int(w, "Month", c->month);
	if (c->week != 0)
		put_int(w, "Week", c->week);
	put_int(w, "Day", c->day);
	xml_put_raw(w, c->week == 0 ? "</TimeChangeAbsoluteRule>"
				    : "</TimeChangeRelativeRule>");
	xml_put_raw(w, "</");
	xml_put_raw(w, name);
	xml_put_raw(w, ">");
}

static void
put_rule(struct xml_writer *w, const struct msg_recur *r,
    const struct msg_zone_rule *z)
{
	xml_put_raw(w, "<TimeZoneRule>");
	tms_put_stamp(w, "ValidFrom", z->from_s);
	xml_put_elem(w, "Id", r->zone != NULL ? r->zone : "");
	xml_put_elem(w, "DisplayName", r->zone != NULL ? r->zone : "");
	put_int(w, "BaseOffsetInMinutes", z->base_min);
	put_change(w, "Daylight", &z->to_daylight);
	put_int(w, "DaylightOffsetInMinutes", z->shift_min);
	put_change(w, "Standard", &z->to_standard);
	xml_put_raw(w, "</TimeZoneRule>");
}

/* Else TMS counts days of the week in UTC, and hours by its own zone. */
void
tms_put_zone(struct xml_writer *w, const struct msg_confer_meeting *c)
{
	static const struct msg_zone_rule utc = {.base_min = 0};
	const struct msg_recur *r = &c->series.recur;
	size_t i;

	if (r->kind == RECUR_NONE)
		return;
	xml_put_raw(w, "<ConferenceTimeZoneRules>");
	for (i = 0; i < r->rules_n; i++)
		put_rule(w, r, &r->rules[i]);
	if (r->rules_n == 0)
		put_rule(w, r, &utc);
	xml_put_raw(w, "</ConferenceTimeZoneRules>");
}
