#include "tests/unit/store_fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/store_admin.h"
#include "common/store_conn.h"
#include "common/store_sql.h"
#include "common/store_alarm.h"
#include "common/store_state.h"
#include "common/str.h"

#define WRITES 60
#define BUSY_TRIES 50 /* each some seconds */
#define NOBODY 65534
#define SKIP 77 /* the directory above is closed to that user */

static const char *const tails[] = {"", "-wal", "-shm"};

static void
test_files_are_private(void **state)
{
	struct fixture *f = *state;
	struct stat sb;
	char path[120];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", f->config, tails[i]);
		assert_int_equal(stat(path, &sb), 0);
		assert_int_equal(sb.st_mode & 0777, 0640);
	}
}

static void
test_pragmas(void **state)
{
	struct fixture *f = *state;
	sqlite3_stmt *st = NULL;
	size_t i;
	static const struct {
		bool engine;
		const char *sql, *want;
	} rows[] = {
	    {false, "PRAGMA journal_mode", "wal"},
	    {false, "PRAGMA synchronous", "2"},
	    {false, "PRAGMA foreign_keys", "1"},
	    {false, "PRAGMA trusted_schema", "0"},
	    {false, "PRAGMA secure_delete", "1"},
	    {false, "PRAGMA busy_timeout", "2000"},
	    {true, "PRAGMA journal_mode", "wal"},
	    {true, "PRAGMA synchronous", "1"},
	};

	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		sqlite3 *db =
		    rows[i].engine ? f->engine->rw.db : f->admin->rw.db;

		assert_int_equal(
		    sqlite3_prepare_v2(db, rows[i].sql, -1, &st, NULL),
		    SQLITE_OK);
		assert_int_equal(sqlite3_step(st), SQLITE_ROW);
		assert_string_equal(sqlite3_column_text(st, 0), rows[i].want);
		sqlite3_finalize(st);
	}
}

static void
test_all_statements_prepare(void **state)
{
	struct fixture *f = *state;
	struct sql q;
	int id, ran = 0;
	enum err e;

	for (id = 0; id < SQL__MAX; id++) {
		e = sql_open(&q, f->admin, (enum sql_id)id, &f->ei);
		if (e != ERR_DENIED) {
			assert_ok(f, e);
			ran++;
		}
		sql_close(&q);
		e = sql_open(&q, f->engine, (enum sql_id)id, &f->ei);
		if (e != ERR_DENIED) {
			assert_ok(f, e);
			ran++;
		}
		sql_close(&q);
	}
	assert_true(ran > SQL__MAX);
}

static void
test_roles_keep_apart(void **state)
{
	struct fixture *f = *state;
	struct engine_meta m = {.state = "running"};
	struct user u;

	fixture_user(&u, "alice@lab.example", "Alice");
	assert_int_equal(
	    store_user_put(f->engine, &tester, &u, &f->ei), ERR_DENIED);
	assert_int_equal(
	    store_setting_put(f->engine, &tester, "a", "b", &f->ei),
	    ERR_DENIED);
	assert_int_equal(
	    store_connector_set(f->engine, &tester, "calendar", true, &f->ei),
	    ERR_DENIED);
	assert_int_equal(
	    store_engine_meta_put(f->admin, &m, &f->ei), ERR_DENIED);
	assert_int_equal(
	    store_alarm_raise(f->admin, 60100, "", "error", "", "", &f->ei),
	    ERR_DENIED);
	user_clear(&u);
}

/* Were a statement let through by mistake, the connection still says no. */
static void
test_other_file_is_read_only(void **state)
{
	struct fixture *f = *state;
	struct user_counts n;
	size_t i;
	static const char *const writes[] = {
	    "INSERT INTO setting VALUES ('a','b')",
	    "UPDATE config_meta SET revision = 99",
	    "DROP TABLE admin",
	    "UPDATE engine_meta SET state = 'x'",
	    "CREATE TABLE t(a)",
	    "PRAGMA user_version = 5",
	};

	assert_ok(f, store_user_counts(f->engine, &n, &f->ei));
	assert_ok(f, store_user_counts(f->admin, &n, &f->ei));
	for (i = 0; i < sizeof writes / sizeof writes[0]; i++) {
		assert_int_equal(
		    sqlite3_exec(f->engine->ro.db, writes[i], NULL, NULL, NULL),
		    SQLITE_READONLY);
		assert_int_equal(
		    sqlite3_exec(f->admin->ro.db, writes[i], NULL, NULL, NULL),
		    SQLITE_READONLY);
	}
	assert_int_equal(fixture_revision(f), 1);
}

