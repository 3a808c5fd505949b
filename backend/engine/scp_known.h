/* scp_known.h - what the directory published, by mail domain, so that ten
 * thousand mailboxes do not ask it ten thousand times: pointers make the
 * answer differ from domain to domain and from nothing else.
 * Engine.  Owned by a record. */
#ifndef SCP_KNOWN_H
#define SCP_KNOWN_H

#include <stddef.h>
#include <stdint.h>

struct msg_scp_result;
struct strlist;

#define SCP_KNOWN_MAX 64 /* mail domains; the oldest go first */
#define SCP_LIFE_MS (10u * 60u * 1000u)
/* After a fault: a directory that is down is not asked by each mailbox, and
 * one that refuses the account not so often that it locks it. */
#define SCP_DOWN_MS (30u * 1000u)
#define SCP_REFUSED_MS (5u * 60u * 1000u)

struct scp_known_row;
struct scp_known {
	struct scp_known_row *v;
	size_t n;
};

/* Best first; maybe empty.  NULL: it is to be asked. */
const struct strlist *
scp_known_get(const struct scp_known *k, const char *domain);
/* m: its answer, or NULL where it gave none of use. */
void scp_known_put(struct scp_known *k, const char *domain,
    const struct msg_scp_result *m, uint64_t life_ms);
void scp_known_clear(struct scp_known *k);

#endif
