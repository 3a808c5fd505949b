/* webex_token.c - see webex_token.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/queue.h>

#include "backend/net/creds.h"
#include "backend/net/evidence.h"
#include "backend/net/http.h"
#include "backend/net/webex_client.h"
#include "backend/net/webex_token.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/str.h"

#define KEPT_MAX CREDS_MAX
#define ANSWER_MAX 65536u
#define FORM_MAX (4u * SECRET_MAX) /* each letter escaped */

struct webex_wait {
	TAILQ_ENTRY(webex_wait) next;
	struct kept *of;
	webex_token_fn fn;
	void *arg;
	struct webex_wait **at; /* of who waits */
};

/* Of one credential. */
struct kept {
	LIST_ENTRY(kept) next;
	struct webex_tokens *all;
	uint64_t cred_id;
	struct secret secret, refresh; /* of the client */
	char *binding, *client_id;
	struct secret access; /* empty: none */
	int64_t access_until_s, renew_at_s, refresh_until_s;
	char *scopes;
	struct http_req *req; /* for a token, under way */
	bool dropped; /* goes when nobody needs it */
	TAILQ_HEAD(, webex_wait) waits;
};

struct webex_tokens {
	struct http *http;
	const unsigned char *pk;
	webex_box_fn fn;
	void *arg;
	LIST_HEAD(, kept) list;
	size_t n;
};

enum err
webex_tokens_new(struct webex_tokens **out, struct http *h,
    const unsigned char *pk, webex_box_fn fn, void *arg)
{
	struct webex_tokens *t = try_alloc(sizeof(*t));

	if (t == NULL)
		return ERR_NOMEM;
	t->http = h;
	t->pk = pk;
	t->fn = fn;
	t->arg = arg;
	LIST_INIT(&t->list);
	*out = t;
	return ERR_OK;
}

static void
kept_free(struct kept *k)
{
	http_cancel(k->req);
	LIST_REMOVE(k, next);
	k->all->n--;
	secret_clear(&k->secret);
	secret_clear(&k->refresh);
	secret_clear(&k->access);
	mem_free(k->binding);
	mem_free(k->client_id);
	mem_free(k->scopes);
	mem_free(k);
}

void
webex_tokens_free(struct webex_tokens *t)
{
	if (t == NULL)
		return;
	while (!LIST_EMPTY(&t->list))
		kept_free(LIST_FIRST(&t->list));
	mem_free(t);
}

static struct kept *
find(const struct webex_tokens *t, uint64_t cred_id)
{
	struct kept *k;

	LIST_FOREACH(k, &t->list, next)
	if (k->cred_id == cred_id)
		return k;
	return NULL;
}

/* A token that is under way may bring another refresh token: it is waited
 * for. */
void
webex_tokens_drop(struct webex_tokens *t, uint64_t cred_id)
{
	struct kept *k = find(t, cred_id);

	if (k == NULL)
		return;
	k->dropped = true;
	if (k->req == NULL)
		kept_free(k);
}

static enum err
kept_new(struct kept **out, struct webex_tokens *t, const struct cred *cred,
    const struct cred *client)
{
	struct kept *k;
	enum err e = ERR_NOMEM;

	if (t->n >= KEPT_MAX)
		return ERR_BUSY;
	if ((k = try_alloc(sizeof(*k))) == NULL)
		return ERR_NOMEM;
	k->all = t;
	k->cred_id = cred->id;
	TAILQ_INIT(&k->waits);
	LIST_INSERT_HEAD(&t->list, k, next);
	t->n++;
	if ((k->binding = try_strdup(cred->binding)) != NULL &&
	    (k->client_id = try_strdup(cred->account)) != NULL &&
	    (k->scopes = try_strdup("")) != NULL &&
	    (e = secret_copy(&k->refresh, &cred->secret)) == ERR_OK)
		e = secret_copy(&k->secret, &client->secret);
	if (e != ERR_OK) {
		kept_free(k);
		return e;
	}
	*out = k;
	return ERR_OK;
}

