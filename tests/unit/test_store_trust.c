#include "common/store_trust.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/str.h"
#include "tests/unit/store_fixture.h"

static struct redirect
seen(const char *host, bool trusted)
{
	struct redirect r;

	memset(&r, 0, sizeof r);
	r.host = (char *)(uintptr_t)host;
	r.trusted = trusted;
	r.url = (char *)(uintptr_t) "https://somewhere/x";
	r.source = (char *)(uintptr_t) "redirect-url";
	r.came_from = r.mail_domain = r.remote = r.probe_failure =
	    r.cert_subject = r.cert_issuer = r.cert_sha256 =
		(char *)(uintptr_t) "";
	return r;
}

static uint64_t
revision(struct fixture *f)
{
	uint64_t rev = 0;

	assert_ok(f, store_revision(f->admin, &rev, &f->ei));
	return rev;
}

static void
test_decides(void **state)
{
	struct fixture *f = *state;
	struct trust_list l = {NULL, 0};
	uint64_t rev = revision(f);
	char *log;

	clock_fake(1, 1000000);
	assert_ok(f, store_trust_put(f->admin, &tester, "a.example.org",
			 TRUST_ALLOWED, "mine", &f->ei));
	assert_int_equal(revision(f), rev + 1);
	/* The same again changes nothing. */
	assert_ok(f, store_trust_put(f->admin, &tester, "a.example.org",
			 TRUST_ALLOWED, NULL, &f->ei));
	assert_int_equal(revision(f), rev + 1);
	assert_ok(f, store_trust_put(f->admin, &tester, "a.example.org",
			 TRUST_BLOCKED, NULL, &f->ei));
	assert_int_equal(revision(f), rev + 2);
	assert_ok(f, store_trust_list(f->engine, &l, &f->ei));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].pattern, "a.example.org");
	assert_int_equal(l.v[0].state, TRUST_BLOCKED);
	assert_string_equal(l.v[0].note, "mine");
	assert_string_equal(l.v[0].decided_by, "root");
	trust_list_clear(&l);
	assert_ok(
	    f, store_trust_delete(f->admin, &tester, "a.example.org", &f->ei));
	assert_int_equal(revision(f), rev + 3);
	assert_int_equal(
	    store_trust_delete(f->admin, &tester, "a.example.org", &f->ei),
	    ERR_NOTFOUND);
	log = fixture_ask(f->config,
	    "SELECT group_concat(item || ':' || old_value || '>' || new_value,"
	    " ' ') FROM (SELECT * FROM config_log ORDER BY id)");
	assert_string_equal(log,
	    "trust/a.example.org/note:>mine trust/a.example.org:>allowed"
	    " trust/a.example.org:allowed>blocked"
	    " trust/a.example.org:blocked>");
	mem_free(log);
}

static void
test_refuses(void **state)
{
	struct fixture *f = *state;
	char note[TRUST_NOTE_MAX + 2];

	memset(note, 'x', sizeof note - 1);
	note[sizeof note - 1] = '\0';
	assert_int_equal(store_trust_put(f->admin, &tester, "http://a/",
			     TRUST_ALLOWED, NULL, &f->ei),
	    ERR_ARG);
	assert_int_equal(store_trust_put(f->admin, &tester, "a.example.org",
			     TRUST_PENDING, NULL, &f->ei),
	    ERR_ARG);
	assert_int_equal(store_trust_put(f->admin, &tester, "a.example.org",
			     TRUST_ALLOWED, note, &f->ei),
	    ERR_ARG);
	assert_int_equal(store_trust_put(f->engine, &tester, "a.example.org",
			     TRUST_ALLOWED, NULL, &f->ei),
	    ERR_DENIED);
}

