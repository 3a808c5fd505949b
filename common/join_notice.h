/* join_notice.h - what an organizer reads in the place of the join details
 * when a meeting could not be booked.  Pure; the words are in po/ too. */
#ifndef JOIN_NOTICE_H
#define JOIN_NOTICE_H

#include <stdbool.h>

#include "common/err.h"

struct buf;
struct i18n;

enum join_notice {
	JOIN_NOTICE_NONE,
	JOIN_NOTICE_AWAY, /* the service does not answer; it is tried on */
	JOIN_NOTICE_REFUSED,
	JOIN_NOTICE_LICENCE,
	JOIN_NOTICE_SETUP, /* no such service, or it may not be used */
	JOIN_NOTICE_SERIES, /* not this kind of series */
	JOIN_NOTICE_TIME, /* not at this time */
	JOIN_NOTICE__MAX
};

/* Appends a paragraph.  lang: NULL is English.  has_details: those of an
 * earlier booking stand below it. */
enum err join_notice_put(struct buf *out, enum join_notice n,
    const struct i18n *lang, bool has_details, bool is_html) ERR_CHECK;

#endif
