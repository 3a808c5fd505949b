#include "backend/engine/visible.h"

#include <string.h>

#include "common/html_scan.h"
#include "common/alloc.h"

/* One character of the source. */
struct letter {
	char utf8[4];
	size_t n; /* bytes of utf8; 0: it shows nothing */
	size_t len; /* bytes in the source */
	bool is_space;
};

static const struct entity {
	const char *name;
	unsigned cp;
} entities[] = {
    {"nbsp;", 0xa0},
    {"amp;", '&'},
    {"lt;", '<'},
    {"gt;", '>'},
    {"quot;", '"'},
    {"apos;", '\''},
};

#define ENTITY_DIGITS_MAX 8 /* "&#x10FFFF;" has six */

static void
letter_set(struct letter *l, unsigned cp)
{
	l->is_space = cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xa0 ||
		      cp == 0x2028 || cp == 0x2029 ||
		      (cp >= 0x2000 && cp <= 0x200a) || cp == 0x202f ||
		      cp == 0x3000;
	l->n = 0;
	if (l->is_space)
		return;
	/* Soft hyphen, marks of direction, joiners, byte order mark. */
	if (cp < 0x20 || cp == 0xad || (cp >= 0x200b && cp <= 0x200f) ||
	    (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x2069) ||
	    cp == 0xfeff)
		return;
	if (cp < 0x80) {
		l->utf8[l->n++] = (char)cp;
	} else if (cp < 0x800) {
		l->utf8[l->n++] = (char)(0xc0 | (cp >> 6));
		l->utf8[l->n++] = (char)(0x80 | (cp & 0x3f));
	} else if (cp < 0x10000) {
		l->utf8[l->n++] = (char)(0xe0 | (cp >> 12));
		l->utf8[l->n++] = (char)(0x80 | ((cp >> 6) & 0x3f));
		l->utf8[l->n++] = (char)(0x80 | (cp & 0x3f));
	} else {
		l->utf8[l->n++] = (char)(0xf0 | (cp >> 18));
		l->utf8[l->n++] = (char)(0x80 | ((cp >> 12) & 0x3f));
		l->utf8[l->n++] = (char)(0x80 | ((cp >> 6) & 0x3f));
		l->utf8[l->n++] = (char)(0x80 | (cp & 0x3f));
	}
}

static int
digit(char c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (base == 16 && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* "&#45;" and "&#x2d;"; false when it is not one. */
static bool
take_number(struct letter *l, const char *p, size_t len)
{
	unsigned base = 10, cp = 0;
	size_t i = 2, from;

	if (len > 2 && (p[2] == 'x' || p[2] == 'X')) {
		base = 16;
		i = 3;
	}
	for (from = i; i < len && i - from < ENTITY_DIGITS_MAX; i++) {
		int d = digit(p[i], base);

		if (d < 0)
			break;
		cp = cp * base + (unsigned)d;
	}
	if (i == from || i >= len || p[i] != ';' || cp > 0x10ffff)
		return false;
	letter_set(l, cp);
	l->len = i + 1;
	return true;
}

static bool
take_entity(struct letter *l, const char *p, size_t len)
{
	size_t i, n;

	if (len > 1 && p[1] == '#')
		return take_number(l, p, len);
	for (i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		n = strlen(entities[i].name);
		if (len > n && memcmp(p + 1, entities[i].name, n) == 0) {
			letter_set(l, entities[i].cp);
			l->len = n + 1;
			return true;
		}
	}
	return false;
}

/* UTF-8 was checked when the message came in; a byte that does not fit all
 * the same stands for itself, and never gives more bytes than it took. */
static void
take_letter(struct letter *l, const char *p, size_t len, bool is_html)
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned cp = u[0];

	if (is_html && u[0] == '&' && take_entity(l, p, len))
		return;
	if (u[0] < 0x80) {
		l->len = 1;
	} else if (u[0] >= 0xc0 && u[0] < 0xe0 && len >= 2) {
		l->len = 2;
		cp = ((u[0] & 0x1fu) << 6) | (u[1] & 0x3fu);
	} else if (u[0] >= 0xe0 && u[0] < 0xf0 && len >= 3) {
		l->len = 3;
		cp = ((u[0] & 0x0fu) << 12) | ((u[1] & 0x3fu) << 6) |
		     (u[2] & 0x3fu);
	} else if (u[0] >= 0xf0 && len >= 4) {
		l->len = 4;
		cp = ((u[0] & 0x07u) << 18) | ((u[1] & 0x3fu) << 12) |
		     ((u[2] & 0x3fu) << 6) | (u[3] & 0x3fu);
	} else {
		l->len = l->n = 1;
		l->utf8[0] = p[0];
		return;
	}
	letter_set(l, cp);
}

static void
put(struct visible *v, char c, size_t at, size_t end)
{
	v->text[v->len] = c;
	v->at[v->len] = (uint32_t)at;
	v->end[v->len] = (uint32_t)end;
	v->len++;
}

/* *gap: there was a space, or a border of blocks, since the last word. */
static void
add_text(struct visible *v, const char *body, size_t at, size_t end,
    bool is_html, bool *gap)
{
	struct letter l;
	size_t k;

	for (; at < end; at += l.len) {
		memset(&l, 0, sizeof(l));
		take_letter(&l, body + at, end - at, is_html);
		if (l.is_space)
			*gap = true;
		if (l.n == 0)
			continue;
		if (*gap && v->len > 0)
			put(v, ' ', at, at);
		*gap = false;
		for (k = 0; k < l.n; k++)
			put(v, l.utf8[k], at, at + l.len);
	}
}

enum err
visible_make(struct visible *v, const char *body, size_t len, bool is_html)
{
	struct html_scan s;
	struct html_piece t;
	bool gap = false;

	/* A character of n bytes gives n bytes at most.  The space that a
	 * border of blocks gives stands for a tag of three bytes or more. */
	if (len >= UINT32_MAX)
		return ERR_TOOBIG;
	v->text = try_alloc(len + 1);
	v->at = try_alloc((len + 1) * sizeof(*v->at));
	v->end = try_alloc((len + 1) * sizeof(*v->end));
	if (v->text == NULL || v->at == NULL || v->end == NULL)
		return ERR_NOMEM;
	if (!is_html) {
		add_text(v, body, 0, len, false, &gap);
		return ERR_OK;
	}
	html_scan_init(&s, body, len);
	while (html_scan_next(&s, &t)) {
		if (t.kind == HTML_TEXT)
			add_text(v, body, t.at, t.end, true, &gap);
		else if ((t.kind == HTML_START || t.kind == HTML_END) &&
			 html_name_is_block(body + t.name, t.name_len))
			gap = true;
	}
	return ERR_OK;
}

void
visible_clear(struct visible *v)
{
	mem_free(v->text);
	mem_free(v->at);
	mem_free(v->end);
	memset(v, 0, sizeof(*v));
}
