#include "tests/unit/store_fixture.h"

#include <stdio.h>

#include "common/alloc.h"
#include "common/store_alarm.h"
#include "common/store_state.h"
#include "common/str.h"

#define ROWS 8

struct seen {
	struct exchange_brief v[ROWS];
	char id[ROWS][65], name[ROWS][64], domain[ROWS][64];
	size_t n;
};

static void
keep(void *arg, const struct exchange_brief *x)
{
	struct seen *s = arg;

	assert_true(s->n < ROWS);
	s->v[s->n] = *x;
	str_copy(s->id[s->n], sizeof s->id[0], x->id);
	str_copy(s->name[s->n], sizeof s->name[0], x->display_name);
	str_copy(s->domain[s->n], sizeof s->domain[0], x->ad_domain);
	s->n++;
}

static void
put_mailbox(struct fixture *f, const char *address, const char *state,
    const char *exchange_id)
{
	struct mailbox m = {0};

	m.address = (char *)address;
	m.state = (char *)state;
	m.failure = m.reason = m.ews_url = m.sync_state = (char *)"";
	m.exchange_id = (char *)exchange_id;
	assert_ok(f, store_mailbox_put(f->engine, &m, &f->ei));
}

static void
test_each(void **state)
{
	struct fixture *f = *state;
	struct exchange b, a;
	struct seen s = {0};

	assert_ok(f, store_exchange_each(f->admin, keep, &s, &f->ei));
	assert_int_equal(s.n, 0);

	fixture_exchange(&b, "beta");
	fixture_exchange(&a, "Alpha");
	fixture_set(&a, "ad_domain", "corp.example.test");
	fixture_set(&b, "enabled", "no");
	assert_ok(f, store_exchange_put(f->admin, &tester, &b, &f->ei));
	assert_ok(f, store_exchange_put(f->admin, &tester, &a, &f->ei));
	put_mailbox(f, "one@example.test", "subscribed", a.id);
	put_mailbox(f, "two@example.test", "subscribed", a.id);
	put_mailbox(f, "three@example.test", "error", a.id);
	put_mailbox(f, "four@example.test", "pending", a.id);
	put_mailbox(f, "five@example.test", "disabled", a.id);
	put_mailbox(f, "six@example.test", "pending", "");

	assert_ok(f, store_exchange_each(f->admin, keep, &s, &f->ei));
	assert_int_equal(s.n, 2);
	assert_string_equal(s.name[0], "Alpha");
	assert_string_equal(s.id[0], a.id);
	assert_string_equal(s.domain[0], "corp.example.test");
	assert_true(s.v[0].enabled);
	assert_int_equal(s.v[0].users, 4);
	assert_int_equal(s.v[0].subscribed, 2);
	assert_int_equal(s.v[0].failing, 1);
	assert_string_equal(s.name[1], "beta");
	assert_false(s.v[1].enabled);
	assert_int_equal(s.v[1].users, 0);
	exchange_clear(&a);
	exchange_clear(&b);
}

/* Records of which none, some and all serve somebody, in any order. */
static void
test_serves(void **state)
{
	struct fixture *f = *state;
	struct exchange x[5];
	struct seen s = {0};
	char name[16], address[32];
	size_t i, k;

	for (i = 0; i < 5; i++) {
		name[0] = (char)('a' + i);
		name[1] = '\0';
		fixture_exchange(&x[i], name);
		assert_ok(
		    f, store_exchange_put(f->admin, &tester, &x[i], &f->ei));
		for (k = 0; k < i; k++) {
			snprintf(address, sizeof address,
			    "u%zu%zu@example.test", i, k);
			put_mailbox(f, address, k % 2 ? "error" : "subscribed",
			    x[i].id);
		}
	}
	assert_ok(f, store_exchange_each(f->admin, keep, &s, &f->ei));
	assert_int_equal(s.n, 5);
	for (i = 0; i < 5; i++) {
		assert_int_equal(s.v[i].users, i);
		assert_int_equal(s.v[i].subscribed, (i + 1) / 2);
		assert_int_equal(s.v[i].failing, i / 2);
		exchange_clear(&x[i]);
	}
}

static void
test_without_state(void **state)
{
	struct fixture *f = *state;
	struct seen s = {0};
	struct exchange x;
	int64_t n = 7;

	fixture_exchange(&x, "only");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	assert_ok(f, store_exchange_each(f->admin, keep, &s, &f->ei));
	assert_int_equal(s.n, 1);
	assert_int_equal(s.v[0].users, 0);
	assert_ok(f, store_alarm_count(f->admin, &n, &f->ei));
	assert_int_equal(n, 0);
	exchange_clear(&x);
}

static uint64_t
stamp(struct fixture *f)
{
	uint64_t n = 0;

	assert_ok(f, store_stamp(f->admin, &n, &f->ei));
	return n;
}

/* Whoever writes whichever file, the stamp is another one; else the same. */
static void
test_stamp(void **state)
{
	struct fixture *f = *state;
	struct exchange x;
	uint64_t a, b;
	int64_t n;

	a = stamp(f);
	assert_int_not_equal(a, 0);
	assert_int_equal(stamp(f), a);
	fixture_exchange(&x, "mine");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	exchange_clear(&x);
	b = stamp(f);
	assert_int_not_equal(b, a);
	assert_int_equal(stamp(f), b);
	assert_ok(f, store_alarm_raise(f->engine, 60101, "mine", "critical", "",
			 "no", &f->ei));
	a = stamp(f);
	assert_int_not_equal(a, b);
	assert_ok(f, store_alarm_count(f->admin, &n, &f->ei));
	assert_int_equal(n, 1);
	assert_int_equal(stamp(f), a);
	fixture_sql(f->config, "UPDATE connector SET changed_s = 5");
	b = stamp(f);
	assert_int_not_equal(b, a);
	assert_int_equal(stamp(f), b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_each, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		test_serves, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		test_without_state, fixture_up_admin, fixture_down),
	    cmocka_unit_test_setup_teardown(
		test_stamp, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
