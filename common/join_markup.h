/* join_markup.h - a text in which control bytes say what a stretch is, as
 * HTML or as plain text.  For join_template.c.  Pure. */
#ifndef JOIN_MARKUP_H
#define JOIN_MARKUP_H

#include <stdbool.h>

#include "common/err.h"

struct buf;

#define JOIN_MARKUP_LINK '\x01' /* up to JOIN_MARKUP_END: an address */
#define JOIN_MARKUP_LTR '\x03' /* likewise: from left to right */
#define JOIN_MARKUP_END '\x02'
#define JOIN_MARKUP_HEADING '\x04' /* first in a line: a heading */

/* Appends.  HTML: paragraphs where an empty line stands between, each line
 * escaped.  Text: lines that end in CR LF.  rtl: the language is written
 * from right to left. */
enum err join_markup_put(
    struct buf *out, const char *marked, bool is_html, bool rtl) ERR_CHECK;

#endif
