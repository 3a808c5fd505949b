/* users_csv.c - Users: as a CSV file, out and in.  A file is looked at
 * before anything changes: every problem with its line, and what each row
 * would do. */
#include <string.h>

#include "cgi/file_in.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/buf.h"
#include "common/store.h"
#include "common/store_user.h"
#include "common/str.h"
#include "common/user_csv.h"
#include "common/user_import.h"

#define FIND_MAX 256
#define ROWS_SHOWN 50
#define PROBLEMS_SHOWN 100
#define IGNORED_MAX 1024 /* bytes of the titles, together */

enum err
users_export(struct page *p, struct errinfo *ei)
{
	struct user_list l = {NULL, 0, 0};
	struct buf *out = &p->resp->body;
	char find[FIND_MAX];
	enum err e;
	size_t i;

	(void)str_copy(find, sizeof(find), req_text(&p->req->query, "q"));
	e = store_user_list(p->web->store, find,
	    req_text(&p->req->query, "state"), 0, SIZE_MAX, &l, ei);
	if (e != ERR_OK)
		return e;
	e = user_csv_put_head(out);
	for (i = 0; i < l.n && e == ERR_OK; i++)
		e = user_csv_put(out, &l.v[i]);
	user_list_clear(&l);
	if (e == ERR_OK)
		e = resp_header(p->resp, "Content-Disposition",
		    "attachment; filename=\"users.csv\"");
	if (e != ERR_OK)
		return err_set(ei, e,
		    "The file would be too large for the browser. "
		    "calconnctl users export makes it.");
	p->resp->content_type = "text/csv; charset=utf-8";
	p->resp->is_done = true;
	return ERR_OK;
}

static void
problems_view(struct page *p, const struct user_import *m)
{
	struct view list = view_sub(p->view, "problems");
	size_t i;

	for (i = 0; i < m->problems_n && i < PROBLEMS_SHOWN; i++) {
		const struct import_problem *r = &m->problems[i];
		struct view row = view_row(list, i);

		view_int(row, "line", (int64_t)r->line);
		view_raw(row, "address", r->address, strlen(r->address));
		view_str(row, "text", r->text);
	}
	view_int(p->view, "problems_n", (int64_t)m->problems_total);
	view_int(p->view, "problems_shown", (int64_t)i);
}

static void
effects_view(struct page *p, const struct user_import *m)
{
	static const char *const words[] = {
	    "Add", "Change", "As it is", "Disable"};
	struct view list = view_sub(p->view, "list");
	size_t i, n = 0;

	for (i = 0; i < m->n && n < ROWS_SHOWN; i++) {
		const struct import_row *r = &m->v[i];
		struct view row;

		if (r->effect == IMPORT_SAME)
			continue;
		row = view_row(list, n++);
		view_int(row, "line", (int64_t)r->line);
		view_str(row, "address", r->user.address);
		view_str(row, "name", r->user.name);
		view_str(row, "what", words[r->effect]);
		view_str(row, "fields", r->changes);
	}
	view_int(p->view, "shown", (int64_t)n);
	view_int(p->view, "add_n", (int64_t)m->count[IMPORT_ADD]);
	view_int(p->view, "change_n", (int64_t)m->count[IMPORT_CHANGE]);
	view_int(p->view, "same_n", (int64_t)m->count[IMPORT_SAME]);
	view_int(p->view, "all_n",
	    (int64_t)(m->count[IMPORT_ADD] + m->count[IMPORT_CHANGE]));
}

static void
ignored_view(struct page *p, const struct user_import *m)
{
	struct buf b = BUF_INIT(IGNORED_MAX);
	size_t i;

	for (i = 0; i < m->ignored.n; i++)
		if (buf_putf(&b, "%s%s", i > 0 ? ", " : "", m->ignored.v[i]) !=
		    ERR_OK)
			break;
	view_raw(p->view, "ignored", buf_str(&b), b.len);
	buf_clear(&b);
}

static const struct file_in_as as = {
    .kind = SPOOL_USERS,
    .text = "csv",
    .cut = "This is more than 512 KiB, and the rest was cut off. Choose the "
	   "file instead.",
    .bad = "This is not UTF-8 text. Save the file as \"CSV UTF-8\".",
};

enum err
users_import_show(struct page *p, struct errinfo *ei)
{
	struct form f;

	(void)ei;
	form_init(&f);
	file_in_fields(&f, &as);
	page_title(p, "Import users");
	file_in_view(p, &as);
	form_view(&f, p->view);
	return ERR_OK;
}

static enum err
look_at(struct page *p, struct form *f, const struct file_in *in, bool apply,
    struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct errinfo why = {ERR_OK, ""};
	struct user_import m = {.n = 0};
	enum err e;

	e = user_import_plan(&m, p->web->store, in->p, in->n, &why);
	if (e == ERR_PROTO || e == ERR_TOOBIG) {
		form_error(f, in->field, why.text);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return err_set(ei, e, "%s", why.text);
	if (apply && m.problems_total == 0) {
		e = user_import_apply(&m, p->web->store, &who, ei);
		if (e == ERR_OK) {
			file_in_done(p, &as);
			e = page_saved(p, "/users", ei);
		}
	} else {
		view_flag(p->view, "planned", true);
		problems_view(p, &m);
		effects_view(p, &m);
		ignored_view(p, &m);
	}
	user_import_clear(&m);
	return e;
}

enum err
users_import_do(struct page *p, struct errinfo *ei)
{
	const bool apply = str_eq(req_text(&p->req->body, "do"), "apply");
	struct file_in in;
	struct form f;
	enum err e;

	page_title(p, "Import users");
	form_init(&f);
	file_in_fields(&f, &as);
	e = file_in_take(&in, p, &f, &as, ei);
	if (e == ERR_OK && in.p != NULL)
		e = look_at(p, &f, &in, apply, ei);
	file_in_clear(&in);
	if (e != ERR_OK)
		return e;
	if (f.errors_n > 0)
		p->resp->status = 422;
	form_view(&f, p->view);
	return ERR_OK;
}
