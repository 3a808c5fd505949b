#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_alarm.h"
#include "common/store_state.h"
#include "common/str.h"

#define NOW_S 1700000000

static void
test_meta(void **state)
{
	struct fixture *f = *state;
	struct engine_meta m = {0}, g;

	assert_ok(f, store_engine_meta(f->admin, &g, &f->ei));
	assert_string_equal(g.state, "stopped");
	m.revision_running = UINT64_C(1) << 40;
	str_copy(m.state, sizeof m.state, "running");
	str_copy(m.reason, sizeof m.reason, "çalışıyor");
	m.since_s = NOW_S;
	assert_ok(f, store_engine_meta_put(f->engine, &m, &f->ei));
	assert_ok(f, store_engine_meta(f->admin, &g, &f->ei));
	assert_int_equal(g.revision_running, m.revision_running);
	assert_string_equal(g.state, "running");
	assert_string_equal(g.reason, "çalışıyor");
	assert_int_equal(g.since_s, NOW_S);
}

static void
test_mailbox(void **state)
{
	struct fixture *f = *state;
	struct mailbox_list l;

	fixture_mailbox(f, "bob@lab.example", "pending");
	fixture_mailbox(f, "alice@lab.example", "pending");
	fixture_mailbox(f, "ALICE@lab.example", "subscribed");
	assert_ok(f, store_mailbox_sync_state(
			 f->engine, "Alice@lab.example", "H4sIAAA=", &f->ei));
	assert_int_equal(
	    store_mailbox_sync_state(f->engine, "x@lab.example", "a", &f->ei),
	    ERR_NOTFOUND);
	assert_ok(f, store_mailbox_all(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].address, "ALICE@lab.example");
	assert_string_equal(l.v[0].state, "subscribed");
	assert_string_equal(l.v[0].sync_state, "H4sIAAA=");
	assert_string_equal(l.v[0].reason, "because");
	assert_int_equal(l.v[0].since_s, 1000);
	assert_int_equal(l.v[0].decorated_n, 7);
	mailbox_list_clear(&l);
	assert_ok(
	    f, store_mailbox_delete(f->engine, "alice@lab.example", &f->ei));
	assert_ok(f, store_mailbox_all(f->engine, &l, &f->ei));
	assert_int_equal(l.n, 1);
	mailbox_list_clear(&l);
}

static void
test_mailbox_state_words(void **state)
{
	struct fixture *f = *state;
	char a[] = "a@lab.example", s[] = "nonsense", none[] = "";
	struct mailbox m = {.address = a,
	    .state = s,
	    .failure = none,
	    .reason = none,
	    .exchange_id = none,
	    .ews_url = none,
	    .sync_state = none};

	assert_int_equal(store_mailbox_put(f->engine, &m, &f->ei), ERR_ARG);
}

