/* http.h - https requests in the loop, through libcurl.
 * Runs in net.  Never blocks: a request answers once, from the loop.  HTTP/1.1
 * only, since NTLM signs in a connection and not a request; no redirect is
 * followed; connections are kept apart by credential.
 * The peer is slow, wrong, absent or hostile: sizes and times are bounded. */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buf.h"
#include "common/err.h"
#include "common/ipc.h"

struct ca_store;
struct cred;
struct http; /* opaque */
struct http_req; /* opaque */
struct proxy_route;
struct secret;
struct uv_loop_s;

#define HTTP_TIMEOUT_MIN_MS 1000
#define HTTP_TIMEOUT_DEFAULT_MS 30000
#define HTTP_TIMEOUT_MAX_MS 300000
/* For the answer to end, after it began; the engine waits longer. */
#define HTTP_SPARE_MS 5000
#define HTTP_CONNECT_MAX_MS 10000 /* name, connection and TLS together */
#define HTTP_PAGE_MAX 65536 /* of an answer that is no answer */

struct http_answer {
	struct msg_evidence ev;
	struct buf body; /* empty where on_data had it */
	char *cookie; /* X-BackEndOverrideCookie that was set, or NULL */
	bool wants_decoding; /* status and type are those of an answer */
};

/* a is borrowed; the callee may take what it holds. */
typedef void (*http_done_fn)(void *arg, struct http_answer *a);
/* Bytes of a good answer as they come.  false: no more, end with done. */
typedef bool (*http_data_fn)(void *arg, const char *p, size_t n);

struct http_ask {
	const char *url;
	/* Instead of url: url_guard_plain() of this domain, a bare GET. */
	const char *plain_domain;
	const struct msg_access *via;
	const struct cred *cred; /* NULL: send no credentials */
	/* Instead of cred: RFC 6750 2.1.  The caller vouches for the host.
	 * Copied, wiped with the request. */
	const struct secret *bearer;
	/* The server's certificate, by its SHA-256 "AB:CD:..", whoever issued
	 * it; NULL: by the trusted CA list.  With cred only, which has to be
	 * bound to it. */
	const char *pin;
	const char *method; /* NULL: POST with a body, else GET */
	struct buf *body; /* taken over; POST */
	const struct strlist *headers; /* "Name: value" */
	bool wants_json; /* an error may come as JSON, with any status */
	/* A REST service: any 2xx is a good answer, also without a body, and
	 * what comes with a refusal is left in the answer's body. */
	bool is_rest;
	/* What must not be done twice.  On a connection that was used before,
	 * libcurl sends a request again by itself when the server hangs up
	 * without a word; so this one gets a new connection. */
	bool is_once;
	size_t answer_max; /* bytes; more is content-toobig */
	http_data_fn on_data; /* NULL: the whole body at the end */
	uint32_t idle_ms; /* with on_data: silence that ends it */
	uint32_t total_ms; /* 0: the time-out of via and a little more */
	http_done_fn on_done;
	void *arg;
};

enum err http_new(struct http **out, struct uv_loop_s *l) ERR_CHECK;
/* All requests must have ended or been cancelled. */
void http_free(struct http *h);

/* Connections made under other rules are used up and not used again. */
struct http_rules {
	struct ca_store *ca;
	bool allow_loopback;
	struct proxy_route *proxy; /* taken over */
};
void http_set_rules(struct http *h, const struct http_rules *r);

/* The proxy's credential, which a request through it needs; 0: none. */
uint64_t http_proxy_cred(const struct http *h);

/* *out is the caller's to cancel until on_done; on_done is never called from
 * within http_send().  A URL that the guard refuses is answered like the
 * rest, in the evidence. */
enum err http_send(
    struct http_req **out, struct http *h, struct http_ask *ask) ERR_CHECK;
void http_cancel(struct http_req *r); /* on_done is not called */
/* The name in failure.def for a status that is no success. */
const char *http_status_failure(unsigned status);
/* Forget what a credential has left behind: open connections, memory. */
void http_drop_cred(struct http *h, uint64_t cred_id);

#endif
