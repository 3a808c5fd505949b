/* ews_item.c - see ews_item.h. */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_prop.h"
#include "backend/net/ews_recur.h"
#include "backend/net/ews_soap.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

/* Limits of the fields, as in ipc_msg.def. */
#define ID_MAX 2048
#define CHANGE_KEY_MAX 512
#define SUBJECT_MAX 65536
#define LOCATION_MAX 1048576
#define BODY_MAX 6291456
#define WORD_MAX 32
#define ADDRESS_MAX 254
#define RESOURCES_MAX 64
#define INVITEES_MAX 1000
/* Bytes of all texts in one answer, of a frame of 8 MiB, and for each item
 * what the other fields may have. */
#define ITEMS_SIZE_MAX (6u * 1024u * 1024u)
#define ITEM_SPARE 65536u
#define PROP_MAX 8192
#define OCCURRENCE_SIZE 2600 /* bytes at most, with its two identifiers */

/* Order as in struct ews_item; the server does not mind. */
static const char *const fields[] = {"item:Subject", "item:Body",
    "item:Sensitivity", "item:Culture", "calendar:UID", "calendar:Location",
    "calendar:Start", "calendar:End", "calendar:CalendarItemType",
    "calendar:MyResponseType", "calendar:IsMeeting", "calendar:IsCancelled",
    "calendar:MeetingRequestWasSent", "calendar:Organizer",
    "calendar:RequiredAttendees", "calendar:OptionalAttendees",
    "calendar:Resources", "calendar:Recurrence", "calendar:LastOccurrence",
    "calendar:OriginalStart", "calendar:ModifiedOccurrences",
    "calendar:DeletedOccurrences", "calendar:StartTimeZone"};

static const char *
text_or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

static void
open_get(struct xml_writer *w, const char *mailbox, const char *prop_set)
{
	size_t i;

	ews_open(w, mailbox);
	xml_put_raw(w,
	    "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>"
	    "<t:BodyType>Best</t:BodyType><t:AdditionalProperties>");
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		xml_put_raw(w, "<t:FieldURI");
		xml_put_attr(w, "FieldURI", fields[i]);
		xml_put_raw(w, "/>");
	}
	if (*text_or_empty(prop_set) != '\0') {
		ews_prop_uri(w, prop_set, EWS_PROP_CONFERENCE);
		ews_prop_uri(w, prop_set, EWS_PROP_CAPABILITIES);
	}
	xml_put_raw(w, "</t:AdditionalProperties></m:ItemShape><m:ItemIds>");
}

static void
put_id(struct xml_writer *w, const char *item_id)
{
	xml_put_raw(w, "<t:ItemId");
	xml_put_attr(w, "Id", text_or_empty(item_id));
	xml_put_raw(w, "/>");
}

static void
close_get(struct xml_writer *w)
{
	xml_put_raw(w, "</m:ItemIds></m:GetItem>");
	ews_close(w);
}

enum err
ews_get_encode(struct buf *out, const struct msg_ews_get_job *j)
{
	struct xml_writer w = XML_WRITER(out);

	open_get(&w, j->ctx.mailbox, j->prop_set);
	put_id(&w, j->item_id);
	close_get(&w);
	return w.e;
}

enum err
ews_gets_encode(struct buf *out, const struct msg_ews_gets_job *j)
{
	struct xml_writer w = XML_WRITER(out);
	size_t i;

	if (j->item_ids.n < 1)
		return ERR_ARG;
	open_get(&w, j->ctx.mailbox, j->prop_set);
	for (i = 0; i < j->item_ids.n; i++)
		put_id(&w, j->item_ids.v[i]);
	close_get(&w);
	return w.e;
}

static void
put_body(struct xml_writer *w, const struct msg_ews_update_job *j)
{
	xml_put_raw(w, "<t:SetItemField><t:FieldURI FieldURI=\"item:Body\"/>"
		       "<t:CalendarItem><t:Body");
	xml_put_attr(w, "BodyType", j->body_is_html ? "HTML" : "Text");
	xml_put_raw(w, ">");
	xml_put_text(w, text_or_empty(j->body));
	xml_put_raw(w, "</t:Body></t:CalendarItem></t:SetItemField>");
}

