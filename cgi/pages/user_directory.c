/* user_directory.c - Users: taken from the directory by a filter.  What was
 * typed is tried as a preview first; nothing runs before it is saved. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/directory_plan.h"
#include "common/directory_set.h"
#include "common/failure.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_directory.h"
#include "common/store_exchange.h"
#include "common/str.h"

#define PATH "/users/directory"
#define ROWS_SHOWN 50
#define PROBLEMS_SHOWN 20

static const char *
key_of(enum dir_key k)
{
	return dir_setting(k)->key;
}

static void
form_start(struct form *f)
{
	enum dir_key k;

	form_init(f);
	for (k = 0; k < DIR__MAX; k++)
		form_add(f, key_of(k), dir_setting(k)->label,
		    dir_setting(k)->kind == SETTING_N ? 6 : dir_setting(k)->max,
		    false);
}

static void
form_from(struct form *f, const struct dir_set *d)
{
	enum dir_key k;

	form_start(f);
	for (k = 0; k < DIR__MAX; k++)
		form_set(f, key_of(k), d->v[k]);
}

/* -- what the page shows -- */

struct records {
	struct view list;
	size_t n;
	const char *chosen;
};

/* Only a record that asks Active Directory has a directory to search. */
static void
record_row(void *arg, const struct exchange_brief *x)
{
	struct records *r = arg;
	struct view row;

	if (x->ad_domain[0] == '\0')
		return;
	row = view_row(r->list, r->n++);
	view_str(row, "id", x->id);
	view_str(row, "name", x->display_name);
	view_str(row, "domain", x->ad_domain);
	view_flag(row, "now", str_eq(x->id, r->chosen));
}

static void
failed_view(struct view v, const struct dir_run *r)
{
	const struct failure *f = failure_find(r->failure);

	if (r->failure[0] == '\0')
		return;
	view_str(v, "failed",
	    f != NULL ? f->title : "The directory could not be searched");
	view_str(v, "todo", f != NULL ? f->todo : "");
	view_str(v, "detail", r->detail);
}

static enum err
last_view(struct page *p, const struct dir_set *stored, struct errinfo *ei)
{
	struct view v = view_sub(p->view, "last");
	struct dir_done done;
	struct dir_run r;
	enum err e;

	memset(&r, 0, sizeof(r));
	view_time(p->view, "next", dir_set_next_s(stored, p->now_s), "");
	e = store_dir_run_last(p->web->store, &r, ei);
	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = store_dir_done_get(p->web->store, &done, ei);
	if (e != ERR_OK)
		goto out;
	view_str(v, "state", r.state);
	view_str(v, "by", r.asked_by);
	view_str(v, "server", r.server);
	view_time(v, "started", r.started_s, "");
	view_int(v, "found", r.found_n);
	failed_view(v, &r);
	if (str_eq(done.run_id, r.id)) {
		view_str(v, "result", done.result);
		view_int(v, "added", done.added_n);
		view_int(v, "changed", done.changed_n);
		view_int(v, "disabled", done.disabled_n);
		view_int(v, "problems", done.problems_n);
		view_str(v, "why", done.why);
	} else if (!str_eq(r.state, "failed")) {
		view_flag(p->view, "running", true);
		page_poll(p, 1, 3);
	}
out:
	dir_run_clear(&r);
	return e;
}

static void
plan_view(struct page *p, const struct dir_plan *plan)
{
	static const char *const words[] = {
	    "Add", "Change", "As it is", "Disable"};
	const struct user_import *m = &plan->m;
	struct view v = view_sub(p->view, "plan"), list;
	size_t i, n = 0, all;

	all = m->count[IMPORT_ADD] + m->count[IMPORT_CHANGE] +
	      m->count[IMPORT_DISABLE];
	view_int(v, "add", (int64_t)m->count[IMPORT_ADD]);
	view_int(v, "change", (int64_t)m->count[IMPORT_CHANGE]);
	view_int(v, "disable", (int64_t)m->count[IMPORT_DISABLE]);
	view_int(v, "same", (int64_t)m->count[IMPORT_SAME]);
	view_int(v, "gone", (int64_t)plan->gone_n);
	view_flag(v, "held", plan->is_held);
	view_str(v, "why", plan->why);
	list = view_sub(v, "list");
	for (i = m->n; i > 0 && n < ROWS_SHOWN; i--) {
		/* Who would be disabled comes last, and is shown first. */
		const struct import_row *r = &m->v[i - 1];
		struct view row;

		if (r->effect == IMPORT_SAME || r->is_bad)
			continue;
		row = view_row(list, n++);
		view_str(row, "address", r->user.address);
		view_str(row, "name", r->user.name);
		view_str(row, "what", words[r->effect]);
		view_str(row, "fields", r->changes);
	}
	view_int(v, "shown", (int64_t)n);
	view_int(v, "all", (int64_t)all);
	list = view_sub(v, "problems");
	for (i = 0; i < m->problems_n && i < PROBLEMS_SHOWN; i++) {
		struct view row = view_row(list, i);

		view_raw(row, "address", m->problems[i].address,
		    strlen(m->problems[i].address));
		view_str(row, "text", m->problems[i].text);
	}
	view_int(v, "problems_n", (int64_t)m->problems_total);
}

/* A preview that the address names; d: what it was made with. */
static enum err
preview_view(
    struct page *p, const char *id, struct dir_set *d, struct errinfo *ei)
{
	struct dir_plan plan = {.gone_n = 0};
	struct view v = view_sub(p->view, "seen");
	struct dir_run r;
	enum err e;

