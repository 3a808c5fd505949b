#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/alloc.h"
#include "common/seal.h"
#include "common/str.h"

#define SECRET "S3cret-of-the-service"
#define FORM_MAX 300000

/* What a browser would send for a record that is in order. */
static const char *const good[][2] = {
    {"id", ""},
    {"rev", "0"},
    {"draft", ""},
    {"account", "svc%40corp.example.test"},
    {"password", SECRET},
    {"display_name", "Head+Office"},
    {"type", "onprem"},
    {"use_proxy", "no"},
    {"enabled", "yes"},
    {"auth_ntlm", "yes"},
    {"tls_verify", "yes"},
    {"scheduling_email", ""},
    {"discovery", "autodiscover"},
    {"address", ""},
    {"scp_enabled", "yes"},
    {"ad_domain", "corp.example.test"},
    {"ad_site", ""},
    {"ad_server", ""},
    {"query_mode", "ldaps"},
    {"ldap_tls_verify", "yes"},
    {"email", "alice%40corp.example.test"},
    {"do", "test"},
};

#define GOOD_N (sizeof good / sizeof good[0])

struct change {
	const char *key, *value; /* NULL value: not sent at all */
};

static void
save(struct web_fixture *w, const struct change *c, size_t n)
{
	char *form = xalloc(FORM_MAX);
	size_t i, k, len = 0;

	for (i = 0; i < GOOD_N; i++) {
		const char *value = good[i][1];

		for (k = 0; k < n; k++)
			if (str_eq(c[k].key, good[i][0]))
				value = c[k].value;
		if (value != NULL)
			len += (size_t)snprintf(form + len, FORM_MAX - len,
			    "%s%s=%s", len == 0 ? "" : "&", good[i][0], value);
	}
	assert_true(len < FORM_MAX);
	web_post(w, "/exchange/edit", form);
	mem_free(form);
	/* Whatever comes back, it never holds the password. */
	assert_null(strstr(w->answer, SECRET));
	for (i = 0; i < w->passed_len; i++)
		assert_int_equal(w->passed[i], 0);
}

#define SAVE(w, ...)                                      \
	do {                                              \
		const struct change c_[] = {__VA_ARGS__}; \
		save(w, c_, sizeof c_ / sizeof c_[0]);    \
	} while (0)

static size_t
records(struct web_fixture *w)
{
	struct exchange_list l = {NULL, 0};
	size_t n;

	assert_ok(
	    w->store, store_exchange_list(w->store->admin, &l, &w->store->ei));
	n = l.n;
	exchange_list_clear(&l);
	return n;
}

static void
find(struct web_fixture *w, const char *name, struct exchange *x)
{
	assert_ok(w->store,
	    store_exchange_find(w->store->admin, name, x, &w->store->ei));
}

/* The box holds this, and is bound to the record as it is. */
static void
assert_sealed(
    struct web_fixture *w, const struct exchange *x, const char *password)
{
	char binding[SEAL_BINDING_MAX];
	struct secret s = SECRET_INIT;

	assert_ok(w->store,
	    exchange_binding(x, binding, sizeof binding, &w->store->ei));
	assert_ok(w->store, seal_open(w->web.seal_pk, w->sk, binding, x->box.p,
				x->box.n, &s, &w->store->ei));
	assert_string_equal(secret_peek(&s), password);
	secret_clear(&s);
}

static char long_value[65537], longer_value[70001];

