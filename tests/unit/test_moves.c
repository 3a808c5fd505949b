/* Mailboxes that move to another server or another forest while they are
 * listened to. */
#include <stdio.h>
#include <string.h>

#include "backend/engine/moves.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "tests/unit/engine_world.h"

#define ALICE "alice@" WORLD_MAIL
#define NEW_URL "https://new." WORLD_MAIL "/EWS"
#define OLD_ACCOUNT "svc@" WORLD_MAIL
#define NEW_ACCOUNT "two@" WORLD_MAIL

static void
add_record(struct world *w, const char *name, const char *account)
{
	struct exchange x;

	fixture_exchange(&x, name);
	fixture_set(&x, "account", account);
	fixture_set(&x, "email", ALICE);
	fixture_set(&x, "scp_enabled", "no");
	fixture_seal(&x, "box");
	assert_ok(
	    w->f, store_exchange_put(w->f->admin, &tester, &x, &w->f->ei));
	exchange_clear(&x);
}

static struct world *
up(void)
{
	struct world *w = world_new(1);

	add_record(w, "Old", OLD_ACCOUNT);
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, world_alice_subscribed, "subscribed");
	return w;
}

static struct mbox *
alice(struct world *w)
{
	return users_find(w->en.users, ALICE);
}

static bool
last_decorated(struct world *w)
{
	return world_decorated(w, w->items_n - 1);
}

/* Listened to where it is now, and nowhere else. */
static bool
has_moved(struct world *w)
{
	const struct world_sub *s = &w->subs[w->subs_n - 1];
	size_t i;

	for (i = 0; i + 1 < w->subs_n; i++)
		if (w->subs[i].live)
			return false;
	return w->subs_n >= 2 && s->live && strcmp(s->url, NEW_URL) == 0 &&
	       s->was_heard;
}

static void
make_one(struct world *w)
{
	(void)world_make(w, "alice", "@webex", "<p>x</p>");
	world_until(w, last_decorated, "decorated");
	assert_int_equal(w->items[w->items_n - 1].updates, 1);
}

static void
moves_on_request(void **state)
{
	struct world *w = up();

	(void)state;
	make_one(w);
	w->ews_url = NEW_URL;
	assert_int_equal(users_retry(w->en.users, ALICE), ERR_OK);
	world_until(w, has_moved, "it has moved");
	assert_true(world_alice_subscribed(w));
	assert_string_equal(alice(w)->row.ews_url, NEW_URL);
	make_one(w);
	world_free(w);
}

static void
moves_by_itself(void **state)
{
	struct world *w = up();

	(void)state;
	w->ews_url = NEW_URL;
	alice(w)->looked_ms = 0; /* long ago */
	world_until(w, has_moved, "it has moved");
	make_one(w);
	world_free(w);
}

/* The record was there before, or comes later; the first one's Autodiscover
 * does not know the mailbox any more. */
static void
moves_to_another_record(void **state)
{
	struct world *w = up();
	struct exchange_list l = {NULL, 0};

	(void)state;
	add_record(w, "New", NEW_ACCOUNT);
	world_changed(w);
	world_turn(w, 100);
	assert_int_equal(w->subs_n, 1); /* nothing draws it there */
	w->ews_url = NEW_URL;
	w->knows_none = OLD_ACCOUNT;
	assert_int_equal(users_retry(w->en.users, ALICE), ERR_OK);
	world_until(w, has_moved, "it has moved");
	assert_string_equal(w->subs[w->subs_n - 1].account, NEW_ACCOUNT);
	assert_ok(w->f, store_exchange_list(w->f->admin, &l, &w->f->ei));
	assert_string_equal(alice(w)->row.exchange_id,
	    strcmp(l.v[0].display_name, "New") == 0 ? l.v[0].id : l.v[1].id);
	exchange_list_clear(&l);
	make_one(w);
	world_free(w);
}

static bool
is_at_new(struct world *w)
{
	return w->subs_n > 0 && w->subs[w->subs_n - 1].live &&
	       w->subs[w->subs_n - 1].was_heard &&
	       strcmp(w->subs[w->subs_n - 1].account, NEW_ACCOUNT) == 0;
}

/* A record with an address that was typed in would take everybody, and comes
 * first by its name: Autodiscover's word goes before it, whichever of the two
 * was set up first. */
static void
direct_comes_last(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	world_record(w, "A direct one", "direct." WORLD_MAIL);
	add_record(w, "New", NEW_ACCOUNT);
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, is_at_new, "where Autodiscover says");
	assert_int_equal(w->subs_n, 1);
	make_one(w);
	world_free(w);
}

static void
leaves_a_direct_one(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	world_record(w, "A direct one", "direct." WORLD_MAIL);
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, world_alice_subscribed, "subscribed");
	/* One whose Autodiscover does not know the mailbox leaves it there. */
	w->knows_none = NEW_ACCOUNT;
	add_record(w, "New", NEW_ACCOUNT);
	world_changed(w);
	assert_int_equal(users_retry(w->en.users, ALICE), ERR_OK);
	world_turn(w, 300);
	assert_int_equal(w->subs_n, 1);
	assert_true(w->subs[0].live);
	/* It was moved there. */
	w->knows_none = NULL;
	alice(w)->looked_ms = 0;
	users_record_changed(w->en.users, NULL);
	assert_int_equal(users_retry(w->en.users, ALICE), ERR_OK);
	world_until(w, is_at_new, "where Autodiscover says");
	assert_false(w->subs[0].live);
	make_one(w);
	world_free(w);
}

/* Nobody says where it is: it stays where it is heard. */
static void
stays_while_nobody_knows(void **state)
{
	struct world *w = up();

	(void)state;
	w->fault = FAULT_ANSWER;
	w->fault_type = IPC_SETTINGS;
	w->failure = "timeout";
	w->failure_code = ERR_TIMEOUT;
	w->fault_n = 100;
	assert_int_equal(users_retry(w->en.users, ALICE), ERR_OK);
	world_turn(w, 500);
	assert_int_equal(w->subs_n, 1);
	w->fault_n = 0;
	w->knows_none = OLD_ACCOUNT;
	world_turn(w, 100);
	assert_int_equal(users_retry(w->en.users, ALICE), ERR_OK);
	world_turn(w, 500);
	assert_int_equal(w->subs_n, 1);
	assert_true(w->subs[0].live);
	assert_true(world_alice_subscribed(w));
	make_one(w);
	world_free(w);
}

/* All within the hour, whatever their number. */
static void
spreads_them(void **state)
{
	static const size_t numbers[] = {1, 100, 10000, 50000};
	size_t i, ticks;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		ticks = numbers[i] / moves_budget(numbers[i], 5000) + 1;
		assert_in_range(
		    ticks * 5000 + MOVES_AFTER_MS, MOVES_AFTER_MS, 55 * 60000);
	}
	assert_in_range(moves_budget(50000, 5000), 1, 250);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(moves_on_request),
	    cmocka_unit_test(moves_by_itself),
	    cmocka_unit_test(moves_to_another_record),
	    cmocka_unit_test(direct_comes_last),
	    cmocka_unit_test(leaves_a_direct_one),
	    cmocka_unit_test(stays_while_nobody_knows),
	    cmocka_unit_test(spreads_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