static void
copy_text(char **to, const char *from, size_t max)
{
	if (from != NULL)
		evidence_text(to, from, max);
}

/* One request may have been for many. */
static void
copy_evidence(struct msg_evidence *to, const struct msg_evidence *from)
{
	to->code = from->code;
	to->http_status = from->http_status;
	to->backoff_ms = from->backoff_ms;
	to->total_ms = from->total_ms;
	copy_text(&to->failure, from->failure, 64);
	copy_text(&to->detail, from->detail, EV_DETAIL_MAX);
	copy_text(&to->url, from->url, EV_URL_MAX);
	copy_text(&to->remote, from->remote, EV_REMOTE_MAX);
	copy_text(&to->tls_version, from->tls_version, 16);
}

/* Everyone who waits, in turn; each may begin something new meanwhile. */
static void
tell_all(struct kept *k, const struct msg_evidence *ev)
{
	struct webex_life life = {
	    .access_until_s = k->access_until_s,
	    .refresh_until_s = k->refresh_until_s,
	    .scopes = k->scopes,
	};
	TAILQ_HEAD(, webex_wait) mine = TAILQ_HEAD_INITIALIZER(mine);
	struct webex_wait *w;

	TAILQ_CONCAT(&mine, &k->waits, next);
	while ((w = TAILQ_FIRST(&mine)) != NULL) {
		struct msg_evidence copy = {0};

		TAILQ_REMOVE(&mine, w, next);
		copy_evidence(&copy, ev);
		*w->at = NULL;
		w->fn(w->arg, k->access.len > 0 ? &k->access : NULL, &life,
		    &copy);
		msg_evidence_free(&copy);
		mem_free(w);
	}
}

/* Seals what the next refresh needs, and has it stored. */
static enum err
keep_refresh(struct kept *k, struct secret *fresh)
{
	unsigned char box[SEAL_BOX_MAX];
	struct msg_webex_box m = {.cred_id = k->cred_id};
	enum err e;

	if (secret_equal(fresh, &k->refresh))
		return ERR_OK;
	if ((e = seal_box(
		 k->all->pk, k->binding, fresh, box, &m.box.n, NULL)) != ERR_OK)
		return e;
	m.box.p = box;
	if (!k->all->fn(k->all->arg, &m))
		e = ERR_GONE;
	secret_clear(&k->refresh);
	k->refresh = *fresh;
	memset(fresh, 0, sizeof(*fresh));
	return e;
}

static void
take_grant(struct kept *k, struct http_answer *a)
{
	struct webex_grant g = {0};
	struct errinfo ei = {0};
	int64_t now = clock_wall_s(), early = WEBEX_TOKEN_EARLY_S;
	enum err e;

	e = webex_grant_decode(&g, buf_str(&a->body), a->body.len, &ei);
	if (e != ERR_OK) {
		evidence_fail(&a->ev, "webex-answer", "%s", ei.text);
		return;
	}
	secret_clear(&k->access);
	k->access = g.access;
	memset(&g.access, 0, sizeof(g.access));
	if (g.access_s / 10 < early)
		early = g.access_s / 10;
	k->access_until_s = now + g.access_s;
	k->renew_at_s = k->access_until_s - early;
	k->refresh_until_s = g.refresh_s == 0 ? 0 : now + g.refresh_s;
	mem_free(k->scopes);
	k->scopes = g.scopes;
	g.scopes = NULL;
	if (g.refresh.len > 0 && keep_refresh(k, &g.refresh) != ERR_OK)
		evidence_fail(&a->ev, "webex-not-kept",
		    "the new refresh token could not be stored");
	webex_grant_clear(&g);
}

/* RFC 6749 5.2: 400 with invalid_grant, or 401 with invalid_client. */
static void
judge_refusal(struct http_answer *a)
{
	unsigned s = a->ev.http_status;
	char said[EV_DETAIL_MAX];

	if (s != 400 && s != 401 && s != 403)
		return;
	webex_error_text(said, sizeof(said), buf_str(&a->body), a->body.len);
	evidence_forgive(&a->ev);
	evidence_fail(&a->ev, "webex-token", "HTTP status %u%s%s", s,
	    said[0] == '\0' ? "" : ": ", said);
}

