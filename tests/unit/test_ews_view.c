/* ews_view.c: a calendar's view as Exchange answers it, and as it does not. */
#include "tests/harness/test.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/ews_view.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "tests/harness/ews_text.h"

#define ITEM(sens, rest)                                                   \
	"<t:CalendarItem><t:ItemId Id='A'/><t:Subject>Plan</t:Subject>"    \
	"<t:Sensitivity>" sens "</t:Sensitivity><t:UID>04</t:UID>" rest    \
	"<t:Location>Room</t:Location><t:IsCancelled>true</t:IsCancelled>" \
	"<t:CalendarItemType>Occurrence</t:CalendarItemType><t:Organizer>" \
	"<t:Mailbox><t:Name>Alice</t:Name></t:Mailbox></t:Organizer>"      \
	"</t:CalendarItem>"
#define TIMES                                     \
	"<t:Start>2026-01-01T09:00:00Z</t:Start>" \
	"<t:End>2026-01-01T10:00:00Z</t:End>"
#define ROOT(last, items)                                                     \
	T_OK("FindItem", "<m:RootFolder TotalItemsInView='9' "                \
			 "IncludesLastItemInRange='" last "'><t:Items>" items \
			 "</t:Items></m:RootFolder>")

static void
decode(const char *text, const char *failure, struct msg_ews_view *r)
{
	memset(r, 0, sizeof(*r));
	ews_view_decode(text, strlen(text), r);
	assert_string_equal(
	    r->ev.failure != NULL ? r->ev.failure : "", failure);
}

static void
test_items(void **state)
{
	static const char *const hidden[] = {
	    ROOT("true", ITEM("Private", TIMES)),
	    ROOT("true", ITEM("Confidential", TIMES)),
	    ROOT("true", ITEM("Whatever", TIMES))};
	struct msg_ews_view r;
	size_t i;

	(void)state;
	decode(ROOT("false", ITEM("Normal", TIMES) ITEM("Personal", TIMES)), "",
	    &r);
	assert_int_equal(r.items_n, 2);
	assert_true(r.is_cut);
	assert_string_equal(r.items[0].subject, "Plan");
	assert_string_equal(r.items[0].location, "Room");
	assert_string_equal(r.items[0].uid, "04");
	assert_string_equal(r.items[0].organizer, "Alice");
	assert_string_equal(r.items[0].kind, "Occurrence");
	assert_int_equal(r.items[0].end_s - r.items[0].start_s, 3600);
	assert_true(r.items[0].is_cancelled);
	assert_false(r.items[1].is_private);
	msg_ews_view_free(&r);
	for (i = 0; i < 3; i++) {
		decode(hidden[i], "", &r);
		assert_true(r.items[0].is_private);
		assert_null(r.items[0].subject);
		assert_null(r.items[0].location);
		msg_ews_view_free(&r);
	}
	decode(ROOT("true", ""), "", &r);
	assert_int_equal(r.items_n, 0);
	assert_false(r.is_cut);
	msg_ews_view_free(&r);
	decode(ROOT("true", ITEM("Normal", "")), "content-unexpected", &r);
	msg_ews_view_free(&r);
	decode(T_OK("FindItem", ""), "content-unexpected", &r);
	msg_ews_view_free(&r);
	decode(T_ERROR("FindItem", "ErrorServerBusy", ""), "ews-busy", &r);
	msg_ews_view_free(&r);
}

static void
test_too_many(void **state)
{
	struct buf b = BUF_INIT(1u << 20);
	struct msg_ews_view r;
	size_t i;

	(void)state;
	assert_ok(
	    buf_puts(&b, "<Envelope xmlns='" T_SOAP "'><Body xmlns:m='" T_M
			 "' xmlns:t='" T_T "'><m:FindItemResponse>"
			 "<m:ResponseMessages><m:FindItemResponseMessage"
			 " ResponseClass='Success'><m:ResponseCode>NoError"
			 "</m:ResponseCode><m:RootFolder><t:Items>"));
	for (i = 0; i <= EWS_VIEW_MAX; i++)
		assert_ok(buf_puts(&b, ITEM("Normal", TIMES)));
	assert_ok(buf_puts(&b, "</t:Items></m:RootFolder>"
			       "</m:FindItemResponseMessage>"
			       "</m:ResponseMessages></m:FindItemResponse>"
			       "</Body></Envelope>"));
	decode(buf_str(&b), "content-unexpected", &r);
	msg_ews_view_free(&r);
	buf_clear(&b);
}

static void
test_request(void **state)
{
	char box[] = "alice@lab.example";
	struct msg_ews_view_job j = {
	    .ctx.mailbox = box, .from_s = 1767225600, .to_s = 1769644800};
	struct buf b = BUF_INIT(65536);

	(void)state;
	assert_int_equal(ews_view_encode(&b, &j), ERR_ARG);
	j.max = EWS_VIEW_MAX + 1;
	assert_int_equal(ews_view_encode(&b, &j), ERR_ARG);
	j.max = EWS_VIEW_MAX;
	assert_ok(ews_view_encode(&b, &j));
	assert_contains(buf_str(&b),
	    "<m:CalendarView MaxEntriesReturned=\"400\" "
	    "StartDate=\"2026-01-01T00:00:00Z\" "
	    "EndDate=\"2026-01-29T00:00:00Z\"/>");
	j.to_s = j.from_s;
	assert_int_equal(ews_view_encode(&b, &j), ERR_ARG);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_items),
	    cmocka_unit_test(test_too_many),
	    cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
