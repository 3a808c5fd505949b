/* http_tls.c - see http_tls.h. */
#include "config.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backend/net/ca_issuer.h"
#include "backend/net/ca_store.h"
#include "backend/net/evidence.h"
#include "backend/net/http_tls.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"

/* Limits of the fields, as in ipc_msg.def. */
#define NAME_MAX_LEN 512
#define SANS_MAX 2048
#define SHA256_TEXT_MAX 95

/* One thread at a time has it: the loop's, or the worker's whose connection
 * it is. */
struct tls_seen {
	unsigned refs;
	char *host;
	char pin[SHA256_TEXT_MAX + 1]; /* "": chain and name count */
	bool verify;
	bool asked; /* the server has shown a chain */
	int result; /* X509_V_* */
	int depth; /* of the certificate at fault */
	struct ca_issuer issuer;
	struct msg_cert certs[EV_CERTS_MAX];
	size_t certs_n;
};

/* Set once, never changed: where a context keeps its tls_seen. */
static int seen_index = -1;
static pthread_once_t seen_once = PTHREAD_ONCE_INIT;

struct tls_seen *
tls_seen_new(const char *host, bool verify)
{
	struct tls_seen *s = try_alloc(sizeof(*s));

	if (s == NULL || (s->host = try_strdup(host)) == NULL) {
		mem_free(s);
		return NULL;
	}
	s->refs = 1;
	s->verify = verify;
	s->result = X509_V_OK;
	return s;
}

void
tls_seen_pin(struct tls_seen *s, const char *sha256)
{
	/* What does not fit is no certificate's. */
	if (!str_copy(s->pin, sizeof(s->pin), sha256))
		(void)str_copy(s->pin, sizeof(s->pin), "-");
}

struct tls_seen *
tls_seen_ref(struct tls_seen *s)
{
	s->refs++;
	return s;
}

static void
certs_clear(struct tls_seen *s)
{
	size_t i;

	for (i = 0; i < s->certs_n; i++)
		msg_cert_free(&s->certs[i]);
	s->certs_n = 0;
}

void
tls_seen_unref(struct tls_seen *s)
{
	if (s == NULL || --s->refs > 0)
		return;
	certs_clear(s);
	ca_issuer_clear(&s->issuer);
	mem_free(s->host);
	mem_free(s);
}

void
tls_name_text(char **to, const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *p = NULL;
	long n;

	if (bio == NULL)
		return;
	/* RFC 4514, but with UTF-8 as it is. */
	(void)X509_NAME_print_ex(bio, name, 0,
	    (XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB));
	(void)BIO_write(bio, "", 1);
	n = BIO_get_mem_data(bio, &p);
	if (n > 0 && p != NULL)
		evidence_text(to, p, NAME_MAX_LEN);
	BIO_free(bio);
}

/* An entry of a kind that no server name is checked against is left out;
 * one with a NUL inside is shown cut, as no check would match it. */
static enum err
san_text(struct buf *b, const GENERAL_NAME *g)
{
	char addr[INET6_ADDRSTRLEN] = "";
	const ASN1_STRING *s = NULL;
	int n;

	if (g->type == GEN_DNS) {
		s = g->d.dNSName;
	} else if (g->type == GEN_IPADD) {
		n = ASN1_STRING_length(g->d.iPAddress);
		if (n == 4 || n == 16)
			(void)inet_ntop(n == 4 ? AF_INET : AF_INET6,
			    ASN1_STRING_get0_data(g->d.iPAddress), addr,
			    sizeof(addr));
	}
	if (s == NULL && addr[0] == '\0')
		return ERR_OK;
	return buf_putf(b, "%s%.*s", b->len > 0 ? ", " : "",
	    s == NULL ? (int)sizeof(addr) : ASN1_STRING_length(s),
	    s == NULL ? addr : (const char *)ASN1_STRING_get0_data(s));
}

static void
sans_text(char **to, X509 *c)
{
	struct buf b = BUF_INIT(SANS_MAX);
	GENERAL_NAMES *all =
	    X509_get_ext_d2i(c, NID_subject_alt_name, NULL, NULL);
	int i;

	for (i = 0; all != NULL && i < sk_GENERAL_NAME_num(all); i++)
		if (san_text(&b, sk_GENERAL_NAME_value(all, i)) != ERR_OK)
			break; /* the first two thousand bytes will do */
	evidence_text(to, buf_str(&b), SANS_MAX);
	GENERAL_NAMES_free(all);
	buf_clear(&b);
}

static int64_t
time_of(const ASN1_TIME *t)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(t, &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm);
}

