/* verb_joindetails.c - what the join details in invitations show. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/i18n.h"
#include "common/join_details.h"
#include "common/join_sample.h"
#include "common/join_template.h"
#include "common/meeting_rules.h"
#include "common/settings.h"
#include "common/store_admin.h"
#include "common/store_join.h"
#include "common/str.h"

#define BLOCK_MAX 131072 /* bytes */
#define PREFIX "jd_" /* of the settings */

/* What the preview shows a meeting of. */
static const struct meeting_room sample = {
    "https://example.webex.com/meet/alice", "123 456 789",
    "alice@example.webex.com", NULL, false};

int
verb_joindetails_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	const struct setting *row = NULL;
	struct join_details d;
	enum err e;
	size_t i;

	e = store_join_get(c->store, &d, &ei);
	while (e == ERR_OK && (row = setting_next("system", row)) != NULL) {
		char *v = NULL;

		if (!str_has_prefix(row->key, PREFIX))
			continue;
		if ((e = store_setting_get(c->store, row->key, &v, &ei)) ==
		    ERR_OK)
			out_str(&c->out, row->key + strlen(PREFIX), row->label,
			    *v != '\0' ? v : row->def);
		mem_free(v);
	}
	if (e == ERR_OK) {
		out_rows(&c->out, "texts");
		for (i = 0; i < d.text_n; i++) {
			out_row(&c->out);
			out_str(&c->out, "language", "LANGUAGE",
			    d.text[i].language);
			out_str(&c->out, "header", "HEADER", d.text[i].header);
			out_str(&c->out, "footer", "FOOTER", d.text[i].footer);
		}
		out_rows_end(&c->out, "No language has a header or footer.");
	}
	join_details_clear(&d);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static const struct setting *
find_row(const char *key)
{
	char full[64];

	if (strlen(key) + sizeof(PREFIX) > sizeof(full))
		return NULL;
	memcpy(full, PREFIX, sizeof(PREFIX));
	memcpy(full + strlen(PREFIX), key, strlen(key) + 1);
	return setting_find("system", full);
}

