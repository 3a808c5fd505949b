/* webex_token.h - access tokens of service apps, by credential.
 * Runs in net, in the loop.  Owns the tokens; nothing else keeps one longer
 * than a request.  They are never logged, and never leave this program: the
 * engine knows when they end.
 *
 * A refresh token is a credential, its account the client id; the client
 * secret is another.  Where Webex gives another refresh token, that is sealed
 * with the key that seals (the engine cannot choose it), bound to the same
 * settings, and told to the engine at once, which stores the box: so the next
 * worker is given what Webex expects.
 * Sources: RFC 6749 6; developer.webex.com, "Service Apps". */
#ifndef WEBEX_TOKEN_H
#define WEBEX_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct cred;
struct http;
struct msg_access;
struct msg_evidence;
struct msg_webex_box;
struct secret;
struct webex_tokens; /* opaque */
struct webex_wait; /* opaque */

/* Renewed so long before the end, or in the last tenth of a short life. */
#define WEBEX_TOKEN_EARLY_S 600

/* A new box: valid during the call.  false: it could not be told. */
typedef bool (*webex_box_fn)(void *arg, const struct msg_webex_box *m);

/* pk: SEAL_PK_LEN bytes, borrowed; NULL: nothing can be sealed, and no token
 * is asked for, since a new one would be lost. */
enum err webex_tokens_new(struct webex_tokens **out, struct http *h,
    const unsigned char *pk, webex_box_fn fn, void *arg) ERR_CHECK;
void webex_tokens_free(struct webex_tokens *t); /* no one may wait */
void webex_tokens_drop(struct webex_tokens *t, uint64_t cred_id);

struct webex_life {
	int64_t access_until_s, refresh_until_s; /* 0: not said */
	const char *scopes; /* borrowed; "": not said */
};

/* access NULL: there is none, ev says why (the callee may take what it
 * holds).  ev is of the request for the token, where one was made. */
typedef void (*webex_token_fn)(void *arg, const struct secret *access,
    const struct webex_life *life, struct msg_evidence *ev);

/* fn is called once, perhaps from within.  fresh: even where one is there.
 * *out is set before fn is called; NULL afterwards. */
enum err webex_token_want(struct webex_wait **out, struct webex_tokens *t,
    const struct cred *cred, const struct cred *client,
    const struct msg_access *via, bool fresh, webex_token_fn fn,
    void *arg) ERR_CHECK;
void webex_token_cancel(struct webex_wait *w); /* fn is not called */
/* Webex refused it: if it is the one that is kept, it is forgotten. */
void webex_token_refused(
    struct webex_tokens *t, uint64_t cred_id, const struct secret *access);

#endif
