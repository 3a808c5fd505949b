/* A series as EWS tells it. */
#include "config.h"

#include "tests/harness/test.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/ews_item.h"
#include "backend/net/ews_recur.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/recur.h"

#define HEAD                                                                 \
	"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">" \
	"<s:Body><m:GetItemResponse xmlns:m=\"http://schemas.microsoft.com/" \
	"exchange/services/2006/messages\" xmlns:t=\"http://schemas."        \
	"microsoft.com/exchange/services/2006/types\"><m:ResponseMessages>"  \
	"<m:GetItemResponseMessage ResponseClass=\"Success\">"               \
	"<m:ResponseCode>NoError</m:ResponseCode><m:Items><t:CalendarItem>"  \
	"<t:ItemId Id=\"i\" ChangeKey=\"c\"/><t:Start>2027-03-18T08:00:00Z"  \
	"</t:Start><t:End>2027-03-18T09:00:00Z</t:End>"                      \
	"<t:CalendarItemType>RecurringMaster</t:CalendarItemType>"
#define TAIL                                                     \
	"</t:CalendarItem></m:Items></m:GetItemResponseMessage>" \
	"</m:ResponseMessages></m:GetItemResponse></s:Body></s:Envelope>"
#define RANGE                                                             \
	"<t:NumberedRecurrence><t:StartDate>2027-03-18+01:00"             \
	"</t:StartDate><t:NumberOfOccurrences>10</t:NumberOfOccurrences>" \
	"</t:NumberedRecurrence>"
#define PERIODS                                                        \
	"<t:Periods><t:Period Bias=\"-PT1H\" Name=\"Standard\" "       \
	"Id=\"s\"/><t:Period Bias=\"P0DT-2H\" Name=\"x\" Id=\"bad\"/>" \
	"<t:Period Bias=\"-PT120M\" Name=\"Daylight\" Id=\"d\"/>"      \
	"</t:Periods>"
#define ZONE(periods)                                                         \
	"<t:StartTimeZone Id=\"W. Europe Standard Time\" Name=\"x\">" periods \
	"<t:TransitionsGroups><t:TransitionsGroup Id=\"0\">"                  \
	"<t:RecurringDayTransition><t:To Kind=\"Period\">d</t:To>"            \
	"<t:TimeOffset>PT2H</t:TimeOffset><t:Month>3</t:Month>"               \
	"<t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1"                   \
	"</t:Occurrence></t:RecurringDayTransition>"                          \
	"<t:RecurringDayTransition><t:To Kind=\"Period\">s</t:To>"            \
	"<t:TimeOffset>P0DT3H0M0.0S</t:TimeOffset><t:Month>10</t:Month>"      \
	"<t:DayOfWeek>Sunday</t:DayOfWeek><t:Occurrence>-1"                   \
	"</t:Occurrence></t:RecurringDayTransition>"                          \
	"</t:TransitionsGroup></t:TransitionsGroups><t:Transitions>"          \
	"<t:Transition><t:To Kind=\"Group\">0</t:To></t:Transition>"          \
	"</t:Transitions></t:StartTimeZone>"

static void
read_it(struct msg_ews_item *r, const char *inside)
{
	struct buf b = BUF_INIT(65536);

	memset(r, 0, sizeof *r);
	assert_int_equal(buf_putf(&b, "%s%s%s", HEAD, inside, TAIL), ERR_OK);
	ews_get_decode(b.p, b.len, r);
	buf_clear(&b);
}

