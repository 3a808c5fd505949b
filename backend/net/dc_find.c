/* dc_find.c - see dc_find.h. */
#include "config.h"

#include "backend/net/dc_find.h"

#include <stdio.h>

#include "backend/net/scp_rules.h"
#include "backend/net/scp_trail.h"
#include "common/ipc.h"
#include "common/str.h"
#include "common/valid.h"

#define NAME_MAX_LEN (DNS_HOST_MAX + 192)
#define WHAT_MAX 700

static void
add(struct dc out[DC_SERVERS_MAX], size_t *n, const char *host, uint16_t port)
{
	if (*n < DC_SERVERS_MAX &&
	    str_copy(out[*n].host, sizeof(out[*n].host), host))
		out[(*n)++].port = port;
}

/* [MS-ADTS] 6.3.2.3: SRV records that a domain controller registers.  Their
 * port is that of plain LDAP, which says nothing about the one for TLS. */
static void
ask_srv(const struct dc_search *s, const char *name, struct msg_scp_result *r,
    struct dc out[DC_SERVERS_MAX], size_t *n)
{
	struct dns_srv found[DNS_SRV_MAX];
	unsigned id = scp_step_begin(r, 0, "DNS SRV", name);
	char text[WHAT_MAX];
	struct errinfo ei = {0};
	size_t found_n = 0, i;
	enum err e;

	e = dns_srv_lookup(name, found, &found_n, &ei);
	if (e != ERR_OK) {
		scp_step_warn(r, id, ei.text);
		return;
	}
	for (i = 0; i < found_n; i++) {
		(void)snprintf(text, sizeof(text),
		    "%.253s:%u, priority %u, weight %u", found[i].host,
		    (unsigned)found[i].port, (unsigned)found[i].priority,
		    (unsigned)found[i].weight);
		scp_step_kv(r, id, "server", text);
		if (!s->in_domain || scp_is_in_domain(found[i].host, s->domain))
			add(out, n, found[i].host,
			    found[i].port == 389 ? 0 : found[i].port);
	}
	if (*n == 0) {
		(void)snprintf(text, sizeof(text),
		    "%s: %s is not in %s, so nothing would prove what it is",
		    name, found[0].host, s->domain);
		scp_step_warn(r, id, text);
		return;
	}
	(void)snprintf(text, sizeof(text), "%s: %zu, first %s", name, found_n,
	    out[0].host);
	scp_step_end(r, id, &r->ev, text);
}

void
dc_find(const struct dc_search *s, enum dc_stage stage,
    struct msg_scp_result *r, struct dc out[DC_SERVERS_MAX], size_t *n)
{
	char name[NAME_MAX_LEN];

	*n = 0;
	if (*s->given != '\0') {
		if (stage == DC_GIVEN)
			add(out, n, s->given, s->given_port);
		return;
	}
	switch (stage) {
	case DC_SITE:
		/* A site name may hold what a host name may not. */
		if (*s->site == '\0' || valid_site(s->site, NULL) != ERR_OK)
			return;
		(void)snprintf(name, sizeof(name),
		    "_ldap._tcp.%s._sites.dc._msdcs.%s", s->site, s->domain);
		ask_srv(s, name, r, out, n);
		break;
	case DC_DOMAIN:
		(void)snprintf(
		    name, sizeof(name), "_ldap._tcp.dc._msdcs.%s", s->domain);
		ask_srv(s, name, r, out, n);
		break;
	case DC_NAME:
		add(out, n, s->domain, 0);
		break;
	case DC_GIVEN:
	case DC__MAX:
		break;
	}
}
