/* store_copy.c - see store_copy.h. */
#include "common/store_copy.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "common/store.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/str.h"

#define PAGES 256 /* of one step; in between others may write */
#define PAUSE_MS 20 /* when somebody writes just now */
#define TRIES 100

static enum err
open_one(sqlite3 **db, const char *path, int flags, struct errinfo *ei)
{
	enum err e;
	int rc;

	rc = sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_busy_timeout(*db, STORE_BUSY_MS);
		sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		return ERR_OK;
	}
	e = sql_error(*db, rc, ei);
	errinfo_context(ei, "%s", path);
	sqlite3_close(*db);
	*db = NULL;
	return e;
}

static enum err
copy_pages(sqlite3 *from, sqlite3 *to, struct errinfo *ei)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int rc, tries = 0;

	if (b == NULL)
		return sql_error(to, sqlite3_errcode(to), ei);
	do {
		rc = sqlite3_backup_step(b, PAGES);
		if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
			sqlite3_sleep(PAUSE_MS);
	} while (
	    rc == SQLITE_OK ||
	    ((rc == SQLITE_BUSY || rc == SQLITE_LOCKED) && ++tries < TRIES));
	(void)sqlite3_backup_finish(b);
	return rc == SQLITE_DONE ? ERR_OK : sql_error(to, rc, ei);
}

static enum err
copy_one(const char *from, const char *to, struct errinfo *ei)
{
	sqlite3 *a = NULL, *b = NULL;
	enum err e;

	if (access(to, F_OK) == 0)
		return err_set(ei, ERR_EXISTS, "%s is there already.", to);
	if (access(from, F_OK) != 0 && errno == ENOENT)
		return ERR_OK;
	if ((e = store_conn_create(to, ei)) != ERR_OK ||
	    (e = open_one(&a, from, SQLITE_OPEN_READONLY, ei)) != ERR_OK ||
	    (e = open_one(&b, to, SQLITE_OPEN_READWRITE, ei)) != ERR_OK)
		goto out;
	if ((e = copy_pages(a, b, ei)) != ERR_OK)
		errinfo_context(ei, "%s", to);
out:
	sqlite3_close(a);
	sqlite3_close(b);
	return e;
}

static enum err
ask(sqlite3 *db, const char *sql, sqlite3_stmt **st, struct errinfo *ei)
{
	int rc = sqlite3_prepare_v2(db, sql, -1, st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(*st);
	return rc == SQLITE_ROW ? ERR_OK : sql_error(db, rc, ei);
}

static enum err
check_whole(const char *path, struct errinfo *ei)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	const char *said;
	enum err e;

	if ((e = open_one(&db, path, SQLITE_OPEN_READONLY, ei)) != ERR_OK)
		return e;
	e = ask(db, "PRAGMA integrity_check(1)", &st, ei);
	if (e == ERR_OK) {
		said = (const char *)sqlite3_column_text(st, 0);
		if (said == NULL || !str_eq(said, "ok"))
			e = err_set(ei, ERR_STORE, "%s: %.200s", path,
			    said != NULL ? said : "");
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return e;
}

/* Opened by the role that writes it, it is migrated. */
static enum err
migrate(const struct store_paths *p, enum store_role role, struct errinfo *ei)
{
	struct store *s = NULL;
	enum err e = store_open(&s, role, p->config, p->state, ei);

	store_close(s);
	return e;
}

enum err
store_copy(const struct store_paths *from, const struct store_paths *to,
    struct errinfo *ei)
{
	enum err e;

	if ((e = copy_one(from->config, to->config, ei)) != ERR_OK ||
	    (e = copy_one(from->state, to->state, ei)) != ERR_OK ||
	    (e = migrate(to, STORE_ADMIN, ei)) != ERR_OK ||
	    (e = migrate(to, STORE_ENGINE, ei)) != ERR_OK ||
	    (e = check_whole(to->config, ei)) != ERR_OK)
		return e;
	return check_whole(to->state, ei);
}

enum err
store_copy_last_change(const char *config, int64_t *id, struct errinfo *ei)
{
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	enum err e;

	if ((e = open_one(&db, config, SQLITE_OPEN_READONLY, ei)) != ERR_OK)
		return e;
	e = ask(db, "SELECT coalesce(max(id), 0) FROM config_log", &st, ei);
	if (e == ERR_OK)
		*id = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return e;
}
