#include "backend/engine/domains.h"

#include <string.h>
#include <sys/queue.h>

#include "backend/engine/cal_source.h"
#include "backend/engine/discover_plan.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/timer.h"
#include "backend/engine/users.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/str.h"
#include "common/valid.h"

enum domain_state {
	DOMAIN_UNKNOWN,
	DOMAIN_WALKING,
	DOMAIN_FOUND,
	DOMAIN_FAILED
};

TAILQ_HEAD(lookups, lookup);

struct domain {
	TAILQ_ENTRY(domain) next; /* oldest first */
	struct domains *ds;
	char *name;
	enum domain_state state;
	uint64_t until_ms; /* of found or failed */
	char pox_url[VALID_URL_MAX + 1], soap_url[VALID_URL_MAX + 1];
	bool must_verify;
	unsigned soap_faults;
	const char *failure; /* of failure.def, which stays */
	char detail[256], pending_host[TRUST_PATTERN_MAX];
	uint64_t scout_ms; /* not before that again; 0: never yet */
	struct lookup *walker;
	struct lookups waiting; /* for the walker, or for the next request */
	struct lookups asking; /* in the one under way */
	struct src_call *call;
	struct strlist emails; /* of it */
	struct timer *pump;
};

struct domains {
	struct record *r;
	TAILQ_HEAD(, domain) list;
	size_t n, scouts;
	bool stopped;
};

struct lookup {
	TAILQ_ENTRY(lookup) next;
	struct lookups *in; /* the queue that it is in, or NULL */
	struct record *r; /* counted */
	struct domain *dom; /* NULL: goes its own way */
	char *email;
	struct discover *walk;
	struct timer *start;
	bool is_scout;
	discover_fn fn;
	void *arg;
};

static void go_alone(struct lookup *l);

static struct domain *
find(struct domains *ds, const char *name)
{
	struct domain *d;

	TAILQ_FOREACH(d, &ds->list, next)
	if (str_caseeq(d->name, name))
		return d;
	return NULL;
}

static void
put_in(struct lookup *l, struct lookups *q)
{
	if (l->in != NULL)
		TAILQ_REMOVE(l->in, l, next);
	l->in = q;
	if (q != NULL)
		TAILQ_INSERT_TAIL(q, l, next);
}

/* -- one look-up -- */

static void
lookup_free(struct lookup *l)
{
	struct domain *d = l->dom;

	put_in(l, NULL);
	discover_cancel(l->walk);
	if (d != NULL && d->walker == l) {
		/* The next in line goes instead. */
		d->walker = NULL;
		d->state = DOMAIN_UNKNOWN;
		timer_start(d->pump, 0);
	}
	if (l->is_scout)
		l->r->domains->scouts--;
	timer_free(l->start);
	mem_free(l->email);
	record_unref(l->r);
	mem_free(l);
}

void
domains_cancel(struct lookup *l)
{
	if (l != NULL)
		lookup_free(l);
}

/* Ends it; what is left in res->urls stays the caller's to free. */
static void
end(struct lookup *l, struct discover_result *res)
{
	discover_fn fn = l->fn;
	void *arg = l->arg;
	struct record *r = record_ref(l->r);

	lookup_free(l);
	fn(arg, res);
	record_unref(r);
}

static void
end_failed(struct lookup *l, const char *failure, const char *detail,
    const char *pending_host, const struct msg_evidence *ev)
{
	struct discover_result res = {0};
	char *email = xstrdup(l->email);
	char host[TRUST_PATTERN_MAX];

	(void)str_copy(host, sizeof(host), pending_host);
	res.failure = failure;
	res.detail = detail;
	res.ev = ev;
	res.email = email;
	res.pending_host = host;
	res.grouping = res.pox_url = res.soap_url = "";
	end(l, &res);
	mem_free(email);
}

/* -- the first of a domain -- */

static uint32_t
life_of(const char *failure)
{
	const struct failure *f = failure_find(failure);

	return f != NULL && (f->code == ERR_CONNECT || f->code == ERR_TIMEOUT ||
				f->code == ERR_DNS || f->code == ERR_GONE ||
				f->code == ERR_THROTTLED)
		   ? DOMAIN_DOWN_LIFE_MS
		   : DOMAIN_FAILED_LIFE_MS;
}

