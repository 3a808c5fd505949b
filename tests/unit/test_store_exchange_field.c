#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/settings.h"
#include "common/store_exchange_field.h"
#include "common/str.h"

/* The table of fields and settings.def hold the same keys. */
static void
test_fields_are_the_settings(void **state)
{
	const struct setting *row = NULL;
	struct exchange x;
	size_t i, n = 0;

	(void)state;
	exchange_init(&x);
	while ((row = setting_next("exchange", row)) != NULL) {
		if (row->kind == SETTING_P) {
			assert_null(exchange_get(&x, row->key));
			continue;
		}
		assert_non_null(exchange_get(&x, row->key));
		assert_string_equal(exchange_get(&x, row->key), row->def);
		n++;
	}
	for (i = 0; exchange_field_at(i) != NULL; i++)
		assert_int_equal(exchange_field_at(i)->is_flag,
		    setting_find("exchange", exchange_field_at(i)->key)->kind ==
			SETTING_B);
	assert_int_equal(i, n);
	exchange_clear(&x);
}

static void
test_set_get_copy(void **state)
{
	struct exchange x, y;
	size_t i;
	const char *value;

	(void)state;
	exchange_init(&x);
	exchange_init(&y);
	for (i = 0; exchange_field_at(i) != NULL; i++) {
		const struct exchange_field *f = exchange_field_at(i);

		value = f->is_flag
			    ? (str_eq(exchange_get(&x, f->key), "yes") ? "no"
								       : "yes")
			    : "text of the field";
		if (str_eq(f->key, "type"))
			value = "office365";
		if (str_eq(f->key, "discovery"))
			value = "direct";
		if (str_eq(f->key, "query_mode"))
			value = "ldap";
		fixture_set(&x, f->key, value);
		assert_string_equal(exchange_get(&x, f->key), value);
	}
	fixture_seal(&x, "box");
	exchange_clear(&y);
	assert_int_equal(exchange_copy(&y, &x), ERR_OK);
	for (i = 0; exchange_field_at(i) != NULL; i++)
		assert_string_equal(exchange_get(&y, exchange_field_at(i)->key),
		    exchange_get(&x, exchange_field_at(i)->key));
	assert_memory_equal(y.box.p, "box", 3);
	assert_ptr_not_equal(y.box.p, x.box.p);
	assert_string_equal(y.bound_to, x.bound_to);
	exchange_clear(&x);
	exchange_clear(&y);
}

static void
test_copy_without_memory(void **state)
{
	struct exchange x, y = {0};
	unsigned n;

	(void)state;
	fixture_exchange(&x, "Lab");
	fixture_seal(&x, "box");
	for (n = 1; n <= 12; n++) {
		alloc_fail_after(n);
		assert_int_equal(exchange_copy(&y, &x), ERR_NOMEM);
		alloc_fail_after(0);
		assert_null(y.id);
	}
	exchange_clear(&x);
}

static const struct {
	const char *key, *value;
	enum err want;
} sets[] = {
    {"no_such_field", "x", ERR_NOTFOUND},
    {"password", "x", ERR_NOTFOUND},
    {"id", "x", ERR_NOTFOUND},
    {"box", "x", ERR_NOTFOUND},
    {"", "x", ERR_NOTFOUND},
    {"enabled", "true", ERR_ARG},
    {"enabled", "", ERR_ARG},
    {"enabled", "Yes", ERR_ARG},
    {"enabled", "no", ERR_OK},
    {"type", "cloud", ERR_ARG},
    {"type", "", ERR_ARG},
    {"type", "office365", ERR_OK},
    {"query_mode", "ldap|ldaps", ERR_ARG},
    /* kept as typed; exchange_check() says what is wrong */
    {"account", "not an account", ERR_OK},
    {"email", "<script>", ERR_OK},
};

static void
test_set_refuses(void **state)
{
	struct errinfo ei;
	struct exchange x;
	size_t i;

	(void)state;
	exchange_init(&x);
	for (i = 0; i < sizeof sets / sizeof sets[0]; i++)
		assert_int_equal(
		    exchange_set(&x, sets[i].key, sets[i].value, &ei),
		    sets[i].want);
	exchange_clear(&x);
}

