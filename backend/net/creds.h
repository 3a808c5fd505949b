/* creds.h - the credentials that this worker was given, by id.
 * Runs in net, in the loop.  Owns the secrets and wipes them; nothing else
 * keeps one longer than a request. */
#ifndef CREDS_H
#define CREDS_H

#include <stdint.h>

#include "backend/net/cred_bound.h"
#include "common/err.h"
#include "common/secret.h"

struct creds; /* opaque */
struct creds_wait; /* opaque */
struct msg_cred_give;
struct uv_loop_s;

struct cred {
	uint64_t id;
	char *account; /* name@domain or DOMAIN\name */
	struct secret secret;
	struct cred_bound bound;
	char *binding; /* the text of bound, to seal something like it */
};

#define CREDS_MAX 256
/* The two sockets are not in step: a job may come before its credential. */
#define CREDS_WAIT_MS 2000

enum err creds_new(struct creds **out, struct uv_loop_s *l) ERR_CHECK;
void creds_free(struct creds *c);
/* Takes account, binding and secret out of m.  ERR_BOUND: it is not said
 * for what. */
enum err creds_give(struct creds *c, struct msg_cred_give *m) ERR_CHECK;
void creds_drop(struct creds *c, uint64_t id);
/* NULL: not (or no longer) given.  Valid until the loop turns. */
const struct cred *creds_get(const struct creds *c, uint64_t id);

/* cred is NULL when it did not come in time.  Called once, never from within
 * creds_wait(). */
typedef void (*creds_wait_fn)(void *arg, const struct cred *cred);
enum err creds_wait(struct creds_wait **out, struct creds *c, uint64_t id,
    creds_wait_fn fn, void *arg) ERR_CHECK;
void creds_wait_cancel(struct creds_wait *w); /* fn is not called */

#endif
