/* room_props.c - see room_props.h. */
#include "backend/engine/room_props.h"

#include <string.h>

#include <sodium.h>

#include "backend/engine/meeting_row.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/join_details.h"
#include "common/store_state.h"
#include "common/str.h"

#define ID_LEN (crypto_hash_sha256_BYTES * 2)

static void
id_of(char out[ID_LEN + 1], const char *value)
{
	unsigned char sum[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(sum, (const unsigned char *)value, strlen(value));
	hex_encode(sum, sizeof(sum), out);
}

/* Room systems dial user@host. */
static const char *
bare(const char *video)
{
	return str_has_prefix(video, "sip:")    ? video + 4
	       : str_has_prefix(video, "sips:") ? video + 5
						: video;
}

static enum err
conference(struct buf *b, const char *video, bool dial)
{
	enum err e = dial ? ERR_OK : buf_puts(b, "sip:");

	return e == ERR_OK ? buf_puts(b, bare(video)) : e;
}

/* The element that carries the address, and those around it that a reader
 * may look for; WebExOI is the base64 of an empty element. */
static enum err
capabilities(struct buf *b, const char *video, bool dial)
{
	enum err e;

	if (dial)
		return buf_puts(b, bare(video));
	if ((e = buf_puts(b,
		 "<?xml version=\"1.0\" encoding=\"utf-8\"?><CiscoOI>"
		 "<PTVersion>1.0</PTVersion><OIVersion><CreatorOS>calconn"
		 "</CreatorOS></OIVersion><ExternalSIPUrl>")) != ERR_OK ||
	    (e = html_escape(b, bare(video))) != ERR_OK)
		return e;
	return buf_puts(
	    b, "</ExternalSIPUrl><WebExOI>PE9JLz4=</WebExOI></CiscoOI>");
}

/* Fills out where `want` may be written in the place of `have`. */
static void
plan(char out[ROOM_PROP_MAX], char **own_id, const char *have, struct buf *want)
{
	char have_id[ID_LEN + 1], want_id[ID_LEN + 1];

	have = have != NULL ? have : "";
	id_of(have_id, have);
	id_of(want_id, buf_str(want));
	if (*have != '\0' && !str_eq(have, buf_str(want)) &&
	    (*own_id == NULL || !str_eq(have_id, *own_id)))
		return; /* foreign */
	meeting_row_set(own_id, want_id);
	if (!str_eq(have, buf_str(want)))
		(void)str_copy(out, ROOM_PROP_MAX, buf_str(want));
}

void
room_props_plan(struct room_props *out, struct meeting *row,
    const struct join_room *how, const struct msg_ews_item *item,
    const char *video)
{
	struct buf b = BUF_INIT(ROOM_PROP_MAX - 1);

	memset(out, 0, sizeof(*out));
	if (item->attendees_n == 0 || !item->request_was_sent ||
	    video == NULL || *video == '\0')
		return;
	if (how->conference &&
	    conference(&b, video, how->conference_dial) == ERR_OK)
		plan(out->conference, &row->conference_id,
		    item->prop_conference, &b);
	buf_reset(&b);
	if (how->capabilities &&
	    capabilities(&b, video, how->capabilities_dial) == ERR_OK)
		plan(out->capabilities, &row->capabilities_id,
		    item->prop_capabilities, &b);
	buf_clear(&b);
}

bool
room_props_any(const struct room_props *p)
{
	return p->conference[0] != '\0' || p->capabilities[0] != '\0';
}