/* What says something of this mailbox alone is no news of the domain. */
static void
learn(struct domain *d, const struct discover_result *res)
{
	const uint64_t now = clock_mono_ms();
	bool elsewhere = !str_caseeq(plan_domain(res->email), d->name);
	const struct failure *f;

	d->soap_url[0] = '\0';
	if (res->pox_url[0] != '\0' && !elsewhere) {
		d->state = DOMAIN_FOUND;
		d->until_ms = now + DOMAIN_FOUND_LIFE_MS;
		d->must_verify = res->must_verify;
		(void)str_copy(d->pox_url, sizeof(d->pox_url), res->pox_url);
		(void)str_copy(d->soap_url, sizeof(d->soap_url), res->soap_url);
		/* It does not know this one, and may know the others. */
		if (!res->found)
			discover_soap_url(
			    res->pox_url, d->soap_url, sizeof(d->soap_url));
	} else if (res->found || elsewhere ||
		   str_eq(res->failure, "cancelled")) {
		d->state = DOMAIN_UNKNOWN;
	} else {
		f = failure_find(res->failure);
		d->state = DOMAIN_FAILED;
		d->until_ms = now + life_of(res->failure);
		d->failure = f != NULL ? f->name : "autodiscover-none";
		(void)str_copy(d->pending_host, sizeof(d->pending_host),
		    res->pending_host);
		(void)str_copy(d->detail, sizeof(d->detail),
		    res->detail != NULL ? res->detail : "");
	}
}

static void
on_walked(void *arg, struct discover_result *res)
{
	struct lookup *l = arg;
	struct domain *d = l->dom;

	l->walk = NULL;
	if (d != NULL) {
		d->walker = NULL;
		learn(d, res);
		l->dom = NULL;
		timer_start(d->pump, 0);
	}
	end(l, res);
}

static void
walk(struct lookup *l)
{
	struct domain *d = l->dom;

	put_in(l, NULL);
	d->state = DOMAIN_WALKING;
	d->walker = l;
	l->walk = discover_start(l->r, l->email, NULL, on_walked, l);
}

static void
go_alone(struct lookup *l)
{
	put_in(l, NULL);
	l->dom = NULL;
	l->walk = discover_start(l->r, l->email, NULL, on_walked, l);
}

/* -- a hundred at a time -- */

static struct lookup *
asked_for(struct domain *d, const char *email)
{
	struct lookup *l;

	TAILQ_FOREACH(l, &d->asking, next)
	if (str_eq(l->email, email))
		return l;
	return NULL;
}

static void
add_url(struct strlist *l, const char *url)
{
	char host[TRUST_PATTERN_MAX];

	if (url != NULL && *url != '\0' &&
	    plan_url_host(url, host, sizeof(host)) && !strlist_has(l, url) &&
	    strlist_add(l, url) != ERR_OK)
		fatal("domains: out of memory");
}

static bool
has(const char *s)
{
	return s != NULL && *s != '\0';
}

static void
settle(struct domain *d, const char *email, const struct msg_user_settings *u,
    const struct msg_evidence *ev)
{
	struct lookup *l = asked_for(d, email);
	struct discover_result res = {0};

	add_url(&res.urls, u->ews_internal);
	add_url(&res.urls, u->ews_external);
	if (l == NULL) {
		users_told(d->ds->r, email, &res.urls,
		    u->grouping != NULL ? u->grouping : "", has(u->error));
	} else if (res.urls.n > 0) {
		res.found = true;
		res.ev = ev;
		res.email = email;
		res.pending_host = "";
		res.grouping = u->grouping != NULL ? u->grouping : "";
		res.pox_url = d->pox_url;
		res.soap_url = d->soap_url;
		end(l, &res);
	} else if (has(u->error)) {
		end_failed(l, "autodiscover-error",
		    has(u->message) ? u->message : u->error, "", ev);
	} else {
		go_alone(l); /* a redirect, or no address */
	}
	strlist_clear(&res.urls);
}

static void
ask_again(struct domain *d)
{
	struct lookup *l;

	while ((l = TAILQ_FIRST(&d->asking)) != NULL)
		put_in(l, &d->waiting);
	strlist_clear(&d->emails);
}

