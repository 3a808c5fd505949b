#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/store_alarm.h"
#include "common/store_delivery.h"
#include "common/str.h"

#define NOW_S INT64_C(1760000000)
#define URL "https://hooks.example/a?b=c"

static const unsigned char some_box[] = "not really sealed";

static void
set(struct bound *d, const char *key, const char *value)
{
	struct errinfo ei = {ERR_OK, ""};

	assert_int_equal(bound_set(d, key, value, &ei), ERR_OK);
}

static void
give(struct bound *d)
{
	char binding[SEAL_BINDING_MAX];
	struct errinfo ei = {ERR_OK, ""};

	assert_int_equal(
	    bound_binding(d, binding, sizeof binding, &ei), ERR_OK);
	assert_int_equal(
	    bound_give_box(d, some_box, sizeof some_box, binding, &ei), ERR_OK);
}

static void
fill_mail(struct bound *d)
{
	set(d, "enabled", "yes");
	set(d, "host", "Mail.Lab.Example");
	set(d, "account", "me");
	set(d, "sender", "a@lab.example");
	set(d, "recipients", "b@lab.example, c@lab.example");
}

static void
note(void *arg, const char *key, const char *text)
{
	char *keys = arg;

	assert_true(strlen(text) > 5);
	(void)str_copy(keys + strlen(keys), 256 - strlen(keys), key);
	(void)str_copy(keys + strlen(keys), 256 - strlen(keys), " ");
}

static size_t
problems(struct bound *d, char keys[256])
{
	keys[0] = '\0';
	return bound_check(d, note, keys);
}

static void
test_stored_and_read(void **state)
{
	struct fixture *f = *state;
	struct bound d, q;

	assert_ok(f, store_delivery_get(f->engine, BOUND_MAIL, &d, &f->ei));
	assert_int_equal(d.rev, 0);
	assert_false(bound_is_on(&d));
	assert_string_equal(bound_get(&d, "port"), "587");
	assert_null(bound_get(&d, "password"));
	assert_null(bound_get(&d, "url"));
	fill_mail(&d);
	/* A user name wants its password. */
	assert_true(bound_wants_secret(&d));
	assert_int_equal(
	    store_delivery_put(f->admin, &tester, &d, &f->ei), ERR_ARG);
	give(&d);
	assert_ok(f, store_delivery_put(f->admin, &tester, &d, &f->ei));
	assert_ok(f, store_delivery_get(f->engine, BOUND_MAIL, &q, &f->ei));
	assert_true(bound_is_same(&d, &q));
	assert_true(bound_is_on(&q));
	assert_string_equal(bound_get(&q, "host"), "mail.lab.example");
	assert_int_equal(bound_port(&q), 587);
	assert_string_equal(q.bound_to, d.bound_to);
	assert_string_equal(q.changed_by, tester.who);
	/* What was read before somebody else's change is refused. */
	set(&d, "port", "25");
	assert_int_equal(
	    store_delivery_put(f->admin, &tester, &d, &f->ei), ERR_CONFLICT);
	/* The engine decides nothing. */
	set(&q, "port", "25");
	assert_int_equal(
	    store_delivery_put(f->engine, &tester, &q, &f->ei), ERR_DENIED);
	/* The others are as they were. */
	bound_clear(&d);
	assert_ok(f, store_delivery_get(f->engine, BOUND_SYSLOG, &d, &f->ei));
	assert_int_equal(d.rev, 0);
	bound_clear(&d);
	bound_clear(&q);
}

static void
test_needs(void **state)
{
	char keys[256];
	struct bound d;

	(void)state;
	bound_init(&d, BOUND_MAIL);
	assert_int_equal(problems(&d, keys), 0);
	set(&d, "enabled", "yes");
	assert_int_equal(problems(&d, keys), 3);
	assert_string_equal(keys, "host sender recipients ");
	bound_clear(&d);
	bound_init(&d, BOUND_SYSLOG);
	set(&d, "enabled", "yes");
	assert_int_equal(problems(&d, keys), 0);
	set(&d, "transport", "tls");
	assert_int_equal(problems(&d, keys), 1);
	assert_false(bound_wants_secret(&d));
	bound_clear(&d);
	bound_init(&d, BOUND_WEBHOOK);
	set(&d, "enabled", "yes");
	assert_int_equal(problems(&d, keys), 1);
	assert_string_equal(keys, "url ");
	bound_clear(&d);
	assert_int_equal(delivery_channel_of("webhook"), BOUND_WEBHOOK);
	assert_int_equal(delivery_channel_of("pigeon"), BOUND_WAYS_N);
}

