/* http.c - see http.h: who goes when, and who gets the answer. */
#include "config.h"

#include <string.h>

#include "backend/net/ca_store.h"
#include "backend/net/dns_srv.h"
#include "backend/net/http_int.h"
#include "backend/net/http_pool.h"
#include "backend/net/proxy.h"
#include "common/alloc.h"
#include "common/clock.h"

/* Requests under way at once; the rest waits in line.  Exchange lets an
 * account have 27 (2013 and later), and a server that signs in by helpers may
 * have fewer than connections that are half signed in.  Streams do not count,
 * on neither side: 50,000 mailboxes have 250, and twice as many for the moment
 * in which all of them are opened anew. */
#define POOL_ACTIVE_MAX 12
#define POOL_STREAMS_MAX 512

static void start_waiting(struct http_pool *p);

static void
leave_slot(struct http_req *r)
{
	if (r->added)
		(void)curl_multi_remove_handle(r->slot->multi, r->easy);
	r->added = false;
	if (r->slot != NULL)
		http_slot_give(r->slot);
	r->slot = NULL;
}

static bool
enter_slot(struct http_req *r)
{
	if ((r->slot = http_slot_take(r->pool, r->url.origin)) == NULL)
		return false;
	r->slot->req = r;
	return true;
}

static void
detach(struct http_req *r)
{
	struct http_pool *p = r->pool;
	struct http_req **q;

	leave_slot(r);
	if (r->active)
		p->active--;
	r->active = false;
	for (q = &p->reqs; *q != NULL; q = &(*q)->next)
		if (*q == r) {
			*q = r->next;
			break;
		}
}

static void
hand_over(struct http_req *r)
{
	struct http_pool *p = r->pool;

	detach(r);
	p->busy++; /* on_done may drop the credential */
	r->on_done(r->arg, &r->answer);
	http_req_free(r);
	p->busy--;
}

static void
deliver(struct http_req *r)
{
	struct http_pool *p = r->pool;

	hand_over(r);
	start_waiting(p);
	http_pool_reap(p);
}

static void
on_req_timer(uv_timer_t *t)
{
	struct http_req *r = t->data;

	if (r->krb != NULL) {
		http_sign_krb_late(r);
		return;
	}
	if (!r->failed_early) {
		r->stop = HTTP_STOP_SILENT;
		http_req_tell(r, CURLE_OPERATION_TIMEDOUT);
	}
	deliver(r);
}

void
http_req_alarm(struct http_req *r, uint32_t ms)
{
	if (r->timer_live)
		(void)uv_timer_start(&r->timer, on_req_timer, ms, 0);
}

/* The next leg; on another connection where this one is of no more use. */
static bool
start(struct http_req *r)
{
	if (r->slot->dead) {
		leave_slot(r);
		if (!enter_slot(r))
			return false;
	}
	http_req_rewind(r);
	if (curl_multi_add_handle(r->slot->multi, r->easy) != CURLM_OK)
		return false;
	r->added = true;
	return true;
}

static void
conclude(struct http_req *r, CURLcode code)
{
	http_req_tell(r, code);
	deliver(r);
}

static void
on_looked_up(uv_getaddrinfo_t *req, int status, struct addrinfo *list)
{
	struct http_dns *d = req->data;
	struct http_req *r = d->req;
	uint64_t took_ms = clock_mono_ms() - d->start_ms;

	uv_freeaddrinfo(list);
	mem_free(d);
	if (r == NULL)
		return; /* the request has ended meanwhile */
	r->dns = NULL;
	r->dns_failure = dns_failure(status == UV_EAI_NONAME   ? EAI_NONAME
				     : status == UV_EAI_NODATA ? EAI_NODATA
							       : EAI_AGAIN,
	    took_ms);
	conclude(r, CURLE_COULDNT_RESOLVE_HOST);
}

/* curl does not say whether a name does not exist or nobody answered: that
 * is asked once more. */
static bool
look_up(struct http_req *r)
{
	struct http_dns *d = try_alloc(sizeof(*d));

	if (d == NULL)
		return false;
	d->lookup.data = d;
	d->start_ms = clock_mono_ms();
	d->req = r;
	if (uv_getaddrinfo(r->http->loop, &d->lookup, on_looked_up, r->url.host,
		NULL, NULL) != 0) {
		mem_free(d);
		return false;
	}
	r->dns = d;
	return true;
}

/* false: the answer stands. */
static bool
next_leg(struct http_req *r, CURLcode *code)
{
	enum http_next next = HTTP_NEXT_DONE;

	if (*code == CURLE_OK)
		next = http_sign_next(r);
	else if (r->stop == HTTP_STOP_MOVED)
		next = http_sign_moved(r);
	if (next == HTTP_NEXT_WAIT || (next == HTTP_NEXT_STEP && start(r)))
		return true;
	if (next != HTTP_NEXT_DONE)
		*code = CURLE_OUT_OF_MEMORY;
	return false;
}

