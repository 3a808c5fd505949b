/* krb_cred.h - Kerberos tickets for an account, got with its password and
 * kept in memory alone, one cache for each credential.
 * Runs in net.  krb_cred_get() asks a domain controller and blocks: it is
 * for worker threads.  The answers are judged by MIT's library. */
#ifndef KRB_CRED_H
#define KRB_CRED_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

#define KRB_NAME_MAX 320 /* of a cache, a service, a realm */

struct krb_ask {
	uint64_t cred_id;
	const char *account; /* name@domain or DOMAIN\name */
	const char *password;
	const char *realm; /* where the account is, or "" */
	const char *service; /* "HTTP/host", "ldap/host" */
};

struct krb_result {
	char cache[KRB_NAME_MAX]; /* for GSS-API: "MEMORY:..." */
	char service[KRB_NAME_MAX]; /* a GSS_KRB5_NT_PRINCIPAL_NAME */
	bool proven; /* the domain took the password */
	bool refused; /* the domain refused the account or its password */
	const char *failure; /* of failure.def, where it did not work */
	char text[256]; /* of the library */
};

/* A ticket for the service in the cache.  ERR_OK: there is one. */
enum err
krb_cred_get(struct krb_result *out, const struct krb_ask *ask) ERR_CHECK;
/* The tickets of a credential go.  Does not block. */
void krb_cred_drop(uint64_t cred_id);

/* The realm of an account: the domain of the directory where one is known,
 * that of the account's own name, else that of a host.  Upper case; false:
 * there is none. */
bool krb_realm_of(char out[KRB_NAME_MAX], const char *ad_domain,
    const char *account, const char *host);

#endif
