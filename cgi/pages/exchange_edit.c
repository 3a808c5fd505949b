/* exchange_edit.c - the form of one Exchange record, and what happens to
 * what was typed: a draft that is tested, or a record that is kept
 * disabled.  The password goes from the request into a sealed box; no
 * page shows it again. */
#include <stdio.h>
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/store_next.h"
#include "common/store_trust.h"
#include "common/str.h"
#define PASSWORD "password"

/* Everything that one POST of the form works on. */
struct edit {
	struct form form;
	struct exchange x; /* as typed, on top of what is stored */
	struct exchange stored; /* the record; id "" for a new one */
	struct exchange_draft draft;
	bool has_stored, has_draft;
	struct secret password;
};

static void
edit_init(struct edit *e)
{
	memset(e, 0, sizeof(*e));
	form_init(&e->form);
	form_add_record(&e->form, "exchange");
}

static void
edit_clear(struct edit *e)
{
	exchange_clear(&e->x);
	exchange_clear(&e->stored);
	exchange_draft_clear(&e->draft);
	secret_clear(&e->password);
}

static void
form_from(struct form *f, const struct exchange *x)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (!f->v[i].is_secret)
			form_set(f, f->v[i].key, exchange_get(x, f->v[i].key));
}

static const char *
label_of(const struct form *f, const char *key)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (str_eq(f->v[i].key, key))
			return f->v[i].label;
	return key;
}

/* How many hosts of the Trust List wait for a decision; a list that cannot
 * be read says so on its own page. */
static void
pending_view(struct page *p)
{
	struct trust_entries l;

	memset(&l, 0, sizeof(l));
	if (store_trust_entries(p->web->store, &l, NULL) == ERR_OK &&
	    l.counts[TRUST_PENDING] > 0)
		view_int(
		    p->view, "trust_pending", (int64_t)l.counts[TRUST_PENDING]);
	trust_entries_clear(&l);
}

/* The account that is to take over, where one was entered. */
static void
next_view(struct page *p, const char *id)
{
	struct exchange_next n;

	memset(&n, 0, sizeof(n));
	if (store_next_get(p->web->store, id, &n, NULL) == ERR_OK)
		view_str(p->view, "next_account", n.account);
	exchange_next_clear(&n);
}

/* rev: of the record when editing began. */
static void
show(struct page *p, const struct edit *e, const struct exchange *x,
    const char *draft_id, uint64_t rev)
{
	struct view v = p->view;

	page_title(
	    p, e->has_stored ? e->stored.display_name : "New Exchange server");
	view_flag(v, "is_new", !e->has_stored);
	if (e->has_stored) {
		view_str(v, "id", e->stored.id);
		view_time(v, "changed", e->stored.changed_s, "");
		view_str(v, "changed_by", e->stored.changed_by);
		view_time(v, "tested", e->stored.tested_s, "");
		next_view(p, e->stored.id);
	}
	view_fmt(v, "rev", "%llu", (unsigned long long)rev);
	view_str(v, "draft", draft_id);
	view_flag(v, "has_password", x->box.n > 0);
	if (e->has_stored && x->box.n > 0)
		exchange_age_view(
		    v, "password_age", e->stored.password_set_s, p->now_s);
	pending_view(p);
	form_view(&e->form, v);
}

enum err
exchange_new(struct page *p, struct errinfo *ei)
{
	struct edit e;

	(void)ei;
	edit_init(&e);
	exchange_init(&e.x);
	form_from(&e.form, &e.x);
	show(p, &e, &e.x, "", 0);
	edit_clear(&e);
	return ERR_OK;
}

static enum err
load(struct page *p, struct edit *e, const char *id, const char *draft_id,
    struct errinfo *ei)
{
	enum err err;

