#include "backend/engine/webex_keep.h"

#include <inttypes.h>
#include <string.h>
#include <sys/queue.h>

#include "backend/core/backoff.h"
#include "backend/core/ipc_loop.h"
#include "backend/engine/alarm.h"
#include "backend/engine/creds.h"
#include "backend/engine/engine.h"
#include "backend/engine/net_pool.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/seal.h"
#include "common/store_confer.h"
#include "common/store_confer_box.h"
#include "common/str.h"

#define TYPE "webex"
#define SITE "site"
#define SECRET_KEY "client_secret"
#define TOKEN_KEY "refresh_token"
#define ASK_MS 30000 /* for one answer of Webex */
#define GRACE_MS 30000 /* beyond what net was given: two requests */
#define WORKER_MS 200 /* until another net worker may be there */
#define RENEW_MIN_S 60
#define RENEW_MAX_S 86400 /* a refresh token that is used does not end */
#define RETRY_MIN_MS 30000
#define RETRY_MAX_MS 3600000

struct site {
	LIST_ENTRY(site) next;
	struct webex_keep *all;
	struct confer x;
	uint32_t net_id;
	uint64_t secret_id, token_id; /* credentials; 0: not asked for */
	bool secret_open, token_open;
	struct net_call *call; /* for a token, under way */
	struct timer *timer; /* begins anew, or renews */
	struct backoff backoff;
	bool seen; /* of one reading */
};

struct webex_keep {
	struct engine *en;
	LIST_HEAD(, site) sites;
};

struct webex_keep *
webex_keep_new(struct engine *en)
{
	struct webex_keep *k = xalloc(sizeof(*k));

	k->en = en;
	LIST_INIT(&k->sites);
	return k;
}

static void
close_cred(struct site *s, uint64_t *id)
{
	struct msg_cred_ref ref = {.cred_id = *id, .net_id = s->net_id};
	struct engine *en = s->all->en;

	if (*id != 0 && en->mgr != NULL &&
	    ipc_conn_send(en->mgr, IPC_CRED_CLOSE, *id, &ref, -1) != ERR_OK)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Cred Close Not Sent", NULL);
	*id = 0;
}

/* Nothing is open, nothing is under way. */
static void
close_site(struct site *s)
{
	net_call_cancel(s->call);
	s->call = NULL;
	close_cred(s, &s->secret_id);
	close_cred(s, &s->token_id);
	s->secret_open = s->token_open = false;
}

static void
drop_site(struct site *s)
{
	close_site(s);
	alarm_lower(s->all->en, ALARM_WEBEX_TOKEN, confer_name(&s->x));
	alarm_lower(s->all->en, ALARM_WEBEX_TOKEN_AGE, confer_name(&s->x));
	alarm_lower(s->all->en, ALARM_WEBEX_UNREACHABLE, confer_name(&s->x));
	timer_free(s->timer);
	LIST_REMOVE(s, next);
	confer_clear(&s->x);
	mem_free(s);
}

void
webex_keep_free(struct webex_keep *k)
{
	struct site *s;

	if (k == NULL)
		return;
	while ((s = LIST_FIRST(&k->sites)) != NULL) {
		close_site(s);
		timer_free(s->timer);
		LIST_REMOVE(s, next);
		confer_clear(&s->x);
		mem_free(s);
	}
	mem_free(k);
}

/* Webex has said no, or the secrets are not to be had; else it is the way to
 * Webex that fails. */
static bool
is_refusal(const char *failure)
{
	return str_has_prefix(failure, "cred-") ||
	       str_eq(failure, "webex-token") ||
	       str_eq(failure, "webex-not-kept");
}

/* Later, with credentials that are opened anew: the cause may be in them. */
static void
fail(struct site *s, const char *failure, const char *text, uint32_t asked_ms)
{
	const struct failure *f = failure_find(failure);
	bool refused = is_refusal(failure);
	char detail[1024];

	close_site(s);
	text_fit(detail, sizeof(detail), "%s. %s",
	    f == NULL ? "The token could not be renewed" : f->title, text);
	log_kv(LOG_L_ERROR, ENGINE_MODULE, "Webex Token Not Renewed", "Service",
	    confer_name(&s->x), "Failure", failure, "Detail", text, NULL);
	alarm_raise(s->all->en,
	    refused ? ALARM_WEBEX_TOKEN : ALARM_WEBEX_UNREACHABLE,
	    confer_name(&s->x), failure, detail);
	alarm_lower(s->all->en,
	    refused ? ALARM_WEBEX_UNREACHABLE : ALARM_WEBEX_TOKEN,
	    confer_name(&s->x));
	timer_start(s->timer, backoff_next_ms(&s->backoff, asked_ms));
}

static void
check_end(struct site *s, int64_t until_s)
{
	int64_t left = until_s - clock_wall_s();
	char detail[128];

	if (until_s == 0 || left > WEBEX_END_SOON_S) {
		alarm_lower(
		    s->all->en, ALARM_WEBEX_TOKEN_AGE, confer_name(&s->x));
		return;
	}
	text_fit(detail, sizeof(detail),
	    "It ends in %" PRId64 " days, although it was used.",
	    left < 0 ? 0 : left / 86400);
	alarm_raise(s->all->en, ALARM_WEBEX_TOKEN_AGE, confer_name(&s->x),
	    "ends", detail);
}

