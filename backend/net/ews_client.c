/* ews_client.c - see ews_client.h. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_client.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_soap.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"

/* Limits of the fields, as in ipc_msg.def. */
#define ID_MAX 2048
#define CHANGE_KEY_MAX 512
#define SYNC_STATE_MAX 1048576
/* A well-formed request needs some mailbox and some id; neither exists. */
#define PROBE_MAILBOX "connection.test@calconn.invalid"
#define PROBE_ID "AAAAAA=="

#define TIME_END INT64_C(253402300799) /* the last second of the year 9999 */

#define CALENDAR "<t:DistinguishedFolderId Id=\"calendar\"/>"
/* What is enough to know which ones are over. */
#define SHAPE                                                  \
	"<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape>"       \
	"<t:AdditionalProperties>"                             \
	"<t:FieldURI FieldURI=\"calendar:End\"/>"              \
	"<t:FieldURI FieldURI=\"calendar:CalendarItemType\"/>" \
	"</t:AdditionalProperties></m:ItemShape>"

static const char *
text_or_empty(const char *s)
{
	return s == NULL ? "" : s;
}

enum err
ews_probe_encode(struct buf *out, const struct msg_ews_job *j)
{
	struct xml_writer w = XML_WRITER(out);
	const char *box = text_or_empty(j->ctx.anchor);

	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w,
	    "<m:ConvertId DestinationFormat=\"EntryId\"><m:SourceIds>"
	    "<t:AlternateId Format=\"EwsId\" Id=\"" PROBE_ID "\"");
	xml_put_attr(&w, "Mailbox", *box == '\0' ? PROBE_MAILBOX : box);
	xml_put_raw(&w, "/></m:SourceIds></m:ConvertId>");
	ews_close(&w);
	return w.e;
}

static bool
is_of_the_mailbox(const char *failure)
{
	static const char *const names[] = {"ews-error", "ews-not-found",
	    "ews-denied", "ews-not-primary", "ews-quota", "ews-store-down",
	    "ews-moving"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(failure, names[i]) == 0)
			return true;
	return false;
}

/* That the id or the mailbox is not known was to be expected: who is told so
 * has been let in.  Any other fault, or error, is one. */
void
ews_probe_decode(const char *p, size_t n, struct msg_ews_result *r)
{
	struct ews_reply reply;
	const char *f;

	if (ews_reply_open(&reply, "ConvertId", p, n, &r->ev) != ERR_OK) {
		f = text_or_empty(r->ev.failure);
		if (strcmp(f, "ews-no-mailbox") == 0 ||
		    (reply.message != NULL && is_of_the_mailbox(f)))
			evidence_forgive(&r->ev);
	}
	ews_reply_close(&reply);
}

enum err
ews_calendar_encode(struct buf *out, const struct msg_ews_job *j)
{
	struct xml_writer w = XML_WRITER(out);

	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w,
	    "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape>"
	    "</m:FolderShape><m:FolderIds>" CALENDAR
	    "</m:FolderIds></m:GetFolder>");
	ews_close(&w);
	return w.e;
}

/* An Id and ChangeKey pair of <t:ItemId> or <t:FolderId>. */
static enum err
take_id(const struct xml_node *n, char **id, char **change_key)
{
	enum err e;

	if (n == NULL || *xml_attr(n, "Id") == '\0')
		return ERR_PROTO;
	if ((e = evidence_id(id, xml_attr(n, "Id"), ID_MAX)) != ERR_OK)
		return e;
	return evidence_id(
	    change_key, xml_attr(n, "ChangeKey"), CHANGE_KEY_MAX);
}

static void
fail_content(struct msg_evidence *ev, const char *what)
{
	evidence_fail(
	    ev, "content-unexpected", "the answer holds no usable %s", what);
}

void
ews_calendar_decode(const char *p, size_t n, struct msg_ews_result *r)
{
	struct ews_reply reply;
	const struct xml_node *folder;

	if (ews_reply_open(&reply, "GetFolder", p, n, &r->ev) == ERR_OK) {
		folder = xml_child(xml_child(reply.message, "Folders"), NULL);
		if (take_id(xml_child(folder, "FolderId"), &r->id,
			&r->change_key) != ERR_OK)
			fail_content(&r->ev, "folder id");
	}
	ews_reply_close(&reply);
}

