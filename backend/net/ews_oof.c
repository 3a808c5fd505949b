/* ews_oof.c - see ews_oof.h. */
#include "config.h"

#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/ews_item.h"
#include "backend/net/ews_oof.h"
#include "backend/net/ews_soap.h"
#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/ipc.h"

#define STATE_MAX 16 /* as in ipc_msg.def */

enum err
ews_oof_encode(struct buf *out, const struct msg_ews_job *j)
{
	struct xml_writer w = XML_WRITER(out);
	const char *box = j->ctx.mailbox == NULL ? "" : j->ctx.mailbox;

	ews_open(&w, j->ctx.mailbox);
	xml_put_raw(&w, "<m:GetUserOofSettingsRequest><t:Mailbox>");
	xml_put_elem(&w, "t:Address", box);
	xml_put_raw(&w, "</t:Mailbox></m:GetUserOofSettingsRequest>");
	ews_close(&w);
	return w.e;
}

static enum err
take_state(const struct xml_node *settings, struct msg_ews_oof *r)
{
	static const struct {
		const char *theirs, *ours;
	} states[] = {
	    {"Disabled", "off"}, {"Enabled", "on"}, {"Scheduled", "scheduled"}};
	const char *said = xml_text(xml_child(settings, "OofState"));
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].theirs, said) == 0)
			return evidence_id(
			    &r->state, states[i].ours, STATE_MAX);
	return ERR_PROTO;
}

void
ews_oof_decode(const char *p, size_t n, struct msg_ews_oof *r)
{
	const struct xml_node *settings, *span;
	struct ews_reply reply;

	if (ews_reply_open(&reply, "GetUserOofSettings", p, n, &r->ev) !=
	    ERR_OK)
		goto out;
	/* Beside the response message, not in it. */
	settings = xml_child(reply.message->parent, "OofSettings");
	span = xml_child(settings, "Duration");
	if (take_state(settings, r) != ERR_OK ||
	    (strcmp(r->state, "scheduled") == 0 &&
		(ews_time_parse(xml_text(xml_child(span, "StartTime")),
		     &r->start_s) != ERR_OK ||
		    ews_time_parse(xml_text(xml_child(span, "EndTime")),
			&r->end_s) != ERR_OK)))
		evidence_fail(&r->ev, "content-unexpected",
		    "the answer holds no usable out-of-office state");
out:
	ews_reply_close(&reply);
}
