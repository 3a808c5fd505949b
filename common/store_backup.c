/* store_backup.c - makes a backup; see store_backup.h.  How one is read is
 * in store_restore.c. */
#include "config.h"

#include "common/store_backup.h"

#include <jansson.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/backup_file.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_backup_table.h"
#include "common/store_change.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/str.h"

#define VARIANT sodium_base64_VARIANT_ORIGINAL

static int
to_buf(const char *p, size_t n, void *arg)
{
	struct buf *out = arg;

	return buf_put(out, p, n) == ERR_OK ? 0 : -1;
}

static enum err
put_json(struct buf *out, json_t *v)
{
	int rc;

	if (v == NULL)
		return ERR_NOMEM;
	rc = json_dump_callback(v, to_buf, out, JSON_COMPACT | JSON_ENCODE_ANY);
	json_decref(v);
	return rc == 0 ? ERR_OK : ERR_TOOBIG;
}

/* {"b": "BASE64"} */
static json_t *
blob(const void *p, size_t n)
{
	const size_t size = sodium_base64_encoded_len(n, VARIANT);
	char *text = try_alloc(size);
	json_t *v;

	if (text == NULL)
		return NULL;
	sodium_bin2base64(text, size, n > 0 ? p : "", n, VARIANT);
	v = json_pack("{s:s}", "b", text);
	mem_free(text);
	return v;
}

static json_t *
value_of(sqlite3_stmt *st, int col)
{
	switch (sqlite3_column_type(st, col)) {
	case SQLITE_INTEGER:
		return json_integer(sqlite3_column_int64(st, col));
	case SQLITE_TEXT:
		return json_string((const char *)sqlite3_column_text(st, col));
	case SQLITE_BLOB:
		return blob(sqlite3_column_blob(st, col),
		    (size_t)sqlite3_column_bytes(st, col));
	default:
		return json_null();
	}
}

static enum err
put_row(struct buf *out, sqlite3_stmt *st, bool is_first)
{
	json_t *row = json_array();
	enum err e;
	int i;

	for (i = 0; row != NULL && i < sqlite3_column_count(st); i++)
		if (json_array_append_new(row, value_of(st, i)) != 0) {
			json_decref(row);
			row = NULL;
		}
	e = buf_puts(out, is_first ? "\n" : ",\n");
	if (e != ERR_OK) {
		json_decref(row);
		return e;
	}
	return put_json(out, row);
}

static enum err
put_columns(struct buf *out, sqlite3_stmt *st)
{
	json_t *l = json_array();
	int i;

	for (i = 0; l != NULL && i < sqlite3_column_count(st); i++)
		if (json_array_append_new(
			l, json_string(sqlite3_column_name(st, i))) != 0) {
			json_decref(l);
			l = NULL;
		}
	return put_json(out, l);
}

static enum err
put_table(sqlite3 *db, const char *table, bool is_first, struct buf *out,
    struct errinfo *ei)
{
	sqlite3_stmt *st = NULL;
	bool first = true;
	int rc = SQLITE_ROW, tries = 0;
	enum err e;

	if ((e = backup_table_rows(db, table, &st, ei)) != ERR_OK)
		return e;
	if ((e = buf_putf(out, "%s\n\"%s\": {\"columns\": ",
		 is_first ? "" : ",", table)) == ERR_OK &&
	    (e = put_columns(out, st)) == ERR_OK)
		e = buf_puts(out, ", \"rows\": [");
	while (e == ERR_OK) {
		do
			rc = sqlite3_step(st);
		while (sql_again(rc, &tries));
		if (rc != SQLITE_ROW)
			break;
		e = put_row(out, st, first);
		first = false;
	}
	if (e == ERR_OK && rc != SQLITE_DONE)
		e = sql_error(db, rc, ei);
	sqlite3_finalize(st);
	return e == ERR_OK ? buf_puts(out, "]}") : e;
}

static enum err
put_head(struct store *s, const char *system,
    const unsigned char pk[BACKUP_PK_LEN], int schema, struct buf *out,
    struct errinfo *ei)
{
	unsigned char key[BACKUP_KEY_MAX];
	size_t len = 0;
	int64_t set_s = 0;
	json_t *v;
	enum err e;

