/* video_find.h - the first video address of a meeting that has no keyword:
 * in its location, else in its body.  Pure; linear in the length of both,
 * which are hostile.
 *
 * An address is a SIP, SIPS or H.323 URI; a user part of digits alone before
 * a domain (Cisco: "12345@company.com"); any name at a domain that serves
 * video only (zoomcrc.com, <site>.webex.com ...); name.vmr@, name.vr@ and
 * name.space@ a domain; or a link of video_link.def, also one that a mail
 * gateway has rewritten (url_unwrap.h).  A name at another domain is a mail
 * address.  So are digits at a provider of mail, behind mailto: and in the
 * lines From:, To: and Cc: of a mail that was passed on. */
#ifndef VIDEO_FIND_H
#define VIDEO_FIND_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"
#include "common/video_link.h"

#define VIDEO_URL_MAX 2048 /* bytes of a link that is kept */
#define VIDEO_WORD_MAX 8192 /* bytes between two spaces; more is no address */

enum video_place { VIDEO_IN_LOCATION, VIDEO_IN_BODY };

struct video_found {
	bool is_found;
	enum video_service service;
	enum video_place place;
	/* What a room system dials: user@host, "sips:" before it where that
	 * was asked for.  "" where there is only a link. */
	char dial[VIDEO_DIAL_MAX + 1];
	/* The link, unwrapped; "" where there is only an address. */
	char url[VIDEO_URL_MAX + 1];
};

/* location, body: UTF-8, need no NUL.  Where the first one is a link that
 * cannot be dialled, a later address of the same service in the same text
 * gives dial.  ERR_NOMEM, ERR_TOOBIG; nothing found is ERR_OK. */
enum err video_find(struct video_found *out, const char *location,
    size_t location_len, const char *body, size_t body_len, bool is_html,
    struct errinfo *ei) ERR_CHECK;

#endif