	if (draft_id[0] != '\0') {
		err = exchange_own_draft(p, draft_id, &e->draft, ei);
		if (err == ERR_OK)
			e->has_draft = true;
		else if (err != ERR_NOTFOUND)
			return err;
	}
	/* The draft says what it is of, not the request. */
	if (e->has_draft)
		id = e->draft.is_new ? "" : e->draft.x.id;
	if (id[0] == '\0')
		return ERR_OK;
	if ((err = store_exchange_get(p->web->store, id, &e->stored, ei)) ==
	    ERR_OK)
		e->has_stored = true;
	return err;
}

enum err
exchange_edit(struct page *p, struct errinfo *ei)
{
	const char *id = req_text(&p->req->query, "id");
	const char *draft_id = req_text(&p->req->query, "draft");
	struct edit e;
	enum err err;

	edit_init(&e);
	if ((err = load(p, &e, id, draft_id, ei)) != ERR_OK)
		goto out;
	if (!e.has_draft && !e.has_stored) {
		err = err_set(ei, ERR_NOTFOUND,
		    "There is no such record, or its draft was stored or "
		    "removed meanwhile.");
		goto out;
	}
	if (e.has_draft) {
		form_from(&e.form, &e.draft.x);
		show(p, &e, &e.draft.x, e.draft.draft_id, e.draft.base_rev);
	} else {
		form_from(&e.form, &e.stored);
		show(p, &e, &e.stored, "", e.stored.rev);
		if ((err = page_show_saved(p, ei)) == ERR_OK)
			err = exchange_past_view(p, e.stored.id, ei);
	}
out:
	edit_clear(&e);
	return err;
}

static void
problem(void *arg, const char *key, const char *text)
{
	form_error(arg, key, text);
}

/* Each field into the record; what does not fit has its error. */
static void
take_fields(struct page *p, struct edit *e)
{
	size_t i;

	form_take(&e->form, p->req);
	for (i = 0; i < e->form.n; i++) {
		struct errinfo why = {ERR_OK, ""};
		const char *key = e->form.v[i].key, *value;

		if (e->form.v[i].is_secret ||
		    (value = form_get(&e->form, key)) == NULL)
			continue;
		/* A tick that is not set is not sent. */
		if (str_has_prefix(key, "auth_") && value[0] == '\0') {
			value = "no";
			form_set(&e->form, key, value);
		}
		if (exchange_set(&e->x, key, value, &why) == ERR_OK)
			continue;
		/* Radio buttons that no browser leaves out. */
		form_error(&e->form, key,
		    value[0] == '\0' ? "Choose one of the two." : why.text);
	}
	(void)exchange_check(&e->x, problem, &e->form);
}

/* A stored password is used only for what it was entered for: beside the
 * password stands that it is needed again, beside each field why. */
static enum err
ask_again(struct edit *e, struct errinfo *ei)
{
	struct buf names = BUF_INIT(1024);
	struct strlist changed = {NULL, 0};
	char text[ERRINFO_MAX];
	enum err err;
	size_t i;

	if ((err = exchange_binding_diff(&e->x, &changed)) != ERR_OK) {
		(void)err_set(ei, err, "The stored password cannot be judged.");
		goto out;
	}
	for (i = 0; i < changed.n && err == ERR_OK; i++) {
		err = buf_putf(&names, "%s%s", i == 0 ? "" : ", ",
		    label_of(&e->form, changed.v[i]));
		(void)snprintf(text, sizeof(text),
		    "You changed this. The stored password was entered for "
		    "another value: enter the password again, or change this "
		    "back.");
		form_error(&e->form, changed.v[i], text);
	}
	(void)snprintf(text, sizeof(text),
	    "Enter the password again. You changed %.300s, and a stored "
	    "password is used only with the account, server and TLS setting it "
	    "was entered for.",
	    names.len == 0 ? "what it is bound to" : buf_str(&names));
	form_error(&e->form, PASSWORD, text);
out:
	strlist_clear(&changed);
	buf_clear(&names);
	return err;
}

