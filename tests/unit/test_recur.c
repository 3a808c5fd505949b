/* The rule of a series: its days, its clocks, and its text. */
#include "config.h"

#include "tests/harness/test.h"

#include <stdio.h>
#include <string.h>

#include "common/ipc.h"
#include "common/recur.h"

#define H 3600
#define DAYS(y, m, d) recur_day_of(y, m, d)

/* Berlin, New York, Sydney, Kolkata. */
static struct msg_zone_rule berlin = {.base_min = 60,
    .shift_min = 60,
    .to_daylight = {3, 5, 0, 2 * H},
    .to_standard = {10, 5, 0, 3 * H}};
static struct msg_zone_rule york = {.base_min = -300,
    .shift_min = 60,
    .to_daylight = {3, 2, 0, 2 * H},
    .to_standard = {11, 1, 0, 2 * H}};
static struct msg_zone_rule sydney = {.base_min = 600,
    .shift_min = 60,
    .to_daylight = {10, 1, 0, 2 * H},
    .to_standard = {4, 1, 0, 3 * H}};
static struct msg_zone_rule kolkata = {.base_min = 330};

static void
test_dates(void **state)
{
	int64_t day, y;
	unsigned m, d;

	(void)state;
	assert_int_equal(DAYS(1970, 1, 1), 0);
	assert_int_equal(DAYS(2000, 2, 29), 11016);
	for (day = -200000; day < 200000; day += 37) {
		recur_date_of(day, &y, &m, &d);
		assert_int_equal(DAYS(y, m, d), day);
	}
}

static void
clocks(struct msg_zone_rule *z, int64_t utc, int64_t want_min)
{
	struct msg_recur r = {.rules = z, .rules_n = 1};

	assert_int_equal(recur_local(&r, utc) - utc, want_min * 60);
	assert_int_equal(recur_utc(&r, recur_local(&r, utc)), utc);
}

static void
test_clocks(void **state)
{
	(void)state;
	/* 2027-03-28 01:00Z and 2027-10-31 01:00Z */
	clocks(&berlin, DAYS(2027, 3, 28) * 86400 + H - 1, 60);
	clocks(&berlin, DAYS(2027, 3, 28) * 86400 + H, 120);
	clocks(&berlin, DAYS(2027, 10, 31) * 86400 + H - 1, 120);
	clocks(&berlin, DAYS(2027, 10, 31) * 86400 + 2 * H, 60);
	/* 2027-03-14 07:00Z and 2027-11-07 06:00Z */
	clocks(&york, DAYS(2027, 3, 14) * 86400 + 7 * H - 1, -300);
	clocks(&york, DAYS(2027, 3, 14) * 86400 + 7 * H, -240);
	clocks(&york, DAYS(2027, 11, 7) * 86400 + 7 * H, -300);
	/* South of the equator: summer is over the turn of the year. */
	clocks(&sydney, DAYS(2027, 1, 1) * 86400, 660);
	clocks(&sydney, DAYS(2027, 7, 1) * 86400, 600);
	clocks(&sydney, DAYS(2027, 12, 31) * 86400 + 23 * H, 660);
	clocks(&kolkata, DAYS(2027, 7, 1) * 86400, 330);
	/* 02:30 is left out: as if the clocks had not changed. */
	{
		struct msg_recur r = {.rules = &berlin, .rules_n = 1};

		assert_int_equal(
		    recur_utc(&r, DAYS(2027, 3, 28) * 86400 + 9000),
		    DAYS(2027, 3, 28) * 86400 + 5400);
	}
}

