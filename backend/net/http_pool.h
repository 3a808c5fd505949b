/* http_pool.h - connections that one credential may use, driven by the loop.
 * Runs in net; http.c alone includes this.  A pool is one multi handle of
 * libcurl; there is one for each credential and set of rules, so that no
 * connection ever serves another. */
#ifndef HTTP_POOL_H
#define HTTP_POOL_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct http;
struct http_req;
struct http_sock;

struct http_pool {
	struct http_pool *next;
	struct http *http;
	CURLM *multi;
	uv_timer_t timer;
	struct http_sock *socks;
	struct http_req *reqs; /* oldest first */
	unsigned active; /* of them, not waiting */
	uint64_t cred_id;
	bool verify, streams;
	unsigned generation;
	bool stale; /* takes no new request, goes with its last one */
	unsigned busy; /* calls into curl on the stack */
};

/* NULL: memory is out. */
struct http_pool *
http_pool_for(struct http *h, uint64_t cred_id, bool verify, bool streams);
/* A stale pool goes when nothing is left of it. */
void http_pool_reap(struct http_pool *p);
/* No new request for those of a credential, or for any. */
void http_pool_retire(struct http *h, bool all, uint64_t cred_id);

#endif
