/* ews_recur.c - see ews_recur.h. */
#include "config.h"

#include "backend/net/ews_recur.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_zone.h"
#include "backend/net/xml.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/recur.h"
#include "common/str.h"

#define ID_MAX 2048 /* as in ipc_msg.def */
#define CHANGE_KEY_MAX 512
#define INT_MAX_HERE 100000

static const char *const weekdays[] = {"Sunday", "Monday", "Tuesday",
    "Wednesday", "Thursday", "Friday", "Saturday", NULL};
static const char *const months[] = {"January", "February", "March", "April",
    "May", "June", "July", "August", "September", "October", "November",
    "December", NULL};
static const char *const weeks[] = {
    "First", "Second", "Third", "Fourth", "Last", NULL};

static uint32_t
place_of(const char *const *names, const char *word, size_t n)
{
	uint32_t i;

	for (i = 0; names[i] != NULL; i++)
		if (strlen(names[i]) == n && strncmp(names[i], word, n) == 0)
			return i + 1;
	return 0;
}

static uint32_t
word_of(const char *const *names, const struct xml_node *n)
{
	return place_of(names, xml_text(n), strlen(xml_text(n)));
}

/* "Monday Wednesday", or one word for some of them. */
static uint32_t
days_of(const char *s)
{
	uint32_t days = 0, at;
	size_t n;

	for (; *(s += strspn(s, " \t\r\n")) != '\0'; s += n) {
		n = strcspn(s, " \t\r\n");
		at = place_of(weekdays, s, n);
		if (at > 0)
			days |= 1u << (at - 1);
		else if (n == 3 && strncmp(s, "Day", n) == 0)
			days |= RECUR_DAYS_ALL;
		else if (n == 7 && strncmp(s, "Weekday", n) == 0)
			days |= RECUR_DAYS_WORK;
		else if (n == 10 && strncmp(s, "WeekendDay", n) == 0)
			days |= RECUR_DAYS_FREE;
		else
			return 0;
	}
	return days;
}

static uint32_t
int_of(const struct xml_node *n, const char *name)
{
	uint64_t v = 0;

	if (str_to_u64(xml_text(xml_child(n, name)), INT_MAX_HERE, &v) !=
	    ERR_OK)
		return 0;
	return (uint32_t)v;
}

static const struct {
	const char *name;
	enum recur_kind kind;
} kinds[] = {
    {"DailyRecurrence", RECUR_DAILY},
    {"WeeklyRecurrence", RECUR_WEEKLY},
    {"AbsoluteMonthlyRecurrence", RECUR_MONTHLY},
    {"RelativeMonthlyRecurrence", RECUR_MONTHLY_POS},
    {"AbsoluteYearlyRecurrence", RECUR_YEARLY},
    {"RelativeYearlyRecurrence", RECUR_YEARLY_POS},
};

static void
take_pattern(const struct xml_node *rec, struct msg_recur *r)
{
	const struct xml_node *p = NULL;
	uint32_t first;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && p == NULL; i++)
		if ((p = xml_child(rec, kinds[i].name)) != NULL)
			r->kind = kinds[i].kind;
	/* A year's rule has no interval: it is each year. */
	r->interval = r->kind == RECUR_YEARLY || r->kind == RECUR_YEARLY_POS
			  ? 1
			  : int_of(p, "Interval");
	r->days = days_of(xml_text(xml_child(p, "DaysOfWeek")));
	r->day = int_of(p, "DayOfMonth");
	r->week = word_of(weeks, xml_child(p, "DayOfWeekIndex"));
	r->month = word_of(months, xml_child(p, "Month"));
	first = word_of(weekdays, xml_child(p, "FirstDayOfWeek"));
	r->first_day = first > 0 ? first - 1 : 0;
}

