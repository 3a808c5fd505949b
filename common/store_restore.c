/* store_restore.c - reads a backup, and says what it would change; see
 * store_backup.h.  How it is applied is in store_restore_apply.c. */
#include "common/store_restore.h"

#include <jansson.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

#include "common/alloc.h"
#include "common/backup_file.h"
#include "common/buf.h"
#include "common/store_backup_table.h"
#include "common/store_migrate.h"
#include "common/store_sql.h"
#include "common/str.h"

#define VARIANT sodium_base64_VARIANT_ORIGINAL
#define STATEMENT_MAX 8192u
#define ROWS_MAX 200000u /* of one table */
#define SCHEMA_MAX 100000

static enum err
damaged(struct errinfo *ei, const char *what)
{
	return err_set(
	    ei, ERR_PROTO, "The backup is not what one is: %s.", what);
}

static enum err
exec(sqlite3 *db, const char *sql, struct errinfo *ei)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ERR_OK : sql_error(db, rc, ei);
}

/* -- values -- */

/* {"b": "BASE64"} into out, at most max bytes. */
static bool
take_blob(const json_t *v, unsigned char *out, size_t max, size_t *n)
{
	const json_t *b = json_object_get(v, "b");
	const char *text = json_string_value(b), *end;

	return text != NULL && json_object_size(v) == 1 &&
	       sodium_base642bin(out, max, text, json_string_length(b), NULL, n,
		   &end, VARIANT) == 0 &&
	       *end == '\0';
}

