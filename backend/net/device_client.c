/* device_client.c - see device_client.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/device_client.h"
#include "backend/net/evidence.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/str.h"

#define HIDDEN "Private meeting"
#define CALL_RATE "6000" /* kbit/s */
#define EXTENSION_MIN "0" /* nobody else's time is given away */
#define SHORT_MAX 128 /* of fields, as in ipc_msg.def */
#define WHY_MAX 200 /* bytes of what a device says */
#define TIME_END INT64_C(253402300799) /* the last second of the year 9999 */

static const char *const paths[] = {
    [DEVICE_STATUS] = "getxml?location=/Status/SystemUnit",
    [DEVICE_COMMAND] = "putxml",
    [DEVICE_BOOKINGS] = "bookingsputxml",
};

enum err
device_url(struct buf *out, const char *host, uint32_t port, enum device_path p)
{
	bool is_v6 = strchr(host, ':') != NULL;

	buf_reset(out);
	return buf_putf(out, "https://%s%s%s:%u/%s", is_v6 ? "[" : "", host,
	    is_v6 ? "]" : "", (unsigned)port, paths[p]);
}

/* -- the list -- */

static void
put(struct xml_writer *w, const char *name, const char *value)
{
	char tag[64];

	(void)snprintf(tag, sizeof(tag), "<%s item=\"1\">", name);
	xml_put_raw(w, tag);
	xml_put_text(w, value);
	(void)snprintf(tag, sizeof(tag), "</%s>", name);
	xml_put_raw(w, tag);
}

static void
put_number(struct xml_writer *w, const char *name, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
	put(w, name, text);
}

static void
put_time(
    struct xml_writer *w, const struct msg_device_booking *b, uint32_t window_s)
{
	char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX];

	clock_iso(b->start_s, from);
	clock_iso(b->end_s, to);
	xml_put_raw(w, "<Time item=\"1\">");
	put(w, "StartTime", from);
	put_number(w, "StartTimeBuffer", window_s);
	put(w, "EndTime", to);
	put(w, "EndTimeBuffer", "0");
	xml_put_raw(w, "</Time>");
}

static void
put_dial(struct xml_writer *w, const char *dial)
{
	xml_put_raw(w, "<DialInfo item=\"1\"><Calls item=\"1\">"
		       "<Call item=\"1\">");
	put(w, "Number", dial);
	put(w, "Protocol", "SIP");
	put(w, "CallRate", CALL_RATE);
	put(w, "CallType", "Video");
	xml_put_raw(w, "</Call></Calls>");
	put(w, "ConnectMode", "OBTP");
	xml_put_raw(w, "</DialInfo>");
}

static void
put_one(struct xml_writer *w, const struct msg_device_booking *b, size_t i,
    uint32_t window_s)
{
	char tag[48];

	(void)snprintf(tag, sizeof(tag), "<Booking item=\"%zu\">", i + 1);
	xml_put_raw(w, tag);
	put_number(w, "Id", b->number_id);
	put(w, "Title", b->is_private ? HIDDEN : b->title);
	put(w, "Agenda", "");
	put(w, "Privacy", b->is_private ? "Private" : "Public");
	xml_put_raw(w, "<Organizer item=\"1\">");
	/* Exchange tells one name, and not which part of it is which. */
	put(w, "FirstName", b->organizer);
	put(w, "LastName", "");
	put(w, "Email", b->email);
	xml_put_raw(w, "</Organizer>");
	put_time(w, b, window_s);
	put(w, "MaximumMeetingExtension", EXTENSION_MIN);
	put(w, "BookingStatus", "OK");
	put(w, "BookingStatusMessage", "");
	xml_put_raw(w, "<Webex item=\"1\">");
	put(w, "Enabled", "False");
	put(w, "MeetingNumber", "");
	put(w, "Password", "");
	xml_put_raw(w, "</Webex>");
	put(w, "Encryption", "BestEffort");
	put(w, "Role", "Master");
	put(w, "Recording", "Disabled");
	put_dial(w, b->dial);
	xml_put_raw(w, "</Booking>");
}

enum err
device_list_encode(struct buf *out, const struct msg_device_put *m)
{
	struct xml_writer w = XML_WRITER(out);
	size_t i;

	buf_reset(out);
	xml_put_raw(&w, "<?xml version=\"1.0\"?>\n");
	if (m->bookings_n == 0) {
		xml_put_raw(
		    &w, "<Bookings><Clear command=\"True\"/></Bookings>");
		return w.e;
	}
	xml_put_raw(&w, "<Bookings item=\"1\" status=\"OK\">");
	for (i = 0; i < m->bookings_n; i++) {
		const struct msg_device_booking *b = &m->bookings[i];

		if (b->start_s < 0 || b->end_s <= b->start_s ||
		    b->end_s > TIME_END)
			return ERR_ARG;
		put_one(&w, b, i, m->window_s);
	}
	xml_put_raw(&w, "</Bookings>");
	return w.e;
}