static void
test_bad_input(void **state)
{
	static const struct {
		struct change c[2];
		const char *field, *shown;
	} t[] = {
	    {{{"account", ""}}, "account", ""},
	    {{{"account", NULL}}, "account", ""},
	    {{{"account", "no-domain"}}, "account", "no-domain"},
	    {{{"account", "a%00b%40c.example"}}, "account",
		"a\xEF\xBF\xBD"
		"b@c.example"},
	    {{{"account", "a%FF%40c.example"}}, "account",
		"a\xEF\xBF\xBD@c.example"},
	    {{{"account", long_value}}, "account", long_value},
	    {{{"account", longer_value}}, "account", NULL},
	    {{{"password", ""}}, "password", ""},
	    {{{"password", "a%00b"}}, "password", ""},
	    {{{"password", "a%0Ab"}}, "password", ""},
	    {{{"password", long_value}}, "password", ""},
	    {{{"display_name", ""}}, "display_name", ""},
	    {{{"display_name", "++"}}, "display_name", NULL},
	    {{{"display_name", "a%0D%0Ab"}}, "display_name", NULL},
	    {{{"display_name", "a%C3%28"}}, "display_name", "a\xEF\xBF\xBD("},
	    {{{"display_name", "tHe+oTHER+one"}}, "display_name",
		"tHe oTHER one"},
	    {{{"type", "lotus"}}, "type", NULL},
	    {{{"type", ""}}, "type", NULL},
	    {{{"use_proxy", "maybe"}}, "use_proxy", NULL},
	    {{{"enabled", NULL}}, "enabled", NULL},
	    {{{"auth_ntlm", NULL}}, "auth_ntlm", NULL},
	    {{{"auth_ntlm", "%3Cscript%3E"}}, "auth_ntlm", NULL},
	    {{{"scheduling_email", "rooms"}}, "scheduling_email", "rooms"},
	    {{{"discovery", "direct"}}, "address", ""},
	    {{{"discovery", "direct"}, {"address", "https%3A%2F%2Fx.example"}},
		"address", "https://x.example"},
	    {{{"discovery", "direct"}, {"address", "x%27+OR+1%3D1"}}, "address",
		"x&#39; OR 1=1"},
	    {{{"ad_domain", ""}}, "ad_domain", ""},
	    {{{"ad_domain", "corp+example"}}, "ad_domain", "corp example"},
	    {{{"ad_site", "a%2Fb"}}, "ad_site", "a/b"},
	    {{{"query_mode", "http"}}, "query_mode", NULL},
	    {{{"email", "yuki%40tokyo%2Cexample"}}, "email",
		"yuki@tokyo,example"},
	    {{{"email", "%22%3E%3Cscript%3E%40x.example"}}, "email",
		"&quot;&gt;&lt;script&gt;@x.example"},
	    {{{"account", "%27%3B+DROP+TABLE+exchange%3B--"}}, "account",
		"&#39;; DROP TABLE exchange;--"},
	};
	struct web_fixture *w = *state;
	struct exchange x;
	size_t i, before;
	char want[128];

	memset(long_value, 'x', sizeof long_value - 1);
	memset(longer_value, 'x', sizeof longer_value - 1);
	fixture_exchange(&x, "The Other One");
	assert_ok(w->store,
	    store_exchange_put(w->store->admin, &tester, &x, &w->store->ei));
	exchange_clear(&x);
	before = fixture_revision(w->store);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		size_t n = t[i].c[1].key == NULL ? 1 : 2;

		save(w, t[i].c, n);
		assert_int_equal(w->status, 422);
		(void)snprintf(want, sizeof want, "id=\"%s-e\"", t[i].field);
		assert_has(w, want);
		(void)snprintf(
		    want, sizeof want, "<li><a href=\"#%s\">", t[i].field);
		assert_has(w, want);
		assert_has(w, "<title>Error: ");
		assert_has(w, "nothing was saved");
		assert_lacks(w, "<script>");
		if (t[i].shown != NULL)
			assert_string_equal(
			    web_value(w, t[i].field), t[i].shown);
		/* All else stays. */
		if (!str_eq(t[i].field, "ad_domain"))
			assert_string_equal(
			    web_value(w, "ad_domain"), "corp.example.test");
	}
	assert_int_equal(records(w), 1);
	assert_int_equal(fixture_revision(w->store), before);
}

