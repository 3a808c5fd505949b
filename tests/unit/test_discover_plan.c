/* discover_plan.c: in which order, and to whom the password may go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backend/engine/discover_plan.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/store_exchange.h"

#define XML "/autodiscover/autodiscover.xml"

static struct exchange
record(const char *account, const char *ad, const char *email)
{
	struct exchange x;

	memset(&x, 0, sizeof(x));
	x.account = (char *)(uintptr_t)account;
	x.ad_domain = (char *)(uintptr_t)ad;
	x.email = (char *)(uintptr_t)email;
	return x;
}

static struct discover_plan *
plan(const char *account, const char *ad, const char *record_email,
    const char *email, bool use_scp)
{
	struct exchange x = record(account, ad, record_email);
	struct discover_plan *p;

	assert_int_equal(plan_new(&p, &x, email, use_scp), ERR_OK);
	return p;
}

static void
expect(struct discover_plan *p, enum plan_do what, const char *url)
{
	struct plan_step s;

	plan_next(p, &s);
	if (s.what != what || strcmp(s.url, url) != 0)
		fail_msg(
		    "%d %s, not %d %s", (int)s.what, s.url, (int)what, url);
}

static void
answer(struct discover_plan *p, struct msg_pox_result *r, enum plan_answer what,
    const char *failure)
{
	struct plan_verdict v;

	plan_answer(p, r, &v);
	if (v.what != what || strcmp(v.failure, failure) != 0)
		fail_msg("%d %s, not %d %s", (int)v.what, v.failure, (int)what,
		    failure);
}

/* No way is left but the two that prove nothing. */
static void
ends_with_hints(struct discover_plan *p)
{
	expect(p, PLAN_HTTP_HINT, "");
	expect(p, PLAN_SRV_HINT, "");
	expect(p, PLAN_NONE, "");
}

static struct msg_pox_result
refused(const char *failure)
{
	struct msg_pox_result r;

	memset(&r, 0, sizeof(r));
	r.ev.code = ERR_AUTH;
	r.ev.failure = (char *)(uintptr_t)failure;
	return r;
}

static void
goes_through_all_ways(void **state)
{
	struct discover_plan *p =
	    plan("svc@a.example", "ad.example", "", "x@a.example", true);
	struct msg_pox_result r = refused("http-401");

	(void)state;
	expect(p, PLAN_SCP, "");
	plan_scp_url(p, "https://mail.other.example" XML);
	plan_scp_url(p, "https://mail2.other.example" XML);
	expect(p, PLAN_POX, "https://mail.other.example" XML);
	answer(p, &r, ANSWER_FAILED, "http-401");
	expect(p, PLAN_POX, "https://mail2.other.example" XML);
	r = refused("connect-refused");
	answer(p, &r, ANSWER_FAILED, "connect-refused");
	expect(p, PLAN_POX, "https://a.example" XML);
	answer(p, &r, ANSWER_FAILED, "connect-refused");
	expect(p, PLAN_POX, "https://autodiscover.a.example" XML);
	answer(p, &r, ANSWER_FAILED, "connect-refused");
	ends_with_hints(p);
	expect(p, PLAN_NONE, "");
	assert_string_equal(plan_failure(p), "http-401");
	plan_free(p);
}

/* Of several failures the refusal is told, whichever came last. */
static void
tells_the_refusal(void **state)
{
	static const char *const names[] = {"http-401", "http-456",
	    "krb-refused", "krb-clock", "auth-no-common", "auth-binding",
	    "ntlm-v1", "proxy-auth", "proxy-password", "proxy-scheme",
	    "proxy-password-stored"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct discover_plan *p = plan(
		    "svc@a.example", "ad.example", "", "x@a.example", false);
		struct msg_pox_result r = refused("tls-unknown-ca");

		answer(p, &r, ANSWER_FAILED, "tls-unknown-ca");
		r = refused(names[i]);
		answer(p, &r, ANSWER_FAILED, names[i]);
		r = refused("autodiscover-error");
		answer(p, &r, ANSWER_FAILED, "autodiscover-error");
		assert_string_equal(plan_failure(p), names[i]);
		plan_free(p);
	}
}