enum err
ews_update_encode(struct buf *out, const struct msg_ews_update_job *j)
{
	struct xml_writer w = XML_WRITER(out);

	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w, "<m:UpdateItem ConflictResolution=\"NeverOverwrite\"");
	xml_put_raw(&w, " MessageDisposition=\"SaveOnly\"");
	xml_put_attr(&w, "SendMeetingInvitationsOrCancellations",
	    j->send_to_all ? "SendToAllAndSaveCopy" : "SendToNone");
	xml_put_raw(&w, "><m:ItemChanges><t:ItemChange><t:ItemId");
	xml_put_attr(&w, "Id", text_or_empty(j->item_id));
	xml_put_attr(&w, "ChangeKey", text_or_empty(j->change_key));
	xml_put_raw(&w, "/><t:Updates>");
	if (!j->keeps_body)
		put_body(&w, j);
	ews_prop_set(&w, j->prop_set, EWS_PROP_CONFERENCE, j->prop_conference);
	ews_prop_set(
	    &w, j->prop_set, EWS_PROP_CAPABILITIES, j->prop_capabilities);
	xml_put_raw(
	    &w, "</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>");
	ews_close(&w);
	return w.e;
}

/* Exactly n digits; moves *s behind them. */
static bool
digits(const char **s, unsigned n, int *out)
{
	int v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return false;
		v = v * 10 + (**s - '0');
	}
	*out = v;
	return true;
}

static bool
literal(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar: years begin in
 * March, so that the leap day is the last of one. */
static int64_t
days_of(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t m = month <= 2 ? month + 9 : month - 3;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day -
	       719469;
}

static bool
offset_parse(const char *s, int *minutes)
{
	int hh, mm, sign = *s == '-' ? -1 : 1;

	*minutes = 0;
	if (*s == '\0' || strcmp(s, "Z") == 0)
		return true;
	if (*s != '+' && *s != '-')
		return false;
	s++;
	if (!digits(&s, 2, &hh) || !literal(&s, ':') || !digits(&s, 2, &mm) ||
	    *s != '\0' || hh > 14 || mm > 59)
		return false;
	*minutes = sign * (hh * 60 + mm);
	return true;
}

enum err
ews_time_parse(const char *s, int64_t *out)
{
	int y, mo, d, h, mi, sec, off;

	if (!digits(&s, 4, &y) || !literal(&s, '-') || !digits(&s, 2, &mo) ||
	    !literal(&s, '-') || !digits(&s, 2, &d) || !literal(&s, 'T') ||
	    !digits(&s, 2, &h) || !literal(&s, ':') || !digits(&s, 2, &mi) ||
	    !literal(&s, ':') || !digits(&s, 2, &sec))
		return ERR_PROTO;
	if (y < 1 || mo < 1 || mo > 12 || d < 1 || d > 31 || h > 24 ||
	    mi > 59 || sec > 60)
		return ERR_PROTO;
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++)
			;
	if (!offset_parse(s, &off))
		return ERR_PROTO;
	*out = ((days_of(y, mo, d) * 24 + h) * 60 + mi - off) * 60 + sec;
	return ERR_OK;
}

static bool
is_true(const struct xml_node *n)
{
	return strcmp(xml_text(n), "true") == 0 ||
	       strcmp(xml_text(n), "1") == 0;
}

static const char *
address_of(const struct xml_node *mailbox_parent)
{
	return xml_text(xml_path(mailbox_parent, "Mailbox/EmailAddress"));
}

/* The organizer in the list is nobody to send to. */
static uint32_t
count_attendees(const struct xml_node *item, const char *organizer)
{
	static const char *const lists[] = {
	    "RequiredAttendees", "OptionalAttendees", "Resources"};
	uint32_t count = 0;
	unsigned i;

	for (i = 0; i < 3; i++) {
		const struct xml_node *a =
		    xml_child(xml_child(item, lists[i]), "Attendee");

		for (; a != NULL; a = xml_next(a, "Attendee"))
			if (*organizer == '\0' ||
			    !str_caseeq(address_of(a), organizer))
				count++;
	}
	return count;
}

/* When the last meeting of a series ends; 0: it has no last one.  Where only
 * the date is said, the day after it is late enough in every time zone. */
static int64_t
series_end(const struct xml_node *item)
{
	const struct xml_node *last = xml_child(item, "LastOccurrence");
	const struct xml_node *range =
	    xml_path(item, "Recurrence/EndDateRecurrence");
	int64_t end_s = 0;
	int y, mo, d;
	const char *s;

	if (ews_time_parse(xml_text(xml_child(last, "End")), &end_s) == ERR_OK)
		return end_s;
	/* xs:date, perhaps with a zone: "2026-12-31Z". */
	s = xml_text(xml_child(range, "EndDate"));
	if (digits(&s, 4, &y) && literal(&s, '-') && digits(&s, 2, &mo) &&
	    literal(&s, '-') && digits(&s, 2, &d) && y >= 1 && mo >= 1 &&
	    mo <= 12 && d >= 1 && d <= 31)
		return (days_of(y, mo, d) + 2) * 86400;
	return 0;
}

