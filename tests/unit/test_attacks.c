/* Attacks that web pages of other appliances fell to, on every page of this
 * one; docs/THREATS.md has the table of classes.  Each test names the change
 * that makes it fail. */
#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "cgi/router.h"
#include "common/settings.h"
#include "common/str.h"

#define FIELDS_LEN 32768
#define FORM "application/x-www-form-urlencoded"

/* Names that pages read beside the rows of settings.def. */
static const char *const others[] = {"active", "addresses", "again", "before",
    "box", "code", "csv", "done", "draft", "drop_factor", "ended", "fresh",
    "from", "id", "job", "level", "live", "location", "mailbox", "module",
    "name", "next", "note", "other", "out", "pem", "q", "restarted", "rev",
    "row", "saved", "server", "session", "state", "to", "user", "version",
    "was", "word", NULL};
static const char *const actions[] = {"save", "add", "test", "look", "enable",
    "allow", "rollback", "find", "lookup", "delete", "acknowledge", NULL};

static void
add(struct buf *b, const char *name, const char *value)
{
	char has[80];

	/* One field, one value: a record's key may be another's too. */
	(void)snprintf(has, sizeof(has), "&%s=", name);
	if (strstr(buf_str(b), has) == NULL)
		assert_int_equal(buf_putf(b, "&%s=%s", name, value), ERR_OK);
}

/* Every field that a page knows, with this value. */
static void
all_fields(struct buf *b, const char *value, const char *action)
{
	const struct setting *s;
	size_t i;

	buf_reset(b);
	assert_int_equal(buf_putf(b, "&do=%s", action), ERR_OK);
	for (i = 0; (s = setting_at(i)) != NULL; i++)
		add(b, s->key, value);
	for (i = 0; others[i] != NULL; i++)
		add(b, others[i], value);
}

static uint64_t
revision(struct web_fixture *w)
{
	uint64_t rev = 0;

	assert_ok(
	    w->store, store_revision(w->store->admin, &rev, &w->store->ei));
	return rev;
}

static bool
is_own(const struct route *r)
{
	return (r->flags & ROUTE_PRE) != 0 || str_eq(r->path, "/sign-out");
}

/* Cross-site requests: no route that changes something does so without the
 * token, from another site, or as a type that a form of another site can have
 * (CVE-2015-6376, CVE-2022-20853, CVE-2024-20252, -20254, -20255).
 * Fails when router_judge() leaves out c->token_ok or c->origin_ok, or when
 * read_form() takes text/plain. */
static void
test_cross_site(void **state)
{
	struct web_fixture *w = *state;
	struct buf b = BUF_INIT(FIELDS_LEN);
	char token[40];
	uint64_t before;
	size_t i, n = 0;

	(void)str_copy(token, sizeof(token), w->csrf);
	before = revision(w);
	for (i = 0; i < router_count(); i++) {
		const struct route *r = router_at(i);

		if (r->method != REQ_POST)
			continue;
		n++;
		all_fields(&b, "1", "save");
		web_ask(w, "POST", r->path, b.p + 1, b.len - 1);
		assert_int_equal(w->status, 403);
		w->csrf[0] ^= 1;
		web_post(w, r->path, "id=1");
		assert_int_equal(w->status, 403);
		w->csrf[0] ^= 1;
		(void)str_copy(
		    w->origin, sizeof(w->origin), "https://evil.example");
		web_post(w, r->path, "id=1");
		assert_int_equal(w->status, 403);
		(void)str_copy(w->origin, sizeof(w->origin), WEB_ORIGIN);
		(void)str_copy(
		    w->content_type, sizeof(w->content_type), "text/plain");
		web_post(w, r->path, "id=1");
		assert_int_equal(w->status, 415);
		(void)str_copy(w->content_type, sizeof(w->content_type), FORM);
	}
	assert_true(n > 20);
	assert_int_equal(revision(w), before);
	/* The session was there all the time. */
	web_get(w, "/users/new");
	assert_int_equal(w->status, 200);
	buf_clear(&b);
}

/* Reflected script: what came in with a request comes back as text alone, in
 * each page and for each name that any page reads (CVE-2019-12705,
 * CVE-2025-20179).
 * Fails when render.c does not set the escape mode "html", and when a
 * template shows a value with uvar. */
#define SCRIPT_SENT "b9y%22onb9x%3D%22'%3Cb9x%3E"

