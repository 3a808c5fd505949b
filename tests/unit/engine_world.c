#include "tests/unit/engine_world.h"
#include "tests/unit/engine_world_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/api.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/store_admin.h"
#include "common/str.h"

/* -- items -- */

static size_t
index_of(const struct world *w, const struct world_item *it)
{
	return (size_t)(it - w->items);
}

static struct world_item *
item_of(struct world *w, const char *id)
{
	size_t i;

	if (sscanf(id, "item%zu", &i) != 1 || i >= w->items_n)
		return NULL;
	return &w->items[i];
}

static struct world_sub *
sub_of(struct world *w, const char *mailbox, size_t from)
{
	size_t i;

	for (i = from; i < w->subs_n; i++)
		if (w->subs[i].live && strcmp(w->subs[i].mailbox, mailbox) == 0)
			return &w->subs[i];
	return NULL;
}

static struct world_stream *
stream_of(struct world *w, const char *sub_id)
{
	size_t i;

	for (i = 0; i < WORLD_STREAMS_MAX; i++)
		if (w->streams[i].open &&
		    strlist_has(&w->streams[i].subs, sub_id))
			return &w->streams[i];
	return NULL;
}

static void
send_to(struct world *w, struct world_stream *st, struct world_sub *s,
    const struct world_item *it, const char *kind)
{
	struct msg_ews_event ev = {0};
	struct msg_ews_events m = {&ev, 1};
	char id[32], key[32];

	if (st->net->c == NULL)
		return; /* it dies of what has made the event */
	snprintf(id, sizeof(id), "item%zu", index_of(w, it));
	snprintf(key, sizeof(key), "key%u", it->version);
	ev.subscription = s->id;
	ev.kind = (char *)(uintptr_t)kind;
	ev.item_id = id;
	ev.change_key = key;
	assert_int_equal(
	    ipc_conn_send(st->net->c, IPC_EWS_EVENTS, st->id, &m, -1), ERR_OK);
}

/* As Exchange does, a new subscription keeps its events until somebody
 * listens. */
static void
send_event(struct world *w, struct world_item *it, const char *kind)
{
	struct world_sub *s = NULL;
	struct world_stream *st;
	size_t from = 0;

	while ((s = sub_of(w, it->mailbox, from)) != NULL) {
		from = (size_t)(s - w->subs) + 1;
		if (w->no_events)
			continue;
		if ((st = stream_of(w, s->id)) != NULL)
			send_to(w, st, s, it, kind);
		else if (!s->was_heard && s->waiting_n < WORLD_WAITING_MAX)
			s->waiting[s->waiting_n++] = index_of(w, it);
	}
}

static void
send_waiting(struct world *w, struct world_stream *st)
{
	struct world_sub *s;
	size_t i, k;

	if (!st->open || st->net->c == NULL)
		return; /* it died of the answer */
	for (k = 0; k < w->subs_n; k++) {
		s = &w->subs[k];
		if (!s->live || !strlist_has(&st->subs, s->id))
			continue;
		s->was_heard = true;
		for (i = 0; i < s->waiting_n; i++)
			send_to(w, st, s, &w->items[s->waiting[i]], "Created");
		s->waiting_n = 0;
	}
}

static void
changed(struct world *w, struct world_item *it, const char *kind)
{
	assert_in_range(w->log_n, 0, WORLD_ITEMS_MAX * 8 - 1);
	w->log[w->log_n++] = index_of(w, it);
	send_event(w, it, kind);
}

size_t
world_make(
    struct world *w, const char *who, const char *location, const char *body)
{
	struct world_item *it = &w->items[w->items_n];

	assert_in_range(w->items_n, 0, WORLD_ITEMS_MAX - 1);
	w->items_n++;
	snprintf(it->mailbox, sizeof(it->mailbox), "%s@" WORLD_MAIL, who);
	snprintf(it->location, sizeof(it->location), "%s", location);
	it->body = xstrdup(body);
	it->version = 1;
	it->end_s = clock_wall_s() + 3600;
	changed(w, it, "Created");
	return index_of(w, it);
}

void
world_touch(struct world *w, size_t item)
{
	w->items[item].version++;
	changed(w, &w->items[item], "Modified");
}

/* -- a net worker -- */