	memset(&r, 0, sizeof(r));
	e = store_dir_run_get(p->web->store, id, &r, ei);
	if (e == ERR_NOTFOUND) {
		view_flag(p->view, "is_gone", true);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	dir_set_clear(d);
	if ((e = dir_set_read(d, r.settings)) != ERR_OK)
		goto out;
	view_str(v, "state", r.state);
	view_str(v, "server", r.server);
	view_int(v, "found", r.found_n);
	view_int(v, "unusable", r.unusable_n);
	view_flag(v, "cut", r.is_cut);
	failed_view(v, &r);
	if (str_eq(r.state, "running"))
		page_poll(p, 1, 2);
	else if (str_eq(r.state, "found") &&
		 (e = dir_plan_make(&plan, p->web->store, &r, d, ei)) == ERR_OK)
		plan_view(p, &plan);
	dir_plan_clear(&plan);
out:
	dir_run_clear(&r);
	return e;
}

/* f: what was typed, or NULL for what is stored or was tried. */
static enum err
show(struct page *p, struct form *f, struct errinfo *ei)
{
	const char *id = req_text(&p->req->query, "preview");
	struct records records = {.n = 0};
	struct dir_set d = {{NULL}};
	struct form own;
	enum err e;

	page_title(p, "Users from the directory");
	if ((e = dir_set_load(p->web->store, &d, ei)) != ERR_OK ||
	    (e = last_view(p, &d, ei)) != ERR_OK)
		goto out;
	view_flag(p->view, "is_set", d.v[DIR_EXCHANGE][0] != '\0');
	if (f == NULL && id[0] != '\0' &&
	    (e = preview_view(p, id, &d, ei)) != ERR_OK)
		goto out;
	if (f == NULL) {
		f = &own;
		form_from(f, &d);
	}
	records.list = view_sub(p->view, "records");
	records.chosen = form_get(f, key_of(DIR_EXCHANGE));
	if (records.chosen == NULL)
		records.chosen = "";
	e = store_exchange_each(p->web->store, record_row, &records, ei);
	view_int(p->view, "records_n", (int64_t)records.n);
	form_view(f, p->view);
out:
	dir_set_clear(&d);
	return e;
}

enum err
userdir_show(struct page *p, struct errinfo *ei)
{
	enum err e = show(p, NULL, ei);

	return e == ERR_OK ? page_show_saved(p, ei) : e;
}

/* -- what it does -- */

static void
problem(void *arg, enum dir_key k, const char *text)
{
	form_error(arg, key_of(k), text);
}

static enum err
take(struct page *p, struct form *f, struct dir_set *d)
{
	enum err e = dir_set_init(d);
	enum dir_key k;

	form_start(f);
	form_take(f, p->req);
	for (k = 0; k < DIR__MAX && e == ERR_OK; k++) {
		const char *v = form_get(f, key_of(k));

		if (v != NULL)
			e = dir_set_put(d, k, v);
	}
	if (e == ERR_OK)
		(void)dir_set_check(d, problem, f);
	return e;
}

/* NULL: with what is stored, and for good. */
static enum err
ask(struct page *p, const struct dir_set *d, char *id, size_t id_size,
    struct errinfo *ei)
{
	struct buf text = BUF_INIT(DIR_TEXT_MAX);
	enum err e = ERR_OK;

	if (d != NULL && (e = dir_set_write(d, &text)) != ERR_OK)
		err_set(ei, e, "%s", err_default_text(e));
	if (e == ERR_OK)
		e = ctl_client_directory(p->web->ctl,
		    d != NULL ? buf_str(&text) : NULL, p->session.admin_name,
		    id, id_size, ei);
	buf_clear(&text);
	return e;
}

static enum err
go(struct page *p, const struct dir_set *d, struct form *f, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	char id[DIR_RUN_ID_LEN + 1], to[96];

	if (ask(p, d, id, sizeof(id), &why) != ERR_OK) {
		view_str(p->view, "trouble", why.text);
		p->resp->status = 503;
		return show(p, f, ei);
	}
	(void)snprintf(to, sizeof(to), "%s%s%s", PATH,
	    d != NULL ? "?preview=" : "", d != NULL ? id : "");
	return resp_redirect(p->resp, to);
}

enum err
userdir_do(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	const char *what = req_text(&p->req->body, "do");
	struct dir_set d = {{NULL}};
	struct form f;
	enum err e;

	if (str_eq(what, "run"))
		return go(p, NULL, NULL, ei);
	if (!str_eq(what, "preview") && !str_eq(what, "save"))
		return err_set(ei, ERR_ARG, "Choose what to do.");
	e = take(p, &f, &d);
	if (e == ERR_OK && str_eq(what, "preview") &&
	    d.v[DIR_EXCHANGE][0] == '\0')
		problem(&f, DIR_EXCHANGE, "Choose an Exchange record.");
	if (e != ERR_OK) {
		err_set(ei, e, "%s", err_default_text(e));
	} else if (f.errors_n > 0) {
		p->resp->status = 422;
		e = show(p, &f, ei);
	} else if (str_eq(what, "preview")) {
		e = go(p, &d, &f, ei);
	} else if ((e = dir_set_store(p->web->store, &who, &d, ei)) == ERR_OK) {
		e = page_saved(p, PATH, ei);
	}
	dir_set_clear(&d);
	return e;
}
