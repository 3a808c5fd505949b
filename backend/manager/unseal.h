/* unseal.h - the opening key, and the one place that uses it.
 * manager only.  The key is in locked memory that no core file holds. */
#ifndef UNSEAL_H
#define UNSEAL_H

#include <stddef.h>

#include "common/err.h"

struct conf;
struct secret;
struct unseal; /* opaque */

/* Reads conf's seal_pk and seal_sk. */
enum err unseal_new(
    struct unseal **out, const struct conf *c, struct errinfo *ei) ERR_CHECK;
void unseal_free(struct unseal *u);
/* binding: text of the record as it is now.  ERR_BOUND: the box is bound to
 * something else.  ERR_AUTH: it cannot be opened with this key. */
enum err unseal_open(const struct unseal *u, const char *binding,
    const unsigned char *box, size_t n, struct secret *out,
    struct errinfo *ei) ERR_CHECK;

/* Both keys, for rekey.c, which wipes its copy. */
void
unseal_keys(const struct unseal *u, unsigned char pk[32], unsigned char sk[32]);

#endif