static enum err
take_address(struct strlist *to, const struct xml_node *attendee)
{
	char *s = NULL;
	enum err e = ERR_OK;

	evidence_text(&s, address_of(attendee), ADDRESS_MAX);
	if (s == NULL)
		e = ERR_NOMEM;
	else if (*s != '\0')
		e = strlist_add(to, s);
	mem_free(s);
	return e;
}

/* Mailboxes that were invited as resources: rooms. */
static enum err
take_resources(const struct xml_node *n, struct msg_ews_item *r)
{
	const struct xml_node *a;
	enum err e = ERR_OK;

	for (a = xml_child(xml_child(n, "Resources"), "Attendee");
	     a != NULL && e == ERR_OK && r->resources.n < RESOURCES_MAX;
	     a = xml_next(a, "Attendee"))
		e = take_address(&r->resources, a);
	return e;
}

/* Those who were invited and are neither rooms nor the organizer.  Who is
 * beyond the limit is not told of. */
static enum err
take_invitees(
    const struct xml_node *n, const char *organizer, struct msg_ews_item *r)
{
	static const char *const lists[] = {
	    "RequiredAttendees", "OptionalAttendees"};
	const struct xml_node *a;
	enum err e = ERR_OK;
	unsigned i;

	for (i = 0; i < 2; i++)
		for (a = xml_child(xml_child(n, lists[i]), "Attendee");
		     a != NULL && e == ERR_OK; a = xml_next(a, "Attendee")) {
			if (str_caseeq(address_of(a), organizer) ||
			    r->invitees.n == INVITEES_MAX)
				continue;
			e = take_address(&r->invitees, a);
		}
	return e;
}

/* Location and body stay as they are; the subject is only shown. */
static enum err
take_item(const struct xml_node *n, struct msg_ews_item *r)
{
	const struct xml_node *id = xml_child(n, "ItemId");
	const struct xml_node *body = xml_child(n, "Body");
	const char *sens = xml_text(xml_child(n, "Sensitivity"));
	const char *kind = xml_text(xml_child(n, "CalendarItemType"));
	const char *org = address_of(xml_child(n, "Organizer"));
	enum err e;

	if (*xml_attr(id, "Id") == '\0')
		return ERR_PROTO;
	if ((e = evidence_id(&r->item_id, xml_attr(id, "Id"), ID_MAX)) !=
		ERR_OK ||
	    (e = evidence_id(&r->change_key, xml_attr(id, "ChangeKey"),
		 CHANGE_KEY_MAX)) != ERR_OK ||
	    (e = evidence_id(&r->uid, xml_text(xml_child(n, "UID")), ID_MAX)) !=
		ERR_OK ||
	    (e = evidence_id(&r->location, xml_text(xml_child(n, "Location")),
		 LOCATION_MAX)) != ERR_OK ||
	    (e = evidence_id(&r->body, xml_text(body), BODY_MAX)) != ERR_OK)
		return e;
	evidence_text(
	    &r->subject, xml_text(xml_child(n, "Subject")), SUBJECT_MAX);
	r->body_is_html = str_caseeq(xml_attr(body, "BodyType"), "HTML");
	r->series_end_s = series_end(n);
	/* An element that is no calendar item goes by its own name, and has
	 * no times. */
	if (strcmp(n->name, "CalendarItem") == 0 &&
	    (ews_time_parse(xml_text(xml_child(n, "Start")), &r->start_s) !=
		    ERR_OK ||
		ews_time_parse(xml_text(xml_child(n, "End")), &r->end_s) !=
		    ERR_OK))
		return ERR_PROTO;
	evidence_text(&r->kind, *kind == '\0' ? n->name : kind, WORD_MAX);
	evidence_text(&r->my_response, xml_text(xml_child(n, "MyResponseType")),
	    WORD_MAX);
	r->is_meeting = is_true(xml_child(n, "IsMeeting"));
	r->is_cancelled = is_true(xml_child(n, "IsCancelled"));
	r->request_was_sent = is_true(xml_child(n, "MeetingRequestWasSent"));
	r->is_private =
	    strcmp(sens, "Private") == 0 || strcmp(sens, "Confidential") == 0;
	evidence_text(&r->organizer, org, ADDRESS_MAX);
	r->attendees_n = count_attendees(n, org);
	if ((e = take_resources(n, r)) != ERR_OK ||
	    (e = take_invitees(n, org, r)) != ERR_OK ||
	    (e = ews_recur_take(n, r)) != ERR_OK)
		return e;
	evidence_text(&r->prop_conference,
	    ews_prop_value(n, EWS_PROP_CONFERENCE), PROP_MAX);
	evidence_text(&r->prop_capabilities,
	    ews_prop_value(n, EWS_PROP_CAPABILITIES), PROP_MAX);
	evidence_text(&r->culture, xml_text(xml_child(n, "Culture")), WORD_MAX);
	/* A decision is made from these: better none than a wrong one. */
	if (r->subject == NULL || r->kind == NULL || r->my_response == NULL ||
	    r->organizer == NULL || r->prop_conference == NULL ||
	    r->prop_capabilities == NULL)
		return ERR_NOMEM;
	return ERR_OK;
}

