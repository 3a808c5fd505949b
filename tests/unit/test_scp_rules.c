#include "tests/harness/test.h"

#include "backend/net/scp_rules.h"
#include "common/buf.h"
#include "common/ipc.h"

#define URL_KEY SCP_GUID_URL
#define PTR_KEY SCP_GUID_POINTER
#define LIST_MAX 8

/* Entries as "keyword|keyword;binding|binding". */
static void
take(struct msg_scp_result *r, const char *text, const char *domain,
    const char *site, bool *redirected)
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
	assert_ok(scp_take(r, &e, domain, site, redirected));
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
		"2 https://a/;> LDAP://dc.x.example;"},
	    {{PTR_KEY "|Domain=other.example;LDAP://o", URL_KEY ";https://a/"},
		"", "2 https://a/;"},
	    {{PTR_KEY ";LDAP://all", PTR_KEY "|domain=LAB.example;LDAP://ours",
		 PTR_KEY ";LDAP://more", URL_KEY ";https://a/"},
		"", "> LDAP://ours;"},
	    {{PTR_KEY ";https://no-pointer/|LDAP://p|ldap://P"}, "",
		"> LDAP://p;"},
	    {{PTR_KEY "|" URL_KEY ";LDAP://p|https://a/"}, "",
		"2 https://a/;> LDAP://p;"},
	};
	size_t i, k;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_scp_result r = {0};
		struct buf b = BUF_INIT(1000);
		bool redirected = false;

		for (k = 0; k < 5 && rows[i].entries[k] != NULL; k++)
			take(&r, rows[i].entries[k], "lab.example",
			    rows[i].site, &redirected);
		scp_finish(&r, redirected);
		for (k = 0; k < r.urls_n; k++)
			assert_ok(buf_putf(&b, "%u %s;",
			    (unsigned)r.urls[k].priority, r.urls[k].url));
		for (k = 0; k < r.pointers.n; k++)
			assert_ok(buf_putf(&b, "> %s;", r.pointers.v[k]));
		if (strcmp(buf_str(&b), rows[i].want) != 0)
			fail_msg("row %zu: %s", i, buf_str(&b));
		buf_clear(&b);
		msg_scp_result_free(&r);
	}
}

static void
test_limits(void **state)
{
	struct msg_scp_result r = {0};
	bool redirected = false;
	char text[3000];
	unsigned i;

	(void)state;
	for (i = 0; i < 2 * SCP_URLS_MAX; i++) {
		(void)snprintf(text, sizeof(text), URL_KEY ";https://h%u/", i);
		take(&r, text, "lab.example", "", &redirected);
		(void)snprintf(text, sizeof(text), PTR_KEY ";LDAP://h%u", i);
		take(&r, text, "lab.example", "", &redirected);
	}
	assert_int_equal(r.urls_n, SCP_URLS_MAX);
	assert_int_equal(r.pointers.n, SCP_POINTERS_MAX);
	msg_scp_result_free(&r);
	(void)snprintf(text, sizeof(text), URL_KEY ";https://%02500d/", 1);
	take(&r, text, "lab.example", "", &redirected);
	assert_int_equal(r.urls_n, 0);
	msg_scp_result_free(&r);
}

static enum err
take_oom(void *arg)
{
	char key[] = URL_KEY, ptr[] = PTR_KEY, url[] = "https://a/",
	     other[] = "LDAP://b";
	char *k[] = {key, ptr}, *b[] = {url, other};
	const struct scp_entry e = {"CN=x", k, 2, b, 2};
	struct msg_scp_result r = {0};
	bool redirected = false;
	enum err err = scp_take(&r, &e, "lab.example", "", &redirected);

	(void)arg;
	scp_finish(&r, redirected);
	msg_scp_result_free(&r);
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
	    cmocka_unit_test(test_in_domain),
	    cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
