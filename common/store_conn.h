/* store_conn.h - inside libstore: the connections of a store, and its
 * transactions.  One connection writes the role's own file; the other one
 * is read-only, with config.db as main and state.db attached, for what the
 * other side writes and for joins of both. */
#ifndef STORE_CONN_H
#define STORE_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/err.h"
#include "common/store.h"
#include "common/store_sql.h"

struct sqlite3;
struct sqlite3_stmt;

/* Which file a connection has open; all zero: none. */
struct file_id {
	dev_t dev;
	ino_t ino;
};

struct store_conn {
	struct sqlite3 *db; /* NULL: not open */
	struct sqlite3_stmt *st[SQL__MAX];
	struct file_id config, state;
	bool has_state; /* state.db is attached (read-only one) */
};

/* What store_stamp() saw last. */
struct store_seen {
	uint64_t stamp, opened;
	int64_t config, state;
};

struct store {
	enum store_role role;
	char *config_path, *state_path;
	struct store_conn rw, ro;
	unsigned tx_depth; /* 0: no transaction */
	bool tx_is_whole;
	uint64_t ro_opened; /* how often */
	struct store_seen seen;
	bool was_open; /* the role's own file, once */
};

/* Opens it or, where its file was replaced since, opens it anew.  Never in
 * the middle of a transaction or of a statement. */
enum err store_conn_rw(struct store *s, struct errinfo *ei) ERR_CHECK;
/* ERR_NOTFOUND: config.db is not there (yet). */
enum err store_conn_ro(struct store *s, struct errinfo *ei) ERR_CHECK;
/* An empty file, where there is none, that its program may write. */
enum err store_conn_create(const char *path, struct errinfo *ei) ERR_CHECK;
void store_conn_close(struct store_conn *c);

/* One short write transaction on the role's own file.  store_tx_end()
 * commits when e is ERR_OK and rolls back otherwise; returns what became of
 * it. */
enum err store_tx_begin(struct store *s, struct errinfo *ei) ERR_CHECK;
/* The same around steps that have a transaction each: they become part of
 * this one.  The error of a step has to reach its end. */
enum err store_tx_begin_whole(struct store *s, struct errinfo *ei) ERR_CHECK;
enum err
store_tx_end(struct store *s, enum err e, struct errinfo *ei) ERR_CHECK;

#endif
