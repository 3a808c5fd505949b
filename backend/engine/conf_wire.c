#include "backend/engine/conf_wire.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/confer.h"
#include "common/settings.h"
#include "common/str.h"

#define ID_MAX 512 /* as in ipc_msg.def */

static char *
field(const struct confer *c, const char *key)
{
	return (char *)(uintptr_t)confer_get(c, key);
}

/* -- Cisco TMS -- */

static enum err
ask_tms(const struct conf_wire_ask *q)
{
	struct msg_confer_job m = {0};

	m.via = q->via;
	m.type = (char *)(uintptr_t)q->svc->type->type;
	m.host = (char *)(uintptr_t)confer_host(q->svc);
	m.op = q->op;
	m.api = q->api;
	m.session = q->session;
	m.meeting = *q->meeting;
	/* Rooms are booked; people are the calendar's to invite. */
	memset(&m.meeting.invitees, 0, sizeof(m.meeting.invitees));
	return q->send(q->arg, IPC_CONFER, &m);
}

/* -- Webex -- */

/* A booking's number: that of the meeting, and behind a blank that of its
 * space. */
static enum err
split_id(const char *id, char meeting[ID_MAX + 1], char space[ID_MAX + 1])
{
	const char *at = strchr(id, ' ');
	size_t n = at == NULL ? strlen(id) : (size_t)(at - id);

	space[0] = '\0';
	if (n > ID_MAX || (at != NULL && !str_copy(space, ID_MAX + 1, at + 1)))
		return ERR_TOOBIG;
	memcpy(meeting, id, n);
	meeting[n] = '\0';
	return ERR_OK;
}

static enum err
book_webex(const struct conf_wire_ask *q, char *meeting, char *space)
{
	const struct msg_confer_meeting *in = q->meeting;
	struct msg_webex_book m = {0};

	m.ctx = q->webex;
	m.ctx.person = in->owner;
	m.key = in->key;
	m.meeting_id = meeting;
	m.in_space = in->in_space;
	m.space_id = space;
	m.since_s = in->since_s;
	m.title = in->subject;
	m.start_s = in->start_s;
	m.end_s = in->end_s;
	m.invitees = in->invitees;
	m.timezone = in->series.timezone;
	m.recurrence = in->series.rule;
	if (!in->in_space) {
		m.exceptions = in->series.exceptions;
		m.exceptions_n = in->series.exceptions_n;
	}
	return q->send(q->arg, IPC_WEBEX_BOOK, &m);
}

static enum err
end_webex(const struct conf_wire_ask *q, char *meeting, char *space)
{
	struct msg_webex_end m = {0};

	m.ctx = q->webex;
	m.ctx.person = q->meeting->owner;
	m.key = q->meeting->key;
	m.meeting_id = meeting;
	m.space_id = space;
	return q->send(q->arg, IPC_WEBEX_END, &m);
}

static enum err
ask_webex(const struct conf_wire_ask *q)
{
	char meeting[ID_MAX + 1] = "", space[ID_MAX + 1] = "";
	struct msg_webex_job m = {0};
	enum err e;

	if (q->meeting->remote_id != NULL &&
	    (e = split_id(q->meeting->remote_id, meeting, space)) != ERR_OK)
		return e;
	m.ctx = q->webex;
	m.ctx.person = field(q->svc, "test_account");
	switch (q->op) {
	case CONFER_ALIVE:
		return q->send(q->arg, IPC_WEBEX_TOKEN, &m);
	case CONFER_SITE:
		return q->send(q->arg, IPC_WEBEX_SITES, &m);
	case CONFER_ROOM:
		return q->send(q->arg, IPC_WEBEX_ROOM, &m);
	case CONFER_BOOK:
		return book_webex(q, meeting, space);
	case CONFER_CANCEL:
		return end_webex(q, meeting, space);
	default:
		return ERR_UNSUPPORTED;
	}
}

/* Its own text, or none; the other field is left empty. */
static void
move(char **to, char **from)
{
	mem_free(*to);
	*to = *from;
	*from = NULL;
}

static void
take_webex(struct msg_confer_result *r, struct msg_webex_booking *m)
{
	char id[ID_MAX + 1];

	r->ev = m->ev;
	memset(&m->ev, 0, sizeof(m->ev));
	move(&r->link, &m->join_url);
	move(&r->number, &m->number);
	move(&r->video, &m->sip);
	if (r->video != NULL && str_has_prefix(r->video, "sip:"))
		memmove(r->video, r->video + 4, strlen(r->video + 4) + 1);
	move(&r->pin, &m->video_password);
	if (m->space_id == NULL || m->space_id[0] == '\0') {
		move(&r->remote_id, &m->meeting_id);
	} else if ((size_t)snprintf(id, sizeof(id), "%s %s", m->meeting_id,
		       m->space_id) < sizeof(id)) {
		r->remote_id = xstrdup(id);
	}
}

