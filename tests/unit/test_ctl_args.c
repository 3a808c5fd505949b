#include "tests/harness/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "backend/ctl/args.h"
#include "backend/ctl/ctl.h"
#include "common/str.h"

#define ARGV_MAX 12

static const struct verb plain = {
    "exchange", "show", NULL, 0, 1, 1, 0, "NAME", ""};
static const struct verb some = {
    "alarms", "ack", NULL, 0, 1, 2, O_FIELDS, "NUMBER [ABOUT]", ""};
static const struct verb fields = {"users", "add", NULL, 0, 1, 1,
    O_FIELDS | O_PASSWORD | O_WAIT, "ADDRESS", ""};

/* argv[0] and what follows, NULL-terminated as main() gets it. */
static enum err
parse(struct args *a, const char *const *words, struct errinfo *ei)
{
	char *argv[ARGV_MAX + 2] = {NULL};
	int argc = 0;

	argv[argc++] = (char *)(uintptr_t) "calconnctl";
	for (; words[argc - 1] != NULL; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	args_init(a);
	return args_parse(a, argc, argv, ei);
}

static const struct {
	const char *words[ARGV_MAX];
	const struct verb *verb;
	enum err want;
	const char *text; /* of the refusal */
	size_t args_n, keys_n;
} rows[] = {
    {{"exchange", "show", "Lab"}, &plain, ERR_OK, NULL, 1, 0},
    {{"exchange", "--json", "show", "Lab"}, &plain, ERR_OK, NULL, 1, 0},
    {{"exchange", "show", "a=b"}, &plain, ERR_OK, NULL, 1, 0},
    {{"exchange", "show", "--", "--json"}, &plain, ERR_OK, NULL, 1, 0},
    {{"exchange", "show", "-"}, &plain, ERR_OK, NULL, 1, 0},
    {{"exchange", "show"}, &plain, ERR_ARG, "usage", 0, 0},
    {{"exchange", "show", "a", "b"}, &plain, ERR_ARG, "usage", 0, 0},
    {{"exchange", "show", "a", "--wait", "3"}, &plain, ERR_ARG, "does not have",
	0, 0},
    {{"exchange", "show", "a", "--nonsense"}, &plain, ERR_ARG, "--nonsense", 0,
	0},
    {{"exchange", "show", "a", "-c"}, &plain, ERR_ARG, "-c", 0, 0},
    {{"users", "add", "a@b.example"}, &fields, ERR_OK, NULL, 1, 0},
    {{"users", "add", "a=b@c.example", "name=A", "enabled=yes"}, &fields,
	ERR_OK, NULL, 1, 2},
    {{"users", "add", "a@b.example", "name=x=y"}, &fields, ERR_OK, NULL, 1, 1},
    {{"users", "add", "a@b.example", "name="}, &fields, ERR_OK, NULL, 1, 1},
    {{"users", "add", "a@b.example", "--wait", "5"}, &fields, ERR_OK, NULL, 1,
	0},
    {{"users", "add", "a@b.example", "--wait=5"}, &fields, ERR_OK, NULL, 1, 0},
    {{"users", "add", "a@b.example", "--wait=x"}, &fields, ERR_ARG, "number", 0,
	0},
    {{"users", "add", "a@b.example", "--wait=-1"}, &fields, ERR_ARG, "number",
	0, 0},
    {{"users", "add", "a@b.example", "--wait=99999999999999999999"}, &fields,
	ERR_ARG, "number", 0, 0},
    {{"users", "add", "a@b.example", "name"}, &fields, ERR_ARG, "key=value", 0,
	0},
    {{"users", "add", "a@b.example", "=x"}, &fields, ERR_ARG, "key=value", 0,
	0},
    {{"users", "add", "a@b.example", "password=hunter2"}, &fields, ERR_ARG,
	"never an argument", 0, 0},
    {{"users", "add", "a@b.example", "--from=-", "--password-stdin"}, &fields,
	ERR_ARG, "both want", 0, 0},
    {{"alarms", "ack", "60100"}, &some, ERR_OK, NULL, 1, 0},
    {{"alarms", "ack", "60100", "Lab", "note=x"}, &some, ERR_OK, NULL, 2, 1},
    {{"alarms", "ack", "60100", "note=x"}, &some, ERR_OK, NULL, 1, 1},
    {{"alarms", "ack", "60100", "Lab", "Lab"}, &some, ERR_ARG, "key=value", 0,
	0},
    {{"users", "add", "a@b.example", "--password-fd=x"}, &fields, ERR_ARG,
	"number", 0, 0},
};

static void
test_lines(void **state)
{
	struct errinfo ei;
	struct args a;
	size_t i;
	enum err e;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&ei, 0, sizeof(ei));
		e = parse(&a, rows[i].words, &ei);
		if (e == ERR_OK)
			e = args_finish(&a, rows[i].verb, 2, &ei);
		assert_int_equal(e, rows[i].want);
		if (e != ERR_OK) {
			assert_non_null(strstr(ei.text, rows[i].text));
			assert_null(strstr(ei.text, "hunter2"));
		} else {
			assert_int_equal(a.words.n, 2 + rows[i].args_n);
			assert_int_equal(a.keys.n, rows[i].keys_n);
			assert_int_equal(a.values.n, rows[i].keys_n);
		}
		args_clear(&a);
	}
}

