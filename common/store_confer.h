/* store_confer.h - conferencing services in config.db.  Web and ctl write,
 * the engine reads. */
#ifndef STORE_CONFER_H
#define STORE_CONFER_H

#include <stddef.h>

#include "common/confer.h"
#include "common/err.h"

struct store;
struct store_actor;

struct confer_list {
	struct confer *v; /* owned */
	size_t n;
};
void confer_list_clear(struct confer_list *l);

/* By name; a service of a type that this version does not know is left
 * out.  At most CONFER_MAX. */
enum err store_confer_list(
    struct store *s, struct confer_list *out, struct errinfo *ei) ERR_CHECK;
/* By id, or by display name in any case.  ERR_NOTFOUND. */
enum err store_confer_get(struct store *s, const char *id_or_name,
    struct confer *out, struct errinfo *ei) ERR_CHECK;
/* ERR_CONFLICT: c->rev is not the stored one.  ERR_EXISTS: another has the
 * name.  ERR_BUSY: CONFER_MAX are there. */
enum err store_confer_put(struct store *s, const struct store_actor *who,
    const struct confer *c, struct errinfo *ei) ERR_CHECK;
enum err store_confer_delete(struct store *s, const struct store_actor *who,
    const char *id, struct errinfo *ei) ERR_CHECK;

#endif
