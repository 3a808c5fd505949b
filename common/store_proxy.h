/* store_proxy.h - the Connector Proxy, in config.db: one for the host, used
 * by the Exchange records that say so.  Its password is a sealed box, bound
 * to address, port and user name (seal.h). */
#ifndef STORE_PROXY_H
#define STORE_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"
#include "common/ipc.h"

struct store;
struct store_actor;

/* Field names as in settings.def.  All strings owned, never NULL. */
struct proxy {
	char *host; /* "": there is no proxy */
	char *port; /* decimal */
	char *account; /* "": it wants no name and no password */
	struct bytes box; /* empty: no password stored */
	char *bound_to;
	int64_t password_set_s, changed_s;
	char *changed_by;
	uint64_t rev; /* 0: none is stored */
};

void proxy_init(struct proxy *p); /* defaults of settings.def */
void proxy_clear(struct proxy *p);
enum err proxy_copy(struct proxy *to, const struct proxy *from) ERR_CHECK;
uint32_t proxy_port(const struct proxy *p); /* 0 where it is none */
/* Do both lead to the same proxy with the same password? */
bool proxy_is_same(const struct proxy *a, const struct proxy *b);

/* By key of settings.def; "password" is no field of this struct.  set:
 * ERR_NOTFOUND for an unknown key, ERR_ARG where the value does not fit. */
const char *proxy_get(const struct proxy *p, const char *key);
enum err proxy_set(struct proxy *p, const char *key, const char *value,
    struct errinfo *ei) ERR_CHECK;
/* The rules between fields, each problem to the callback.  Returns how
 * many. */
typedef void (*proxy_problem_fn)(void *arg, const char *key, const char *text);
size_t proxy_check(const struct proxy *p, proxy_problem_fn fn, void *arg);

/* What its password is bound to, and which fields differ from what the box
 * was sealed for. */
enum err proxy_binding(const struct proxy *p, char *out, size_t out_size,
    struct errinfo *ei) ERR_CHECK;
enum err
proxy_binding_diff(const struct proxy *p, struct strlist *keys) ERR_CHECK;
/* A new box, bound to p as it is; binding: of p.  Takes a copy. */
enum err proxy_give_box(struct proxy *p, const unsigned char *box, size_t n,
    const char *binding, struct errinfo *ei) ERR_CHECK;
void proxy_drop_box(struct proxy *p);

/* What a person typed as the server of a test: HOST, HOST:PORT or
 * [IPv6]:PORT.  host: PROXY_HOST_MAX; port 0 where none was given. */
#define PROXY_HOST_MAX 254
enum err proxy_target(const char *typed, char *host, uint32_t *port,
    struct errinfo *ei) ERR_CHECK;
/* A server of the Exchange records that go through the proxy, or of any
 * other; "" where there is none. */
enum err store_proxy_target(
    struct store *s, char *host, size_t size, struct errinfo *ei) ERR_CHECK;

/* Where none is stored: as proxy_init() makes it. */
enum err store_proxy_get(
    struct store *s, struct proxy *out, struct errinfo *ei) ERR_CHECK;
/* ERR_CONFLICT: p->rev is not the stored one. */
enum err store_proxy_put(struct store *s, const struct store_actor *who,
    const struct proxy *p, struct errinfo *ei) ERR_CHECK;
enum err store_proxy_delete(struct store *s, const struct store_actor *who,
    struct errinfo *ei) ERR_CHECK;
/* How many Exchange records go through it. */
enum err store_proxy_users(
    struct store *s, size_t *records, struct errinfo *ei) ERR_CHECK;

#endif
