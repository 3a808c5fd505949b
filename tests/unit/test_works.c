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
alice_is_subscribed(struct world *w)
{
	return world_has_state(w, "alice", "subscribed");
}

static bool
all_decorated(struct world *w)
{
	size_t i;

	for (i = 0; i < w->items_n; i++)
		if (!world_decorated(w, i))
			return false;
	return w->items_n > 0;
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
	world_until(w, alice_is_subscribed, "subscribed");
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
	world_until(w, all_decorated, "decorated");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(takes_many_changes_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
