#include "common/meeting_rules.h"

#include <string.h>

#include "common/ipc.h"
#include "common/str.h"

static const char *const whys[RULE__MAX] = {
    [RULE_DECORATE] = "",
    [RULE_BOOK] = "It is booked with the conferencing service; the join "
		  "details are those of the booking.",
    [RULE_NO_KEYWORD] = "The location holds no keyword.",
    [RULE_NOT_ORGANIZER] =
	"Another person organizes this meeting; the organizer's copy counts.",
    [RULE_CANCELLED] = "The meeting is cancelled.",
    [RULE_OVER] = "The meeting is over.",
    [RULE_NO_ROOM] =
	"The organizer has no Personal Room link, and no rule makes one.",
    [RULE_BAD_ROOM] =
	"The organizer's Personal Room link is not an https address.",
    [RULE_VIDEO] = "No keyword, but a video address: it gives the Join "
		   "button, and the body is left alone.",
};

static const char *const ids[RULE__MAX] = {
    [RULE_DECORATE] = "decorate",
    [RULE_BOOK] = "book",
    [RULE_NO_KEYWORD] = "no-keyword",
    [RULE_NOT_ORGANIZER] = "not-organizer",
    [RULE_CANCELLED] = "cancelled",
    [RULE_OVER] = "over",
    [RULE_NO_ROOM] = "no-room",
    [RULE_BAD_ROOM] = "bad-room",
    [RULE_VIDEO] = "video",
};

const char *
meeting_rule_id(enum meeting_rule r)
{
	return (unsigned)r < RULE__MAX ? ids[r] : "";
}

const char *
meeting_rule_why(enum meeting_rule r)
{
	return (unsigned)r < RULE__MAX ? whys[r] : "";
}

/* An appointment without attendees is its owner's.  In a meeting the
 * owner's own answer is "Organizer"; a simple client leaves "Unknown". */
static bool
is_organizers_copy(const struct msg_ews_item *item)
{
	const char *r = item->my_response != NULL ? item->my_response : "";

	if (str_caseeq(r, "Organizer"))
		return true;
	if (item->is_meeting)
		return false;
	return *r == '\0' || str_caseeq(r, "Unknown") ||
	       str_caseeq(r, "NoResponseReceived");
}

/* start and end of a series' master are those of its first occurrence;
 * only the end of the last one, where there is a last, says that the
 * series is over. */
static bool
is_over(const struct msg_ews_item *item, int64_t now_s)
{
	if (item->kind != NULL && str_caseeq(item->kind, "RecurringMaster"))
		return item->series_end_s != 0 && item->series_end_s <= now_s;
	return item->end_s <= now_s;
}

enum meeting_rule
meeting_rule(const struct msg_ews_item *item, const struct keyword_set *set,
    const struct meeting_room *room, int64_t now_s, struct keyword *keyword)
{
	const char *location = item->location != NULL ? item->location : "";

	memset(keyword, 0, sizeof(*keyword));
	if (!keyword_find(set, location, strlen(location), keyword))
		return RULE_NO_KEYWORD;
	if (!is_organizers_copy(item))
		return RULE_NOT_ORGANIZER;
	if (item->is_cancelled)
		return RULE_CANCELLED;
	if (is_over(item, now_s))
		return RULE_OVER;
	if (keyword->mode != KEYWORD_DEFAULT && keyword->mode != KEYWORD_MYROOM)
		return RULE_BOOK;
	if (room->link == NULL || *room->link == '\0')
		return RULE_NO_ROOM;
	if (!str_has_prefix(room->link, "https://"))
		return RULE_BAD_ROOM;
	return RULE_DECORATE;
}

enum meeting_rule
meeting_rule_video(const struct msg_ews_item *item, int64_t now_s)
{
	if (!is_organizers_copy(item))
		return RULE_NOT_ORGANIZER;
	if (item->is_cancelled)
		return RULE_CANCELLED;
	return is_over(item, now_s) ? RULE_OVER : RULE_VIDEO;
}