void
tls_digest_text(char **to, X509 *c)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	char text[SHA256_TEXT_MAX + 1] = "";
	unsigned n = 0, i;

	if (X509_digest(c, EVP_sha256(), md, &n) != 1 || n != 32)
		return;
	for (i = 0; i < n; i++)
		(void)snprintf(text + (size_t)i * 3, sizeof(text) - i * 3,
		    i + 1 < n ? "%02X:" : "%02X", (unsigned)md[i]);
	evidence_text(to, text, SHA256_TEXT_MAX);
}

void
tls_cert_read(struct msg_cert *m, X509 *c)
{
	tls_name_text(&m->subject, X509_get_subject_name(c));
	tls_name_text(&m->issuer, X509_get_issuer_name(c));
	sans_text(&m->sans, c);
	m->not_before_s = time_of(X509_get0_notBefore(c));
	m->not_after_s = time_of(X509_get0_notAfter(c));
	tls_digest_text(&m->sha256, c);
}

static void
record(struct tls_seen *s, X509 *c)
{
	if (c != NULL && s->certs_n < EV_CERTS_MAX)
		tls_cert_read(&s->certs[s->certs_n++], c);
}

/* Would another CA in the list mend it? */
static bool
is_issuer_missing(int result)
{
	switch (result) {
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_CERT_UNTRUSTED:
		return true;
	default:
		return false;
	}
}

/* By chain and name. */
static int
judge(struct tls_seen *s, X509_STORE_CTX *x)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(x);
	int ok;

	if (X509_VERIFY_PARAM_set1_ip_asc(param, s->host) != 1) {
		X509_VERIFY_PARAM_set_hostflags(
		    param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
		if (X509_VERIFY_PARAM_set1_host(param, s->host, 0) != 1)
			return 0;
	}
	ok = X509_verify_cert(x) == 1;
	s->result = X509_STORE_CTX_get_error(x);
	if (!ok && s->result == X509_V_OK)
		s->result = X509_V_ERR_UNSPECIFIED;
	s->depth = X509_STORE_CTX_get_error_depth(x);
	return ok;
}

static int
judge_pinned(struct tls_seen *s, X509_STORE_CTX *x)
{
	char *have = NULL;
	int ok;

	tls_digest_text(&have, X509_STORE_CTX_get0_cert(x));
	ok = have != NULL && str_eq(have, s->pin);
	mem_free(have);
	s->result = ok ? X509_V_OK : X509_V_ERR_CERT_REJECTED;
	s->depth = 0;
	X509_STORE_CTX_set_error(x, s->result);
	return ok;
}

/* Stands in for the library's own check, so that the chain is written down
 * whatever comes of it. */
static int
verify_chain(X509_STORE_CTX *x, void *arg)
{
	struct tls_seen *s = arg;
	const bool pinned = s->pin[0] != '\0';
	STACK_OF(X509) * chain;
	X509 *leaf;
	int ok, i;

	ok = pinned ? judge_pinned(s, x) : judge(s, x);
	s->asked = true;
	certs_clear(s);
	leaf = X509_STORE_CTX_get0_cert(x);
	record(s, leaf);
	/* After a failure: what the server sent, not what was built. */
	chain = ok && !pinned ? X509_STORE_CTX_get0_chain(x)
			      : X509_STORE_CTX_get0_untrusted(x);
	for (i = 0; chain != NULL && i < sk_X509_num(chain); i++)
		if (X509_cmp(sk_X509_value(chain, i), leaf) != 0)
			record(s, sk_X509_value(chain, i));
	if (pinned)
		return ok;
	if (ok && sk_X509_num(chain) > 0)
		ca_issuer_trusted(
		    &s->issuer, sk_X509_value(chain, sk_X509_num(chain) - 1));
	else if (is_issuer_missing(s->result))
		ca_issuer_missing(&s->issuer, leaf, chain);
	return ok || !s->verify ? 1 : 0;
}

struct kept {
	struct tls_seen *seen;
	struct ca_store *ca;
};

static void
kept_free(
    void *parent, void *ptr, CRYPTO_EX_DATA *ad, int idx, long argl, void *argp)
{
	struct kept *k = ptr;

	(void)parent;
	(void)ad;
	(void)idx;
	(void)argl;
	(void)argp;
	if (k == NULL)
		return;
	tls_seen_unref(k->seen);
	ca_store_unref(k->ca);
	mem_free(k);
}

static void
make_index(void)
{
	seen_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, kept_free);
}

