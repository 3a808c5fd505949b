/* http_pool.c - see http_pool.h: the loop's side of libcurl. */
#include "config.h"

#include "backend/net/http_int.h"
#include "backend/net/http_pool.h"
#include "common/alloc.h"

#define POOL_IDLE_MAX 32L /* open connections that wait for work */

struct http_sock {
	struct http_sock *next;
	struct http_pool *pool;
	curl_socket_t fd;
	uv_poll_t poll;
};

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
		http_req_finished(r, code);
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
	http_pool_reap(p);
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
void
http_pool_reap(struct http_pool *p)
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
pool_new(struct http *h, uint64_t cred_id, bool verify, bool streams)
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
	p->streams = streams;
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

struct http_pool *
http_pool_for(struct http *h, uint64_t cred_id, bool verify, bool streams)
{
	struct http_pool *p;

	for (p = h->pools; p != NULL; p = p->next)
		if (!p->stale && p->cred_id == cred_id && p->verify == verify &&
		    p->generation == h->generation)
			return p;
	return pool_new(h, cred_id, verify, streams);
}

void
http_pool_retire(struct http *h, bool all, uint64_t cred_id)
{
	struct http_pool *p, *next;

	for (p = h->pools; p != NULL; p = next) {
		next = p->next;
		if (all || p->cred_id == cred_id) {
			p->stale = true;
			http_pool_reap(p);
		}
	}
}
