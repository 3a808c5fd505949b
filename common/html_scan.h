/* html_scan.h - cuts HTML into tags, text, comments and raw text, with the
 * place of each in the source.  Pure, no memory, one pass: a body
 * is hostile and up to some mebibytes long.
 *
 * This is the tokenizer of the HTML standard (13.2.5) as far as the borders
 * of the pieces go.  It builds no tree: a tree of hostile HTML can be many
 * times larger than its text, and a splice needs borders only. */
#ifndef HTML_SCAN_H
#define HTML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

enum html_kind {
	HTML_TEXT,
	HTML_START,
	HTML_END,
	HTML_COMMENT, /* bogus ones, doctype and CDATA too */
	HTML_RAW /* what stands between <script> and </script> ... */
};

struct html_piece {
	enum html_kind kind;
	size_t at, end; /* in the source */
	size_t name, name_len; /* of a tag, in the source */
	bool self_closing;
};

struct html_scan {
	const char *p;
	size_t len, at;
	size_t foreign; /* open <svg>, <math> */
	char raw[12]; /* element whose raw text comes next, or "" */
	const char *closer; /* see html_scan_closer() */
	size_t open_end; /* see html_scan_open_end() */
};

void html_scan_init(struct html_scan *s, const char *p, size_t len);
/* False at the end. */
bool html_scan_next(struct html_scan *s, struct html_piece *out);
/* At the end: the place behind which more can be added, that is the end, or
 * before a tag that the end cuts off and before <plaintext> ... */
size_t html_scan_open_end(const struct html_scan *s);
/* ... and what has to be added first, so that the rest is read as markup:
 * "" mostly, "-->" in an unfinished comment. */
const char *html_scan_closer(const struct html_scan *s);
/* Is this tag called so?  Any case. */
bool html_piece_is(
    const struct html_scan *s, const struct html_piece *t, const char *name);
bool html_name_is_void(const char *name, size_t len); /* <br>, <img> ... */
/* Does it begin a line of its own: <p>, <td> ... ? */
bool html_name_is_block(const char *name, size_t len);

#endif
