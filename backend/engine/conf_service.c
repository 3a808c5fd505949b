#include "backend/engine/conf_service.h"

#include <string.h>
#include <sys/queue.h>

#include "backend/engine/book.h"
#include "backend/engine/book_fault.h"
#include "backend/engine/ca_watch.h"
#include "backend/engine/conf_lend.h"
#include "backend/engine/conf_wire.h"
#include "backend/engine/engine.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/timer.h"
#include "backend/engine/webex_keep.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/str.h"

#define MODULE ENGINE_MODULE
#define GRACE_MS 15000 /* beyond what net was given */
#define LONG_MS 120000 /* a walk of requests, of Webex */
#define WORKER_POLL_MS 25
#define WORKER_WAIT_MS 5000
#define SESSION_MAX 256

/* What is known of a service beside its record. */
struct known {
	char id[CONFER_ID_LEN + 1];
	uint32_t api; /* of the server; 0: not asked yet */
};

struct conf_services {
	struct engine *en;
	struct confer_list list;
	bool is_configured; /* once */
	struct known known[CONFER_MAX];
	struct conf_lends *lends;
	LIST_HEAD(, conf_call) calls;
};

struct conf_call {
	LIST_ENTRY(conf_call) next;
	struct conf_services *cs;
	char id[CONFER_ID_LEN + 1];
	enum confer_op op;
	const struct conf_wire *wire; /* NULL: the service is gone */
	struct msg_confer_meeting meeting;
	char session[SESSION_MAX + 1];
	bool repeated, asks_version, finds, reads_back;
	uint32_t net_id;
	uint64_t cred_id, since_ms;
	struct net_call *net;
	struct timer *timer;
	conf_fn fn;
	void *arg;
};

struct conf_services *
conf_services_new(struct engine *en)
{
	struct conf_services *cs = xalloc(sizeof(*cs));

	cs->en = en;
	cs->lends = conf_lends_new(en);
	LIST_INIT(&cs->calls);
	return cs;
}

void
conf_services_free(struct conf_services *cs)
{
	if (cs == NULL)
		return;
	while (!LIST_EMPTY(&cs->calls))
		conf_call_cancel(LIST_FIRST(&cs->calls));
	conf_lends_free(cs->lends);
	confer_list_clear(&cs->list);
	mem_free(cs);
}

const struct confer *
conf_service_find(struct conf_services *cs, const char *id)
{
	size_t i;

	for (i = 0; i < cs->list.n; i++)
		if (str_eq(cs->list.v[i].id, id))
			return &cs->list.v[i];
	return NULL;
}

const struct confer *
conf_service_by_type(struct conf_services *cs, const char *type)
{
	size_t i;

	const struct confer *first = NULL;

	for (i = 0; i < cs->list.n; i++) {
		const struct confer *c = &cs->list.v[i];

		if (!str_eq(c->type->type, type))
			continue;
		if (str_eq(confer_get(c, "is_default"), "yes"))
			return c;
		if (first == NULL)
			first = c;
	}
	return first;
}

static struct known *
known_of(struct conf_services *cs, const char *id)
{
	size_t i;

	for (i = 0; i < CONFER_MAX; i++)
		if (str_eq(cs->known[i].id, id))
			return &cs->known[i];
	for (i = 0; i < CONFER_MAX - 1; i++)
		if (cs->known[i].id[0] == '\0')
			break;
	memset(&cs->known[i], 0, sizeof(cs->known[i]));
	(void)str_copy(cs->known[i].id, sizeof(cs->known[i].id), id);
	return &cs->known[i];
}

/* A service that was changed is another one: its server is asked anew. */
void
conf_services_config(struct conf_services *cs, struct confer_list *l)
{
	struct confer_list was = cs->list;
	const struct confer *now;
	bool is_new = cs->list.n != l->n;
	size_t i;

	cs->list = *l;
	memset(l, 0, sizeof(*l));
	for (i = 0; i < was.n; i++) {
		now = conf_service_find(cs, was.v[i].id);
		if (now != NULL && confer_is_same(now, &was.v[i]))
			continue;
		is_new = true;
		known_of(cs, was.v[i].id)->api = 0;
		book_fault_forget(cs->en, &was.v[i]);
		conf_lend_drop(cs->lends, was.v[i].id);
	}
	if (cs->is_configured && is_new)
		books_again(cs->en->books, true);
	cs->is_configured = true;
	confer_list_clear(&was);
}

