#include "tests/harness/test.h"

static void
test_zeroed(void **state)
{
	size_t i;
	char *p, *q;

	(void)state;
	p = xcalloc(3, 7);
	for (i = 0; i < 21; i++)
		assert_int_equal(p[i], 0);
	mem_free(p);
	p = try_alloc(100);
	for (i = 0; i < 100; i++)
		assert_int_equal(p[i], 0);
	assert_non_null(q = try_realloc(p, 200));
	mem_free(q);
	mem_free(NULL);
}

static void
test_no_size_is_memory(void **state)
{
	void *p;

	(void)state;
	assert_non_null(p = xalloc(0));
	mem_free(p);
	assert_non_null(p = try_alloc(0));
	assert_non_null(p = try_realloc(p, 0));
	mem_free(p);
}

static void
test_strings(void **state)
{
	char *p;

	(void)state;
	assert_string_equal(p = xstrdup("abc"), "abc");
	mem_free(p);
	assert_string_equal(p = try_strdup(""), "");
	mem_free(p);
	assert_string_equal(p = try_strndup("abcdef", 3), "abc");
	mem_free(p);
	assert_string_equal(p = try_strndup("ab", 100), "ab");
	mem_free(p);
}

static void
test_absurd_size(void **state)
{
	(void)state;
	assert_null(try_alloc(SIZE_MAX));
	assert_null(try_realloc(NULL, SIZE_MAX - 1));
}

static void
test_fail_after(void **state)
{
	void *a, *b;

	(void)state;
	assert_int_equal(alloc_fail_after(2), 0);
	assert_non_null(a = try_alloc(1));
	assert_int_equal(alloc_fail_after(2), 1);
	assert_non_null(b = try_strdup("x"));
	assert_null(try_realloc(a, 10));
	assert_int_equal(alloc_fail_after(0), 0);
	mem_free(a);
	assert_non_null(a = try_alloc(1));
	mem_free(a);
	mem_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_zeroed),
	    cmocka_unit_test(test_no_size_is_memory),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_absurd_size),
	    cmocka_unit_test(test_fail_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
