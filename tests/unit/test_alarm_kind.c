#include "tests/harness/test.h"

#include "common/alarm_kind.h"
#include "common/failure.h"
#include "common/str.h"

#define TEXT_MAX 300

static bool
is_severity(const char *s)
{
	return str_eq(s, "critical") || str_eq(s, "error") ||
	       str_eq(s, "warning") || str_eq(s, "alert");
}

static void
assert_sentence(const char *s)
{
	assert_in_range(strlen(s), 10, TEXT_MAX);
	assert_int_equal(s[strlen(s) - 1], '.');
}

static void
test_table(void **state)
{
	unsigned i, k;

	(void)state;
	for (i = 0; i < ALARM__MAX; i++) {
		const struct alarm_kind *a = alarm_kind((enum alarm_id)i);

		assert_true((a->number >= 60050 && a->number < 60075) ||
			    (a->number >= 60100 && a->number <= 60190));
		assert_true(is_severity(a->severity));
		/* A title is a heading, the others are whole sentences. */
		assert_in_range(strlen(a->title), 10, 80);
		assert_int_not_equal(a->title[strlen(a->title) - 1], '.');
		assert_sentence(a->consequence);
		assert_sentence(a->todo);
		assert_int_equal(a->page[0], '/');
		assert_true(strlen(a->page_name) > 0);
		assert_ptr_equal(alarm_kind_of(a->number), a);
		for (k = 0; k < i; k++)
			assert_int_not_equal(
			    a->number, alarm_kind((enum alarm_id)k)->number);
	}
	assert_int_equal(alarm_id_of(60101), ALARM_EXCHANGE_DENIED);
	assert_int_equal(alarm_id_of(1), ALARM__MAX);
	assert_string_equal(alarm_kind_of(1)->todo, "");
}

/* The alarm that a fault leads to is one that there is. */
static void
test_failures(void **state)
{
	const struct failure *f;
	unsigned i;

	(void)state;
	for (i = 0; (f = failure_at(i)) != NULL; i++)
		if (f->alarm != 0 && alarm_id_of(f->alarm) == ALARM__MAX)
			fail_msg("%s: no alarm %u", f->name, f->alarm);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