static void
token_done(void *arg, struct http_answer *a)
{
	struct kept *k = arg;

	k->req = NULL;
	secret_clear(&k->access);
	if (a->wants_decoding)
		take_grant(k, a);
	else
		judge_refusal(a);
	tell_all(k, &a->ev);
	if (k->dropped && k->req == NULL)
		kept_free(k);
}

static enum err
ask(struct kept *k, const struct msg_access *via)
{
	struct buf form = BUF_INIT(FORM_MAX);
	struct strlist headers = {0};
	struct http_ask a = {0};
	enum err e;

	a.url = WEBEX_API "/access_token";
	a.via = via;
	a.body = &form;
	a.headers = &headers;
	a.is_rest = true;
	a.is_once = true; /* the token before may serve only once */
	a.answer_max = ANSWER_MAX;
	a.on_done = token_done;
	a.arg = k;
	if ((e = webex_refresh_encode(&form, k->client_id,
		 secret_peek(&k->secret), secret_peek(&k->refresh))) ==
		ERR_OK &&
	    (e = strlist_add(&headers,
		 "Content-Type: application/x-www-form-urlencoded")) ==
		ERR_OK &&
	    (e = strlist_add(&headers, "Accept: application/json")) == ERR_OK)
		e = http_send(&k->req, k->all->http, &a);
	strlist_clear(&headers);
	buf_wipe(&form);
	return e;
}

static enum err
join(struct webex_wait **out, struct kept *k, webex_token_fn fn, void *arg)
{
	struct webex_wait *w = try_alloc(sizeof(*w));

	if (w == NULL)
		return ERR_NOMEM;
	w->of = k;
	w->fn = fn;
	w->arg = arg;
	w->at = out;
	*out = w;
	TAILQ_INSERT_TAIL(&k->waits, w, next);
	return ERR_OK;
}

static bool
is_ours(const struct cred *c)
{
	return c->bound.oauth && str_eq(c->bound.host, WEBEX_HOST) &&
	       c->bound.port == 0;
}

enum err
webex_token_want(struct webex_wait **out, struct webex_tokens *t,
    const struct cred *cred, const struct cred *client,
    const struct msg_access *via, bool fresh, webex_token_fn fn, void *arg)
{
	struct kept *k = find(t, cred->id);
	struct msg_evidence none = {0};
	struct webex_wait *w;
	enum err e;

	*out = NULL;
	if (t->pk == NULL)
		return ERR_UNSUPPORTED;
	/* What was bound with the verification is not sent without. */
	if (!via->tls_verify || !is_ours(cred) || !is_ours(client) ||
	    strcmp(cred->account, client->account) != 0)
		return ERR_BOUND;
	if (k == NULL && (e = kept_new(&k, t, cred, client)) != ERR_OK)
		return e;
	if ((e = join(&w, k, fn, arg)) != ERR_OK)
		return e;
	*out = w;
	w->at = out;
	if (k->req != NULL)
		return ERR_OK;
	if (!fresh && k->access.len > 0 && clock_wall_s() < k->renew_at_s) {
		tell_all(k, &none);
		return ERR_OK;
	}
	if ((e = ask(k, via)) != ERR_OK) {
		webex_token_cancel(w);
		*out = NULL;
	}
	return e;
}

void
webex_token_cancel(struct webex_wait *w)
{
	if (w == NULL)
		return;
	TAILQ_REMOVE(&w->of->waits, w, next);
	mem_free(w);
}

void
webex_token_refused(
    struct webex_tokens *t, uint64_t cred_id, const struct secret *access)
{
	struct kept *k = find(t, cred_id);

	if (k != NULL && secret_equal(&k->access, access))
		secret_clear(&k->access);
}
