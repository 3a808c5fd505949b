#include "tests/harness/test.h"

#include "backend/net/ews_client.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "tests/harness/ews_text.h"

static char long_id[2050];

#define FOLDER(attrs)                                          \
	"<m:Folders><t:CalendarFolder><t:FolderId " attrs "/>" \
	"</t:CalendarFolder></m:Folders>"

typedef void (*decode_fn)(const char *p, size_t n, struct msg_ews_result *r);

static void
test_results(void **state)
{
	static const struct {
		decode_fn fn;
		const char *text, *failure, *id, *change_key;
	} rows[] = {
	    {ews_calendar_decode,
		T_OK("GetFolder", FOLDER("Id='AQ==' ChangeKey='CK'")), "",
		"AQ==", "CK"},
	    {ews_calendar_decode, T_OK("GetFolder", FOLDER("Id='A'")), "", "A",
		""},
	    {ews_calendar_decode, T_OK("GetFolder", FOLDER("")),
		"content-unexpected", "", ""},
	    {ews_calendar_decode, T_OK("GetFolder", "<m:Folders/>"),
		"content-unexpected", "", ""},
	    {ews_calendar_decode, T_OK("GetFolder", ""), "content-unexpected",
		"", ""},
	    {ews_calendar_decode, T_ERROR("GetFolder", "ErrorItemNotFound", ""),
		"ews-not-found", "", ""},
	    {ews_subscribe_decode,
		T_OK("Subscribe", "<m:SubscriptionId>JAB=</m:SubscriptionId>"),
		"", "JAB=", ""},
	    {ews_subscribe_decode, T_OK("Subscribe", ""), "content-unexpected",
		"", ""},
	    {ews_subscribe_decode,
		T_ERROR("Subscribe", "ErrorExceededSubscriptionCount", ""),
		"ews-subscriptions", "", ""},
	    {ews_unsubscribe_decode, T_OK("Unsubscribe", ""), "", "", ""},
	    {ews_unsubscribe_decode,
		T_ERROR("Unsubscribe", "ErrorSubscriptionNotFound", ""),
		"ews-subscription", "", ""},
	    {ews_probe_decode, T_OK("ConvertId", ""), "", "", ""},
	    {ews_probe_decode,
		T_ERROR("ConvertId", "ErrorInvalidIdMalformed", ""), "", "",
		""},
	    {ews_probe_decode,
		T_ERROR("ConvertId", "ErrorNonExistentMailbox", ""), "", "",
		""},
	    {ews_probe_decode, T_ERROR("ConvertId", "ErrorServerBusy", ""),
		"ews-busy", "", ""},
	    /* Of the mailbox, not of the account: a step of its own. */
	    {ews_probe_decode, T_ERROR("ConvertId", "ErrorAccessDenied", ""),
		"", "", ""},
	    {ews_probe_decode, T_ERROR("ConvertId", "ErrorAccountDisabled", ""),
		"ews-account-disabled", "", ""},
	    {ews_probe_decode, T_FAULT("ErrorMissingEmailAddress", "x", ""), "",
		"", ""},
	    /* Any other fault is no answer of the operation. */
	    {ews_probe_decode, T_FAULT("ErrorInternalServerError", "x", ""),
		"ews-error", "", ""},
	    {ews_probe_decode, "<html/>", "content-unexpected", "", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_ews_result r = {0};

		rows[i].fn(rows[i].text, strlen(rows[i].text), &r);
		assert_string_equal(
		    r.ev.failure == NULL ? "" : r.ev.failure, rows[i].failure);
		assert_string_equal(r.id == NULL ? "" : r.id, rows[i].id);
		assert_string_equal(r.change_key == NULL ? "" : r.change_key,
		    rows[i].change_key);
		msg_ews_result_free(&r);
	}
}

static void
test_long_id_is_refused(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct msg_ews_result r = {0};

	(void)state;
	assert_ok(buf_putf(&b,
	    T_OK("Subscribe", "<m:SubscriptionId>%s</m:SubscriptionId>"),
	    long_id));
	ews_subscribe_decode(b.p, b.len, &r);
	assert_string_equal(r.ev.failure, "content-unexpected");
	msg_ews_result_free(&r);
	buf_clear(&b);
}

#define SYNC(last, changes)                    \
	T_OK("SyncFolderItems",                \
	    "<m:SyncState>U1M=</m:SyncState>"  \
	    "<m:IncludesLastItemInRange>" last \
	    "</m:IncludesLastItemInRange><m:Changes>" changes "</m:Changes>")
#define ITEM(id)                                                \
	"<t:CalendarItem><t:ItemId Id='" id "' ChangeKey='c" id \
	"'/></t:CalendarItem>"

static void
test_sync(void **state)
{
	static const char text[] = SYNC("true",
	    "<t:Create>" ITEM("1") "</t:Create><t:Update>" ITEM(
		"2") "</t:Update><t:Delete><t:ItemId Id='3' "
		     "ChangeKey='c3'/></t:Delete>"
		     "<t:ReadFlagChange><t:ItemId "
		     "Id='4'/><t:IsRead>true</t:IsRead>"
		     "</t:ReadFlagChange><t:Create><t:MeetingRequest><t:ItemId "
		     "Id='5'/></t:MeetingRequest></t:Create>");
	static const struct {
		const char *kind, *id, *change_key;
	} want[] = {
	    {"Create", "1", "c1"},
	    {"Update", "2", "c2"},
	    {"Delete", "3", "c3"},
	    {"Create", "5", ""},
	};
	struct msg_ews_sync_result r = {0};
	size_t i;

	(void)state;
	ews_sync_decode(text, strlen(text), &r);
	assert_int_equal(r.ev.code, ERR_OK);
	assert_string_equal(r.sync_state, "U1M=");
	assert_true(r.last);
	assert_int_equal(r.changes_n, N_OF(want));
	for (i = 0; i < N_OF(want); i++) {
		assert_string_equal(r.changes[i].kind, want[i].kind);
		assert_string_equal(r.changes[i].item_id, want[i].id);
		assert_string_equal(
		    r.changes[i].change_key, want[i].change_key);
	}
	msg_ews_sync_result_free(&r);
}

static void
test_sync_refused(void **state)
{
	static const struct {
		const char *text, *failure;
	} rows[] = {
	    {SYNC("false", ""), ""},
	    {T_OK("SyncFolderItems", ""), "content-unexpected"},
	    {SYNC("true", "<t:Create/>"), "content-unexpected"},
	    {SYNC("true", "<t:Create><t:CalendarItem/></t:Create>"),
		"content-unexpected"},
	    {SYNC("true", "<t:Delete><t:ItemId/></t:Delete>"),
		"content-unexpected"},
	    {T_ERROR("SyncFolderItems", "ErrorInvalidSyncStateData", ""),
		"ews-error"},
	};
	struct buf b = BUF_INIT(1u << 20);
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_ews_sync_result r = {0};

		ews_sync_decode(rows[i].text, strlen(rows[i].text), &r);
		assert_string_equal(
		    r.ev.failure == NULL ? "" : r.ev.failure, rows[i].failure);
		assert_false(r.last && rows[i].failure[0] == '\0');
		msg_ews_sync_result_free(&r);
	}
	/* More than was asked for. */
	for (i = 0; i <= EWS_SYNC_CHANGES_MAX; i++)
		assert_ok(buf_puts(&b, "<t:Create>" ITEM("1") "</t:Create>"));
	{
		struct buf all = BUF_INIT(1u << 20);
		struct msg_ews_sync_result r = {0};

		assert_ok(buf_putf(&all, SYNC("true", "%s"), buf_str(&b)));
		ews_sync_decode(all.p, all.len, &r);
		assert_string_equal(r.ev.failure, "content-unexpected");
		msg_ews_sync_result_free(&r);
		buf_clear(&all);
	}
	buf_clear(&b);
}

