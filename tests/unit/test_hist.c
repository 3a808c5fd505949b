#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backend/engine/hist.h"

static void
test_percentiles(void **state)
{
	struct hist h = {{0}};
	unsigned i;

	(void)state;
	assert_int_equal(hist_upto(&h, 500), 0);
	for (i = 1; i <= 1000; i++)
		hist_add(&h, i);
	assert_int_equal(hist_count(&h), 1000);
	assert_int_equal(hist_upto(&h, 500), 500);
	assert_int_equal(hist_upto(&h, 501), 700);
	assert_int_equal(hist_upto(&h, 990), 1000);
	assert_int_equal(hist_upto(&h, 0), 0);
}

static void
test_ends(void **state)
{
	struct hist a = {{0}}, b = {{0}};

	(void)state;
	hist_add(&a, 0);
	assert_int_equal(hist_upto(&a, 1000), 1);
	hist_add(&b, UINT64_MAX);
	assert_int_equal(hist_upto(&b, 1000), 3600000);
	hist_join(&a, &b);
	assert_int_equal(hist_count(&a), 2);
	a.n[0] = UINT32_MAX;
	hist_add(&a, 0);
	hist_join(&a, &a);
	assert_int_equal(a.n[0], UINT32_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_percentiles),
	    cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
