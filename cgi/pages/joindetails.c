/* joindetails.c - Join Details: what invitations show, header and footer of
 * each language, and what comes of it. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/i18n.h"
#include "common/join_details.h"
#include "common/meeting_rules.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_join.h"
#include "common/str.h"

#define PREFIX "jd_"
#define BLOCK_MAX 131072 /* bytes */
#define TEXT_BYTES_MAX 8192 /* of a header as it is sent */

static const struct meeting_room sample = {
    "https://example.webex.com/meet/alice", "123 456 789",
    "alice@example.webex.com", NULL, false};

/* The header and the footer that the page shows; owned. */
struct texts {
	char *v[2];
};

static const char *const text_keys[2] = {"header", "footer"};
static const char *const text_labels[2] = {"Header", "Footer"};

static void
part_fields(struct form *f)
{
	const struct setting *s = NULL;

	form_init(f);
	while ((s = setting_next("system", s)) != NULL)
		if (str_has_prefix(s->key, PREFIX))
			form_add(f, s->key, s->label, s->max, false);
}

static void
text_fields(struct form *f)
{
	size_t i;

	for (i = 0; i < 2; i++)
		form_add(
		    f, text_keys[i], text_labels[i], TEXT_BYTES_MAX, false);
}

/* The language whose texts are shown: of the form or of the address. */
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

static enum err
load_texts(const struct join_details *d, const char *code, struct texts *t)
{
	size_t i, k;

	for (i = 0; i < d->text_n; i++) {
		if (!str_eq(d->text[i].language, code))
			continue;
		t->v[0] = try_strdup(d->text[i].header);
		t->v[1] = try_strdup(d->text[i].footer);
	}
	for (k = 0; k < 2; k++)
		if (t->v[k] == NULL && (t->v[k] = try_strdup("")) == NULL)
			return ERR_NOMEM;
	return ERR_OK;
}

static void
texts_clear(struct texts *t)
{
	mem_free(t->v[0]);
	mem_free(t->v[1]);
}

static void
languages_view(struct page *p, const struct i18n *now)
{
	struct view list = view_sub(p->view, "languages");
	const struct i18n *l;
	const char *code;
	size_t i;

	for (i = 0; i18n_at(i, &code, &l); i++) {
		struct view row = view_row(list, i);

		view_str(row, "code", code);
		view_str(row, "name", i18n_name(l));
		view_flag(row, "now", l == now);
	}
	view_str(p->view, "language", i18n_code(now));
	view_str(p->view, "language_name", i18n_name(now));
}

/* Both forms of what an invitation would get with these texts. */
static enum err
preview(struct page *p, const struct join_details *d, const struct i18n *l,
    const struct texts *t)
{
	struct buf text = BUF_INIT(BLOCK_MAX), html = BUF_INIT(BLOCK_MAX);
	struct join_details own = *d;
	struct join_style style;
	enum err e;

	(void)str_copy(own.language, sizeof(own.language), i18n_code(l));
	join_details_style(&own, "", &style);
	if (*t->v[0] != '\0')
		style.header = t->v[0];
	if (*t->v[1] != '\0')
		style.footer = t->v[1];
	if ((e = join_block_put_styled(&text, &sample, &style, false)) ==
		ERR_OK &&
	    (e = join_block_put_styled(&html, &sample, &style, true)) ==
		ERR_OK) {
		view_raw(p->view, "preview", buf_str(&text), text.len);
		view_raw(p->view, "preview_html", buf_str(&html), html.len);
		view_str(
		    p->view, "preview_dir", i18n_is_rtl(l) ? "rtl" : "ltr");
		view_str(p->view, "preview_lang", i18n_tag(l));
	}
	buf_clear(&text);
	buf_clear(&html);
	return e;
}

