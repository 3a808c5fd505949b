/* join_clean.h - a person's text on its way into join details: what a reader
 * cannot see is left out.  Pure. */
#ifndef JOIN_CLEAN_H
#define JOIN_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct buf;

/* How many bytes of the character at s, in UTF-8, are not to be shown: C0 and
 * C1 controls, line and paragraph separators, and marks that turn the
 * direction of text around (U+061C, U+200E/F, U+202A-E, U+2066-9; UAX #9).
 * 0: it is shown. */
size_t join_hidden(const char *s);
/* Appends the text without them; lines: ends of lines (LF) stay. */
enum err join_clean_put(struct buf *b, const char *s, bool lines) ERR_CHECK;
/* Where the words of the guard lines (join_block.h) begin in the text, in any
 * case and whatever stands between them; false: nowhere.  at may be NULL. */
bool join_guard_find(const char *s, size_t *at);

#endif
