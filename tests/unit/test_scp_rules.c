#include "tests/harness/test.h"

#include "backend/net/scp_rules.h"
#include "common/buf.h"
#include "common/ipc.h"

#define URL_KEY SCP_GUID_URL
#define PTR_KEY SCP_GUID_POINTER
#define LIST_MAX 8

/* Entries as "keyword|keyword;binding|binding". */
static void
take(
    struct scp_found *f, const char *text, const char *domain, const char *site)
{
	char *copy = xstrdup(text), *save = NULL, *part, *half;
	char *k[LIST_MAX], *b[LIST_MAX];
	struct scp_entry e = {"CN=x", k, 0, b, 0};

	half = strchr(copy, ';');
	*half++ = '\0';
	for (part = strtok_r(copy, "|", &save); part != NULL;
	     part = strtok_r(NULL, "|", &save))
		k[e.keywords_n++] = part;
	for (part = strtok_r(half, "|", &save); part != NULL;
	     part = strtok_r(NULL, "|", &save))
		b[e.bindings_n++] = part;
	assert_ok(scp_take(f, &e, domain, site));
	mem_free(copy);
}

static void
test_rules(void **state)
{
	static const struct {
		const char *entries[5], *site, *want;
	} rows[] = {
	    {{URL_KEY "|Site=Vienna;https://v/"}, "Vienna", "1 https://v/;"},
	    {{URL_KEY "|Site=Vienna;https://v/"}, "vienna", "1 https://v/;"},
	    {{URL_KEY "|Site=Vienna;https://v/"}, "Graz", "3 https://v/;"},
	    {{URL_KEY "|Site=Vienna;https://v/"}, "", "3 https://v/;"},
	    {{URL_KEY "|Site=;https://v/"}, "", "3 https://v/;"},
	    {{URL_KEY ";https://v/"}, "Vienna", "2 https://v/;"},
	    {{"77378f46-2c66-4AA9-a6a6-3e7a48b19596|SITE=Vienna;https://v/"},
		"Vienna", "1 https://v/;"},
	    /* own site, then those for all, then others */
	    {{URL_KEY "|Site=Graz;https://g/", URL_KEY ";https://b/",
		 URL_KEY ";https://a/",
		 URL_KEY "|Site=Graz|Site=Linz;https://l/"},
		"Linz", "1 https://l/;2 https://a/;2 https://b/;3 https://g/;"},
	    /* the same address twice: the better place counts */
	    {{URL_KEY "|Site=Graz;https://a/", URL_KEY "|Site=Linz;HTTPS://A/"},
		"Linz", "1 https://a/;"},
	    {{URL_KEY ";http://old/|ldap://x|ftp://y|javascript:z||https://a/"},
		"", "2 http://old/;2 https://a/;"},
	    {{"other-guid;https://a/"}, "", ""},
	    {{URL_KEY ";"}, "", ""},
	    {{URL_KEY ";https://a/\x01"}, "", ""},
	    {{URL_KEY ";https://a/\xff"}, "", ""},
	    /* pointers */
	    {{PTR_KEY ";LDAP://dc.x.example", URL_KEY ";https://a/"}, "",
		"2 https://a/;all LDAP://dc.x.example;"},
	    {{PTR_KEY ";LDAP://dc.x.example"}, "",
		"all LDAP://dc.x.example;follow 1"},
	    {{PTR_KEY "|Domain=other.example;LDAP://o", URL_KEY ";https://a/"},
		"", "2 https://a/;other LDAP://o;"},
	    {{PTR_KEY "|Domain=other.example;LDAP://o"}, "", "other LDAP://o;"},
	    {{PTR_KEY ";LDAP://all", PTR_KEY "|domain=LAB.example;LDAP://ours",
		 PTR_KEY ";LDAP://more", URL_KEY ";https://a/"},
		"",
		"all LDAP://all;ours LDAP://ours;all LDAP://more;outdone 1;"
		"follow 0"},
	    {{PTR_KEY "|Domain=other.example|Domain=lab.example;LDAP://two"},
		"", "ours LDAP://two;follow 0"},
	    {{PTR_KEY ";https://no-pointer/|LDAP://p|ldap://P"}, "",
		"all LDAP://p;follow 1"},
	    {{PTR_KEY "|" URL_KEY ";LDAP://p|https://a/"}, "",
		"2 https://a/;all LDAP://p;"},
	    {{"67661D7f-8fc4-4FA7-bfac-e1d7794c1f68|DOMAIN=lab.EXAMPLE;"
	      "ldap://o"},
		"", "ours ldap://o;follow 0"},
	};
	static const char *const rules[] = {"ours", "all", "other"};
	size_t i, k;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct scp_found f = {0};
		struct buf b = BUF_INIT(1000);

		for (k = 0; k < 5 && rows[i].entries[k] != NULL; k++)
			take(&f, rows[i].entries[k], "lab.example",
			    rows[i].site);
		scp_finish(&f);
		for (k = 0; k < f.urls_n; k++)
			assert_ok(buf_putf(&b, "%u %s;",
			    (unsigned)f.urls[k].priority, f.urls[k].url));
		for (k = 0; k < f.pointers_n; k++)
			assert_ok(buf_putf(&b, "%s %s;",
			    rules[f.pointers[k].rule], f.pointers[k].url));
		if (f.outdone > 0)
			assert_ok(buf_putf(&b, "outdone %u;", f.outdone));
		if (scp_goes_on(&f) != SCP_PTR_OTHER)
			assert_ok(
			    buf_putf(&b, "follow %d", (int)scp_goes_on(&f)));
		if (strcmp(buf_str(&b), rows[i].want) != 0)
			fail_msg("row %zu: %s", i, buf_str(&b));
		buf_clear(&b);
		scp_found_clear(&f);
	}
}

