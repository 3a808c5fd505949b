/* admin_edit.c - one administrator account: add, change, delete.  Each asks
 * for the password of who is signed in. */
#include <stdio.h>
#include <string.h>

#include "cgi/auth.h"
#include "cgi/form.h"
#include "cgi/pages/admins.h"
#include "cgi/pages/pages.h"
#include "cgi/reauth.h"
#include "common/alloc.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_factor.h"
#include "common/str.h"
#include "common/valid.h"

#define STATE_MAX 48

/* What the form was made from, so that a change meanwhile is seen. */
static void
state_text(const struct admin *a, char out[STATE_MAX])
{
	(void)snprintf(out, STATE_MAX, "%s/%d/%d", role_name(a->role),
	    a->enabled, a->must_change);
}

static void
form_from(struct form *f, const struct admin *a)
{
	form_init(f);
	form_add_record(f, "admin");
	reauth_add(f, "Your own password");
	if (a == NULL)
		return;
	form_set(f, "name", a->name);
	form_set(f, "role", role_name(a->role));
	form_set(f, "enabled", a->enabled ? "yes" : "no");
	form_set(f, "must_change", a->must_change ? "yes" : "no");
}

static enum err
factor_view(struct page *p, const struct admin *a, struct errinfo *ei)
{
	struct factor have = {0};
	enum err e;

	e = store_factor_get(p->web->store, a->id, &have, ei);
	if (e == ERR_OK)
		view_time(p->view, "factor", have.set_s, "");
	factor_clear(&have);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err
show(struct page *p, const struct form *f, const struct admin *a,
    struct errinfo *ei)
{
	char state[STATE_MAX];

	page_title(p, a == NULL ? "Add an administrator" : a->name);
	view_flag(p->view, "is_new", a == NULL);
	if (a != NULL) {
		state_text(a, state);
		view_str(p->view, "name", a->name);
		view_str(p->view, "was", state);
		view_flag(p->view, "is_self", a->id == p->session.admin_id);
		view_time(p->view, "created", a->created_s, "");
		view_time(p->view, "last", a->last_signin_s, "Never");
	}
	form_view(f, p->view);
	return a == NULL ? ERR_OK : factor_view(p, a, ei);
}

enum err
admins_new(struct page *p, struct errinfo *ei)
{
	struct form f;

	form_from(&f, NULL);
	form_set(&f, "role", "read-only");
	form_set(&f, "enabled", "yes");
	form_set(&f, "must_change", "yes");
	return show(p, &f, NULL, ei);
}

enum err
admins_edit(struct page *p, struct errinfo *ei)
{
	struct admin a;
	struct form f;
	enum err e;

	memset(&a, 0, sizeof(a));
	e = store_admin_find(
	    p->web->store, req_text(&p->req->query, "name"), &a, ei);
	if (e == ERR_OK) {
		form_from(&f, &a);
		e = show(p, &f, &a, ei);
	}
	admin_clear(&a);
	return e;
}

/* role, enabled and must_change, by the rows of settings.def. */
static void
take_choices(struct form *f, struct admin *a)
{
	const struct setting *s = NULL;
	struct errinfo why = {ERR_OK, ""};
	const char *value;

	while ((s = setting_next("admin", s)) != NULL) {
		if (s->kind == SETTING_P ||
		    (value = form_get(f, s->key)) == NULL)
			continue;
		if (setting_check(s, value, &why) != ERR_OK)
			form_error(f, s->key, why.text);
	}
	if (f->errors_n > 0)
		return;
	a->role = role_parse(form_get(f, "role"));
	a->enabled = str_eq(form_get(f, "enabled"), "yes");
	a->must_change = str_eq(form_get(f, "must_change"), "yes");
}

/* hash: "" where no new password was typed. */
static enum err
take_password(struct page *p, struct form *f, bool is_new, const char *name,
    char hash[AUTH_HASH_MAX], struct errinfo *ei)
{
	struct secret s = SECRET_INIT;
	struct errinfo why = {ERR_OK, ""};
	enum err e;

	hash[0] = '\0';
	e = form_secret(f, "password", p->req, &s);
	if (e == ERR_ARG) {
		e = ERR_OK;
	} else if (e == ERR_OK && s.len == 0) {
		if (is_new)
			form_error(f, "password",
			    "Type a first password for this account.");
	} else if (e == ERR_OK) {
		if (valid_new_password(secret_peek(&s), name, &why) != ERR_OK)
			form_error(f, "password", why.text);
		else
			e = auth_hash(&s, hash, ei);
	}
	secret_clear(&s);
	return e;
}

/* Whether the page that was sent shows what is stored now. */
static bool
has_conflict(struct page *p, const struct admin *now)
{
	char state[STATE_MAX];

	state_text(now, state);
	if (str_eq(state, req_text(&p->req->body, "was")))
		return false;
	view_flag(p->view, "conflict", true);
	view_str(p->view, "now_role", admins_role_label(now->role));
	view_str(p->view, "now_enabled", now->enabled ? "yes" : "no");
	return true;
}

static enum err
store(struct page *p, struct form *f, const struct admin *a, bool is_new,
    const char *hash, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct admin put = *a; /* borrows */
	struct errinfo why = {ERR_OK, ""};
	enum err e;

	put.pwhash = is_new ? (char *)(uintptr_t)hash : NULL;
	e = store_admin_put(p->web->store, &who, &put, &why);
	if (e == ERR_DENIED || e == ERR_ARG) {
		form_error(f, e == ERR_DENIED ? "role" : "name", why.text);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return err_set(ei, e, "%s", why.text);
	if (!is_new && req_field(&p->req->body, "drop_factor") != NULL &&
	    (e = store_factor_delete(
		 p->web->store, &who, a->id, a->name, ei)) != ERR_OK)
		return e;
	if (is_new || hash[0] == '\0')
		return ERR_OK;
	/* A new password ends the sessions that the old one began, but not
	 * the one that changes its own. */
	return store_admin_set_password(p->web->store, &who, a->id, hash,
	    a->must_change,
	    a->id == p->session.admin_id ? p->session.id_hash : NULL, ei);
}

/* The account that the form is about: `now` as stored, `a` to be changed. */
static enum err
find_both(struct page *p, const char *name, bool is_new, struct admin *now,
    struct form *f, struct errinfo *ei)
{
	enum err e;

	if (name == NULL || name[0] == '\0') {
		form_error(f, "name", "Give the account a name.");
		return is_new ? ERR_OK : ERR_NOTFOUND;
	}
	e = store_admin_find(p->web->store, name, now, ei);
	if (!is_new || (e != ERR_OK && e != ERR_NOTFOUND))
		return e;
	if (e == ERR_OK)
		form_error(
		    f, "name", "There is an account with this name already.");
	return ERR_OK;
}

enum err
admins_save(struct page *p, struct errinfo *ei)
{
	bool is_new = req_field(&p->req->body, "was") == NULL;
	char hash[AUTH_HASH_MAX] = "";
	struct admin now, a;
	const char *name;
	struct form f;
	enum err e;

	memset(&now, 0, sizeof(now));
	form_from(&f, NULL);
	form_take(&f, p->req);
	name = form_get(&f, "name");
	if ((e = find_both(p, name, is_new, &now, &f, ei)) != ERR_OK)
		goto out;
	a = now;
	a.name = (char *)(uintptr_t)name;
	take_choices(&f, &a);
	e = take_password(p, &f, is_new, name == NULL ? "" : name, hash, ei);
	if (e == ERR_OK && f.errors_n == 0)
		e = reauth_take(p, &f, ei);
	if (e != ERR_OK)
		goto out;
	if (!is_new && f.errors_n == 0 && has_conflict(p, &now)) {
		p->resp->status = 409;
		e = show(p, &f, &now, ei);
		goto out;
	}
	if (f.errors_n == 0) {
		e = store(p, &f, &a, is_new, hash, ei);
		if (e != ERR_OK || f.errors_n == 0) {
			if (e == ERR_OK)
				e = resp_redirect(
				    p->resp, "/administrators?done=1");
			goto out;
		}
	}
	p->resp->status = 422;
	e = show(p, &f, is_new ? NULL : &now, ei);
out:
	mem_wipe(hash, sizeof(hash));
	admin_clear(&now);
	return e;
}

static enum err
show_delete(struct page *p, const struct form *f, const struct admin *a)
{
	page_title(p, "Delete this administrator?");
	view_str(p->view, "name", a->name);
	view_str(p->view, "as", admins_role_label(a->role));
	view_time(p->view, "last", a->last_signin_s, "Never");
	view_flag(p->view, "is_self", a->id == p->session.admin_id);
	form_view(f, p->view);
	return ERR_OK;
}

static void
delete_form(struct form *f)
{
	form_init(f);
	reauth_add(f, "Your own password");
}

enum err
admins_ask_delete(struct page *p, struct errinfo *ei)
{
	struct admin a;
	struct form f;
	enum err e;

	memset(&a, 0, sizeof(a));
	delete_form(&f);
	e = store_admin_find(
	    p->web->store, req_text(&p->req->query, "name"), &a, ei);
	if (e == ERR_OK)
		e = show_delete(p, &f, &a);
	admin_clear(&a);
	return e;
}

enum err
admins_delete(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct errinfo why = {ERR_OK, ""};
	struct admin a;
	struct form f;
	enum err e;

	memset(&a, 0, sizeof(a));
	delete_form(&f);
	e = store_admin_find(
	    p->web->store, req_text(&p->req->body, "name"), &a, ei);
	if (e != ERR_OK || (e = reauth_take(p, &f, ei)) != ERR_OK)
		goto out;
	if (f.errors_n == 0) {
		e = store_admin_delete(p->web->store, &who, a.name, &why);
		if (e == ERR_OK) {
			e = resp_redirect(p->resp, "/administrators?deleted=1");
			goto out;
		}
		if (e != ERR_DENIED) {
			e = err_set(ei, e, "%s", why.text);
			goto out;
		}
		form_error(&f, REAUTH_KEY, why.text);
	}
	p->resp->status = 422;
	e = show_delete(p, &f, &a);
out:
	admin_clear(&a);
	return e;
}
