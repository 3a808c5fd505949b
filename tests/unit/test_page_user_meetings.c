/* user_edit.c: what became of a person's newest meetings, and why. */
#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/store_booking.h"
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_meetings, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
