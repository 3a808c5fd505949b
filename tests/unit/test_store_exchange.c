#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_admin.h"
#include "common/store_exchange_field.h"
#include "common/str.h"

#define NOW_S 1700000000

static void
at(int64_t s)
{
	clock_fake(1000, (uint64_t)s * 1000);
}

static void
test_put_get(void **state)
{
	struct fixture *f = *state;
	struct exchange x, y;
	size_t i;

	at(NOW_S);
	fixture_exchange(&x, "Merkez Şube İstanbul");
	fixture_set(&x, "auth_basic", "yes");
	fixture_set(&x, "ad_site", "Default-First-Site-Name");
	fixture_seal(&x, "sealed bytes");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	/* the engine reads the same */
	assert_ok(f, store_exchange_get(f->engine, x.id, &y, &f->ei));
	for (i = 0; exchange_field_at(i) != NULL; i++)
		assert_string_equal(exchange_get(&y, exchange_field_at(i)->key),
		    exchange_get(&x, exchange_field_at(i)->key));
	assert_int_equal(y.box.n, x.box.n);
	assert_memory_equal(y.box.p, x.box.p, x.box.n);
	assert_string_equal(y.bound_to, x.bound_to);
	assert_int_equal(y.rev, 1);
	assert_int_equal(y.created_s, NOW_S);
	assert_int_equal(y.changed_s, NOW_S);
	assert_int_equal(y.password_set_s, NOW_S);
	assert_int_equal(y.tested_s, 0);
	assert_string_equal(y.changed_by, "root");
	assert_int_equal(fixture_revision(f), 2);

	/* Later, a change without the password. */
	at(NOW_S + 60);
	fixture_set(&y, "enabled", "no");
	assert_ok(f, store_exchange_put(f->admin, &tester, &y, &f->ei));
	exchange_clear(&y);
	assert_ok(f, store_exchange_find(f->admin, x.id, &y, &f->ei));
	assert_int_equal(y.enabled, false);
	assert_int_equal(y.created_s, NOW_S);
	assert_int_equal(y.changed_s, NOW_S + 60);
	assert_int_equal(y.password_set_s, NOW_S);
	assert_int_equal(y.rev, 2);
	assert_int_equal(fixture_revision(f), 3);
	exchange_clear(&y);
	exchange_clear(&x);
}

static void
test_find_by_name(void **state)
{
	struct fixture *f = *state;
	struct exchange x, y;

	fixture_exchange(&x, "Lab Exchange");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	assert_ok(f, store_exchange_find(f->admin, "lab EXCHANGE", &y, &f->ei));
	assert_string_equal(y.id, x.id);
	exchange_clear(&y);
	assert_int_equal(
	    store_exchange_find(f->admin, "lab", &y, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_exchange_find(f->admin, "", &y, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_exchange_get(f->admin, "Lab Exchange", &y, &f->ei),
	    ERR_NOTFOUND);
	assert_int_equal(
	    store_exchange_get(f->admin, "' OR 1=1 --", &y, &f->ei),
	    ERR_NOTFOUND);
	exchange_clear(&x);
}

static void
test_name_is_unique(void **state)
{
	struct fixture *f = *state;
	struct exchange x, y;
	bool taken;

	fixture_exchange(&x, "Lab");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	fixture_exchange(&y, "LAB");
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &y, &f->ei), ERR_EXISTS);
	assert_non_null(strstr(f->ei.text, "LAB"));
	assert_ok(f,
	    store_exchange_name_taken(f->admin, "lab", y.id, &taken, &f->ei));
	assert_true(taken);
	assert_ok(f,
	    store_exchange_name_taken(f->admin, "lab", x.id, &taken, &f->ei));
	assert_false(taken);
	/* NOCASE folds ASCII letters only: these two are two names. */
	fixture_set(&y, "display_name", "İzmir");
	assert_ok(f, store_exchange_put(f->admin, &tester, &y, &f->ei));
	assert_ok(f,
	    store_exchange_name_taken(f->admin, "i̇zmir", "", &taken, &f->ei));
	assert_false(taken);
	assert_int_equal(fixture_revision(f), 3);
	exchange_clear(&x);
	exchange_clear(&y);
}

static void
test_conflict(void **state)
{
	struct fixture *f = *state;
	struct exchange x, a, b;

	fixture_exchange(&x, "Lab");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	assert_ok(f, store_exchange_get(f->admin, x.id, &a, &f->ei));
	assert_ok(f, store_exchange_get(f->admin, x.id, &b, &f->ei));
	fixture_set(&a, "enabled", "no");
	assert_ok(f, store_exchange_put(f->admin, &tester, &a, &f->ei));
	fixture_set(&b, "use_proxy", "yes");
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &b, &f->ei), ERR_CONFLICT);
	/* the same id once more as a new record */
	b.rev = 0;
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &b, &f->ei), ERR_CONFLICT);
	/* gone meanwhile */
	assert_ok(f, store_exchange_delete(f->admin, &tester, x.id, &f->ei));
	a.rev = 2;
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &a, &f->ei), ERR_CONFLICT);
	assert_int_equal(store_exchange_delete(f->admin, &tester, x.id, &f->ei),
	    ERR_NOTFOUND);
	exchange_clear(&x);
	exchange_clear(&a);
	exchange_clear(&b);
}

static void
test_password_stays_with_its_settings(void **state)
{
	struct fixture *f = *state;
	struct exchange x, other;
	struct bytes box;
	uint64_t rev;

	fixture_exchange(&x, "Lab");
	fixture_seal(&x, "box");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	rev = fixture_revision(f);
	x.rev = 1;
	fixture_set(&x, "account", "other@lab.example");
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &x, &f->ei), ERR_BOUND);
	/* nor does it move to another record */
	fixture_exchange(&other, "Other");
	box = other.box;
	other.box = x.box;
	mem_free(other.bound_to);
	other.bound_to = xstrdup(x.bound_to);
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &other, &f->ei), ERR_BOUND);
	other.box = box;
	assert_int_equal(fixture_revision(f), rev);
	exchange_clear(&x);
	exchange_clear(&other);
}

