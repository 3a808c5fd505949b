/* diaglog.h - diagnostic logging: for a time all modules log more, between a
 * beginning and an end that are kept, so that what was logged in between can
 * be taken.  manager only.  It ends by itself; then, and when it is stopped,
 * each module logs as it did before. */
#ifndef DIAGLOG_H
#define DIAGLOG_H

#include "common/err.h"

struct diaglog; /* opaque */
struct manager;
struct msg_diaglog;
struct msg_diaglog_order;

#define DIAGLOG_MINUTES_MAX 240
#define DIAGLOG_MARKERS_MAX 1000
#define DIAGLOG_TEXT_MAX 200 /* bytes of a marker */

struct diaglog *diaglog_new(struct manager *m);
void diaglog_close(struct diaglog *d); /* as uv_close */
void diaglog_free(struct diaglog *d);
/* Fields are borrowed. */
void diaglog_fill(const struct diaglog *d, struct msg_diaglog *out);
/* ERR_BUSY: one runs already.  ERR_NOTFOUND: none runs. */
enum err diaglog_do(struct diaglog *d, const struct msg_diaglog_order *q,
    struct errinfo *ei) ERR_CHECK;

#endif