#define ENDED(end, kind)                                              \
	"<t:CalendarItem><t:ItemId Id='1' ChangeKey='c'/><t:End>" end \
	"</t:End><t:CalendarItemType>" kind                           \
	"</t:CalendarItemType></t:CalendarItem>"
#define FOUND(items)                                                      \
	T_OK("FindItem", "<m:RootFolder TotalItemsInView='9' "            \
			 "IncludesLastItemInRange='true'><t:Items>" items \
			 "</t:Items></m:RootFolder>")

/* What is not told, or cannot be read, is not taken for past. */
static void
test_ends(void **state)
{
	static const char text[] = SYNC("true",
	    "<t:Create>" ENDED("2026-01-01T00:00:00Z",
		"Single") "</t:Create><t:Update>" ENDED("2026-01-01T00:00:00Z",
		"RecurringMaster") "</t:Update><t:Update>" ENDED("soon",
		"Single") "</t:Update><t:Create>" ITEM("2") "</t:Create>");
	struct msg_ews_sync_result r = {0};

	(void)state;
	ews_sync_decode(text, strlen(text), &r);
	assert_int_equal(r.changes_n, 4);
	assert_int_equal(r.changes[0].end_s, 1767225600);
	assert_false(r.changes[0].is_series);
	assert_true(r.changes[1].is_series);
	assert_int_equal(r.changes[2].end_s, 0);
	assert_int_equal(r.changes[3].end_s, 0);
	assert_true(r.changes[3].is_series);
	msg_ews_sync_result_free(&r);
}

