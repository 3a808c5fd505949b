#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/str.h"

#define OWN "&current=correct+horse+battery"
#define FRESH "&password=seven+quiet+harbours"
#define NEW_FIELDS "name=carla&role=read-only&enabled=yes&must_change=yes"

/* An account by its name; false where there is none. */
static bool
is_there(struct web_fixture *w, const char *name, struct admin *a)
{
	enum err e = store_admin_find(w->store->admin, name, a, &w->store->ei);

	assert_true(e == ERR_OK || e == ERR_NOTFOUND);
	return e == ERR_OK;
}

static size_t
sessions_of(struct web_fixture *w, const char *name)
{
	struct session_list l;
	struct admin a;
	size_t n;

	assert_true(is_there(w, name, &a));
	assert_ok(w->store,
	    store_session_list(w->store->admin, a.id, &l, &w->store->ei));
	n = l.n;
	session_list_clear(&l);
	admin_clear(&a);
	return n;
}

static void
test_list(void **state)
{
	struct web_fixture *w = *state;

	web_admin(w, "<script>alert(1)", ROLE_AUDITOR, true);
	web_get(w, "/administrators");
	assert_int_equal(w->status, 200);
	assert_has(w, "This is you");
	assert_has(w, "This session");
	assert_has(w, "Auditor");
	assert_has(w, "Chooses a new password at the next sign-in");
	assert_has(w, "&lt;script&gt;");
	assert_lacks(w, "<script>alert");
}

/* Nothing is added without the password of who is signed in. */
static void
test_add(void **state)
{
	static const struct {
		const char *fields, *says;
	} bad[] = {
	    {NEW_FIELDS FRESH, "Type the password that you have now."},
	    {NEW_FIELDS FRESH "&current=wrong",
		"This is not the password that you have now."},
	    {NEW_FIELDS OWN, "Type a first password for this account."},
	    {NEW_FIELDS OWN "&password=short", "fewer than 12 characters"},
	    {NEW_FIELDS OWN "&password=carla+and+her+dogs", "in the password"},
	    {"name=&role=read-only&enabled=yes&must_change=yes" FRESH OWN,
		"Give the account a name."},
	    {"name=BOSS&role=read-only&enabled=yes&must_change=yes" FRESH OWN,
		"There is an account with this name already."},
	    {"name=car+la&role=read-only&enabled=yes&must_change=yes" FRESH OWN,
		"no spaces and no slash"},
	    {"name=carla&role=king&enabled=yes&must_change=yes" FRESH OWN,
		"One field needs a change"},
	    {"name=carla&enabled=yes&must_change=yes" FRESH OWN,
		"One field needs a change"},
	};
	struct web_fixture *w = *state;
	struct admin a;
	size_t i;

	web_get(w, "/administrators/new");
	assert_int_equal(w->status, 200);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		web_post(w, "/administrators/edit", bad[i].fields);
		assert_int_equal(w->status, 422);
		assert_has(w, bad[i].says);
		assert_lacks(w, "harbours");
		assert_lacks(w, "correct horse");
		assert_false(is_there(w, "carla", &a));
	}
	web_post(w, "/administrators/edit", NEW_FIELDS FRESH OWN);
	assert_int_equal(w->status, 303);
	assert_string_equal(
	    web_header(w, "Location"), "/administrators?done=1");
	assert_true(is_there(w, "carla", &a));
	assert_int_equal(a.role, ROLE_READ_ONLY);
	assert_true(a.must_change);
	admin_clear(&a);
}

/* The system cannot be left without one who may change it. */
static void
test_last_one_stays(void **state)
{
	struct web_fixture *w = *state;
	struct admin a;

	web_post(w, "/administrators/edit",
	    "name=boss&was=read-write/1/0&role=auditor&enabled=yes"
	    "&must_change=no" OWN);
	assert_int_equal(w->status, 422);
	assert_has(w, "last read-write account");
	web_post(w, "/administrators/edit",
	    "name=boss&was=read-write/1/0&role=read-write&enabled=no"
	    "&must_change=no" OWN);
	assert_int_equal(w->status, 422);
	web_post(w, "/administrators/delete", "name=boss" OWN);
	assert_int_equal(w->status, 422);
	assert_has(w, "last read-write account");
	assert_true(is_there(w, "boss", &a));
	assert_int_equal(a.role, ROLE_READ_WRITE);
	assert_true(a.enabled);
	admin_clear(&a);
}

static void
test_delete(void **state)
{
	struct web_fixture *w = *state;
	struct admin a;

	web_admin(w, "carla", ROLE_READ_WRITE, false);
	web_get(w, "/administrators/delete?name=carla");
	assert_int_equal(w->status, 200);
	web_post(w, "/administrators/delete", "name=carla&current=wrong");
	assert_int_equal(w->status, 422);
	assert_has(w, "Nothing was deleted");
	assert_true(is_there(w, "carla", &a));
	admin_clear(&a);
	web_post(w, "/administrators/delete", "name=carla" OWN);
	assert_int_equal(w->status, 303);
	assert_false(is_there(w, "carla", &a));
	web_post(w, "/administrators/delete", "name=carla" OWN);
	assert_int_equal(w->status, 404);
}

