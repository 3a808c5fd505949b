/* xml_write.c - see xml_write.h. */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "backend/net/xml_write.h"
#include "common/buf.h"
#include "common/str.h"

void
xml_put_raw(struct xml_writer *w, const char *markup)
{
	if (w->e == ERR_OK)
		w->e = buf_puts(w->out, markup);
}

/* What stands for c; NULL: itself.  A bare CR would come out of any parser
 * as LF (XML 1.0, 2.11), and space in an attribute as a blank (3.3.3). */
static const char *
replacement(char c, bool attr)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#xD;";
	case '"':
		return attr ? "&quot;" : NULL;
	case '\t':
		return attr ? "&#x9;" : NULL;
	case '\n':
		return attr ? "&#xA;" : NULL;
	default:
		return NULL;
	}
}

/* XML 1.0, 2.2: no C0 control but tab, LF and CR; not U+FFFE, U+FFFF. */
static bool
is_carriable(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i;

	if (!str_is_utf8(s, n))
		return false;
	for (i = 0; i < n; i++) {
		if (p[i] < 0x20 && p[i] != '\t' && p[i] != '\n' && p[i] != '\r')
			return false;
		if (p[i] == 0xEF && i + 2 < n && p[i + 1] == 0xBF &&
		    p[i + 2] >= 0xBE)
			return false;
	}
	return true;
}

static void
put_escaped(struct xml_writer *w, const char *s, bool attr)
{
	const char *from = s, *r;

	if (w->e != ERR_OK)
		return;
	if (!is_carriable(s, strlen(s))) {
		w->e = ERR_ARG;
		return;
	}
	for (; *s != '\0'; s++) {
		if ((r = replacement(*s, attr)) == NULL)
			continue;
		w->e = buf_put(w->out, from, (size_t)(s - from));
		xml_put_raw(w, r);
		if (w->e != ERR_OK)
			return;
		from = s + 1;
	}
	w->e = buf_put(w->out, from, (size_t)(s - from));
}

void
xml_put_text(struct xml_writer *w, const char *s)
{
	put_escaped(w, s, false);
}

void
xml_put_attr(struct xml_writer *w, const char *name, const char *s)
{
	xml_put_raw(w, " ");
	xml_put_raw(w, name);
	xml_put_raw(w, "=\"");
	put_escaped(w, s, true);
	xml_put_raw(w, "\"");
}

void
xml_put_elem(struct xml_writer *w, const char *name, const char *s)
{
	xml_put_raw(w, "<");
	xml_put_raw(w, name);
	xml_put_raw(w, ">");
	put_escaped(w, s, false);
	xml_put_raw(w, "</");
	xml_put_raw(w, name);
	xml_put_raw(w, ">");
}
