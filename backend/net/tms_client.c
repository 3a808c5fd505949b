/* tms_client.c - see tms_client.h: what is sent. */
#include "config.h"

#include "backend/net/tms_client.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "backend/net/tms_series.h"
#include "backend/net/xml_write.h"
#include "common/alloc.h"
#include "common/confer_op.h"
#include "common/ipc.h"
#include "common/str.h"

#define NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"
#define BOOKING_PATH "/tms/external/booking/bookingservice.asmx"
#define SETUP_PATH "/tms/external/booking/remotesetup/remotesetupservice.asmx"
#define TITLE_MAX 255 /* Booking API guide, Conference */
/* Larger than any that is there: nothing has to be listed. */
#define NO_TRANSACTION "2147483647"

struct op {
	const char *name; /* of the operation */
	bool is_setup; /* of the remote setup service */
};

static const struct op ops[CONFER_OP__MAX] = {
    [CONFER_ALIVE] = {"IsAlive", true},
    [CONFER_RIGHTS] = {"IsTMSBookOnBehalfUser", true},
    [CONFER_VERSION] = {"GetDefaultConference", false},
    [CONFER_LICENCE] = {"GetTransactionsSince", false},
    [CONFER_ROOMS] = {"GetSystemsForUser", true},
    [CONFER_ZONES] = {"GetUsers", true},
    [CONFER_FIND] = {"GetConferenceIdByExternalId", false},
    [CONFER_BOOK] = {"SaveConference", false},
    [CONFER_CANCEL] = {"DeleteConferenceById", false},
    [CONFER_READ] = {"GetConferenceById", false},
};

const char *
tms_op_name(uint32_t op)
{
	return op < CONFER_OP__MAX ? ops[op].name : "";
}

static void
put_int(struct xml_writer *w, const char *name, int64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, n);
	xml_put_elem(w, name, text);
}

static void
put_stamp(struct xml_writer *w, const char *name, int64_t s, char between)
{
	time_t t = (time_t)s;
	char text[32];
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%SZ", &tm) != 20) {
		w->e = ERR_ARG;
		return;
	}
	text[10] = between;
	xml_put_elem(w, name, text);
}

/* UTC that ends in Z (Booking API guide, "Time format"). */
void
tms_put_time(struct xml_writer *w, const char *name, int64_t s)
{
	put_stamp(w, name, s, ' ');
}

void
tms_put_stamp(struct xml_writer *w, const char *name, int64_t s)
{
	put_stamp(w, name, s, 'T');
}

/* ExternalAPIVersionSoapHeader; ClientSession since API 13. */
static void
put_header(struct xml_writer *w, const struct msg_confer_job *m)
{
	/* The lower of the two; 0 is "none said" (guide, "Versions"). */
	uint32_t api = m->api < TMS_API_NEWEST ? m->api : TMS_API_NEWEST;

	xml_put_raw(w, "<s:Header><ExternalAPIVersionSoapHeader xmlns=\"");
	xml_put_raw(w, m->op < CONFER_OP__MAX && ops[m->op].is_setup
			   ? TMS_NS_SETUP
			   : TMS_NS_BOOKING);
	xml_put_raw(w, "\">");
	put_int(w, "ClientVersionIn", api);
	xml_put_elem(w, "ClientIdentifierIn", TMS_SOURCE);
	if (m->session != NULL && m->session[0] != '\0')
		xml_put_elem(w, "ClientSession", m->session);
	xml_put_raw(w, "</ExternalAPIVersionSoapHeader></s:Header>");
}

/* The conference's number: our own text of it, or -1 for a new one. */
static int64_t
number_of(const char *id)
{
	uint64_t n = 0;

	return id != NULL && str_to_u64(id, INT32_MAX, &n) == ERR_OK && n > 0
		   ? (int64_t)n
		   : -1;
}

/* A room by its system's number, else by its mailbox, which TMS 15 takes as
 * EmailAddress of a participant. */
static void
put_room(struct xml_writer *w, const char *room)
{
	const char *eq = strrchr(room, '=');
	uint64_t id = 0;

	xml_put_raw(w, "<Participant>");
	if (eq != NULL && str_to_u64(eq + 1, INT32_MAX, &id) == ERR_OK) {
		put_int(w, "ParticipantId", (int64_t)id);
		xml_put_elem(w, "ParticipantCallType", "TMS");
	} else {
		put_int(w, "ParticipantId", -1);
		xml_put_elem(w, "EmailAddress", room);
		xml_put_elem(w, "ParticipantCallType", "TMS");
	}
	xml_put_raw(w, "</Participant>");
}

/* At a border of a character. */
static void
put_title(struct xml_writer *w, const char *subject)
{
	char title[TITLE_MAX + 1];
	size_t n = strlen(subject);

	if (n > TITLE_MAX)
		for (n = TITLE_MAX;
		     n > 0 && ((unsigned char)subject[n] & 0xc0) == 0x80;)
			n--;
	memcpy(title, subject, n);
	title[n] = '\0';
	xml_put_elem(w, "Title", title);
}

