/* ldap_scp.c - see ldap_scp.h. */
#include "config.h"

#include "backend/net/ldap_scp.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "backend/net/ca_store.h"
#include "backend/net/creds.h"
#include "backend/net/dns_srv.h"
#include "backend/net/evidence.h"
#include "backend/net/ldap.h"
#include "backend/net/scp_rules.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/str.h"
#include "common/valid.h"

#define TRAIL_MAX 16
#define PORT_LDAP 389
#define PORT_LDAPS 636
#define URL_TEXT_MAX 300
#define TITLE_MAX 256
#define WHAT_MAX 1024

struct server {
	char host[DNS_HOST_MAX];
	uint16_t port;
};

/* The worker has all of it until it is done, the loop only the flag. */
struct scp_query {
	uv_work_t work;
	atomic_bool cancelled;
	scp_done_fn done;
	void *arg;
	struct msg_scp_job job;
	struct cred cred;
	struct ca_store *ca;
	bool allow_loopback;
	uint64_t deadline_ms;
	struct msg_scp_result result;
	struct server servers[SCP_SERVERS_MAX];
	size_t servers_n;
	bool redirected;
	/* collected from one entry's attributes */
	struct strlist keywords;
};

/* -- the trail: what was done, as steps of a report -- */

static struct msg_step *
step_begin(struct scp_query *q, const char *title, const char *what)
{
	struct msg_scp_result *r = &q->result;
	struct msg_step *s;

	if (r->trail_n >= TRAIL_MAX)
		return NULL;
	s = &r->trail[r->trail_n++];
	s->id = (uint32_t)r->trail_n;
	evidence_text(&s->title, title, TITLE_MAX);
	evidence_text(&s->what, what, WHAT_MAX);
	s->state = STEP_RUNNING;
	s->start_ms = (int64_t)clock_wall_ms();
	return s;
}

/* A step's failure comes from the evidence as it stands. */
static void
step_end(struct scp_query *q, struct msg_step *s, const char *what)
{
	const struct msg_evidence *ev = &q->result.ev;
	int64_t took;

	if (s == NULL)
		return;
	took = (int64_t)clock_wall_ms() - s->start_ms;
	s->duration_ms = took > 0 ? (uint32_t)took : 0;
	s->state = evidence_failed(ev) ? STEP_FAILED : STEP_OK;
	if (evidence_failed(ev)) {
		evidence_text(
		    &s->failure, ev->failure == NULL ? "" : ev->failure, 64);
		what = ev->detail == NULL ? "" : ev->detail;
	}
	if (what != NULL)
		evidence_text(&s->what, what, WHAT_MAX);
}

/* -- which servers -- */

static void
add_server(struct scp_query *q, const char *host, uint16_t port)
{
	struct server *s;

	if (q->servers_n >= SCP_SERVERS_MAX)
		return;
	s = &q->servers[q->servers_n];
	if (!str_copy(s->host, sizeof(s->host), host))
		return;
	s->port = port;
	if (q->job.port != 0 && q->job.port <= UINT16_MAX)
		s->port = (uint16_t)q->job.port;
	else if (q->job.use_ldaps)
		s->port = PORT_LDAPS; /* the record speaks of the other */
	q->servers_n++;
}

/* [MS-ADTS] 6.3.2.3: SRV records that a domain controller registers. */
static enum err
ask_srv(struct scp_query *q, const char *name)
{
	struct dns_srv found[DNS_SRV_MAX];
	struct msg_step *s = step_begin(q, "DNS SRV", name);
	char what[WHAT_MAX];
	struct errinfo ei = {0};
	size_t n = 0, i, usable = 0;
	enum err e;

	e = dns_srv_lookup(name, found, &n, &ei);
	for (i = 0; e == ERR_OK && i < n; i++) {
		if (q->job.tls_verify &&
		    !scp_is_in_domain(found[i].host, q->job.domain))
			continue;
		add_server(q, found[i].host, found[i].port);
		usable++;
	}
	if (e == ERR_OK && usable == 0)
		e = err_set(&ei, ERR_NOTFOUND,
		    "%s: %s is not in %s, so its certificate would prove "
		    "nothing",
		    name, found[0].host, q->job.domain);
	if (e == ERR_OK)
		(void)snprintf(what, sizeof(what), "%s: %zu, first %s", name,
		    usable, q->servers[0].host);
	step_end(q, s, e == ERR_OK ? what : ei.text);
	if (e != ERR_OK && s != NULL)
		s->state = STEP_WARNING;
	return e;
}

