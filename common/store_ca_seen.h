/* store_ca_seen.h - in state.db: which trusted CA certificates servers'
 * chains end in, and which were missing.  What was missing comes from foreign
 * servers: it is shown, and trusted only by an administrator. */
#ifndef STORE_CA_SEEN_H
#define STORE_CA_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct store;

#define CA_SEEN_KEEP 500 /* rows; the oldest go first */

struct ca_seen {
	char *sha256, *host;
	bool trusted; /* the host's chain ended in it; else it was missing */
	char *subject, *pem; /* pem: "" where trusted */
	int64_t last_s;
};
struct ca_seen_list {
	struct ca_seen *v;
	size_t n;
};
void ca_seen_list_clear(struct ca_seen_list *l);
/* By certificate, then by host.  Empty where the engine never ran. */
enum err store_ca_seen_list(
    struct store *s, struct ca_seen_list *out, struct errinfo *ei) ERR_CHECK;
/* What the host showed now, in place of what it showed before. */
enum err store_ca_seen_put(
    struct store *s, const struct ca_seen *c, struct errinfo *ei) ERR_CHECK;

#endif