static void
fill_evidence(struct msg_evidence *ev, struct world *w)
{
	ev->code = (uint32_t)w->failure_code;
	ev->failure = xstrdup(w->failure);
	ev->detail = xstrdup("as the test wants");
	ev->backoff_ms = w->backoff_ms;
	if (w->soap_code != NULL)
		ev->soap_code = xstrdup(w->soap_code);
	if (w->auth_tried != NULL)
		ev->auth_tried = xstrdup(w->auth_tried);
}

static void
answer(struct world_net *n, enum ipc_type t, uint64_t id, void *msg)
{
	if (n->c != NULL)
		assert_int_equal(ipc_conn_send(n->c, t, id, msg, -1), ERR_OK);
	ipc_free(t, msg);
}

static const char *
account_of(const struct world *w, uint64_t cred_id)
{
	return w->accounts[cred_id % WORLD_CREDS_MAX];
}

static void
on_unsubscribe(struct world *w, const char *id)
{
	size_t i;

	for (i = 0; i < w->subs_n; i++)
		if (strcmp(w->subs[i].id, id) == 0)
			w->subs[i].live = false;
}

/* Webex gives another refresh token with each access token. */
static void
on_webex(struct world_net *n, uint64_t id, const void *msg, bool fail)
{
	const struct msg_webex_job *m = msg;
	struct msg_webex_token r = {0};
	struct msg_webex_box box = {.cred_id = m->ctx.via.cred_id};

	if (fail) {
		fill_evidence(&r.ev, n->w);
	} else {
		box.box.p = (unsigned char *)xstrdup("fresh box");
		box.box.n = sizeof "fresh box";
		answer(n, IPC_WEBEX_BOX, 0, &box);
		r.scopes = xstrdup(
		    n->w->webex_scopes == NULL ? "" : n->w->webex_scopes);
		r.access_until_s = clock_wall_s() + 7200;
		r.refresh_until_s = r.access_until_s + n->w->webex_left_s;
	}
	answer(n, IPC_WEBEX_TOKEN_IS, id, &r);
}

static void
on_subscribe(
    struct world_net *n, uint64_t id, const struct msg_ews_job *m, bool fail)
{
	struct world *w = n->w;
	struct msg_ews_result r = {0};
	struct world_sub *s;

	if (fail) {
		fill_evidence(&r.ev, w);
	} else {
		assert_in_range(w->subs_n, 0, WORLD_SUBS_MAX - 1);
		s = &w->subs[w->subs_n];
		snprintf(s->id, sizeof(s->id), "sub%zu", w->subs_n++);
		snprintf(s->mailbox, sizeof(s->mailbox), "%s", m->ctx.mailbox);
		(void)str_copy(s->account, sizeof(s->account),
		    account_of(w, m->ctx.via.cred_id));
		(void)str_copy(s->anchor, sizeof(s->anchor), m->ctx.anchor);
		(void)str_copy(s->url, sizeof(s->url), m->ctx.url);
		s->live = true;
		r.id = xstrdup(s->id);
		r.cookie = xstrdup(s->anchor); /* names the server */
	}
	answer(n, IPC_EWS_SUBSCRIBED, id, &r);
}

static void
end_stream(struct world_stream *st, struct msg_ews_stream_end *end)
{
	st->open = false;
	answer(st->net, IPC_EWS_STREAM_END, st->id, end);
	strlist_clear(&st->subs);
}

/* Only the server that the subscription was made at knows it. */
static bool
is_known(const struct world_sub *s, const struct msg_ews_ctx *ctx)
{
	return s->live && strcmp(s->anchor, ctx->anchor) == 0 &&
	       strcmp(s->anchor, ctx->cookie) == 0;
}

static void
on_stream(
    struct world_net *n, uint64_t id, struct msg_ews_stream_job *m, bool fail)
{
	struct world *w = n->w;
	struct msg_ews_stream_end end = {{0}, {NULL, 0}};
	struct msg_ews_events beat = {NULL, 0};
	struct world_stream *st = NULL;
	size_t i, k;

