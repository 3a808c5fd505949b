#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/store_stat.h"

#define FROM_S 1700000100

static void
put(struct fixture *f, const char *host, int64_t from_s)
{
	struct server_stat x = {(char *)"record", (char *)(uintptr_t)host,
	    (char *)"15.2", (char *)"", 3, 20, 1, 0, 15, 50, FROM_S, 0};
	const struct server_stat_list l = {&x, 1};
	const struct work_stat w = {from_s, from_s + 10, 7, 2, 5, 20, 1, 900};

	assert_ok(f, store_stat_put(f->engine, &l, &w, &f->ei));
}

static void
test_servers_and_work(void **state)
{
	struct fixture *f = *state;
	struct server_stat_list l;
	struct work_stat_list w;

	assert_ok(f, store_server_stat_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 0);
	put(f, "old.example", FROM_S);
	put(f, "new.example", FROM_S);
	put(f, "new.example", FROM_S + WORK_STAT_STEP_S);
	assert_ok(f, store_server_stat_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].host, "new.example");
	assert_string_equal(l.v[0].version, "15.2");
	assert_int_equal(l.v[0].p95_ms, 50);
	assert_int_equal(l.v[0].answered_s, FROM_S);
	server_stat_list_clear(&l);
	assert_ok(f, store_work_stat_list(f->admin, FROM_S, &w, &f->ei));
	assert_int_equal(w.n, 2);
	assert_int_equal(w.v[0].from_s, FROM_S);
	assert_int_equal(w.v[1].decorated_n, 2);
	assert_int_equal(w.v[1].oldest_ms, 900);
	work_stat_list_clear(&w);
	/* The oldest go. */
	put(f, "new.example", FROM_S + WORK_STAT_KEEP_S + 1);
	assert_ok(f, store_work_stat_list(f->admin, 0, &w, &f->ei));
	assert_int_equal(w.n, 2);
	assert_int_equal(w.v[0].from_s, FROM_S + WORK_STAT_STEP_S);
	work_stat_list_clear(&w);
	assert_int_equal(store_stat_put(f->admin, &l,
			     &(struct work_stat){.from_s = 1}, &f->ei),
	    ERR_DENIED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_servers_and_work, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
