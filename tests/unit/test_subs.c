/* Groups of subscriptions: who shares a stream, and how it finds its server. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/engine_world.h"

#define FULL 200
#define MORE 5 /* of the same site */
#define FAR 3 /* of another one */
#define ALL (FULL + MORE + FAR)

static void
add(struct world *w, const char *form, unsigned n)
{
	char who[16];
	unsigned i;

	for (i = 0; i < n; i++) {
		snprintf(who, sizeof(who), "%s%03u", form, i);
		world_user(w, who, WORLD_LINK);
	}
}

static unsigned
heard(const struct world *w, size_t *streams)
{
	unsigned n = 0;
	size_t i;

	*streams = 0;
	for (i = 0; i < WORLD_STREAMS_MAX; i++) {
		if (!w->streams[i].open)
			continue;
		(*streams)++;
		n += (unsigned)w->streams[i].subs.n;
	}
	return n;
}

/* Each once, and by as few as may be: no old one is left beside. */
static bool
all_are_heard(struct world *w)
{
	size_t streams;

	return heard(w, &streams) == ALL && streams == 3;
}

static bool
far_are_heard(struct world *w)
{
	size_t streams;

	return heard(w, &streams) == FAR && streams == 1;
}

static const struct world_stream *
stream_of_n(const struct world *w, size_t n)
{
	size_t i;

	for (i = 0; i < WORLD_STREAMS_MAX; i++)
		if (w->streams[i].open && w->streams[i].subs.n == n)
			return &w->streams[i];
	return NULL;
}

static struct world *
up(void)
{
	struct world *w = world_new(1);

	world_record(w, "Lab", NULL);
	add(w, "a", FULL + MORE);
	add(w, "z", FAR);
	world_enable(w, true);
	w->conf.start_rate = 10000;
	world_start(w);
	world_until(w, all_are_heard, "all are listened to");
	return w;
}

/* The world knows a subscription at one server only: one that was asked for
 * with another anchor would have been made again. */
static void
groups_by_site_and_number(void **state)
{
	struct world *w = up();

	(void)state;
	assert_int_equal(w->count[IPC_EWS_SUBSCRIBE], ALL);
	assert_string_equal(stream_of_n(w, FULL)->budget, "a000@" WORLD_MAIL);
	assert_non_null(stream_of_n(w, MORE));
	assert_string_equal(stream_of_n(w, FAR)->budget, "z000@" WORLD_MAIL);
	world_free(w);
}

static bool
one_more(struct world *w)
{
	size_t streams;

	return heard(w, &streams) == ALL + 1 && streams == 3;
}

/* A newcomer goes where there is a place; what happens while one stream takes
 * over from the other is not missed. */
static void
takes_newcomers_in(void **state)
{
	struct world *w = up();
	unsigned asked = w->count[IPC_EWS_STREAM];

	(void)state;
	world_user(w, "zz", WORLD_LINK);
	world_changed(w);
	(void)world_make(w, "z000", "@webex", "<p>x</p>");
	world_until(w, one_more, "a newcomer is listened to");
	assert_non_null(stream_of_n(w, FAR + 1));
	assert_non_null(stream_of_n(w, FULL));
	assert_int_equal(w->count[IPC_EWS_STREAM], asked + 1);
	assert_true(world_decorated(w, 0));
	assert_int_equal(w->items[0].updates, 1);
	world_free(w);
}

static size_t made;

static bool
all_are_decorated(struct world *w)
{
	size_t i, streams;

	for (i = 0; i < made; i++)
		if (!world_decorated(w, i))
			return false;
	(void)heard(w, &streams);
	return streams == 1;
}

/* A server ends each stream when its time (ConnectionTimeout) is over.  Before
 * that there is another one beside it, and nothing is missed, done twice or
 * subscribed anew. */
static void
renews_before_the_end(void **state)
{
	struct world *w = world_new(1);
	size_t i, streams, most = 0;
	unsigned asked;

	(void)state;
	w->en.minute_ms = 300; /* a stream's life is three seconds */
	world_record(w, "Lab", NULL);
	add(w, "z", FAR);
	world_enable(w, true);
	world_start(w);
	made = 0;
	world_until(w, far_are_heard, "all are listened to");
	asked = w->count[IPC_EWS_STREAM];
	while (w->count[IPC_EWS_STREAM] < asked + 2) {
		(void)world_make(w, "z001", "@webex", "<p>x</p>");
		made++;
		world_turn(w, 40);
		assert_in_range(heard(w, &streams), FAR, 2 * FAR);
		assert_in_range(streams, 1, 2);
		most = streams > most ? streams : most;
		assert_true(world_has_state(w, "z001", "subscribed"));
		assert_in_range(made, 1, WORLD_ITEMS_MAX - 1);
	}
	assert_in_range(made, 60, WORLD_ITEMS_MAX);
	assert_int_equal(most, 2);
	world_until(w, all_are_decorated, "all, and the old stream is over");
	for (i = 0; i < made; i++)
		assert_int_equal(w->items[i].updates, 1);
	assert_int_equal(w->count[IPC_EWS_SUBSCRIBE], FAR);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(groups_by_site_and_number),
	    cmocka_unit_test(takes_newcomers_in),
	    cmocka_unit_test(renews_before_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
