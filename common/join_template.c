/* join_template.c - see join_template.h.  First the template becomes a text
 * in which single control bytes say what a stretch is (no value and no
 * template can hold such a byte), then that becomes HTML or plain text. */
#include "common/join_template.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/i18n.h"
#include "common/join_clean.h"
#include "common/join_markup.h"
#include "common/str.h"

#define NAME_SHOWN_MAX 64 /* bytes of a name in a message */

enum kind { KIND_link, KIND_ltr, KIND_text, KIND_lines, KIND_word };

static const struct {
	const char *word;
	enum kind kind;
	const char *what;
} vars[JOIN_VAR__MAX] = {
#define JOIN_VAR(name, word, kind, what) {#word, KIND_##kind, what},
#include "common/join_var.def"
#undef JOIN_VAR
};

const char *
join_var_word(size_t i)
{
	return i < JOIN_VAR__MAX ? vars[i].word : NULL;
}

const char *
join_var_what(size_t i)
{
	return i < JOIN_VAR__MAX ? vars[i].what : NULL;
}

/* A template while it is read. */
struct run {
	const char *src;
	size_t at, len;
	const struct join_values *values; /* NULL: it is only checked */
	struct buf *out;
	size_t line_out; /* of out: where this line begins */
	bool line_is_blank; /* so far */
	struct {
		enum join_var var;
		size_t at;
		bool outer; /* was text shown around it? */
	} open[JOIN_TEMPLATE_DEPTH_MAX];
	size_t depth;
	bool shown;
	unsigned tags;
	bool has_way; /* the link or the video address stands in it */
	struct errinfo *ei;
};

static enum err fault(struct run *r, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4), warn_unused_result));

static enum err
fault(struct run *r, size_t at, const char *fmt, ...)
{
	size_t line = 1, column = 1, i;
	char why[200];
	va_list ap;

	for (i = 0; i < at && i < r->len; i++)
		if (r->src[i] == '\n') {
			line++;
			column = 1;
		} else if (((unsigned char)r->src[i] & 0xc0) != 0x80) {
			column++;
		}
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return err_set(
	    r->ei, ERR_ARG, "Line %zu, column %zu: %s", line, column, why);
}

static const char *
value_of(const struct run *r, enum join_var v)
{
	const char *s = r->values != NULL ? r->values->v[v] : NULL;

	if (vars[v].kind == KIND_word)
		s = i18n_text(
		    r->values != NULL ? r->values->lang : NULL, vars[v].what);
	/* A value cannot end the block. */
	return s != NULL && !join_guard_find(s, NULL) ? s : "";
}

static enum err
put_value(struct run *r, enum join_var v)
{
	const char *s = value_of(r, v);
	char mark = vars[v].kind == KIND_link  ? JOIN_MARKUP_LINK
		    : vars[v].kind == KIND_ltr ? JOIN_MARKUP_LTR
					       : '\0';
	enum err e = ERR_OK;

	if (!r->shown || r->out == NULL || *s == '\0')
		return ERR_OK;
	if (mark != '\0')
		e = buf_putc(r->out, mark);
	if (e == ERR_OK)
		e = join_clean_put(r->out, s, vars[v].kind == KIND_lines);
	if (e == ERR_OK && mark != '\0')
		e = buf_putc(r->out, JOIN_MARKUP_END);
	return e;
}

static bool
find_var(const char *p, size_t n, enum join_var *out)
{
	int i;

	for (i = 0; i < JOIN_VAR__MAX; i++)
		if (strlen(vars[i].word) == n &&
		    memcmp(vars[i].word, p, n) == 0) {
			*out = (enum join_var)i;
			return true;
		}
	return false;
}

/* A section's tag or a remark alone in its line takes the line along. */
static void
drop_line(struct run *r)
{
	size_t i = r->at;

	if (!r->line_is_blank)
		return;
	while (i < r->len && (r->src[i] == ' ' || r->src[i] == '\t'))
		i++;
	if (i < r->len && r->src[i] != '\n')
		return;
	r->at = i < r->len ? i + 1 : i;
	if (r->out != NULL && r->out->len > r->line_out)
		r->out->len = r->line_out;
	if (r->out != NULL && r->out->p != NULL)
		r->out->p[r->out->len] = '\0';
}

static enum err
open_section(struct run *r, size_t at, enum join_var v, bool if_given)
{
	if (r->depth == JOIN_TEMPLATE_DEPTH_MAX)
		return fault(r, at,
		    "Sections can stand in each other %d deep, not more.",
		    JOIN_TEMPLATE_DEPTH_MAX);
	r->open[r->depth].var = v;
	r->open[r->depth].at = at;
	r->open[r->depth++].outer = r->shown;
	if (r->shown)
		r->shown = (*value_of(r, v) != '\0') == if_given;
	return ERR_OK;
}

static enum err
close_section(struct run *r, size_t at, enum join_var v)
{
	if (r->depth == 0)
		return fault(r, at, "{{/%s}} ends a section, and none is open.",
		    vars[v].word);
	if (r->open[r->depth - 1].var != v)
		return fault(r, at, "{{/%s}} ends a section, but %s is open.",
		    vars[v].word, vars[r->open[r->depth - 1].var].word);
	r->shown = r->open[--r->depth].outer;
	return ERR_OK;
}

