#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_alarm.h"

#define NOW_S INT64_C(1760000000)

static void
test_alarm(void **state)
{
	struct fixture *f = *state;
	struct alarm_list l;
	bool was = true;

	clock_fake(1, NOW_S * UINT64_C(1000));
	assert_ok(f, store_alarm_raise(
			 f->engine, 60130, "", "error", "", "2 users", &f->ei));
	assert_ok(f, store_alarm_raise(f->engine, 60100, "Lab", "critical", "",
			 "down", &f->ei));
	clock_fake(1, (NOW_S + 60) * UINT64_C(1000));
	assert_ok(f, store_alarm_raise(f->engine, 60130, "", "warning", "",
			 "3 users", &f->ei));
	assert_ok(f, store_alarm_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_int_equal(l.v[0].number, 60100);
	assert_int_equal(l.v[0].count, 1);
	assert_string_equal(l.v[1].detail, "3 users");
	assert_string_equal(l.v[1].severity, "warning");
	assert_int_equal(l.v[1].first_s, NOW_S);
	assert_int_equal(l.v[1].last_s, NOW_S + 60);
	assert_int_equal(l.v[1].count, 2);
	alarm_list_clear(&l);
	assert_ok(
	    f, store_alarm_lower(f->engine, 60100, "Other", &was, &f->ei));
	assert_false(was);
	assert_ok(f, store_alarm_lower(f->engine, 60100, "Lab", &was, &f->ei));
	assert_true(was);
	assert_ok(f, store_alarm_list(f->engine, &l, &f->ei));
	assert_int_equal(l.n, 1);
	alarm_list_clear(&l);
	assert_int_equal(
	    store_alarm_raise(f->engine, 1, "", "loud", "", "", &f->ei),
	    ERR_ARG);
}

/* What the list shows of its only alarm. */
static void
assert_only(struct fixture *f, int64_t first_s, int64_t count, const char *note)
{
	struct alarm_list l;
	int64_t n;

	assert_ok(f, store_alarm_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].first_s, first_s);
	assert_int_equal(l.v[0].count, count);
	assert_int_equal(l.v[0].ack_s != 0, note != NULL);
	assert_string_equal(l.v[0].ack_note, note != NULL ? note : "");
	alarm_list_clear(&l);
	assert_ok(f, store_alarm_count(f->admin, &n, &f->ei));
	assert_int_equal(n, note == NULL);
}

static void
at(struct fixture *f, int64_t s, const char *cause)
{
	clock_fake(1, (uint64_t)(NOW_S + s) * 1000);
	if (cause == NULL)
		assert_ok(f,
		    store_alarm_lower(f->engine, 60101, "Lab", NULL, &f->ei));
	else
		assert_ok(f, store_alarm_raise(f->engine, 60101, "Lab",
				 "critical", cause, "no", &f->ei));
}

static void
test_alarm_ack(void **state)
{
	struct fixture *f = *state;
	char *item;

	assert_int_equal(
	    store_alarm_ack(f->admin, &tester, 60101, "Lab", "", &f->ei),
	    ERR_NOTFOUND);
	at(f, 0, "http-401");
	assert_only(f, NOW_S, 1, NULL);
	assert_int_equal(
	    store_alarm_ack(f->admin, &tester, 60101, "Lab", "a\nb", &f->ei),
	    ERR_ARG);
	assert_ok(
	    f, store_alarm_ack(f->admin, &tester, 60101, "Lab", "Bob", &f->ei));
	assert_only(f, NOW_S, 1, "Bob");
	item = fixture_ask(f->config,
	    "SELECT item || ' ' || new_value FROM config_log"
	    " ORDER BY id DESC LIMIT 1");
	assert_string_equal(item, "alarm/60101/Lab acknowledged: Bob");
	mem_free(item);
	/* It goes on. */
	at(f, 60, "http-401");
	assert_only(f, NOW_S, 2, "Bob");
	/* Away for a moment, as at a restart. */
	at(f, 120, NULL);
	at(f, 120 + ALARM_SAME_S - 1, "http-401");
	assert_only(f, NOW_S, 3, "Bob");
	/* Another cause. */
	at(f, 800, "cred-bound");
	assert_only(f, NOW_S, 4, NULL);
	assert_ok(
	    f, store_alarm_ack(f->admin, &tester, 60101, "Lab", "", &f->ei));
	assert_only(f, NOW_S, 4, "");
	/* Away for long. */
	at(f, 900, NULL);
	at(f, 900 + ALARM_SAME_S, "cred-bound");
	assert_only(f, NOW_S + 900 + ALARM_SAME_S, 1, NULL);
	assert_int_equal(
	    store_alarm_ack(f->engine, &tester, 60101, "Lab", "", &f->ei),
	    ERR_DENIED);
}