static void
test_newest(void **state)
{
	static const struct {
		const char *text, *failure;
		size_t n;
	} rows[] = {
	    {FOUND(ITEM("1") ENDED("2026-01-01T00:00:00Z", "Single")), "", 2},
	    {FOUND(""), "", 0},
	    {FOUND("<t:CalendarItem/>"), "content-unexpected", 1},
	    {T_OK("FindItem", ""), "content-unexpected", 0},
	    {T_ERROR("FindItem", "ErrorServerBusy", ""), "ews-busy", 0},
	};
	struct msg_ews_sync_result r = {0};
	struct msg_ews_newest_job j = {.from_s = 1, .to_s = 2, .max = 1};
	struct buf b = BUF_INIT(10000);
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		ews_newest_decode(rows[i].text, strlen(rows[i].text), &r);
		assert_string_equal(
		    r.ev.failure == NULL ? "" : r.ev.failure, rows[i].failure);
		assert_int_equal(r.changes_n, rows[i].n);
		msg_ews_sync_result_free(&r);
	}
	assert_ok(ews_newest_encode(&b, &j));
	buf_clear(&b);
	j.max = EWS_SYNC_CHANGES_MAX + 1;
	assert_err(ews_newest_encode(&b, &j), ERR_ARG);
	j.max = 1;
	j.to_s = 1;
	assert_err(ews_newest_encode(&b, &j), ERR_ARG);
	buf_clear(&b);
}

static enum err
sync_oom(void *arg)
{
	static const char text[] =
	    SYNC("true", "<t:Create>" ITEM("1") "</t:Create>");
	struct msg_ews_sync_result r = {0};
	enum err e;

	(void)arg;
	ews_sync_decode(text, strlen(text), &r);
	/* Whatever could not be kept is no answer that can be trusted. */
	e = r.ev.code == (unsigned)ERR_OK ? ERR_OK : ERR_NOMEM;
	if (e == ERR_OK) {
		assert_int_equal(r.changes_n, 1);
		assert_non_null(r.changes[0].item_id);
		assert_non_null(r.sync_state);
	}
	msg_ews_sync_result_free(&r);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(sync_oom, NULL);
}

static void
test_encode_limits(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct msg_ews_sync_job j = {0};

	(void)state;
	assert_err(ews_sync_encode(&b, &j), ERR_ARG);
	j.max = 513;
	assert_err(ews_sync_encode(&b, &j), ERR_ARG);
	j.max = 512;
	assert_ok(ews_sync_encode(&b, &j));
	assert_lacks(buf_str(&b), "SyncState");
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_results),
	    cmocka_unit_test(test_long_id_is_refused),
	    cmocka_unit_test(test_sync),
	    cmocka_unit_test(test_sync_refused),
	    cmocka_unit_test(test_ends),
	    cmocka_unit_test(test_newest),
	    cmocka_unit_test(test_oom),
	    cmocka_unit_test(test_encode_limits),
	};

	memset(long_id, 'a', sizeof(long_id) - 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
