#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/store_admin.h"
#include "common/store_audit.h"
#include "common/str.h"

static void
fill(struct fixture *f, int from, int n)
{
	char value[32];
	int i;

	for (i = from; i < from + n; i++) {
		(void)snprintf(value, sizeof value, "%d", i);
		assert_ok(f, store_setting_put(f->admin, &tester, "proxy_port",
				 value, &f->ei));
	}
}

static void
verify(struct fixture *f, struct audit *a)
{
	assert_ok(f, store_audit_verify(f->admin, a, &f->ei));
}

static void
test_whole(void **state)
{
	struct fixture *f = *state;
	struct audit a;
	char last[sizeof a.last];

	verify(f, &a);
	assert_true(a.is_whole);
	assert_int_equal(a.rows_n, 0);
	fill(f, 1, 5);
	verify(f, &a);
	assert_true(a.is_whole);
	assert_int_equal(a.rows_n, 5);
	assert_int_equal(strlen(a.last), 64);
	(void)str_copy(last, sizeof last, a.last);
	fill(f, 6, 1);
	verify(f, &a);
	assert_true(a.is_whole);
	assert_string_not_equal(a.last, last);
}

/* What somebody who can write the file may do, and the row that it shows
 * at. */
static const struct {
	const char *sql;
	int64_t row;
} edits[] = {
    {"UPDATE config_log SET new_value = '99' WHERE id = 3", 3},
    {"UPDATE config_log SET old_value = old_value || 'x' WHERE id = 1", 1},
    {"UPDATE config_log SET who = 'nobody' WHERE id = 5", 5},
    {"UPDATE config_log SET origin = '' WHERE id = 2", 2},
    {"UPDATE config_log SET item = 'a', old_value = 'b' WHERE id = 4", 4},
    {"UPDATE config_log SET at_s = at_s + 1 WHERE id = 4", 4},
    {"UPDATE config_log SET chain = zeroblob(32) WHERE id = 2", 2},
    {"UPDATE config_log SET chain = x'' WHERE id = 2", 2},
    /* From one column into the next one. */
    {"UPDATE config_log SET who = who || substr(origin, 1, 1),"
     " origin = substr(origin, 2) WHERE id = 3",
	3},
    {"DELETE FROM config_log WHERE id = 3", 3},
    {"DELETE FROM config_log WHERE id = 1", 1},
    {"DELETE FROM config_log WHERE id = 5", 5},
    {"DELETE FROM config_log", 1},
    {"UPDATE config_log SET id = 9 WHERE id = 5", 5},
    {"INSERT INTO config_log SELECT 6, at_s, who, origin, item, old_value,"
     " new_value, chain FROM config_log WHERE id = 5",
	6},
    {"UPDATE config_log_ends SET first_id = 3", 1},
    {"UPDATE config_log_ends SET last_id = 4", 6},
    {"UPDATE config_log_ends SET last = zeroblob(32)", 5},
};

static void
test_altered(void **state)
{
	struct fixture *f = *state;
	struct audit a;
	char undo[512];
	size_t i;

	fill(f, 1, 5);
	(void)snprintf(undo, sizeof undo, "VACUUM INTO '%s.copy'", f->config);
	fixture_sql(f->config, undo);
	for (i = 0; i < sizeof edits / sizeof edits[0]; i++) {
		fixture_sql(f->config, edits[i].sql);
		verify(f, &a);
		if (a.is_whole || a.bad_id != edits[i].row || a.why[0] == '\0')
			fail_msg("%s: row %lld: %s", edits[i].sql,
			    (long long)a.bad_id, a.why);
		(void)snprintf(undo, sizeof undo,
		    "ATTACH '%s.copy' AS c; DELETE FROM config_log;"
		    "DELETE FROM config_log_ends; INSERT INTO config_log"
		    " SELECT * FROM c.config_log; INSERT INTO config_log_ends"
		    " SELECT * FROM c.config_log_ends",
		    f->config);
		fixture_sql(f->config, undo);
	}
	verify(f, &a);
	assert_true(a.is_whole);
	/* What is added later does not heal it. */
	fixture_sql(f->config, edits[0].sql);
	fill(f, 100, 2);
	verify(f, &a);
	assert_int_equal(a.bad_id, 3);
	(void)snprintf(undo, sizeof undo, "%s.copy", f->config);
	(void)remove(undo);
}

/* The oldest rows go; the rest is still a chain. */
static void
test_trimmed(void **state)
{
	struct fixture *f = *state;
	struct audit a;

	fill(f, 1, 5);
	fixture_sql(
	    f->config, "UPDATE config_log SET id = id + 99997 WHERE id > 0");
	fixture_sql(f->config, "DELETE FROM config_log WHERE id > 99998");
	/* A log as long as it may be, begun anew at its end. */
	fixture_sql(f->config,
	    "UPDATE config_log SET chain = x''; UPDATE config_log_ends SET"
	    " first_id = 99999, before_first = x'', last_id = 99998,"
	    " last = x''");
	fill(f, 10, 4);
	verify(f, &a);
	assert_true(a.is_whole);
	assert_int_equal(a.rows_n, 4);
	assert_int_equal(a.before_n, 1);
	fixture_sql(f->config,
	    "DELETE FROM config_log WHERE id < 100000;"
	    "UPDATE config_log_ends SET first_id = 100000, before_first ="
	    " last");
	verify(f, &a);
	assert_false(a.is_whole);
}

static void
test_rows_from_before(void **state)
{
	struct fixture *f = *state;
	struct audit a;

	fixture_sql(f->config,
	    "INSERT INTO config_log (at_s, who, origin, item, old_value,"
	    " new_value) VALUES (1, 'a', 'b', 'c', 'd', 'e');"
	    "UPDATE config_log_ends SET first_id = 2, last_id = 1");
	fill(f, 1, 2);
	verify(f, &a);
	assert_true(a.is_whole);
	assert_int_equal(a.rows_n, 2);
	assert_int_equal(a.before_n, 1);
}

static void
test_find(void **state)
{
	struct fixture *f = *state;
	struct config_log_list l;

	fill(f, 41, 3);
	assert_ok(
	    f, store_config_log_find(f->admin, "PROXY", 0, 10, &l, &f->ei));
	assert_int_equal(l.n, 3);
	config_log_list_clear(&l);
	assert_ok(f, store_config_log_find(f->admin, "42", 0, 10, &l, &f->ei));
	assert_int_equal(l.n, 2);
	config_log_list_clear(&l);
	assert_ok(f, store_config_log_find(f->admin, "%", 0, 10, &l, &f->ei));
	assert_int_equal(l.n, 0);
	config_log_list_clear(&l);
}

#define T(fn) \
	cmocka_unit_test_setup_teardown(fn, fixture_up_admin, fixture_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_whole),
	    T(test_altered),
	    T(test_trimmed),
	    T(test_rows_from_before),
	    T(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
