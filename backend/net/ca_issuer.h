/* ca_issuer.h - which CA certificate a server's chain ended in, or which one
 * was missing for it to be trusted.
 * Runs in net, in the loop and in workers.  The chain is hostile: what it
 * holds is only shown, and trusted by nobody but an administrator. */
#ifndef CA_ISSUER_H
#define CA_ISSUER_H

#include <openssl/x509.h>

struct msg_evidence;

#define CA_ISSUER_PEM_MAX 4096 /* bytes; a longer one counts as not sent */
#define CA_ISSUER_SHA_MAX 95
#define CA_ISSUER_NAME_MAX 512

struct ca_issuer {
	char *anchor_sha256; /* of the one that was trusted */
	char *name; /* of that, or of the missing one */
	char *sha256, *pem; /* of the missing one, where the server sent it */
};

void ca_issuer_clear(struct ca_issuer *c);
void ca_issuer_trusted(struct ca_issuer *c, X509 *anchor);
/* leaf: the server's own; sent: all that it sent, in any order. */
void ca_issuer_missing(struct ca_issuer *c, X509 *leaf, STACK_OF(X509) * sent);
void ca_issuer_tell(const struct ca_issuer *c, struct msg_evidence *ev);

#endif
