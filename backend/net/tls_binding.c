/* tls_binding.c - see tls_binding.h. */
#include "config.h"

#include "backend/net/tls_binding.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <string.h>

/* RFC 5929 4.1: the hash of the certificate's own signature, but for MD5 and
 * SHA-1, in whose place SHA-256 is used; so it is where there is none. */
static const EVP_MD *
digest_of(X509 *c)
{
	const EVP_MD *md = NULL;
	int nid = NID_undef;

	if (X509_get_signature_info(c, &nid, NULL, NULL, NULL) == 1 &&
	    nid != NID_md5 && nid != NID_sha1 && nid != NID_md5_sha1 &&
	    nid != NID_undef)
		md = EVP_get_digestbynid(nid);
	return md == NULL ? EVP_sha256() : md;
}

void
tls_binding_of(struct tls_binding *out, SSL *ssl)
{
	static const char name[] = "tls-server-end-point:";
	X509 *c = SSL_get1_peer_certificate(ssl);
	unsigned n = 0;

	out->len = 0;
	if (c == NULL)
		return;
	memcpy(out->data, name, sizeof(name) - 1);
	if (X509_digest(c, digest_of(c), out->data + sizeof(name) - 1, &n) == 1)
		out->len = sizeof(name) - 1 + n;
	X509_free(c);
}
