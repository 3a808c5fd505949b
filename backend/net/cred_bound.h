/* cred_bound.h - what a password may be used for, as the manager read it out
 * of its box (seal.h).  The engine asks for nothing else; net sees to it that
 * nobody can.
 * Runs in net, in the loop. */
#ifndef CRED_BOUND_H
#define CRED_BOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/query_mode.h"

struct msg_access;
struct msg_mail_job;
struct msg_scp_job;

#define CRED_HOST_MAX 254
#define CRED_URL_MAX 1025
#define CRED_PIN_MAX 96

enum cred_use { /* what it was entered for */
	CRED_EXCHANGE,
	CRED_PROXY,
	CRED_MAIL,
	CRED_WEBHOOK
};

struct cred_bound {
	enum cred_use use;
	char host[CRED_HOST_MAX]; /* the only one, or "" */
	char ad_domain[CRED_HOST_MAX]; /* whose directory; "": none */
	char ad_server[CRED_HOST_MAX]; /* the only one of it; "": any */
	enum query_mode query; /* how it is asked */
	uint32_t port; /* of `host` where it is not 443; else 0 */
	uint32_t proxy_port; /* of `host`; 0: it is not a proxy's */
	uint32_t mail_port; /* the same of a mail server's */
	bool starttls; /* of a mail server: not TLS from the first byte */
	char url[CRED_URL_MAX]; /* of a webhook */
	char pin[CRED_PIN_MAX]; /* the only certificate of `host`, or "" */
	bool oauth; /* a service app's: for its tokens, see webex_token.h */
	bool kerberos, ntlm, basic;
	bool https_verify, ldap_verify;
};

/* ERR_BOUND: not the binding of a password that net can use. */
enum err
cred_bound_parse(struct cred_bound *out, const char *binding) ERR_CHECK;
/* NULL: it may be used so; else why not. */
/* pin: the certificate that alone is accepted, "": chain and name count. */
const char *
cred_bound_http(const struct cred_bound *b, const struct msg_access *via,
    const char *host, uint16_t port, const char *pin);
/* A directory is asked at its own ports; at others only in the lab. */
const char *cred_bound_ldap(const struct cred_bound *b,
    const struct msg_scp_job *job, bool allow_loopback);
const char *
cred_bound_proxy(const struct cred_bound *b, const char *host, uint32_t port);
const char *
cred_bound_mail(const struct cred_bound *b, const struct msg_mail_job *job);
const char *cred_bound_hook(
    const struct cred_bound *b, const struct msg_access *via, const char *url);

#endif
