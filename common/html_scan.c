#define _GNU_SOURCE
#include "common/html_scan.h"

#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Elements whose content is text to the tokenizer (13.2.6.2 and following),
 * with what ends them when the text stops short. */
static const struct raw_element {
	const char *name, *closer;
} raw_elements[] = {
    {"script", "</script>"}, /* or see script_end() */
    {"style", "</style>"},
    {"title", "</title>"},
    {"textarea", "</textarea>"},
    {"xmp", "</xmp>"},
    {"iframe", "</iframe>"},
    {"noembed", "</noembed>"},
    {"noframes", "</noframes>"},
};

static const char *const void_elements[] = {"area", "base", "br", "col",
    "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr"};

static const char *const block_elements[] = {"address", "article", "aside",
    "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt",
    "fieldset", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul"};

/* Start tags that end <svg> and <math> (13.2.6.5), and the places inside
 * where HTML is read again. */
static const char *const breakouts[] = {"b", "big", "blockquote", "body", "br",
    "center", "code", "dd", "desc", "div", "dl", "dt", "em", "embed",
    "foreignobject", "h1", "h2", "h3", "h4", "h5", "h6", "head", "hr", "i",
    "img", "li", "listing", "menu", "meta", "nobr", "ol", "p", "pre", "ruby",
    "s", "small", "span", "strong", "strike", "sub", "sup", "table", "tt", "u",
    "ul", "var"};

static bool
name_in(const char *name, size_t len, const char *const *v, size_t n)
{
	char first = (char)(len > 0 ? name[0] | 0x20 : 0);
	size_t i;

	/* Names are letters; most rows differ in the first. */
	for (i = 0; i < n; i++)
		if (v[i][0] == first && strlen(v[i]) == len &&
		    strncasecmp(v[i], name, len) == 0)
			return true;
	return false;
}

bool
html_name_is_void(const char *name, size_t len)
{
	return name_in(name, len, void_elements, COUNT(void_elements));
}

bool
html_name_is_block(const char *name, size_t len)
{
	return name_in(name, len, block_elements, COUNT(block_elements));
}

bool
html_piece_is(
    const struct html_scan *s, const struct html_piece *t, const char *name)
{
	return strlen(name) == t->name_len &&
	       strncasecmp(s->p + t->name, name, t->name_len) == 0;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool
is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void
html_scan_init(struct html_scan *s, const char *p, size_t len)
{
	memset(s, 0, sizeof(*s));
	s->p = p;
	s->len = len;
	s->closer = "";
	s->open_end = len;
}

size_t
html_scan_open_end(const struct html_scan *s)
{
	return s->open_end;
}

const char *
html_scan_closer(const struct html_scan *s)
{
	return s->closer;
}

/* Where `what` ends, at or behind `from`; len when it is not there. */
static size_t
behind(const struct html_scan *s, size_t from, const char *what)
{
	const char *hit;
	size_t n = strlen(what);

	hit =
	    from < s->len ? memmem(s->p + from, s->len - from, what, n) : NULL;
	return hit == NULL ? s->len : (size_t)(hit - s->p) + n;
}

/* 13.2.5.43 and following: "<!-->" and "<!--->" are whole comments, and
 * "--!>" ends one as well as "-->". */
static size_t
comment_end(struct html_scan *s, size_t at)
{
	const char *p = s->p;
	size_t i = at + 4;

	if (i < s->len && p[i] == '>')
		return i + 1;
	if (i + 1 < s->len && p[i] == '-' && p[i + 1] == '>')
		return i + 2;
	while (i + 2 < s->len) {
		const char *hit = memmem(p + i, s->len - i, "--", 2);

		if (hit == NULL)
			break;
		i = (size_t)(hit - p);
		if (i + 2 < s->len && p[i + 2] == '>')
			return i + 3;
		if (i + 3 < s->len && p[i + 2] == '!' && p[i + 3] == '>')
			return i + 4;
		i++;
	}
	s->closer = "-->";
	return s->len;
}

static size_t
bogus_end(struct html_scan *s, size_t at)
{
	size_t end = behind(s, at, ">");

	if (end == s->len && s->p[s->len - 1] != '>')
		s->closer = ">";
	return end;
}

/* Attributes: a quote counts only right behind "=" (13.2.5.32-39).  0: the
 * end cuts the tag off; closer would end it. */
static size_t
tag_end(struct html_scan *s, size_t i, bool *self_closing)
{
	enum { BEFORE, NAME, AFTER, VALUE, BARE } st = BEFORE;
	const char *p = s->p, *hit;

	*self_closing = false;
	for (; i < s->len; i++) {
		char c = p[i];

		if (st == VALUE && (c == '"' || c == '\'')) {
			hit = memchr(p + i + 1, c, s->len - i - 1);
			if (hit == NULL) {
				s->closer = c == '"' ? "\">" : "'>";
				return 0;
			}
			i = (size_t)(hit - p);
			st = BEFORE;
			continue;
		}
		if (c == '>') {
			*self_closing = st != BARE && p[i - 1] == '/';
			return i + 1;
		}
		if (is_space(c)) {
			if (st == NAME)
				st = AFTER;
			else if (st == BARE)
				st = BEFORE;
		} else if (st == VALUE) {
			st = BARE;
		} else if (c == '/' && st != BARE) {
			st = BEFORE;
		} else if (c == '=' && (st == NAME || st == AFTER)) {
			st = VALUE;
		} else if (st != BARE) {
			st = NAME;
		}
	}
	s->closer = ">";
	return 0;
}

static void
enter(struct html_scan *s, const struct html_piece *t)
{
	const char *name = s->p + t->name;
	size_t i;

	if (html_piece_is(s, t, "svg") || html_piece_is(s, t, "math")) {
		if (!t->self_closing)
			s->foreign++;
		return;
	}
	if (s->foreign > 0) {
		if (name_in(name, t->name_len, breakouts, COUNT(breakouts)))
			s->foreign = 0;
		return;
	}
	if (html_piece_is(s, t, "plaintext")) {
		s->open_end = t->at;
		memcpy(s->raw, "plaintext", sizeof("plaintext"));
		return;
	}
	for (i = 0; i < COUNT(raw_elements); i++)
		if (html_piece_is(s, t, raw_elements[i].name))
			memcpy(s->raw, raw_elements[i].name,
			    strlen(raw_elements[i].name) + 1);
}

static void
take_tag(struct html_scan *s, struct html_piece *t, bool is_end)
{
	size_t i = t->at + (is_end ? 2 : 1);
	const char *p = s->p;

	t->kind = is_end ? HTML_END : HTML_START;
	t->name = i;
	while (i < s->len && !is_space(p[i]) && p[i] != '/' && p[i] != '>')
		i++;
	t->name_len = i - t->name;
	t->end = tag_end(s, i, &t->self_closing);
	if (t->end == 0) {
		/* The standard drops it.  A start tag that was ended might
		 * begin raw text; an end tag must be, or raw text goes on. */
		t->kind = HTML_COMMENT;
		t->end = s->len;
		if (!is_end) {
			s->open_end = t->at;
			s->closer = "";
		}
		return;
	}
	if (!is_end)
		enter(s, t);
	else if (s->foreign > 0 &&
		 (html_piece_is(s, t, "svg") || html_piece_is(s, t, "math")))
		s->foreign--;
}

/* Is there "</name" and then the end of a name at i? */
static bool
closes_raw(const struct html_scan *s, size_t i, const char *name)
{
	size_t n = strlen(name);

	if (i + 2 + n >= s->len || s->p[i] != '<' || s->p[i + 1] != '/' ||
	    strncasecmp(s->p + i + 2, name, n) != 0)
		return false;
	i += 2 + n;
	return is_space(s->p[i]) || s->p[i] == '/' || s->p[i] == '>';
}

/* "<script" inside a comment inside a script, after which "</script>" does
 * not end the outer one (13.2.5.27 and following). */
static bool
opens_script(const struct html_scan *s, size_t i)
{
	return i + 7 < s->len && strncasecmp(s->p + i, "<script", 7) == 0 &&
	       (is_space(s->p[i + 7]) || s->p[i + 7] == '/' ||
		   s->p[i + 7] == '>');
}

static size_t
script_end(struct html_scan *s, size_t i)
{
	bool escaped = false, twice = false;

	for (; i < s->len; i++) {
		char c = s->p[i];

		if (c == '-' && escaped && s->len - i >= 3 &&
		    memcmp(s->p + i, "-->", 3) == 0) {
			escaped = twice = false;
		} else if (c != '<') {
			continue;
		} else if (!escaped && s->len - i >= 4 &&
			   memcmp(s->p + i, "<!--", 4) == 0) {
			escaped = true;
			/* "<!-->" opens and ends at once. */
			i++;
		} else if (closes_raw(s, i, "script")) {
			if (!twice)
				return i;
			twice = false;
		} else if (escaped && opens_script(s, i)) {
			twice = true;
		}
	}
	s->closer = escaped ? "--></script>" : "</script>";
	return s->len;
}

static size_t
raw_end(struct html_scan *s)
{
	size_t i = s->at, k;
	const char *hit;

	if (strcmp(s->raw, "plaintext") == 0)
		return s->len;
	if (strcmp(s->raw, "script") == 0)
		i = script_end(s, i);
	else
		while ((hit = memchr(s->p + i, '<', s->len - i)) != NULL) {
			i = (size_t)(hit - s->p);
			if (closes_raw(s, i, s->raw))
				break;
			i++;
		}
	if (i < s->len && closes_raw(s, i, s->raw))
		return i;
	if (*s->closer != '\0')
		return s->len;
	for (k = 0; k < COUNT(raw_elements); k++)
		if (strcmp(s->raw, raw_elements[k].name) == 0)
			s->closer = raw_elements[k].closer;
	return s->len;
}

static void
take_markup(struct html_scan *s, struct html_piece *t)
{
	const char *p = s->p + t->at;
	size_t n = s->len - t->at;

	t->kind = HTML_COMMENT;
	if (n >= 2 && is_alpha(p[1])) {
		take_tag(s, t, false);
	} else if (n >= 3 && p[1] == '/' && is_alpha(p[2])) {
		take_tag(s, t, true);
	} else if (n >= 4 && memcmp(p, "<!--", 4) == 0) {
		t->end = comment_end(s, t->at);
	} else if (s->foreign > 0 && n >= 9 && memcmp(p, "<![CDATA[", 9) == 0) {
		t->end = behind(s, t->at + 9, "]]>");
		if (t->end == s->len && memcmp(s->p + s->len - 3, "]]>", 3))
			s->closer = "]]>";
	} else if (n >= 3 && p[1] == '/') {
		t->end = bogus_end(s, t->at + 2);
	} else if (n >= 2 && (p[1] == '!' || p[1] == '?')) {
		t->end = bogus_end(s, t->at);
	} else {
		t->kind = HTML_TEXT;
		t->end = t->at + 1;
		/* A lone "</" begins a comment when anything follows. */
		if (n == 2 && p[1] == '/')
			s->open_end = t->at;
	}
}

bool
html_scan_next(struct html_scan *s, struct html_piece *out)
{
	const char *hit;

	memset(out, 0, sizeof(*out));
	out->at = s->at;
	if (s->at >= s->len) {
		if (s->raw[0] != '\0')
			(void)raw_end(s); /* for its closer */
		return false;
	}
	if (s->raw[0] != '\0') {
		out->kind = HTML_RAW;
		out->end = raw_end(s);
		s->raw[0] = '\0';
		if (out->end == out->at) /* <script></script> */
			return html_scan_next(s, out);
	} else if (s->p[s->at] == '<') {
		take_markup(s, out);
	} else {
		hit = memchr(s->p + s->at, '<', s->len - s->at);
		out->kind = HTML_TEXT;
		out->end = hit == NULL ? s->len : (size_t)(hit - s->p);
	}
	s->at = out->end;
	return true;
}
