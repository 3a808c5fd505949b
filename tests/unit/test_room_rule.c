#include "tests/harness/test.h"

#include <string.h>

#include "common/buf.h"
#include "common/room_rule.h"

static void
test_check(void **state)
{
	static const struct {
		const char *pattern;
		bool is_link, good;
	} rows[] = {
	    {"https://site.webex.com/meet/{local}", true, true},
	    {"https://{domain}/{local}", true, true},
	    {"https://rooms.example/?u={address}", true, true},
	    {"{local}@site.webex.com", false, true},
	    {"sip:{local}@site.webex.com", false, true},
	    {"https://site.webex.com/meet/all", true, false},
	    {"https://site.webex.com/{domain}", true, false},
	    {"http://site.webex.com/meet/{local}", true, false},
	    {"javascript:alert('{local}')", true, false},
	    {"https://site.webex.com/{local", true, false},
	    {"https://site.webex.com/{Local}/{address}", true, false},
	    {"https://site.webex.com/{}/{local}", true, false},
	    {"https://site webex.com/{local}", true, false},
	    {"{local} at home", false, false},
	    {"", true, false},
	};
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum err e =
		    room_rule_check(rows[i].pattern, rows[i].is_link, &ei);

		if ((e == ERR_OK) != rows[i].good)
			fail_msg("row %zu: %s", i, rows[i].pattern);
		if (e != ERR_OK)
			assert_true(strlen(ei.text) > 0);
	}
}

/* What people's addresses may hold cannot leave its place in the link. */
static void
test_expand(void **state)
{
	static const struct {
		const char *pattern, *address;
		bool is_link;
		const char *want; /* NULL: refused */
	} rows[] = {
	    {"https://x.example/{local}", "alice@lab.example", true,
		"https://x.example/alice"},
	    {"{local}.{domain}@v.example", "o'neil@lab.example", false,
		"o'neil.lab.example@v.example"},
	    {"https://x.example/{local}", "a/../b?c#d@lab.example", true,
		"https://x.example/a%2F..%2Fb%3Fc%23d"},
	    {"https://x.example/{local}", "g\xc3\xbcl@lab.example", true,
		"https://x.example/g%C3%BCl"},
	    {"https://x.example/{address}", "a@b", true,
		"https://x.example/a%40b"},
	    {"https://x.example/{local}", "no address", true, NULL},
	};
	struct buf out = BUF_INIT(ROOM_RULE_MAX);
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_reset(&out);
		assert_int_equal(room_rule_expand(&out, rows[i].pattern,
				     rows[i].address, rows[i].is_link, &ei),
		    rows[i].want == NULL ? ERR_ARG : ERR_OK);
		if (rows[i].want != NULL)
			assert_string_equal(buf_str(&out), rows[i].want);
	}
	buf_clear(&out);
}

/* A pattern that makes more than fits is refused, not cut. */
static void
test_too_long(void **state)
{
	struct buf out = BUF_INIT(ROOM_RULE_MAX);
	char pattern[ROOM_RULE_MAX];
	size_t n = 0;

	(void)state;
	while (n + 10 < sizeof(pattern)) {
		memcpy(pattern + n, "{address}", 9);
		n += 9;
	}
	pattern[n] = '\0';
	assert_int_equal(
	    room_rule_expand(&out, pattern,
		"somebody.with.a.long.name@department.example", true, NULL),
	    ERR_TOOBIG);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_check),
	    cmocka_unit_test(test_expand),
	    cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
