/* proxy.h - the way through the Connector Proxy: CONNECT only, and a user
 * name only by Basic and only to the proxy itself.
 * Runs in net, in the loop.  Owns what the engine said of the proxy; borrows
 * the credentials.  A proxy is slow, wrong or hostile like a server. */
#ifndef PROXY_H
#define PROXY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct creds;
struct msg_evidence;
struct msg_net_config;
struct proxy_route; /* opaque */

enum err proxy_route_new(struct proxy_route **out,
    const struct msg_net_config *c, const struct creds *creds) ERR_CHECK;
void proxy_route_free(struct proxy_route *p); /* NULL is fine */

/* The credential that a request waits for; 0: none. */
uint64_t proxy_route_cred(const struct proxy_route *p);
/* May a request go this way now?  false: ev says why not.  Going there
 * without the proxy is never the answer. */
bool proxy_route_ready(const struct proxy_route *p, struct msg_evidence *ev);
/* Sets a curl handle up; curl's copies are freed with it.  NULL: straight
 * to the server, whatever the environment says. */
enum err proxy_route_set(const struct proxy_route *p, void *easy) ERR_CHECK;

/* What became of CONNECT, in what curl knows of it. */
struct proxy_answer {
	long status; /* of the proxy's answer; 0: none came */
	bool was_resolved; /* the proxy's name */
	bool was_connected; /* to the proxy */
	bool had_user; /* a user name was sent */
	bool wants_basic; /* the answer offers Basic */
	bool is_reused; /* the connection is of an earlier request */
	bool is_timeout;
};
/* Row of failure.def, or NULL: the proxy has done its part, and what failed
 * is behind it. */
const char *proxy_failure(const struct proxy_answer *a);
/* Names a transfer's fault where it is the proxy's; text: curl's words. */
bool proxy_route_fail(const struct proxy_route *p, void *easy, int curl_code,
    const char *text, struct msg_evidence *ev);

#endif
