/* cert.c - reads PEM certificates. */
#include "backend/ctl/cert.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/str.h"

/* RFC 2253 order, one line, UTF-8 as it is. */
#define NAME_FLAGS (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB)

static char *
bio_text(BIO *b)
{
	char *p = NULL;
	long n = BIO_get_mem_data(b, &p);

	return n < 0 ? NULL : try_strndup(p == NULL ? "" : p, (size_t)n);
}

static char *
name_text(const X509_NAME *name)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *out = NULL;

	if (b != NULL && X509_NAME_print_ex(b, name, 0, NAME_FLAGS) >= 0)
		out = bio_text(b);
	BIO_free(b);
	return out;
}

/* Written anew, so that only the certificate is kept. */
static char *
pem_text(X509 *x)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *out = NULL;

	if (b != NULL && PEM_write_bio_X509(b, x) == 1)
		out = bio_text(b);
	BIO_free(b);
	return out;
}

static char *
digest_text(X509 *x)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned n = 0;

	if (X509_digest(x, EVP_sha256(), md, &n) != 1)
		return NULL;
	hex_encode(md, n, hex);
	return try_strdup(hex);
}

static enum err
add_cert(struct ca_list *l, X509 *x, struct errinfo *ei)
{
	struct ca_cert *c;
	struct tm tm;

	c = try_realloc(l->v, (l->n + 1) * sizeof(*c));
	if (c == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	l->v = c;
	c += l->n++;
	memset(c, 0, sizeof(*c));
	c->subject = name_text(X509_get_subject_name(x));
	c->issuer = name_text(X509_get_issuer_name(x));
	c->pem = pem_text(x);
	c->sha256 = digest_text(x);
	if (c->subject == NULL || c->issuer == NULL || c->pem == NULL ||
	    c->sha256 == NULL)
		return err_set(
		    ei, ERR_ARG, "certificate %zu cannot be read", l->n);
	memset(&tm, 0, sizeof(tm));
	if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &tm) != 1)
		return err_set(
		    ei, ERR_ARG, "certificate %zu has no valid end", l->n);
	c->not_after_s = (int64_t)timegm(&tm);
	return ERR_OK;
}

enum err
cert_parse_pem(
    const char *text, size_t n, struct ca_list *out, struct errinfo *ei)
{
	struct ca_list l = {NULL, 0};
	enum err e = ERR_OK;
	unsigned long why;
	BIO *b;
	X509 *x;

	if (n > CERT_FILE_MAX || (b = BIO_new_mem_buf(text, (int)n)) == NULL)
		return err_set(ei, ERR_TOOBIG, "the file is too large");
	while (e == ERR_OK &&
	       (x = PEM_read_bio_X509(b, NULL, NULL, NULL)) != NULL) {
		if (l.n == CERT_FILE_N)
			e = err_set(ei, ERR_TOOBIG, "more than %d certificates",
			    CERT_FILE_N);
		else
			e = add_cert(&l, x, ei);
		X509_free(x);
	}
	why = ERR_peek_last_error();
	if (e == ERR_OK && ERR_GET_REASON(why) != PEM_R_NO_START_LINE)
		e = err_set(ei, ERR_ARG, "certificate %zu is damaged", l.n + 1);
	if (e == ERR_OK && l.n == 0)
		e = err_set(ei, ERR_ARG, "there is no PEM certificate in it");
	ERR_clear_error();
	BIO_free(b);
	if (e == ERR_OK)
		*out = l;
	else
		ca_list_clear(&l);
	return e;
}
