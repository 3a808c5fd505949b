#include "backend/engine/cal_source.h"

#include <stddef.h>
#include <string.h>

#include "backend/engine/ca_watch.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/creds.h"
#include "backend/engine/engine.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/own_fault.h"
#include "backend/engine/record.h"
#include "backend/engine/stats.h"
#include "backend/engine/servers.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/directory_set.h"
#include "common/join_details.h"
#include "common/query_mode.h"
#include "common/str.h"

#define GRACE_MS 10000 /* beyond what net was given */
#define WORKER_POLL_MS 25 /* while none runs: it is being restarted */
#define WORKER_WAIT_MS 5000
#define DEATHS_MAX 3 /* workers that may die under one request */

union src_msg {
	struct msg_scp_job scp;
	struct msg_dir_job dir;
	struct msg_pox_job pox;
	struct msg_hint_job hint;
	struct msg_settings_job settings;
	struct msg_ews_job ews;
	struct msg_ews_stream_job stream;
	struct msg_ews_sync_job sync;
	struct msg_ews_newest_job newest;
	struct msg_ews_get_job get;
	struct msg_ews_gets_job gets;
	struct msg_ews_update_job update;
	struct msg_ews_view_job view;
};

struct src_call {
	struct record *r;
	enum ipc_type t; /* IPC_T_NONE: the credential only */
	union src_msg m;
	uint32_t net_id, timeout_ms;
	uint64_t since_ms; /* waits for a worker */
	unsigned deaths;
	struct cred_wait *wait;
	struct net_call *net;
	struct server_pass pass; /* its place at the server */
	struct timer *timer; /* starts it, or tells why it cannot */
	const char *failure; /* NULL: to be started */
	char text[ERRINFO_MAX];
	src_fn fn;
	void *arg;
};

