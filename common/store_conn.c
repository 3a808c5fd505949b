/* store_conn.c - opens the databases as each role may have them. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/str.h"
#include "common/store_conn.h"
#include "common/store_migrate.h"

#define WAL_KEEP "4194304" /* bytes a -wal file is cut back to */
#define VALUE_MAX (16 * 1024 * 1024) /* bytes of one value */
#define RETRY_MS 10 /* between tries to switch to WAL */

static bool
file_id_of(const char *path, struct file_id *id)
{
	struct stat sb;

	memset(id, 0, sizeof *id);
	if (stat(path, &sb) != 0)
		return false;
	id->dev = sb.st_dev;
	id->ino = sb.st_ino;
	return true;
}

static bool
file_id_same(const struct file_id *a, const struct file_id *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* Rows are being read, or a transaction is open: what they come from stays
 * open too. */
static bool
in_use(const struct store_conn *c)
{
	size_t i;

	if (c->db == NULL)
		return false;
	for (i = 0; i < SQL__MAX; i++)
		if (c->st[i] != NULL && sqlite3_stmt_busy(c->st[i]))
			return true;
	return sqlite3_get_autocommit(c->db) == 0;
}

void
store_conn_close(struct store_conn *c)
{
	size_t i;

	for (i = 0; i < SQL__MAX; i++)
		sqlite3_finalize(c->st[i]);
	/* A reader does not try to check-point on its way out. */
	if (c->db != NULL && sqlite3_db_readonly(c->db, "main") == 1)
		sqlite3_db_config(
		    c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(c->db);
	memset(c, 0, sizeof *c);
}

static enum err
run(sqlite3 *db, const char *sql, struct errinfo *ei)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? ERR_OK : sql_error(db, rc, ei);
}

/* What holds for each connection: own errors in full, nothing in the file
 * can call functions, no temporary files, sizes within reason. */
static enum err
open_handle(sqlite3 **out, const char *path, int flags, struct errinfo *ei)
{
	sqlite3 *db = NULL;
	enum err e;
	int rc;

	rc = sqlite3_open_v2(path, &db,
	    flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, NULL);
	if (rc != SQLITE_OK) {
		e = sql_error(db, rc, ei);
		goto out;
	}
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, STORE_BUSY_MS);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, VALUE_MAX);
	if ((e = run(db, "PRAGMA temp_store = MEMORY", ei)) != ERR_OK)
		goto out;
	*out = db;
	db = NULL;
out:
	sqlite3_close(db);
	return e;
}

/* An empty file with the right mode and, when root makes it, with the owner
 * of its directory: the program that will write it. */
