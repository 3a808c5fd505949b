#include "tests/harness/test.h"

#include <time.h>

#include "common/clock.h"

static void
test_iso(void **state)
{
	static const struct {
		int64_t s;
		const char *text;
	} rows[] = {
	    {0, "1970-01-01T00:00:00Z"},
	    {1, "1970-01-01T00:00:01Z"},
	    {1795327319, "2026-11-22T06:01:59Z"},
	    {951782400, "2000-02-29T00:00:00Z"},
	    {-1, "1969-12-31T23:59:59Z"},
	    {253402300799, "9999-12-31T23:59:59Z"},
	    {253402300800, "-"},
	    {INT64_MAX, "-"},
	    {INT64_MIN, "-"},
	};
	char out[CLOCK_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		clock_iso(rows[i].s, out);
		assert_string_equal(out, rows[i].text);
	}
	clock_iso_ms(1795327319123, out);
	assert_string_equal(out, "2026-11-22T06:01:59.123Z");
	clock_iso_ms(5, out);
	assert_string_equal(out, "1970-01-01T00:00:00.005Z");
	clock_iso_ms(UINT64_MAX, out);
	assert_string_equal(out, "-");
}

static void
test_local(void **state)
{
	static const struct {
		const char *zone, *text;
	} rows[] = {
	    {"UTC0", "2026-11-22 06:01:59 +00:00"},
	    {"EET-2", "2026-11-22 08:01:59 +02:00"},
	    {"NST3:30", "2026-11-22 02:31:59 -03:30"},
	};
	char out[CLOCK_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		assert_int_equal(setenv("TZ", rows[i].zone, 1), 0);
		tzset();
		clock_local(1795327319, out);
		assert_string_equal(out, rows[i].text);
	}
	clock_local(INT64_MAX, out);
	assert_string_equal(out, "-");
}

static void
test_fake(void **state)
{
	uint64_t was;

	(void)state;
	clock_fake(1000, 5000999);
	assert_int_equal(clock_mono_ms(), 1000);
	assert_int_equal(clock_wall_ms(), 5000999);
	assert_int_equal(clock_wall_s(), 5000);
	clock_fake(0, 0);
	/* The real one: after 2020, and not running backwards. */
	assert_true(clock_wall_s() > 1577836800);
	was = clock_mono_ms();
	assert_true(clock_mono_ms() >= was);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_iso),
	    cmocka_unit_test(test_local),
	    cmocka_unit_test(test_fake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
