/* negotiate.h - a first token of SPNEGO with Kerberos inside, bound to a
 * channel (RFC 4178, RFC 4559, RFC 5929).
 * Runs in net, in a worker thread: the ticket may have to be asked for.
 * NTLM is never what is negotiated: that is http_sign.c's to decide. */
#ifndef NEGOTIATE_H
#define NEGOTIATE_H

#include "backend/net/krb_cred.h"
#include "backend/net/tls_binding.h"
#include "common/err.h"

struct buf;

#define NEGOTIATE_TOKEN_MAX 48000 /* bytes; a ticket may hold many groups */

/* Where it fails, out says how. */
enum err negotiate_token(struct buf *token, struct krb_result *out,
    const struct krb_ask *ask, const struct tls_binding *binding) ERR_CHECK;

#endif