enum err
ews_subscribe_encode(struct buf *out, const struct msg_ews_job *j)
{
	struct xml_writer w = XML_WRITER(out);

	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w,
	    "<m:Subscribe><m:StreamingSubscriptionRequest>"
	    "<t:FolderIds>" CALENDAR "</t:FolderIds><t:EventTypes>"
	    "<t:EventType>CreatedEvent</t:EventType>"
	    "<t:EventType>DeletedEvent</t:EventType>"
	    "<t:EventType>ModifiedEvent</t:EventType>"
	    "<t:EventType>MovedEvent</t:EventType>"
	    "</t:EventTypes></m:StreamingSubscriptionRequest></m:Subscribe>");
	ews_close(&w);
	return w.e;
}

void
ews_subscribe_decode(const char *p, size_t n, struct msg_ews_result *r)
{
	struct ews_reply reply;
	const char *id;

	if (ews_reply_open(&reply, "Subscribe", p, n, &r->ev) == ERR_OK) {
		id = xml_text(xml_child(reply.message, "SubscriptionId"));
		if (*id == '\0' || evidence_id(&r->id, id, ID_MAX) != ERR_OK)
			fail_content(&r->ev, "subscription id");
	}
	ews_reply_close(&reply);
}

enum err
ews_unsubscribe_encode(struct buf *out, const struct msg_ews_job *j)
{
	struct xml_writer w = XML_WRITER(out);

	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w, "<m:Unsubscribe>");
	xml_put_elem(&w, "m:SubscriptionId", text_or_empty(j->id));
	xml_put_raw(&w, "</m:Unsubscribe>");
	ews_close(&w);
	return w.e;
}

void
ews_unsubscribe_decode(const char *p, size_t n, struct msg_ews_result *r)
{
	struct ews_reply reply;

	if (ews_reply_open(&reply, "Unsubscribe", p, n, &r->ev) != ERR_OK &&
	    !evidence_failed(&r->ev))
		fail_content(&r->ev, "answer");
	ews_reply_close(&reply);
}

enum err
ews_sync_encode(struct buf *out, const struct msg_ews_sync_job *j)
{
	struct xml_writer w = XML_WRITER(out);
	const char *state = text_or_empty(j->sync_state);
	char max[16];

	if (j->max < 1 || j->max > EWS_SYNC_CHANGES_MAX)
		return ERR_ARG;
	(void)snprintf(max, sizeof(max), "%u", (unsigned)j->max);
	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w, "<m:SyncFolderItems>" SHAPE "<m:SyncFolderId>" CALENDAR
			"</m:SyncFolderId>");
	if (*state != '\0')
		xml_put_elem(&w, "m:SyncState", state);
	xml_put_elem(&w, "m:MaxChangesReturned", max);
	xml_put_raw(&w, "</m:SyncFolderItems>");
	ews_close(&w);
	return w.e;
}

/* One that cannot be read is as one that was not told: it is looked at. */
static void
take_end(const struct xml_node *item, struct msg_ews_change *c)
{
	const char *kind = xml_text(xml_child(item, "CalendarItemType"));

	if (ews_time_parse(xml_text(xml_child(item, "End")), &c->end_s) !=
	    ERR_OK)
		c->end_s = 0;
	c->is_series = strcmp(kind, "Single") != 0;
}

/* <t:Create><t:CalendarItem><t:ItemId/>, <t:Delete><t:ItemId/>; what is not
 * about an item's content (ReadFlagChange) is passed over. */
static enum err
take_change(const struct xml_node *n, struct msg_ews_change *c, bool *taken)
{
	static const char *const kinds[] = {"Create", "Update", "Delete"};
	const struct xml_node *id, *item = n;
	unsigned i;

	*taken = false;
	for (i = 0; i < 3; i++)
		if (strcmp(n->name, kinds[i]) == 0)
			break;
	if (i == 3)
		return ERR_OK;
	id = xml_child(n, "ItemId");
	if (id == NULL)
		id = xml_child(item = xml_child(n, NULL), "ItemId");
	take_end(item, c);
	if ((c->kind = try_strdup(kinds[i])) == NULL)
		return ERR_NOMEM;
	*taken = true;
	return take_id(id, &c->item_id, &c->change_key);
}

