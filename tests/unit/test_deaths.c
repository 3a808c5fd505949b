/* deaths.c: the third death within ten minutes counts, the old ones do not. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backend/manager/deaths.h"
#include "common/ipc.h"

#define T0 UINT64_C(5000000)
#define MINUTE UINT64_C(60000)

static void
the_third_in_ten_minutes_is_often(void **state)
{
	struct deaths d = {0};

	(void)state;
	assert_false(deaths_changed(&d, T0));
	deaths_add(&d, "calconn-engine", "exit code 3", T0, 1);
	deaths_add(&d, "calconn-engine", "exit code 3", T0 + MINUTE, 2);
	assert_false(deaths_changed(&d, T0 + MINUTE));
	deaths_add(&d, "calconn-engine", "exit code 4", T0 + 9 * MINUTE, 3);
	assert_true(deaths_changed(&d, T0 + 9 * MINUTE));
	assert_false(deaths_changed(&d, T0 + 9 * MINUTE));
	/* the first of them is ten minutes old */
	assert_false(deaths_changed(&d, T0 + 10 * MINUTE - 1));
	assert_true(deaths_changed(&d, T0 + 10 * MINUTE));
	assert_false(deaths_changed(&d, T0 + 30 * MINUTE));
}

static void
slow_deaths_are_never_often(void **state)
{
	struct deaths d = {0};
	uint64_t i;

	(void)state;
	for (i = 0; i < 50; i++) {
		deaths_add(&d, "calconn-net", "x", T0 + i * 5 * MINUTE, 1);
		assert_false(deaths_changed(&d, T0 + i * 5 * MINUTE));
	}
}

static void
each_program_counts_alone(void **state)
{
	static const char *const names[] = {
	    "calconn-engine", "calconn-net", "calconn-web", "calconn-other"};
	struct deaths d = {0};
	struct msg_deaths m;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		deaths_add(&d, names[i], "one", T0, 10);
		deaths_add(&d, names[i], "two", T0 + 1, 20);
	}
	assert_false(deaths_changed(&d, T0 + 2));
	deaths_add(&d, names[1], "three", T0 + 2, 30);
	assert_true(deaths_changed(&d, T0 + 2));
	assert_int_equal(deaths_fill(&d, &m, T0 + 3), ERR_OK);
	assert_int_equal(m.rows_n, DEATHS_PROGRAMS);
	assert_string_equal(m.rows[0].program, "calconn-engine");
	assert_string_equal(m.rows[0].why, "two");
	assert_int_equal(m.rows[0].n, 2);
	assert_string_equal(m.rows[1].why, "three");
	assert_int_equal(m.rows[1].n, 3);
	assert_int_equal(m.rows[1].last_s, 30);
	msg_deaths_free(&m);
	assert_int_equal(deaths_fill(&d, &m, T0 + 60 * MINUTE), ERR_OK);
	assert_int_equal(m.rows_n, 0);
	msg_deaths_free(&m);
}

static void
a_long_reason_is_cut(void **state)
{
	struct deaths d = {0};
	char why[1000];

	(void)state;
	(void)snprintf(why, sizeof(why), "%0999d", 7);
	deaths_add(&d, "calconn-web", why, T0, 1);
	assert_int_equal(strlen(d.rows[0].why), DEATHS_WHY_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_third_in_ten_minutes_is_often),
	    cmocka_unit_test(slow_deaths_are_never_often),
	    cmocka_unit_test(each_program_counts_alone),
	    cmocka_unit_test(a_long_reason_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
