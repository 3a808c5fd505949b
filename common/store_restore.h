/* store_restore.h - inside libstore: a backup that was read, between the
 * files that read, compare and apply it. */
#ifndef STORE_RESTORE_H
#define STORE_RESTORE_H

#include <stdint.h>

#include "common/store_backup.h"
#include "common/str.h"

struct buf;
struct sqlite3;

struct backup_box_at {
	size_t table; /* of box_tables */
	int64_t n; /* among the rows of its table, by its key */
};

struct backup {
	struct sqlite3 *db; /* in memory, of this version's schema */
	struct backup_info info;
	struct strlist box_tables; /* those that have a column "box" */
	struct backup_box_at *boxes; /* info.boxes_n of them */
};

enum err restore_insert_text(
    const char *table, const struct strlist *cols, struct buf *out) ERR_CHECK;
enum err restore_find_boxes(struct backup *b, struct errinfo *ei) ERR_CHECK;

#endif
