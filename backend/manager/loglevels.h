/* loglevels.h - which modules log how much, until when.  The manager says it
 * to all programs; a web worker, which has no link, is started anew and asks
 * when it begins.  Kept in memory: a diagnosis ends with the manager. */
#ifndef LOGLEVELS_H
#define LOGLEVELS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"
#include "common/log.h"

struct ipc_conn;
struct loglevels; /* opaque */
struct manager;
struct msg_log_level_set;
struct msg_log_levels;

#define LOGLEVELS_MINUTES_MAX 1440

struct loglevels *loglevels_new(struct manager *m);
void loglevels_close(struct loglevels *l); /* as uv_close */
void loglevels_free(struct loglevels *l); /* after the loop has ended */
enum err loglevels_set(struct loglevels *l, const struct msg_log_level_set *q,
    struct errinfo *ei) ERR_CHECK;
/* All modules, for a client; to be freed. */
enum err
loglevels_fill(const struct loglevels *l, struct msg_log_levels *out) ERR_CHECK;
/* All modules at this level, but those that log more; once more: the levels
 * of before the first time are kept. */
void
loglevels_raise(struct loglevels *l, enum log_level level, int64_t until_s);
/* As it was before, less what has ended meanwhile. */
void loglevels_restore(struct loglevels *l);
/* To a program that begins. */
void loglevels_tell(const struct loglevels *l, struct ipc_conn *c, bool is_net);

#endif
