/* workspace_edit.c - one workspace: its fields, and the meetings that its
 * device was told.  The password goes from the request into a sealed box; no
 * page shows it again. */
#include "cgi/bound_form.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/workspaces.h"
#include "common/store.h"
#include "common/store_workspace.h"
#include "common/str.h"

/* The workspace that the request is about, or a new one. */
static enum err
find(struct page *p, const struct req_fields *from, struct bound *w,
    struct errinfo *ei)
{
	const char *id = req_text(from, "id");

	if (id[0] != '\0')
		return store_workspace_get(p->web->store, id, w, ei);
	workspace_init(w);
	return ERR_OK;
}

static enum err
told_view(struct page *p, const struct bound *w, struct errinfo *ei)
{
	struct view list = view_sub(p->view, "meetings"), row;
	struct workspace_bookings b = {NULL, 0};
	struct workspace_state st;
	size_t i, n = 0;
	enum err e;

	if ((e = store_workspace_state(p->web->store, w->id, &st, ei)) !=
		ERR_OK ||
	    (e = store_workspace_bookings(p->web->store, w->id, &b, ei)) !=
		ERR_OK)
		return e;
	view_flag(p->view, "now", true);
	workspace_state_view(p, view_sub(p->view, "now"), w, &st);
	for (i = 0; i < b.n; i++) {
		if (b.v[i].end_s <= p->now_s)
			continue;
		row = view_row(list, n++);
		view_time(row, "start", b.v[i].start_s, "");
		view_time(row, "end", b.v[i].end_s, "");
		view_flag(row, "private", b.v[i].is_private);
		view_str(row, "title", b.v[i].title);
		view_str(row, "organizer", b.v[i].organizer);
		view_str(row, "number", b.v[i].number);
	}
	workspace_bookings_clear(&b);
	return ERR_OK;
}

static enum err
show(struct page *p, struct form *f, const struct bound *w, struct errinfo *ei)
{
	const bool is_new = w->rev == 0;

	page_title(p, is_new ? "New workspace" : bound_get(w, "display_name"));
	view_flag(p->view, "is_new", is_new);
	view_fmt(p->view, "rev", "%llu", (unsigned long long)w->rev);
	view_flag(p->view, "has_secret", w->box.n > 0);
	view_time(p->view, "secret_set", w->secret_set_s, "");
	form_view(f, p->view);
	if (is_new)
		return ERR_OK;
	view_str(p->view, "id", w->id);
	view_time(p->view, "changed", w->changed_s, "");
	view_str(p->view, "changed_by", w->changed_by);
	return told_view(p, w, ei);
}

enum err
workspace_edit(struct page *p, struct errinfo *ei)
{
	struct bound w;
	struct form f;
	enum err e;

	if ((e = find(p, &p->req->query, &w, ei)) != ERR_OK)
		return e;
	form_init(&f);
	form_add_record(&f, bound_name(w.kind));
	bound_form_fill(&f, &w);
	e = show(p, &f, &w, ei);
	bound_clear(&w);
	return e;
}

static enum err
store(struct page *p, struct bound *w, struct form *f, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct errinfo why = {ERR_OK, ""};
	enum err e = store_workspace_put(p->web->store, &who, w, &why);

	if (e == ERR_EXISTS) {
		form_error(f, "display_name", why.text);
		p->resp->status = 422;
		return show(p, f, w, ei);
	}
	if (e != ERR_OK)
		return err_set(ei, e, "%s", why.text);
	if (!str_eq(req_text(&p->req->body, "do"), "test"))
		return page_saved(p, WORKSPACES_PATH, ei);
	page_config_changed(p);
	return workspace_test_go(p, w->id, ei);
}

enum err
workspace_save(struct page *p, struct errinfo *ei)
{
	uint64_t rev = 0;
	struct bound w;
	struct form f;
	enum err e;

	if ((e = find(p, &p->req->body, &w, ei)) != ERR_OK)
		return e;
	form_init(&f);
	form_add_record(&f, bound_name(w.kind));
	form_take(&f, p->req);
	if (str_to_u64(req_text(&p->req->body, "rev"), UINT64_MAX, &rev) !=
	    ERR_OK)
		rev = 0;
	e = bound_form_take(p, &f, &w, ei);
	if (e == ERR_OK && rev != w.rev) {
		p->resp->status = 409;
		view_flag(p->view, "conflict", true);
		e = show(p, &f, &w, ei);
	} else if (e == ERR_OK && f.errors_n > 0) {
		p->resp->status = 422;
		e = show(p, &f, &w, ei);
	} else if (e == ERR_OK) {
		e = store(p, &w, &f, ei);
	}
	bound_clear(&w);
	return e;
}
