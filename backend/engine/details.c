#include "backend/engine/details.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "backend/engine/meeting_row.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/join_details.h"
#include "common/meeting_rules.h"
#include "common/store_state.h"
#include "common/str.h"

#define ROOM_MAX 8192 /* bytes of its three values */

static const char *
text_of(const char *s)
{
	return s != NULL ? s : "";
}

static enum err
room_id(char out[BODY_BLOCK_ID_LEN + 1], const struct meeting_room *room)
{
	unsigned char sum[crypto_hash_sha256_BYTES];
	struct buf b = BUF_INIT(ROOM_MAX);
	enum err e;

	e = buf_putf(&b, "%s\n%s\n%s", text_of(room->link),
	    text_of(room->number), text_of(room->video));
	if (e == ERR_OK && *text_of(room->pin) != '\0')
		e = buf_putf(&b, "\n%s", room->pin);
	if (e == ERR_OK) {
		crypto_hash_sha256(
		    sum, (const unsigned char *)buf_str(&b), b.len);
		hex_encode(sum, sizeof(sum), out);
	}
	buf_clear(&b);
	return e;
}

/* Is the block there that was written, for the room as it is? */
static bool
is_kept(const struct meeting *row, const char *room, const char *block)
{
	return *text_of(row->block_id) != '\0' &&
	       str_eq(row->block_id, block) && str_eq(row->room_id, room);
}

static enum err
splice(struct buf *out, enum splice *what, const struct msg_ews_item *item,
    const struct meeting_room *room, const struct join_details *details,
    struct errinfo *ei)
{
	const char *body = text_of(item->body);
	struct join_style style;
	enum err e;

	join_details_style(details, text_of(item->culture), &style);
	style.organizer = text_of(item->organizer);
	style.subject = item->is_private ? "" : text_of(item->subject);
	e = body_splice_styled(out, what, body, strlen(body),
	    item->body_is_html, room, &style, ei);
	if (e != ERR_OK || *what != SPLICE_REPLACED)
		return e;
	/* Nothing is known of the block: is it the plain one for this room,
	 * which was there before anything could be chosen? */
	buf_reset(out);
	e = body_splice(
	    out, what, body, strlen(body), item->body_is_html, room, ei);
	if (e != ERR_OK || *what == SPLICE_UNCHANGED)
		return e;
	buf_reset(out);
	return body_splice_styled(out, what, body, strlen(body),
	    item->body_is_html, room, &style, ei);
}

enum err
details_splice(struct buf *out, enum splice *what, struct meeting *row,
    const struct msg_ews_item *item, const struct meeting_room *room,
    const struct join_details *details, struct errinfo *ei)
{
	char have[BODY_BLOCK_ID_LEN + 1], now[BODY_BLOCK_ID_LEN + 1];
	const char *body = text_of(item->body);
	enum err e;

	if ((e = room_id(now, room)) != ERR_OK ||
	    (e = body_block_id(have, body, strlen(body), item->body_is_html)) !=
		ERR_OK)
		return err_set(ei, e, "No memory for the body.");
	if (is_kept(row, now, have)) {
		*what = SPLICE_UNCHANGED;
		return ERR_OK;
	}
	if ((e = splice(out, what, item, room, details, ei)) != ERR_OK)
		return e;
	if (*what != SPLICE_UNCHANGED &&
	    (e = body_block_id(
		 have, buf_str(out), out->len, item->body_is_html)) != ERR_OK)
		return err_set(ei, e, "No memory for the body.");
	meeting_row_set(&row->block_id, have);
	meeting_row_set(&row->room_id, now);
	return ERR_OK;
}
