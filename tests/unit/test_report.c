#include "tests/harness/test.h"

#include <jansson.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/report.h"

#define OUT_MAX (4u << 20)

static char *
dup(const char *s)
{
	return xstrdup(s);
}

/* A failed test with three levels, as discovery makes them. */
static enum err
make(struct msg_report *r)
{
	struct msg_step *s;
	enum err e;

	clock_fake(1, 1795327319123);
	memset(r, 0, sizeof(*r));
	r->job_id = dup("j1");
	r->subject = dup("Exchange Lab, alice@lab.example");
	r->start_ms = 1795327319123;
	r->duration_ms = 412;
	r->state = STEP_FAILED;
	clock_fake(1, 1795327319123);
	e = ERR_NOMEM;
	if ((s = report_add(r, 0, "Address")) == NULL)
		goto out;
	s->state = STEP_OK;
	s->duration_ms = 3;
	if ((s = report_add(r, 0, "Directory")) == NULL)
		goto out;
	s->state = STEP_WARNING;
	if ((s = report_add(r, 2, "Bind")) == NULL)
		goto out;
	s->state = STEP_FAILED;
	s->duration_ms = 71;
	s->failure = dup("ldap-bind");
	s->what = dup("The directory refused the user name or password.");
	s->todo = dup("Check the account.\nThen test again.");
	s->command = dup("Get-ADUser svc");
	if ((e = report_evidence(s, "server", "dc1.lab.example:636")) != ERR_OK)
		goto out;
	e = report_evidence(s, "answer", "data 52e\x1b[2J\xff");
	if (e != ERR_OK)
		goto out;
	e = ERR_NOMEM;
	if ((s = report_add(r, 0, "Autodiscover")) == NULL)
		goto out;
	s->state = STEP_SKIPPED;
	if ((s = report_add(r, 0, "Web services")) == NULL)
		goto out;
	e = ERR_OK;
out:
	clock_fake(0, 0);
	if (e != ERR_OK)
		msg_report_free(r);
	return e;
}

static void
test_tree(void **state)
{
	struct msg_report r;
	unsigned i;

	(void)state;
	assert_ok(make(&r));
	assert_int_equal(r.steps_n, 5);
	assert_int_equal(report_step(&r, 3)->id, 3);
	assert_int_equal(report_step(&r, 3)->parent, 2);
	assert_int_equal(report_step(&r, 5)->state, STEP_RUNNING);
	assert_int_equal(report_step(&r, 5)->start_ms, 1795327319123);
	assert_null(report_step(&r, 0));
	assert_null(report_step(&r, 6));
	/* No parent that is not there yet: it stays a tree. */
	assert_null(report_add(&r, 7, "x"));
	for (i = 6; i <= REPORT_STEPS_MAX; i++)
		assert_non_null(report_add(&r, 0, "x"));
	assert_null(report_add(&r, 0, "x"));
	msg_report_free(&r);
}

static void
test_evidence(void **state)
{
	static char big[10000];
	struct msg_report r = {0};
	struct msg_step *s = report_add(&r, 0, "t");
	int i;

	(void)state;
	assert_non_null(s);
	assert_ok(report_evidence(s, "none", ""));
	assert_ok(report_evidence(s, "none", NULL));
	assert_int_equal(s->evidence_n, 0);
	memset(big, 'a', sizeof(big) - 1);
	assert_ok(report_evidence(s, "big", big));
	assert_in_range(strlen(s->evidence[0].value), 4000, 4096);
	for (i = 0; i < (int)sizeof(big) - 3; i += 3)
		memcpy(big + i, "\xe2\x82\xac", 3);
	big[i] = '\0';
	assert_ok(report_evidence(s, "big", big));
	assert_in_range(strlen(s->evidence[1].value), 4000, 4096);
	for (i = 2; i < 64; i++)
		assert_ok(report_evidence(s, "k", "v"));
	assert_err(report_evidence(s, "k", "v"), ERR_TOOBIG);
	/* What was made fits into its message. */
	{
		struct buf b = BUF_INIT(OUT_MAX);

		assert_ok(ipc_build(&b, IPC_JOB_REPORT, 1, &r));
		buf_clear(&b);
	}
	msg_report_free(&r);
}

static void
test_text(void **state)
{
	struct buf b = BUF_INIT(OUT_MAX), small = BUF_INIT(40);
	struct msg_report r;

	(void)state;
	assert_int_equal(setenv("TZ", "UTC0", 1), 0);
	assert_ok(make(&r));
	assert_ok(report_to_text(&r, &b));
	assert_string_equal(buf_str(&b),
	    "Test of Exchange Lab, alice@lab.example\n"
	    "FAILED at 2026-11-22 06:01:59 +00:00, 412 ms\n"
	    "\n"
	    "OK       Address (3 ms)\n"
	    "WARNING  Directory (0 ms)\n"
	    "  FAILED   Bind (71 ms)\n"
	    "           The directory refused the user name or password.\n"
	    "           What to do: Check the account.\n"
	    "                       Then test again.\n"
	    "           Command:    Get-ADUser svc\n"
	    "           - server: dc1.lab.example:636\n"
	    "           - answer: data 52e.[2J\xef\xbf\xbd\n"
	    "SKIPPED  Autodiscover\n"
	    "RUNNING  Web services\n");
	assert_err(report_to_text(&r, &small), ERR_TOOBIG);
	buf_reset(&b);
	r.ews_url = dup("https://mail.lab.example/EWS/Exchange.asmx");
	r.server_version = dup("15.2");
	assert_ok(report_to_text(&r, &b));
	assert_contains(buf_str(&b),
	    "\nExchange Web Services: "
	    "https://mail.lab.example/EWS/Exchange.asmx\nVersion: 15.2\n");
	buf_clear(&b);
	buf_clear(&small);
	msg_report_free(&r);
}

