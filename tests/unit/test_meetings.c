/* Meetings of every kind, through the whole engine. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/user_state.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_state.h"
#include "tests/unit/engine_world.h"

#define LARGE 1048576 /* bytes of a location */
#define SECRET "Taking over Contoso"

static const char *owner;

static bool
owner_is_subscribed(struct world *w)
{
	return world_has_state(w, owner, "subscribed");
}

static struct world *
up(const char *who)
{
	struct world *w = world_new(1);

	owner = who;
	world_record(w, "Lab", "mail.lab.example");
	world_user(w, who, WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, owner_is_subscribed, "subscribed");
	world_turn(w, 300);
	return w;
}

static size_t
make(struct world *w, const char *location)
{
	return world_make(w, owner, location, "<p>x</p>");
}

static void
assert_updates(struct world *w, unsigned n)
{
	size_t i;

	world_turn(w, 200);
	for (i = 0; i < w->items_n; i++)
		assert_int_equal(w->items[i].updates, n);
}

/* What is made is read only after this turn of the loop, so that the rest of
 * it can be filled in. */
static void
series_and_instances(void **state)
{
	struct world *w = up("alice");
	size_t master, own, old;

	(void)state;
	/* It began long ago and goes on; an instance has a keyword of its own,
	 * and another one is over. */
	master = make(w, "@webex");
	w->items[master].kind = "RecurringMaster";
	w->items[master].end_s = clock_wall_s() - 86400;
	own = make(w, "Room 4, @meet");
	w->items[own].kind = "Exception";
	old = make(w, "@webex");
	w->items[old].kind = "Exception";
	w->items[old].end_s = clock_wall_s() - 60;
	w->items[old].series_end_s = clock_wall_s() + 86400;
	while (!world_decorated(w, master) || !world_decorated(w, own))
		world_turn(w, 5);
	world_turn(w, 200);
	assert_int_equal(w->items[old].gets, 1);
	assert_int_equal(w->items[old].updates, 0);
	world_free(w);
}

static void
without_global_id(void **state)
{
	struct world *w = up("alice");

	(void)state;
	w->items[make(w, "@webex")].uid = "";
	w->items[make(w, "@webex")].uid = "";
	world_until(w, world_all_decorated, "decorated");
	assert_updates(w, 1);
	world_free(w);
}

/* A file of the databases that holds the text. */
static bool
file_has(const char *base, const char *ext, const char *text)
{
	char path[512];
	static char all[8 << 20];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s%s", base, ext);
	if ((f = fopen(path, "rb")) == NULL)
		return false;
	n = fread(all, 1, sizeof(all), f);
	(void)fclose(f);
	return memmem(all, n, text, strlen(text)) != NULL;
}

/* What a private meeting is about is written nowhere; that it was decorated
 * is. */
static void
private_stays_private(void **state)
{
	struct world *w = up("alice");
	struct world_item *it = &w->items[make(w, "@webex")];

	(void)state;
	it->is_private = true;
	it->subject = SECRET;
	it->uid = "uid-of-the-secret";
	world_until(w, world_all_decorated, "decorated");
	assert_updates(w, 1);
	assert_true(file_has(w->f->state, "", "uid-of-the-secret") ||
		    file_has(w->f->state, "-wal", "uid-of-the-secret"));
	assert_false(file_has(w->f->state, "", SECRET));
	assert_false(file_has(w->f->state, "-wal", SECRET));
	assert_null(strstr(it->body, SECRET));
	world_free(w);
}

static void
location_of_a_mebibyte(void **state)
{
	struct world *w = up("alice");
	char *text = xalloc(LARGE + 1);

	(void)state;
	memset(text, 'x', LARGE);
	memcpy(text + LARGE - 7, " @webex", 7);
	w->items[make(w, "")].large = text;
	world_until(w, world_all_decorated, "decorated");
	assert_updates(w, 1);
	world_free(w);
	mem_free(text);
}

/* All 1,500 are told of it, by the one update. */
static void
many_guests(void **state)
{
	struct world *w = up("alice");
	size_t i = make(w, "@webex");

	(void)state;
	w->items[i].has_guests = true;
	world_until(w, world_all_decorated, "decorated");
	assert_updates(w, 1);
	assert_true(w->items[i].told_guests);
	i = make(w, "@webex");
	world_until(w, world_all_decorated, "decorated");
	assert_false(w->items[i].told_guests);
	world_free(w);
}

