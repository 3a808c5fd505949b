/* bound.c - see bound.h. */
#include "common/bound.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/seal.h"
#include "common/settings.h"
#include "common/str.h"

#define TARGET_MAX 1100 /* bytes: an URL, or host and port */
#define PORT_MARK ";port="

static const struct row {
	const char *name, *secret_key;
	const char
	    *use; /* the kind of secret, and what its target begins with */
	const char *target_key; /* host, with the port behind it, or url */
	const char *account_key; /* NULL: it has none, "-" is bound */
	const char *tls_key, *tls; /* one of them */
	const char *auth;
	const char *bound[5]; /* fields that the secret is bound to */
} rows[BOUND__MAX] = {
    [BOUND_SYSLOG] = {.name = "syslog"},
    [BOUND_MAIL] = {"mail", "password", "mail", "host", "account", "security",
	NULL, "smtp", {"host", "port", "security", "account", NULL}},
    [BOUND_WEBHOOK] = {"webhook", "secret", "webhook", "url", NULL, NULL,
	"https", "hmac-sha256", {"url", NULL}},
    [BOUND_PRESENCE] = {"presence", "secret", "webhook", "url", NULL, NULL,
	"https", "hmac-sha256", {"url", NULL}},
    [BOUND_PROXY] = {"proxy", "password", "proxy", "host", "account", NULL, "-",
	"basic", {"host", "port", "account", NULL}},
};

/* What must not be empty where it is on. */
static const struct need {
	enum bound_kind kind;
	const char *key, *text;
} needs[] = {
    {BOUND_SYSLOG, "host", "Enter the syslog server."},
    {BOUND_SYSLOG, "port", "Enter the port."},
    {BOUND_MAIL, "host", "Enter the mail server."},
    {BOUND_MAIL, "port", "Enter the port."},
    {BOUND_MAIL, "sender", "Enter the address to send from."},
    {BOUND_MAIL, "recipients", "Enter who gets the mails."},
    {BOUND_WEBHOOK, "url", "Enter the address."},
    {BOUND_PRESENCE, "url", "Enter the address."},
    {BOUND_PROXY, "host", "Enter the address of the proxy."},
    {BOUND_PROXY, "port", "Enter the port of the proxy."},
};

const char *
bound_name(enum bound_kind k)
{
	return (unsigned)k < BOUND__MAX ? rows[k].name : "";
}

const char *
bound_secret_key(enum bound_kind k)
{
	return (unsigned)k < BOUND__MAX ? rows[k].secret_key : NULL;
}

/* The place of a key among the fields, BOUND_FIELDS_MAX: it is none. */
static size_t
place_of(enum bound_kind k, const char *key)
{
	const struct setting *s = NULL;
	size_t i = 0;

	while ((s = setting_next(rows[k].name, s)) != NULL) {
		if (s->kind == SETTING_P)
			continue;
		if (str_eq(s->key, key))
			return i;
		i++;
	}
	return BOUND_FIELDS_MAX;
}

void
bound_init(struct bound *b, enum bound_kind k)
{
	const struct setting *s = NULL;
	size_t i;

	memset(b, 0, sizeof *b);
	b->kind = k;
	while ((s = setting_next(rows[k].name, s)) != NULL)
		if ((i = place_of(k, s->key)) < BOUND_FIELDS_MAX)
			b->v[i] = xstrdup(s->def);
	for (i = 0; i < BOUND_FIELDS_MAX; i++)
		if (b->v[i] == NULL)
			b->v[i] = xstrdup("");
	b->bound_to = xstrdup("");
	b->changed_by = xstrdup("");
}

void
bound_clear(struct bound *b)
{
	size_t i;

	for (i = 0; i < BOUND_FIELDS_MAX; i++)
		mem_free(b->v[i]);
	mem_free(b->box.p);
	mem_free(b->bound_to);
	mem_free(b->changed_by);
	memset(b, 0, sizeof *b);
}

