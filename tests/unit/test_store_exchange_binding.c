#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/ipc.h"
#include "common/seal.h"
#include "common/str.h"

static void
make(struct exchange *x)
{
	fixture_exchange(x, "Lab");
	mem_free(x->id);
	x->id = xstrdup("00112233445566778899aabbccddeeff");
}

static void
test_text(void **state)
{
	char text[SEAL_BINDING_MAX];
	struct exchange x;

	(void)state;
	make(&x);
	fixture_set(&x, "ad_domain", "LAB.Example");
	assert_int_equal(exchange_binding(&x, text, sizeof text, NULL), ERR_OK);
	assert_string_equal(text,
	    "record=00112233445566778899aabbccddeeff\n"
	    "kind=exchange\n"
	    "account=svc-ews@lab.example\n"
	    "target=autodiscover:ad=lab.example;mail=lab.example;scp=yes;"
	    "query=ldaps;type=onprem;proxy=no\n"
	    "tls=https=yes;ldap=yes\n"
	    "auth=ntlm\n");
	fixture_set(&x, "discovery", "direct");
	fixture_set(&x, "address", "Mail.Lab.Example");
	fixture_set(&x, "auth_basic", "yes");
	fixture_set(&x, "use_proxy", "yes");
	assert_int_equal(exchange_binding(&x, text, sizeof text, NULL), ERR_OK);
	assert_string_equal(text,
	    "record=00112233445566778899aabbccddeeff\n"
	    "kind=exchange\n"
	    "account=svc-ews@lab.example\n"
	    "target=direct:mail.lab.example;type=onprem;proxy=yes\n"
	    "tls=https=yes;ldap=-\n"
	    "auth=ntlm,basic\n");
	exchange_clear(&x);
}

/* The state before the password is typed, and one change after: which keys
 * are named.  NULL: the password stays good. */
static const struct {
	const char *before, *key, *value, *named;
} rows[] = {
    {"", "display_name", "Other", NULL},
    {"", "enabled", "no", NULL},
    {"", "scheduling_email", "rooms@lab.example", NULL},
    {"", "ad_site", "Ankara", NULL},
    {"", "email", "bob@lab.example", NULL},
    {"", "email", "bob@LAB.example", NULL},
    {"", "ad_domain", "LAB.EXAMPLE", NULL},
    {"", "address", "evil.example", NULL}, /* not used */
    {"", "account", "other@lab.example", "account"},
    {"", "account", "Svc-ews@lab.example", "account"},
    {"", "type", "office365", "type"},
    {"", "use_proxy", "yes", "use_proxy"},
    {"", "auth_basic", "yes", "auth_basic"},
    {"", "auth_kerberos", "yes", "auth_kerberos"},
    {"auth_kerberos=yes", "auth_ntlm", "no", "auth_ntlm"},
    {"auth_basic=yes", "auth_ntlm", "no", "auth_ntlm"},
    {"", "tls_verify", "no", "tls_verify"},
    {"", "ldap_tls_verify", "no", "ldap_tls_verify"},
    {"", "query_mode", "ldap", "query_mode"},
    {"query_mode=ldap", "query_mode", "starttls", "query_mode"},
    {"", "ad_server", "dc.evil.example", "ad_server"},
    {"ad_server=dc1.lab.example", "ad_server", "", "ad_server"},
    {"ad_server=dc1.lab.example", "ad_server", "DC1.lab.example", NULL},
    {"", "scp_enabled", "no", "scp_enabled"},
    {"scp_enabled=no", "scp_enabled", "yes", "scp_enabled"},
    {"scp_enabled=no", "query_mode", "ldap", NULL},
    {"scp_enabled=no", "ad_server", "dc.evil.example", NULL},
    {"scp_enabled=no", "ldap_tls_verify", "no", NULL},
    {"", "ad_domain", "evil.example", "ad_domain"},
    {"", "ad_domain", "", "ad_domain"},
    {"", "email", "alice@evil.example", "email"},
    {"", "email", "", "email"},
    {"", "discovery", "direct", "discovery"},
    {"discovery=direct", "discovery", "autodiscover", "discovery"},
    {"discovery=direct", "address", "evil.example", "address"},
    {"discovery=direct", "address", "MAIL.lab.example", NULL},
    {"discovery=direct", "ad_domain", "evil.example", NULL},
    {"discovery=direct", "email", "alice@evil.example", NULL},
    {"discovery=direct", "scp_enabled", "no", NULL},
    {"discovery=direct", "ad_server", "dc.evil.example", NULL},
    {"discovery=direct", "tls_verify", "no", "tls_verify"},
};