void
conf_services_net_gone(struct conf_services *cs, uint32_t net_id)
{
	conf_lend_net_gone(cs->lends, net_id);
}

/* -- calls -- */

static void
call_free(struct conf_call *c)
{
	LIST_REMOVE(c, next);
	net_call_cancel(c->net);
	timer_free(c->timer);
	msg_confer_meeting_free(&c->meeting);
	mem_free(c);
}

void
conf_call_cancel(struct conf_call *c)
{
	if (c != NULL)
		call_free(c);
}

static void
end(struct conf_call *c, struct msg_confer_result *r)
{
	conf_fn fn = c->fn;
	void *arg = c->arg;

	log_kv(r->ev.code == ERR_OK ? LOG_L_DEBUG : LOG_L_WARN, MODULE,
	    "Conferencing Service Answered", "Service", c->id, "Failure",
	    r->ev.failure, "Detail", r->ev.detail, NULL);
	call_free(c);
	fn(arg, r);
}

static void
fail(struct conf_call *c, const char *failure, const char *text)
{
	const struct failure *f = failure_find(failure);
	struct msg_confer_result r = {0};

	r.ev.code = f != NULL ? (uint32_t)f->code : (uint32_t)ERR_PROTO;
	r.ev.failure = xstrdup(failure);
	r.ev.detail = xstrdup(text);
	end(c, &r);
	msg_confer_result_free(&r);
}

void
conf_services_refused(
    struct conf_services *cs, uint64_t cred_id, enum err e, const char *text)
{
	struct conf_refusal why;
	struct conf_call *c, *next;

	if (!conf_lend_refused(cs->lends, cred_id, e, text, &why))
		return;
	for (c = LIST_FIRST(&cs->calls); c != NULL; c = next) {
		next = LIST_NEXT(c, next);
		if (c->cred_id == cred_id)
			fail(c, why.failure, why.text);
	}
}

static void
again(struct conf_call *c)
{
	c->since_ms = clock_mono_ms();
	timer_start(c->timer, 0);
}

/* What is asked now: what has to be known first, then what was wanted, and
 * whether that is what came of it. */
static enum confer_op
op_now(const struct conf_call *c)
{
	return c->asks_version ? CONFER_VERSION
	       : c->finds      ? CONFER_FIND
	       : c->reads_back ? CONFER_READ
			       : c->op;
}

