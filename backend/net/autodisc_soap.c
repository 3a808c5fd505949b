/* autodisc_soap.c - see autodisc_soap.h. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/autodisc_soap.h"
#include "backend/net/evidence.h"
#include "backend/net/ews_soap.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

#define NS_A "http://schemas.microsoft.com/exchange/2010/Autodiscover"
#define NS_ADDRESSING "http://www.w3.org/2005/08/addressing"

/* Limits of the fields, as in ipc_msg.def. */
#define URL_MAX 2048
#define ADDRESS_MAX 254
#define GROUPING_MAX 256
#define SCHEMAS_MAX 512
#define ERROR_MAX 64
#define MESSAGE_MAX 512

static const char *const wanted[] = {"InternalEwsUrl", "ExternalEwsUrl",
    "GroupingInformation", "EwsSupportedSchemas"};

/* [MS-OXWSADISC] 3.1.4.7.2.1; the To header is the address itself. */
enum err
settings_encode(struct buf *out, const struct msg_settings_job *m)
{
	struct xml_writer w = XML_WRITER(out);
	size_t i;

	xml_put_raw(&w,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	    "<soap:Envelope xmlns:soap=\"" EWS_NS_SOAP "\" xmlns:a=\"" NS_A
	    "\" xmlns:wsa=\"" NS_ADDRESSING "\"><soap:Header>"
	    "<a:RequestedServerVersion>Exchange2013"
	    "</a:RequestedServerVersion>");
	xml_put_elem(&w, "wsa:Action", AUTODISC_ACTION);
	xml_put_elem(&w, "wsa:To", m->url);
	xml_put_raw(&w, "</soap:Header><soap:Body>"
			"<a:GetUserSettingsRequestMessage><a:Request>"
			"<a:Users>");
	for (i = 0; i < m->emails.n; i++) {
		xml_put_raw(&w, "<a:User>");
		xml_put_elem(&w, "a:Mailbox", m->emails.v[i]);
		xml_put_raw(&w, "</a:User>");
	}
	xml_put_raw(&w, "</a:Users><a:RequestedSettings>");
	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		xml_put_elem(&w, "a:Setting", wanted[i]);
	xml_put_raw(&w, "</a:RequestedSettings></a:Request>"
			"</a:GetUserSettingsRequestMessage></soap:Body>"
			"</soap:Envelope>\n");
	return w.e;
}

/* An address is taken whole or not at all: a cut one leads elsewhere. */
static void
take(char **to, const char *text, size_t max)
{
	char *s = try_strdup(text), *t;

	if (s == NULL)
		return;
	t = str_trim(s);
	if (*t != '\0' && !str_has_control(t) && (*to == NULL || **to == '\0'))
		(void)!evidence_id(to, t, max);
	mem_free(s);
}

static bool
has(const char *s)
{
	return s != NULL && *s != '\0';
}

static bool
is_ok(const char *code)
{
	return *code == '\0' || strcmp(code, "NoError") == 0;
}

static void
take_setting(const struct xml_node *s, struct msg_user_settings *u)
{
	const char *name = xml_text(xml_child(s, "Name"));
	const char *value = xml_text(xml_child(s, "Value"));

	if (strcmp(name, "InternalEwsUrl") == 0)
		take(&u->ews_internal, value, URL_MAX);
	else if (strcmp(name, "ExternalEwsUrl") == 0)
		take(&u->ews_external, value, URL_MAX);
	else if (strcmp(name, "GroupingInformation") == 0)
		take(&u->grouping, value, GROUPING_MAX);
	else if (strcmp(name, "EwsSupportedSchemas") == 0)
		evidence_text(&u->schemas, value, SCHEMAS_MAX);
}

/* The third level of errors: why a setting is not there. */
static void
take_setting_errors(const struct xml_node *user, struct msg_user_settings *u)
{
	const struct xml_node *e;
	const char *name;
	char text[MESSAGE_MAX];

	if (has(u->ews_internal) || has(u->ews_external))
		return;
	for (e = xml_child(
		 xml_child(user, "UserSettingErrors"), "UserSettingError");
	     e != NULL; e = xml_next(e, "UserSettingError")) {
		name = xml_text(xml_child(e, "SettingName"));
		if (strstr(name, "EwsUrl") == NULL)
			continue;
		(void)snprintf(text, sizeof(text), "%.64s: %.64s %.200s", name,
		    xml_text(xml_child(e, "ErrorCode")),
		    xml_text(xml_child(e, "ErrorMessage")));
		evidence_text(&u->message, text, MESSAGE_MAX);
		return;
	}
}

