/* exchange_list.c - Microsoft Exchange Configuration: the list, and the
 * question before a record is deleted. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "cgi/render.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/str.h"

/* What a person wants to know first: does it work?  The template has the
 * words: one name a row costs less than three. */
const char *
exchange_state(const struct exchange_brief *x)
{
	if (!x->enabled)
		return "off";
	if (x->failing > 0)
		return x->subscribed == 0 ? "err" : "warn";
	if (x->subscribed > 0)
		return "ok";
	return x->tested_s != 0 ? "tested" : "new";
}

#define PAGE_ROWS 50
#define DRAFT_ROWS 5

/* The rows [from, from + room) are shown, all are counted. */
struct rows {
	struct view list;
	size_t n, from, room;
};

static bool
is_shown(struct rows *r, struct view *row)
{
	size_t i = r->n++;

	if (i < r->from || i - r->from >= r->room)
		return false;
	*row = view_row(r->list, i - r->from);
	return true;
}

static void
add_row(void *arg, const struct exchange_brief *x)
{
	struct view row;

	if (!is_shown(arg, &row))
		return;
	view_str(row, "s", exchange_state(x));
	view_str(row, "id", x->id);
	view_str(row, "name", x->display_name);
	view_str(row, "account", x->account);
	view_str(row, "type",
	    str_eq(x->type, "office365") ? "Office365"
					 : "Exchange On-Premises");
	if (str_eq(x->discovery, "direct"))
		view_str(row, "address", x->address);
	else
		view_str(row, "domain", x->ad_domain);
	if (x->users > 0)
		view_fmt(row, "users", "%lld of %lld", (long long)x->subscribed,
		    (long long)x->users);
	else
		view_str(row, "users", "None");
	view_time(row, "tested", x->tested_s, "Never");
	exchange_age_view(row, "age", x->password_set_s, clock_wall_s());
}

/* What was typed and is not stored: whoever closed the window finds it. */
static void
add_draft(void *arg, const struct draft_brief *d)
{
	struct view row;

	if (!is_shown(arg, &row))
		return;
	view_str(row, "id", d->draft_id);
	view_str(row, "name",
	    d->display_name[0] != '\0' ? d->display_name : "No name yet");
	view_str(row, "by", d->owner);
	view_time(row, "at", d->changed_s, "");
	view_flag(row, "is_new", d->is_new);
	view_flag(row, "has_job", d->job_id[0] != '\0');
}

static void
counts(struct view kept, const struct rows *r)
{
	view_int(kept, "n", (int64_t)r->n);
	view_flag(kept, "any", r->n > 0);
	view_flag(kept, "one", r->n == 1);
	view_int(kept, "first", (int64_t)r->from + 1);
	view_int(kept, "last",
	    (int64_t)(r->n - r->from < PAGE_ROWS ? r->n : r->from + PAGE_ROWS));
	view_flag(kept, "paged", r->n > PAGE_ROWS);
	view_flag(kept, "has_prev", r->from > 0);
	if (r->from > 0)
		view_int(kept, "prev", (int64_t)r->from - PAGE_ROWS);
	if (r->n > r->from + PAGE_ROWS)
		view_int(kept, "next", (int64_t)r->from + PAGE_ROWS);
}

static enum err
fill(struct page *p, struct view kept, size_t from, struct errinfo *ei)
{
	struct rows r = {view_sub(kept, "list"), 0, from, PAGE_ROWS};
	enum err e;

	e = store_exchange_each(p->web->store, add_row, &r, ei);
	/* The last page, when there are fewer by now. */
	if (e == ERR_OK && from > 0 && from >= r.n) {
		r.from = r.n == 0 ? 0 : (r.n - 1) / PAGE_ROWS * PAGE_ROWS;
		r.n = 0;
		e = store_exchange_each(p->web->store, add_row, &r, ei);
	}
	if (e != ERR_OK)
		return e;
	counts(kept, &r);
	r.list = view_sub(kept, "drafts");
	r.n = r.from = 0;
	r.room = DRAFT_ROWS;
	e = store_draft_each(p->web->store, add_draft, &r, ei);
	view_flag(kept, "any_draft", r.n > 0);
	if (r.n > DRAFT_ROWS)
		view_int(kept, "more_drafts", (int64_t)r.n - DRAFT_ROWS);
	return e;
}

enum err
exchange_show(struct page *p, struct errinfo *ei)
{
	uint64_t from = 0;
	bool is_fresh;
	struct view kept;
	enum err e;

	page_title(p, "Microsoft Exchange Configuration");
	page_flags(p, "deleted", "untested");
	page_flags(p, "discarded", NULL);
	if (str_to_u64(req_text(&p->req->query, "from"), 1000000, &from) !=
	    ERR_OK)
		from = 0;
	from -= from % PAGE_ROWS;
	if ((e = page_show_saved(p, ei)) != ERR_OK)
		return e;
	kept = from == 0
		   ? page_kept(p, "exchange", &is_fresh)
		   : render_kept(p->web->render, "exchange", 0, &is_fresh);
	return is_fresh ? ERR_OK : fill(p, kept, (size_t)from, ei);
}

enum err
exchange_ask_delete(struct page *p, struct errinfo *ei)
{
	struct exchange x;
	enum err e;

	memset(&x, 0, sizeof(x));
	page_title(p, "Delete this record?");
	e = store_exchange_get(
	    p->web->store, req_text(&p->req->query, "id"), &x, ei);
	if (e == ERR_OK) {
		view_str(p->view, "id", x.id);
		view_str(p->view, "name", x.display_name);
		view_fmt(p->view, "rev", "%llu", (unsigned long long)x.rev);
	}
	exchange_clear(&x);
	return e;
}

enum err
exchange_delete(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;

	if ((e = store_exchange_delete(p->web->store, &who,
		 req_text(&p->req->body, "id"), ei)) != ERR_OK)
		return e;
	return page_saved(p, "/exchange?deleted=1", ei);
}
