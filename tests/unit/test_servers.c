/* Who gets a place at a server, and when. */
#include "tests/harness/test.h"

#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/servers.h"
#include "common/conf.h"
#include "common/ipc.h"

#define A "https://a.example/EWS/Exchange.asmx"
#define B "https://b.example/EWS/Exchange.asmx"
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(never_more_than_the_limit),
	    cmocka_unit_test(people_go_first),
	    cmocka_unit_test(a_slow_one_leaves_room),
	    cmocka_unit_test(sends_less_where_it_is_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
