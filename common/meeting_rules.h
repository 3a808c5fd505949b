/* meeting_rules.h - is this meeting one to write join details into?
 * Engine.  Pure: facts in, verdict and reason out. */
#ifndef MEETING_RULES_H
#define MEETING_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/keywords.h"

struct msg_ews_item;

enum meeting_rule {
	RULE_DECORATE,
	RULE_BOOK, /* the same, with what a booking gives */
	RULE_NO_KEYWORD,
	RULE_NOT_ORGANIZER,
	RULE_CANCELLED,
	RULE_OVER,
	RULE_NO_ROOM,
	RULE_BAD_ROOM,
	RULE_VIDEO, /* no keyword, but a video address */
	RULE__MAX
};

/* Of the mailbox's owner; borrowed, "" where not given. */
struct meeting_room {
	const char *link;
	const char *number;
	const char *video;
	const char *pin; /* NULL: none */
	bool is_booked; /* of one meeting, and nobody's own */
};

/* keyword is filled unless the answer is RULE_NO_KEYWORD. */
enum meeting_rule
meeting_rule(const struct msg_ews_item *item, const struct keyword_set *set,
    const struct meeting_room *room, int64_t now_s, struct keyword *keyword);
/* For a meeting without a keyword: RULE_VIDEO where a video address in it
 * counts, or the reason why not. */
enum meeting_rule
meeting_rule_video(const struct msg_ews_item *item, int64_t now_s);
/* A word for a program, such as "no-room". */
const char *meeting_rule_id(enum meeting_rule r);
/* One sentence for the user's page; "" for RULE_DECORATE. */
const char *meeting_rule_why(enum meeting_rule r);

#endif
