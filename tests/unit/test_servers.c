/* Who gets a place at a server, and when. */
#include "tests/harness/test.h"

#include <poll.h>

#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/servers.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"

#define A "https://a.example/EWS/Exchange.asmx"
#define B "https://b.example/EWS/Exchange.asmx"
#define C "https://c.example/EWS/Exchange.asmx"
#define PASSES 40

static struct conf conf = {.exchange_requests = 24};
static struct engine en = {.conf = &conf};
static struct server_pass pass[PASSES];
static size_t started[PASSES], started_n;

static void
go(void *arg)
{
	started[started_n++] = (size_t)((struct server_pass *)arg - pass);
}

static struct record *
up(void)
{
	size_t i;

	memset(pass, 0, sizeof(pass));
	started_n = 0;
	for (i = 0; i < PASSES; i++) {
		pass[i].go = go;
		pass[i].arg = &pass[i];
	}
	return record_new(&en, false);
}

static void
down(struct record *r)
{
	size_t i;

	for (i = 0; i < PASSES; i++)
		server_leave(&pass[i]);
	assert_int_equal(r->requests, 0);
	record_unref(r);
}

static void
never_more_than_the_limit(void **state)
{
	struct record *r = up();
	size_t i;

	(void)state;
	for (i = 0; i < PASSES; i++)
		assert_int_equal(
		    server_enter(&pass[i], r, A, SERVER_COLD), i < 24);
	assert_int_equal(r->requests, 24);
	assert_true(server_is_full(r, A));
	assert_false(server_is_full(r, B));
	server_leave(&pass[3]);
	assert_int_equal(r->requests, 24);
	assert_int_equal(started_n, 1);
	assert_int_equal(started[0], 24);
	/* One that gives up while it waits takes nobody's place. */
	server_leave(&pass[25]);
	server_leave(&pass[24]);
	assert_int_equal(started[1], 26);
	down(r);
}

static void
people_go_first(void **state)
{
	struct record *r = up();
	size_t i;

	(void)state;
	for (i = 0; i < 30; i++)
		(void)server_enter(&pass[i], r, A, SERVER_COLD);
	assert_false(server_enter(&pass[30], r, A, SERVER_LISTEN));
	assert_false(server_enter(&pass[31], r, A, SERVER_HOT));
	server_leave(&pass[0]);
	server_leave(&pass[1]);
	server_leave(&pass[2]);
	assert_int_equal(started[0], 31);
	assert_int_equal(started[1], 30);
	assert_int_equal(started[2], 24);
	down(r);
}

/* A server that answers nothing keeps half of the places at most. */
static void
a_slow_one_leaves_room(void **state)
{
	struct record *r = up();
	size_t i;

	(void)state;
	assert_true(server_enter(&pass[0], r, B, SERVER_HOT));
	for (i = 1; i < 30; i++)
		(void)server_enter(&pass[i], r, A, SERVER_HOT);
	assert_int_equal(r->requests, 13);
	for (i = 30; i < 40; i++)
		assert_true(server_enter(&pass[i], r, B, SERVER_HOT));
	down(r);
}

/* Two that answer nothing have what there is, but for one place: a third is
 * asked at once.  And one that was asked a moment ago counts, although it has
 * nothing to do just now. */
static void
slow_ones_leave_room(void **state)
{
	struct record *r = up();
	size_t i;

	(void)state;
	assert_true(server_enter(&pass[0], r, C, SERVER_HOT));
	server_leave(&pass[0]);
	assert_true(server_enter(&pass[0], r, B, SERVER_HOT));
	server_leave(&pass[0]);
	for (i = 0; i < 15; i++)
		(void)server_enter(&pass[i], r, A, SERVER_HOT);
	assert_int_equal(r->requests, 12);
	for (i = 15; i < 30; i++)
		(void)server_enter(&pass[i], r, B, SERVER_HOT);
	assert_int_equal(r->requests, 23);
	assert_true(server_enter(&pass[30], r, C, SERVER_HOT));
	assert_false(server_enter(&pass[31], r, C, SERVER_HOT));
	down(r);
}

static void
say(struct server_pass *p, const char *mailbox, enum err code)
{
	struct msg_evidence ev = {.code = (uint32_t)code};

	server_saw(p, mailbox, &ev);
}

static void
sends_less_where_it_is_busy(void **state)
{
	struct record *r = up();
	size_t i;

	(void)state;
	for (i = 0; i < PASSES; i++)
		(void)server_enter(&pass[i], r, A, SERVER_HOT);
	/* A mailbox has its own budget: no news of the server. */
	say(&pass[0], "m1", ERR_THROTTLED);
	say(&pass[1], "m1", ERR_THROTTLED);
	server_leave(&pass[0]);
	assert_int_equal(r->requests, 24);
	say(&pass[2], "m2", ERR_THROTTLED);
	for (i = 1; i <= 12; i++)
		server_leave(&pass[i]);
	assert_int_equal(r->requests, 12);
	/* A round of good answers: one more. */
	for (i = 0; i < 12; i++)
		say(&pass[13], "m1", ERR_OK);
	server_leave(&pass[13]);
	assert_int_equal(r->requests, 13);
	down(r);
}

/* All leave and come again: how many get in at once. */
static unsigned
count_in(struct record *r)
{
	size_t i;

	for (i = PASSES; i-- > 0; started_n = 0)
		server_leave(&pass[i]);
	for (i = 0; i < PASSES; i++)
		(void)server_enter(&pass[i], r, A, SERVER_HOT);
	return r->requests;
}

/* From 24 to 1 by halves, and from 1 to 24 by ones; never out of these. */
static void
goes_down_and_up(void **state)
{
	struct record *r = up();
	uint64_t end = clock_mono_ms() + 60000;
	unsigned n = count_in(r), was, i, steps = 0;

	(void)state;
	assert_int_equal(n, 24);
	while (n > 1 && clock_mono_ms() < end) {
		say(&pass[0], "m1", ERR_THROTTLED);
		say(&pass[0], "m2", ERR_THROTTLED);
		was = n;
		n = count_in(r);
		assert_true(n == was || n == was / 2);
		steps += n != was;
		(void)poll(NULL, 0, 20);
	}
	assert_int_equal(n, 1);
	assert_int_equal(steps, 4);
	say(&pass[0], "m1", ERR_THROTTLED);
	say(&pass[0], "m2", ERR_THROTTLED);
	assert_int_equal(count_in(r), 1);
	for (was = 1; was < 24; was++) {
		for (i = 0; i < was; i++)
			say(&pass[0], "m1", ERR_OK);
		assert_int_equal(count_in(r), was + 1);
	}
	for (i = 0; i < 100; i++)
		say(&pass[0], "m1", ERR_OK);
	assert_int_equal(count_in(r), 24);
	down(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(never_more_than_the_limit),
	    cmocka_unit_test(people_go_first),
	    cmocka_unit_test(a_slow_one_leaves_room),
	    cmocka_unit_test(slow_ones_leave_room),
	    cmocka_unit_test(sends_less_where_it_is_busy),
	    cmocka_unit_test(goes_down_and_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