	for (i = 0; i < WORLD_STREAMS_MAX && st == NULL; i++)
		if (!w->streams[i].open)
			st = &w->streams[i];
	assert_non_null(st);
	st->open = true;
	st->id = id;
	st->net = n;
	(void)str_copy(st->budget, sizeof(st->budget), m->ctx.mailbox);
	st->subs = m->subscriptions;
	memset(&m->subscriptions, 0, sizeof(m->subscriptions));
	assert_in_range(st->subs.n, 1, 200);
	for (i = 0; i < st->subs.n; i++)
		for (k = 0; k < w->subs_n; k++)
			if (strcmp(w->subs[k].id, st->subs.v[i]) == 0 &&
			    !is_known(&w->subs[k], &m->ctx))
				assert_int_equal(
				    strlist_add(&end.bad, w->subs[k].id),
				    ERR_OK);
	if (fail) {
		fill_evidence(&end.ev, w);
		end_stream(st, &end);
	} else if (end.bad.n > 0) {
		end.ev.code = ERR_NOTFOUND;
		end.ev.failure = xstrdup("ews-subscription");
		end_stream(st, &end);
	} else {
		answer(n, IPC_EWS_EVENTS, id, &beat);
		send_waiting(w, st);
	}
}

void
world_end_streams(struct world *w, const char *failure, enum err e)
{
	size_t i;

	for (i = 0; i < WORLD_STREAMS_MAX; i++) {
		struct msg_ews_stream_end end = {{0}, {NULL, 0}};

		if (!w->streams[i].open)
			continue;
		end.ev.code = (uint32_t)e;
		end.ev.failure = xstrdup(failure);
		if (w->stream_code != NULL)
			end.ev.soap_code = xstrdup(w->stream_code);
		end_stream(&w->streams[i], &end);
	}
}

static void
on_changes(struct world_net *n, enum ipc_type t, uint64_t id, const void *msg,
    bool fail)
{
	struct msg_ews_sync_result r = {0};

	if (fail)
		fill_evidence(&r.ev, n->w);
	else if (t == IPC_EWS_SYNC)
		world_sync(n->w, msg, &r);
	else
		world_newest(n->w, msg, &r);
	answer(
	    n, t == IPC_EWS_SYNC ? IPC_EWS_SYNCED : IPC_EWS_NEWEST_ARE, id, &r);
}

static void
read_item(struct world *w, const char *mailbox, const char *id,
    struct msg_ews_item *r, bool fail)
{
	struct world_item *it = item_of(w, id);
	char text[32];

	assert_non_null(it);
	assert_string_equal(it->mailbox, mailbox);
	it->gets++;
	if (fail) {
		fill_evidence(&r->ev, w);
	} else if (it->version == 0) {
		r->ev.code = ERR_NOTFOUND;
		r->ev.failure = xstrdup("ews-not-found");
	} else {
		snprintf(text, sizeof(text), "key%u", it->version);
		r->item_id = xstrdup(id);
		r->change_key = xstrdup(text);
		r->uid = xstrdup(it->uid != NULL ? it->uid : id);
		r->location =
		    xstrdup(it->large != NULL ? it->large : it->location);
		r->subject = xstrdup(it->subject != NULL ? it->subject : "");
		r->is_private = it->is_private;
		r->is_cancelled = it->is_cancelled;
		r->is_meeting = r->request_was_sent = it->has_guests;
		r->attendees_n = it->has_guests ? 1500 : 0;
		r->series_end_s = it->series_end_s;
		r->body = xstrdup(it->body);
		r->body_is_html = true;
		r->end_s = it->end_s;
		r->my_response = xstrdup("Organizer");
		r->organizer = xstrdup(
		    it->organizer != NULL ? it->organizer : it->mailbox);
		r->kind = xstrdup(it->kind != NULL ? it->kind : "Single");
		if (w->shape != NULL)
			w->shape(index_of(w, it), r);
	}
}

static void
on_get(struct world_net *n, uint64_t id, const struct msg_ews_get_job *m,
    bool fail)
{
	struct msg_ews_item r = {0};

	read_item(n->w, m->ctx.mailbox, m->item_id, &r, fail);
	answer(n, IPC_EWS_ITEM, id, &r);
}