static void
find_servers(struct scp_query *q)
{
	const struct msg_scp_job *j = &q->job;
	char name[DNS_HOST_MAX + 192];
	enum err e = ERR_NOTFOUND;

	if (*j->server != '\0') {
		add_server(q, j->server, PORT_LDAP);
		return;
	}
	/* A site name may hold what a host name may not. */
	if (*j->site != '\0' && valid_site(j->site, NULL) == ERR_OK) {
		(void)snprintf(name, sizeof(name),
		    "_ldap._tcp.%s._sites.dc._msdcs.%s", j->site, j->domain);
		e = ask_srv(q, name);
	}
	if (e != ERR_OK && !atomic_load(&q->cancelled)) {
		(void)snprintf(
		    name, sizeof(name), "_ldap._tcp.dc._msdcs.%s", j->domain);
		e = ask_srv(q, name);
	}
	/* Domain controllers answer to the domain's own name as well. */
	if (e != ERR_OK)
		add_server(q, j->domain, PORT_LDAP);
}

/* -- one server -- */

static bool
take_base(void *arg, const struct ldap_entry *e)
{
	struct scp_query *q = arg;

	if (e->n > 0 && strlen(e->v[0]) <= 1024)
		evidence_text(&q->result.base_dn, e->v[0], 1024);
	return true;
}

/* Keywords come first, then the bindings of the same entry. */
static bool
take_entry(void *arg, const struct ldap_entry *e)
{
	struct scp_query *q = arg;
	struct scp_entry entry = {.dn = e->dn};
	size_t i;
	enum err err = ERR_OK;

	if (strcmp(e->attr, "keywords") == 0) {
		strlist_clear(&q->keywords);
		for (i = 0; i < e->n && err == ERR_OK; i++)
			err = strlist_add(&q->keywords, e->v[i]);
		return err == ERR_OK;
	}
	entry.keywords = q->keywords.v;
	entry.keywords_n = q->keywords.n;
	entry.bindings = e->v;
	entry.bindings_n = e->n;
	return scp_take(&q->result, &entry, q->job.domain, q->job.site,
		   &q->redirected) == ERR_OK;
}

static enum err
search(struct scp_query *q, struct ldap_link *l)
{
	static const char *const root_attrs[] = {
	    "configurationNamingContext", NULL};
	static const char *const attrs[] = {
	    "keywords", "serviceBindingInformation", NULL};
	struct msg_scp_result *r = &q->result;
	struct ldap_search root = {.base = "",
	    .filter = "(objectClass=*)",
	    .attrs = root_attrs,
	    .entries_max = 1,
	    .fn = take_base,
	    .arg = q};
	struct ldap_search all = {.subtree = true,
	    .filter = SCP_FILTER,
	    .attrs = attrs,
	    .entries_max = SCP_ENTRIES_MAX,
	    .fn = take_entry,
	    .arg = q};
	struct msg_step *s = step_begin(q, "Search", "");
	char what[WHAT_MAX];
	enum err e;

	e = ldap_link_search(l, &root, &r->ev);
	if (e == ERR_OK && (r->base_dn == NULL || *r->base_dn == '\0')) {
		evidence_fail(&r->ev, "ldap-failed",
		    "the root entry names no configurationNamingContext: this "
		    "is no domain controller");
		e = (enum err)r->ev.code;
	}
	if (e == ERR_OK) {
		all.base = r->base_dn;
		e = ldap_link_search(l, &all, &r->ev);
	}
	if (e == ERR_OK) {
		scp_finish(r, q->redirected);
		if (r->urls_n == 0 && r->pointers.n == 0)
			evidence_fail(&r->ev, "scp-none",
			    "no service connection point below %s", r->base_dn);
	}
	(void)snprintf(what, sizeof(what), "below %s: %zu URLs, %zu pointers",
	    r->base_dn == NULL ? "" : r->base_dn, r->urls_n, r->pointers.n);
	step_end(q, s, what);
	return (enum err)r->ev.code;
}

