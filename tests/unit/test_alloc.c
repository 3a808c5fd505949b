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

/* What the kernel says of the pages: not dumped. */
static bool
is_dumped(const void *p)
{
	char line[512];
	unsigned long from, to;
	bool here = false, dumped = true;
	FILE *f = fopen("/proc/self/smaps", "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = (unsigned long)(uintptr_t)p >= from &&
			       (unsigned long)(uintptr_t)p < to;
		else if (here && strncmp(line, "VmFlags:", 8) == 0)
			dumped = strstr(line, " dd") == NULL;
	}
	(void)fclose(f);
	return dumped;
}

static void
test_pages(void **state)
{
	static const size_t sizes[] = {1, 4096, 4097};
	size_t i, k;
	char *p;

	(void)state;
	for (i = 0; i < N_OF(sizes); i++) {
		assert_non_null(p = try_alloc_pages(sizes[i]));
		for (k = 0; k < sizes[i]; k++)
			assert_int_equal(p[k], 0);
		p[0] = p[sizes[i] - 1] = 'x';
#ifndef HAVE_SANITIZERS
		assert_false(is_dumped(p));
#else
		(void)is_dumped;
#endif
		mem_free_pages(p, sizes[i]);
	}
	mem_free_pages(NULL, 1);
	(void)alloc_fail_after(1);
	assert_null(try_alloc_pages(1));
}

/* Kept ones come back as new: wiped to their last byte, and not all of very
 * many are kept. */
static void
test_pages_again(void **state)
{
	char *v[200];
	size_t round, i, k;

	(void)state;
	for (round = 0; round < 3; round++) {
		for (i = 0; i < N_OF(v); i++) {
			assert_non_null(v[i] = try_alloc_pages(4096));
			for (k = 0; k < 4096; k++)
				assert_int_equal(v[i][k], 0);
			memset(v[i], 's', 4096);
		}
		for (i = 0; i < N_OF(v); i++)
			mem_free_pages(v[i], 4096);
	}
	assert_non_null(v[0] = try_alloc_pages(1));
	assert_int_equal(v[0][0], 0);
#ifndef HAVE_SANITIZERS
	assert_false(is_dumped(v[0]));
#endif
	mem_free_pages(v[0], 1);
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
	    cmocka_unit_test(test_pages),
	    cmocka_unit_test(test_pages_again),
	    cmocka_unit_test(test_absurd_size),
	    cmocka_unit_test(test_fail_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