static void
finds_an_address(void **state)
{
	struct discover_plan *p = plan("LAB\\svc", "", "", "x@a.example", true);
	struct msg_pox_result r;

	(void)state;
	memset(&r, 0, sizeof(r));
	answer(p, &r, ANSWER_FAILED, "autodiscover-no-ews");
	r.ews_external = (char *)(uintptr_t) "https://x/";
	answer(p, &r, ANSWER_FOUND, "");
	r.pox_error = (char *)(uintptr_t) "500";
	answer(p, &r, ANSWER_FAILED, "autodiscover-error");
	plan_free(p);
}

/* Whose domain is it, and may the password go there? */
static void
trusts_three_domains(void **state)
{
	static const struct {
		const char *account, *ad, *record_email, *email;
		bool trusted;
	} rows[] = {
	    {"svc@a.example", "", "", "x@a.example", true},
	    {"svc@a.example", "", "", "x@A.Example", true},
	    {"A\\svc", "a.example", "", "x@a.example", true},
	    {"A\\svc", "", "t@a.example", "x@a.example", true},
	    {"A\\svc", "", "", "x@a.example", false},
	    {"svc@b.example", "b.example", "t@b.example", "x@a.example", false},
	    {"svc@a.example.evil", "", "", "x@a.example", false},
	    {"svc@sub.a.example", "", "", "x@a.example", false},
	};
	struct discover_plan *p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plan_step s;

		p = plan(rows[i].account, rows[i].ad, rows[i].record_email,
		    rows[i].email, false);
		plan_next(p, &s);
		assert_int_equal(
		    s.what, rows[i].trusted ? PLAN_POX : PLAN_REFUSED);
		plan_next(p, &s);
		assert_int_equal(
		    s.what, rows[i].trusted ? PLAN_POX : PLAN_REFUSED);
		if (!rows[i].trusted)
			assert_string_equal(
			    plan_failure(p), "domain-untrusted");
		ends_with_hints(p);
		plan_free(p);
	}
}

static void
follows_redirects_to_trusted_hosts_only(void **state)
{
	static const struct {
		const char *url;
		const char *failure; /* "" : followed */
	} rows[] = {
	    {"https://autodiscover.a.example/x", ""},
	    {"https://AUTODISCOVER.a.example:443/x", ""},
	    {"https://a.example/other", ""},
	    {"https://evil.example/x", "redirect-untrusted"},
	    {"https://a.example.evil.example/x", "redirect-untrusted"},
	    {"https://a.example@evil.example/x", "url-refused"},
	    {"https://evil.example\\@a.example/x", "url-refused"},
	    {"https://a.example:80@evil.example/", "url-refused"},
	    {"https://a.example:8443/x", "url-refused"},
	    {"https://a.example:0443/x", ""},
	    {"https://a.example:/x", ""},
	    {"https://evil.example:8443/x", "url-refused"},
	    {"https://a.example:x/", "url-refused"},
	    {"https:///x", "url-refused"},
	    {"https://", "url-refused"},
	    {"http://a.example/x", "redirect-insecure"},
	    {"ftp://a.example/x", "url-refused"},
	    {"//a.example/x", "url-refused"},
	    {"/x", "url-refused"},
	    {"https://a.example/x\r\nHost: y", "url-refused"},
	    {"https://a.example" XML, "redirect-loop"},
	};
	struct discover_plan *p;
	struct msg_pox_result r;
	size_t i, by;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (by = 0; by < 2; by++) {
			p = plan("s@a.example", "", "", "x@a.example", false);
			expect(p, PLAN_POX, "https://a.example" XML);
			memset(&r, 0, sizeof(r));
			if (by == 0) {
				r = refused("http-redirect");
				r.ev.http_status = 302;
				r.ev.location = (char *)(uintptr_t)rows[i].url;
			} else {
				r.redirect_url = (char *)(uintptr_t)rows[i].url;
			}
			if (*rows[i].failure == '\0') {
				answer(p, &r, ANSWER_REDIRECT, "");
				expect(p, PLAN_POX, rows[i].url);
			} else {
				answer(p, &r, ANSWER_FAILED, rows[i].failure);
			}
			expect(
			    p, PLAN_POX, "https://autodiscover.a.example" XML);
			plan_free(p);
		}
}

static enum trust
listed(void *arg, const char *host)
{
	const struct trust_list *l = arg;

	return trust_judge(l, host);
}

