/* jointemplate.c - Join Details > Template: join details in a form of one's
 * own, checked when saved, shown with five meetings. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/i18n.h"
#include "common/join_details.h"
#include "common/join_sample.h"
#include "common/join_template.h"
#include "common/store.h"
#include "common/store_join.h"
#include "common/str.h"

#define BLOCK_MAX 131072 /* bytes */
#define TYPED_MAX 16384 /* bytes of a template as it is sent */

/* Of the form or of the address. */
static const struct i18n *
chosen(struct page *p)
{
	const char *code = req_text(&p->req->body, "language");
	const struct i18n *l = NULL;

	if (*code == '\0')
		code = req_text(&p->req->query, "language");
	(void)i18n_find(code, &l);
	return l;
}

static void
languages_view(
    struct page *p, const struct join_details *d, const struct i18n *now)
{
	struct view list = view_sub(p->view, "languages");
	const struct i18n *l;
	const char *code;
	size_t i, k;

	for (i = 0; i18n_at(i, &code, &l); i++) {
		struct view row = view_row(list, i);

		view_str(row, "code", code);
		view_str(row, "name", i18n_name(l));
		view_flag(row, "now", l == now);
		for (k = 0; k < d->text_n; k++)
			if (str_eq(d->text[k].language, code))
				view_flag(
				    row, "own", *d->text[k].source != '\0');
	}
	view_str(p->view, "language", i18n_code(now));
	view_str(p->view, "language_name", i18n_name(now));
}

static void
values_view(struct page *p)
{
	struct view list = view_sub(p->view, "values");
	size_t i;

	for (i = 0; join_var_word(i) != NULL; i++) {
		struct view row = view_row(list, i);

		view_str(row, "word", join_var_word(i));
		view_str(row, "what", join_var_what(i));
		view_flag(
		    row, "is_word", str_has_prefix(join_var_word(i), "word_"));
	}
}

static enum err
sample_view(struct view row, size_t i, const struct join_style *style)
{
	struct buf text = BUF_INIT(BLOCK_MAX), html = BUF_INIT(BLOCK_MAX);
	enum err e;

	if ((e = join_sample_put(&text, i, style, false)) == ERR_OK &&
	    (e = join_sample_put(&html, i, style, true)) == ERR_OK) {
		view_str(row, "name", join_sample_name(i));
		view_raw(row, "text", buf_str(&text), text.len);
		view_raw(row, "html", buf_str(&html), html.len);
	}
	buf_clear(&text);
	buf_clear(&html);
	return e;
}

/* source: what the samples are shown with; the form holds what was typed. */
static enum err
show(struct page *p, struct form *f, const struct join_details *d,
    const char *source)
{
	const struct i18n *l = chosen(p);
	struct join_details own = *d;
	struct join_style style;
	enum err e = ERR_OK;
	size_t i;

	page_title(p, "Join Details Template");
	form_view(f, p->view);
	languages_view(p, d, l);
	values_view(p);
	view_int(p->view, "source_max", JOIN_TEMPLATE_MAX);
	(void)str_copy(own.language, sizeof(own.language), i18n_code(l));
	join_details_style(&own, "", &style);
	view_flag(
	    p->view, "stands_in", *source == '\0' && *style.source != '\0');
	if (*source != '\0')
		style.source = source;
	view_str(p->view, "preview_dir", i18n_is_rtl(l) ? "rtl" : "ltr");
	view_str(p->view, "preview_lang", i18n_tag(l));
	for (i = 0; i < JOIN_SAMPLES_N && e == ERR_OK; i++)
		e = sample_view(
		    view_row(view_sub(p->view, "samples"), i), i, &style);
	return e;
}

static const char *
stored(const struct join_details *d, const struct i18n *l)
{
	size_t i;

	for (i = 0; i < d->text_n; i++)
		if (str_eq(d->text[i].language, i18n_code(l)))
			return d->text[i].source;
	return "";
}

static void
fields(struct form *f)
{
	form_init(f);
	form_add(f, "source", "Template", TYPED_MAX, false);
}

enum err
jointemplate_show(struct page *p, struct errinfo *ei)
{
	struct join_details d;
	struct form f;
	enum err e;

	fields(&f);
	if ((e = store_join_get(p->web->store, &d, ei)) == ERR_OK) {
		form_set(&f, "source", stored(&d, chosen(p)));
		e = show(p, &f, &d, stored(&d, chosen(p)));
	}
	if (e == ERR_OK)
		e = page_show_saved(p, ei);
	join_details_clear(&d);
	return e;
}

static enum err
take(struct page *p, const char *what, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	const char *typed = req_text(&p->req->body, "source");
	struct errinfo why = {ERR_OK, ""};
	struct join_details d;
	char *source = NULL;
	struct form f;
	enum err e;

	fields(&f);
	/* What was typed stays, as far as a page can show it. */
	form_set(&f, "source", str_is_utf8(typed, strlen(typed)) ? typed : "");
	if (join_template_check(&source, typed, &why) != ERR_OK)
		form_error(&f, "source", why.text);
	if (f.errors_n == 0 && str_eq(what, "save")) {
		e = store_join_template_put(
		    p->web->store, &who, i18n_code(chosen(p)), source, ei);
		mem_free(source);
		return e == ERR_OK ? page_saved(p, "/join-details/template", ei)
				   : e;
	}
	if (f.errors_n > 0)
		p->resp->status = 422;
	if ((e = store_join_get(p->web->store, &d, ei)) == ERR_OK)
		e = show(
		    p, &f, &d, source != NULL ? source : stored(&d, chosen(p)));
	join_details_clear(&d);
	mem_free(source);
	return e;
}

enum err
jointemplate_do(struct page *p, struct errinfo *ei)
{
	const char *what = req_text(&p->req->body, "do");

	if (str_eq(what, "save") || str_eq(what, "preview"))
		return take(p, what, ei);
	return err_set(ei, ERR_ARG, "Choose what to do.");
}
