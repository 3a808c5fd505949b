/* Trouble beside: a server that is slow, an account that has used up what it
 * may, a mailbox that floods.  Each delays itself, and nobody else. */
#include <stdio.h>
#include <string.h>

#include "backend/engine/servers.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "tests/unit/engine_world.h"

#define OTHERS 20 /* meetings of those who are well */
#define SLOW_PEOPLE 30
#define SLOW_MS 2000 /* for each request; the well ones get by long before */
#define FLOOD 100

static void
add_record(struct world *w, const char *name, const char *account)
{
	struct exchange x;

	fixture_exchange(&x, name);
	fixture_set(&x, "account", account);
	fixture_set(&x, "email", "bob@" WORLD_MAIL);
	fixture_set(&x, "scp_enabled", "no");
	fixture_seal(&x, "box");
	assert_ok(
	    w->f, store_exchange_put(w->f->admin, &tester, &x, &w->f->ei));
	exchange_clear(&x);
}

static void
add_people(struct world *w, const char *form, unsigned n)
{
	char who[16];
	unsigned i;

	for (i = 0; i < n; i++) {
		snprintf(who, sizeof(who), "%s%02u", form, i);
		world_user(w, who, WORLD_LINK);
	}
}

static size_t people;

static bool
all_heard(struct world *w)
{
	size_t i, n = 0;

	for (i = 0; i < WORLD_STREAMS_MAX; i++)
		if (w->streams[i].open)
			n += w->streams[i].subs.n;
	return n == people;
}

static bool
bob_is_well(struct world *w)
{
	return world_has_state(w, "bob", "subscribed");
}

static void
make(struct world *w, const char *form, unsigned i)
{
	char who[16];

	snprintf(who, sizeof(who), "%s%02u", form, i);
	(void)world_make(w, who, "@webex", "<p>x</p>");
}

static size_t wanted;

static bool
is_there(struct world *w)
{
	return world_decorated(w, wanted);
}

/* Bob's meetings, one after the other; the longest that one took. */
static uint64_t
worst_of_others(struct world *w)
{
	uint64_t worst = 0, began;
	unsigned i;

	for (i = 0; i < OTHERS; i++) {
		began = uv_hrtime();
		wanted = world_make(w, "bob", "@webex", "<p>x</p>");
		world_until(w, is_there, "Bob's is decorated");
		if (uv_hrtime() - began > worst)
			worst = uv_hrtime() - began;
	}
	return worst / 1000000;
}

static size_t
left_of(const struct world *w, size_t first, size_t n)
{
	size_t i, left = 0;

	for (i = first; i < first + n; i++)
		left += !world_decorated(w, i);
	return left;
}

static void
slow_server(void **state)
{
	struct world *w = world_new(1);
	unsigned i;

	(void)state;
	add_record(w, "Lab", "svc@" WORLD_MAIL);
	add_people(w, "slow", SLOW_PEOPLE);
	world_user(w, "bob", WORLD_LINK);
	people = SLOW_PEOPLE + 1;
	world_enable(w, true);
	world_start(w);
	world_until(w, all_heard, "all are listened to");
	world_turn(w, 300);
	w->slow_host = "slow.";
	w->slow_ms = SLOW_MS;
	for (i = 0; i < 4 * SLOW_PEOPLE; i++)
		make(w, "slow", i % SLOW_PEOPLE);
	world_turn(w, 50);
	assert_in_range(worst_of_others(w), 0, SLOW_MS - 1);
	assert_int_not_equal(left_of(w, 0, 4 * SLOW_PEOPLE), 0);
	world_free(w);
}

/* Of two accounts one is refused everything, with a time to wait. */
static void
exhausted_account(void **state)
{
	struct world *w = world_new(1);
	unsigned i, asked;

	(void)state;
	add_record(w, "A", "svc@" WORLD_MAIL);
	add_record(w, "B", "two@" WORLD_MAIL);
	w->knows_none = "svc@" WORLD_MAIL;
	add_people(w, "busy", SLOW_PEOPLE);
	world_user(w, "bob", WORLD_LINK);
	people = SLOW_PEOPLE + 1;
	world_enable(w, true);
	world_start(w);
	world_until(w, all_heard, "all are listened to");
	world_turn(w, 300);
	w->exhausted = "busy";
	w->backoff_ms = 60000;
	for (i = 0; i < 4 * SLOW_PEOPLE; i++)
		make(w, "busy", i % SLOW_PEOPLE);
	world_turn(w, 300);
	asked = w->refused_n;
	assert_int_not_equal(asked, 0);
	assert_in_range(worst_of_others(w), 0, 2000);
	world_turn(w, 1500);
	/* And who is told to wait waits. */
	assert_int_equal(w->refused_n, asked);
	assert_int_equal(left_of(w, 0, 4 * SLOW_PEOPLE), 4 * SLOW_PEOPLE);
	world_free(w);
}

static bool
flood_is_over(struct world *w)
{
	return left_of(w, 0, FLOOD) == 0;
}

/* One mailbox changes more than its server can do; each answer takes 50 ms. */
static void
flooding_mailbox(void **state)
{
	struct world *w = world_new(1);
	unsigned i;

	(void)state;
	add_record(w, "Lab", "svc@" WORLD_MAIL);
	world_user(w, "flood", WORLD_LINK);
	world_user(w, "bob", WORLD_LINK);
	people = 2;
	world_enable(w, true);
	world_start(w);
	world_until(w, all_heard, "all are listened to");
	world_turn(w, 300);
	w->slow_host = "mail.";
	w->slow_ms = 50;
	for (i = 0; i < FLOOD; i++)
		(void)world_make(w, "flood", "@webex", "<p>x</p>");
	world_turn(w, 5);
	wanted = world_make(w, "bob", "@webex", "<p>x</p>");
	world_until(w, is_there, "Bob's is decorated");
	assert_in_range(left_of(w, 0, FLOOD), FLOOD / 2, FLOOD);
	world_until(w, flood_is_over, "the flood is over");
	for (i = 0; i < FLOOD; i++)
		assert_int_equal(w->items[i].updates, 1);
	world_free(w);
}

static bool
was_refused(struct world *w)
{
	return w->refused_n > 0;
}

/* "Busy", and no time is told: the floor of a second holds for the mailbox,
 * and everything is done in the end. */
static void
floor_of_a_wait(void **state)
{
	struct world *w = world_new(1);
	uint64_t began;
	unsigned asked;

	(void)state;
	add_record(w, "Lab", "svc@" WORLD_MAIL);
	world_user(w, "busy", WORLD_LINK);
	world_user(w, "bob", WORLD_LINK);
	people = 2;
	world_enable(w, true);
	world_start(w);
	world_until(w, all_heard, "all are listened to");
	world_until(w, bob_is_well, "subscribed");
	world_turn(w, 300);
	w->exhausted = "busy";
	began = uv_hrtime();
	wanted = world_make(w, "busy", "@webex", "<p>x</p>");
	world_until(w, was_refused, "refused");
	asked = w->refused_n;
	world_turn(w, 500);
	if (uv_hrtime() - began < UINT64_C(900000000))
		assert_int_equal(w->refused_n, asked);
	w->exhausted = NULL;
	world_until(w, is_there, "decorated");
	assert_true(uv_hrtime() - began >= UINT64_C(900000000));
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slow_server),
	    cmocka_unit_test(exhausted_account),
	    cmocka_unit_test(flooding_mailbox),
	    cmocka_unit_test(floor_of_a_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
