/* scp_rules.c - see scp_rules.h. */
#include "config.h"

#include "backend/net/scp_rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/str.h"
#include "common/valid.h"

/* Limits of the fields, as in ipc_msg.def. */
#define URL_MAX 2048
#define SITE_MAX 128
#define DN_MAX 1024
#define TOLD_MAX 600 /* bytes of a value in a report */

static bool
starts_nocase(const char *s, const char *prefix)
{
	size_t n = strlen(prefix), i;

	for (i = 0; i < n; i++) {
		char a = s[i], b = prefix[i];

		if (a >= 'A' && a <= 'Z')
			a = (char)(a - 'A' + 'a');
		if (b >= 'A' && b <= 'Z')
			b = (char)(b - 'A' + 'a');
		if (a != b)
			return false;
	}
	return true;
}

static bool
has_keyword(const struct scp_entry *e, const char *what)
{
	size_t i;

	for (i = 0; i < e->keywords_n; i++)
		if (str_caseeq(e->keywords[i], what))
			return true;
	return false;
}

bool
scp_is_in_domain(const char *host, const char *domain)
{
	size_t h = strlen(host), d = strlen(domain);

	if (d == 0 || h < d || !str_caseeq(host + h - d, domain))
		return false;
	return h == d || host[h - d - 1] == '.';
}

/* Is there a keyword "Site=..." (any), and is one of them this value? */
static bool
has_scope(const struct scp_entry *e, const char *prefix, const char *value,
    bool *matches, const char **first)
{
	size_t n = strlen(prefix), i;
	bool any = false;

	*matches = false;
	for (i = 0; i < e->keywords_n; i++) {
		if (!starts_nocase(e->keywords[i], prefix))
			continue;
		if (!any && first != NULL)
			*first = e->keywords[i] + n;
		any = true;
		if (*value != '\0' && str_caseeq(e->keywords[i] + n, value))
			*matches = true;
	}
	return any;
}

static bool
is_usable(const char *s)
{
	size_t n = strlen(s);

	return n > 0 && n <= URL_MAX && !str_has_control(s) &&
	       str_is_utf8(s, n);
}

static enum err
add_url(struct scp_found *f, const struct scp_entry *e, const char *url,
    unsigned priority, const char *site)
{
	struct msg_scp_url *grown, *u;
	size_t i;

	for (i = 0; i < f->urls_n; i++)
		if (str_caseeq(f->urls[i].url, url)) {
			f->duplicates++;
			if (priority < f->urls[i].priority)
				f->urls[i].priority = priority;
			return ERR_OK;
		}
	if (f->urls_n >= SCP_URLS_MAX) {
		f->is_cut = true;
		return ERR_OK;
	}
	grown = try_realloc(f->urls, (f->urls_n + 1) * sizeof(*grown));
	if (grown == NULL)
		return ERR_NOMEM;
	f->urls = grown;
	u = &f->urls[f->urls_n];
	memset(u, 0, sizeof(*u));
	if ((u->url = try_strdup(url)) == NULL)
		return ERR_NOMEM;
	f->urls_n++;
	u->priority = priority;
	evidence_text(&u->site, site, SITE_MAX);
	evidence_text(&u->dn, e->dn, DN_MAX);
	return ERR_OK;
}

