#include "tests/harness/test.h"

#include "backend/net/ews_item.h"
#include "backend/net/ews_prop.h"
#include "backend/net/xml.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "tests/harness/ews_text.h"

#define ITEM(rest)      \
	T_OK("GetItem", \
	    "<m:Items><t:CalendarItem>" rest "</t:CalendarItem></m:Items>")
#define ID "<t:ItemId Id='AAA=' ChangeKey='CK'/>"
#define TIMES                                     \
	"<t:Start>2026-11-23T09:00:00Z</t:Start>" \
	"<t:End>2026-11-23T09:30:00Z</t:End>"
#define BOX(a)                                            \
	"<t:Mailbox><t:Name>N</t:Name><t:EmailAddress>" a \
	"</t:EmailAddress></t:Mailbox>"
#define ATTENDEE(a) "<t:Attendee>" BOX(a) "</t:Attendee>"

/* Everything that is asked for. */
#define WHOLE_WHAT                                                   \
	"<t:Subject>Plan &amp; do</t:Subject><t:Sensitivity>Private" \
	"</t:Sensitivity><t:Body BodyType='HTML'>&lt;p&gt;a&#xD;\n"  \
	"b&lt;/p&gt;</t:Body><t:Culture>de-AT</t:Culture>" TIMES     \
	"<t:Location>Room 1; @webex</t:Location><t:UID>0400</t:UID>"
#define WHOLE_STATE                                              \
	"<t:IsMeeting>true</t:IsMeeting><t:IsCancelled>false"    \
	"</t:IsCancelled><t:MeetingRequestWasSent>true"          \
	"</t:MeetingRequestWasSent><t:CalendarItemType>"         \
	"RecurringMaster</t:CalendarItemType><t:MyResponseType>" \
	"Organizer</t:MyResponseType>"
#define ALICE BOX("alice@lab.example")
#define ALICE_TOO ATTENDEE("Alice@LAB.example")
#define BOB ATTENDEE("bob@lab.example")
#define CAROL ATTENDEE("carol@lab.example")
#define ROOM ATTENDEE("room@lab.example")
#define IN(name, what) "<t:" name ">" what "</t:" name ">"
#define REQUIRED IN("RequiredAttendees", BOB ALICE_TOO)
#define OPTIONAL IN("OptionalAttendees", CAROL)
#define WHOLE_WHO IN("Organizer", ALICE) REQUIRED OPTIONAL IN("Resources", ROOM)
#define WHOLE_LAST                                                  \
	"<t:LastOccurrence><t:ItemId Id='L'/><t:Start>"             \
	"2026-12-28T09:00:00Z</t:Start><t:End>2026-12-28T09:30:00Z" \
	"</t:End></t:LastOccurrence>"
#define WHOLE ITEM(ID WHOLE_WHAT WHOLE_STATE WHOLE_WHO WHOLE_LAST)

static void
test_whole(void **state)
{
	static const char text[] = WHOLE;
	struct msg_ews_item r = {0};

	(void)state;
	ews_get_decode(text, strlen(text), &r);
	assert_int_equal(r.ev.code, ERR_OK);
	assert_string_equal(r.item_id, "AAA=");
	assert_string_equal(r.change_key, "CK");
	assert_string_equal(r.uid, "0400");
	assert_string_equal(r.subject, "Plan & do");
	assert_string_equal(r.location, "Room 1; @webex");
	assert_true(r.body_is_html);
	assert_string_equal(r.body, "<p>a\r\nb</p>");
	assert_int_equal(r.start_s, 1795424400);
	assert_int_equal(r.end_s, 1795426200);
	assert_int_equal(r.series_end_s, 1798450200);
	assert_string_equal(r.kind, "RecurringMaster");
	assert_string_equal(r.my_response, "Organizer");
	assert_true(r.is_meeting);
	assert_false(r.is_cancelled);
	assert_true(r.request_was_sent);
	assert_true(r.is_private);
	assert_string_equal(r.organizer, "alice@lab.example");
	assert_int_equal(r.attendees_n, 3);
	assert_string_equal(r.culture, "de-AT");
	msg_ews_item_free(&r);
}

