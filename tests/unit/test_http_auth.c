#include "tests/harness/test.h"

#include "backend/net/http_auth.h"
#include "common/clock.h"

static void
test_offers(void **state)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
	    {"NTLM", "NTLM"},
	    {"Basic realm=\"mail.lab.example\"", "Basic"},
	    {"Negotiate, NTLM, Basic realm=\"x, NTLM y\"",
		"Negotiate, NTLM, Basic"},
	    {"NTLM TlRMTVNTUAACAAAADAAMADgAAAA=", "NTLM"},
	    {"Digest realm=\"a\\\"b, Basic\", nonce=\"c\", qop=auth, NTLM",
		"Digest, NTLM"},
	    {"ntlm,NTLM , nTlM", "ntlm"},
	    {"  ,, Bearer authorization_uri=\"https://x\" ,", "Bearer"},
	    {"", ""},
	    {",,,", ""},
	    {"=", ""},
	    {"realm=\"unterminated, NTLM", ""},
	    {"\"quoted\" NTLM", ""},
	    {"averyveryverylongschemename x", ""},
	    {"a,b,c,d,e,f,g,h,i,j", "a, b, c, d, e, f, g, h"},
	};
	char text[200];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct http_offers o = {0};

		http_offers_add(&o, rows[i].value, strlen(rows[i].value));
		http_offers_text(&o, text, sizeof(text));
		assert_string_equal(text, rows[i].want);
	}
}

static void
test_offers_text_is_bounded(void **state)
{
	struct http_offers o = {0};
	char text[8];

	(void)state;
	http_offers_add(&o, "Negotiate, NTLM", 15);
	http_offers_text(&o, text, sizeof(text));
	assert_string_equal(text, "Negotia");
	assert_true(http_offers_has(&o, HTTP_AUTH_NTLM));
	assert_false(http_offers_has(&o, HTTP_AUTH_BASIC));
	assert_false(http_offers_has(&o, HTTP_AUTH_NONE));
}

/* What is tried, one after another, when each answer is a 401. */
static void
test_plan(void **state)
{
	static const struct {
		bool kerberos, ntlm, basic;
		enum http_auth remembered;
		const char *offered, *want;
	} rows[] = {
	    {false, true, true, HTTP_AUTH_NONE, "NTLM, Basic", "NTLM Basic "},
	    {false, true, true, HTTP_AUTH_NONE, "Basic", "NTLM Basic "},
	    {false, true, true, HTTP_AUTH_NONE, "NTLM", "NTLM "},
	    {false, true, true, HTTP_AUTH_NONE, "Negotiate", "NTLM "},
	    {false, true, true, HTTP_AUTH_BASIC, "NTLM, Basic", "Basic NTLM "},
	    {false, true, false, HTTP_AUTH_NONE, "NTLM, Basic", "NTLM "},
	    {false, true, false, HTTP_AUTH_BASIC, "NTLM, Basic", "NTLM "},
	    {false, false, true, HTTP_AUTH_NONE, "NTLM, Basic", "Basic "},
	    {false, false, true, HTTP_AUTH_NTLM, "NTLM", "Basic "},
	    {false, false, false, HTTP_AUTH_NONE, "NTLM, Basic", ""},
	    {false, false, false, HTTP_AUTH_BASIC, "NTLM, Basic", ""},
	    {true, true, true, HTTP_AUTH_NONE, "Negotiate, NTLM, Basic",
		"Kerberos NTLM Basic "},
	    {true, false, true, HTTP_AUTH_NONE, "NTLM, Basic",
		"Kerberos Basic "},
	    {true, true, false, HTTP_AUTH_NTLM, "Negotiate, NTLM",
		"NTLM Kerberos "},
	    {true, false, false, HTTP_AUTH_NONE, "NTLM", "Kerberos "},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct http_plan p = {.kerberos = rows[i].kerberos,
		    .ntlm = rows[i].ntlm,
		    .basic = rows[i].basic};
		struct http_offers o = {0};
		char tried[100] = "";
		enum http_auth a;

		http_offers_add(&o, rows[i].offered, strlen(rows[i].offered));
		a = http_plan_first(&p, rows[i].remembered);
		while (a != HTTP_AUTH_NONE) {
			size_t n = strlen(tried);

			assert_true(n < 50);
			(void)snprintf(tried + n, sizeof(tried) - n, "%s ",
			    http_auth_name(a));
			a = http_plan_next(&p, &o);
		}
		assert_string_equal(tried, rows[i].want);
	}
}

