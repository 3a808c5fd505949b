/* catchup.c: what comes first when much was missed, and what is left out. */
#include <string.h>

#include "backend/engine/catchup.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/clock.h"
#include "tests/unit/engine_world.h"

#define MISSED 30
#define NEWEST 5 /* that the world tells by one request */
#define TOGETHER 8 /* items that are read by one request: batch.h */
#define DAY_S 86400

static bool
is_through(struct world *w)
{
	const struct mbox *m = users_find(w->en.users, "alice@" WORLD_MAIL);

	return world_alice_subscribed(w) && m->synced_ms != 0 &&
	       m->sync == NULL && m->works_n == 0;
}

static struct world *
away(void)
{
	struct world *w = world_new(1);

	world_record(w, "Lab", NULL);
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, is_through, "that the mailbox is listened to");
	world_kill_engine(w);
	return w;
}

static void
miss(struct world *w, unsigned n)
{
	while (n-- > 0)
		(void)world_make(w, "alice", "@webex", "<p>x</p>");
}

static void
assert_each_once(const struct world *w)
{
	size_t i;

	for (i = 0; i < w->items_n; i++)
		assert_int_equal(w->items[i].updates, 1);
}

/* Pages begin with the oldest change: by them alone the newest would come
 * last. */
static void
newest_first(void **state)
{
	struct world *w = away();
	size_t i;

	(void)state;
	miss(w, MISSED);
	world_start(w);
	world_until(w, is_through, "what was missed");
	assert_each_once(w);
	for (i = MISSED - NEWEST; i < MISSED; i++)
		assert_in_range(w->items[i].updated_nth, 1, TOGETHER);
	assert_in_range(w->items[0].updated_nth, NEWEST, MISSED);
	assert_int_equal(w->count[IPC_EWS_NEWEST], 1);
	world_free(w);
}

/* What fits a page needs no more than that, and its last change comes first
 * all the same: two requests' worth. */
static void
a_page_from_its_end(void **state)
{
	struct world *w = away();

	(void)state;
	miss(w, NEWEST);
	world_start(w);
	world_until(w, is_through, "what was missed");
	assert_each_once(w);
	assert_int_equal(w->count[IPC_EWS_NEWEST], 0);
	assert_in_range(w->items[NEWEST - 1].updated_nth, 1, 2);
	world_free(w);
}

static void
what_the_window_is(void **state)
{
	struct world *w = away();
	const int64_t now_s = clock_wall_s();

	(void)state;
	miss(w, 5);
	w->items[0].end_s = now_s - 8 * DAY_S;
	w->items[1].end_s = now_s - 6 * DAY_S;
	w->items[2].end_s = now_s - 100 * DAY_S;
	w->items[2].kind = "RecurringMaster";
	w->items[2].series_end_s = now_s + 100 * DAY_S;
	w->items[3].end_s = now_s + 400 * DAY_S;
	world_start(w);
	world_until(w, is_through, "what was missed");
	assert_int_equal(w->items[0].gets, 0);
	assert_in_range(w->items[1].gets, 1, 2);
	assert_int_equal(w->items[1].updates, 0);
	assert_int_equal(w->items[2].updates, 1);
	assert_int_equal(w->items[3].updates, 1);
	assert_int_equal(w->items[4].updates, 1);
	world_free(w);
}

/* Something was made of it: that it is over by now must be seen. */
static void
one_that_was_moved_into_the_past(void **state)
{
	struct world *w = away();

	(void)state;
	miss(w, 1);
	world_start(w);
	world_until(w, is_through, "what was missed");
	assert_int_equal(w->items[0].updates, 1);
	world_kill_engine(w);
	w->items[0].end_s = clock_wall_s() - 30 * DAY_S;
	w->items[0].gets = 0;
	world_touch(w, 0);
	world_start(w);
	world_until(w, is_through, "the change");
	assert_in_range(w->items[0].gets, 1, 2);
	world_free(w);
}

static void
a_place_that_the_server_does_not_know(void **state)
{
	struct world *w = away();

	(void)state;
	miss(w, MISSED);
	w->fault_type = IPC_EWS_SYNC;
	w->fault = FAULT_ANSWER;
	w->fault_n = 1;
	w->failure = "ews-error";
	w->failure_code = ERR_PROTO;
	w->soap_code = "ErrorInvalidSyncStateData";
	world_start(w);
	world_until(w, is_through, "the whole calendar");
	assert_int_equal(w->fault_n, 0);
	assert_each_once(w);
	world_free(w);
}

/* The pages find what this request did not tell. */
static void
one_that_cannot_be_asked(void **state)
{
	struct world *w = away();

	(void)state;
	miss(w, MISSED);
	w->fault_type = IPC_EWS_NEWEST;
	w->fault = FAULT_ANSWER;
	w->fault_n = 1;
	w->failure = "ews-error";
	w->failure_code = ERR_PROTO;
	world_start(w);
	world_until(w, is_through, "what was missed");
	assert_int_equal(w->fault_n, 0);
	assert_each_once(w);
	world_free(w);
}

static bool
is_held(struct world *w)
{
	return w->held_n > 0;
}

static void
killed_while_it_asks(void **state)
{
	struct world *w = away();

	(void)state;
	miss(w, MISSED);
	w->hold_type = IPC_EWS_NEWEST;
	world_start(w);
	world_until(w, is_held, "that it asks");
	assert_int_equal(w->count[IPC_EWS_UPDATE], 0);
	world_kill_engine(w);
	world_release(w);
	world_start(w);
	world_until(w, is_through, "what was missed");
	assert_each_once(w);
	world_free(w);
}

static bool
was_read(struct world *w)
{
	return w->items[0].gets > 0;
}

/* The disk is full, or the row cannot be written for another reason: nobody
 * but the work itself knows that it is to be looked at once more.  The place
 * in the calendar stays before it, until that is over. */
static void
one_that_cannot_be_written_down(void **state)
{
	struct world *w = away();
	unsigned syncs;

	(void)state;
	world_start(w);
	world_until(w, is_through, "that the mailbox is listened to");
	fixture_sql(w->f->state,
	    "CREATE TRIGGER is_full BEFORE INSERT ON meeting BEGIN "
	    "SELECT RAISE(ABORT, 'as the test wants'); END");
	w->fault_type = IPC_EWS_GET;
	w->fault = FAULT_ANSWER;
	w->fault_n = 1;
	w->failure = "http-500";
	w->failure_code = ERR_PROTO;
	miss(w, 1);
	world_until(w, was_read, "that it was read in vain");
	syncs = w->count[IPC_EWS_SYNC];
	catchup_start(users_find(w->en.users, "alice@" WORLD_MAIL));
	while (w->count[IPC_EWS_SYNC] == syncs)
		world_turn(w, 5);
	world_turn(w, 100);
	assert_int_equal(w->items[0].updates, 0);
	world_kill_engine(w);
	fixture_sql(w->f->state, "DROP TRIGGER is_full");
	world_start(w);
	world_until(w, is_through, "what was left");
	assert_each_once(w);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(newest_first),
	    cmocka_unit_test(a_page_from_its_end),
	    cmocka_unit_test(what_the_window_is),
	    cmocka_unit_test(one_that_was_moved_into_the_past),
	    cmocka_unit_test(a_place_that_the_server_does_not_know),
	    cmocka_unit_test(one_that_cannot_be_asked),
	    cmocka_unit_test(killed_while_it_asks),
	    cmocka_unit_test(one_that_cannot_be_written_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
