/* alarms.c - Status > Alarms: what is wrong now, with what to do. */
#include "cgi/pages/alarms.h"
#include "cgi/pages/pages.h"
#include "common/store_state.h"
#include "common/str.h"

/* The rows of an alarm table; the overview shows the same. */
void
alarms_view(struct view list, const struct alarm_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct alarm *a = &l->v[i];
		struct view row = view_row(list, i);

		view_int(row, "number", a->number);
		view_str(row, "subject", a->subject);
		view_str(row, "detail", a->detail);
		view_int(row, "count", a->count);
		view_time(row, "first", a->first_s, "");
		view_time(row, "last", a->last_s, "");
		if (str_eq(a->severity, "critical")) {
			view_str(row, "cls", "err");
			view_str(row, "word", "Critical");
		} else if (str_eq(a->severity, "error")) {
			view_str(row, "cls", "warn");
			view_str(row, "word", "Error");
		} else {
			view_str(row, "cls", "warn");
			view_str(row, "word",
			    str_eq(a->severity, "alert") ? "Alert" : "Warning");
		}
	}
}

enum err
alarms_show(struct page *p, struct errinfo *ei)
{
	struct alarm_list l = {NULL, 0};
	enum err e;

	page_title(p, "Alarms");
	if ((e = store_alarm_list(p->web->store, &l, ei)) == ERR_OK && l.n > 0)
		alarms_view(view_sub(p->view, "alarms"), &l);
	alarm_list_clear(&l);
	return e;
}
