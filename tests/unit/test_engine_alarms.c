/* Alarms of the engine as a whole, from their cause to their end: mailboxes
 * that tell too much or are served too late, a disk that is nearly full, a
 * database that cannot be written. */
#include <sqlite3.h>
#include <string.h>

#include "backend/engine/config_watch.h"
#include "backend/engine/disk_watch.h"
#include "backend/engine/health.h"
#include "backend/engine/user_rate.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/works.h"
#include "common/clock.h"
#include "common/store_alarm.h"
#include "common/store_confer.h"
#include "common/store_delivery.h"
#include "common/store_keyword.h"
#include "common/str.h"
#include "tests/unit/engine_world.h"

#define TOUCHES (RATE_MINUTE_MAX + 1)
#define MIB (UINT64_C(1024) * 1024)

static int64_t wanted;
static const char *wanted_subject;

static bool
find(struct world *w, struct alarm *out)
{
	struct alarm_list l = {NULL, 0};
	bool found = false;
	size_t i;

	assert_ok(w->f, store_alarm_list(w->en.store, &l, &w->f->ei));
	for (i = 0; i < l.n && !found; i++)
		if (l.v[i].number == wanted &&
		    str_eq(l.v[i].subject, wanted_subject)) {
			found = true;
			*out = l.v[i];
			memset(&l.v[i], 0, sizeof(l.v[i]));
		}
	alarm_list_clear(&l);
	return found;
}

static bool
is_raised(struct world *w)
{
	struct alarm a = {0};
	bool found = find(w, &a);

	alarm_clear(&a);
	return found;
}

static bool
is_lowered(struct world *w)
{
	return !is_raised(w);
}

static struct world *
with_alice(void)
{
	struct world *w = world_new(1);

	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, world_alice_subscribed, "subscribed");
	return w;
}

static struct mbox *
alice(struct world *w)
{
	struct mbox *m = users_find(w->en.users, "alice@" WORLD_MAIL);

	assert_non_null(m);
	return m;
}

/* A minute later, for the engine's look at what was counted. */
static void
after_a_minute(struct world *w)
{
	clock_fake(clock_mono_ms() + RATE_MINUTE_MS + 1, clock_wall_ms());
	user_rates_tick(&w->en);
	clock_fake(0, 0);
}

static bool
all_heard(struct world *w)
{
	return alice(w)->heard >= TOUCHES;
}

static void
test_flood(void **state)
{
	struct world *w = with_alice();
	struct alarm a = {0};
	unsigned i;
	size_t item;

	(void)state;
	wanted = 60140;
	wanted_subject = "";
	item = world_make(w, "alice", "Room 1", "<p>Hello</p>");
	for (i = 0; i < TOUCHES; i++) {
		world_touch(w, item);
		if (i % 50 == 0)
			world_turn(w, 1);
	}
	world_until(w, all_heard, "all that was changed");
	assert_false(is_raised(w));
	after_a_minute(w);
	world_until(w, is_raised, "the alarm of a flood");
	assert_true(find(w, &a));
	assert_non_null(strstr(a.detail, "alice@"));
	alarm_clear(&a);
	/* A calm minute ends it. */
	after_a_minute(w);
	world_until(w, is_lowered, "its end");
	world_free(w);
}

static void
test_flood_line(void **state)
{
	(void)state;
	assert_false(user_rate_is_flood(RATE_MINUTE_MAX, false));
	assert_true(user_rate_is_flood(RATE_MINUTE_MAX + 1, false));
	assert_true(user_rate_is_flood(RATE_MINUTE_MAX / 2 + 1, true));
	assert_false(user_rate_is_flood(RATE_MINUTE_MAX / 2, true));
}

static bool
has_work(struct world *w)
{
	return alice(w)->works_n > 0;
}

static void
test_slow(void **state)
{
	struct world *w = with_alice();

	(void)state;
	wanted = 60142;
	wanted_subject = "";
	/* The server does not answer about this meeting. */
	w->fault_type = IPC_EWS_GET;
	w->fault = FAULT_SILENT;
	w->fault_n = 1;
	(void)world_make(w, "alice", "@webex", "<p>Hello</p>");
	world_until(w, has_work, "the change");
	clock_fake(clock_mono_ms() + RATE_SLOW_MS + 1000, clock_wall_ms());
	user_rates_tick(&w->en);
	clock_fake(0, 0);
	world_until(w, is_raised, "the alarm of late work");
	works_drop(alice(w));
	clock_fake(clock_mono_ms() + RATE_SLOW_MS + 20000, clock_wall_ms());
	user_rates_tick(&w->en);
	clock_fake(0, 0);
	world_until(w, is_lowered, "its end");
	world_free(w);
}

static void
test_disk_line(void **state)
{
	static const struct {
		uint64_t total, left;
		bool was, is;
	} rows[] = {
	    {10000 * MIB, 501 * MIB, false, false},
	    {10000 * MIB, 499 * MIB, false, true},
	    {10000 * MIB, 600 * MIB, true, true},
	    {10000 * MIB, 626 * MIB, true, false},
	    /* of a huge disk a little is enough, of a small one it is not */
	    {1000000 * MIB, 2049 * MIB, false, false},
	    {1000000 * MIB, 2047 * MIB, false, true},
	    {100 * MIB, 63 * MIB, false, true},
	    {100 * MIB, 65 * MIB, false, false},
	    {0, 0, false, true},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    disk_is_low(rows[i].total, rows[i].left, rows[i].was),
		    rows[i].is);
}