static void
test_bound(void **state)
{
	static const struct {
		enum bound_kind ch;
		const char *key, *value;
		bool asks;
	} rows[] = {
	    {BOUND_MAIL, "host", "other.example", true},
	    {BOUND_MAIL, "port", "25", true},
	    {BOUND_MAIL, "security", "tls", true},
	    {BOUND_MAIL, "account", "you", true},
	    {BOUND_MAIL, "recipients", "d@lab.example", false},
	    {BOUND_MAIL, "enabled", "no", false},
	    {BOUND_WEBHOOK, "url", URL "d", true},
	    {BOUND_WEBHOOK, "use_proxy", "yes", false},
	};
	struct strlist keys = {NULL, 0};
	struct bound d;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bound_init(&d, rows[i].ch);
		if (rows[i].ch == BOUND_MAIL)
			fill_mail(&d);
		else
			set(&d, "url", URL);
		give(&d);
		assert_int_equal(bound_binding_diff(&d, &keys), ERR_OK);
		assert_int_equal(keys.n, 0);
		set(&d, rows[i].key, rows[i].value);
		assert_int_equal(bound_binding_diff(&d, &keys), ERR_OK);
		assert_int_equal(keys.n, rows[i].asks);
		if (keys.n > 0)
			assert_string_equal(keys.v[0], rows[i].key);
		strlist_clear(&keys);
		bound_clear(&d);
	}
}

static void
raise_it(struct fixture *f, const char *cause)
{
	assert_ok(f, store_alarm_raise(f->engine, 60100, "Lab", "critical",
			 cause, "It is down", &f->ei));
}

/* An event is what is new: not an alarm that is raised once more. */
static void
test_events(void **state)
{
	struct fixture *f = *state;
	struct alarm_event_list l;
	int64_t last;

	clock_fake(1, NOW_S * UINT64_C(1000));
	raise_it(f, "dns");
	raise_it(f, "dns");
	clock_fake(1, (NOW_S + 5) * UINT64_C(1000));
	raise_it(f, "tls");
	assert_ok(f, store_alarm_lower(f->engine, 60100, "Lab", NULL, &f->ei));
	assert_ok(f, store_alarm_lower(f->engine, 60100, "Lab", NULL, &f->ei));
	assert_ok(f, store_alarm_events(f->engine, 0, 10, &l, &f->ei));
	assert_int_equal(l.n, 3);
	assert_true(l.v[0].is_raised && l.v[1].is_raised);
	assert_false(l.v[2].is_raised);
	assert_int_equal(l.v[0].at_s, NOW_S);
	assert_int_equal(l.v[2].at_s, NOW_S + 5);
	assert_int_equal(l.v[2].first_s, NOW_S);
	assert_string_equal(l.v[2].detail, "It is down");
	assert_ok(f, store_alarm_event_last(f->engine, &last, &f->ei));
	assert_int_equal(last, l.v[2].id);
	alarm_event_list_clear(&l);
	assert_ok(f, store_alarm_events(f->engine, last - 1, 10, &l, &f->ei));
	assert_int_equal(l.n, 1);
	alarm_event_list_clear(&l);
}

static void
test_cursor(void **state)
{
	struct fixture *f = *state;
	struct delivery_state st, q;

	assert_ok(f, store_delivery_state(f->admin, BOUND_MAIL, &st, &f->ei));
	assert_false(st.is_there);
	raise_it(f, "dns");
	st.done_id = 0;
	st.tries = 3;
	st.next_s = NOW_S;
	(void)str_copy(st.answer, sizeof st.answer, "550 no");
	assert_ok(
	    f, store_delivery_state_put(f->engine, BOUND_MAIL, &st, &f->ei));
	assert_ok(f, store_delivery_state(f->admin, BOUND_MAIL, &q, &f->ei));
	assert_true(q.is_there);
	assert_int_equal(q.tries, 3);
	assert_int_equal(q.next_s, NOW_S);
	assert_int_equal(q.waiting, 1);
	assert_string_equal(q.answer, "550 no");
	assert_ok(f, store_delivery_state_drop(f->engine, BOUND_MAIL, &f->ei));
	assert_ok(f, store_delivery_state(f->admin, BOUND_MAIL, &q, &f->ei));
	assert_false(q.is_there);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_stored_and_read, fixture_up_both, fixture_down),
	    cmocka_unit_test(test_needs),
	    cmocka_unit_test(test_bound),
	    cmocka_unit_test_setup_teardown(
		test_events, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		test_cursor, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
