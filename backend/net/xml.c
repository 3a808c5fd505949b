/* xml.c - see xml.h: whole documents, and reading the tree. */
#include "config.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backend/net/xml.h"
#include "backend/net/xml_build.h"
#include "common/buf.h"

#define REF_LEN_MAX 12 /* "&#x10FFFF;" and some leading zeros */

/* XML 1.0, 2.2. */
static bool
is_char(unsigned long v)
{
	return v == 0x9 || v == 0xA || v == 0xD || (v >= 0x20 && v < 0xD800) ||
	       (v >= 0xE000 && v < 0xFFFE) || (v >= 0x10000 && v <= 0x10FFFF);
}

/* -1: no digit of that base. */
static int
digit(char c, bool hex)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (!hex)
		return -1;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Is this a reference to a character that XML forbids?  Returns its length,
 * or 0 when it is fine or none at all. */
static size_t
bad_ref_len(const char *p, size_t n)
{
	unsigned long v = 0;
	bool hex;
	size_t i, from;
	int d;

	if (n < 4 || p[0] != '&' || p[1] != '#')
		return 0;
	hex = p[2] == 'x';
	from = hex ? 3 : 2;
	for (i = from; i < n && i < REF_LEN_MAX && p[i] != ';'; i++) {
		if ((d = digit(p[i], hex)) < 0)
			return 0;
		v = v * (hex ? 16 : 10) + (unsigned long)d;
	}
	if (i == from || i >= n || p[i] != ';' || is_char(v))
		return 0;
	return i + 1;
}

/* Exchange writes references to control characters where a person pasted
 * them; a strict parser refuses the whole answer for one.  They are dropped:
 * nothing can carry them back either. */
static enum err
scrub_refs(struct buf *out, const char *p, size_t n)
{
	size_t from = 0, i = 0, bad;
	enum err e;

	while (i < n) {
		const char *amp = memchr(p + i, '&', n - i);

		if (amp == NULL)
			break;
		i = (size_t)(amp - p);
		if ((bad = bad_ref_len(p + i, n - i)) == 0) {
			i++;
			continue;
		}
		if ((e = buf_put(out, p + from, i - from)) != ERR_OK)
			return e;
		i += bad;
		from = i;
	}
	return buf_put(out, p + from, n - from);
}

static enum err
parse_once(struct xml_build *b, const char *p, size_t n, struct errinfo *ei)
{
	enum err e;

	if ((e = xml_build_begin(b)) != ERR_OK)
		return err_set(ei, e, "memory is out");
	if (XML_Parse(b->parser, p, (int)n, XML_TRUE) != XML_STATUS_OK)
		return xml_build_fault(b, ei);
	if (!b->done)
		return err_set(ei, ERR_PROTO, "the answer is empty");
	return ERR_OK;
}

enum err
xml_parse(struct xml_doc **out, const char *p, size_t n, struct errinfo *ei)
{
	struct buf clean = BUF_INIT(INT_MAX - 1);
	struct xml_build b;
	enum err e;

	if (n >= INT_MAX)
		return err_set(ei, ERR_TOOBIG, "the answer is too large");
	if (n == 0)
		return err_set(ei, ERR_PROTO, "the answer is empty");
	if ((e = xml_build_open(&b)) != ERR_OK)
		return err_set(ei, e, "memory is out");
	e = parse_once(&b, p, n, ei);
	if (e == ERR_PROTO &&
	    XML_GetErrorCode(b.parser) == XML_ERROR_BAD_CHAR_REF) {
		enum err scrubbed = scrub_refs(&clean, p, n);

		if (scrubbed != ERR_OK)
			e = err_set(ei, scrubbed, "memory is out");
		else if (clean.len < n && XML_ParserReset(b.parser, NULL))
			e = parse_once(&b, clean.p, clean.len, ei);
	}
	if (e == ERR_OK)
		*out = xml_build_take(&b);
	xml_build_close(&b);
	buf_clear(&clean);
	return e;
}

const struct xml_node *
xml_root(const struct xml_doc *d)
{
	return d == NULL ? NULL : d->root;
}

static const struct xml_node *
find_from(const struct xml_node *n, const char *name, size_t len)
{
	for (; n != NULL; n = n->next)
		if (name == NULL ||
		    (strncmp(n->name, name, len) == 0 && n->name[len] == '\0'))
			return n;
	return NULL;
}

const struct xml_node *
xml_child(const struct xml_node *n, const char *name)
{
	if (n == NULL)
		return NULL;
	return find_from(n->child, name, name == NULL ? 0 : strlen(name));
}

const struct xml_node *
xml_next(const struct xml_node *n, const char *name)
{
	if (n == NULL)
		return NULL;
	return find_from(n->next, name, name == NULL ? 0 : strlen(name));
}

const struct xml_node *
xml_path(const struct xml_node *n, const char *path)
{
	while (n != NULL && *path != '\0') {
		size_t len = strcspn(path, "/");

		n = find_from(n->child, path, len);
		path += len;
		if (*path == '/')
			path++;
	}
	return n;
}

const char *
xml_text(const struct xml_node *n)
{
	return n == NULL ? "" : n->text;
}

const char *
xml_attr(const struct xml_node *n, const char *name)
{
	const struct xml_attr *a;

	if (n == NULL)
		return "";
	for (a = n->attrs; a != NULL; a = a->next)
		if (strcmp(a->name, name) == 0)
			return a->value;
	return "";
}