static void
test_refuses_bad_records(void **state)
{
	struct fixture *f = *state;
	struct exchange x;

	fixture_exchange(&x, "Lab");
	fixture_set(&x, "auth_ntlm", "no");
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &x, &f->ei), ERR_ARG);
	assert_non_null(strstr(f->ei.text, "auth_ntlm"));
	fixture_set(&x, "auth_ntlm", "yes");
	x.id[3] = 'g';
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &x, &f->ei), ERR_ARG);
	x.id[3] = '\0';
	assert_int_equal(
	    store_exchange_put(f->admin, &tester, &x, &f->ei), ERR_ARG);
	assert_int_equal(fixture_revision(f), 1);
	exchange_clear(&x);
}

static void
test_tested_s(void **state)
{
	struct fixture *f = *state;
	struct exchange_draft d = {0};
	struct exchange x;

	at(NOW_S);
	fixture_exchange(&d.x, "Lab");
	d.owner = xstrdup("root");
	d.job_id = xstrdup("");
	d.is_new = true;
	assert_ok(f, store_draft_put(f->admin, &d, &f->ei));
	assert_ok(f, store_draft_commit(f->admin, &tester, d.draft_id,
			 d.draft_rev, true, &f->ei));
	assert_ok(f, store_exchange_get(f->admin, d.x.id, &x, &f->ei));
	assert_int_equal(x.tested_s, NOW_S);
	/* what no test looks at does not undo the test */
	fixture_set(&x, "display_name", "Lab 2");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	exchange_clear(&x);
	assert_ok(f, store_exchange_get(f->admin, d.x.id, &x, &f->ei));
	assert_int_equal(x.tested_s, NOW_S);
	fixture_set(&x, "tls_verify", "no");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	exchange_clear(&x);
	assert_ok(f, store_exchange_get(f->admin, d.x.id, &x, &f->ei));
	assert_int_equal(x.tested_s, 0);
	exchange_clear(&x);
	exchange_draft_clear(&d);
}

static bool
logged(struct fixture *f, const char *item, const char *was, const char *is)
{
	struct config_log_list l;
	bool found = false;
	size_t i;

	assert_ok(f, store_config_log(f->admin, 0, 1000, &l, &f->ei));
	for (i = 0; i < l.n; i++) {
		assert_string_equal(l.v[i].who, "root");
		assert_string_equal(l.v[i].origin, "192.0.2.1");
		assert_null(strstr(l.v[i].new_value, "secret box"));
		found = found || (str_eq(l.v[i].item, item) &&
				     str_eq(l.v[i].old_value, was) &&
				     str_eq(l.v[i].new_value, is));
	}
	config_log_list_clear(&l);
	return found;
}

static void
test_log(void **state)
{
	struct fixture *f = *state;
	struct exchange x;

	fixture_exchange(&x, "Lab");
	fixture_seal(&x, "secret box 1");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	assert_true(logged(f, "exchange/Lab", "", "added"));
	assert_true(
	    logged(f, "exchange/Lab/account", "", "svc-ews@lab.example"));
	assert_true(logged(f, "exchange/Lab/password", "unset", "set"));
	x.rev = 1;
	fixture_set(&x, "enabled", "no");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	assert_true(logged(f, "exchange/Lab/enabled", "yes", "no"));
	assert_false(logged(f, "exchange/Lab/password", "set", "set again"));
	x.rev = 2;
	fixture_seal(&x, "secret box 2");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	assert_true(logged(f, "exchange/Lab/password", "set", "set again"));
	assert_ok(f, store_exchange_delete(f->admin, &tester, x.id, &f->ei));
	assert_true(logged(f, "exchange/Lab", "stored", "deleted"));
	exchange_clear(&x);
}

static void
test_list(void **state)
{
	struct fixture *f = *state;
	struct exchange_list l;
	struct exchange x;
	size_t i;
	static const char *const names[] = {
	    "b", "A", "'; DROP TABLE x; --", "Çorlu"};

	for (i = 0; i < 4; i++) {
		fixture_exchange(&x, names[i]);
		assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
		exchange_clear(&x);
	}
	assert_ok(f, store_exchange_list(f->engine, &l, &f->ei));
	assert_int_equal(l.n, 4);
	assert_string_equal(l.v[0].display_name, names[2]);
	assert_string_equal(l.v[1].display_name, "A");
	assert_string_equal(l.v[2].display_name, "b");
	assert_string_equal(l.v[3].display_name, "Çorlu");
	exchange_list_clear(&l);
	assert_int_equal(l.n, 0);
}

static void
test_list_without_memory(void **state)
{
	struct fixture *f = *state;
	struct exchange_list l;
	struct exchange x;
	unsigned n;

	fixture_exchange(&x, "Lab");
	fixture_seal(&x, "box");
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	for (n = 1; n <= 13; n++) {
		alloc_fail_after(n);
		assert_int_equal(
		    store_exchange_list(f->admin, &l, &f->ei), ERR_NOMEM);
		alloc_fail_after(0);
	}
	assert_ok(f, store_exchange_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 1);
	exchange_list_clear(&l);
	exchange_clear(&x);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    T(test_put_get),
	    T(test_find_by_name),
	    T(test_name_is_unique),
	    T(test_conflict),
	    T(test_password_stays_with_its_settings),
	    T(test_refuses_bad_records),
	    T(test_tested_s),
	    T(test_log),
	    T(test_list),
	    T(test_list_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
