#include "backend/engine/delivery_send.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backend/engine/bound_call.h"
#include "backend/engine/delivery_text.h"
#include "backend/engine/engine.h"
#include "backend/engine/presence_text.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/store_delivery.h"
#include "common/store_oof.h"
#include "common/str.h"

#define TIMEOUT_MS 20000 /* that net is given */
#define GRACE_MS 15000 /* beyond it */
#define ID_MAX 64

struct delivery_send {
	struct bound_call *call;
	delivery_sent_fn fn;
	void *arg;
};

void
delivery_send_cancel(struct delivery_send *s)
{
	if (s == NULL)
		return;
	bound_call_cancel(s->call);
	mem_free(s);
}

static void
on_sent(void *arg, const struct msg_evidence *ev, void *msg)
{
	struct delivery_send *s = arg;
	delivery_sent_fn fn = s->fn;
	void *fn_arg = s->arg;

	(void)msg;
	mem_free(s);
	fn(fn_arg, ev);
}

static enum err
call(struct delivery_send *s, enum ipc_type t, const void *msg)
{
	return bound_call_send(s->call, t, msg, TIMEOUT_MS + GRACE_MS);
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

	m.cred_id = bound_call_cred(s->call);
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

	m.via.cred_id = bound_call_cred(s->call);
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
delivery_send_start(struct delivery_send **out, struct engine *en,
    const struct bound *d, const struct delivery_what *what, size_t *taken,
    delivery_sent_fn fn, void *arg)
{
	const struct conf *conf = en->conf;
	char id[ID_MAX], random[2 * 8 + 1];
	struct delivery_send *s = NULL;
	struct delivery_text t;
	enum err e;

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
	s->fn = fn;
	s->arg = arg;
	e = bound_call_open(&s->call, en, d, on_sent, s);
	if (e == ERR_OK)
		e = send_it(s, d, &t, what->people, taken);
	if (e == ERR_OK)
		*out = s;
	else
		delivery_send_cancel(s);
	return e;
}
