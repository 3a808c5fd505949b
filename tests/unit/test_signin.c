#include "tests/unit/web_fixture.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cgi/auth.h"
#include "cgi/csrf.h"
#include "cgi/session.h"
#include "common/clock.h"
#include "common/secret.h"
#include "common/store_factor.h"
#include "common/str.h"

#define NEW_PASSWORD "seven+quiet+harbours"

/* Opens the form and takes its token and cookie along. */
static void
open_form(struct web_fixture *w, const char *uri)
{
	w->cookie[0] = '\0';
	web_get(w, uri);
	assert_int_equal(w->status, 200);
	(void)snprintf(w->cookie, sizeof w->cookie, "%.*s",
	    (int)strcspn(web_header(w, "Set-Cookie"), ";"),
	    web_header(w, "Set-Cookie"));
	assert_true(str_has_prefix(w->cookie, CSRF_PRE_COOKIE "="));
	(void)str_copy(w->csrf, sizeof w->csrf, web_value(w, "csrf"));
	assert_int_equal(strlen(w->csrf), CSRF_TOKEN_LEN);
	/* The page does not show what the cookie holds. */
	assert_null(strstr(w->cookie, w->csrf));
}

static void
sign_in(struct web_fixture *w, const char *name, const char *password)
{
	char fields[256];

	(void)snprintf(
	    fields, sizeof fields, "name=%s&password=%s", name, password);
	web_post(w, "/sign-in", fields);
}

static void
test_good(void **state)
{
	struct web_fixture *w = *state;
	struct admin a = {0};
	char id[80], before[200];

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	open_form(w, "/sign-in");
	sign_in(w, "boss", "correct+horse+battery");
	assert_int_equal(w->status, 303);
	assert_string_equal(web_header(w, "Location"), "/");
	(void)snprintf(id, sizeof id, "%.*s",
	    (int)strcspn(web_header(w, "Set-Cookie"), ";"),
	    web_header(w, "Set-Cookie"));
	assert_int_equal(strlen(id), strlen(SESSION_COOKIE) + 1 + 32);
	assert_non_null(strstr(web_header(w, "Set-Cookie"),
	    "; Path=/; Secure; HttpOnly; SameSite=Strict"));
	(void)str_copy(w->cookie, sizeof w->cookie, id);
	web_get(w, "/");
	assert_int_equal(w->status, 200);
	assert_has(w, "boss, Read-write");
	/* The hash was made with weak parameters: now it is not. */
	assert_ok(w->store,
	    store_admin_find(w->store->admin, "boss", &a, &w->store->ei));
	assert_int_equal(crypto_pwhash_str_needs_rehash(a.pwhash,
			     crypto_pwhash_OPSLIMIT_INTERACTIVE,
			     crypto_pwhash_MEMLIMIT_INTERACTIVE),
	    0);
	admin_clear(&a);
	/* Once more gives another id, and the first one ends. */
	(void)str_copy(before, sizeof before, w->cookie);
	open_form(w, "/sign-in?next=%2Fexchange");
	(void)snprintf(w->cookie + strlen(w->cookie),
	    sizeof w->cookie - strlen(w->cookie), "; %s", before);
	web_post(w, "/sign-in",
	    "name=BOSS&password=correct+horse+battery&next=%2Fexchange");
	assert_int_equal(w->status, 303);
	assert_string_equal(web_header(w, "Location"), "/exchange");
	assert_null(strstr(w->answer, before));
	(void)str_copy(w->cookie, sizeof w->cookie, before);
	web_get(w, "/");
	assert_int_equal(w->status, 303);
}

static void
test_next_is_local(void **state)
{
	static const char *const bad[] = {"%2F%2Fevil.example",
	    "https%3A%2F%2Fevil.example", "%2F%5Cevil.example",
	    "%2Fx%0D%0ASet-Cookie%3A+a%3Db", "javascript%3Aalert%281%29"};
	struct web_fixture *w = *state;
	char fields[256], uri[256];
	size_t i;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		(void)snprintf(uri, sizeof uri, "/sign-in?next=%s", bad[i]);
		open_form(w, uri);
		assert_string_equal(web_value(w, "next"), "");
		(void)snprintf(fields, sizeof fields,
		    "name=boss&password=correct+horse+battery&next=%s", bad[i]);
		web_post(w, "/sign-in", fields);
		assert_int_equal(w->status, 303);
		assert_string_equal(web_header(w, "Location"), "/");
	}
}

