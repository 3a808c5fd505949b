#include "backend/engine/discover_plan.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/ipc.h"
#include "common/store_exchange.h"
#include "common/str.h"
#include "common/valid.h"

#define HOST_MAX 256
#define AUTHORITY_MAX (HOST_MAX + 8)
#define SEEN_MAX 200

struct plan_url {
	char *url;
	enum plan_way way;
	bool asked;
};

struct discover_plan {
	char *email; /* the one that is looked for now */
	char *ad_domain, *account_domain, *record_domain;
	/* Still to be asked. */
	bool scp_open, http_open, srv_open;
	struct plan_url urls[PLAN_URLS_MAX];
	size_t urls_n;
	struct strlist hosts; /* "host:port" that what published it trusts */
	plan_trust_fn trust_fn;
	void *trust_arg;
	struct strlist seen; /* "mailbox url" that were asked */
	size_t redirects;
	bool stopped;
	const char *failure;
	int failure_weight;
	/* Borrowed by a step or a verdict. */
	char text[VALID_URL_MAX + 1], host[HOST_MAX];
};

const char *
plan_domain(const char *email)
{
	const char *at = strrchr(email, '@');

	return at != NULL ? at + 1 : "";
}

bool
plan_url_host(const char *url, char *out, size_t size)
{
	const char *host, *end;
	size_t n;

	if (strlen(url) > VALID_URL_MAX || strlen(url) < 9)
		return false;
	if (!(strncmp(url, "https://", 8) == 0 ||
		strncmp(url, "HTTPS://", 8) == 0 ||
		strncmp(url, "Https://", 8) == 0))
		return false;
	host = url + 8;
	if (str_has_control(url) || strchr(url, ' ') != NULL ||
	    strchr(url, '\\') != NULL)
		return false;
	n = strcspn(host, "/?#");
	if (memchr(host, '@', n) != NULL)
		return false;
	end = host + n;
	if (*host == '[') {
		const char *close = memchr(host, ']', n);

		if (close == NULL)
			return false;
		n = (size_t)(close - host) + 1;
	} else {
		const char *colon = memchr(host, ':', n);

		if (colon != NULL)
			n = (size_t)(colon - host);
	}
	/* What is left must be a port, and only digits. */
	if (host + n != end &&
	    (host[n] != ':' || strspn(host + n + 1, "0123456789") !=
				   (size_t)(end - host) - n - 1))
		return false;
	if (n == 0 || n >= size)
		return false;
	memcpy(out, host, n);
	out[n] = '\0';
	str_lower(out);
	return true;
}

/* "host:443" of an address that plan_url_host() took. */
static void
authority_of(const char *url, const char *host, char *out, size_t size)
{
	const char *rest = url + strlen("https://") + strlen(host);
	size_t n;

	if (*rest == ':')
		rest++;
	while (*rest == '0')
		rest++;
	n = strspn(rest, "0123456789");
	if (n == 0)
		snprintf(out, size, "%s:443", host);
	else
		snprintf(out, size, "%s:%.*s", host, (int)n, rest);
}

static void
trust(struct discover_plan *p, const char *host)
{
	if (p->hosts.n < PLAN_URLS_MAX && !strlist_has(&p->hosts, host) &&
	    strlist_add(&p->hosts, host) != ERR_OK)
		fatal("discover: out of memory");
}

static void
trust_url(struct discover_plan *p, const char *url)
{
	char host[HOST_MAX], at[AUTHORITY_MAX];

	if (!plan_url_host(url, host, sizeof(host)))
		return;
	authority_of(url, host, at, sizeof(at));
	trust(p, at);
}

static enum trust
decided(const struct discover_plan *p, const char *host)
{
	return p->trust_fn != NULL ? p->trust_fn(p->trust_arg, host)
				   : TRUST_PENDING;
}

enum standing {
	STANDING_REFUSED, /* no address that may be asked at all */
	STANDING_UNKNOWN, /* nobody vouches for the host */
	STANDING_BLOCKED,
	STANDING_LISTED, /* an administrator does */
	STANDING_TRUSTED /* what published it does */
};

static enum standing
standing_of(const struct discover_plan *p, const char *url, char *host)
{
	char at[AUTHORITY_MAX];
	enum trust t;

	if (!plan_url_host(url, host, HOST_MAX))
		return STANDING_REFUSED;
	if ((t = decided(p, host)) == TRUST_BLOCKED)
		return STANDING_BLOCKED;
	authority_of(url, host, at, sizeof(at));
	if (strlist_has(&p->hosts, at))
		return STANDING_TRUSTED;
	/* Who listens at another port is not who was allowed, and nobody can
	 * be asked about it. */
	if (!str_has_suffix_nocase(at, ":443"))
		return STANDING_REFUSED;
	return t == TRUST_ALLOWED ? STANDING_LISTED : STANDING_UNKNOWN;
}

