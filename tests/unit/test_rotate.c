/* Another service account for a record: entered beside the current one,
 * tested, taken while meetings are made. */
#include <stdio.h>
#include <string.h>

#include "backend/engine/age.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/record.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/report.h"
#include "common/seal.h"
#include "common/store_alarm.h"
#include "common/store_next.h"
#include "common/store_report.h"
#include "tests/unit/engine_world.h"

#define PEOPLE 30 /* more than are brought up at a time */

static char record_id[40];

static struct world *
up(unsigned nets, unsigned people)
{
	struct exchange_list l = {NULL, 0};
	struct world *w = world_new(nets);
	char who[16];
	unsigned i;

	world_record(w, "Lab", "mail.lab.example");
	assert_ok(w->f, store_exchange_list(w->f->admin, &l, &w->f->ei));
	snprintf(record_id, sizeof record_id, "%s", l.v[0].id);
	exchange_list_clear(&l);
	for (i = 0; i < people; i++) {
		snprintf(who, sizeof who, "u%u", i);
		world_user(w, who, WORLD_LINK);
	}
	world_enable(w, true);
	world_start(w);
	return w;
}

static bool
all_subscribed(struct world *w)
{
	char who[16];
	unsigned i;

	for (i = 0; i < PEOPLE; i++) {
		snprintf(who, sizeof who, "u%u", i);
		if (!world_has_state(w, who, "subscribed"))
			return false;
	}
	return true;
}

static void
make_next(struct world *w, struct exchange_next *n, const char *account)
{
	char binding[SEAL_BINDING_MAX];
	struct exchange x;

	memset(n, 0, sizeof *n);
	assert_ok(
	    w->f, store_exchange_get(w->f->admin, record_id, &x, &w->f->ei));
	fixture_set(&x, "account", account);
	assert_ok(
	    w->f, exchange_binding(&x, binding, sizeof binding, &w->f->ei));
	exchange_clear(&x);
	n->account = xstrdup(account);
	n->bound_to = xstrdup(binding);
	n->box.p = (unsigned char *)xstrdup("next");
	n->box.n = 4;
}

static void
enter(struct world *w, struct exchange_next *n, const char *account)
{
	make_next(w, n, account);
	assert_ok(w->f,
	    store_next_put(w->f->admin, &tester, record_id, n, &w->f->ei));
}

static bool
next_is_tested(struct world *w)
{
	struct exchange_next n;
	bool passed;
	int64_t at_s;

	assert_ok(w->f, store_next_get(w->f->admin, record_id, &n, &w->f->ei));
	assert_ok(w->f,
	    store_next_tested(w->f->admin, &n, &passed, &at_s, &w->f->ei));
	exchange_next_clear(&n);
	return at_s != 0;
}

static void
test_it(struct world *w, const struct exchange_next *n)
{
	struct msg_conn_test m = {
	    .record_id = record_id, .next_id = n->next_id};

	world_ask(w, IPC_CONN_TEST, &m);
	world_until(w, next_is_tested, "the next account is tested");
}

static size_t
accounts_left(struct world *w, const char *account)
{
	size_t i, n = 0;

	for (i = 0; i < w->subs_n; i++)
		n +=
		    w->subs[i].live && strcmp(w->subs[i].account, account) == 0;
	return n;
}

static bool
all_renewed(struct world *w)
{
	return accounts_left(w, "next@" WORLD_MAIL) == PEOPLE &&
	       accounts_left(w, "svc@" WORLD_MAIL) == 0;
}

/* A meeting each turn, before, while and after the mailboxes go over: each
 * gets its block once, and nobody is seen as anything but subscribed. */
static void
drops_nothing(void **state)
{
	struct world *w = up(2, PEOPLE);
	struct exchange_next n;
	char who[16];
	unsigned i;

	(void)state;
	world_until(w, all_subscribed, "all are subscribed");
	enter(w, &n, "next@" WORLD_MAIL);
	assert_int_equal(
	    store_next_take(w->f->admin, &tester, record_id, &w->f->ei),
	    ERR_DENIED); /* it is not tested */
	test_it(w, &n);
	assert_ok(
	    w->f, store_next_take(w->f->admin, &tester, record_id, &w->f->ei));
	for (i = 0; i < 3 * PEOPLE; i++) {
		snprintf(who, sizeof who, "u%u", i % PEOPLE);
		(void)world_make(w, who, "@webex", "<p>x</p>");
		if (i == 10)
			world_changed(w);
		world_turn(w, 3);
		assert_true(all_subscribed(w));
	}
	world_until(w, all_renewed, "all have the next account");
	world_until(w, world_all_decorated, "all are decorated");
	world_turn(w, 300);
	for (i = 0; i < w->items_n; i++)
		assert_int_equal(w->items[i].updates, 1);
	assert_true(all_subscribed(w));
	exchange_next_clear(&n);
	world_free(w);
}

