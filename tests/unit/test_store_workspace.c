#include "tests/unit/store_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/bound.h"
#include "common/seal.h"
#include "common/store_admin.h"
#include "common/store_workspace.h"
#include "common/str.h"

static const unsigned char some_box[] = "not really sealed";
static const char pin[] =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

static void
set(struct bound *w, const char *key, const char *value)
{
	struct errinfo ei = {ERR_OK, ""};

	assert_int_equal(bound_set(w, key, value, &ei), ERR_OK);
}

static void
seal_it(struct bound *w)
{
	char binding[SEAL_BINDING_MAX];
	struct errinfo ei = {ERR_OK, ""};

	assert_int_equal(
	    bound_binding(w, binding, sizeof binding, &ei), ERR_OK);
	assert_int_equal(
	    bound_give_box(w, some_box, sizeof some_box, binding, &ei), ERR_OK);
}

static void
fill(struct bound *w, const char *name)
{
	workspace_init(w);
	set(w, "display_name", name);
	set(w, "mailbox", "Room1@lab.example");
	set(w, "host", "Device.lab.example");
	set(w, "account", "admin");
	seal_it(w);
}

static void
test_stored_and_read(void **state)
{
	struct fixture *f = *state;
	struct bound a, b, got;
	struct workspace_list l;
	uint64_t before;

	fill(&a, "Second");
	fill(&b, "First");
	assert_int_equal(strlen(a.id), BOUND_ID_LEN);
	before = fixture_revision(f);
	assert_ok(f, store_workspace_put(f->admin, &tester, &a, &f->ei));
	assert_int_equal(fixture_revision(f), before + 1);
	assert_ok(f, store_workspace_put(f->admin, &tester, &b, &f->ei));
	assert_ok(f, store_workspace_list(f->engine, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(bound_get(&l.v[0], "display_name"), "First");
	workspace_list_clear(&l);
	assert_ok(f, store_workspace_get(f->admin, "second", &got, &f->ei));
	assert_true(bound_is_same(&a, &got));
	assert_string_equal(got.id, a.id);
	assert_string_equal(bound_get(&got, "host"), "device.lab.example");
	assert_string_equal(bound_get(&got, "mailbox"), "room1@lab.example");
	assert_string_equal(bound_get(&got, "window"), "5");
	assert_int_equal(bound_port(&got), 443);
	/* What was read before somebody else's change is refused. */
	assert_int_equal(
	    store_workspace_put(f->admin, &tester, &a, &f->ei), ERR_CONFLICT);
	/* The same once more is no change. */
	before = fixture_revision(f);
	assert_ok(f, store_workspace_put(f->admin, &tester, &got, &f->ei));
	assert_int_equal(fixture_revision(f), before);
	set(&got, "display_name", "FIRST");
	assert_int_equal(
	    store_workspace_put(f->admin, &tester, &got, &f->ei), ERR_EXISTS);
	assert_int_equal(
	    store_workspace_put(f->engine, &tester, &got, &f->ei), ERR_DENIED);
	set(&got, "display_name", "Third");
	assert_ok(f, store_workspace_put(f->admin, &tester, &got, &f->ei));
	bound_clear(&got);
	assert_ok(f, store_workspace_delete(f->admin, &tester, b.id, &f->ei));
	assert_int_equal(
	    store_workspace_delete(f->admin, &tester, b.id, &f->ei),
	    ERR_NOTFOUND);
	assert_int_equal(store_workspace_get(f->engine, "First", &got, &f->ei),
	    ERR_NOTFOUND);
	b.rev = 1;
	assert_int_equal(
	    store_workspace_put(f->admin, &tester, &b, &f->ei), ERR_CONFLICT);
	bound_clear(&a);
	bound_clear(&b);
}

static void
test_log_holds_no_secret(void **state)
{
	struct fixture *f = *state;
	struct config_log_list l;
	unsigned told = 0;
	struct bound w;
	size_t i;

	fill(&w, "Board room");
	assert_ok(f, store_workspace_put(f->admin, &tester, &w, &f->ei));
	assert_ok(f, store_workspace_delete(f->admin, &tester, w.id, &f->ei));
	assert_ok(f, store_config_log(f->admin, 0, 50, &l, &f->ei));
	for (i = 0; i < l.n; i++) {
		if (str_eq(l.v[i].item, "workspace/Board room/password"))
			told |= str_eq(l.v[i].new_value, "set")     ? 1u
				: str_eq(l.v[i].new_value, "unset") ? 2u
								    : 0;
		if (str_eq(l.v[i].item, "workspace/Board room/mailbox") &&
		    str_eq(l.v[i].new_value, "room1@lab.example"))
			told |= 4;
	}
	assert_int_equal(told, 7);
	config_log_list_clear(&l);
	bound_clear(&w);
}

static void
take_key(void *arg, const char *key, const char *text)
{
	char *keys = arg;

	(void)text;
	(void)str_copy(keys + strlen(keys), 128 - strlen(keys), key);
	(void)str_copy(keys + strlen(keys), 128 - strlen(keys), " ");
}

static void
test_rules(void **state)
{
	static const struct {
		const char *key, *value;
		enum err e;
	} rows[] = {
	    {"window", "0", ERR_ARG},
	    {"window", "61", ERR_ARG},
	    {"window", "60", ERR_OK},
	    {"port", "70000", ERR_ARG},
	    {"mailbox", "no mailbox", ERR_ARG},
	    {"host", "https://x/", ERR_ARG},
	    {"certificate", "none", ERR_ARG},
	    {"pin", "00:11", ERR_ARG},
	    {"pin", pin, ERR_OK},
	    {"password", "x", ERR_NOTFOUND},
	};
	struct errinfo ei = {ERR_OK, ""};
	char keys[128] = "";
	struct bound w;
	size_t i;

	(void)state;
	workspace_init(&w);
	/* Also one that is off has to be whole. */
	set(&w, "enabled", "no");
	assert_int_equal(bound_check(&w, take_key, keys), 4);
	assert_string_equal(keys, "display_name mailbox host account ");
	set(&w, "certificate", "pin");
	set(&w, "account", "a:b");
	keys[0] = '\0';
	assert_int_equal(bound_check(&w, take_key, keys), 5);
	assert_string_equal(keys, "display_name mailbox host pin account ");
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(
		    bound_set(&w, rows[i].key, rows[i].value, &ei), rows[i].e);
	assert_string_equal(bound_get(&w, "pin"),
	    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:"
	    "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF");
	assert_true(bound_wants_secret(&w));
	bound_clear(&w);
}

static void
test_bound(void **state)
{
	static const struct {
		const char *key, *value, *differs;
	} rows[] = {
	    {"host", "DEVICE.lab.example", ""},
	    {"host", "other.lab.example", "host"},
	    {"port", "8443", "port"},
	    {"mailbox", "room2@lab.example", "mailbox"},
	    {"account", "root", "account"},
	    {"certificate", "pin", "certificate"},
	    /* Counts only where it is asked for. */
	    {"pin", pin, ""},
	    {"window", "9", ""},
	    {"titles", "no", ""},
	    {"enabled", "no", ""},
	    {"display_name", "Elsewhere", ""},
	};
	struct strlist keys = {NULL, 0};
	struct bound w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		fill(&w, "Here");
		set(&w, rows[i].key, rows[i].value);
		assert_int_equal(bound_binding_diff(&w, &keys), ERR_OK);
		assert_int_equal(keys.n, rows[i].differs[0] != '\0');
		if (keys.n > 0)
			assert_string_equal(keys.v[0], rows[i].differs);
		strlist_clear(&keys);
		bound_clear(&w);
	}
	fill(&w, "Here");
	set(&w, "certificate", "pin");
	set(&w, "pin", pin);
	seal_it(&w);
	set(&w, "pin",
	    "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
	assert_int_equal(bound_binding_diff(&w, &keys), ERR_OK);
	assert_int_equal(keys.n, 1);
	assert_string_equal(keys.v[0], "pin");
	strlist_clear(&keys);
	/* Another record with the same values is not this one. */
	str_random_hex(w.id, BOUND_ID_LEN / 2);
	set(&w, "pin", pin);
	assert_int_equal(bound_binding_diff(&w, &keys), ERR_OK);
	assert_int_equal(keys.n, 1);
	assert_string_equal(keys.v[0], "password");
	strlist_clear(&keys);
	bound_clear(&w);
}

static void
test_binding_text(void **state)
{
	char binding[SEAL_BINDING_MAX], part[512];
	struct errinfo ei = {ERR_OK, ""};
	struct bound w;

	(void)state;
	fill(&w, "Here");
	assert_int_equal(
	    bound_binding(&w, binding, sizeof binding, &ei), ERR_OK);
	assert_true(seal_binding_get(binding, "target", part, sizeof part));
	assert_string_equal(part,
	    "workspace:device.lab.example;port=443;mailbox=room1@lab.example");
	assert_true(seal_binding_get(binding, "tls", part, sizeof part));
	assert_string_equal(part, "ca");
	bound_clear(&w);
}

static void
test_state(void **state)
{
	struct workspace_booking rows[2] = {
	    {.title = (char *)(uintptr_t) "One",
		.organizer = (char *)(uintptr_t) "Ann",
		.number = (char *)(uintptr_t) "a@b.example",
		.start_s = 100,
		.end_s = 200},
	    {.title = (char *)(uintptr_t) "",
		.organizer = (char *)(uintptr_t) "Bob",
		.number = (char *)(uintptr_t) "",
		.start_s = 300,
		.end_s = 400,
		.is_private = true},
	};
	const struct workspace_bookings all = {rows, 2}, none = {NULL, 0};
	struct workspace_state st = {.read_s = 1,
	    .tried_s = 2,
	    .sent_s = 3,
	    .tries = 4,
	    .next_s = 5,
	    .failure = "timeout",
	    .detail = "It stays silent."};
	struct workspace_list keep = {NULL, 0};
	struct workspace_state got;
	struct workspace_bookings l;
	struct fixture *f = *state;
	struct bound w;

	fill(&w, "Here");
	assert_ok(f, store_workspace_state(f->admin, w.id, &got, &f->ei));
	assert_false(got.is_there);
	assert_ok(
	    f, store_workspace_state_put(f->engine, w.id, &st, &all, &f->ei));
	assert_ok(f, store_workspace_state(f->admin, w.id, &got, &f->ei));
	assert_true(got.is_there);
	assert_int_equal(got.sent_s, 3);
	assert_string_equal(got.failure, "timeout");
	st.sent_s = 9;
	/* The list stays where none is given. */
	assert_ok(
	    f, store_workspace_state_put(f->engine, w.id, &st, NULL, &f->ei));
	assert_ok(f, store_workspace_bookings(f->admin, w.id, &l, &f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].number, "a@b.example");
	assert_true(l.v[1].is_private);
	workspace_bookings_clear(&l);
	assert_int_equal(
	    store_workspace_state_put(f->admin, w.id, &st, NULL, &f->ei),
	    ERR_DENIED);
	assert_ok(
	    f, store_workspace_state_put(f->engine, w.id, &st, &none, &f->ei));
	assert_ok(f, store_workspace_bookings(f->admin, w.id, &l, &f->ei));
	assert_int_equal(l.n, 0);
	keep.v = &w;
	keep.n = 1;
	assert_ok(f, store_workspace_state_trim(f->engine, &keep, &f->ei));
	assert_ok(f, store_workspace_state(f->admin, w.id, &got, &f->ei));
	assert_true(got.is_there);
	keep.n = 0;
	assert_ok(f, store_workspace_state_trim(f->engine, &keep, &f->ei));
	assert_ok(f, store_workspace_state(f->admin, w.id, &got, &f->ei));
	assert_false(got.is_there);
	bound_clear(&w);
}

int
main(void)
{
#define W(t) cmocka_unit_test_setup_teardown(t, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    W(test_stored_and_read),
	    W(test_log_holds_no_secret),
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_bound),
	    cmocka_unit_test(test_binding_text),
	    W(test_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
