#include "backend/engine/redirects.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/config_watch.h"
#include "backend/engine/engine.h"
#include "backend/engine/server_alarm.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_alarm.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_redirect.h"
#include "common/trust.h"

#define PROBE_AGAIN_MS (15u * 60u * 1000u)
#define TRUSTED_AGAIN_MS (60u * 1000u)
/* After a start nobody waits before everybody was tried. */
#define GRACE_MS 30000

struct known {
	char host[TRUST_PATTERN_MAX], url[512], mail_domain[256];
	bool trusted;
	bool is_old; /* who waits is what the last run of the engine stored */
	uint64_t probed_ms, noted_ms; /* 0: not since the start */
	size_t waiting, stored; /* users; as in state.db */
};

struct redirects {
	struct known v[REDIRECT_KEEP];
	size_t n;
	uint64_t start_ms;
	struct timer *grace;
};

static void
store_failed(const struct errinfo *ei)
{
	log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail", ei->text,
	    NULL);
}

static struct known *
find(struct redirects *r, const char *host, bool trusted)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->v[i].trusted == trusted && str_eq(r->v[i].host, host))
			return &r->v[i];
	return NULL;
}

/* In place of the one that was not heard of for longest; one that users
 * wait for stays. */
static struct known *
add(struct redirects *r, const char *host, bool trusted)
{
	struct known *k = NULL;
	size_t i;

	if (r->n < REDIRECT_KEEP) {
		k = &r->v[r->n++];
	} else {
		for (i = 0; i < r->n; i++)
			if (r->v[i].waiting == 0 &&
			    (k == NULL || r->v[i].noted_ms < k->noted_ms))
				k = &r->v[i];
	}
	if (k == NULL)
		return NULL;
	memset(k, 0, sizeof(*k));
	(void)str_copy(k->host, sizeof(k->host), host);
	k->trusted = trusted;
	return k;
}

static void
load(struct engine *en, struct redirects *r)
{
	struct redirect_list l = {NULL, 0};
	struct errinfo ei;
	struct known *k;
	size_t i;

	if (store_redirect_list(en->store, &l, &ei) != ERR_OK)
		store_failed(&ei);
	for (i = 0; i < l.n; i++) {
		if ((k = add(r, l.v[i].host, l.v[i].trusted)) == NULL)
			break;
		(void)str_copy(k->url, sizeof(k->url), l.v[i].url);
		(void)str_copy(
		    k->mail_domain, sizeof(k->mail_domain), l.v[i].mail_domain);
		k->stored = (size_t)l.v[i].waiting;
		k->is_old = true;
	}
	redirect_list_clear(&l);
}

static void
on_grace(void *arg)
{
	user_alarms_soon(arg);
}

struct redirects *
redirects_new(struct engine *en)
{
	struct redirects *r = xalloc(sizeof(*r));

	r->start_ms = clock_mono_ms();
	load(en, r);
	r->grace = timer_new(en->loop, on_grace, en);
	timer_start(r->grace, GRACE_MS);
	return r;
}

void
redirects_free(struct redirects *r)
{
	if (r == NULL)
		return;
	timer_free(r->grace);
	mem_free(r);
}

bool
redirects_wants_probe(struct engine *en, const char *host)
{
	const struct known *k = find(en->redirects, host, false);

	return k == NULL || k->probed_ms == 0 ||
	       clock_mono_ms() - k->probed_ms >= PROBE_AGAIN_MS;
}

/* A redirect's row, borrowed from the note; no text is NULL there. */
static char *
lend(const char *s)
{
	return (char *)(uintptr_t)(s != NULL ? s : "");
}

