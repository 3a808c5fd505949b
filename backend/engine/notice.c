/* notice.c - see notice.h. */
#include "backend/engine/notice.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/meeting_row.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/join_details.h"
#include "common/meeting_rules.h"
#include "common/store_booking.h"
#include "common/store_state.h"
#include "common/str.h"

/* "told:ASKED:f", or with an "a" where the service is away, which is not the
 * last word. */
#define TOLD "told:"
#define ID_MAX 64

static const char *
text_of(const char *s)
{
	return s != NULL ? s : "";
}

bool
notice_is_told(const struct meeting *row)
{
	return str_has_prefix(text_of(row->room_id), TOLD);
}

static void
id_of(char out[ID_MAX], const struct booking *b, enum join_notice n)
{
	(void)snprintf(out, ID_MAX, TOLD "%.32s:%c", text_of(b->asked),
	    n == JOIN_NOTICE_AWAY ? 'a' : 'f');
}

/* Of this try, and as much as there is to tell. */
static bool
was_told(const struct meeting *row, const struct booking *b, const char *id)
{
	char last[ID_MAX];

	id_of(last, b, JOIN_NOTICE_REFUSED);
	return str_eq(text_of(row->room_id), id) ||
	       str_eq(text_of(row->room_id), last);
}

static enum err
splice(struct buf *out, enum splice *what, const struct msg_ews_item *item,
    const struct booking *b, const struct join_details *details,
    enum join_notice n, struct errinfo *ei)
{
	const char *body = text_of(item->body);
	bool is_there = *text_of(b->external_id) != '\0';
	const struct meeting_room room = {is_there ? text_of(b->link) : "",
	    is_there ? text_of(b->number) : "",
	    is_there ? text_of(b->video) : "", is_there ? text_of(b->pin) : "",
	    true};
	struct join_style style;

	join_details_style(details, text_of(item->culture), &style);
	style.organizer = text_of(item->organizer);
	style.subject = item->is_private ? "" : text_of(item->subject);
	style.notice = n;
	return body_splice_styled(out, what, body, strlen(body),
	    item->body_is_html, &room, &style, ei);
}

enum err
notice_splice(struct buf *out, enum splice *what, struct meeting *row,
    const struct msg_ews_item *item, const struct booking *b,
    const struct join_details *details, enum join_notice n, struct errinfo *ei)
{
	char id[ID_MAX], block[BODY_BLOCK_ID_LEN + 1];
	const char *body = text_of(item->body);
	enum err e;

	id_of(id, b, n);
	if (was_told(row, b, id)) {
		*what = SPLICE_UNCHANGED;
		return ERR_OK;
	}
	if ((e = splice(out, what, item, b, details, n, ei)) != ERR_OK)
		return e;
	e = *what == SPLICE_UNCHANGED
		? body_block_id(block, body, strlen(body), item->body_is_html)
		: body_block_id(
		      block, buf_str(out), out->len, item->body_is_html);
	if (e != ERR_OK)
		return err_set(ei, e, "No memory for the body.");
	meeting_row_set(&row->block_id, block);
	meeting_row_set(&row->room_id, id);
	return ERR_OK;
}

enum err
notice_cut(struct buf *out, bool *is_cut, struct meeting *row,
    const struct msg_ews_item *item, struct errinfo *ei)
{
	char block[BODY_BLOCK_ID_LEN + 1];
	const char *body = text_of(item->body);
	enum err e;

	*is_cut = false;
	e = body_block_id(block, body, strlen(body), item->body_is_html);
	if (e == ERR_OK && block[0] != '\0' &&
	    str_eq(block, text_of(row->block_id)))
		e = body_cut(
		    out, is_cut, body, strlen(body), item->body_is_html);
	if (e != ERR_OK)
		return err_set(ei, e, "No memory for the body.");
	meeting_row_set(&row->block_id, "");
	meeting_row_set(&row->room_id, "");
	return ERR_OK;
}
