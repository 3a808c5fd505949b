/* configlog.c - Status > Configuration Log: who changed what, newest
 * first. */
#include "cgi/pages/pages.h"
#include "common/store_admin.h"
#include "common/str.h"

#define PAGE_ROWS 50
#define FIND_MAX 256

enum err
configlog_show(struct page *p, struct errinfo *ei)
{
	struct config_log_list l = {NULL, 0};
	struct view list;
	char find[FIND_MAX];
	uint64_t from = 0;
	size_t i;
	enum err e;

	page_title(p, "Configuration Log");
	if (str_to_u64(req_text(&p->req->query, "from"), 100000000, &from) !=
	    ERR_OK)
		from = 0;
	(void)str_copy(find, sizeof(find), req_text(&p->req->query, "q"));
	view_str(p->view, "q", find);
	/* One more than is shown tells whether there is a next page. */
	if ((e = store_config_log_find(p->web->store, find, (size_t)from,
		 PAGE_ROWS + 1, &l, ei)) != ERR_OK)
		goto out;
	list = view_sub(p->view, "log");
	for (i = 0; i < l.n && i < PAGE_ROWS; i++) {
		const struct config_log_row *r = &l.v[i];
		struct view row = view_row(list, i);

		view_time(row, "at", r->at_s, "");
		view_str(row, "who", r->who);
		view_str(row, "origin", r->origin);
		view_str(row, "item", r->item);
		view_str(row, "old", r->old_value);
		view_str(row, "new", r->new_value);
	}
	view_int(p->view, "first", (int64_t)from + 1);
	view_int(p->view, "last", (int64_t)(from + i));
	if (l.n > PAGE_ROWS)
		view_int(p->view, "next", (int64_t)from + PAGE_ROWS);
	if (from > 0)
		view_int(p->view, "prev",
		    from > PAGE_ROWS ? (int64_t)from - PAGE_ROWS : 0);
	view_flag(p->view, "has_prev", from > 0);
out:
	config_log_list_clear(&l);
	return e;
}
