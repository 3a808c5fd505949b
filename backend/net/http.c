/* http.c - see http.h: the loop's side of libcurl.  A pool is one multi
 * handle with its connections; there is one for each credential and set of
 * rules, so that no connection ever serves another. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/ca_store.h"
#include "backend/net/http_int.h"
#include "common/alloc.h"
#include "common/clock.h"

#define POOL_IDLE_MAX 32L /* open connections that wait for work */
#define PROXY_TEXT_MAX 300

struct http_sock {
	struct http_sock *next;
	struct http_pool *pool;
	curl_socket_t fd;
	uv_poll_t poll;
};

struct http_pool {
	struct http_pool *next;
	struct http *http;
	CURLM *multi;
	uv_timer_t timer;
	struct http_sock *socks;
	struct http_req *reqs;
	uint64_t cred_id;
	bool verify;
	unsigned generation;
	bool stale; /* takes no new request, goes with its last one */
	unsigned busy; /* calls into curl on the stack */
};

static void pool_reap(struct http_pool *p);
static void finish(struct http_req *r, CURLcode code);

static void
check_done(struct http_pool *p)
{
	struct http_req *r = NULL;
	CURLMsg *m;
	CURLcode code;
	CURL *easy;
	int left;

	while ((m = curl_multi_info_read(p->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		easy = m->easy_handle;
		code = m->data.result;
		if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, &r) != CURLE_OK ||
		    r == NULL)
			continue;
		(void)curl_multi_remove_handle(p->multi, easy);
		r->added = false;
		finish(r, code);
	}
}

static void
act(struct http_pool *p, curl_socket_t fd, int flags)
{
	int running = 0;

	p->busy++;
	(void)curl_multi_socket_action(p->multi, fd, flags, &running);
	check_done(p);
	p->busy--;
	pool_reap(p);
}

static void
on_pool_timer(uv_timer_t *t)
{
	act(t->data, CURL_SOCKET_TIMEOUT, 0);
}

static int
set_pool_timer(CURLM *multi, long ms, void *arg)
{
	struct http_pool *p = arg;

	(void)multi;
	if (ms < 0)
		(void)uv_timer_stop(&p->timer);
	else
		(void)uv_timer_start(&p->timer, on_pool_timer, (uint64_t)ms, 0);
	return 0;
}

static void
on_poll(uv_poll_t *h, int status, int events)
{
	struct http_sock *s = h->data;
	int flags = 0;

	if (status < 0)
		flags = CURL_CSELECT_ERR;
	if ((events & UV_READABLE) != 0)
		flags |= CURL_CSELECT_IN;
	if ((events & UV_WRITABLE) != 0)
		flags |= CURL_CSELECT_OUT;
	act(s->pool, s->fd, flags);
}

static void
sock_closed(uv_handle_t *h)
{
	mem_free(h->data);
}

static void
sock_drop(struct http_sock *s)
{
	struct http_sock **q;

	for (q = &s->pool->socks; *q != NULL; q = &(*q)->next)
		if (*q == s) {
			*q = s->next;
			break;
		}
	(void)uv_poll_stop(&s->poll);
	uv_close((uv_handle_t *)&s->poll, sock_closed);
}

static struct http_sock *
sock_add(struct http_pool *p, curl_socket_t fd)
{
	struct http_sock *s = try_alloc(sizeof(*s));

	if (s == NULL)
		return NULL;
	if (uv_poll_init_socket(p->http->loop, &s->poll, fd) != 0) {
		mem_free(s);
		return NULL;
	}
	s->poll.data = s;
	s->pool = p;
	s->fd = fd;
	s->next = p->socks;
	p->socks = s;
	(void)curl_multi_assign(p->multi, fd, s);
	return s;
}

/* What curl wants to know about a socket has changed. */
static int
watch(CURL *easy, curl_socket_t fd, int what, void *arg, void *sockp)
{
	struct http_pool *p = arg;
	struct http_sock *s = sockp;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s != NULL) {
			sock_drop(s);
			(void)curl_multi_assign(p->multi, fd, NULL);
		}
		return 0;
	}
	if (s == NULL && (s = sock_add(p, fd)) == NULL)
		return -1;
	if (what != CURL_POLL_OUT)
		events |= UV_READABLE;
	if (what != CURL_POLL_IN)
		events |= UV_WRITABLE;
	return uv_poll_start(&s->poll, events, on_poll) == 0 ? 0 : -1;
}

static void
pool_closed(uv_handle_t *h)
{
	mem_free(h->data);
}

/* A stale pool goes when nothing is left of it. */
static void
pool_reap(struct http_pool *p)
{
	struct http_pool **q;

	if (!p->stale || p->reqs != NULL || p->busy > 0)
		return;
	for (q = &p->http->pools; *q != NULL; q = &(*q)->next)
		if (*q == p) {
			*q = p->next;
			break;
		}
	(void)curl_multi_cleanup(p->multi);
	while (p->socks != NULL)
		sock_drop(p->socks);
	uv_close((uv_handle_t *)&p->timer, pool_closed);
}

