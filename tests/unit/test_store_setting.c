#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_admin.h"
#include "common/store_ca.h"
#include "common/store_change.h"
#include "common/str.h"

static void
test_setting(void **state)
{
	struct fixture *f = *state;
	struct config_log_list l;
	char *v;
	size_t i;
	static const char *const values[] = {"proxy.lab.example",
	    "'); DROP TABLE setting; --", "Türkçe ığüşöç", "", "x"};

	for (i = 0; i < 5; i++) {
		assert_ok(f, store_setting_put(f->admin, &tester, "proxy_host",
				 values[i], &f->ei));
		assert_ok(
		    f, store_setting_get(f->engine, "proxy_host", &v, &f->ei));
		assert_string_equal(v, values[i]);
		mem_free(v);
	}
	assert_int_equal(fixture_revision(f), 6);
	/* no change, no trace */
	assert_ok(
	    f, store_setting_put(f->admin, &tester, "proxy_host", "x", &f->ei));
	assert_ok(f, store_setting_put(f->admin, &tester, "unset", "", &f->ei));
	assert_int_equal(fixture_revision(f), 6);
	assert_ok(f, store_config_log(f->admin, 0, 100, &l, &f->ei));
	assert_int_equal(l.n, 5);
	assert_string_equal(l.v[0].item, "setting/proxy_host");
	assert_string_equal(l.v[0].old_value, "");
	assert_string_equal(l.v[0].new_value, "x");
	config_log_list_clear(&l);
}

static void
test_setting_refuses(void **state)
{
	struct fixture *f = *state;
	static char big[65538];
	char key[66];

	memset(key, 'k', 65);
	key[65] = '\0';
	memset(big, 'v', 65537);
	assert_int_equal(
	    store_setting_put(f->admin, &tester, "", "v", &f->ei), ERR_ARG);
	assert_int_equal(
	    store_setting_put(f->admin, &tester, key, "v", &f->ei), ERR_ARG);
	assert_int_equal(
	    store_setting_put(f->admin, &tester, "k", big, &f->ei), ERR_TOOBIG);
}

static void
test_connector(void **state)
{
	struct fixture *f = *state;
	bool on = true;

	assert_ok(
	    f, store_connector_enabled(f->engine, "calendar", &on, &f->ei));
	assert_false(on);
	assert_ok(f,
	    store_connector_set(f->admin, &tester, "calendar", true, &f->ei));
	assert_ok(f,
	    store_connector_set(f->admin, &tester, "calendar", true, &f->ei));
	assert_ok(
	    f, store_connector_enabled(f->engine, "calendar", &on, &f->ei));
	assert_true(on);
	assert_int_equal(fixture_revision(f), 2);
	assert_int_equal(store_connector_enabled(f->admin, "call", &on, &f->ei),
	    ERR_NOTFOUND);
	assert_int_equal(
	    store_connector_set(f->admin, &tester, "call", true, &f->ei),
	    ERR_NOTFOUND);
}

static void
make_ca(struct ca_cert *c, char *sha, char *subject)
{
	static char pem[] = "-----BEGIN CERTIFICATE-----\nAA==\n";
	static char issuer[] = "CN=Root";

	memset(c, 0, sizeof *c);
	c->sha256 = sha;
	c->pem = pem;
	c->subject = subject;
	c->issuer = issuer;
	c->not_after_s = 1900000000;
}

static void
test_ca(void **state)
{
	struct fixture *f = *state;
	char s1[] = "aa11", s2[] = "bb22", n1[] = "CN=Two", n2[] = "CN=One";
	struct ca_cert c;
	struct ca_list l;

	make_ca(&c, s1, n1);
	assert_ok(f, store_ca_put(f->admin, &tester, &c, &f->ei));
	assert_int_equal(
	    store_ca_put(f->admin, &tester, &c, &f->ei), ERR_EXISTS);
	make_ca(&c, s2, n2);
	assert_ok(f, store_ca_put(f->admin, &tester, &c, &f->ei));
	assert_int_equal(fixture_revision(f), 3);
	assert_ok(f, store_ca_list(f->engine, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].subject, "CN=One");
	assert_string_equal(l.v[0].added_by, "root");
	assert_int_equal(l.v[0].not_after_s, 1900000000);
	assert_string_equal(l.v[1].pem, c.pem);
	ca_list_clear(&l);
	assert_ok(f, store_ca_delete(f->admin, &tester, s1, &f->ei));
	assert_int_equal(
	    store_ca_delete(f->admin, &tester, s1, &f->ei), ERR_NOTFOUND);
	assert_int_equal(fixture_revision(f), 4);
	assert_ok(f, store_ca_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 1);
	ca_list_clear(&l);
}

static void
test_log_pages(void **state)
{
	struct fixture *f = *state;
	struct config_log_list l;
	char key[16];
	int i;

	clock_fake(1, 1700000000000);
	for (i = 0; i < 12; i++) {
		snprintf(key, sizeof key, "k%d", i);
		assert_ok(
		    f, store_setting_put(f->admin, &tester, key, "v", &f->ei));
	}
	assert_ok(f, store_config_log(f->admin, 0, 5, &l, &f->ei));
	assert_int_equal(l.n, 5);
	assert_string_equal(l.v[0].item, "setting/k11");
	assert_int_equal(l.v[0].at_s, 1700000000);
	config_log_list_clear(&l);
	assert_ok(f, store_config_log(f->admin, 10, 5, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[1].item, "setting/k0");
	config_log_list_clear(&l);
}

static void
test_log_is_bounded(void **state)
{
	struct fixture *f = *state;
	char *n;

	fixture_sql(f->config,
	    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
	    " WHERE i < 100010) INSERT INTO config_log (at_s, who, origin,"
	    " item, old_value, new_value) SELECT 0, '', '', '', '', i FROM c");
	assert_ok(f, store_setting_put(f->admin, &tester, "k", "v", &f->ei));
	n = fixture_ask(f->config, "SELECT count(*) FROM config_log");
	assert_int_equal(strtol(n, NULL, 10), STORE_LOG_KEEP);
	mem_free(n);
	n = fixture_ask(
	    f->config, "SELECT new_value FROM config_log ORDER BY id LIMIT 1");
	assert_string_equal(n, "12");
	mem_free(n);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    T(test_setting),
	    T(test_setting_refuses),
	    T(test_connector),
	    T(test_ca),
	    T(test_log_pages),
	    T(test_log_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
