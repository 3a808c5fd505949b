/* workspaces.c - Workspaces: the list, what is done from there, and the
 * question before one is deleted. */
#include "cgi/pages/workspaces.h"

#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/failure.h"
#include "common/store.h"
#include "common/store_workspace.h"
#include "common/str.h"

/* Three times as long as a device is left alone. */
#define STALE_S 1800

void
workspace_state_view(const struct page *p, struct view v, const struct bound *w,
    const struct workspace_state *st)
{
	const struct failure *f = failure_find(st->failure);

	view_flag(v, "on", bound_is_on(w));
	view_time(v, "sent", st->sent_s, "");
	view_time(v, "read", st->read_s, "");
	if (!bound_is_on(w)) {
		state_show(v, "", "off", "Disabled");
		return;
	}
	if (st->failure[0] != '\0') {
		state_show(v, "err", "err", "Failing");
		view_str(v, "reason",
		    f != NULL ? f->title : "The connection failed");
		view_str(v, "detail", st->detail);
		view_str(v, "todo", f != NULL ? f->todo : "");
	} else if (st->sent_s > 0 && st->sent_s < p->now_s - STALE_S) {
		state_show(v, "warn", "warn", "Not told lately");
	} else if (st->sent_s > 0) {
		state_show(v, "ok", "ok", "Up to date");
	} else {
		state_show(v, "run", "wait", "Nothing sent yet");
	}
	if (st->next_s > p->now_s)
		view_time(v, "next", st->next_s, "");
}

static enum err
one_view(
    struct page *p, struct view row, const struct bound *w, struct errinfo *ei)
{
	struct workspace_bookings b = {NULL, 0};
	struct workspace_state st;
	int64_t shown = 0, left = 0;
	enum err e;
	size_t i;

	if ((e = store_workspace_state(p->web->store, w->id, &st, ei)) !=
		ERR_OK ||
	    (e = store_workspace_bookings(p->web->store, w->id, &b, ei)) !=
		ERR_OK)
		return e;
	for (i = 0; i < b.n; i++)
		if (b.v[i].end_s > p->now_s) {
			left++;
			shown += b.v[i].number[0] != '\0';
		}
	workspace_bookings_clear(&b);
	view_str(row, "id", w->id);
	view_str(row, "name", bound_get(w, "display_name"));
	view_str(row, "mailbox", bound_get(w, "mailbox"));
	view_fmt(row, "device", bound_port(w) == 443 ? "%s" : "%s, port %u",
	    bound_get(w, "host"), (unsigned)bound_port(w));
	view_int(row, "meetings", left);
	view_int(row, "shown", shown);
	workspace_state_view(p, row, w, &st);
	return ERR_OK;
}

enum err
workspaces_show(struct page *p, struct errinfo *ei)
{
	struct view list = view_sub(p->view, "list");
	struct workspace_list l;
	enum err e;
	size_t i;

	page_title(p, "Workspaces");
	page_flags(p, "deleted", "none");
	if ((e = store_workspace_list(p->web->store, &l, ei)) != ERR_OK)
		return e;
	for (i = 0; i < l.n && e == ERR_OK; i++)
		e = one_view(p, view_row(list, i), &l.v[i], ei);
	view_flag(p->view, "any", l.n > 0);
	if (l.n > 0)
		page_poll(p, 5, 15);
	workspace_list_clear(&l);
	return e == ERR_OK ? page_show_saved(p, ei) : e;
}

static enum err
switch_it(struct page *p, const char *id, bool on, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct bound w;
	enum err e;

	if ((e = store_workspace_get(p->web->store, id, &w, ei)) != ERR_OK)
		return e;
	e = bound_set(&w, "enabled", on ? "yes" : "no", ei);
	if (e == ERR_OK)
		e = store_workspace_put(p->web->store, &who, &w, ei);
	bound_clear(&w);
	return e == ERR_OK ? page_saved(p, WORKSPACES_PATH, ei) : e;
}

enum err
workspaces_do(struct page *p, struct errinfo *ei)
{
	const char *id = req_text(&p->req->body, "id");
	const char *what = req_text(&p->req->body, "do");

	if (str_eq(what, "test"))
		return workspace_test_go(p, id, ei);
	if (str_eq(what, "enable") || str_eq(what, "disable"))
		return switch_it(p, id, str_eq(what, "enable"), ei);
	return err_set(ei, ERR_ARG, "Choose what to do with the workspace.");
}

enum err
workspace_ask_delete(struct page *p, struct errinfo *ei)
{
	struct bound w;
	enum err e;

	page_title(p, "Delete a workspace?");
	e = store_workspace_get(
	    p->web->store, req_text(&p->req->query, "id"), &w, ei);
	if (e != ERR_OK)
		return e;
	view_str(p->view, "id", w.id);
	view_str(p->view, "name", bound_get(&w, "display_name"));
	bound_clear(&w);
	return ERR_OK;
}

enum err
workspace_delete(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e = store_workspace_delete(
	    p->web->store, &who, req_text(&p->req->body, "id"), ei);

	return e == ERR_OK ? page_saved(p, WORKSPACES_PATH "?deleted=1", ei)
			   : e;
}
