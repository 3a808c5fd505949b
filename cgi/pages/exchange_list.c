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

static void
record_state(struct view row, const struct exchange *x)
{
	if (!x->enabled)
		state_show(row, "", "off", "Disabled");
	else if (x->tested_s == 0)
		state_show(row, "", "info", "Not tested");
	else
		state_show(row, "ok", "ok", "Tested");
}

enum err
exchange_show(struct page *p, struct errinfo *ei)
{
	struct exchange_list l = {NULL, 0};
	struct view list;
	size_t i;
	enum err e;

	page_title(p, "Microsoft Exchange Configuration");
	if ((e = page_show_saved(p, ei)) != ERR_OK ||
	    (e = store_exchange_list(p->web->store, &l, ei)) != ERR_OK)
		goto out;
	if (l.n > 0)
		list = view_sub(p->view, "list");
	for (i = 0; i < l.n; i++) {
		const struct exchange *x = &l.v[i];
		struct view row = view_row(list, i);

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
		record_state(row, x);
		view_time(row, "tested", x->tested_s, "Never");
	}
	view_fmt(p->view, "list_n", "%zu", l.n);
	view_flag(p->view, "one", l.n == 1);
	page_flags(p, "deleted", "untested");
out:
	exchange_list_clear(&l);
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