/* Of a response message that says it is good. */
static void
read_item(const struct xml_node *message, struct msg_ews_item *r)
{
	const struct xml_node *item;
	enum err e;

	item = xml_child(xml_child(message, "Items"), NULL);
	e = item == NULL ? ERR_PROTO : take_item(item, r);
	if (e == ERR_TOOBIG)
		evidence_fail(&r->ev, "content-toobig",
		    "the meeting is larger than the connector handles");
	else if (e == ERR_NOMEM)
		evidence_fail_err(&r->ev, e, "memory is out");
	else if (e != ERR_OK)
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer holds no usable calendar item");
}

void
ews_get_decode(const char *p, size_t n, struct msg_ews_item *r)
{
	struct ews_reply reply;

	if (ews_reply_open(&reply, "GetItem", p, n, &r->ev) == ERR_OK)
		read_item(reply.message, r);
	ews_reply_close(&reply);
}

static size_t
size_of(const struct msg_ews_item *it)
{
	return strlen(text_or_empty(it->body)) +
	       strlen(text_or_empty(it->location)) +
	       strlen(text_or_empty(it->subject)) +
	       (it->invitees.n + it->resources.n) * (ADDRESS_MAX + 4) +
	       it->changed_n * OCCURRENCE_SIZE + ITEM_SPARE;
}

/* One that does not fit beside the others is asked for by itself. */
static void
read_one(const struct xml_node *message, struct msg_ews_item *r, size_t *room)
{
	if (ews_reply_item(message, &r->ev) != ERR_OK)
		return;
	read_item(message, r);
	if (size_of(r) <= *room) {
		*room -= size_of(r);
		return;
	}
	msg_ews_item_free(r);
	memset(r, 0, sizeof(*r));
	evidence_fail(&r->ev, "content-toobig",
	    "the meetings together are larger than one answer");
}

/* A server that is busy is so for all of them. */
static void
tell_busy(struct msg_evidence *whole, const struct msg_evidence *one)
{
	if (evidence_failed(whole))
		return;
	evidence_text(
	    &whole->soap_code, text_or_empty(one->soap_code), EV_SOAP_CODE_MAX);
	whole->backoff_ms = one->backoff_ms;
	evidence_fail(whole, text_or_empty(one->failure), "%s",
	    text_or_empty(one->detail));
}

void
ews_gets_decode(const char *p, size_t n, struct msg_ews_items *r)
{
	struct ews_reply reply;
	const struct xml_node *m;
	size_t count = 0, room = ITEMS_SIZE_MAX;

	if (ews_reply_open_all(&reply, "GetItem", p, n, &r->ev) != ERR_OK)
		goto out;
	for (m = reply.message; m != NULL; m = m->next)
		count++;
	if (count > EWS_GETS_MAX) {
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer holds more than was asked for");
		goto out;
	}
	if ((r->items = try_alloc(count * sizeof(*r->items))) == NULL) {
		evidence_fail_err(&r->ev, ERR_NOMEM, "memory is out");
		goto out;
	}
	for (m = reply.message; m != NULL; m = m->next) {
		read_one(m, &r->items[r->items_n], &room);
		if (r->items[r->items_n].ev.code == ERR_THROTTLED)
			tell_busy(&r->ev, &r->items[r->items_n].ev);
		r->items_n++;
	}
out:
	ews_reply_close(&reply);
}

void
ews_update_decode(const char *p, size_t n, struct msg_ews_result *r)
{
	struct ews_reply reply;
	const struct xml_node *id;

	if (ews_reply_open(&reply, "UpdateItem", p, n, &r->ev) == ERR_OK) {
		id = xml_child(
		    xml_child(xml_child(reply.message, "Items"), NULL),
		    "ItemId");
		if (*xml_attr(id, "Id") == '\0' ||
		    evidence_id(&r->id, xml_attr(id, "Id"), ID_MAX) != ERR_OK ||
		    evidence_id(&r->change_key, xml_attr(id, "ChangeKey"),
			CHANGE_KEY_MAX) != ERR_OK)
			evidence_fail(&r->ev, "content-unexpected",
			    "the answer holds no usable item id");
	}
	ews_reply_close(&reply);
}
