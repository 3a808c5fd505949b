/* store_migrate.h - inside libstore: which version a database has, and how
 * it gets to the newest one. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "common/err.h"

struct sqlite3;

enum store_file { STORE_CONFIG, STORE_STATE };

/* "CCcf" and "CCst": what `file` and PRAGMA application_id show. */
#define STORE_APP_CONFIG 0x43436366
#define STORE_APP_STATE 0x43437374

enum store_version {
	STORE_V_EMPTY, /* nothing in it yet */
	STORE_V_OLDER, /* its writer will migrate it */
	STORE_V_CURRENT
};

/* schema: "main" or the name it is attached by.  ERR_STORE: the file is not
 * ours, or a newer program wrote it. */
enum err store_version_of(struct sqlite3 *db, const char *schema,
    enum store_file f, enum store_version *out, struct errinfo *ei) ERR_CHECK;
/* Applies what is missing, one transaction a file.  Safe when several
 * processes do it at once. */
enum err store_migrate(
    struct sqlite3 *db, enum store_file f, struct errinfo *ei) ERR_CHECK;

/* To this version and no further: a database that is made to read into. */
enum err store_migrate_to(struct sqlite3 *db, enum store_file f, int version,
    struct errinfo *ei) ERR_CHECK;
int store_newest(enum store_file f);

#endif
