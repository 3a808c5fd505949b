/* proxy_field.c - the Connector Proxy as fields, and what its password is
 * bound to; see store_proxy.h.  Pure. */
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/seal.h"
#include "common/settings.h"
#include "common/store_proxy.h"
#include "common/str.h"
#include "common/valid.h"

#define RECORD "proxy"
#define PART_MAX 512 /* bytes of one part of a binding text */

/* The fields, in the order of settings.def. */
static const struct field {
	const char *key;
	size_t at;
} fields[] = {
    {"host", offsetof(struct proxy, host)},
    {"port", offsetof(struct proxy, port)},
    {"account", offsetof(struct proxy, account)},
};

#define FIELDS_N (sizeof fields / sizeof fields[0])

static char **
field_of(const struct proxy *p, const char *key)
{
	size_t i;

	for (i = 0; i < FIELDS_N; i++)
		if (str_eq(fields[i].key, key))
			return (
			    char **)(uintptr_t)((const char *)p + fields[i].at);
	return NULL;
}

void
proxy_init(struct proxy *p)
{
	size_t i;

	memset(p, 0, sizeof *p);
	for (i = 0; i < FIELDS_N; i++)
		*field_of(p, fields[i].key) =
		    xstrdup(setting_find(RECORD, fields[i].key)->def);
	p->bound_to = xstrdup("");
	p->changed_by = xstrdup("");
}

void
proxy_clear(struct proxy *p)
{
	mem_free(p->host);
	mem_free(p->port);
	mem_free(p->account);
	mem_free(p->box.p);
	mem_free(p->bound_to);
	mem_free(p->changed_by);
	memset(p, 0, sizeof *p);
}

enum err
proxy_copy(struct proxy *to, const struct proxy *from)
{
	struct proxy p = *from;

	p.host = try_strdup(from->host);
	p.port = try_strdup(from->port);
	p.account = try_strdup(from->account);
	p.bound_to = try_strdup(from->bound_to);
	p.changed_by = try_strdup(from->changed_by);
	p.box.p = NULL;
	if (from->box.n > 0 && (p.box.p = try_alloc(from->box.n)) != NULL)
		memcpy(p.box.p, from->box.p, from->box.n);
	if (p.host == NULL || p.port == NULL || p.account == NULL ||
	    p.bound_to == NULL || p.changed_by == NULL ||
	    (from->box.n > 0 && p.box.p == NULL)) {
		proxy_clear(&p);
		return ERR_NOMEM;
	}
	*to = p;
	return ERR_OK;
}

uint32_t
proxy_port(const struct proxy *p)
{
	uint64_t n = 0;

	return str_to_u64(p->port, 65535, &n) == ERR_OK ? (uint32_t)n : 0;
}

bool
proxy_is_same(const struct proxy *a, const struct proxy *b)
{
	return str_eq(a->host, b->host) && str_eq(a->port, b->port) &&
	       str_eq(a->account, b->account) && a->box.n == b->box.n &&
	       (a->box.n == 0 || memcmp(a->box.p, b->box.p, a->box.n) == 0);
}

const char *
proxy_get(const struct proxy *p, const char *key)
{
	char **v = field_of(p, key);

	return v == NULL ? NULL : *v;
}

enum err
proxy_set(
    struct proxy *p, const char *key, const char *value, struct errinfo *ei)
{
	const struct setting *s = setting_find(RECORD, key);
	char **v = field_of(p, key), *copy;
	enum err e;

