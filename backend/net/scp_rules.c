/* scp_rules.c - see scp_rules.h. */
#include "config.h"

#include "backend/net/scp_rules.h"

#include <stdlib.h>
#include <string.h>

#include "backend/net/evidence.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/str.h"

/* Limits of the fields, as in ipc_msg.def. */
#define URL_MAX 2048
#define SITE_MAX 128
#define DN_MAX 1024

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
add_url(struct msg_scp_result *r, const struct scp_entry *e, const char *url,
    unsigned priority, const char *site)
{
	struct msg_scp_url *grown, *u;
	size_t i;

	for (i = 0; i < r->urls_n; i++)
		if (str_caseeq(r->urls[i].url, url)) {
			if (priority < r->urls[i].priority)
				r->urls[i].priority = priority;
			return ERR_OK;
		}
	if (r->urls_n >= SCP_URLS_MAX)
		return ERR_OK;
	grown = try_realloc(r->urls, (r->urls_n + 1) * sizeof(*grown));
	if (grown == NULL)
		return ERR_NOMEM;
	r->urls = grown;
	u = &r->urls[r->urls_n];
	memset(u, 0, sizeof(*u));
	if ((u->url = try_strdup(url)) == NULL)
		return ERR_NOMEM;
	r->urls_n++;
	u->priority = priority;
	evidence_text(&u->site, site, SITE_MAX);
	evidence_text(&u->dn, e->dn, DN_MAX);
	return ERR_OK;
}

static enum err
take_urls(struct msg_scp_result *r, const struct scp_entry *e, const char *site)
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
		err = add_url(r, e, b, priority, own ? site : first);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

static enum err
take_pointers(struct msg_scp_result *r, const struct scp_entry *e,
    const char *domain, bool *redirected)
{
	bool ours;
	bool scoped = has_scope(e, "Domain=", domain, &ours, NULL);
	size_t i;
	enum err err;

	if (scoped && !ours)
		return ERR_OK;
	/* The first one for our very domain outdoes those for everybody. */
	if (ours && !*redirected) {
		*redirected = true;
		strlist_clear(&r->pointers);
	} else if (!ours && *redirected) {
		return ERR_OK;
	}
	for (i = 0; i < e->bindings_n; i++) {
		const char *b = e->bindings[i];

		if (!is_usable(b) || !starts_nocase(b, "LDAP://") ||
		    r->pointers.n >= SCP_POINTERS_MAX ||
		    strlist_has(&r->pointers, b))
			continue;
		if ((err = strlist_add(&r->pointers, b)) != ERR_OK)
			return err;
	}
	return ERR_OK;
}

enum err
scp_take(struct msg_scp_result *r, const struct scp_entry *e,
    const char *domain, const char *site, bool *redirected)
{
	enum err err = ERR_OK;

	if (has_keyword(e, SCP_GUID_POINTER))
		err = take_pointers(r, e, domain, redirected);
	if (err == ERR_OK && has_keyword(e, SCP_GUID_URL))
		err = take_urls(r, e, site);
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

void
scp_finish(struct msg_scp_result *r, bool redirected)
{
	size_t i;

	if (redirected && r->pointers.n > 0) {
		for (i = 0; i < r->urls_n; i++)
			msg_scp_url_free(&r->urls[i]);
		r->urls_n = 0;
	}
	if (r->urls_n > 1)
		qsort(r->urls, r->urls_n, sizeof(*r->urls), by_priority);
}