enum err
tls_prepare(SSL_CTX *ctx, struct ca_store *ca, struct tls_seen *s)
{
	struct kept *k;

	(void)pthread_once(&seen_once, make_index);
	if (seen_index < 0 || (k = try_alloc(sizeof(*k))) == NULL)
		return ERR_NOMEM;
	if (SSL_CTX_set_ex_data(ctx, seen_index, k) != 1) {
		mem_free(k);
		return ERR_NOMEM;
	}
	k->seen = tls_seen_ref(s);
	k->ca = ca_store_ref(ca);
	if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1)
		return ERR_SYS;
	/* The check happens once, in the handshake, and never again. */
	(void)SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION);
	SSL_CTX_set1_cert_store(ctx, ca_store_x509(ca));
	SSL_CTX_set_cert_verify_callback(ctx, verify_chain, s);
	SSL_CTX_set_verify(
	    ctx, s->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	return ERR_OK;
}

struct tls_seen *
tls_seen_of(SSL *ssl)
{
	struct kept *k = NULL;

	if (seen_index >= 0)
		k = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), seen_index);
	return k == NULL ? NULL : k->seen;
}

const char *
tls_version_of(SSL *ssl)
{
	return SSL_get_version(ssl);
}

/* A server that sends its own certificate alone leaves open whether one
 * between is missing or the root is not trusted. */
static bool
is_alone(const struct tls_seen *s)
{
	return s->certs_n == 1 && s->depth == 0;
}

/* Names of failure.def for OpenSSL's X509_V_ERR_*. */
static const char *
failure_of(const struct tls_seen *s)
{
	if (s->pin[0] != '\0')
		return "tls-pin";
	switch (s->result) {
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return "tls-name";
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "tls-expired";
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "tls-not-yet";
	case X509_V_ERR_CERT_REVOKED:
		return "tls-revoked";
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return "tls-self-signed";
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return "tls-weak";
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return is_alone(s) ? "tls-no-issuer" : "tls-unknown-ca";
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_UNTRUSTED:
	case X509_V_ERR_CERT_REJECTED:
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		return "tls-unknown-ca";
	default:
		return "tls-failed";
	}
}

void
tls_seen_tell(const struct tls_seen *s, struct msg_evidence *ev)
{
	size_t i;

	if (s->certs_n == 0 || ev->certs_n > 0)
		return;
	if ((ev->certs = try_alloc(s->certs_n * sizeof(*ev->certs))) == NULL)
		return;
	for (i = 0; i < s->certs_n; i++) {
		if (msg_cert_copy(&ev->certs[i], &s->certs[i]) != ERR_OK)
			break;
		ev->certs_n++;
	}
	if (s->verify)
		ca_issuer_tell(&s->issuer, ev);
	if (!s->verify && s->result != X509_V_OK) {
		char text[EV_DETAIL_MAX];

		(void)snprintf(text, sizeof(text),
		    "certificate verification is off; it would have said: %s",
		    X509_verify_cert_error_string(s->result));
		evidence_text(&ev->detail, text, EV_DETAIL_MAX);
	}
}

bool
tls_seen_fail(const struct tls_seen *s, struct msg_evidence *ev)
{
	const char *subject = "";

	if (!s->asked || !s->verify || s->result == X509_V_OK)
		return false;
	if (s->depth >= 0 && (size_t)s->depth < s->certs_n &&
	    s->certs[s->depth].subject != NULL)
		subject = s->certs[s->depth].subject;
	evidence_fail(ev, failure_of(s), "%s (depth %d, %s)",
	    X509_verify_cert_error_string(s->result), s->depth, subject);
	return true;
}

unsigned long
tls_error_in(const char *text)
{
	static const char mark[] = "error:";
	const char *p = strstr(text, mark);

	return p == NULL ? 0 : strtoul(p + sizeof(mark) - 1, NULL, 16);
}

const char *
tls_failure(const struct tls_seen *s, unsigned long error)
{
	if (error == 0)
		return "tls-closed";
	if (ERR_GET_LIB(error) != ERR_LIB_SSL)
		return "tls-failed";
	switch (ERR_GET_REASON(error)) {
	case SSL_R_WRONG_VERSION_NUMBER:
	case SSL_R_HTTP_REQUEST:
	case SSL_R_PACKET_LENGTH_TOO_LONG:
	case SSL_R_UNKNOWN_PROTOCOL:
		return "tls-none";
	case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
	case SSL_R_UNSUPPORTED_PROTOCOL:
	case SSL_R_VERSION_TOO_LOW:
		return "tls-version";
	case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
		return "tls-client-cert";
	case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
		/* Who has shown a certificate has chosen a cipher: what it
		 * misses is ours. */
		return s != NULL && s->asked ? "tls-client-cert" : "tls-cipher";
	case SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY:
	case SSL_R_WRONG_CIPHER_RETURNED:
	case SSL_R_DH_KEY_TOO_SMALL:
		return "tls-cipher";
	case SSL_R_UNEXPECTED_EOF_WHILE_READING:
		return "tls-closed";
	default:
		return "tls-failed";
	}
}
