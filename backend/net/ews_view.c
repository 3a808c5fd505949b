/* ews_view.c - see ews_view.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_soap.h"
#include "backend/net/ews_view.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"

/* Limits of the fields, as in ipc_msg.def. */
#define TEXT_MAX 512
#define UID_MAX 512
#define ID_MAX 2048
#define KEY_MAX 512
#define ORGANIZER_MAX 254
#define KIND_MAX 32
#define TIME_END INT64_C(253402300799) /* the last second of the year 9999 */

static const char *const fields[] = {"item:Subject", "item:Sensitivity",
    "calendar:Start", "calendar:End", "calendar:Location", "calendar:UID",
    "calendar:CalendarItemType", "calendar:IsCancelled", "calendar:Organizer",
    "calendar:IsAllDayEvent"};

enum err
ews_view_encode(struct buf *out, const struct msg_ews_view_job *j)
{
	struct xml_writer w = XML_WRITER(out);
	char from[CLOCK_TEXT_MAX], to[CLOCK_TEXT_MAX], max[16];
	size_t i;

	if (j->max < 1 || j->max > EWS_VIEW_MAX || j->from_s < 0 ||
	    j->to_s <= j->from_s || j->to_s > TIME_END)
		return ERR_ARG;
	clock_iso(j->from_s, from);
	clock_iso(j->to_s, to);
	(void)snprintf(max, sizeof(max), "%u", (unsigned)j->max);
	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w,
	    "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>IdOnly"
	    "</t:BaseShape><t:AdditionalProperties>");
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		xml_put_raw(&w, "<t:FieldURI");
		xml_put_attr(&w, "FieldURI", fields[i]);
		xml_put_raw(&w, "/>");
	}
	xml_put_raw(&w, "</t:AdditionalProperties></m:ItemShape>"
			"<m:CalendarView");
	xml_put_attr(&w, "MaxEntriesReturned", max);
	xml_put_attr(&w, "StartDate", from);
	xml_put_attr(&w, "EndDate", to);
	xml_put_raw(&w, "/><m:ParentFolderIds><t:DistinguishedFolderId "
			"Id=\"calendar\"/></m:ParentFolderIds></m:FindItem>");
	ews_close(&w);
	return w.e;
}

static bool
is_true(const struct xml_node *n, const char *name)
{
	const char *s = xml_text(xml_child(n, name));

	return strcmp(s, "true") == 0 || strcmp(s, "1") == 0;
}

/* FindItem tells an organizer's name, and the address not always. */
static const char *
organizer_of(const struct xml_node *n)
{
	const struct xml_node *box = xml_path(n, "Organizer/Mailbox");
	const char *name = xml_text(xml_child(box, "Name"));

	return *name != '\0' ? name : xml_text(xml_child(box, "EmailAddress"));
}

static enum err
take_one(const struct xml_node *n, struct msg_ews_view_item *r)
{
	const struct xml_node *id = xml_child(n, "ItemId");
	const char *sens = xml_text(xml_child(n, "Sensitivity"));

	if (ews_time_parse(xml_text(xml_child(n, "Start")), &r->start_s) !=
		ERR_OK ||
	    ews_time_parse(xml_text(xml_child(n, "End")), &r->end_s) != ERR_OK)
		return ERR_PROTO;
	/* One that is too long cannot be asked about, and need not be. */
	if (evidence_id(&r->item_id, xml_attr(id, "Id"), ID_MAX) != ERR_OK ||
	    evidence_id(&r->change_key, xml_attr(id, "ChangeKey"), KEY_MAX) !=
		ERR_OK)
		evidence_text(&r->item_id, "", ID_MAX);
	/* Better one too many than one that somebody meant to keep. */
	r->is_private = *sens != '\0' && strcmp(sens, "Normal") != 0 &&
			strcmp(sens, "Personal") != 0;
	if (!r->is_private) {
		evidence_text(
		    &r->subject, xml_text(xml_child(n, "Subject")), TEXT_MAX);
		evidence_text(
		    &r->location, xml_text(xml_child(n, "Location")), TEXT_MAX);
	}
	evidence_text(&r->uid, xml_text(xml_child(n, "UID")), UID_MAX);
	evidence_text(
	    &r->kind, xml_text(xml_child(n, "CalendarItemType")), KIND_MAX);
	evidence_text(&r->organizer, organizer_of(n), ORGANIZER_MAX);
	r->is_cancelled = is_true(n, "IsCancelled");
	r->is_all_day = is_true(n, "IsAllDayEvent");
	return ERR_OK;
}

static enum err
take_all(const struct xml_node *list, struct msg_ews_view *r)
{
	const struct xml_node *n;
	size_t count = 0;
	enum err e;

	for (n = xml_child(list, "CalendarItem"); n != NULL;
	     n = xml_next(n, "CalendarItem"))
		count++;
	if (count > EWS_VIEW_MAX)
		return ERR_TOOBIG;
	if (count == 0)
		return ERR_OK;
	if ((r->items = try_alloc(count * sizeof(*r->items))) == NULL)
		return ERR_NOMEM;
	for (n = xml_child(list, "CalendarItem"); n != NULL;
	     n = xml_next(n, "CalendarItem")) {
		e = take_one(n, &r->items[r->items_n++]);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

void
ews_view_decode(const char *p, size_t n, struct msg_ews_view *r)
{
	const struct xml_node *root;
	struct ews_reply reply;
	const char *last;

	if (ews_reply_open(&reply, "FindItem", p, n, &r->ev) != ERR_OK)
		goto out;
	root = xml_child(reply.message, "RootFolder");
	last = xml_attr(root, "IncludesLastItemInRange");
	r->is_cut = strcmp(last, "false") == 0 || strcmp(last, "0") == 0;
	if (root == NULL || take_all(xml_child(root, "Items"), r) != ERR_OK)
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer holds no usable list of meetings");
out:
	ews_reply_close(&reply);
}