int
verb_joindetails_set(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < c->args.keys.n; i++) {
		const struct setting *row = find_row(c->args.keys.v[i]);

		if (row == NULL)
			ctl_problem(c, c->args.keys.v[i],
			    "There is no such part of the join details.");
		else if (setting_check(row, c->args.values.v[i], &ei) != ERR_OK)
			ctl_problem(c, c->args.keys.v[i], ei.text);
	}
	if (c->problems_n > 0)
		return ctl_problems_end(c);
	for (i = 0; i < c->args.keys.n && e == ERR_OK; i++)
		e = store_setting_put(c->store, &c->actor,
		    find_row(c->args.keys.v[i])->key, c->args.values.v[i], &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

static bool
is_language(struct ctl *c, const char *code, int *exit_code)
{
	const struct i18n *l;

	if (i18n_find(code, &l))
		return true;
	*exit_code = ctl_refuse(c, EXIT_USAGE,
	    "there is no language \"%s\"; such as en, de or pt_BR", code);
	return false;
}

int
verb_joindetails_text(struct ctl *c)
{
	char *text[2] = {NULL, NULL}; /* header, footer */
	struct errinfo ei = {ERR_OK, ""};
	struct join_details d;
	enum err e;
	size_t i, which;
	int code;

	if (!is_language(c, c->words[0], &code))
		return code;
	for (i = 0; i < c->args.keys.n; i++) {
		const char *key = c->args.keys.v[i];

		which = str_eq(key, "footer");
		if (which == 0 && !str_eq(key, "header")) {
			ctl_problem(c, key, "Only header and footer are.");
			continue;
		}
		mem_free(text[which]);
		text[which] = NULL;
		if (join_text_check(&text[which], c->args.values.v[i], &ei) !=
		    ERR_OK)
			ctl_problem(c, key, ei.text);
	}
	e = store_join_get(c->store, &d, &ei);
	for (i = 0; e == ERR_OK && i < d.text_n; i++) {
		if (!str_eq(d.text[i].language, c->words[0]))
			continue;
		if (text[0] == NULL)
			text[0] = xstrdup(d.text[i].header);
		if (text[1] == NULL)
			text[1] = xstrdup(d.text[i].footer);
	}
	if (e == ERR_OK && c->problems_n == 0)
		e = store_join_put(c->store, &c->actor, c->words[0],
		    text[0] != NULL ? text[0] : "",
		    text[1] != NULL ? text[1] : "", &ei);
	join_details_clear(&d);
	mem_free(text[0]);
	mem_free(text[1]);
	if (c->problems_n > 0)
		return ctl_problems_end(c);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

int
verb_joindetails_preview(struct ctl *c)
{
	const char *language = "en";
	struct buf block = BUF_INIT(BLOCK_MAX);
	struct errinfo ei = {ERR_OK, ""};
	struct join_details d;
	struct join_style style;
	uint64_t which = 0; /* of the five; 0: the usual one */
	bool html = false;
	enum err e;
	size_t i;
	int code;

	for (i = 0; i < c->args.keys.n; i++) {
		const char *key = c->args.keys.v[i];
		const char *value = c->args.values.v[i];

		if (str_eq(key, "language"))
			language = value;
		else if (str_eq(key, "form") &&
			 (str_eq(value, "text") || str_eq(value, "html")))
			html = str_eq(value, "html");
		else if (!str_eq(key, "sample") ||
			 str_to_u64(value, JOIN_SAMPLES_N, &which) != ERR_OK ||
			 which == 0)
			return ctl_refuse(c, EXIT_USAGE,
			    "preview takes language, form=text or form=html, "
			    "and sample=1 to sample=5");
	}
	if (!is_language(c, language, &code))
		return code;
	if ((e = store_join_get(c->store, &d, &ei)) == ERR_OK) {
		(void)str_copy(d.language, sizeof(d.language), language);
		join_details_style(&d, "", &style);
		e = which == 0
			? join_block_put_styled(&block, &sample, &style, html)
			: join_sample_put(&block, which - 1, &style, html);
	}
	if (e == ERR_OK) {
		out_str(&c->out, "block", NULL, buf_str(&block));
		out_text(&c->out, "%s\n", buf_str(&block));
	}
	join_details_clear(&d);
	buf_clear(&block);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static const char *
template_of(const struct join_details *d, const char *language)
{
	size_t i;

	for (i = 0; i < d->text_n; i++)
		if (str_eq(d->text[i].language, language))
			return d->text[i].source;
	return "";
}

/* Without source or file it is shown. */
int
verb_joindetails_template(struct ctl *c)
{
	struct buf file = BUF_INIT(JOIN_TEMPLATE_MAX * 2);
	const char *typed = NULL, *path = NULL;
	struct errinfo ei = {ERR_OK, ""};
	struct join_details d;
	char *source = NULL;
	enum err e = ERR_OK;
	size_t i;
	int code;

	if (!is_language(c, c->words[0], &code))
		return code;
	for (i = 0; i < c->args.keys.n; i++)
		if (str_eq(c->args.keys.v[i], "source"))
			typed = c->args.values.v[i];
		else if (str_eq(c->args.keys.v[i], "file"))
			path = c->args.values.v[i];
		else
			return ctl_refuse(c, EXIT_USAGE,
			    "template takes source=TEXT or file=FILE");
	if (path != NULL && (e = file_slurp(path, &file, &ei)) == ERR_OK)
		typed = strlen(buf_str(&file)) == file.len ? buf_str(&file)
							   : "\x01";
	if (e == ERR_OK && typed == NULL) {
		if ((e = store_join_get(c->store, &d, &ei)) == ERR_OK) {
			out_str(&c->out, "template", NULL,
			    template_of(&d, c->words[0]));
			out_text(&c->out, "%s\n", template_of(&d, c->words[0]));
		}
		join_details_clear(&d);
		return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
	}
	if (e == ERR_OK &&
	    (e = join_template_check(&source, typed, &ei)) == ERR_ARG) {
		buf_clear(&file);
		ctl_problem(c, path != NULL ? "file" : "source", ei.text);
		return ctl_problems_end(c);
	}
	if (e == ERR_OK)
		e = store_join_template_put(
		    c->store, &c->actor, c->words[0], source, &ei);
	mem_free(source);
	buf_clear(&file);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}