static void
test_all_empty(void **state)
{
	struct web_fixture *w = *state;

	web_post(w, "/exchange/edit", "do=test");
	assert_int_equal(w->status, 422);
	assert_has(w, "id=\"account-e\"");
	assert_has(w, "id=\"password-e\"");
	assert_has(w, "id=\"display_name-e\"");
	assert_has(w, "id=\"auth_ntlm-e\"");
	assert_int_equal(records(w), 0);
}

/* Odd, and in order all the same. */
static void
test_odd_names(void **state)
{
	static const char *const names[][2] = {
	    {"%3Cscript%3Ealert%281%29%3C%2Fscript%3E",
		"<script>alert(1)</script>"},
	    {"%27%3B+DROP+TABLE+exchange%3B+--", "'; DROP TABLE exchange; --"},
	    {"%E6%9D%B1%E4%BA%AC", "\xE6\x9D\xB1\xE4\xBA\xAC"},
	};
	struct web_fixture *w = *state;
	size_t i;

	for (i = 0; i < 3; i++) {
		struct exchange x = {0};

		SAVE(w, {"display_name", names[i][0]}, {"do", "keep"});
		assert_int_equal(w->status, 303);
		find(w, names[i][1], &x);
		assert_false(x.enabled);
		exchange_clear(&x);
		web_get(w, "/exchange");
		assert_lacks(w, "<script>alert");
		web_get(w, "/");
		assert_lacks(w, "<script>alert");
		web_get(w, "/configuration-log");
		assert_lacks(w, "<script>alert");
	}
	assert_int_equal(records(w), 3);
}

static void
test_keep(void **state)
{
	struct web_fixture *w = *state;
	struct exchange x = {0};

	SAVE(w, {"do", "keep"});
	assert_int_equal(w->status, 303);
	assert_true(
	    str_has_prefix(web_header(w, "Location"), "/exchange?untested=1"));
	find(w, "Head Office", &x);
	assert_false(x.enabled);
	assert_int_equal(x.tested_s, 0);
	assert_string_equal(x.changed_by, "boss");
	assert_sealed(w, &x, SECRET);
	exchange_clear(&x);
	web_get(w, web_header(w, "Location"));
	assert_has(w, "Saved untested");
	assert_has(w, "Not yet in effect");
	assert_has(w, "Head Office");
	assert_has(w, "Disabled");
}

/* Left empty, the record is saved untested. */
static void
test_no_mailbox(void **state)
{
	struct web_fixture *w = *state;
	struct exchange x = {0};

	SAVE(w, {"email", ""});
	assert_int_equal(w->status, 303);
	find(w, "Head Office", &x);
	assert_true(x.enabled);
	assert_int_equal(x.tested_s, 0);
	assert_sealed(w, &x, SECRET);
	exchange_clear(&x);
}

/* Without a manager the test cannot run; the draft and the password stay. */
static void
test_draft_stays(void **state)
{
	struct web_fixture *w = *state;
	struct exchange x = {0};
	char draft[80], uri[200];

	SAVE(w, {"do", "test"});
	assert_int_equal(w->status, 303);
	assert_true(
	    str_has_prefix(web_header(w, "Location"), "/exchange/test?draft="));
	(void)str_copy(draft, sizeof draft,
	    web_header(w, "Location") + strlen("/exchange/test?draft="));
	assert_int_equal(strlen(draft), 32);
	assert_int_equal(records(w), 0);
	(void)snprintf(uri, sizeof uri, "/exchange/test?draft=%s", draft);
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	assert_has(w, "The test could not run");
	assert_has(w, "Keep it disabled");
	(void)snprintf(uri, sizeof uri, "/exchange/edit?draft=%s", draft);
	web_get(w, uri);
	assert_has(w, "A password is stored sealed; leave empty to keep it");
	assert_string_equal(web_value(w, "account"), "svc@corp.example.test");
	assert_string_equal(web_value(w, "draft"), draft);
	/* Nothing bound changes: the password need not be typed again. */
	SAVE(w, {"draft", draft}, {"password", ""},
	    {"display_name", "Second+name"}, {"do", "keep"});
	assert_int_equal(w->status, 303);
	find(w, "Second name", &x);
	assert_sealed(w, &x, SECRET);
	exchange_clear(&x);
	(void)snprintf(uri, sizeof uri, "/exchange/test?draft=%s", draft);
	web_get(w, uri);
	assert_int_equal(w->status, 404);
}