enum err
store_conn_create(const char *path, struct errinfo *ei)
{
	char dir[PATH_MAX];
	struct stat sb;
	const char *slash;
	enum err e = ERR_OK;
	int fd;

	fd = open(
	    path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return errno == EEXIST
			   ? ERR_OK
			   : err_set(ei, ERR_STORE, "cannot create %s: %s",
				 path, strerror(errno));
	slash = strrchr(path, '/');
	snprintf(dir, sizeof dir, "%.*s",
	    slash == NULL ? 1 : (int)(slash - path + 1),
	    slash == NULL ? "." : path);
	if (fchmod(fd, 0640) != 0 || stat(dir, &sb) != 0 ||
	    (geteuid() == 0 && fchown(fd, sb.st_uid, sb.st_gid) != 0)) {
		e = err_set(ei, ERR_STORE, "cannot set the owner of %s: %s",
		    path, strerror(errno));
		unlink(path);
	}
	close(fd);
	return e;
}

/* The switch to WAL takes an exclusive lock, for which SQLite does not call
 * the busy handler; another process may be doing the same. */
static enum err
enter_wal(sqlite3 *db, struct errinfo *ei)
{
	const struct timespec pause = {0, RETRY_MS * 1000000L};
	enum err e;
	int tries;

	for (tries = 0;; tries++) {
		e = run(db, "PRAGMA journal_mode = WAL", ei);
		if (e != ERR_BUSY || tries >= STORE_BUSY_MS / RETRY_MS)
			return e;
		nanosleep(&pause, NULL);
	}
}

static enum err
open_rw(struct store *s, struct store_conn *c, struct errinfo *ei)
{
	bool admin = s->role == STORE_ADMIN;
	const char *path = admin ? s->config_path : s->state_path;
	enum store_file f = admin ? STORE_CONFIG : STORE_STATE;
	enum store_version v;
	enum err e;
	int on = 1;

	/* Only at the start: a file that vanishes later is not replaced by
	 * an empty one. */
	if (!s->was_open && (e = store_conn_create(path, ei)) != ERR_OK)
		return e;
	if ((e = open_handle(&c->db, path, SQLITE_OPEN_READWRITE, ei)) !=
	    ERR_OK)
		return e;
	/* Nothing is written before the file is known to be ours. */
	if ((e = store_version_of(c->db, "main", f, &v, ei)) != ERR_OK)
		return e;
	if ((e = enter_wal(c->db, ei)) != ERR_OK)
		return e;
	/* The -wal and -shm files stay when the last writer closes: the
	 * other side cannot create them and could not read without. */
	sqlite3_file_control(c->db, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
	/* What was saved is on disk before the page says so.  state.db: WAL
	 * with NORMAL survives the end of the program; only a power cut can
	 * take the last transactions away, and then the connector looks at
	 * those meetings again and finds them done. */
	e = run(c->db,
	    admin ? "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
		    "PRAGMA journal_size_limit = " WAL_KEEP
		  : "PRAGMA synchronous = NORMAL;"
		    "PRAGMA journal_size_limit = " WAL_KEEP,
	    ei);
	if (e != ERR_OK)
		return e;
	if ((e = store_migrate(c->db, f, ei)) != ERR_OK)
		return e;
	file_id_of(path, admin ? &c->config : &c->state);
	return ERR_OK;
}

enum err
store_conn_rw(struct store *s, struct errinfo *ei)
{
	bool admin = s->role == STORE_ADMIN;
	const char *path = admin ? s->config_path : s->state_path;
	struct file_id *have = admin ? &s->rw.config : &s->rw.state;
	struct store_conn c = {0};
	struct file_id now;
	enum err e;

	if (s->rw.db != NULL && file_id_of(path, &now) &&
	    file_id_same(&now, have))
		return ERR_OK;
	if (in_use(&s->rw))
		return ERR_OK;
	store_conn_close(&s->rw);
	if ((e = open_rw(s, &c, ei)) != ERR_OK) {
		store_conn_close(&c);
		errinfo_context(ei, "%s", path);
		if (ei != NULL && e == ERR_NOTFOUND)
			ei->code = ERR_STORE;
		return e == ERR_NOTFOUND ? ERR_STORE : e;
	}
	s->rw = c;
	s->was_open = true;
	return ERR_OK;
}

/* state.db, or empty tables in its place so that joins have something to
 * find nothing in.  A file that is being made counts as absent and is tried
 * again at the next use. */
static enum err
attach_state(struct store *s, struct store_conn *c, struct errinfo *ei)
{
	enum store_version v = STORE_V_EMPTY;
	sqlite3_stmt *st = NULL;
	struct file_id id;
	enum err e = ERR_OK;
	int rc, tries = 0;

	if (!file_id_of(s->state_path, &id))
		goto absent;
	rc = sqlite3_prepare_v2(c->db, "ATTACH ?1 AS state", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(st, 1, s->state_path, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		do
			rc = sqlite3_step(st);
		while (sql_again(rc, &tries));
	if (rc == SQLITE_DONE)
		rc = SQLITE_OK;
	if (rc != SQLITE_OK)
		e = sql_error(c->db, rc, ei);
	sqlite3_finalize(st);
	if (e == ERR_NOTFOUND)
		goto absent;
	if (e != ERR_OK)
		return e;
	e = store_version_of(c->db, "state", STORE_STATE, &v, ei);
	if (e == ERR_OK && v == STORE_V_CURRENT) {
		c->state = id;
		c->has_state = true;
		return ERR_OK;
	}
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if ((e = run(c->db, "DETACH state", ei)) != ERR_OK)
		return e;
absent:
	return run(c->db,
	    "CREATE TEMP TABLE mailbox (address TEXT PRIMARY KEY"
	    " COLLATE NOCASE, state TEXT, failure TEXT, reason TEXT,"
	    " since_s INT, next_try_s INT, tries INT, exchange_id TEXT,"
	    " ews_url TEXT, sync_state TEXT, last_event_s INT,"
	    " last_decorated_s INT, decorated_n INT, alarm INT,"
	    " waits_for TEXT);"
	    "CREATE TEMP TABLE alarm (number INT, subject TEXT,"
	    " severity TEXT, cause TEXT, detail TEXT, first_s INT,"
	    " last_s INT, count INT);"
	    "CREATE TEMP TABLE oof (address TEXT PRIMARY KEY COLLATE NOCASE,"
	    " state TEXT, is_away INT, start_s INT, end_s INT, checked_s INT,"
	    " failure TEXT, change_id INT)",
	    ei);
}

static enum err
open_ro(struct store *s, struct store_conn *c, struct errinfo *ei)
{
	enum store_version v;
	enum err e;

	if (!file_id_of(s->config_path, &c->config))
		return err_set(
		    ei, ERR_NOTFOUND, "there is no configuration database yet");
	e = open_handle(&c->db, s->config_path, SQLITE_OPEN_READONLY, ei);
	if (e == ERR_OK)
		e = store_version_of(c->db, "main", STORE_CONFIG, &v, ei);
	if (e == ERR_OK && v != STORE_V_CURRENT)
		e = err_set(ei, ERR_NOTFOUND,
		    "the configuration database is not ready yet");
	if (e != ERR_OK)
		return e;
	if ((e = attach_state(s, c, ei)) != ERR_OK)
		errinfo_context(ei, "%s", s->state_path);
	return e;
}

static bool
ro_is_fresh(struct store *s)
{
	struct file_id now;

	if (s->ro.db == NULL)
		return false;
	if (!file_id_of(s->config_path, &now) ||
	    !file_id_same(&now, &s->ro.config))
		return false;
	/* Without state.db its id is all zero, as of a path that is not
	 * there; a file that is there and was not ready is tried again. */
	file_id_of(s->state_path, &now);
	return file_id_same(&now, &s->ro.state);
}

enum err
store_conn_ro(struct store *s, struct errinfo *ei)
{
	struct store_conn c = {0};
	enum err e;

	if (ro_is_fresh(s) || in_use(&s->ro))
		return ERR_OK;
	store_conn_close(&s->ro);
	if ((e = open_ro(s, &c, ei)) != ERR_OK) {
		store_conn_close(&c);
		return e;
	}
	s->ro = c;
	s->ro_opened++;
	return ERR_OK;
}

enum err
store_tx_begin(struct store *s, struct errinfo *ei)
{
	enum err e;

	if (s->tx_depth > 0 && !s->tx_is_whole)
		fatal("store: a transaction inside a transaction");
	if (s->tx_depth > 0) {
		s->tx_depth++;
		return ERR_OK;
	}
	if ((e = store_conn_rw(s, ei)) != ERR_OK)
		return e;
	if ((e = run(s->rw.db, "BEGIN IMMEDIATE", ei)) != ERR_OK)
		return e;
	s->tx_depth = 1;
	return ERR_OK;
}

enum err
store_tx_begin_whole(struct store *s, struct errinfo *ei)
{
	enum err e = store_tx_begin(s, ei);

	s->tx_is_whole = e == ERR_OK;
	return e;
}

enum err
store_tx_end(struct store *s, enum err e, struct errinfo *ei)
{
	if (s->tx_depth > 1) {
		s->tx_depth--;
		return e;
	}
	if (e == ERR_OK)
		e = run(s->rw.db, "COMMIT", ei);
	/* A full disk may have rolled back already. */
	if (sqlite3_get_autocommit(s->rw.db) == 0)
		sqlite3_exec(s->rw.db, "ROLLBACK", NULL, NULL, NULL);
	s->tx_depth = 0;
	s->tx_is_whole = false;
	return e;
}
