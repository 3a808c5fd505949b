/* visible.h - the words of a body as a reader sees them, one space between,
 * each with its place in the source.  Mail programs rewrite markup, wrap
 * lines and drop comments; the words stay.
 * Engine.  Pure; one pass over hostile text. */
#ifndef VISIBLE_H
#define VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct visible {
	char *text; /* NUL-terminated */
	uint32_t *at; /* of each byte of text: where its character begins */
	uint32_t *end; /* ... and ends, in the source */
	size_t len;
};

#define VISIBLE_INIT                \
	{                           \
		NULL, NULL, NULL, 0 \
	}

/* ERR_NOMEM; v is to be cleared either way. */
enum err visible_make(
    struct visible *v, const char *body, size_t len, bool is_html) ERR_CHECK;
void visible_clear(struct visible *v);

#endif