static enum err
bind_blob(sqlite3_stmt *st, int at, const json_t *v, struct errinfo *ei)
{
	const json_t *b = json_object_get(v, "b");
	const size_t max = json_string_length(b) + 1;
	unsigned char *p;
	size_t n = 0;
	enum err e = ERR_OK;

	if (!json_is_string(b))
		return damaged(ei, "a value has no type");
	if ((p = try_alloc(max)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	if (!take_blob(v, p, max, &n))
		e = damaged(ei, "a value is no base64");
	else if ((n == 0 ? sqlite3_bind_zeroblob(st, at, 0)
			 : sqlite3_bind_blob(st, at, p, (int)n,
			       SQLITE_TRANSIENT)) != SQLITE_OK)
		e = err_set(ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	mem_free(p);
	return e;
}

/* Text of a page or a log: lines and tabs, and no other control. */
static bool
is_text(const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' && *s != '\n' && *s != '\t' &&
		    *s != '\r')
			return false;
	return true;
}

static enum err
bind(sqlite3_stmt *st, int at, const json_t *v, struct errinfo *ei)
{
	int rc;

	switch (json_typeof(v)) {
	case JSON_INTEGER:
		rc = sqlite3_bind_int64(st, at, json_integer_value(v));
		break;
	case JSON_STRING:
		if (!is_text(json_string_value(v)))
			return damaged(ei, "a text has control characters");
		rc = sqlite3_bind_text(
		    st, at, json_string_value(v), -1, SQLITE_TRANSIENT);
		break;
	case JSON_NULL:
		rc = sqlite3_bind_null(st, at);
		break;
	case JSON_OBJECT:
		return bind_blob(st, at, v, ei);
	default:
		return damaged(ei, "a value is of no known type");
	}
	return rc == SQLITE_OK
		   ? ERR_OK
		   : err_set(ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
}

/* -- tables -- */

enum err
restore_insert_text(
    const char *table, const struct strlist *cols, struct buf *out)
{
	enum err e;
	size_t i;

	e = buf_putf(out, "INSERT INTO main.\"%s\" (", table);
	for (i = 0; i < cols->n && e == ERR_OK; i++)
		e = buf_putf(out, "%s\"%s\"", i > 0 ? ", " : "", cols->v[i]);
	if (e == ERR_OK)
		e = buf_puts(out, ") VALUES (");
	for (i = 0; i < cols->n && e == ERR_OK; i++)
		e = buf_puts(out, i > 0 ? ", ?" : "?");
	return e == ERR_OK ? buf_puts(out, ")") : e;
}

static bool
columns_are(const json_t *have, const struct strlist *want)
{
	size_t i;

	if (json_array_size(have) != want->n)
		return false;
	for (i = 0; i < want->n; i++) {
		const char *s = json_string_value(json_array_get(have, i));

		if (s == NULL || !str_eq(s, want->v[i]))
			return false;
	}
	return true;
}

static enum err
load_rows(sqlite3 *db, sqlite3_stmt *st, const json_t *rows, size_t cols_n,
    struct errinfo *ei)
{
	enum err e = ERR_OK;
	size_t i, k;

	if (!json_is_array(rows) || json_array_size(rows) > ROWS_MAX)
		return damaged(ei, "a table has no rows, or too many");
	for (i = 0; i < json_array_size(rows) && e == ERR_OK; i++) {
		const json_t *row = json_array_get(rows, i);

		if (json_array_size(row) != cols_n)
			return damaged(ei, "a row has not all columns");
		for (k = 0; k < cols_n && e == ERR_OK; k++)
			e = bind(st, (int)k + 1, json_array_get(row, k), ei);
		if (e == ERR_OK && sqlite3_step(st) != SQLITE_DONE)
			e = damaged(ei, sqlite3_errmsg(db));
		sqlite3_reset(st);
	}
	return e;
}

static enum err
load_table(sqlite3 *db, const char *table, const json_t *t, struct errinfo *ei)
{
	struct buf sql = BUF_INIT(STATEMENT_MAX);
	struct strlist cols = {NULL, 0};
	sqlite3_stmt *st = NULL;
	enum err e;

	if ((e = backup_table_columns(db, table, &cols, ei)) != ERR_OK)
		goto out;
	if (!columns_are(json_object_get(t, "columns"), &cols)) {
		e = damaged(ei, "a table has other columns");
		goto out;
	}
	/* What a new database begins with. */
	if ((e = buf_putf(&sql, "DELETE FROM main.\"%s\"", table)) != ERR_OK ||
	    (e = exec(db, buf_str(&sql), ei)) != ERR_OK)
		goto out;
	buf_reset(&sql);
	if ((e = restore_insert_text(table, &cols, &sql)) != ERR_OK)
		goto out;
	if (sqlite3_prepare_v2(db, buf_str(&sql), -1, &st, NULL) != SQLITE_OK) {
		e = damaged(ei, sqlite3_errmsg(db));
		goto out;
	}
	e = load_rows(db, st, json_object_get(t, "rows"), cols.n, ei);
out:
	sqlite3_finalize(st);
	strlist_clear(&cols);
	buf_clear(&sql);
	return e;
}

/* Each table that its version has, and no other. */
static enum err
load_tables(sqlite3 *db, const json_t *tables, struct errinfo *ei)
{
	struct strlist names = {NULL, 0};
	int schema = 0;
	enum err e;
	size_t i;

	e = backup_table_list(db, &names, &schema, ei);
	if (e == ERR_OK && json_object_size(tables) != names.n)
		e = damaged(ei, "it has not the tables of its version");
	for (i = 0; i < names.n && e == ERR_OK; i++) {
		const json_t *t = json_object_get(tables, names.v[i]);

		e = t == NULL
			? damaged(ei, "it has not the tables of its version")
			: load_table(db, names.v[i], t, ei);
		if (e != ERR_OK)
			errinfo_context(
			    ei, "%s", backup_table_title(names.v[i]));
	}
	strlist_clear(&names);
	return e;
}

static enum err
open_memory(sqlite3 **out, struct errinfo *ei)
{
	if (sqlite3_open_v2(":memory:", out,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
		    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
		NULL) != SQLITE_OK)
		return err_set(ei, ERR_NOMEM, "no memory for the backup");
	sqlite3_db_config(*out, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	sqlite3_db_config(*out, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(*out, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_limit(*out, SQLITE_LIMIT_LENGTH, BACKUP_MAX);
	return ERR_OK;
}

/* One integer, or -1. */
static int64_t
ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;
	int64_t n = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		n = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return n;
}

static enum err
judge(struct backup *b, struct errinfo *ei)
{
	if (ask(b->db, "SELECT count(*) FROM pragma_foreign_key_check") != 0)
		return damaged(ei, "a row belongs to another that is missing");
	if (ask(b->db, "SELECT count(*) FROM admin WHERE role = 'read-write'"
		       " AND enabled = 1 AND pwhash LIKE '$argon2id$%'") < 1)
		return err_set(ei, ERR_ARG,
		    "No read-write administrator could sign in with this "
		    "backup.");
	b->info.users_n = (size_t)ask(b->db, "SELECT count(*) FROM user");
	b->info.exchange_n =
	    (size_t)ask(b->db, "SELECT count(*) FROM exchange");
	b->info.admins_n = (size_t)ask(b->db, "SELECT count(*) FROM admin");
	return restore_find_boxes(b, ei);
}

/* -- the head -- */

static enum err
take_head(struct backup *b, const json_t *root, struct errinfo *ei)
{
	const char *product =
	    json_string_value(json_object_get(root, "product"));
	const char *system = json_string_value(json_object_get(root, "system"));
	const json_t *made = json_object_get(root, "made_s");
	const json_t *schema = json_object_get(root, "schema");
	size_t n = 0;

	if (product == NULL || system == NULL || !json_is_integer(made) ||
	    !json_is_integer(schema) || str_has_control(product) ||
	    str_has_control(system) ||
	    !str_copy(b->info.product, sizeof(b->info.product), product) ||
	    !str_copy(b->info.system, sizeof(b->info.system), system))
		return damaged(ei, "its head is incomplete");
	if (!take_blob(json_object_get(root, "seal_pk"), b->info.pk,
		sizeof(b->info.pk), &n) ||
	    n != sizeof(b->info.pk) ||
	    !take_blob(json_object_get(root, "key"), b->info.key,
		sizeof(b->info.key), &b->info.key_len))
		return damaged(ei, "its keys are incomplete");
	b->info.made_s = json_integer_value(made);
	if (json_integer_value(schema) < 1 ||
	    json_integer_value(schema) > SCHEMA_MAX)
		return damaged(ei, "its version is none");
	b->info.schema = (int)json_integer_value(schema);
	return ERR_OK;
}

static enum err
load(struct backup *b, const json_t *root, struct errinfo *ei)
{
	enum err e;

	if ((e = take_head(b, root, ei)) != ERR_OK ||
	    (e = open_memory(&b->db, ei)) != ERR_OK)
		return e;
	if (b->info.schema > store_newest(STORE_CONFIG))
		return err_set(ei, ERR_UNSUPPORTED,
		    "Version %s of calconn made this backup, which is newer "
		    "than this one.",
		    b->info.product);
	if ((e = store_migrate_to(b->db, STORE_CONFIG, b->info.schema, ei)) !=
		ERR_OK ||
	    (e = exec(b->db, "BEGIN", ei)) != ERR_OK ||
	    (e = load_tables(b->db, json_object_get(root, "tables"), ei)) !=
		ERR_OK ||
	    (e = exec(b->db, "COMMIT", ei)) != ERR_OK)
		return e;
	if ((e = store_migrate(b->db, STORE_CONFIG, ei)) != ERR_OK) {
		ei->code = ERR_PROTO;
		return ERR_PROTO;
	}
	return judge(b, ei);
}

enum err
backup_read(struct backup **out, const char *p, size_t n, struct errinfo *ei)
{
	struct backup *b = xalloc(sizeof(*b));
	struct errinfo own = {ERR_OK, ""};
	const char *body = NULL;
	json_t *root = NULL;
	size_t body_n = 0;
	enum err e;

	if (ei == NULL)
		ei = &own;
	if ((e = backup_file_open(p, n, &body, &body_n, ei)) != ERR_OK)
		goto out;
	root = json_loadb(body, body_n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root)) {
		e = damaged(ei, "it is no JSON");
		goto out;
	}
	if ((e = load(b, root, ei)) != ERR_OK)
		goto out;
	*out = b;
	b = NULL;
out:
	json_decref(root);
	backup_free(b);
	return e;
}

void
backup_free(struct backup *b)
{
	if (b == NULL)
		return;
	sqlite3_close(b->db);
	strlist_clear(&b->box_tables);
	mem_free(b->boxes);
	mem_free(b);
}

const struct backup_info *
backup_info(const struct backup *b)
{
	return &b->info;
}
