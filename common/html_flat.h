/* html_flat.h - the letters of a body in one line after another, with the
 * targets of links where they stand: what a search for addresses reads.
 * Pure; one pass over hostile text. */
#ifndef HTML_FLAT_H
#define HTML_FLAT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct buf;

/* Appends at most len bytes to out.  Elements inside a line vanish, a border
 * of blocks and a link give a new line, characters that nobody sees vanish,
 * spaces of any kind are one space each.  Of links only targets that may be
 * an address come along: https, http, sip, sips, pexip, h323, zoommtg.
 * ERR_TOOBIG, ERR_NOMEM as of a buffer. */
enum err html_flat(
    struct buf *out, const char *body, size_t len, bool is_html) ERR_CHECK;

#endif
