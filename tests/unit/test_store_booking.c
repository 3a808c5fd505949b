#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/store_booking.h"
#include "common/store_decision.h"
#include "common/store_state.h"

static void
fill(struct booking *b, const char *uid, const char *state, int64_t start_s)
{
	memset(b, 0, sizeof *b);
	b->mailbox = xstrdup("alice@lab.example");
	b->uid = xstrdup(uid);
	b->item_id = xstrdup("item");
	b->confer_id = xstrdup("svc");
	b->state = xstrdup(state);
	b->subject = xstrdup("Plan");
	b->start_s = start_s;
	b->end_s = start_s + 60;
}

static void
put(struct fixture *f, const char *uid, const char *state, int64_t start_s)
{
	struct booking b;

	fill(&b, uid, state, start_s);
	assert_ok(f, store_booking_put(f->engine, &b, &f->ei));
	booking_clear(&b);
}

static void
test_kept(void **state)
{
	struct fixture *f = *state;
	struct booking_list l;
	struct booking b;
	char session[64];

	put(f, "b", "booked", 2000);
	put(f, "a", "wanted", 1000);
	put(f, "over", "booked", 10);
	put(f, "gone", "ended", 3000);
	assert_ok(f, store_booking_of(f->admin, "svc", 100, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].uid, "a");
	booking_list_clear(&l);
	assert_ok(f, store_booking_of(f->admin, "other", 100, &l, &f->ei));
	assert_int_equal(l.n, 0);
	assert_ok(f,
	    store_booking_get(f->engine, "Alice@lab.example", "b", &b, &f->ei));
	assert_int_equal(b.end_s, 2060);
	assert_string_equal(b.external_id, "");
	b.external_id = (mem_free(b.external_id), xstrdup("17"));
	assert_ok(f, store_booking_put(f->engine, &b, &f->ei));
	assert_int_equal(store_booking_put(f->admin, &b, &f->ei), ERR_DENIED);
	booking_clear(&b);
	assert_ok(f, store_booking_by_item(
			 f->engine, "alice@lab.example", "item", &l, &f->ei));
	assert_int_equal(l.n, 4);
	booking_list_clear(&l);
	assert_int_equal(
	    store_booking_get(f->engine, "bob@lab.example", "b", &b, &f->ei),
	    ERR_NOTFOUND);
	assert_ok(f, store_confer_session_get(
			 f->engine, "svc", session, sizeof session, &f->ei));
	assert_string_equal(session, "");
	assert_ok(f, store_confer_session_put(f->engine, "svc", "s-1", &f->ei));
	assert_ok(f, store_confer_session_get(
			 f->engine, "svc", session, sizeof session, &f->ei));
	assert_string_equal(session, "s-1");
}

static struct meeting
decided(const char *verdict, const char *why, int64_t at_ms)
{
	struct meeting m = {0};

	m.mailbox = (char *)(uintptr_t) "a@lab.example";
	m.item_id = (char *)(uintptr_t) "item";
	m.uid = (char *)(uintptr_t) "uid";
	m.change_key = m.block_id = m.room_id = (char *)(uintptr_t) "";
	m.keyword = (char *)(uintptr_t) "@meet:tms";
	m.verdict = (char *)(uintptr_t)verdict;
	m.why = (char *)(uintptr_t)why;
	m.decided_ms = at_ms;
	return m;
}

/* Each decision once, with the booking as it was then; the newest stay, and
 * all go with the meeting. */
static void
test_history(void **state)
{
	struct fixture *f = *state;
	struct decision_list l;
	struct booking b = {0};
	struct meeting m = decided("failed", "Away.", 1000);
	char why[32];
	size_t trimmed;
	int i;

	b.mailbox = m.mailbox;
	b.uid = m.uid;
	b.item_id = m.item_id;
	b.confer_id = (char *)(uintptr_t) "svc";
	b.state = (char *)(uintptr_t) "wanted";
	b.failure = (char *)(uintptr_t) "confer-down";
	assert_ok(f, store_booking_put(f->engine, &b, &f->ei));
	assert_ok(f, store_meeting_put(f->engine, &m, &f->ei));
	for (i = 0; i < 3; i++)
		assert_ok(
		    f, store_decision_add(f->engine, &m, "book", 7, &f->ei));
	b.external_id = (char *)(uintptr_t) "7";
	b.state = (char *)(uintptr_t) "booked";
	b.failure = NULL;
	assert_ok(f, store_booking_put(f->engine, &b, &f->ei));
	m = decided("decorated", "", 2000);
	assert_ok(f, store_decision_add(f->engine, &m, "book", 8, &f->ei));
	assert_ok(f,
	    store_decision_list(f->admin, "A@lab.example", "uid", &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].verdict, "decorated");
	assert_string_equal(l.v[0].external_id, "7");
	assert_string_equal(l.v[0].answer, "");
	assert_string_equal(l.v[1].answer, "confer-down");
	assert_string_equal(l.v[1].rule, "book");
	assert_int_equal(l.v[1].took_ms, 7);
	decision_list_clear(&l);
	for (i = 0; i < DECISIONS_KEEP + 5; i++) {
		(void)snprintf(why, sizeof why, "%d", i);
		m = decided("failed", why, 3000 + i);
		assert_ok(
		    f, store_decision_add(f->engine, &m, "book", 0, &f->ei));
	}
	assert_ok(f,
	    store_decision_list(f->admin, "a@lab.example", "uid", &l, &f->ei));
	assert_int_equal(l.n, DECISIONS_KEEP);
	assert_string_equal(l.v[0].why, why);
	decision_list_clear(&l);
	/* Written again is not deleted. */
	assert_ok(f, store_meeting_put(f->engine, &m, &f->ei));
	assert_ok(f,
	    store_decision_list(f->admin, "a@lab.example", "uid", &l, &f->ei));
	assert_int_equal(l.n, DECISIONS_KEEP);
	decision_list_clear(&l);
	assert_ok(
	    f, store_meeting_trim(f->engine, 1000000, 10, &trimmed, &f->ei));
	assert_int_equal(trimmed, 1);
	assert_ok(f,
	    store_decision_list(f->admin, "a@lab.example", "uid", &l, &f->ei));
	assert_int_equal(l.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_kept, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		test_history, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
