#include "common/confer.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/seal.h"
#include "common/settings.h"
#include "common/str.h"

#define NAME "display_name"
#define PORT "port" /* of the server, where the type has one */
#define PART_MAX 512 /* bytes of one part of a binding text */

static const struct confer_type types[] = {
#define CONFER_TYPE(                                                        \
    type, label, host_key, host, account_key, domain_key, auth, need, help) \
	{#type, label, host_key, host, account_key, domain_key, auth, need, \
	    help},
#include "common/confer_type.def"
#undef CONFER_TYPE
};

const struct confer_type *
confer_type_at(size_t i)
{
	return i < sizeof(types) / sizeof(types[0]) ? &types[i] : NULL;
}

const struct confer_type *
confer_type_find(const char *type)
{
	const struct confer_type *t;
	size_t i;

	for (i = 0; (t = confer_type_at(i)) != NULL; i++)
		if (str_eq(t->type, type))
			return t;
	return NULL;
}

bool
confer_type_needs(const struct confer_type *t, const char *key)
{
	size_t n = strlen(key), len;
	const char *p = t->need;

	for (;; p += len + 1) {
		len = strcspn(p, "|");
		if (len == n && strncmp(p, key, n) == 0)
			return true;
		if (p[len] == '\0')
			return false;
	}
}

void
confer_init(struct confer *c, const struct confer_type *t)
{
	const struct setting *s = NULL;

	memset(c, 0, sizeof(*c));
	c->type = t;
	str_random_hex(c->id, CONFER_ID_LEN / 2);
	c->changed_by = xstrdup("");
	/* A test counts the rows of each type. */
	while ((s = setting_next(t->type, s)) != NULL &&
	       c->n < CONFER_FIELDS_MAX) {
		c->v[c->n].row = s;
		c->v[c->n].value = xstrdup(s->def);
		c->v[c->n].bound_to = xstrdup("");
		c->n++;
	}
}

void
confer_clear(struct confer *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		mem_free(c->v[i].value);
		mem_free(c->v[i].bound_to);
		mem_free(c->v[i].box.p);
	}
	mem_free(c->changed_by);
	memset(c, 0, sizeof(*c));
}

static enum err
copy_field(struct confer_field *to, const struct confer_field *from)
{
	to->row = from->row;
	to->set_s = from->set_s;
	to->value = try_strdup(from->value);
	to->bound_to = try_strdup(from->bound_to);
	if (from->box.n > 0 && (to->box.p = try_alloc(from->box.n)) != NULL) {
		memcpy(to->box.p, from->box.p, from->box.n);
		to->box.n = from->box.n;
	}
	return to->value == NULL || to->bound_to == NULL ||
		       to->box.n != from->box.n
		   ? ERR_NOMEM
		   : ERR_OK;
}

enum err
confer_copy(struct confer *to, const struct confer *from)
{
	struct confer c = *from;
	enum err e = ERR_OK;
	size_t i;

	memset(c.v, 0, sizeof(c.v));
	for (i = 0; i < from->n; i++)
		if (copy_field(&c.v[i], &from->v[i]) != ERR_OK)
			e = ERR_NOMEM;
	if ((c.changed_by = try_strdup(from->changed_by)) == NULL)
		e = ERR_NOMEM;
	if (e != ERR_OK) {
		confer_clear(&c);
		return e;
	}
	*to = c;
	return ERR_OK;
}

bool
confer_is_same(const struct confer *a, const struct confer *b)
{
	size_t i;

	if (a->type != b->type || a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++) {
		const struct confer_field *x = &a->v[i], *y = &b->v[i];

		if (!str_eq(x->value, y->value) || x->box.n != y->box.n ||
		    (x->box.n > 0 && memcmp(x->box.p, y->box.p, x->box.n) != 0))
			return false;
	}
	return true;
}

struct confer_field *
confer_field(const struct confer *c, const char *key)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		if (str_eq(c->v[i].row->key, key))
			return (struct confer_field *)(uintptr_t)&c->v[i];
	return NULL;
}

const char *
confer_get(const struct confer *c, const char *key)
{
	const struct confer_field *f = confer_field(c, key);

	return f == NULL ? "" : f->value;
}

const char *
confer_name(const struct confer *c)
{
	return confer_get(c, NAME);
}

enum err
confer_set(
    struct confer *c, const char *key, const char *value, struct errinfo *ei)
{
	struct confer_field *f = confer_field(c, key);
	char *copy;
	enum err e;