static void
test_alarm_history(void **state)
{
	struct fixture *f = *state;
	struct alarm_list l;
	char *n;
	int64_t i;

	/* One that came back is told of once. */
	at(f, 0, "http-401");
	at(f, 10, NULL);
	at(f, 20, "http-401");
	at(f, 30, NULL);
	assert_ok(f, store_alarm_history(f->admin, 0, 10, &l, &f->ei));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].first_s, NOW_S);
	assert_int_equal(l.v[0].lowered_s, NOW_S + 30);
	assert_int_equal(l.v[0].count, 2);
	alarm_list_clear(&l);
	fixture_sql(f->state,
	    "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n"
	    " WHERE i < 1500) INSERT INTO alarm_history (number, subject,"
	    " severity, cause, detail, first_s, last_s, count, lowered_s)"
	    " SELECT 60100, i, 'error', '', '', i, i, 1, i FROM n");
	for (i = 1; i <= 2; i++) {
		at(f, i * 10000, "http-401");
		at(f, i * 10000 + 1, NULL);
	}
	n = fixture_ask(f->state, "SELECT count(*) FROM alarm_history");
	assert_string_equal(n, "1000");
	mem_free(n);
}

static void
append(char *s, size_t size, const char *more)
{
	size_t n = strlen(s);

	(void)snprintf(s + n, size - n, "%s", more);
}

static void
assert_touches(
    struct fixture *f, int64_t number, const char *subject, const char *whom)
{
	char got[256] = "";
	struct user_list l;
	size_t i;

	assert_ok(
	    f, store_alarm_users(f->admin, number, subject, 0, 10, &l, &f->ei));
	for (i = 0; i < l.n; i++) {
		if (i > 0)
			append(got, sizeof got, " ");
		append(got, sizeof got, l.v[i].address);
	}
	assert_string_equal(got, whom);
	assert_int_equal(l.total, i);
	user_list_clear(&l);
}

static void
test_alarm_users(void **state)
{
	struct fixture *f = *state;
	static const char *const names[] = {
	    "a@x.example", "b@x.example", "c@x.example", "d@x.example"};
	struct exchange x;
	struct user u;
	char sql[256];
	size_t i;

	fixture_exchange(&x, "Lab");
	fixture_seal(&x, "box");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	for (i = 0; i < 4; i++) {
		fixture_user(&u, names[i], "");
		if (i == 3)
			assert_ok(f, user_set(&u, "enabled", "no", &f->ei));
		assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
		user_clear(&u);
		fixture_mailbox(f, names[i], "error");
	}
	(void)snprintf(sql, sizeof sql,
	    "UPDATE mailbox SET exchange_id = '%s', alarm = 60130,"
	    " waits_for = 'h.example' WHERE address <> 'b@x.example'",
	    x.id);
	fixture_sql(f->state, sql);
	exchange_clear(&x);
	assert_touches(f, 60101, "Lab", "a@x.example c@x.example");
	assert_touches(f, 60101, "Other", "");
	assert_touches(f, 60113, "h.example", "a@x.example c@x.example");
	assert_touches(f, 60113, "", "");
	assert_touches(f, 60130, "", "a@x.example c@x.example");
	assert_touches(f, 60131, "", "");
	assert_touches(f, 60190, "", "a@x.example b@x.example c@x.example");
	assert_touches(f, 1, "", "");
	/* Whom nothing serves yet, this server may be to serve. */
	fixture_sql(f->state,
	    "UPDATE mailbox SET alarm = 60130 WHERE address = 'b@x.example'");
	assert_touches(f, 60101, "Lab", "a@x.example b@x.example c@x.example");
	assert_touches(f, 60101, "Other", "");
}

#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_alarm),
	    T(test_alarm_ack),
	    T(test_alarm_history),
	    T(test_alarm_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
