/* ldap.h - one connection to a directory server, through libldap.
 * Runs in net, in a worker thread that it may block until its deadline.  TLS
 * is ours (OpenSSL, our CA list, our evidence) and not libldap's, which would
 * bring another library, files and its own trust.  A password never goes out
 * without TLS: without it the account is proved by GSS-SPNEGO, and what
 * follows is signed and sealed.  Referrals are not followed; answers are
 * hostile. */
#ifndef NET_LDAP_H
#define NET_LDAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/query_mode.h"

struct ca_store;
struct cred;
struct ldap_link; /* opaque */
struct msg_evidence;

#define LDAP_INCOMING_MAX (1024u * 1024u) /* bytes of one message */
#define LDAP_CONNECT_MS 2000 /* for one address */
#define LDAP_ADDRESSES_MAX 4
#define LDAP_PAGES_MAX 10000 /* of one search: a cookie may lead anywhere */
#define LDAP_VALUES_MAX 64 /* of one attribute */

/* Once, before rights are dropped and threads begin: libldap is to read no
 * file and no variable of the host. */
void ldap_link_init(void);

struct ldap_where {
	const char *host; /* what the certificate must be for */
	uint16_t port;
	enum query_mode mode;
	const char *domain; /* of the directory that the account is in */
	bool verify, allow_loopback;
	struct ca_store *ca;
	uint64_t deadline_ms; /* clock_mono_ms() */
	const atomic_bool *cancelled;
};

/* Each says in ev what went wrong, and returns its code. */
enum err ldap_link_connect(struct ldap_link **out, const struct ldap_where *w,
    struct msg_evidence *ev) ERR_CHECK;
/* TLS handshake, after StartTLS with QUERY_STARTTLS; not for QUERY_LDAP. */
enum err
ldap_link_secure(struct ldap_link *l, struct msg_evidence *ev) ERR_CHECK;
/* Simple bind over TLS, else GSS-SPNEGO (ldap_gss.h).  Refuses an empty
 * password. */
enum err ldap_link_bind(struct ldap_link *l, const struct cred *cred,
    struct msg_evidence *ev) ERR_CHECK;

struct ldap_entry {
	const char *dn;
	const char *attr; /* which of the names asked for */
	char *const *v;
	size_t n;
};
/* Called for each attribute of each entry; false: enough. */
typedef bool (*ldap_entry_fn)(void *arg, const struct ldap_entry *e);
struct ldap_search {
	const char *base;
	bool subtree;
	const char *filter;
	const char *const *attrs; /* ends in NULL */
	unsigned entries_max;
	unsigned page; /* entries the server gives at a time (RFC 2696); 0:
			* all at once */
	ldap_entry_fn fn;
	void *arg;
	bool is_cut; /* out: the server gave only a part */
};
enum err ldap_link_search(struct ldap_link *l, struct ldap_search *s,
    struct msg_evidence *ev) ERR_CHECK;
void ldap_link_close(struct ldap_link *l);

#endif
