/* http_tls.h - TLS as the connector wants it, and evidence of what the
 * server showed, also when the handshake fails.  Runs in net, in the loop
 * (curl) and in workers (LDAP).  The chain is hostile. */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include <stdbool.h>

#include "common/err.h"

struct X509_name_st;
struct ca_store;
struct msg_cert;
struct msg_evidence;
struct ssl_ctx_st;
struct ssl_st;
struct x509_st;
struct x509_st;
struct tls_seen; /* opaque, counted; one connection's */

/* host: a name or an address that the certificate must be for. */
struct tls_seen *tls_seen_new(const char *host, bool verify);
/* Instead of chain and name: this very certificate, "AB:CD:..". */
void tls_seen_pin(struct tls_seen *s, const char *sha256);
struct tls_seen *tls_seen_ref(struct tls_seen *s);
void tls_seen_unref(struct tls_seen *s);

/* TLS 1.2 or later, our CA store, our check of chain and name.  The context
 * keeps s (and the store) as long as it lives. */
enum err tls_prepare(
    struct ssl_ctx_st *ctx, struct ca_store *ca, struct tls_seen *s) ERR_CHECK;
/* What a connection's context was prepared with, or NULL. */
struct tls_seen *tls_seen_of(struct ssl_st *ssl);
const char *tls_version_of(struct ssl_st *ssl); /* "TLSv1.3" */

/* What a report shows of a certificate, whatever stands in it. */
void tls_cert_read(struct msg_cert *m, struct x509_st *c);
/* Of a certificate, for a person: its name, and its SHA-256 as "AB:CD..".  Text
 * that was there is freed. */
void tls_name_text(char **to, const struct X509_name_st *name);
void tls_digest_text(char **to, struct x509_st *cert);

/* Certificates into ev.  verified is said in the detail where verification
 * is off and would have failed. */
void tls_seen_tell(const struct tls_seen *s, struct msg_evidence *ev);
/* The check of chain or name failed: names it in ev.  false: it did not. */
bool tls_seen_fail(const struct tls_seen *s, struct msg_evidence *ev);
/* The name in failure.def for a handshake that ended with this error of
 * OpenSSL; 0: the connection ended without a word.  s may be NULL. */
const char *tls_failure(const struct tls_seen *s, unsigned long error);
/* The error of OpenSSL that a text of libcurl holds, or 0. */
unsigned long tls_error_in(const char *text);

#endif
