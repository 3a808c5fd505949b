/* proxy_creds.h - has the manager open the Connector Proxy's sealed box for
 * each net worker.  The engine knows a number, and whether it was refused.
 * Engine; on the loop. */
#ifndef PROXY_CREDS_H
#define PROXY_CREDS_H

#include <stdint.h>

#include "common/err.h"

struct engine;
struct msg_net_config;
struct bound;
struct proxy_creds; /* opaque */

struct proxy_creds *proxy_creds_new(struct engine *en);
void proxy_creds_free(struct proxy_creds *pc);

/* What the configuration says now; copied.  The credentials of before are
 * closed. */
void proxy_creds_config(struct proxy_creds *pc, const struct bound *p);
/* The proxy's fields of what one worker is told; has its credential opened
 * where that was not done yet.  Texts are borrowed until the next call. */
void proxy_creds_fill(
    struct proxy_creds *pc, uint32_t net_id, struct msg_net_config *m);
void proxy_creds_net_gone(struct proxy_creds *pc, uint32_t net_id);
/* The manager's answer to a number; nothing where it is another's. */
void proxy_creds_refused(
    struct proxy_creds *pc, uint64_t cred_id, enum err e, const char *text);

#endif
