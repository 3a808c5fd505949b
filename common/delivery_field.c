/* delivery_field.c - the ways of sending alarms as fields, and what their
 * secrets are bound to; see store_delivery.h.  Pure. */
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/seal.h"
#include "common/settings.h"
#include "common/store_delivery.h"
#include "common/str.h"

#define TARGET_MAX 1100 /* bytes: an URL, or host and port */

static const struct {
	const char *name, *secret_key;
	const char *bound[5]; /* fields that the secret is bound to */
} rows[DELIVERY__MAX] = {
    [DELIVERY_SYSLOG] = {"syslog", NULL, {NULL}},
    [DELIVERY_MAIL] = {"mail", "password",
	{"host", "port", "security", "account", NULL}},
    [DELIVERY_WEBHOOK] = {"webhook", "secret", {"url", NULL}},
    [DELIVERY_PRESENCE] = {"presence", "secret", {"url", NULL}},
};

const char *
delivery_name(enum delivery_channel ch)
{
	return (unsigned)ch < DELIVERY__MAX ? rows[ch].name : "";
}

enum delivery_channel
delivery_channel_of(const char *name)
{
	unsigned i;

	for (i = 0; i < DELIVERY__MAX; i++)
		if (str_eq(rows[i].name, name))
			break;
	return (enum delivery_channel)i;
}

const char *
delivery_secret_key(enum delivery_channel ch)
{
	return (unsigned)ch < DELIVERY__MAX ? rows[ch].secret_key : NULL;
}

/* The place of a key among the fields, DELIVERY_FIELDS_MAX: it is none. */
static size_t
place_of(enum delivery_channel ch, const char *key)
{
	const struct setting *s = NULL;
	size_t i = 0;

	while ((s = setting_next(rows[ch].name, s)) != NULL) {
		if (s->kind == SETTING_P)
			continue;
		if (str_eq(s->key, key))
			return i;
		i++;
	}
	return DELIVERY_FIELDS_MAX;
}

void
delivery_init(struct delivery *d, enum delivery_channel ch)
{
	const struct setting *s = NULL;
	size_t i;

	memset(d, 0, sizeof *d);
	d->ch = ch;
	while ((s = setting_next(rows[ch].name, s)) != NULL)
		if ((i = place_of(ch, s->key)) < DELIVERY_FIELDS_MAX)
			d->v[i] = xstrdup(s->def);
	for (i = 0; i < DELIVERY_FIELDS_MAX; i++)
		if (d->v[i] == NULL)
			d->v[i] = xstrdup("");
	d->bound_to = xstrdup("");
	d->changed_by = xstrdup("");
}

void
delivery_clear(struct delivery *d)
{
	size_t i;

	for (i = 0; i < DELIVERY_FIELDS_MAX; i++)
		mem_free(d->v[i]);
	mem_free(d->box.p);
	mem_free(d->bound_to);
	mem_free(d->changed_by);
	memset(d, 0, sizeof *d);
}

enum err
delivery_copy(struct delivery *to, const struct delivery *from)
{
	struct delivery d = *from;
	bool ok = true;
	size_t i;

	for (i = 0; i < DELIVERY_FIELDS_MAX; i++)
		ok &= (d.v[i] = try_strdup(from->v[i])) != NULL;
	ok &= (d.bound_to = try_strdup(from->bound_to)) != NULL;
	ok &= (d.changed_by = try_strdup(from->changed_by)) != NULL;
	d.box.p = NULL;
	if (from->box.n > 0 && (d.box.p = try_alloc(from->box.n)) != NULL)
		memcpy(d.box.p, from->box.p, from->box.n);
	if (!ok || (from->box.n > 0 && d.box.p == NULL)) {
		delivery_clear(&d);
		return ERR_NOMEM;
	}
	*to = d;
	return ERR_OK;
}

bool
delivery_is_same(const struct delivery *a, const struct delivery *b)
{
	size_t i;

	for (i = 0; i < DELIVERY_FIELDS_MAX; i++)
		if (!str_eq(a->v[i], b->v[i]))
			return false;
	return a->ch == b->ch && a->box.n == b->box.n &&
	       (a->box.n == 0 || memcmp(a->box.p, b->box.p, a->box.n) == 0);
}

const char *
delivery_get(const struct delivery *d, const char *key)
{
	size_t i = place_of(d->ch, key);

	return i < DELIVERY_FIELDS_MAX ? d->v[i] : NULL;
}

bool
delivery_is_hook(const struct delivery *d)
{
	return d->ch == DELIVERY_WEBHOOK || d->ch == DELIVERY_PRESENCE;
}

bool
delivery_is_on(const struct delivery *d)
{
	return str_eq(delivery_get(d, "enabled"), "yes");
}

uint32_t
delivery_port(const struct delivery *d)
{
	const char *port = delivery_get(d, "port");
	uint64_t n = 0;

	return port != NULL && str_to_u64(port, 65535, &n) == ERR_OK
		   ? (uint32_t)n
		   : 0;
}

enum err
delivery_set(
    struct delivery *d, const char *key, const char *value, struct errinfo *ei)
{
	const struct setting *s = setting_find(delivery_name(d->ch), key);
	size_t i = place_of(d->ch, key);
	char *copy;
	enum err e;

