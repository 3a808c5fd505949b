/* tms_answer.c - see tms_client.h: what comes back.  A fault comes with HTTP
 * 500, its code in detail/errorcode (Booking API guide, "Error codes"). */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_item.h"
#include "backend/net/held.h"
#include "backend/net/tms_client.h"
#include "backend/net/xml.h"
#include "common/alloc.h"
#include "common/confer_op.h"
#include "common/ipc.h"
#include "common/str.h"

#define NAMES_MAX 64 /* as in ipc_msg.def */
#define NAME_LEN_MAX 300
#define SESSION_MAX 256
#define ID_MAX 512
#define LINK_MAX 2048
#define VIDEO_MAX 254
#define NUMBER_MAX 64

/* Booking API guide, "Error codes"; what is done about each is told by
 * confer_book.c from the row of failure.def. */
static const struct {
	const char *code, *failure;
} faults[] = {
    {"-2147219503", "confer-licence"},
    {"-2147219500", "confer-down"},
    {"-2147218302", "confer-not-found"},
    {"-2147218301", "confer-no-room"},
    {"-2147218300", "confer-room-busy"},
    {"-2147218272", "confer-not-active"},
    {"-2147218271", "confer-deleted"},
    {"-2147218270", "confer-active"},
    {"-2147218269", "confer-past"},
    {"-2147218266", "confer-rights"},
    {"-2147218265", "confer-window"},
    {"-2147218264", "confer-endless"},
    {"-2147218262", "confer-room-denied"},
    {"-2147218255", "confer-owner"},
    {"-2147218253", "confer-session"},
    {"-2147218252", "confer-no-instance"},
    {"-2147218247", "confer-session"},
};

const char *
tms_failure(const char *code)
{
	size_t i;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (str_eq(code, faults[i].code))
			return faults[i].failure;
	return "confer-refused";
}

/* Foreign text into a field of an answer: cleaned and clipped. */
static void
put_text(char **to, const char *s, size_t max)
{
	evidence_text(to, s, max);
}

static void
read_fault(const struct xml_node *fault, struct msg_confer_result *r)
{
	const struct xml_node *detail = xml_child(fault, "detail");
	const char *code = xml_text(xml_child(detail, "errorcode"));
	const char *text = xml_text(xml_child(fault, "faultstring"));

	put_text(&r->session, xml_text(xml_child(detail, "clientsessionid")),
	    SESSION_MAX);
	evidence_text(&r->ev.soap_code, code, EV_SOAP_CODE_MAX);
	evidence_text(&r->ev.soap_text, text, EV_SOAP_TEXT_MAX);
	evidence_fail(&r->ev, tms_failure(code), "%s%s%s", code,
	    *code != '\0' ? ": " : "", text);
}

/* A list of names, each once. */
static void
add_name(struct msg_confer_result *r, const char *text)
{
	char *clean = NULL;
	size_t i;

	put_text(&clean, text, NAME_LEN_MAX);
	if (clean == NULL || clean[0] == '\0')
		goto out;
	for (i = 0; i < r->names.n; i++)
		if (str_eq(r->names.v[i], clean))
			goto out;
	if (r->names.n < NAMES_MAX && strlist_add(&r->names, clean) != ERR_OK)
		evidence_fail_err(&r->ev, ERR_NOMEM, "memory is out");
out:
	mem_free(clean);
}

static void
read_systems(const struct xml_node *list, struct msg_confer_result *r)
{
	const struct xml_node *s;

	for (s = xml_child(list, "TMSSystem"); s != NULL;
	     s = xml_next(s, "TMSSystem")) {
		r->count++;
		add_name(r, xml_text(xml_child(s, "SystemName")));
	}
}

static void
read_users(const struct xml_node *list, struct msg_confer_result *r)
{
	const struct xml_node *u;

	for (u = xml_child(list, "User"); u != NULL; u = xml_next(u, "User")) {
		r->count++;
		add_name(r, xml_text(xml_path(u, "TimeZone/TimezoneName")));
	}
}

/* The first word of the text that begins like a link, or looks like an
 * address that a system dials: what TMS shows people to join. */
static void
scan_info(const char *text, struct msg_confer_result *r)
{
	char word[LINK_MAX + 1];
	const char *p = text;
	size_t n;

	while (*(p += strspn(p, " \t\r\n,;()<>\"")) != '\0') {
		n = strcspn(p, " \t\r\n,;()<>\"");
		if (n < sizeof(word)) {
			memcpy(word, p, n);
			word[n] = '\0';
			if (str_has_prefix(word, "https://") && r->link == NULL)
				put_text(&r->link, word, LINK_MAX);
			else if (strchr(word, '@') != NULL &&
				 r->video == NULL && n <= VIDEO_MAX)
				put_text(&r->video,
				    str_has_prefix(word, "sip:") ? word + 4
								 : word,
				    VIDEO_MAX);
		}
		p += n;
	}
}

static bool
is_digits(const char *s, size_t n)
{
	return n > 0 && strspn(s, "0123456789") >= n;
}

