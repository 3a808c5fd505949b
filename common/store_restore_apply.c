/* store_restore_apply.c - the sealed boxes of a backup, and the one
 * transaction that restores it; see store_backup.h. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_backup_table.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_restore.h"
#include "common/store_sql.h"

#define STATEMENT_MAX 8192u

static enum err
prepare(sqlite3 *db, sqlite3_stmt **st, const char *sql, struct errinfo *ei)
{
	int rc = sqlite3_prepare_v2(db, sql, -1, st, NULL);

	return rc == SQLITE_OK ? ERR_OK : sql_error(db, rc, ei);
}

static enum err
exec(sqlite3 *db, const char *sql, struct errinfo *ei)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ERR_OK : sql_error(db, rc, ei);
}

/* -- boxes -- */

static enum err
add_boxes(struct backup *b, const char *table, struct errinfo *ei)
{
	sqlite3_stmt *st = NULL;
	struct backup_box_at *more;
	int64_t n = 0;
	enum err e;
	int rc;

	e = backup_table_rows(b->db, table, &st, ei);
	if (e != ERR_OK)
		return e;
	for (; (rc = sqlite3_step(st)) == SQLITE_ROW; n++) {
		int col;

		for (col = 0; col < sqlite3_column_count(st); col++)
			if (strcmp(sqlite3_column_name(st, col), "box") == 0)
				break;
		if (sqlite3_column_bytes(st, col) == 0)
			continue;
		if (sqlite3_column_bytes(st, col) > BACKUP_BOX_MAX ||
		    b->info.boxes_n == BACKUP_BOXES_MAX) {
			e = err_set(ei, ERR_TOOBIG,
			    "The backup has more passwords, or longer ones, "
			    "than there can be.");
			break;
		}
		more = try_realloc(
		    b->boxes, (b->info.boxes_n + 1) * sizeof(*more));
		if (more == NULL) {
			e = err_set(
			    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
			break;
		}
		b->boxes = more;
		more[b->info.boxes_n].table = b->box_tables.n - 1;
		more[b->info.boxes_n++].n = n;
	}
	if (e == ERR_OK && rc != SQLITE_DONE)
		e = sql_error(b->db, rc, ei);
	sqlite3_finalize(st);
	return e;
}

enum err
restore_find_boxes(struct backup *b, struct errinfo *ei)
{
	struct strlist tables = {NULL, 0}, cols = {NULL, 0};
	int schema = 0;
	enum err e;
	size_t i;

	e = backup_table_list(b->db, &tables, &schema, ei);
	for (i = 0; i < tables.n && e == ERR_OK; i++) {
		strlist_clear(&cols);
		e = backup_table_columns(b->db, tables.v[i], &cols, ei);
		if (e != ERR_OK || !strlist_has(&cols, "box"))
			continue;
		if ((e = strlist_add(&b->box_tables, tables.v[i])) == ERR_OK)
			e = add_boxes(b, tables.v[i], ei);
	}
	strlist_clear(&cols);
	strlist_clear(&tables);
	return e;
}

static const char *
table_of(const struct backup *b, size_t i)
{
	return b->box_tables.v[b->boxes[i].table];
}

/* The key of the table that the box is in: "a", "b". */
static enum err
box_key(const struct backup *b, size_t i, struct buf *key, struct errinfo *ei)
{
	if (i >= b->info.boxes_n)
		return err_set(ei, ERR_NOTFOUND, "there is no such box");
	return backup_table_order(b->db, table_of(b, i), key, ei);
}

enum err
backup_box(const struct backup *b, size_t i, unsigned char out[BACKUP_BOX_MAX],
    size_t *n, struct errinfo *ei)
{
	struct buf key = BUF_INIT(STATEMENT_MAX / 4);
	char text[STATEMENT_MAX];
	sqlite3_stmt *st = NULL;
	enum err e;
	int rc;

	if ((e = box_key(b, i, &key, ei)) != ERR_OK)
		goto out;
	(void)snprintf(text, sizeof(text),
	    "SELECT box FROM main.\"%s\" ORDER BY %s LIMIT 1 OFFSET ?1",
	    table_of(b, i), buf_str(&key));
	if ((e = prepare(b->db, &st, text, ei)) != ERR_OK)
		goto out;
	sqlite3_bind_int64(st, 1, b->boxes[i].n);
	if ((rc = sqlite3_step(st)) != SQLITE_ROW) {
		e = sql_error(b->db, rc, ei);
	} else {
		*n = (size_t)sqlite3_column_bytes(st, 0);
		if (*n > BACKUP_BOX_MAX)
			*n = 0;
		if (*n > 0)
			memcpy(out, sqlite3_column_blob(st, 0), *n);
	}
out:
	sqlite3_finalize(st);
	buf_clear(&key);
	return e;
}

enum err
backup_box_set(
    struct backup *b, size_t i, const void *p, size_t n, struct errinfo *ei)
{
	struct buf key = BUF_INIT(STATEMENT_MAX / 4);
	char text[STATEMENT_MAX];
	sqlite3_stmt *st = NULL;
	enum err e;
	int rc;

	if (n > BACKUP_BOX_MAX)
		return err_set(ei, ERR_ARG, "the box is too long");
	if ((e = box_key(b, i, &key, ei)) != ERR_OK)
		goto out;
	(void)snprintf(text, sizeof(text),
	    "UPDATE main.\"%s\" SET box = ?1 WHERE (%s) = (SELECT %s"
	    " FROM main.\"%s\" ORDER BY %s LIMIT 1 OFFSET ?2)",
	    table_of(b, i), buf_str(&key), buf_str(&key), table_of(b, i),
	    buf_str(&key));
	if ((e = prepare(b->db, &st, text, ei)) != ERR_OK)
		goto out;
	if (n == 0)
		sqlite3_bind_zeroblob(st, 1, 0);
	else
		sqlite3_bind_blob(st, 1, p, (int)n, SQLITE_STATIC);
	sqlite3_bind_int64(st, 2, b->boxes[i].n);
	rc = sqlite3_step(st);
	if (rc != SQLITE_DONE)
		e = sql_error(b->db, rc, ei);
out:
	sqlite3_finalize(st);
	buf_clear(&key);
	return e;
}

/* -- applying it -- */

/* A box that is not there means that the password is to be entered again. */
static enum err
without_box(struct backup *b, struct errinfo *ei)
{
	struct strlist cols = {NULL, 0};
	char text[STATEMENT_MAX];
	enum err e;
	size_t i;

	/* Nothing is left of these without their box. */
	e = exec(b->db,
	    "DELETE FROM admin_factor WHERE length(box) = 0;"
	    "DELETE FROM exchange_next WHERE length(box) = 0",
	    ei);
	for (i = 0; i < b->box_tables.n && e == ERR_OK; i++) {
		strlist_clear(&cols);
		e = backup_table_columns(b->db, b->box_tables.v[i], &cols, ei);
		if (e != ERR_OK || !strlist_has(&cols, "bound_to"))
			continue;
		(void)snprintf(text, sizeof(text),
		    "UPDATE main.\"%s\" SET bound_to = ''%s WHERE"
		    " length(box) = 0",
		    b->box_tables.v[i],
		    strlist_has(&cols, "password_set_s")
			? ", password_set_s = 0"
			: "");
		e = exec(b->db, text, ei);
	}
	strlist_clear(&cols);
	return e;
}

static enum err
copy_rows(sqlite3 *from, sqlite3 *to, const char *table, struct errinfo *ei)
{
	struct buf sql = BUF_INIT(STATEMENT_MAX);
	struct strlist cols = {NULL, 0};
	sqlite3_stmt *rows = NULL, *put = NULL;
	enum err e;
	int rc = SQLITE_DONE, i;

	if ((e = backup_table_columns(to, table, &cols, ei)) != ERR_OK ||
	    (e = restore_insert_text(table, &cols, &sql)) != ERR_OK ||
	    (e = backup_table_rows(from, table, &rows, ei)) != ERR_OK)
		goto out;
	if ((rc = sqlite3_prepare_v2(to, buf_str(&sql), -1, &put, NULL)) !=
	    SQLITE_OK) {
		e = sql_error(to, rc, ei);
		goto out;
	}
	while ((rc = sqlite3_step(rows)) == SQLITE_ROW) {
		for (i = 0; i < sqlite3_column_count(rows); i++)
			sqlite3_bind_value(
			    put, i + 1, sqlite3_column_value(rows, i));
		if ((rc = sqlite3_step(put)) != SQLITE_DONE) {
			e = sql_error(to, rc, ei);
			goto out;
		}
		sqlite3_reset(put);
	}
	if (rc != SQLITE_DONE)
		e = sql_error(from, rc, ei);
out:
	sqlite3_finalize(rows);
	sqlite3_finalize(put);
	strlist_clear(&cols);
	buf_clear(&sql);
	return e;
}

static enum err
replace_all(struct backup *b, struct store *s, const struct store_actor *who,
    struct errinfo *ei)
{
	struct strlist tables = {NULL, 0};
	char text[STATEMENT_MAX], made[CLOCK_TEXT_MAX];
	int schema = 0;
	enum err e;
	size_t i;

	/* A row may come before the one that it belongs to. */
	if ((e = exec(s->rw.db, "PRAGMA defer_foreign_keys = ON", ei)) !=
		ERR_OK ||
	    (e = backup_table_list(b->db, &tables, &schema, ei)) != ERR_OK)
		goto out;
	for (i = 0; i < tables.n && e == ERR_OK; i++) {
		(void)snprintf(
		    text, sizeof(text), "DELETE FROM main.\"%s\"", tables.v[i]);
		e = exec(s->rw.db, text, ei);
	}
	for (i = 0; i < tables.n && e == ERR_OK; i++)
		e = copy_rows(b->db, s->rw.db, tables.v[i], ei);
	/* Nobody goes on as somebody else. */
	if (e == ERR_OK)
		e = exec(s->rw.db,
		    "DELETE FROM session; DELETE FROM exchange_draft", ei);
	clock_iso_ms((uint64_t)b->info.made_s * 1000, made);
	if (e == ERR_OK)
		e = store_change_log(
		    s, who, "backup", b->info.system, "restored", "", made, ei);
	if (e == ERR_OK)
		e = store_change_revision(s, ei);
out:
	strlist_clear(&tables);
	return e;
}

enum err
backup_apply(struct backup *b, struct store *s, const struct store_actor *who,
    struct errinfo *ei)
{
	enum err e;

	if ((e = without_box(b, ei)) != ERR_OK ||
	    (e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	return store_tx_end(s, replace_all(b, s, who, ei), ei);
}
