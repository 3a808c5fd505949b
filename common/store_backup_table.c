/* store_backup_table.c - see store_backup_table.h.  Names of tables and
 * columns that are put into a statement come from the schema of this
 * program, never from a file. */
#include "common/store_backup_table.h"

#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

#include "common/buf.h"
#include "common/store_sql.h"
#include "common/str.h"

#define STATEMENT_MAX 4096u

/* Of this host, of this hour, or a record of what was done here. */
static const char *const left_out[] = {"access_session", "alarm_ack",
    "config_log", "config_log_ends", "config_meta", "directory_done",
    "exchange_draft", "recovery_key", "session", "signin_limit"};

static const struct {
	const char *table, *title, *label;
} titles[] = {
    {"access_password", "Access password", "id"},
    {"admin", "Administrator", "name"},
    {"admin_factor", "Second factor", "admin_id"},
    {"ca_cert", "CA certificate", "subject"},
    {"confer", "Conferencing service", "name"},
    {"confer_value", "Value of a conferencing service", "key"},
    {"connector", "Connector", "name"},
    {"delivery", "Alarm Delivery", "channel"},
    {"delivery_field", "Value of Alarm Delivery", "key"},
    {"exchange", "Exchange record", "display_name"},
    {"exchange_next", "Next account of a record", "account"},
    {"join_text", "Join Details text", "language"},
    {"keyword", "Keyword", "word"},
    {"proxy", "Connector Proxy", "host"},
    {"setting", "Setting", "key"},
    {"trust", "Trust List", "pattern"},
    {"user", "User", "address"},
    {"workspace", "Workspace", "name"},
    {"workspace_field", "Value of a workspace", "key"},
};

static const char *const quiet[] = {"changed_s", "changed_by", "created_s",
    "rev", "last_signin_s", "tested_s", "bound_to", "password_set_s",
    "last_step", "set_s", "id", "entered_s", "entered_by", "added_s",
    "added_by", "decided_s", "decided_by"};

static bool
is_in(const char *s, const char *const *l, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (str_eq(s, l[i]))
			return true;
	return false;
}

#define IS_IN(s, l) is_in((s), (l), sizeof(l) / sizeof((l)[0]))

/* The text of the first column of each row. */
static enum err
texts(sqlite3 *db, const char *sql, const char *arg, struct strlist *out,
    struct errinfo *ei)
{
	sqlite3_stmt *st = NULL;
	enum err e = ERR_OK;
	int rc;

	rc = sqlite3_prepare_v2(db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK && arg != NULL)
		rc = sqlite3_bind_text(st, 1, arg, -1, SQLITE_STATIC);
	while (rc == SQLITE_OK && e == ERR_OK) {
		const char *name;

		if ((rc = sqlite3_step(st)) != SQLITE_ROW)
			break;
		rc = SQLITE_OK;
		name = (const char *)sqlite3_column_text(st, 0);
		if (name != NULL)
			e = strlist_add(out, name);
	}
	if (e == ERR_OK && rc != SQLITE_DONE)
		e = sql_error(db, rc, ei);
	sqlite3_finalize(st);
	return e;
}

enum err
backup_table_list(
    sqlite3 *db, struct strlist *out, int *schema, struct errinfo *ei)
{
	struct strlist all = {NULL, 0}, version = {NULL, 0};
	uint64_t n = 0;
	enum err e;
	size_t i;

	e = texts(db,
	    "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
	    " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
	    NULL, &all, ei);
	for (i = 0; i < all.n && e == ERR_OK; i++)
		if (!IS_IN(all.v[i], left_out))
			e = strlist_add(out, all.v[i]);
	if (e == ERR_OK)
		e = texts(db, "PRAGMA main.user_version", NULL, &version, ei);
	if (e == ERR_OK && version.n == 1 &&
	    str_to_u64(version.v[0], 100000, &n) == ERR_OK)
		*schema = (int)n;
	strlist_clear(&all);
	strlist_clear(&version);
	return e;
}

enum err
backup_table_columns(
    sqlite3 *db, const char *table, struct strlist *out, struct errinfo *ei)
{
	return texts(db, "SELECT name FROM pragma_table_info(?1) ORDER BY cid",
	    table, out, ei);
}

static enum err
primary_key(
    sqlite3 *db, const char *table, struct strlist *out, struct errinfo *ei)
{
	return texts(db,
	    "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk",
	    table, out, ei);
}

enum err
backup_table_order(
    sqlite3 *db, const char *table, struct buf *out, struct errinfo *ei)
{
	struct strlist key = {NULL, 0};
	enum err e;
	size_t i;

	if ((e = primary_key(db, table, &key, ei)) == ERR_OK && key.n == 0)
		e = err_set(ei, ERR_STORE, "%s has no key", table);
	for (i = 0; i < key.n && e == ERR_OK; i++)
		e = buf_putf(out, "%s\"%s\"", i > 0 ? ", " : "", key.v[i]);
	strlist_clear(&key);
	return e;
}

enum err
backup_table_rows(
    sqlite3 *db, const char *table, sqlite3_stmt **out, struct errinfo *ei)
{
	struct buf sql = BUF_INIT(STATEMENT_MAX),
		   order = BUF_INIT(STATEMENT_MAX);
	enum err e;
	int rc;

	if ((e = backup_table_order(db, table, &order, ei)) == ERR_OK)
		e = buf_putf(&sql, "SELECT * FROM main.\"%s\" ORDER BY %s",
		    table, buf_str(&order));
	buf_clear(&order);
	if (e == ERR_OK) {
		rc = sqlite3_prepare_v2(db, buf_str(&sql), -1, out, NULL);
		if (rc != SQLITE_OK)
			e = sql_error(db, rc, ei);
	}
	buf_clear(&sql);
	return e;
}

const char *
backup_table_title(const char *table)
{
	size_t i;

	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (str_eq(titles[i].table, table))
			return titles[i].title;
	return table;
}

/* The first column where nothing is named. */
static const char *
label_of(const char *table, const struct strlist *cols)
{
	size_t i;

	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (str_eq(titles[i].table, table))
			return titles[i].label;
	return cols->n > 0 ? cols->v[0] : "";
}

enum err
backup_table_key(
    sqlite3 *db, const char *table, struct strlist *out, struct errinfo *ei)
{
	struct strlist cols = {NULL, 0};
	enum err e;

	e = primary_key(db, table, out, ei);
	if (e != ERR_OK || out->n > 1)
		return e;
	strlist_clear(out);
	if ((e = backup_table_columns(db, table, &cols, ei)) == ERR_OK)
		e = strlist_add(out, label_of(table, &cols));
	strlist_clear(&cols);
	return e;
}

int
backup_column_is_quiet(const char *column)
{
	return IS_IN(column, quiet);
}