static bool
all_are_at_next(struct world *w)
{
	return accounts_left(w, "next@" WORLD_MAIL) == 1;
}

static bool
fault_was_seen(struct world *w)
{
	return w->fault_n == 0;
}

static bool
first_is_subscribed(struct world *w)
{
	return world_has_state(w, "u0", "subscribed");
}

static bool
denied_alarm(struct world *w)
{
	struct alarm_list l;
	bool found = false;
	size_t i;

	assert_ok(w->f, store_alarm_list(w->f->admin, &l, &w->f->ei));
	for (i = 0; i < l.n; i++)
		found = found || l.v[i].number == 60101;
	alarm_list_clear(&l);
	return found;
}

/* An old account's request is still under way when the mailbox has gone over;
 * that the old one is refused then is no news of the next. */
static void
charges_late_answers_to_the_old(void **state)
{
	static const enum ipc_type types[] = {
	    IPC_EWS_SYNC, IPC_EWS_GET, IPC_EWS_UPDATE};
	struct exchange_next n;
	struct record *r;
	struct world *w;
	size_t t;

	(void)state;
	for (t = 0; t < sizeof types / sizeof types[0]; t++) {
		w = up(1, 1);
		w->fault_type = types[t];
		w->fault = FAULT_SILENT;
		w->fault_n = 1;
		(void)world_make(w, "u0", "@webex", "<p>x</p>");
		world_until(w, fault_was_seen, "a request without an answer");
		world_until(w, first_is_subscribed, "subscribed");
		enter(w, &n, "next@" WORLD_MAIL);
		test_it(w, &n);
		assert_ok(w->f, store_next_take(w->f->admin, &tester, record_id,
				    &w->f->ei));
		world_changed(w);
		world_until(w, all_are_at_next, "the next account");
		world_turn(w, 50);
		world_answer_late(w, "http-401", ERR_AUTH);
		world_turn(w, 50);
		r = config_record_at(w->en.config, 0);
		assert_string_equal(r->x.account, "next@" WORLD_MAIL);
		assert_false(record_is_held(r, NULL));
		assert_false(denied_alarm(w));
		assert_true(first_is_subscribed(w));
		exchange_next_clear(&n);
		world_free(w);
	}
}

static bool
a_request_is_held(struct world *w)
{
	return w->held_n > 0;
}

static bool
only_next_is_left(struct world *w)
{
	return all_are_at_next(w) && accounts_left(w, "svc@" WORLD_MAIL) == 0 &&
	       w->count[IPC_EWS_UNSUBSCRIBE] == 1;
}

/* The old account's Subscribe is under way when the next one is taken: what
 * it brings is ended again, at the server that made it. */
static void
ends_what_comes_late(void **state)
{
	struct world *w = up(1, 1);
	struct exchange_next n;

	(void)state;
	w->hold_type = IPC_EWS_SUBSCRIBE;
	world_until(w, a_request_is_held, "a Subscribe is under way");
	enter(w, &n, "next@" WORLD_MAIL);
	w->hold_type = IPC_T_NONE;
	test_it(w, &n);
	w->count[IPC_EWS_UNSUBSCRIBE] = 0; /* of the test */
	assert_ok(
	    w->f, store_next_take(w->f->admin, &tester, record_id, &w->f->ei));
	world_changed(w);
	world_until(w, all_are_at_next, "the next account");
	assert_int_equal(w->count[IPC_EWS_UNSUBSCRIBE], 0);
	world_release(w);
	world_until(w, only_next_is_left, "the late one has ended");
	exchange_next_clear(&n);
	world_free(w);
}

/* The connector is disabled, and then the mailbox: one that was never sent
 * is not sent after all. */
static void
ends_what_nobody_wants(void **state)
{
	struct world *w = up(1, 1);

	(void)state;
	w->hold_type = IPC_EWS_SUBSCRIBE;
	world_until(w, a_request_is_held, "a Subscribe is under way");
	world_enable(w, false);
	world_changed(w);
	world_release(w);
	world_turn(w, 100);
	assert_int_equal(w->count[IPC_EWS_SUBSCRIBE], 1);
	assert_int_equal(w->count[IPC_EWS_UNSUBSCRIBE], 1);
	assert_int_equal(accounts_left(w, "svc@" WORLD_MAIL), 0);
	world_free(w);
}

