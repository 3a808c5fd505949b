/* store_snapshot.c - see store_snapshot.h. */
#include "common/store_snapshot.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/store_sql.h"
#include "common/str.h"

static const struct {
	const char *name;
	enum sql_id id;
} parts[] = {
#define PART(db, table, file, id, left_out) {file, SQL_##id},
#define NONE(db, table, why)
#include "common/store_snapshot.def"
#undef NONE
#undef PART
};

#define PARTS_N (sizeof(parts) / sizeof(parts[0]))
#define CLOSING "\n]\n"

const char *
store_snapshot_name(size_t i)
{
	return i < PARTS_N ? parts[i].name : NULL;
}

/* A column "json" is a tree already.  No column is a blob: those that are
 * would be secrets, and are shown as null. */
static json_t *
value_of(sqlite3_stmt *st, int col)
{
	const char *text;
	json_t *v;

	switch (sqlite3_column_type(st, col)) {
	case SQLITE_INTEGER:
		return json_integer(sqlite3_column_int64(st, col));
	case SQLITE_TEXT:
		if ((text = (const char *)sqlite3_column_text(st, col)) == NULL)
			return NULL;
		if (str_eq(sqlite3_column_name(st, col), "json") &&
		    (v = json_loads(text, 0, NULL)) != NULL)
			return v;
		v = json_string(text);
		return v != NULL ? v : json_string("(not UTF-8)");
	default:
		return json_null();
	}
}

static int
to_buf(const char *p, size_t n, void *arg)
{
	struct buf *out = arg;

	return buf_put(out, p, n) == ERR_OK ? 0 : -1;
}

static enum err
put_row(sqlite3_stmt *st, bool is_first, struct buf *out)
{
	const size_t was = out->len;
	json_t *row = json_object();
	enum err e = ERR_OK;
	int i;

	for (i = 0; row != NULL && i < sqlite3_column_count(st); i++)
		if (json_object_set_new(row, sqlite3_column_name(st, i),
			value_of(st, i)) != 0) {
			json_decref(row);
			row = NULL;
		}
	if (row == NULL)
		e = ERR_NOMEM;
	if (e == ERR_OK)
		e = buf_puts(out, is_first ? "\n" : ",\n");
	if (e == ERR_OK && json_dump_callback(row, to_buf, out,
			       JSON_COMPACT | JSON_PRESERVE_ORDER) != 0)
		e = ERR_TOOBIG;
	/* The end has to fit behind it. */
	if (e == ERR_OK && out->len + strlen(CLOSING) > out->max)
		e = ERR_TOOBIG;
	if (e != ERR_OK && out->len > was) {
		out->len = was;
		out->p[was] = '\0';
	}
	json_decref(row);
	return e;
}

enum err
store_snapshot_part(
    struct store *s, size_t i, struct buf *out, struct errinfo *ei)
{
	bool row = false, is_first = true;
	enum err e, end;
	struct sql q;

	if (i >= PARTS_N)
		return err_set(ei, ERR_ARG, "there is no such part");
	e = sql_open(&q, s, parts[i].id, ei);
	if (e == ERR_OK)
		e = buf_puts(out, "[");
	while (e == ERR_OK && (e = sql_next(&q, &row)) == ERR_OK && row) {
		e = put_row(q.st, is_first, out);
		is_first = false;
	}
	sql_close(&q);
	if (e != ERR_OK && e != ERR_TOOBIG)
		return e;
	end = buf_puts(out, CLOSING);
	return e == ERR_OK ? end : e;
}
