/* store_factor.h - the second factors of administrators.  config.db. */
#ifndef STORE_FACTOR_H
#define STORE_FACTOR_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct store;
struct store_actor;

struct factor {
	struct bytes box; /* sealed key */
	int64_t set_s; /* since when */
};
void factor_clear(struct factor *f);

/* ERR_NOTFOUND: the account has none. */
enum err store_factor_get(struct store *s, int64_t admin_id, struct factor *out,
    struct errinfo *ei) ERR_CHECK;
/* In place of the one that it has.  step: of the code that proved it. */
enum err store_factor_put(struct store *s, const struct store_actor *who,
    int64_t admin_id, const char *name, const void *box, size_t n,
    uint64_t step, struct errinfo *ei) ERR_CHECK;
/* No fault where there is none. */
enum err store_factor_delete(struct store *s, const struct store_actor *who,
    int64_t admin_id, const char *name, struct errinfo *ei) ERR_CHECK;
/* ERR_AUTH: a code of this step or of a later one was used already. */
enum err store_factor_use(struct store *s, int64_t admin_id, uint64_t step,
    struct errinfo *ei) ERR_CHECK;

#endif
