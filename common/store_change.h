/* store_change.h - inside libstore: what every change of the configuration
 * leaves behind, in its own transaction: rows in config_log and, where the
 * engine needs to know, a new revision. */
#ifndef STORE_CHANGE_H
#define STORE_CHANGE_H

#include <stdint.h>

#include "common/err.h"

struct store;
struct store_actor;

#define STORE_LOG_KEEP 100000 /* rows of config_log; the oldest go first */

/* A row with item "KIND/NAME" or "KIND/NAME/KEY" (key not NULL), unless old
 * and new are the same. */
enum err store_change_log(struct store *s, const struct store_actor *who,
    const char *kind, const char *name, const char *key, const char *old_value,
    const char *new_value, struct errinfo *ei) ERR_CHECK;
enum err store_change_revision(struct store *s, struct errinfo *ei) ERR_CHECK;

#endif
