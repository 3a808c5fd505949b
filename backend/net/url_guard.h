/* url_guard.h - may the connector contact this?  Runs in net, pure.
 * Every URL passes here before a request, whoever found it, and every address
 * that a name resolved to before a connection. */
#ifndef URL_GUARD_H
#define URL_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct sockaddr;
struct Curl_URL;

struct url_parts {
	struct Curl_URL
	    *url; /* what curl is to use: exactly what was checked */
	char *host; /* lower case, no brackets */
	char *origin; /* "https://host:port", or of the plain one */
	uint16_t port;
};

/* https, no user name in it, a host name or a unicast address.  ERR_DENIED
 * with the reason in ei. */
enum err url_guard_check(struct url_parts *out, const char *url,
    bool allow_loopback, struct errinfo *ei) ERR_CHECK;
/* The one address that is ever asked without TLS, with neither credentials nor
 * a body: Autodiscover's http://autodiscover.<domain>/ ([MS-OXDISCO] 3.1.5.4).
 * Only the domain comes from elsewhere. */
enum err url_guard_plain(struct url_parts *out, const char *domain,
    bool allow_loopback, struct errinfo *ei) ERR_CHECK;
void url_parts_clear(struct url_parts *p);

/* Private addresses are fine; link-local, multicast, unspecified and
 * reserved ones are not, loopback only where allowed. */
bool url_guard_allows(const struct sockaddr *sa, bool allow_loopback);

#endif