/* *again: the next server may do better. */
static enum err
ask_server(struct scp_query *q, const struct server *srv, bool *again)
{
	struct msg_evidence *ev = &q->result.ev;
	struct ldap_link *l = NULL;
	struct ldap_where w = {.host = srv->host,
	    .port = srv->port,
	    .use_ldaps = q->job.use_ldaps,
	    .verify = q->job.tls_verify,
	    .allow_loopback = q->allow_loopback,
	    .ca = q->ca,
	    .deadline_ms = q->deadline_ms,
	    .cancelled = &q->cancelled};
	char url[URL_TEXT_MAX];
	struct msg_step *s;
	enum err e;

	(void)snprintf(url, sizeof(url), "%s://%s:%u",
	    q->job.use_ldaps ? "ldaps" : "ldap", srv->host,
	    (unsigned)srv->port);
	evidence_text(&ev->url, url, EV_URL_MAX);
	evidence_text(&q->result.server, srv->host, VALID_HOST_MAX);
	*again = true;
	s = step_begin(q, "Connect", url);
	e = ldap_link_connect(&l, &w, ev);
	step_end(q, s, NULL);
	if (e != ERR_OK)
		return e;
	s = step_begin(q, q->job.use_ldaps ? "TLS" : "StartTLS", srv->host);
	e = ldap_link_secure(l, ev);
	step_end(q, s, ev->tls_version);
	if (e != ERR_OK)
		goto out;
	/* From here on another server would say the same. */
	*again = false;
	s = step_begin(q, "Sign in", q->cred.account);
	e = ldap_link_bind(l, &q->cred, ev);
	step_end(q, s, NULL);
	if (e == ERR_OK)
		e = search(q, l);
out:
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

static void
work(uv_work_t *req)
{
	struct scp_query *q = req->data;
	struct msg_evidence *ev = &q->result.ev;
	uint64_t start = clock_mono_ms();
	bool again = true;
	size_t i;

	find_servers(q);
	for (i = 0; i < q->servers_n && again; i++) {
		if (i > 0) {
			evidence_forgive(ev);
			certs_drop(ev);
		}
		if (ask_server(q, &q->servers[i], &again) == ERR_OK ||
		    atomic_load(&q->cancelled) ||
		    clock_mono_ms() >= q->deadline_ms)
			break;
	}
	/* The domain's own name was the last resort. */
	if (ev->failure != NULL && strcmp(ev->failure, "dns-not-found") == 0 &&
	    *q->job.server == '\0') {
		evidence_forgive(ev);
		evidence_fail(ev, "ldap-no-dc",
		    "neither SRV records nor an address for %s", q->job.domain);
	}
	ev->total_ms = (uint32_t)(clock_mono_ms() - start);
}

static void
query_free(struct scp_query *q)
{
	msg_scp_job_free(&q->job);
	mem_free(q->cred.account);
	secret_clear(&q->cred.secret);
	ca_store_unref(q->ca);
	msg_scp_result_free(&q->result);
	strlist_clear(&q->keywords);
	mem_free(q);
}

static void
after(uv_work_t *req, int status)
{
	struct scp_query *q = req->data;

	if (!atomic_load(&q->cancelled)) {
		if (status != 0)
			evidence_fail_err(&q->result.ev, ERR_CANCELLED,
			    "the worker did not run");
		q->done(q->arg, &q->result);
	}
	query_free(q);
}

enum err
scp_query_new(struct scp_query **out, uv_loop_t *l,
    const struct msg_scp_job *job, const struct cred *cred, struct ca_store *ca,
    bool allow_loopback, scp_done_fn done, void *arg)
{
	struct scp_query *q = try_alloc(sizeof(*q));
	uint32_t ms = job->timeout_ms;
	enum err e = ERR_NOMEM;

	if (q == NULL)
		return ERR_NOMEM;
	if (ms == 0)
		ms = SCP_TIMEOUT_DEFAULT_MS;
	if (ms > SCP_TIMEOUT_MAX_MS)
		ms = SCP_TIMEOUT_MAX_MS;
	q->work.data = q;
	atomic_init(&q->cancelled, false);
	q->done = done;
	q->arg = arg;
	q->ca = ca_store_ref(ca);
	q->allow_loopback = allow_loopback;
	q->deadline_ms = clock_mono_ms() + ms;
	q->cred.id = cred->id;
	q->result.trail = try_alloc(TRAIL_MAX * sizeof(*q->result.trail));
	q->cred.account = try_strdup(cred->account);
	if (q->result.trail == NULL || q->cred.account == NULL ||
	    (e = secret_copy(&q->cred.secret, &cred->secret)) != ERR_OK ||
	    (e = msg_scp_job_copy(&q->job, job)) != ERR_OK ||
	    uv_queue_work(l, &q->work, work, after) != 0) {
		query_free(q);
		return e == ERR_OK ? ERR_NOMEM : e;
	}
	*out = q;
	return ERR_OK;
}

void
scp_query_cancel(struct scp_query *q)
{
	if (q != NULL)
		atomic_store(&q->cancelled, true);
}