static void
test_keeps_the_certificate(void **state)
{
	struct fixture *f = *state;
	struct redirect r = seen("a.example.org", false);
	struct redirect_list l = {NULL, 0};

	clock_fake(1, 1000000);
	r.cert_subject = (char *)(uintptr_t) "CN=a";
	r.probed_s = 1000;
	assert_ok(f, store_redirect_saw(f->engine, &r, &f->ei));
	clock_fake(1, 2000000);
	r = seen("a.example.org", false);
	r.url = (char *)(uintptr_t) "https://a.example.org/y";
	assert_ok(f, store_redirect_saw(f->engine, &r, &f->ei));
	assert_ok(
	    f, store_redirect_waiting(f->engine, "a.example.org", 3, &f->ei));
	assert_ok(f, store_redirect_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].cert_subject, "CN=a");
	assert_string_equal(l.v[0].url, "https://a.example.org/y");
	assert_int_equal(l.v[0].probed_s, 1000);
	assert_int_equal(l.v[0].count, 2);
	assert_int_equal(l.v[0].waiting, 3);
	assert_true(l.v[0].first_s < l.v[0].last_s);
	redirect_list_clear(&l);
}

static void
test_keeps_only_so_many(void **state)
{
	struct fixture *f = *state;
	struct redirect_list l = {NULL, 0};
	struct redirect r;
	char host[32];
	int i;

	for (i = 0; i < REDIRECT_KEEP + 5; i++) {
		clock_fake(1, ((uint64_t)i + 1) * 1000);
		snprintf(host, sizeof host, "h%d.example.org", i);
		r = seen(host, false);
		assert_ok(f, store_redirect_saw(f->engine, &r, &f->ei));
		/* Somebody waits for the first. */
		if (i == 0)
			assert_ok(f,
			    store_redirect_waiting(f->engine, host, 1, &f->ei));
	}
	assert_ok(f, store_redirect_list(f->admin, &l, &f->ei));
	assert_int_equal(l.n, REDIRECT_KEEP);
	assert_string_equal(l.v[l.n - 1].host, "h0.example.org");
	redirect_list_clear(&l);
}

static void
test_joins(void **state)
{
	static const struct {
		const char *host;
		enum trust state;
		bool decided, own, seen;
	} want[] = {
	    {"c.example.org", TRUST_PENDING, false, false, true},
	    {"b.example.org", TRUST_ALLOWED, true, true, true},
	    {"d.example.org", TRUST_ALLOWED, false, false, true},
	    {"*.evil.example", TRUST_BLOCKED, true, true, false},
	    {"x.evil.example", TRUST_BLOCKED, true, false, true},
	};
	struct fixture *f = *state;
	static const char *const hosts[] = {
	    "b.example.org", "c.example.org", "x.evil.example"};
	struct trust_entries l;
	struct redirect r;
	size_t i;

	memset(&l, 0, sizeof l);
	for (i = 0; i < 3; i++) {
		r = seen(hosts[i], false);
		assert_ok(f, store_redirect_saw(f->engine, &r, &f->ei));
	}
	r = seen("d.example.org", true);
	assert_ok(f, store_redirect_saw(f->engine, &r, &f->ei));
	r = seen("b.example.org", true);
	assert_ok(f, store_redirect_saw(f->engine, &r, &f->ei));
	assert_ok(f, store_trust_put(f->admin, &tester, "b.example.org",
			 TRUST_ALLOWED, NULL, &f->ei));
	assert_ok(f, store_trust_put(f->admin, &tester, "*.evil.example",
			 TRUST_BLOCKED, NULL, &f->ei));
	assert_ok(f, store_trust_entries(f->admin, &l, &f->ei));
	assert_int_equal(l.n, sizeof want / sizeof want[0]);
	for (i = 0; i < l.n; i++) {
		assert_string_equal(l.v[i].host, want[i].host);
		assert_int_equal(l.v[i].state, want[i].state);
		assert_int_equal(l.v[i].is_decided, want[i].decided);
		assert_int_equal(l.v[i].is_own, want[i].own);
		assert_int_equal(l.v[i].is_seen, want[i].seen);
	}
	assert_int_equal(l.counts[TRUST_PENDING], 1);
	assert_int_equal(l.counts[TRUST_ALLOWED], 2);
	assert_int_equal(l.counts[TRUST_BLOCKED], 2);
	trust_entries_clear(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	    T(test_decides),
	    T(test_refuses),
	    T(test_keeps_the_certificate),
	    T(test_keeps_only_so_many),
	    T(test_joins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