static enum err
take_urls(struct scp_found *f, const struct scp_entry *e, const char *site)
{
	const char *first = "";
	bool own;
	unsigned priority =
	    has_scope(e, "Site=", site, &own, &first) ? (own ? 1 : 3) : 2;
	size_t i;
	enum err err;

	for (i = 0; i < e->bindings_n; i++) {
		const char *b = e->bindings[i];

		if (!is_usable(b) || (!starts_nocase(b, "https://") &&
					 !starts_nocase(b, "http://")))
			continue;
		err = add_url(f, e, b, priority, own ? site : first);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
add_pointer(struct scp_found *f, const struct scp_entry *e, const char *url,
    enum scp_rule rule)
{
	struct scp_pointer *p;
	size_t i;

	for (i = 0; i < f->pointers_n; i++)
		if (f->pointers[i].rule == rule &&
		    str_caseeq(f->pointers[i].url, url))
			return ERR_OK;
	if (f->of_rule[rule] >= SCP_POINTERS_MAX) {
		f->is_cut = true;
		return ERR_OK;
	}
	p = &f->pointers[f->pointers_n];
	memset(p, 0, sizeof(*p));
	if ((p->url = try_strdup(url)) == NULL)
		return ERR_NOMEM;
	p->rule = rule;
	evidence_text(&p->dn, e->dn, DN_MAX);
	f->pointers_n++;
	f->of_rule[rule]++;
	return ERR_OK;
}

static enum err
take_pointers(
    struct scp_found *f, const struct scp_entry *e, const char *domain)
{
	bool ours;
	bool scoped = has_scope(e, "Domain=", domain, &ours, NULL);
	enum scp_rule rule = ours     ? SCP_PTR_OURS
			     : scoped ? SCP_PTR_OTHER
				      : SCP_PTR_ALL;
	size_t i;
	enum err err;

	for (i = 0; i < e->bindings_n; i++) {
		const char *b = e->bindings[i];

		if (!is_usable(b) || !starts_nocase(b, "LDAP://"))
			continue;
		if ((err = add_pointer(f, e, b, rule)) != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err
scp_take(struct scp_found *f, const struct scp_entry *e, const char *domain,
    const char *site)
{
	enum err err = ERR_OK;

	if (has_keyword(e, SCP_GUID_POINTER))
		err = take_pointers(f, e, domain);
	if (err == ERR_OK && has_keyword(e, SCP_GUID_URL))
		err = take_urls(f, e, site);
	return err;
}

/* Equal ones stay in an order that does not change from day to day. */
static int
by_priority(const void *a, const void *b)
{
	const struct msg_scp_url *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return strcmp(x->url, y->url);
}

static void
urls_drop(struct scp_found *f)
{
	size_t i;

	for (i = 0; i < f->urls_n; i++)
		msg_scp_url_free(&f->urls[i]);
	f->urls_n = 0;
}

void
scp_finish(struct scp_found *f)
{
	if (f->of_rule[SCP_PTR_OURS] > 0) {
		f->outdone = (unsigned)f->urls_n;
		urls_drop(f);
	}
	if (f->urls_n > 1)
		qsort(f->urls, f->urls_n, sizeof(*f->urls), by_priority);
}

enum scp_rule
scp_goes_on(const struct scp_found *f)
{
	if (f->of_rule[SCP_PTR_OURS] > 0)
		return SCP_PTR_OURS;
	if (f->urls_n == 0 && f->of_rule[SCP_PTR_ALL] > 0)
		return SCP_PTR_ALL;
	return SCP_PTR_OTHER;
}

/* -- for a person -- */

static void
tell(struct msg_step *step, const char *key, const char *value, const char *dn)
{
	char text[TOLD_MAX + 1];

	/* A report that is full says less; the search goes on. */
	(void)str_copy(text, sizeof(text), value);
	(void)!report_evidence(step, key, text);
	if (dn == NULL)
		return;
	(void)str_copy(text, sizeof(text), dn);
	(void)!report_evidence(step, "dn", text);
}

static void
tell_url(struct msg_step *step, const struct msg_scp_url *u, const char *site)
{
	char key[64];

	if (u->priority == 2)
		(void)snprintf(key, sizeof(key), "address, for all sites");
	else if (u->priority == 1)
		(void)snprintf(
		    key, sizeof(key), "address, own site %.32s", site);
	else
		(void)snprintf(key, sizeof(key), "address, other site %.32s",
		    u->site == NULL ? "" : u->site);
	tell(step, key, u->url, u->dn);
}

static void
tell_count(struct msg_step *step, const char *key, unsigned n)
{
	char text[16];

	if (n == 0)
		return;
	(void)snprintf(text, sizeof(text), "%u", n);
	tell(step, key, text, NULL);
}

void
scp_tell(const struct scp_found *f, const char *site, struct msg_step *step)
{
	static const char *const rules[SCP_PTR__MAX] = {
	    [SCP_PTR_OURS] = "pointer, for this mail domain",
	    [SCP_PTR_ALL] = "pointer, for all domains",
	    [SCP_PTR_OTHER] = "pointer, for another domain",
	};
	size_t i;

	for (i = 0; i < f->urls_n && i < SCP_TOLD_MAX; i++)
		tell_url(step, &f->urls[i], site);
	for (i = 0; i < f->pointers_n && i < SCP_TOLD_MAX; i++)
		tell(step, rules[f->pointers[i].rule], f->pointers[i].url,
		    f->pointers[i].dn);
	tell_count(step, "duplicates dropped", f->duplicates);
	tell_count(step, "addresses outdone by a pointer", f->outdone);
	if (f->is_cut)
		tell(step, "limit",
		    "there are more than are looked at; the rest is left out",
		    NULL);
}

void
scp_give(struct scp_found *f, struct msg_scp_result *r)
{
	size_t i;

	for (i = 0; i < r->urls_n; i++)
		msg_scp_url_free(&r->urls[i]);
	mem_free(r->urls);
	r->urls = f->urls;
	r->urls_n = f->urls_n;
	f->urls = NULL;
	f->urls_n = 0;
}

void
scp_found_clear(struct scp_found *f)
{
	size_t i;

	urls_drop(f);
	mem_free(f->urls);
	for (i = 0; i < f->pointers_n; i++) {
		mem_free(f->pointers[i].url);
		mem_free(f->pointers[i].dn);
	}
	memset(f, 0, sizeof(*f));
}

/* RFC 4516, 2: the host part alone says where; the rest is not used. */
bool
scp_pointer_host(const char *url, char host[SCP_HOST_MAX], uint16_t *port)
{
	char text[SCP_HOST_MAX + 8], *colon;
	uint64_t n = 0;
	size_t len;

	if (!starts_nocase(url, "LDAP://"))
		return false;
	url += strlen("LDAP://");
	len = strcspn(url, "/?#");
	if (len == 0 || len >= sizeof(text))
		return false;
	memcpy(text, url, len);
	text[len] = '\0';
	if ((colon = strchr(text, ':')) != NULL) {
		*colon++ = '\0';
		if (str_to_u64(colon, UINT16_MAX, &n) != ERR_OK || n == 0)
			return false;
	}
	str_lower(text);
	if (valid_address(text, NULL) != ERR_OK ||
	    !str_copy(host, SCP_HOST_MAX, text))
		return false;
	*port = (uint16_t)n;
	return true;
}
