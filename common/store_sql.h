/* store_sql.h - inside libstore: the named statements of store_sql.def and
 * a cursor to bind, step and read one.  Errors stick to the cursor, so that
 * a caller binds and reads everything and asks once. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct bytes;
struct sqlite3;
struct sqlite3_stmt;
struct store;

enum sql_id {
#define SQL(name, db, roles, text) SQL_##name,
#include "common/store_sql.def"
#undef SQL
	SQL__MAX
};

struct sql {
	struct sqlite3 *db;
	struct sqlite3_stmt *st;
	int bind_n, col_n;
	enum err e;
	struct errinfo *ei;
};

/* Class and text of a SQLite result. */
enum err sql_error(struct sqlite3 *db, int rc, struct errinfo *ei) ERR_CHECK;
/* Whether to do the same once more, after a short wait: a reader that may not
 * write the -shm file met its header while the writer was changing it, for
 * which SQLite does not call the busy handler.  tries: begins at 0. */
bool sql_again(int rc, int *tries);

/* ERR_DENIED: this role may not run it.  ERR_NOTFOUND: the other side's
 * database is not there.  Needs sql_close() in every case. */
enum err sql_open(struct sql *q, struct store *s, enum sql_id id,
    struct errinfo *ei) ERR_CHECK;
void sql_close(struct sql *q);

/* In the order of the statement's parameters.  Text and blobs are borrowed
 * until sql_close(). */
void sql_text(struct sql *q, const char *v); /* NULL binds "" */
void sql_int(struct sql *q, int64_t v);
void sql_blob(struct sql *q, const void *p, size_t n);

/* Steps to the next row.  A sticky error comes out here. */
enum err sql_next(struct sql *q, bool *row) ERR_CHECK;
/* For a statement that returns no row. changed: rows, may be NULL. */
enum err sql_run(struct sql *q, int *changed) ERR_CHECK;
int64_t sql_new_id(struct sql *q); /* of the row just inserted */
/* Steps to the one row that is wanted; ERR_NOTFOUND with this text where
 * there is none. */
enum err sql_one(struct sql *q, const char *what) ERR_CHECK;

/* Columns from left to right.  dup: owned, never NULL unless memory is out
 * (then the error sticks). */
char *sql_col_dup(struct sql *q);
const char *sql_col_text(struct sql *q); /* borrowed until the next row */
void sql_col_copy(struct sql *q, char *out, size_t size);
int64_t sql_col_int(struct sql *q);
bool sql_col_flag(struct sql *q);
void sql_col_bytes(struct sql *q, struct bytes *out);
const void *sql_col_peek(struct sql *q, size_t *n);

#endif