static void
test_odd_items(void **state)
{
	static const struct {
		const char *text, *failure, *kind;
		int64_t series_end_s;
	} rows[] = {
	    {ITEM(ID TIMES), "", "CalendarItem", 0},
	    {ITEM(ID TIMES "<t:Recurrence><t:EndDateRecurrence><t:StartDate>"
			   "2026-01-01</t:StartDate><t:EndDate>1970-01-02Z"
			   "</t:EndDate></t:EndDateRecurrence></t:Recurrence>"),
		"", "CalendarItem", 3 * 86400},
	    {ITEM(ID TIMES "<t:Recurrence><t:NoEndRecurrence/></t:Recurrence>"),
		"", "CalendarItem", 0},
	    {ITEM(TIMES), "content-unexpected", "", 0},
	    {ITEM(ID), "content-unexpected", "", 0},
	    {ITEM(ID "<t:Start>yesterday</t:Start>"), "content-unexpected", "",
		0},
	    /* Not all that lies in a calendar is a calendar item. */
	    {T_OK(
		 "GetItem", "<m:Items><t:Message>" ID "</t:Message></m:Items>"),
		"", "Message", 0},
	    {T_OK("GetItem", "<m:Items/>"), "content-unexpected", "", 0},
	    {T_OK("GetItem", ""), "content-unexpected", "", 0},
	    {T_ERROR("GetItem", "ErrorItemNotFound", "<m:Items/>"),
		"ews-not-found", "", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_ews_item r = {0};

		ews_get_decode(rows[i].text, strlen(rows[i].text), &r);
		assert_string_equal(
		    r.ev.failure == NULL ? "" : r.ev.failure, rows[i].failure);
		if (rows[i].failure[0] == '\0')
			assert_string_equal(r.kind, rows[i].kind);
		assert_int_equal(r.series_end_s, rows[i].series_end_s);
		msg_ews_item_free(&r);
	}
}

#define MESSAGE(class, code, rest)                           \
	"<m:GetItemResponseMessage ResponseClass='" class    \
	    "'>"                                             \
	    "<m:ResponseCode>" code "</m:ResponseCode>" rest \
	    "</m:GetItemResponseMessage>"
#define ONE(id)                                          \
	MESSAGE("Success", "NoError",                    \
	    "<m:Items><t:CalendarItem><t:ItemId Id='" id \
	    "' ChangeKey='CK'/>" TIMES "</t:CalendarItem></m:Items>")
#define MANY(messages)                                                \
	T_ENVELOPE("<m:GetItemResponse><m:ResponseMessages>" messages \
		   "</m:ResponseMessages></m:GetItemResponse>")

/* Each item has its own verdict, and they stay in order. */
static void
test_many(void **state)
{
	static const char text[] =
	    MANY(ONE("A=") MESSAGE("Error", "ErrorItemNotFound", "<m:Items/>")
		    MESSAGE("Success", "NoError", "<m:Items/>") ONE("D="));
	struct msg_ews_items r = {0};

	(void)state;
	ews_gets_decode(text, strlen(text), &r);
	assert_int_equal(r.ev.code, ERR_OK);
	assert_int_equal(r.items_n, 4);
	assert_string_equal(r.items[0].item_id, "A=");
	assert_int_equal(r.items[0].ev.code, ERR_OK);
	assert_string_equal(r.items[1].ev.failure, "ews-not-found");
	assert_string_equal(r.items[2].ev.failure, "content-unexpected");
	assert_string_equal(r.items[3].item_id, "D=");
	msg_ews_items_free(&r);
}

static void
test_many_odd(void **state)
{
	static const struct {
		const char *text, *failure;
		size_t n;
		uint32_t backoff_ms;
	} rows[] = {
	    {MANY(ONE("A=") MESSAGE("Error", "ErrorServerBusy",
		 "<m:MessageXml><t:Value Name='BackOffMilliseconds'>1500"
		 "</t:Value></m:MessageXml>")),
		"ews-busy", 2, 1500},
	    {T_FAULT("ErrorServerBusy", "busy", ""), "ews-busy", 0, 0},
	    {T_ENVELOPE("<m:GetItemResponse/>"), "content-unexpected", 0, 0},
	    {"<html/>", "content-unexpected", 0, 0},
	    {"<", "content-xml", 0, 0},
	};
	struct buf b = BUF_INIT(1u << 20);
	struct msg_ews_items r = {0};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		ews_gets_decode(rows[i].text, strlen(rows[i].text), &r);
		assert_string_equal(r.ev.failure, rows[i].failure);
		assert_int_equal(r.items_n, rows[i].n);
		assert_int_equal(r.ev.backoff_ms, rows[i].backoff_ms);
		msg_ews_items_free(&r);
		memset(&r, 0, sizeof(r));
	}
	/* More than were asked for. */
	assert_ok(buf_puts(&b, "<s:Envelope xmlns:s='" T_SOAP "' xmlns:m='" T_M
			       "' xmlns:t='" T_T "'><s:Body><m:GetItemResponse>"
			       "<m:ResponseMessages>"));
	for (i = 0; i <= EWS_GETS_MAX; i++)
		assert_ok(buf_puts(&b, ONE("A=")));
	assert_ok(buf_puts(&b, "</m:ResponseMessages></m:GetItemResponse>"
			       "</s:Body></s:Envelope>"));
	ews_gets_decode(b.p, b.len, &r);
	assert_string_equal(r.ev.failure, "content-unexpected");
	assert_int_equal(r.items_n, 0);
	msg_ews_items_free(&r);
	buf_clear(&b);
}