static void
fill(struct redirect *row, const struct redirect_note *n)
{
	const struct msg_evidence *ev = n->probe;
	const struct msg_cert *leaf =
	    ev != NULL && ev->certs_n > 0 ? &ev->certs[0] : NULL;

	memset(row, 0, sizeof(*row));
	row->host = lend(n->host);
	row->trusted = n->trusted;
	row->url = lend(n->url);
	row->source = lend(n->source);
	row->came_from = lend(n->came_from);
	row->mail_domain = lend(n->mail_domain);
	row->remote = lend(ev != NULL ? ev->remote : NULL);
	row->probe_failure = lend(ev != NULL ? ev->failure : NULL);
	row->cert_subject = lend(leaf != NULL ? leaf->subject : NULL);
	row->cert_issuer = lend(leaf != NULL ? leaf->issuer : NULL);
	row->cert_sha256 = lend(leaf != NULL ? leaf->sha256 : NULL);
	row->cert_not_after_s = leaf != NULL ? leaf->not_after_s : 0;
	row->probed_s = ev != NULL ? clock_wall_s() : 0;
}

void
redirects_note(struct engine *en, const struct redirect_note *n)
{
	struct known *k = find(en->redirects, n->host, n->trusted);
	uint64_t now = clock_mono_ms();
	struct redirect row;
	struct errinfo ei;

	if (k != NULL && n->trusted && k->noted_ms != 0 &&
	    now - k->noted_ms < TRUSTED_AGAIN_MS)
		return;
	if (k == NULL && !n->trusted)
		log_kv(LOG_L_WARN, ENGINE_MODULE, "Redirect Pending", "Host",
		    n->host, "URL", n->url, "From", n->came_from, "Domain",
		    n->mail_domain, NULL);
	if (k == NULL && (k = add(en->redirects, n->host, n->trusted)) == NULL)
		return;
	k->noted_ms = now;
	if (n->probe != NULL)
		k->probed_ms = now;
	(void)str_copy(k->url, sizeof(k->url), n->url);
	(void)str_copy(k->mail_domain, sizeof(k->mail_domain), n->mail_domain);
	fill(&row, n);
	if (store_redirect_saw(en->store, &row, &ei) != ERR_OK)
		store_failed(&ei);
}

/* -- who waits -- */

static void
count_one(void *arg, struct mbox *m)
{
	struct redirects *r = arg;
	struct known *k;

	if (m->waits_for == NULL || !m->is_listed || !m->user_enabled ||
	    m->phase == MBOX_OFF)
		return;
	if ((k = find(r, m->waits_for, false)) != NULL)
		k->waiting++;
}

static void
tell(struct engine *en, const struct known *k)
{
	char detail[1024];

	snprintf(detail, sizeof(detail),
	    "Autodiscover of %s redirects to %s, and nobody has decided about "
	    "this host yet. %zu user%s wait%s. Allow or block it under Trust "
	    "List.",
	    k->mail_domain, k->url, k->waiting, k->waiting == 1 ? "" : "s",
	    k->waiting == 1 ? "s" : "");
	alarm_redirect(en, k->host, detail);
}

void
redirects_count(struct engine *en)
{
	struct redirects *r = en->redirects;
	bool is_early = clock_mono_ms() - r->start_ms < GRACE_MS;
	struct errinfo ei;
	size_t i;

	for (i = 0; i < r->n; i++)
		r->v[i].waiting = 0;
	users_each(en->users, count_one, r);
	for (i = 0; i < r->n; i++) {
		struct known *k = &r->v[i];

		if (k->trusted ||
		    (is_early && k->is_old && k->waiting < k->stored))
			continue;
		k->is_old = false;
		if (k->waiting != k->stored) {
			if (store_redirect_waiting(en->store, k->host,
				(int64_t)k->waiting, &ei) != ERR_OK)
				store_failed(&ei);
			k->stored = k->waiting;
		}
		if (k->waiting > 0 &&
		    config_trust(en->config, k->host) == TRUST_PENDING)
			tell(en, k);
		else
			alarm_redirect(en, k->host, NULL);
	}
}

void
redirects_decided(struct engine *en)
{
	struct redirects *r = en->redirects;
	size_t i;

	for (i = 0; i < r->n; i++)
		if (config_trust(en->config, r->v[i].host) != TRUST_PENDING)
			alarm_redirect(en, r->v[i].host, NULL);
	users_trust_changed(en->users);
	user_alarms_soon(en);
}