static void
on_settings(
    void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct domain *d = arg;
	const struct msg_settings_result *m = msg;
	struct record *r = record_ref(d->ds->r);
	struct strlist emails;
	size_t i;

	d->call = NULL;
	if (t != IPC_SETTINGS_DONE || ev->code != ERR_OK ||
	    m->users_n != d->emails.n) {
		/* The server may have gone, or moved: all ways once more. */
		d->soap_faults++;
		if (d->soap_faults >= DOMAIN_SOAP_FAULTS_MAX)
			d->soap_url[0] = '\0';
		else if (d->state == DOMAIN_FOUND)
			d->state = DOMAIN_UNKNOWN;
		record_saw(r, ev);
		ask_again(d);
	} else {
		d->soap_faults = 0;
		emails = d->emails;
		memset(&d->emails, 0, sizeof(d->emails));
		for (i = 0; i < emails.n; i++)
			settle(d, emails.v[i], &m->users[i], ev);
		strlist_clear(&emails);
	}
	timer_start(d->pump, 0);
	record_unref(r);
}

/* Those that wait, and then those whose turn is still to come. */
static void
ask_many(struct domain *d)
{
	struct lookup *l;

	while (d->emails.n < SRC_SETTINGS_MAX &&
	       (l = TAILQ_FIRST(&d->waiting)) != NULL) {
		put_in(l, &d->asking);
		if (!strlist_has(&d->emails, l->email) &&
		    strlist_add(&d->emails, l->email) != ERR_OK)
			fatal("domains: out of memory");
	}
	users_without_address(d->ds->r, d->name, &d->emails, SRC_SETTINGS_MAX);
	if (d->emails.n > 0)
		d->call = src_settings(d->ds->r, d->soap_url, &d->emails,
		    d->must_verify, on_settings, d);
}

/* -- what to do next -- */

/* Not while its server is asked: the answer may be a new look-up's cause. */
static void
expire(struct domain *d)
{
	if (d->call == NULL &&
	    (d->state == DOMAIN_FOUND || d->state == DOMAIN_FAILED) &&
	    d->until_ms <= clock_mono_ms())
		d->state = DOMAIN_UNKNOWN;
}

static void
pump(void *arg)
{
	struct domain *d = arg;
	struct record *r = record_ref(d->ds->r);
	struct lookup *l;

	expire(d);
	switch (d->state) {
	case DOMAIN_WALKING:
		break;
	case DOMAIN_UNKNOWN:
		if ((l = TAILQ_FIRST(&d->waiting)) != NULL)
			walk(l);
		break;
	case DOMAIN_FAILED:
		while (d->state == DOMAIN_FAILED &&
		       (l = TAILQ_FIRST(&d->waiting)) != NULL)
			end_failed(
			    l, d->failure, d->detail, d->pending_host, NULL);
		break;
	case DOMAIN_FOUND:
		if (d->ds->stopped || d->call != NULL)
			break;
		if (d->soap_url[0] != '\0')
			ask_many(d);
		else
			while ((l = TAILQ_FIRST(&d->waiting)) != NULL)
				go_alone(l);
		break;
	}
	users_scout(r->en->users);
	record_unref(r);
}

static void
domain_free(struct domain *d)
{
	TAILQ_REMOVE(&d->ds->list, d, next);
	d->ds->n--;
	src_cancel(d->call);
	strlist_clear(&d->emails);
	timer_free(d->pump);
	mem_free(d->name);
	mem_free(d);
}

static bool
is_idle(const struct domain *d)
{
	return d->walker == NULL && d->call == NULL &&
	       TAILQ_EMPTY(&d->waiting) && TAILQ_EMPTY(&d->asking);
}

static bool
make_room(struct domains *ds)
{
	struct domain *d;

	if (ds->n < DOMAINS_MAX)
		return true;
	TAILQ_FOREACH(d, &ds->list, next)
	if (is_idle(d)) {
		domain_free(d);
		return true;
	}
	return false;
}