static void
take_sites(struct msg_confer_result *r, struct msg_webex_sites *m,
    const struct confer *svc)
{
	r->ev = m->ev;
	memset(&m->ev, 0, sizeof(m->ev));
	r->yes = svc != NULL && strlist_has(&m->sites, confer_get(svc, "site"));
	r->names = m->sites;
	memset(&m->sites, 0, sizeof(m->sites));
	r->count = (uint32_t)r->names.n;
}

/* -- Cisco Meeting Server -- */

static enum err
ask_cms(const struct conf_wire_ask *q)
{
	const struct msg_confer_meeting *in = q->meeting;
	struct msg_cms_book book = {0};
	struct msg_cms_job job = {0};
	struct msg_cms_end end = {0};
	struct msg_cms_ctx ctx = {0};
	uint64_t port = 0;

	if (str_to_u64(confer_get(q->svc, "port"), 65535, &port) != ERR_OK)
		return ERR_ARG;
	ctx.via = q->via;
	ctx.host = (char *)(uintptr_t)confer_host(q->svc);
	ctx.port = (uint32_t)port;
	switch (q->op) {
	case CONFER_ALIVE:
		job.ctx = ctx;
		return q->send(q->arg, IPC_CMS_VERSION, &job);
	case CONFER_BOOK:
		book.ctx = ctx;
		book.key = in->key;
		book.space_id = in->remote_id;
		book.domain = field(q->svc, "domain");
		book.title = in->subject;
		return q->send(q->arg, IPC_CMS_BOOK, &book);
	case CONFER_CANCEL:
		end.ctx = ctx;
		end.key = in->key;
		end.space_id = in->remote_id;
		return q->send(q->arg, IPC_CMS_END, &end);
	default:
		return ERR_UNSUPPORTED;
	}
}

static void
take_cms(struct msg_confer_result *r, struct msg_cms_booking *m)
{
	r->ev = m->ev;
	memset(&m->ev, 0, sizeof(m->ev));
	move(&r->remote_id, &m->space_id);
	move(&r->video, &m->uri);
	move(&r->number, &m->call_id);
	move(&r->pin, &m->passcode);
}

static void
take_version(struct msg_confer_result *r, struct msg_cms_version *m)
{
	r->ev = m->ev;
	memset(&m->ev, 0, sizeof(m->ev));
	r->yes = true;
	if (m->version != NULL && strlist_add(&r->names, m->version) == ERR_OK)
		r->count = 1;
}

static void
take_evidence(struct msg_confer_result *r, struct msg_evidence *ev)
{
	r->ev = *ev;
	memset(ev, 0, sizeof(*ev));
	r->yes = true;
}

/* -- */

static const struct conf_wire wires[] = {
    {"tms", true, true, false, true, true, ask_tms},
    {"webex", false, false, true, false, false, ask_webex},
    {"cms", false, false, false, false, false, ask_cms},
};

const struct conf_wire *
conf_wire_find(const char *type)
{
	size_t i;

	for (i = 0; i < sizeof(wires) / sizeof(wires[0]); i++)
		if (str_eq(wires[i].type, type))
			return &wires[i];
	return NULL;
}

void
conf_wire_take(struct msg_confer_result *r, enum ipc_type t, void *msg,
    const struct confer *svc)
{
	switch (t) {
	case IPC_CONFER_DONE:
		*r = *(struct msg_confer_result *)msg;
		memset(msg, 0, sizeof(*r));
		break;
	case IPC_WEBEX_TOKEN_IS:
		take_evidence(r, &((struct msg_webex_token *)msg)->ev);
		break;
	case IPC_WEBEX_SITES_ARE:
		take_sites(r, msg, svc);
		break;
	case IPC_WEBEX_ROOM_IS:
	case IPC_WEBEX_BOOKED:
		take_webex(r, msg);
		break;
	case IPC_CMS_VERSION_IS:
		take_version(r, msg);
		break;
	case IPC_CMS_BOOKED:
		take_cms(r, msg);
		break;
	default:
		take_evidence(r, &((struct msg_outcome *)msg)->ev);
		break;
	}
}
