#define _GNU_SOURCE
#include "common/html_flat.h"

#include <string.h>
#include <strings.h>

#include "common/buf.h"
#include "common/html_scan.h"
#include "common/str.h"

#define ENTITY_MAX 10 /* bytes of "&#1114111;" */

static const struct entity {
	const char *name;
	char c;
} entities[] = {
    {"amp;", '&'},
    {"nbsp;", ' '},
    {"lt;", '<'},
    {"gt;", '>'},
    {"quot;", '"'},
    {"apos;", '\''},
    {"commat;", '@'},
    {"colon;", ':'},
    {"period;", '.'},
    {"sol;", '/'},
    {"shy;", '\0'},
    {"zwnj;", '\0'},
    {"zwj;", '\0'},
};

static const char *const schemes[] = {
    "https:", "http:", "sip:", "sips:", "pexip:", "h323:", "zoommtg:"};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* There is room: nothing here gives more bytes than it takes. */
static void
add(struct buf *out, char c)
{
	out->p[out->len++] = c;
}

/* Soft hyphen, joiners and other characters that show nothing. */
static bool
is_unseen(unsigned long cp)
{
	return cp == 0xad || (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x2069) || cp == 0xfeff;
}

static bool
is_wide_space(unsigned long cp)
{
	return cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f ||
	       cp == 0x2028 || cp == 0x2029 || cp == 0x3000;
}

/* Other alphabets are not part of any address: one byte for all of it. */
static void
add_cp(struct buf *out, unsigned long cp)
{
	if (is_unseen(cp))
		return;
	if (is_wide_space(cp))
		add(out, ' ');
	else if (cp >= 0x80)
		add(out, '\x7f');
	else
		add(out, cp < 0x20 && cp != '\n' ? ' ' : (char)cp);
}

/* Bytes of the reference at p, 0 where it is none. */
static size_t
number(struct buf *out, const char *p, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	unsigned long cp = 0, base = 10;
	size_t i = 2, from;
	const char *d;

	if (len > 2 && (p[2] == 'x' || p[2] == 'X')) {
		base = 16;
		i = 3;
	}
	for (from = i; i < len && i < ENTITY_MAX; i++) {
		char c = p[i] >= 'A' && p[i] <= 'F' ? (char)(p[i] + 32) : p[i];

		d = memchr(digits, c, base);
		if (d == NULL)
			break;
		cp = cp * base + (unsigned long)(d - digits);
	}
	if (i == from || i == len || p[i] != ';' || cp == 0)
		return 0;
	add_cp(out, cp);
	return i + 1;
}

static size_t
entity(struct buf *out, const char *p, size_t len)
{
	size_t i, n;

	if (len > 2 && p[1] == '#')
		return number(out, p, len);
	for (i = 0; i < COUNT(entities); i++) {
		n = strlen(entities[i].name);
		if (len <= n || memcmp(p + 1, entities[i].name, n) != 0)
			continue;
		if (entities[i].c != '\0')
			add(out, entities[i].c);
		return n + 1;
	}
	return 0;
}

/* One character of two bytes or more; bytes that it has. */
static size_t
wide(struct buf *out, const unsigned char *u, size_t len)
{
	if (u[0] >= 0xe0 && u[0] < 0xf0 && len >= 3) {
		add_cp(out, ((u[0] & 0x0fu) << 12) | ((u[1] & 0x3fu) << 6) |
				(u[2] & 0x3fu));
		return 3;
	}
	if (u[0] >= 0xc0 && u[0] < 0xe0 && len >= 2) {
		add_cp(out, ((u[0] & 0x1fu) << 6) | (u[1] & 0x3fu));
		return 2;
	}
	add_cp(out, 0x10000);
	return u[0] >= 0xf0 && len >= 4 ? 4 : 1;
}

static void
add_text(struct buf *out, const char *p, size_t len, bool is_html)
{
	size_t i = 0, n;

	while (i < len) {
		if ((unsigned char)p[i] >= 0x80) {
			i += wide(out, (const unsigned char *)p + i, len - i);
			continue;
		}
		n = is_html && p[i] == '&' ? entity(out, p + i, len - i) : 0;
		if (n == 0) {
			add_cp(out, (unsigned char)p[i]);
			n = 1;
		}
		i += n;
	}
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The next attribute of a tag, [*at, end): its name and its value. */
struct attr {
	const char *name, *value;
	size_t name_len, value_len;
};

static bool
attr_next(const char *p, size_t *at, size_t end, struct attr *a)
{
	const char *hit;
	size_t i = *at, from;

	while (i < end && (is_space(p[i]) || p[i] == '/'))
		i++;
	if (i >= end || p[i] == '>')
		return false;
	from = i++;
	while (i < end && !is_space(p[i]) && strchr("/>=", p[i]) == NULL)
		i++;
	a->name = p + from;
	a->name_len = i - from;
	a->value = "";
	a->value_len = 0;
	while (i < end && is_space(p[i]))
		i++;
	if (i < end && p[i] == '=') {
		i++;
		while (i < end && is_space(p[i]))
			i++;
		from = i;
		if (i < end && (p[i] == '"' || p[i] == '\'')) {
			hit = memchr(p + i + 1, p[i], end - i - 1);
			from = i + 1;
			i = hit == NULL ? end : (size_t)(hit - p);
		} else {
			while (i < end && !is_space(p[i]) && p[i] != '>')
				i++;
		}
		a->value = p + from;
		a->value_len = i - from;
		if (i < end && (p[i] == '"' || p[i] == '\''))
			i++;
	}
	*at = i;
	return true;
}

static void
add_link(struct buf *out, const char *p, const struct html_piece *t)
{
	size_t at = t->name + t->name_len, i, n;
	struct attr a;

	while (attr_next(p, &at, t->end, &a)) {
		if (a.name_len != 4 || strncasecmp(a.name, "href", 4) != 0)
			continue;
		while (a.value_len > 0 && is_space(*a.value)) {
			a.value++;
			a.value_len--;
		}
		for (i = 0; i < COUNT(schemes); i++) {
			n = strlen(schemes[i]);
			if (a.value_len > n &&
			    strncasecmp(a.value, schemes[i], n) == 0)
				break;
		}
		if (i < COUNT(schemes)) {
			add(out, '\n');
			add_text(out, a.value, a.value_len, true);
			add(out, '\n');
		}
		return;
	}
}

static void
add_html(struct buf *out, const char *body, size_t len)
{
	struct html_scan s;
	struct html_piece t;

	html_scan_init(&s, body, len);
	while (html_scan_next(&s, &t)) {
		if (t.kind == HTML_TEXT)
			add_text(out, body + t.at, t.end - t.at, true);
		else if (t.kind != HTML_START && t.kind != HTML_END)
			continue;
		else if (html_name_is_block(body + t.name, t.name_len))
			add(out, '\n');
		else if (t.kind == HTML_START && html_piece_is(&s, &t, "a"))
			add_link(out, body, &t);
	}
}

enum err
html_flat(struct buf *out, const char *body, size_t len, bool is_html)
{
	enum err e;

	if ((e = buf_reserve(out, len + 1)) != ERR_OK)
		return e;
	if (is_html)
		add_html(out, body, len);
	else
		add_text(out, body, len, false);
	out->p[out->len] = '\0';
	return ERR_OK;
}
