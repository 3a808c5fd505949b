#include "tests/harness/test.h"

#include <jansson.h>
#include <unistd.h>

#include "backend/ctl/out.h"
#include "common/buf.h"

static void
fill(struct out *o)
{
	static char *texts[] = {
	    (char *)(uintptr_t) "a", (char *)(uintptr_t) "b\"c"};
	const struct strlist l = {texts, 2};

	out_str(o, "name", "Name", "Şule \"x\"\n\x1b[31m\xff\xc2\x9b");
	out_int(o, "n", "Count", -5);
	out_flag(o, "on", "On", true);
	out_time(o, "never", "Never", 0);
	out_time(o, "then", NULL, 1700000000);
	out_strs(o, "list", "List", &l);
	out_raw(o, "raw", "{\"deep\": [1]}");
	out_rows(o, "rows");
	out_row(o);
	out_str(o, "a", "A", "1");
	out_str(o, "b", "LONG HEADER", "2");
	out_row(o);
	out_str(o, "a", "A", "wide cell");
	out_str(o, "b", "LONG HEADER", "");
	out_rows_end(o, "none");
	out_rows(o, "empty");
	out_rows_end(o, "Nothing here.");
	out_flag(o, "last", NULL, false);
}

/* What out_finish() writes goes to standard output; here the bytes that it
 * would write are looked at. */
static char *
finished(struct out *o)
{
	int fds[2], keep = dup(STDOUT_FILENO);
	struct buf b = BUF_INIT(1 << 20);

	assert_int_equal(pipe(fds), 0);
	fflush(stdout);
	assert_true(dup2(fds[1], STDOUT_FILENO) >= 0);
	assert_true(out_finish(o));
	assert_true(dup2(keep, STDOUT_FILENO) >= 0);
	close(fds[1]);
	close(keep);
	assert_int_equal(fd_slurp(fds[0], "pipe", &b, NULL), ERR_OK);
	close(fds[0]);
	return buf_take(&b);
}

static void
test_json(void **state)
{
	struct out o;
	json_t *j, *row;
	char *text;

	(void)state;
	out_init(&o, true);
	fill(&o);
	out_text(&o, "not in JSON\n");
	text = finished(&o);
	j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(j);
	assert_string_equal(json_string_value(json_object_get(j, "name")),
	    "Şule \"x\"\n\x1b[31m\xef\xbf\xbd\xc2\x9b");
	assert_int_equal(json_integer_value(json_object_get(j, "n")), -5);
	assert_true(json_is_true(json_object_get(j, "on")));
	assert_true(json_is_null(json_object_get(j, "never")));
	assert_string_equal(json_string_value(json_object_get(j, "then")),
	    "2023-11-14T22:13:20Z");
	assert_int_equal(json_array_size(json_object_get(j, "list")), 2);
	assert_true(json_is_object(json_object_get(j, "raw")));
	row = json_array_get(json_object_get(j, "rows"), 1);
	assert_string_equal(
	    json_string_value(json_object_get(row, "a")), "wide cell");
	assert_int_equal(json_array_size(json_object_get(j, "empty")), 0);
	assert_true(json_is_false(json_object_get(j, "last")));
	/* no byte that a terminal would act on */
	assert_null(strchr(text, '\x1b'));
	json_decref(j);
	mem_free(text);
	out_clear(&o);
}

static void
test_text(void **state)
{
	struct out o;
	char *text;

	(void)state;
	out_init(&o, false);
	fill(&o);
	out_text(&o, "The %s.\n", "end\x1b");
	text = finished(&o);
	assert_string_equal(text, "Name   Şule \"x\"\n?[31m\xef\xbf\xbd?\n"
				  "Count  -5\n"
				  "On     yes\n"
				  "Never  -\n"
				  "List   a, b\"c\n"
				  "\n"
				  "A          LONG HEADER\n"
				  "1          2\n"
				  "wide cell  -\n"
				  "\n"
				  "Nothing here.\n"
				  "The end?.\n");
	mem_free(text);
	out_clear(&o);
}

static void
test_nothing(void **state)
{
	struct out o;
	char *text;

	(void)state;
	out_init(&o, true);
	text = finished(&o);
	assert_string_equal(text, "{}\n");
	mem_free(text);
	out_clear(&o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
