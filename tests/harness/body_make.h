/* body_make.h - bodies of meetings as mail programs write them, made by
 * number: the same number gives the same body.  Tests and benchmarks only.
 *
 * Shapes: Outlook and Word HTML (MSO conditional comments, o:p, VML), Exchange
 * from text, Outlook on the web, Apple Mail, Google Calendar, plain text, each
 * with or without the banner or footer of a mail gateway, in eight languages.
 * Traps: "</body>" in comments, styles, scripts, attributes and quoted text;
 * documents inside documents; ends that were cut off. */
#ifndef BODY_MAKE_H
#define BODY_MAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"

#define BODY_MAKE_MAX (6u * 1024u * 1024u) /* bytes */

struct body_made {
	const char *shape; /* for the table */
	bool is_html;
	size_t place; /* where the join details belong */
	struct buf b; /* empty, ceiling BODY_MAKE_MAX; owned by the caller */
};

/* Fills it with body n of about `size` bytes at least. */
void body_make(struct body_made *m, unsigned n, size_t size);
/* A size as such bodies have: mostly some kilobytes, one in 20 over 100 KiB,
 * one in 200 of 5 MiB. */
size_t body_make_size(unsigned n);

#endif
