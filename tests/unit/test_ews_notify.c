#include "tests/harness/test.h"

#include "backend/net/ews_notify.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"
#include "tests/harness/ews_text.h"

#define NOTE(sub, events)                                         \
	"<m:Notifications><m:Notification><t:SubscriptionId>" sub \
	"</t:SubscriptionId>" events "</m:Notification></m:Notifications>"
#define EVENT(kind, id)                                                   \
	"<t:" kind "><t:TimeStamp>2026-11-22T06:00:00Z</t:TimeStamp>"     \
	"<t:ItemId Id='" id "' ChangeKey='c'/><t:ParentFolderId Id='F'/>" \
	"</t:" kind ">"
#define FOLDER_EVENT                                              \
	"<t:ModifiedEvent><t:FolderId Id='F'/><t:ParentFolderId " \
	"Id='R'/></t:ModifiedEvent>"
#define STATUS(s) "<m:ConnectionStatus>" s "</m:ConnectionStatus>"
#define STREAM(rest) T_MESSAGE("GetStreamingEvents", "Success", "NoError", rest)
#define DEAD(id)                                        \
	"<m:ErrorSubscriptionIds><m:SubscriptionId>" id \
	"</m:SubscriptionId></m:ErrorSubscriptionIds>"

struct seen {
	struct buf text;
	unsigned lists;
};

static void
on_events(void *arg, const struct msg_ews_events *e)
{
	struct seen *s = arg;
	size_t i;

	s->lists++;
	assert_true(e->events_n <= EWS_NOTIFY_EVENTS_MAX);
	for (i = 0; i < e->events_n; i++)
		assert_ok(
		    buf_putf(&s->text, "%s:%s:%s;", e->events[i].subscription,
			e->events[i].kind, e->events[i].item_id));
}

static void
run(struct seen *s, struct msg_ews_stream_end *end, const char *text, size_t n,
    size_t step)
{
	struct ews_notify *notify = NULL;
	bool more = true;
	size_t i, m;

	assert_ok(ews_notify_new(&notify, on_events, s, end));
	for (i = 0; i < n && more; i += m) {
		m = n - i < step ? n - i : step;
		more = ews_notify_feed(notify, text + i, m);
	}
	if (more)
		ews_notify_end(notify);
	ews_notify_free(notify);
}

static void
test_streams(void **state)
{
	static const struct {
		const char *text, *events, *failure, *bad;
		unsigned lists;
	} rows[] = {
	    /* Nothing counts behind the end. */
	    {T_ENVELOPE(STREAM(STATUS("Closed")))
		    T_ENVELOPE(STREAM(NOTE("S", EVENT("CreatedEvent", "1")))),
		"", "", "", 1},
	    {T_ENVELOPE(STREAM(DEAD("X")))
		    T_ENVELOPE(STREAM(NOTE("S", EVENT("CreatedEvent", "1")))),
		"", "ews-subscription", "X", 1},
	    /* As Exchange: bare envelopes, one behind another. */
	    {T_BARE_ENVELOPE(STREAM(STATUS("OK"))) T_BARE_ENVELOPE(
		 STREAM(NOTE("S", EVENT("CreatedEvent", "1") FOLDER_EVENT EVENT(
				      "ModifiedEvent", "2"))))
		    T_BARE_ENVELOPE(STREAM(NOTE("S",
			EVENT("DeletedEvent", "3") EVENT("MovedEvent", "4"))))
			T_BARE_ENVELOPE(STREAM(STATUS("Closed"))),
		"S:Created:1;S:Modified:2;S:Deleted:3;S:Moved:4;", "", "", 4},
	    /* Another server: a declaration and a prefix each time. */
	    {T_ENVELOPE(STREAM(NOTE(
		 "S", EVENT("CreatedEvent",
			  "1")))) "\r\n" T_ENVELOPE(STREAM(STATUS("Closed"))),
		"S:Created:1;", "", "", 2},
	    /* What was said before the end still counts. */
	    {T_ENVELOPE(STREAM(
		 NOTE("S", EVENT("CreatedEvent", "1")) STATUS("Closed"))),
		"S:Created:1;", "", "", 1},
	    {T_ENVELOPE(
		 STREAM(NOTE("S", "<t:StatusEvent/>"
				  "<t:NewMailEvent><t:ItemId Id='1'/>"
				  "</t:NewMailEvent>") STATUS("Closed"))),
		"", "", "", 1},
	    {T_ENVELOPE(
		 STREAM(NOTE("S", EVENT("CreatedEvent", "1")) DEAD("X"))),
		"S:Created:1;", "ews-subscription", "X", 1},
	    {T_ENVELOPE(T_MESSAGE("GetStreamingEvents", "Error",
		 "ErrorSubscriptionNotFound", DEAD("X"))),
		"", "ews-subscription", "X", 0},
	    {T_ENVELOPE(T_MESSAGE(
		 "GetStreamingEvents", "Error", "ErrorServerBusy", "")),
		"", "ews-busy", "", 0},
	    {T_FAULT("ErrorImpersonateUserDenied", "no", ""), "",
		"ews-impersonation", "", 0},
	    {T_ENVELOPE(STREAM(STATUS("OK"))), "", "connection-closed", "", 1},
	    {"", "", "connection-closed", "", 0},
	    {"<html>", "", "content-xml", "", 0},
	    {"<html/>", "", "content-unexpected", "", 0},
	    {T_ENVELOPE(STREAM(STATUS("OK"))) "<Env", "", "content-xml", "", 1},
	    {T_ENVELOPE(STREAM(STATUS("OK"))) "garbage", "", "content-xml", "",
		1},
	    {"<!DOCTYPE x><a/>", "", "content-doctype", "", 0},
	    {T_ENVELOPE(STREAM(
		 NOTE("S", "<t:CreatedEvent><t:ItemId/></t:CreatedEvent>"))),
		"", "content-unexpected", "", 1},
	};
	static const size_t steps[] = {1, 2, 7, 100, 1000000};
	size_t i, k;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		for (k = 0; k < N_OF(steps); k++) {
			struct seen s = {.text = BUF_INIT(1000)};
			struct msg_ews_stream_end end = {0};

			run(&s, &end, rows[i].text, strlen(rows[i].text),
			    steps[k]);
			assert_string_equal(buf_str(&s.text), rows[i].events);
			assert_string_equal(
			    end.ev.failure == NULL ? "" : end.ev.failure,
			    rows[i].failure);
			assert_int_equal(s.lists, rows[i].lists);
			assert_int_equal(end.bad.n, rows[i].bad[0] != '\0');
			if (end.bad.n > 0)
				assert_string_equal(end.bad.v[0], rows[i].bad);
			msg_ews_stream_end_free(&end);
			buf_clear(&s.text);
		}
	}
}