static enum err
take_changes(const struct xml_node *list, struct msg_ews_sync_result *r)
{
	const struct xml_node *n;
	size_t count = 0;
	bool taken;
	enum err e;

	for (n = xml_child(list, NULL); n != NULL; n = n->next)
		count++;
	if (count > EWS_SYNC_CHANGES_MAX)
		return ERR_TOOBIG;
	if (count == 0)
		return ERR_OK;
	if ((r->changes = try_alloc(count * sizeof(*r->changes))) == NULL)
		return ERR_NOMEM;
	for (n = xml_child(list, NULL); n != NULL; n = n->next) {
		e = take_change(n, &r->changes[r->changes_n], &taken);
		if (taken)
			r->changes_n++;
		else if (e != ERR_OK)
			msg_ews_change_free(&r->changes[r->changes_n]);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

void
ews_sync_decode(const char *p, size_t n, struct msg_ews_sync_result *r)
{
	struct ews_reply reply;
	const char *state, *last;

	if (ews_reply_open(&reply, "SyncFolderItems", p, n, &r->ev) != ERR_OK)
		goto out;
	state = xml_text(xml_child(reply.message, "SyncState"));
	last = xml_text(xml_child(reply.message, "IncludesLastItemInRange"));
	if (*state == '\0' ||
	    evidence_id(&r->sync_state, state, SYNC_STATE_MAX) != ERR_OK) {
		fail_content(&r->ev, "sync state");
		goto out;
	}
	r->last = strcmp(last, "true") == 0 || strcmp(last, "1") == 0;
	if (take_changes(xml_child(reply.message, "Changes"), r) != ERR_OK)
		fail_content(&r->ev, "list of changes");
out:
	ews_reply_close(&reply);
}

static void
put_limit(struct xml_writer *w, const char *test, const char *field, int64_t t)
{
	char text[CLOCK_TEXT_MAX];

	clock_iso(t, text);
	xml_put_raw(w, test);
	xml_put_raw(w, "<t:FieldURI");
	xml_put_attr(w, "FieldURI", field);
	xml_put_raw(w, "/><t:FieldURIOrConstant><t:Constant");
	xml_put_attr(w, "Value", text);
	xml_put_raw(w, "/></t:FieldURIOrConstant>");
}

enum err
ews_newest_encode(struct buf *out, const struct msg_ews_newest_job *j)
{
	struct xml_writer w = XML_WRITER(out);
	char max[16];

	if (j->max < 1 || j->max > EWS_SYNC_CHANGES_MAX || j->from_s < 0 ||
	    j->to_s <= j->from_s || j->to_s > TIME_END)
		return ERR_ARG;
	(void)snprintf(max, sizeof(max), "%u", (unsigned)j->max);
	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w, "<m:FindItem Traversal=\"Shallow\">" SHAPE
			"<m:IndexedPageItemView");
	xml_put_attr(&w, "MaxEntriesReturned", max);
	xml_put_raw(&w, " Offset=\"0\" BasePoint=\"Beginning\"/>"
			"<m:Restriction><t:And>");
	put_limit(&w, "<t:IsGreaterThan>", "calendar:End", j->from_s);
	xml_put_raw(&w, "</t:IsGreaterThan>");
	put_limit(&w, "<t:IsLessThan>", "calendar:Start", j->to_s);
	xml_put_raw(&w,
	    "</t:IsLessThan></t:And></m:Restriction><m:SortOrder>"
	    "<t:FieldOrder Order=\"Descending\"><t:FieldURI "
	    "FieldURI=\"item:LastModifiedTime\"/></t:FieldOrder></m:SortOrder>"
	    "<m:ParentFolderIds>" CALENDAR "</m:ParentFolderIds></m:FindItem>");
	ews_close(&w);
	return w.e;
}

static enum err
take_found(const struct xml_node *list, struct msg_ews_sync_result *r)
{
	const struct xml_node *n;
	struct msg_ews_change *c;
	size_t count = 0;
	enum err e;

	for (n = xml_child(list, NULL); n != NULL; n = n->next)
		count++;
	if (count > EWS_SYNC_CHANGES_MAX)
		return ERR_TOOBIG;
	if (count == 0)
		return ERR_OK;
	if ((r->changes = try_alloc(count * sizeof(*r->changes))) == NULL)
		return ERR_NOMEM;
	for (n = xml_child(list, NULL); n != NULL; n = n->next) {
		c = &r->changes[r->changes_n++];
		take_end(n, c);
		if ((c->kind = try_strdup("Update")) == NULL)
			return ERR_NOMEM;
		e = take_id(
		    xml_child(n, "ItemId"), &c->item_id, &c->change_key);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

void
ews_newest_decode(const char *p, size_t n, struct msg_ews_sync_result *r)
{
	struct ews_reply reply;
	const struct xml_node *root;

	if (ews_reply_open(&reply, "FindItem", p, n, &r->ev) == ERR_OK) {
		root = xml_child(reply.message, "RootFolder");
		if (root == NULL ||
		    take_found(xml_child(root, "Items"), r) != ERR_OK)
			fail_content(&r->ev, "list of meetings");
	}
	ews_reply_close(&reply);
}