static bool
is_trusted_domain(const struct discover_plan *p, const char *domain)
{
	return *domain != '\0' && (str_caseeq(domain, p->ad_domain) ||
				      str_caseeq(domain, p->account_domain) ||
				      str_caseeq(domain, p->record_domain));
}

/* front: before all that were not asked yet. */
static void
add_url(struct discover_plan *p, const char *url, enum plan_way way, bool front)
{
	size_t at = p->urls_n;

	if (p->urls_n == PLAN_URLS_MAX || strlen(url) > VALID_URL_MAX)
		return;
	if (front)
		for (at = 0; at < p->urls_n && p->urls[at].asked; at++)
			;
	memmove(p->urls + at + 1, p->urls + at,
	    (p->urls_n - at) * sizeof(p->urls[0]));
	p->urls[at].url = xstrdup(url);
	p->urls[at].way = way;
	p->urls[at].asked = false;
	p->urls_n++;
}

static void
add_well_known(struct discover_plan *p)
{
	const char *domain = plan_domain(p->email);
	char url[VALID_EMAIL_MAX + 80];
	bool trusted;

	if (strlen(domain) >= HOST_MAX)
		return;
	trusted = is_trusted_domain(p, domain);
	snprintf(url, sizeof(url), "https://%s/autodiscover/autodiscover.xml",
	    domain);
	if (trusted)
		trust_url(p, url);
	add_url(p, url, WAY_DOMAIN, false);
	snprintf(url, sizeof(url),
	    "https://autodiscover.%s/autodiscover/autodiscover.xml", domain);
	if (trusted)
		trust_url(p, url);
	add_url(p, url, WAY_HOST, false);
	p->http_open = p->srv_open = true;
}

enum err
plan_new(struct discover_plan **out, const struct exchange *x,
    const char *email, bool use_scp)
{
	struct discover_plan *p;
	struct errinfo ei;
	enum err e;

	if ((e = valid_email(email, &ei)) != ERR_OK)
		return e;
	p = xalloc(sizeof(*p));
	p->email = xstrdup(email);
	p->ad_domain = xstrdup(x->ad_domain);
	p->account_domain = xstrdup(plan_domain(x->account));
	p->record_domain = xstrdup(plan_domain(x->email));
	p->scp_open = use_scp && x->ad_domain[0] != '\0';
	p->failure = "autodiscover-none";
	add_well_known(p);
	*out = p;
	return ERR_OK;
}

void
plan_free(struct discover_plan *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < p->urls_n; i++)
		mem_free(p->urls[i].url);
	strlist_clear(&p->hosts);
	strlist_clear(&p->seen);
	mem_free(p->email);
	mem_free(p->ad_domain);
	mem_free(p->account_domain);
	mem_free(p->record_domain);
	mem_free(p);
}

void
plan_trust(struct discover_plan *p, plan_trust_fn fn, void *arg)
{
	p->trust_fn = fn;
	p->trust_arg = arg;
}

void
plan_hint(struct discover_plan *p, const char *url, bool is_listed)
{
	char host[HOST_MAX];

	if (!plan_url_host(url, host, sizeof(host)))
		return;
	if (!is_listed)
		trust_url(p, url);
	add_url(p, url, WAY_HINT, true);
}

void
plan_scp_url(struct discover_plan *p, const char *url)
{
	size_t at;

	p->scp_open = false;
	trust_url(p, url);
	/* Behind the ones that came before, before the well-known two. */
	for (at = 0; at < p->urls_n; at++) {
		if (str_eq(p->urls[at].url, url))
			return;
		if (p->urls[at].way == WAY_DOMAIN && !p->urls[at].asked)
			break;
	}
	if (p->urls_n == PLAN_URLS_MAX || strlen(url) > VALID_URL_MAX)
		return;
	memmove(p->urls + at + 1, p->urls + at,
	    (p->urls_n - at) * sizeof(p->urls[0]));
	p->urls[at].url = xstrdup(url);
	p->urls[at].way = WAY_SCP;
	p->urls[at].asked = false;
	p->urls_n++;
}

/* What says most about the cause goes into the end result: a refusal before
 * an unknown mailbox, before a server that is not there at all. */
