/* user_meeting.c - what was decided about one meeting of a person, and why:
 * its booking, and each decision with its time. */
#include <stdio.h>
#include <string.h>

#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/failure.h"
#include "common/store.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/store_decision.h"
#include "common/store_user.h"
#include "common/str.h"

/* Names of services, which are asked for once. */
static void
service_view(const struct confer_list *l, struct view row, const char *id)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (str_eq(l->v[i].id, id))
			break;
	if (id[0] != '\0')
		view_str(row, "service",
		    i < l->n ? confer_name(&l->v[i])
			     : "A service that was removed");
}

static void
answer_view(struct view row, const char *failure)
{
	const struct failure *f = failure_find(failure);

	if (failure[0] == '\0')
		return;
	view_str(row, "answer", f != NULL ? f->title : failure);
	view_str(row, "code", failure);
}

static void
booking_view(struct page *p, const struct user *u, const char *uid,
    const struct confer_list *services)
{
	struct view v = view_sub(p->view, "booking");
	struct booking b = {0};
	struct errinfo ei;

	if (store_booking_get(p->web->store, u->address, uid, &b, &ei) !=
	    ERR_OK)
		return;
	service_view(services, v, b.confer_id);
	view_str(v, "id", b.external_id);
	view_str(v, "state", b.state);
	view_str(v, "why", b.why);
	view_int(v, "tries", (int64_t)b.tries);
	view_time(v, "since", b.since_s, "");
	view_time(v, "changed", b.changed_s, "");
	view_time(v, "start", b.start_s, "");
	view_time(v, "end", b.end_s, "");
	answer_view(v, b.failure);
	booking_clear(&b);
}

static void
rows_view(struct page *p, const struct decision_list *l,
    const struct confer_list *services)
{
	struct view list = view_sub(p->view, "list");
	char took[32];
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct decision *d = &l->v[i];
		struct view row = view_row(list, i);

		view_time(row, "at", d->at_ms / 1000, "");
		(void)snprintf(took, sizeof(took), "%lld.%03lld s",
		    (long long)(d->took_ms / 1000),
		    (long long)(d->took_ms % 1000));
		view_str(row, "took", took);
		verdict_view(row, d->verdict);
		view_str(row, "why", d->why);
		view_raw(row, "keyword", d->keyword, strlen(d->keyword));
		view_str(row, "rule", d->rule);
		view_time(row, "start", d->start_s, "");
		if (d->next_try_s > p->now_s)
			view_time(row, "next", d->next_try_s, "");
		service_view(services, row, d->confer_id);
		view_str(row, "id", d->external_id);
		view_str(row, "booking", d->booking);
		answer_view(row, d->answer);
	}
}

enum err
users_meeting(struct page *p, struct errinfo *ei)
{
	const char *uid = req_text(&p->req->query, "uid");
	struct confer_list services = {NULL, 0};
	struct decision_list l = {NULL, 0};
	struct user u;
	uint64_t id = 0;
	enum err e;

	memset(&u, 0, sizeof(u));
	page_title(p, "What was done and why");
	if (str_to_u64(req_text(&p->req->query, "id"), INT64_MAX, &id) !=
		ERR_OK ||
	    id == 0 || uid[0] == '\0')
		return err_set(ei, ERR_NOTFOUND, "There is no such meeting.");
	if ((e = store_user_get(p->web->store, (int64_t)id, &u, ei)) !=
		ERR_OK ||
	    (e = store_confer_list(p->web->store, &services, ei)) != ERR_OK ||
	    (e = store_decision_list(p->web->store, u.address, uid, &l, ei)) !=
		ERR_OK)
		goto out;
	if (l.n == 0) {
		e = err_set(ei, ERR_NOTFOUND,
		    "Nothing was decided about such a meeting.");
		goto out;
	}
	view_int(p->view, "id", u.id);
	view_str(p->view, "name", u.name[0] != '\0' ? u.name : u.address);
	view_raw(p->view, "uid", uid, strlen(uid));
	view_time(p->view, "start", l.v[0].start_s, "");
	booking_view(p, &u, uid, &services);
	rows_view(p, &l, &services);
out:
	decision_list_clear(&l);
	confer_list_clear(&services);
	user_clear(&u);
	return e;
}
