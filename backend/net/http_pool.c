/* http_pool.c - see http_pool.h: the loop's side of libcurl. */
#include "config.h"

#include "backend/net/http_int.h"
#include "backend/net/http_pool.h"
#include "common/alloc.h"
#include "common/str.h"

#define POOL_IDLE_MAX 32u /* open connections that wait for work */

struct http_sock {
	struct http_sock *next;
	struct http_slot *slot;
	curl_socket_t fd;
	uv_poll_t poll;
};

static void slot_free(struct http_slot *s);

static void
check_done(struct http_slot *s)
{
	struct http_req *r = NULL;
	CURLMsg *m;
	CURLcode code;
	CURL *easy;
	int left;

	while ((m = curl_multi_info_read(s->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		easy = m->easy_handle;
		code = m->data.result;
		if (curl_easy_getinfo(easy, CURLINFO_PRIVATE, &r) != CURLE_OK ||
		    r == NULL)
			continue;
		(void)curl_multi_remove_handle(s->multi, easy);
		r->added = false;
		http_req_finished(r, code);
	}
}

static void
act(struct http_slot *s, curl_socket_t fd, int flags)
{
	struct http_pool *p = s->pool;
	int running = 0;

	s->busy++;
	(void)curl_multi_socket_action(s->multi, fd, flags, &running);
	check_done(s);
	s->busy--;
	if (s->dead && s->req == NULL)
		slot_free(s);
	http_pool_reap(p);
}

static void
on_slot_timer(uv_timer_t *t)
{
	act(t->data, CURL_SOCKET_TIMEOUT, 0);
}

static int
set_slot_timer(CURLM *multi, long ms, void *arg)
{
	struct http_slot *s = arg;

	(void)multi;
	if (ms < 0)
		(void)uv_timer_stop(&s->timer);
	else
		(void)uv_timer_start(&s->timer, on_slot_timer, (uint64_t)ms, 0);
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
	act(s->slot, s->fd, flags);
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

	for (q = &s->slot->socks; *q != NULL; q = &(*q)->next)
		if (*q == s) {
			*q = s->next;
			break;
		}
	(void)uv_poll_stop(&s->poll);
	uv_close((uv_handle_t *)&s->poll, sock_closed);
}

static struct http_sock *
sock_add(struct http_slot *slot, curl_socket_t fd)
{
	struct http_sock *s = try_alloc(sizeof(*s));

	if (s == NULL)
		return NULL;
	if (uv_poll_init_socket(slot->pool->http->loop, &s->poll, fd) != 0) {
		mem_free(s);
		return NULL;
	}
	s->poll.data = s;
	s->slot = slot;
	s->fd = fd;
	s->next = slot->socks;
	slot->socks = s;
	(void)curl_multi_assign(slot->multi, fd, s);
	return s;
}

/* What curl wants to know about a socket has changed. */
static int
watch(CURL *easy, curl_socket_t fd, int what, void *arg, void *sockp)
{
	struct http_slot *slot = arg;
	struct http_sock *s = sockp;
	int events = 0;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s != NULL) {
			sock_drop(s);
			(void)curl_multi_assign(slot->multi, fd, NULL);
		}
		return 0;
	}
	if (s == NULL && (s = sock_add(slot, fd)) == NULL)
		return -1;
	if (what != CURL_POLL_OUT)
		events |= UV_READABLE;
	if (what != CURL_POLL_IN)
		events |= UV_WRITABLE;
	return uv_poll_start(&s->poll, events, on_poll) == 0 ? 0 : -1;
}

static void
slot_closed(uv_handle_t *h)
{
	mem_free(h->data);
}

static void
unlink_slot(struct http_slot *s)
{
	struct http_slot **q;

	for (q = &s->pool->slots; *q != NULL; q = &(*q)->next)
		if (*q == s) {
			*q = s->next;
			break;
		}
}

static void
slot_free(struct http_slot *s)
{
	unlink_slot(s);
	(void)curl_multi_cleanup(s->multi);
	while (s->socks != NULL)
		sock_drop(s->socks);
	mem_free(s->origin);
	s->origin = NULL;
	uv_close((uv_handle_t *)&s->timer, slot_closed);
}

static struct http_slot *
slot_new(struct http_pool *p)
{
	struct http_slot *s = try_alloc(sizeof(*s));

	if (s == NULL)
		return NULL;
	if ((s->multi = curl_multi_init()) == NULL) {
		mem_free(s);
		return NULL;
	}
	s->pool = p;
	(void)uv_timer_init(p->http->loop, &s->timer);
	s->timer.data = s;
	(void)curl_multi_setopt(s->multi, CURLMOPT_SOCKETFUNCTION, watch);
	(void)curl_multi_setopt(s->multi, CURLMOPT_SOCKETDATA, s);
	(void)curl_multi_setopt(
	    s->multi, CURLMOPT_TIMERFUNCTION, set_slot_timer);
	(void)curl_multi_setopt(s->multi, CURLMOPT_TIMERDATA, s);
	(void)curl_multi_setopt(
	    s->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
	(void)curl_multi_setopt(s->multi, CURLMOPT_MAXCONNECTS, 1L);
	s->next = p->slots;
	p->slots = s;
	return s;
}

void
http_slot_forget(struct http_slot *s)
{
	s->signed_in = HTTP_AUTH_NONE;
	s->binding.len = 0;
}

static bool
is_free(const struct http_slot *s)
{
	return s->req == NULL && !s->dead;
}

struct http_slot *
http_slot_take(struct http_pool *p, const char *origin)
{
	struct http_slot *s, *last = NULL;
	unsigned idle = 0;

	for (s = p->slots; s != NULL; s = s->next) {
		if (!is_free(s))
			continue;
		if (str_eq(s->origin, origin))
			break;
		idle++;
		if (s->busy == 0)
			last = s;
	}
	if (s == NULL) {
		if (idle >= POOL_IDLE_MAX && last != NULL)
			slot_free(last);
		if ((s = slot_new(p)) == NULL)
			return NULL;
		if ((s->origin = try_strdup(origin)) == NULL) {
			slot_free(s);
			return NULL;
		}
	}
	unlink_slot(s);
	s->next = p->slots;
	p->slots = s;
	return s;
}

void
http_slot_give(struct http_slot *s)
{
	s->req = NULL;
	if (s->dead && s->busy == 0)
		slot_free(s);
}

/* A stale pool goes when nothing is left of it. */
void
http_pool_reap(struct http_pool *p)
{
	struct http_pool **q;
	struct http_slot *s;

	if (!p->stale || p->reqs != NULL || p->busy > 0)
		return;
	for (s = p->slots; s != NULL; s = s->next)
		if (s->busy > 0)
			return;
	for (q = &p->http->pools; *q != NULL; q = &(*q)->next)
		if (*q == p) {
			*q = p->next;
			break;
		}
	while (p->slots != NULL)
		slot_free(p->slots);
	mem_free(p);
}

static struct http_pool *
pool_new(struct http *h, uint64_t cred_id, bool verify, bool streams)
{
	struct http_pool *p = try_alloc(sizeof(*p));

	if (p == NULL)
		return NULL;
	p->http = h;
	p->cred_id = cred_id;
	p->verify = verify;
	p->streams = streams;
	p->generation = h->generation;
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
		    p->streams == streams && p->generation == h->generation)
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