static void
note_failure(struct discover_plan *p, const char *failure)
{
	static const struct {
		const char *name;
		int weight;
	} weights[] = {
	    {"redirect-untrusted", 9},
	    {"redirect-blocked", 9},
	    {"http-401", 8},
	    {"http-456", 8},
	    {"krb-refused", 8},
	    {"krb-clock", 8},
	    {"auth-no-common", 8},
	    {"auth-binding", 8},
	    {"ntlm-v1", 8},
	    {"proxy-auth", 8},
	    {"proxy-password", 8},
	    {"proxy-scheme", 8},
	    {"autodiscover-error", 7},
	    {"autodiscover-no-ews", 7},
	    {"redirect-loop", 6},
	    {"cred-bound", 10},
	    {"cred-unreadable", 10},
	    {"cred-missing", 10},
	    {"proxy-password-stored", 10},
	    {"worker-died", 10},
	    {"cancelled", 11},
	    {"domain-untrusted", 5},
	    {"tls-name", 4},
	    {"tls-expired", 4},
	    {"tls-unknown-ca", 4},
	    {"tls-self-signed", 4},
	    {"tls-no-issuer", 4},
	    {"tls-not-yet", 4},
	    {"tls-weak", 4},
	    {"tls-revoked", 4},
	};
	size_t i;

	for (i = 0; i < sizeof(weights) / sizeof(weights[0]); i++)
		if (str_eq(failure, weights[i].name) &&
		    weights[i].weight > p->failure_weight) {
			p->failure = weights[i].name;
			p->failure_weight = weights[i].weight;
		}
}

const char *
plan_failure(const struct discover_plan *p)
{
	return p->failure;
}

/* Was this address asked for this mailbox before?  Notes it. */
static bool
is_seen(struct discover_plan *p, const char *url)
{
	char key[VALID_URL_MAX + VALID_EMAIL_MAX + 2];

	snprintf(key, sizeof(key), "%s %s", p->email, url);
	if (strlist_has(&p->seen, key) || p->seen.n == SEEN_MAX)
		return true;
	if (strlist_add(&p->seen, key) != ERR_OK)
		fatal("discover: out of memory");
	return false;
}

static const char *
refusal(enum standing s, enum plan_way way)
{
	if (s == STANDING_BLOCKED)
		return "redirect-blocked";
	return way == WAY_DOMAIN || way == WAY_HOST ? "domain-untrusted"
						    : "url-refused";
}

static void
next_hint(struct discover_plan *p, struct plan_step *out)
{
	if (p->http_open) {
		p->http_open = false;
		out->what = PLAN_HTTP_HINT;
		out->way = WAY_HTTP;
	} else if (p->srv_open) {
		p->srv_open = false;
		out->what = PLAN_SRV_HINT;
		out->way = WAY_SRV;
	}
}

void
plan_next(struct discover_plan *p, struct plan_step *out)
{
	char host[HOST_MAX];
	struct plan_url *u;
	enum standing s;
	size_t i;

	memset(out, 0, sizeof(*out));
	out->url = out->failure = "";
	out->email = p->email;
	out->what = PLAN_NONE;
	if (p->stopped)
		return;
	for (i = 0; i < p->urls_n && p->urls[i].asked; i++)
		;
	u = i < p->urls_n ? &p->urls[i] : NULL;
	if (p->scp_open && (u == NULL || u->way != WAY_HINT)) {
		p->scp_open = false;
		out->what = PLAN_SCP;
		return;
	}
	if (u == NULL) {
		next_hint(p, out);
		return;
	}
	u->asked = true;
	out->url = u->url;
	out->way = u->way;
	s = standing_of(p, u->url, host);
	if (s == STANDING_TRUSTED || s == STANDING_LISTED) {
		/* A hint may come up once more in its own place. */
		if (is_seen(p, u->url)) {
			plan_next(p, out);
			return;
		}
		out->what = PLAN_POX;
		out->must_verify = s == STANDING_LISTED;
		return;
	}
	out->what = PLAN_REFUSED;
	out->failure = refusal(s, u->way);
	note_failure(p, out->failure);
}

static void
fail(struct discover_plan *p, struct plan_verdict *v, const char *failure)
{
	v->what = ANSWER_FAILED;
	v->failure = failure;
	note_failure(p, failure);
}

/* A server's text is kept only as far as it fits. */
static void
keep_target(struct discover_plan *p, struct plan_verdict *v, const char *text)
{
	(void)str_copy(p->text, sizeof(p->text), text);
	v->target = p->text;
}

