/* scp_rules.h - which service connection points of Autodiscover count, and
 * in what order ([MS-OXDISCO] 2.2.1.2, 3.1.5.1).  Pure; runs in net, in a
 * worker.  What a directory holds is hostile: see the limits. */
#ifndef SCP_RULES_H
#define SCP_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct msg_scp_result;

#define SCP_GUID_POINTER "67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68"
#define SCP_GUID_URL "77378F46-2C66-4aa9-A6A6-3E7A48B19596"
#define SCP_FILTER                                                            \
	"(&(objectClass=serviceConnectionPoint)(|(keywords=" SCP_GUID_POINTER \
	")(keywords=" SCP_GUID_URL ")))"
#define SCP_ENTRIES_MAX 256
#define SCP_URLS_MAX 64
#define SCP_POINTERS_MAX 16

struct scp_entry {
	const char *dn;
	char *const *keywords;
	size_t keywords_n;
	char *const *bindings; /* serviceBindingInformation */
	size_t bindings_n;
};

/* A server that DNS names and nobody vouches for: its certificate proves that
 * it is what it is called, so it has to be called something of ours. */
bool scp_is_in_domain(const char *host, const char *domain);
/* Adds what the entry says for somebody in this domain and site.  ERR_NOMEM;
 * entries that say nothing usable are passed over. */
enum err scp_take(struct msg_scp_result *r, const struct scp_entry *e,
    const char *domain, const char *site, bool *redirected) ERR_CHECK;
/* Best first.  *redirected: a pointer names our very domain, so that all else
 * is dropped and the search begins anew there: urls is empty then. */
void scp_finish(struct msg_scp_result *r, bool redirected);

#endif
