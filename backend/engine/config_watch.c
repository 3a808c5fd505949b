#include "backend/engine/config_watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "backend/engine/age.h"
#include "backend/engine/alarm.h"
#include "backend/engine/ca_watch.h"
#include "backend/engine/conf_service.h"
#include "backend/engine/delivery.h"
#include "backend/engine/domains.h"
#include "backend/engine/directory.h"
#include "backend/engine/engine.h"
#include "backend/engine/health.h"
#include "backend/engine/keyword_alarm.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/proxy_creds.h"
#include "backend/engine/record.h"
#include "backend/engine/redirects.h"
#include "backend/engine/switch_alarm.h"
#include "backend/engine/timer.h"
#include "backend/engine/users.h"
#include "backend/engine/webex_keep.h"
#include "backend/engine/workspaces.h"
#include "common/alloc.h"
#include "common/bound.h"
#include "common/buf.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/join_details.h"
#include "common/log.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_ca.h"
#include "common/store_delivery.h"
#include "common/store_confer.h"
#include "common/store_exchange.h"
#include "common/store_join.h"
#include "common/store_keyword.h"
#include "common/store_proxy.h"
#include "common/store_trust.h"
#include "common/store_user.h"
#include "common/store_workspace.h"
#include "common/str.h"

#define CA_PEM_MAX 1048576 /* as in ipc_msg.def */
#define USERS_MAX 100000

struct config {
	struct engine *en;
	uint64_t rev;
	bool enabled;
	TAILQ_HEAD(, record) records;
	struct trust_list trust;
	struct keyword_set keywords;
	struct join_details join;
	struct msg_net_config net; /* as sent last */
	struct bound proxy;
	bool net_sent;
	struct timer *timer;
};

/* What one reading of the store gave. */
struct reading {
	uint64_t rev;
	bool enabled;
	struct exchange_list records;
	struct user_list users;
	struct trust_list trust;
	struct keyword_set keywords;
	struct join_details join;
	char *rule_link, *rule_video; /* Personal Rooms by rule; "" none */
	struct msg_net_config net; /* but the proxy: proxy_creds.c */
	struct bound proxy;
	struct bound delivery[BOUND_WAYS_N];
	struct confer_list services;
	struct workspace_list workspaces;
};

static void
reading_clear(struct reading *r)
{
	size_t i;

	exchange_list_clear(&r->records);
	user_list_clear(&r->users);
	trust_list_clear(&r->trust);
	join_details_clear(&r->join);
	mem_free(r->rule_link);
	mem_free(r->rule_video);
	msg_net_config_free(&r->net);
	bound_clear(&r->proxy);
	for (i = 0; i < BOUND_WAYS_N; i++)
		bound_clear(&r->delivery[i]);
	confer_list_clear(&r->services);
	workspace_list_clear(&r->workspaces);
}

/* -- reading -- */

static enum err
read_flag(struct store *s, const char *key, bool *out, struct errinfo *ei)
{
	char *v = NULL;
	enum err e;

	*out = false;
	if ((e = store_setting_get(s, key, &v, ei)) != ERR_OK)
		return e;
	*out = str_eq(v, "yes") || str_eq(v, "1");
	mem_free(v);
	return ERR_OK;
}

static enum err
read_net(struct engine *en, struct msg_net_config *m, struct errinfo *ei)
{
	struct buf pem = BUF_INIT(CA_PEM_MAX);
	struct ca_list cas = {NULL, 0};
	size_t i;
	enum err e;

	if ((e = store_ca_list(en->store, &cas, ei)) != ERR_OK ||
	    (e = read_flag(
		 en->store, "use_system_ca", &m->use_system_ca, ei)) != ERR_OK)
		goto out;
	for (i = 0; i < cas.n; i++)
		if ((e = buf_puts(&pem, cas.v[i].pem)) != ERR_OK ||
		    (e = buf_putc(&pem, '\n')) != ERR_OK) {
			e = err_set(ei, e, "The trusted CA list is too long.");
			goto out;
		}
	m->allow_loopback = en->conf->lab_loopback;
	m->ca_pem = buf_take(&pem);
out:
	ca_list_clear(&cas);
	buf_clear(&pem);
	return e;
}

