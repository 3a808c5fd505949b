/* meeting_try.h - what would happen with a meeting, without touching any:
 * the keyword that counts, the rule, what would be written, or the video
 * address where no keyword stands.  For the page and the command; decides by
 * the very functions that the engine decides by.  libstore: reads config.db. */
#ifndef MEETING_TRY_H
#define MEETING_TRY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/meeting_rules.h"
#include "common/video_find.h"

struct store;

#define MEETING_TRY_LOCATION_MAX 8192 /* bytes */
#define MEETING_TRY_BODY_MAX 6291456 /* bytes, as in ipc_msg.def */

struct meeting_try {
	bool user_given, user_known, user_enabled;
	bool by_rule; /* the room is made by the rule */
	char keyword[KEYWORD_WORD_MAX + 16]; /* as typed; "" none */
	enum meeting_rule rule;
	char *link, *video; /* of the room, "" where there is none */
	struct video_found found; /* where no keyword stands */
	struct buf block; /* what would be written, as text */
};

/* user: an address, or "" for nobody in particular.  out is to be cleared
 * whatever is returned.  ERR_ARG: the text is too long or no text. */
enum err meeting_try(struct meeting_try *out, struct store *s,
    const char *location, const char *body, size_t body_len, bool is_html,
    const char *user, struct errinfo *ei) ERR_CHECK;
void meeting_try_clear(struct meeting_try *t);
/* One or two sentences that say what would happen. */
const char *meeting_try_says(const struct meeting_try *t);

#endif