static enum err
take_bytes(struct bytes *to, const void *p, size_t n, struct errinfo *ei)
{
	struct buf b = BUF_INIT(SEAL_BOX_MAX);
	enum err e;

	if ((e = buf_put(&b, p, n)) != ERR_OK)
		return err_set(ei, e, "Memory is short.");
	mem_free(to->p);
	to->p = (unsigned char *)buf_take(&b);
	to->n = n;
	return ERR_OK;
}

static enum err
seal_password(
    struct page *p, struct edit *e, const char *binding, struct errinfo *ei)
{
	unsigned char box[SEAL_BOX_MAX];
	size_t n = 0;
	enum err err;

	if ((err = seal_box(p->web->seal_pk, binding, &e->password, box, &n,
		 ei)) != ERR_OK ||
	    (err = take_bytes(&e->x.box, box, n, ei)) != ERR_OK)
		return err;
	mem_free(e->x.bound_to);
	e->x.bound_to = xstrdup(binding);
	e->x.password_set_s = p->now_s;
	return ERR_OK;
}

/* The box that goes with what was typed: a new one, or the one of the
 * draft or the record where it is bound to just this. */
static enum err
take_password(struct page *p, struct edit *e, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	char binding[SEAL_BINDING_MAX];
	enum err err;

	err = form_secret(&e->form, PASSWORD, p->req, &e->password);
	if (err != ERR_OK)
		return err == ERR_ARG ? ERR_OK : err;
	if (exchange_binding(&e->x, binding, sizeof(binding), &why) != ERR_OK)
		return ERR_OK; /* a field it is made of has an error */
	if (e->password.len > 0)
		return seal_password(p, e, binding, ei);
	if (e->x.box.n == 0) {
		form_error(
		    &e->form, PASSWORD, "Enter the password of this account.");
		return ERR_OK;
	}
	/* With a field in error the record is not what was typed. */
	if (e->form.errors_n > 0 || str_eq(e->x.bound_to, binding))
		return ERR_OK;
	return ask_again(e, ei);
}

/* What is under the typed fields: id, box and revision. */
static enum err
start_from(struct edit *e, struct errinfo *ei)
{
	enum err err;

	if (e->has_draft)
		err = exchange_copy(&e->x, &e->draft.x);
	else if (e->has_stored)
		err = exchange_copy(&e->x, &e->stored);
	else {
		char id[33];

		exchange_init(&e->x);
		str_random_hex(id, 16);
		mem_free(e->x.id);
		e->x.id = xstrdup(id);
		err = ERR_OK;
	}
	return err == ERR_OK ? ERR_OK : err_set(ei, err, "Memory is short.");
}

/* Somebody else stored the record since the form was loaded. Beside each
 * field that differs stands what is stored now; the form carries the new
 * revision, so that saving again is a decision. */
static bool
has_conflict(struct page *p, struct edit *e, uint64_t rev)
{
	struct view now, row;
	size_t i, n = 0;

	if (!e->has_stored || rev == e->stored.rev)
		return false;
	view_flag(p->view, "conflict", true);
	now = view_sub(p->view, "now_stored");
	for (i = 0; i < e->form.n; i++) {
		const struct form_field *f = &e->form.v[i];
		const char *stored;

		if (f->is_secret)
			continue;
		stored = exchange_get(&e->stored, f->key);
		if (stored == NULL || str_eq(stored, f->value))
			continue;
		row = view_row(now, n++);
		view_str(row, "id", f->key);
		view_str(row, "label", f->label);
		view_str(row, "stored", stored[0] == '\0' ? "(empty)" : stored);
		view_raw(row, "typed", f->value, f->len);
	}
	return true;
}

static enum err
put_draft(struct page *p, struct edit *e, bool store_when_passed,
    struct exchange_draft *d, struct errinfo *ei)
{
	char id[33];
	enum err err;