static bool
may_redirect(struct discover_plan *p, struct plan_verdict *v)
{
	if (++p->redirects <= PLAN_REDIRECTS_MAX)
		return true;
	fail(p, v, "redirect-loop");
	v->what = ANSWER_STOPPED;
	p->stopped = true;
	return false;
}

/* false: v says why the address is not to be asked. */
static bool
may_ask(struct discover_plan *p, struct plan_verdict *v, const char *url)
{
	keep_target(p, v, url);
	switch (standing_of(p, url, p->host)) {
	case STANDING_REFUSED:
		fail(p, v,
		    str_has_prefix(url, "http:") ? "redirect-insecure"
						 : "url-refused");
		return false;
	case STANDING_UNKNOWN:
		fail(p, v, "redirect-untrusted");
		v->host = p->host;
		return false;
	case STANDING_BLOCKED:
		fail(p, v, "redirect-blocked");
		v->host = p->host;
		return false;
	case STANDING_LISTED:
	case STANDING_TRUSTED:
		break;
	}
	return true;
}

static bool
was_asked(const struct discover_plan *p, const char *url)
{
	char key[VALID_URL_MAX + VALID_EMAIL_MAX + 2];

	snprintf(key, sizeof(key), "%s %s", p->email, url);
	return strlist_has(&p->seen, key);
}

static void
redirect_url(struct discover_plan *p, struct plan_verdict *v, const char *url)
{
	if (!may_ask(p, v, url))
		return;
	if (was_asked(p, url)) {
		fail(p, v, "redirect-loop");
		return;
	}
	if (!may_redirect(p, v))
		return;
	add_url(p, url, WAY_REDIRECT, true);
	v->what = ANSWER_REDIRECT;
}

/* [MS-OXDSCLI] 3.1.5: drop all and begin again with the new mailbox.  The
 * directory's addresses serve that one as well. */
static void
redirect_addr(
    struct discover_plan *p, struct plan_verdict *v, const char *email)
{
	struct errinfo ei;
	struct plan_url old[PLAN_URLS_MAX];
	size_t i, n = p->urls_n;

	keep_target(p, v, email);
	if (valid_email(email, &ei) != ERR_OK) {
		fail(p, v, "content-unexpected");
		return;
	}
	if (str_caseeq(email, p->email)) {
		fail(p, v, "redirect-loop");
		return;
	}
	if (!may_redirect(p, v))
		return;
	mem_free(p->email);
	p->email = xstrdup(email);
	memcpy(old, p->urls, n * sizeof(old[0]));
	p->urls_n = 0;
	for (i = 0; i < n; i++) {
		if (old[i].way == WAY_SCP)
			add_url(p, old[i].url, WAY_SCP, false);
		mem_free(old[i].url);
	}
	add_well_known(p);
	v->what = ANSWER_REDIRECT;
}

void
plan_hinted(struct discover_plan *p, enum plan_way way, const char *url,
    struct plan_verdict *out)
{
	memset(out, 0, sizeof(*out));
	out->failure = out->target = out->host = "";
	if (!may_ask(p, out, url))
		return;
	if (was_asked(p, url)) {
		/* As a web server does that only sends everybody to https. */
		out->what = ANSWER_KNOWN;
		return;
	}
	if (!may_redirect(p, out))
		return;
	add_url(p, url, way, false);
	out->what = ANSWER_REDIRECT;
}

static const char *
text_of(const char *s)
{
	return s != NULL ? s : "";
}

void
plan_answer(struct discover_plan *p, const struct msg_pox_result *r,
    struct plan_verdict *out)
{
	const char *failure = text_of(r->ev.failure);

	memset(out, 0, sizeof(*out));
	out->failure = out->target = out->host = "";
	if (*text_of(r->ev.location) != '\0' && r->ev.http_status >= 300 &&
	    r->ev.http_status < 400) {
		redirect_url(p, out, r->ev.location);
	} else if (*text_of(r->redirect_addr) != '\0') {
		redirect_addr(p, out, r->redirect_addr);
	} else if (*text_of(r->redirect_url) != '\0') {
		redirect_url(p, out, r->redirect_url);
	} else if (r->ev.code != ERR_OK || *failure != '\0') {
		(void)str_copy(p->text, sizeof(p->text), failure);
		fail(p, out, p->text);
	} else if (*text_of(r->pox_error) != '\0') {
		fail(p, out, "autodiscover-error");
	} else if (*text_of(r->ews_internal) == '\0' &&
		   *text_of(r->ews_external) == '\0') {
		fail(p, out, "autodiscover-no-ews");
	} else {
		out->what = ANSWER_FOUND;
	}
}
