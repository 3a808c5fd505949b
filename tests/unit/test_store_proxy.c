#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/bound.h"
#include "common/seal.h"
#include "common/store_admin.h"
#include "common/store_exchange.h"
#include "common/store_proxy.h"
#include "common/str.h"

static const unsigned char some_box[] = "not really sealed";

static void
set(struct bound *p, const char *key, const char *value)
{
	struct errinfo ei = {ERR_OK, ""};

	assert_int_equal(bound_set(p, key, value, &ei), ERR_OK);
}

static void
fill(struct bound *p)
{
	char binding[SEAL_BINDING_MAX];
	struct errinfo ei = {ERR_OK, ""};

	set(p, "host", "Proxy.Lab.Example");
	set(p, "port", "3128");
	set(p, "account", "me");
	assert_int_equal(
	    bound_binding(p, binding, sizeof binding, &ei), ERR_OK);
	assert_int_equal(
	    bound_give_box(p, some_box, sizeof some_box, binding, &ei), ERR_OK);
}

static void
test_stored_and_read(void **state)
{
	struct fixture *f = *state;
	struct bound p, q;
	uint64_t before, after;

	assert_ok(f, store_proxy_get(f->engine, &p, &f->ei));
	assert_int_equal(p.rev, 0);
	assert_string_equal(bound_get(&p, "host"), "");
	assert_string_equal(bound_get(&p, "port"), "8080");
	fill(&p);
	assert_ok(f, store_revision(f->admin, &before, &f->ei));
	assert_ok(f, store_proxy_put(f->admin, &tester, &p, &f->ei));
	assert_ok(f, store_revision(f->admin, &after, &f->ei));
	assert_int_equal(after, before + 1);
	assert_ok(f, store_proxy_get(f->engine, &q, &f->ei));
	assert_true(bound_is_same(&p, &q));
	assert_string_equal(bound_get(&q, "host"), "proxy.lab.example");
	assert_int_equal(bound_port(&q), 3128);
	assert_string_equal(q.bound_to, p.bound_to);
	assert_string_equal(q.changed_by, tester.who);
	/* What was read before somebody else's change is refused. */
	assert_int_equal(
	    store_proxy_put(f->admin, &tester, &p, &f->ei), ERR_CONFLICT);
	/* The same once more is no change. */
	assert_ok(f, store_proxy_put(f->admin, &tester, &q, &f->ei));
	assert_ok(f, store_revision(f->admin, &before, &f->ei));
	assert_int_equal(after, before);
	set(&q, "port", "3129");
	assert_int_equal(
	    store_proxy_put(f->engine, &tester, &q, &f->ei), ERR_DENIED);
	bound_clear(&p);
	bound_clear(&q);
	assert_ok(f, store_proxy_delete(f->admin, &tester, &f->ei));
	assert_ok(f, store_proxy_get(f->engine, &p, &f->ei));
	assert_int_equal(p.rev, 0);
	assert_int_equal(p.box.n, 0);
	assert_int_equal(
	    store_proxy_delete(f->admin, &tester, &f->ei), ERR_NOTFOUND);
	bound_clear(&p);
}

static void
test_log_holds_no_secret(void **state)
{
	struct fixture *f = *state;
	struct config_log_list l;
	struct bound p;
	bool told = false;
	size_t i;

	bound_init(&p, BOUND_PROXY);
	fill(&p);
	assert_ok(f, store_proxy_put(f->admin, &tester, &p, &f->ei));
	assert_ok(f, store_config_log(f->admin, 0, 50, &l, &f->ei));
	for (i = 0; i < l.n; i++)
		if (str_eq(l.v[i].item, "proxy/connector/password")) {
			assert_string_equal(l.v[i].old_value, "unset");
			assert_string_equal(l.v[i].new_value, "set");
			told = true;
		}
	assert_true(told);
	config_log_list_clear(&l);
	bound_clear(&p);
}

static void
count(void *arg, const char *key, const char *text)
{
	(void)text;
	(void)str_copy((char *)arg + strlen(arg), 64 - strlen(arg), key);
}

static void
test_rules(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	char keys[64] = "";
	struct bound p;

	(void)state;
	bound_init(&p, BOUND_PROXY);
	assert_int_equal(bound_check(&p, count, keys), 1);
	assert_string_equal(keys, "host");
	set(&p, "host", "p.example");
	set(&p, "port", "");
	set(&p, "account", "a:b");
	keys[0] = '\0';
	assert_int_equal(bound_check(&p, count, keys), 2);
	assert_string_equal(keys, "portaccount");
	assert_int_equal(bound_set(&p, "port", "65536", &ei), ERR_ARG);
	assert_int_equal(bound_set(&p, "host", "http://p/", &ei), ERR_ARG);
	assert_int_equal(bound_set(&p, "password", "x", &ei), ERR_NOTFOUND);
	assert_int_equal(bound_set(&p, "rev", "x", &ei), ERR_NOTFOUND);
	bound_clear(&p);
}

static void
test_bound(void **state)
{
	static const struct {
		const char *key, *value, *differs;
	} rows[] = {
	    {"host", "PROXY.lab.example", ""},
	    {"host", "proxy2.lab.example", "host"},
	    {"port", "3129", "port"},
	    {"account", "you", "account"},
	};
	struct strlist keys = {NULL, 0};
	struct bound p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bound_init(&p, BOUND_PROXY);
		fill(&p);
		set(&p, rows[i].key, rows[i].value);
		assert_int_equal(bound_binding_diff(&p, &keys), ERR_OK);
		assert_int_equal(keys.n, rows[i].differs[0] != '\0');
		if (keys.n > 0)
			assert_string_equal(keys.v[0], rows[i].differs);
		strlist_clear(&keys);
		bound_drop_box(&p);
		assert_int_equal(bound_binding_diff(&p, &keys), ERR_OK);
		assert_int_equal(keys.n, 0);
		bound_clear(&p);
	}
}

static void
test_target(void **state)
{
	static const struct {
		const char *typed, *host; /* NULL: refused */
		uint32_t port;
	} rows[] = {
	    {"mail.lab.example", "mail.lab.example", 0},
	    {" Mail.lab.example:8443 ", "mail.lab.example", 8443},
	    {"192.0.2.1:443", "192.0.2.1", 443},
	    {"2001:db8::1", "2001:db8::1", 0},
	    {"[2001:db8::1]", "2001:db8::1", 0},
	    {"[2001:db8::1]:8443", "2001:db8::1", 8443},
	    {"[2001:db8::1", NULL, 0},
	    {"[2001:db8::1]x", NULL, 0},
	    {"mail.lab.example:0", NULL, 0},
	    {"mail.lab.example:65536", NULL, 0},
	    {"mail.lab.example:", NULL, 0},
	    {"https://mail.lab.example", NULL, 0},
	    {"a b", NULL, 0},
	};
	char host[PROXY_HOST_MAX];
	struct errinfo ei;
	uint32_t port;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ei.text[0] = '\0';
		if (rows[i].host == NULL) {
			assert_int_equal(
			    proxy_target(rows[i].typed, host, &port, &ei),
			    ERR_ARG);
			assert_int_not_equal(ei.text[0], '\0');
			continue;
		}
		assert_int_equal(
		    proxy_target(rows[i].typed, host, &port, &ei), ERR_OK);
		assert_string_equal(host, rows[i].host);
		assert_int_equal(port, rows[i].port);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	    T(test_stored_and_read),
	    T(test_log_holds_no_secret),
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_bound),
	    cmocka_unit_test(test_target),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