/* Every answer begins with the evidence. */
#define EV_FIRST(s)     \
	_Static_assert( \
	    offsetof(struct msg_##s, ev) == 0, "evidence comes first")
EV_FIRST(scp_result);
EV_FIRST(dir_result);
EV_FIRST(pox_result);
EV_FIRST(hint_result);
EV_FIRST(settings_result);
EV_FIRST(ews_result);
EV_FIRST(ews_stream_end);
EV_FIRST(ews_sync_result);
EV_FIRST(ews_item);
EV_FIRST(ews_oof);
EV_FIRST(ews_items);
EV_FIRST(ews_view);

#define CTX_FIRST(s)    \
	_Static_assert( \
	    offsetof(struct msg_##s, ctx) == 0, "the context comes first")
CTX_FIRST(ews_job);
CTX_FIRST(ews_stream_job);
CTX_FIRST(ews_sync_job);
CTX_FIRST(ews_newest_job);
CTX_FIRST(ews_get_job);
CTX_FIRST(ews_gets_job);
CTX_FIRST(ews_update_job);
CTX_FIRST(ews_view_job);

static void
call_free(struct src_call *c)
{
	if (c->t != IPC_T_NONE)
		ipc_free(c->t, &c->m);
	timer_free(c->timer);
	server_leave(&c->pass);
	record_unref(c->r);
	mem_free(c);
}

void
src_cancel(struct src_call *c)
{
	if (c == NULL)
		return;
	creds_cancel(c->wait);
	net_call_cancel(c->net);
	call_free(c);
}

bool
src_is_sent(const struct src_call *c)
{
	return c->net != NULL;
}

void
src_adopt(struct src_call *c, src_fn fn, void *arg)
{
	c->fn = fn;
	c->arg = arg;
	c->deaths = DEATHS_MAX;
}

/* Ends the call with a failure of our own. */
static void
give_up(struct src_call *c, const char *failure, const char *text)
{
	struct msg_evidence ev;
	src_fn fn = c->fn;
	void *arg = c->arg;

	own_fault_fill(&ev, failure, text);
	call_free(c);
	fn(arg, &ev, IPC_T_NONE, NULL);
	msg_evidence_free(&ev);
}

static void call_go(struct src_call *c);

static void
on_timer(void *arg)
{
	struct src_call *c = arg;

	if (c->failure != NULL)
		give_up(c, c->failure, c->text);
	else
		call_go(c);
}

static void
fail_later(struct src_call *c, const char *failure, const char *text)
{
	c->failure = failure;
	(void)str_copy(c->text, sizeof(c->text), text);
	timer_start(c->timer, 0);
}

static const char *
failure_of(enum err e)
{
	switch (e) {
	case ERR_TIMEOUT:
		return "timeout";
	case ERR_CANCELLED:
		return "cancelled";
	case ERR_GONE:
	case ERR_BUSY:
		return "worker-died";
	default:
		return "content-unexpected";
	}
}

/* A worker that dies under a request leaves it to another.  Not so a
 * change, which may have been made, nor a stream, which its owner opens
 * again. */
static bool
may_repeat(const struct src_call *c)
{
	return c->t != IPC_EWS_UPDATE && c->t != IPC_EWS_STREAM &&
	       c->deaths < DEATHS_MAX;
}

static void
repeat(struct src_call *c)
{
	c->deaths++;
	c->since_ms = clock_mono_ms();
	timer_start(c->timer, 0);
}

/* Of a request to EWS: its context comes first. */
static const struct msg_ews_ctx *
ctx_of(const struct src_call *c)
{
	return &c->m.ews.ctx;
}

static void
on_answer(void *arg, enum err e, enum ipc_type t, void *msg, const char *text)
{
	struct src_call *c = arg;
	src_fn fn = c->fn;
	void *fn_arg = c->arg;

	if (t == IPC_EWS_EVENTS || t == IPC_DIR_PAGE) {
		server_leave(&c->pass); /* an open stream needs none */
		fn(fn_arg, NULL, t, msg);
		return;
	}
	c->net = NULL;
	if (e == ERR_GONE && may_repeat(c)) {
		repeat(c);
		return;
	}
	if (e != ERR_OK) {
		give_up(c, failure_of(e), text);
		return;
	}
	ca_watch_saw(c->r->en->cas, msg);
	if (t != IPC_EWS_STREAM_END)
		stats_answer(c->r, msg);
	if (c->pass.s != NULL)
		server_saw(&c->pass, ctx_of(c)->mailbox, msg);
	call_free(c);
	fn(fn_arg, msg, t, msg);
}

/* Where the credential's number goes in the message. */
static uint64_t *
cred_field(struct src_call *c)
{
	switch (c->t) {
	case IPC_SCP:
		return &c->m.scp.cred_id;
	case IPC_DIR_SEARCH:
		return &c->m.dir.where.cred_id;
	case IPC_POX:
	case IPC_JSON:
		return &c->m.pox.via.cred_id;
	case IPC_SETTINGS:
		return &c->m.settings.via.cred_id;
	case IPC_HTTP_HINT:
	case IPC_SRV_HINT:
		return &c->m.hint.via.cred_id;
	case IPC_EWS_STREAM:
		return &c->m.stream.ctx.via.cred_id;
	case IPC_EWS_SYNC:
		return &c->m.sync.ctx.via.cred_id;
	case IPC_EWS_NEWEST:
		return &c->m.newest.ctx.via.cred_id;
	case IPC_EWS_GET:
		return &c->m.get.ctx.via.cred_id;
	case IPC_EWS_GETS:
		return &c->m.gets.ctx.via.cred_id;
	case IPC_EWS_VIEW:
		return &c->m.view.ctx.via.cred_id;
	case IPC_EWS_UPDATE:
		return &c->m.update.ctx.via.cred_id;
	default:
		return &c->m.ews.ctx.via.cred_id;
	}
}

static bool
sends_none(const struct src_call *c)
{
	return c->t == IPC_HTTP_HINT || c->t == IPC_SRV_HINT ||
	       (c->t == IPC_POX && c->m.pox.no_auth);
}

static void
send_it(struct src_call *c, uint64_t cred_id)
{
	enum err e;

	/* What sends none is not even told which. */
	*cred_field(c) = sends_none(c) ? 0 : cred_id;
	e = net_call_start(&c->net, c->r->en->nets, c->net_id, c->t, &c->m,
	    c->timeout_ms + GRACE_MS, on_answer, c);
	if (e == ERR_OK) {
		/* Up to some mebibytes that nobody needs any more. */
		if (c->t == IPC_EWS_UPDATE) {
			mem_free(c->m.update.body);
			c->m.update.body = NULL;
		}
		return;
	}
	fail_later(c, failure_of(e), "The network worker cannot be asked.");
}

static void
on_cred(void *arg, uint64_t cred_id, const char *failure, const char *text)
{
	struct src_call *c = arg;
	struct msg_evidence ev;
	src_fn fn = c->fn;
	void *fn_arg = c->arg;

	c->wait = NULL;
	if (str_eq(failure, "worker-died") && may_repeat(c)) {
		repeat(c);
	} else if (*failure != '\0') {
		give_up(c, failure, text);
	} else if (c->t == IPC_T_NONE) {
		call_free(c);
		own_fault_fill(&ev, "", "");
		fn(fn_arg, &ev, IPC_T_NONE, NULL);
		msg_evidence_free(&ev);
	} else {
		send_it(c, cred_id);
	}
}

static struct src_call *
call_new(struct record *r, enum ipc_type t, uint32_t timeout_ms, src_fn fn,
    void *arg)
{
	struct src_call *c = xalloc(sizeof(*c));

	c->r = record_ref(r);
	c->t = t;
	c->timeout_ms = timeout_ms;
	c->fn = fn;
	c->arg = arg;
	c->timer = timer_new(r->en->loop, on_timer, c);
	return c;
}

static void
call_go(struct src_call *c)
{
	uint64_t cred_id;

	if (!net_pool_pick(c->r->en->nets, &c->net_id)) {
		if (clock_mono_ms() - c->since_ms < WORKER_WAIT_MS)
			timer_start(c->timer, WORKER_POLL_MS);
		else
			fail_later(c, "worker-died", "No network worker runs.");
	} else if (c->t != IPC_T_NONE &&
		   (cred_id = creds_peek(c->r, c->net_id)) != 0) {
		send_it(c, cred_id);
	} else {
		c->wait = creds_want(c->r, c->net_id, on_cred, c);
	}
}

static void
on_place(void *arg)
{
	struct src_call *c = arg;

	c->since_ms = clock_mono_ms();
	call_go(c);
}

static struct src_call *
call_begin(struct src_call *c)
{
	on_place(c);
	return c;
}

/* As soon as the server has a place for it. */
static struct src_call *
call_in_turn(struct src_call *c, enum server_class class)
{
	c->pass.go = on_place;
	c->pass.arg = c;
	if (server_enter(&c->pass, c->r, ctx_of(c)->url, class))
		on_place(c);
	return c;
}

static void
set_ctx(struct src_call *c, struct msg_ews_ctx *ctx, const struct src_place *at)
{
	record_access(c->r, &ctx->via, c->timeout_ms);
	ctx->url = xstrdup(at->url);
	ctx->mailbox = xstrdup(at->mailbox);
	ctx->anchor = xstrdup(at->anchor != NULL ? at->anchor : "");
	ctx->cookie = xstrdup(at->cookie != NULL ? at->cookie : "");
}

/* The record's directory; how it is asked is what its credential is bound
 * to. */
static void
set_where(const struct src_call *c, struct msg_scp_job *m)
{
	const struct exchange *x = &c->r->x;

	m->domain = xstrdup(x->ad_domain);
	m->site = xstrdup(x->ad_site);
	m->server = xstrdup(x->ad_server);
	m->mode = (uint32_t)query_mode_parse(x->query_mode);
	m->tls_verify = x->ldap_tls_verify;
	m->timeout_ms = c->timeout_ms;
}

struct src_call *
src_scp(struct record *r, const char *mail_domain, src_fn fn, void *arg)
{
	struct src_call *c =
	    call_new(r, IPC_SCP, SRC_DISCOVER_TIMEOUT_MS, fn, arg);

	set_where(c, &c->m.scp);
	c->m.scp.mail_domain = xstrdup(mail_domain);
	return call_begin(c);
}

struct src_call *
src_directory(struct record *r, const struct dir_set *set, src_fn fn, void *arg)
{
	struct src_call *c =
	    call_new(r, IPC_DIR_SEARCH, SRC_DIRECTORY_TIMEOUT_MS, fn, arg);
	struct msg_dir_job *m = &c->m.dir;
	size_t i;

	set_where(c, &m->where);
	m->base = xstrdup(set->v[DIR_BASE]);
	m->filter = xstrdup(set->v[DIR_FILTER]);
	for (i = 0; i < DIR_ATTRS_N; i++)
		if (strlist_add(&m->attrs, set->v[DIR_ATTR_MAIL + i]) != ERR_OK)
			fail_later(c, "worker-died", "No memory.");
	return c->failure != NULL ? c : call_begin(c);
}

static struct src_call *
pox_new(struct record *r, enum ipc_type t, const char *url, const char *email,
    src_fn fn, void *arg)
{
	struct src_call *c = call_new(r, t, SRC_DISCOVER_TIMEOUT_MS, fn, arg);

	record_access(r, &c->m.pox.via, c->timeout_ms);
	c->m.pox.url = xstrdup(url);
	c->m.pox.email = xstrdup(email);
	return c;
}

struct src_call *
src_pox(struct record *r, const char *url, const char *email, bool must_verify,
    src_fn fn, void *arg)
{
	struct src_call *c = pox_new(r, IPC_POX, url, email, fn, arg);

	c->m.pox.via.tls_verify |= must_verify;
	return call_begin(c);
}

struct src_call *
src_json(struct record *r, const char *url, const char *email, bool must_verify,
    src_fn fn, void *arg)
{
	struct src_call *c = pox_new(r, IPC_JSON, url, email, fn, arg);

	c->m.pox.via.tls_verify |= must_verify;
	return call_begin(c);
}

struct src_call *
src_settings(struct record *r, const char *url, const struct strlist *emails,
    bool must_verify, src_fn fn, void *arg)
{
	struct src_call *c = call_new(r, IPC_SETTINGS, SRC_TIMEOUT_MS, fn, arg);
	size_t i;

	record_access(r, &c->m.settings.via, c->timeout_ms);
	c->m.settings.via.tls_verify |= must_verify;
	c->m.settings.url = xstrdup(url);
	for (i = 0; i < emails->n; i++)
		if (strlist_add(&c->m.settings.emails, emails->v[i]) != ERR_OK)
			fatal("cal_source: out of memory");
	return call_begin(c);
}

struct src_call *
src_pox_probe(struct record *r, const char *url, src_fn fn, void *arg)
{
	struct src_call *c = pox_new(r, IPC_POX, url, "", fn, arg);

	c->m.pox.no_auth = true;
	c->m.pox.via.tls_verify = true;
	return call_begin(c);
}

struct src_call *
src_hint(
    struct record *r, enum ipc_type t, const char *domain, src_fn fn, void *arg)
{
	struct src_call *c = call_new(r, t, SRC_HINT_TIMEOUT_MS, fn, arg);

	record_access(r, &c->m.hint.via, c->timeout_ms);
	c->m.hint.domain = xstrdup(domain);
	return call_begin(c);
}

struct src_call *
src_mailbox(struct record *r, enum ipc_type t, const struct src_place *at,
    const char *id, src_fn fn, void *arg)
{
	struct src_call *c = call_new(r, t, SRC_TIMEOUT_MS, fn, arg);

	set_ctx(c, &c->m.ews.ctx, at);
	c->m.ews.id = xstrdup(id);
	return call_in_turn(c, SERVER_LISTEN);
}

struct src_call *
src_oof(struct record *r, const struct src_place *at, src_fn fn, void *arg)
{
	struct src_call *c = call_new(r, IPC_EWS_OOF, SRC_TIMEOUT_MS, fn, arg);

	set_ctx(c, &c->m.ews.ctx, at);
	return call_in_turn(c, SERVER_COLD);
}

struct src_call *
src_view(struct record *r, const struct src_place *at, int64_t from_s,
    int64_t to_s, uint32_t max, src_fn fn, void *arg)
{
	struct src_call *c = call_new(r, IPC_EWS_VIEW, SRC_TIMEOUT_MS, fn, arg);

	set_ctx(c, &c->m.view.ctx, at);
	c->m.view.from_s = from_s;
	c->m.view.to_s = to_s;
	c->m.view.max = max;
	return call_in_turn(c, SERVER_HOT);
}

struct src_call *
src_stream(struct record *r, const struct src_place *at,
    const struct strlist *subscriptions, src_fn fn, void *arg)
{
	struct src_call *c =
	    call_new(r, IPC_EWS_STREAM, SRC_STREAM_SILENCE_MS, fn, arg);
	size_t i;

	set_ctx(c, &c->m.stream.ctx, at);
	c->m.stream.minutes = SRC_STREAM_MINUTES;
	for (i = 0; i < subscriptions->n; i++)
		if (strlist_add(&c->m.stream.subscriptions,
			subscriptions->v[i]) != ERR_OK)
			fatal("cal_source: out of memory");
	return call_in_turn(c, SERVER_LISTEN);
}

struct src_call *
src_sync(struct record *r, const struct src_place *at, const char *sync_state,
    uint32_t max, src_fn fn, void *arg)
{
	struct src_call *c =
	    call_new(r, IPC_EWS_SYNC, SRC_SYNC_TIMEOUT_MS, fn, arg);

	set_ctx(c, &c->m.sync.ctx, at);
	/* Large; without memory a full sync does no harm. */
	c->m.sync.sync_state = try_strdup(sync_state);
	c->m.sync.max = max;
	return call_in_turn(c, SERVER_COLD);
}

struct src_call *
src_newest(struct record *r, const struct src_place *at, int64_t from_s,
    int64_t to_s, uint32_t max, src_fn fn, void *arg)
{
	struct src_call *c =
	    call_new(r, IPC_EWS_NEWEST, SRC_SYNC_TIMEOUT_MS, fn, arg);

	set_ctx(c, &c->m.newest.ctx, at);
	c->m.newest.from_s = from_s;
	c->m.newest.to_s = to_s;
	c->m.newest.max = max;
	return call_in_turn(c, SERVER_COLD);
}

/* Of what room systems read.  Always asked for: a switch that is turned on
 * while a meeting is being read must not make a foreign value look absent. */
static const char *
prop_set(const struct record *r)
{
	return config_join(r->en->config)->room.set;
}

struct src_call *
src_get(struct record *r, const struct src_place *at, const char *item_id,
    src_fn fn, void *arg)
{
	struct src_call *c = call_new(r, IPC_EWS_GET, SRC_TIMEOUT_MS, fn, arg);

	set_ctx(c, &c->m.get.ctx, at);
	c->m.get.item_id = xstrdup(item_id);
	c->m.get.prop_set = xstrdup(prop_set(r));
	return call_in_turn(c, SERVER_HOT);
}

struct src_call *
src_gets(struct record *r, const struct src_place *at,
    const struct strlist *item_ids, src_fn fn, void *arg)
{
	struct src_call *c = call_new(r, IPC_EWS_GETS, SRC_TIMEOUT_MS, fn, arg);
	size_t i;

	set_ctx(c, &c->m.gets.ctx, at);
	c->m.gets.prop_set = xstrdup(prop_set(r));
	for (i = 0; i < item_ids->n; i++)
		if (strlist_add(&c->m.gets.item_ids, item_ids->v[i]) != ERR_OK)
			fatal("cal_source: out of memory");
	return call_in_turn(c, SERVER_HOT);
}

struct src_call *
src_update(struct record *r, const struct src_place *at, const char *item_id,
    const char *change_key, const struct src_write *what, src_fn fn, void *arg)
{
	struct src_call *c =
	    call_new(r, IPC_EWS_UPDATE, SRC_UPDATE_TIMEOUT_MS, fn, arg);

	set_ctx(c, &c->m.update.ctx, at);
	c->m.update.item_id = xstrdup(item_id);
	c->m.update.change_key = xstrdup(change_key);
	c->m.update.body_is_html = what->body_is_html;
	c->m.update.body = what->body;
	c->m.update.keeps_body = what->body == NULL;
	c->m.update.prop_set = xstrdup(what->prop_set);
	c->m.update.prop_conference = xstrdup(what->conference);
	c->m.update.prop_capabilities = xstrdup(what->capabilities);
	c->m.update.send_to_all = what->send_to_all;
	return call_in_turn(c, SERVER_HOT);
}

struct src_call *
src_credential(struct record *r, src_fn fn, void *arg)
{
	return call_begin(call_new(r, IPC_T_NONE, 0, fn, arg));
}
