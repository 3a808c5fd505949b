/* bound_box.c - the secret of a kind of bound.h: what it is bound to, and the
 * box that it is in. */
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/bound.h"
#include "common/bound_int.h"
#include "common/seal.h"
#include "common/str.h"

#define TARGET_MAX 1200 /* bytes: an URL, or host and port and more */

/* As it counts: a fingerprint only where it is asked for. */
static const char *
value_of(const struct bound *b, const char *key)
{
	return str_eq(key, "pin") && !bound_is_pinned(b) ? ""
							 : bound_get(b, key);
}

/* "USE:PLACE", and of a kind that has them ";KEY=VALUE" for the port and
 * others. */
static enum err
target_text(const struct bound *b, char out[TARGET_MAX], struct errinfo *ei)
{
	const struct bound_row *r = bound_row(b->kind);
	const char *port = bound_get(b, "port");
	const char *place = bound_get(b, r->target_key);
	const char *v;
	size_t n, i;

	if (port != NULL && strpbrk(place, ";=") != NULL)
		return err_set(
		    ei, ERR_ARG, "The address holds what no host name has.");
	n = (size_t)snprintf(out, TARGET_MAX, "%s:%s%s%s", r->use, place,
	    port != NULL ? ";port=" : "", port != NULL ? port : "");
	for (i = 0; n < TARGET_MAX && r->more[i] != NULL; i++) {
		if (strchr(v = value_of(b, r->more[i]), ';') != NULL)
			return err_set(
			    ei, ERR_ARG, "It holds what no address has.");
		if (*v != '\0')
			n += (size_t)snprintf(
			    out + n, TARGET_MAX - n, ";%s=%s", r->more[i], v);
	}
	if (n >= TARGET_MAX)
		return err_set(ei, ERR_TOOBIG, "The address is too long.");
	return ERR_OK;
}

enum err
bound_binding(
    const struct bound *b, char *out, size_t out_size, struct errinfo *ei)
{
	const struct bound_row *r = bound_row(b->kind);
	char target[TARGET_MAX];
	struct seal_binding s;
	enum err e;

	if (out_size < SEAL_BINDING_MAX)
		return err_set(ei, ERR_TOOBIG, "The buffer is too small.");
	if (r->secret_key == NULL)
		return err_set(ei, ERR_ARG, "It has no secret.");
	if ((e = target_text(b, target, ei)) != ERR_OK)
		return e;
	s.record_id = b->id[0] != '\0' ? b->id : r->name;
	s.kind = r->use;
	s.account = r->account_key != NULL ? bound_get(b, r->account_key) : "-";
	s.target = target;
	s.tls = r->tls_key != NULL ? bound_get(b, r->tls_key) : r->tls;
	s.auth = r->auth;
	return seal_binding_text(&s, out, ei);
}

/* The part of the binding text that a field is in. */
static const char *
part_of(const struct bound_row *r, const char *key)
{
	if (r->account_key != NULL && str_eq(key, r->account_key))
		return "account";
	return r->tls_key != NULL && str_eq(key, r->tls_key) ? "tls" : "target";
}

/* Of a target, what target_text() put there. */
static void
target_value(const struct bound_row *r, const char *target, const char *key,
    char out[TARGET_MAX])
{
	const size_t n = strlen(r->use);
	char mark[32];
	const char *p;
	size_t len;

	if (strncmp(target, r->use, n) != 0 || target[n] != ':')
		return;
	if (str_eq(key, r->target_key)) {
		p = target + n + 1;
	} else {
		(void)snprintf(mark, sizeof(mark), ";%s=", key);
		if ((p = strstr(target, mark)) == NULL)
			return;
		p += strlen(mark);
	}
	/* An URL is all of the rest. */
	len = str_eq(key, "url") ? strlen(p) : strcspn(p, ";");
	memcpy(out, p, len);
	out[len] = '\0';
}

/* Of a binding text: the value of a field that it names; "" without. */
static void
bound_value(const struct bound_row *r, const char *text, const char *key,
    char out[TARGET_MAX])
{
	char part[TARGET_MAX];

	out[0] = '\0';
	if (!seal_binding_get(text, part_of(r, key), part, sizeof(part)))
		return;
	if (str_eq(part_of(r, key), "target"))
		target_value(r, part, key, out);
	else
		(void)str_copy(out, TARGET_MAX, part);
}

enum err
bound_binding_diff(const struct bound *b, struct strlist *keys)
{
	char now[SEAL_BINDING_MAX], was[TARGET_MAX];
	const struct bound_row *r = bound_row(b->kind);
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
		if (!str_eq(was, value_of(b, r->bound[i])))
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