/* At "{{": one tag. */
static enum err
tag(struct run *r)
{
	const char *p = r->src + r->at + 2, *end = strstr(p, "}}");
	size_t at = r->at, n;
	enum join_var v;
	char sign = '\0';
	enum err e;

	if (end == NULL)
		return fault(r, at, "{{ has no }}.");
	if (++r->tags > JOIN_TEMPLATE_TAGS_MAX)
		return fault(r, at, "There are more than %d tags.",
		    JOIN_TEMPLATE_TAGS_MAX);
	r->at = (size_t)(end + 2 - r->src);
	if (*p == '!') {
		drop_line(r);
		return ERR_OK;
	}
	if (*p == '{' || *p == '&' || *p == '>' || *p == '=')
		return fault(r, at,
		    "{{%c is not offered: values are always escaped.", *p);
	if (*p == '#' || *p == '^' || *p == '/')
		sign = *p++;
	while (p < end && *p == ' ')
		p++;
	for (n = (size_t)(end - p); n > 0 && p[n - 1] == ' '; n--)
		;
	if (n == 0)
		return fault(r, at, "There is no name between {{ and }}.");
	if (!find_var(p, n, &v))
		return n > NAME_SHOWN_MAX
			   ? fault(r, at, "There is no such value.")
			   : fault(r, at, "There is no value called \"%.*s\".",
				 (int)n, p);
	if (sign == '\0') {
		r->has_way |= v == JOIN_V_LINK || v == JOIN_V_VIDEO;
		r->line_is_blank = false;
		return put_value(r, v);
	}
	e = sign == '/' ? close_section(r, at, v)
			: open_section(r, at, v, sign == '#');
	if (e == ERR_OK)
		drop_line(r);
	return e;
}

static enum err
plain(struct run *r)
{
	char c = r->src[r->at++];

	if (c != ' ' && c != '\t')
		r->line_is_blank = false;
	return r->shown && r->out != NULL ? buf_putc(r->out, c) : ERR_OK;
}

static enum err
begin_line(struct run *r)
{
	r->line_out = r->out != NULL ? r->out->len : 0;
	r->line_is_blank = true;
	if (r->src[r->at] != '#' || r->src[r->at + 1] != ' ')
		return ERR_OK;
	r->at += 2;
	r->line_is_blank = false;
	return r->shown && r->out != NULL
		   ? buf_putc(r->out, JOIN_MARKUP_HEADING)
		   : ERR_OK;
}

static enum err
run(struct run *r)
{
	enum err e = ERR_OK;

	while (r->at < r->len && e == ERR_OK) {
		if (r->at == 0 || r->src[r->at - 1] == '\n') {
			if ((e = begin_line(r)) != ERR_OK || r->at >= r->len)
				break;
		}
		if (r->src[r->at] == '{' && r->src[r->at + 1] == '{')
			e = tag(r);
		else
			e = plain(r);
	}
	if (e == ERR_OK && r->depth > 0)
		e = fault(r, r->open[r->depth - 1].at,
		    "The section %s is never ended by {{/%s}}.",
		    vars[r->open[r->depth - 1].var].word,
		    vars[r->open[r->depth - 1].var].word);
	return e;
}

/* Characters that cannot stand in a template. */
static enum err
check_text(struct run *r)
{
	size_t at, n;

	for (at = 0; at < r->len; at += n) {
		unsigned char c = (unsigned char)r->src[at];

		if ((n = str_utf8_len(r->src + at)) == 0)
			return fault(r, at, "This is not text in UTF-8.");
		if (c == '\n' || c == '\t' || join_hidden(r->src + at) == 0)
			continue;
		if (c < 0x80 || c == 0xc2)
			return fault(
			    r, at, "There is a control character here.");
		return fault(r, at,
		    "A mark that nobody sees and that turns the direction of "
		    "text around cannot stand here.");
	}
	if (join_guard_find(r->src, &at))
		return fault(r, at,
		    "These words mark the join details, which have them "
		    "already, and cannot be part of a template.");
	return ERR_OK;
}

static char *
unix_lines(const char *typed)
{
	char *text = try_strdup(typed), *to = text;
	const char *p;

	for (p = typed; text != NULL && *p != '\0'; p++)
		if (*p != '\r')
			*to++ = *p;
		else if (p[1] != '\n')
			*to++ = '\n';
	if (text != NULL)
		*to = '\0';
	return text;
}

enum err
join_template_check(char **out, const char *typed, struct errinfo *ei)
{
	struct run r = {.shown = true, .ei = ei};
	char *text = unix_lines(typed);
	enum err e;

	if (text == NULL)
		return err_set(ei, ERR_NOMEM, "Memory is out.");
	r.src = text;
	r.len = strlen(text);
	if (r.len > JOIN_TEMPLATE_MAX)
		e = err_set(ei, ERR_ARG, "This has %zu bytes; %d is the most.",
		    r.len, JOIN_TEMPLATE_MAX);
	else if ((e = check_text(&r)) == ERR_OK)
		e = run(&r);
	if (e == ERR_OK && r.len > 0 && !r.has_way)
		e = fault(&r, 0,
		    "Neither {{link}} nor {{video}} stands in it: nobody could "
		    "join.");
	if (e == ERR_OK) {
		*out = text;
		text = NULL;
	}
	mem_free(text);
	return e;
}

enum err
join_template_put(struct buf *out, const char *source,
    const struct join_values *values, bool is_html)
{
	struct buf marked = BUF_INIT(JOIN_TEMPLATE_TEXT_MAX);
	struct run r = {.src = source,
	    .len = strlen(source),
	    .values = values,
	    .out = &marked,
	    .shown = true};
	size_t was = out->len;
	enum err e;

	if ((e = run(&r)) == ERR_OK && join_guard_find(buf_str(&marked), NULL))
		e = ERR_ARG;
	if (e == ERR_OK)
		e = join_markup_put(out, buf_str(&marked), is_html,
		    is_html && i18n_is_rtl(values->lang));
	if (e != ERR_OK && out->p != NULL) {
		out->len = was;
		out->p[was] = '\0';
	}
	buf_clear(&marked);
	return e;
}
