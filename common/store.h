/* store.h - the two databases (SQLite, WAL, STRICT).  libstore: web, ctl
 * and engine only.  Each call is one short transaction; nothing waits
 * inside.  All SQL is in store_*.c.
 *
 * config.db: written by web and ctl (STORE_ADMIN), read by engine.
 * state.db:  written by engine (STORE_ENGINE), read by web and ctl.
 * The role decides which file is opened for writing; the other is opened
 * read-only and never created; STORE_READER has both of that kind. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

enum store_role {
	STORE_ADMIN,
	STORE_ENGINE,
	STORE_READER /* writes neither, makes and migrates nothing */
};

struct store; /* opaque; one per process, not for threads */

/* Who does it, for config_log.  Borrowed. */
struct store_actor {
	const char *who; /* administrator's name */
	const char *origin; /* browser address or "calconnctl" */
};

#define STORE_BUSY_MS 2000 /* wait for another writer at most this long */

/* Opens both, creates and migrates the one that the role writes.  A file
 * with an unknown user_version or application_id is refused. The other one
 * may be missing: functions on it then answer ERR_NOTFOUND or an empty
 * list. */
enum err
store_open(struct store **out, enum store_role role, const char *config_path,
    const char *state_path, struct errinfo *ei) ERR_CHECK;
void store_close(struct store *s);

/* revision of config.db; bumped by each function that changes what the
 * engine needs to know. */
enum err
store_revision(struct store *s, uint64_t *out, struct errinfo *ei) ERR_CHECK;

/* Another number whenever anything that the store_* functions read may have
 * changed, in either database and by whomever: as long as it stays the
 * same, an answer that was kept is still the answer.  For this process
 * only. */
enum err
store_stamp(struct store *s, uint64_t *out, struct errinfo *ei) ERR_CHECK;

#endif
