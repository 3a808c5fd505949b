/* join_block.h - the join details that go into a body, and their borders.
 * Engine.  Pure.  What people gave (link, number, video address) is escaped.
 *
 * How a block is found again.  Exchange and its clients rewrite HTML: they
 * drop comments, ids and data attributes, wrap lines, split and nest tags.
 * Only the words that a reader sees are safe.  So a block is what stands
 * from one guard line to the other, compared word by word (visible.h).
 * Comments beside the guard lines are a second, exact border: they still
 * mark the place where a person deleted the words between. */
#ifndef JOIN_BLOCK_H
#define JOIN_BLOCK_H

#include <stdbool.h>

#include "common/err.h"

struct buf;
struct meeting_room;

#define JOIN_GUARD_BEGIN \
	"- Do not delete or change any of the following text. -"
#define JOIN_GUARD_END "- Do not delete or change any of the text above. -"
#define JOIN_MARK_BEGIN "<!-- calconn:join:begin -->"
#define JOIN_MARK_END "<!-- calconn:join:end -->"
/* Words between the guard lines; more of them are not a block of ours. */
#define JOIN_BLOCK_VISIBLE_MAX 8192

/* Appends the block.  HTML: one element between two comments.  Text: lines
 * that end in CR LF. */
enum err join_block_put(
    struct buf *out, const struct meeting_room *room, bool is_html) ERR_CHECK;

#endif