static struct domain *
get(struct domains *ds, const char *name)
{
	struct domain *d = find(ds, name);

	if (d != NULL || !make_room(ds))
		return d;
	d = xalloc(sizeof(*d));
	d->ds = ds;
	d->name = xstrdup(name);
	d->failure = "autodiscover-none";
	TAILQ_INIT(&d->waiting);
	TAILQ_INIT(&d->asking);
	d->pump = timer_new(ds->r->en->loop, pump, d);
	TAILQ_INSERT_TAIL(&ds->list, d, next);
	ds->n++;
	return d;
}

static void
on_start(void *arg)
{
	struct lookup *l = arg;

	if (!str_eq(l->r->x.discovery, "direct"))
		l->dom = get(l->r->domains, plan_domain(l->email));
	if (l->dom == NULL) {
		go_alone(l);
		return;
	}
	put_in(l, &l->dom->waiting);
	timer_start(l->dom->pump, 0);
}

struct lookup *
domains_look_up(struct record *r, const char *email, discover_fn fn, void *arg)
{
	struct lookup *l = xalloc(sizeof(*l));

	l->r = record_ref(r);
	l->email = xstrdup(email);
	l->fn = fn;
	l->arg = arg;
	l->start = timer_new(r->en->loop, on_start, l);
	timer_start(l->start, 0);
	return l;
}

static void
on_scouted(void *arg, struct discover_result *res)
{
	if (!res->found && res->ev != NULL)
		record_saw(arg, res->ev);
}

bool
domains_scout(struct record *r, const char *email)
{
	struct domains *ds = r->domains;
	const struct domain *d = find(ds, plan_domain(email));
	struct lookup *l;

	if (ds->stopped || ds->scouts >= DOMAIN_SCOUTS_MAX)
		return false;
	if (d != NULL && (d->state != DOMAIN_UNKNOWN || !is_idle(d) ||
			     d->scout_ms > clock_mono_ms()))
		return true;
	l = domains_look_up(r, email, on_scouted, r);
	l->is_scout = true;
	ds->scouts++;
	/* Now, so that the next mailbox of the domain finds it. */
	timer_stop(l->start);
	on_start(l);
	if (l->dom != NULL)
		l->dom->scout_ms = clock_mono_ms() + DOMAIN_FOUND_LIFE_MS;
	return true;
}

static void
forget(struct domain *d)
{
	d->soap_faults = 0;
	d->scout_ms = 0;
	d->pox_url[0] = '\0';
	if (d->state == DOMAIN_WALKING)
		return;
	src_cancel(d->call);
	d->call = NULL;
	ask_again(d);
	d->state = DOMAIN_UNKNOWN;
	timer_start(d->pump, 0);
}

void
domains_forget(struct record *r)
{
	struct domain *d;

	TAILQ_FOREACH(d, &r->domains->list, next)
	forget(d);
}

void
domains_forget_one(struct record *r, const char *email)
{
	struct domain *d = find(r->domains, plan_domain(email));

	if (d != NULL)
		forget(d);
}

const char *
domains_hint(struct record *r, const char *domain, bool *is_listed)
{
	const struct domain *d = find(r->domains, domain);

	*is_listed = d != NULL && d->must_verify;
	return d != NULL && d->pox_url[0] != '\0' ? d->pox_url : NULL;
}

struct domains *
domains_new(struct record *r)
{
	struct domains *ds = xalloc(sizeof(*ds));

	ds->r = r;
	TAILQ_INIT(&ds->list);
	return ds;
}

static void
drop_scouts(struct lookups *q)
{
	struct lookup *l, *next_l;

	for (l = TAILQ_FIRST(q); l != NULL; l = next_l) {
		next_l = TAILQ_NEXT(l, next);
		if (l->is_scout)
			lookup_free(l);
	}
}

void
domains_stop(struct domains *ds)
{
	struct domain *d;

	ds->stopped = true;
	TAILQ_FOREACH(d, &ds->list, next)
	{
		src_cancel(d->call);
		d->call = NULL;
		ask_again(d);
		drop_scouts(&d->waiting);
		if (d->walker != NULL && d->walker->is_scout)
			lookup_free(d->walker);
	}
}

/* No look-up is left: each holds its record. */
void
domains_free(struct domains *ds)
{
	struct domain *d;

	if (ds == NULL)
		return;
	while ((d = TAILQ_FIRST(&ds->list)) != NULL)
		domain_free(d);
	mem_free(ds);
}