enum err
device_ask_encode(struct buf *out)
{
	struct xml_writer w = XML_WRITER(out);

	buf_reset(out);
	xml_put_raw(&w, "<?xml version=\"1.0\"?>\n<Command><Bookings>"
			"<List command=\"True\"><DayOffset>0</DayOffset>"
			"</List></Bookings></Command>");
	return w.e;
}

/* -- answers -- */

static enum err
open_doc(struct xml_doc **d, const char *p, size_t n, struct errinfo *ei)
{
	if (xml_parse(d, p, n, ei) != ERR_OK)
		return err_set(
		    ei, ERR_PROTO, "the answer is not that of a device");
	return ERR_OK;
}

/* The first element that says it is an error: 'status="Error"', or <Error>
 * and <ParameterError>, with <Reason> or <Description> in it. */
static const struct xml_node *
error_in(const struct xml_node *n, unsigned depth)
{
	const struct xml_node *c, *hit;

	if (str_caseeq(xml_attr(n, "status"), "Error") ||
	    str_caseeq(n->name, "Error") ||
	    str_caseeq(n->name, "ParameterError"))
		return n;
	for (c = n->child; depth > 0 && c != NULL; c = c->next)
		if ((hit = error_in(c, depth - 1)) != NULL)
			return hit;
	return NULL;
}

static enum err
refused(const struct xml_node *n, struct errinfo *ei)
{
	const char *why = xml_text(xml_child(n, "Reason"));
	char text[WHY_MAX];

	if (*why == '\0')
		why = xml_text(xml_child(n, "Description"));
	if (*why == '\0')
		why = xml_text(n);
	(void)str_copy(text, sizeof(text), why);
	return err_set(ei, ERR_DENIED, "%s",
	    str_has_control(text) || text[0] == '\0' ? "it says no reason"
						     : text);
}

static const struct xml_node *
find(const struct xml_node *n, const char *name, unsigned depth)
{
	const struct xml_node *c, *hit;

	if (str_eq(n->name, name))
		return n;
	for (c = n->child; depth > 0 && c != NULL; c = c->next)
		if ((hit = find(c, name, depth - 1)) != NULL)
			return hit;
	return NULL;
}

enum err
device_status_decode(
    struct msg_device_info *out, const char *p, size_t n, struct errinfo *ei)
{
	const struct xml_node *unit, *version;
	struct xml_doc *d;
	enum err e;

	if ((e = open_doc(&d, p, n, ei)) != ERR_OK)
		return e;
	unit = find(xml_root(d), "SystemUnit", 2);
	version = xml_path(unit, "Software/Version");
	if (!str_eq(xml_root(d)->name, "Status") || unit == NULL ||
	    *xml_text(version) == '\0') {
		e = err_set(ei, ERR_PROTO, "the answer names no software");
	} else {
		evidence_text(&out->product,
		    xml_text(xml_child(unit, "ProductId")), SHORT_MAX);
		evidence_text(&out->version, xml_text(version), SHORT_MAX);
	}
	xml_doc_free(d);
	return e;
}

enum err
device_list_decode(
    struct msg_device_info *out, const char *p, size_t n, struct errinfo *ei)
{
	const struct xml_node *list, *b;
	struct xml_doc *d;
	enum err e;

	if ((e = open_doc(&d, p, n, ei)) != ERR_OK)
		return e;
	out->bookings_n = 0;
	if ((b = error_in(xml_root(d), 2)) != NULL) {
		e = refused(b, ei);
	} else if ((list = find(xml_root(d), "BookingsListResult", 1)) ==
		   NULL) {
		e = err_set(ei, ERR_PROTO, "the answer holds no list");
	} else {
		for (b = xml_child(list, "Booking"); b != NULL;
		     b = xml_next(b, "Booking"))
			out->bookings_n++;
	}
	xml_doc_free(d);
	return e;
}

enum err
device_took_decode(const char *p, size_t n, struct errinfo *ei)
{
	const struct xml_node *bad;
	struct xml_doc *d;
	enum err e;
	size_t i;

	for (i = 0; i < n && strchr(" \t\r\n", p[i]) != NULL; i++)
		;
	if (i == n)
		return ERR_OK;
	if ((e = open_doc(&d, p, n, ei)) != ERR_OK)
		return e;
	if ((bad = error_in(xml_root(d), 3)) != NULL)
		e = refused(bad, ei);
	else if (str_caseeq(xml_root(d)->name, "html"))
		e = err_set(ei, ERR_PROTO, "the answer is a page for people");
	xml_doc_free(d);
	return e;
}
