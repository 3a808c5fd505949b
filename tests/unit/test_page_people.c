/* Who is out of office and what happened, on the pages of users; the list of
 * meetings where the engine cannot be asked. */
#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/store_oof.h"
#include "common/store_state.h"
#include "common/store_timeline.h"
#include "common/store_user.h"

#define WHO "alice@example.test"

static void
put(struct web_fixture *w, enum oof_state state, int64_t start_s, int64_t end_s,
    int64_t checked_s)
{
	const struct oof_row r = {
	    (char[]){WHO}, {state, false, start_s, end_s, checked_s, 1, ""}};

	assert_ok(
	    w->store, store_oof_put(w->store->engine, &r, 1, &w->store->ei));
}

static int64_t
add_user(struct web_fixture *w)
{
	struct user u;
	int64_t id;

	fixture_user(&u, WHO, "Alice");
	u.enabled = true;
	assert_ok(w->store,
	    store_user_put(w->store->admin, &tester, &u, &w->store->ei));
	id = u.id;
	user_clear(&u);
	return id;
}

static void
test_away(void **state)
{
	struct web_fixture *w = *state;
	char uri[64];

	(void)snprintf(uri, sizeof uri, "/users/edit?id=%d", (int)add_user(w));
	web_get(w, uri);
	assert_has(w, "<dd class=\"num\">Not known");
	put(w, OOF_ON, 0, 0, WEB_NOW - 60);
	web_get(w, "/users");
	assert_has(w, ">Out of office</span>");
	web_get(w, uri);
	assert_has(w, "<dd class=\"num\">Yes<span");
	put(w, OOF_SCHEDULED, WEB_NOW - 60, WEB_NOW + 3600, WEB_NOW - 60);
	web_get(w, "/users");
	assert_has(w, ">Out of office until 2023-11-14 23:13:20</span>");
	put(w, OOF_SCHEDULED, WEB_NOW + 60, WEB_NOW + 3600, WEB_NOW - 60);
	web_get(w, "/users");
	assert_lacks(w, "Out of office");
	web_get(w, uri);
	assert_has(w, "No; it begins 2023-11-14 22:14:20");
	/* Twenty minutes later nobody knows. */
	put(w, OOF_ON, 0, 0, WEB_NOW - OOF_AGE_MAX_S);
	web_get(w, "/users");
	assert_lacks(w, "Out of office");
	web_get(w, uri);
	assert_has(w, "<dd class=\"num\">Not known");
}

static void
test_timeline(void **state)
{
	struct web_fixture *w = *state;
	const struct mailbox m = {.address = (char[]){WHO},
	    .state = (char[]){"error"},
	    .failure = (char[]){"ews-no-mailbox"},
	    .reason = (char[]){"<b>said</b>"},
	    .next_try_s = WEB_NOW + 60};
	char uri[64];

	(void)snprintf(uri, sizeof uri, "/users/edit?id=%d", (int)add_user(w));
	web_get(w, uri);
	assert_lacks(w, "Timeline");
	assert_ok(w->store, store_timeline_add(w->store->engine, &m,
				WEB_NOW - 5, &w->store->ei));
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	assert_has(w, ">Timeline</h2>");
	assert_has(w, "&lt;b&gt;said&lt;");
	assert_lacks(w, "<b>said");
	assert_has(w, "Next try 2023-11-14 22:14:20");
	assert_has(w, "/event-log?user=alice%40example.test");
}

static void
test_meetings(void **state)
{
	struct web_fixture *w = *state;
	char uri[64];

	web_get(w, "/users/meetings");
	assert_int_equal(w->status, 404);
	web_get(w, "/users/meetings?id=99");
	assert_int_equal(w->status, 404);
	(void)snprintf(
	    uri, sizeof uri, "/users/meetings?id=%d", (int)add_user(w));
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	assert_has(w, "The meetings are not to be had");
	assert_has(w, "Management Connector does not run");
	assert_lacks(w, "data-poll");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_away, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_timeline, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_meetings, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