/* What an administrator decided counts before what published the host. */
static void
asks_the_trust_list(void **state)
{
	static struct trust_rule rules[] = {
	    {.pattern = (char *)(uintptr_t) "good.example",
		.state = TRUST_ALLOWED},
	    {.pattern = (char *)(uintptr_t) "*.bad.example",
		.state = TRUST_BLOCKED},
	    {.pattern = (char *)(uintptr_t) "autodiscover.a.example",
		.state = TRUST_BLOCKED},
	};
	static struct trust_list list = {rules, 3};
	static const struct {
		const char *url, *failure, *host;
	} rows[] = {
	    {"https://good.example/x", "", ""},
	    {"https://GOOD.example:443/x", "", ""},
	    {"https://good.example:443?x", "", ""},
	    {"https://good.example:8443/x", "url-refused", ""},
	    {"https://good.example:4430/x", "url-refused", ""},
	    {"http://good.example/x", "redirect-insecure", ""},
	    {"https://x.good.example/x", "redirect-untrusted",
		"x.good.example"},
	    {"https://x.bad.example/x", "redirect-blocked", "x.bad.example"},
	    {"https://bad.example/x", "redirect-untrusted", "bad.example"},
	};
	struct plan_verdict v;
	struct plan_step s;
	struct discover_plan *p;
	struct msg_pox_result r;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p = plan("s@a.example", "", "", "x@a.example", false);
		plan_trust(p, listed, &list);
		expect(p, PLAN_POX, "https://a.example" XML);
		memset(&r, 0, sizeof(r));
		r.redirect_url = (char *)(uintptr_t)rows[i].url;
		plan_answer(p, &r, &v);
		assert_string_equal(v.failure, rows[i].failure);
		assert_string_equal(v.host, rows[i].host);
		if (*rows[i].failure == '\0') {
			plan_next(p, &s);
			assert_int_equal(s.what, PLAN_POX);
			assert_string_equal(s.url, rows[i].url);
			assert_true(s.must_verify);
		}
		plan_next(p, &s);
		assert_int_equal(s.what, PLAN_REFUSED);
		assert_string_equal(s.failure, "redirect-blocked");
		plan_free(p);
	}
}

/* An address of a foreign domain may be asked where its host is allowed;
 * one that the directory published may not where it is blocked. */
static void
decides_about_first_addresses_too(void **state)
{
	static struct trust_rule rules[] = {
	    {.pattern = (char *)(uintptr_t) "autodiscover.c.example",
		.state = TRUST_ALLOWED},
	    {.pattern = (char *)(uintptr_t) "mail.a.example",
		.state = TRUST_BLOCKED},
	};
	static struct trust_list list = {rules, 2};
	struct discover_plan *p =
	    plan("s@a.example", "a.example", "", "x@c.example", true);

	(void)state;
	plan_trust(p, listed, &list);
	plan_hint(p, "https://mail.a.example" XML, false);
	expect(p, PLAN_REFUSED, "https://mail.a.example" XML);
	expect(p, PLAN_SCP, "");
	plan_scp_url(p, "https://mail.a.example/2");
	expect(p, PLAN_REFUSED, "https://mail.a.example/2");
	expect(p, PLAN_REFUSED, "https://c.example" XML);
	expect(p, PLAN_POX, "https://autodiscover.c.example" XML);
	ends_with_hints(p);
	plan_free(p);
}

/* What was published is a host at a port; its other ports are others. */
static void
trusts_a_host_at_its_port(void **state)
{
	struct discover_plan *p =
	    plan("s@a.example", "ad.example", "", "x@c.example", true);
	struct msg_pox_result r;
	size_t i;
	static const struct {
		const char *url, *failure;
	} rows[] = {
	    {"https://mail.a.example:8443/a", ""},
	    {"https://mail.a.example/b", "redirect-untrusted"},
	    {"https://mail.a.example:443/c", "redirect-untrusted"},
	    {"https://mail.a.example:84430/d", "url-refused"},
	    {"https://[2001:db8::1]:444/e", ""},
	    {"https://[2001:db8::1]/f", "redirect-untrusted"},
	};

	(void)state;
	expect(p, PLAN_SCP, "");
	plan_scp_url(p, "https://mail.a.example:8443/x");
	plan_scp_url(p, "https://[2001:db8::1]:444/x");
	expect(p, PLAN_POX, "https://mail.a.example:8443/x");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&r, 0, sizeof(r));
		r.redirect_url = (char *)(uintptr_t)rows[i].url;
		answer(p, &r,
		    *rows[i].failure == '\0' ? ANSWER_REDIRECT : ANSWER_FAILED,
		    rows[i].failure);
	}
	plan_free(p);
}