static enum err
read_all(struct engine *en, struct reading *r, struct errinfo *ei)
{
	struct store *s = en->store;
	enum err e;
	size_t i;

	if ((e = store_revision(s, &r->rev, ei)) != ERR_OK ||
	    (e = store_connector_enabled(s, "calendar", &r->enabled, ei)) !=
		ERR_OK ||
	    (e = store_exchange_list(s, &r->records, ei)) != ERR_OK ||
	    (e = store_user_list(s, "", "", 0, USERS_MAX, &r->users, ei)) !=
		ERR_OK ||
	    (e = store_trust_list(s, &r->trust, ei)) != ERR_OK ||
	    (e = store_keyword_list(s, &r->keywords, ei)) != ERR_OK ||
	    (e = store_join_get(s, &r->join, ei)) != ERR_OK ||
	    (e = store_setting_get(s, "room_rule_link", &r->rule_link, ei)) !=
		ERR_OK ||
	    (e = store_setting_get(s, "room_rule_video", &r->rule_video, ei)) !=
		ERR_OK ||
	    (e = store_confer_list(s, &r->services, ei)) != ERR_OK ||
	    (e = store_workspace_list(s, &r->workspaces, ei)) != ERR_OK ||
	    (e = store_proxy_get(s, &r->proxy, ei)) != ERR_OK)
		return e;
	for (i = 0; i < BOUND_WAYS_N; i++)
		if ((e = store_delivery_get(
			 s, (enum bound_kind)i, &r->delivery[i], ei)) != ERR_OK)
			return e;
	return read_net(en, &r->net, ei);
}

/* -- applying -- */

static bool
is_same_box(const struct exchange *a, const struct exchange *b)
{
	return a->box.n == b->box.n &&
	       (a->box.n == 0 || memcmp(a->box.p, b->box.p, a->box.n) == 0);
}

/* Does a change of the record concern its connections, or (is_rotated) only
 * the account that they are made with? */
static bool
is_same_connection(
    const struct exchange *a, const struct exchange *b, bool *is_rotated)
{
	const struct setting *s = NULL;

	while ((s = setting_next("exchange", s)) != NULL) {
		if (s->effect != SETTING_RETEST || s->kind == SETTING_P ||
		    str_eq(s->key, "account"))
			continue;
		if (!str_eq(exchange_get(a, s->key), exchange_get(b, s->key)))
			return false;
	}
	*is_rotated = !str_eq(a->account, b->account) || !is_same_box(a, b);
	return a->enabled == b->enabled;
}

static void
remove_record(struct config *c, struct record *r)
{
	alarm_lower_all(c->en, r->x.display_name);
	TAILQ_REMOVE(&c->records, r, next);
	users_record_changed(c->en->users, r);
	record_kill(r);
	record_unref(r);
}

static void
add_record(struct config *c, struct exchange *x)
{
	struct record *r = record_new(c->en, false);

	r->x = *x;
	memset(x, 0, sizeof(*x));
	TAILQ_INSERT_TAIL(&c->records, r, next);
}

/* Another account or password and nothing else: what runs goes on with the
 * old one until its mailboxes were subscribed with the new one. */
static void
rotate_record(struct config *c, struct record *was, const struct exchange *x)
{
	struct record *r = record_new(c->en, false);

	if (exchange_copy(&r->x, x) != ERR_OK)
		fatal("config: out of memory");
	alarm_lower_all(c->en, was->x.display_name);
	TAILQ_INSERT_BEFORE(was, r, next);
	TAILQ_REMOVE(&c->records, was, next);
	was->is_former = true;
	users_record_rotated(c->en->users, was);
	record_unref(was);
}

