/* http_pool.h - connections that one credential may use, driven by the loop.
 * Runs in net; http.c alone includes this.  There is a pool for each
 * credential and set of rules, so that no connection ever serves another.
 * A pool has slots: each is a multi handle of libcurl with one request and
 * one connection at a time, since NTLM and Kerberos sign in on a connection,
 * and the steps of it must not end up on another. */
#ifndef HTTP_POOL_H
#define HTTP_POOL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "backend/net/http_auth.h"
#include "backend/net/tls_binding.h"

struct http;
struct http_req;
struct http_sock;

struct http_slot {
	struct http_slot *next;
	struct http_pool *pool;
	CURLM *multi;
	uv_timer_t timer;
	struct http_sock *socks;
	struct http_req *req; /* NULL: idle */
	char *origin; /* where it was used last */
	enum http_auth signed_in; /* how its connection is, for good */
	struct tls_binding binding; /* of its connection, where known */
	bool dead; /* takes no new request */
	unsigned busy; /* calls into curl on the stack */
};

struct http_pool {
	struct http_pool *next;
	struct http *http;
	struct http_slot *slots; /* the one used last first */
	struct http_req *reqs; /* oldest first */
	unsigned active; /* of them, not waiting */
	uint64_t cred_id;
	bool verify, streams;
	unsigned generation;
	bool stale; /* takes no new request, goes with its last one */
	unsigned busy; /* calls of on_done on the stack */
};

/* NULL: memory is out. */
struct http_pool *
http_pool_for(struct http *h, uint64_t cred_id, bool verify, bool streams);
/* A stale pool goes when nothing is left of it. */
void http_pool_reap(struct http_pool *p);
/* No new request for those of a credential, or for any. */
void http_pool_retire(struct http *h, bool all, uint64_t cred_id);

/* An idle slot, best one with a connection to that origin.  NULL: memory is
 * out. */
struct http_slot *http_slot_take(struct http_pool *p, const char *origin);
void http_slot_give(struct http_slot *s);
/* Its connection is a new one. */
void http_slot_forget(struct http_slot *s);

#endif
