/* http_auth.h - which authentication to try, in what order, and what worked
 * before.  Pure but for its memory; runs in net.  It never sees a secret.
 */
#ifndef HTTP_AUTH_H
#define HTTP_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

enum http_auth {
	HTTP_AUTH_NONE,
	HTTP_AUTH_KERBEROS, /* the strongest first */
	HTTP_AUTH_NTLM,
	HTTP_AUTH_BASIC,
	HTTP_AUTH__MAX
};

const char *http_auth_name(enum http_auth a); /* "Kerberos" "NTLM" ... "" */
/* As HTTP calls it: "Negotiate" for Kerberos. */
const char *http_auth_scheme(enum http_auth a);

/* Schemes of WWW-Authenticate headers, by name, as offered. */
#define HTTP_AUTH_OFFERS_MAX 8
#define HTTP_AUTH_SCHEME_MAX 24 /* bytes of a name, NUL included */
struct http_offers {
	char name[HTTP_AUTH_OFFERS_MAX][HTTP_AUTH_SCHEME_MAX];
	unsigned n;
};

/* One header's value, RFC 9110 11.6.1: may hold several challenges. */
void http_offers_add(struct http_offers *o, const char *value, size_t n);
bool http_offers_has(const struct http_offers *o, enum http_auth a);
/* "NTLM, Basic"; out is always terminated. */
void http_offers_text(const struct http_offers *o, char *out, size_t size);

struct http_plan {
	bool kerberos, ntlm, basic; /* ticked */
	unsigned tried; /* bits 1u << enum http_auth */
};

bool http_plan_has(const struct http_plan *p, enum http_auth a);
/* remembered: what worked last time, or NONE. */
enum http_auth http_plan_first(struct http_plan *p, enum http_auth remembered);
/* After a 401; NONE: nothing is left to try. */
enum http_auth http_plan_next(struct http_plan *p, const struct http_offers *o);

/* What worked, for some minutes, by credential, origin
 * ("https://host:port") and what was ticked: Basic that had to do alone
 * says nothing about NTLM. */
struct http_memory; /* opaque */
#define HTTP_MEMORY_MAX 256
#define HTTP_MEMORY_MS 600000 /* then the strongest is tried anew */
enum err http_memory_new(struct http_memory **out) ERR_CHECK;
void http_memory_free(struct http_memory *m);
enum http_auth http_memory_get(const struct http_memory *m, uint64_t cred_id,
    const char *origin, const struct http_plan *p);
void http_memory_put(struct http_memory *m, uint64_t cred_id,
    const char *origin, const struct http_plan *p, enum http_auth a);
void http_memory_drop(struct http_memory *m, uint64_t cred_id);

#endif