static void
test_limits(void **state)
{
	struct scp_found f = {0};
	char text[3000];
	unsigned i;

	(void)state;
	for (i = 0; i < 2 * SCP_URLS_MAX; i++) {
		(void)snprintf(text, sizeof(text), URL_KEY ";https://h%u/", i);
		take(&f, text, "lab.example", "");
		(void)snprintf(text, sizeof(text), PTR_KEY ";LDAP://h%u", i);
		take(&f, text, "lab.example", "");
		(void)snprintf(text, sizeof(text),
		    PTR_KEY "|Domain=x.example;LDAP://o%u", i);
		take(&f, text, "lab.example", "");
	}
	assert_int_equal(f.urls_n, SCP_URLS_MAX);
	assert_int_equal(f.pointers_n, 2 * SCP_POINTERS_MAX);
	assert_true(f.is_cut);
	/* What is for others leaves room for ours. */
	take(&f, PTR_KEY "|Domain=lab.example;LDAP://ours", "lab.example", "");
	assert_int_equal(f.of_rule[SCP_PTR_OURS], 1);
	scp_found_clear(&f);
	(void)snprintf(text, sizeof(text), URL_KEY ";https://%02500d/", 1);
	take(&f, text, "lab.example", "");
	assert_int_equal(f.urls_n, 0);
	assert_false(f.is_cut);
	scp_found_clear(&f);
}

static const char *
told(const struct msg_step *s, const char *key, size_t nth)
{
	size_t i;

	for (i = 0; i < s->evidence_n; i++)
		if (strcmp(s->evidence[i].key, key) == 0 && nth-- == 0)
			return s->evidence[i].value;
	return "";
}

