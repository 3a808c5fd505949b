/* ldap_filter.c - see ldap_filter.h. */
#include "common/ldap_filter.h"

#include <stdbool.h>
#include <string.h>

#include "common/str.h"

struct reader {
	const char *start, *p;
	unsigned items;
	struct errinfo *ei;
};

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Characters, since that is what a person counts; s is UTF-8. */
static enum err
fail(const struct reader *r, const char *what)
{
	const char *p;
	size_t n = 1;

	for (p = r->start; p < r->p; p++)
		if (((unsigned char)*p & 0xc0) != 0x80)
			n++;
	return err_set(r->ei, ERR_ARG, "At character %zu: %s", n, what);
}

/* Bytes of a name at p: keystring or dotted numbers, then options. */
static size_t
attr_len(const char *p)
{
	size_t n = 0, at;

	if (is_alpha(p[0])) {
		while (is_alpha(p[n]) || is_digit(p[n]) || p[n] == '-')
			n++;
	} else {
		while (is_digit(p[n]) ||
		       (p[n] == '.' && n > 0 && is_digit(p[n - 1]) &&
			   is_digit(p[n + 1])))
			n++;
	}
	while (n > 0 && p[n] == ';') {
		for (at = n + 1;
		     is_alpha(p[at]) || is_digit(p[at]) || p[at] == '-';)
			at++;
		if (at == n + 1)
			return 0;
		n = at;
	}
	return n;
}

static enum err
read_value(struct reader *r)
{
	for (; *r->p != ')'; r->p++) {
		if (*r->p == '\0')
			return fail(r, "a bracket is missing.");
		if (*r->p == '(')
			return fail(r,
			    "a bracket in a value is written as \\28 or \\29.");
		if (*r->p != '\\')
			continue;
		if (!is_hex(r->p[1]) || !is_hex(r->p[2]))
			return fail(r,
			    "behind a backslash stand two hexadecimal "
			    "digits, such as \\2a for an asterisk.");
		r->p += 2;
	}
	return ERR_OK;
}

/* attr[:dn][:rule]:= or :dn:rule:= (RFC 4515, 3, "extensible"). */
static enum err
read_extensible(struct reader *r, bool has_attr)
{
	bool has_rule = false;
	size_t n;

	if (strncmp(r->p, ":dn:", 4) == 0)
		r->p += 3;
	if (r->p[1] != '=') {
		r->p++;
		if ((n = attr_len(r->p)) == 0)
			return fail(r, "a matching rule is expected.");
		r->p += n;
		has_rule = true;
	}
	if (r->p[0] != ':' || r->p[1] != '=' || (!has_attr && !has_rule))
		return fail(r, "a comparison such as := is expected.");
	r->p += 2;
	return ERR_OK;
}

static enum err
read_item(struct reader *r)
{
	size_t n = attr_len(r->p);
	enum err e = ERR_OK;

	if (++r->items > LDAP_FILTER_ITEMS)
		return fail(r, "there are more than 128 comparisons.");
	if (n > LDAP_ATTR_MAX)
		return fail(r, "the name of the attribute is too long.");
	r->p += n;
	if (*r->p == ':')
		e = read_extensible(r, n > 0);
	else if (n == 0)
		return fail(r, "the name of an attribute is expected.");
	else if (*r->p == '=')
		r->p++;
	else if (strchr("~<>", *r->p) != NULL && *r->p != '\0' &&
		 r->p[1] == '=')
		r->p += 2;
	else
		return fail(r, "=, ~=, <= or >= is expected.");
	return e == ERR_OK ? read_value(r) : e;
}

static enum err
read_filter(struct reader *r, unsigned depth)
{
	enum err e = ERR_OK;
	char kind;

	if (*r->p != '(')
		return fail(r, "an opening bracket is expected.");
	if (depth >= LDAP_FILTER_DEPTH)
		return fail(r, "brackets are nested more than 16 deep.");
	kind = *++r->p;
	if (kind == '&' || kind == '|') {
		r->p++;
		while (e == ERR_OK && *r->p == '(')
			e = read_filter(r, depth + 1);
	} else if (kind == '!') {
		r->p++;
		e = read_filter(r, depth + 1);
	} else {
		e = read_item(r);
	}
	if (e != ERR_OK)
		return e;
	if (*r->p != ')')
		return fail(r, "a closing bracket is expected.");
	r->p++;
	return ERR_OK;
}

static enum err
check_text(const char *s, size_t max, struct errinfo *ei)
{
	if (strlen(s) > max)
		return err_set(
		    ei, ERR_TOOBIG, "At most %zu bytes are allowed.", max);
	if (!str_is_utf8(s, strlen(s)) || str_has_control(s) ||
	    strchr(s, '\t') != NULL)
		return err_set(ei, ERR_ARG, "Write one line of UTF-8 text.");
	return ERR_OK;
}

enum err
ldap_filter_check(const char *s, struct errinfo *ei)
{
	struct reader r = {.start = s, .p = s, .ei = ei};
	enum err e;

	if ((e = check_text(s, LDAP_FILTER_MAX, ei)) != ERR_OK)
		return e;
	if ((e = read_filter(&r, 0)) == ERR_OK && *r.p != '\0')
		e = fail(&r, "there is something behind the last bracket.");
	return e;
}

/* One value, up to the next bare comma or plus sign. */
static enum err
read_rdn_value(struct reader *r)
{
	for (; *r->p != '\0' && *r->p != ',' && *r->p != '+'; r->p++) {
		if (strchr("\"<>;", *r->p) != NULL)
			return fail(r, "put a backslash before this.");
		if (*r->p != '\\')
			continue;
		r->p++;
		if (is_hex(r->p[0]) && is_hex(r->p[1]))
			r->p++;
		else if (*r->p == '\0' || strchr(" \"#+,;<=>\\", *r->p) == NULL)
			return fail(
			    r, "there is nothing special behind \\ here.");
	}
	return ERR_OK;
}

enum err
ldap_base_check(const char *s, struct errinfo *ei)
{
	struct reader r = {.start = s, .p = s, .ei = ei};
	size_t n;
	enum err e;

	if ((e = check_text(s, LDAP_BASE_MAX, ei)) != ERR_OK)
		return e;
	for (;;) {
		while (*r.p == ' ')
			r.p++;
		if ((n = attr_len(r.p)) == 0)
			return fail(&r, "a part such as OU=Staff is expected.");
		r.p += n;
		if (*r.p++ != '=') {
			r.p--;
			return fail(&r, "= is expected.");
		}
		if ((e = read_rdn_value(&r)) != ERR_OK)
			return e;
		if (*r.p == '\0')
			return ERR_OK;
		r.p++;
	}
}

enum err
ldap_attr_check(const char *s, struct errinfo *ei)
{
	size_t n = attr_len(s);

	if (n == 0 || s[n] != '\0')
		return err_set(ei, ERR_ARG,
		    "Write the name of an attribute, such as displayName.");
	if (n > LDAP_ATTR_MAX)
		return err_set(ei, ERR_TOOBIG, "At most 64 bytes are allowed.");
	return ERR_OK;
}
