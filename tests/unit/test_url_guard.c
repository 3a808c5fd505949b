#include "tests/harness/test.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "backend/net/url_guard.h"

static void
test_urls(void **state)
{
	static const struct {
		const char *url;
		const char *origin; /* NULL: refused */
		bool loopback;
	} rows[] = {
	    {"https://mail.lab.example/EWS/Exchange.asmx",
		"https://mail.lab.example:443", false},
	    {"HTTPS://Mail.LAB.Example", "https://mail.lab.example:443", false},
	    {"https://mail.lab.example:8443/x?y=z#f",
		"https://mail.lab.example:8443", false},
	    {"https://10.1.2.3/", "https://10.1.2.3:443", false},
	    {"https://[2001:db8::1]:444/", "https://[2001:db8::1]:444", false},
	    {"https://127.0.0.1/", "https://127.0.0.1:443", true},
	    {"https://[::1]/", "https://[::1]:443", true},
	    {"https://127.0.0.1/", NULL, false},
	    {"https://[::1]/", NULL, false},
	    {"https://localhost/", NULL, false},
	    {"https://x.localhost/", NULL, false},
	    /* 127.0.0.1 in other clothes */
	    {"https://2130706433/", NULL, false},
	    {"https://0x7f.1/", NULL, false},
	    {"https://0177.0.0.1/", NULL, false},
	    {"https://[::ffff:127.0.0.1]/", NULL, false},
	    {"https://169.254.169.254/", NULL, true},
	    {"https://[fe80::1]/", NULL, true},
	    {"https://[fe80::1%25eth0]/", NULL, true},
	    {"https://224.0.0.1/", NULL, true},
	    {"https://255.255.255.255/", NULL, true},
	    {"https://0.0.0.0/", NULL, true},
	    {"https://[::]/", NULL, true},
	    {"https://[ff02::1]/", NULL, true},
	    {"https://[::ffff:169.254.1.1]/", NULL, true},
	    {"https://[2002:a9fe:a9fe::1]/", NULL, true},
	    {"https://[2002:7f00:1::]/", NULL, false},
	    {"https://[2002:a00:1::]/", "https://[2002:a00:1::]:443", false},
	    {"https://[64:ff9b::a9fe:a9fe]/", NULL, true},
	    {"http://mail.lab.example/", NULL, true},
	    {"ftp://mail.lab.example/", NULL, true},
	    {"file:///etc/passwd", NULL, true},
	    {"mail.lab.example/EWS", NULL, true},
	    {"//mail.lab.example/", NULL, true},
	    {"", NULL, true},
	    {"https://", NULL, true},
	    {"https:///x", NULL, true},
	    {"https://user@mail.lab.example/", NULL, true},
	    {"https://user:pw@mail.lab.example/", NULL, true},
	    {"https://mail.lab.example@evil.example/", NULL, true},
	    {"https://:@mail.lab.example/", NULL, true},
	    {"https://mail.lab.example:0/", NULL, true},
	    {"https://mail.lab.example:65536/", NULL, true},
	    {"https://mail.lab.example:x/", NULL, true},
	    {"https://mail lab.example/", NULL, true},
	    {"https://mail.lab.example/a b", NULL, true},
	    {"https://mail.lab.example/\r\nX: y", NULL, true},
	    {"https://mail.lab.example/\x7f", NULL, true},
	    {"https://m\xc3\xa4il.lab.example/", NULL, true},
	    {"https://-x.example/", NULL, true},
	    {"https://..example/", NULL, true},
	};
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct url_parts p = {0};
		enum err e =
		    url_guard_check(&p, rows[i].url, rows[i].loopback, &ei);

		if (rows[i].origin == NULL) {
			if (e != ERR_DENIED)
				fail_msg("%s: %s", rows[i].url, err_name(e));
			assert_null(p.url);
			assert_lacks(ei.text, "pw");
			continue;
		}
		if (e != ERR_OK)
			fail_msg("%s: %s", rows[i].url, ei.text);
		assert_string_equal(p.origin, rows[i].origin);
		url_parts_clear(&p);
		url_parts_clear(&p);
	}
}

static void
test_long_url(void **state)
{
	struct url_parts p = {0};
	char url[4000] = "https://mail.lab.example/";

	(void)state;
	memset(url + strlen(url), 'a', 3000);
	assert_err(url_guard_check(&p, url, true, NULL), ERR_DENIED);
}

static void
test_addresses(void **state)
{
	static const struct {
		const char *addr;
		bool allowed, in_lab;
	} rows[] = {
	    {"192.0.2.1", true, true},
	    {"10.0.0.1", true, true},
	    {"192.168.1.1", true, true},
	    {"172.16.0.1", true, true},
	    {"100.64.0.1", true, true},
	    {"127.0.0.1", false, true},
	    {"127.255.0.1", false, true},
	    {"0.1.2.3", false, false},
	    {"169.254.0.1", false, false},
	    {"224.0.0.5", false, false},
	    {"239.255.255.250", false, false},
	    {"240.0.0.1", false, false},
	    {"255.255.255.255", false, false},
	    {"2001:db8::1", true, true},
	    {"fd00::1", true, true},
	    {"::1", false, true},
	    {"::", false, false},
	    {"fe80::1", false, false},
	    {"febf::1", false, false},
	    {"ff02::1", false, false},
	    {"::ffff:10.0.0.1", true, true},
	    {"::ffff:127.0.0.1", false, true},
	    {"::ffff:169.254.169.254", false, false},
	    {"::127.0.0.1", false, true},
	    {"64:ff9b::a9fe:a9fe", false, false},
	    {"64:ff9b::7f00:1", false, true},
	    {"64:ff9b::a00:1", true, true},
	};
	struct sockaddr un = {.sa_family = AF_UNIX};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct sockaddr_in in = {.sin_family = AF_INET};
		struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
		const struct sockaddr *sa = (const struct sockaddr *)&in;

		if (inet_pton(AF_INET, rows[i].addr, &in.sin_addr) != 1) {
			assert_int_equal(
			    inet_pton(AF_INET6, rows[i].addr, &in6.sin6_addr),
			    1);
			sa = (const struct sockaddr *)&in6;
		}
		if (url_guard_allows(sa, false) != rows[i].allowed ||
		    url_guard_allows(sa, true) != rows[i].in_lab)
			fail_msg("%s", rows[i].addr);
	}
	assert_false(url_guard_allows(&un, true));
}

/* Only the domain is foreign, and nothing but a host name can be one. */
static void
test_plain(void **state)
{
	static const char *const bad[] = {"", "a", "lab.example/x",
	    "lab.example:8080", "u@lab.example", "lab.example#", "[::1]",
	    "lab.example\r\nX: y", "..", "-x.example"};
	struct url_parts p = {0};
	char *scheme = NULL;
	size_t i;

	(void)state;
	assert_ok(url_guard_plain(&p, "Lab.Example", false, NULL));
	assert_string_equal(p.origin, "http://autodiscover.lab.example:80");
	assert_int_equal(
	    curl_url_get(p.url, CURLUPART_SCHEME, &scheme, 0), CURLUE_OK);
	assert_string_equal(scheme, "http");
	curl_free(scheme);
	url_parts_clear(&p);
	for (i = 0; i < N_OF(bad); i++)
		if (url_guard_plain(&p, bad[i], true, NULL) != ERR_DENIED)
			fail_msg("%s", bad[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_plain),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_long_url),
	    cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