/* A second window that saved meanwhile is not written over. */
static void
test_conflict(void **state)
{
	struct web_fixture *w = *state;
	struct admin a;

	web_admin(w, "carla", ROLE_READ_ONLY, false);
	web_post(w, "/administrators/edit",
	    "name=carla&was=auditor/1/0&role=read-write&enabled=yes"
	    "&must_change=no" OWN);
	assert_int_equal(w->status, 409);
	assert_has(w, "changed meanwhile; nothing was saved");
	assert_true(is_there(w, "carla", &a));
	assert_int_equal(a.role, ROLE_READ_ONLY);
	admin_clear(&a);
	/* What the page gives back now may be saved. */
	assert_string_equal(web_value(w, "was"), "read-only/1/0");
	web_post(w, "/administrators/edit",
	    "name=carla&was=read-only/1/0&role=read-write&enabled=yes"
	    "&must_change=no" OWN);
	assert_int_equal(w->status, 303);
}

/* A new password for somebody ends their sessions and not one's own; taking
 * an account away ends them too. */
static void
test_sessions_end(void **state)
{
	struct web_fixture *w = *state;
	char cookie[256], csrf[40];

	web_admin(w, "carla", ROLE_READ_ONLY, false);
	(void)str_copy(cookie, sizeof(cookie), w->cookie);
	(void)str_copy(csrf, sizeof(csrf), w->csrf);
	web_session(w, "carla");
	web_session(w, "carla");
	(void)str_copy(w->cookie, sizeof(w->cookie), cookie);
	(void)str_copy(w->csrf, sizeof(w->csrf), csrf);
	assert_int_equal(sessions_of(w, "carla"), 2);
	web_post(w, "/administrators/edit",
	    "name=carla&was=read-only/1/0&role=read-only&enabled=yes"
	    "&must_change=yes" FRESH OWN);
	assert_int_equal(w->status, 303);
	assert_int_equal(sessions_of(w, "carla"), 0);
	assert_int_equal(sessions_of(w, "boss"), 1);
}

static void
test_end_one(void **state)
{
	struct web_fixture *w = *state;
	char cookie[256], csrf[40], fields[128];

	web_admin(w, "carla", ROLE_READ_ONLY, false);
	(void)str_copy(cookie, sizeof(cookie), w->cookie);
	(void)str_copy(csrf, sizeof(csrf), w->csrf);
	web_session(w, "carla");
	/* One who may only read ends nobody's. */
	web_get(w, "/administrators");
	assert_lacks(w, "value=\"end\"");
	(void)str_copy(w->cookie, sizeof(w->cookie), cookie);
	(void)str_copy(w->csrf, sizeof(w->csrf), csrf);
	web_get(w, "/administrators");
	(void)snprintf(fields, sizeof(fields), "do=end&session=%s",
	    web_value(w, "session"));
	web_post(w, "/administrators", fields);
	assert_int_equal(w->status, 303);
	assert_int_equal(sessions_of(w, "carla"), 0);
	/* Pressed twice is no fault; nonsense is. */
	web_post(w, "/administrators", fields);
	assert_int_equal(w->status, 303);
	web_post(w, "/administrators", "do=end&session=abc");
	assert_int_equal(w->status, 400);
	web_post(w, "/administrators", "do=dance");
	assert_int_equal(w->status, 400);
}

static void
test_unlock(void **state)
{
	struct web_fixture *w = *state;
	int64_t until_s = 0, now_s = clock_wall_s();
	int i;

	web_admin(w, "carla", ROLE_READ_ONLY, false);
	web_admin(w, "darla", ROLE_READ_ONLY, false);
	for (i = 0; i < 8; i++) {
		assert_ok(w->store,
		    store_limit_fail(w->store->admin, "pair:192.0.2.7 carla",
			now_s, &until_s, &w->store->ei));
		assert_ok(w->store,
		    store_limit_fail(w->store->admin, "pair:192.0.2.7 xcarla",
			now_s, &until_s, &w->store->ei));
	}
	web_get(w, "/administrators");
	assert_has(w, "Locked");
	web_post(w, "/administrators", "do=unlock&name=carla");
	assert_int_equal(w->status, 303);
	assert_ok(w->store, store_limit_of_account(w->store->admin, "Carla",
				&until_s, &w->store->ei));
	assert_int_equal(until_s, 0);
	/* Nobody else's. */
	assert_ok(w->store, store_limit_of_account(w->store->admin, "xcarla",
				&until_s, &w->store->ei));
	assert_true(until_s > now_s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_list, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_add, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_last_one_stays, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_delete, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_conflict, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_sessions_end, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_end_one, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_unlock, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
