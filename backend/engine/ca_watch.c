#include "backend/engine/ca_watch.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/alarm.h"
#include "backend/engine/engine.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_alarm.h"
#include "common/store_ca.h"
#include "common/store_ca_seen.h"
#include "common/str.h"

#define HOSTS_MAX 200 /* remembered; the oldest gives way */
#define SOON_MS 1000 /* many requests make one check */
#define HOSTS_TEXT_MAX 300
#define DAY_S 86400

struct known {
	char host[256], sha256[96];
	bool trusted;
	uint64_t noted_ms;
};

struct ca_watch {
	struct engine *en;
	struct known v[HOSTS_MAX];
	size_t n;
	struct timer *timer;
};

static void
store_failed(const struct errinfo *ei)
{
	log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail", ei->text,
	    NULL);
}

/* The row of this host, or the one to put it in. */
static struct known *
slot_of(struct ca_watch *w, const char *host)
{
	struct known *old = &w->v[0];
	size_t i;

	for (i = 0; i < w->n; i++) {
		if (str_eq(w->v[i].host, host))
			return &w->v[i];
		if (w->v[i].noted_ms < old->noted_ms)
			old = &w->v[i];
	}
	return w->n < HOSTS_MAX ? &w->v[w->n++] : old;
}

/* "AB:CD:.." as net shows it, or hex as it is stored. */
static bool
hex_of(const char *shown, char out[65])
{
	return shown != NULL && ca_fingerprint_parse(shown, out);
}

/* Of https and ldaps addresses alike. */
static bool
host_of(const char *url, char *out, size_t size)
{
	const char *p = strstr(url, "://");
	size_t n;

	if (p == NULL)
		return false;
	p += 3;
	n = *p == '[' ? strcspn(p, "]/") + 1 : strcspn(p, ":/?#");
	if (n < 2 || n >= size || n > strlen(p))
		return false;
	memcpy(out, p, n);
	out[n] = '\0';
	str_lower(out);
	return true;
}

void
ca_watch_saw(struct ca_watch *w, const struct msg_evidence *ev)
{
	bool trusted = ev->anchor_sha256 != NULL && *ev->anchor_sha256 != '\0';
	char host[256], sha256[65];
	struct ca_seen row = {0};
	struct errinfo ei;
	struct known *k;
	uint64_t now = clock_mono_ms();
	static char none[1] = "";

	if (!hex_of(trusted ? ev->anchor_sha256 : ev->issuer_sha256, sha256) ||
	    ev->url == NULL || !host_of(ev->url, host, sizeof(host)))
		return;
	k = slot_of(w, host);
	if (str_eq(k->host, host) && str_eq(k->sha256, sha256) &&
	    k->trusted == trusted && now - k->noted_ms < CA_WATCH_AGAIN_MS)
		return;
	(void)str_copy(k->host, sizeof(k->host), host);
	(void)str_copy(k->sha256, sizeof(k->sha256), sha256);
	k->trusted = trusted;
	k->noted_ms = now;
	row.sha256 = sha256;
	row.host = host;
	row.trusted = trusted;
	row.subject = ev->issuer_name != NULL ? ev->issuer_name : none;
	row.pem = !trusted && ev->issuer_pem != NULL ? ev->issuer_pem : none;
	if (store_ca_seen_put(w->en->store, &row, &ei) != ERR_OK)
		store_failed(&ei);
	timer_start(w->timer, SOON_MS);
}

/* The hosts whose chains end in a certificate, as text; false: none. */
static bool
hosts_of(const struct ca_seen_list *seen, const char *sha256, struct buf *out)
{
	bool any = false;
	size_t i;

	for (i = 0; i < seen->n; i++) {
		if (!seen->v[i].trusted || !str_eq(seen->v[i].sha256, sha256))
			continue;
		/* What does not fit is left out: the page has them all. */
		if (buf_putf(out, "%s%s", any ? ", " : "", seen->v[i].host) !=
		    ERR_OK)
			break;
		any = true;
	}
	return any;
}

static void
raise_for(struct ca_watch *w, const struct ca_cert *c, const char *hosts)
{
	int64_t left = c->not_after_s - clock_wall_s();
	char detail[1024], name[300];

	(void)str_copy(name, sizeof(name), c->subject);
	if (left > 0)
		snprintf(detail, sizeof(detail),
		    "The CA certificate %s ends in %lld days. It vouches for "
		    "%s.",
		    name, (long long)(left / DAY_S), hosts);
	else
		snprintf(detail, sizeof(detail),
		    "The CA certificate %s has ended. It vouched for %s.", name,
		    hosts);
	alarm_raise(
	    w->en, ALARM_CA_ENDS, name, left > 0 ? "soon" : "ended", detail);
}

void
ca_watch_check(struct ca_watch *w)
{
	struct strlist raised = {NULL, 0};
	struct ca_seen_list seen = {NULL, 0};
	struct ca_list l = {NULL, 0};
	int64_t until = clock_wall_s() + CA_SOON_S;
	struct errinfo ei;
	size_t i;

	if (store_ca_list(w->en->store, &l, &ei) != ERR_OK ||
	    store_ca_seen_list(w->en->store, &seen, &ei) != ERR_OK) {
		store_failed(&ei);
		goto out;
	}
	for (i = 0; i < l.n; i++) {
		struct buf hosts = BUF_INIT(HOSTS_TEXT_MAX);
		char name[300];

		(void)str_copy(name, sizeof(name), l.v[i].subject);
		if (l.v[i].not_after_s < until &&
		    hosts_of(&seen, l.v[i].sha256, &hosts) &&
		    strlist_add(&raised, name) == ERR_OK)
			raise_for(w, &l.v[i], buf_str(&hosts));
		buf_clear(&hosts);
	}
	alarm_lower_others(w->en, ALARM_CA_ENDS, &raised);
out:
	strlist_clear(&raised);
	ca_list_clear(&l);
	ca_seen_list_clear(&seen);
	timer_start(w->timer, CA_WATCH_CHECK_MS);
}

static void
on_timer(void *arg)
{
	ca_watch_check(arg);
}

struct ca_watch *
ca_watch_new(struct engine *en)
{
	struct ca_watch *w = xalloc(sizeof(*w));

	w->en = en;
	w->timer = timer_new(en->loop, on_timer, w);
	timer_start(w->timer, SOON_MS);
	return w;
}

void
ca_watch_free(struct ca_watch *w)
{
	if (w == NULL)
		return;
	timer_free(w->timer);
	mem_free(w);
}
