/* Who is out of office: asked by the engine as a whole, stored, told. */
#include <jansson.h>
#include <string.h>

#include "backend/engine/oof.h"
#include "backend/engine/presence_text.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/store_delivery.h"
#include "common/store_user.h"
#include "tests/unit/engine_world.h"

#define ALICE "alice@" WORLD_MAIL

static struct user alice;
static const char *wanted;

static void
read_alice(struct world *w)
{
	user_clear(&alice);
	assert_ok(w->f, store_user_find(w->f->admin, ALICE, &alice, &w->f->ei));
}

static bool
says_wanted(struct world *w)
{
	read_alice(w);
	return strcmp(oof_word(&alice.oof, clock_wall_s()), wanted) == 0;
}

static bool
has_failure(struct world *w)
{
	read_alice(w);
	return strcmp(alice.oof.failure, wanted) == 0;
}

/* As if the time were over. */
static void
ask_now(struct world *w)
{
	users_find(w->en.users, ALICE)->oof.due_ms = 0;
}

static struct world *
up(void)
{
	struct world *w = world_new(1);

	memset(&alice, 0, sizeof(alice));
	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	return w;
}

static void
test_asked_and_stored(void **state)
{
	struct world *w = up();
	struct oof_list l;
	int64_t id;

	(void)state;
	world_start(w);
	wanted = "no";
	world_until(w, says_wanted, "no");
	id = alice.oof.change_id;
	assert_int_not_equal(id, 0);
	assert_in_range(
	    alice.oof.checked_s, clock_wall_s() - 60, clock_wall_s());
	/* The same again is no news. */
	ask_now(w);
	world_turn(w, OOF_TICK_MS + 500);
	assert_int_equal(w->count[IPC_EWS_OOF], 2);
	read_alice(w);
	assert_int_equal(alice.oof.change_id, id);
	w->oof = "on";
	ask_now(w);
	wanted = "yes";
	world_until(w, says_wanted, "yes");
	assert_int_equal(alice.oof.change_id, id + 1);
	/* What failed does not make it unknown at once. */
	w->fault_type = IPC_EWS_OOF;
	w->fault = FAULT_ANSWER;
	w->fault_n = 1;
	w->failure = wanted = "ews-denied";
	w->failure_code = ERR_DENIED;
	ask_now(w);
	world_until(w, has_failure, "failure");
	assert_string_equal(oof_word(&alice.oof, clock_wall_s()), "yes");
	assert_string_equal(
	    oof_word(&alice.oof, clock_wall_s() + OOF_AGE_MAX_S), "");
	/* Who presence is told: one row, the newest. */
	assert_ok(w->f, store_oof_changes(w->en.store, 0, 10, &l, &w->f->ei));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].o.change_id, id + 1);
	oof_list_clear(&l);
	/* A number is never given twice, whoever is gone. */
	assert_ok(
	    w->f, store_delivery_state_put(w->en.store, BOUND_PRESENCE,
		      &(struct delivery_state){.done_id = 70}, &w->f->ei));
	assert_ok(w->f, store_mailbox_delete(w->en.store, ALICE, &w->f->ei));
	assert_ok(w->f, store_oof_last(w->en.store, &id, &w->f->ei));
	assert_int_equal(id, 70);
	assert_ok(w->f, store_oof_all(w->en.store, &l, &w->f->ei));
	assert_int_equal(l.n, 0);
	user_clear(&alice);
	world_free(w);
}

/* What is scheduled begins and ends without the next round. */
static void
test_schedule(void **state)
{
	struct world *w = up();

	(void)state;
	w->oof = "scheduled";
	w->oof_start_s = clock_wall_s() + 5;
	w->oof_end_s = clock_wall_s() + 10;
	world_start(w);
	wanted = "no";
	world_until(w, says_wanted, "no");
	wanted = "yes";
	world_until(w, says_wanted, "yes");
	world_turn(w, OOF_TICK_MS + 500);
	read_alice(w);
	assert_true(alice.oof.was_away);
	assert_true(w->count[IPC_EWS_OOF] >= 2);
	while (clock_wall_s() < w->oof_end_s)
		world_turn(w, 100);
	world_turn(w, OOF_TICK_MS + 500);
	read_alice(w);
	assert_false(alice.oof.was_away);
	assert_string_equal(oof_word(&alice.oof, clock_wall_s()), "no");
	user_clear(&alice);
	world_free(w);
}