static const struct exchange *
find_read(const struct reading *in, const char *id)
{
	size_t i;

	for (i = 0; i < in->records.n; i++)
		if (str_eq(in->records.v[i].id, id))
			return &in->records.v[i];
	return NULL;
}

static void
log_record(const char *event, const char *name)
{
	log_kv(LOG_L_INFO, ENGINE_MODULE, event, "Record", name, NULL);
}

/* Only what differs: a record with another name stays connected, one with
 * another host begins anew.  True: something is new. */
static bool
apply_records(struct config *c, struct reading *in)
{
	struct record *r, *next;
	const struct exchange *x;
	bool is_new = false, is_rotated = false;
	size_t i;

	for (r = TAILQ_FIRST(&c->records); r != NULL; r = next) {
		next = TAILQ_NEXT(r, next);
		x = find_read(in, r->x.id);
		if (x != NULL && is_same_connection(x, &r->x, &is_rotated)) {
			if (is_rotated) {
				log_record("Record Rotated", r->x.display_name);
				rotate_record(c, r, x);
			}
			continue;
		}
		log_record(x == NULL ? "Record Removed" : "Record Changed",
		    r->x.display_name);
		remove_record(c, r);
		is_new = true;
	}
	for (i = 0; i < in->records.n; i++) {
		struct exchange *n = &in->records.v[i];

		if ((r = config_record(c, n->id)) == NULL) {
			log_record("Record Read", n->display_name);
			add_record(c, n);
			is_new = true;
			continue;
		}
		if (!str_eq(r->x.display_name, n->display_name))
			alarm_lower_all(c->en, r->x.display_name);
		exchange_clear(&r->x);
		r->x = *n;
		memset(n, 0, sizeof(*n));
		/* In the order of the list. */
		TAILQ_REMOVE(&c->records, r, next);
		TAILQ_INSERT_TAIL(&c->records, r, next);
	}
	return is_new;
}

static bool
is_same_net(const struct msg_net_config *a, const struct msg_net_config *b)
{
	return str_eq(a->ca_pem, b->ca_pem) &&
	       a->use_system_ca == b->use_system_ca;
}

static bool
apply_net(struct config *c, struct reading *in)
{
	struct msg_net_config copy;

	if (c->net_sent && is_same_net(&c->net, &in->net) &&
	    bound_is_same(&c->proxy, &in->proxy))
		return false;
	if (!c->net_sent || !bound_is_same(&c->proxy, &in->proxy))
		proxy_creds_config(c->en->proxy, &in->proxy);
	bound_clear(&c->proxy);
	c->proxy = in->proxy;
	memset(&in->proxy, 0, sizeof(in->proxy));
	if (msg_net_config_copy(&copy, &in->net) != ERR_OK)
		fatal("config: out of memory");
	msg_net_config_free(&c->net);
	c->net = copy;
	net_pool_config(c->en->nets, &in->net);
	c->net_sent = true;
	return true;
}

static void
release_records(struct config *c)
{
	struct record *r;

	TAILQ_FOREACH(r, &c->records, next)
	record_release(r);
}

/* An address that was found through a host which is no longer allowed must
 * not be remembered either. */
static bool
apply_trust(struct config *c, struct reading *in)
{
	struct record *r;
	bool is_new = !trust_is_same(&c->trust, &in->trust);

	trust_list_clear(&c->trust);
	c->trust = in->trust;
	memset(&in->trust, 0, sizeof(in->trust));
	if (is_new)
		TAILQ_FOREACH(r, &c->records, next)
	domains_forget(r);
	return is_new;
}

