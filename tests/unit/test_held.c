/* held.c: what a service holds against what it was asked to hold. */
#include "config.h"

#include "tests/harness/test.h"

#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/held.h"
#include "common/ipc.h"
#include "common/str.h"

static void
check(const char *want_title, int64_t want_start, const char *have_title,
    int64_t have_start, int64_t have_end, const char *failure)
{
	struct held want = {.start_s = want_start, .end_s = want_start + 600};
	struct held have = {.start_s = have_start, .end_s = have_end};
	struct msg_evidence ev = {.code = ERR_OK};

	(void)str_copy(want.title, sizeof want.title, want_title);
	(void)str_copy(have.title, sizeof have.title, have_title);
	held_judge(&ev, &want, &have);
	assert_string_equal(ev.failure != NULL ? ev.failure : "", failure);
	msg_evidence_free(&ev);
}

static void
test_times(void **state)
{
	(void)state;
	check("a", 1000, "a", 1000, 1600, "");
	check("a", 1000, "a", 1060, 1600, "confer-time");
	check("a", 1000, "a", 1000, 1660, "confer-time");
	/* Not said is not wrong. */
	check("a", 1000, "a", 0, 0, "");
}

static void
test_titles(void **state)
{
	char longer[301];

	(void)state;
	check("a b", 0, " a  \r\n b ", 0, 0, "");
	check("a b", 0, "a", 0, 0, "confer-title");
	check("a", 0, "a b", 0, 0, "confer-title");
	check("a", 0, "A", 0, 0, "confer-title");
	check("", 0, "(no subject)", 0, 0, "");
	check("a", 0, "", 0, 0, "");
	memset(longer, 'x', sizeof longer - 1);
	longer[300] = '\0';
	check(longer, 0, longer + 172, 0, 0, ""); /* cut by the service */
	check(longer, 0, longer + 200, 0, 0, "confer-title");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_titles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
