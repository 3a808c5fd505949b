/* http_int.h - what http.c, http_req.c and http_fail.c share. */
#ifndef HTTP_INT_H
#define HTTP_INT_H

#include <curl/curl.h>
#include <uv.h>

#include "backend/net/cred_bound.h"
#include "backend/net/http.h"
#include "backend/net/http_auth.h"
#include "backend/net/url_guard.h"
#include "common/secret.h"

struct cred;
struct http_krb;
struct http_pool;
struct http_slot;
struct krb_result;
struct proxy_route;
struct tls_seen;

struct http {
	uv_loop_t *loop;
	struct http_memory *memory;
	struct http_pool *pools;
	struct http_krb *krb; /* tokens that are being made */
	/* the rules of now */
	struct ca_store *ca;
	bool allow_loopback;
	struct proxy_route *proxy; /* NULL: no rules yet */
	unsigned generation; /* of the rules */
};

/* Why a request was ended by ourselves, out of a callback of curl. */
enum http_stop {
	HTTP_STOP_NONE,
	HTTP_STOP_TOOBIG,
	HTTP_STOP_ENOUGH, /* on_data wants no more */
	HTTP_STOP_NOMEM,
	HTTP_STOP_SILENT, /* the idle or first-byte timer */
	HTTP_STOP_GUARD, /* an address that is not allowed */
	HTTP_STOP_TLS, /* no TLS context could be made */
	HTTP_STOP_MOVED /* the connection is gone that a step was for */
};

/* What a transfer is for. */
enum http_leg {
	HTTP_LEG_WHOLE, /* the request: nothing to prove, or proven */
	HTTP_LEG_ASK, /* no body: who is there, and what is offered */
	HTTP_LEG_FIRST, /* no body: the first step of signing in */
	HTTP_LEG_PROOF /* the request with the proof of who we are */
};

enum http_next {
	HTTP_NEXT_DONE, /* this was the answer */
	HTTP_NEXT_STEP, /* the next step is ready to be sent */
	HTTP_NEXT_WAIT, /* http_req_resume() will be called */
	HTTP_NEXT_FAILED /* stop says why */
};

/* Of the credential, copies that are wiped with the request. */
struct http_sign {
	char *account;
	struct secret password;
	char *ad_domain; /* where the account is, or "" */
	struct buf line; /* the Authorization header, or empty */
	struct buf bearer; /* the same where nothing is to be proven */
	struct curl_slist node; /* the same for curl */
	struct buf first; /* NTLM's first message, as it was sent */
	struct buf token; /* the server's, of its last answer */
	struct buf tried; /* "NTLM: refused; Basic: accepted" */
	const char *failure; /* of failure.def, of the last scheme, or NULL */
	bool proven; /* the domain has taken the password */
	bool persists; /* the server says so of its connection */
};

/* Outlives its request when that is cancelled. */
struct http_dns {
	uv_getaddrinfo_t lookup;
	uint64_t start_ms;
	struct http_req *req;
};

struct http_req {
	struct http *http;
	struct http_pool *pool;
	struct http_slot *slot; /* NULL while it waits in line */
	struct http_req *next; /* of its pool */
	CURL *easy;
	struct curl_slist *headers;
	struct url_parts url;
	struct ca_store *ca;
	struct buf request;
	uv_timer_t timer; /* first byte, then silence */
	bool timer_live;
	bool added; /* to the multi */
	bool active; /* under way; else it waits in line */
	bool failed_early; /* timer fires at once, with ev as it is */

	bool wants_json, is_rest;
	bool is_plain; /* the one request without TLS */
	bool use_proxy, verify, allow_loopback, has_cred;
	uint64_t cred_id;
	uint32_t first_ms, idle_ms;
	size_t answer_max;
	http_data_fn on_data;
	http_done_fn on_done;
	void *arg;

	struct http_plan plan;
	enum http_auth auth; /* the one in use */
	enum http_leg leg;
	bool must_stay; /* this leg is for the slot's connection only */
	unsigned moves; /* how often it was begun anew */
	struct http_sign sign;
	struct http_krb *krb; /* the token that it waits for, or NULL */
	struct http_offers offers; /* of all answers */
	struct http_offers last_offers; /* of the last one */

	struct http_dns *dns; /* under way */
	const char *dns_failure; /* of failure.def, when no name was found */
	char pin[CRED_PIN_MAX]; /* "": none */
	struct tls_seen *tls;
	enum http_stop stop;
	uint64_t start_ms;
	unsigned status; /* of the answer that is being read */
	size_t got; /* bytes of its body */
	size_t header_bytes;
	char errtext[CURL_ERROR_SIZE];
	struct http_answer answer;
};

/* http.c: the transfer is over; it may have been a step only. */
void http_req_finished(struct http_req *r, CURLcode code);
/* http.c: goes on after HTTP_NEXT_WAIT. */
void http_req_resume(struct http_req *r, enum http_next next);
/* http.c: ends the request when nothing comes for that long. */
void http_req_alarm(struct http_req *r, uint32_t ms);

/* http_req.c */
enum err http_req_new(
    struct http_req **out, struct http *h, struct http_ask *ask) ERR_CHECK;
void http_req_free(struct http_req *r);
/* Ready for the next leg; forgets the answer before. */
void http_req_rewind(struct http_req *r);
/* Status and type are of an answer, not of a page about a fault. */
bool http_req_is_good(const struct http_req *r);

/* http_sign.c */
bool http_leg_is_whole(enum http_leg leg); /* with the body */
enum err
http_sign_init(struct http_req *r, const struct http_ask *ask) ERR_CHECK;
void http_sign_clear(struct http_req *r);
/* The first leg on the slot that r has got. */
enum http_next http_sign_begin(struct http_req *r);
/* Again, after the connection has gone.  DONE: too often. */
enum http_next http_sign_moved(struct http_req *r);
/* After an answer: another leg? */
enum http_next http_sign_next(struct http_req *r);
/* A WWW-Authenticate header of the answer. */
void http_sign_header(struct http_req *r, const char *value);
void http_sign_krb_done(struct http_req *r, enum err e,
    const struct krb_result *k, const struct buf *token);
/* The domain controller takes too long: goes on without it. */
void http_sign_krb_late(struct http_req *r);
/* Gives curl what the leg needs. */
void http_sign_apply(struct http_req *r);

/* http_krb.c */
enum err http_krb_start(struct http_req *r) ERR_CHECK;
void http_krb_cancel(struct http_req *r);
/* The tickets of a credential go, also those that come yet. */
void http_krb_drop(struct http *h, uint64_t cred_id);
void http_krb_end(struct http *h);

/* http_fail.c: evidence of a transfer that is over. */
void http_req_tell(struct http_req *r, CURLcode code);

#endif
