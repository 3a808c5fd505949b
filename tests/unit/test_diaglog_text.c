/* diaglog_text.c: the lines between two moments, oldest first. */
#include "tests/harness/test.h"

#include <unistd.h>

#include "common/buf.h"
#include "common/diaglog_text.h"

static char dir[] = "/tmp/test_diaglog.XXXXXX";

#define LINE(s, program, text)                                        \
	"2026-11-28T03:12:0" #s ".000Z " program "[1]: Event=\"" text \
	"\" Module=\"hybridservices.c_cal\" "                         \
	"Level=\"DEBUG\"\n"
#define SECOND_0 INT64_C(1795835520000)

static int64_t base_ms;

static void
write_log(const char *name, const char *text, const char *mode)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_non_null(f = fopen(path, mode));
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
between_two_moments(void **state)
{
	struct buf b = BUF_INIT(DIAGLOG_FILE_MAX);
	struct errinfo ei = {ERR_OK, ""};
	bool cut = true;

	(void)state;
	write_log("calconn-engine.log",
	    LINE(1, "calconn-engine", "Early") LINE(3, "calconn-engine",
		"Engine A") LINE(5, "calconn-engine", "Engine B"),
	    "w");
	write_log("calconn-net.log",
	    LINE(4, "calconn-net", "Net A") LINE(7, "calconn-net", "Late"),
	    "w");
	assert_ok(
	    diaglog_text(dir, base_ms + 2000, base_ms + 6000, &b, &cut, &ei));
	assert_false(cut);
	assert_string_equal(buf_str(&b),
	    LINE(3, "calconn-engine", "Engine A") LINE(4, "calconn-net",
		"Net A") LINE(5, "calconn-engine", "Engine B"));
	buf_clear(&b);
}

static void
too_much_keeps_the_newest(void **state)
{
	struct buf b = BUF_INIT(2 * DIAGLOG_FILE_MAX);
	struct errinfo ei = {ERR_OK, ""};
	bool cut = false;
	char *text;
	size_t n = 0, i;
	const char *line = LINE(8, "calconn-engine", "Many");

	(void)state;
	text =
	    xalloc((DIAGLOG_FILE_MAX / strlen(line) + 100) * strlen(line) + 1);
	for (i = 0; i < DIAGLOG_FILE_MAX / strlen(line) + 99;
	     i++, n += strlen(line))
		memcpy(text + n, line, strlen(line));
	write_log("calconn-web.log", text, "w");
	write_log("calconn-web.log", LINE(9, "calconn-engine", "Last"), "a");
	mem_free(text);
	assert_ok(diaglog_text(dir, base_ms + 7500, 0, &b, &cut, &ei));
	assert_true(cut);
	assert_true(b.len <= DIAGLOG_FILE_MAX + 100);
	assert_contains(buf_str(&b), "# Older lines are left out");
	assert_contains(buf_str(&b) + b.len - 200, "Last");
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(between_two_moments),
	    cmocka_unit_test(too_much_keeps_the_newest),
	};

	base_ms = SECOND_0;
	if (mkdtemp(dir) == NULL)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
