/* bound.c - see bound.h. */
#include "common/bound.h"

#include <string.h>

#include "common/alloc.h"
#include "common/bound_int.h"
#include "common/fingerprint.h"
#include "common/settings.h"
#include "common/str.h"

static const struct bound_row rows[BOUND__MAX] = {
    [BOUND_SYSLOG] = {.name = "syslog"},
    [BOUND_MAIL] = {"mail", "password", "mail", "host", "account", "security",
	NULL, "smtp", {"host", "port", "security", "account", NULL}, {NULL}},
    [BOUND_WEBHOOK] = {"webhook", "secret", "webhook", "url", NULL, NULL,
	"https", "hmac-sha256", {"url", NULL}, {NULL}},
    [BOUND_PRESENCE] = {"presence", "secret", "webhook", "url", NULL, NULL,
	"https", "hmac-sha256", {"url", NULL}, {NULL}},
    [BOUND_PROXY] = {"proxy", "password", "proxy", "host", "account", NULL, "-",
	"basic", {"host", "port", "account", NULL}, {NULL}},
    [BOUND_WORKSPACE] = {"workspace", "password", "workspace", "host",
	"account", "certificate", NULL, "basic",
	{"mailbox", "host", "port", "account", "certificate", "pin", NULL},
	{"mailbox", "pin", NULL}},
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
    {BOUND_WORKSPACE, "display_name", "Enter a name."},
    {BOUND_WORKSPACE, "mailbox", "Enter the room's mailbox."},
    {BOUND_WORKSPACE, "host", "Enter the address of the device."},
    {BOUND_WORKSPACE, "port", "Enter the port."},
    {BOUND_WORKSPACE, "account", "Enter the user name."},
    {BOUND_WORKSPACE, "window", "Enter the minutes."},
};

const struct bound_row *
bound_row(enum bound_kind k)
{
	return &rows[k];
}

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

bool
bound_is_pinned(const struct bound *b)
{
	const char *how = bound_get(b, "certificate");

	return how != NULL && str_eq(how, "pin");
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
	char *copy, pin[FINGERPRINT_LEN + 1];
	enum err e;

	if (s == NULL || i >= BOUND_FIELDS_MAX)
		return err_set(ei, ERR_NOTFOUND, "There is no such field.");
	if ((e = setting_check(s, value, ei)) != ERR_OK)
		return e;
	if (s->kind == SETTING_K && fingerprint_read(pin, value))
		value = pin;
	if ((copy = try_strdup(value)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	/* A name in either case is the same host, and so is a mailbox. */
	if (str_eq(key, "host") || str_eq(key, "mailbox"))
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

/* A way that is off may be half filled in; a workspace is one of many, and
 * what is half of one is none. */
static bool
may_be_half(const struct bound *b)
{
	const char *way = bound_get(b, "transport");

	if (b->kind == BOUND_WORKSPACE)
		return false;
	return !bound_is_on(b) || (way != NULL && str_eq(way, "local"));
}

size_t
bound_check(const struct bound *b, bound_problem_fn fn, void *arg)
{
	size_t i, n = 0;

	if (may_be_half(b))
		return 0;
	for (i = 0; i < sizeof needs / sizeof needs[0]; i++) {
		if (needs[i].kind != b->kind ||
		    bound_get(b, needs[i].key)[0] != '\0')
			continue;
		tell(fn, arg, needs[i].key, needs[i].text);
		n++;
	}
	if (bound_is_pinned(b) && bound_get(b, "pin")[0] == '\0') {
		tell(fn, arg, "pin", "Enter the fingerprint.");
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
