/* ca_issuer.c - see ca_issuer.h. */
#include "config.h"

#include "backend/net/ca_issuer.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "backend/net/http_tls.h"
#include "common/alloc.h"
#include "common/ipc.h"

#define CHAIN_MAX 10 /* links that are followed */

void
ca_issuer_clear(struct ca_issuer *c)
{
	mem_free(c->anchor_sha256);
	mem_free(c->name);
	mem_free(c->sha256);
	mem_free(c->pem);
	memset(c, 0, sizeof(*c));
}

void
ca_issuer_trusted(struct ca_issuer *c, X509 *anchor)
{
	ca_issuer_clear(c);
	tls_digest_text(&c->anchor_sha256, anchor);
	tls_name_text(&c->name, X509_get_subject_name(anchor));
}

/* The one among those sent that may have issued x, or NULL. */
static X509 *
issuer_of(X509 *x, STACK_OF(X509) * sent)
{
	int i;

	for (i = 0; sent != NULL && i < sk_X509_num(sent); i++) {
		X509 *c = sk_X509_value(sent, i);

		if (X509_cmp(c, x) != 0 && X509_check_issued(c, x) == X509_V_OK)
			return c;
	}
	return NULL;
}

static void
take_pem(struct ca_issuer *c, X509 *x)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p = NULL;
	long n = 0;

	if (bio != NULL && PEM_write_bio_X509(bio, x) == 1)
		n = BIO_get_mem_data(bio, &p);
	if (n > 0 && n <= CA_ISSUER_PEM_MAX && p != NULL)
		c->pem = try_strndup(p, (size_t)n);
	BIO_free(bio);
}

void
ca_issuer_missing(struct ca_issuer *c, X509 *leaf, STACK_OF(X509) * sent)
{
	X509 *top = leaf, *next;
	bool is_own;
	int i;

	ca_issuer_clear(c);
	for (i = 0; i < CHAIN_MAX && (next = issuer_of(top, sent)) != NULL; i++)
		top = next;
	/* A CA, or a server that vouches for itself: an intermediate CA is
	 * enough for the store (ca_store.c). */
	is_own = X509_NAME_cmp(X509_get_subject_name(top),
		     X509_get_issuer_name(top)) == 0;
	if (is_own || X509_check_ca(top) > 0) {
		take_pem(c, top);
		tls_name_text(&c->name, X509_get_subject_name(top));
		if (c->pem != NULL)
			tls_digest_text(&c->sha256, top);
	} else {
		tls_name_text(&c->name, X509_get_issuer_name(top));
	}
}

static void
copy(char **to, const char *from, size_t max)
{
	if (from != NULL)
		evidence_text(to, from, max);
}

void
ca_issuer_tell(const struct ca_issuer *c, struct msg_evidence *ev)
{
	copy(&ev->anchor_sha256, c->anchor_sha256, CA_ISSUER_SHA_MAX);
	copy(&ev->issuer_name, c->name, CA_ISSUER_NAME_MAX);
	copy(&ev->issuer_sha256, c->sha256, CA_ISSUER_SHA_MAX);
	/* As it is, with its lines. */
	if (c->pem != NULL &&
	    evidence_id(&ev->issuer_pem, c->pem, CA_ISSUER_PEM_MAX) != ERR_OK)
		evidence_text(&ev->issuer_sha256, "", 0);
}