/* Somebody else writes, and does not end. */
static sqlite3 *
lock_state(struct world *w)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(w->f->state, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	return db;
}

static void
test_store(void **state)
{
	struct alarm_list past = {NULL, 0};
	struct alarm_event_list events = {NULL, 0};
	struct world *w = with_alice();
	bool told = false;
	sqlite3 *db;
	size_t i;

	(void)state;
	wanted = 60190;
	wanted_subject = "Database";
	health_check_store(&w->en);
	assert_false(is_raised(w));
	db = lock_state(w);
	health_check_store(&w->en);
	/* Nor can this be written; the manager is told. */
	assert_false(is_raised(w));
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	health_check_store(&w->en);
	assert_false(is_raised(w));
	/* It is known afterwards, and told to whom alarms are sent. */
	assert_ok(
	    w->f, store_alarm_history(w->en.store, 0, 10, &past, &w->f->ei));
	for (i = 0; i < past.n; i++)
		told = told || (past.v[i].number == 60190 &&
				   strstr(past.v[i].detail, "could not be"));
	assert_true(told);
	assert_ok(
	    w->f, store_alarm_events(w->en.store, 0, 50, &events, &w->f->ei));
	assert_true(events.n >= 2);
	assert_int_equal(events.v[events.n - 1].number, 60190);
	assert_false(events.v[events.n - 1].is_raised);
	assert_true(events.v[events.n - 2].is_raised);
	alarm_list_clear(&past);
	alarm_event_list_clear(&events);
	world_free(w);
}

static void
run_config(struct world *w, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(w->f->config, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Part of what was saved cannot be read, the switch itself can. */
static void
test_switch(void **state)
{
	struct world *w = with_alice();
	struct errinfo ei;

	(void)state;
	wanted_subject = "";
	run_config(w, "ALTER TABLE keyword RENAME TO away");
	wanted = 60062;
	/* Another change that is not in effect is none of the switch. */
	world_user(w, "bob", WORLD_LINK);
	assert_int_not_equal(config_check(w->en.config, &ei), ERR_OK);
	assert_false(is_raised(w));
	world_enable(w, false);
	assert_int_not_equal(config_check(w->en.config, &ei), ERR_OK);
	assert_true(is_raised(w));
	run_config(w, "ALTER TABLE away RENAME TO keyword");
	assert_int_equal(config_check(w->en.config, &ei), ERR_OK);
	assert_false(is_raised(w));
	wanted = 60063;
	run_config(w, "ALTER TABLE keyword RENAME TO away");
	world_enable(w, true);
	assert_int_not_equal(config_check(w->en.config, &ei), ERR_OK);
	assert_true(is_raised(w));
	run_config(w, "ALTER TABLE away RENAME TO keyword");
	assert_int_equal(config_check(w->en.config, &ei), ERR_OK);
	assert_false(is_raised(w));
	world_free(w);
}

static void
test_key(void **state)
{
	struct world *w = world_new(1);
	struct alarm a = {0};

	(void)state;
	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	wanted = 60071;
	wanted_subject = "Lab";
	w->cred_answer = ERR_AUTH;
	world_start(w);
	world_until(w, is_raised, "the alarm of a key");
	assert_true(find(w, &a));
	assert_string_equal(a.cause, "cred-unreadable");
	alarm_clear(&a);
	wanted = 60101;
	assert_false(is_raised(w));
	wanted = 60071;
	/* The right key is there again. */
	w->cred_answer = ERR_OK;
	assert_int_equal(users_retry(w->en.users, "alice@" WORLD_MAIL), ERR_OK);
	world_until(w, is_lowered, "its end");
	world_free(w);
}

/* 60166: a keyword that is on and asks for a service that nobody made. */
static void
test_keyword(void **state)
{
	struct keyword_row row = {"@hall", true, KEYWORD_CMS};
	struct world *w = world_new(1);
	struct alarm a;
	struct confer c;

	(void)state;
	wanted = 60166;
	wanted_subject = "Cisco Meeting Server";
	world_start(w);
	assert_ok(
	    w->f, store_keyword_set(w->f->admin, &tester, &row, &w->f->ei));
	world_changed(w);
	assert_true(find(w, &a));
	assert_non_null(strstr(a.detail, "@hall"));
	alarm_clear(&a);
	row.enabled = false;
	assert_ok(
	    w->f, store_keyword_set(w->f->admin, &tester, &row, &w->f->ei));
	world_changed(w);
	assert_false(find(w, &a));
	row.enabled = true;
	assert_ok(
	    w->f, store_keyword_set(w->f->admin, &tester, &row, &w->f->ei));
	world_changed(w);
	assert_true(find(w, &a));
	alarm_clear(&a);
	confer_init(&c, confer_type_find("cms"));
	assert_ok(w->f, confer_set(&c, "display_name", "Bridge", &w->f->ei));
	assert_ok(w->f, store_confer_put(w->f->admin, &tester, &c, &w->f->ei));
	world_changed(w);
	assert_false(find(w, &a));
	assert_ok(
	    w->f, store_confer_delete(w->f->admin, &tester, c.id, &w->f->ei));
	world_changed(w);
	assert_true(find(w, &a));
	alarm_clear(&a);
	confer_clear(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_flood),
	    cmocka_unit_test(test_flood_line),
	    cmocka_unit_test(test_slow),
	    cmocka_unit_test(test_disk_line),
	    cmocka_unit_test(test_store),
	    cmocka_unit_test(test_switch),
	    cmocka_unit_test(test_key),
	    cmocka_unit_test(test_keyword),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