static void
test_state_appears_later(void **state)
{
	struct fixture *f = *state;
	struct mailbox_list l;
	struct engine_meta m;
	struct user u, got;
	struct user_list ul;

	fixture_user(&u, "alice@lab.example", "Alice");
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	assert_int_equal(store_engine_meta(f->admin, &m, &f->ei), ERR_NOTFOUND);
	assert_ok(f, store_mailbox_all(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 0);
	assert_ok(f, store_user_list(f->admin, "", "", 0, 9, &ul, &f->ei));
	assert_string_equal(ul.v[0].state, "pending");
	user_list_clear(&ul);

	assert_ok(f,
	    store_open(&f->engine, STORE_ENGINE, f->config, f->state, &f->ei));
	fixture_mailbox(f, "alice@lab.example", "subscribed");
	assert_ok(f, store_engine_meta(f->admin, &m, &f->ei));
	assert_string_equal(m.state, "stopped");
	assert_ok(
	    f, store_user_find(f->admin, "ALICE@lab.example", &got, &f->ei));
	assert_string_equal(got.state, "subscribed");
	assert_int_equal(got.decorated_n, 7);
	user_clear(&got);
	user_clear(&u);
}

static void
test_config_appears_later(void **state)
{
	struct fixture *f = *state;
	struct exchange_list l;
	struct user_list ul;
	struct user u;
	uint64_t rev;

	assert_ok(f,
	    store_open(&f->engine, STORE_ENGINE, f->config, f->state, &f->ei));
	assert_int_equal(store_revision(f->engine, &rev, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_exchange_list(f->engine, &l, &f->ei), ERR_NOTFOUND);
	assert_ok(f, store_user_list(f->engine, "", "", 0, 9, &ul, &f->ei));
	assert_int_equal(ul.n, 0);
	assert_int_equal(access(f->config, F_OK), -1);

	assert_ok(
	    f, store_open(&f->admin, STORE_ADMIN, f->config, f->state, &f->ei));
	fixture_user(&u, "bob@lab.example", "Bob");
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	user_clear(&u);
	assert_ok(f, store_revision(f->engine, &rev, &f->ei));
	assert_int_equal(rev, 2);
	assert_ok(f, store_user_list(f->engine, "", "", 0, 9, &ul, &f->ei));
	assert_int_equal(ul.n, 1);
	user_list_clear(&ul);
}

static void
test_file_being_made_counts_as_absent(void **state)
{
	struct fixture *f = *state;
	struct mailbox_list l;
	FILE *fp = fopen(f->state, "w");

	assert_non_null(fp);
	fclose(fp);
	assert_ok(f, store_mailbox_all(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 0);
	assert_ok(f,
	    store_open(&f->engine, STORE_ENGINE, f->config, f->state, &f->ei));
	fixture_mailbox(f, "alice@lab.example", "error");
	assert_ok(f, store_mailbox_all(f->admin, &l, &f->ei));
	assert_int_equal(l.n, 1);
	mailbox_list_clear(&l);
}

/* As a restore does: another file under the same name. */
static void
replace(struct fixture *f, const char *path)
{
	char other[120], tail[140];

	snprintf(other, sizeof other, "%s.new", path);
	snprintf(tail, sizeof tail, "VACUUM INTO '%s'", other);
	fixture_sql(path, tail);
	fixture_sql(other, path == f->config
			       ? "INSERT INTO setting VALUES ('restored','yes')"
			       : "UPDATE engine_meta SET state = 'restored'");
	snprintf(tail, sizeof tail, "%s-wal", path);
	unlink(tail);
	snprintf(tail, sizeof tail, "%s-shm", path);
	unlink(tail);
	assert_int_equal(rename(other, path), 0);
}

static void
test_replaced_file_is_reopened(void **state)
{
	struct fixture *f = *state;
	struct engine_meta m;
	char *v;

	assert_ok(f, store_engine_meta(f->admin, &m, &f->ei));
	assert_ok(f, store_setting_get(f->engine, "restored", &v, &f->ei));
	assert_string_equal(v, "");
	mem_free(v);
	replace(f, f->config);
	replace(f, f->state);
	assert_ok(f, store_setting_get(f->engine, "restored", &v, &f->ei));
	assert_string_equal(v, "yes");
	mem_free(v);
	/* The writer must not go on writing into the file that is gone. */
	assert_ok(
	    f, store_setting_put(f->admin, &tester, "later", "1", &f->ei));
	assert_ok(f, store_setting_get(f->engine, "later", &v, &f->ei));
	assert_string_equal(v, "1");
	mem_free(v);
	assert_ok(f, store_engine_meta(f->admin, &m, &f->ei));
	assert_string_equal(m.state, "restored");
	assert_ok(f, store_engine_meta(f->engine, &m, &f->ei));
	assert_string_equal(m.state, "restored");
}

/* In a child, where cmocka cannot say it. */
static int
say(const struct errinfo *ei, int code)
{
	fprintf(stderr, "%s: %s\n", err_name(ei->code), ei->text);
	return code;
}

static void
test_vanished_file_is_not_made_anew(void **state)
{
	struct fixture *f = *state;
	char *v;

	assert_int_equal(unlink(f->config), 0);
	assert_int_equal(
	    store_setting_put(f->admin, &tester, "a", "b", &f->ei), ERR_STORE);
	assert_non_null(strstr(f->ei.text, "config.db"));
	assert_int_equal(
	    store_setting_get(f->admin, "a", &v, &f->ei), ERR_STORE);
	assert_int_equal(
	    store_setting_get(f->engine, "a", &v, &f->ei), ERR_NOTFOUND);
	assert_int_equal(access(f->config, F_OK), -1);
}

static int
write_many(struct fixture *f, const char *prefix)
{
	struct store *s = NULL;
	struct errinfo ei;
	struct user u;
	char name[64];
	unsigned tries = 0;
	enum err e;
	int i;

	/* Who waits is not served in turn. */
	while ((e = store_open(&s, STORE_ADMIN, f->config, f->state, &ei)) ==
		   ERR_BUSY &&
	       tries++ < BUSY_TRIES)
		;
	if (e != ERR_OK)
		return say(&ei, 2);
	for (i = 0; i < WRITES; i++) {
		snprintf(name, sizeof name, "%s%d@lab.example", prefix, i);
		fixture_user(&u, name, prefix);
		while ((e = store_user_put(s, &tester, &u, &ei)) == ERR_BUSY &&
		       tries++ < BUSY_TRIES)
			;
		if (e != ERR_OK)
			return say(&ei, 1);
		user_clear(&u);
	}
	store_close(s);
	return 0;
}

/* Two processes make the file and write at once: nothing is lost. */
static void
test_two_writers(void **state)
{
	struct fixture *f = *state;
	struct user_list l;
	int status, mine;
	pid_t pid = fork();

	if (pid == 0)
		_exit(write_many(f, "child"));
	mine = write_many(f, "parent");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(mine, 0);
	assert_ok(
	    f, store_open(&f->admin, STORE_ADMIN, f->config, f->state, &f->ei));
	assert_ok(f, store_user_list(f->admin, "", "", 0, 1000, &l, &f->ei));
	assert_int_equal(l.n, 2 * WRITES);
	user_list_clear(&l);
	assert_int_equal(fixture_revision(f), 2 * WRITES + 1);
}

static int
read_while_written(struct fixture *f, int ready_fd)
{
	struct store *s = NULL;
	uint64_t rev = 0, last = 0;
	struct user_list l;
	int reads = 0;
	char go = 'r';

	/* Another user, who may read and not write: needs the rights. */
	if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 ||
				  setuid(NOBODY) != 0))
		return 3;
	if (access(f->dir, X_OK) != 0)
		return SKIP;
	if (store_open(&s, STORE_ENGINE, f->config, f->state, &f->ei) != ERR_OK)
		return 2;
	if (write(ready_fd, &go, 1) != 1)
		return 4;
	while (rev < WRITES + 1) {
		if (store_revision(s, &rev, &f->ei) != ERR_OK)
			return say(&f->ei, 5);
		if (rev < last)
			return 6;
		last = rev;
		if (store_user_list(s, "", "", 0, 1000, &l, &f->ei) != ERR_OK)
			return say(&f->ei, 7);
		if (l.n + 1 < rev)
			return 8;
		user_list_clear(&l);
		reads++;
	}
	store_close(s);
	return reads > 0 ? 0 : 9;
}

static void
remove_engine_dir(struct fixture *f, const char *sub)
{
	char path[140];
	size_t i;

	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", f->state, tails[i]);
		unlink(path);
	}
	rmdir(sub);
}

