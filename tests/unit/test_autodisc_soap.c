#include "tests/harness/test.h"

#include "backend/net/autodisc_soap.h"
#include "backend/net/xml.h"
#include "common/buf.h"
#include "common/ipc.h"

#define NS "http://schemas.microsoft.com/exchange/2010/Autodiscover"
#define SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define ENVELOPE(head, body)                                              \
	"<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"" SOAP              \
	"\" xmlns:a=\"" NS "\" xmlns:i=\"http://www.w3.org/2001/"         \
	"XMLSchema-instance\"><s:Header>" head "</s:Header><s:Body>" body \
	"</s:Body></s:Envelope>"
#define RESPONSE(code, users)                                                  \
	ENVELOPE("",                                                           \
	    "<a:GetUserSettingsResponseMessage><a:Response><a:ErrorCode>" code \
	    "</a:ErrorCode><a:ErrorMessage>told</a:ErrorMessage>"              \
	    "<a:UserResponses>" users "</a:UserResponses></a:Response>"        \
	    "</a:GetUserSettingsResponseMessage>")
#define USER(code, target, errors, settings)                    \
	"<a:UserResponse><a:ErrorCode>" code "</a:ErrorCode>"   \
	"<a:ErrorMessage>text</a:ErrorMessage>" target          \
	"<a:UserSettingErrors>" errors "</a:UserSettingErrors>" \
	"<a:UserSettings>" settings "</a:UserSettings></a:UserResponse>"
#define TARGET(t) "<a:RedirectTarget>" t "</a:RedirectTarget>"
#define NIL "<a:RedirectTarget i:nil=\"true\"/>"
#define SET(name, value)                                          \
	"<a:UserSetting i:type=\"a:StringSetting\"><a:Name>" name \
	"</a:Name><a:Value>" value "</a:Value></a:UserSetting>"
#define IN "https://in.example/EWS/Exchange.asmx"
#define OUT "https://out.example/EWS/Exchange.asmx"

static const char *
text(const char *s)
{
	return s != NULL ? s : "";
}