static void
hinted(struct discover_plan *p, enum plan_way way, const char *url,
    enum plan_answer what, const char *failure, const char *host)
{
	struct plan_verdict v;

	plan_hinted(p, way, url, &v);
	if (v.what != what || strcmp(v.failure, failure) != 0 ||
	    strcmp(v.host, host) != 0)
		fail_msg("%s: %d %s %s", url, (int)v.what, v.failure, v.host);
}

/* A hint leads only where the password may go anyway. */
static void
follows_hints_to_trusted_hosts_only(void **state)
{
	static struct trust_rule rules[] = {
	    {.pattern = (char *)(uintptr_t) "good.example",
		.state = TRUST_ALLOWED},
	    {.pattern = (char *)(uintptr_t) "bad.example",
		.state = TRUST_BLOCKED},
	};
	static struct trust_list list = {rules, 2};
	struct discover_plan *p =
	    plan("s@a.example", "", "", "x@a.example", false);
	struct msg_pox_result r = refused("http-404");
	struct plan_step s;

	(void)state;
	plan_trust(p, listed, &list);
	expect(p, PLAN_POX, "https://a.example" XML);
	answer(p, &r, ANSWER_FAILED, "http-404");
	expect(p, PLAN_POX, "https://autodiscover.a.example" XML);
	answer(p, &r, ANSWER_FAILED, "http-404");
	expect(p, PLAN_HTTP_HINT, "");
	hinted(p, WAY_HTTP, "http://autodiscover.a.example" XML, ANSWER_FAILED,
	    "redirect-insecure", "");
	hinted(p, WAY_HTTP, "https://autodiscover.a.example" XML, ANSWER_KNOWN,
	    "", "");
	hinted(p, WAY_HTTP, "https://u@a.example/x", ANSWER_FAILED,
	    "url-refused", "");
	hinted(p, WAY_HTTP, "https://evil.example/x", ANSWER_FAILED,
	    "redirect-untrusted", "evil.example");
	hinted(p, WAY_HTTP, "https://bad.example/x", ANSWER_FAILED,
	    "redirect-blocked", "bad.example");
	hinted(p, WAY_HTTP, "https://good.example/x", ANSWER_REDIRECT, "", "");
	plan_next(p, &s);
	assert_int_equal(s.what, PLAN_POX);
	assert_string_equal(s.url, "https://good.example/x");
	assert_int_equal(s.way, WAY_HTTP);
	assert_true(s.must_verify);
	answer(p, &r, ANSWER_FAILED, "http-404");
	expect(p, PLAN_SRV_HINT, "");
	hinted(p, WAY_SRV, "https://a.example/2", ANSWER_REDIRECT, "", "");
	hinted(p, WAY_SRV, "https://a.example/3", ANSWER_REDIRECT, "", "");
	/* In the order of their priority. */
	expect(p, PLAN_POX, "https://a.example/2");
	expect(p, PLAN_POX, "https://a.example/3");
	expect(p, PLAN_NONE, "");
	assert_string_equal(plan_failure(p), "redirect-untrusted");
	plan_free(p);
}

static void
begins_again_with_another_mailbox(void **state)
{
	struct discover_plan *p =
	    plan("s@a.example", "b.example", "", "x@a.example", true);
	struct msg_pox_result r;

	(void)state;
	expect(p, PLAN_SCP, "");
	plan_scp_url(p, "https://mail.a.example" XML);
	expect(p, PLAN_POX, "https://mail.a.example" XML);
	memset(&r, 0, sizeof(r));
	r.redirect_addr = (char *)(uintptr_t) "x@b.example";
	answer(p, &r, ANSWER_REDIRECT, "");
	/* The directory is not asked again, what it said is. */
	expect(p, PLAN_POX, "https://mail.a.example" XML);
	answer(p, &r, ANSWER_FAILED, "redirect-loop");
	expect(p, PLAN_POX, "https://b.example" XML);
	r.redirect_addr = (char *)(uintptr_t) "x@c.example";
	answer(p, &r, ANSWER_REDIRECT, "");
	expect(p, PLAN_POX, "https://mail.a.example" XML);
	r.redirect_addr = (char *)(uintptr_t) "not an address";
	answer(p, &r, ANSWER_FAILED, "content-unexpected");
	/* Nobody said that c.example is ours. */
	expect(p, PLAN_REFUSED, "https://c.example" XML);
	expect(p, PLAN_REFUSED, "https://autodiscover.c.example" XML);
	ends_with_hints(p);
	plan_free(p);
}