/* JoinUrl and JoinUri of later versions, else from the text. */
static void
read_conference(const struct xml_node *c, struct msg_confer_result *r)
{
	const char *url = xml_text(xml_child(c, "JoinUrl"));
	const char *uri = xml_text(xml_child(c, "JoinUri"));
	const char *at;

	put_text(&r->remote_id, xml_text(xml_child(c, "ConferenceId")), ID_MAX);
	put_text(&r->pin, xml_text(xml_child(c, "Password")), NUMBER_MAX);
	if (str_has_prefix(url, "https://"))
		put_text(&r->link, url, LINK_MAX);
	if (str_has_prefix(uri, "sip:"))
		uri += 4;
	if (*uri != '\0')
		put_text(&r->video, uri, VIDEO_MAX);
	scan_info(xml_text(xml_child(c, "ConferenceInfoText")), r);
	if (r->video != NULL && (at = strchr(r->video, '@')) != NULL &&
	    is_digits(r->video, (size_t)(at - r->video)) &&
	    at - r->video < NUMBER_MAX)
		r->number = try_strndup(r->video, (size_t)(at - r->video));
	if (r->remote_id == NULL || r->remote_id[0] == '\0' ||
	    r->remote_id[0] == '-')
		evidence_fail(&r->ev, "content-unexpected",
		    "the saved conference has no number");
}

/* "2026-11-28 09:00:00Z", or with a T; 0: it says none. */
static int64_t
time_of(const struct xml_node *c, const char *name)
{
	char text[40];
	int64_t s = 0;

	if (!str_copy(text, sizeof(text), xml_text(xml_child(c, name))) ||
	    strlen(text) < 11)
		return 0;
	text[10] = 'T';
	return ews_time_parse(text, &s) == ERR_OK ? s : 0;
}

static void
judge_conference(const struct xml_node *c, const struct msg_confer_meeting *m,
    struct msg_confer_result *r)
{
	struct held want = {.start_s = m->start_s, .end_s = m->end_s};
	struct held have = {.start_s = time_of(c, "StartTimeUTC"),
	    .end_s = time_of(c, "EndTimeUTC")};

	if (m->subject != NULL)
		(void)str_copy(want.title, sizeof(want.title), m->subject);
	(void)str_copy(
	    have.title, sizeof(have.title), xml_text(xml_child(c, "Title")));
	held_judge(&r->ev, &want, &have);
}

static void
read_version(const struct xml_node *env, struct msg_confer_result *r)
{
	const char *text =
	    xml_text(xml_path(env, "Header/VersionSoapHeader/ConfAPIVersion"));
	uint64_t n = 0;

	if (str_to_u64(text, 10000, &n) != ERR_OK || n == 0)
		evidence_fail(&r->ev, "content-unexpected",
		    "the server does not say which API version it has");
	else
		r->api = (uint32_t)n;
}

static void
read_answer(const struct xml_node *env, const struct xml_node *result,
    const struct msg_confer_job *m, struct msg_confer_result *r)
{
	switch (m->op) {
	case CONFER_ALIVE:
	case CONFER_RIGHTS:
		r->yes = str_eq(xml_text(result), "true") ||
			 str_eq(xml_text(result), "1");
		break;
	case CONFER_VERSION:
		read_version(env, r);
		break;
	case CONFER_ROOMS:
		read_systems(result, r);
		break;
	case CONFER_ZONES:
		read_users(result, r);
		break;
	case CONFER_FIND:
		put_text(&r->remote_id, xml_text(result), ID_MAX);
		break;
	case CONFER_BOOK:
	case CONFER_READ:
		read_conference(result, r);
		judge_conference(result, &m->meeting, r);
		break;
	default:
		break;
	}
}

static void
read_body(const struct xml_node *env, const struct msg_confer_job *m,
    struct msg_confer_result *r)
{
	const struct xml_node *body = xml_child(env, "Body"), *resp;
	char name[80];

	(void)snprintf(name, sizeof(name), "%sResponse", tms_op_name(m->op));
	if ((resp = xml_child(body, "Fault")) != NULL) {
		read_fault(resp, r);
		return;
	}
	if (!str_eq(env->name, "Envelope") ||
	    (resp = xml_child(body, name)) == NULL) {
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer holds no %s", name);
		return;
	}
	put_text(&r->session,
	    xml_text(xml_path(
		env, "Header/ExternalAPIVersionSoapHeader/ClientSession")),
	    SESSION_MAX);
	(void)snprintf(name, sizeof(name), "%sResult", tms_op_name(m->op));
	read_answer(env, xml_child(resp, name), m, r);
}

void
tms_decode(const char *p, size_t n, const struct msg_confer_job *m,
    struct msg_confer_result *r)
{
	struct xml_doc *doc = NULL;
	struct errinfo ei;
	enum err e;

	if ((e = xml_parse(&doc, p, n, &ei)) != ERR_OK)
		evidence_fail_err(&r->ev, e, ei.text);
	else
		read_body(xml_root(doc), m, r);
	xml_doc_free(doc);
}
