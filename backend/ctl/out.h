/* out.h - what calconnctl prints: one call a value, as JSON with stable
 * keys or as text for a person.  A label of NULL keeps a value out of the
 * text.  Nothing is written before out_finish(). */
#ifndef OUT_H
#define OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/str.h"

#define OUT_MAX (64u * 1024u * 1024u) /* bytes of one answer */

struct out {
	bool json;
	struct buf b;
	enum err e; /* sticks */
	bool need_comma; /* before the next key */
	bool in_rows, first_row;
	struct strlist labels, cells; /* of the table being made */
	size_t cols;
};

void out_init(struct out *o, bool json);
void out_clear(struct out *o);

void
out_str(struct out *o, const char *key, const char *label, const char *value);
void out_int(struct out *o, const char *key, const char *label, int64_t value);
/* true and false; "yes" and "no" */
void out_flag(struct out *o, const char *key, const char *label, bool value);
/* null and "-" where 0 */
void
out_time(struct out *o, const char *key, const char *label, int64_t wall_s);
/* JSON that is text already; not in the text form. */
void out_raw(struct out *o, const char *key, const char *json);
/* Text that is no value: only in the text form. */
void out_text(struct out *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* A list of objects under `key`, a table of rows. none: the text where
 * there are no rows. */
void out_rows(struct out *o, const char *key);
void out_row(struct out *o);
void out_rows_end(struct out *o, const char *none);
/* A list of text. */
void out_strs(
    struct out *o, const char *key, const char *label, const struct strlist *l);

/* Writes everything to standard output; false: that failed. */
bool out_finish(struct out *o);
/* What a terminal would act on becomes "?"; line breaks stay. */
enum err out_plain(struct buf *to, const char *s) ERR_CHECK;

#endif