static void
test_stopped(void **state)
{
	struct world *w = up();

	(void)state;
	w->fault_type = IPC_EWS_OOF;
	w->fault = FAULT_SILENT;
	w->fault_n = 1000;
	world_start(w);
	while (w->count[IPC_EWS_OOF] == 0)
		world_turn(w, 100);
	/* With a question under way it is taken down, and up again. */
	world_enable(w, false);
	world_changed(w);
	assert_null(users_find(w->en.users, ALICE)->oof.call);
	w->fault_n = 0;
	world_enable(w, true);
	world_changed(w);
	wanted = "no";
	world_until(w, says_wanted, "no");
	user_clear(&alice);
	world_free(w);
}

static void
test_words(void **state)
{
	const struct oof o = {OOF_SCHEDULED, false, 100, 200, 150, 1, ""};
	struct oof off = {OOF_OFF, false, 0, 0, 150, 1, ""};

	(void)state;
	assert_string_equal(oof_word(&o, 99), "no");
	assert_string_equal(oof_word(&o, 100), "yes");
	assert_string_equal(oof_word(&o, 199), "yes");
	assert_string_equal(oof_word(&o, 200), "no");
	assert_string_equal(oof_word(&o, 150 + OOF_AGE_MAX_S - 1), "no");
	assert_string_equal(oof_word(&o, 150 + OOF_AGE_MAX_S), "");
	assert_string_equal(oof_word(&off, 160), "no");
	off.state = OOF_NONE;
	assert_string_equal(oof_word(&off, 160), "");
	assert_int_equal(oof_state_of("scheduled"), OOF_SCHEDULED);
	assert_int_equal(oof_state_of("else"), OOF_NONE);
}

static void
test_json(void **state)
{
	struct oof_row v[] = {
	    {(char *)"a\"b@lab.example", {OOF_SCHEDULED, true, 1760000000,
					     1760003600, 1760000100, 4, ""}},
	    {(char *)"c@lab.example",
		{OOF_OFF, false, 0, 0, 1760000100, 5, ""}},
	};
	struct presence_text t = {"here", "presence-4-5", 1760000200, v, 2, 3};
	struct buf b = BUF_INIT(PRESENCE_TEXT_MAX);
	json_t *o, *p;

	(void)state;
	assert_int_equal(presence_json(&t, &b), ERR_OK);
	assert_non_null(o = json_loads(buf_str(&b), 0, NULL));
	assert_string_equal(
	    json_string_value(json_object_get(o, "id")), "presence-4-5");
	assert_false(json_is_true(json_object_get(o, "test")));
	assert_int_equal(json_integer_value(json_object_get(o, "more")), 3);
	p = json_array_get(json_object_get(o, "people"), 0);
	assert_string_equal(json_string_value(json_object_get(p, "address")),
	    "a\"b@lab.example");
	assert_true(json_is_true(json_object_get(p, "out_of_office")));
	assert_string_equal(json_string_value(json_object_get(p, "until")),
	    "2025-10-09T09:53:20Z");
	p = json_array_get(json_object_get(o, "people"), 1);
	assert_true(json_is_false(json_object_get(p, "out_of_office")));
	assert_true(json_is_null(json_object_get(p, "from")));
	json_decref(o);
	buf_reset(&b);
	t.n = 0;
	t.v = NULL;
	assert_int_equal(presence_json(&t, &b), ERR_OK);
	assert_non_null(strstr(buf_str(&b), "\"test\":true"));
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_asked_and_stored),
	    cmocka_unit_test(test_schedule),
	    cmocka_unit_test(test_stopped),
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
