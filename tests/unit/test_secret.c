#include "tests/harness/test.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/secret.h"

static void
test_set_copy_equal(void **state)
{
	struct secret a = SECRET_INIT, b = SECRET_INIT;
	static char big[SECRET_MAX + 1];

	(void)state;
	assert_string_equal(secret_peek(&a), "");
	assert_true(secret_equal(&a, &b));
	assert_ok(secret_set(&a, "pass\0word", 9));
	assert_int_equal(a.len, 9);
	assert_memory_equal(secret_peek(&a), "pass\0word", 10);
	assert_false(secret_equal(&a, &b));
	assert_ok(secret_copy(&b, &a));
	assert_true(secret_equal(&a, &b));
	assert_ptr_not_equal(a.p, b.p);
	assert_ok(secret_set(&b, "pass\0worD", 9));
	assert_false(secret_equal(&a, &b));
	/* Setting a secret to a part of itself. */
	assert_ok(secret_set(&b, b.p, 4));
	assert_string_equal(secret_peek(&b), "pass");
	assert_ok(secret_set(&b, big, SECRET_MAX));
	assert_err(secret_set(&b, big, SECRET_MAX + 1), ERR_TOOBIG);
	assert_int_equal(b.len, SECRET_MAX);
	assert_ok(secret_set(&b, "", 0));
	assert_string_equal(secret_peek(&b), "");
	secret_clear(&a);
	secret_clear(&b);
	assert_null(a.p);
	secret_clear(&a);
}

/* A byte behind the line stays in the pipe. */
static void
test_read_fd(void **state)
{
	static char big[SECRET_MAX + 10];
	struct {
		const char *input;
		size_t n;
		const char *want; /* NULL: too long */
	} rows[] = {
	    {"secret\nrest", 11, "secret"},
	    {"secret\r\nrest", 12, "secret"},
	    {"secret", 6, "secret"},
	    {"", 0, ""},
	    {"\nx", 2, ""},
	    {"a b\tc\n", 6, "a b\tc"},
	    {big, SECRET_MAX, big},
	    {big, SECRET_MAX + 2, NULL},
	};
	struct secret s = SECRET_INIT;
	struct errinfo ei;
	size_t i;

	(void)state;
	memset(big, 'a', SECRET_MAX);
	for (i = 0; i < N_OF(rows); i++) {
		int p[2];
		enum err e;

		assert_int_equal(pipe(p), 0);
		assert_int_equal(
		    write(p[1], rows[i].input, rows[i].n), rows[i].n);
		(void)close(p[1]);
		e = secret_read_fd(&s, p[0], &ei);
		if (rows[i].want == NULL) {
			assert_err(e, ERR_TOOBIG);
		} else {
			assert_ok(e);
			assert_string_equal(secret_peek(&s), rows[i].want);
		}
		if (i == 0) {
			char rest[8] = "";

			assert_int_equal(read(p[0], rest, 7), 4);
			assert_string_equal(rest, "rest");
		}
		(void)close(p[0]);
	}
	assert_err(secret_read_fd(&s, -1, &ei), ERR_SYS);
	assert_contains(ei.text, "Cannot read the password");
	secret_clear(&s);
}

static enum err
set_one(void *arg)
{
	struct secret s = SECRET_INIT;
	enum err e = secret_set(&s, "x", 1);

	(void)arg;
	secret_clear(&s);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(set_one, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_set_copy_equal),
	    cmocka_unit_test(test_read_fd),
	    cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
