/* conferencing_edit.c - one conferencing service: its fields, from the table
 * of its type.  A secret goes from the request into a sealed box; no page
 * shows it again. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/conferencing.h"
#include "cgi/pages/pages.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_confer.h"
#include "common/str.h"

#define PATH "/conferencing"

/* The service that the request is about, or a new one of the type that it
 * names. */
static enum err
find(struct page *p, const struct req_fields *from, struct confer *c,
    struct errinfo *ei)
{
	const char *id = req_text(from, "id");
	const struct confer_type *t = confer_type_find(req_text(from, "type"));

	if (id[0] != '\0')
		return store_confer_get(p->web->store, id, c, ei);
	if (t == NULL)
		return err_set(
		    ei, ERR_NOTFOUND, "There is no such type of service.");
	confer_init(c, t);
	return ERR_OK;
}

static void
form_from(struct form *f, const struct confer *c)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		form_set(f, f->v[i].key, confer_get(c, f->v[i].key));
}

static void
show_rows(struct page *p, const struct confer *c)
{
	struct view list = view_sub(p->view, "rows"), row;
	size_t i;

	for (i = 0; i < c->n; i++) {
		const struct confer_field *f = &c->v[i];

		row = view_row(list, i);
		view_str(row, "key", f->row->key);
		view_flag(row, "secret", f->row->kind == SETTING_P);
		view_flag(row, "pair", f->row->kind == SETTING_B);
		view_flag(row, "need", confer_type_needs(c->type, f->row->key));
		view_flag(row, "stored", f->box.n > 0);
		view_time(row, "set", f->set_s, "");
		view_str(
		    row, "dir", f->row->kind == SETTING_T ? "auto" : "ltr");
	}
}

static enum err
show(struct page *p, struct form *f, const struct confer *c, bool is_new,
    struct errinfo *ei)
{
	size_t n = 0;

	page_title(p, is_new ? "New conferencing service" : confer_name(c));
	view_flag(p->view, "is_new", is_new);
	if (!is_new)
		view_str(p->view, "id", c->id);
	view_str(p->view, "type", c->type->type);
	view_str(p->view, "label", c->type->label);
	view_str(p->view, "about", c->type->help);
	view_fmt(p->view, "rev", "%llu", (unsigned long long)c->rev);
	if (c->rev != 0) {
		view_time(p->view, "changed", c->changed_s, "");
		view_str(p->view, "changed_by", c->changed_by);
	}
	show_rows(p, c);
	form_view(f, p->view);
	return is_new ? ERR_OK : conferencing_bookings(p, c->id, &n, ei);
}

enum err
conferencing_edit(struct page *p, struct errinfo *ei)
{
	struct confer c;
	struct form f;
	bool is_new;
	enum err e;

	if ((e = find(p, &p->req->query, &c, ei)) != ERR_OK)
		return e;
	is_new = c.rev == 0;
	form_init(&f);
	form_add_record(&f, c.type->type);
	form_from(&f, &c);
	if ((e = show(p, &f, &c, is_new, ei)) == ERR_OK)
		e = page_show_saved(p, ei);
	confer_clear(&c);
	return e;
}

/* What the callbacks of confer_check() see. */
struct typed {
	struct page *p;
	struct form *f;
};

static bool
secret_given(void *arg, const char *key)
{
	const struct req_field *f =
	    req_field(&((struct typed *)arg)->p->req->body, key);

	return f != NULL && f->len > 0;
}

static void
problem(void *arg, const char *key, const char *text)
{
	form_error(((struct typed *)arg)->f, key, text);
}

static void
take_fields(struct typed *t, struct confer *c)
{
	struct errinfo why = {ERR_OK, ""};
	const char *value;
	size_t i;

	for (i = 0; i < c->n; i++) {
		const char *key = c->v[i].row->key;

		if (c->v[i].row->kind == SETTING_P ||
		    (value = form_get(t->f, key)) == NULL)
			continue;
		if (confer_set(c, key, value, &why) != ERR_OK)
			form_error(t->f, key, why.text);
	}
	(void)confer_check(c, secret_given, problem, t);
}

