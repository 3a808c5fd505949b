#include "tests/unit/store_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/store_migrate.h"
#include "common/store_schema.h"

#define SCHEMA                                                               \
	"SELECT group_concat(type || ' ' || name || ' ' || tbl_name || ' '"  \
	" || coalesce(sql, ''), char(10)) FROM (SELECT * FROM sqlite_schema" \
	" ORDER BY name)"

static const struct {
	enum store_file file;
	const struct store_schema *list;
	int app_id;
} kinds[] = {
    {STORE_CONFIG, store_schema_config, STORE_APP_CONFIG},
    {STORE_STATE, store_schema_state, STORE_APP_STATE},
};

#define KINDS_N (sizeof kinds / sizeof kinds[0])

static void
migrate_file(struct fixture *f, const char *path, enum store_file kind)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_ok(f, store_migrate(db, kind, &f->ei));
	sqlite3_close(db);
}

/* A database as a release that knew the first n files left it. */
static void
make_version(const char *path, size_t kind, int n)
{
	char pragma[100];
	int i;

	unlink(path);
	for (i = 0; i < n; i++)
		fixture_sql(path, kinds[kind].list[i].sql);
	if (n == 0)
		return;
	snprintf(pragma, sizeof pragma,
	    "PRAGMA application_id=%d; PRAGMA user_version=%d",
	    kinds[kind].app_id, n);
	fixture_sql(path, pragma);
}

static void
test_fresh_equals_migrated(void **state)
{
	struct fixture *f = *state;
	char *fresh, *migrated;
	size_t k;
	int n;

	for (k = 0; k < KINDS_N; k++) {
		make_version(f->config, k, 0);
		migrate_file(f, f->config, kinds[k].file);
		fresh = fixture_ask(f->config, SCHEMA);
		assert_true(strlen(fresh) > 500);
		for (n = 1; kinds[k].list[n - 1].name != NULL; n++) {
			make_version(f->config, k, n);
			migrate_file(f, f->config, kinds[k].file);
			migrated = fixture_ask(f->config, SCHEMA);
			assert_string_equal(fresh, migrated);
			mem_free(migrated);
		}
		mem_free(fresh);
		unlink(f->config);
	}
}

/* What was called "ldap" did StartTLS, and goes on doing it. */
static void
test_query_modes(void **state)
{
	static const struct {
		const char *before, *after;
	} rows[] = {{"ldap", "starttls"}, {"ldaps", "ldaps"}};
	struct fixture *f = *state;
	char sql[1000], *v;
	size_t i;

	for (i = 0; i < 2; i++) {
		make_version(f->config, 0, 2);
		snprintf(sql, sizeof sql,
		    "INSERT INTO exchange VALUES ('1','A','a@x.example',"
		    "'onprem',0,1,1,0,1,'','autodiscover','',1,'x.example','',"
		    "'%s',1,'b@x.example',x'','bound',1,2,3,4,'admin',5)",
		    rows[i].before);
		fixture_sql(f->config, sql);
		migrate_file(f, f->config, STORE_CONFIG);
		v = fixture_ask(f->config,
		    "SELECT query_mode || ' ' || email || ' ' || bound_to ||"
		    " ' ' || rev || '[' || ad_server || ']' FROM exchange");
		snprintf(
		    sql, sizeof sql, "%s b@x.example bound 5[]", rows[i].after);
		assert_string_equal(v, sql);
		mem_free(v);
		unlink(f->config);
	}
}

static void
test_marks_the_file(void **state)
{
	struct fixture *f = *state;
	char want[32], *v;
	size_t k;

	for (k = 0; k < KINDS_N; k++) {
		make_version(f->config, k, 0);
		migrate_file(f, f->config, kinds[k].file);
		v = fixture_ask(f->config, "PRAGMA application_id");
		snprintf(want, sizeof want, "%d", kinds[k].app_id);
		assert_string_equal(v, want);
		mem_free(v);
		v = fixture_ask(f->config, "PRAGMA user_version");
		assert_string_not_equal(v, "0");
		mem_free(v);
		unlink(f->config);
	}
}

static void
test_numbers_have_no_gap(void **state)
{
	char want[16];
	size_t k;
	int n;

	(void)state;
	for (k = 0; k < KINDS_N; k++)
		for (n = 0; kinds[k].list[n].name != NULL; n++) {
			snprintf(want, sizeof want, "%04d_", n + 1);
			assert_int_equal(
			    strncmp(kinds[k].list[n].name, want, 5), 0);
		}
}

/* What makes a file not ours, and the words that say so. */
static const struct {
	const char *sql, *text;
} foreign[] = {
    {"PRAGMA user_version = 999", "has version 999"},
    {"PRAGMA user_version = -1", "has version -1"},
    {"PRAGMA application_id = 7", "application_id 7"},
    {"PRAGMA application_id = 0", "application_id 0"},
};

static void
test_refuses_foreign(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	size_t i;

	for (i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
		make_version(f->config, 0, 1);
		fixture_sql(f->config, foreign[i].sql);
		assert_int_equal(
		    store_open(&s, STORE_ADMIN, f->config, f->state, &f->ei),
		    ERR_STORE);
		assert_null(s);
		assert_non_null(strstr(f->ei.text, foreign[i].text));
		/* and by the side that only reads it */
		assert_int_equal(
		    store_open(&s, STORE_ENGINE, f->config, f->state, &f->ei),
		    ERR_STORE);
		assert_null(s);
	}
}

static void
test_refuses_the_other_kind(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	make_version(f->config, 1, 1);
	assert_int_equal(
	    store_open(&s, STORE_ADMIN, f->config, f->state, &f->ei),
	    ERR_STORE);
}

static void
test_foreign_file_stays_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	char *v;

	fixture_sql(f->config, "CREATE TABLE mine(a); INSERT INTO mine"
			       " VALUES (1)");
	assert_int_equal(
	    store_open(&s, STORE_ADMIN, f->config, f->state, &f->ei),
	    ERR_STORE);
	v = fixture_ask(f->config, "PRAGMA journal_mode");
	assert_string_equal(v, "delete");
	mem_free(v);
}

static void
test_refuses_garbage(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	FILE *fp = fopen(f->config, "w");

	assert_non_null(fp);
	fputs("This is not a database at all, however long it may be.", fp);
	for (int i = 0; i < 100; i++)
		fputs("and on and on and on and on", fp);
	fclose(fp);
	assert_int_equal(
	    store_open(&s, STORE_ADMIN, f->config, f->state, &f->ei),
	    ERR_STORE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up, fixture_down)
	    T(test_fresh_equals_migrated),
	    T(test_query_modes),
	    T(test_marks_the_file),
	    T(test_numbers_have_no_gap),
	    T(test_refuses_foreign),
	    T(test_refuses_the_other_kind),
	    T(test_foreign_file_stays_as_it_was),
	    T(test_refuses_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
