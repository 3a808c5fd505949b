#include "tests/harness/test.h"

#include "backend/net/ews_autodisc.h"
#include "backend/net/xml.h"
#include "common/buf.h"
#include "common/ipc.h"

#define NS "http://schemas.microsoft.com/exchange/autodiscover/"
#define ANSWER(body)                                                          \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?><Autodiscover xmlns=\"" NS \
	"responseschema/2006\"><Response xmlns=\"" NS                         \
	"outlook/responseschema/2006a\"><User><DisplayName>A</DisplayName>"   \
	"</User>" body "</Response></Autodiscover>"
#define ACCOUNT(body) \
	ANSWER("<Account><AccountType>email</AccountType>" body "</Account>")
#define SETTINGS(protocols) ACCOUNT("<Action>settings</Action>" protocols)
#define PROTOCOL(type, url) \
	"<Protocol><Type>" type "</Type><EwsUrl>" url "</EwsUrl></Protocol>"
#define IN "https://in.example/EWS/Exchange.asmx"
#define OUT "https://out.example/EWS/Exchange.asmx"

static void
test_answers(void **state)
{
	static const struct {
		const char *text, *failure, *in, *out, *addr, *url, *error;
	} rows[] = {
	    {SETTINGS(PROTOCOL("EXCH", IN) PROTOCOL("EXPR", OUT)), "", IN, OUT,
		"", "", ""},
	    {SETTINGS(PROTOCOL("EXHTTP", OUT)), "", "", OUT, "", "", ""},
	    {SETTINGS("<Protocol><Type>EXCH</Type><ASUrl> " IN
		      "\n</ASUrl></Protocol>"),
		"", IN, "", "", "", ""},
	    {SETTINGS("<Protocol><Type>WEB</Type></Protocol>" PROTOCOL(
		 "EXCH", "") PROTOCOL("EXCH", IN) PROTOCOL("EXCH", OUT)),
		"", IN, "", "", "", ""},
	    {SETTINGS(PROTOCOL("EXPR", "")), "autodiscover-no-ews", "", "", "",
		"", ""},
	    {SETTINGS(""), "autodiscover-no-ews", "", "", "", "", ""},
	    {ACCOUNT("<Action>redirectAddr</Action><RedirectAddr>"
		     "a@b.example</RedirectAddr>"),
		"", "", "", "a@b.example", "", ""},
	    {ACCOUNT("<Action>redirectUrl</Action><RedirectUrl>" IN
		     "</RedirectUrl>"),
		"", "", "", "", IN, ""},
	    {ACCOUNT("<Action>redirectUrl</Action>"), "content-unexpected", "",
		"", "", "", ""},
	    {ANSWER("<Error Time=\"1\" Id=\"2\"><ErrorCode>500</ErrorCode>"
		    "<Message>The email address can't be found.</Message>"
		    "<DebugData/></Error>"),
		"autodiscover-error", "", "", "", "", "500"},
	    /* The wrapper's own error has another namespace. */
	    {"<Autodiscover xmlns=\"" NS "responseschema/2006\"><Response>"
	     "<Error><ErrorCode>600</ErrorCode><Message>Invalid Request"
	     "</Message></Error></Response></Autodiscover>",
		"autodiscover-error", "", "", "", "", "600"},
	    {ANSWER(""), "content-unexpected", "", "", "", "", ""},
	    {"<Autodiscover/>", "content-unexpected", "", "", "", "", ""},
	    {"<a/>", "content-unexpected", "", "", "", "", ""},
	    {"", "content-xml", "", "", "", "", ""},
	    {"<!DOCTYPE html><html/>", "content-doctype", "", "", "", "", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_pox_result r = {0};

#define SAME(f, want) assert_string_equal((f) == NULL ? "" : (f), (want))
		pox_decode(rows[i].text, strlen(rows[i].text), &r);
		SAME(r.ev.failure, rows[i].failure);
		SAME(r.ews_internal, rows[i].in);
		SAME(r.ews_external, rows[i].out);
		SAME(r.redirect_addr, rows[i].addr);
		SAME(r.redirect_url, rows[i].url);
		SAME(r.pox_error, rows[i].error);
#undef SAME
		msg_pox_result_free(&r);
	}
}

/* A cut address leads elsewhere: none is better. */
static void
test_long_url(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct msg_pox_result r = {0};
	char url[3000];

	(void)state;
	memset(url, 'a', sizeof(url) - 1);
	url[sizeof(url) - 1] = '\0';
	assert_ok(buf_putf(&b, SETTINGS(PROTOCOL("EXCH", "https://%s")), url));
	pox_decode(b.p, b.len, &r);
	assert_string_equal(r.ev.failure, "autodiscover-no-ews");
	msg_pox_result_free(&r);
	buf_clear(&b);
}

static void
test_request(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct xml_doc *d = NULL;
	const struct xml_node *req;

	(void)state;
	assert_ok(pox_encode(&b, "o'neil<&>@lab.example"));
	assert_ok(xml_parse(&d, b.p, b.len, NULL));
	assert_string_equal(xml_root(d)->ns, NS "outlook/requestschema/2006");
	req = xml_child(xml_root(d), "Request");
	assert_string_equal(
	    xml_text(xml_child(req, "EMailAddress")), "o'neil<&>@lab.example");
	assert_string_equal(
	    xml_text(xml_child(req, "AcceptableResponseSchema")),
	    NS "outlook/responseschema/2006a");
	xml_doc_free(d);
	buf_clear(&b);
}

static void
test_json(void **state)
{
	static const struct {
		const char *text, *failure, *url, *error;
	} rows[] = {
	    {"{\"Protocol\":\"Ews\",\"Url\":\"" OUT "\"}", "", OUT, ""},
	    {"{\"url\":\"" OUT "\",\"PROTOCOL\":\"EWS\",\"x\":[{}]}", "", OUT,
		""},
	    {"{\"Protocol\":\"ActiveSync\",\"Url\":\"" OUT "\"}",
		"autodiscover-no-ews", "", ""},
	    {"{\"Protocol\":\"Ews\"}", "autodiscover-no-ews", "", ""},
	    {"{\"Protocol\":\"Ews\",\"Url\":null}", "autodiscover-no-ews", "",
		""},
	    {"{\"Protocol\":\"Ews\",\"Url\":\"https://a\\nb\"}",
		"autodiscover-no-ews", "", ""},
	    {"{\"ErrorCode\":\"UserNotFound\"}", "autodiscover-error", "",
		"UserNotFound"},
	    {"{\"ErrorCode\":\"UserNotFound\",\"ErrorMessage\":\"no\"}",
		"autodiscover-error", "", "UserNotFound"},
	    {"{\"Protocol\":\"Ews\",\"Url\":7}", "content-unexpected", "", ""},
	    {"{\"Url\":\"a\",\"Url\":\"b\"}", "content-unexpected", "", ""},
	    {"{\"Url\":\"a\",\"URL\":\"b\"}", "content-unexpected", "", ""},
	    {"{\"Url\":\"a\\u0000b\"}", "content-unexpected", "", ""},
	    {"[\"Url\"]", "content-unexpected", "", ""},
	    {"", "content-unexpected", "", ""},
	    {"<html>", "content-unexpected", "", ""},
	    {"{\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}",
		"content-unexpected", "", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_pox_result r = {0};

#define SAME(f, want) assert_string_equal((f) == NULL ? "" : (f), (want))
		autodisc_json_decode(rows[i].text, strlen(rows[i].text), &r);
		SAME(r.ev.failure, rows[i].failure);
		SAME(r.ews_external, rows[i].url);
		SAME(r.pox_error, rows[i].error);
#undef SAME
		msg_pox_result_free(&r);
	}
}

/* Longer than any real one, in one field and as a whole. */
static void
test_json_limits(void **state)
{
	struct buf b = BUF_INIT(100000);
	struct msg_pox_result r = {0};
	char url[70000];

	(void)state;
	memset(url, 'a', sizeof(url) - 1);
	url[3000] = '\0';
	assert_ok(buf_putf(&b, "{\"Protocol\":\"Ews\",\"Url\":\"%s\"}", url));
	autodisc_json_decode(b.p, b.len, &r);
	assert_string_equal(r.ev.failure, "content-toobig");
	assert_null(r.ews_external);
	msg_pox_result_free(&r);
	buf_clear(&b);
	memset(url, ' ', sizeof(url) - 1);
	url[sizeof(url) - 1] = '\0';
	memcpy(url, "{}", 2);
	autodisc_json_decode(url, strlen(url), &r);
	assert_string_equal(r.ev.failure, "content-toobig");
	msg_pox_result_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_long_url),
	    cmocka_unit_test(test_request),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_json_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