/* One blank between, as RFC 6749 3.3 says. */
static bool
has_scope(const char *scopes, const char *want)
{
	size_t n = strlen(want), len;

	for (;; scopes += len + 1) {
		len = strcspn(scopes, " ");
		if (len == n && strncmp(scopes, want, n) == 0)
			return true;
		if (scopes[len] == '\0')
			return false;
	}
}

/* Those that the requests of webex_client.c need.  Webex need not say what it
 * has granted. */
static void
check_scopes(struct site *s, const char *scopes)
{
	static const char *const needed[] = {"spark:all",
	    "meeting:admin_schedule_read", "meeting:admin_schedule_write",
	    "meeting:admin_preferences_read"};
	char missing[256] = "", detail[512];
	size_t i, n;

	for (i = 0; scopes[0] != '\0' && i < 4; i++) {
		n = strlen(missing);
		if (!has_scope(scopes, needed[i]))
			text_fit(
			    missing + n, sizeof(missing) - n, " %s", needed[i]);
	}
	if (missing[0] == '\0') {
		alarm_lower(
		    s->all->en, ALARM_WEBEX_UNREACHABLE, confer_name(&s->x));
		return;
	}
	text_fit(detail, sizeof(detail), "%s:%s.",
	    failure_find("webex-scope")->title, missing);
	alarm_raise(s->all->en, ALARM_WEBEX_UNREACHABLE, confer_name(&s->x),
	    "webex-scope", detail);
}

static void
renewed(struct site *s, const struct msg_webex_token *r)
{
	int64_t in_s = (r->access_until_s - clock_wall_s()) / 2;

	if (in_s < RENEW_MIN_S)
		in_s = RENEW_MIN_S;
	if (in_s > RENEW_MAX_S)
		in_s = RENEW_MAX_S;
	backoff_reset(&s->backoff);
	alarm_lower(s->all->en, ALARM_WEBEX_TOKEN, confer_name(&s->x));
	check_scopes(s, r->scopes);
	check_end(s, r->refresh_until_s);
	log_kv(LOG_L_INFO, ENGINE_MODULE, "Webex Token Renewed", "Service",
	    confer_name(&s->x), NULL);
	timer_start(s->timer, (uint64_t)in_s * 1000);
}

static void
on_token(void *arg, enum err e, enum ipc_type t, void *msg, const char *text)
{
	const struct msg_webex_token *r = msg;
	struct site *s = arg;

	s->call = NULL;
	if (e != ERR_OK || t != IPC_WEBEX_TOKEN_IS)
		fail(s, "worker-died", text, 0);
	else if (r->ev.code != (uint32_t)ERR_OK)
		fail(s, r->ev.failure, r->ev.detail, r->ev.backoff_ms);
	else
		renewed(s, r);
}

static void
fill(const struct site *s, struct msg_webex_ctx *c)
{
	c->via.cred_id = s->token_id;
	c->via.tls_verify = true;
	c->via.use_proxy = str_eq(confer_get(&s->x, "use_proxy"), "yes");
	c->via.timeout_ms = ASK_MS;
	c->client_cred_id = s->secret_id;
	c->site = confer_field(&s->x, SITE)->value;
}

static void
renew(struct site *s)
{
	static char nobody[1] = "";
	struct msg_webex_job m = {0};
	enum err e;

	fill(s, &m.ctx);
	m.ctx.person = nobody;
	e = net_call_start(&s->call, s->all->en->nets, s->net_id,
	    IPC_WEBEX_TOKEN, &m, ASK_MS + GRACE_MS, on_token, s);
	if (e != ERR_OK)
		fail(s, "worker-died", err_default_text(e), 0);
}

/* The failure's name; NULL: it is asked for. */
static const char *
open_one(struct site *s, const char *key, uint64_t *id, struct errinfo *ei)
{
	const struct confer_field *f = confer_field(&s->x, key);
	char binding[SEAL_BINDING_MAX], account[512];
	struct engine *en = s->all->en;
	struct msg_cred_open m = {0};
	const char *failure = NULL;

	if (confer_account(&s->x, account, sizeof(account), ei) != ERR_OK ||
	    confer_binding(&s->x, key, binding, sizeof(binding), ei) != ERR_OK)
		return "cred-bound";
	if (store_confer_box_get(en->store, s->x.id, f, &m.box, ei) != ERR_OK ||
	    m.box.n == 0) {
		(void)err_set(ei, ERR_AUTH, "No secret is stored.");
		return "cred-missing";
	}
	*id = creds_new_id(en->creds);
	m.cred_id = *id;
	m.net_id = s->net_id;
	m.account = account;
	m.binding = binding;
	if (en->mgr == NULL ||
	    ipc_conn_send(en->mgr, IPC_CRED_OPEN, *id, &m, -1) != ERR_OK) {
		(void)err_set(ei, ERR_GONE, "The manager cannot be asked.");
		failure = "worker-died";
		*id = 0;
	}
	mem_free(m.box.p);
	return failure;
}