/* What was wrong is not told, to the byte. */
static void
test_refused_alike(void **state)
{
	struct web_fixture *w = *state;
	struct admin off = {0};
	char first[65536] = "";
	size_t i;
	static const char *const names[] = {"boss", "nobody", "disabled"};

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	web_admin(w, "disabled", ROLE_READ_WRITE, false);
	assert_ok(w->store,
	    store_admin_find(w->store->admin, "disabled", &off, &w->store->ei));
	off.enabled = false;
	assert_ok(w->store,
	    store_admin_put(w->store->admin, &tester, &off, &w->store->ei));
	admin_clear(&off);
	open_form(w, "/sign-in");
	for (i = 0; i < 3; i++) {
		const char *p, *q;

		sign_in(w, names[i],
		    i == 2 ? "correct+horse+battery" : "wrong+password");
		assert_int_equal(w->status, 403);
		assert_has(w, "The name, the password or the code is wrong");
		assert_lacks(w, "wrong password");
		p = strstr(w->body, "<div class=\"stack");
		q = strstr(w->body, names[i]); /* the name is kept */
		assert_non_null(q);
		if (i == 0)
			(void)snprintf(
			    first, sizeof first, "%.*s", (int)(q - p), p);
		else
			assert_memory_equal(first, p, strlen(first));
	}
}

static void
test_empty(void **state)
{
	struct web_fixture *w = *state;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	open_form(w, "/sign-in");
	sign_in(w, "", "");
	assert_int_equal(w->status, 422);
	assert_has(w, "id=\"name-e\"");
	assert_has(w, "id=\"password-e\"");
	sign_in(w, "%3Cscript%3E", "");
	assert_has(w, "value=\"&lt;script&gt;\"");
	assert_lacks(w, "<script>");
	sign_in(w, "a%00b", "x%FFy");
	assert_int_equal(w->status, 422);
	assert_has(w, "id=\"name-e\"");
	assert_has(w, "id=\"password-e\"");
}

static void
test_needs_pre_token(void **state)
{
	struct web_fixture *w = *state;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	open_form(w, "/sign-in");
	w->csrf[0] = w->csrf[0] == 'a' ? 'b' : 'a';
	sign_in(w, "boss", "correct+horse+battery");
	assert_int_equal(w->status, 403);
	open_form(w, "/sign-in");
	w->cookie[0] = '\0';
	sign_in(w, "boss", "correct+horse+battery");
	assert_int_equal(w->status, 403);
	open_form(w, "/sign-in");
	(void)str_copy(w->origin, sizeof w->origin, "https://evil.example");
	sign_in(w, "boss", "correct+horse+battery");
	assert_int_equal(w->status, 403);
}

static void
at(int64_t s)
{
	clock_fake(1000, (uint64_t)(WEB_NOW + s) * 1000);
}

/* After some failures even the right password has to wait. */
static void
test_limit(void **state)
{
	struct web_fixture *w = *state;
	int i;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	open_form(w, "/sign-in");
	for (i = 0; i < 12 && w->status != 429; i++)
		sign_in(w, "boss", "wrong+password");
	assert_int_equal(w->status, 429);
	assert_in_range(i, 4, 8);
	assert_has(w, "Too many failed attempts");
	sign_in(w, "boss", "correct+horse+battery");
	assert_int_equal(w->status, 429);
	at(3600);
	sign_in(w, "boss", "correct+horse+battery");
	assert_int_equal(w->status, 303);
}

/* The hash that unknown names are compared with is one of the same cost. */
static void
test_unknown_costs_the_same(void **state)
{
	struct web_fixture *w = *state;
	struct secret pw = SECRET_INIT;
	const struct auth_code none = {"", NULL, NULL};
	struct errinfo ei = {ERR_OK, ""};
	int64_t until = 0;
	struct admin a;

	assert_int_equal(secret_set(&pw, "whatever it is", 14), ERR_OK);
	assert_int_equal(auth_sign_in(w->web.store, "nobody", &pw, &none,
			     "192.0.2.1", WEB_NOW, &a, &until, &ei),
	    ERR_AUTH);
	assert_true(auth_nobody_is_sound());
	secret_clear(&pw);
}