static void
take_user(const struct xml_node *user, struct msg_user_settings *u)
{
	const char *code = xml_text(xml_child(user, "ErrorCode"));
	const char *target = xml_text(xml_child(user, "RedirectTarget"));
	const struct xml_node *s;

	if (strcmp(code, "RedirectAddress") == 0) {
		take(&u->redirect_addr, target, ADDRESS_MAX);
		if (has(u->redirect_addr))
			return;
	} else if (strcmp(code, "RedirectUrl") == 0) {
		take(&u->redirect_url, target, URL_MAX);
		if (has(u->redirect_url))
			return;
	}
	if (!is_ok(code)) {
		evidence_text(&u->error, code, ERROR_MAX);
		evidence_text(&u->message,
		    xml_text(xml_child(user, "ErrorMessage")), MESSAGE_MAX);
		return;
	}
	for (s = xml_child(xml_child(user, "UserSettings"), "UserSetting");
	     s != NULL; s = xml_next(s, "UserSetting"))
		take_setting(s, u);
	take_setting_errors(user, u);
}

/* Here the parts of the version are elements, not attributes as in EWS. */
static void
take_version(const struct xml_node *header, struct msg_evidence *ev)
{
	const struct xml_node *v = xml_child(header, "ServerVersionInfo");
	static const char *const names[4] = {"MajorVersion", "MinorVersion",
	    "MajorBuildNumber", "MinorBuildNumber"};
	uint64_t part[4] = {0, 0, 0, 0};
	char text[EV_VERSION_MAX];
	unsigned i;

	for (i = 0; i < 4; i++)
		if (str_to_u64(xml_text(xml_child(v, names[i])), 65535,
			&part[i]) != ERR_OK)
			part[i] = 0;
	if (part[0] == 0)
		return;
	(void)snprintf(text, sizeof(text), "%u.%u.%u.%u", (unsigned)part[0],
	    (unsigned)part[1], (unsigned)part[2], (unsigned)part[3]);
	evidence_text(&ev->server_version, text, EV_VERSION_MAX);
}

static void
take_fault(const struct xml_node *fault, struct msg_evidence *ev)
{
	const char *code = xml_text(xml_child(fault, "faultcode"));
	const char *colon = strrchr(code, ':');
	const char *text = xml_text(xml_child(fault, "faultstring"));

	if (colon != NULL)
		code = colon + 1;
	evidence_text(&ev->soap_code, code, EV_SOAP_CODE_MAX);
	evidence_text(&ev->soap_text, text, EV_SOAP_TEXT_MAX);
	evidence_fail(ev, "ews-error", "%s: %s", code, text);
}

/* The first level: of the request as a whole. */
static bool
is_good_response(const struct xml_node *resp, struct msg_evidence *ev)
{
	const char *code = xml_text(xml_child(resp, "ErrorCode"));
	const char *text = xml_text(xml_child(resp, "ErrorMessage"));

	evidence_text(&ev->soap_code, code, EV_SOAP_CODE_MAX);
	if (is_ok(code))
		return true;
	evidence_text(&ev->soap_text, text, EV_SOAP_TEXT_MAX);
	evidence_fail(ev,
	    strcmp(code, "ServerBusy") == 0 ? "ews-busy" : "ews-error",
	    "%s: %s", code, text);
	return false;
}

static void
take_users(
    const struct xml_node *resp, size_t asked_n, struct msg_settings_result *r)
{
	const struct xml_node *users = xml_child(resp, "UserResponses"), *u;
	size_t n = 0;

	for (u = xml_child(users, "UserResponse"); u != NULL;
	     u = xml_next(u, "UserResponse"))
		n++;
	/* Which answer is whose is only told by the order. */
	if (n != asked_n || n > AUTODISC_USERS_MAX || n == 0) {
		evidence_fail(&r->ev, "content-unexpected",
		    "%zu mailboxes were asked for, %zu answers came", asked_n,
		    n);
		return;
	}
	if ((r->users = try_alloc(n * sizeof(*r->users))) == NULL) {
		evidence_fail_err(
		    &r->ev, ERR_NOMEM, err_default_text(ERR_NOMEM));
		return;
	}
	for (u = xml_child(users, "UserResponse"); u != NULL;
	     u = xml_next(u, "UserResponse"))
		take_user(u, &r->users[r->users_n++]);
}

void
settings_decode(
    const char *p, size_t n, size_t asked_n, struct msg_settings_result *r)
{
	const struct xml_node *env, *body, *resp;
	struct xml_doc *doc = NULL;
	struct errinfo ei;
	enum err e;

	if ((e = xml_parse(&doc, p, n, &ei)) != ERR_OK) {
		evidence_fail_err(&r->ev, e, ei.text);
		return;
	}
	env = xml_root(doc);
	body = xml_child(env, "Body");
	resp = xml_path(body, "GetUserSettingsResponseMessage/Response");
	take_version(xml_child(env, "Header"), &r->ev);
	if (strcmp(env->name, "Envelope") != 0 ||
	    strcmp(env->ns, EWS_NS_SOAP) != 0 || body == NULL)
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer is no SOAP envelope but <%s>", env->name);
	else if (xml_child(body, "Fault") != NULL)
		take_fault(xml_child(body, "Fault"), &r->ev);
	else if (resp == NULL || strcmp(resp->ns, NS_A) != 0)
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer holds no settings of mailboxes");
	else if (is_good_response(resp, &r->ev))
		take_users(resp, asked_n, r);
	xml_doc_free(doc);
}