enum err
bound_copy(struct bound *to, const struct bound *from)
{
	struct bound b = *from;
	bool ok = true;
	size_t i;

	for (i = 0; i < BOUND_FIELDS_MAX; i++)
		ok &= (b.v[i] = try_strdup(from->v[i])) != NULL;
	ok &= (b.bound_to = try_strdup(from->bound_to)) != NULL;
	ok &= (b.changed_by = try_strdup(from->changed_by)) != NULL;
	b.box.p = NULL;
	if (from->box.n > 0 && (b.box.p = try_alloc(from->box.n)) != NULL)
		memcpy(b.box.p, from->box.p, from->box.n);
	if (!ok || (from->box.n > 0 && b.box.p == NULL)) {
		bound_clear(&b);
		return ERR_NOMEM;
	}
	*to = b;
	return ERR_OK;
}

bool
bound_is_same_box(const struct bound *a, const struct bound *b)
{
	return a->box.n == b->box.n &&
	       (a->box.n == 0 || memcmp(a->box.p, b->box.p, a->box.n) == 0);
}

bool
bound_is_same(const struct bound *a, const struct bound *b)
{
	size_t i;

	for (i = 0; i < BOUND_FIELDS_MAX; i++)
		if (!str_eq(a->v[i], b->v[i]))
			return false;
	return a->kind == b->kind && bound_is_same_box(a, b);
}

const char *
bound_box_change(const struct bound *was, const struct bound *now)
{
	if (now == NULL || now->box.n == 0)
		return was->box.n > 0 ? "unset" : NULL;
	if (was->box.n == 0)
		return "set";
	return bound_is_same_box(was, now) ? NULL : "set anew";
}

const char *
bound_get(const struct bound *b, const char *key)
{
	size_t i = place_of(b->kind, key);

	return i < BOUND_FIELDS_MAX ? b->v[i] : NULL;
}

bool
bound_is_hook(const struct bound *b)
{
	return b->kind == BOUND_WEBHOOK || b->kind == BOUND_PRESENCE;
}

bool
bound_is_on(const struct bound *b)
{
	const char *on = bound_get(b, "enabled");

	return on == NULL || str_eq(on, "yes");
}

uint32_t
bound_port(const struct bound *b)
{
	const char *port = bound_get(b, "port");
	uint64_t n = 0;

	return port != NULL && str_to_u64(port, 65535, &n) == ERR_OK
		   ? (uint32_t)n
		   : 0;
}

enum err
bound_set(
    struct bound *b, const char *key, const char *value, struct errinfo *ei)
{
	const struct setting *s = setting_find(bound_name(b->kind), key);
	size_t i = place_of(b->kind, key);
	char *copy;
	enum err e;