/* Guesses at other names stop whoever signs in from that address, not who
 * has a session there; that one's own mistakes do. */
static void
test_limit_of_a_place(void **state)
{
	struct web_fixture *w = *state;
	const struct auth_code none = {"", NULL, NULL};
	struct secret pw = SECRET_INIT, bad = SECRET_INIT;
	struct errinfo ei = {ERR_OK, ""};
	struct admin a = {0}, in;
	int64_t until = 0;
	char name[16];
	enum err e = ERR_AUTH;
	int i;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	assert_ok(w->store,
	    store_admin_find(w->web.store, "boss", &a, &w->store->ei));
	assert_int_equal(secret_set(&pw, "correct horse battery", 21), ERR_OK);
	assert_int_equal(secret_set(&bad, "another one", 11), ERR_OK);
	for (i = 0; i < 40 && e == ERR_AUTH; i++) {
		(void)snprintf(name, sizeof name, "guess%d", i);
		e = auth_sign_in(w->web.store, name, &pw, &none, "192.0.2.1",
		    WEB_NOW, &in, &until, &ei);
	}
	assert_int_equal(e, ERR_THROTTLED);
	assert_int_equal(auth_sign_in(w->web.store, "boss", &pw, &none,
			     "192.0.2.1", WEB_NOW, &in, &until, &ei),
	    ERR_THROTTLED);
	assert_int_equal(auth_check(w->web.store, &a, &pw, "192.0.2.1", WEB_NOW,
			     &until, &ei),
	    ERR_OK);
	for (i = 0, e = ERR_AUTH; i < 12 && e == ERR_AUTH; i++)
		e = auth_check(
		    w->web.store, &a, &bad, "192.0.2.1", WEB_NOW, &until, &ei);
	assert_int_equal(e, ERR_THROTTLED);
	assert_in_range(i, 4, 8);
	admin_clear(&a);
	secret_clear(&pw);
	secret_clear(&bad);
}

/* Stands for the manager: the right code is the step that comes next. */
struct app {
	const char *right;
	uint64_t step;
	int asked;
	enum err fault;
};

static enum err
app_check(void *arg, const char *account, const char *code,
    const struct bytes *box, uint64_t *step, struct errinfo *ei)
{
	struct app *app = arg;

	(void)ei;
	app->asked++;
	assert_string_equal(account, "boss");
	assert_int_equal(box->n, 3);
	if (app->fault != ERR_OK)
		return app->fault;
	*step = app->step;
	return str_eq(code, app->right) ? ERR_OK : ERR_AUTH;
}

static enum err
with_code(struct web_fixture *w, struct app *app, const char *password,
    const char *typed)
{
	const struct auth_code code = {typed, app_check, app};
	struct errinfo ei = {ERR_OK, ""};
	struct secret pw = SECRET_INIT;
	struct admin a = {0};
	int64_t until = 0;
	enum err e;

	assert_int_equal(secret_set(&pw, password, strlen(password)), ERR_OK);
	e = auth_sign_in(w->web.store, "boss", &pw, &code, "192.0.2.1",
	    clock_wall_s(), &a, &until, &ei);
	secret_clear(&pw);
	admin_clear(&a);
	return e;
}