static void
test_one_mailbox(void **state)
{
	static const struct {
		const char *answer, *in, *out, *grouping, *addr, *url, *error,
		    *message;
	} rows[] = {
	    {RESPONSE("NoError",
		 USER("NoError", NIL, "",
		     SET("InternalEwsUrl", " " IN "\n") SET("ExternalEwsUrl",
			 OUT) SET("GroupingInformation", "Org-Site1")
			 SET("UserDN", "/o=x"))),
		IN, OUT, "Org-Site1", "", "", "", ""},
	    {RESPONSE("NoError",
		 USER("RedirectAddress", TARGET("a@b.example"), "", "")),
		"", "", "", "a@b.example", "", "", ""},
	    {RESPONSE("NoError", USER("RedirectUrl", TARGET(OUT), "", "")), "",
		"", "", "", OUT, "", ""},
	    /* A redirect that leads nowhere is an error. */
	    {RESPONSE("NoError", USER("RedirectUrl", NIL, "", "")), "", "", "",
		"", "", "RedirectUrl", "text"},
	    {RESPONSE("NoError", USER("InvalidUser", NIL, "", "")), "", "", "",
		"", "", "InvalidUser", "text"},
	    /* Settings that come with an error do not count. */
	    {RESPONSE("NoError",
		 USER("InvalidDomain", NIL, "", SET("InternalEwsUrl", IN))),
		"", "", "", "", "", "InvalidDomain", "text"},
	    {RESPONSE("NoError",
		 USER("NoError", NIL,
		     "<a:UserSettingError><a:ErrorCode>SettingIsNotAvailable"
		     "</a:ErrorCode><a:ErrorMessage>why</a:ErrorMessage>"
		     "<a:SettingName>ExternalEwsUrl</a:SettingName>"
		     "</a:UserSettingError>",
		     SET("GroupingInformation", "G"))),
		"", "", "G", "", "", "",
		"ExternalEwsUrl: SettingIsNotAvailable why"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_settings_result r = {0};

		settings_decode(rows[i].answer, strlen(rows[i].answer), 1, &r);
		assert_string_equal(text(r.ev.failure), "");
		assert_int_equal(r.users_n, 1);
		assert_string_equal(text(r.users[0].ews_internal), rows[i].in);
		assert_string_equal(text(r.users[0].ews_external), rows[i].out);
		assert_string_equal(
		    text(r.users[0].grouping), rows[i].grouping);
		assert_string_equal(
		    text(r.users[0].redirect_addr), rows[i].addr);
		assert_string_equal(text(r.users[0].redirect_url), rows[i].url);
		assert_string_equal(text(r.users[0].error), rows[i].error);
		assert_string_equal(text(r.users[0].message), rows[i].message);
		msg_settings_result_free(&r);
	}
}

/* What is said of the request as a whole. */
static void
test_failures(void **state)
{
	static const struct {
		const char *answer, *failure;
	} rows[] = {
	    {RESPONSE("ServerBusy", ""), "ews-busy"},
	    {RESPONSE("InvalidRequest", ""), "ews-error"},
	    {RESPONSE("NoError", ""), "content-unexpected"},
	    {RESPONSE("NoError",
		 USER("NoError", NIL, "", "") USER("NoError", NIL, "", "")),
		"content-unexpected"},
	    {ENVELOPE("", "<s:Fault><faultcode>s:Client</faultcode>"
			  "<faultstring>no</faultstring></s:Fault>"),
		"ews-error"},
	    {ENVELOPE("", ""), "content-unexpected"},
	    {ENVELOPE("", "<GetUserSettingsResponseMessage><Response/>"
			  "</GetUserSettingsResponseMessage>"),
		"content-unexpected"},
	    {"<Envelope/>", "content-unexpected"},
	    {"<!DOCTYPE x><x/>", "content-doctype"},
	    {"", "content-xml"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_settings_result r = {0};

		settings_decode(rows[i].answer, strlen(rows[i].answer), 1, &r);
		assert_string_equal(text(r.ev.failure), rows[i].failure);
		assert_int_equal(r.users_n, 0);
		msg_settings_result_free(&r);
	}
}

static void
test_version(void **state)
{
	static const char answer[] = ENVELOPE(
	    "<a:ServerVersionInfo><a:MajorVersion>15</a:MajorVersion>"
	    "<a:MinorVersion>2</a:MinorVersion><a:MajorBuildNumber>1544"
	    "</a:MajorBuildNumber><a:MinorBuildNumber>4</a:MinorBuildNumber>"
	    "</a:ServerVersionInfo>",
	    "");
	struct msg_settings_result r = {0};

	(void)state;
	settings_decode(answer, sizeof(answer) - 1, 1, &r);
	assert_string_equal(r.ev.server_version, "15.2.1544.4");
	msg_settings_result_free(&r);
}

static void
test_request(void **state)
{
	struct msg_settings_job m = {0};
	struct buf b = BUF_INIT(10000);
	struct xml_doc *d = NULL;
	const struct xml_node *req, *u;

	(void)state;
	m.url = (char *)(uintptr_t) "https://x.example/a.svc?<&>";
	assert_ok(strlist_add(&m.emails, "o'neil<&>@lab.example"));
	assert_ok(strlist_add(&m.emails, "b@lab.example"));
	assert_ok(settings_encode(&b, &m));
	assert_ok(xml_parse(&d, b.p, b.len, NULL));
	assert_string_equal(
	    xml_text(xml_path(xml_root(d), "Header/To")), m.url);
	assert_string_equal(xml_text(xml_path(xml_root(d), "Header/Action")),
	    NS "/Autodiscover/GetUserSettings");
	req =
	    xml_path(xml_root(d), "Body/GetUserSettingsRequestMessage/Request");
	assert_non_null(req);
	assert_string_equal(req->ns, NS);
	u = xml_path(req, "Users/User");
	assert_string_equal(
	    xml_text(xml_child(u, "Mailbox")), "o'neil<&>@lab.example");
	u = xml_next(u, "User");
	assert_string_equal(xml_text(xml_child(u, "Mailbox")), "b@lab.example");
	assert_non_null(xml_path(req, "RequestedSettings/Setting"));
	xml_doc_free(d);
	strlist_clear(&m.emails);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_mailbox),
	    cmocka_unit_test(test_failures),
	    cmocka_unit_test(test_version),
	    cmocka_unit_test(test_request),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
