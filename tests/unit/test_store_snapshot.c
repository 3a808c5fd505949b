/* store_snapshot.c: what leaves the host, and what does not. */
#include "tests/unit/store_fixture.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/store_admin.h"
#include "common/store_report.h"
#include "common/store_snapshot.h"
#include "common/store_sql.h"

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

/* -- every table and every column was decided about -- */

#define LEFT_OUT "LeftOutCanary"

struct decision {
	enum { IN_CONFIG, IN_STATE } db;
	const char *table, *file, *left_out; /* file NULL: none of it */
	enum sql_id id;
};

static const struct decision decisions[] = {
#define PART(db, table, file, id, left_out) \
	{IN_##db, #table, file, left_out, SQL_##id},
#define NONE(db, table, why) {IN_##db, #table, NULL, NULL, SQL__MAX},
#include "common/store_snapshot.def"
#undef NONE
#undef PART
};

#define DECISIONS_N (sizeof(decisions) / sizeof(decisions[0]))

static const struct decision *
decision_of(int db, const char *table)
{
	const struct decision *d = NULL;
	size_t i;

	for (i = 0; i < DECISIONS_N; i++) {
		if ((int)decisions[i].db != db ||
		    strcmp(decisions[i].table, table) != 0)
			continue;
		if (d != NULL)
			fail_msg("%s is decided about twice", table);
		d = &decisions[i];
	}
	if (d == NULL)
		fail_msg("store_snapshot.def says nothing of %s", table);
	return d;
}

static bool
is_word(const char *words, const char *word)
{
	const size_t n = strlen(word);
	const char *at = words;

	while ((at = strstr(at, word)) != NULL) {
		if ((at == words || at[-1] == ' ') &&
		    (at[n] == '\0' || at[n] == ' '))
			return true;
		at += n;
	}
	return false;
}

static sqlite3_stmt *
ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	return st;
}

static bool
tells(sqlite3_stmt *st, const char *column)
{
	int i;

	for (i = 0; i < sqlite3_column_count(st); i++)
		if (strcmp(sqlite3_column_name(st, i), column) == 0)
			return true;
	return false;
}

/* Names and types of the columns of a table. */
static sqlite3_stmt *
columns(sqlite3 *db, const char *table)
{
	sqlite3_stmt *st =
	    ask(db, "SELECT name, type FROM pragma_table_info(?1)");

	assert_int_equal(
	    sqlite3_bind_text(st, 1, table, -1, SQLITE_TRANSIENT), SQLITE_OK);
	return st;
}

static void
check_columns(
    struct fixture *f, struct store *s, sqlite3 *db, const struct decision *d)
{
	struct sql told;
	sqlite3_stmt *c;

	if (d->file == NULL)
		return;
	assert_ok(f, sql_open(&told, s, d->id, &f->ei));
	c = columns(db, d->table);
	while (sqlite3_step(c) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(c, 0);

		if (tells(told.st, name) == is_word(d->left_out, name))
			fail_msg("%s.%s: shown or left out?", d->table, name);
	}
	sql_close(&told);
	sqlite3_finalize(c);
}

static bool
stays_here(const struct decision *d, const char *column, const char *type)
{
	return d->file == NULL || is_word(d->left_out, column) ||
	       strcmp(type, "BLOB") == 0;
}

/* A row that has the canary wherever it is to stay. */
static void
plant(sqlite3 *db, const struct decision *d)
{
	char names[2048] = "", values[4096] = "", sql[8192];
	sqlite3_stmt *c = columns(db, d->table);

	while (sqlite3_step(c) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(c, 0);
		const char *type = (const char *)sqlite3_column_text(c, 1);
		const char *value = strcmp(type, "INTEGER") == 0 ? "1"
				    : stays_here(d, name, type)
					? strcmp(type, "BLOB") == 0
					      ? "CAST('" LEFT_OUT "' AS BLOB)"
					      : "'" LEFT_OUT "'"
					: "'shown'";

		(void)snprintf(names + strlen(names),
		    sizeof(names) - strlen(names), "%s\"%s\"",
		    names[0] != '\0' ? ", " : "", name);
		(void)snprintf(values + strlen(values),
		    sizeof(values) - strlen(values), "%s%s",
		    values[0] != '\0' ? ", " : "", value);
	}
	sqlite3_finalize(c);
	(void)snprintf(sql, sizeof(sql),
	    "INSERT OR REPLACE INTO \"%s\" (%s) VALUES (%s)", d->table, names,
	    values);
	c = ask(db, sql);
	if (sqlite3_step(c) != SQLITE_DONE)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_finalize(c);
}