static const struct row {
	struct msg_recur r;
	const char *days; /* the first five */
	const char *rule; /* NULL: cannot be said */
} rows[] = {
    {{.kind = RECUR_DAILY, .interval = 3, .count = 4, .end_kind = RECUR_COUNT},
	"0228 0303 0306 0309", "FREQ=DAILY;INTERVAL=3;COUNT=4"},
    {{.kind = RECUR_WEEKLY,
	 .interval = 2,
	 .days = 0x0a,
	 .first_day = 1,
	 .end_kind = RECUR_UNTIL},
	"0308 0310 0322 0324 0405",
	"FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=MO;"
	"UNTIL=20270630T215959Z"},
    {{.kind = RECUR_MONTHLY,
	 .interval = 1,
	 .day = 31,
	 .end_kind = RECUR_COUNT,
	 .count = 3},
	"0228 0331 0430", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"},
    {{.kind = RECUR_MONTHLY,
	 .interval = 1,
	 .day = 30,
	 .end_kind = RECUR_COUNT,
	 .count = 3},
	"0228 0330 0430", NULL},
    {{.kind = RECUR_MONTHLY, .interval = 2, .day = 28},
	"0228 0428 0628 0828 1028", "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28"},
    {{.kind = RECUR_MONTHLY_POS, .interval = 1, .days = 0x04, .week = 2},
	"0309 0413 0511 0608 0713", "FREQ=MONTHLY;BYDAY=2TU"},
    {{.kind = RECUR_MONTHLY_POS, .interval = 1, .days = 0x3e, .week = 5},
	"0331 0430 0531 0630 0730", NULL},
    {{.kind = RECUR_MONTHLY_POS, .interval = 1, .days = 0x7f, .week = 5},
	"0228 0331 0430 0531 0630", "FREQ=MONTHLY;BYMONTHDAY=-1"},
    {{.kind = RECUR_YEARLY,
	 .interval = 1,
	 .day = 29,
	 .month = 2,
	 .end_kind = RECUR_COUNT,
	 .count = 2},
	"0228 0229", NULL},
    {{.kind = RECUR_YEARLY_POS,
	 .interval = 1,
	 .days = 0x01,
	 .week = 5,
	 .month = 3,
	 .end_kind = RECUR_COUNT,
	 .count = 2},
	"0328 0326", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=2"},
};

static void
test_days_and_rules(void **state)
{
	char days[64], rule[RECUR_RULE_MAX];
	struct recur_rest rest;
	struct recur_walk w;
	unsigned m, d, n;
	int64_t day, y;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct msg_recur r = rows[i].r;
		const int64_t first = DAYS(2027, 2, 28) * 86400 + 9 * H;

		r.start_day = DAYS(2027, 2, 28);
		r.end_day = DAYS(2027, 6, 30);
		r.rules = &berlin;
		r.rules_n = 1;
		assert_int_equal(recur_check(&r), ERR_OK);
		days[0] = '\0';
		recur_walk_begin(&w, &r);
		for (n = 0; n < 5 && recur_walk_next(&w, &day); n++) {
			recur_date_of(day, &y, &m, &d);
			snprintf(days + strlen(days),
			    sizeof days - strlen(days), "%s%02u%02u",
			    n > 0 ? " " : "", m, d);
		}
		assert_string_equal(days, rows[i].days);
		assert_int_equal(
		    recur_rest_of(&rest, &r, first, first + H, 0), ERR_OK);
		if (rows[i].rule == NULL) {
			assert_int_equal(
			    recur_rule_text(rule, sizeof rule, &r, &rest),
			    ERR_UNSUPPORTED);
			continue;
		}
		assert_int_equal(
		    recur_rule_text(rule, sizeof rule, &r, &rest), ERR_OK);
		assert_string_equal(rule, rows[i].rule);
	}
}

/* By the clock of Berlin it stays at nine, whatever UTC says. */
static void
test_rest(void **state)
{
	struct msg_recur r = {.kind = RECUR_WEEKLY,
	    .interval = 1,
	    .days = 0x10,
	    .end_kind = RECUR_COUNT,
	    .count = 10,
	    .rules = &berlin,
	    .rules_n = 1};
	int64_t first, summer;
	struct recur_rest rest;

	(void)state;
	r.start_day = DAYS(2027, 3, 18);
	first = r.start_day * 86400 + 8 * H;
	summer = DAYS(2027, 4, 1) * 86400 + 7 * H;
	assert_int_equal(
	    recur_rest_of(&rest, &r, first, first + H, summer - 1), ERR_OK);
	assert_int_equal(rest.start_s, summer);
	assert_int_equal(rest.end_s, summer + H);
	assert_int_equal(rest.left_n, 8);
	assert_int_equal(rest.day, DAYS(2027, 4, 1));
	assert_int_equal(rest.last_day, DAYS(2027, 5, 20));
	assert_true(recur_has(&r, first, summer));
	assert_true(recur_has(&r, first, first));
	assert_false(recur_has(&r, first, summer + H));
	assert_false(recur_has(&r, first, summer + 86400));
	/* One that runs has begun. */
	assert_int_equal(
	    recur_rest_of(&rest, &r, first, first + H, summer), ERR_OK);
	assert_int_equal(rest.left_n, 7);
	assert_int_equal(recur_rest_of(&rest, &r, first, first + H,
			     DAYS(2028, 1, 1) * 86400),
	    ERR_NOTFOUND);
	r.end_kind = RECUR_ENDLESS;
	assert_int_equal(
	    recur_rest_of(&rest, &r, first, first + H, summer), ERR_OK);
	assert_int_equal(rest.left_n, RECUR_LEFT_MAX);
}

static void
test_what_no_series_can_have(void **state)
{
	struct msg_zone_rule odd = berlin;
	struct msg_recur r = {.kind = RECUR_MONTHLY, .interval = 1, .day = 1};
	struct recur_walk w;
	int64_t day;

	(void)state;
	assert_int_equal(recur_check(&r), ERR_OK);
	r.day = 32;
	assert_int_equal(recur_check(&r), ERR_PROTO);
	r.day = 1;
	r.interval = 0;
	assert_int_equal(recur_check(&r), ERR_PROTO);
	r.interval = 1;
	r.start_day = INT64_MAX;
	assert_int_equal(recur_check(&r), ERR_PROTO);
	r.start_day = 0;
	r.kind = RECUR_WEEKLY;
	assert_int_equal(recur_check(&r), ERR_PROTO);
	r.days = 1;
	r.end_kind = RECUR_COUNT;
	assert_int_equal(recur_check(&r), ERR_PROTO);
	r.end_kind = RECUR_ENDLESS;
	r.rules = &odd;
	r.rules_n = 1;
	assert_int_equal(recur_check(&r), ERR_OK);
	odd.to_standard.month = 0;
	assert_int_equal(recur_check(&r), ERR_PROTO);
	odd.to_standard.month = 13;
	assert_int_equal(recur_check(&r), ERR_PROTO);
	/* An endless one ends all the same. */
	r.rules_n = 0;
	r.kind = RECUR_DAILY;
	recur_walk_begin(&w, &r);
	while (recur_walk_next(&w, &day))
		;
	assert_int_equal(w.n, RECUR_STEPS_MAX);
}

static void
test_names(void **state)
{
	char utc[] = "UTC", other[] = "Middle-earth Standard Time";
	struct msg_recur r = {.zone = utc};

	(void)state;
	assert_string_equal(
	    recur_zone_name("W. Europe Standard Time"), "Europe/Berlin");
	assert_null(recur_zone_name("Middle-earth Standard Time"));
	assert_true(recur_has_zone(&r));
	r.zone = other;
	assert_false(recur_has_zone(&r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_clocks),
	    cmocka_unit_test(test_days_and_rules),
	    cmocka_unit_test(test_rest),
	    cmocka_unit_test(test_what_no_series_can_have),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
