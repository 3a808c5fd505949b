/* store_restore_plan.c - what restoring a backup would change; see
 * store_backup.h. */
#include <sqlite3.h>
#include <string.h>

#include "common/buf.h"
#include "common/store_backup_table.h"
#include "common/store_conn.h"
#include "common/store_restore.h"
#include "common/store_sql.h"

#define STATEMENT_MAX 8192u
#define FIELDS_MAX 512u /* bytes of the names of changed columns */
#define NAME_MAX 1024u /* bytes of what a row is called */

struct compare {
	sqlite3 *now;
	const char *table;
	struct strlist key; /* columns that a row is found by */
	backup_change_fn fn;
	void *arg;
};

static bool
same_value(sqlite3_stmt *a, sqlite3_stmt *b, int col)
{
	const int n = sqlite3_column_bytes(a, col);

	if (sqlite3_column_type(a, col) != sqlite3_column_type(b, col) ||
	    sqlite3_column_bytes(b, col) != n)
		return false;
	return n == 0 || memcmp(sqlite3_column_blob(a, col),
			     sqlite3_column_blob(b, col), (size_t)n) == 0;
}

static void
tell(const struct compare *c, const char *what, const char *name,
    const char *fields)
{
	const struct backup_change x = {
	    what, backup_table_title(c->table), name, fields};

	c->fn(c->arg, &x);
}

/* The same row on both sides. */
static void
compare_row(const struct compare *c, sqlite3_stmt *is, sqlite3_stmt *was,
    const char *name)
{
	struct buf fields = BUF_INIT(FIELDS_MAX);
	int col;

	for (col = 0; col < sqlite3_column_count(is); col++) {
		const char *column = sqlite3_column_name(is, col);

		if (backup_column_is_quiet(column) || same_value(is, was, col))
			continue;
		if (strcmp(column, "box") == 0 || strcmp(column, "pwhash") == 0)
			column = "password";
		(void)!buf_putf(
		    &fields, "%s%s", fields.len > 0 ? ", " : "", column);
	}
	if (fields.len > 0)
		tell(c, "change", name, buf_str(&fields));
	buf_clear(&fields);
}

/* One with that key. */
static enum err
prepare_find(const struct compare *c, sqlite3 *db, sqlite3_stmt **find,
    struct errinfo *ei)
{
	struct buf sql = BUF_INIT(STATEMENT_MAX);
	enum err e;
	size_t i;
	int rc;

	e = buf_putf(&sql, "SELECT * FROM main.\"%s\"", c->table);
	for (i = 0; i < c->key.n && e == ERR_OK; i++)
		e = buf_putf(&sql, "%s\"%s\" IS ?%zu",
		    i == 0 ? " WHERE " : " AND ", c->key.v[i], i + 1);
	if (e == ERR_OK && (rc = sqlite3_prepare_v2(db, buf_str(&sql), -1, find,
				NULL)) != SQLITE_OK)
		e = sql_error(db, rc, ei);
	buf_clear(&sql);
	return e;
}

/* Looks for the row that rows is at; name: the values of its key. */
static int
find_row(const struct compare *c, sqlite3_stmt *rows, sqlite3_stmt *find,
    struct buf *name)
{
	size_t i;
	int col;

	for (i = 0; i < c->key.n; i++) {
		const char *text;

		for (col = 0; col < sqlite3_column_count(rows) - 1; col++)
			if (str_eq(sqlite3_column_name(rows, col), c->key.v[i]))
				break;
		sqlite3_bind_value(
		    find, (int)i + 1, sqlite3_column_value(rows, col));
		text = (const char *)sqlite3_column_text(rows, col);
		(void)!buf_putf(
		    name, "%s%s", i > 0 ? " " : "", text != NULL ? text : "");
	}
	return sqlite3_step(find);
}

/* Each row of one side, looked for on the other. */
static enum err
compare_side(const struct compare *c, sqlite3 *side, sqlite3 *other,
    bool is_new, struct errinfo *ei)
{
	sqlite3_stmt *rows = NULL, *find = NULL;
	enum err e;
	int rc = SQLITE_DONE;

	if ((e = backup_table_rows(side, c->table, &rows, ei)) != ERR_OK ||
	    (e = prepare_find(c, other, &find, ei)) != ERR_OK)
		goto out;
	while ((rc = sqlite3_step(rows)) == SQLITE_ROW) {
		struct buf name = BUF_INIT(NAME_MAX);

		if (find_row(c, rows, find, &name) != SQLITE_ROW)
			tell(c, is_new ? "add" : "remove", buf_str(&name), "");
		else if (is_new)
			compare_row(c, rows, find, buf_str(&name));
		sqlite3_reset(find);
		buf_clear(&name);
	}
	if (rc != SQLITE_DONE)
		e = sql_error(side, rc, ei);
out:
	sqlite3_finalize(rows);
	sqlite3_finalize(find);
	return e;
}

enum err
backup_changes(struct backup *b, struct store *s, backup_change_fn fn,
    void *arg, struct errinfo *ei)
{
	struct strlist tables = {NULL, 0};
	struct compare c = {.fn = fn, .arg = arg};
	int schema = 0;
	enum err e;
	size_t i;

	if ((e = store_conn_rw(s, ei)) != ERR_OK)
		return e;
	c.now = s->rw.db;
	e = backup_table_list(b->db, &tables, &schema, ei);
	for (i = 0; i < tables.n && e == ERR_OK; i++) {
		strlist_clear(&c.key);
		c.table = tables.v[i];
		if ((e = backup_table_key(b->db, c.table, &c.key, ei)) ==
			ERR_OK &&
		    (e = compare_side(&c, b->db, c.now, true, ei)) == ERR_OK)
			e = compare_side(&c, c.now, b->db, false, ei);
	}
	strlist_clear(&c.key);
	strlist_clear(&tables);
	return e;
}
