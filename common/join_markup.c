/* join_markup.c - see join_markup.h. */
#include "common/join_markup.h"

#include <string.h>

#include "common/buf.h"
#include "common/str.h"

#define STRETCH_MAX 16384 /* bytes, as JOIN_TEMPLATE_TEXT_MAX */
#define MARKS "\x01\x02\x03\x04"

struct html {
	struct buf *out;
	bool rtl, in_p;
	enum err e;
};

static void
put(struct html *h, const char *s)
{
	if (h->e == ERR_OK)
		h->e = buf_puts(h->out, s);
}

static void
escaped(struct html *h, const char *s, size_t n)
{
	struct buf b = BUF_INIT(STRETCH_MAX);

	if (h->e == ERR_OK && (h->e = buf_put(&b, s, n)) == ERR_OK)
		h->e = html_escape(h->out, buf_str(&b));
	buf_clear(&b);
}

static bool
is_web(const char *s, size_t n)
{
	return (n > 8 && memcmp(s, "https://", 8) == 0) ||
	       (n > 7 && memcmp(s, "http://", 7) == 0);
}

static void
marked_value(struct html *h, char mark, const char *s, size_t n)
{
	if (mark == JOIN_MARKUP_LINK && is_web(s, n)) {
		put(h, h->rtl ? "<a dir=\"ltr\" href=\"" : "<a href=\"");
		escaped(h, s, n);
		put(h, "\">");
		escaped(h, s, n);
		put(h, "</a>");
		return;
	}
	put(h, h->rtl ? "<span dir=\"ltr\">" : "");
	escaped(h, s, n);
	put(h, h->rtl ? "</span>" : "");
}

static void
inline_text(struct html *h, const char *s, size_t n)
{
	const char *end = s + n;
	size_t k;

	while (s < end) {
		for (k = 0; s + k < end && strchr(MARKS, s[k]) == NULL; k++)
			;
		escaped(h, s, k);
		s += k;
		if (s == end)
			break;
		if (*s == JOIN_MARKUP_END || *s == JOIN_MARKUP_HEADING) {
			s++;
			continue;
		}
		for (k = 1; s + k < end && s[k] != JOIN_MARKUP_END; k++)
			;
		marked_value(h, *s, s + 1, k - 1);
		s += k;
	}
}

static bool
is_blank(const char *s, size_t n)
{
	for (; n > 0; n--, s++)
		if (*s != ' ' && *s != '\t' && *s != JOIN_MARKUP_HEADING)
			return false;
	return true;
}

static void
line(struct html *h, const char *s, size_t n)
{
	bool heading = n > 0 && *s == JOIN_MARKUP_HEADING;

	if (is_blank(s, n)) {
		put(h, h->in_p ? "</p>\r\n" : "");
		h->in_p = false;
		return;
	}
	put(h, h->in_p ? "<br>\r\n" : "<p>");
	h->in_p = true;
	put(h, heading ? "<b>" : "");
	inline_text(h, s, n);
	put(h, heading ? "</b>" : "");
}

static enum err
as_text(struct buf *out, const char *s)
{
	enum err e = buf_puts(out, "\r\n");

	for (; *s != '\0' && e == ERR_OK; s++)
		if (*s == '\n')
			e = buf_puts(out, "\r\n");
		else if (strchr(MARKS, *s) == NULL)
			e = buf_putc(out, *s);
	return e == ERR_OK ? buf_puts(out, "\r\n") : e;
}

enum err
join_markup_put(struct buf *out, const char *marked, bool is_html, bool rtl)
{
	struct html h = {out, rtl, false, ERR_OK};
	const char *s = marked;
	size_t n;

	if (!is_html)
		return as_text(out, marked);
	for (;;) {
		n = strcspn(s, "\n");
		line(&h, s, n);
		s += n;
		if (*s++ == '\0')
			break;
	}
	put(&h, h.in_p ? "</p>\r\n" : "");
	return h.e;
}
