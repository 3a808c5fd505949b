/* backoff.c: when to try again. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/core/backoff.h"

#define FLOOR 100u
#define CEILING 1000u

/* The delay of each failure in a row, before the jitter. */
static const uint32_t rows[] = {100, 200, 400, 800, 1000, 1000};

static void
doubles_between_floor_and_ceiling(void **state)
{
	struct backoff b = BACKOFF_INIT(FLOOR, CEILING);
	unsigned round, i;
	uint32_t d;

	(void)state;
	for (round = 0; round < 200; round++) {
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			d = backoff_next_ms(&b, 0);
			assert_in_range(d, rows[i] - rows[i] / 4, rows[i]);
			assert_true(d >= FLOOR);
		}
		backoff_reset(&b);
	}
}

static void
jitter_spreads(void **state)
{
	struct backoff b = BACKOFF_INIT(100000u, 100000000u);
	uint32_t first, d = 0;
	unsigned i;

	(void)state;
	b.tries = 8;
	first = backoff_next_ms(&b, 0);
	for (i = 0; i < 20; i++) {
		b.tries = 8;
		if ((d = backoff_next_ms(&b, 0)) != first)
			return;
	}
	fail_msg("always %u", d);
}

static void
waits_as_long_as_asked(void **state)
{
	static const uint32_t asked[] = {1, 500, 5000, 300000, UINT32_MAX};
	struct backoff b = BACKOFF_INIT(FLOOR, CEILING);
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		assert_true(backoff_next_ms(&b, asked[i]) >= asked[i]);
}

static void
survives_long_rows(void **state)
{
	struct backoff b = BACKOFF_INIT(FLOOR, UINT32_MAX);
	unsigned i;

	(void)state;
	for (i = 0; i < 1000; i++)
		assert_true(backoff_next_ms(&b, 0) >= FLOOR);
	b.tries = UINT32_MAX;
	assert_true(backoff_next_ms(&b, 0) > UINT32_MAX / 2);
	assert_int_equal(b.tries, UINT32_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(doubles_between_floor_and_ceiling),
	    cmocka_unit_test(jitter_spreads),
	    cmocka_unit_test(waits_as_long_as_asked),
	    cmocka_unit_test(survives_long_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