/* More events than a list may hold become several, and none is lost. */
static void
test_many_events(void **state)
{
	struct buf b = BUF_INIT(4u << 20);
	struct seen s = {.text = BUF_INIT(1u << 20)};
	struct msg_ews_stream_end end = {0};
	unsigned i;

	(void)state;
	assert_ok(buf_puts(&b, "<Envelope xmlns='" T_SOAP
			       "'><Body xmlns:m='" T_M "' xmlns:t='" T_T "'>"
			       "<m:GetStreamingEventsResponse>"
			       "<m:ResponseMessages><m:x "
			       "ResponseClass='Success'><m:Notifications>"
			       "<m:Notification><t:SubscriptionId>S"
			       "</t:SubscriptionId>"));
	for (i = 0; i < 2 * EWS_NOTIFY_EVENTS_MAX + 1; i++)
		assert_ok(buf_puts(&b, EVENT("CreatedEvent", "1")));
	assert_ok(
	    buf_puts(&b, "</m:Notification></m:Notifications>" STATUS(
			     "Closed") "</m:x></m:ResponseMessages>"
				       "</m:GetStreamingEventsResponse></Body>"
				       "</Envelope>"));
	run(&s, &end, b.p, b.len, 4096);
	assert_int_equal(end.ev.code, ERR_OK);
	assert_int_equal(s.lists, 3);
	assert_int_equal(s.text.len,
	    (2 * EWS_NOTIFY_EVENTS_MAX + 1) * strlen("S:Created:1;"));
	msg_ews_stream_end_free(&end);
	buf_clear(&b);
	buf_clear(&s.text);
}

static void
test_encode(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct msg_ews_stream_job j = {0};

	(void)state;
	j.minutes = 30;
	assert_err(ews_stream_encode(&b, &j), ERR_ARG); /* no subscription */
	assert_ok(strlist_add(&j.subscriptions, "a&b"));
	j.minutes = 0;
	assert_err(ews_stream_encode(&b, &j), ERR_ARG);
	j.minutes = 31;
	assert_err(ews_stream_encode(&b, &j), ERR_ARG);
	j.minutes = 30;
	assert_ok(ews_stream_encode(&b, &j));
	assert_contains(
	    buf_str(&b), "<t:SubscriptionId>a&amp;b</t:SubscriptionId>");
	msg_ews_stream_job_free(&j);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_streams),
	    cmocka_unit_test(test_many_events),
	    cmocka_unit_test(test_encode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