/* Four bodies of 2 MiB are more than an answer of ours may hold: what does
 * not fit is asked for by itself, and what does is there. */
static void
test_many_large(void **state)
{
	struct buf b = BUF_INIT(16u << 20), frame = BUF_INIT(IPC_FRAME_MAX);
	struct msg_ews_items r = {0};
	size_t i, k;

	(void)state;
	assert_ok(buf_puts(&b, "<s:Envelope xmlns:s='" T_SOAP "' xmlns:m='" T_M
			       "' xmlns:t='" T_T "'><s:Body><m:GetItemResponse>"
			       "<m:ResponseMessages>"));
	for (i = 0; i < 4; i++) {
		assert_ok(buf_puts(&b,
		    "<m:GetItemResponseMessage ResponseClass='Success'>"
		    "<m:ResponseCode>NoError</m:ResponseCode><m:Items>"
		    "<t:CalendarItem><t:ItemId Id='A=' ChangeKey='C'/>" TIMES
		    "<t:Body BodyType='Text'>"));
		for (k = 0; k < (2u << 20) / 16; k++)
			assert_ok(buf_puts(&b, "0123456789abcdef"));
		assert_ok(buf_puts(&b, "</t:Body></t:CalendarItem></m:Items>"
				       "</m:GetItemResponseMessage>"));
	}
	assert_ok(buf_puts(&b, "</m:ResponseMessages></m:GetItemResponse>"
			       "</s:Body></s:Envelope>"));
	ews_gets_decode(b.p, b.len, &r);
	assert_int_equal(r.ev.code, ERR_OK);
	assert_int_equal(r.items_n, 4);
	assert_int_equal(r.items[1].ev.code, ERR_OK);
	assert_string_equal(r.items[3].ev.failure, "content-toobig");
	assert_null(r.items[3].body);
	assert_ok(ipc_build(&frame, IPC_EWS_ITEMS, 1, &r));
	msg_ews_items_free(&r);
	buf_clear(&frame);
	buf_clear(&b);
}