static void
test_memory(void **state)
{
	const struct http_plan both = {.ntlm = true, .basic = true};
	const struct http_plan basic = {.basic = true};
	struct http_memory *m = NULL;
	char origin[64], long_origin[400];
	unsigned i;

	(void)state;
	assert_ok(http_memory_new(&m));
	http_memory_put(m, 1, "https://a.example:443", &both, HTTP_AUTH_BASIC);
	assert_int_equal(http_memory_get(m, 1, "https://a.example:443", &both),
	    HTTP_AUTH_BASIC);
	/* Nobody else, nowhere else, under no other choice. */
	assert_int_equal(http_memory_get(m, 2, "https://a.example:443", &both),
	    HTTP_AUTH_NONE);
	assert_int_equal(http_memory_get(m, 1, "https://a.example:444", &both),
	    HTTP_AUTH_NONE);
	assert_int_equal(http_memory_get(m, 1, "https://a.example:443", &basic),
	    HTTP_AUTH_NONE);
	http_memory_put(m, 1, "https://a.example:443", &both, HTTP_AUTH_NTLM);
	assert_int_equal(http_memory_get(m, 1, "https://a.example:443", &both),
	    HTTP_AUTH_NTLM);
	http_memory_drop(m, 1);
	assert_int_equal(http_memory_get(m, 1, "https://a.example:443", &both),
	    HTTP_AUTH_NONE);
	for (i = 0; i < 3 * HTTP_MEMORY_MAX; i++) {
		(void)snprintf(origin, sizeof(origin), "https://h%u:443", i);
		http_memory_put(m, 1, origin, &both, HTTP_AUTH_NTLM);
		assert_int_equal(
		    http_memory_get(m, 1, origin, &both), HTTP_AUTH_NTLM);
	}
	memset(long_origin, 'a', sizeof(long_origin) - 1);
	long_origin[sizeof(long_origin) - 1] = '\0';
	http_memory_put(m, 1, long_origin, &both, HTTP_AUTH_NTLM);
	assert_int_equal(
	    http_memory_get(m, 1, long_origin, &both), HTTP_AUTH_NONE);
	http_memory_free(m);
}

/* What had to do is not what does for ever: the strongest gets its turn. */
static void
test_memory_ends(void **state)
{
	const struct http_plan all = {
	    .kerberos = true, .ntlm = true, .basic = true};
	struct http_memory *m = NULL;

	(void)state;
	clock_fake(1000000, 1);
	assert_ok(http_memory_new(&m));
	http_memory_put(m, 1, "https://a:443", &all, HTTP_AUTH_BASIC);
	clock_fake(1000000 + HTTP_MEMORY_MS, 1);
	assert_int_equal(
	    http_memory_get(m, 1, "https://a:443", &all), HTTP_AUTH_BASIC);
	http_memory_put(m, 1, "https://a:443", &all, HTTP_AUTH_BASIC);
	clock_fake(1000001 + HTTP_MEMORY_MS, 1);
	assert_int_equal(
	    http_memory_get(m, 1, "https://a:443", &all), HTTP_AUTH_NONE);
	clock_fake(0, 0);
	http_memory_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_offers),
	    cmocka_unit_test(test_offers_text_is_bounded),
	    cmocka_unit_test(test_plan),
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_memory_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