/* In the order of the schema.  "Default" leaves a value to the server. */
static void
put_inside(struct xml_writer *w, const struct msg_confer_meeting *c,
    const char *subject, int64_t start_s, int64_t end_s, bool is_whole)
{
	size_t i;

	put_int(w, "ConferenceId", number_of(c->remote_id));
	put_title(w, subject != NULL ? subject : "");
	tms_put_time(w, "StartTimeUTC", start_s);
	tms_put_time(w, "EndTimeUTC", end_s);
	if (is_whole)
		tms_put_pattern(w, c);
	put_int(w, "OwnerId", 0);
	xml_put_elem(w, "OwnerEmailAddress", c->owner != NULL ? c->owner : "");
	xml_put_elem(w, "ConferenceType", "One Button To Push");
	xml_put_elem(w, "Bandwidth", "Default");
	xml_put_elem(w, "PictureMode", "Default");
	xml_put_elem(w, "Encrypted", "Default");
	xml_put_elem(w, "DataConference", "Default");
	xml_put_elem(w, "ShowExtendOption", "Default");
	xml_put_elem(w, "ISDNRestrict", "false");
	xml_put_elem(w, "ExternalSourceId", TMS_SOURCE);
	xml_put_elem(w, "ExternalPrimaryKey", c->key != NULL ? c->key : "");
	xml_put_raw(w, "<Participants>");
	for (i = 0; i < c->rooms.n; i++)
		put_room(w, c->rooms.v[i]);
	/* Needs one: who joins from elsewhere dials in. */
	if (c->rooms.n == 0)
		xml_put_raw(w,
		    "<Participant><ParticipantId>-1</ParticipantId>"
		    "<ParticipantCallType>SIP &lt;-</ParticipantCallType>"
		    "</Participant>");
	xml_put_raw(w, "</Participants>");
	if (is_whole)
		tms_put_zone(w, c);
}

void
tms_put_meeting(struct xml_writer *w, const struct msg_confer_meeting *c,
    const char *subject, int64_t start_s, int64_t end_s)
{
	put_inside(w, c, subject, start_s, end_s, false);
}

static void
put_conference(struct xml_writer *w, const struct msg_confer_meeting *c)
{
	xml_put_raw(w, "<Conference>");
	put_inside(w, c, c->subject, c->start_s, c->end_s, true);
	xml_put_raw(w, "</Conference>");
}

static void
put_op(struct xml_writer *w, const struct msg_confer_job *m)
{
	const struct msg_confer_meeting *c = &m->meeting;

	switch (m->op) {
	case CONFER_LICENCE:
		xml_put_elem(w, "CurrentTransactionId", NO_TRANSACTION);
		break;
	case CONFER_FIND:
		xml_put_elem(w, "ExternalSourceId", TMS_SOURCE);
		xml_put_elem(
		    w, "ExternalConferenceId", c->key != NULL ? c->key : "");
		break;
	case CONFER_BOOK:
		put_conference(w, c);
		break;
	case CONFER_CANCEL:
	case CONFER_READ:
		put_int(w, "ConferenceId", number_of(c->remote_id));
		break;
	default:
		break;
	}
}

static enum err
put_envelope(struct buf *out, const struct msg_confer_job *m)
{
	struct xml_writer w = XML_WRITER(out);
	const struct op *op = &ops[m->op];

	xml_put_raw(&w, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
			"<s:Envelope xmlns:s=\"" NS_SOAP "\">");
	put_header(&w, m);
	xml_put_raw(&w, "<s:Body><");
	xml_put_raw(&w, op->name);
	xml_put_raw(&w, " xmlns=\"");
	xml_put_raw(&w, op->is_setup ? TMS_NS_SETUP : TMS_NS_BOOKING);
	xml_put_raw(&w, "\">");
	put_op(&w, m);
	xml_put_raw(&w, "</");
	xml_put_raw(&w, op->name);
	xml_put_raw(&w, "></s:Body></s:Envelope>\n");
	return w.e;
}

enum err
tms_encode(struct confer_request *out, const struct msg_confer_job *m)
{
	const struct op *op = m->op < CONFER_OP__MAX ? &ops[m->op] : NULL;
	char action[256];
	enum err e;

	if (op == NULL || op->name == NULL)
		return ERR_UNSUPPORTED;
	if ((size_t)snprintf(out->url, sizeof(out->url),
		strchr(m->host, ':') == NULL ? "https://%s%s"
					     : "https://[%s]%s",
		m->host,
		op->is_setup ? SETUP_PATH : BOOKING_PATH) >= sizeof(out->url))
		return ERR_TOOBIG;
	/* SOAP 1.1, 6.1.1: the action stands in quotes. */
	(void)snprintf(action, sizeof(action), "SOAPAction: \"%s%s\"",
	    op->is_setup ? TMS_NS_SETUP : TMS_NS_BOOKING, op->name);
	if ((e = strlist_add(&out->headers,
		 "Content-Type: text/xml; charset=utf-8")) != ERR_OK ||
	    (e = strlist_add(&out->headers, "Accept: text/xml")) != ERR_OK ||
	    (e = strlist_add(&out->headers, action)) != ERR_OK)
		return e;
	return put_envelope(out->body, m);
}

const struct confer_proto confer_proto_tms = {"tms", tms_encode, tms_decode};
