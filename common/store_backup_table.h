/* store_backup_table.h - inside libstore: which tables of config.db a backup
 * has, and what a person calls what is in them.  A table that is not named
 * here as one of this host goes in. */
#ifndef STORE_BACKUP_TABLE_H
#define STORE_BACKUP_TABLE_H

#include "common/err.h"

struct buf;
struct sqlite3;
struct sqlite3_stmt;
struct strlist;

/* Those that db has, by name; schema: its user_version. */
enum err backup_table_list(struct sqlite3 *db, struct strlist *out, int *schema,
    struct errinfo *ei) ERR_CHECK;
/* Columns of a table of that list. */
enum err backup_table_columns(struct sqlite3 *db, const char *table,
    struct strlist *out, struct errinfo *ei) ERR_CHECK;
/* What rows of a table are sorted by, so that each has its place: "a", "b". */
enum err backup_table_order(struct sqlite3 *db, const char *table,
    struct buf *out, struct errinfo *ei) ERR_CHECK;
/* All rows of a table of that list in that order, to be finalized. */
enum err backup_table_rows(struct sqlite3 *db, const char *table,
    struct sqlite3_stmt **out, struct errinfo *ei) ERR_CHECK;
/* "Exchange record"; the table's name where nobody gave it another. */
const char *backup_table_title(const char *table);
/* Columns that a row is known by, the same on both sides of a restore: the one
 * that a person calls it by, or all of a key of several. */
enum err backup_table_key(struct sqlite3 *db, const char *table,
    struct strlist *out, struct errinfo *ei) ERR_CHECK;
/* Whether a difference in this column is none that a person means. */
int backup_column_is_quiet(const char *column);

#endif
