/* restart.c: how long a program that ended is waited for. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/manager/restart.h"

/* A program that fails at once, every time: what each wait is at most, a
 * quarter of jitter below it. */
static const uint32_t failing[] = {
    0, 250, 500, 1000, 2000, 4000, 8000, 10000, 10000};

static void
failures_wait_longer_and_longer(void **state)
{
	struct restart r;
	uint64_t now = 1000000;
	unsigned i;
	uint32_t w;

	(void)state;
	restart_init(&r);
	for (i = 0; i < sizeof(failing) / sizeof(failing[0]); i++) {
		w = restart_wait_ms(&r, now, 20, false);
		assert_in_range(w, failing[i] - failing[i] / 4, failing[i]);
		now += w + 20;
	}
	/* a long life clears the record */
	assert_int_equal(restart_wait_ms(&r, now, RESTART_LONG_MS, false), 0);
	assert_int_equal(restart_wait_ms(&r, now + 1, 20, false), 0);
	assert_in_range(restart_wait_ms(&r, now + 2, 20, false), 1, 250);
}

static void
kills_are_forgiven(void **state)
{
	struct restart r;
	uint64_t now = 1000000;
	unsigned i;

	(void)state;
	restart_init(&r);
	/* one a second, for ever */
	for (i = 0; i < 1000; i++, now += 1000)
		assert_int_equal(restart_wait_ms(&r, now, 900, true), 0);
	/* and many at once, within reason */
	for (i = 0; i + 1 < RESTART_KILLS_MAX; i++)
		assert_int_equal(restart_wait_ms(&r, now, 1, true), 0);
	(void)restart_wait_ms(&r, now, 1, true);
	(void)restart_wait_ms(&r, now, 1, true);
	assert_true(restart_wait_ms(&r, now, 1, true) > 0);
	now += 1000 * RESTART_KILLS_MAX;
	assert_int_equal(restart_wait_ms(&r, now, 1, true), 0);
}

static void
a_kill_is_no_excuse_for_failing(void **state)
{
	struct restart r;

	(void)state;
	restart_init(&r);
	assert_int_equal(restart_wait_ms(&r, 1000, 10, false), 0);
	assert_int_equal(restart_wait_ms(&r, 1010, 10, true), 0);
	assert_in_range(restart_wait_ms(&r, 1020, 10, false), 1, 250);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(failures_wait_longer_and_longer),
	    cmocka_unit_test(kills_are_forgiven),
	    cmocka_unit_test(a_kill_is_no_excuse_for_failing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
