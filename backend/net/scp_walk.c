/* scp_walk.c - see scp_walk.h. */
#include "config.h"

#include "backend/net/scp_walk.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "backend/net/creds.h"
#include "backend/net/dc_find.h"
#include "backend/net/evidence.h"
#include "backend/net/ldap.h"
#include "backend/net/scp_rules.h"
#include "backend/net/scp_trail.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/query_mode.h"
#include "common/str.h"

#define PORT_LDAP 389
#define PORT_LDAPS 636
#define URL_TEXT_MAX 300
#define TITLE_MAX 300
#define WHAT_MAX 1200
#define BASE_MAX 1024
#define KEY_MAX (DNS_HOST_MAX + 8)

/* How far a server came. */
enum reach { REACH_NONE, REACH_CONNECTED, REACH_SECURE, REACH_SIGNED_IN };

/* One search, in one directory. */
struct hop {
	const struct scp_walk *w;
	struct dc_search where;
	bool by_pointer;
	unsigned tried; /* servers */
	unsigned step; /* of the server that is asked */
	struct strlist asked; /* servers that were tried in this hop */
	const struct strlist *answered; /* in earlier ones */
	bool is_loop; /* a server had answered before */
	enum reach reach; /* of the server that is asked */
	/* What tells most when none answers: the server that came furthest,
	 * not the one that was tried last. */
	struct msg_evidence most;
	char most_host[DNS_HOST_MAX];
	enum reach most_reach;
	char server[KEY_MAX]; /* that answered */
	struct scp_found found;
	struct strlist keywords; /* of the entry that is being read */
};

static bool
is_over(const struct scp_walk *w)
{
	return atomic_load(w->cancelled) || clock_mono_ms() >= w->deadline_ms;
}

/* -- what a directory holds -- */

static bool
take_base(void *arg, const struct ldap_entry *e)
{
	struct hop *h = arg;

	if (e->n > 0 && strlen(e->v[0]) <= BASE_MAX)
		evidence_text(&h->w->r->base_dn, e->v[0], BASE_MAX);
	return true;
}

/* Keywords come first, then the bindings of the same entry. */
static bool
take_entry(void *arg, const struct ldap_entry *e)
{
	struct hop *h = arg;
	const struct msg_scp_job *job = h->w->job;
	struct scp_entry entry = {.dn = e->dn};
	size_t i;
	enum err err = ERR_OK;

	if (strcmp(e->attr, "keywords") == 0) {
		strlist_clear(&h->keywords);
		for (i = 0; i < e->n && err == ERR_OK; i++)
			err = strlist_add(&h->keywords, e->v[i]);
		return err == ERR_OK;
	}
	entry.keywords = h->keywords.v;
	entry.keywords_n = h->keywords.n;
	entry.bindings = e->v;
	entry.bindings_n = e->n;
	return scp_take(&h->found, &entry, job->mail_domain, job->site) ==
	       ERR_OK;
}

static enum err
search(struct hop *h, struct ldap_link *l)
{
	static const char *const root_attrs[] = {
	    "configurationNamingContext", NULL};
	static const char *const attrs[] = {
	    "keywords", "serviceBindingInformation", NULL};
	struct msg_scp_result *r = h->w->r;
	struct ldap_search root = {.base = "",
	    .filter = "(objectClass=*)",
	    .attrs = root_attrs,
	    .entries_max = 1,
	    .fn = take_base,
	    .arg = h};
	struct ldap_search all = {.subtree = true,
	    .filter = SCP_FILTER,
	    .attrs = attrs,
	    .entries_max = SCP_ENTRIES_MAX,
	    .fn = take_entry,
	    .arg = h};
	enum err e;

	evidence_text(&r->base_dn, "", 0);
	e = ldap_link_search(l, &root, &r->ev);
	if (e == ERR_OK && (r->base_dn == NULL || *r->base_dn == '\0')) {
		evidence_fail(&r->ev, "ldap-failed",
		    "the root entry names no configurationNamingContext: this "
		    "is no domain controller");
		return (enum err)r->ev.code;
	}
	if (e != ERR_OK)
		return e;
	all.base = r->base_dn;
	e = ldap_link_search(l, &all, &r->ev);
	if (all.is_cut)
		h->found.is_cut = true;
	scp_finish(&h->found);
	return e;
}

static enum err
instead_step(struct hop *h, struct ldap_link *l)
{
	struct msg_scp_result *r = h->w->r;
	unsigned id = scp_step_begin(r, h->step, "Search", "");
	enum err e = h->w->instead->search(h->w->instead->arg, l, r);

	scp_step_end(r, id, &r->ev, r->base_dn);
	return e;
}

