/* ews_autodisc.c - see ews_autodisc.h. */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_autodisc.h"
#include "backend/net/json.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

#define NS_REQUEST                                                    \
	"http://schemas.microsoft.com/exchange/autodiscover/outlook/" \
	"requestschema/2006"
#define NS_RESPONSE                                                   \
	"http://schemas.microsoft.com/exchange/autodiscover/outlook/" \
	"responseschema/2006a"
/* The wrapper, and the errors of it, have a namespace of their own. */
#define NS_WRAPPER_PREFIX "http://schemas.microsoft.com/exchange/autodiscover/"

/* Limits of the fields, as in ipc_msg.def. */
#define URL_MAX 2048
#define ADDRESS_MAX 254
#define ERROR_MAX 64
#define MESSAGE_MAX 512

/* [MS-OXDSCLI] 3.1.5.2 and section 4. */
enum err
pox_encode(struct buf *out, const char *email)
{
	struct xml_writer w = XML_WRITER(out);

	xml_put_raw(&w, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			"<Autodiscover xmlns=\"" NS_REQUEST "\"><Request>");
	xml_put_elem(&w, "EMailAddress", email);
	xml_put_elem(&w, "AcceptableResponseSchema", NS_RESPONSE);
	xml_put_raw(&w, "</Request></Autodiscover>\n");
	return w.e;
}

/* An address is taken whole or not at all: a cut one leads elsewhere. */
static void
take(char **to, const struct xml_node *n, size_t max)
{
	char *s = try_strdup(xml_text(n)), *t;

	if (s == NULL)
		return;
	t = str_trim(s);
	if (*t != '\0' && !str_has_control(t) && (*to == NULL || **to == '\0'))
		(void)!evidence_id(to, t, max);
	mem_free(s);
}

/* Protocol elements of type EXCH are for the inside, EXPR and EXHTTP for
 * the outside; several of one type are normal, the first counts. */
static void
take_protocol(const struct xml_node *p, struct msg_pox_result *r)
{
	const char *type = xml_text(xml_child(p, "Type"));
	const struct xml_node *url = xml_child(p, "EwsUrl");

	if (url == NULL)
		url = xml_child(p, "ASUrl");
	/* The newest form gives the type as an attribute. */
	if (*type == '\0')
		type = xml_attr(p, "Type");
	if (str_caseeq(type, "EXCH"))
		take(&r->ews_internal, url, URL_MAX);
	else if (str_caseeq(type, "EXPR") || str_caseeq(type, "EXHTTP"))
		take(&r->ews_external, url, URL_MAX);
}

static void
take_error(const struct xml_node *err, struct msg_pox_result *r)
{
	evidence_text(
	    &r->pox_error, xml_text(xml_child(err, "ErrorCode")), ERROR_MAX);
	evidence_text(
	    &r->pox_message, xml_text(xml_child(err, "Message")), MESSAGE_MAX);
	evidence_fail(&r->ev, "autodiscover-error", "error %s: %s",
	    r->pox_error == NULL ? "" : r->pox_error,
	    r->pox_message == NULL ? "" : r->pox_message);
}

static bool
has(const char *s)
{
	return s != NULL && *s != '\0';
}

static void
take_account(const struct xml_node *account, struct msg_pox_result *r)
{
	const struct xml_node *p;
	const char *action = xml_text(xml_child(account, "Action"));

	if (str_caseeq(action, "redirectAddr")) {
		take(&r->redirect_addr, xml_child(account, "RedirectAddr"),
		    ADDRESS_MAX);
		if (has(r->redirect_addr))
			return;
	} else if (str_caseeq(action, "redirectUrl")) {
		take(&r->redirect_url, xml_child(account, "RedirectUrl"),
		    URL_MAX);
		if (has(r->redirect_url))
			return;
	} else {
		for (p = xml_child(account, "Protocol"); p != NULL;
		     p = xml_next(p, "Protocol"))
			take_protocol(p, r);
		if (has(r->ews_internal) || has(r->ews_external))
			return;
		evidence_fail(&r->ev, "autodiscover-no-ews",
		    "no Protocol element holds an EwsUrl");
		return;
	}
	evidence_fail(&r->ev, "content-unexpected",
	    "the answer redirects, and does not say where to");
}

void
pox_decode(const char *p, size_t n, struct msg_pox_result *r)
{
	struct xml_doc *doc = NULL;
	const struct xml_node *root, *resp, *err;
	struct errinfo ei;
	enum err e;

	if ((e = xml_parse(&doc, p, n, &ei)) != ERR_OK) {
		evidence_fail_err(&r->ev, e, ei.text);
		return;
	}
	root = xml_root(doc);
	resp = xml_child(root, "Response");
	err = xml_child(resp, "Error");
	if (err == NULL)
		err = xml_child(root, "Error");
	if (strcmp(root->name, "Autodiscover") != 0 ||
	    !str_has_prefix(root->ns, NS_WRAPPER_PREFIX))
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer is not Autodiscover but <%s>", root->name);
	else if (err != NULL)
		take_error(err, r);
	else if (xml_child(resp, "Account") != NULL)
		take_account(xml_child(resp, "Account"), r);
	else
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer holds no account");
	xml_doc_free(doc);
}

/* {"Protocol":"Ews","Url":"https://..."}, or {"ErrorCode":"...",
 * "ErrorMessage":"..."}; learn.microsoft.com, "Autodiscover V2". */
void
autodisc_json_decode(const char *p, size_t n, struct msg_pox_result *r)
{
	char *protocol = NULL, *url = NULL, *code = NULL, *text = NULL;
	const struct json_want want[] = {
	    {"Protocol", &protocol, ERROR_MAX},
	    {"Url", &url, URL_MAX},
	    {"ErrorCode", &code, ERROR_MAX},
	    {"ErrorMessage", &text, MESSAGE_MAX},
	};
	struct errinfo ei;
	enum err e;

	e = json_take(p, n, want, sizeof(want) / sizeof(want[0]), &ei);
	if (e != ERR_OK) {
		evidence_fail(&r->ev,
		    e == ERR_TOOBIG ? "content-toobig" : "content-unexpected",
		    "%s", ei.text);
	} else if (has(code)) {
		evidence_text(&r->pox_error, code, ERROR_MAX);
		evidence_text(
		    &r->pox_message, has(text) ? text : "", MESSAGE_MAX);
		evidence_fail(&r->ev, "autodiscover-error", "error %s: %s",
		    code, has(text) ? text : "");
	} else if (!str_caseeq(protocol == NULL ? "" : protocol, "EWS") ||
		   !has(url) || str_has_control(url)) {
		evidence_fail(&r->ev, "autodiscover-no-ews",
		    "the answer holds no Url for EWS");
	} else {
		r->ews_external = url;
		url = NULL;
	}
	mem_free(protocol);
	mem_free(url);
	mem_free(code);
	mem_free(text);
}