static size_t
judge_and_plant(struct fixture *f, struct store *s, const char *path, int which)
{
	sqlite3_stmt *t;
	sqlite3 *db = NULL;
	size_t n = 0;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db,
		"PRAGMA ignore_check_constraints=ON; PRAGMA foreign_keys=OFF",
		NULL, NULL, NULL),
	    SQLITE_OK);
	t = ask(db, "SELECT name FROM sqlite_schema WHERE type = 'table'"
		    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
	while (sqlite3_step(t) == SQLITE_ROW) {
		const struct decision *d =
		    decision_of(which, (const char *)sqlite3_column_text(t, 0));

		check_columns(f, s, db, d);
		plant(db, d);
		n++;
	}
	sqlite3_finalize(t);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return n;
}

static void
no_table_is_forgotten(void **state)
{
	struct fixture *f = *state;
	struct store *reader = NULL;
	struct buf b = BUF_INIT(1u << 20);
	const char *name;
	size_t i, n;

	assert_ok(
	    f, store_open(&reader, STORE_READER, f->config, f->state, &f->ei));
	n = judge_and_plant(f, reader, f->config, IN_CONFIG);
	n += judge_and_plant(f, reader, f->state, IN_STATE);
	assert_int_equal(n, DECISIONS_N); /* none that is no longer there */
	for (i = 0; (name = store_snapshot_name(i)) != NULL; i++) {
		buf_reset(&b);
		assert_ok(f, store_snapshot_part(reader, i, &b, &f->ei));
		if (strstr(buf_str(&b), LEFT_OUT) != NULL)
			fail_msg("%s: %s", name, buf_str(&b));
		assert_non_null(strstr(buf_str(&b), "{")); /* the row */
	}
	buf_clear(&b);
	store_close(reader);
}

/* An address of a webhook often has a key in its path. */
static void
a_webhook_shows_its_host_only(void **state)
{
	struct fixture *f = *state;
	json_t *v;

	fixture_sql(f->config,
	    "INSERT INTO delivery VALUES ('webhook', x'', '', 0, 1, 'a', 1),"
	    " ('mail', x'', '', 0, 1, 'a', 1),"
	    " ('presence', x'', '', 0, 1, 'a', 1);"
	    "INSERT INTO delivery_field VALUES"
	    " ('webhook', 'url', 'https://hook.lab.example/" BOX_CANARY "'),"
	    " ('mail', 'server', 'mail.lab.example'),"
	    " ('presence', 'url', 'https://hook.lab.example?k=" BOX_CANARY "');"
	    "INSERT INTO config_log VALUES (900, 1, 'a', 'web',"
	    " 'delivery/webhook/url', 'https://h/" BOX_CANARY "',"
	    " 'https://h/" BOX_CANARY "', x'')");
	v = part(f, f->admin, "config/alarm-delivery-fields.json");
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(v, 0), "value")),
	    "mail.lab.example");
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(v, 1), "value")),
	    "https://hook.lab.example?(not shown)");
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(v, 2), "value")),
	    "https://hook.lab.example/(not shown)");
	json_decref(v);
	json_decref(part(f, f->admin, "config/log.json"));
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
	    cmocka_unit_test_setup_teardown(
		no_table_is_forgotten, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		a_webhook_shows_its_host_only, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(all_parts_are_json_without_secrets,
		fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		a_reader_is_let_no_further, fixture_up_both, fixture_down),
	    cmocka_unit_test_setup_teardown(
		too_long_ends_with_a_whole_row, fixture_up_both, fixture_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
