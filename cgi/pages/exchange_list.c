/* exchange_list.c - Microsoft Exchange Configuration: the list, and the
 * question before a record is deleted. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
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

struct rows {
	struct view list;
	size_t n;
};

static void
add_row(void *arg, const struct exchange_brief *x)
{
	struct rows *r = arg;
	struct view row = view_row(r->list, r->n++);

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
}

/* What was typed and is not stored: whoever closed the window finds it. */
static void
add_draft(void *arg, const struct draft_brief *d)
{
	struct rows *r = arg;
	struct view row = view_row(r->list, r->n++);

	view_str(row, "id", d->draft_id);
	view_str(row, "name",
	    d->display_name[0] != '\0' ? d->display_name : "No name yet");
	view_str(row, "by", d->owner);
	view_time(row, "at", d->changed_s, "");
	view_flag(row, "is_new", d->is_new);
	view_flag(row, "has_job", d->job_id[0] != '\0');
}

enum err
exchange_show(struct page *p, struct errinfo *ei)
{
	bool is_fresh;
	struct view kept;
	struct rows r;
	enum err e;

	page_title(p, "Microsoft Exchange Configuration");
	page_flags(p, "deleted", "untested");
	page_flags(p, "discarded", NULL);
	if ((e = page_show_saved(p, ei)) != ERR_OK)
		return e;
	kept = page_kept(p, "exchange", &is_fresh);
	if (is_fresh)
		return ERR_OK;
	r.list = view_sub(kept, "list");
	r.n = 0;
	if ((e = store_exchange_each(p->web->store, add_row, &r, ei)) != ERR_OK)
		return e;
	view_int(kept, "n", (int64_t)r.n);
	view_flag(kept, "any", r.n > 0);
	view_flag(kept, "one", r.n == 1);
	r.list = view_sub(kept, "drafts");
	r.n = 0;
	e = store_draft_each(p->web->store, add_draft, &r, ei);
	view_flag(kept, "any_draft", r.n > 0);
	return e;
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
