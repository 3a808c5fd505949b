#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "cgi/csrf.h"
#include "cgi/router.h"
#include "cgi/session.h"
#include "common/clock.h"
#include "common/str.h"

/* What each role may do, said once more and in other words than the table
 * of routes: a slip there has to be made here as well. */
static bool
expected(const struct route *r, enum role role)
{
	/* What concerns one's own account is everybody's; of the rest an
	 * auditor reads these. */
	static const char *const own[] = {
	    "/health", "/sign-in", "/sign-out", "/password", "/second-factor"};
	static const char *const audited[] = {"/", "/alarms", "/alarms/show",
	    "/configuration-log", "/event-log", "/event-log/download"};
	size_t i;

	if (role == ROLE_READ_WRITE)
		return true;
	for (i = 0; i < sizeof own / sizeof own[0]; i++)
		if (str_eq(r->path, own[i]))
			return true;
	/* A question, which changes nothing. */
	if (str_eq(r->path, "/rule-tester"))
		return role == ROLE_READ_ONLY;
	if (r->method != REQ_GET)
		return false;
	for (i = 0; i < sizeof audited / sizeof audited[0]; i++)
		if (str_eq(r->path, audited[i]))
			return true;
	if (role == ROLE_AUDITOR)
		return false;
	/* Nor is who cannot do it asked whether it is to be done. */
	return strstr(r->path, "delete") == NULL &&
	       !str_eq(r->path, "/connectors/calendar/version") &&
	       !str_eq(r->path, "/users/import") &&
	       !str_eq(r->path, "/backup/download") &&
	       !str_eq(r->path, "/diagnostic-logging/download") &&
	       !str_eq(r->path, "/system-snapshot/download") &&
	       !str_eq(r->path, "/connectors/calendar/install") &&
	       !str_eq(r->path, "/setaccess");
}

/* Every route by every kind of sender. */
static void
test_matrix(void **state)
{
	size_t i, n = 0;
	unsigned bits;

	(void)state;
	for (i = 0; i < router_count(); i++)
		for (bits = 0; bits < 16 * ROLE__MAX; bits++) {
			const struct route *r = router_at(i);
			struct caller c = {bits & 1, bits & 2, bits & 4,
			    bits & 8, (enum role)(bits / 16)};
			bool is_post = r->method == REQ_POST;
			bool is_pre = str_eq(r->path, "/sign-in") ||
				      str_eq(r->path, "/health");
			bool is_first = str_eq(r->path, "/password") ||
					str_eq(r->path, "/sign-out");
			enum verdict v = router_judge(r, &c);

			n++;
			if (is_post && !c.origin_ok)
				assert_int_equal(v, VERDICT_BAD_ORIGIN);
			else if (!is_pre && !c.is_signed_in)
				assert_int_equal(v, VERDICT_SIGN_IN);
			else if (is_post && !c.token_ok)
				assert_int_equal(v, VERDICT_BAD_TOKEN);
			else if (is_pre)
				assert_int_equal(v, VERDICT_RUN);
			else if (c.must_change && !is_first)
				assert_int_equal(v, VERDICT_CHANGE_PASSWORD);
			else if (c.role == ROLE_NONE)
				assert_int_equal(v, VERDICT_ROLE);
			else
				assert_int_equal(v, expected(r, c.role)
							? VERDICT_RUN
							: VERDICT_ROLE);
		}
	assert_true(n > 1000);
}

static void
test_find(void **state)
{
	bool known;
	size_t i;

	(void)state;
	for (i = 0; i < router_count(); i++) {
		const struct route *r = router_at(i);

		assert_ptr_equal(router_find(r->method, r->path, &known), r);
		assert_true(known);
	}
	assert_null(router_at(router_count()));
	assert_non_null(router_find(REQ_HEAD, "/", &known));
	assert_null(router_find(REQ_POST, "/", &known));
	assert_true(known);
	assert_null(router_find(REQ_OTHER, "/exchange", &known));
	assert_true(known);
	assert_null(router_find(REQ_GET, "/exchange/", &known));
	assert_false(known);
	assert_null(router_find(REQ_GET, "/%65xchange", &known));
	assert_null(router_find(REQ_GET, "", &known));
	assert_false(known);
}

