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
#include <stddef.h>

#include "common/err.h"
#include "common/join_notice.h"

struct buf;
struct i18n;
struct meeting_room;

/* How a block is written; borrowed. */
struct join_style {
	const struct i18n *lang; /* NULL: English */
	bool phone, global, restrictions, video, ivr, skype; /* shown? */
	/* Plain text of an administrator, lines end in LF; "" none. */
	const char *header, *footer;
	/* The same for every room; "" none. */
	const char *toll, *toll_free; /* phone numbers */
	const char *global_url; /* list of call-in numbers of the world */
	const char *ivr_address; /* address that asks for the meeting number */
	/* A checked template (join_template.h) for what stands between the
	 * guard lines; NULL or "": the form that is built in. */
	const char *source;
	const char *subject, *organizer; /* of the meeting; NULL or "" none */
	/* Said before the details, or in their place where the room has no
	 * link and no video address. */
	enum join_notice notice;
};

#define JOIN_GUARD_BEGIN \
	"- Do not delete or change any of the following text. -"
#define JOIN_GUARD_END "- Do not delete or change any of the text above. -"
/* List of countries whose toll-free numbers have limits (Webex invitation). */
#define JOIN_RESTRICTIONS_URL \
	"https://www.webex.com/pdf/tollfree_restrictions.pdf"
#define JOIN_MARK_BEGIN "<!-- calconn:join:begin -->"
#define JOIN_MARK_END "<!-- calconn:join:end -->"
/* Words between the guard lines; more of them are not a block of ours. */
#define JOIN_BLOCK_VISIBLE_MAX 24576

/* Appends the block.  HTML: one element between two comments.  Text: lines
 * that end in CR LF.  style: NULL is English, with all that the room has. */
enum err join_block_put(
    struct buf *out, const struct meeting_room *room, bool is_html) ERR_CHECK;
enum err join_block_put_styled(struct buf *out, const struct meeting_room *room,
    const struct join_style *style, bool is_html) ERR_CHECK;
/* "USER.SITE@lync.webex.com" of a Personal Room at Webex, "" of others: what
 * Skype for Business calls (Webex invitation). */
void join_block_skype(char *out, size_t size, const char *link);

#endif
