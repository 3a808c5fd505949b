/* store_migrate.c - numbered schema files, application_id, user_version. */
#include <sqlite3.h>
#include <stdio.h>

#include "common/store_migrate.h"
#include "common/store_schema.h"
#include "common/store_sql.h"

#define SQL_TEXT_MAX 128 /* bytes of a PRAGMA or BEGIN put together here */

struct file_kind {
	const struct store_schema *files;
	int app_id;
	const char *name;
};

static const struct file_kind *
kind_of(enum store_file f)
{
	static const struct file_kind kinds[] = {
	    [STORE_CONFIG] = {store_schema_config, STORE_APP_CONFIG,
		"configuration database"},
	    [STORE_STATE] = {store_schema_state, STORE_APP_STATE,
		"state database"},
	};

	return &kinds[f];
}

static int
newest(const struct file_kind *k)
{
	int n = 0;

	while (k->files[n].name != NULL)
		n++;
	return n;
}

/* One integer from a statement without parameters. */
static enum err
ask_int(sqlite3 *db, const char *sql, int *out, struct errinfo *ei)
{
	sqlite3_stmt *st = NULL;
	enum err e = ERR_OK;
	int rc, tries = 0;

	do {
		sqlite3_finalize(st);
		rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
		if (rc == SQLITE_OK)
			rc = sqlite3_step(st);
	} while (sql_again(rc, &tries));
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int(st, 0);
	else
		e = sql_error(db, rc, ei);
	sqlite3_finalize(st);
	return e;
}

static enum err
ask_pragma(sqlite3 *db, const char *schema, const char *pragma, int *out,
    struct errinfo *ei)
{
	char sql[SQL_TEXT_MAX];

	snprintf(sql, sizeof sql, "PRAGMA %s.%s", schema, pragma);
	return ask_int(db, sql, out, ei);
}

/* The version as a number, once the file is known to be ours or empty.
 * Within a transaction, so that it is one moment of the file. */
static enum err
read_version(sqlite3 *db, const char *schema, const struct file_kind *k,
    int *version, struct errinfo *ei)
{
	char sql[SQL_TEXT_MAX];
	int app, ver, objects;
	enum err e;

	if ((e = ask_pragma(db, schema, "application_id", &app, ei)) != ERR_OK)
		return e;
	if ((e = ask_pragma(db, schema, "user_version", &ver, ei)) != ERR_OK)
		return e;
	snprintf(
	    sql, sizeof sql, "SELECT count(*) FROM %s.sqlite_schema", schema);
	if ((e = ask_int(db, sql, &objects, ei)) != ERR_OK)
		return e;
	if (app == 0 && ver == 0 && objects == 0) {
		*version = 0;
		return ERR_OK;
	}
	if (app != k->app_id)
		return err_set(ei, ERR_STORE,
		    "this is not a %s of this program (application_id %d)",
		    k->name, app);
	if (ver < 1 || ver > newest(k))
		return err_set(ei, ERR_STORE,
		    "the %s has version %d; this program knows 1 to %d",
		    k->name, ver, newest(k));
	*version = ver;
	return ERR_OK;
}

static enum err
run(sqlite3 *db, const char *sql, struct errinfo *ei)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ERR_OK : sql_error(db, rc, ei);
}

static enum err
ask_version(sqlite3 *db, const char *schema, const struct file_kind *k,
    int *version, struct errinfo *ei)
{
	enum err e;

	if ((e = run(db, "BEGIN", ei)) != ERR_OK)
		return e;
	e = read_version(db, schema, k, version, ei);
	sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return e;
}

enum err
store_version_of(sqlite3 *db, const char *schema, enum store_file f,
    enum store_version *out, struct errinfo *ei)
{
	const struct file_kind *k = kind_of(f);
	int version;
	enum err e;

	if ((e = ask_version(db, schema, k, &version, ei)) != ERR_OK)
		return e;
	if (version == 0)
		*out = STORE_V_EMPTY;
	else if (version < newest(k))
		*out = STORE_V_OLDER;
	else
		*out = STORE_V_CURRENT;
	return ERR_OK;
}

/* The next file, if another process has not applied it meanwhile. */
static enum err
step(sqlite3 *db, const struct file_kind *k, int *version, struct errinfo *ei)
{
	char sql[SQL_TEXT_MAX];
	enum err e;

	if ((e = run(db, "BEGIN IMMEDIATE", ei)) != ERR_OK)
		return e;
	if ((e = read_version(db, "main", k, version, ei)) != ERR_OK)
		goto out;
	if (*version == newest(k))
		goto out;
	if ((e = run(db, k->files[*version].sql, ei)) != ERR_OK) {
		errinfo_context(ei, "schema %s", k->files[*version].name);
		goto out;
	}
	snprintf(sql, sizeof sql,
	    "PRAGMA application_id = %d; PRAGMA user_version = %d", k->app_id,
	    *version + 1);
	if ((e = run(db, sql, ei)) != ERR_OK)
		goto out;
	if ((e = run(db, "COMMIT", ei)) != ERR_OK)
		goto out;
	(*version)++;
out:
	if (sqlite3_get_autocommit(db) == 0)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return e;
}

int
store_newest(enum store_file f)
{
	return newest(kind_of(f));
}

enum err
store_migrate_to(
    sqlite3 *db, enum store_file f, int version, struct errinfo *ei)
{
	const struct file_kind *k = kind_of(f);
	int have;
	enum err e;

	if ((e = ask_version(db, "main", k, &have, ei)) != ERR_OK)
		return e;
	while (have < version)
		if ((e = step(db, k, &have, ei)) != ERR_OK)
			return e;
	return ERR_OK;
}

enum err
store_migrate(sqlite3 *db, enum store_file f, struct errinfo *ei)
{
	return store_migrate_to(db, f, newest(kind_of(f)), ei);
}
