#include "common/join_block.h"

#include <string.h>

#include "common/meeting_rules.h"
#include "common/buf.h"
#include "common/str.h"

#define VALUE_MAX 4096 /* bytes of one value, before it is escaped */
#define ESCAPED_MAX 32768

/* Without characters that a reader cannot see: controls, and those that
 * turn the direction of the text around (U+200E/F, U+202A-E, U+2066-9). */
static enum err
put_clean(struct buf *b, const char *s)
{
	const unsigned char *u;
	enum err e;

	for (u = (const unsigned char *)s; *u != '\0'; u++) {
		if (*u < 0x20 || *u == 0x7f)
			continue;
		if (u[0] == 0xe2 &&
		    ((u[1] == 0x80 && (u[2] == 0x8e || u[2] == 0x8f ||
					  (u[2] >= 0xaa && u[2] <= 0xae))) ||
			(u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9))) {
			u += 2;
			continue;
		}
		if ((e = buf_putc(b, (char)*u)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/* before, value, and where given between and the value again, after. */
static enum err
put_value(struct buf *out, bool is_html, const char *before, const char *value,
    const char *between, const char *after)
{
	struct buf clean = BUF_INIT(VALUE_MAX), esc = BUF_INIT(ESCAPED_MAX);
	enum err e;

	if ((e = put_clean(&clean, value)) != ERR_OK)
		goto out;
	if (is_html)
		e = html_escape(&esc, buf_str(&clean));
	else
		e = buf_put(&esc, buf_str(&clean), clean.len);
	if (e != ERR_OK)
		goto out;
	if ((e = buf_puts(out, before)) != ERR_OK ||
	    (e = buf_puts(out, buf_str(&esc))) != ERR_OK)
		goto out;
	if (between != NULL &&
	    ((e = buf_puts(out, between)) != ERR_OK ||
		(e = buf_puts(out, buf_str(&esc))) != ERR_OK))
		goto out;
	e = buf_puts(out, after);
out:
	buf_clear(&clean);
	buf_clear(&esc);
	return e;
}

static bool
is_given(const char *s)
{
	return s != NULL && *s != '\0';
}

static enum err
put_html(struct buf *out, const struct meeting_room *room)
{
	enum err e;

	if ((e = buf_puts(out,
		 JOIN_MARK_BEGIN "<div>\r\n<p>" JOIN_GUARD_BEGIN "</p>\r\n"
				 "<p><b>Join meeting in my Webex Personal "
				 "Room</b><br>\r\n")) != ERR_OK ||
	    (e = put_value(out, true, "<a href=\"", room->link, "\">",
		 "</a></p>\r\n")) != ERR_OK)
		return e;
	if (is_given(room->number) &&
	    (e = put_value(out, true, "<p>Meeting number (access code): ",
		 room->number, NULL, "</p>\r\n")) != ERR_OK)
		return e;
	if (is_given(room->video) &&
	    (e = put_value(out, true,
		 "<p><b>Join from a video conferencing system or "
		 "application:</b><br>\r\nDial ",
		 room->video, NULL, "</p>\r\n")) != ERR_OK)
		return e;
	return buf_puts(
	    out, "<p>" JOIN_GUARD_END "</p>\r\n</div>" JOIN_MARK_END);
}

static enum err
put_text(struct buf *out, const struct meeting_room *room)
{
	enum err e;

	if ((e = buf_puts(out,
		 JOIN_GUARD_BEGIN "\r\n\r\nJoin meeting in my Webex Personal "
				  "Room\r\n")) != ERR_OK ||
	    (e = put_value(out, false, "", room->link, NULL, "\r\n")) != ERR_OK)
		return e;
	if (is_given(room->number) &&
	    (e = put_value(out, false, "\r\nMeeting number (access code): ",
		 room->number, NULL, "\r\n")) != ERR_OK)
		return e;
	if (is_given(room->video) &&
	    (e = put_value(out, false,
		 "\r\nJoin from a video conferencing system or application:"
		 "\r\nDial ",
		 room->video, NULL, "\r\n")) != ERR_OK)
		return e;
	return buf_puts(out, "\r\n" JOIN_GUARD_END);
}

enum err
join_block_put(struct buf *out, const struct meeting_room *room, bool is_html)
{
	return is_html ? put_html(out, room) : put_text(out, room);
}
