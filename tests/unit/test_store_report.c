#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_report.h"
#include "common/str.h"

#define NOW_S 1795327319

static enum err
put(struct fixture *f, const char *record, const char *mailbox, bool passed,
    const char *json)
{
	const struct report_key k = {record, mailbox, "admin", passed};

	return store_report_put(f->engine, &k, json, &f->ei);
}

static void
keeps_the_newest(void **state)
{
	struct fixture *f = *state;
	int64_t at_s = 0;
	bool passed = false;
	char *json = NULL;

	clock_fake(1, NOW_S * UINT64_C(1000));
	assert_int_equal(store_report_get(f->admin, "id", NULL, &at_s, &passed,
			     &json, &f->ei),
	    ERR_NOTFOUND);
	assert_ok(f, put(f, "id", "a@lab.example", false, "{}"));
	assert_ok(f, put(f, "id", "a@lab.example", true, "{\"a\":1}"));
	clock_fake(1, (NOW_S + 5) * UINT64_C(1000));
	assert_ok(f, put(f, "id", "b@lab.example", false, "{\"b\":1}"));
	assert_ok(f, store_report_get(f->admin, "id", "A@lab.example", &at_s,
			 &passed, &json, &f->ei));
	assert_int_equal(at_s, NOW_S);
	assert_true(passed);
	assert_string_equal(json, "{\"a\":1}");
	mem_free(json);
	assert_ok(f, store_report_get(
			 f->admin, "id", NULL, &at_s, &passed, &json, &f->ei));
	assert_false(passed);
	assert_string_equal(json, "{\"b\":1}");
	mem_free(json);
	assert_int_equal(store_report_get(f->admin, "id", "c@lab.example",
			     &at_s, &passed, &json, &f->ei),
	    ERR_NOTFOUND);
}

struct seen {
	size_t n;
	char first[64];
};

static void
see(void *arg, const struct report_brief *r)
{
	struct seen *s = arg;

	if (s->n++ == 0)
		snprintf(s->first, sizeof s->first, "%s", r->mailbox);
	assert_string_equal(r->who, "admin");
}

/* All of one second: the one that was just written is never the one that
 * goes. */
static void
keeps_so_many(void **state)
{
	struct fixture *f = *state;
	struct seen seen = {0, ""};
	int64_t at_s;
	bool passed;
	char *json, name[64];
	int i;

	clock_fake(1, NOW_S * UINT64_C(1000));
	for (i = 0; i < REPORTS_OF_RECORD_MAX + 5; i++) {
		snprintf(name, sizeof name, "z%02d@lab.example", i);
		assert_ok(f, put(f, "id", name, true, "{}"));
	}
	assert_ok(f, put(f, "other", "", true, "{}"));
	assert_ok(f, store_report_get(
			 f->admin, "id", name, &at_s, &passed, &json, &f->ei));
	mem_free(json);
	clock_fake(1, (NOW_S + 1) * UINT64_C(1000));
	assert_ok(f, put(f, "id", "new@lab.example", true, "{}"));
	assert_ok(f, store_report_each(f->admin, "id", see, &seen, &f->ei));
	assert_int_equal(seen.n, REPORTS_OF_RECORD_MAX);
	assert_string_equal(seen.first, "new@lab.example");
}

static void
keeps_results(void **state)
{
	struct fixture *f = *state;
	struct test_result r = {.rev = 3, .passed = true}, got;

	clock_fake(1, NOW_S * UINT64_C(1000));
	(void)str_copy(r.record_id, sizeof r.record_id, "record");
	(void)str_copy(r.job_id, sizeof r.job_id, "job");
	assert_int_equal(
	    store_result_get(f->admin, "draft", &got, &f->ei), ERR_NOTFOUND);
	assert_ok(f, store_result_put(f->engine, "draft", &r, &f->ei));
	r.rev = 4;
	r.passed = false;
	assert_ok(f, store_result_put(f->engine, "draft", &r, &f->ei));
	assert_ok(f, store_result_get(f->admin, "draft", &got, &f->ei));
	assert_int_equal(got.rev, 4);
	assert_false(got.passed);
	assert_string_equal(got.record_id, "record");
	assert_string_equal(got.job_id, "job");
	assert_int_equal(got.at_s, NOW_S);
	/* What an administrator's program may not write. */
	assert_int_not_equal(
	    store_result_put(f->admin, "draft", &r, &f->ei), ERR_OK);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    T(keeps_the_newest),
	    T(keeps_so_many),
	    T(keeps_results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