/* False: nothing that could be one. */
static bool
take_range(const struct xml_node *rec, struct msg_recur *r)
{
	const struct xml_node *end = xml_child(rec, "EndDateRecurrence");
	const struct xml_node *n = xml_child(rec, "NumberedRecurrence");
	const struct xml_node *none = xml_child(rec, "NoEndRecurrence");
	const struct xml_node *any = end != NULL ? end : n != NULL ? n : none;

	if (any == NULL || ews_day_parse(xml_text(xml_child(any, "StartDate")),
			       &r->start_day) != ERR_OK)
		return false;
	r->end_kind = end != NULL ? RECUR_UNTIL
		      : n != NULL ? RECUR_COUNT
				  : RECUR_ENDLESS;
	if (n != NULL)
		r->count = int_of(n, "NumberOfOccurrences");
	return end == NULL || ews_day_parse(xml_text(xml_child(end, "EndDate")),
				  &r->end_day) == ERR_OK;
}

static size_t
count(const struct xml_node *list, const char *name)
{
	const struct xml_node *n = xml_child(list, name);
	size_t i = 0;

	for (; n != NULL; n = xml_next(n, name))
		i++;
	return i;
}

static enum err
take_one(const struct xml_node *n, struct msg_occurrence *o)
{
	const struct xml_node *id = xml_child(n, "ItemId");
	enum err e;

	if ((e = evidence_id(&o->item_id, xml_attr(id, "Id"), ID_MAX)) ==
		ERR_OK &&
	    (e = evidence_id(&o->change_key, xml_attr(id, "ChangeKey"),
		 CHANGE_KEY_MAX)) == ERR_OK &&
	    (e = ews_time_parse(xml_text(xml_child(n, "OriginalStart")),
		 &o->original_s)) == ERR_OK &&
	    (e = ews_time_parse(
		 xml_text(xml_child(n, "Start")), &o->start_s)) == ERR_OK)
		e = ews_time_parse(xml_text(xml_child(n, "End")), &o->end_s);
	return e;
}

static enum err
take_changed(const struct xml_node *item, struct msg_ews_item *r)
{
	const struct xml_node *list = xml_child(item, "ModifiedOccurrences");
	const struct xml_node *n = xml_child(list, "Occurrence");
	size_t have = count(list, "Occurrence");
	enum err e = ERR_OK;

	if (have > EWS_CHANGED_MAX) {
		r->is_cut = true;
		have = EWS_CHANGED_MAX;
	}
	if (have == 0)
		return ERR_OK;
	if ((r->changed = try_alloc(have * sizeof(*r->changed))) == NULL)
		return ERR_NOMEM;
	for (; n != NULL && r->changed_n < have && e == ERR_OK;
	     n = xml_next(n, "Occurrence"))
		e = take_one(n, &r->changed[r->changed_n++]);
	return e;
}

static enum err
take_deleted(const struct xml_node *item, struct msg_ews_item *r)
{
	const struct xml_node *list = xml_child(item, "DeletedOccurrences");
	const struct xml_node *n = xml_child(list, "DeletedOccurrence");
	size_t have = count(list, "DeletedOccurrence");
	enum err e = ERR_OK;

	if (have > EWS_DELETED_MAX) {
		r->is_cut = true;
		have = EWS_DELETED_MAX;
	}
	if (have == 0)
		return ERR_OK;
	if ((r->deleted = try_alloc(have * sizeof(*r->deleted))) == NULL)
		return ERR_NOMEM;
	for (; n != NULL && r->deleted_n < have && e == ERR_OK;
	     n = xml_next(n, "DeletedOccurrence"))
		e = ews_time_parse(xml_text(xml_child(n, "Start")),
		    &r->deleted[r->deleted_n++].at_s);
	return e;
}

enum err
ews_recur_take(const struct xml_node *item, struct msg_ews_item *r)
{
	const struct xml_node *rec = xml_child(item, "Recurrence");
	enum err e;

	if (ews_time_parse(xml_text(xml_child(item, "OriginalStart")),
		&r->original_s) != ERR_OK)
		r->original_s = 0;
	if (rec == NULL)
		return ERR_OK;
	take_pattern(rec, &r->recur);
	if ((e = ews_zone_take(xml_child(item, "StartTimeZone"), &r->recur)) !=
	    ERR_OK)
		return e;
	/* What no series can have: then there is no rule. */
	if (!take_range(rec, &r->recur) || recur_check(&r->recur) != ERR_OK) {
		msg_recur_free(&r->recur);
		memset(&r->recur, 0, sizeof(r->recur));
	}
	if ((e = take_changed(item, r)) != ERR_OK)
		return e;
	return take_deleted(item, r);
}
