/* ldap_gss.h - signing in to a directory without TLS: SASL GSS-SPNEGO with
 * Kerberos, else NTLM, and what follows signed and sealed ([MS-ADTS]
 * 5.1.1.1.2; RFC 4422, 3.7).  Through GSS-API, which is given the password in
 * memory: no file, no variable, no ticket cache on disk.
 * Runs in net, in a worker.  GSS-API blocks while it asks a KDC, for as long
 * as its own limits say. */
#ifndef LDAP_GSS_H
#define LDAP_GSS_H

#include <lber.h>
#include <stdbool.h>

#include "common/err.h"

struct cred;
struct ldap_gss; /* opaque */
struct ldap_link;
struct msg_evidence;

#define LDAP_GSS_LEGS_MAX 8 /* messages of one sign-in */
#define LDAP_GSS_PACKET_MAX (2u * 1024u * 1024u) /* bytes, sealed */

/* Says in ev what signed in, or why it did not. */
enum err ldap_gss_bind(struct ldap_link *l, const struct cred *cred,
    struct msg_evidence *ev) ERR_CHECK;
void ldap_gss_free(struct ldap_gss *g); /* NULL is fine */

/* The layer, once signed in; as ldap_io_recv() and ldap_io_send(). */
ber_slen_t ldap_gss_recv(struct ldap_gss *g, void *p, ber_len_t n);
ber_slen_t ldap_gss_send(struct ldap_gss *g, const void *p, ber_len_t n);
bool ldap_gss_has_data(const struct ldap_gss *g);

/* The Kerberos name of an account "name@domain" or "DOMAIN\name" that the
 * directory of this domain knows; pure.  false: it does not fit. */
bool ldap_gss_principal(
    const char *account, const char *domain, char *out, size_t size);

#endif