static enum err
search_step(struct hop *h, struct ldap_link *l)
{
	struct msg_scp_result *r = h->w->r;
	unsigned id = scp_step_begin(r, h->step, "Search", "");
	struct msg_step *step = scp_step(r, id);
	char what[WHAT_MAX];
	enum err e = search(h, l);

	(void)snprintf(what, sizeof(what),
	    "Below %s: %zu URLs, %zu pointers for us, %zu for other domains",
	    r->base_dn == NULL ? "" : r->base_dn, h->found.urls_n,
	    h->found.of_rule[SCP_PTR_OURS] + h->found.of_rule[SCP_PTR_ALL],
	    h->found.of_rule[SCP_PTR_OTHER]);
	scp_step_end(r, id, &r->ev, what);
	if (step != NULL)
		scp_tell(&h->found, h->w->job->site, step);
	return e;
}

/* -- one server -- */

static uint16_t
port_of(const struct hop *h, uint16_t port)
{
	bool is_ldaps = h->w->job->mode == QUERY_LDAPS;

	if (h->w->job->port != 0 && h->w->job->port <= UINT16_MAX)
		return (uint16_t)h->w->job->port;
	/* A pointer or a record speaks of the port of plain LDAP. */
	if (port == 0 || port == PORT_LDAP)
		return is_ldaps ? PORT_LDAPS : PORT_LDAP;
	return port;
}

static enum err
sign_in(struct hop *h, struct ldap_link *l)
{
	struct msg_scp_result *r = h->w->r;
	struct msg_evidence *ev = &r->ev;
	enum query_mode mode = (enum query_mode)h->w->job->mode;
	unsigned id;
	enum err e = ERR_OK;

	if (mode != QUERY_LDAP) {
		id = scp_step_begin(
		    r, h->step, mode == QUERY_LDAPS ? "TLS" : "StartTLS", "");
		e = ldap_link_secure(l, ev);
		scp_step_seen(r, id, ev);
		scp_step_end(r, id, ev, ev->tls_version);
	}
	if (e != ERR_OK)
		return e;
	h->reach = REACH_SECURE;
	id = scp_step_begin(r, h->step, "Sign in", h->w->cred->account);
	e = ldap_link_bind(l, h->w->cred, ev);
	scp_step_kv(r, id, "authentication", ev->auth_used);
	scp_step_end(r, id, ev, NULL);
	if (e == ERR_OK)
		h->reach = REACH_SIGNED_IN;
	return e;
}

static enum err
talk(struct hop *h, const struct ldap_where *at)
{
	struct msg_scp_result *r = h->w->r;
	struct msg_evidence *ev = &r->ev;
	struct ldap_link *l = NULL;
	unsigned id = scp_step_begin(r, h->step, "Connect", "");
	enum err e;

	e = ldap_link_connect(&l, at, ev);
	scp_step_end(r, id, ev, ev->remote);
	if (e != ERR_OK)
		return e;
	h->reach = REACH_CONNECTED;
	e = sign_in(h, l);
	if (e == ERR_OK)
		e = h->w->instead != NULL ? instead_step(h, l)
					  : search_step(h, l);
	ldap_link_close(l);
	return e;
}

static void
certs_drop(struct msg_evidence *ev)
{
	size_t i;

	for (i = 0; i < ev->certs_n; i++)
		msg_cert_free(&ev->certs[i]);
	mem_free(ev->certs);
	ev->certs = NULL;
	ev->certs_n = 0;
}

/* What the server before this one showed is in its own steps. */
static void
forget(struct msg_evidence *ev)
{
	evidence_forgive(ev);
	evidence_text(&ev->detail, "", 0);
	evidence_text(&ev->remote, "", 0);
	evidence_text(&ev->tls_version, "", 0);
	evidence_text(&ev->auth_used, "", 0);
	certs_drop(ev);
}

