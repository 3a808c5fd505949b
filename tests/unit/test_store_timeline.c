/* store_timeline.c: in its order, of one mailbox, bounded. */
#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/store_state.h"
#include "common/store_timeline.h"

static char empty[] = "";

static void
state(struct fixture *f, const char *address, const char *word, int64_t at_s)
{
	struct mailbox m = {.address = (char *)(uintptr_t)address,
	    .state = (char *)(uintptr_t)word,
	    .failure = empty,
	    .reason = (char[]){"why"},
	    .next_try_s = at_s + 60};

	assert_ok(f, store_timeline_add(f->engine, &m, at_s, &f->ei));
}

static void
test_order(void **s)
{
	struct fixture *f = *s;
	struct timeline t;
	struct meeting m = {.mailbox = (char[]){"a@x.example"},
	    .item_id = (char[]){"I"},
	    .uid = (char[]){"U"},
	    .change_key = empty,
	    .verdict = (char[]){"decorated"},
	    .why = empty,
	    .keyword = (char[]){"@webex"},
	    .start_s = 5000,
	    .decided_ms = 150500,
	    .video_service = empty,
	    .video_place = empty,
	    .video_dial = empty,
	    .video_url = empty,
	    .block_id = empty,
	    .room_id = empty};
	int64_t i;

	assert_ok(f, store_timeline(f->admin, "a@x.example", 10, &t, &f->ei));
	assert_int_equal(t.n, 0);
	state(f, "a@x.example", "pending", 100);
	state(f, "b@x.example", "pending", 120);
	state(f, "A@x.example", "subscribed", 200);
	assert_ok(f, store_meeting_put(f->engine, &m, &f->ei));
	assert_ok(f, store_timeline(f->admin, "a@x.example", 10, &t, &f->ei));
	assert_int_equal(t.n, 3);
	assert_string_equal(t.v[0].word, "subscribed");
	assert_int_equal(t.v[0].next_try_s, 260);
	assert_true(t.v[1].is_meeting);
	assert_int_equal(t.v[1].at_s, 150);
	assert_string_equal(t.v[1].uid, "U");
	assert_string_equal(t.v[1].keyword, "@webex");
	assert_string_equal(t.v[2].word, "pending");
	assert_string_equal(t.v[2].detail, "why");
	timeline_clear(&t);
	for (i = 0; i < USER_EVENTS_KEEP + 5; i++)
		state(f, "a@x.example", i % 2 ? "error" : "pending", 300 + i);
	assert_ok(f, store_timeline(f->admin, "a@x.example", 99, &t, &f->ei));
	assert_int_equal(t.n, USER_EVENTS_KEEP + 1);
	timeline_clear(&t);
	assert_ok(f, store_timeline(f->admin, "b@x.example", 99, &t, &f->ei));
	assert_int_equal(t.n, 1);
	timeline_clear(&t);
	assert_ok(f, store_mailbox_delete(f->engine, "a@x.example", &f->ei));
	assert_ok(f, store_timeline(f->admin, "a@x.example", 99, &t, &f->ei));
	assert_int_equal(t.n, 1); /* its meeting, until that is over */
	timeline_clear(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_order, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