/* f: the parts as they were typed, or NULL for what is stored; t likewise. */
static enum err
show(struct page *p, struct form *f, struct texts *t, struct errinfo *ei)
{
	char *held[FORM_FIELDS_MAX] = {NULL};
	const struct i18n *l = chosen(p);
	struct texts stored = {{NULL, NULL}};
	const struct setting *s = NULL;
	struct join_details d;
	struct form own;
	size_t i = 0;
	enum err e;

	page_title(p, "Join Details");
	if ((e = store_join_get(p->web->store, &d, ei)) != ERR_OK)
		goto out;
	if (t == NULL || t->v[0] == NULL || t->v[1] == NULL) {
		if ((e = load_texts(&d, i18n_code(l), &stored)) != ERR_OK)
			goto out;
		t = &stored;
	}
	if (f == NULL) {
		f = &own;
		part_fields(f);
		text_fields(f);
	}
	while ((s = setting_next("system", s)) != NULL) {
		if (!str_has_prefix(s->key, PREFIX) || f->v[0].given)
			continue;
		e = store_setting_get(p->web->store, s->key, &held[i], ei);
		if (e != ERR_OK)
			goto out;
		form_set(f, s->key, *held[i] != '\0' ? held[i] : s->def);
		i++;
	}
	for (i = 0; i < 2; i++)
		form_set(f, text_keys[i], t->v[i]);
	form_view(f, p->view);
	view_int(p->view, "header_n", (int64_t)str_utf8_count(t->v[0]));
	view_int(p->view, "footer_n", (int64_t)str_utf8_count(t->v[1]));
	view_int(p->view, "text_max", JOIN_TEXT_MAX);
	languages_view(p, l);
	e = preview(p, &d, l, t);
out:
	join_details_clear(&d);
	texts_clear(&stored);
	for (i = 0; i < FORM_FIELDS_MAX; i++)
		mem_free(held[i]);
	return e;
}

enum err
joindetails_show(struct page *p, struct errinfo *ei)
{
	enum err e = show(p, NULL, NULL, ei);

	return e == ERR_OK ? page_show_saved(p, ei) : e;
}

static enum err
save_parts(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	const struct setting *s = NULL;
	struct errinfo why = {ERR_OK, ""};
	struct form f;
	enum err e = ERR_OK;

	part_fields(&f);
	form_take(&f, p->req);
	while ((s = setting_next("system", s)) != NULL) {
		const char *v = str_has_prefix(s->key, PREFIX)
				    ? form_get(&f, s->key)
				    : NULL;

		if (v != NULL && setting_check(s, v, &why) != ERR_OK)
			form_error(&f, s->key, why.text);
	}
	if (f.errors_n > 0) {
		p->resp->status = 422;
		f.v[0].given = true;
		text_fields(&f);
		return show(p, &f, NULL, ei);
	}
	while (e == ERR_OK && (s = setting_next("system", s)) != NULL)
		if (str_has_prefix(s->key, PREFIX))
			e = store_setting_put(p->web->store, &who, s->key,
			    form_get(&f, s->key), ei);
	return e == ERR_OK ? page_saved(p, "/join-details", ei) : e;
}

/* Header and footer: stored, or (is_preview) only shown. */
static enum err
take_texts(struct page *p, bool is_preview, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct texts t = {{NULL, NULL}};
	struct errinfo why = {ERR_OK, ""};
	struct form f;
	enum err e = ERR_OK;
	size_t i;

	part_fields(&f);
	text_fields(&f);
	for (i = 0; i < 2; i++) {
		const char *typed = req_text(&p->req->body, text_keys[i]);

		if (join_text_check(&t.v[i], typed, &why) == ERR_OK)
			continue;
		form_error(&f, text_keys[i], why.text);
		/* What was typed stays, as far as a page can show it. */
		t.v[i] = try_strdup(typed);
		if (t.v[i] == NULL || !str_is_utf8(typed, strlen(typed))) {
			mem_free(t.v[i]);
			t.v[i] = xstrdup("");
		}
	}
	if (f.errors_n > 0 || is_preview) {
		if (f.errors_n > 0)
			p->resp->status = 422;
		e = show(p, &f, &t, ei);
	} else {
		e = store_join_put(p->web->store, &who, i18n_code(chosen(p)),
		    t.v[0], t.v[1], ei);
		if (e == ERR_OK)
			e = page_saved(p, "/join-details", ei);
	}
	texts_clear(&t);
	return e;
}

enum err
joindetails_do(struct page *p, struct errinfo *ei)
{
	const char *what = req_text(&p->req->body, "do");

	if (str_eq(what, "save"))
		return save_parts(p, ei);
	if (str_eq(what, "text") || str_eq(what, "preview"))
		return take_texts(p, str_eq(what, "preview"), ei);
	return err_set(ei, ERR_ARG, "Choose what to do.");
}