static void
test_diff(void **state)
{
	struct strlist keys = {NULL, 0};
	char key[64];
	const char *eq;
	struct exchange x;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		make(&x);
		fixture_set(&x, "address", "mail.lab.example");
		if ((eq = strchr(rows[i].before, '=')) != NULL) {
			snprintf(key, sizeof key, "%.*s",
			    (int)(eq - rows[i].before), rows[i].before);
			fixture_set(&x, key, eq + 1);
		}
		fixture_seal(&x, "box");
		assert_int_equal(exchange_binding_diff(&x, &keys), ERR_OK);
		assert_int_equal(keys.n, 0);
		fixture_set(&x, rows[i].key, rows[i].value);
		assert_int_equal(exchange_binding_diff(&x, &keys), ERR_OK);
		if (rows[i].named == NULL) {
			assert_int_equal(keys.n, 0);
		} else {
			assert_int_equal(keys.n, 1);
			assert_string_equal(keys.v[0], rows[i].named);
		}
		strlist_clear(&keys);
		exchange_clear(&x);
	}
}

static void
test_diff_names_all(void **state)
{
	struct strlist keys = {NULL, 0};
	struct exchange x;

	(void)state;
	make(&x);
	fixture_seal(&x, "box");
	fixture_set(&x, "account", "LAB\\other");
	fixture_set(&x, "tls_verify", "no");
	fixture_set(&x, "auth_basic", "yes");
	fixture_set(&x, "ad_domain", "evil.example");
	assert_int_equal(exchange_binding_diff(&x, &keys), ERR_OK);
	assert_int_equal(keys.n, 4);
	assert_true(strlist_has(&keys, "account"));
	assert_true(strlist_has(&keys, "tls_verify"));
	assert_true(strlist_has(&keys, "auth_basic"));
	assert_true(strlist_has(&keys, "ad_domain"));
	strlist_clear(&keys);
	exchange_clear(&x);
}

/* A box of another record, or with no text, or with a damaged one. */
static void
test_diff_of_a_foreign_box(void **state)
{
	struct strlist keys = {NULL, 0};
	struct exchange x;
	size_t i;
	static const char *const texts[] = {
	    "",
	    "x",
	    "record=",
	    "\n\n\n",
	    "record=00\nkind=exchange\n",
	    "record=00112233445566778899aabbccddeeff\nkind=proxy\n",
	    "target=direct\n=\n==;;:",
	    ";;;=;=\n",
	};

	(void)state;
	make(&x);
	for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		fixture_seal(&x, "box");
		mem_free(x.bound_to);
		x.bound_to = xstrdup(texts[i]);
		assert_int_equal(exchange_binding_diff(&x, &keys), ERR_OK);
		assert_int_equal(keys.n, 1);
		assert_string_equal(keys.v[0], "password");
		strlist_clear(&keys);
	}
	/* Without a box there is nothing to be bound. */
	mem_free(x.box.p);
	x.box.p = NULL;
	x.box.n = 0;
	assert_int_equal(exchange_binding_diff(&x, &keys), ERR_OK);
	assert_int_equal(keys.n, 0);
	exchange_clear(&x);
}

/* A value that could forge another part of the text is refused. */
static void
test_forged_parts(void **state)
{
	char text[SEAL_BINDING_MAX];
	struct errinfo ei;
	struct exchange x;
	size_t i;
	static const struct {
		const char *discovery, *key, *value;
	} forged[] = {
	    {"direct", "address", "a;proxy=no"},
	    {"direct", "address", "a=b"},
	    {"direct", "address", "a\nauth=basic"},
	    {"autodiscover", "ad_domain", "a;mail=b"},
	    {"autodiscover", "email", "a@b;scp=no"},
	    {"autodiscover", "account", "a\nauth=basic"},
	};

	(void)state;
	for (i = 0; i < sizeof forged / sizeof forged[0]; i++) {
		make(&x);
		fixture_set(&x, "discovery", forged[i].discovery);
		fixture_set(&x, forged[i].key, forged[i].value);
		assert_int_equal(
		    exchange_binding(&x, text, sizeof text, &ei), ERR_ARG);
		exchange_clear(&x);
	}
}

static void
test_small_buffer(void **state)
{
	char text[64];
	struct exchange x;

	(void)state;
	make(&x);
	assert_int_equal(
	    exchange_binding(&x, text, sizeof text, NULL), ERR_TOOBIG);
	exchange_clear(&x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_diff),
	    cmocka_unit_test(test_diff_names_all),
	    cmocka_unit_test(test_diff_of_a_foreign_box),
	    cmocka_unit_test(test_forged_parts),
	    cmocka_unit_test(test_small_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
