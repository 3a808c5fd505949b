#include "backend/engine/record.h"

#include <string.h>

#include "backend/engine/creds.h"
#include "backend/engine/domains.h"
#include "backend/engine/servers.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/str.h"

#define REFUSED_HOLD_MS (15u * 60u * 1000u)
#define PAUSE_FLOOR_MS 2000
#define PAUSE_CEILING_MS 300000

struct record *
record_new(struct engine *en, bool is_test)
{
	struct record *r = xalloc(sizeof(*r));
	struct backoff b = BACKOFF_INIT(PAUSE_FLOOR_MS, PAUSE_CEILING_MS);

	r->en = en;
	r->refs = 1;
	r->is_test = is_test;
	r->pause = b;
	r->domains = domains_new(r);
	TAILQ_INIT(&r->creds);
	TAILQ_INIT(&r->servers);
	return r;
}

struct record *
record_ref(struct record *r)
{
	r->refs++;
	return r;
}

void
record_unref(struct record *r)
{
	if (r == NULL || --r->refs > 0)
		return;
	creds_drop_record(r);
	domains_free(r->domains);
	servers_free(r);
	scp_known_clear(&r->scp);
	exchange_clear(&r->x);
	mem_free(r);
}

void
record_kill(struct record *r)
{
	r->is_dead = true;
	domains_stop(r->domains);
}

void
record_access(
    const struct record *r, struct msg_access *out, uint32_t timeout_ms)
{
	memset(out, 0, sizeof(*out));
	out->auth_kerberos = r->x.auth_kerberos;
	out->auth_ntlm = r->x.auth_ntlm;
	out->auth_basic = r->x.auth_basic;
	out->tls_verify = r->x.tls_verify;
	out->use_proxy = r->x.use_proxy;
	out->timeout_ms = timeout_ms;
}

bool
failure_is_of_account(const char *failure)
{
	static const char *const names[] = {"ldap-bind",
	    "ldap-password-expired", "ldap-password-change",
	    "ldap-account-disabled", "ldap-account-expired",
	    "ldap-account-locked", "ldap-account-revoked", "krb-refused",
	    "http-456"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(failure, names[i]))
			return true;
	return false;
}

static bool
is_refusal(const struct msg_evidence *ev)
{
	static const char *const names[] = {"http-401", "auth-no-common",
	    "auth-binding", "ntlm-v1", "http-403", "ews-account-disabled",
	    "proxy-auth", "proxy-password", "cred-bound", "cred-unreadable",
	    "cred-missing"};
	size_t i;

	if (failure_is_of_account(ev->failure))
		return true;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(ev->failure, names[i]))
			return true;
	return false;
}

/* The server as a whole is not there.  A request that was answered with a
 * fault, or too late, says nothing of the others. */
static bool
is_outage(const struct msg_evidence *ev)
{
	return ev->code == ERR_DNS || ev->code == ERR_CONNECT ||
	       ev->code == ERR_TRUST || ev->http_status == 503;
}

void
record_saw(struct record *r, const struct msg_evidence *ev)
{
	uint64_t now = clock_mono_ms();

	if (ev->code == ERR_OK) {
		r->faults = 0;
		r->hold_until_ms = 0;
		backoff_reset(&r->pause);
		return;
	}
	r->faults++;
	if (is_refusal(ev)) {
		r->hold_until_ms = now + REFUSED_HOLD_MS;
		r->hold_is_refusal = true;
	} else if (is_outage(ev)) {
		/* Many fail together: one of them counts. */
		if (r->hold_until_ms > now)
			return;
		r->hold_until_ms =
		    now + backoff_next_ms(&r->pause, ev->backoff_ms);
		r->hold_is_refusal = false;
	} else {
		return;
	}
	(void)str_copy(r->hold_failure, sizeof(r->hold_failure),
	    ev->failure != NULL ? ev->failure : "");
}

bool
record_is_direct(const struct record *r)
{
	return !str_eq(r->x.discovery, "autodiscover");
}

bool
record_is_held(const struct record *r, uint64_t *left_ms)
{
	uint64_t now = clock_mono_ms();

	if (r->hold_until_ms <= now)
		return false;
	if (left_ms != NULL)
		*left_ms = r->hold_until_ms - now;
	return true;
}

void
record_release(struct record *r)
{
	r->hold_until_ms = 0;
	backoff_reset(&r->pause);
	scp_known_clear(&r->scp);
}