static void
test_mailboxes_all_or_none(void **state)
{
	struct fixture *f = *state;
	char a[] = "a@lab.example", b[] = "b@lab.example", none[] = "";
	char good[] = "pending", bad[] = "nonsense";
	struct mailbox first = {.address = a,
	    .state = good,
	    .failure = none,
	    .reason = none,
	    .exchange_id = none,
	    .ews_url = none,
	    .sync_state = none,
	    .waits_for = none};
	struct mailbox second = first;
	const struct mailbox *both[] = {&first, &second};
	struct mailbox_list l;

	second.address = b;
	second.state = bad;
	assert_int_equal(
	    store_mailbox_put_many(f->engine, both, 2, &f->ei), ERR_ARG);
	assert_ok(f, store_mailbox_all(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 0);
	mailbox_list_clear(&l);
	second.state = good;
	assert_ok(f, store_mailbox_put_many(f->engine, both, 2, &f->ei));
	assert_ok(f, store_mailbox_all(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 2);
	mailbox_list_clear(&l);
}

static void
put_meeting(struct fixture *f, const char *mailbox, const char *item,
    int64_t decided_ms, int64_t next_try_s)
{
	char mb[64], id[64], uid[] = "uid'\"--", verdict[] = "decorated";
	char service[] = "zoom", dial[] = "1@zoomcrc.com";
	char why[] = "It has @webex.", key[] = "CK", word[] = "@webex";
	struct meeting m = {0};

	str_copy(mb, sizeof mb, mailbox);
	str_copy(id, sizeof id, item);
	m.mailbox = mb;
	m.item_id = id;
	m.uid = uid;
	m.change_key = key;
	m.verdict = verdict;
	m.why = why;
	m.keyword = word;
	m.start_s = NOW_S;
	m.decided_ms = decided_ms;
	m.tries = 2;
	m.next_try_s = next_try_s;
	m.video_service = service;
	m.video_dial = dial;
	assert_ok(f, store_meeting_put(f->engine, &m, &f->ei));
}

static void
test_meeting(void **state)
{
	struct fixture *f = *state;
	struct meeting_list l;
	struct meeting m;

	put_meeting(f, "alice@lab.example", "AAA=", 100, 0);
	put_meeting(f, "alice@lab.example", "AAB=", 300, NOW_S + 5);
	put_meeting(f, "bob@lab.example", "AAA=", 200, NOW_S + 9);
	/* item ids differ by the case of their letters; addresses do not */
	put_meeting(f, "Alice@lab.example", "aaa=", 50, 0);
	put_meeting(f, "ALICE@lab.example", "AAA=", 400, 0);
	assert_ok(f, store_meeting_get(
			 f->admin, "alice@LAB.example", "AAA=", &m, &f->ei));
	assert_int_equal(m.decided_ms, 400);
	assert_string_equal(m.uid, "uid'\"--");
	assert_string_equal(m.why, "It has @webex.");
	assert_int_equal(m.tries, 2);
	assert_string_equal(m.video_service, "zoom");
	assert_string_equal(m.video_place, "");
	assert_string_equal(m.video_dial, "1@zoomcrc.com");
	assert_string_equal(m.video_url, "");
	meeting_clear(&m);
	assert_int_equal(store_meeting_get(
			     f->admin, "alice@lab.example", "aAa=", &m, &f->ei),
	    ERR_NOTFOUND);
	assert_ok(f, store_meeting_list(f->admin, "", 10, &l, &f->ei));
	assert_int_equal(l.n, 4);
	assert_int_equal(l.v[0].decided_ms, 400);
	assert_int_equal(l.v[3].decided_ms, 50);
	meeting_list_clear(&l);
	assert_ok(f,
	    store_meeting_list(f->admin, "alice@lab.example", 2, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[1].decided_ms, 300);
	meeting_list_clear(&l);
	/* only of mailboxes that can be asked: the rest would stand before
	 * them in line */
	assert_ok(f, store_meeting_due(f->engine, NOW_S + 60, 10, &l, &f->ei));
	assert_int_equal(l.n, 0);
	fixture_mailbox(f, "alice@lab.example", "subscribed");
	fixture_mailbox(f, "bob@lab.example", "subscribed");
	assert_ok(f, store_meeting_due(f->engine, NOW_S + 4, 10, &l, &f->ei));
	assert_int_equal(l.n, 0);
	assert_ok(f, store_meeting_due(f->engine, NOW_S + 5, 10, &l, &f->ei));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].item_id, "AAB=");
	meeting_list_clear(&l);
	assert_ok(f, store_meeting_due(f->engine, NOW_S + 60, 1, &l, &f->ei));
	assert_int_equal(l.n, 1);
	meeting_list_clear(&l);
	/* written by a clock that has gone back since: not in an hour, now */
	assert_ok(f, store_meeting_due(f->engine,
			 NOW_S + 60 - STORE_DUE_AHEAD_S, 10, &l, &f->ei));
	assert_int_equal(l.n, 0);
	assert_ok(
	    f, store_meeting_due(f->engine, NOW_S - 3600, 10, &l, &f->ei));
	assert_true(l.n > 0);
	meeting_list_clear(&l);
}

static void
test_meeting_trim(void **state)
{
	struct fixture *f = *state;
	struct meeting_list l;
	const int64_t ms = 1000;
	size_t n = 0;

	fixture_mailbox(f, "alice@lab.example", "subscribed");
	/* all begin at NOW_S */
	put_meeting(f, "alice@lab.example", "old", (NOW_S + 5) * ms, 0);
	put_meeting(f, "alice@lab.example", "new", (NOW_S + 20) * ms, 0);
	put_meeting(f, "alice@lab.example", "due", (NOW_S + 5) * ms, NOW_S);
	put_meeting(f, "gone@lab.example", "due", (NOW_S + 6) * ms, NOW_S);
	assert_ok(f, store_meeting_trim(f->engine, NOW_S, 10, &n, &f->ei));
	assert_int_equal(n, 0);
	assert_ok(f, store_meeting_trim(f->engine, NOW_S + 10, 1, &n, &f->ei));
	assert_int_equal(n, 1);
	assert_ok(f, store_meeting_trim(f->engine, NOW_S + 10, 9, &n, &f->ei));
	assert_int_equal(n, 1);
	assert_ok(f, store_meeting_list(f->admin, "", 10, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].item_id, "new");
	assert_string_equal(l.v[1].item_id, "due");
	meeting_list_clear(&l);
	assert_int_equal(
	    store_meeting_trim(f->admin, NOW_S, 10, &n, &f->ei), ERR_DENIED);
}

static void
test_before_the_engine_ran(void **state)
{
	struct fixture *f = *state;
	struct meeting_list ml;
	struct alarm_list al;
	struct meeting m;

	assert_ok(f, store_meeting_list(f->admin, "", 10, &ml, &f->ei));
	assert_int_equal(ml.n, 0);
	assert_ok(f, store_meeting_due(f->admin, NOW_S, 10, &ml, &f->ei));
	assert_int_equal(ml.n, 0);
	assert_ok(f, store_alarm_list(f->admin, &al, &f->ei));
	assert_int_equal(al.n, 0);
	assert_int_equal(
	    store_meeting_get(f->admin, "a", "b", &m, &f->ei), ERR_NOTFOUND);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    T(test_meta),
	    T(test_mailbox),
	    T(test_mailbox_state_words),
	    T(test_mailboxes_all_or_none),
	    T(test_meeting),
	    T(test_meeting_trim),
	    cmocka_unit_test_setup_teardown(
		test_before_the_engine_ran, fixture_up_admin, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
