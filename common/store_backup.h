/* store_backup.h - the configuration as one file, and back.
 * A backup holds each table of config.db but what is of this host and this
 * hour (sessions, drafts, the configuration log); passwords are the sealed
 * boxes as they are.  It is read into an empty database in memory, made by
 * the schema of its version and brought to this one: so what it says has to
 * satisfy the same constraints.  Nothing in it names a table, a column or a
 * statement that is run.  Applied in one transaction.
 * Runs in web and ctl.  The file is hostile. */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct buf;
struct store;
struct store_actor;

#define BACKUP_PK_LEN 32
#define BACKUP_KEY_MAX 256 /* bytes of the wrapped key */
#define BACKUP_BOX_MAX 8192 /* bytes of a sealed box */
#define BACKUP_BOXES_MAX \
	2000 /* sealed boxes of one; a workspace has one each */

struct backup; /* opaque */

struct backup_info {
	int64_t made_s;
	char product[32], system[128]; /* of the one that made it */
	int schema;
	unsigned char pk[BACKUP_PK_LEN]; /* what its boxes are sealed with */
	unsigned char key[BACKUP_KEY_MAX]; /* wrapped; keywrap.h */
	size_t key_len; /* 0: it has none */
	size_t users_n, exchange_n, admins_n, boxes_n;
};

/* The whole file.  system: name of this one. */
enum err store_backup_make(struct store *s, const char *system,
    const unsigned char pk[BACKUP_PK_LEN], struct buf *out,
    struct errinfo *ei) ERR_CHECK;

/* ERR_PROTO: not what a backup is.  ERR_UNSUPPORTED: of a newer version.
 * ERR_ARG: no read-write administrator could sign in afterwards. */
enum err backup_read(
    struct backup **out, const char *p, size_t n, struct errinfo *ei) ERR_CHECK;
void backup_free(struct backup *b);
const struct backup_info *backup_info(const struct backup *b);

/* The i-th sealed box, copied to out; *n: its bytes. */
enum err backup_box(const struct backup *b, size_t i,
    unsigned char out[BACKUP_BOX_MAX], size_t *n, struct errinfo *ei) ERR_CHECK;
/* Another in its place; empty: the password has to be entered again. */
enum err backup_box_set(struct backup *b, size_t i, const void *p, size_t n,
    struct errinfo *ei) ERR_CHECK;

struct backup_change {
	const char *what; /* "add", "change", "remove" */
	const char *kind; /* "User" */
	const char *name; /* which */
	const char *fields; /* of change: "enabled, name" */
};
typedef void (*backup_change_fn)(void *arg, const struct backup_change *c);

/* What applying would change, table by table. */
enum err backup_changes(struct backup *b, struct store *s, backup_change_fn fn,
    void *arg, struct errinfo *ei) ERR_CHECK;
/* In one transaction: afterwards it is all the backup's, or as it was.  Ends
 * all sessions. */
enum err backup_apply(struct backup *b, struct store *s,
    const struct store_actor *who, struct errinfo *ei) ERR_CHECK;

/* The opening key under the recovery passphrase, kept for backups. */
enum err store_recovery_get(struct store *s, unsigned char key[BACKUP_KEY_MAX],
    size_t *len, int64_t *set_s, struct errinfo *ei) ERR_CHECK;
enum err store_recovery_set(struct store *s, const struct store_actor *who,
    const unsigned char *key, size_t len, struct errinfo *ei) ERR_CHECK;

#endif