/* All of a large invitation are counted. */
static void
test_many_invitees(void **state)
{
	struct buf b = BUF_INIT(4u << 20);
	struct msg_ews_item r = {0};
	size_t i;

	(void)state;
	assert_ok(
	    buf_puts(&b, "<s:Envelope xmlns:s='" T_SOAP "' xmlns:m='" T_M
			 "' xmlns:t='" T_T "'><s:Body><m:GetItemResponse>"
			 "<m:ResponseMessages><m:GetItemResponseMessage "
			 "ResponseClass='Success'><m:ResponseCode>NoError"
			 "</m:ResponseCode><m:Items><t:CalendarItem>" ID TIMES
			 "<t:RequiredAttendees>"));
	for (i = 0; i < 1500; i++)
		assert_ok(buf_puts(&b, ATTENDEE("o'neil@lab.example")));
	assert_ok(
	    buf_puts(&b, "</t:RequiredAttendees></t:CalendarItem></m:Items>"
			 "</m:GetItemResponseMessage></m:ResponseMessages>"
			 "</m:GetItemResponse></s:Body></s:Envelope>"));
	ews_get_decode(b.p, b.len, &r);
	assert_int_equal(r.ev.code, ERR_OK);
	assert_int_equal(r.attendees_n, 1500);
	msg_ews_item_free(&r);
	buf_clear(&b);
}

static void
test_too_big(void **state)
{
	struct buf b = BUF_INIT(16u << 20);
	struct msg_ews_item r = {0};
	unsigned i;

	(void)state;
	assert_ok(
	    buf_puts(&b, "<Envelope xmlns='" T_SOAP "'><Body xmlns:m='" T_M
			 "'><m:GetItemResponse><m:ResponseMessages><m:x "
			 "ResponseClass='Success'><Items><CalendarItem>"
			 "<ItemId Id='1'/><Body>"));
	for (i = 0; i < 6291456 / 16 + 1; i++)
		assert_ok(buf_puts(&b, "0123456789abcdef"));
	assert_ok(buf_puts(&b, "</Body></CalendarItem></Items></m:x>"
			       "</m:ResponseMessages></m:GetItemResponse>"
			       "</Body></Envelope>"));
	ews_get_decode(b.p, b.len, &r);
	assert_string_equal(r.ev.failure, "content-toobig");
	msg_ews_item_free(&r);
	buf_clear(&b);
}

static void
test_times(void **state)
{
	static const struct {
		const char *text;
		int64_t s; /* -1: refused */
	} rows[] = {
	    {"1970-01-01T00:00:00Z", 0},
	    {"2026-11-22T06:01:59Z", 1795327319},
	    {"2026-11-22T06:01:59.1234567Z", 1795327319},
	    {"2026-11-22T08:01:59+02:00", 1795327319},
	    {"2026-11-22T00:31:59-05:30", 1795327319},
	    {"2026-11-22T06:01:59", 1795327319},
	    {"2024-02-29T12:00:00Z", 1709208000},
	    {"", -1},
	    {"2026", -1},
	    {"2O26-01-01T00:00:00Z", -1},
	    {"2026-0a-01T00:00:00Z", -1},
	    {"2026-01-01T0/:00:00Z", -1},
	    {"2026-13-01T00:00:00Z", -1},
	    {"2026-00-01T00:00:00Z", -1},
	    {"2026-01-32T00:00:00Z", -1},
	    {"2026-01-01T25:00:00Z", -1},
	    {"2026-01-01T00:60:00Z", -1},
	    {"2026-01-01 00:00:00Z", -1},
	    {"2026-01-01T00:00:00X", -1},
	    {"2026-01-01T00:00:00+15:00", -1},
	    {"2026-01-01T00:00:00+02:00x", -1},
	    {"-026-01-01T00:00:00Z", -1},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		int64_t s = -1;

		(void)!ews_time_parse(rows[i].text, &s);
		if (s != rows[i].s)
			fail_msg("%s: %lld", rows[i].text, (long long)s);
	}
}