static struct http_pool *
pool_new(struct http *h, uint64_t cred_id, bool verify)
{
	struct http_pool *p = try_alloc(sizeof(*p));

	if (p == NULL)
		return NULL;
	if ((p->multi = curl_multi_init()) == NULL) {
		mem_free(p);
		return NULL;
	}
	p->http = h;
	p->cred_id = cred_id;
	p->verify = verify;
	p->generation = h->generation;
	(void)uv_timer_init(h->loop, &p->timer);
	p->timer.data = p;
	(void)curl_multi_setopt(p->multi, CURLMOPT_SOCKETFUNCTION, watch);
	(void)curl_multi_setopt(p->multi, CURLMOPT_SOCKETDATA, p);
	(void)curl_multi_setopt(
	    p->multi, CURLMOPT_TIMERFUNCTION, set_pool_timer);
	(void)curl_multi_setopt(p->multi, CURLMOPT_TIMERDATA, p);
	(void)curl_multi_setopt(
	    p->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	(void)curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS, POOL_IDLE_MAX);
	p->next = h->pools;
	h->pools = p;
	return p;
}

static struct http_pool *
pool_for(struct http *h, uint64_t cred_id, bool verify)
{
	struct http_pool *p;

	for (p = h->pools; p != NULL; p = p->next)
		if (!p->stale && p->cred_id == cred_id && p->verify == verify &&
		    p->generation == h->generation)
			return p;
	return pool_new(h, cred_id, verify);
}

static void
detach(struct http_req *r)
{
	struct http_req **q;

	if (r->added)
		(void)curl_multi_remove_handle(r->pool->multi, r->easy);
	r->added = false;
	for (q = &r->pool->reqs; *q != NULL; q = &(*q)->next)
		if (*q == r) {
			*q = r->next;
			break;
		}
}

static void
deliver(struct http_req *r)
{
	struct http_pool *p = r->pool;

	detach(r);
	p->busy++; /* on_done may drop the credential */
	r->on_done(r->arg, &r->answer);
	http_req_free(r);
	p->busy--;
	pool_reap(p);
}

static void
on_req_timer(uv_timer_t *t)
{
	struct http_req *r = t->data;

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

static bool
start(struct http_req *r)
{
	http_req_rewind(r);
	if (curl_multi_add_handle(r->pool->multi, r->easy) != CURLM_OK)
		return false;
	r->added = true;
	return true;
}

/* A 401 may have another scheme left to try. */
static void
finish(struct http_req *r, CURLcode code)
{
	struct http_memory *m = r->http->memory;

	if (code == CURLE_OK && r->status == 401 && r->has_cred &&
	    (r->auth = http_plan_next(&r->plan, &r->last_offers)) !=
		HTTP_AUTH_NONE) {
		if (start(r))
			return;
		code = CURLE_OUT_OF_MEMORY;
	}
	if (code == CURLE_OK && r->has_cred && r->status != 401)
		http_memory_put(m, r->cred_id, r->url.origin, r->auth);
	http_req_tell(r, code);
	deliver(r);
}

enum err
http_send(struct http_req **out, struct http *h, struct http_ask *ask)
{
	struct http_req *r = NULL;
	enum err e;

	if ((e = http_req_new(&r, h, ask)) != ERR_OK)
		return e;
	r->pool = pool_for(h, r->cred_id, r->verify);
	if (r->pool == NULL) {
		http_req_free(r);
		return ERR_NOMEM;
	}
	(void)uv_timer_init(h->loop, &r->timer);
	r->timer.data = r;
	r->timer_live = true;
	r->next = r->pool->reqs;
	r->pool->reqs = r;
	r->start_ms = clock_mono_ms();
	if (!r->failed_early) {
		r->auth = !r->has_cred ? HTTP_AUTH_NONE
				       : http_plan_first(&r->plan,
					     http_memory_get(h->memory,
						 r->cred_id, r->url.origin));
		if (!start(r)) {
			detach(r);
			http_req_free(r);
			return ERR_NOMEM;
		}
	}
	http_req_alarm(r, r->failed_early ? 0 : r->first_ms);
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
	pool_reap(p);
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

static void
retire(struct http *h, bool all, uint64_t cred_id)
{
	struct http_pool *p, *next;

	for (p = h->pools; p != NULL; p = next) {
		next = p->next;
		if (all || p->cred_id == cred_id) {
			p->stale = true;
			pool_reap(p);
		}
	}
}

enum err
http_set_rules(struct http *h, const struct http_rules *r)
{
	char text[PROXY_TEXT_MAX];
	char *proxy = NULL;

	if (*r->proxy_host != '\0') {
		(void)snprintf(text, sizeof(text),
		    strchr(r->proxy_host, ':') == NULL ? "http://%s:%u"
						       : "http://[%s]:%u",
		    r->proxy_host, (unsigned)r->proxy_port);
		if ((proxy = try_strdup(text)) == NULL)
			return ERR_NOMEM;
	}
	retire(h, true, 0);
	mem_free(h->proxy);
	ca_store_unref(h->ca);
	h->proxy = proxy;
	h->ca = ca_store_ref(r->ca);
	h->allow_loopback = r->allow_loopback;
	h->generation++;
	return ERR_OK;
}

void
http_drop_cred(struct http *h, uint64_t cred_id)
{
	retire(h, false, cred_id);
	http_memory_drop(h->memory, cred_id);
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	retire(h, true, 0);
	http_memory_free(h->memory);
	ca_store_unref(h->ca);
	mem_free(h->proxy);
	mem_free(h);
}
