/* conferencing.c - Cisco Conferencing Services Configuration: the list, and
 * the question before a service is deleted. */
#include "cgi/pages/conferencing.h"

#include "cgi/pages/pages.h"
#include "common/clock.h"
#include "common/store.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/str.h"

#define PATH "/conferencing"
#define SHOWN_MAX 50 /* bookings on the page */

enum err
conferencing_bookings(
    struct page *p, const char *confer_id, size_t *n, struct errinfo *ei)
{
	struct view list = view_sub(p->view, "bookings"), row;
	struct booking_list b = {NULL, 0};
	enum err e;
	size_t i;

	*n = 0;
	e = store_booking_of(p->web->store, confer_id, clock_wall_s(), &b, ei);
	if (e != ERR_OK)
		return e;
	*n = b.n;
	for (i = 0; i < b.n && i < SHOWN_MAX; i++) {
		row = view_row(list, i);
		view_str(row, "mailbox", b.v[i].mailbox);
		view_str(row, "subject", b.v[i].subject);
		view_time(row, "start", b.v[i].start_s, "");
		view_flag(row, "waits", str_eq(b.v[i].state, "wanted"));
		view_flag(row, "ends", str_eq(b.v[i].state, "ending"));
	}
	if (b.n > 0)
		view_int(p->view, "bookings_n", (int64_t)b.n);
	if (b.n > SHOWN_MAX)
		view_int(p->view, "bookings_more", (int64_t)(b.n - SHOWN_MAX));
	booking_list_clear(&b);
	return ERR_OK;
}

static void
show_types(struct page *p)
{
	struct view list = view_sub(p->view, "types"), row;
	const struct confer_type *t;
	size_t i;

	for (i = 0; (t = confer_type_at(i)) != NULL; i++) {
		row = view_row(list, i);
		view_str(row, "type", t->type);
		view_str(row, "label", t->label);
		view_str(row, "help", t->help);
	}
}

enum err
conferencing_show(struct page *p, struct errinfo *ei)
{
	struct view list = view_sub(p->view, "list"), row;
	struct confer_list l;
	enum err e;
	size_t i;

	page_title(p, "Cisco Conferencing Services Configuration");
	page_flags(p, "deleted", "none");
	show_types(p);
	if ((e = store_confer_list(p->web->store, &l, ei)) != ERR_OK)
		return e;
	for (i = 0; i < l.n; i++) {
		const struct confer *c = &l.v[i];

		row = view_row(list, i);
		view_str(row, "id", c->id);
		view_str(row, "name", confer_name(c));
		view_str(row, "type", c->type->label);
		view_str(row, "host", confer_host(c));
		view_time(row, "changed", c->changed_s, "");
	}
	view_flag(p->view, "any", l.n > 0);
	confer_list_clear(&l);
	return page_show_saved(p, ei);
}

enum err
conferencing_ask_delete(struct page *p, struct errinfo *ei)
{
	const char *id = req_text(&p->req->query, "id");
	struct confer c;
	size_t n = 0;
	enum err e;

	page_title(p, "Delete a conferencing service?");
	if ((e = store_confer_get(p->web->store, id, &c, ei)) != ERR_OK)
		return e;
	view_str(p->view, "id", c.id);
	view_str(p->view, "name", confer_name(&c));
	view_str(p->view, "type", c.type->label);
	e = conferencing_bookings(p, c.id, &n, ei);
	confer_clear(&c);
	return e;
}

enum err
conferencing_delete(struct page *p, struct errinfo *ei)
{
	const char *id = req_text(&p->req->body, "id");
	const struct store_actor who = page_actor(p);
	enum err e = store_confer_delete(p->web->store, &who, id, ei);

	return e == ERR_OK ? page_saved(p, PATH "?deleted=1", ei) : e;
}