/* What fails its test cannot be taken, and the record stays as it is. */
static void
takes_what_passed(void **state)
{
	struct world *w = up(1, 1);
	struct exchange_next n, m;
	struct exchange x;
	char *json;
	int64_t at_s;
	bool passed;

	(void)state;
	enter(w, &n, "next@" WORLD_MAIL);
	w->fault_type = IPC_EWS_PROBE;
	w->fault = FAULT_ANSWER;
	w->failure = "http-401";
	w->failure_code = ERR_AUTH;
	w->fault_n = 1;
	test_it(w, &n);
	assert_int_equal(
	    store_next_take(w->f->admin, &tester, record_id, &w->f->ei),
	    ERR_DENIED);
	/* Not a report of the account that the record has. */
	assert_int_equal(store_report_get(w->f->admin, record_id, NULL, &at_s,
			     &passed, &json, &w->f->ei),
	    ERR_NOTFOUND);
	exchange_next_clear(&n);
	/* Entered again it is another one: no old test is of it. */
	enter(w, &n, "next@" WORLD_MAIL);
	assert_int_equal(
	    store_next_take(w->f->admin, &tester, record_id, &w->f->ei),
	    ERR_DENIED);
	test_it(w, &n);
	assert_ok(
	    w->f, store_next_take(w->f->admin, &tester, record_id, &w->f->ei));
	assert_ok(
	    w->f, store_exchange_get(w->f->admin, record_id, &x, &w->f->ei));
	assert_string_equal(x.account, "next@" WORLD_MAIL);
	assert_memory_equal(x.box.p, "next", 4);
	/* Each asked the clock by itself. */
	assert_in_range(x.password_set_s, n.entered_s, n.entered_s + 2);
	assert_int_not_equal(x.tested_s, 0);
	exchange_clear(&x);
	assert_int_equal(store_next_get(w->f->admin, record_id, &m, &w->f->ei),
	    ERR_NOTFOUND);
	exchange_next_clear(&n);
	world_free(w);
}

/* A next account is of the settings that it was entered for. */
static void
goes_with_the_record(void **state)
{
	struct world *w = up(1, 1);
	struct exchange_next n, m;
	struct exchange x;

	(void)state;
	make_next(w, &n, "next@" WORLD_MAIL);
	n.bound_to[strlen(n.bound_to) - 2] ^= 1;
	assert_int_equal(
	    store_next_put(w->f->admin, &tester, record_id, &n, &w->f->ei),
	    ERR_BOUND);
	exchange_next_clear(&n);
	enter(w, &n, "next@" WORLD_MAIL);
	assert_ok(
	    w->f, store_exchange_get(w->f->admin, record_id, &x, &w->f->ei));
	fixture_set(&x, "display_name", "Renamed");
	assert_ok(
	    w->f, store_exchange_put(w->f->admin, &tester, &x, &w->f->ei));
	assert_ok(w->f, store_next_get(w->f->admin, record_id, &m, &w->f->ei));
	exchange_next_clear(&m);
	x.rev++;
	fixture_set(&x, "address", "other.lab.example");
	fixture_seal(&x, "box");
	assert_ok(
	    w->f, store_exchange_put(w->f->admin, &tester, &x, &w->f->ei));
	assert_int_equal(store_next_get(w->f->admin, record_id, &m, &w->f->ei),
	    ERR_NOTFOUND);
	exchange_clear(&x);
	exchange_next_clear(&n);
	world_free(w);
}

static bool
is_alarmed(struct world *w)
{
	struct alarm_list l;
	bool found = false;
	size_t i;

	assert_ok(w->f, store_alarm_list(w->f->admin, &l, &w->f->ei));
	for (i = 0; i < l.n; i++)
		found = found || l.v[i].number == 60105;
	alarm_list_clear(&l);
	return found;
}

static bool
old_is_gone(struct world *w)
{
	return accounts_left(w, "svc@" WORLD_MAIL) == 0;
}

/* Entered so many days ago, of ten that are allowed. */
static void
age(struct world *w, int64_t seconds)
{
	char sql[160];

	snprintf(sql, sizeof sql,
	    "UPDATE exchange SET password_max_days = '10',"
	    " password_set_s = %lld; UPDATE config_meta"
	    " SET revision = revision + 1",
	    (long long)(clock_wall_s() - seconds));
	fixture_sql(w->f->config, sql);
	world_changed(w);
}

static void
tells_of_old_passwords(void **state)
{
	struct world *w = up(1, 1);
	struct exchange_next n;

	(void)state;
	world_until(w, first_is_subscribed, "subscribed");
	assert_false(is_alarmed(w));
	age(w, 8 * 86400 - 60);
	assert_false(is_alarmed(w));
	age(w, 8 * 86400 + 60);
	assert_true(is_alarmed(w));
	age(w, 400 * 86400);
	assert_true(is_alarmed(w));
	enter(w, &n, "next@" WORLD_MAIL);
	test_it(w, &n);
	assert_true(is_alarmed(w));
	assert_ok(
	    w->f, store_next_take(w->f->admin, &tester, record_id, &w->f->ei));
	world_changed(w);
	assert_false(is_alarmed(w));
	world_until(w, old_is_gone, "the old subscription has ended");
	exchange_next_clear(&n);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(drops_nothing),
	    cmocka_unit_test(charges_late_answers_to_the_old),
	    cmocka_unit_test(ends_what_comes_late),
	    cmocka_unit_test(ends_what_nobody_wants),
	    cmocka_unit_test(takes_what_passed),
	    cmocka_unit_test(goes_with_the_record),
	    cmocka_unit_test(tells_of_old_passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
