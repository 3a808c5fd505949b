#include "tests/unit/web_fixture.h"

#include "common/store_user.h"

static void
test_users_file(void **state)
{
	struct web_fixture *w = *state;
	struct user u;

	fixture_user(&u, "p01@example.test", "=1+1");
	assert_ok(w->store,
	    store_user_put(w->store->admin, &tester, &u, &w->store->ei));
	user_clear(&u);
	web_get(w, "/users/import");
	assert_has(w, "Look at it");
	web_post(w, "/users/import", "do=look&csv=");
	assert_int_equal(w->status, 422);
	web_post(w, "/users/import", "do=look&csv=Name%0Ax");
	assert_int_equal(w->status, 422);
	assert_has(w, "names no column");
	web_post(w, "/users/import",
	    "do=apply&csv=address,name%0Ax%40y.test,%3Cb%3E%0Anobody,Z");
	assert_int_equal(w->status, 200);
	assert_has(w, "One problem");
	assert_has(w, "Line 3");
	assert_lacks(w, "<b>");
	web_post(w, "/users/import",
	    "do=look&csv=address,name%0Ap01%40example.test,New%0Ax%40y.test,");
	assert_has(w, "add 1, change 1");
	web_post(w, "/users/import",
	    "do=apply&csv=address,name%0Ap01%40example.test,New%0Ax%40y.test,");
	assert_int_equal(w->status, 303);
	assert_ok(w->store, store_user_find(w->store->admin, "p01@example.test",
				&u, &w->store->ei));
	assert_string_equal(u.name, "New");
	user_clear(&u);
	web_get(w, "/users/download?q=&state=");
	assert_int_equal(w->status, 200);
	assert_has(w, "\"p01@example.test\",\"New\"");
	web_get(w, "/users/download?q=nobody&state=");
	assert_lacks(w, "p01@example.test");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_users_file, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
