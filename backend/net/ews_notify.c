/* ews_notify.c - see ews_notify.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_notify.h"
#include "backend/net/ews_soap.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

/* Limits of the fields, as in ipc_msg.def. */
#define ID_MAX 2048
#define CHANGE_KEY_MAX 512
#define BAD_MAX 200

struct ews_notify {
	struct xml_stream *xml;
	ews_events_fn fn;
	void *arg;
	struct msg_ews_stream_end *end;
	bool closed; /* ConnectionStatus said so: a good end */
};

enum err
ews_stream_encode(struct buf *out, const struct msg_ews_stream_job *j)
{
	struct xml_writer w = XML_WRITER(out);
	char minutes[16];
	size_t i;

	if (j->minutes < 1 || j->minutes > EWS_STREAM_MINUTES_MAX ||
	    j->subscriptions.n == 0)
		return ERR_ARG;
	(void)snprintf(minutes, sizeof(minutes), "%u", (unsigned)j->minutes);
	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w, "<m:GetStreamingEvents><m:SubscriptionIds>");
	for (i = 0; i < j->subscriptions.n; i++)
		xml_put_elem(&w, "t:SubscriptionId", j->subscriptions.v[i]);
	xml_put_raw(&w, "</m:SubscriptionIds>");
	xml_put_elem(&w, "m:ConnectionTimeout", minutes);
	xml_put_raw(&w, "</m:GetStreamingEvents>");
	ews_close(&w);
	return w.e;
}

