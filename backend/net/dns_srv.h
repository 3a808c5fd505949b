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
/* In the order to try: priority, then by chance, the heavier the likelier.
 * ERR_NOTFOUND: there are none; ERR_DNS: nobody answered. */
enum err dns_srv_lookup(const char *name, struct dns_srv out[DNS_SRV_MAX],
    size_t *n, struct errinfo *ei) ERR_CHECK;
/* The pure parts: a message as it came, sorted by priority, then weight ... */
enum err dns_srv_parse(const unsigned char *msg, size_t len,
    struct dns_srv out[DNS_SRV_MAX], size_t *n) ERR_CHECK;
/* ... and what RFC 2782 does to servers of one priority.  chance: a number
 * below `below`. */
typedef uint32_t (*dns_chance_fn)(void *arg, uint32_t below);
void
dns_srv_shuffle(struct dns_srv *v, size_t n, dns_chance_fn chance, void *arg);

#endif