static void
test_values(void **state)
{
	static const char *const words[] = {"users", "add", "a@b.example",
	    "name=x=y", "--wait", "7", "-c", "/etc/x.conf", "--json",
	    "--password-fd", "9", NULL};
	struct args a;

	(void)state;
	assert_int_equal(parse(&a, words, NULL), ERR_OK);
	assert_int_equal(args_finish(&a, &fields, 2, NULL), ERR_OK);
	assert_string_equal(a.words.v[2], "a@b.example");
	assert_string_equal(a.keys.v[0], "name");
	assert_string_equal(a.values.v[0], "x=y");
	assert_int_equal(a.wait_s, 7);
	assert_string_equal(a.conf_path, "/etc/x.conf");
	assert_true(a.json);
	assert_int_equal(a.password_fd, 9);
	args_clear(&a);
}

static const struct {
	const char *json;
	enum err want;
	const char *text, *key, *value;
} files[] = {
    {"{\"name\": \"Şule\"}", ERR_OK, NULL, "name", "Şule"},
    {"{\"enabled\": true}", ERR_OK, NULL, "enabled", "yes"},
    {"{\"enabled\": false}", ERR_OK, NULL, "enabled", "no"},
    {"{\"n\": 12}", ERR_OK, NULL, "n", "12"},
    {"{}", ERR_OK, NULL, NULL, NULL},
    {"{\"a\": 1.5}", ERR_ARG, "neither text", NULL, NULL},
    {"{\"a\": null}", ERR_ARG, "neither text", NULL, NULL},
    {"{\"a\": [1]}", ERR_ARG, "neither text", NULL, NULL},
    {"{\"a\": \"x\\u0000y\"}", ERR_ARG, "", NULL, NULL},
    {"{\"a\": 1, \"a\": 2}", ERR_ARG, "", NULL, NULL},
    {"[1]", ERR_ARG, "not a JSON object", NULL, NULL},
    {"", ERR_ARG, "line", NULL, NULL},
    {"{\"password\": \"hunter2\"}", ERR_ARG, "never an argument", NULL, NULL},
    {"{\"a\": \"\xff\"}", ERR_ARG, "", NULL, NULL},
};

static void
test_from_file(void **state)
{
	char path[] = "/tmp/ctl-args-XXXXXX";
	const char *words[] = {
	    "users", "add", "a@b.example", "--from", path, "late=1", NULL};
	struct errinfo ei;
	struct args a;
	size_t i;
	enum err e;
	FILE *fp;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		fp = fopen(path, "w");
		assert_non_null(fp);
		fputs(files[i].json, fp);
		fclose(fp);
		assert_int_equal(parse(&a, words, &ei), ERR_OK);
		e = args_finish(&a, &fields, 2, &ei);
		assert_int_equal(e, files[i].want);
		if (e != ERR_OK) {
			assert_non_null(strstr(ei.text, files[i].text));
			assert_null(strstr(ei.text, "hunter2"));
		} else {
			/* what is typed comes last and wins */
			assert_string_equal(a.keys.v[a.keys.n - 1], "late");
			assert_int_equal(
			    a.keys.n, files[i].key == NULL ? 1 : 2);
		}
		if (e == ERR_OK && files[i].key != NULL) {
			assert_string_equal(a.keys.v[0], files[i].key);
			assert_string_equal(a.values.v[0], files[i].value);
		}
		args_clear(&a);
	}
	unlink(path);
	assert_int_equal(parse(&a, words, &ei), ERR_OK);
	assert_int_equal(args_finish(&a, &fields, 2, &ei), ERR_NOTFOUND);
	args_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_from_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