/* "Created" for <t:CreatedEvent>; NULL for what is no change of an item. */
static const char *
kind_of(const struct xml_node *ev)
{
	static const struct {
		const char *element, *kind;
	} rows[] = {
	    {"CreatedEvent", "Created"},
	    {"ModifiedEvent", "Modified"},
	    {"DeletedEvent", "Deleted"},
	    {"MovedEvent", "Moved"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(ev->name, rows[i].element) == 0)
			return rows[i].kind;
	return NULL;
}

/* Events about the folder itself come with each about an item, and say
 * nothing more. */
static enum err
take_event(const struct xml_node *ev, const char *subscription,
    struct msg_ews_events *to, size_t *missed)
{
	const struct xml_node *id = xml_child(ev, "ItemId");
	const char *kind = kind_of(ev);
	struct msg_ews_event *e = &to->events[to->events_n];

	if (kind == NULL || id == NULL)
		return ERR_OK;
	if (*xml_attr(id, "Id") == '\0' ||
	    evidence_id(&e->item_id, xml_attr(id, "Id"), ID_MAX) != ERR_OK ||
	    evidence_id(&e->change_key, xml_attr(id, "ChangeKey"),
		CHANGE_KEY_MAX) != ERR_OK ||
	    evidence_id(&e->subscription, subscription, ID_MAX) != ERR_OK) {
		(*missed)++;
		msg_ews_event_free(e);
		return ERR_OK;
	}
	if ((e->kind = try_strdup(kind)) == NULL) {
		msg_ews_event_free(e);
		return ERR_NOMEM;
	}
	to->events_n++;
	return ERR_OK;
}

static void
flush(struct ews_notify *n, struct msg_ews_events *events)
{
	struct msg_ews_event *space = events->events;
	size_t i;

	n->fn(n->arg, events);
	for (i = 0; i < events->events_n; i++)
		msg_ews_event_free(&events->events[i]);
	events->events = space;
	events->events_n = 0;
}

static enum err
take_events(struct ews_notify *n, const struct xml_node *list, size_t *missed)
{
	struct msg_ews_events out = {0};
	const struct xml_node *note, *ev;
	const char *sub;
	enum err e = ERR_OK;

	out.events = try_alloc(EWS_NOTIFY_EVENTS_MAX * sizeof(*out.events));
	if (out.events == NULL)
		return ERR_NOMEM;
	for (note = xml_child(list, "Notification"); note != NULL;
	     note = xml_next(note, "Notification")) {
		sub = xml_text(xml_child(note, "SubscriptionId"));
		for (ev = xml_child(note, NULL); ev != NULL; ev = ev->next) {
			e = take_event(ev, sub, &out, missed);
			if (e != ERR_OK)
				goto out;
			if (out.events_n == EWS_NOTIFY_EVENTS_MAX)
				flush(n, &out);
		}
	}
	flush(n, &out);
out:
	msg_ews_events_free(&out);
	return e;
}

static enum err
take_bad(struct ews_notify *n, const struct xml_node *list)
{
	const struct xml_node *id = xml_child(list, "SubscriptionId");
	const char *text;
	enum err e;

	for (; id != NULL; id = xml_next(id, "SubscriptionId")) {
		text = xml_text(id);
		if (*text == '\0' || strlen(text) > ID_MAX ||
		    n->end->bad.n >= BAD_MAX)
			continue;
		if ((e = strlist_add(&n->end->bad, text)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
take_message(struct ews_notify *n, const struct xml_node *msg)
{
	struct msg_evidence *ev = &n->end->ev;
	const struct xml_node *bad = xml_child(msg, "ErrorSubscriptionIds");
	const char *status = xml_text(xml_child(msg, "ConnectionStatus"));
	size_t missed = 0;
	enum err e;

	e = take_events(n, xml_child(msg, "Notifications"), &missed);
	if (e == ERR_OK)
		e = take_bad(n, bad);
	if (e != ERR_OK)
		return e;
	if (missed > 0) {
		evidence_fail(ev, "content-unexpected",
		    "%zu notifications hold no usable item id", missed);
		return ERR_PROTO;
	}
	if (bad != NULL) {
		evidence_fail(ev, "ews-subscription",
		    "the server no longer knows %zu of the subscriptions",
		    n->end->bad.n);
		return ERR_NOTFOUND;
	}
	if (strcmp(status, "Closed") == 0) {
		n->closed = true;
		return ERR_CANCELLED; /* the stream's own good end */
	}
	return ERR_OK;
}

static enum err
on_doc(void *arg, const struct xml_doc *doc)
{
	struct ews_notify *n = arg;
	const struct xml_node *msg = NULL;
	enum err e;

	e = ews_reply_of(&msg, "GetStreamingEvents", doc, &n->end->ev);
	if (e != ERR_OK) {
		/* The dead ids stand beside the error. */
		if (msg != NULL)
			(void)!take_bad(
			    n, xml_child(msg, "ErrorSubscriptionIds"));
		return e;
	}
	for (; msg != NULL; msg = msg->next)
		if ((e = take_message(n, msg)) != ERR_OK)
			return e;
	return ERR_OK;
}

enum err
ews_notify_new(struct ews_notify **out, ews_events_fn fn, void *arg,
    struct msg_ews_stream_end *end)
{
	struct ews_notify *n = try_alloc(sizeof(*n));
	enum err e;

	if (n == NULL)
		return ERR_NOMEM;
	e = xml_stream_new(&n->xml, EWS_NOTIFY_ENVELOPE_MAX, on_doc, n);
	if (e != ERR_OK) {
		mem_free(n);
		return e;
	}
	n->fn = fn;
	n->arg = arg;
	n->end = end;
	*out = n;
	return ERR_OK;
}

bool
ews_notify_feed(struct ews_notify *n, const char *p, size_t len)
{
	struct errinfo ei;
	enum err e = xml_stream_feed(n->xml, p, len, &ei);

	if (e == ERR_OK)
		return true;
	if (!n->closed)
		evidence_fail_err(&n->end->ev, e, ei.text);
	return false;
}

void
ews_notify_end(struct ews_notify *n)
{
	struct errinfo ei;

	if (n->closed || evidence_failed(&n->end->ev))
		return;
	if (xml_stream_end(n->xml, &ei) != ERR_OK)
		evidence_fail(&n->end->ev, "content-xml", "%s", ei.text);
	else
		evidence_fail(&n->end->ev, "connection-closed",
		    "the server closed the stream without saying so");
}

void
ews_notify_free(struct ews_notify *n)
{
	if (n == NULL)
		return;
	xml_stream_free(n->xml);
	mem_free(n);
}
