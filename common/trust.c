#include "common/trust.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "common/str.h"
#include "common/valid.h"

#define SCHEME "https://"
#define TYPED_MAX 2048

static const char *const names[TRUST__MAX] = {
    [TRUST_PENDING] = "pending",
    [TRUST_ALLOWED] = "allowed",
    [TRUST_BLOCKED] = "blocked",
};

const char *
trust_name(enum trust t)
{
	return t < TRUST__MAX ? names[t] : "";
}

enum trust
trust_parse(const char *s)
{
	if (str_eq(s, names[TRUST_ALLOWED]))
		return TRUST_ALLOWED;
	return str_eq(s, names[TRUST_BLOCKED]) ? TRUST_BLOCKED : TRUST_PENDING;
}

static enum err
refuse(struct errinfo *ei)
{
	return err_set(ei, ERR_ARG,
	    "Enter a full host name such as mail.example.org, its https "
	    "address without a port, or *. and a domain.");
}

/* Cuts scheme, port and path off; only port 443 is ever meant. */
static enum err
host_of_url(char **s, struct errinfo *ei)
{
	char *host = *s, *colon;

	if (!str_has_prefix(host, SCHEME)) {
		if (strstr(host, "://") != NULL)
			return err_set(ei, ERR_ARG,
			    "Only https addresses are ever allowed.");
		return strpbrk(host, "/?#@") != NULL ? refuse(ei) : ERR_OK;
	}
	host += strlen(SCHEME);
	host[strcspn(host, "/?#")] = '\0';
	if (strchr(host, '@') != NULL)
		return refuse(ei);
	colon = *host == '[' ? strstr(host, "]:") : strrchr(host, ':');
	if (colon != NULL && *colon == ']')
		colon++;
	if (colon != NULL) {
		if (!str_eq(colon, ":443"))
			return err_set(
			    ei, ERR_ARG, "Only the https port 443 is used.");
		*colon = '\0';
	}
	*s = host;
	return ERR_OK;
}

/* An IPv6 address stands in brackets, as in a URL. */
static enum err
take_host(char *host, char *out, size_t size, struct errinfo *ei)
{
	size_t n = strlen(host);
	bool v6;

	if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		host++;
	}
	v6 = strchr(host, ':') != NULL;
	if (valid_address(host, NULL) != ERR_OK)
		return refuse(ei);
	if ((size_t)snprintf(out, size, "%s%s%s", v6 ? "[" : "", host,
		v6 ? "]" : "") >= size)
		return refuse(ei);
	return ERR_OK;
}

/* "*.example.org": only a whole label at the left, and not a whole top-level
 * domain. */
static enum err
take_wildcard(const char *s, char *out, size_t size, struct errinfo *ei)
{
	const char *rest = s + 2;

	if (!str_has_prefix(s, "*.") || strchr(rest, '*') != NULL)
		return err_set(ei, ERR_ARG,
		    "A star stands only for the whole first label, as in "
		    "*.example.org.");
	if (valid_host(rest, NULL) != ERR_OK || strchr(rest, '.') == NULL ||
	    rest[strspn(rest, "0123456789.")] == '\0')
		return err_set(ei, ERR_ARG,
		    "After *. stands a domain of two labels or more.");
	return str_copy(out, size, s) ? ERR_OK : refuse(ei);
}

enum err
trust_pattern(const char *typed, char *out, size_t size, struct errinfo *ei)
{
	char text[TYPED_MAX + 1], *s;
	size_t n;
	enum err e;

	if (!str_copy(text, sizeof(text), typed) || str_has_control(text))
		return refuse(ei);
	s = str_trim(text);
	str_lower(s);
	if ((e = host_of_url(&s, ei)) != ERR_OK)
		return e;
	n = strlen(s);
	if (n > 1 && s[n - 1] == '.')
		s[n - 1] = '\0';
	return strchr(s, '*') != NULL ? take_wildcard(s, out, size, ei)
				      : take_host(s, out, size, ei);
}

static bool
is_same_host(const char *pattern, const char *host, size_t n)
{
	return strlen(pattern) == n && strncasecmp(pattern, host, n) == 0;
}

const struct trust_rule *
trust_find(const struct trust_list *l, const char *host)
{
	const char *dot = strchr(host, '.');
	const struct trust_rule *wild = NULL;
	size_t i, n = strlen(host);

	/* The root label changes nothing of where a name leads. */
	if (n > 1 && host[n - 1] == '.')
		n--;
	for (i = 0; i < l->n; i++) {
		const char *p = l->v[i].pattern;

		if (is_same_host(p, host, n))
			return &l->v[i];
		if (p[0] == '*' && dot != NULL && dot != host &&
		    is_same_host(p + 1, dot, n - (size_t)(dot - host)))
			wild = &l->v[i];
	}
	return wild;
}

enum trust
trust_judge(const struct trust_list *l, const char *host)
{
	const struct trust_rule *r = trust_find(l, host);

	return r != NULL ? r->state : TRUST_PENDING;
}

bool
trust_is_same(const struct trust_list *a, const struct trust_list *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (!str_eq(a->v[i].pattern, b->v[i].pattern) ||
		    a->v[i].state != b->v[i].state)
			return false;
	return true;
}

const char *
trust_source_text(const char *source)
{
	static const struct {
		const char *source, *text;
	} rows[] = {
	    {"scp", "Service connection point in the directory"},
	    {"https", "The mail domain's own https address"},
	    {"redirect-302", "Redirect of an https request"},
	    {"redirect-url", "Redirect in an Autodiscover answer"},
	    {"http", "Redirect by plain HTTP, not authenticated"},
	    {"srv", "DNS SRV record of the mail domain, not authenticated"},
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_eq(rows[i].source, source))
			return rows[i].text;
	return "";
}
