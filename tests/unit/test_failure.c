#include "tests/harness/test.h"

#include "common/failure.h"
#include "common/str.h"

#define NAME_MAX_LEN 64 /* of ipc_msg.def, step.failure */
#define TEXT_MAX 2048 /* of ipc_msg.def, step.todo and step.command */

static void
test_table(void **state)
{
	const struct failure *f;
	unsigned i, k;

	(void)state;
	for (i = 0; (f = failure_at(i)) != NULL; i++) {
		assert_ptr_equal(failure_find(f->name), f);
		assert_in_range(strlen(f->name), 2, NAME_MAX_LEN);
		assert_in_range(f->code, ERR_OK + 1, ERR__MAX - 1);
		assert_true(strlen(f->title) > 10);
		/* A title is a heading, advice is whole sentences. */
		assert_int_not_equal(f->title[strlen(f->title) - 1], '.');
		assert_in_range(strlen(f->todo), 10, TEXT_MAX);
		assert_int_equal(f->todo[strlen(f->todo) - 1], '.');
		assert_true(strlen(f->command) < TEXT_MAX);
		assert_true(
		    f->alarm == 0 || (f->alarm >= 60050 && f->alarm <= 60190));
		for (k = 0; k < i; k++)
			assert_string_not_equal(f->name, failure_at(k)->name);
	}
	assert_true(i > 40);
	assert_null(failure_find("no-such"));
	assert_null(failure_find(""));
	assert_null(failure_at((unsigned)-1));
}

static void
test_some(void **state)
{
	(void)state;
	assert_err(failure_find("http-401")->code, ERR_AUTH);
	assert_err(failure_find("cred-bound")->code, ERR_BOUND);
	assert_int_equal(failure_find("cred-bound")->alarm, 60101);
	assert_contains(failure_find("ews-impersonation")->command,
	    "ApplicationImpersonation");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_some),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
