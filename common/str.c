#include "common/str.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/secret.h"

static unsigned char
lower(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

enum err
strlist_addn(struct strlist *l, const char *s, size_t n)
{
	char *copy, **v;

	if ((copy = try_strndup(s, n)) == NULL)
		return ERR_NOMEM;
	/* Room doubles at each power of two. */
	if ((l->n & (l->n - 1)) == 0) {
		v = try_realloc(
		    l->v, (l->n == 0 ? 1 : l->n * 2) * sizeof(*l->v));
		if (v == NULL) {
			mem_free(copy);
			return ERR_NOMEM;
		}
		l->v = v;
	}
	l->v[l->n++] = copy;
	return ERR_OK;
}

enum err
strlist_add(struct strlist *l, const char *s)
{
	return strlist_addn(l, s, strlen(s));
}

bool
strlist_has(const struct strlist *l, const char *s)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (str_caseeq(l->v[i], s))
			return true;
	return false;
}

void
strlist_clear(struct strlist *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		mem_free(l->v[i]);
	mem_free(l->v);
	l->v = NULL;
	l->n = 0;
}

bool
str_copy(char *to, size_t to_size, const char *from)
{
	size_t n = strlen(from);
	bool fits = n < to_size;

	if (to_size == 0)
		return false;
	if (!fits) {
		n = to_size - 1;
		/* Back to the first byte of the character that is cut. */
		while (n > 0 && ((unsigned char)from[n] & 0xc0) == 0x80)
			n--;
	}
	memmove(to, from, n);
	to[n] = '\0';
	return fits;
}

bool
str_eq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool
str_caseeq(const char *a, const char *b)
{
	for (; *a != '\0' && lower(*a) == lower(*b); a++, b++)
		;
	return lower(*a) == lower(*b);
}

bool
str_has_prefix(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_has_suffix_nocase(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && str_caseeq(s + (n - m), suffix);
}

void
str_lower(char *s)
{
	for (; *s != '\0'; s++)
		*s = (char)lower(*s);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *
str_trim(char *s)
{
	size_t n;

	while (is_space(*s))
		s++;
	n = strlen(s);
	while (n > 0 && is_space(s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

/* Bytes of the character at p (n > 0 bytes are there), or 0.  RFC 3629
 * section 4: no overlong form, no surrogate, nothing above U+10FFFF. */
static size_t
utf8_char(const unsigned char *p, size_t n)
{
	unsigned char lo = 0x80, hi = 0xbf;
	size_t len, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	len = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		lo = 0xa0;
	else if (p[0] == 0xed)
		hi = 0x9f;
	else if (p[0] == 0xf0)
		lo = 0x90;
	else if (p[0] == 0xf4)
		hi = 0x8f;
	if (n < len || p[1] < lo || p[1] > hi)
		return 0;
	for (i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

bool
str_is_utf8(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i, len;

	for (i = 0; i < n; i += len)
		if (p[i] == 0 || (len = utf8_char(p + i, n - i)) == 0)
			return false;
	return true;
}

size_t
str_utf8_len(const char *s)
{
	return *s == '\0' ? 0
			  : utf8_char((const unsigned char *)s, strnlen(s, 4));
}

enum err
str_utf8_clean(struct buf *out, const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i = 0, from = 0, len;
	enum err e;

	while (i < n) {
		if (p[i] != 0 && (len = utf8_char(p + i, n - i)) > 0) {
			i += len;
			continue;
		}
		if ((e = buf_put(out, s + from, i - from)) != ERR_OK ||
		    (e = buf_puts(out, "\xef\xbf\xbd")) != ERR_OK)
			return e;
		from = ++i;
	}
	return n > from ? buf_put(out, s + from, n - from) : ERR_OK;
}

bool
str_has_control(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	for (; *p != '\0'; p++)
		if ((*p < 0x20 && *p != '\t') || *p == 0x7f)
			return true;
	return false;
}

/* Controls that turn the reading direction of what follows (Unicode TR 36,
 * section 2.5.1): U+061C, U+200E/F, U+202A..E, U+2066..9. */
bool
str_has_bidi(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	for (; *p != '\0'; p++) {
		if (p[0] == 0xd8 && p[1] == 0x9c)
			return true;
		if (p[0] != 0xe2)
			continue;
		if (p[1] == 0x80 && (p[2] == 0x8e || p[2] == 0x8f ||
					(p[2] >= 0xaa && p[2] <= 0xae)))
			return true;
		if (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9)
			return true;
	}
	return false;
}

size_t
str_utf8_count(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		if (((unsigned char)*s & 0xc0) != 0x80)
			n++;
	return n;
}

enum err
str_to_u64(const char *s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (*s == '\0')
		return ERR_ARG;
	for (; *s != '\0'; s++) {
		unsigned d = (unsigned)((unsigned char)*s - '0');

		if (d > 9)
			return ERR_ARG;
		if (d > max || v > (max - d) / 10)
			return ERR_TOOBIG;
		v = v * 10 + d;
	}
	*out = v;
	return ERR_OK;
}

void
hex_encode(const unsigned char *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum err
hex_decode(const char *s, unsigned char *out, size_t n)
{
	size_t i;

	if (strlen(s) != 2 * n)
		return ERR_ARG;
	for (i = 0; i < 2 * n; i++)
		if (hex_value(s[i]) < 0)
			return ERR_ARG;
	for (i = 0; i < n; i++)
		out[i] = (unsigned char)(hex_value(s[2 * i]) << 4 |
					 hex_value(s[2 * i + 1]));
	return ERR_OK;
}

/* In pieces, so that no size needs the heap. */
void
str_random_hex(char *out, size_t n)
{
	unsigned char raw[32];

	*out = '\0';
	while (n > 0) {
		ssize_t r =
		    getrandom(raw, n < sizeof(raw) ? n : sizeof(raw), 0);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			fatal("no random numbers: %s", strerror(errno));
		hex_encode(raw, (size_t)r, out);
		out += 2 * r;
		n -= (size_t)r;
	}
	mem_wipe(raw, sizeof(raw));
}

/* Appends s, with each byte for which `as` has an entry replaced by it. */
static enum err
put_replaced(struct buf *b, const char *s, const char *(*as)(char c))
{
	const char *from = s, *r;
	enum err e;

	for (; *s != '\0'; s++) {
		if ((r = as(*s)) == NULL)
			continue;
		if ((e = buf_put(b, from, (size_t)(s - from))) != ERR_OK ||
		    (e = buf_puts(b, r)) != ERR_OK)
			return e;
		from = s + 1;
	}
	return buf_put(b, from, (size_t)(s - from));
}

static const char *
as_html(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

enum err
html_escape(struct buf *b, const char *s)
{
	return put_replaced(b, s, as_html);
}

enum err
url_encode(struct buf *b, const char *s)
{
	static const char digits[] = "0123456789ABCDEF";
	enum err e;

	for (; *s != '\0'; s++) {
		unsigned char u = (unsigned char)*s;
		char esc[3] = {'%', digits[u >> 4], digits[u & 15]};

		/* RFC 3986 section 2.3, unreserved. */
		if ((u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') ||
		    (u >= 'a' && u <= 'z') || strchr("-._~", u) != NULL)
			e = buf_putc(b, *s);
		else
			e = buf_put(b, esc, sizeof(esc));
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}
