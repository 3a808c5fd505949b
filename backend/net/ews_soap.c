/* ews_soap.c - see ews_soap.h. */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_soap.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/ipc.h"
#include "common/str.h"

#define BACKOFF_ASKED_MAX_MS 3600000u /* more than an hour is no wait */
#define OP_NAME_MAX 64

void
ews_open(struct xml_writer *w, const char *mailbox)
{
	xml_put_raw(w,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
	    "<soap:Envelope xmlns:soap=\"" EWS_NS_SOAP "\" xmlns:m=\"" EWS_NS_M
	    "\" xmlns:t=\"" EWS_NS_T "\"><soap:Header>"
	    "<t:RequestServerVersion Version=\"Exchange2013\"/>");
	if (mailbox != NULL && *mailbox != '\0') {
		/* SmtpAddress takes any address of the mailbox, the primary
		 * one and aliases ([MS-OXWSCDATA] ConnectingSIDType). */
		xml_put_raw(w, "<t:ExchangeImpersonation><t:ConnectingSID>");
		xml_put_elem(w, "t:SmtpAddress", mailbox);
		xml_put_raw(w, "</t:ConnectingSID></t:ExchangeImpersonation>");
	}
	xml_put_raw(w, "</soap:Header><soap:Body>");
}

void
ews_close(struct xml_writer *w)
{
	xml_put_raw(w, "</soap:Body></soap:Envelope>\n");
}

/* Names of [MS-OXWSCDATA] 2.2.5.24 ResponseCodeType. */
static const struct {
	const char *code, *failure;
} code_rows[] = {
    {"ErrorImpersonateUserDenied", "ews-impersonation"},
    {"ErrorImpersonationDenied", "ews-impersonation"},
    {"ErrorImpersonationFailed", "ews-impersonation"},
    {"ErrorNonExistentMailbox", "ews-no-mailbox"},
    {"ErrorMissingEmailAddress", "ews-no-mailbox"},
    {"ErrorInvalidSmtpAddress", "ews-no-mailbox"},
    {"ErrorInvalidMailbox", "ews-no-mailbox"},
    {"ErrorNameResolutionNoMailbox", "ews-no-mailbox"},
    {"ErrorNonPrimarySmtpAddress", "ews-not-primary"},
    {"ErrorAccountDisabled", "ews-account-disabled"},
    {"ErrorAccessDenied", "ews-denied"},
    {"ErrorQuotaExceeded", "ews-quota"},
    {"ErrorMailboxStoreUnavailable", "ews-store-down"},
    {"ErrorMailboxFailover", "ews-store-down"},
    {"ErrorMailboxMoveInProgress", "ews-moving"},
    {"ErrorConnectionFailed", "ews-store-down"},
    {"ErrorADOperation", "ews-directory"},
    {"ErrorADUnavailable", "ews-directory"},
    {"ErrorServerBusy", "ews-busy"},
    {"ErrorTimeoutExpired", "ews-busy"},
    {"ErrorExceededConnectionCount", "ews-connections"},
    {"ErrorExceededSubscriptionCount", "ews-subscriptions"},
    {"ErrorSchemaValidation", "ews-schema"},
    {"ErrorInvalidRequest", "ews-schema"},
    {"ErrorIrresolvableConflict", "ews-conflict"},
    {"ErrorChangeKeyRequired", "ews-conflict"},
    {"ErrorChangeKeyRequiredForWriteOperations", "ews-conflict"},
    {"ErrorInvalidChangeKey", "ews-conflict"},
    {"ErrorStaleObject", "ews-conflict"},
    {"ErrorItemNotFound", "ews-not-found"},
    {"ErrorObjectDeleted", "ews-not-found"},
    {"ErrorSubscriptionNotFound", "ews-subscription"},
    {"ErrorInvalidSubscription", "ews-subscription"},
    {"ErrorExpiredSubscription", "ews-subscription"},
    {"ErrorSubscriptionAccessDenied", "ews-subscription"},
    {"ErrorSubscriptionUnsubscribed", "ews-subscription"},
    {"ErrorReadEventsFailed", "ews-subscription"},
    {"ErrorProxyRequestNotAllowed", "ews-subscription"},
    {"ErrorProxiedSubscriptionCallFailure", "ews-subscription"},
    {"ErrorMissedNotificationEvents", "ews-subscription"},
    {"ErrorInvalidWatermark", "ews-subscription"},
    {"ErrorInvalidServerVersion", "ews-version"},
    {"ErrorInvalidSchemaVersionForMailboxVersion", "ews-version"},
};