/* Each change is there whole or not at all, whenever the writer is killed:
 * a user with the rows of its log and its revision. */
static void
test_killed_writer(void **state)
{
	struct fixture *f = *state;
	char *ok, *users, *logged;
	uint64_t before = 0;
	int round, status;
	pid_t pid;

	for (round = 0; round < 8; round++) {
		char prefix[16];

		(void)snprintf(prefix, sizeof prefix, "r%d-", round);
		pid = fork();
		if (pid == 0)
			_exit(write_many(f, prefix));
		/* Somewhere in the midst of its writes. */
		while (fixture_revision(f) <= before + (unsigned)round &&
		       waitpid(pid, &status, WNOHANG) == 0)
			(void)sched_yield();
		kill(pid, SIGKILL);
		(void)waitpid(pid, &status, 0);
		ok = fixture_ask(f->config, "PRAGMA integrity_check");
		assert_string_equal(ok, "ok");
		users = fixture_ask(f->config, "SELECT count(*) FROM user");
		logged = fixture_ask(f->config,
		    "SELECT count(*) FROM config_log WHERE new_value ="
		    " 'added'");
		assert_string_equal(users, logged);
		assert_int_equal(
		    fixture_revision(f), 1 + strtoull(users, NULL, 10));
		assert_true(fixture_revision(f) > before);
		before = fixture_revision(f);
		mem_free(ok);
		mem_free(users);
		mem_free(logged);
	}
}

