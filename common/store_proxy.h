/* store_proxy.h - the Connector Proxy, in config.db: one for the host, used
 * by the Exchange records that say so (bound.h).  Its password is bound to
 * address, port and user name. */
#ifndef STORE_PROXY_H
#define STORE_PROXY_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct bound;
struct store;
struct store_actor;

/* What a person typed as the server of a test: HOST, HOST:PORT or
 * [IPv6]:PORT.  host: PROXY_HOST_MAX; port 0 where none was given. */
#define PROXY_HOST_MAX 254
enum err proxy_target(const char *typed, char *host, uint32_t *port,
    struct errinfo *ei) ERR_CHECK;
/* A server of the Exchange records that go through the proxy, or of any
 * other; "" where there is none. */
enum err store_proxy_target(
    struct store *s, char *host, size_t size, struct errinfo *ei) ERR_CHECK;

/* Where none is stored: as bound_init() makes it. */
enum err store_proxy_get(
    struct store *s, struct bound *out, struct errinfo *ei) ERR_CHECK;
/* ERR_CONFLICT: p->rev is not the stored one. */
enum err store_proxy_put(struct store *s, const struct store_actor *who,
    const struct bound *p, struct errinfo *ei) ERR_CHECK;
enum err store_proxy_delete(struct store *s, const struct store_actor *who,
    struct errinfo *ei) ERR_CHECK;
/* How many Exchange records go through it. */
enum err store_proxy_users(
    struct store *s, size_t *records, struct errinfo *ei) ERR_CHECK;

#endif