void
http_req_finished(struct http_req *r, CURLcode code)
{
	struct http_memory *m = r->http->memory;

	if (next_leg(r, &code))
		return;
	if (code == CURLE_OK && r->has_cred && r->status != 401)
		http_memory_put(
		    m, r->cred_id, r->url.origin, &r->plan, r->auth);
	if (code == CURLE_COULDNT_RESOLVE_HOST && look_up(r))
		return;
	conclude(r, code);
}

void
http_req_resume(struct http_req *r, enum http_next next)
{
	http_req_alarm(r, r->first_ms);
	if (next == HTTP_NEXT_WAIT || (next == HTTP_NEXT_STEP && start(r)))
		return;
	conclude(r, next == HTTP_NEXT_DONE ? CURLE_OK : CURLE_OUT_OF_MEMORY);
}

static bool
start_first(struct http_req *r)
{
	enum http_next next;

	r->active = true;
	r->pool->active++;
	if (!enter_slot(r))
		return false;
	next = http_sign_begin(r);
	if (next == HTTP_NEXT_WAIT)
		return true;
	if (next != HTTP_NEXT_STEP || !start(r))
		return false;
	http_req_alarm(r, r->first_ms);
	return true;
}

/* Those in line, as far as there is room. */
static void
start_waiting(struct http_pool *p)
{
	unsigned max = p->streams ? POOL_STREAMS_MAX : POOL_ACTIVE_MAX;
	struct http_req *r = p->reqs;

	while (r != NULL && p->active < max) {
		if (r->active || r->failed_early) {
			r = r->next;
			continue;
		}
		if (start_first(r)) {
			r = r->next;
			continue;
		}
		http_req_tell(r, CURLE_OUT_OF_MEMORY);
		hand_over(r);
		r = p->reqs; /* the list may have changed */
	}
}

static void
append(struct http_pool *p, struct http_req *r)
{
	struct http_req **q;

	for (q = &p->reqs; *q != NULL; q = &(*q)->next)
		;
	*q = r;
}

enum err
http_send(struct http_req **out, struct http *h, struct http_ask *ask)
{
	struct http_req *r = NULL;
	unsigned max =
	    ask->on_data == NULL ? POOL_ACTIVE_MAX : POOL_STREAMS_MAX;
	enum err e;

	if ((e = http_req_new(&r, h, ask)) != ERR_OK)
		return e;
	r->pool = http_pool_for(h, r->cred_id, r->verify, ask->on_data != NULL);
	if (r->pool == NULL) {
		http_req_free(r);
		return ERR_NOMEM;
	}
	(void)uv_timer_init(h->loop, &r->timer);
	r->timer.data = r;
	r->timer_live = true;
	r->start_ms = clock_mono_ms();
	append(r->pool, r);
	if (r->failed_early) {
		http_req_alarm(r, 0);
	} else if (r->pool->active >= max) {
		http_req_alarm(r, r->first_ms);
	} else if (!start_first(r)) {
		detach(r);
		http_req_free(r);
		return ERR_NOMEM;
	}
	*out = r;
	return ERR_OK;
}

void
http_cancel(struct http_req *r)
{
	struct http_pool *p;

	if (r == NULL)
		return;
	p = r->pool;
	detach(r);
	http_req_free(r);
	start_waiting(p);
	http_pool_reap(p);
}

enum err
http_new(struct http **out, uv_loop_t *l)
{
	struct http *h = try_alloc(sizeof(*h));
	enum err e;

	if (h == NULL)
		return ERR_NOMEM;
	if ((e = http_memory_new(&h->memory)) != ERR_OK) {
		mem_free(h);
		return e;
	}
	h->loop = l;
	*out = h;
	return ERR_OK;
}

void
http_set_rules(struct http *h, const struct http_rules *r)
{
	http_pool_retire(h, true, 0);
	proxy_route_free(h->proxy);
	ca_store_unref(h->ca);
	h->proxy = r->proxy;
	h->ca = ca_store_ref(r->ca);
	h->allow_loopback = r->allow_loopback;
	h->generation++;
}

uint64_t
http_proxy_cred(const struct http *h)
{
	return h->proxy == NULL ? 0 : proxy_route_cred(h->proxy);
}

void
http_drop_cred(struct http *h, uint64_t cred_id)
{
	http_pool_retire(h, false, cred_id);
	http_memory_drop(h->memory, cred_id);
	http_krb_drop(h, cred_id);
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	http_pool_retire(h, true, 0);
	http_krb_end(h);
	http_memory_free(h->memory);
	ca_store_unref(h->ca);
	proxy_route_free(h->proxy);
	mem_free(h);
}