/* What sorted each entry can be read in the report. */
static void
test_tell(void **state)
{
	struct scp_found f = {0};
	struct msg_step s = {0};

	(void)state;
	take(&f, URL_KEY "|Site=Linz;https://linz/", "lab.example", "Vienna");
	take(&f, URL_KEY ";https://all/", "lab.example", "Vienna");
	take(&f, URL_KEY "|Site=VIENNA;https://vienna/|https://all/",
	    "lab.example", "Vienna");
	take(&f, PTR_KEY "|Domain=x.example;LDAP://x", "lab.example", "Vienna");
	scp_finish(&f);
	scp_tell(&f, "Vienna", &s);
	assert_string_equal(
	    told(&s, "address, own site Vienna", 0), "https://all/");
	assert_string_equal(
	    told(&s, "address, own site Vienna", 1), "https://vienna/");
	assert_string_equal(
	    told(&s, "address, other site Linz", 0), "https://linz/");
	assert_string_equal(
	    told(&s, "pointer, for another domain", 0), "LDAP://x");
	assert_string_equal(told(&s, "duplicates dropped", 0), "1");
	assert_string_equal(told(&s, "dn", 3), "CN=x");
	assert_string_equal(told(&s, "limit", 0), "");
	msg_step_free(&s);
	scp_found_clear(&f);
}

static void
test_pointer_host(void **state)
{
	static const struct {
		const char *url, *host;
		unsigned port;
	} rows[] = {
	    {"LDAP://dc.other.example", "dc.other.example", 0},
	    {"ldap://DC.Other.example:3268", "dc.other.example", 3268},
	    {"LDAP://other.example/CN=x,DC=y?sub", "other.example", 0},
	    {"LDAP://192.0.2.1:389/", "192.0.2.1", 389},
	    {"LDAP://", NULL, 0},
	    {"LDAP:///DC=x", NULL, 0},
	    {"LDAP://a.example:0", NULL, 0},
	    {"LDAP://a.example:65536", NULL, 0},
	    {"LDAP://a.example:", NULL, 0},
	    {"LDAP://a.example:38x", NULL, 0},
	    {"LDAP://u@a.example", NULL, 0},
	    {"LDAP://a b", NULL, 0},
	    {"LDAP://[::1]:389", NULL, 0},
	    {"https://a.example", NULL, 0},
	    {"", NULL, 0},
	};
	char host[SCP_HOST_MAX], text[600];
	uint16_t port;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		port = 7;
		if (scp_pointer_host(rows[i].url, host, &port) !=
		    (rows[i].host != NULL))
			fail_msg("row %zu", i);
		if (rows[i].host == NULL)
			continue;
		assert_string_equal(host, rows[i].host);
		assert_int_equal(port, rows[i].port);
	}
	(void)snprintf(text, sizeof(text), "LDAP://%0300d.example", 1);
	assert_false(scp_pointer_host(text, host, &port));
}

static enum err
take_oom(void *arg)
{
	char key[] = URL_KEY, ptr[] = PTR_KEY, url[] = "https://a/",
	     other[] = "LDAP://b";
	char *k[] = {key, ptr}, *b[] = {url, other};
	const struct scp_entry e = {"CN=x", k, 2, b, 2};
	struct scp_found f = {0};
	struct msg_scp_result r = {0};
	struct msg_step s = {0};
	enum err err = scp_take(&f, &e, "lab.example", "");

	(void)arg;
	scp_finish(&f);
	scp_tell(&f, "", &s);
	scp_give(&f, &r);
	msg_step_free(&s);
	msg_scp_result_free(&r);
	scp_found_clear(&f);
	return err;
}

static const struct {
	const char *host;
	bool is;
} hosts[] = {
    {"dc1.lab.example", true},
    {"DC1.LAB.EXAMPLE", true},
    {"lab.example", true},
    {"a.b.lab.example", true},
    {"evil.example", false},
    {"evillab.example", false},
    {"lab.example.evil.example", false},
    {"example", false},
    {"", false},
};

static void
test_in_domain(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		assert_int_equal(scp_is_in_domain(hosts[i].host, "lab.example"),
		    hosts[i].is);
	assert_false(scp_is_in_domain("dc1.lab.example", ""));
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(take_oom, NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_tell),
	    cmocka_unit_test(test_pointer_host),
	    cmocka_unit_test(test_in_domain),
	    cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
