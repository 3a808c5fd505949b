/* slot.c: who is silent too long, and whose silence is the manager's own. */
#include "tests/harness/test.h"

#include "backend/core/svc_table.h"
#include "backend/manager/slot.h"
#include "common/conf.h"

#define TICK_MS 1000u

static void
fill(struct slot *sl, struct conf *c)
{
	*c = (struct conf){.heartbeat_max_s = 30};
	*sl = (struct slot){.row = svc_row(DAEMON_ENGINE),
	    .conf = c,
	    .pid = 1,
	    .beat_fd = -1,
	    .beat_ms = 100000};
}

/* As a tick of the manager does, so long after the one before it. */
static bool
tick(struct slot *sl, uint64_t *now_ms, uint64_t past_ms)
{
	*now_ms += past_ms;
	slot_excuse(sl, *now_ms, slot_late_ms(past_ms, TICK_MS));
	return slot_is_silent(sl, *now_ms);
}

static void
one_that_hangs(void **state)
{
	uint64_t now = 100000;
	struct conf c;
	struct slot sl;
	unsigned i;

	(void)state;
	fill(&sl, &c);
	for (i = 0; i < 30; i++)
		assert_false(tick(&sl, &now, TICK_MS));
	assert_true(tick(&sl, &now, TICK_MS));
}

/* Late by less than a tick, again and again: that is a busy machine. */
static void
one_that_hangs_on_a_busy_machine(void **state)
{
	uint64_t now = 100000;
	struct conf c;
	struct slot sl;
	unsigned i;

	(void)state;
	fill(&sl, &c);
	for (i = 0; i < 15; i++)
		assert_false(tick(&sl, &now, 2 * TICK_MS));
	assert_true(tick(&sl, &now, 2 * TICK_MS));
}

static void
a_manager_that_was_stopped(void **state)
{
	uint64_t now = 100000;
	struct conf c;
	struct slot sl;
	unsigned i;

	(void)state;
	fill(&sl, &c);
	for (i = 0; i < 10; i++)
		assert_false(tick(&sl, &now, TICK_MS));
	/* Its heartbeats wait in a socket that nobody read. */
	assert_false(tick(&sl, &now, 97000));
	/* What went before counts all the same. */
	for (i = 0; i < 19; i++)
		assert_false(tick(&sl, &now, TICK_MS));
	assert_true(tick(&sl, &now, TICK_MS));
}

/* The loop may have read them before the tick came. */
static void
a_beat_that_was_read_first(void **state)
{
	uint64_t now = 100000;
	struct conf c;
	struct slot sl;

	(void)state;
	fill(&sl, &c);
	sl.beat_ms = now + 97000;
	assert_false(tick(&sl, &now, 97000));
	assert_int_equal(sl.beat_ms, now);
	assert_false(tick(&sl, &now, TICK_MS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_that_hangs),
	    cmocka_unit_test(one_that_hangs_on_a_busy_machine),
	    cmocka_unit_test(a_manager_that_was_stopped),
	    cmocka_unit_test(a_beat_that_was_read_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
