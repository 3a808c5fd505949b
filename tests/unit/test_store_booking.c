#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/store_booking.h"

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_kept, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