	memset(d, 0, sizeof(*d));
	if (e->has_draft) {
		(void)str_copy(id, sizeof(id), e->draft.draft_id);
	} else {
		str_random_hex(id, 16);
	}
	d->draft_id = xstrdup(id);
	d->owner = xstrdup(p->session.admin_name);
	d->job_id = xstrdup("");
	d->is_new = !e->has_stored;
	d->base_rev = e->has_stored ? e->stored.rev : 0;
	d->store_when_passed = store_when_passed;
	if ((err = exchange_copy(&d->x, &e->x)) != ERR_OK)
		return err_set(ei, err, "Memory is short.");
	return store_draft_put(p->web->store, d, ei);
}

/* The form again, with what was typed.  A password that could be sealed is
 * kept with a draft, so that it need not be typed again. */
static enum err
show_again(struct page *p, struct edit *e, struct errinfo *ei)
{
	struct exchange_draft d;
	const char *draft_id = e->has_draft ? e->draft.draft_id : "";
	enum err err = ERR_OK;

	memset(&d, 0, sizeof(d));
	if (p->resp->status == 200)
		p->resp->status = 422;
	if (e->password.len > 0 && e->x.box.n > 0 &&
	    !form_has_error(&e->form, PASSWORD)) {
		if ((err = put_draft(p, e, false, &d, ei)) != ERR_OK)
			goto out;
		draft_id = d.draft_id;
	}
	show(p, e, &e->x, draft_id, e->has_stored ? e->stored.rev : 0);
out:
	exchange_draft_clear(&d);
	return err;
}

/* Stores what was typed without a test. */
static enum err
store_untested(struct page *p, struct edit *e, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err err;

	e->x.rev = e->has_stored ? e->stored.rev : 0;
	e->x.tested_s = 0;
	err = store_exchange_put(p->web->store, &who, &e->x, ei);
	if (err == ERR_OK && e->has_draft)
		err = store_draft_delete(p->web->store, e->draft.draft_id, ei);
	if (err == ERR_OK)
		return page_saved(p, "/exchange?untested=1", ei);
	if (err == ERR_EXISTS) {
		form_error(&e->form, "display_name", ei->text);
		return show_again(p, e, ei);
	}
	return err;
}

static enum err
save(struct page *p, struct edit *e, bool keep_disabled, struct errinfo *ei)
{
	struct exchange_draft d;
	enum err err;

	if (keep_disabled)
		e->x.enabled = false;
	if (keep_disabled || e->x.email[0] == '\0')
		return store_untested(p, e, ei);
	memset(&d, 0, sizeof(d));
	err = put_draft(p, e, true, &d, ei);
	if (err == ERR_OK)
		err = exchange_start_test(p, &d, ei);
	exchange_draft_clear(&d);
	return err;
}

enum err
exchange_save(struct page *p, struct errinfo *ei)
{
	const struct req_fields *body = &p->req->body;
	bool taken = false;
	struct edit e;
	uint64_t rev = 0;
	enum err err;

	edit_init(&e);
	if (str_to_u64(req_text(body, "rev"), UINT64_MAX, &rev) != ERR_OK)
		rev = 0;
	if ((err = load(p, &e, req_text(body, "id"), req_text(body, "draft"),
		 ei)) != ERR_OK ||
	    (err = start_from(&e, ei)) != ERR_OK)
		goto out;
	take_fields(p, &e);
	if ((err = take_password(p, &e, ei)) != ERR_OK ||
	    (err = store_exchange_name_taken(p->web->store, e.x.display_name,
		 e.x.id, &taken, ei)) != ERR_OK)
		goto out;
	if (taken)
		form_error(&e.form, "display_name",
		    "Another record has this name. Choose one of its own.");
	if (has_conflict(p, &e, rev)) {
		p->resp->status = 409;
		err = show_again(p, &e, ei);
	} else if (e.form.errors_n > 0) {
		err = show_again(p, &e, ei);
	} else {
		err = save(p, &e, str_eq(req_text(body, "do"), "keep"), ei);
	}
out:
	edit_clear(&e);
	return err;
}
