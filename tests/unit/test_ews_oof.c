/* ews_oof.c: what GetUserOofSettings says, and what it must not. */
#include "tests/harness/test.h"

#include <string.h>

#include "backend/net/ews_oof.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "tests/harness/ews_text.h"

#define ANSWER(class, code, rest)                                            \
	T_ENVELOPE(                                                          \
	    "<m:GetUserOofSettingsResponse><m:ResponseMessage "              \
	    "ResponseClass=\"" class "\"><m:MessageText>said"                \
				     "</m:MessageText><m:ResponseCode>" code \
				     "</m:ResponseCode></"                   \
				     "m:ResponseMessage>" rest               \
				     "</m:GetUserOofSettingsResponse>")
#define SETTINGS(state, start, end)                                           \
	ANSWER("Success", "NoError",                                          \
	    "<t:OofSettings><t:OofState>" state                               \
	    "</t:OofState><t:ExternalAudience>All</t:ExternalAudience>"       \
	    "<t:Duration><t:StartTime>" start "</t:StartTime><t:EndTime>" end \
	    "</t:EndTime></t:Duration><t:InternalReply><t:Message>"           \
	    "Away with the fairies</t:Message></t:InternalReply>"             \
	    "</t:OofSettings><m:AllowExternalOof>All"                         \
	    "</m:AllowExternalOof>")
#define FROM "2026-01-01T00:00:00Z"
#define TO "2026-01-02T00:00:00+01:00"

static void
test_answers(void **state)
{
	static const struct {
		const char *text, *failure, *state;
		int64_t start_s, end_s;
	} rows[] = {
	    {SETTINGS("Disabled", FROM, TO), "", "off", 0, 0},
	    {SETTINGS("Enabled", "", ""), "", "on", 0, 0},
	    {SETTINGS("Scheduled", FROM, TO), "", "scheduled", 1767225600,
		1767308400},
	    {SETTINGS("Scheduled", FROM, "soon"), "content-unexpected", "", 0,
		0},
	    {SETTINGS("Perhaps", FROM, TO), "content-unexpected", "", 0, 0},
	    {ANSWER("Success", "NoError", ""), "content-unexpected", "", 0, 0},
	    {ANSWER("Error", "ErrorAccessDenied", ""), "ews-denied", "", 0, 0},
	    {T_OK("GetUserOofSettings", ""), "content-unexpected", "", 0, 0},
	    {T_ENVELOPE("<m:GetUserOofSettingsResponse/>"),
		"content-unexpected", "", 0, 0},
	    {"", "content-xml", "", 0, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct msg_ews_oof r = {0};

		ews_oof_decode(rows[i].text, strlen(rows[i].text), &r);
		assert_string_equal(
		    r.ev.failure != NULL ? r.ev.failure : "", rows[i].failure);
		if (rows[i].failure[0] == '\0') {
			assert_string_equal(r.state, rows[i].state);
			if (strcmp(r.state, "scheduled") == 0) {
				assert_int_equal(r.start_s, rows[i].start_s);
				assert_int_equal(r.end_s, rows[i].end_s);
			}
		}
		msg_ews_oof_free(&r);
	}
}

static void
test_request(void **state)
{
	char box[] = "o'neil@lab.example", bad[] = "a\x01";
	struct msg_ews_job j = {.ctx.mailbox = box};
	struct buf b = BUF_INIT(65536);

	(void)state;
	assert_ok(ews_oof_encode(&b, &j));

	assert_contains(buf_str(&b), "<t:Mailbox><t:Address>o");
	buf_reset(&b);
	j.ctx.mailbox = bad;
	assert_int_equal(ews_oof_encode(&b, &j), ERR_ARG);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