const char *
ews_failure(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(code_rows) / sizeof(code_rows[0]); i++)
		if (strcmp(code, code_rows[i].code) == 0)
			return code_rows[i].failure;
	return "ews-error";
}

/* <t:Value Name="BackOffMilliseconds">297749</t:Value> in a MessageXml, of a
 * fault's detail or of a response message. */
static const char *
value_of(const struct xml_node *message_xml, const char *name)
{
	const struct xml_node *v;

	for (v = xml_child(message_xml, "Value"); v != NULL;
	     v = xml_next(v, "Value"))
		if (str_caseeq(xml_attr(v, "Name"), name))
			return xml_text(v);
	return "";
}

static void
read_message_xml(const struct xml_node *mx, struct msg_evidence *ev)
{
	const char *text = value_of(mx, "BackOffMilliseconds");
	uint64_t ms = 0;

	if (*text != '\0' && str_to_u64(text, UINT64_MAX, &ms) == ERR_OK)
		ev->backoff_ms = ms > BACKOFF_ASKED_MAX_MS
				     ? BACKOFF_ASKED_MAX_MS
				     : (uint32_t)ms;
}

static void
fail_code(struct msg_evidence *ev, const char *code, const char *text)
{
	evidence_text(&ev->soap_code, code, EV_SOAP_CODE_MAX);
	evidence_text(&ev->soap_text, text, EV_SOAP_TEXT_MAX);
	evidence_fail(ev, ews_failure(code), "%s: %s", code, text);
}

/* SOAP 1.1, 4.4; Exchange puts its own code into the detail, and as the
 * local part of the fault code. */
static void
read_fault(const struct xml_node *fault, struct msg_evidence *ev)
{
	const struct xml_node *detail = xml_child(fault, "detail");
	const char *code = xml_text(xml_child(detail, "ResponseCode"));
	const char *text = xml_text(xml_child(detail, "Message"));

	if (*code == '\0') {
		const char *colon;

		code = xml_text(xml_child(fault, "faultcode"));
		if ((colon = strrchr(code, ':')) != NULL)
			code = colon + 1;
	}
	if (*text == '\0')
		text = xml_text(xml_child(fault, "faultstring"));
	read_message_xml(xml_child(detail, "MessageXml"), ev);
	fail_code(ev, *code == '\0' ? "Fault" : code, text);
}

/* [MS-OXWSCDATA] 2.2.3.17: 15.0 is Exchange 2013. */
static enum err
read_version(const struct xml_node *header, struct msg_evidence *ev)
{
	const struct xml_node *v = xml_child(header, "ServerVersionInfo");
	uint64_t part[4] = {0, 0, 0, 0};
	static const char *const names[4] = {"MajorVersion", "MinorVersion",
	    "MajorBuildNumber", "MinorBuildNumber"};
	char text[EV_VERSION_MAX];
	unsigned i;

	if (v == NULL)
		return ERR_OK;
	for (i = 0; i < 4; i++)
		if (str_to_u64(xml_attr(v, names[i]), 65535, &part[i]) !=
		    ERR_OK)
			part[i] = 0;
	if (part[0] == 0)
		return ERR_OK;
	(void)snprintf(text, sizeof(text), "%u.%u.%u.%u", (unsigned)part[0],
	    (unsigned)part[1], (unsigned)part[2], (unsigned)part[3]);
	evidence_text(&ev->server_version, text, EV_VERSION_MAX);
	if (part[0] < 15) {
		evidence_fail(ev, "ews-version",
		    "the server is version %s; 15.0 is the first supported",
		    text);
		return ERR_UNSUPPORTED;
	}
	return ERR_OK;
}

