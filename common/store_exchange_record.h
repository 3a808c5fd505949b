/* store_exchange_record.h - inside libstore: writing an Exchange record
 * within a transaction that somebody else began. */
#ifndef STORE_EXCHANGE_RECORD_H
#define STORE_EXCHANGE_RECORD_H

#include <stdbool.h>

#include "common/err.h"

struct exchange;
struct store;
struct store_actor;

/* Checks, locks, writes, logs and counts the revision up.  A passed test
 * sets tested_s; an untested change of what a test looks at clears it. */
enum err store_exchange_write(struct store *s, const struct store_actor *who,
    const struct exchange *x, bool tested, struct errinfo *ei) ERR_CHECK;

#endif