static bool
first_looked_at_again(struct world *w)
{
	return w->items[0].gets >= 2;
}

/* Moved to another time: the details stay as they are.  Cancelled: nothing is
 * written any more, and that is remembered. */
static void
moved_and_cancelled(void **state)
{
	struct world *w = up("alice");
	struct meeting_list l = {NULL, 0};
	struct errinfo ei;

	(void)state;
	(void)make(w, "@webex");
	world_until(w, world_all_decorated, "decorated");
	w->items[0].end_s += 86400;
	world_touch(w, 0);
	world_until(w, first_looked_at_again, "looked at again");
	assert_updates(w, 1);
	w->items[0].is_cancelled = true;
	w->items[0].gets = 1;
	mem_free(w->items[0].body);
	w->items[0].body = xstrdup("<p>cancelled</p>");
	world_touch(w, 0);
	world_until(w, first_looked_at_again, "looked at again");
	assert_updates(w, 1);
	assert_int_equal(
	    store_meeting_list(w->en.store, "", 10, &l, &ei), ERR_OK);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].verdict, "skipped");
	assert_string_equal(l.v[0].why, "The meeting is cancelled.");
	meeting_list_clear(&l);
	world_free(w);
}

/* RFC 5321 allows an apostrophe and more in the name of a mailbox. */
static void
odd_addresses(void **state)
{
	static const char *const names[] = {"o'neil", "a&b", "x=y+z{1}|~`#$%"};
	struct world *w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		w = up(names[i]);
		(void)make(w, "@webex");
		world_until(w, world_all_decorated, names[i]);
		assert_updates(w, 1);
		world_free(w);
	}
}

static bool
bob_is_subscribed(struct world *w)
{
	return world_has_state(w, "bob", "subscribed");
}

static size_t hers, his, old, alias;

static bool
all_were_judged(struct world *w)
{
	return world_decorated(w, hers) && world_decorated(w, alias) &&
	       world_decorated(w, old) && w->items[his].gets > 0;
}

/* A delegate makes a meeting in the manager's calendar, and has copies of it
 * and of others: the organizer's mailbox decorates, and that once. */
static void
delegates(void **state)
{
	static char uid[] = "of both";
	struct world *w = up("alice");
	(void)state;
	world_user(w, "bob", WORLD_LINK);
	world_changed(w);
	world_until(w, bob_is_subscribed, "the delegate too");
	world_turn(w, 300);
	hers = world_make(w, "alice", "@webex", "<p>x</p>");
	his = world_make(w, "bob", "@webex", "<p>x</p>");
	w->items[hers].uid = w->items[his].uid = uid;
	w->items[hers].has_guests = w->items[his].has_guests = true;
	w->items[his].organizer = "Alice@" WORLD_MAIL;
	/* An address of Bob's own, or of nobody whom we listen to. */
	alias = world_make(w, "bob", "@webex", "<p>x</p>");
	w->items[alias].has_guests = true;
	w->items[alias].organizer = "robert@" WORLD_MAIL;
	/* An appointment is its owner's, whoever made it. */
	old = world_make(w, "bob", "@webex", "<p>x</p>");
	w->items[old].organizer = "alice@" WORLD_MAIL;
	world_until(w, all_were_judged, "that all were judged");
	world_turn(w, 200);
	assert_int_equal(w->items[hers].updates, 1);
	assert_int_equal(w->items[his].updates, 0);
	assert_int_equal(w->items[his].gets, 1);
	assert_int_equal(w->items[alias].updates, 1);
	assert_int_equal(w->items[old].updates, 1);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(series_and_instances),
	    cmocka_unit_test(without_global_id),
	    cmocka_unit_test(private_stays_private),
	    cmocka_unit_test(location_of_a_mebibyte),
	    cmocka_unit_test(many_guests),
	    cmocka_unit_test(moved_and_cancelled),
	    cmocka_unit_test(odd_addresses),
	    cmocka_unit_test(delegates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
