/* http_auth.c - see http_auth.h. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backend/net/http_auth.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/str.h"

#define ORIGIN_MAX 300

struct http_memory {
	struct {
		uint64_t cred_id;
		enum http_auth auth; /* NONE: free */
		bool kerberos, ntlm, basic;
		uint64_t since_ms;
		char origin[ORIGIN_MAX];
	} row[HTTP_MEMORY_MAX];
	unsigned next; /* the one to give up when all are taken */
};

const char *
http_auth_name(enum http_auth a)
{
	static const char *const names[HTTP_AUTH__MAX] = {
	    "", "Kerberos", "NTLM", "Basic"};

	return (unsigned)a < HTTP_AUTH__MAX ? names[a] : "";
}

const char *
http_auth_scheme(enum http_auth a)
{
	return a == HTTP_AUTH_KERBEROS ? "Negotiate" : http_auth_name(a);
}

/* tchar of RFC 9110, 5.6.2. */
static bool
is_tchar(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void
offer(struct http_offers *o, const char *s, size_t n)
{
	unsigned i;

	if (n == 0 || n >= HTTP_AUTH_SCHEME_MAX || o->n >= HTTP_AUTH_OFFERS_MAX)
		return;
	memcpy(o->name[o->n], s, n);
	o->name[o->n][n] = '\0';
	for (i = 0; i < o->n; i++)
		if (str_caseeq(o->name[i], o->name[o->n]))
			return;
	o->n++;
}

/* Behind a quoted string that starts at s[i]. */
static size_t
skip_quoted(const char *s, size_t n, size_t i)
{
	for (i++; i < n && s[i] != '"'; i++)
		if (s[i] == '\\' && i + 1 < n)
			i++;
	return i < n ? i + 1 : i;
}

/* A token at the beginning of a list element is a scheme when a blank, a
 * comma or the end follows; "realm=" makes it a parameter of the last. */
void
http_offers_add(struct http_offers *o, const char *s, size_t n)
{
	size_t i = 0, from, end;

	while (i < n) {
		while (i < n && (is_blank(s[i]) || s[i] == ','))
			i++;
		from = i;
		while (i < n && is_tchar(s[i]))
			i++;
		end = i;
		while (i < n && is_blank(s[i]))
			i++;
		if (i >= n || s[i] != '=')
			offer(o, s + from, end - from);
		/* To the comma that ends this element. */
		while (i < n && s[i] != ',')
			i = s[i] == '"' ? skip_quoted(s, n, i) : i + 1;
	}
}

bool
http_offers_has(const struct http_offers *o, enum http_auth a)
{
	unsigned i;

	for (i = 0; i < o->n; i++)
		if (a != HTTP_AUTH_NONE &&
		    str_caseeq(o->name[i], http_auth_scheme(a)))
			return true;
	return false;
}

void
http_offers_text(const struct http_offers *o, char *out, size_t size)
{
	size_t len = 0;
	unsigned i;
	int n;

	out[0] = '\0';
	for (i = 0; i < o->n && len < size; i++) {
		n = snprintf(out + len, size - len, "%s%s", i == 0 ? "" : ", ",
		    o->name[i]);
		if (n < 0)
			break;
		len += (size_t)n;
	}
}

bool
http_plan_has(const struct http_plan *p, enum http_auth a)
{
	return (a == HTTP_AUTH_KERBEROS && p->kerberos) ||
	       (a == HTTP_AUTH_NTLM && p->ntlm) ||
	       (a == HTTP_AUTH_BASIC && p->basic);
}

static enum http_auth
take(struct http_plan *p, enum http_auth a)
{
	p->tried |= 1u << a;
	return a;
}

/* The strongest first: Kerberos proves the server's account as well, NTLM
 * does at least not show it the password. */
enum http_auth
http_plan_first(struct http_plan *p, enum http_auth remembered)
{
	unsigned a;

	if (http_plan_has(p, remembered))
		return take(p, remembered);
	for (a = HTTP_AUTH_NONE + 1; a < HTTP_AUTH__MAX; a++)
		if (http_plan_has(p, (enum http_auth)a))
			return take(p, (enum http_auth)a);
	return HTTP_AUTH_NONE;
}

enum http_auth
http_plan_next(struct http_plan *p, const struct http_offers *o)
{
	unsigned a;

	for (a = HTTP_AUTH_NONE + 1; a < HTTP_AUTH__MAX; a++)
		if ((p->tried & 1u << a) == 0 &&
		    http_plan_has(p, (enum http_auth)a) &&
		    http_offers_has(o, (enum http_auth)a))
			return take(p, (enum http_auth)a);
	return HTTP_AUTH_NONE;
}

enum err
http_memory_new(struct http_memory **out)
{
	struct http_memory *m = try_alloc(sizeof(*m));

	if (m == NULL)
		return ERR_NOMEM;
	*out = m;
	return ERR_OK;
}

void
http_memory_free(struct http_memory *m)
{
	mem_free(m);
}

static int
find(const struct http_memory *m, uint64_t cred_id, const char *origin,
    const struct http_plan *p)
{
	int i;

	for (i = 0; i < HTTP_MEMORY_MAX; i++)
		if (m->row[i].auth != HTTP_AUTH_NONE &&
		    m->row[i].cred_id == cred_id && m->row[i].ntlm == p->ntlm &&
		    m->row[i].basic == p->basic &&
		    m->row[i].kerberos == p->kerberos &&
		    str_eq(m->row[i].origin, origin))
			return i;
	return -1;
}

enum http_auth
http_memory_get(const struct http_memory *m, uint64_t cred_id,
    const char *origin, const struct http_plan *p)
{
	int i = find(m, cred_id, origin, p);

	if (i < 0 || clock_mono_ms() - m->row[i].since_ms > HTTP_MEMORY_MS)
		return HTTP_AUTH_NONE;
	return m->row[i].auth;
}

void
http_memory_put(struct http_memory *m, uint64_t cred_id, const char *origin,
    const struct http_plan *p, enum http_auth a)
{
	int i = find(m, cred_id, origin, p);

	if (i < 0) {
		i = (int)(m->next++ % HTTP_MEMORY_MAX);
		m->row[i].auth = HTTP_AUTH_NONE;
		if (!str_copy(m->row[i].origin, ORIGIN_MAX, origin))
			return;
	}
	/* Its time runs from when it was found, not from its last use. */
	if (m->row[i].auth != a ||
	    clock_mono_ms() - m->row[i].since_ms > HTTP_MEMORY_MS)
		m->row[i].since_ms = clock_mono_ms();
	m->row[i].cred_id = cred_id;
	m->row[i].kerberos = p->kerberos;
	m->row[i].ntlm = p->ntlm;
	m->row[i].basic = p->basic;
	m->row[i].auth = a;
}

void
http_memory_drop(struct http_memory *m, uint64_t cred_id)
{
	int i;

	for (i = 0; i < HTTP_MEMORY_MAX; i++)
		if (m->row[i].cred_id == cred_id)
			m->row[i].auth = HTTP_AUTH_NONE;
}