/* The same over whole requests: who is let in, and what the others get. */
static void
test_roles(void **state)
{
	static const enum role roles[] = {
	    ROLE_AUDITOR, ROLE_READ_ONLY, ROLE_READ_WRITE};
	struct web_fixture *w = *state;
	size_t i, k;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	for (k = 0; k < 3; k++) {
		char name[16];

		(void)snprintf(name, sizeof name, "role%zu", k);
		web_admin(w, name, roles[k], false);
		for (i = 0; i < router_count(); i++) {
			const struct route *r = router_at(i);

			if (r->method != REQ_GET || (r->flags & ROUTE_PRE))
				continue;
			web_session(w, name);
			web_get(w, r->path);
			/* 404: no such record, 503: no manager that could be
			 * asked; the role was let through */
			if (expected(r, roles[k]) && w->status != 503)
				assert_in_range(w->status, 200, 404);
			assert_int_equal(
			    w->status == 403, !expected(r, roles[k]));
		}
		for (i = 0; i < router_count(); i++) {
			const struct route *r = router_at(i);

			if (r->method != REQ_POST || (r->flags & ROUTE_PRE) ||
			    roles[k] == ROLE_READ_WRITE)
				continue;
			web_session(w, name);
			web_post(w, r->path, "id=1");
			assert_int_equal(
			    w->status == 403, !expected(r, roles[k]));
		}
	}
}

static void
test_origin(void **state)
{
	static const struct {
		const char *origin, *fetch_site;
		bool ok;
	} t[] = {
	    {WEB_ORIGIN, "", true},
	    {WEB_ORIGIN, "same-origin", true},
	    {"", "", true},
	    {"", "same-origin", true},
	    {"HTTPS://CALCONN.example.test", "", true},
	    {"null", "", false},
	    {"https://evil.example", "", false},
	    {WEB_ORIGIN ":8443", "", false},
	    {"http://calconn.example.test", "", false},
	    {WEB_ORIGIN ".evil.example", "", false},
	    {WEB_ORIGIN, "cross-site", false},
	    {WEB_ORIGIN, "same-site", false},
	    {"", "none", false},
	};
	struct web_fixture *w = *state;
	size_t i;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		web_session(w, "boss");
		(void)str_copy(w->origin, sizeof w->origin, t[i].origin);
		(void)str_copy(
		    w->fetch_site, sizeof w->fetch_site, t[i].fetch_site);
		web_post(w, "/sign-out", "");
		assert_int_equal(w->status, t[i].ok ? 303 : 403);
		if (!t[i].ok)
			assert_has(w, WEB_ORIGIN);
	}
}

static void
test_token(void **state)
{
	struct web_fixture *w = *state;
	char good[40], other[64];

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	web_admin(w, "eve", ROLE_READ_WRITE, false);
	web_session(w, "eve");
	(void)str_copy(other, sizeof other, w->csrf);
	web_session(w, "boss");
	(void)str_copy(good, sizeof good, w->csrf);
	w->csrf[0] = '\0';
	web_post(w, "/sign-out", "");
	assert_int_equal(w->status, 403);
	(void)str_copy(w->csrf, sizeof w->csrf, other);
	web_post(w, "/sign-out", "");
	assert_int_equal(w->status, 403);
	(void)snprintf(w->csrf, sizeof w->csrf, "%.31s", good);
	web_post(w, "/sign-out", "");
	assert_int_equal(w->status, 403);
	/* Not from the address, where it would be logged. */
	w->csrf[0] = '\0';
	(void)snprintf(other, sizeof other, "/sign-out?csrf=%s", good);
	web_post(w, other, "");
	assert_int_equal(w->status, 403);
	(void)str_copy(w->csrf, sizeof w->csrf, good);
	web_post(w, "/sign-out", "");
	assert_int_equal(w->status, 303);
	/* Now the session is gone. */
	web_get(w, "/");
	assert_int_equal(w->status, 303);
	assert_string_equal(web_header(w, "Location"), "/sign-in");
}

