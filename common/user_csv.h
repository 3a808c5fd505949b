/* user_csv.h - users as a CSV file (RFC 4180), ours or Control Hub's.
 * Web and calconnctl.  Pure: touches no database.  A file is foreign text;
 * its limits are below.  The separator is a comma, a semicolon or a tab, as
 * its first line shows; a mark of UTF-8 in front is skipped.
 *
 * A cell that a spreadsheet would take for a formula is written behind an
 * apostrophe, which is taken away again when the file is read. */
#ifndef USER_CSV_H
#define USER_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"
#include "common/store_user.h"
#include "common/str.h"

struct buf;

#define USER_CSV_MAX 16777216 /* bytes of a file */
#define USER_CSV_ROWS_MAX 100000
#define USER_CSV_COLUMNS_MAX 256
#define USER_CSV_FIELDS_MAX 8 /* of a user that a file may give */

struct user_csv_row {
	size_t line; /* in the file, the first is 1 */
	char *value[USER_CSV_FIELDS_MAX]; /* NULL: no such column; owned */
	size_t cells_n; /* that the row has */
};

struct user_csv {
	struct user_csv_row *v;
	size_t n;
	size_t columns_n;
	bool has[USER_CSV_FIELDS_MAX]; /* by the place of the field */
	struct strlist ignored; /* titles that say nothing to us */
};

/* ERR_PROTO: not such a file, and why; ERR_TOOBIG. */
enum err user_csv_parse(struct user_csv *out, const char *text, size_t len,
    struct errinfo *ei) ERR_CHECK;
void user_csv_clear(struct user_csv *c);
/* The key of user_set() for a place, NULL past the end. */
const char *user_csv_key(size_t place);
/* What a title is called that gives the field, as our own files have it. */
const char *user_csv_title(size_t place);

enum err user_csv_put_head(struct buf *out) ERR_CHECK;
/* One line; state and reason come behind the fields. */
enum err user_csv_put(struct buf *out, const struct user *u) ERR_CHECK;

#endif
