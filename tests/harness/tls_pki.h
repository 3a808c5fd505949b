/* tls_pki.h - keys and certificates made on the spot, and a handshake in
 * memory, for tests of TLS.  Tests only. */
#ifndef TLS_PKI_H
#define TLS_PKI_H

#include "tests/harness/test.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

struct pki_cert {
	EVP_PKEY *key;
	X509 *x;
};

/* from_s, to_s: seconds from now.  issuer: NULL, signed by itself. */
static inline struct pki_cert
pki_make(const char *name, const char *san, bool is_ca,
    const struct pki_cert *issuer, long from_s, long to_s)
{
	struct pki_cert c = {EVP_EC_gen("P-256"), X509_new()};
	static long serial;
	X509_NAME *subject;
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	assert_non_null(c.key);
	assert_non_null(c.x);
	(void)X509_set_version(c.x, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(c.x), ++serial);
	(void)X509_gmtime_adj(X509_getm_notBefore(c.x), from_s);
	(void)X509_gmtime_adj(X509_getm_notAfter(c.x), to_s);
	(void)X509_set_pubkey(c.x, c.key);
	subject = X509_get_subject_name(c.x);
	(void)X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
	    (const unsigned char *)name, -1, -1, 0);
	(void)X509_set_issuer_name(
	    c.x, issuer == NULL ? subject : X509_get_subject_name(issuer->x));
	X509V3_set_ctx(
	    &ctx, issuer == NULL ? c.x : issuer->x, c.x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, NID_basic_constraints,
	    is_ca ? "critical,CA:TRUE" : "CA:FALSE");
	(void)X509_add_ext(c.x, e, -1);
	X509_EXTENSION_free(e);
	if (san != NULL) {
		e = X509V3_EXT_conf_nid(NULL, &ctx, NID_subject_alt_name, san);
		assert_non_null(e);
		(void)X509_add_ext(c.x, e, -1);
		X509_EXTENSION_free(e);
	}
	assert_true(X509_sign(c.x, issuer == NULL ? c.key : issuer->key,
			EVP_sha256()) > 0);
	return c;
}

static inline void
pki_free(struct pki_cert *c)
{
	EVP_PKEY_free(c->key);
	X509_free(c->x);
}

/* Owned by the caller: OPENSSL_free(). */
static inline char *
pki_pem(const struct pki_cert *c)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *p, *out;
	long n;

	assert_int_equal(PEM_write_bio_X509(b, c->x), 1);
	n = BIO_get_mem_data(b, &p);
	out = OPENSSL_strndup(p, (size_t)n);
	BIO_free(b);
	return out;
}

/* Both sides in this process.  0, or the client's SSL_get_error(). */
static inline int
pki_handshake(SSL *client, SSL_CTX *server_ctx)
{
	SSL *server = SSL_new(server_ctx);
	BIO *a = NULL, *b = NULL;
	int rc = 0, i, why = 0;

	assert_int_equal(BIO_new_bio_pair(&a, 0, &b, 0), 1);
	SSL_set_bio(client, a, a);
	SSL_set_bio(server, b, b);
	for (i = 0; i < 20; i++) {
		rc = SSL_connect(client);
		why = rc == 1 ? 0 : SSL_get_error(client, rc);
		if (rc == 1 ||
		    (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE))
			break;
		(void)SSL_accept(server);
	}
	SSL_free(server);
	return why;
}

#endif
