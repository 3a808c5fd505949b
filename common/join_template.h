/* join_template.h - join details in an organization's own form.
 * Engine, web and ctl.  Pure.  A small part of Mustache
 * (https://mustache.github.io/mustache.5.html) without any logic: a text with
 *   {{name}}  a value of join_var.def, always escaped
 *   {{#name}} ... {{/name}}  where there is such a value
 *   {{^name}} ... {{/name}}  where there is none
 *   {{! ... }}  a remark
 * A line that begins with "# " is a heading.  HTML is made from the same
 * text: an administrator's markup is shown, as everybody's, as text.  Values
 * are never read as a template.  The guard lines and markers around it are
 * join_block.h's, and cannot be part of it. */
#ifndef JOIN_TEMPLATE_H
#define JOIN_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

#define JOIN_TEMPLATE_MAX 4096 /* bytes of a template */
#define JOIN_TEMPLATE_TAGS_MAX 200
#define JOIN_TEMPLATE_DEPTH_MAX 8 /* sections in sections */
#define JOIN_TEMPLATE_TEXT_MAX 16384 /* bytes of what comes of it, as text */

struct buf;
struct i18n;

enum join_var {
#define JOIN_VAR(name, word, kind, what) JOIN_V_##name,
#include "common/join_var.def"
#undef JOIN_VAR
	JOIN_VAR__MAX
};
/* The word of a value, and what it is; NULL past the end. */
const char *join_var_word(size_t i);
const char *join_var_what(size_t i);

struct join_values {
	const struct i18n *lang; /* NULL: English */
	/* Borrowed; NULL or "" where there is none.  Words are filled in. */
	const char *v[JOIN_VAR__MAX];
};

/* As typed; makes lines end in LF.  out is the caller's.  ERR_ARG: with the
 * line and column (in characters, from 1) of the first fault.  An empty
 * template is none and is fine. */
enum err join_template_check(
    char **out, const char *typed, struct errinfo *ei) ERR_CHECK;
/* Appends what comes of a checked template.  ERR_TOOBIG: too much does;
 * ERR_ARG: it cannot be read, or words of the guard lines come of it.  Then
 * out is as it was. */
enum err join_template_put(struct buf *out, const char *source,
    const struct join_values *values, bool is_html) ERR_CHECK;

#endif