	if (s == NULL || i >= DELIVERY_FIELDS_MAX)
		return err_set(ei, ERR_NOTFOUND, "There is no such field.");
	if ((e = setting_check(s, value, ei)) != ERR_OK)
		return e;
	if ((copy = try_strdup(value)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	/* A name in either case is the same host. */
	if (str_eq(key, "host"))
		str_lower(copy);
	mem_free(d->v[i]);
	d->v[i] = copy;
	return ERR_OK;
}

static size_t
need(const struct delivery *d, const char *key, const char *text,
    delivery_problem_fn fn, void *arg)
{
	if (delivery_get(d, key)[0] != '\0')
		return 0;
	fn(arg, key, text);
	return 1;
}

/* A way that is off may be half filled in. */
size_t
delivery_check(const struct delivery *d, delivery_problem_fn fn, void *arg)
{
	size_t n = 0;

	if (!delivery_is_on(d))
		return 0;
	if (delivery_is_hook(d))
		return need(d, "url", "Enter the address.", fn, arg);
	if (d->ch == DELIVERY_SYSLOG) {
		if (str_eq(delivery_get(d, "transport"), "local"))
			return 0;
		n += need(d, "host", "Enter the syslog server.", fn, arg);
		return n + need(d, "port", "Enter the port.", fn, arg);
	}
	n += need(d, "host", "Enter the mail server.", fn, arg);
	n += need(d, "port", "Enter the port.", fn, arg);
	n += need(d, "sender", "Enter the address to send from.", fn, arg);
	return n + need(d, "recipients", "Enter who gets the mails.", fn, arg);
}

bool
delivery_wants_secret(const struct delivery *d)
{
	if (delivery_is_hook(d))
		return delivery_is_on(d);
	return d->ch == DELIVERY_MAIL && delivery_get(d, "account")[0] != '\0';
}

enum err
delivery_binding(
    const struct delivery *d, char *out, size_t out_size, struct errinfo *ei)
{
	char target[TARGET_MAX];
	struct seal_binding b;
	int n;

	if (out_size < SEAL_BINDING_MAX)
		return err_set(ei, ERR_TOOBIG, "The buffer is too small.");
	b.record_id = b.kind = delivery_name(d->ch);
	if (delivery_is_hook(d))
		b.kind = delivery_name(DELIVERY_WEBHOOK);
	b.target = target;
	if (d->ch == DELIVERY_MAIL) {
		n = snprintf(target, sizeof target, "mail:%s;port=%s",
		    delivery_get(d, "host"), delivery_get(d, "port"));
		b.account = delivery_get(d, "account");
		b.tls = delivery_get(d, "security");
		b.auth = "smtp";
	} else if (delivery_is_hook(d)) {
		n = snprintf(target, sizeof target, "webhook:%s",
		    delivery_get(d, "url"));
		b.account = "-";
		b.tls = "https";
		b.auth = "hmac-sha256";
	} else {
		return err_set(ei, ERR_ARG, "It has no secret.");
	}
	if (n < 0 || (size_t)n >= sizeof target)
		return err_set(ei, ERR_TOOBIG, "The address is too long.");
	return seal_binding_text(&b, out, ei);
}

/* Of a binding text: the value of a field that it names; "" without. */
static void
bound_value(const char *text, const char *key, char out[TARGET_MAX])
{
	static const char mark[] = ";port=";
	char target[TARGET_MAX] = "", *semi;

	out[0] = '\0';
	if (str_eq(key, "account") || str_eq(key, "security")) {
		if (!seal_binding_get(text,
			str_eq(key, "security") ? "tls" : key, out, TARGET_MAX))
			out[0] = '\0';
		return;
	}
	if (!seal_binding_get(text, "target", target, sizeof target))
		return;
	if (str_eq(key, "url") && str_has_prefix(target, "webhook:"))
		(void)str_copy(out, TARGET_MAX, target + strlen("webhook:"));
	if (!str_has_prefix(target, "mail:") ||
	    (semi = strstr(target, mark)) == NULL)
		return;
	*semi = '\0';
	if (str_eq(key, "host"))
		(void)str_copy(out, TARGET_MAX, target + strlen("mail:"));
	else if (str_eq(key, "port"))
		(void)str_copy(out, TARGET_MAX, semi + strlen(mark));
}

enum err
delivery_binding_diff(const struct delivery *d, struct strlist *keys)
{
	char now[SEAL_BINDING_MAX], was[TARGET_MAX];
	enum err e;
	size_t i;

	if (d->box.n == 0)
		return ERR_OK;
	if ((e = delivery_binding(d, now, sizeof now, NULL)) != ERR_OK)
		return e;
	if (str_eq(d->bound_to, now))
		return ERR_OK;
	for (i = 0; rows[d->ch].bound[i] != NULL && e == ERR_OK; i++) {
		const char *key = rows[d->ch].bound[i];

		bound_value(d->bound_to, key, was);
		if (!str_eq(was, delivery_get(d, key)))
			e = strlist_add(keys, key);
	}
	if (e == ERR_OK && keys->n == 0)
		e = strlist_add(keys, delivery_secret_key(d->ch));
	return e;
}

enum err
delivery_give_box(struct delivery *d, const unsigned char *box, size_t n,
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
	mem_free(d->box.p);
	mem_free(d->bound_to);
	d->box.p = copy;
	d->box.n = n;
	d->bound_to = text;
	return ERR_OK;
}

void
delivery_drop_box(struct delivery *d)
{
	mem_free(d->box.p);
	mem_free(d->bound_to);
	memset(&d->box, 0, sizeof d->box);
	d->bound_to = xstrdup("");
	d->secret_set_s = 0;
}
