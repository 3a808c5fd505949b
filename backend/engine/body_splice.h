/* body_splice.h - puts the join details into a body and leaves every other
 * byte as it was.  Engine.  Pure; linear in the length of the body, which
 * is hostile.
 *
 * HTML: before the last </body> that is markup (not inside a comment, a
 * script or a style), else before </html>, else at the end, behind what
 * closes an unfinished comment or tag.  Text: at the end. */
#ifndef BODY_SPLICE_H
#define BODY_SPLICE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct buf;
struct join_style;
struct meeting_room;

enum splice {
	SPLICE_UNCHANGED, /* the same details are there: out stays empty */
	SPLICE_INSERTED,
	SPLICE_REPLACED, /* other details of ours were there */
	SPLICE__MAX
};

/* out: empty, its ceiling is the largest body that may result.  body: UTF-8
 * without NUL. */
enum err body_splice(struct buf *out, enum splice *what, const char *body,
    size_t len, bool is_html, const struct meeting_room *room,
    struct errinfo *ei) ERR_CHECK;
/* The same with a style of its own (join_block.h). */
enum err body_splice_styled(struct buf *out, enum splice *what,
    const char *body, size_t len, bool is_html, const struct meeting_room *room,
    const struct join_style *style, struct errinfo *ei) ERR_CHECK;

/* The body without the first block of ours, and without the line break that
 * was written behind it.  *is_cut: there was one, and nothing around it would
 * be torn; else out stays empty. */
enum err body_cut(struct buf *out, bool *is_cut, const char *body, size_t len,
    bool is_html) ERR_CHECK;

/* What identifies the words of a block: SHA-256 in hex. */
#define BODY_BLOCK_ID_LEN 64
/* The first block of ours in a body; "" where there is none. */
enum err body_block_id(char out[BODY_BLOCK_ID_LEN + 1], const char *body,
    size_t len, bool is_html) ERR_CHECK;

#endif