/* What another user is who may read config.db and not write it: as in a real
 * installation, with a folder of its own for state.db. */
static void
share_with_nobody(struct fixture *f, char *sub, size_t size)
{
	size_t i;

	assert_int_equal(chmod(f->dir, 0755), 0);
	snprintf(sub, size, "%s/engine", f->dir);
	assert_int_equal(mkdir(sub, 0755), 0);
	snprintf(f->state, sizeof f->state, "%.80s/state.db", sub);
	assert_ok(
	    f, store_open(&f->admin, STORE_ADMIN, f->config, f->state, &f->ei));
	if (geteuid() != 0)
		return;
	assert_int_equal(chown(sub, NOBODY, NOBODY), 0);
	for (i = 0; i < 3; i++) {
		char path[120];

		snprintf(path, sizeof path, "%s%s", f->config, tails[i]);
		assert_int_equal(chown(path, 0, NOBODY), 0);
	}
}

/* The engine's user may not write config.db nor what stands beside it. */
static void
test_reader_of_another_user(void **state)
{
	struct fixture *f = *state;
	char sub[120];
	int status, fds[2];
	pid_t pid;
	char go;

	assert_int_equal(pipe(fds), 0);
	share_with_nobody(f, sub, sizeof sub);
	store_close(f->admin);
	f->admin = NULL;
	pid = fork();
	if (pid == 0)
		_exit(read_while_written(f, fds[1]));
	close(fds[1]);
	if (read(fds[0], &go, 1) == 1)
		assert_int_equal(write_many(f, "user"), 0);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	remove_engine_dir(f, sub);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIP)
		skip();
	assert_int_equal(status, 0);
}

#define TORN_AT 8 /* iChange of the first copy of the header in -shm */

/* Makes the two copies of the header differ, as while a writer is at it, or
 * alike again. */
