/* dc_find.h - which servers of a directory to ask, in what order.
 * Runs in net, in a worker: it blocks while DNS is asked.  What DNS says is
 * hostile. */
#ifndef DC_FIND_H
#define DC_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend/net/dns_srv.h"
#include "common/err.h"

struct msg_scp_result;

#define DC_SERVERS_MAX 5 /* tried in turn */

struct dc {
	char host[DNS_HOST_MAX];
	uint16_t port; /* 0: the query mode's own */
};

/* Where to look next: each is asked only when those before it led nowhere. */
enum dc_stage {
	DC_GIVEN, /* the administrator or a pointer names it */
	DC_SITE, /* DNS, those of the site */
	DC_DOMAIN, /* DNS, all of the domain */
	DC_NAME, /* the domain's own name, which they answer to as well */
	DC__MAX
};

struct dc_search {
	const char *domain, *site, *given;
	uint16_t given_port; /* not 0: nowhere else */
	/* A server that DNS names must be called something in the domain. */
	bool in_domain;
};

/* Writes what a stage brings to out, and a step to the trail where DNS was
 * asked. */
void dc_find(const struct dc_search *s, enum dc_stage stage,
    struct msg_scp_result *r, struct dc out[DC_SERVERS_MAX], size_t *n);

#endif
