/* http_krb.c - see http_int.h: Kerberos tokens, made by worker threads since
 * a domain controller may have to be asked.  At most KRB_AT_ONCE of them, and
 * one for a credential at a time: the next finds its tickets in the cache,
 * and a silent domain controller does not take all threads. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/http_int.h"
#include "backend/net/http_pool.h"
#include "backend/net/negotiate.h"
#include "common/alloc.h"

#define KRB_AT_ONCE 2

struct http_krb {
	uv_work_t work;
	struct http_krb *next; /* of those that wait or run */
	struct http *http; /* NULL: it has ended */
	struct http_req *req; /* NULL: it has ended or gone on */
	bool running;
	bool dropped; /* its credential is gone */
	uint64_t cred_id;
	char *account;
	struct secret password;
	char realm[KRB_NAME_MAX], service[KRB_NAME_MAX];
	struct tls_binding binding;
	struct krb_result result;
	struct buf token;
	enum err outcome;
};

static void
krb_free(struct http_krb *k)
{
	if (k == NULL)
		return;
	mem_free(k->account);
	secret_clear(&k->password);
	buf_wipe(&k->token);
	mem_free(k);
}

static void
unlink_job(struct http *h, struct http_krb *k)
{
	struct http_krb **q;

	for (q = &h->krb; *q != NULL; q = &(*q)->next)
		if (*q == k) {
			*q = k->next;
			break;
		}
}

/* In a thread: only what k owns. */
static void
work(uv_work_t *w)
{
	struct http_krb *k = w->data;
	struct krb_ask ask = {.cred_id = k->cred_id,
	    .account = k->account,
	    .password = secret_peek(&k->password),
	    .realm = k->realm,
	    .service = k->service};

	k->outcome = negotiate_token(&k->token, &k->result, &ask, &k->binding);
}

static void run_waiting(struct http *h);

static void
done(uv_work_t *w, int status)
{
	struct http_krb *k = w->data;
	struct http *h = k->http;
	struct http_req *r = k->req;

	(void)status;
	if (h == NULL || k->dropped)
		krb_cred_drop(k->cred_id);
	if (h == NULL) {
		krb_free(k);
		return;
	}
	unlink_job(h, k);
	if (r != NULL) {
		r->krb = NULL;
		http_sign_krb_done(r, k->outcome, &k->result, &k->token);
	}
	krb_free(k);
	run_waiting(h);
}

static bool
can_run(const struct http *h, const struct http_krb *k)
{
	const struct http_krb *o;
	unsigned n = 0;

	for (o = h->krb; o != NULL; o = o->next) {
		if (!o->running)
			continue;
		n++;
		if (o->cred_id == k->cred_id)
			return false;
	}
	return n < KRB_AT_ONCE;
}

static void
run_waiting(struct http *h)
{
	struct http_krb *k;

	for (k = h->krb; k != NULL; k = k->next)
		if (!k->running && can_run(h, k))
			k->running =
			    uv_queue_work(h->loop, &k->work, work, done) == 0;
}

enum err
http_krb_start(struct http_req *r)
{
	struct http_krb *k = try_alloc(sizeof(*k)), **q;

	if (k == NULL)
		return ERR_NOMEM;
	k->work.data = k;
	k->http = r->http;
	k->req = r;
	k->cred_id = r->cred_id;
	k->binding = r->slot->binding;
	k->token.max = NEGOTIATE_TOKEN_MAX;
	(void)snprintf(k->service, sizeof(k->service), "HTTP/%s", r->url.host);
	if ((k->account = try_strdup(r->sign.account)) == NULL ||
	    secret_copy(&k->password, &r->sign.password) != ERR_OK) {
		krb_free(k);
		return ERR_NOMEM;
	}
	if (!krb_realm_of(k->realm, r->sign.ad_domain, k->account, r->url.host))
		k->realm[0] = '\0'; /* MIT's own default */
	for (q = &r->http->krb; *q != NULL; q = &(*q)->next)
		;
	*q = k;
	r->krb = k;
	run_waiting(r->http);
	return ERR_OK;
}

/* One that runs ends by itself, and nobody hears of it. */
void
http_krb_cancel(struct http_req *r)
{
	struct http_krb *k = r->krb;

	if (k == NULL)
		return;
	r->krb = NULL;
	k->req = NULL;
	if (k->running)
		return;
	unlink_job(r->http, k);
	krb_free(k);
}

void
http_krb_drop(struct http *h, uint64_t cred_id)
{
	struct http_krb *k;

	for (k = h->krb; k != NULL; k = k->next)
		if (k->cred_id == cred_id)
			k->dropped = true;
	krb_cred_drop(cred_id);
}

void
http_krb_end(struct http *h)
{
	struct http_krb *k, *next;

	for (k = h->krb; k != NULL; k = next) {
		next = k->next;
		k->http = NULL;
		if (!k->running)
			krb_free(k);
	}
	h->krb = NULL;
}