static enum err
ask_server(struct hop *h, const struct dc *srv)
{
	const struct scp_walk *w = h->w;
	struct msg_evidence *ev = &w->r->ev;
	uint64_t now = clock_mono_ms();
	uint32_t for_one =
	    w->instead != NULL ? w->instead->server_ms : SCP_SERVER_MS;
	struct ldap_where at = {.host = srv->host,
	    .port = port_of(h, srv->port),
	    .mode = (enum query_mode)w->job->mode,
	    .domain = w->job->domain,
	    .verify = w->job->tls_verify,
	    .allow_loopback = w->allow_loopback,
	    .ca = w->ca,
	    .deadline_ms = w->deadline_ms,
	    .cancelled = w->cancelled};
	char url[URL_TEXT_MAX], title[TITLE_MAX];
	enum err e;

	if (now + for_one < at.deadline_ms)
		at.deadline_ms = now + for_one;
	(void)snprintf(url, sizeof(url), "%s://%.253s:%u",
	    at.mode == QUERY_LDAPS ? "ldaps" : "ldap", srv->host,
	    (unsigned)at.port);
	(void)snprintf(title, sizeof(title), "Domain controller %.230s%s",
	    srv->host, h->by_pointer ? " (by pointer)" : "");
	forget(ev);
	h->reach = REACH_NONE;
	evidence_text(&ev->url, url, EV_URL_MAX);
	evidence_text(&w->r->server, srv->host, DNS_HOST_MAX - 1);
	h->step = scp_step_begin(w->r, 0, title, url);
	e = talk(h, &at);
	scp_step_kv(w->r, h->step, "url", url);
	scp_step_kv(w->r, h->step, "remote", ev->remote);
	scp_step_end(w->r, h->step, ev, url);
	return e;
}

/* -- one directory -- */

static bool
note(struct strlist *l, const char *key)
{
	return !strlist_has(l, key) && strlist_add(l, key) == ERR_OK;
}

static void
keep_most(struct hop *h, const char *host)
{
	if (h->most.code != (unsigned)ERR_OK && h->reach < h->most_reach)
		return;
	msg_evidence_free(&h->most);
	if (msg_evidence_copy(&h->most, &h->w->r->ev) != ERR_OK)
		return; /* then the last one is told */
	h->most_reach = h->reach;
	(void)str_copy(h->most_host, sizeof(h->most_host), host);
}

/* None has answered. */
static void
tell_most(struct hop *h)
{
	struct msg_scp_result *r = h->w->r;

	if (h->most.code == (unsigned)ERR_OK)
		return;
	msg_evidence_free(&r->ev);
	r->ev = h->most;
	memset(&h->most, 0, sizeof(h->most));
	evidence_text(&r->server, h->most_host, DNS_HOST_MAX - 1);
}

static enum err
try_server(struct hop *h, const struct dc *srv, bool *goes_on)
{
	char key[KEY_MAX];
	enum err e;

	(void)snprintf(key, sizeof(key), "%.253s:%u", srv->host,
	    (unsigned)port_of(h, srv->port));
	str_lower(key);
	if (strlist_has(h->answered, key)) {
		h->is_loop = true;
		return ERR_NOTFOUND;
	}
	if (!note(&h->asked, key))
		return ERR_NOTFOUND;
	h->tried++;
	e = ask_server(h, srv);
	if (e == ERR_OK)
		(void)str_copy(h->server, sizeof(h->server), key);
	else
		keep_most(h, srv->host);
	/* A refusal is the same everywhere, and asking again would lock the
	 * account. */
	*goes_on = e != ERR_OK && e != ERR_AUTH && !is_over(h->w);
	return e;
}

/* ERR_OK: a server has answered. */
static enum err
ask_directory(struct hop *h)
{
	struct dc list[DC_SERVERS_MAX];
	enum dc_stage stage;
	bool goes_on = true;
	size_t n, i;
	enum err e = ERR_NOTFOUND, last = ERR_NOTFOUND;

	for (stage = DC_GIVEN; stage < DC__MAX && goes_on; stage++) {
		/* The name is the last resort: nothing else was there. */
		if (stage == DC_NAME && h->tried > 0)
			break;
		if (is_over(h->w))
			break;
		dc_find(&h->where, stage, h->w->r, list, &n);
		for (i = 0; i < n && goes_on && h->tried < DC_SERVERS_MAX; i++)
			if ((e = try_server(h, &list[i], &goes_on)) !=
			    ERR_NOTFOUND)
				last = e;
	}
	if (last != ERR_OK) {
		tell_most(h);
		if (h->w->r->ev.code != (unsigned)ERR_OK)
			last = (enum err)h->w->r->ev.code;
	}
	return last;
}

static void
fail_not_asked(const struct hop *h)
{
	struct msg_evidence *ev = &h->w->r->ev;

	if (atomic_load(h->w->cancelled)) {
		evidence_fail(ev, "cancelled", "cancelled");
	} else if (is_over(h->w)) {
		evidence_fail(ev, "ldap-timeout",
		    "the time was over before a server was asked");
	} else if (h->is_loop) {
		forget(ev);
		evidence_fail(ev, "scp-loop",
		    "the pointer leads to %s, which was asked already",
		    *h->where.given != '\0' ? h->where.given : h->where.domain);
	}
	/* The domain's own name was the last resort. */
	if (ev->failure != NULL && strcmp(ev->failure, "dns-not-found") == 0 &&
	    *h->where.given == '\0') {
		evidence_forgive(ev);
		evidence_fail(ev, "ldap-no-dc",
		    "neither SRV records nor an address for %s",
		    h->where.domain);
	}
}

