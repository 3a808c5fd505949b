#include "tests/harness/test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"

static char dir[TEST_DIR_MAX];

static int
setup(void **state)
{
	(void)state;
	tmp_dir_make(dir);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	tmp_dir_remove(dir);
	return 0;
}

static void
test_append(void **state)
{
	struct buf b = BUF_INIT(1000);
	char *p;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_ok(buf_puts(&b, "ab"));
	assert_ok(buf_putc(&b, 'c'));
	assert_ok(buf_put(&b, "d\0e", 3));
	assert_int_equal(b.len, 6);
	assert_memory_equal(b.p, "abcd\0e", 7);
	buf_reset(&b);
	assert_string_equal(buf_str(&b), "");
	assert_ok(buf_putf(&b, "%d %s", 42, "x"));
	assert_string_equal(buf_str(&b), "42 x");
	p = buf_take(&b);
	assert_string_equal(p, "42 x");
	assert_null(b.p);
	mem_free(p);
	p = buf_take(&b);
	assert_string_equal(p, "");
	mem_free(p);
	assert_ok(buf_put(&b, NULL, 0));
	buf_clear(&b);
}

static void
test_ceiling(void **state)
{
	struct buf b = BUF_INIT(10), none = BUF_INIT(0);

	(void)state;
	assert_ok(buf_puts(&b, "0123456789"));
	assert_err(buf_putc(&b, 'x'), ERR_TOOBIG);
	assert_err(buf_putf(&b, "%d", 1), ERR_TOOBIG);
	assert_err(buf_reserve(&b, SIZE_MAX), ERR_TOOBIG);
	assert_string_equal(buf_str(&b), "0123456789");
	buf_consume(&b, 4);
	assert_string_equal(buf_str(&b), "456789");
	assert_ok(buf_puts(&b, "abcd"));
	assert_string_equal(buf_str(&b), "456789abcd");
	buf_consume(&b, 100);
	assert_string_equal(buf_str(&b), "");
	buf_wipe(&b);
	assert_null(b.p);
	assert_ok(buf_puts(&none, ""));
	assert_err(buf_putc(&none, 'x'), ERR_TOOBIG);
	buf_clear(&none);
}

static void
test_growth(void **state)
{
	struct buf b = BUF_INIT(1000000);
	size_t i;

	(void)state;
	for (i = 0; i < 300000; i++)
		assert_ok(buf_putc(&b, (char)('a' + i % 26)));
	for (i = 0; i < 300000; i++)
		assert_int_equal(b.p[i], 'a' + i % 26);
	assert_int_equal(b.p[b.len], 0);
	buf_clear(&b);
}

static enum err
append_all(void *arg)
{
	struct buf b = BUF_INIT(100000);
	enum err e;
	int i;

	(void)arg;
	for (i = 0; i < 1000; i++) {
		size_t was = b.len;

		if ((e = buf_putf(&b, "%d ", i)) != ERR_OK) {
			/* What was there still is. */
			assert_int_equal(b.len, was);
			assert_int_equal(strlen(buf_str(&b)), was);
			break;
		}
	}
	buf_clear(&b);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(append_all, NULL);
}

static void
test_slurp(void **state)
{
	static const struct {
		size_t size, max;
		enum err want;
	} rows[] = {
	    {0, 10, ERR_OK},
	    {10, 10, ERR_OK},
	    {11, 10, ERR_TOOBIG},
	    {40000, 40000, ERR_OK},
	    {40001, 40000, ERR_TOOBIG},
	    {0, 0, ERR_OK},
	};
	char path[TEST_DIR_MAX + 16];
	static char content[50000];
	struct errinfo ei;
	size_t i;

	(void)state;
	memset(content, 'q', sizeof(content));
	(void)snprintf(path, sizeof(path), "%s/f", dir);
	for (i = 0; i < N_OF(rows); i++) {
		struct buf b = BUF_INIT(rows[i].max);

		tmp_file(path, content, rows[i].size);
		assert_err(file_slurp(path, &b, &ei), rows[i].want);
		if (rows[i].want == ERR_OK)
			assert_int_equal(b.len, rows[i].size);
		else
			assert_contains(ei.text, "larger");
		buf_clear(&b);
	}
}

static void
test_slurp_of_no_file(void **state)
{
	char path[TEST_DIR_MAX + 16];
	struct buf b = BUF_INIT(100);
	struct errinfo ei;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/none", dir);
	assert_err(file_slurp(path, &b, &ei), ERR_NOTFOUND);
	assert_contains(ei.text, path);
	assert_err(file_slurp(dir, &b, NULL), ERR_ARG);
	(void)snprintf(path, sizeof(path), "%s/fifo", dir);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_err(file_slurp(path, &b, NULL), ERR_ARG);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_append),
	    cmocka_unit_test(test_ceiling),
	    cmocka_unit_test(test_growth),
	    cmocka_unit_test(test_oom),
	    cmocka_unit_test(test_slurp),
	    cmocka_unit_test(test_slurp_of_no_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
