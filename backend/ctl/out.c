/* out.c - answers as JSON and as text. */
#include "backend/ctl/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"

#define GAP 2 /* columns between cells */
#define WIDTH_MAX 60 /* a wider cell does not widen its column */

void
out_init(struct out *o, bool json)
{
	memset(o, 0, sizeof(*o));
	o->json = json;
	o->b.max = OUT_MAX;
	if (json)
		o->e = buf_putc(&o->b, '{');
}

void
out_clear(struct out *o)
{
	buf_clear(&o->b);
	strlist_clear(&o->labels);
	strlist_clear(&o->cells);
}

static void
put(struct out *o, const char *s)
{
	if (o->e == ERR_OK)
		o->e = buf_puts(&o->b, s);
}

/* RFC 8259 section 7.  What is no UTF-8 becomes U+FFFD first. */
static void
put_json(struct out *o, const char *s)
{
	struct buf clean = BUF_INIT(OUT_MAX);
	const char *p;

	if (o->e == ERR_OK)
		o->e = str_utf8_clean(&clean, s, strlen(s));
	put(o, "\"");
	for (p = buf_str(&clean); o->e == ERR_OK && *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\')
			o->e = buf_putf(&o->b, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			o->e = buf_putf(&o->b, "\\u%04x", c);
		else
			o->e = buf_putc(&o->b, *p);
	}
	put(o, "\"");
	buf_clear(&clean);
}

static void
put_key(struct out *o, const char *key)
{
	put(o, o->need_comma ? ",\n" : "\n");
	put(o, o->in_rows ? "    " : "  ");
	put_json(o, key);
	put(o, ": ");
	o->need_comma = true;
}

enum err
out_plain(struct buf *to, const char *s)
{
	struct buf clean = BUF_INIT(OUT_MAX);
	const unsigned char *p;
	enum err e;

	if ((e = str_utf8_clean(&clean, s, strlen(s))) != ERR_OK)
		goto out;
	p = (const unsigned char *)buf_str(&clean);
	for (; e == ERR_OK && *p != '\0'; p++) {
		/* C1 controls are U+0080 to U+009F: C2 80 to C2 9F. */
		if (p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f) {
			e = buf_putc(to, '?');
			p++;
		} else if ((*p < 0x20 && *p != '\n') || *p == 0x7f) {
			e = buf_putc(to, *p == '\t' ? ' ' : '?');
		} else {
			e = buf_putc(to, (char)*p);
		}
	}
out:
	buf_clear(&clean);
	return e;
}

/* One cell of the text form. */
static void
cell(struct out *o, const char *label, const char *value)
{
	struct buf plain = BUF_INIT(OUT_MAX);

	if (o->json || label == NULL || o->e != ERR_OK)
		return;
	o->e = out_plain(&plain, value);
	if (o->e == ERR_OK && (!o->in_rows || o->first_row))
		o->e = strlist_add(&o->labels, label);
	if (o->e == ERR_OK)
		o->e = strlist_add(
		    &o->cells, plain.len == 0 ? "-" : buf_str(&plain));
	buf_clear(&plain);
}

void
out_str(struct out *o, const char *key, const char *label, const char *value)
{
	if (value == NULL)
		value = "";
	cell(o, label, value);
	if (!o->json)
		return;
	put_key(o, key);
	put_json(o, value);
}

void
out_int(struct out *o, const char *key, const char *label, int64_t value)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	cell(o, label, text);
	if (!o->json)
		return;
	put_key(o, key);
	put(o, text);
}

void
out_flag(struct out *o, const char *key, const char *label, bool value)
{
	cell(o, label, value ? "yes" : "no");
	if (!o->json)
		return;
	put_key(o, key);
	put(o, value ? "true" : "false");
}

void
out_time(struct out *o, const char *key, const char *label, int64_t wall_s)
{
	char text[CLOCK_TEXT_MAX] = "";

	if (wall_s != 0 && !o->json)
		clock_local(wall_s, text);
	cell(o, label, text);
	if (!o->json)
		return;
	put_key(o, key);
	if (wall_s == 0) {
		put(o, "null");
		return;
	}
	clock_iso(wall_s, text);
	put_json(o, text);
}

void
out_raw(struct out *o, const char *key, const char *json)
{
	if (!o->json)
		return;
	put_key(o, key);
	put(o, json);
}

