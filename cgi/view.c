/* view.c - fills the tree that templates read. */
#include <ClearSilver.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cgi/view.h"
#include "cgi/req.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/str.h"

#define VIEW_FMT_MAX 1024 /* bytes of a formatted value */
#define VIEW_RAW_MAX (3 * REQ_FIELD_MAX) /* each byte U+FFFD */

static void
check(struct view v, NEOERR *e)
{
	if (e == STATUS_OK)
		return;
	nerr_ignore(&e);
	*v.failed = true;
}

void
view_str(struct view v, const char *name, const char *value)
{
	if (v.node != NULL)
		check(v, hdf_set_value(v.node, name, value));
}

void
view_int(struct view v, const char *name, int64_t value)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	view_str(v, name, text);
}

void
view_flag(struct view v, const char *name, bool value)
{
	if (value)
		view_str(v, name, "1");
}

void
view_fmt(struct view v, const char *name, const char *fmt, ...)
{
	char text[VIEW_FMT_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	view_str(v, name, text);
}

struct view
view_sub(struct view v, const char *name)
{
	struct view sub = {NULL, v.failed};

	if (v.node != NULL)
		check(v, hdf_get_node(v.node, name, &sub.node));
	return sub;
}

struct view
view_row(struct view list, size_t i)
{
	char name[24], *p = name + sizeof(name) - 1;

	/* Long lists are made of these: no printf. */
	*p = '\0';
	do
		*--p = (char)('0' + i % 10);
	while ((i /= 10) != 0);
	return view_sub(list, p);
}

void
view_time(struct view v, const char *name, int64_t s, const char *never)
{
	char text[CLOCK_TEXT_MAX];

	if (s == 0) {
		view_str(v, name, never);
		return;
	}
	clock_local(s, text);
	text[19] = '\0'; /* the offset stands once, in the footer */
	view_str(v, name, text);
}

/* Length of the UTF-8 character at p, or 0. */
static size_t
char_len(const char *p, size_t n)
{
	size_t want;

	if ((unsigned char)*p < 0x80)
		want = 1;
	else if (((unsigned char)*p & 0xE0) == 0xC0)
		want = 2;
	else if (((unsigned char)*p & 0xF0) == 0xE0)
		want = 3;
	else
		want = 4;
	return want <= n && str_is_utf8(p, want) ? want : 0;
}

void
view_raw(struct view v, const char *name, const char *value, size_t n)
{
	struct buf b = BUF_INIT(VIEW_RAW_MAX);
	enum err e = ERR_OK;
	size_t i = 0;

	while (i < n && e == ERR_OK) {
		size_t k = char_len(value + i, n - i);

		/* A browser ends the lines of a long text so. */
		if (value[i] == '\r' && i + 1 < n && value[i + 1] == '\n') {
			i++;
			continue;
		}
		if (k == 0 || value[i] == 127 ||
		    ((unsigned char)value[i] < ' ' && value[i] != '\t' &&
			value[i] != '\n')) {
			e = buf_puts(&b, "\xEF\xBF\xBD");
			k = 1;
		} else {
			e = buf_put(&b, value + i, k);
		}
		i += k;
	}
	if (e == ERR_OK)
		view_str(v, name, buf_str(&b));
	else
		*v.failed = true;
	buf_clear(&b);
}
