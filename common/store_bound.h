/* store_bound.h - inside libstore: what storing the kinds of bound.h has in
 * common: nothing is written over what somebody else changed meanwhile, nor
 * where nothing is new, and the log says what became what. */
#ifndef STORE_BOUND_H
#define STORE_BOUND_H

#include "common/bound.h"
#include "common/err.h"
#include "common/store_sql.h"

struct store;
struct store_actor;

struct store_bound {
	const char *item, *name; /* in the log: "ITEM/NAME/KEY" */
	enum err (*get)(struct store *s, enum bound_kind k, struct bound *out,
	    struct errinfo *ei);
	enum err (*put)(struct store *s, const struct store_actor *who,
	    const struct bound *b, struct errinfo *ei);
};

/* In one transaction.  ERR_CONFLICT: b->rev is not the stored one. */
enum err store_bound_put(struct store *s, const struct store_actor *who,
    const struct store_bound *t, const struct bound *b,
    struct errinfo *ei) ERR_CHECK;
/* now: NULL where it is gone.  In the caller's transaction. */
enum err store_bound_log(struct store *s, const struct store_actor *who,
    const struct store_bound *t, const struct bound *was,
    const struct bound *now, struct errinfo *ei) ERR_CHECK;
/* Columns box, bound_to, secret_set_s, changed_s, changed_by, rev. */
void store_bound_row(struct sql *q, struct bound *b);
/* The same ones, of who has changed it now. */
void store_bound_bind(
    struct sql *q, const struct store_actor *who, const struct bound *b);
/* The rows key, value that the statement gives for id.  A field that this
 * version does not know is passed over. */
enum err store_bound_fields(struct store *s, enum sql_id fields, const char *id,
    struct bound *b, struct errinfo *ei) ERR_CHECK;

#endif
