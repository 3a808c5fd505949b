/* video_link.h - does a link lead into a video meeting, whose, and what does
 * a room system dial for it?  Pure; by the forms of video_link.def alone:
 * nothing is asked, so that a link in a mail is never followed. */
#ifndef VIDEO_LINK_H
#define VIDEO_LINK_H

#include <stdbool.h>
#include <stddef.h>

#define VIDEO_DIAL_MAX 254 /* bytes of what is dialled */

enum video_service {
	VIDEO_SIP, /* an address of its own */
	VIDEO_WEBEX,
	VIDEO_TEAMS,
	VIDEO_ZOOM,
	VIDEO_MEET,
	VIDEO_BLUEJEANS,
	VIDEO_PEXIP,
	VIDEO_CMS,
	VIDEO_STARLEAF,
	VIDEO_LIFESIZE,
	VIDEO_SKYPE,
	VIDEO_GOTO,
	VIDEO_RINGCENTRAL,
	VIDEO_CHIME,
	VIDEO_JITSI,
	VIDEO_EIGHT,
	VIDEO_WHEREBY,
	VIDEO_VONAGE,
	VIDEO_ZOHO,
	VIDEO_FEISHU,
	VIDEO_TENCENT,
	VIDEO_DIALPAD,
	VIDEO_FACETIME,
	VIDEO__MAX
};

/* url: NUL-terminated, no wrapper around it (url_unwrap.h).  dial is "" where
 * only a browser can go there. */
bool video_link_match(enum video_service *service,
    char dial[VIDEO_DIAL_MAX + 1], const char *url);
const char *video_service_name(enum video_service s); /* for people */
const char *video_service_id(enum video_service s); /* "zoom" */
/* user@host of letters that can be dialled, host a name or IPv4. */
bool video_dial_ok(const char *s);

#endif