static bool
is_named(const struct xml_node *n, const char *ns, const char *name)
{
	return n != NULL && strcmp(n->ns, ns) == 0 &&
	       strcmp(n->name, name) == 0;
}

enum err
ews_reply_item(const struct xml_node *msg, struct msg_evidence *ev)
{
	const char *code = xml_text(xml_child(msg, "ResponseCode"));
	const struct xml_node *mx = xml_child(msg, "MessageXml");
	const char *inner;

	evidence_text(&ev->soap_code, code, EV_SOAP_CODE_MAX);
	if (strcmp(xml_attr(msg, "ResponseClass"), "Error") != 0)
		return ERR_OK;
	read_message_xml(mx, ev);
	/* The third shape of "busy": an internal error with the real code
	 * inside. */
	inner = value_of(mx, "InnerErrorResponseCode");
	if (strcmp(code, "ErrorInternalServerError") == 0 && *inner != '\0')
		code = inner;
	fail_code(ev, *code == '\0' ? "Error" : code,
	    xml_text(xml_child(msg, "MessageText")));
	return (enum err)ev->code;
}

/* The first response message, whatever it says. */
static enum err
find_message(const struct xml_node **message, const char *op,
    const struct xml_doc *doc, struct msg_evidence *ev)
{
	const struct xml_node *env = xml_root(doc), *body, *resp, *msg;
	char name[OP_NAME_MAX];
	enum err e;

	(void)snprintf(name, sizeof(name), "%sResponse", op);
	if (!is_named(env, EWS_NS_SOAP, "Envelope") ||
	    (body = xml_child(env, "Body")) == NULL) {
		evidence_fail(ev, "content-unexpected",
		    "the answer is no SOAP envelope but <%s>",
		    env == NULL ? "" : env->name);
		return ERR_PROTO;
	}
	if ((e = read_version(xml_child(env, "Header"), ev)) != ERR_OK)
		return e;
	if (is_named(xml_child(body, NULL), EWS_NS_SOAP, "Fault")) {
		read_fault(xml_child(body, NULL), ev);
		return (enum err)ev->code;
	}
	resp = xml_child(body, name);
	/* Unsubscribe, like most, wraps its message. */
	msg = xml_child(xml_child(resp, "ResponseMessages"), NULL);
	if (msg == NULL) /* but that of [MS-OXWOOF] */
		msg = xml_child(resp, "ResponseMessage");
	if (!is_named(resp, EWS_NS_M, name) || msg == NULL) {
		resp = xml_child(body, NULL);
		evidence_fail(ev, "content-unexpected",
		    "the answer holds <%s> and no %s",
		    resp == NULL ? "" : resp->name, name);
		return ERR_PROTO;
	}
	*message = msg;
	return ERR_OK;
}

enum err
ews_reply_of(const struct xml_node **message, const char *op,
    const struct xml_doc *doc, struct msg_evidence *ev)
{
	const struct xml_node *msg = NULL;
	enum err e = find_message(&msg, op, doc, ev);

	if (message != NULL && msg != NULL)
		*message = msg;
	return e == ERR_OK ? ews_reply_item(msg, ev) : e;
}

enum err
ews_reply_open_all(struct ews_reply *r, const char *op, const char *body,
    size_t n, struct msg_evidence *ev)
{
	struct errinfo ei;
	enum err e;

	r->doc = NULL;
	r->message = NULL;
	if ((e = xml_parse(&r->doc, body, n, &ei)) != ERR_OK) {
		evidence_fail_err(ev, e, ei.text);
		return e;
	}
	return find_message(&r->message, op, r->doc, ev);
}

enum err
ews_reply_open(struct ews_reply *r, const char *op, const char *body, size_t n,
    struct msg_evidence *ev)
{
	enum err e = ews_reply_open_all(r, op, body, n, ev);

	return e == ERR_OK ? ews_reply_item(r->message, ev) : e;
}

void
ews_reply_close(struct ews_reply *r)
{
	xml_doc_free(r->doc);
	r->doc = NULL;
	r->message = NULL;
}
