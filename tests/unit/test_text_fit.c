/* text_fit.c: cut between characters. */
#include "tests/harness/test.h"

#include "backend/engine/text_fit.h"

static void
cuts_whole_characters(void **state)
{
	static const struct {
		size_t size;
		const char *in, *out;
	} rows[] = {
	    {10, "", ""},
	    {10, "123456789", "123456789"},
	    {10, "1234567890", "123456789"},
	    {10, "12345678\xc3\xa9", "12345678"},
	    {10, "1234567\xc3\xa9", "1234567\xc3\xa9"},
	    {10, "1234567\xe2\x82\xac", "1234567"},
	    {10, "123456\xe2\x82\xac", "123456\xe2\x82\xac"},
	    {10, "12345678\xf0\x9f\x98\x80", "12345678"},
	    {4, "\xf0\x9f\x98\x80", ""},
	    {1, "x", ""},
	};
	char out[16];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		text_fit(out, rows[i].size, "%s", rows[i].in);
		assert_string_equal(out, rows[i].out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cuts_whole_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