/* A fault of reads is one of the whole. */
static void
on_gets(struct world_net *n, uint64_t id, const struct msg_ews_gets_job *m,
    bool fail)
{
	struct msg_ews_items r = {0};
	size_t i;

	assert_in_range(m->item_ids.n, 1, 8);
	n->w->read_together_n += (unsigned)m->item_ids.n;
	if (fail)
		fill_evidence(&r.ev, n->w);
	else
		r.items = xcalloc(m->item_ids.n, sizeof(*r.items));
	for (i = 0; i < m->item_ids.n && !fail; i++)
		read_item(n->w, m->ctx.mailbox, m->item_ids.v[i],
		    &r.items[r.items_n++], false);
	answer(n, IPC_EWS_ITEMS, id, &r);
}

static void
on_update(
    struct world_net *n, uint64_t id, struct msg_ews_update_job *m, bool fail)
{
	struct world *w = n->w;
	struct world_item *it = item_of(w, m->item_id);
	struct msg_ews_result r = {0};
	char key[32];

	assert_non_null(it);
	snprintf(key, sizeof(key), "key%u", it->version);
	if (fail) {
		fill_evidence(&r.ev, w);
	} else if (strcmp(key, m->change_key) != 0) {
		r.ev.code = ERR_CONFLICT;
		r.ev.failure = xstrdup("ews-conflict");
	} else {
		mem_free(it->body);
		it->body = m->body;
		m->body = NULL;
		it->updates++;
		it->updated_nth = ++w->updates_n;
		it->told_guests = m->send_to_all;
		it->version++;
		snprintf(key, sizeof(key), "key%u", it->version);
		r.id = xstrdup(m->item_id);
		r.change_key = xstrdup(key);
		changed(w, it, "Modified");
	}
	answer(n, IPC_EWS_UPDATED, id, &r);
}

static void
on_cancel(struct world_net *n, uint64_t id)
{
	size_t i;

	for (i = 0; i < WORLD_STREAMS_MAX; i++)
		if (n->w->streams[i].open && n->w->streams[i].net == n &&
		    n->w->streams[i].id == id) {
			n->w->streams[i].open = false;
			strlist_clear(&n->w->streams[i].subs);
		}
}

static void
fill_absent(struct msg_evidence *ev)
{
	ev->code = ERR_NOTFOUND;
	ev->failure = xstrdup("srv-none");
}

/* Mailboxes whose name begins with "slow" have a server of their own. */
static const char *
ews_url(const struct world *w, const char *email)
{
	if (str_has_prefix(email, "slow"))
		return "https://slow." WORLD_MAIL "/EWS";
	return w->ews_url != NULL ? w->ews_url
				  : "https://mail." WORLD_MAIL "/EWS";
}

/* Its own forest has only those whose name begins with "busy". */
static bool
knows_nobody(const struct world *w, uint64_t cred_id, const char *email)
{
	return w->knows_none != NULL &&
	       str_eq(account_of(w, cred_id), w->knows_none) &&
	       !str_has_prefix(email, "busy");
}

/* Mailboxes whose name begins with "no" are not there. */
static void
on_settings(
    struct world_net *n, uint64_t id, struct msg_settings_job *m, bool fail)
{
	struct msg_settings_result r = {0};
	size_t i;

	n->w->asked_n += m->emails.n;
	if (m->emails.n > 1) {
		n->w->batches++;
		if (n->w->batch_fault == FAULT_SILENT)
			return;
		fail |= n->w->batch_fault == FAULT_ANSWER;
	}
	if (fail) {
		fill_evidence(&r.ev, n->w);
	} else {
		r.users = xalloc(m->emails.n * sizeof(*r.users));
		r.users_n = m->emails.n;
	}
	for (i = 0; i < r.users_n; i++) {
		if (str_has_prefix(m->emails.v[i], "no") ||
		    knows_nobody(n->w, m->via.cred_id, m->emails.v[i])) {
			r.users[i].error = xstrdup("InvalidUser");
			continue;
		}
		r.users[i].ews_internal =
		    xstrdup(ews_url(n->w, m->emails.v[i]));
		r.users[i].grouping = xstrdup(
		    str_has_prefix(m->emails.v[i], "z") ? "Site2" : "Site1");
	}
	answer(n, IPC_SETTINGS_DONE, id, &r);
}

