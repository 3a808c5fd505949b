/* snapshot.h - has a system snapshot made, one at a time: opens its file and
 * starts calconn-collect, which may write nothing else.  manager only.
 * It never reads what is in a snapshot. */
#ifndef MANAGER_SNAPSHOT_H
#define MANAGER_SNAPSHOT_H

#include <stdbool.h>
#include <sys/types.h>

#include "common/err.h"

struct manager;
struct snapshot; /* opaque */

#define SNAPSHOT_LIMIT_MS 300000 /* then it is killed */

/* Takes away what a manager that died has left half made. */
struct snapshot *snapshot_new(struct manager *m);
void snapshot_close(struct snapshot *s); /* as uv_close */
void snapshot_free(struct snapshot *s);
/* who: administrator, for the log.  ERR_BUSY: one is being made. */
enum err snapshot_start(
    struct snapshot *s, const char *who, struct errinfo *ei) ERR_CHECK;
enum err snapshot_delete(struct snapshot *s, const char *name, const char *who,
    struct errinfo *ei) ERR_CHECK;
/* Whether it was ours. */
bool snapshot_ended(struct snapshot *s, pid_t pid, int status);

#endif
