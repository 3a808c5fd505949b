/* The queue of meetings: who is looked at when, and what waits for whom. */
#include <stdio.h>
#include <string.h>

#include "backend/engine/works.h"
#include "tests/unit/engine_world.h"

static struct world *
up(void)
{
	struct world *w = world_new(1);

	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	return w;
}

static bool
looked_three_times(struct world *w)
{
	return w->items[0].gets >= 3;
}

/* The first change is taken at once; what follows within two seconds is one,
 * and so on. */
static void
takes_many_changes_as_one(void **state)
{
	struct world *w = up();
	uint64_t began;
	unsigned k;

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	world_turn(w, 300);
	began = uv_now(&w->loop);
	(void)world_make(w, "alice", "Room 5", "<p>x</p>");
	for (k = 0; k < 15; k++) {
		world_turn(w, 100);
		assert_int_equal(w->items[0].gets, 1);
		world_touch(w, 0);
	}
	(void)snprintf(
	    w->items[0].location, sizeof(w->items[0].location), "%s", "@webex");
	world_until(w, world_all_decorated, "decorated");
	assert_in_range(uv_now(&w->loop) - began, WORKS_MERGE_MS - 100,
	    WORKS_MERGE_MS + 3000);
	assert_int_equal(w->items[0].gets, 2);
	/* Another round: it waits for the end of the second time. */
	world_turn(w, 50);
	world_touch(w, 0);
	world_touch(w, 0);
	world_until(w, looked_three_times, "looked at again");
	assert_in_range(uv_now(&w->loop) - began, 2 * WORKS_MERGE_MS - 100,
	    2 * WORKS_MERGE_MS + 3000);
	world_turn(w, 300);
	assert_int_equal(w->items[0].gets, 3);
	assert_int_equal(w->items[0].updates, 1);
	world_free(w);
}

#define MANY 20

static void
make_many(struct world *w, const char *who, unsigned n)
{
	while (n-- > 0)
		(void)world_make(w, who, "@webex", "<p>x</p>");
}

/* Time enough for a second one. */
static void
assert_once(struct world *w)
{
	size_t i;

	world_turn(w, 200);
	for (i = 0; i < w->items_n; i++)
		assert_int_equal(w->items[i].updates, 1);
}

/* What was missed comes by pages, and each page is read by one request. */
static void
reads_many_together(void **state)
{
	struct world *w = up();

	(void)state;
	w->no_events = true;
	make_many(w, "alice", MANY);
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	assert_in_range(w->read_together_n, MANY * 3 / 4, MANY);
	assert_in_range(w->count[IPC_EWS_GETS], 1, MANY / 2);
	assert_in_range(w->count[IPC_EWS_GET], 0, MANY / 4);
	world_free(w);
}

/* A request for several fails in each way that one can. */
static void
survives_faults_of_many(void **state)
{
	static const struct {
		enum ipc_type type;
		enum world_fault fault;
		const char *failure;
		enum err code;
		uint32_t backoff_ms;
	} rows[] = {
	    {IPC_EWS_GETS, FAULT_ANSWER, "content-toobig", ERR_TOOBIG, 0},
	    {IPC_EWS_GETS, FAULT_ANSWER, "content-xml", ERR_PROTO, 0},
	    {IPC_EWS_GETS, FAULT_ANSWER, "ews-busy", ERR_THROTTLED, 300},
	    {IPC_EWS_GETS, FAULT_ANSWER, "ews-busy", ERR_THROTTLED, 0},
	    {IPC_EWS_GETS, FAULT_ANSWER, "http-500", ERR_PROTO, 0},
	    {IPC_EWS_GETS, FAULT_DIE, "", ERR_OK, 0},
	    {IPC_EWS_GETS, FAULT_DO_AND_DIE, "", ERR_OK, 0},
	    {IPC_EWS_UPDATE, FAULT_ANSWER, "ews-conflict", ERR_CONFLICT, 0},
	    {IPC_EWS_UPDATE, FAULT_DO_AND_DIE, "", ERR_OK, 0},
	};
	struct world *w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		w = up();
		world_until(w, world_alice_subscribed, "subscribed");
		w->fault_type = rows[i].type;
		w->fault = rows[i].fault;
		w->failure = rows[i].failure;
		w->failure_code = rows[i].code;
		w->backoff_ms = rows[i].backoff_ms;
		w->fault_n = 2;
		make_many(w, "alice", 8);
		world_until(w, world_all_decorated, rows[i].failure);
		assert_once(w);
		assert_int_not_equal(w->fault_n, 2);
		world_free(w);
	}
}

static bool
all_there_decorated(struct world *w)
{
	size_t i;

	for (i = 0; i < w->items_n; i++)
		if (w->items[i].version != 0 && !world_decorated(w, i))
			return false;
	return true;
}

static bool
some_are_read(struct world *w)
{
	return w->held_n > 0;
}

/* While several are read one is deleted and another changed, and then the
 * mailbox is disabled: what nobody is interested in is given up. */
static void
members_come_and_go(void **state)
{
	struct world *w = up();

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	w->hold_type = IPC_EWS_GETS;
	make_many(w, "alice", 8);
	world_until(w, some_are_read, "several are read");
	w->items[1].version = 0;
	world_touch(w, 2);
	world_release(w);
	world_until(w, all_there_decorated, "decorated");
	assert_int_equal(w->items[1].updates, 0);

	w->hold_type = IPC_EWS_GETS;
	w->held_n = 0;
	make_many(w, "alice", 8);
	world_until(w, some_are_read, "several are read");
	world_enable(w, false);
	world_changed(w);
	world_release(w);
	world_turn(w, 100);
	world_enable(w, true);
	world_changed(w);
	world_until(w, all_there_decorated, "decorated");
	world_free(w);
}

static bool
bobs_is_decorated(struct world *w)
{
	return world_decorated(w, w->items_n - 1);
}

/* Many of one mailbox wait at a server that takes its time; another's only
 * one has its turn soon. */
static void
takes_turns(void **state)
{
	struct world *w = up();
	size_t i, left = 0;

	(void)state;
	world_user(w, "bob", WORLD_LINK);
	world_changed(w);
	world_until(w, world_alice_subscribed, "subscribed");
	world_turn(w, 300);
	w->slow_host = "mail.lab.example";
	w->slow_ms = 100;
	make_many(w, "alice", 200);
	world_turn(w, 20);
	make_many(w, "bob", 1);
	world_until(w, bobs_is_decorated, "Bob's is decorated");
	for (i = 0; i < 200; i++)
		left += !world_decorated(w, i);
	assert_in_range(left, 100, 200);
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reads_many_together),
	    cmocka_unit_test(survives_faults_of_many),
	    cmocka_unit_test(members_come_and_go),
	    cmocka_unit_test(takes_turns),
	    cmocka_unit_test(takes_many_changes_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