/* The client secret first: the worker gets them in this order, and waits for
 * the token. */
static void
begin(void *arg)
{
	struct site *s = arg;
	struct errinfo ei = {ERR_OK, ""};
	const char *failure;

	if (s->secret_open && s->token_open) {
		renew(s);
		return;
	}
	close_site(s);
	if (!net_pool_pick(s->all->en->nets, &s->net_id)) {
		timer_start(s->timer, WORKER_MS);
		return;
	}
	if ((failure = open_one(s, SECRET_KEY, &s->secret_id, &ei)) != NULL ||
	    (failure = open_one(s, TOKEN_KEY, &s->token_id, &ei)) != NULL)
		fail(s, failure, ei.text, 0);
}

static struct site *
find(struct webex_keep *k, const char *id)
{
	struct site *s;

	LIST_FOREACH(s, &k->sites, next)
	if (str_eq(s->x.id, id))
		return s;
	return NULL;
}

static void
take(struct webex_keep *k, const struct confer *x)
{
	struct site *s = find(k, x->id);
	struct confer copy;

	if (s != NULL && confer_is_same(&s->x, x)) {
		s->seen = true;
		return;
	}
	if (s != NULL)
		drop_site(s);
	if (confer_copy(&copy, x) != ERR_OK)
		fatal("webex_keep: out of memory");
	s = xalloc(sizeof(*s));
	s->all = k;
	s->x = copy;
	s->seen = true;
	s->backoff = (struct backoff)BACKOFF_INIT(RETRY_MIN_MS, RETRY_MAX_MS);
	s->timer = timer_new(k->en->loop, begin, s);
	LIST_INSERT_HEAD(&k->sites, s, next);
	timer_start(s->timer, 0);
}

void
webex_keep_config(struct webex_keep *k, const struct confer_list *l)
{
	struct site *s, *next;
	size_t i;

	LIST_FOREACH(s, &k->sites, next)
	s->seen = false;
	for (i = 0; i < l->n; i++)
		if (str_eq(l->v[i].type->type, TYPE))
			take(k, &l->v[i]);
	for (s = LIST_FIRST(&k->sites); s != NULL; s = next) {
		next = LIST_NEXT(s, next);
		if (!s->seen)
			drop_site(s);
	}
}

void
webex_keep_opened(struct webex_keep *k, uint64_t cred_id)
{
	struct site *s;

	LIST_FOREACH(s, &k->sites, next)
	{
		if (cred_id == s->secret_id)
			s->secret_open = true;
		else if (cred_id == s->token_id)
			s->token_open = true;
		else
			continue;
		if (s->secret_open && s->token_open && s->call == NULL)
			renew(s);
		return;
	}
}

void
webex_keep_refused(
    struct webex_keep *k, uint64_t cred_id, enum err e, const char *text)
{
	struct site *s;

	LIST_FOREACH(s, &k->sites, next)
	if (cred_id == s->secret_id || cred_id == s->token_id)
		break;
	if (s != NULL)
		fail(s,
		    e == ERR_BOUND  ? "cred-bound"
		    : e == ERR_GONE ? "worker-died"
				    : "cred-unreadable",
		    text, 0);
}

void
webex_keep_net_gone(struct webex_keep *k, uint32_t net_id)
{
	struct site *s;

	LIST_FOREACH(s, &k->sites, next)
	{
		if (s->net_id != net_id ||
		    (s->secret_id == 0 && s->token_id == 0))
			continue;
		/* What was open went with it; that is no failure. */
		net_call_cancel(s->call);
		s->call = NULL;
		s->secret_id = s->token_id = 0;
		s->secret_open = s->token_open = false;
		timer_start(s->timer, WORKER_MS);
	}
}

void
webex_keep_box(struct webex_keep *k, const struct msg_webex_box *m)
{
	struct errinfo ei = {ERR_OK, ""};
	struct site *s;

	LIST_FOREACH(s, &k->sites, next)
	if (m->cred_id != 0 && m->cred_id == s->token_id)
		break;
	if (s == NULL) {
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Webex Token Not Kept",
		    "Detail", "it is of no site that is configured", NULL);
		return;
	}
	if (store_confer_box_put(k->en->store, s->x.id,
		confer_field(&s->x, TOKEN_KEY), &m->box, &ei) == ERR_OK)
		log_kv(LOG_L_INFO, ENGINE_MODULE, "Webex Token Kept", "Service",
		    confer_name(&s->x), NULL);
	else
		fail(s, "webex-not-kept", ei.text, 0);
}

enum err
webex_keep_access(struct webex_keep *k, const char *confer_id, uint32_t *net_id,
    struct msg_webex_ctx *out)
{
	struct site *s = find(k, confer_id);

	if (s == NULL)
		return ERR_NOTFOUND;
	if (!s->secret_open || !s->token_open)
		return ERR_AUTH;
	*net_id = s->net_id;
	fill(s, out);
	return ERR_OK;
}