/* A password that came with an error elsewhere is sealed with the draft. */
static void
test_error_keeps_password(void **state)
{
	struct web_fixture *w = *state;
	struct exchange x = {0};
	char draft[80];

	SAVE(w, {"display_name", ""});
	assert_int_equal(w->status, 422);
	assert_has(w, "A password is stored sealed; leave empty to keep it");
	(void)str_copy(draft, sizeof draft, web_value(w, "draft"));
	assert_int_equal(strlen(draft), 32);
	SAVE(w, {"draft", draft}, {"password", ""}, {"do", "keep"});
	assert_int_equal(w->status, 303);
	find(w, "Head Office", &x);
	assert_sealed(w, &x, SECRET);
	exchange_clear(&x);
}

/* Whoever closes the window finds again what was typed. */
static void
test_draft_is_listed(void **state)
{
	struct web_fixture *w = *state;
	char fields[100], uri[100];

	SAVE(w, {"display_name", "Half+<b>done</b>"}, {"ad_domain", ""});
	assert_int_equal(w->status, 422);
	(void)snprintf(fields, sizeof fields, "do=discard&draft=%s",
	    web_value(w, "draft"));
	(void)snprintf(
	    uri, sizeof uri, "/exchange/edit?%s", strstr(fields, "draft="));
	web_get(w, "/exchange");
	assert_has(w, "Not saved yet");
	assert_has(w, "Half &lt;b&gt;done&lt;/b&gt;");
	assert_has(w, uri);
	assert_has(w, "boss");
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	web_post(w, "/exchange/test", fields);
	assert_int_equal(w->status, 303);
	web_get(w, web_header(w, "Location"));
	assert_has(w, "Discarded");
	assert_lacks(w, "Not saved yet");
	web_get(w, uri);
	assert_int_equal(w->status, 404);
}

static void
test_bound_fields(void **state)
{
	static const struct {
		struct change c[2];
		const char *field;
	} t[] = {
	    {{{"account", "other%40corp.example.test"}}, "account"},
	    {{{"type", "office365"}}, "type"},
	    {{{"tls_verify", "no"}}, "tls_verify"},
	    {{{"ldap_tls_verify", "no"}}, "ldap_tls_verify"},
	    {{{"query_mode", "ldap"}}, "query_mode"},
	    {{{"ad_domain", "evil.example.test"}}, "ad_domain"},
	    {{{"ad_server", "dc.evil.example.test"}}, "ad_server"},
	    {{{"email", "alice%40evil.example.test"}}, "email"},
	    {{{"discovery", "direct"}, {"address", "mail.evil.example.test"}},
		"discovery"},
	};
	struct web_fixture *w = *state;
	struct exchange x = {0};
	char id[80], want[80];
	size_t i;

	SAVE(w, {"do", "keep"});
	find(w, "Head Office", &x);
	(void)str_copy(id, sizeof id, x.id);
	exchange_clear(&x);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		struct change c[6] = {{"id", id}, {"rev", "1"},
		    {"password", ""}, {"do", "keep"}, t[i].c[0], t[i].c[1]};

		save(w, c, t[i].c[1].key == NULL ? 5 : 6);
		assert_int_equal(w->status, 422);
		assert_has(w, "id=\"password-e\"");
		assert_has(w, "Enter the password again. You changed ");
		(void)snprintf(want, sizeof want, "id=\"%s-e\"", t[i].field);
		assert_has(w, want);
		find(w, "Head Office", &x);
		assert_int_equal(x.rev, 1);
		exchange_clear(&x);
		/* With the password it is the administrator's will. */
	}
	SAVE(w, {"id", id}, {"rev", "1"}, {"password", "An0ther-secret"},
	    {"tls_verify", "no"}, {"do", "keep"});
	assert_int_equal(w->status, 303);
	find(w, "Head Office", &x);
	assert_int_equal(x.rev, 2);
	assert_sealed(w, &x, "An0ther-secret");
	exchange_clear(&x);
}