static void
apply(struct config *c, struct reading *in)
{
	bool first = c->rev == 0, is_new, is_new_trust;
	char rev[24];

	c->enabled = in->enabled;
	is_new = apply_net(c, in);
	/* Another CA or proxy may be what was missing. */
	if (is_new)
		release_records(c);
	is_new |= apply_records(c, in);
	is_new_trust = apply_trust(c, in);
	c->keywords = in->keywords;
	join_details_clear(&c->join);
	c->join = in->join;
	memset(&in->join, 0, sizeof(in->join));
	c->rev = in->rev;
	deliveries_config(c->en, in->delivery);
	ca_watch_check(c->en->cas);
	health_update(c->en); /* starts or stops the work for users */
	ages_check(c->en);
	directory_config(c->en);
	webex_keep_config(c->en->webex, &in->services);
	conf_services_config(c->en->confs, &in->services);
	keyword_alarm_check(c->en, &c->keywords);
	workspaces_config(c->en->workspaces, &in->workspaces);
	users_apply(c->en->users, &in->users, in->rule_link, in->rule_video);
	if (is_new && !first)
		users_record_changed(c->en->users, NULL);
	if (is_new_trust && !first)
		redirects_decided(c->en);
	snprintf(rev, sizeof(rev), "%" PRIu64, in->rev);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Config In Effect", "Revision", rev,
	    NULL);
}

static enum err
read_and_apply(struct config *c, struct errinfo *ei)
{
	struct reading in;
	uint64_t rev;
	enum err e;

	if ((e = store_revision(c->en->store, &rev, ei)) != ERR_OK)
		return e;
	/* Once more when it changed while it was read. */
	while (rev != c->rev) {
		memset(&in, 0, sizeof(in));
		if ((e = read_all(c->en, &in, ei)) == ERR_OK)
			apply(c, &in);
		reading_clear(&in);
		if (e != ERR_OK ||
		    (e = store_revision(c->en->store, &rev, ei)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
config_check(struct config *c, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	enum err e = read_and_apply(c, &why);

	switch_alarm(c->en, e == ERR_OK ? NULL : why.text, c->enabled);
	return e == ERR_OK ? e : err_set(ei, e, "%s", why.text);
}

static void
on_timer(void *arg)
{
	struct config *c = arg;
	struct errinfo ei;
	const enum err e = config_check(c, &ei);

	if (e != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Config Not Read", "Detail",
		    ei.text, NULL);
	ages_check(c->en);
	timer_start(c->timer, c->rev == 0   ? 1000
			      : e != ERR_OK ? CONFIG_AGAIN_MS
					    : CONFIG_CHECK_MS);
}

struct config *
config_new(struct engine *en)
{
	struct config *c = xalloc(sizeof(*c));

	c->en = en;
	TAILQ_INIT(&c->records);
	c->timer = timer_new(en->loop, on_timer, c);
	timer_start(c->timer, 0);
	return c;
}

void
config_free(struct config *c)
{
	struct record *r;

	if (c == NULL)
		return;
	while ((r = TAILQ_FIRST(&c->records)) != NULL) {
		TAILQ_REMOVE(&c->records, r, next);
		record_kill(r);
		record_unref(r);
	}
	trust_list_clear(&c->trust);
	join_details_clear(&c->join);
	msg_net_config_free(&c->net);
	bound_clear(&c->proxy);
	timer_free(c->timer);
	mem_free(c);
}

uint64_t
config_revision(const struct config *c)
{
	return c->rev;
}

bool
config_is_enabled(const struct config *c)
{
	return c->enabled;
}

bool
config_has_enabled_record(const struct config *c)
{
	const struct record *r;

	TAILQ_FOREACH(r, &c->records, next)
	if (r->x.enabled)
		return true;
	return false;
}

const struct join_details *
config_join(const struct config *c)
{
	return &c->join;
}

const struct keyword_set *
config_keywords(const struct config *c)
{
	return &c->keywords;
}

enum trust
config_trust(const struct config *c, const char *host)
{
	return trust_judge(&c->trust, host);
}

struct record *
config_record(struct config *c, const char *id)
{
	struct record *r;

	TAILQ_FOREACH(r, &c->records, next)
	if (str_eq(r->x.id, id))
		return r;
	return NULL;
}

struct record *
config_record_at(struct config *c, size_t i)
{
	struct record *r;

	TAILQ_FOREACH(r, &c->records, next)
	if (i-- == 0)
		return r;
	return NULL;
}
