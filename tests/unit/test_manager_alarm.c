/* manager_alarm.c: 60170 and 60171, about the one who looks after us. */
#include <string.h>

#include "backend/engine/catchup.h"
#include "backend/engine/manager_alarm.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/store_alarm.h"
#include "common/store_delivery.h"
#include "tests/unit/engine_world.h"

static bool
has(struct world *w, int64_t number)
{
	struct alarm a;
	struct errinfo ei;

	if (store_alarm_get(w->en.store, number, "", &a, &ei) != ERR_OK)
		return false;
	alarm_clear(&a);
	return true;
}

static bool
is_silent(struct world *w)
{
	return has(w, 60171);
}

static bool
speaks(struct world *w)
{
	return !has(w, 60171);
}

static void
beats(struct world *w, unsigned n)
{
	while (n-- > 0)
		manager_alarm_beat(&w->en);
}

static void
one_that_hangs(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	w->mgr_is_silent = true;
	world_start(w);
	world_turn(w, 50);
	/* The first heartbeat was sent by itself. */
	beats(w, MANAGER_SILENT_BEATS - 1);
	assert_true(speaks(w));
	beats(w, 2);
	assert_true(is_silent(w));
	w->mgr_is_silent = false;
	world_until(w, speaks, "an answer to a heartbeat");
	beats(w, MANAGER_SILENT_BEATS / 2);
	world_turn(w, 1100);
	beats(w, MANAGER_SILENT_BEATS / 2 + 1);
	assert_true(speaks(w));
	world_free(w);
}

static size_t meeting;

static bool
is_well(struct world *w)
{
	return world_has_state(w, "alice", "subscribed");
}

static bool
is_decorated(struct world *w)
{
	return world_decorated(w, meeting);
}

static bool
gave_up(struct world *w)
{
	const struct mbox *m = users_find(w->en.users, "alice@" WORLD_MAIL);

	return m->sync != NULL && w->creds_opened >= 6;
}

/* A worker that died needs the password anew, and nobody opens it: a catch-up
 * that waits for it ends without one, and comes again. */
static void
one_that_opens_no_password(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	world_record(w, "Lab", NULL);
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, is_well, "that the mailbox is listened to");
	w->cred_answer = ERR_GONE;
	world_kill_net(w, 0);
	catchup_start(users_find(w->en.users, "alice@" WORLD_MAIL));
	world_until(w, gave_up, "that it asked in vain");
	meeting = world_make(w, "alice", "@webex", "<p>x</p>");
	w->cred_answer = ERR_OK;
	world_until(w, is_decorated, "what was missed");
	world_free(w);
}

static bool
was_told(struct world *w)
{
	struct alarm_event_list l = {NULL, 0};
	size_t i, raised = 0, lowered = 0;

	assert_ok(w->f, store_alarm_events(w->en.store, 0, 50, &l, &w->f->ei));
	for (i = 0; i < l.n; i++) {
		raised += l.v[i].number == 60170 && l.v[i].is_raised;
		lowered += l.v[i].number == 60170 && !l.v[i].is_raised;
	}
	alarm_event_list_clear(&l);
	return raised == 1 && lowered == 1;
}

static void
one_that_was_killed(void **state)
{
	const struct msg_manager_lost lost = {1000000, 1000600};
	struct world *w = world_new(1);
	struct alarm_list past = {NULL, 0};

	(void)state;
	world_start(w);
	assert_false(was_told(w));
	world_ask(w, IPC_MANAGER_LOST, &lost);
	world_until(w, was_told, "that it was killed");
	assert_false(has(w, 60170));
	assert_ok(
	    w->f, store_alarm_history(w->en.store, 0, 10, &past, &w->f->ei));
	assert_int_equal(past.n, 1);
	assert_int_equal(past.v[0].number, 60170);
	assert_non_null(strstr(past.v[0].detail, "1970-01-12"));
	alarm_list_clear(&past);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_that_hangs),
	    cmocka_unit_test(one_that_was_killed),
	    cmocka_unit_test(one_that_opens_no_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
