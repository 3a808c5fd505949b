#include "backend/engine/delivery_send.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/creds.h"
#include "backend/engine/delivery_text.h"
#include "backend/engine/engine.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/own_fault.h"
#include "backend/engine/presence_text.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/seal.h"
#include "common/store_delivery.h"
#include "common/store_oof.h"
#include "common/str.h"

#define TIMEOUT_MS 20000 /* that net is given */
#define GRACE_MS 15000 /* beyond it */
#define ID_MAX 64

struct delivery_send {
	LIST_ENTRY(delivery_send) next;
	struct delivery_sends *all;
	struct net_call *call;
	uint64_t cred_id; /* 0: none */
	uint32_t net_id;
	delivery_sent_fn fn;
	void *arg;
};

struct delivery_sends {
	struct engine *en;
	LIST_HEAD(, delivery_send) list;
};

struct delivery_sends *
delivery_sends_new(struct engine *en)
{
	struct delivery_sends *all = xalloc(sizeof(*all));

	all->en = en;
	LIST_INIT(&all->list);
	return all;
}

void
delivery_send_cancel(struct delivery_send *s)
{
	struct msg_cred_ref ref;
	struct engine *en;

	if (s == NULL)
		return;
	en = s->all->en;
	net_call_cancel(s->call);
	ref.cred_id = s->cred_id;
	ref.net_id = s->net_id;
	if (s->cred_id != 0 && en->mgr != NULL &&
	    ipc_conn_send(en->mgr, IPC_CRED_CLOSE, s->cred_id, &ref, -1) !=
		ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Cred Close Not Sent", NULL);
	LIST_REMOVE(s, next);
	mem_free(s);
}

void
delivery_sends_free(struct delivery_sends *all)
{
	if (all == NULL)
		return;
	while (!LIST_EMPTY(&all->list))
		delivery_send_cancel(LIST_FIRST(&all->list));
	mem_free(all);
}

static void
finish(struct delivery_send *s, const struct msg_evidence *ev)
{
	delivery_sent_fn fn = s->fn;
	void *arg = s->arg;

	delivery_send_cancel(s);
	fn(arg, ev);
}

static void
fail(struct delivery_send *s, const char *failure, const char *text)
{
	struct msg_evidence ev;

	own_fault_fill(&ev, failure, text);
	finish(s, &ev);
	msg_evidence_free(&ev);
}

static void
on_answer(
    void *arg, enum err e, enum ipc_type type, void *msg, const char *text)
{
	struct delivery_send *s = arg;
	const struct msg_outcome *m = msg;

	(void)type;
	s->call = NULL;
	if (e == ERR_OK)
		finish(s, &m->ev);
	else
		fail(s, e == ERR_TIMEOUT ? "timeout" : "worker-died", text);
}

void
delivery_send_refused(
    struct delivery_sends *all, uint64_t cred_id, enum err e, const char *text)
{
	struct delivery_send *s;

	LIST_FOREACH(s, &all->list, next)
	if (s->cred_id == cred_id)
		break;
	if (s != NULL)
		fail(s,
		    e == ERR_BOUND  ? "cred-bound"
		    : e == ERR_GONE ? "worker-died"
				    : "cred-unreadable",
		    text);
}

static enum err
open_cred(struct delivery_send *s, const struct bound *d)
{
	struct engine *en = s->all->en;
	const char *account = bound_get(d, "account");
	char binding[SEAL_BINDING_MAX], none[] = "-";
	struct msg_cred_open m = {0};
	struct errinfo ei;
	char *name;
	enum err e;

	if ((e = bound_binding(d, binding, sizeof(binding), &ei)) != ERR_OK)
		return e;
	if (en->mgr == NULL)
		return ERR_GONE;
	name = xstrdup(account != NULL ? account : none);
	s->cred_id = creds_new_id(en->creds);
	m.cred_id = s->cred_id;
	m.net_id = s->net_id;
	m.account = name;
	m.binding = binding;
	m.box = d->box;
	e = ipc_conn_send(en->mgr, IPC_CRED_OPEN, s->cred_id, &m, -1);
	mem_free(name);
	return e;
}

static enum err
call(struct delivery_send *s, enum ipc_type t, const void *msg)
{
	return net_call_start(&s->call, s->all->en->nets, s->net_id, t, msg,
	    TIMEOUT_MS + GRACE_MS, on_answer, s);
}

static enum err
send_syslog(struct delivery_send *s, const struct bound *d,
    const struct delivery_text *t, size_t *taken)
{
	struct buf b = BUF_INIT(DELIVERY_SYSLOG_MAX);
	struct msg_syslog_job m = {0};
	enum err e;

	m.transport = xstrdup(bound_get(d, "transport"));
	m.host =
	    xstrdup(str_eq(m.transport, "local") ? "" : bound_get(d, "host"));
	m.port = bound_port(d);
	m.timeout_ms = TIMEOUT_MS;
	e = delivery_syslog(t,
	    str_eq(m.transport, "udp") ? DELIVERY_UDP_MAX : DELIVERY_SYSLOG_MAX,
	    &b, taken);
	if (e == ERR_OK) {
		m.message = buf_take(&b);
		e = call(s, IPC_SEND_SYSLOG, &m);
	}
	buf_clear(&b);
	msg_syslog_job_free(&m);
	return e;
}

static enum err
split(const char *list, struct strlist *out)
{
	enum err e = ERR_OK;
	size_t n, k;

	while (e == ERR_OK && *list != '\0') {
		list += strspn(list, " ,");
		n = k = strcspn(list, ",");
		while (k > 0 && list[k - 1] == ' ')
			k--;
		if (k > 0)
			e = strlist_addn(out, list, k);
		list += n;
	}
	return e;
}

static enum err
send_mail(struct delivery_send *s, const struct bound *d,
    const struct delivery_text *t)
{
	struct buf b = BUF_INIT(DELIVERY_TEXT_MAX);
	struct msg_mail_job m = {0};
	enum err e;

	m.cred_id = s->cred_id;
	m.host = xstrdup(bound_get(d, "host"));
	m.port = bound_port(d);
	m.starttls = str_eq(bound_get(d, "security"), "starttls");
	m.sender = xstrdup(bound_get(d, "sender"));
	m.timeout_ms = TIMEOUT_MS;
	if ((e = split(bound_get(d, "recipients"), &m.recipients)) == ERR_OK &&
	    (e = delivery_mail(t, m.sender, &m.recipients, &b)) == ERR_OK) {
		m.message = buf_take(&b);
		e = call(s, IPC_SEND_MAIL, &m);
	}
	buf_clear(&b);
	msg_mail_job_free(&m);
	return e;
}

static enum err
hook_body(const struct bound *d, const struct delivery_text *t,
    const struct oof_row *people, struct buf *b)
{
	const struct presence_text p = {
	    t->system, t->id, t->now_s, people, t->n, t->more};

	return d->kind == BOUND_PRESENCE ? presence_json(&p, b)
					 : delivery_json(t, b);
}

static enum err
send_hook(struct delivery_send *s, const struct bound *d,
    const struct delivery_text *t, const struct oof_row *people)
{
	struct buf b = BUF_INIT(DELIVERY_TEXT_MAX);
	struct msg_hook_job m = {0};
	enum err e;

	m.via.cred_id = s->cred_id;
	m.via.tls_verify = true;
	m.via.use_proxy = str_eq(bound_get(d, "use_proxy"), "yes");
	m.via.timeout_ms = TIMEOUT_MS;
	m.url = xstrdup(bound_get(d, "url"));
	m.id = xstrdup(t->id);
	if ((e = hook_body(d, t, people, &b)) == ERR_OK) {
		m.body = buf_take(&b);
		e = call(s, IPC_SEND_HOOK, &m);
	}
	buf_clear(&b);
	msg_hook_job_free(&m);
	return e;
}

static enum err
send_it(struct delivery_send *s, const struct bound *d, struct delivery_text *t,
    const struct oof_row *people, size_t *taken)
{
	enum err e;

	*taken = t->n;
	if (d->kind == BOUND_SYSLOG)
		return send_syslog(s, d, t, taken);
	/* What is too long for one message goes in two. */
	do {
		e = d->kind == BOUND_MAIL ? send_mail(s, d, t)
					  : send_hook(s, d, t, people);
		*taken = t->n;
		t->more += (int64_t)(t->n - t->n / 2);
		t->n /= 2;
	} while (e == ERR_TOOBIG && t->n > 0);
	return e;
}

int64_t
delivery_what_id(const struct delivery_what *what, size_t i)
{
	return what->people != NULL ? what->people[i].o.change_id
				    : what->alarms[i].id;
}

enum err
delivery_send_start(struct delivery_send **out, struct delivery_sends *all,
    const struct bound *d, const struct delivery_what *what, size_t *taken,
    delivery_sent_fn fn, void *arg)
{
	const struct conf *conf = all->en->conf;
	char id[ID_MAX], random[2 * 8 + 1];
	struct delivery_send *s = NULL;
	struct delivery_text t;
	uint32_t net_id;
	enum err e = ERR_OK;

	if (!net_pool_pick(all->en->nets, &net_id))
		return ERR_BUSY;
	/* The same events sent again have the same name. */
	str_random_hex(random, 8);
	if (what->n > 0)
		snprintf(id, sizeof(id), "%s-%" PRId64 "-%" PRId64,
		    what->people != NULL ? "presence" : "alarms",
		    delivery_what_id(what, 0),
		    delivery_what_id(what, what->n - 1));
	else
		snprintf(id, sizeof(id), "test-%s", random);
	t = (struct delivery_text){.system = conf->system_name,
	    .origin = conf->ui_origin,
	    .id = id,
	    .now_s = clock_wall_s(),
	    .v = what->alarms,
	    .n = what->n,
	    .more = what->more};
	s = xalloc(sizeof(*s));
	s->all = all;
	s->net_id = net_id;
	s->fn = fn;
	s->arg = arg;
	LIST_INSERT_HEAD(&all->list, s, next);
	if (bound_wants_secret(d))
		e = open_cred(s, d);
	if (e == ERR_OK)
		e = send_it(s, d, &t, what->people, taken);
	if (e == ERR_OK)
		*out = s;
	else
		delivery_send_cancel(s);
	return e;
}