static void
on_oof(struct world_net *n, uint64_t id, bool fail)
{
	struct msg_ews_oof r = {
	    .start_s = n->w->oof_start_s, .end_s = n->w->oof_end_s};

	if (fail)
		fill_evidence(&r.ev, n->w);
	r.state = xstrdup(n->w->oof != NULL ? n->w->oof : "off");
	answer(n, IPC_EWS_OOF_IS, id, &r);
}

static void
on_pox(struct world_net *n, uint64_t id, const struct msg_pox_job *m, bool fail)
{
	struct msg_pox_result r = {0};

	if (fail) {
		fill_evidence(&r.ev, n->w);
	} else if (n->w->pox_is_absent) {
		fill_absent(&r.ev);
	} else if (knows_nobody(n->w, m->via.cred_id, m->email)) {
		r.ev.code = ERR_NOTFOUND;
		r.ev.failure = xstrdup("autodiscover-error");
	} else {
		r.ews_internal = xstrdup(ews_url(n->w, m->email));
	}
	answer(n, IPC_POX_DONE, id, &r);
}

void
world_carry_out(
    struct world_net *n, enum ipc_type t, uint64_t id, void *msg, bool fail)
{
	struct msg_ews_result done = {0};
	struct msg_hint_result hint = {0};
	struct msg_scp_result scp = {0};

	switch (t) {
	case IPC_POX:
		on_pox(n, id, msg, fail);
		break;
	case IPC_SCP:
		if (fail)
			fill_evidence(&scp.ev, n->w);
		else
			fill_absent(&scp.ev);
		answer(n, IPC_SCP_DONE, id, &scp);
		break;
	case IPC_SETTINGS:
		on_settings(n, id, msg, fail);
		break;
	case IPC_HTTP_HINT:
	case IPC_SRV_HINT:
		fill_absent(&hint.ev);
		answer(n, IPC_HINT_DONE, id, &hint);
		break;
	case IPC_WEBEX_TOKEN:
		on_webex(n, id, msg, fail);
		break;
	case IPC_EWS_SUBSCRIBE:
		on_subscribe(n, id, msg, fail);
		break;
	case IPC_EWS_STREAM:
		on_stream(n, id, msg, fail);
		break;
	case IPC_EWS_OOF:
		on_oof(n, id, fail);
		break;
	case IPC_NET_CANCEL:
		on_cancel(n, id);
		break;
	case IPC_EWS_SYNC:
	case IPC_EWS_NEWEST:
		on_changes(n, t, id, msg, fail);
		break;
	case IPC_EWS_GET:
		on_get(n, id, msg, fail);
		break;
	case IPC_EWS_GETS:
		on_gets(n, id, msg, fail);
		break;
	case IPC_EWS_UPDATE:
		on_update(n, id, msg, fail);
		break;
	case IPC_EWS_PROBE:
	case IPC_EWS_CALENDAR:
	case IPC_EWS_UNSUBSCRIBE:
		if (fail)
			fill_evidence(&done.ev, n->w);
		else if (t == IPC_EWS_UNSUBSCRIBE)
			on_unsubscribe(
			    n->w, ((const struct msg_ews_job *)msg)->id);
		answer(n,
		    t == IPC_EWS_PROBE      ? IPC_EWS_PROBED
		    : t == IPC_EWS_CALENDAR ? IPC_EWS_CALENDAR_IS
					    : IPC_EWS_UNSUBSCRIBED,
		    id, &done);
		break;
	default:
		if (n->w->other != NULL)
			n->w->other(n, t, id, msg, fail);
		break;
	}
}

static void
net_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id,
    void *msg, int fd)
{
	struct world_net *n = arg;
	struct world *w = n->w;
	enum world_fault fault = FAULT_NONE;
	unsigned i = (unsigned)(n - w->nets);

	(void)c;
	assert_int_equal(fd, -1);
	w->count[t]++;
	if (world_holds(n, t, id, msg))
		return;
	if (t == w->fault_type && w->fault_n > 0) {
		fault = w->fault;
		w->fault_n--;
	}
	switch (fault) {
	case FAULT_NONE:
	case FAULT_ANSWER:
		world_carry_out(n, t, id, msg, fault == FAULT_ANSWER);
		break;
	case FAULT_DO_AND_DIE:
		c = n->c;
		n->c = NULL; /* the answer does not get out */
		world_carry_out(n, t, id, msg, false);
		n->c = c;
		world_kill_net(w, i);
		break;
	case FAULT_DIE:
		world_kill_net(w, i);
		break;
	case FAULT_SILENT:
		w->silent_id = id;
		w->silent_net = n;
		break;
	}
}

