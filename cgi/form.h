/* form.h - the fields of one form: what was typed, what is wrong with it.
 * calconn-web.  Labels, help and sizes come from settings.def.  Values are
 * borrowed from the request or from a record, which outlive the form.  A
 * secret is never kept here and never shown again. */
#ifndef FORM_H
#define FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "cgi/view.h"
#include "common/err.h"

struct req;
struct secret;

#define FORM_FIELDS_MAX 32
#define FORM_SHOWN_MAX 65536 /* bytes of a field that is over its size */

struct form_field {
	const char *key, *label;
	size_t max; /* bytes */
	const char *value;
	size_t len;
	bool is_secret, given;
	char error[ERRINFO_MAX]; /* "" : none */
};

struct form {
	struct form_field v[FORM_FIELDS_MAX];
	size_t n, errors_n;
};

void form_init(struct form *f);
/* All fields of a record of settings.def, in its order. */
void form_add_record(struct form *f, const char *record);
void form_add(struct form *f, const char *key, const char *label, size_t max,
    bool is_secret);
/* Takes what the request's body has; each field that is over its size, not
 * UTF-8 or holds NUL or a control character has its error already. */
void form_take(struct form *f, const struct req *r);
/* A file that was pasted into a field: its lines are no fault.  NULL where
 * there is none or it cannot be read, with the error set: `empty`, `cut` or
 * `bad`.  What was typed stays in the form. */
const struct req_field *form_take_file(struct form *f, const char *key,
    const struct req *r, const char *empty, const char *cut, const char *bad);
/* For a form that was not sent yet. */
void form_set(struct form *f, const char *key, const char *value);
/* "" where it was not given; NULL where it has an error. */
const char *form_get(const struct form *f, const char *key);
/* The first error of a field stays.  An unknown key goes to the first
 * field, so that no problem is lost. */
void form_error(struct form *f, const char *key, const char *text);
bool form_has_error(const struct form *f, const char *key);
/* Secret from the body; ERR_ARG: over the size or not text (the error is
 * set). Empty when nothing was typed. */
enum err form_secret(struct form *f, const char *key, const struct req *r,
    struct secret *out) ERR_CHECK;
/* f.KEY.value, f.KEY.error, errors.N.(id,label,text), errors_n */
void form_view(const struct form *f, struct view v);
/* S.set.RECORD.KEY.(label,help): what templates show of settings.def */
void form_settings_view(struct view shared);

#endif