static void
test_conflict(void **state)
{
	struct web_fixture *w = *state;
	struct exchange x = {0};
	char id[80];

	SAVE(w, {"do", "keep"});
	find(w, "Head Office", &x);
	(void)str_copy(id, sizeof id, x.id);
	/* In another window ... */
	fixture_set(&x, "ad_site", "Ankara");
	assert_ok(w->store,
	    store_exchange_put(w->store->admin, &tester, &x, &w->store->ei));
	exchange_clear(&x);
	SAVE(w, {"id", id}, {"rev", "1"}, {"password", ""},
	    {"ad_site", "Izmir"}, {"do", "keep"});
	assert_int_equal(w->status, 409);
	assert_has(w, "This was changed meanwhile; nothing was saved");
	assert_has(w, "<td class=\"any\">Ankara</td>");
	assert_has(w, "<td class=\"any\">Izmir</td>");
	assert_string_equal(web_value(w, "ad_site"), "Izmir");
	assert_string_equal(web_value(w, "rev"), "2");
	SAVE(w, {"id", id}, {"rev", "2"}, {"password", ""},
	    {"ad_site", "Izmir"}, {"do", "keep"});
	assert_int_equal(w->status, 303);
	find(w, "Head Office", &x);
	assert_string_equal(x.ad_site, "Izmir");
	exchange_clear(&x);
}

static void
test_gone(void **state)
{
	struct web_fixture *w = *state;

	SAVE(w, {"id", "00112233445566778899aabbccddeeff"});
	assert_int_equal(w->status, 404);
	web_get(w, "/exchange/edit?id=nothing");
	assert_int_equal(w->status, 404);
	web_get(w, "/exchange/edit");
	assert_int_equal(w->status, 404);
	web_get(w, "/exchange/test?draft=nothing");
	assert_int_equal(w->status, 404);
	web_post(w, "/exchange/test", "draft=nothing&do=keep");
	assert_int_equal(w->status, 404);
	web_post(w, "/exchange/delete", "id=nothing");
	assert_int_equal(w->status, 404);
}

static void
test_delete(void **state)
{
	struct web_fixture *w = *state;
	struct exchange x = {0};
	char uri[128];

	SAVE(w, {"do", "keep"});
	find(w, "Head Office", &x);
	(void)snprintf(uri, sizeof uri, "/exchange/delete?id=%s", x.id);
	web_get(w, uri);
	assert_has(w, "Delete Head Office?");
	assert_int_equal(records(w), 1);
	(void)snprintf(uri, sizeof uri, "id=%s", x.id);
	web_post(w, "/exchange/delete", uri);
	assert_int_equal(w->status, 303);
	assert_int_equal(records(w), 0);
	web_get(w, web_header(w, "Location"));
	assert_has(w, "Deleted as revision");
	exchange_clear(&x);
}

int
main(void)
{
#define W(fn) cmocka_unit_test_setup_teardown(fn, web_up_boss, web_down)
	const struct CMUnitTest tests[] = {
	    W(test_bad_input),
	    W(test_all_empty),
	    W(test_odd_names),
	    W(test_keep),
	    W(test_no_mailbox),
	    W(test_draft_stays),
	    W(test_error_keeps_password),
	    W(test_draft_is_listed),
	    W(test_bound_fields),
	    W(test_conflict),
	    W(test_gone),
	    W(test_delete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
