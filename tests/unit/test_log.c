#include "tests/harness/test.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/str.h"

static char line[2 * LOG_LINE_MAX];
static int pair[2]; /* datagrams: one read is one write */

static int
setup(void **state)
{
	(void)state;
	log_open("calconn-test", 2);
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0)
		return -1;
	log_open("calconn-test", pair[1]);
	clock_fake(1, 1795327319123);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	(void)close(pair[0]);
	(void)close(pair[1]);
	clock_fake(0, 0);
	return 0;
}

/* The next line, "" where none was written. */
static const char *
next(void)
{
	ssize_t n = recv(pair[0], line, sizeof(line) - 1, MSG_DONTWAIT);

	line[n < 0 ? 0 : n] = '\0';
	return line;
}

static void
test_shape(void **state)
{
	char want[256];

	(void)state;
	log_kv(LOG_L_INFO, "hybridservices.c_cal", "Subscribed", "User",
	    "alice@lab.example", "Skipped", NULL, "Job", "j1", NULL);
	(void)snprintf(want, sizeof(want),
	    "2026-11-22T06:01:59.123Z calconn-test[%ld]: "
	    "Event=\"Subscribed\" Module=\"hybridservices.c_cal\" "
	    "User=\"alice@lab.example\" Job=\"j1\" Level=\"INFO\"\n",
	    (long)getpid());
	assert_string_equal(next(), want);
	assert_string_equal(next(), "");
}

static void
test_levels(void **state)
{
	(void)state;
	log_kv(LOG_L_DEBUG, "m", "Quiet", NULL);
	assert_string_equal(next(), "");
	log_set_level(LOG_L_TRACE);
	assert_int_equal(log_level("m"), LOG_L_TRACE);
	log_kv(LOG_L_TRACE, "m", "Loud", NULL);
	assert_contains(next(), "Level=\"TRACE\"\n");
	log_set_level(LOG_L_ERROR);
	log_kv(LOG_L_WARN, "m", "Quiet", NULL);
	assert_string_equal(next(), "");
	log_kv(LOG_L_FATAL, "m", "Loud", NULL);
	assert_contains(next(), "Level=\"FATAL\"\n");
	log_set_level(LOG_L_INFO);
	assert_string_equal(log_level_name((enum log_level)77), "UNKNOWN");
}

static void
test_escapes(void **state)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
	    {"a\"b", "V=\"a\\\"b\""},
	    {"a\\b", "V=\"a\\\\b\""},
	    {"x\" Level=\"FATAL\"\n", "V=\"x\\\" Level=\\\"FATAL\\\"\\x0a\""},
	    {"\r\n\t\x1b[2J\x7f", "V=\"\\x0d\\x0a\\x09\\x1b[2J\\x7f\""},
	    {"\xff\xc3", "V=\"\\xff\\xc3\""},
	    {"\xc2\x9b"
	     "2J",
		"V=\"\\u009b2J\""},
	    {"\xc3\xb6\xf0\x9f\x93\x85", "V=\"\xc3\xb6\xf0\x9f\x93\x85\""},
	    {"", "V=\"\""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		const char *got;

		log_kv(LOG_L_INFO, "m", "E", "V", rows[i].value, NULL);
		got = next();
		assert_contains(got, rows[i].want);
		assert_ptr_equal(strchr(got, '\n'), got + strlen(got) - 1);
	}
}

/* Too much is cut, and the line still has its form. */
static void
test_long_values(void **state)
{
	static char big[2 * LOG_LINE_MAX];
	static const char *const fill[] = {
	    "a", "\"", "\xff", "\n", "\xf0\x9f\x93\x85", "\xc2\x85"};
	size_t f, i, len;

	(void)state;
	for (f = 0; f < N_OF(fill); f++)
		for (len = LOG_LINE_MAX - 200; len < LOG_LINE_MAX + 20; len++) {
			const char *got;
			size_t n = strlen(fill[f]);

			for (i = 0; i + n <= len; i += n)
				memcpy(big + i, fill[f], n);
			big[i] = '\0';
			log_kv(LOG_L_INFO, "m", "E", "V", big, "W", big, NULL);
			got = next();
			assert_true(strlen(got) <= LOG_LINE_MAX);
			assert_contains(got, "\" Level=\"INFO\"\n");
			assert_true(str_is_utf8(got, strlen(got)));
		}
}

static void
test_errno_is_kept(void **state)
{
	(void)state;
	log_open("calconn-test", -1);
	errno = ENOSPC;
	log_kv(LOG_L_INFO, "m", "E", NULL);
	assert_int_equal(errno, ENOSPC);
	log_open("calconn-test", pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shape),
	    cmocka_unit_test(test_levels),
	    cmocka_unit_test(test_escapes),
	    cmocka_unit_test(test_long_values),
	    cmocka_unit_test(test_errno_is_kept),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
