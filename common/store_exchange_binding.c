/* store_exchange_binding.c - what the password of a record was entered for,
 * as one canonical text (seal.h), and how two such texts differ.
 *
 * The target is "direct:ADDRESS" or "autodiscover:ad=..;mail=..;scp=..;
 * query=..", with ";dc=.." where a domain controller is named, followed by
 * ";type=..;proxy=..".  What the chosen discovery
 * does not use is left out or "-", so that touching it asks for nothing. */
#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/query_mode.h"
#include "common/seal.h"
#include "common/store_exchange.h"
#include "common/str.h"

#define PART_MAX 1024 /* bytes of one part of a binding text */

static const char *
yes_no(bool v)
{
	return v ? "yes" : "no";
}

/* The parts are joined by ";" and "=": a value cannot hold them. */
static const char *
value_of(char *out, size_t size, const char *v)
{
	if (v == NULL || v[0] == '\0')
		v = "-";
	if (strpbrk(v, ";=") != NULL || !str_copy(out, size, v))
		return NULL;
	str_lower(out);
	return out;
}

static const char *
mail_domain(const char *email)
{
	const char *at = strrchr(email, '@');

	return at == NULL ? "" : at + 1;
}

static enum err
target_of(const struct exchange *x, char *out, size_t size, struct errinfo *ei)
{
	char ad[PART_MAX], mail[PART_MAX], host[PART_MAX], type[PART_MAX];
	char dc[PART_MAX];
	bool direct = str_eq(x->discovery, "direct");
	bool has_dc = x->scp_enabled && *x->ad_server != '\0';
	const char *query =
	    x->scp_enabled ? query_mode_bound(query_mode_parse(x->query_mode))
			   : "-";
	int n;

	if (value_of(ad, sizeof ad, x->ad_domain) == NULL ||
	    value_of(mail, sizeof mail, mail_domain(x->email)) == NULL ||
	    value_of(host, sizeof host, x->address) == NULL ||
	    value_of(dc, sizeof dc, x->ad_server) == NULL ||
	    value_of(type, sizeof type, x->type) == NULL)
		return err_set(ei, ERR_ARG,
		    "An address or a domain holds a character that is not "
		    "allowed.");
	if (direct)
		n = snprintf(out, size, "direct:%s", host);
	else
		n = snprintf(out, size,
		    "autodiscover:ad=%s;mail=%s;scp=%s;query=%s%s%s", ad, mail,
		    yes_no(x->scp_enabled), query, has_dc ? ";dc=" : "",
		    has_dc ? dc : "");
	if (n < 0 || (size_t)n >= size)
		return err_set(ei, ERR_TOOBIG, "The target is too long.");
	out += n;
	size -= (size_t)n;
	n = snprintf(
	    out, size, ";type=%s;proxy=%s", type, yes_no(x->use_proxy));
	if (n < 0 || (size_t)n >= size)
		return err_set(ei, ERR_TOOBIG, "The target is too long.");
	return ERR_OK;
}

enum err
exchange_binding(
    const struct exchange *x, char *out, size_t out_size, struct errinfo *ei)
{
	char target[SEAL_BINDING_MAX], tls[64], auth[32];
	struct seal_binding b;
	bool uses_ldap;
	enum err e;

	if (out_size < SEAL_BINDING_MAX)
		return err_set(ei, ERR_TOOBIG, "The buffer is too small.");
	if ((e = target_of(x, target, sizeof target, ei)) != ERR_OK)
		return e;
	uses_ldap = !str_eq(x->discovery, "direct") && x->scp_enabled;
	snprintf(tls, sizeof tls, "https=%s;ldap=%s", yes_no(x->tls_verify),
	    uses_ldap ? yes_no(x->ldap_tls_verify) : "-");
	/* Each has its comma; the last one goes. */
	snprintf(auth, sizeof auth, "%s%s%s",
	    x->auth_kerberos ? "kerberos," : "", x->auth_ntlm ? "ntlm," : "",
	    x->auth_basic ? "basic," : "");
	if (*auth != '\0')
		auth[strlen(auth) - 1] = '\0';
	b.record_id = x->id;
	b.kind = "exchange";
	b.account = x->account;
	b.target = target;
	b.tls = tls;
	b.auth = auth;
	return seal_binding_text(&b, out, ei);
}

/* The value of a line of a binding text; "" where none. */
static void
line_of(const char *text, const char *name, char *out, size_t size)
{
	if (!seal_binding_get(text, name, out, size))
		out[0] = '\0';
}

/* The part "name=value" of a line; with name NULL the part in front, which
 * has no name. */