static void
hop_clear(struct hop *h)
{
	scp_found_clear(&h->found);
	strlist_clear(&h->keywords);
	strlist_clear(&h->asked);
	msg_evidence_free(&h->most);
	memset(h, 0, sizeof(*h));
}

static enum err
hop_run(struct hop *h)
{
	enum err e = ask_directory(h);

	if (e != ERR_OK)
		fail_not_asked(h);
	return e;
}

/* -- from directory to directory -- */

/* A pointer names a server, or a domain as a whole (what Exchange writes is
 * the name of a forest): so DNS is asked about its controllers first. */
static void
aim(struct hop *h, const char *host, uint16_t port)
{
	struct in6_addr any;

	h->by_pointer = true;
	h->where.domain = host;
	h->where.site = h->where.given = "";
	h->where.given_port = port;
	if (port != 0 || inet_pton(AF_INET, host, &any) == 1)
		h->where.given = host;
}

/* The pointers of one rule, each in turn, until one leads to a directory
 * that answers.  ERR_NOTFOUND: none was of use. */
static enum err
follow(const struct scp_walk *w, const struct hop *from, enum scp_rule rule,
    const struct strlist *answered, struct hop *to)
{
	char host[SCP_HOST_MAX];
	uint16_t port = 0;
	unsigned tried = 0;
	size_t i;
	enum err e = ERR_NOTFOUND;

	for (i = 0; i < from->found.pointers_n && !is_over(w) &&
		    tried < DC_SERVERS_MAX;
	     i++) {
		const struct scp_pointer *p = &from->found.pointers[i];

		if (p->rule != rule || !scp_pointer_host(p->url, host, &port))
			continue;
		hop_clear(to);
		to->w = w;
		to->answered = answered;
		to->where.in_domain = from->where.in_domain;
		aim(to, host, port);
		e = hop_run(to);
		to->where.domain = to->where.given = ""; /* host ends here */
		tried++;
		if (e == ERR_OK || e == ERR_AUTH)
			break;
	}
	if (tried == 0)
		evidence_fail(&w->r->ev, "scp-loop",
		    "no pointer names a server that can be asked");
	return e;
}

static void
swap(struct hop *a, struct hop *b)
{
	struct hop t = *a;

	*a = *b;
	*b = t;
}

static void
walk(const struct scp_walk *w, struct hop *h, struct hop *next)
{
	struct strlist answered = {NULL, 0};
	struct msg_evidence *ev = &w->r->ev;
	enum scp_rule rule;
	unsigned hops;
	enum err e;

	h->answered = &answered;
	e = hop_run(h);
	for (hops = 0; e == ERR_OK && w->instead == NULL; hops++) {
		rule = scp_goes_on(&h->found);
		if (rule == SCP_PTR_OTHER)
			break;
		if (hops == SCP_HOPS_MAX) {
			evidence_fail(ev, "scp-loop",
			    "pointers lead through more than %d directories",
			    SCP_HOPS_MAX);
			break;
		}
		if (!note(&answered, h->server))
			break;
		e = follow(w, h, rule, &answered, next);
		swap(h, next);
	}
	if (e == ERR_OK && w->instead == NULL && !evidence_failed(ev)) {
		if (h->found.urls_n == 0)
			evidence_fail(ev, "scp-none",
			    "no service connection point below %s",
			    w->r->base_dn);
		scp_give(&h->found, w->r);
	}
	strlist_clear(&answered);
}

void
scp_walk_run(const struct scp_walk *w)
{
	struct hop *hops = try_alloc(2 * sizeof(*hops));
	const struct msg_scp_job *job = w->job;
	uint64_t start = clock_mono_ms();

	if (hops == NULL) {
		evidence_fail_err(&w->r->ev, ERR_NOMEM, "memory is out");
		return;
	}
	hops->w = w;
	hops->where.domain = job->domain;
	hops->where.site = job->site;
	hops->where.given = job->server;
	hops->where.in_domain = job->tls_verify || job->mode == QUERY_LDAP;
	walk(w, &hops[0], &hops[1]);
	hop_clear(&hops[0]);
	hop_clear(&hops[1]);
	mem_free(hops);
	w->r->ev.total_ms = (uint32_t)(clock_mono_ms() - start);
}