static void
inert(struct web_fixture *w, size_t *shown)
{
	assert_lacks(w, "<b9x");
	assert_lacks(w, "\"onb9x");
	assert_lacks(w, "'<b9");
	if (web_has(w, "&lt;b9x"))
		(*shown)++;
}

static void
test_reflected_script(void **state)
{
	struct web_fixture *w = *state;
	struct buf b = BUF_INIT(FIELDS_LEN), uri = BUF_INIT(FIELDS_LEN);
	size_t i, k, shown = 0;

	for (i = 0; i < router_count(); i++) {
		const struct route *r = router_at(i);

		for (k = 0; actions[k] != NULL && !is_own(r); k++) {
			all_fields(&b, SCRIPT_SENT, actions[k]);
			if (r->method == REQ_POST) {
				web_post(w, r->path, buf_str(&b) + 1);
				inert(w, &shown);
				continue;
			}
			buf_reset(&uri);
			assert_int_equal(
			    buf_putf(&uri, "%s?%s", r->path, buf_str(&b) + 1),
			    ERR_OK);
			web_get(w, buf_str(&uri));
			inert(w, &shown);
		}
	}
	web_get(w, "/" SCRIPT_SENT);
	inert(w, &shown);
	assert_true(shown > 20);
	buf_clear(&b);
	buf_clear(&uri);
}

/* NUL bytes: a value that goes on behind one is refused, not cut
 * (CVE-2022-20813).
 * Fails when req_add_field() leaves f->bad alone. */
static void
test_nul_bytes(void **state)
{
	static const char *const user[] = {
	    "address", "name", "room_link", "room_number", "room_video", NULL};
	static const char *const good[] = {"nul@lab.example", "Nul",
	    "https%3A%2F%2Fsite.example%2Fmeet%2Fnul", "123456",
	    "nul@site.example", NULL};
	struct web_fixture *w = *state;
	struct buf b = BUF_INIT(FIELDS_LEN);
	uint64_t before = revision(w);
	size_t i, k;

	for (i = 0; i < router_count(); i++) {
		const struct route *r = router_at(i);

		for (k = 0;
		     actions[k] != NULL && !is_own(r) && r->method == REQ_POST;
		     k++) {
			all_fields(&b, "1%00", actions[k]);
			web_post(w, r->path, buf_str(&b) + 1);
			assert_int_not_equal(w->status, 200);
		}
	}
	assert_int_equal(revision(w), before);
	/* Each field of a form that is good otherwise. */
	for (k = 0; k < 6; k++) {
		buf_reset(&b);
		assert_int_equal(buf_puts(&b, "enabled=no"), ERR_OK);
		for (i = 0; user[i] != NULL; i++)
			assert_int_equal(buf_putf(&b, "&%s=%s%s", user[i],
					     good[i], i == k ? "%00.x" : ""),
			    ERR_OK);
		web_post(w, "/users/edit", buf_str(&b));
		assert_int_equal(w->status, k < 5 ? 422 : 303);
	}
	web_get(w, "/users?q=nul%00");
	assert_int_equal(w->status, 400);
	buf_clear(&b);
}

/* No path comes from a request: names that lead elsewhere are no page, and
 * no value of a field is one (CVE-2019-1854, CVE-2022-20812).
 * Fails when router_find() decodes a path or compares its begin alone. */
static void
test_traversal(void **state)
{
	static const char *const paths[] = {"/../etc/passwd",
	    "/static/../users", "/users/..", "/users/../users", "/%2e%2e/users",
	    "/%2e%2e%2fusers", "/..%2fusers", "//users", "/users/", "/users%00",
	    "/users%2f", "/./users", "/%c0%ae%c0%ae/users", "/users;x",
	    "/USERS", "users", "/users\\..\\users",
	    "https://calconn.example.test/users"};
	struct web_fixture *w = *state;
	size_t i;

	web_get(w, "/users");
	assert_int_equal(w->status, 200);
	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		web_get(w, paths[i]);
		if (w->status != 404)
			print_error("%s: %d\n", paths[i], w->status);
		assert_int_equal(w->status, 404);
	}
}

int
main(void)
{
#define W(fn) cmocka_unit_test_setup_teardown(fn, web_up_boss, web_down)
	const struct CMUnitTest tests[] = {
	    W(test_cross_site),
	    W(test_reflected_script),
	    W(test_nul_bytes),
	    W(test_traversal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