/* One change to a good record, and the one field that is then wrong. */
static const struct {
	const char *key, *value, *key2, *value2, *bad;
} checks[] = {
    {"enabled", "yes", NULL, NULL, NULL},
    {"account", "", NULL, NULL, "account"},
    {"account", "svc", NULL, NULL, "account"},
    {"account", "LAB\\svc-ews", NULL, NULL, NULL},
    {"display_name", "", NULL, NULL, "display_name"},
    {"display_name", "a\nb", NULL, NULL, "display_name"},
    {"display_name", "\xff\xfe", NULL, NULL, "display_name"},
    {"display_name", "Türkçe İstanbul ığüşöç", NULL, NULL, NULL},
    {"display_name", "'; DROP TABLE exchange; --", NULL, NULL, NULL},
    {"auth_ntlm", "no", NULL, NULL, "auth_ntlm"},
    {"auth_ntlm", "no", "auth_basic", "yes", NULL},
    {"auth_ntlm", "no", "auth_kerberos", "yes", NULL},
    {"discovery", "direct", NULL, NULL, "address"},
    {"discovery", "direct", "address", "mail.lab.example", NULL},
    {"discovery", "direct", "address", "192.0.2.7", NULL},
    {"discovery", "direct", "address", "2001:db8::7", NULL},
    {"discovery", "direct", "address", "https://mail", "address"},
    {"discovery", "direct", "address", "a;b=c", "address"},
    {"ad_domain", "", NULL, NULL, "ad_domain"},
    {"ad_domain", "", "scp_enabled", "no", NULL},
    {"ad_domain", "", "discovery", "autodiscover", "ad_domain"},
    {"email", "", NULL, NULL, NULL},
    {"email", "alice,lab.example", NULL, NULL, "email"},
    {"scheduling_email", "x", NULL, NULL, "scheduling_email"},
};

struct seen {
	size_t n;
	char key[64], text[ERRINFO_MAX];
};

static void
see(void *arg, const char *key, const char *text)
{
	struct seen *s = arg;

	s->n++;
	str_copy(s->key, sizeof s->key, key);
	str_copy(s->text, sizeof s->text, text);
}

static void
test_check(void **state)
{
	struct exchange x;
	struct seen seen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		fixture_exchange(&x, "Lab");
		fixture_set(&x, checks[i].key, checks[i].value);
		if (checks[i].key2 != NULL)
			fixture_set(&x, checks[i].key2, checks[i].value2);
		memset(&seen, 0, sizeof seen);
		exchange_check(&x, see, &seen);
		assert_string_equal(
		    seen.key, checks[i].bad == NULL ? "" : checks[i].bad);
		assert_int_equal(seen.n, checks[i].bad != NULL);
		/* a whole sentence for a page */
		if (seen.n > 0)
			assert_int_equal(seen.text[strlen(seen.text) - 1], '.');
		assert_int_equal(exchange_check(&x, NULL, NULL), seen.n);
		exchange_clear(&x);
	}
}

static void
test_check_names_all_problems(void **state)
{
	struct exchange x;
	struct seen seen = {0};

	(void)state;
	exchange_init(&x);
	fixture_set(&x, "auth_ntlm", "no");
	assert_int_equal(exchange_check(&x, see, &seen), 4);
	exchange_clear(&x);
}

static void
test_huge_value(void **state)
{
	static char big[65537];
	struct exchange x;
	struct seen seen = {0};

	(void)state;
	memset(big, 'a', sizeof big - 1);
	fixture_exchange(&x, "Lab");
	fixture_set(&x, "display_name", big);
	assert_int_equal(exchange_check(&x, see, &seen), 1);
	assert_string_equal(seen.key, "display_name");
	exchange_clear(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields_are_the_settings),
	    cmocka_unit_test(test_set_get_copy),
	    cmocka_unit_test(test_copy_without_memory),
	    cmocka_unit_test(test_set_refuses),
	    cmocka_unit_test(test_check),
	    cmocka_unit_test(test_check_names_all_problems),
	    cmocka_unit_test(test_huge_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
