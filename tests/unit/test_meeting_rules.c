/* meeting_rules.c: which meetings get join details. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/meeting_rules.h"
#include "common/ipc.h"

#define NOW 1000000
#define LINK "https://example.webex.com/meet/alice"

static const struct keyword_set set = {
    .v = {{"@webex", true, KEYWORD_DEFAULT}, {"@meet", true, KEYWORD_DEFAULT},
	{"@web", true, KEYWORD_DEFAULT}, {"@off", false, KEYWORD_DEFAULT},
	{"@own", true, KEYWORD_MYROOM}, {"@hall", true, KEYWORD_CMS}},
    .n = 6,
};

struct row {
	const char *location, *response, *kind;
	bool is_meeting, is_cancelled;
	int64_t end_s, series_end_s;
	const char *link;
	enum meeting_rule want;
};

static const struct row rows[] = {
    {"@webex", "Organizer", "Single", true, false, NOW + 1, 0, LINK,
	RULE_DECORATE},
    {"x @WebEx:myroom", "Organizer", "Single", true, false, NOW + 1, 0, LINK,
	RULE_DECORATE},
    {"@meet:tms", "Organizer", "Single", true, false, NOW + 1, 0, "",
	RULE_BOOK},
    {"@own", "Organizer", "Single", true, false, NOW + 1, 0, LINK,
	RULE_DECORATE},
    {"@hall", "Organizer", "Single", true, false, NOW + 1, 0, LINK, RULE_BOOK},
    {"@hall:myroom", "Organizer", "Single", true, false, NOW + 1, 0, LINK,
	RULE_DECORATE},
    /* without attendees it is no meeting, and the owner's */
    {"@webex", "Organizer", "Single", false, false, NOW + 1, 0, LINK,
	RULE_DECORATE},
    {"@webex", "Unknown", "Single", false, false, NOW + 1, 0, LINK,
	RULE_DECORATE},
    {"@webex", "", "Single", false, false, NOW + 1, 0, LINK, RULE_DECORATE},
    {"@webex", NULL, NULL, false, false, NOW + 1, 0, LINK, RULE_DECORATE},
    {"Room 5", "Organizer", "Single", true, false, NOW + 1, 0, LINK,
	RULE_NO_KEYWORD},
    {NULL, "Organizer", "Single", true, false, NOW + 1, 0, LINK,
	RULE_NO_KEYWORD},
    {"@webex", "Accept", "Single", true, false, NOW + 1, 0, LINK,
	RULE_NOT_ORGANIZER},
    {"@webex", "Tentative", "Single", false, false, NOW + 1, 0, LINK,
	RULE_NOT_ORGANIZER},
    {"@webex", "Unknown", "Single", true, false, NOW + 1, 0, LINK,
	RULE_NOT_ORGANIZER},
    {"@webex", "Organizer", "Single", true, true, NOW + 1, 0, LINK,
	RULE_CANCELLED},
    {"@webex", "Organizer", "Single", true, false, NOW, 0, LINK, RULE_OVER},
    {"@webex", "Organizer", "Exception", true, false, NOW - 9, NOW + 9, LINK,
	RULE_OVER},
    /* a series that began long ago and goes on */
    {"@webex", "Organizer", "RecurringMaster", true, false, NOW - 9, 0, LINK,
	RULE_DECORATE},
    {"@webex", "Organizer", "RecurringMaster", true, false, NOW - 9, NOW + 9,
	LINK, RULE_DECORATE},
    {"@webex", "Organizer", "RecurringMaster", true, false, NOW - 9, NOW, LINK,
	RULE_OVER},
    {"@webex:space", "Organizer", "Single", true, false, NOW + 1, 0, LINK,
	RULE_BOOK},
    {"@webex", "Organizer", "Single", true, false, NOW + 1, 0, "",
	RULE_NO_ROOM},
    {"@webex", "Organizer", "Single", true, false, NOW + 1, 0, NULL,
	RULE_NO_ROOM},
    {"@webex", "Organizer", "Single", true, false, NOW + 1, 0,
	"javascript:alert(1)", RULE_BAD_ROOM},
    {"@webex", "Organizer", "Single", true, false, NOW + 1, 0,
	"http://example.webex.com/meet/alice", RULE_BAD_ROOM},
};

static void
judges_each_row(void **state)
{
	struct msg_ews_item it;
	struct meeting_room room;
	struct keyword k;
	enum meeting_rule got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(&it, 0, sizeof(it));
		memset(&room, 0, sizeof(room));
		it.location = (char *)(uintptr_t)rows[i].location;
		it.my_response = (char *)(uintptr_t)rows[i].response;
		it.kind = (char *)(uintptr_t)rows[i].kind;
		it.is_meeting = rows[i].is_meeting;
		it.is_cancelled = rows[i].is_cancelled;
		it.end_s = rows[i].end_s;
		it.series_end_s = rows[i].series_end_s;
		room.link = rows[i].link;
		got = meeting_rule(&it, &set, &room, NOW, &k);
		if (got != rows[i].want)
			fail_msg("row %zu: %d, not %d", i, (int)got,
			    (int)rows[i].want);
		assert_int_equal(
		    got == RULE_DECORATE, *meeting_rule_why(got) == '\0');
	}
}

static void
judges_video(void **state)
{
	struct msg_ews_item it;
	char other[] = "Accept";

	(void)state;
	memset(&it, 0, sizeof(it));
	it.end_s = NOW + 1;
	assert_int_equal(meeting_rule_video(&it, NOW), RULE_VIDEO);
	it.is_cancelled = true;
	assert_int_equal(meeting_rule_video(&it, NOW), RULE_CANCELLED);
	it.my_response = other;
	assert_int_equal(meeting_rule_video(&it, NOW), RULE_NOT_ORGANIZER);
	it.my_response = NULL;
	it.is_cancelled = false;
	it.end_s = NOW;
	assert_int_equal(meeting_rule_video(&it, NOW), RULE_OVER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judges_each_row),
	    cmocka_unit_test(judges_video),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
