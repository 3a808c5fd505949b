/* user_edit.c: what became of a person's newest meetings, and why. */
#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/store_booking.h"
#include "common/store_decision.h"
#include "common/store_state.h"
#include "common/store_user.h"

#define BOB "bob@example.test"

static void
put_meeting(struct web_fixture *w, const char *uid)
{
	struct meeting m = {0};

	m.mailbox = (char *)BOB;
	m.item_id = (char *)"A";
	m.uid = (char *)uid;
	m.change_key = m.video_service = m.video_place = m.video_dial =
	    m.video_url = m.block_id = m.room_id = m.conference_id =
		m.capabilities_id = (char *)"";
	m.verdict = (char *)"skipped";
	m.keyword = (char *)"@webex:<script>";
	m.why = (char *)"The meeting is over.";
	m.decided_ms = WEB_NOW * INT64_C(1000);
	m.start_s = WEB_NOW;
	assert_ok(
	    w->store, store_meeting_put(w->store->engine, &m, &w->store->ei));
}

/* As text whatever stands in it. */
static void
test_meetings(void **state)
{
	struct web_fixture *w = *state;
	struct booking b = {0};
	struct user u;
	char uri[64];

	fixture_user(&u, BOB, "Bob");
	assert_ok(w->store,
	    store_user_put(w->store->admin, &tester, &u, &w->store->ei));
	user_clear(&u);
	assert_ok(
	    w->store, store_user_find(w->store->admin, BOB, &u, &w->store->ei));
	(void)snprintf(uri, sizeof uri, "/users/edit?id=%lld", (long long)u.id);
	user_clear(&u);
	web_get(w, uri);
	assert_lacks(w, "Newest meetings");
	put_meeting(w, "");
	web_get(w, uri);
	assert_has(w, "Newest meetings");
	assert_has(w, "@webex:&lt;script&gt;");
	assert_has(w, "The meeting is over.");
	assert_lacks(w, "<script>");
	assert_lacks(w, "a service that was removed");
	put_meeting(w, "U");
	b.mailbox = (char *)BOB;
	b.uid = (char *)"U";
	b.confer_id = (char *)"0123456789abcdef0123456789abcdef";
	b.state = (char *)"booked";
	b.why = (char *)"ERR_NO <script>";
	assert_ok(
	    w->store, store_booking_put(w->store->engine, &b, &w->store->ei));
	web_get(w, uri);
	assert_has(w, "a service that was removed: booked");
	assert_has(w, "ERR_NO &lt;script&gt;");
	assert_lacks(w, "<script>");
}

/* The page of one meeting: each decision, and the booking. */
static void
test_history(void **state)
{
	struct web_fixture *w = *state;
	struct booking b = {0};
	struct meeting m = {0};
	struct user u;
	char uri[96];

	fixture_user(&u, BOB, "Bob");
	assert_ok(w->store,
	    store_user_put(w->store->admin, &tester, &u, &w->store->ei));
	user_clear(&u);
	assert_ok(
	    w->store, store_user_find(w->store->admin, BOB, &u, &w->store->ei));
	(void)snprintf(uri, sizeof uri, "/users/meeting?id=%lld&uid=U%%3C",
	    (long long)u.id);
	web_get(w, uri);
	assert_int_equal(w->status, 404);
	b.mailbox = m.mailbox = (char *)BOB;
	b.uid = m.uid = (char *)"U<";
	m.item_id = (char *)"A";
	b.confer_id = (char *)"gone";
	b.external_id = (char *)"4711";
	b.state = (char *)"refused";
	b.failure = (char *)"confer-licence";
	assert_ok(
	    w->store, store_booking_put(w->store->engine, &b, &w->store->ei));
	m.verdict = (char *)"failed";
	m.keyword = (char *)"@meet:<b>";
	m.why = (char *)"No licence <b>.";
	m.decided_ms = WEB_NOW * INT64_C(1000);
	assert_ok(w->store, store_decision_add(w->store->engine, &m, "book",
				1234, &w->store->ei));
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	assert_has(w, "@meet:&lt;b&gt;");
	assert_has(w, "No licence &lt;b&gt;.");
	assert_has(w, "1.234 s");
	assert_has(w, "4711");
	assert_has(w, "A service that was removed");
	assert_has(w, "has no licence left");
	assert_has(w, "/event-log?meeting=U%3C");
	assert_lacks(w, "<b>");
	/* The user's page leads there. */
	put_meeting(w, "U<");
	(void)snprintf(uri, sizeof uri, "/users/edit?id=%lld", (long long)u.id);
	user_clear(&u);
	web_get(w, uri);
	assert_has(w, "uid=U%3C");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_meetings, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_history, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
