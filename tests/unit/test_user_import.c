#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/user_import.h"

static void
plan(struct fixture *f, struct user_import *m, const char *file)
{
	assert_ok(f, user_import_plan(m, f->admin, file, strlen(file), &f->ei));
}

static void
add(struct fixture *f, const char *address, const char *name)
{
	struct user u;

	fixture_user(&u, address, name);
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	user_clear(&u);
}

static void
test_adds_and_changes(void **state)
{
	static const char file[] = "address,name,enabled\n"
				   "ALICE@lab.example,Alice B,TRUE\n"
				   "bob@lab.example,Bob,\n"
				   "new@lab.example,New,1\n";
	struct fixture *f = *state;
	struct user_import m;
	struct user u;
	uint64_t rev;

	add(f, "alice@lab.example", "Alice");
	add(f, "bob@lab.example", "Bob");
	plan(f, &m, file);
	assert_int_equal(m.problems_total, 0);
	assert_int_equal(m.n, 3);
	assert_int_equal(m.v[0].effect, IMPORT_CHANGE);
	assert_non_null(strstr(m.v[0].changes, "Name"));
	assert_int_equal(m.v[2].effect, IMPORT_ADD);
	assert_int_equal(m.v[2].line, 4);
	rev = fixture_revision(f);
	assert_ok(f, user_import_apply(&m, f->admin, &tester, &f->ei));
	assert_int_equal(fixture_revision(f), rev + 1);
	user_import_clear(&m);

	assert_ok(
	    f, store_user_find(f->admin, "alice@lab.example", &u, &f->ei));
	assert_string_equal(u.name, "Alice B");
	assert_string_equal(u.address, "alice@lab.example");
	assert_true(u.enabled);
	user_clear(&u);
	assert_ok(f, store_user_find(f->admin, "new@lab.example", &u, &f->ei));
	assert_true(u.enabled);
	user_clear(&u);
	/* Once more changes nothing, and makes no revision. */
	plan(f, &m, file);
	assert_int_equal(m.count[IMPORT_SAME], 3);
	assert_ok(f, user_import_apply(&m, f->admin, &tester, &f->ei));
	assert_int_equal(fixture_revision(f), rev + 1);
	user_import_clear(&m);
}

static void
test_every_problem_and_nothing_changed(void **state)
{
	static const char file[] = "address,name,enabled,room_link\n"
				   "good@lab.example,Good,yes,\n"
				   "no address,X,yes,\n"
				   "twice@lab.example,A,yes,\n"
				   "TWICE@lab.example,B,yes,\n"
				   "flag@lab.example,C,maybe,\n"
				   "link@lab.example,D,yes,http://x.example\n"
				   "few@lab.example,E\n"
				   ",F,yes,\n";
	static const size_t lines[] = {3, 5, 6, 7, 8, 9};
	struct fixture *f = *state;
	struct user_import m;
	struct user u;
	size_t i;

	plan(f, &m, file);
	assert_int_equal(m.problems_n, sizeof lines / sizeof lines[0]);
	for (i = 0; i < m.problems_n; i++)
		assert_int_equal(m.problems[i].line, lines[i]);
	assert_non_null(strstr(m.problems[1].text, "Line 4"));
	assert_non_null(strstr(m.problems[2].text, "Enabled"));
	assert_int_equal(
	    user_import_apply(&m, f->admin, &tester, &f->ei), ERR_ARG);
	assert_int_equal(
	    store_user_find(f->admin, "good@lab.example", &u, &f->ei),
	    ERR_NOTFOUND);
	user_import_clear(&m);
}

/* One that cannot be stored takes the others back with it. */
static void
test_all_or_nothing(void **state)
{
	static const char file[] = "address\na@lab.example\nb@lab.example\n";
	struct fixture *f = *state;
	struct user_import m;
	struct user u;

	plan(f, &m, file);
	add(f, "b@lab.example", "came first");
	assert_int_equal(
	    user_import_apply(&m, f->admin, &tester, &f->ei), ERR_EXISTS);
	assert_int_equal(store_user_find(f->admin, "a@lab.example", &u, &f->ei),
	    ERR_NOTFOUND);
	user_import_clear(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_adds_and_changes, fixture_up_admin, fixture_down),
	    cmocka_unit_test_setup_teardown(
		test_every_problem_and_nothing_changed, fixture_up_admin,
		fixture_down),
	    cmocka_unit_test_setup_teardown(
		test_all_or_nothing, fixture_up_admin, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