void
world_answer_late(struct world *w, const char *failure, enum err e)
{
	struct msg_ews_sync_result sync = {0};
	struct msg_ews_item item = {0};
	struct msg_ews_result done = {0};

	w->failure = failure;
	w->failure_code = e;
	switch (w->fault_type) {
	case IPC_EWS_SYNC:
		fill_evidence(&sync.ev, w);
		answer(w->silent_net, IPC_EWS_SYNCED, w->silent_id, &sync);
		break;
	case IPC_EWS_GET:
		fill_evidence(&item.ev, w);
		answer(w->silent_net, IPC_EWS_ITEM, w->silent_id, &item);
		break;
	case IPC_EWS_UPDATE:
		fill_evidence(&done.ev, w);
		answer(w->silent_net, IPC_EWS_UPDATED, w->silent_id, &done);
		break;
	default:
		fail_msg("not a request that is answered late");
	}
}

static void
net_close(void *arg, struct ipc_conn *c, enum err why)
{
	struct world_net *n = arg;
	size_t i;

	(void)c;
	(void)why;
	n->c = NULL;
	for (i = 0; i < WORLD_STREAMS_MAX; i++)
		if (n->w->streams[i].open && n->w->streams[i].net == n) {
			n->w->streams[i].open = false;
			strlist_clear(&n->w->streams[i].subs);
		}
}

static const struct ipc_conn_ops net_ops = {
    .on_frame = net_frame,
    .on_close = net_close,
    .accept_dirs = 1u << IPC_DIR_E_TO_N | 1u << IPC_DIR_ANY,
};

void
world_net_start(struct world *w, unsigned i)
{
	struct world_net *n = &w->nets[i];
	struct msg_net_ref ref = {0};
	struct errinfo ei;
	int sv[2];

	assert_int_equal(socketpair(AF_UNIX,
			     SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sv),
	    0);
	n->w = w;
	n->id = n->id == 0 ? i + 1 : n->id + WORLD_NETS_MAX;
	assert_int_equal(ipc_conn_new(&n->c, &w->loop, sv[0], "calconn-net",
			     &net_ops, n, &ei),
	    ERR_OK);
	ref.net_id = n->id;
	assert_int_equal(
	    ipc_conn_send(w->mgr, IPC_NET_READY, 0, &ref, sv[1]), ERR_OK);
}

void
world_kill_net(struct world *w, unsigned i)
{
	struct msg_net_ref ref = {0};
	struct ipc_conn *c = w->nets[i].c;

	ref.net_id = w->nets[i].id;
	net_close(&w->nets[i], c, ERR_GONE);
	ipc_conn_close(c);
	if (w->mgr == NULL)
		return;
	assert_int_equal(
	    ipc_conn_send(w->mgr, IPC_NET_GONE, 0, &ref, -1), ERR_OK);
	if (w->respawn)
		world_net_start(w, i);
}

/* -- the world -- */

struct world *
world_new(unsigned nets)
{
	struct world *w = xalloc(sizeof(*w));
	void *state = NULL;
	unsigned i;

	log_set_level(LOG_L_FATAL);
	assert_int_equal(fixture_up_admin(&state), 0);
	w->f = state;
	assert_int_equal(uv_loop_init(&w->loop), 0);
	TAILQ_INIT(&w->held);
	w->respawn = true;
	w->conf.exchange_requests = 24;
	w->conf.start_rate = 300;
	w->conf.catchup_days = 31;
	for (i = 0; i < nets; i++)
		w->nets[i].w = w;
	return w;
}

static void
close_handle(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

void
world_free(struct world *w)
{
	void *state = w->f;
	size_t i;

	if (w->engine_runs)
		world_kill_engine(w);
	world_held_drop(w);
	uv_walk(&w->loop, close_handle, NULL);
	(void)uv_run(&w->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	for (i = 0; i < w->items_n; i++)
		mem_free(w->items[i].body);
	msg_report_free(&w->report);
	assert_int_equal(fixture_down(&state), 0);
	mem_free(w);
}