static void
test_methods(void **state)
{
	struct web_fixture *w = *state;
	static const char *const methods[] = {
	    "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "get", ""};
	size_t i;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	web_session(w, "boss");
	for (i = 0; i < sizeof methods / sizeof methods[0]; i++) {
		web_ask(w, methods[i], "/exchange", "", 0);
		assert_int_equal(w->status, 405);
		assert_string_equal(web_header(w, "Allow"), "GET, HEAD, POST");
	}
	web_ask(w, "HEAD", "/exchange", "", 0);
	assert_int_equal(w->status, 200);
	assert_string_equal(w->body, "");
	web_get(w, "/nowhere");
	assert_int_equal(w->status, 404);
	web_get(w, "/exchange/../exchange");
	assert_int_equal(w->status, 404);
	web_get(w, "/exchange?a=1&a=2");
	assert_int_equal(w->status, 400);
}

/* A body that is refused is read to its end all the same, and wiped. */
static void
test_bad_bodies(void **state)
{
	static char big[REQ_BODY_MAX + 100];
	struct web_fixture *w = *state;
	size_t i;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	web_session(w, "boss");
	memset(big, 's', sizeof big);
	web_ask(w, "POST", "/password", big, sizeof big);
	assert_int_equal(w->status, 413);
	for (i = 0; i < w->passed_len; i++)
		assert_int_equal(w->passed[i], 0);
	(void)str_copy(w->content_type, sizeof w->content_type,
	    "multipart/form-data; boundary=x");
	web_ask(w, "POST", "/password", "secret", 6);
	assert_int_equal(w->status, 400);
	assert_memory_equal(w->passed, "\0\0\0\0\0\0", 6);
	(void)str_copy(w->content_type, sizeof w->content_type, "text/plain");
	web_ask(w, "POST", "/password", "secret", 6);
	assert_int_equal(w->status, 415);
}

static void
test_body_is_wiped(void **state)
{
	struct web_fixture *w = *state;
	size_t i, chunk;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	for (chunk = 1; chunk < 300; chunk = chunk * 3 + 1) {
		web_session(w, "boss");
		w->chunk = chunk;
		web_post(w, "/password",
		    "current=secret-secret&fresh=another-secret&again=x");
		assert_int_equal(w->status, 422);
		assert_has(w, "differ");
		for (i = 0; i < w->passed_len; i++)
			assert_int_equal(w->passed[i], 0);
		assert_null(w->req.block);
	}
}

static void
test_must_change(void **state)
{
	struct web_fixture *w = *state;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	web_admin(w, "fresh", ROLE_READ_WRITE, true);
	web_session(w, "fresh");
	web_get(w, "/exchange");
	assert_int_equal(w->status, 303);
	assert_string_equal(web_header(w, "Location"), "/password");
	web_post(w, "/exchange/delete", "id=1");
	assert_string_equal(web_header(w, "Location"), "/password");
	web_get(w, "/password");
	assert_int_equal(w->status, 200);
	assert_has(w, "Choose a password of your own");
	assert_lacks(w, "Microsoft Exchange Configuration");
}

static void
test_time_outs(void **state)
{
	static const struct {
		int64_t last, created; /* ago */
		bool live;
	} t[] = {
	    {0, 0, true}, {1799, 1799, true}, {1800, 1800, false},
	    {0, 28799, true}, {0, 28800, false},
	    {-100, -100, true}, /* the clock went back */
	};
	struct session_row s = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		s.last_s = 1000000 - t[i].last;
		s.created_s = 1000000 - t[i].created;
		assert_int_equal(session_is_live(&s, 1000000), t[i].live);
	}
}

static void
at(int64_t s)
{
	clock_fake(1000, (uint64_t)(WEB_NOW + s) * 1000);
}

/* Used every 20 minutes a session lives for 8 hours and no longer. */
static void
test_session_life(void **state)
{
	struct web_fixture *w = *state;
	int64_t s;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	web_session(w, "boss");
	for (s = 0; s < SESSION_ABSOLUTE_S; s += 1200) {
		at(s);
		web_get(w, "/");
		assert_int_equal(w->status, 200);
	}
	at(SESSION_ABSOLUTE_S);
	web_get(w, "/exchange?x=1");
	assert_int_equal(w->status, 303);
	assert_string_equal(
	    web_header(w, "Location"), "/sign-in?next=%2Fexchange%3Fx%3D1");
	at(0);
	web_get(w, "/"); /* deleted, not only refused */
	assert_int_equal(w->status, 303);
	web_session(w, "boss");
	at(SESSION_IDLE_S);
	web_post(w, "/sign-out", "");
	assert_string_equal(web_header(w, "Location"), "/sign-in?ended=1");
}

int
main(void)
{
#define W(fn) cmocka_unit_test_setup_teardown(fn, web_up, web_down)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_matrix),
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_time_outs),
	    W(test_roles),
	    W(test_origin),
	    W(test_token),
	    W(test_methods),
	    W(test_bad_bodies),
	    W(test_body_is_wiped),
	    W(test_must_change),
	    W(test_session_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