void
out_strs(
    struct out *o, const char *key, const char *label, const struct strlist *l)
{
	struct buf text = BUF_INIT(OUT_MAX);
	size_t i;

	for (i = 0; o->e == ERR_OK && i < l->n; i++)
		o->e = buf_putf(&text, "%s%s", i == 0 ? "" : ", ", l->v[i]);
	cell(o, label, buf_str(&text));
	buf_clear(&text);
	if (!o->json)
		return;
	put_key(o, key);
	put(o, "[");
	for (i = 0; i < l->n; i++) {
		put(o, i == 0 ? "" : ", ");
		put_json(o, l->v[i]);
	}
	put(o, "]");
}

static void
pad(struct out *o, size_t n)
{
	for (; o->e == ERR_OK && n > 0; n--)
		o->e = buf_putc(&o->b, ' ');
}

/* Values that stand alone: label and value on a line each. */
static void
print_pairs(struct out *o)
{
	size_t i, w, width = 0;

	for (i = 0; i < o->labels.n; i++)
		if ((w = str_utf8_count(o->labels.v[i])) > width)
			width = w;
	for (i = 0; i < o->labels.n && i < o->cells.n; i++) {
		put(o, o->labels.v[i]);
		pad(o, width + GAP - str_utf8_count(o->labels.v[i]));
		put(o, o->cells.v[i]);
		put(o, "\n");
	}
	strlist_clear(&o->labels);
	strlist_clear(&o->cells);
}

static size_t
column_width(const struct out *o, size_t col)
{
	size_t i, w, width = str_utf8_count(o->labels.v[col]);

	for (i = col; i < o->cells.n; i += o->labels.n)
		if ((w = str_utf8_count(o->cells.v[i])) > width &&
		    w <= WIDTH_MAX)
			width = w;
	return width;
}

static void
print_row(struct out *o, char *const *cells)
{
	size_t i, w, width;

	for (i = 0; i < o->labels.n; i++) {
		put(o, cells[i]);
		w = str_utf8_count(cells[i]);
		width = column_width(o, i);
		if (i + 1 < o->labels.n)
			pad(o, (w < width ? width - w : 0) + GAP);
	}
	put(o, "\n");
}

static void
print_table(struct out *o)
{
	size_t i;

	if (o->labels.n == 0)
		return;
	print_row(o, o->labels.v);
	for (i = 0; i + o->labels.n <= o->cells.n; i += o->labels.n)
		print_row(o, o->cells.v + i);
	strlist_clear(&o->labels);
	strlist_clear(&o->cells);
}

void
out_rows(struct out *o, const char *key)
{
	if (o->json) {
		put_key(o, key);
		put(o, "[");
	} else {
		if (o->labels.n > 0 || o->b.len > 0) {
			print_pairs(o);
			put(o, "\n");
		}
	}
	o->in_rows = true;
	o->first_row = true;
	o->cols = 0;
}

void
out_row(struct out *o)
{
	if (o->json) {
		put(o, o->cols > 0 ? "\n  },\n  {" : "\n  {");
		o->need_comma = false;
	}
	o->first_row = o->cols == 0;
	o->cols++;
}

void
out_rows_end(struct out *o, const char *none)
{
	if (o->json)
		put(o, o->cols > 0 ? "\n  }\n  ]" : "]");
	else if (o->cols == 0)
		out_text(o, "%s\n", none);
	else
		print_table(o);
	o->in_rows = false;
	o->need_comma = true;
}

void
out_text(struct out *o, const char *fmt, ...)
{
	struct buf raw = BUF_INIT(OUT_MAX);
	char text[8192];
	va_list ap;

	if (o->json)
		return;
	print_pairs(o);
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (o->e == ERR_OK)
		o->e = out_plain(&raw, text);
	put(o, buf_str(&raw));
	buf_clear(&raw);
}

bool
out_finish(struct out *o)
{
	const char *p;
	size_t left;
	ssize_t n;

	if (o->json)
		put(o, o->need_comma ? "\n}\n" : "}\n");
	else
		print_pairs(o);
	if (o->e != ERR_OK)
		return false;
	p = buf_str(&o->b);
	left = o->b.len;
	while (left > 0) {
		if ((n = write(STDOUT_FILENO, p, left)) < 0) {
			if (errno == EINTR)
				continue;
			return false;
		}
		p += n;
		left -= (size_t)n;
	}
	return true;
}