static void
part_of(const char *line, const char *name, char *out, size_t size)
{
	size_t len, n;

	out[0] = '\0';
	if (name == NULL) {
		len = strcspn(line, ";");
		snprintf(out, size, "%.*s", (int)len, line);
		return;
	}
	n = strlen(name);
	for (;;) {
		len = strcspn(line, ";");
		if (strncmp(line, name, n) == 0 && line[n] == '=') {
			snprintf(out, size, "%.*s", (int)(len - n - 1),
			    line + n + 1);
			return;
		}
		if (line[len] == '\0')
			return;
		line += len + 1;
	}
}

/* Where each field of the form stands in a binding text.  A `dash` field
 * that one side does not use has not been changed by itself. */
static const struct bound_field {
	const char *key, *line, *part;
	bool dash;
} bound_fields[] = {
    {"account", "account", NULL, false},
    {"address", "direct", NULL, false},
    {"ad_domain", "autodiscover", "ad", false},
    {"email", "autodiscover", "mail", false},
    {"scp_enabled", "autodiscover", "scp", false},
    {"query_mode", "autodiscover", "query", true},
    {"ad_server", "autodiscover", "dc", false},
    {"type", "target", "type", false},
    {"use_proxy", "target", "proxy", false},
    {"tls_verify", "tls", "https", false},
    {"ldap_tls_verify", "tls", "ldap", true},
};

#define BOUND_N (sizeof bound_fields / sizeof bound_fields[0])

struct parsed {
	char discovery[PART_MAX], record[PART_MAX], kind[PART_MAX];
	char auth[PART_MAX];
	char v[BOUND_N][PART_MAX];
};

static void
parse(const char *text, struct parsed *p)
{
	char line[SEAL_BINDING_MAX], rest[SEAL_BINDING_MAX];
	const struct bound_field *f;
	char *colon;
	size_t i;

	memset(p, 0, sizeof *p);
	line_of(text, "record", p->record, sizeof p->record);
	line_of(text, "kind", p->kind, sizeof p->kind);
	line_of(text, "auth", p->auth, sizeof p->auth);
	line_of(text, "target", line, sizeof line);
	rest[0] = '\0';
	if ((colon = strchr(line, ':')) != NULL) {
		*colon = '\0';
		str_copy(p->discovery, sizeof p->discovery, line);
		str_copy(rest, sizeof rest, colon + 1);
	}
	for (i = 0; i < BOUND_N; i++) {
		f = &bound_fields[i];
		if (str_eq(f->line, "account")) {
			line_of(text, "account", p->v[i], PART_MAX);
		} else if (str_eq(f->line, "tls")) {
			line_of(text, "tls", line, sizeof line);
			part_of(line, f->part, p->v[i], PART_MAX);
		} else if (str_eq(f->line, "target") ||
			   str_eq(f->line, p->discovery)) {
			part_of(rest, f->part, p->v[i], PART_MAX);
		}
	}
}

static bool
auth_has(const struct parsed *p, const char *word)
{
	return strstr(p->auth, word) != NULL;
}

static bool
field_differs(const struct parsed *a, const struct parsed *b, size_t i)
{
	const struct bound_field *f = &bound_fields[i];
	bool of_discovery =
	    str_eq(f->line, "direct") || str_eq(f->line, "autodiscover");

	if (of_discovery && !str_eq(a->discovery, b->discovery))
		return false;
	if (f->dash && (str_eq(a->v[i], "-") || str_eq(b->v[i], "-")))
		return false;
	return !str_eq(a->v[i], b->v[i]);
}

enum err
exchange_binding_diff(const struct exchange *x, struct strlist *keys)
{
	char now[SEAL_BINDING_MAX];
	struct parsed a, b;
	size_t i;
	enum err e;

	if (x->box.n == 0)
		return ERR_OK;
	if ((e = exchange_binding(x, now, sizeof now, NULL)) != ERR_OK)
		return e;
	if (str_eq(x->bound_to, now))
		return ERR_OK;
	parse(x->bound_to, &a);
	parse(now, &b);
	/* Another record's box, or one without a text: no field explains
	 * it, the password does. */
	if (!str_eq(a.record, b.record) || !str_eq(a.kind, b.kind))
		return strlist_add(keys, "password");
	for (i = 0; i < BOUND_N && e == ERR_OK; i++)
		if (field_differs(&a, &b, i))
			e = strlist_add(keys, bound_fields[i].key);
	if (e == ERR_OK && !str_eq(a.discovery, b.discovery))
		e = strlist_add(keys, "discovery");
	if (e == ERR_OK && auth_has(&a, "kerberos") != auth_has(&b, "kerberos"))
		e = strlist_add(keys, "auth_kerberos");
	if (e == ERR_OK && auth_has(&a, "ntlm") != auth_has(&b, "ntlm"))
		e = strlist_add(keys, "auth_ntlm");
	if (e == ERR_OK && auth_has(&a, "basic") != auth_has(&b, "basic"))
		e = strlist_add(keys, "auth_basic");
	if (e == ERR_OK && keys->n == 0)
		e = strlist_add(keys, "password");
	return e;
}
