/* The pages of workspaces: what is typed, who may, and what stays sealed. */
#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/store_workspace.h"
#include "common/str.h"

#define FIELDS(host)                                                     \
	"display_name=Orion&mailbox=room1@lab.example&host=" host        \
	"&port=443&account=admin&certificate=ca&pin=&window=7&titles=no" \
	"&enabled=yes"

static void
get(struct web_fixture *w, struct bound *b)
{
	assert_ok(w->store,
	    store_workspace_get(w->store->admin, "orion", b, &w->store->ei));
}

static void
add(struct web_fixture *w)
{
	web_post(w, "/workspaces/edit",
	    FIELDS("Device.lab.example") "&rev=0&password=wonder+land");
	assert_int_equal(w->status, 303);
}

static void
test_new(void **state)
{
	struct web_fixture *w = *state;
	char binding[SEAL_BINDING_MAX];
	struct secret plain = SECRET_INIT;
	struct errinfo ei;
	struct bound b;

	web_get(w, "/workspaces");
	assert_int_equal(w->status, 200);
	assert_has(w, "Add the first workspace");
	web_post(w, "/workspaces/edit",
	    "rev=0&display_name=Orion&window=61&host=n%40t&titles=yes&"
	    "enabled=yes&certificate=pin&pin=12&port=443");
	assert_int_equal(w->status, 422);
	assert_string_equal(web_value(w, "host"), "n@t");
	assert_has(w, "whole number from 1 to 60");
	assert_has(w, "Write the SHA-256 fingerprint");
	add(w);
	web_get(w, "/workspaces");
	assert_has(w, "device.lab.example");
	assert_has(w, "Nothing sent yet");
	get(w, &b);
	assert_ok(w->store,
	    bound_binding(&b, binding, sizeof(binding), &w->store->ei));
	assert_string_equal(b.bound_to, binding);
	assert_int_equal(seal_open(w->web.seal_pk, w->sk, binding, b.box.p,
			     b.box.n, &plain, &ei),
	    ERR_OK);
	assert_string_equal(secret_peek(&plain), "wonder land");
	secret_clear(&plain);
	bound_clear(&b);
	/* Its name is taken now. */
	web_post(w, "/workspaces/edit",
	    FIELDS("other.lab.example") "&rev=0&password=x");
	assert_int_equal(w->status, 422);
	assert_has(w, "Another workspace has this name");
}

static void
test_changed(void **state)
{
	struct web_fixture *w = *state;
	char text[600];
	struct bound b;

	add(w);
	get(w, &b);
	(void)snprintf(text, sizeof(text), "/workspaces/edit?id=%s", b.id);
	web_get(w, text);
	assert_int_equal(w->status, 200);
	assert_string_equal(web_value(w, "window"), "7");
	assert_has(w, "leave this empty to keep it");
	assert_lacks(w, "wonder");
	/* Another device is not shown the password that is stored. */
	(void)snprintf(text, sizeof(text),
	    FIELDS("evil.lab.example") "&rev=1&id=%s", b.id);
	web_post(w, "/workspaces/edit", text);
	assert_int_equal(w->status, 422);
	assert_has(w, "You changed this");
	(void)snprintf(text, sizeof(text), "id=%s&do=disable", b.id);
	web_post(w, "/workspaces", text);
	assert_int_equal(w->status, 303);
	bound_clear(&b);
	get(w, &b);
	assert_false(bound_is_on(&b));
	assert_string_equal(b.changed_by, "boss");
	/* Somebody else had the page open meanwhile. */
	(void)snprintf(text, sizeof(text),
	    FIELDS("device.lab.example") "&rev=1&id=%s", b.id);
	web_post(w, "/workspaces/edit", text);
	assert_int_equal(w->status, 409);
	(void)snprintf(text, sizeof(text), "id=%s&do=burn", b.id);
	web_post(w, "/workspaces", text);
	assert_int_equal(w->status, 400);
	(void)snprintf(text, sizeof(text), "/workspaces/delete?id=%s", b.id);
	web_get(w, text);
	assert_has(w, "Delete Orion?");
	(void)snprintf(text, sizeof(text), "id=%s", b.id);
	web_post(w, "/workspaces/delete", text);
	assert_int_equal(w->status, 303);
	web_get(w, "/workspaces");
	assert_has(w, "Add the first workspace");
	bound_clear(&b);
}

static void
test_who_may(void **state)
{
	struct web_fixture *w = *state;
	char text[600];
	struct bound b;

	add(w);
	get(w, &b);
	web_admin(w, "reader", ROLE_READ_ONLY, false);
	web_session(w, "reader");
	web_get(w, "/workspaces");
	assert_int_equal(w->status, 200);
	assert_has(w, "Orion");
	assert_lacks(w, "New workspace");
	assert_lacks(w, "value=\"disable\"");
	(void)snprintf(text, sizeof(text), "/workspaces/edit?id=%s", b.id);
	web_get(w, text);
	assert_has(w, "may read these settings");
	(void)snprintf(text, sizeof(text), "id=%s&do=disable", b.id);
	web_post(w, "/workspaces", text);
	assert_int_equal(w->status, 403);
	(void)snprintf(text, sizeof(text), "id=%s", b.id);
	web_post(w, "/workspaces/delete", text);
	assert_int_equal(w->status, 403);
	web_admin(w, "auditor", ROLE_AUDITOR, false);
	web_session(w, "auditor");
	web_get(w, "/workspaces");
	assert_int_equal(w->status, 403);
	bound_clear(&b);
}

/* What the engine has told, and what it could not. */
static void
test_told(void **state)
{
	struct workspace_booking rows[] = {
	    {.title = (char *)(uintptr_t) "A <b>",
		.organizer = (char *)(uintptr_t) "Ann",
		.number = (char *)(uintptr_t) "4711@meet.example",
		.start_s = WEB_NOW,
		.end_s = INT64_C(4000000000)},
	    {.title = (char *)(uintptr_t) "",
		.organizer = (char *)(uintptr_t) "Bob",
		.number = (char *)(uintptr_t) "",
		.start_s = WEB_NOW,
		.end_s = INT64_C(4000000000),
		.is_private = true},
	};
	const struct workspace_bookings all = {rows, 2};
	struct workspace_state st = {.sent_s = 1,
	    .tries = 2,
	    .failure = "tls-pin",
	    .detail = "It <differs>."};
	struct web_fixture *w = *state;
	struct fixture *f = w->store;
	char text[100];
	struct bound b;

	add(w);
	get(w, &b);
	assert_ok(
	    f, store_workspace_state_put(f->engine, b.id, &st, &all, &f->ei));
	web_get(w, "/workspaces");
	assert_has(w, "1 of 2 with a Join button");
	assert_has(w, "not the one with this fingerprint");
	(void)snprintf(text, sizeof(text), "/workspaces/edit?id=%s", b.id);
	web_get(w, text);
	assert_has(w, "A &lt;b&gt;");
	assert_has(w, "4711@meet.example");
	assert_has(w, "Private meeting");
	assert_has(w, "It &lt;differs&gt;.");
	bound_clear(&b);
}

int
main(void)
{
#define W(t) cmocka_unit_test_setup_teardown(t, web_up_boss, web_down)
	const struct CMUnitTest tests[] = {
	    W(test_new),
	    W(test_changed),
	    W(test_who_may),
	    W(test_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