static void
test_patterns(void **state)
{
	static const struct {
		const char *xml;
		unsigned kind, interval, days, day, week, month;
	} rows[] = {
	    {"<t:DailyRecurrence><t:Interval>2</t:Interval>"
	     "</t:DailyRecurrence>",
		RECUR_DAILY, 2, 0, 0, 0, 0},
	    {"<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>"
	     "Monday Thursday</t:DaysOfWeek><t:FirstDayOfWeek>Monday"
	     "</t:FirstDayOfWeek></t:WeeklyRecurrence>",
		RECUR_WEEKLY, 1, 0x12, 0, 0, 0},
	    {"<t:AbsoluteMonthlyRecurrence><t:Interval>3</t:Interval>"
	     "<t:DayOfMonth>18</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>",
		RECUR_MONTHLY, 3, 0, 18, 0, 0},
	    {"<t:RelativeMonthlyRecurrence><t:Interval>1</t:Interval>"
	     "<t:DaysOfWeek>Weekday</t:DaysOfWeek><t:DayOfWeekIndex>Last"
	     "</t:DayOfWeekIndex></t:RelativeMonthlyRecurrence>",
		RECUR_MONTHLY_POS, 1, RECUR_DAYS_WORK, 0, 5, 0},
	    {"<t:AbsoluteYearlyRecurrence><t:DayOfMonth>18</t:DayOfMonth>"
	     "<t:Month>March</t:Month></t:AbsoluteYearlyRecurrence>",
		RECUR_YEARLY, 1, 0, 18, 0, 3},
	    {"<t:RelativeYearlyRecurrence><t:DaysOfWeek>Thursday"
	     "</t:DaysOfWeek><t:DayOfWeekIndex>Third</t:DayOfWeekIndex>"
	     "<t:Month>March</t:Month></t:RelativeYearlyRecurrence>",
		RECUR_YEARLY_POS, 1, 0x10, 0, 3, 3},
	};
	struct msg_ews_item r;
	char text[4096];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		snprintf(text, sizeof text,
		    "<t:Recurrence>%s" RANGE "</t:Recurrence>" ZONE(PERIODS),
		    rows[i].xml);
		read_it(&r, text);
		assert_int_equal(r.ev.code, ERR_OK);
		assert_int_equal(r.recur.kind, rows[i].kind);
		assert_int_equal(r.recur.interval, rows[i].interval);
		assert_int_equal(r.recur.days, rows[i].days);
		assert_int_equal(r.recur.day, rows[i].day);
		assert_int_equal(r.recur.week, rows[i].week);
		assert_int_equal(r.recur.month, rows[i].month);
		assert_int_equal(r.recur.end_kind, RECUR_COUNT);
		assert_int_equal(r.recur.count, 10);
		assert_int_equal(r.recur.start_day, recur_day_of(2027, 3, 18));
		assert_string_equal(r.recur.zone, "W. Europe Standard Time");
		assert_int_equal(r.recur.rules_n, 1);
		/* Nine o'clock in winter is so in summer. */
		assert_int_equal(
		    recur_local(&r.recur, r.start_s) % 86400, 9 * 3600);
		assert_int_equal(
		    recur_local(&r.recur, r.start_s + 180 * 86400 - 3600) %
			86400,
		    9 * 3600);
		msg_ews_item_free(&r);
	}
}

static void
test_ranges(void **state)
{
	struct msg_ews_item r;

	(void)state;
	read_it(&r, "<t:Recurrence><t:DailyRecurrence><t:Interval>1"
		    "</t:Interval></t:DailyRecurrence><t:EndDateRecurrence>"
		    "<t:StartDate>2027-03-18</t:StartDate><t:EndDate>"
		    "2027-04-18Z</t:EndDate></t:EndDateRecurrence>"
		    "</t:Recurrence>");
	assert_int_equal(r.recur.end_kind, RECUR_UNTIL);
	assert_int_equal(r.recur.end_day - r.recur.start_day, 31);
	assert_false(recur_has_zone(&r.recur));
	msg_ews_item_free(&r);
	read_it(&r, "<t:Recurrence><t:DailyRecurrence><t:Interval>1"
		    "</t:Interval></t:DailyRecurrence><t:NoEndRecurrence>"
		    "<t:StartDate>2027-03-18</t:StartDate></t:NoEndRecurrence>"
		    "</t:Recurrence>");
	assert_int_equal(r.recur.kind, RECUR_DAILY);
	assert_int_equal(r.recur.end_kind, RECUR_ENDLESS);
	msg_ews_item_free(&r);
}

/* The item is read all the same; it has no rule, or its zone has none. */
static void
test_what_is_no_rule(void **state)
{
	static const char *const bad[] = {
	    "<t:Recurrence/>",
	    "<t:Recurrence><t:HourlyRecurrence/>" RANGE "</t:Recurrence>",
	    "<t:Recurrence><t:DailyRecurrence><t:Interval>0</t:Interval>"
	    "</t:DailyRecurrence>" RANGE "</t:Recurrence>",
	    "<t:Recurrence><t:DailyRecurrence><t:Interval>-1</t:Interval>"
	    "</t:DailyRecurrence>" RANGE "</t:Recurrence>",
	    "<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval>"
	    "</t:DailyRecurrence></t:Recurrence>",
	    "<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval>"
	    "<t:DaysOfWeek>Monday Blursday</t:DaysOfWeek>"
	    "</t:WeeklyRecurrence>" RANGE "</t:Recurrence>",
	    "<t:Recurrence><t:AbsoluteMonthlyRecurrence><t:Interval>1"
	    "</t:Interval><t:DayOfMonth>32</t:DayOfMonth>"
	    "</t:AbsoluteMonthlyRecurrence>" RANGE "</t:Recurrence>",
	};
	struct msg_ews_item r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		read_it(&r, bad[i]);
		assert_int_equal(r.ev.code, ERR_OK);
		assert_int_equal(r.recur.kind, RECUR_NONE);
		msg_ews_item_free(&r);
	}
	read_it(&r, "<t:Recurrence><t:DailyRecurrence><t:Interval>1"
		    "</t:Interval></t:DailyRecurrence>" RANGE
		    "</t:Recurrence>" ZONE(""));
	assert_int_equal(r.recur.kind, RECUR_DAILY);
	assert_int_equal(r.recur.rules_n, 0);
	msg_ews_item_free(&r);
}

