#include "tests/harness/test.h"

#include "backend/net/ews_soap.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "tests/harness/ews_text.h"

static enum err
open_reply(const char *text, struct msg_evidence *ev)
{
	struct ews_reply r;
	enum err e = ews_reply_open(&r, "Subscribe", text, strlen(text), ev);

	if (e == ERR_OK)
		assert_non_null(r.message);
	ews_reply_close(&r);
	return e;
}

static void
test_answers(void **state)
{
	static const struct {
		const char *text, *failure, *soap_code;
		unsigned backoff_ms;
	} rows[] = {
	    {T_OK("Subscribe", ""), "", "NoError", 0},
	    {T_BARE_ENVELOPE(T_MESSAGE("Subscribe", "Success", "NoError", "")),
		"", "NoError", 0},
	    {T_ENVELOPE(T_MESSAGE("Subscribe", "Warning", "ErrorX", "")), "",
		"ErrorX", 0},
	    {T_ERROR("Subscribe", "ErrorImpersonateUserDenied",
		 "<m:MessageText>no</m:MessageText>"),
		"ews-impersonation", "ErrorImpersonateUserDenied", 0},
	    {T_ERROR("Subscribe", "ErrorSomethingNew", ""), "ews-error",
		"ErrorSomethingNew", 0},
	    {T_ERROR("Subscribe", "", ""), "ews-error", "Error", 0},
	    {T_ERROR("Subscribe", "ErrorInternalServerError",
		 "<m:MessageXml><t:Value Name=\"InnerErrorMessageText\">busy"
		 "</t:Value><t:Value Name=\"InnerErrorResponseCode\">"
		 "ErrorServerBusy</t:Value><t:Value "
		 "Name=\"BackOffMilliseconds\">4711</t:Value></m:MessageXml>"),
		"ews-busy", "ErrorServerBusy", 4711},
	    /* Only an internal error hides another. */
	    {T_ERROR("Subscribe", "ErrorItemNotFound",
		 "<m:MessageXml><t:Value Name=\"InnerErrorResponseCode\">"
		 "ErrorServerBusy</t:Value></m:MessageXml>"),
		"ews-not-found", "ErrorItemNotFound", 0},
	    {T_FAULT("ErrorServerBusy", "busy",
		 "<t:Value Name=\"BackOffMilliseconds\">297749</t:Value>"),
		"ews-busy", "ErrorServerBusy", 297749},
	    {T_FAULT("ErrorServerBusy", "busy",
		 "<t:Value Name=\"BackOffMilliseconds\">99999999999</t:Value>"),
		"ews-busy", "ErrorServerBusy", 3600000},
	    {T_FAULT("ErrorServerBusy", "busy",
		 "<t:Value Name=\"BackOffMilliseconds\">soon</t:Value>"),
		"ews-busy", "ErrorServerBusy", 0},
	    {T_FAULT("ErrorNonExistentMailbox", "no such", ""),
		"ews-no-mailbox", "ErrorNonExistentMailbox", 0},
	    {"<S:Envelope xmlns:S='" T_SOAP "'><S:Body><S:Fault><faultcode>"
	     "S:Client</faultcode><faultstring>bad</faultstring></S:Fault>"
	     "</S:Body></S:Envelope>",
		"ews-error", "Client", 0},
	    {"<S:Envelope xmlns:S='" T_SOAP "'><S:Body><S:Fault/></S:Body>"
	     "</S:Envelope>",
		"ews-error", "Fault", 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_evidence ev = {0};
		enum err e = open_reply(rows[i].text, &ev);

		assert_string_equal(
		    ev.failure == NULL ? "" : ev.failure, rows[i].failure);
		assert_int_equal(e, ev.code);
		assert_string_equal(ev.soap_code, rows[i].soap_code);
		assert_int_equal(ev.backoff_ms, rows[i].backoff_ms);
		msg_evidence_free(&ev);
	}
}

/* The text for a person, wherever it stands. */
static void
test_fault_text(void **state)
{
	static const struct {
		const char *text, *soap_text;
	} rows[] = {
	    {T_FAULT("ErrorX", "both", ""), "both"},
	    {"<e:Envelope xmlns:e='" T_SOAP "'><e:Body><e:Fault><faultcode>x"
	     "</faultcode><faultstring>outer</faultstring><detail>"
	     "<Message>inner</Message></detail></e:Fault></e:Body>"
	     "</e:Envelope>",
		"inner"},
	    {"<e:Envelope xmlns:e='" T_SOAP "'><e:Body><e:Fault><faultcode>x"
	     "</faultcode><faultstring>outer</faultstring></e:Fault></e:Body>"
	     "</e:Envelope>",
		"outer"},
	    {T_ERROR(
		 "Subscribe", "ErrorX", "<m:MessageText>why</m:MessageText>"),
		"why"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_evidence ev = {0};

		(void)!open_reply(rows[i].text, &ev);
		assert_string_equal(ev.soap_text, rows[i].soap_text);
		assert_contains(ev.detail, rows[i].soap_text);
		msg_evidence_free(&ev);
	}
}

static void
test_not_an_answer(void **state)
{
	static const struct {
		const char *text, *failure;
	} rows[] = {
	    {"", "content-xml"},
	    {"<a/>", "content-unexpected"},
	    {"<Envelope/>", "content-unexpected"},
	    {"<Envelope xmlns='urn:x'><Body/></Envelope>",
		"content-unexpected"},
	    {"<Envelope xmlns='" T_SOAP "'/>", "content-unexpected"},
	    {"<Envelope xmlns='" T_SOAP "'><Body/></Envelope>",
		"content-unexpected"},
	    {T_OK("GetItem", ""), "content-unexpected"},
	    {T_ENVELOPE("<SubscribeResponse/>"), "content-unexpected"},
	    {T_ENVELOPE("<m:SubscribeResponse/>"), "content-unexpected"},
	    {T_ENVELOPE("<m:SubscribeResponse><m:ResponseMessages/>"
			"</m:SubscribeResponse>"),
		"content-unexpected"},
	    {"<!DOCTYPE x><a/>", "content-doctype"},
	    {"<html><body>", "content-xml"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_evidence ev = {0};

		assert_int_not_equal(open_reply(rows[i].text, &ev), ERR_OK);
		assert_string_equal(ev.failure, rows[i].failure);
		msg_evidence_free(&ev);
	}
}

static void
test_versions(void **state)
{
	static const struct {
		const char *header, *version, *failure;
	} rows[] = {
	    {T_VERSION("15", "2", "1544"), "15.2.1544.61", ""},
	    {T_VERSION("15", "0", "847"), "15.0.847.61", ""},
	    {T_VERSION("14", "3", "123"), "14.3.123.61", "ews-version"},
	    {T_VERSION("8", "1", "123"), "8.1.123.61", "ews-version"},
	    {T_VERSION("", "x", "-1"), "", ""},
	    {"", "", ""},
	};
	char text[2000];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_evidence ev = {0};

		(void)snprintf(text, sizeof(text),
		    "<Envelope xmlns='" T_SOAP "'><Header>%s</Header>"
		    "<Body xmlns:m='" T_M "'>" T_MESSAGE("Subscribe", "Success",
			"NoError", "") "</Body></Envelope>",
		    rows[i].header);
		(void)!open_reply(text, &ev);
		assert_string_equal(
		    ev.server_version == NULL ? "" : ev.server_version,
		    rows[i].version);
		assert_string_equal(
		    ev.failure == NULL ? "" : ev.failure, rows[i].failure);
		msg_evidence_free(&ev);
	}
}

static void
test_failures(void **state)
{
	static const struct {
		const char *code, *failure;
	} rows[] = {
	    {"ErrorImpersonationDenied", "ews-impersonation"},
	    {"ErrorServerBusy", "ews-busy"},
	    {"ErrorExceededConnectionCount", "ews-connections"},
	    {"ErrorExceededSubscriptionCount", "ews-subscriptions"},
	    {"ErrorMailboxMoveInProgress", "ews-moving"},
	    {"ErrorQuotaExceeded", "ews-quota"},
	    {"ErrorADUnavailable", "ews-directory"},
	    {"ErrorIrresolvableConflict", "ews-conflict"},
	    {"ErrorChangeKeyRequired", "ews-conflict"},
	    {"ErrorItemNotFound", "ews-not-found"},
	    {"ErrorSubscriptionNotFound", "ews-subscription"},
	    {"ErrorInvalidSubscription", "ews-subscription"},
	    {"ErrorReadEventsFailed", "ews-subscription"},
	    {"ErrorInvalidSyncStateData", "ews-error"},
	    {"", "ews-error"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++)
		assert_string_equal(ews_failure(rows[i].code), rows[i].failure);
}

static void
test_impersonation_is_escaped(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct xml_writer w = XML_WRITER(&b);
	struct xml_doc *d = NULL;
	const struct xml_node *sid;

	(void)state;
	ews_open(&w, "o'neil&\"<x>@lab.example");
	ews_close(&w);
	assert_ok(w.e);
	assert_ok(xml_parse(&d, b.p, b.len, NULL));
	sid =
	    xml_path(xml_root(d), "Header/ExchangeImpersonation/ConnectingSID");
	assert_string_equal(xml_text(xml_child(sid, "SmtpAddress")),
	    "o'neil&\"<x>@lab.example");
	xml_doc_free(d);
	d = NULL;
	buf_reset(&b);
	ews_open(&w, "");
	ews_close(&w);
	assert_ok(xml_parse(&d, b.p, b.len, NULL));
	assert_null(xml_path(xml_root(d), "Header/ExchangeImpersonation"));
	xml_doc_free(d);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_fault_text),
	    cmocka_unit_test(test_not_an_answer),
	    cmocka_unit_test(test_versions),
	    cmocka_unit_test(test_failures),
	    cmocka_unit_test(test_impersonation_is_escaped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
