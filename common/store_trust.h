/* store_trust.h - the decisions of the Trust List, in config.db, and the
 * list that pages and calconnctl show: decisions and what was seen. */
#ifndef STORE_TRUST_H
#define STORE_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/store_redirect.h"
#include "common/trust.h"

struct store;
struct store_actor;

void trust_list_clear(struct trust_list *l);
enum err store_trust_list(struct store *s, struct trust_list *out,
    struct errinfo *ei) ERR_CHECK; /* by pattern */
/* pattern: as trust_pattern() made it; note NULL: the old one stays.  Does
 * nothing where it is decided so already. */
enum err store_trust_put(struct store *s, const struct store_actor *who,
    const char *pattern, enum trust state, const char *note,
    struct errinfo *ei) ERR_CHECK;
/* The decision; what was seen of the host stays, and is pending again. */
enum err store_trust_delete(struct store *s, const struct store_actor *who,
    const char *pattern, struct errinfo *ei) ERR_CHECK;

struct trust_entry {
	enum trust state; /* what holds now */
	char *host; /* or a pattern that no host was seen for */
	/* The decision, or empty: then discovery put it there. */
	bool is_decided;
	bool is_own; /* by a decision about just this host */
	char *rule, *note, *decided_by;
	int64_t decided_s;
	bool is_seen; /* the rest is filled in */
	struct redirect seen;
};
struct trust_entries {
	struct trust_entry *v;
	size_t n;
	size_t counts[TRUST__MAX];
};
void trust_entries_clear(struct trust_entries *l);
/* Pending first, of these the ones that users wait for; then by host. */
enum err store_trust_entries(
    struct store *s, struct trust_entries *out, struct errinfo *ei) ERR_CHECK;

#endif