	if ((e = store_recovery_get(s, key, &len, &set_s, ei)) != ERR_OK)
		return e;
	v = json_pack("{s:s, s:s, s:I, s:i, s:o, s:o}", "product",
	    PACKAGE_VERSION, "system", system, "made_s",
	    (json_int_t)clock_wall_s(), "schema", schema, "seal_pk",
	    blob(pk, BACKUP_PK_LEN), "key", blob(key, len));
	if ((e = put_json(out, v)) != ERR_OK)
		return e;
	/* The tables go in before its closing brace. */
	out->len--;
	return buf_puts(out, ",\n\"tables\": {");
}

static enum err
put_all(struct store *s, const char *system,
    const unsigned char pk[BACKUP_PK_LEN], struct buf *out, struct errinfo *ei)
{
	struct strlist tables = {NULL, 0};
	int schema = 0;
	enum err e;
	size_t i;

	if ((e = backup_table_list(s->rw.db, &tables, &schema, ei)) == ERR_OK)
		e = put_head(s, system, pk, schema, out, ei);
	for (i = 0; i < tables.n && e == ERR_OK; i++)
		e = put_table(s->rw.db, tables.v[i], i == 0, out, ei);
	if (e == ERR_OK)
		e = buf_puts(out, "}}\n");
	strlist_clear(&tables);
	return e;
}

/* One transaction, so that it is one moment of the configuration. */
enum err
store_backup_make(struct store *s, const char *system,
    const unsigned char pk[BACKUP_PK_LEN], struct buf *out, struct errinfo *ei)
{
	struct buf body = BUF_INIT(BACKUP_MAX - BACKUP_HEAD_MAX);
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	e = store_tx_end(s, put_all(s, system, pk, &body, ei), ei);
	if (e == ERR_TOOBIG)
		(void)err_set(ei, e,
		    "The configuration is larger than a backup may be (%d "
		    "MiB).",
		    BACKUP_MAX >> 20);
	if (e == ERR_OK)
		e = backup_file_frame(out, &body, ei);
	buf_wipe(&body);
	return e;
}

/* -- the recovery key -- */

enum err
store_recovery_get(struct store *s, unsigned char key[BACKUP_KEY_MAX],
    size_t *len, int64_t *set_s, struct errinfo *ei)
{
	const void *p;
	struct sql q;
	size_t n = 0;
	bool row;
	enum err e;

	*len = 0;
	*set_s = 0;
	if ((e = sql_open(&q, s, SQL_RECOVERY_GET, ei)) != ERR_OK)
		return e;
	if ((e = sql_next(&q, &row)) == ERR_OK && row) {
		p = sql_col_peek(&q, &n);
		if (n > 0 && n <= BACKUP_KEY_MAX) {
			memcpy(key, p, n);
			*len = n;
		}
		*set_s = sql_col_int(&q);
		e = q.e;
	}
	sql_close(&q);
	return e;
}

static enum err
recovery_put(struct store *s, const struct store_actor *who,
    const unsigned char *key, size_t len, struct errinfo *ei)
{
	unsigned char old[BACKUP_KEY_MAX];
	size_t old_len = 0;
	int64_t at_s = 0;
	struct sql q;
	enum err e;

	if ((e = store_recovery_get(s, old, &old_len, &at_s, ei)) != ERR_OK ||
	    (e = sql_open(&q, s, SQL_RECOVERY_SET, ei)) != ERR_OK)
		return e;
	sql_blob(&q, key, len);
	sql_int(&q, clock_wall_s());
	sql_text(&q, who->who);
	e = sql_run(&q, NULL);
	sql_close(&q);
	return e != ERR_OK
		   ? e
		   : store_change_log(s, who, "backup", "recovery_passphrase",
			 NULL, old_len > 0 ? "set" : "unset", "set anew", ei);
}

enum err
store_recovery_set(struct store *s, const struct store_actor *who,
    const unsigned char *key, size_t len, struct errinfo *ei)
{
	enum err e;

	if ((e = store_tx_begin(s, ei)) != ERR_OK)
		return e;
	return store_tx_end(s, recovery_put(s, who, key, len, ei), ei);
}