static void
stops_after_ten_redirects(void **state)
{
	struct discover_plan *p =
	    plan("s@a.example", "", "", "x0@a.example", false);
	struct msg_pox_result r;
	struct plan_step s;
	char addr[32];
	int i;

	(void)state;
	memset(&r, 0, sizeof(r));
	r.redirect_addr = addr;
	for (i = 1; i <= 10; i++) {
		plan_next(p, &s);
		assert_int_equal(s.what, PLAN_POX);
		snprintf(addr, sizeof(addr), "x%d@a.example", i);
		answer(p, &r, ANSWER_REDIRECT, "");
	}
	plan_next(p, &s);
	assert_string_equal(s.email, "x10@a.example");
	snprintf(addr, sizeof(addr), "y@a.example");
	answer(p, &r, ANSWER_STOPPED, "redirect-loop");
	expect(p, PLAN_NONE, "");
	assert_string_equal(plan_failure(p), "redirect-loop");
	plan_free(p);
}

static void
a_hint_comes_first_and_once(void **state)
{
	struct discover_plan *p =
	    plan("s@a.example", "ad.example", "", "x@a.example", true);
	struct msg_pox_result r = refused("http-503");

	(void)state;
	plan_hint(p, "https://mail.a.example" XML, false);
	plan_hint(p, "javascript:x", false);
	expect(p, PLAN_POX, "https://mail.a.example" XML);
	answer(p, &r, ANSWER_FAILED, "http-503");
	expect(p, PLAN_SCP, "");
	plan_scp_url(p, "https://mail.a.example" XML);
	plan_scp_url(p, "http://insecure.a.example" XML);
	expect(p, PLAN_REFUSED, "http://insecure.a.example" XML);
	expect(p, PLAN_POX, "https://a.example" XML);
	plan_free(p);
	/* One that only the Trust List vouched for stays one. */
	p = plan("s@a.example", "", "", "x@a.example", false);
	plan_hint(p, "https://mail.b.example" XML, true);
	expect(p, PLAN_REFUSED, "https://mail.b.example" XML);
	plan_free(p);
}

static void
many_addresses_do_no_harm(void **state)
{
	struct discover_plan *p =
	    plan("s@a.example", "ad.example", "", "x@a.example", true);
	struct plan_step s;
	char url[64];
	int i, asked = 0;

	(void)state;
	for (i = 0; i < 1000; i++) {
		snprintf(url, sizeof(url), "https://h%d.example/", i);
		plan_scp_url(p, url);
	}
	for (plan_next(p, &s); s.what != PLAN_NONE; plan_next(p, &s))
		asked++;
	assert_in_range(asked, 70, PLAN_URLS_MAX + 2);
	plan_free(p);
}

static void
refuses_what_is_no_address(void **state)
{
	struct exchange x = record("s@a.example", "", "");
	struct discover_plan *p = NULL;

	(void)state;
	assert_int_not_equal(plan_new(&p, &x, "", false), ERR_OK);
	assert_int_not_equal(plan_new(&p, &x, "x@a/b", false), ERR_OK);
	assert_null(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(goes_through_all_ways),
	    cmocka_unit_test(tells_the_refusal),
	    cmocka_unit_test(finds_an_address),
	    cmocka_unit_test(trusts_three_domains),
	    cmocka_unit_test(follows_redirects_to_trusted_hosts_only),
	    cmocka_unit_test(asks_the_trust_list),
	    cmocka_unit_test(decides_about_first_addresses_too),
	    cmocka_unit_test(trusts_a_host_at_its_port),
	    cmocka_unit_test(follows_hints_to_trusted_hosts_only),
	    cmocka_unit_test(begins_again_with_another_mailbox),
	    cmocka_unit_test(stops_after_ten_redirects),
	    cmocka_unit_test(a_hint_comes_first_and_once),
	    cmocka_unit_test(many_addresses_do_no_harm),
	    cmocka_unit_test(refuses_what_is_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
