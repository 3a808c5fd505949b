/* delivery_plan.c: at most one message a minute, and later after failures. */
#include "tests/harness/test.h"

#include "backend/engine/delivery_plan.h"
#include "common/store_delivery.h"

#define NOW INT64_C(1760000000)

static void
test_wait(void **state)
{
	static const struct {
		int64_t tried_s, tries, next_s, oldest_s, want;
	} rows[] = {
	    /* what comes together goes together */
	    {0, 0, 0, NOW, DELIVERY_GATHER_S},
	    {0, 0, 0, NOW - 1, DELIVERY_GATHER_S - 1},
	    {0, 0, 0, NOW - 100, 0},
	    {0, 0, 0, 0, 0},
	    /* a minute between two */
	    {NOW, 0, 0, NOW - 100, DELIVERY_GAP_S},
	    {NOW - 59, 0, 0, NOW - 100, 1},
	    {NOW - 60, 0, 0, NOW - 100, 0},
	    {NOW - 60, 0, 0, NOW, DELIVERY_GATHER_S},
	    /* after failures */
	    {NOW - 60, 1, NOW + 200, NOW - 100, 200},
	    {NOW - 60, 0, NOW + 200, NOW - 100, 0},
	    {NOW - 1, 1, NOW - 1, NOW - 100, 59},
	    /* a clock that was set back */
	    {NOW + 100000, 0, 0, NOW - 100, DELIVERY_GAP_S},
	    {0, 0, 0, NOW + 100000, DELIVERY_GATHER_S},
	    {NOW + 9, 1, NOW + 100000, NOW, DELIVERY_RETRY_MAX_S},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct delivery_state st = {.tried_s = rows[i].tried_s,
		    .tries = rows[i].tries,
		    .next_s = rows[i].next_s};

		assert_int_equal(
		    delivery_wait_s(&st, rows[i].oldest_s, NOW), rows[i].want);
	}
}

static void
test_failures(void **state)
{
	struct delivery_state st = {0};
	int64_t was = 0, s;
	unsigned i;

	(void)state;
	for (i = 1; i < 200; i++) {
		delivery_failed(&st, NOW);
		s = st.next_s - NOW;
		assert_int_equal(st.tries, i);
		assert_in_range(s, DELIVERY_GAP_S, DELIVERY_RETRY_MAX_S);
		/* it grows, with a quarter of jitter, up to an hour */
		assert_true(s * 2 > was);
		if (i > 10)
			assert_true(s >= DELIVERY_RETRY_MAX_S / 2);
		was = s;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_wait),
	    cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
