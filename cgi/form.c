/* form.c - what was typed, and what is wrong with it. */
#include <stdio.h>
#include <string.h>

#include "cgi/form.h"
#include "cgi/req.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/str.h"

void
form_init(struct form *f)
{
	f->n = f->errors_n = 0;
}

void
form_add(struct form *f, const char *key, const char *label, size_t max,
    bool is_secret)
{
	struct form_field *x = &f->v[f->n];

	if (f->n == FORM_FIELDS_MAX)
		return; /* a test counts the rows of settings.def */
	f->n++;
	x->key = key;
	x->label = label;
	x->max = max;
	x->value = "";
	x->len = 0;
	x->is_secret = is_secret;
	x->given = false;
	x->error[0] = '\0';
}

void
form_add_record(struct form *f, const char *record)
{
	const struct setting *s = NULL;

	while ((s = setting_next(record, s)) != NULL)
		form_add(f, s->key, s->label, s->max, s->kind == SETTING_P);
}

static struct form_field *
find(const struct form *f, const char *key)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (str_eq(f->v[i].key, key))
			return (struct form_field *)&f->v[i];
	return NULL;
}

void
form_error(struct form *f, const char *key, const char *text)
{
	struct form_field *x = find(f, key);

	if (x == NULL)
		x = &f->v[0];
	if (x->error[0] != '\0')
		return;
	(void)str_copy(x->error, sizeof(x->error), text);
	f->errors_n++;
}

bool
form_has_error(const struct form *f, const char *key)
{
	const struct form_field *x = find(f, key);

	return x != NULL && x->error[0] != '\0';
}

/* Says what is wrong with the bytes themselves. */
static void
check_bytes(
    struct form *f, const struct form_field *x, const struct req_field *r)
{
	char text[ERRINFO_MAX];

	if (r->cut)
		(void)snprintf(text, sizeof(text),
		    "This is over %d bytes long; at most %zu fit. The rest was "
		    "cut off.",
		    REQ_FIELD_MAX, x->max);
	else if (r->len > x->max)
		(void)snprintf(text, sizeof(text),
		    "This is %zu bytes long; at most %zu fit.", r->len, x->max);
	else if (r->bad)
		(void)snprintf(text, sizeof(text),
		    "This holds bytes that are not text (UTF-8). Type it "
		    "again.");
	else if (str_has_control(r->value))
		(void)snprintf(text, sizeof(text),
		    "This holds a control character, such as a line break. "
		    "Take it out.");
	else
		return;
	form_error(f, x->key, text);
}

/* What is far too long is not sent back whole. */
static size_t
shown_len(const struct req_field *r, size_t max)
{
	size_t n = r->len;

	if (n <= max || n <= FORM_SHOWN_MAX)
		return n;
	for (n = FORM_SHOWN_MAX; n > 0; n--)
		if (((unsigned char)r->value[n] & 0xC0) != 0x80)
			break;
	return n;
}

void
form_take(struct form *f, const struct req *r)
{
	size_t i;

	for (i = 0; i < f->n; i++) {
		const struct req_field *from = req_field(&r->body, f->v[i].key);

		f->v[i].value = "";
		f->v[i].len = 0;
		f->v[i].given = from != NULL;
		if (from == NULL || f->v[i].is_secret)
			continue;
		f->v[i].value = from->value;
		f->v[i].len = shown_len(from, f->v[i].max);
		check_bytes(f, &f->v[i], from);
	}
}

const struct req_field *
form_take_file(struct form *f, const char *key, const struct req *r,
    const char *empty, const char *cut, const char *bad)
{
	const struct req_field *from = req_field(&r->body, key);

	if (from == NULL || from->len == 0) {
		form_error(f, key, empty);
		return NULL;
	}
	form_set(f, key, from->value);
	if (from->cut)
		form_error(f, key, cut);
	else if (from->bad)
		form_error(f, key, bad);
	return from->cut || from->bad ? NULL : from;
}

void
form_set(struct form *f, const char *key, const char *value)
{
	struct form_field *x = find(f, key);

	if (x == NULL || x->is_secret)
		return;
	x->value = value == NULL ? "" : value;
	x->len = strlen(x->value);
}

const char *
form_get(const struct form *f, const char *key)
{
	const struct form_field *x = find(f, key);

	if (x == NULL)
		return "";
	return x->error[0] != '\0' ? NULL : x->value;
}

enum err
form_secret(
    struct form *f, const char *key, const struct req *r, struct secret *out)
{
	const struct req_field *from = req_field(&r->body, key);
	const struct form_field *x = find(f, key);

	if (from == NULL || from->len == 0)
		return ERR_OK;
	if (x == NULL)
		return ERR_ARG;
	check_bytes(f, x, from);
	if (x->error[0] != '\0')
		return ERR_ARG;
	return secret_set(out, from->value, from->len);
}

void
form_view(const struct form *f, struct view v)
{
	struct view fields = view_sub(v, "f"), errors;
	size_t i, n = 0;

	if (f->errors_n > 0)
		errors = view_sub(v, "errors");
	for (i = 0; i < f->n; i++) {
		const struct form_field *x = &f->v[i];
		struct view one = view_sub(fields, x->key), row;

		view_raw(one, "value", x->value, x->len);
		if (x->error[0] == '\0')
			continue;
		view_str(one, "error", x->error);
		row = view_row(errors, n++);
		view_str(row, "id", x->key);
		view_str(row, "label", x->label);
		view_str(row, "text", x->error);
	}
	if (f->errors_n > 0)
		view_fmt(v, "errors_n", "%zu", f->errors_n);
}

void
form_settings_view(struct view shared)
{
	struct view set = view_sub(shared, "set");
	const struct setting *s;
	size_t i;

	for (i = 0; (s = setting_at(i)) != NULL; i++) {
		struct view one = view_sub(view_sub(set, s->record), s->key);

		view_str(one, "label", s->label);
		view_str(one, "help", s->help);
	}
}