static void
test_what_differs(void **state)
{
	static const char one[] =
	    "<t:Occurrence><t:ItemId Id=\"o\" ChangeKey=\"k\"/>"
	    "<t:Start>2027-03-19T10:00:00Z</t:Start>"
	    "<t:End>2027-03-19T11:00:00Z</t:End><t:OriginalStart>"
	    "2027-03-19T08:00:00Z</t:OriginalStart></t:Occurrence>";
	struct buf b = BUF_INIT(262144);
	struct msg_ews_item r;
	size_t i;

	(void)state;
	assert_int_equal(
	    buf_puts(&b, HEAD "<t:Recurrence><t:DailyRecurrence>"
			      "<t:Interval>1</t:Interval>"
			      "</t:DailyRecurrence>" RANGE
			      "</t:Recurrence><t:ModifiedOccurrences>"),
	    ERR_OK);
	for (i = 0; i < EWS_CHANGED_MAX + 1; i++)
		assert_int_equal(buf_puts(&b, one), ERR_OK);
	assert_int_equal(
	    buf_puts(&b, "</t:ModifiedOccurrences><t:DeletedOccurrences>"
			 "<t:DeletedOccurrence><t:Start>2027-03-20T08:00:00Z"
			 "</t:Start></t:DeletedOccurrence>"
			 "</t:DeletedOccurrences>" TAIL),
	    ERR_OK);
	memset(&r, 0, sizeof r);
	ews_get_decode(b.p, b.len, &r);
	buf_clear(&b);
	assert_int_equal(r.ev.code, ERR_OK);
	assert_int_equal(r.changed_n, EWS_CHANGED_MAX);
	assert_true(r.is_cut);
	assert_string_equal(r.changed[0].item_id, "o");
	assert_string_equal(r.changed[0].change_key, "k");
	assert_int_equal(r.changed[0].start_s - r.changed[0].original_s, 7200);
	assert_int_equal(r.deleted_n, 1);
	assert_int_equal(r.deleted[0].at_s - r.start_s, 2 * 86400);
	msg_ews_item_free(&r);
	/* Without its time it is none, and the answer is no good. */
	read_it(&r, "<t:Recurrence><t:DailyRecurrence><t:Interval>1"
		    "</t:Interval></t:DailyRecurrence>" RANGE
		    "</t:Recurrence><t:DeletedOccurrences>"
		    "<t:DeletedOccurrence/></t:DeletedOccurrences>");
	assert_string_equal(r.ev.failure, "content-unexpected");
	msg_ews_item_free(&r);
}

static void
test_durations(void **state)
{
	static const struct {
		const char *text;
		int64_t s; /* -1: none */
	} rows[] = {{"PT2H", 7200}, {"-PT90M", -5400}, {"P1DT1S", 86401},
	    {"P0DT5H0M0.0S", 18000}, {"", -1}, {"P", -1}, {"PT5", -1},
	    {"PM", -1}, {"P1M", -1}, {"PT1H-", -1}, {"PTT1H", -1}};
	int64_t s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		s = -1;
		if (rows[i].s == -1)
			assert_int_equal(
			    ews_duration_parse(rows[i].text, &s), ERR_PROTO);
		else
			assert_int_equal(
			    ews_duration_parse(rows[i].text, &s), ERR_OK);
		assert_int_equal(s, rows[i].s);
	}
	assert_int_equal(ews_day_parse("2027-3-18", &s), ERR_PROTO);
	assert_int_equal(ews_day_parse("1969-12-31", &s), ERR_OK);
	assert_int_equal(s, -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_patterns),
	    cmocka_unit_test(test_ranges),
	    cmocka_unit_test(test_what_is_no_rule),
	    cmocka_unit_test(test_what_differs),
	    cmocka_unit_test(test_durations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
