/* ca_store.c - see ca_store.h. */
#include "config.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdatomic.h>

#include "backend/net/ca_store.h"
#include "common/alloc.h"

struct ca_list {
	STACK_OF(X509) * certs;
};

struct ca_store {
	X509_STORE *x;
	atomic_uint refs;
};

void
ca_list_free(struct ca_list *l)
{
	if (l == NULL)
		return;
	sk_X509_pop_free(l->certs, X509_free);
	mem_free(l);
}

size_t
ca_list_count(const struct ca_list *l)
{
	return l == NULL ? 0 : (size_t)sk_X509_num(l->certs);
}

static enum err
read_all(struct ca_list *l, BIO *bio, struct errinfo *ei)
{
	unsigned long x;
	X509 *c;

	/* No callback may ever ask a terminal for a passphrase. */
	while ((c = PEM_read_bio_X509_AUX(bio, NULL, NULL, "")) != NULL) {
		if (sk_X509_num(l->certs) >= CA_LIST_MAX) {
			X509_free(c);
			return err_set(
			    ei, ERR_TOOBIG, "the CA list is too long");
		}
		if (sk_X509_push(l->certs, c) == 0) {
			X509_free(c);
			return err_set(ei, ERR_NOMEM, "memory is out");
		}
	}
	/* The end of the text shows as "no start line". */
	x = ERR_peek_last_error();
	if (ERR_GET_LIB(x) == ERR_LIB_PEM &&
	    ERR_GET_REASON(x) == PEM_R_NO_START_LINE)
		return ERR_OK;
	return err_set(ei, ERR_PROTO, "certificate %d of the CA list: %s",
	    sk_X509_num(l->certs) + 1, ERR_reason_error_string(x));
}

enum err
ca_list_parse(
    struct ca_list **out, const char *pem, size_t n, struct errinfo *ei)
{
	struct ca_list *l = NULL;
	BIO *bio = NULL;
	enum err e = ERR_NOMEM;

	if (n > INT_MAX)
		return err_set(ei, ERR_TOOBIG, "the CA list is too long");
	if ((l = try_alloc(sizeof(*l))) == NULL ||
	    (l->certs = sk_X509_new_null()) == NULL ||
	    (bio = BIO_new_mem_buf(pem, (int)n)) == NULL) {
		e = err_set(ei, ERR_NOMEM, "memory is out");
		goto out;
	}
	ERR_clear_error();
	if ((e = read_all(l, bio, ei)) != ERR_OK)
		goto out;
	*out = l;
	l = NULL;
out:
	ERR_clear_error();
	BIO_free(bio);
	ca_list_free(l);
	return e;
}

/* A certificate that is in the list twice is no fault: the store keeps
 * one. */
static bool
add_all(X509_STORE *x, const struct ca_list *l)
{
	int i;

	if (l == NULL)
		return true;
	for (i = 0; i < sk_X509_num(l->certs); i++)
		if (X509_STORE_add_cert(x, sk_X509_value(l->certs, i)) != 1)
			return false;
	return true;
}

enum err
ca_store_new(struct ca_store **out, const struct ca_list *own,
    const struct ca_list *system, struct errinfo *ei)
{
	struct ca_store *s = try_alloc(sizeof(*s));

	if (s == NULL || (s->x = X509_STORE_new()) == NULL ||
	    !add_all(s->x, own) || !add_all(s->x, system)) {
		if (s != NULL)
			X509_STORE_free(s->x);
		mem_free(s);
		return err_set(ei, ERR_NOMEM, "memory is out");
	}
	/* An intermediate CA in the list is enough, as administrators
	 * expect who have nothing else. */
	(void)X509_STORE_set_flags(s->x, X509_V_FLAG_PARTIAL_CHAIN);
	atomic_init(&s->refs, 1);
	*out = s;
	return ERR_OK;
}

struct ca_store *
ca_store_ref(struct ca_store *s)
{
	(void)atomic_fetch_add(&s->refs, 1);
	return s;
}

void
ca_store_unref(struct ca_store *s)
{
	if (s == NULL || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	X509_STORE_free(s->x);
	mem_free(s);
}

X509_STORE *
ca_store_x509(const struct ca_store *s)
{
	return s->x;
}
