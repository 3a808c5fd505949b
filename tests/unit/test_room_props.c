/* room_props.c: when what room systems read is written, and over what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "backend/engine/room_props.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/join_details.h"
#include "common/store_state.h"
#include "common/str.h"

#define VIDEO "alice@site.example"
#define XML(a)                                                    \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?><CiscoOI>"     \
	"<PTVersion>1.0</PTVersion><OIVersion><CreatorOS>calconn" \
	"</CreatorOS></OIVersion><ExternalSIPUrl>" a              \
	"</ExternalSIPUrl><WebExOI>PE9JLz4=</WebExOI></CiscoOI>"

static char foreign[] = "another program's", none[] = "";
static struct meeting row;
static struct msg_ews_item item;
static struct join_room how;

static int
setup(void **state)
{
	(void)state;
	memset(&row, 0, sizeof(row));
	memset(&item, 0, sizeof(item));
	item.attendees_n = 1;
	item.request_was_sent = true;
	item.prop_conference = item.prop_capabilities = none;
	how = (struct join_room){true, true, false, false, ""};
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	meeting_clear(&row);
	return 0;
}

static void
wants(const char *video, const char *conference, const char *capabilities)
{
	struct room_props p;

	room_props_plan(&p, &row, &how, &item, video);
	assert_string_equal(p.conference, conference);
	assert_string_equal(p.capabilities, capabilities);
	assert_int_equal(
	    room_props_any(&p), *conference != '\0' || *capabilities != '\0');
}

static void
shapes(void **state)
{
	(void)state;
	wants(VIDEO, "sip:" VIDEO, XML(VIDEO));
	wants("sip:" VIDEO, "sip:" VIDEO, XML(VIDEO));
	wants("sips:" VIDEO, "sip:" VIDEO, XML(VIDEO));
	wants("<a&b>@x", "sip:<a&b>@x", XML("&lt;a&amp;b&gt;@x"));
	how.conference_dial = how.capabilities_dial = true;
	wants("sip:" VIDEO, VIDEO, VIDEO);
	how.capabilities = false;
	wants(VIDEO, VIDEO, "");
	how.conference = false;
	wants(VIDEO, "", "");
}

static void
not_before_it_was_sent(void **state)
{
	(void)state;
	item.request_was_sent = false;
	wants(VIDEO, "", "");
	item.request_was_sent = true;
	item.attendees_n = 0;
	wants(VIDEO, "", "");
	item.attendees_n = 1;
	wants("", "", "");
	wants(NULL, "", "");
}

static void
never_over_a_foreign_value(void **state)
{
	char own[] = "sip:" VIDEO, xml[] = XML(VIDEO);

	(void)state;
	item.prop_conference = foreign;
	wants(VIDEO, "", XML(VIDEO));
	item.prop_capabilities = foreign;
	wants(VIDEO, "", "");
	/* Written, and nobody knows of it: the connector was killed then. */
	item.prop_conference = own;
	item.prop_capabilities = xml;
	wants(VIDEO, "", "");
	/* Its own may be changed. */
	wants("bob@site.example", "sip:bob@site.example",
	    XML("bob@site.example"));
	/* Somebody changed it since. */
	meeting_clear(&row);
	item.prop_conference = own;
	item.prop_capabilities = xml;
	wants(VIDEO, "", "");
	item.prop_conference = foreign;
	wants("bob@site.example", "", XML("bob@site.example"));
}

/* Too long to be one: nothing is written. */
static void
limits(void **state)
{
	char video[1200];

	(void)state;
	memset(video, 'v', sizeof(video) - 1);
	video[sizeof(video) - 1] = '\0';
	wants(video, "", "");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    T(shapes),
	    T(not_before_it_was_sent),
	    T(never_over_a_foreign_value),
	    T(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