static enum err
seal(struct page *p, struct confer *c, const char *key,
    const struct secret *plain, struct errinfo *ei)
{
	unsigned char box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t n = 0;
	enum err e;

	e = confer_binding(c, key, binding, sizeof(binding), ei);
	if (e == ERR_OK)
		e = seal_box(p->web->seal_pk, binding, plain, box, &n, ei);
	if (e == ERR_OK)
		e = confer_give_box(c, key, box, n, p->now_s, ei);
	return e;
}

/* A stored secret is used only with what it was entered for. */
static void
ask_again(struct typed *t, const char *key)
{
	form_error(t->f, key,
	    "Enter this again. A stored one is used only with the server and "
	    "account it was entered for, and one of them was changed.");
}

static enum err
take_secret(
    struct typed *t, struct confer *c, const char *key, struct errinfo *ei)
{
	const struct setting *row = setting_find(c->type->type, key);
	struct secret plain = SECRET_INIT;
	struct errinfo why = {ERR_OK, ""};
	enum err e;

	if ((e = form_secret(t->f, key, t->p->req, &plain)) != ERR_OK)
		e = e == ERR_ARG ? ERR_OK : e;
	else if (plain.len > 0 &&
		 setting_check(row, secret_peek(&plain), &why) != ERR_OK)
		form_error(t->f, key, why.text);
	else if (plain.len > 0 && t->f->errors_n == 0)
		e = seal(t->p, c, key, &plain, ei);
	else if (plain.len == 0 && confer_field(c, key)->box.n > 0 &&
		 !confer_is_bound(c, key))
		ask_again(t, key);
	secret_clear(&plain);
	return e;
}

static enum err
store(struct page *p, struct confer *c, struct form *f, bool is_new,
    struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct errinfo why = {ERR_OK, ""};
	enum err e = store_confer_put(p->web->store, &who, c, &why);

	if (e == ERR_EXISTS) {
		form_error(f, "display_name", why.text);
		p->resp->status = 422;
		return show(p, f, c, is_new, ei);
	}
	if (e != ERR_OK)
		return err_set(ei, e, "%s", why.text);
	if (str_eq(req_text(&p->req->body, "do"), "test")) {
		page_config_changed(p);
		return conferencing_test_go(p, c->id, ei);
	}
	return page_saved(p, PATH, ei);
}

enum err
conferencing_save(struct page *p, struct errinfo *ei)
{
	uint64_t rev = 0;
	struct form f;
	struct typed t = {p, &f};
	struct confer c;
	bool is_new;
	enum err e;
	size_t i;

	if ((e = find(p, &p->req->body, &c, ei)) != ERR_OK)
		return e;
	is_new = c.rev == 0;
	form_init(&f);
	form_add_record(&f, c.type->type);
	form_take(&f, p->req);
	if (str_to_u64(req_text(&p->req->body, "rev"), UINT64_MAX, &rev) !=
	    ERR_OK)
		rev = 0;
	take_fields(&t, &c);
	for (i = 0; i < c.n && e == ERR_OK; i++)
		if (c.v[i].row->kind == SETTING_P)
			e = take_secret(&t, &c, c.v[i].row->key, ei);
	if (e == ERR_OK && rev != c.rev) {
		p->resp->status = 409;
		view_flag(p->view, "conflict", true);
		e = show(p, &f, &c, is_new, ei);
	} else if (e == ERR_OK && f.errors_n > 0) {
		p->resp->status = 422;
		e = show(p, &f, &c, is_new, ei);
	} else if (e == ERR_OK) {
		e = store(p, &c, &f, is_new, ei);
	}
	confer_clear(&c);
	return e;
}