/* What goes out, read as any server would read it. */
static void
test_update(void **state)
{
	char id[] = "A<B", key[] = "C\"K", box[] = "a@lab.example";
	char body[] = "<p>x\r\n&amp;</p>", value[] = "<C>&amp;</C>";
	char set[] = "00020329-0000-0000-C000-000000000046";
	struct msg_ews_update_job j = {.item_id = id,
	    .change_key = key,
	    .body = body,
	    .body_is_html = true,
	    .send_to_all = true,
	    .ctx.mailbox = box};
	struct buf b = BUF_INIT(100000);
	struct xml_doc *d = NULL;
	const struct xml_node *op, *n;

	(void)state;
	assert_ok(ews_update_encode(&b, &j));
	assert_ok(xml_parse(&d, b.p, b.len, NULL));
	op = xml_path(xml_root(d), "Body/UpdateItem");
	assert_string_equal(
	    xml_attr(op, "ConflictResolution"), "NeverOverwrite");
	assert_string_equal(
	    xml_attr(op, "SendMeetingInvitationsOrCancellations"),
	    "SendToAllAndSaveCopy");
	n = xml_path(op, "ItemChanges/ItemChange");
	assert_string_equal(xml_attr(xml_child(n, "ItemId"), "Id"), id);
	assert_string_equal(xml_attr(xml_child(n, "ItemId"), "ChangeKey"), key);
	n = xml_path(n, "Updates/SetItemField/CalendarItem/Body");
	assert_string_equal(xml_attr(n, "BodyType"), "HTML");
	assert_string_equal(xml_text(n), body);
	xml_doc_free(d);
	d = NULL;
	buf_reset(&b);
	j.send_to_all = j.body_is_html = false;
	assert_ok(ews_update_encode(&b, &j));
	assert_ok(xml_parse(&d, b.p, b.len, NULL));
	op = xml_path(xml_root(d), "Body/UpdateItem");
	assert_string_equal(
	    xml_attr(op, "SendMeetingInvitationsOrCancellations"),
	    "SendToNone");
	xml_doc_free(d);
	d = NULL;
	buf_reset(&b);
	/* What room systems read, and the body as it is. */
	j.keeps_body = true;
	j.prop_set = set;
	j.prop_capabilities = value;
	assert_ok(ews_update_encode(&b, &j));
	assert_ok(xml_parse(&d, b.p, b.len, NULL));
	n = xml_path(xml_root(d), "Body/UpdateItem/ItemChanges/ItemChange/"
				  "Updates/SetItemField");
	assert_null(xml_next(n, "SetItemField"));
	assert_string_equal(
	    xml_attr(xml_child(n, "ExtendedFieldURI"), "PropertyName"),
	    "UCCapabilities");
	assert_string_equal(
	    ews_prop_value(xml_child(n, "CalendarItem"), "UCCapabilities"),
	    value);
	assert_string_equal(ews_prop_value(xml_child(n, "CalendarItem"),
				"TMS:ExternalConferenceData"),
	    "");
	xml_doc_free(d);
	j.keeps_body = false;
	buf_reset(&b);
	body[1] = '\x02';
	assert_err(ews_update_encode(&b, &j), ERR_ARG);
	buf_clear(&b);
}

static void
test_updated(void **state)
{
	static const struct {
		const char *text, *failure, *change_key;
	} rows[] = {
	    {T_OK("UpdateItem",
		 "<m:Items><t:CalendarItem>" ID
		 "</t:CalendarItem></m:Items><m:ConflictResults><t:Count>0"
		 "</t:Count></m:ConflictResults>"),
		"", "CK"},
	    {T_OK("UpdateItem", "<m:Items/>"), "content-unexpected", ""},
	    {T_ERROR("UpdateItem", "ErrorIrresolvableConflict", "<m:Items/>"),
		"ews-conflict", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_ews_result r = {0};

		ews_update_decode(rows[i].text, strlen(rows[i].text), &r);
		assert_string_equal(
		    r.ev.failure == NULL ? "" : r.ev.failure, rows[i].failure);
		assert_string_equal(r.change_key == NULL ? "" : r.change_key,
		    rows[i].change_key);
		msg_ews_result_free(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_odd_items),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_many_odd),
	    cmocka_unit_test(test_many_large),
	    cmocka_unit_test(test_many_invitees),
	    cmocka_unit_test(test_too_big),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_update),
	    cmocka_unit_test(test_updated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