/* Another program could send steps that are no tree. */
static void
test_text_of_no_tree(void **state)
{
	char t0[] = "(0)", t2[] = "(2)";
	struct msg_step steps[3] = {{.id = 1, .parent = 1},
	    {.id = 0, .parent = 0, .title = t0},
	    {.id = 2, .parent = 0, .title = t2}};
	struct msg_report r = {.steps = steps, .steps_n = 3};
	struct buf b = BUF_INIT(OUT_MAX);

	(void)state;
	assert_ok(report_to_text(&r, &b));
	/* The two at the top, once each, and nothing under them. */
	assert_string_equal(
	    strstr(buf_str(&b), "\n\n"), "\n\nRUNNING  (0)\nRUNNING  (2)\n");
	assert_ok(report_to_json(&r, &b));
	buf_clear(&b);
}

static void
test_json(void **state)
{
	struct buf b = BUF_INIT(OUT_MAX), again = BUF_INIT(OUT_MAX);
	struct buf small = BUF_INIT(40);
	struct msg_report r;
	json_t *o, *s;

	(void)state;
	assert_ok(make(&r));
	assert_ok(report_to_json(&r, &b));
	assert_ok(report_to_json(&r, &again));
	assert_string_equal(buf_str(&b), buf_str(&again));
	assert_err(report_to_json(&r, &small), ERR_TOOBIG);
	o = json_loads(buf_str(&b), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(o);
	assert_string_equal(
	    json_string_value(json_object_get(o, "state")), "failed");
	assert_string_equal(json_string_value(json_object_get(o, "start")),
	    "2026-11-22T06:01:59.123Z");
	assert_string_equal(
	    json_string_value(json_object_get(o, "ews_url")), "");
	s = json_object_get(o, "steps");
	assert_int_equal(json_array_size(s), 5);
	s = json_array_get(s, 2);
	assert_string_equal(
	    json_string_value(json_object_get(s, "failure")), "ldap-bind");
	assert_int_equal(json_integer_value(json_object_get(s, "parent")), 2);
	assert_int_equal(
	    json_integer_value(json_object_get(s, "duration_ms")), 71);
	assert_int_equal(json_array_size(json_object_get(s, "evidence")), 2);
	json_decref(o);
	buf_clear(&b);
	buf_clear(&again);
	buf_clear(&small);
	msg_report_free(&r);
}

static void
test_state_names(void **state)
{
	(void)state;
	assert_string_equal(step_state_name(STEP_RUNNING), "running");
	assert_string_equal(step_state_name(STEP_SKIPPED), "skipped");
	assert_string_equal(step_state_name(12345), "unknown");
}

static enum err
make_all(void *arg)
{
	struct buf b = BUF_INIT(OUT_MAX);
	struct msg_report r;
	enum err e;

	(void)arg;
	if ((e = make(&r)) != ERR_OK)
		return e;
	if ((e = report_to_text(&r, &b)) == ERR_OK)
		e = report_to_json(&r, &b);
	buf_clear(&b);
	msg_report_free(&r);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(make_all, NULL);
}

/* Out and back gives the same JSON; what is no report is refused. */
static void
reads_its_json(void **state)
{
	static const char *const bad[] = {
	    "", "[]", "{", "{\"a\":1,\"a\":2}", "null", "\"report\""};
	struct buf a = BUF_INIT(OUT_MAX), b = BUF_INIT(OUT_MAX);
	struct msg_report r, back;
	size_t i;

	(void)state;
	assert_int_equal(make(&r), ERR_OK);
	r.mailbox = dup("alice@lab.example");
	r.by = dup("admin");
	r.place = 2;
	r.trees = 3;
	assert_int_equal(report_to_json(&r, &a), ERR_OK);
	assert_int_equal(report_from_json(buf_str(&a), &back), ERR_OK);
	assert_int_equal(report_to_json(&back, &b), ERR_OK);
	assert_string_equal(buf_str(&a), buf_str(&b));
	msg_report_free(&back);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_not_equal(report_from_json(bad[i], &back), ERR_OK);
	/* A parent that comes later is no tree. */
	assert_int_not_equal(
	    report_from_json("{\"steps\":[{\"id\":1,\"parent\":2}]}", &back),
	    ERR_OK);
	assert_int_equal(
	    report_from_json("{\"steps\":7,\"place\":-1}", &back), ERR_OK);
	assert_int_equal(back.steps_n, 0);
	assert_int_equal(back.place, 0);
	msg_report_free(&back);
	msg_report_free(&r);
	buf_clear(&a);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tree),
	    cmocka_unit_test(test_evidence),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_text_of_no_tree),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_state_names),
	    cmocka_unit_test(test_oom),
	    cmocka_unit_test(reads_its_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
