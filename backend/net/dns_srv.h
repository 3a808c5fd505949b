/* dns_srv.h - DNS SRV records (RFC 2782).  Runs in net, in a worker thread:
 * it blocks for as long as the resolver takes, DNS_SRV_WAIT_S at most for
 * each server.  The answer is hostile. */
#ifndef DNS_SRV_H
#define DNS_SRV_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

#define DNS_SRV_MAX 16
#define DNS_SRV_WAIT_S 2
#define DNS_SRV_TRIES 2
#define DNS_HOST_MAX 254 /* NUL included */

struct dns_srv {
	char host[DNS_HOST_MAX];
	uint16_t port, priority, weight;
};

/* The name in failure.def for what getaddrinfo() said (EAI_*), after so
 * long. */
const char *dns_failure(int said, uint64_t took_ms);
/* In the order to try: priority, then weight.  ERR_NOTFOUND: there are none;
 * ERR_DNS: nobody answered. */
enum err dns_srv_lookup(const char *name, struct dns_srv out[DNS_SRV_MAX],
    size_t *n, struct errinfo *ei) ERR_CHECK;
/* The pure part: a message as it came. */
enum err dns_srv_parse(const unsigned char *msg, size_t len,
    struct dns_srv out[DNS_SRV_MAX], size_t *n) ERR_CHECK;

#endif
