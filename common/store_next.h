/* store_next.h - the service account that is to take over from a record's
 * current one: entered and tested beside it, then taken.  config.db. */
#ifndef STORE_NEXT_H
#define STORE_NEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct exchange;
struct store;
struct store_actor;

struct exchange_next {
	char *next_id; /* new for each that is entered */
	char *account;
	struct bytes box;
	char *bound_to; /* binding of the record with this account */
	int64_t entered_s;
	char *entered_by;
};

void exchange_next_clear(struct exchange_next *n);
/* The record as it would be with this account; *x is owned. */
enum err exchange_with_next(struct exchange *x, const struct exchange_next *n,
    struct errinfo *ei) ERR_CHECK;

/* ERR_NOTFOUND: none is entered. */
enum err store_next_get(struct store *s, const char *record_id,
    struct exchange_next *out, struct errinfo *ei) ERR_CHECK;
/* Takes the place of one that was entered before; sets next_id.  ERR_BOUND:
 * the box is not of this record as it is stored. */
enum err store_next_put(struct store *s, const struct store_actor *who,
    const char *record_id, struct exchange_next *n,
    struct errinfo *ei) ERR_CHECK;
enum err store_next_drop(struct store *s, const struct store_actor *who,
    const char *record_id, struct errinfo *ei) ERR_CHECK;
/* Did the newest test of just this one pass?  at_s: when, 0: not tested. */
enum err store_next_tested(struct store *s, const struct exchange_next *n,
    bool *passed, int64_t *at_s, struct errinfo *ei) ERR_CHECK;
/* The next account becomes the current one, whose password is forgotten.
 * ERR_DENIED: it has not passed its test. */
enum err store_next_take(struct store *s, const struct store_actor *who,
    const char *record_id, struct errinfo *ei) ERR_CHECK;
/* Within a transaction: a record that was changed may have lost what its
 * next account was entered for; then that one goes. */
enum err store_next_check(struct store *s, const struct store_actor *who,
    const struct exchange *x, struct errinfo *ei) ERR_CHECK;

#endif