static void
keep_session(struct conf_call *c, const struct msg_confer_result *r)
{
	struct errinfo ei;

	if (r->session != NULL && r->session[0] != '\0' &&
	    !str_eq(r->session, c->session) &&
	    store_confer_session_put(
		c->cs->en->store, c->id, r->session, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, MODULE, "Store Failed", "Detail", ei.text,
		    NULL);
}

/* One of something that was there: what the service says of it may be what
 * was asked for, and not what it holds. */
static bool
is_change(const struct conf_call *c)
{
	return c->wire->reads_back && c->op == CONFER_BOOK &&
	       c->meeting.remote_id != NULL && c->meeting.remote_id[0] != '\0';
}

static void
judge(struct conf_call *c, struct msg_confer_result *r)
{
	bool good = r->ev.code == (uint32_t)ERR_OK;

	keep_session(c, r);
	if (good && op_now(c) == CONFER_VERSION)
		known_of(c->cs, c->id)->api = r->api;
	if (r->ev.failure != NULL && str_eq(r->ev.failure, "confer-session") &&
	    !c->repeated) {
		c->repeated = true;
		again(c);
	} else if (good && c->asks_version) {
		c->asks_version = false;
		again(c);
	} else if (good && c->finds) {
		c->finds = false;
		mem_free(c->meeting.remote_id);
		c->meeting.remote_id = r->remote_id;
		r->remote_id = NULL;
		again(c);
	} else if (good && is_change(c) && !c->reads_back) {
		c->reads_back = true;
		/* A series that TMS split has another number now. */
		if (r->remote_id != NULL && r->remote_id[0] != '\0') {
			mem_free(c->meeting.remote_id);
			c->meeting.remote_id = r->remote_id;
			r->remote_id = NULL;
		}
		again(c);
	} else {
		end(c, r);
	}
}

static void
on_answer(
    void *arg, enum err e, enum ipc_type type, void *msg, const char *text)
{
	struct msg_confer_result r = {0};
	struct conf_call *c = arg;

	c->net = NULL;
	if (e != ERR_OK) {
		fail(c, "worker-died", text);
		return;
	}
	conf_wire_take(&r, type, msg, conf_service_find(c->cs, c->id));
	ca_watch_saw(c->cs->en->cas, &r.ev);
	judge(c, &r);
	msg_confer_result_free(&r);
}

static enum err
send_it(void *arg, enum ipc_type t, const void *msg)
{
	struct conf_call *c = arg;

	return net_call_start(&c->net, c->cs->en->nets, c->net_id, t, msg,
	    c->wire->is_kept_open ? LONG_MS : CONF_TIMEOUT_MS + GRACE_MS,
	    on_answer, c);
}

static enum err
ask(struct conf_call *c, const struct confer *svc, struct msg_webex_ctx *webex)
{
	struct conf_wire_ask q = {0};
	struct errinfo ei;

	if (store_confer_session_get(c->cs->en->store, c->id, c->session,
		sizeof(c->session), &ei) != ERR_OK)
		c->session[0] = '\0';
	q.svc = svc;
	q.op = op_now(c);
	q.via.cred_id = c->cred_id;
	q.via.auth_ntlm = strstr(svc->type->auth, "ntlm") != NULL;
	q.via.auth_basic = strstr(svc->type->auth, "basic") != NULL;
	q.via.tls_verify = true;
	q.via.use_proxy = str_eq(confer_get(svc, "use_proxy"), "yes");
	q.via.timeout_ms = CONF_TIMEOUT_MS;
	q.webex = *webex;
	q.api = known_of(c->cs, c->id)->api;
	q.session = c->session;
	q.meeting = &c->meeting;
	q.send = send_it;
	q.arg = c;
	return c->wire->ask(&q);
}

/* By which worker, with which secrets.  False: not now; it was seen to. */
static bool
has_way(
    struct conf_call *c, const struct confer *svc, struct msg_webex_ctx *webex)
{
	struct conf_refusal why;
	bool there;

	there = c->wire->is_kept_open
		    ? webex_keep_access(
			  c->cs->en->webex, c->id, &c->net_id, webex) == ERR_OK
		    : net_pool_pick(c->cs->en->nets, &c->net_id);
	if (!there) {
		if (clock_mono_ms() - c->since_ms < WORKER_WAIT_MS)
			timer_start(c->timer, WORKER_POLL_MS);
		else if (c->wire->is_kept_open)
			fail(c, "webex-token", "Its secrets are not open.");
		else
			fail(c, "worker-died", "No network worker runs.");
		return false;
	}
	c->cred_id = 0;
	if (c->wire->is_kept_open ||
	    conf_lend(c->cs->lends, svc, c->net_id, &c->cred_id, &why))
		return true;
	fail(c, why.failure, why.text);
	return false;
}

static void
go(void *arg)
{
	struct conf_call *c = arg;
	const struct confer *svc = conf_service_find(c->cs, c->id);
	struct msg_webex_ctx webex = {0};

	if (svc == NULL || c->wire == NULL)
		fail(c, "confer-none", "");
	else if (has_way(c, svc, &webex) && ask(c, svc, &webex) != ERR_OK)
		fail(c, "worker-died", "The network worker cannot be asked.");
}

struct conf_call *
conf_call_start(struct conf_services *cs, const char *id, enum confer_op op,
    const struct msg_confer_meeting *m, conf_fn fn, void *arg)
{
	struct conf_call *c = xalloc(sizeof(*c));
	const struct confer *svc;

	c->cs = cs;
	(void)str_copy(c->id, sizeof(c->id), id);
	c->op = op;
	if (m != NULL && msg_confer_meeting_copy(&c->meeting, m) != ERR_OK) {
		mem_free(c);
		return NULL;
	}
	svc = conf_service_find(cs, id);
	c->wire = svc == NULL ? NULL : conf_wire_find(svc->type->type);
	/* What is announced is the lower of the server's and ours. */
	c->asks_version = c->wire != NULL && c->wire->asks_version &&
			  op >= CONFER_FIND && known_of(cs, id)->api == 0;
	c->finds =
	    c->wire != NULL && c->wire->finds && op == CONFER_CANCEL &&
	    (m == NULL || m->remote_id == NULL || m->remote_id[0] == '\0');
	c->fn = fn;
	c->arg = arg;
	c->timer = timer_new(cs->en->loop, go, c);
	LIST_INSERT_HEAD(&cs->calls, c, next);
	again(c);
	return c;
}