	if (s == NULL || i >= BOUND_FIELDS_MAX)
		return err_set(ei, ERR_NOTFOUND, "There is no such field.");
	if ((e = setting_check(s, value, ei)) != ERR_OK)
		return e;
	if ((copy = try_strdup(value)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	/* A name in either case is the same host. */
	if (str_eq(key, "host"))
		str_lower(copy);
	mem_free(b->v[i]);
	b->v[i] = copy;
	return ERR_OK;
}

/* -- rules -- */

static void
tell(bound_problem_fn fn, void *arg, const char *key, const char *text)
{
	if (fn != NULL)
		fn(arg, key, text);
}

/* A way that is off may be half filled in. */
size_t
bound_check(const struct bound *b, bound_problem_fn fn, void *arg)
{
	const char *way = bound_get(b, "transport");
	size_t i, n = 0;

	if (!bound_is_on(b) || (way != NULL && str_eq(way, "local")))
		return 0;
	for (i = 0; i < sizeof needs / sizeof needs[0]; i++) {
		if (needs[i].kind != b->kind ||
		    bound_get(b, needs[i].key)[0] != '\0')
			continue;
		tell(fn, arg, needs[i].key, needs[i].text);
		n++;
	}
	/* RFC 7617 2: the first colon ends the name. */
	if (rows[b->kind].auth != NULL && str_eq(rows[b->kind].auth, "basic") &&
	    strchr(bound_get(b, "account"), ':') != NULL) {
		tell(fn, arg, "account",
		    "A user name of Basic sign-in cannot hold a colon.");
		n++;
	}
	return n;
}

bool
bound_is_good(const struct bound *b)
{
	return bound_check(b, NULL, NULL) == 0;
}

bool
bound_is_nameless(const struct bound *b)
{
	const char *key = rows[b->kind].account_key;

	return key != NULL && bound_get(b, key)[0] == '\0';
}

bool
bound_wants_secret(const struct bound *b)
{
	if (rows[b->kind].secret_key == NULL || bound_is_nameless(b))
		return false;
	return rows[b->kind].account_key != NULL || bound_is_on(b);
}

/* -- what the secret is bound to -- */

enum err
bound_binding(
    const struct bound *b, char *out, size_t out_size, struct errinfo *ei)
{
	const struct row *r = &rows[b->kind];
	const char *port = bound_get(b, "port"), *place;
	char target[TARGET_MAX];
	struct seal_binding s;
	int n;

	if (out_size < SEAL_BINDING_MAX)
		return err_set(ei, ERR_TOOBIG, "The buffer is too small.");
	if (r->secret_key == NULL)
		return err_set(ei, ERR_ARG, "It has no secret.");
	place = bound_get(b, r->target_key);
	if (port != NULL && strpbrk(place, ";=") != NULL)
		return err_set(
		    ei, ERR_ARG, "The address holds what no host name has.");
	n = snprintf(target, sizeof target, "%s:%s%s%s", r->use, place,
	    port != NULL ? PORT_MARK : "", port != NULL ? port : "");
	if (n < 0 || (size_t)n >= sizeof target)
		return err_set(ei, ERR_TOOBIG, "The address is too long.");
	s.record_id = r->name;
	s.kind = r->use;
	s.account = r->account_key != NULL ? bound_get(b, r->account_key) : "-";
	s.target = target;
	s.tls = r->tls_key != NULL ? bound_get(b, r->tls_key) : r->tls;
	s.auth = r->auth;
	return seal_binding_text(&s, out, ei);
}

/* The part of the binding text that a field is in. */
static const char *
part_of(const struct row *r, const char *key)
{
	if (r->account_key != NULL && str_eq(key, r->account_key))
		return "account";
	return r->tls_key != NULL && str_eq(key, r->tls_key) ? "tls" : "target";
}

/* Of a binding text: the value of a field that it names; "" without. */
static void
bound_value(const struct row *r, const char *text, const char *key,
    char out[TARGET_MAX])
{
	const size_t n = strlen(r->use);
	char part[TARGET_MAX], *host = part + n + 1, *port;

	out[0] = '\0';
	if (!seal_binding_get(text, part_of(r, key), part, sizeof(part)))
		return;
	if (!str_eq(part_of(r, key), "target")) {
		(void)str_copy(out, TARGET_MAX, part);
		return;
	}
	if (strncmp(part, r->use, n) != 0 || part[n] != ':')
		return;
	port = str_eq(key, "url") ? NULL : strstr(host, PORT_MARK);
	if (str_eq(key, "url")) {
		(void)str_copy(out, TARGET_MAX, host);
	} else if (port != NULL) {
		*port = '\0';
		(void)str_copy(out, TARGET_MAX,
		    str_eq(key, "port") ? port + strlen(PORT_MARK) : host);
	}
}

enum err
bound_binding_diff(const struct bound *b, struct strlist *keys)
{
	char now[SEAL_BINDING_MAX], was[TARGET_MAX];
	const struct row *r = &rows[b->kind];
	enum err e;
	size_t i;

	if (b->box.n == 0)
		return ERR_OK;
	if ((e = bound_binding(b, now, sizeof now, NULL)) != ERR_OK)
		return e;
	if (str_eq(b->bound_to, now))
		return ERR_OK;
	for (i = 0; r->bound[i] != NULL && e == ERR_OK; i++) {
		bound_value(r, b->bound_to, r->bound[i], was);
		if (!str_eq(was, bound_get(b, r->bound[i])))
			e = strlist_add(keys, r->bound[i]);
	}
	if (e == ERR_OK && keys->n == 0)
		e = strlist_add(keys, r->secret_key);
	return e;
}

enum err
bound_give_box(struct bound *b, const unsigned char *box, size_t n,
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
	mem_free(b->box.p);
	mem_free(b->bound_to);
	b->box.p = copy;
	b->box.n = n;
	b->bound_to = text;
	return ERR_OK;
}

void
bound_drop_box(struct bound *b)
{
	mem_free(b->box.p);
	mem_free(b->bound_to);
	memset(&b->box, 0, sizeof b->box);
	b->bound_to = xstrdup("");
	b->secret_set_s = 0;
}