static int
flip_shm(struct fixture *f)
{
	char path[120];
	char c;
	int fd, ok;

	snprintf(path, sizeof path, "%s-shm", f->config);
	if ((fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
		return 1;
	ok = pread(fd, &c, 1, TORN_AT) == 1;
	c = (char)(c ^ 1);
	ok = ok && pwrite(fd, &c, 1, TORN_AT) == 1;
	close(fd);
	return ok ? 0 : 1;
}

static int
read_torn(struct fixture *f, int ready_fd, int go_fd)
{
	struct store *s = NULL;
	uint64_t rev;
	char c = 'r';

	if (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 ||
	    setuid(NOBODY) != 0)
		return 3;
	if (access(f->dir, X_OK) != 0)
		return SKIP;
	if (read(go_fd, &c, 1) != 1)
		return 4;
	if (store_open(&s, STORE_ENGINE, f->config, f->state, &f->ei) !=
		ERR_OK ||
	    store_revision(s, &rev, &f->ei) != ERR_OK)
		return say(&f->ei, 2);
	if (write(ready_fd, &c, 1) != 1 || read(go_fd, &c, 1) != 1)
		return 4;
	/* It stays torn: said as busy, in bounded time, not as a fault. */
	if (store_revision(s, &rev, &f->ei) != ERR_BUSY)
		return say(&f->ei, 5);
	if (write(ready_fd, &c, 1) != 1)
		return 4;
	/* It is mended while this waits. */
	if (store_revision(s, &rev, &f->ei) != ERR_OK)
		return say(&f->ei, 6);
	store_close(s);
	return 0;
}

/* SQLite tells a reader that may not write -shm "read-only" when it meets
 * the header between two stores of the writer; the engine must not take that
 * for a broken database. */
static void
test_reader_meets_torn_header(void **state)
{
	struct fixture *f = *state;
	int status, ready[2], go[2];
	char sub[120];
	pid_t pid;
	char c;

	if (geteuid() != 0)
		skip();
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	share_with_nobody(f, sub, sizeof sub);
	store_close(f->admin);
	f->admin = NULL;
	if ((pid = fork()) == 0)
		_exit(read_torn(f, ready[1], go[0]));
	close(ready[1]);
	/* Not before the fork: a process shares what SQLite knows of a file. */
	assert_ok(
	    f, store_open(&f->admin, STORE_ADMIN, f->config, f->state, &f->ei));
	assert_int_equal(write(go[1], "g", 1), 1);
	if (read(ready[0], &c, 1) == 1) {
		assert_int_equal(flip_shm(f), 0);
		assert_int_equal(write(go[1], "g", 1), 1);
		if (read(ready[0], &c, 1) == 1)
			assert_int_equal(flip_shm(f), 0);
	}
	close(ready[0]);
	close(go[0]);
	close(go[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	remove_engine_dir(f, sub);
	if (WIFEXITED(status) && WEXITSTATUS(status) == SKIP)
		skip();
	assert_int_equal(status, 0);
}

/* After the last writer has gone, a reader still finds what it needs. */
static void
test_reader_after_writer_is_gone(void **state)
{
	struct fixture *f = *state;
	char path[120];
	uint64_t rev;

	assert_ok(f, store_setting_put(f->admin, &tester, "a", "b", &f->ei));
	store_close(f->admin);
	f->admin = NULL;
	snprintf(path, sizeof path, "%s-wal", f->config);
	assert_int_equal(access(path, F_OK), 0);
	snprintf(path, sizeof path, "%s-shm", f->config);
	assert_int_equal(access(path, F_OK), 0);
	assert_ok(f,
	    store_open(&f->engine, STORE_ENGINE, f->config, f->state, &f->ei));
	assert_ok(f, store_revision(f->engine, &rev, &f->ei));
	assert_int_equal(rev, 2);
}

static void
test_disk_full(void **state)
{
	struct fixture *f = *state;
	char big[60000], *v;
	uint64_t rev = fixture_revision(f);
	enum err e = ERR_OK;
	char key[16];
	int i;

	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	assert_int_equal(sqlite3_exec(f->admin->rw.db,
			     "PRAGMA max_page_count = 60", NULL, NULL, NULL),
	    SQLITE_OK);
	for (i = 0; i < 20 && e == ERR_OK; i++) {
		snprintf(key, sizeof key, "k%d", i);
		e = store_setting_put(f->admin, &tester, key, big, &f->ei);
		rev += e == ERR_OK;
	}
	assert_int_equal(e, ERR_STORE);
	assert_string_equal(f->ei.text, "the disk is full");
	/* Nothing of the failed change is there, and the store goes on. */
	assert_int_equal(fixture_revision(f), rev);
	assert_ok(f, store_setting_get(f->admin, key, &v, &f->ei));
	assert_string_equal(v, "");
	mem_free(v);
	assert_int_equal(
	    sqlite3_exec(f->admin->rw.db, "PRAGMA max_page_count = 100000",
		NULL, NULL, NULL),
	    SQLITE_OK);
	assert_ok(f, store_setting_put(f->admin, &tester, key, big, &f->ei));
	assert_int_equal(fixture_revision(f), rev + 1);
}

static void
test_failed_change_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct sql q;
	char *v;

	assert_ok(f, store_tx_begin(f->admin, &f->ei));
	assert_ok(f, sql_open(&q, f->admin, SQL_SETTING_PUT, &f->ei));
	sql_text(&q, "half");
	sql_text(&q, "done");
	assert_ok(f, sql_run(&q, NULL));
	sql_close(&q);
	assert_int_equal(
	    store_tx_end(f->admin, ERR_CONFLICT, &f->ei), ERR_CONFLICT);
	assert_ok(f, store_setting_get(f->admin, "half", &v, &f->ei));
	assert_string_equal(v, "");
	mem_free(v);
	assert_ok(
	    f, store_setting_put(f->admin, &tester, "whole", "1", &f->ei));
}

static void
test_busy_is_said(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(f->config, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_busy_timeout(f->admin->rw.db, 1);
	assert_int_equal(
	    store_setting_put(f->admin, &tester, "a", "b", &f->ei), ERR_BUSY);
	sqlite3_close(db);
	assert_ok(f, store_setting_put(f->admin, &tester, "a", "b", &f->ei));
}

static void
test_cannot_create(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;

	assert_int_equal(
	    store_open(&s, STORE_ADMIN, "/nowhere/config.db", f->state, &f->ei),
	    ERR_STORE);
	assert_non_null(strstr(f->ei.text, "/nowhere/config.db"));
	assert_null(s);
}

/* A link put in place of the file is not followed when it is made. */
static void
test_dangling_link(void **state)
{
	struct fixture *f = *state;
	struct store *s = NULL;
	char target[100];

	snprintf(target, sizeof target, "%s/elsewhere", f->dir);
	assert_int_equal(symlink(target, f->config), 0);
	assert_int_not_equal(
	    store_open(&s, STORE_ADMIN, f->config, f->state, &f->ei), ERR_OK);
	assert_int_equal(access(target, F_OK), -1);
}

int
main(void)
{
#define BARE(fn) cmocka_unit_test_setup_teardown(fn, fixture_up, fixture_down)
#define ADMIN(fn) \
	cmocka_unit_test_setup_teardown(fn, fixture_up_admin, fixture_down)
#define BOTH(fn) \
	cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    ADMIN(test_files_are_private),
	    BOTH(test_pragmas),
	    BOTH(test_all_statements_prepare),
	    BOTH(test_roles_keep_apart),
	    BOTH(test_other_file_is_read_only),
	    ADMIN(test_state_appears_later),
	    BARE(test_config_appears_later),
	    ADMIN(test_file_being_made_counts_as_absent),
	    BOTH(test_replaced_file_is_reopened),
	    BOTH(test_vanished_file_is_not_made_anew),
	    BARE(test_two_writers),
	    ADMIN(test_killed_writer),
	    BARE(test_reader_of_another_user),
	    BARE(test_reader_meets_torn_header),
	    ADMIN(test_reader_after_writer_is_gone),
	    ADMIN(test_disk_full),
	    ADMIN(test_failed_change_leaves_nothing),
	    ADMIN(test_busy_is_said),
	    BARE(test_cannot_create),
	    BARE(test_dangling_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