	if (f == NULL || f->row->kind == SETTING_P)
		return err_set(ei, ERR_NOTFOUND, "There is no such field.");
	if ((e = setting_check(f->row, value, ei)) != ERR_OK)
		return e;
	if (f->row->kind == SETTING_R &&
	    (e = confer_rooms_check(value, ei)) != ERR_OK)
		return e;
	if ((copy = try_strdup(value)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	/* A name in either case is the same host. */
	if (f->row->kind == SETTING_H)
		str_lower(copy);
	mem_free(f->value);
	f->value = copy;
	return ERR_OK;
}

size_t
confer_check(const struct confer *c,
    bool (*secret_given)(void *arg, const char *key), confer_problem_fn fn,
    void *arg)
{
	char text[ERRINFO_MAX];
	size_t i, n = 0;

	for (i = 0; i < c->n; i++) {
		const struct confer_field *f = &c->v[i];
		bool is_secret = f->row->kind == SETTING_P;
		bool there =
		    is_secret ? f->box.n > 0 || secret_given(arg, f->row->key)
			      : f->value[0] != '\0';

		if (there || !confer_type_needs(c->type, f->row->key))
			continue;
		(void)snprintf(text, sizeof(text),
		    "Enter this; a service of %s needs it.", c->type->label);
		fn(arg, f->row->key, text);
		n++;
	}
	if (c->type->domain_key[0] != '\0' &&
	    strpbrk(confer_get(c, c->type->account_key), "\\@") != NULL) {
		fn(arg, c->type->account_key,
		    "Enter the bare user name; the domain has a field of its "
		    "own.");
		n++;
	}
	return n;
}

const char *
confer_host(const struct confer *c)
{
	return c->type->host_key[0] != '\0' ? confer_get(c, c->type->host_key)
					    : c->type->host;
}

enum err
confer_account(
    const struct confer *c, char *out, size_t size, struct errinfo *ei)
{
	const char *account = confer_get(c, c->type->account_key);
	const char *domain = c->type->domain_key[0] == '\0'
				 ? ""
				 : confer_get(c, c->type->domain_key);
	int n = domain[0] == '\0'
		    ? snprintf(out, size, "%s", account)
		    : snprintf(out, size, "%s\\%s", domain, account);

	if (n < 0 || (size_t)n >= size)
		return err_set(ei, ERR_TOOBIG, "The user name is too long.");
	return ERR_OK;
}

enum err
confer_binding(const struct confer *c, const char *key, char *out, size_t size,
    struct errinfo *ei)
{
	char target[PART_MAX], account[PART_MAX];
	const char *host = confer_host(c), *port = confer_get(c, PORT);
	bool has_port = port[0] != '\0' && !str_eq(port, "443");
	struct seal_binding b;
	enum err e;

	if (size < SEAL_BINDING_MAX)
		return err_set(ei, ERR_TOOBIG, "The buffer is too small.");
	if (strpbrk(host, ";=") != NULL)
		return err_set(
		    ei, ERR_ARG, "The address holds what no host name has.");
	if ((e = confer_account(c, account, sizeof(account), ei)) != ERR_OK)
		return e;
	if ((size_t)snprintf(target, sizeof(target),
		"service:%s%s%s;type=%s;field=%s", host,
		has_port ? ";port=" : "", has_port ? port : "", c->type->type,
		key) >= sizeof(target))
		return err_set(ei, ERR_TOOBIG, "The address is too long.");
	b.record_id = c->id;
	b.kind = "conferencing";
	b.account = account;
	b.target = target;
	b.tls = "https=yes"; /* nothing else is ever accepted */
	b.auth = c->type->auth;
	return seal_binding_text(&b, out, ei);
}

bool
confer_is_bound(const struct confer *c, const char *key)
{
	const struct confer_field *f = confer_field(c, key);
	char now[SEAL_BINDING_MAX];

	return f != NULL && f->box.n > 0 &&
	       confer_binding(c, key, now, sizeof(now), NULL) == ERR_OK &&
	       str_eq(now, f->bound_to);
}

bool
confer_binds(const struct confer *c, const char *key)
{
	return str_eq(key, c->type->host_key) || str_eq(key, PORT) ||
	       str_eq(key, c->type->account_key) ||
	       str_eq(key, c->type->domain_key);
}

enum err
confer_give_box(struct confer *c, const char *key, const unsigned char *box,
    size_t n, int64_t now_s, struct errinfo *ei)
{
	struct confer_field *f = confer_field(c, key);
	char binding[SEAL_BINDING_MAX];
	unsigned char *copy;
	char *text;
	enum err e;

	if (f == NULL || f->row->kind != SETTING_P || n == 0)
		return err_set(ei, ERR_NOTFOUND, "There is no such secret.");
	e = confer_binding(c, key, binding, sizeof(binding), ei);
	if (e != ERR_OK)
		return e;
	copy = try_alloc(n);
	text = try_strdup(binding);
	if (copy == NULL || text == NULL) {
		mem_free(copy);
		mem_free(text);
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	}
	memcpy(copy, box, n);
	mem_free(f->box.p);
	mem_free(f->bound_to);
	f->box.p = copy;
	f->box.n = n;
	f->bound_to = text;
	f->set_s = now_s;
	return ERR_OK;
}
