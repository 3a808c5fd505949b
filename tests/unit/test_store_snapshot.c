/* store_snapshot.c: what leaves the host, and what does not. */
#include "tests/unit/store_fixture.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/store_admin.h"
#include "common/store_report.h"
#include "common/store_snapshot.h"

#define BOX_CANARY "BoxCanary"
#define SECRETS_N 3

static const char *const secrets[SECRETS_N] = {
    BOX_CANARY, "PwhashCanary", "SessionCanary"};

static void
fill(struct fixture *f)
{
	const struct report_key k = {"id", "a@lab.example", "admin", true};
	struct exchange x;
	struct user u;
	struct admin a;

	fixture_exchange(&x, "Snapshot Exchange");
	fixture_seal(&x, BOX_CANARY);
	assert_ok(f, store_exchange_put(f->admin, &tester, &x, &f->ei));
	exchange_clear(&x);
	fixture_user(&u, "a@lab.example", "Person A");
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	user_clear(&u);
	memset(&a, 0, sizeof(a));
	a.name = strdup("snap");
	a.pwhash = strdup("PwhashCanary");
	a.role = ROLE_READ_WRITE;
	a.enabled = true;
	assert_ok(f, store_admin_put(f->admin, &tester, &a, &f->ei));
	admin_clear(&a);
	assert_ok(
	    f, store_report_put(f->engine, &k, "{\"steps\":[1,2]}", &f->ei));
}

static json_t *
part(struct fixture *f, struct store *s, const char *name)
{
	struct buf b = BUF_INIT(1u << 20);
	const char *have;
	json_t *v = NULL;
	size_t i, k;

	for (i = 0; (have = store_snapshot_name(i)) != NULL; i++) {
		if (strcmp(have, name) != 0)
			continue;
		assert_ok(f, store_snapshot_part(s, i, &b, &f->ei));
		for (k = 0; k < SECRETS_N; k++)
			assert_null(strstr(buf_str(&b), secrets[k]));
		assert_non_null(v = json_loads(buf_str(&b), 0, NULL));
	}
	buf_clear(&b);
	return v;
}

static void
all_parts_are_json_without_secrets(void **state)
{
	struct fixture *f = *state;
	struct store *reader = NULL;
	const char *name;
	json_t *v, *row;
	size_t i;

	fill(f);
	assert_ok(
	    f, store_open(&reader, STORE_READER, f->config, f->state, &f->ei));
	for (i = 0; (name = store_snapshot_name(i)) != NULL; i++) {
		v = part(f, reader, name);
		assert_true(json_is_array(v));
		json_decref(v);
	}
	assert_true(i > 15);
	v = part(f, reader, "config/exchange.json");
	row = json_array_get(v, 0);
	assert_string_equal(
	    json_string_value(json_object_get(row, "display_name")),
	    "Snapshot Exchange");
	assert_int_equal(
	    json_integer_value(json_object_get(row, "has_password")), 1);
	json_decref(v);
	v = part(f, reader, "state/tests.json");
	row = json_object_get(json_array_get(v, 0), "json");
	assert_true(json_is_object(row)); /* the tree, and not its text */
	json_decref(v);
	store_close(reader);
}

/* It writes neither database: there is no statement for it that would. */
static void
a_reader_is_let_no_further(void **state)
{
	struct fixture *f = *state;
	struct store *reader = NULL;
	uint64_t rev;

	assert_ok(
	    f, store_open(&reader, STORE_READER, f->config, f->state, &f->ei));
	assert_int_equal(store_revision(reader, &rev, &f->ei), ERR_DENIED);
	store_close(reader);
	reader = NULL;
	assert_int_equal(store_open(&reader, STORE_READER, "/nowhere/config.db",
			     "/nowhere/state.db", &f->ei),
	    ERR_NOTFOUND);
}

static void
too_long_ends_with_a_whole_row(void **state)
{
	struct fixture *f = *state;
	struct buf b = BUF_INIT(600);
	char address[64];
	struct user u;
	json_t *v;
	size_t i;

	for (i = 0; i < 20; i++) {
		(void)snprintf(address, sizeof(address), "p%zu@lab.example", i);
		fixture_user(&u, address, "Person");
		assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
		user_clear(&u);
	}
	for (i = 0; strcmp(store_snapshot_name(i), "config/users.json"); i++)
		;
	assert_int_equal(
	    store_snapshot_part(f->admin, i, &b, &f->ei), ERR_TOOBIG);
	assert_non_null(v = json_loads(buf_str(&b), 0, NULL));
	assert_true(json_array_size(v) >= 1 && json_array_size(v) < 20);
	json_decref(v);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(all_parts_are_json_without_secrets,
		fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		a_reader_is_let_no_further, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		too_long_ends_with_a_whole_row, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