/* Neither the password nor the code is enough, and a code counts once. */
static void
test_second_factor(void **state)
{
	struct web_fixture *w = *state;
	struct app app = {"123456", 100, 0, ERR_OK};
	struct errinfo ei = {ERR_OK, ""};
	struct factor f;
	struct admin a;

	web_admin(w, "boss", ROLE_READ_WRITE, false);
	assert_ok(w->store,
	    store_admin_find(w->store->admin, "boss", &a, &w->store->ei));
	/* Without one, a code is not looked at. */
	assert_int_equal(with_code(w, &app, WEB_PASSWORD, "999999"), ERR_OK);
	assert_int_equal(app.asked, 0);
	assert_ok(w->store, store_factor_put(w->store->admin, &tester, a.id,
				"boss", "box", 3, 99, &w->store->ei));
	assert_int_equal(with_code(w, &app, WEB_PASSWORD, ""), ERR_AUTH);
	assert_int_equal(with_code(w, &app, WEB_PASSWORD, "000000"), ERR_AUTH);
	app.asked = 0;
	assert_int_equal(
	    with_code(w, &app, "not this one", "123456"), ERR_AUTH);
	assert_int_equal(app.asked, 0);
	/* The manager is away: said as such, and not counted. */
	app.fault = ERR_GONE;
	assert_int_equal(with_code(w, &app, WEB_PASSWORD, "123456"), ERR_GONE);
	app.fault = ERR_OK;
	assert_int_equal(with_code(w, &app, WEB_PASSWORD, "123 456"), ERR_OK);
	assert_int_equal(with_code(w, &app, WEB_PASSWORD, "123456"), ERR_AUTH);
	app.step++;
	assert_int_equal(with_code(w, &app, WEB_PASSWORD, "123456"), ERR_OK);
	/* Taken away, the password is enough again. */
	assert_ok(w->store, store_factor_delete(w->store->admin, &tester, a.id,
				"boss", &w->store->ei));
	assert_int_equal(
	    store_factor_get(w->store->admin, a.id, &f, &ei), ERR_NOTFOUND);
	assert_int_equal(with_code(w, &app, WEB_PASSWORD, ""), ERR_OK);
	admin_clear(&a);
}

static void
test_change_password(void **state)
{
	struct web_fixture *w = *state;
	static const struct {
		const char *fields, *field;
	} bad[] = {
	    {"current=&fresh=&again=", "current"},
	    {"current=x&fresh=short&again=short", "fresh"},
	    {"current=x&fresh=seven+quiet+harbours&again=other", "again"},
	    {"current=seven+quiet+harbours&fresh=seven+quiet+harbours"
	     "&again=seven+quiet+harbours",
		"fresh"},
	    {"current=wrong&fresh=seven+quiet+harbours"
	     "&again=seven+quiet+harbours",
		"current"},
	    {"current=x&fresh=seven+quiet%00harbours"
	     "&again=seven+quiet%00harbours",
		"fresh"},
	};
	char other[256], want[64], mine[256];
	size_t i;

	web_admin(w, "boss", ROLE_READ_WRITE, true);
	web_session(w, "boss");
	(void)str_copy(other, sizeof other, w->cookie);
	web_session(w, "boss");
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		web_post(w, "/password", bad[i].fields);
		assert_int_equal(w->status, 422);
		(void)snprintf(want, sizeof want, "id=\"%s-e\"", bad[i].field);
		assert_has(w, want);
		assert_lacks(w, "harbours");
	}
	web_post(w, "/password",
	    "current=correct+horse+battery&fresh=" NEW_PASSWORD
	    "&again=" NEW_PASSWORD);
	assert_int_equal(w->status, 303);
	assert_string_equal(web_header(w, "Location"), "/");
	(void)str_copy(mine, sizeof mine, w->cookie);
	(void)snprintf(w->cookie, sizeof w->cookie, "%.*s",
	    (int)strcspn(web_header(w, "Set-Cookie"), ";"),
	    web_header(w, "Set-Cookie"));
	web_get(w, "/"); /* no longer forced to choose */
	assert_int_equal(w->status, 200);
	(void)str_copy(w->cookie, sizeof w->cookie, other);
	web_get(w, "/");
	assert_int_equal(w->status, 303);
	(void)str_copy(w->cookie, sizeof w->cookie, mine);
	web_get(w, "/");
	assert_int_equal(w->status, 303);
	open_form(w, "/sign-in");
	sign_in(w, "boss", NEW_PASSWORD);
	assert_int_equal(w->status, 303);
}

int
main(void)
{
#define W(fn) cmocka_unit_test_setup_teardown(fn, web_up, web_down)
	const struct CMUnitTest tests[] = {
	    W(test_good),
	    W(test_next_is_local),
	    W(test_refused_alike),
	    W(test_empty),
	    W(test_needs_pre_token),
	    W(test_limit),
	    W(test_limit_of_a_place),
	    W(test_unknown_costs_the_same),
	    W(test_second_factor),
	    W(test_change_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