	if (s == NULL || v == NULL)
		return err_set(ei, ERR_NOTFOUND, "There is no such field.");
	if ((e = setting_check(s, value, ei)) != ERR_OK)
		return e;
	if ((copy = try_strdup(value)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	/* A name in either case is the same host. */
	if (str_eq(key, "host"))
		str_lower(copy);
	mem_free(*v);
	*v = copy;
	return ERR_OK;
}

static size_t
problem(proxy_problem_fn fn, void *arg, const char *key, const char *text)
{
	fn(arg, key, text);
	return 1;
}

size_t
proxy_check(const struct proxy *p, proxy_problem_fn fn, void *arg)
{
	size_t n = 0;

	if (p->host[0] == '\0')
		n +=
		    problem(fn, arg, "host", "Enter the address of the proxy.");
	if (p->port[0] == '\0')
		n += problem(fn, arg, "port", "Enter the port of the proxy.");
	/* RFC 7617 2: the first colon ends the name. */
	if (strchr(p->account, ':') != NULL)
		n += problem(fn, arg, "account",
		    "A user name of Basic sign-in cannot hold a colon.");
	return n;
}

enum err
proxy_binding(
    const struct proxy *p, char *out, size_t out_size, struct errinfo *ei)
{
	char target[PART_MAX];
	struct seal_binding b;

	if (out_size < SEAL_BINDING_MAX)
		return err_set(ei, ERR_TOOBIG, "The buffer is too small.");
	if (strpbrk(p->host, ";=") != NULL)
		return err_set(
		    ei, ERR_ARG, "The address holds what no host name has.");
	if ((size_t)snprintf(target, sizeof target, "proxy:%s;port=%s", p->host,
		p->port) >= sizeof target)
		return err_set(ei, ERR_TOOBIG, "The address is too long.");
	b.record_id = RECORD;
	b.kind = RECORD;
	b.account = p->account;
	b.target = target;
	b.tls = "-";
	b.auth = "basic";
	return seal_binding_text(&b, out, ei);
}

/* Of a binding text: its three lines' values, "" where there is none. */
static void
parts_of(const char *text, char host[PART_MAX], char port[PART_MAX],
    char account[PART_MAX])
{
	static const char begin[] = "proxy:", mark[] = ";port=";
	char target[PART_MAX], *semi;

	host[0] = port[0] = '\0';
	if (!seal_binding_get(text, "account", account, PART_MAX))
		account[0] = '\0';
	if (!seal_binding_get(text, "target", target, sizeof target) ||
	    !str_has_prefix(target, begin) ||
	    (semi = strstr(target, mark)) == NULL)
		return;
	*semi = '\0';
	(void)str_copy(host, PART_MAX, target + strlen(begin));
	(void)str_copy(port, PART_MAX, semi + strlen(mark));
}

enum err
proxy_binding_diff(const struct proxy *p, struct strlist *keys)
{
	char now[SEAL_BINDING_MAX];
	char a[3][PART_MAX], b[3][PART_MAX];
	enum err e;
	size_t i;

	if (p->box.n == 0)
		return ERR_OK;
	if ((e = proxy_binding(p, now, sizeof now, NULL)) != ERR_OK)
		return e;
	if (str_eq(p->bound_to, now))
		return ERR_OK;
	parts_of(p->bound_to, a[0], a[1], a[2]);
	parts_of(now, b[0], b[1], b[2]);
	for (i = 0; i < FIELDS_N && e == ERR_OK; i++)
		if (!str_eq(a[i], b[i]))
			e = strlist_add(keys, fields[i].key);
	if (e == ERR_OK && keys->n == 0)
		e = strlist_add(keys, "password");
	return e;
}

enum err
proxy_give_box(struct proxy *p, const unsigned char *box, size_t n,
    const char *binding, struct errinfo *ei)
{
	unsigned char *copy = try_alloc(n);
	char *text = try_strdup(binding);

	if (copy == NULL || text == NULL) {
		mem_free(copy);
		mem_free(text);
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	}
	memcpy(copy, box, n);
	mem_free(p->box.p);
	mem_free(p->bound_to);
	p->box.p = copy;
	p->box.n = n;
	p->bound_to = text;
	return ERR_OK;
}

void
proxy_drop_box(struct proxy *p)
{
	mem_free(p->box.p);
	mem_free(p->bound_to);
	memset(&p->box, 0, sizeof p->box);
	p->bound_to = xstrdup("");
	p->password_set_s = 0;
}

enum err
proxy_target(const char *typed, char *host, uint32_t *port, struct errinfo *ei)
{
	char text[PROXY_HOST_MAX + 16], *s, *colon;
	uint64_t n = 0;

	if (!str_copy(text, sizeof text, typed))
		return err_set(ei, ERR_ARG, "This is too long for a server.");
	s = str_trim(text);
	str_lower(s);
	colon = strrchr(s, ':');
	/* One colon ends a name; more are of an IPv6 address. */
	if (*s == '[') {
		s++;
		colon = strchr(s, ']');
		if (colon == NULL || (colon[1] != '\0' && colon[1] != ':'))
			return err_set(ei, ERR_ARG,
			    "Write an IPv6 address as [2001:db8::1]:443.");
		*colon++ = '\0';
		colon = *colon == ':' ? colon : NULL;
	} else if (colon != NULL && strchr(s, ':') != colon) {
		colon = NULL;
	}
	if (colon != NULL) {
		*colon++ = '\0';
		if (str_to_u64(colon, 65535, &n) != ERR_OK || n == 0)
			return err_set(ei, ERR_ARG,
			    "After the colon stands a port from 1 to 65535.");
	}
	if (valid_address(s, ei) != ERR_OK)
		return ERR_ARG;
	(void)str_copy(host, PROXY_HOST_MAX, s);
	*port = (uint32_t)n;
	return ERR_OK;
}
