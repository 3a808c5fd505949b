/* scp_rules.h - which service connection points of Autodiscover count, and
 * in what order ([MS-OXDISCO] 2.2.1.2, 3.1.5.1).  Pure; runs in net, in a
 * worker.  What a directory holds is hostile: see the limits. */
#ifndef SCP_RULES_H
#define SCP_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct msg_scp_result;
struct msg_scp_url;
struct msg_step;

#define SCP_GUID_POINTER "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68"
#define SCP_GUID_URL "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define SCP_FILTER                                                            \
	"(&(objectClass=serviceConnectionPoint)(|(keywords=" SCP_GUID_POINTER \
	")(keywords=" SCP_GUID_URL ")))"
#define SCP_ENTRIES_MAX 256
#define SCP_URLS_MAX 64
#define SCP_POINTERS_MAX 16 /* of each rule */
#define SCP_TOLD_MAX 16 /* of each kind, in a report */
#define SCP_HOST_MAX 254 /* NUL included */

struct scp_entry {
	const char *dn;
	char *const *keywords;
	size_t keywords_n;
	char *const *bindings; /* serviceBindingInformation */
	size_t bindings_n;
};

enum scp_rule {
	SCP_PTR_OURS, /* Domain= names the user's domain: begin again there */
	SCP_PTR_ALL, /* no Domain=: where nothing else is found */
	SCP_PTR_OTHER, /* for another domain: passed over */
	SCP_PTR__MAX
};
struct scp_pointer {
	char *url, *dn;
	enum scp_rule rule;
};

/* What one directory holds; zeroed to begin with. */
struct scp_found {
	struct msg_scp_url *urls;
	size_t urls_n;
	struct scp_pointer pointers[SCP_PTR__MAX * SCP_POINTERS_MAX];
	size_t pointers_n;
	size_t of_rule[SCP_PTR__MAX];
	unsigned duplicates, outdone; /* URLs not kept */
	bool is_cut; /* there were more than the limits allow */
};

/* A server that DNS names and nobody vouches for: its certificate proves that
 * it is what it is called, so it has to be called something of ours. */
bool scp_is_in_domain(const char *host, const char *domain);
/* Adds what the entry says for users of this mail domain, seen from this
 * site.  ERR_NOMEM; entries that say nothing usable are passed over. */
enum err scp_take(struct scp_found *f, const struct scp_entry *e,
    const char *domain, const char *site) ERR_CHECK;
/* Best first.  With a pointer for our very domain no URL is left. */
void scp_finish(struct scp_found *f);
/* By which rule the search goes on elsewhere; SCP_PTR_OTHER: it does not. */
enum scp_rule scp_goes_on(const struct scp_found *f);
/* All of it as evidence of a step: what sorted each, and its DN. */
void
scp_tell(const struct scp_found *f, const char *site, struct msg_step *step);
/* The URLs go to the result. */
void scp_give(struct scp_found *f, struct msg_scp_result *r);
void scp_found_clear(struct scp_found *f);

/* Host and port of "LDAP://host[:port][/...]"; port 0: none is named.  The
 * host is lower case.  false: it is no such address. */
bool scp_pointer_host(const char *url, char host[SCP_HOST_MAX], uint16_t *port);

#endif
