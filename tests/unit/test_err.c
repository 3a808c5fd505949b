#include "tests/harness/test.h"

#include "common/str.h"

static void
test_table_is_whole(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < ERR__MAX; i++) {
		assert_true(str_has_prefix(err_name((enum err)i), "ERR_"));
		assert_true(strlen(err_default_text((enum err)i)) > 3);
		assert_in_range(err_http_status((enum err)i), 200, 599);
	}
	assert_int_equal(err_http_status(ERR_OK), 200);
	assert_int_equal(err_http_status(ERR_NOTFOUND), 404);
	assert_int_equal(err_http_status(ERR_CONFLICT), 409);
	assert_true(err_can_retry(ERR_TIMEOUT));
	assert_false(err_can_retry(ERR_AUTH));
	assert_false(err_can_retry(ERR_BOUND));
}

static void
test_unknown_code(void **state)
{
	(void)state;
	assert_string_equal(err_name(ERR__MAX), "ERR_UNKNOWN");
	assert_string_equal(err_name((enum err)9999), "ERR_UNKNOWN");
	assert_string_equal(err_name((enum err) - 1), "ERR_UNKNOWN");
	assert_int_equal(err_http_status((enum err)9999), 500);
	assert_false(err_can_retry((enum err)9999));
}

static void
test_set_and_context(void **state)
{
	struct errinfo ei;

	(void)state;
	assert_err(err_set(NULL, ERR_DNS, "%d", 1), ERR_DNS);
	errinfo_context(NULL, "x");
	assert_err(err_set(&ei, ERR_DNS, "No such name: %s", "a.b"), ERR_DNS);
	assert_err(ei.code, ERR_DNS);
	errinfo_context(&ei, "record %d", 7);
	assert_string_equal(ei.text, "record 7: No such name: a.b");
	assert_err(ei.code, ERR_DNS);
}

/* A cut at the end of the room leaves whole characters. */
static void
test_long_text(void **state)
{
	char text[3 * ERRINFO_MAX];
	struct errinfo ei;
	size_t shift, i;

	(void)state;
	for (shift = 0; shift < 4; shift++) {
		memset(text, 'a', sizeof(text));
		for (i = shift; i + 4 < sizeof(text); i += 4)
			memcpy(text + i, "\xf0\x9f\x93\x85", 4);
		text[sizeof(text) - 1] = '\0';
		(void)err_set(&ei, ERR_ARG, "%s", text);
		assert_true(strlen(ei.text) > ERRINFO_MAX - 8);
		assert_true(str_is_utf8(ei.text, strlen(ei.text)));
		errinfo_context(&ei, "%s", "context");
		assert_true(str_is_utf8(ei.text, strlen(ei.text)));
		assert_true(str_has_prefix(ei.text, "context: "));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table_is_whole),
	    cmocka_unit_test(test_unknown_code),
	    cmocka_unit_test(test_set_and_context),
	    cmocka_unit_test(test_long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
