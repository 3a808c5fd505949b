/* user_meetings.c - the meetings of one person's or room's next four weeks,
 * read from Exchange while the page is open, with what the connector made of
 * each.  Nothing of it is stored. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/store.h"
#include "common/store_state.h"
#include "common/store_user.h"
#include "common/str.h"

#define KNOWN_MAX 500 /* decisions that are looked through */

/* The newest decision about it: by UID, which the occurrences of a series
 * share.  NULL: none. */
static const struct meeting *
decision_of(const struct meeting_list *l, const struct msg_ews_view_item *it)
{
	size_t i;

	for (i = 0; it->uid[0] != '\0' && i < l->n; i++)
		if (str_eq(l->v[i].uid, it->uid))
			return &l->v[i];
	return NULL;
}

static void
decision_view(struct view row, const struct meeting *d)
{
	if (d == NULL)
		return;
	verdict_view(row, d->verdict);
	view_str(row, "keyword", d->keyword);
	view_str(row, "why", d->why);
	view_time(row, "next", d->next_try_s, "");
}

static const char *
title_of(const struct msg_ews_view_item *it)
{
	if (it->is_private)
		return "Private meeting";
	return it->subject[0] != '\0' ? it->subject : "(no subject)";
}

static void
rows_view(struct page *p, const struct msg_agenda *a,
    const struct meeting_list *known)
{
	struct view list;
	size_t i;

	if (a->items_n == 0)
		return;
	list = view_sub(p->view, "list");
	for (i = 0; i < a->items_n; i++) {
		const struct msg_ews_view_item *it = &a->items[i];
		struct view row = view_row(list, i);

		view_str(row, "subject", title_of(it));
		view_str(row, "location", it->location);
		view_str(row, "organizer", it->organizer);
		view_time(row, "start", it->start_s, "");
		view_time(row, "end", it->end_s, "");
		view_flag(row, "is_all_day", it->is_all_day);
		view_flag(row, "is_cancelled", it->is_cancelled);
		view_flag(row, "is_series",
		    str_eq(it->kind, "Occurrence") ||
			str_eq(it->kind, "Exception"));
		decision_view(row, decision_of(known, it));
	}
}

static enum err
agenda_view(struct page *p, const struct user *u, const struct msg_agenda *a,
    struct errinfo *ei)
{
	const struct failure *f = failure_find(a->failure);
	struct meeting_list known = {NULL, 0};
	enum err e;

	e = store_meeting_list(
	    p->web->store, u->address, KNOWN_MAX, &known, ei);
	if (e != ERR_OK)
		return e;
	rows_view(p, a, &known);
	meeting_list_clear(&known);
	view_flag(p->view, "running", a->is_running);
	view_flag(p->view, "cut", a->is_cut);
	view_fmt(p->view, "shown", "%zu", a->items_n);
	view_time(p->view, "as_of", a->as_of_s, "");
	if (a->failure[0] != '\0') {
		view_str(p->view, "failed",
		    f != NULL ? f->title : "The meetings could not be read");
		view_str(p->view, "todo", f != NULL ? f->todo : "");
		view_str(p->view, "detail", a->detail);
	}
	if (a->is_running)
		page_poll(p, 1, 2);
	return ERR_OK;
}

enum err
users_meetings(struct page *p, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_agenda a;
	struct user u;
	uint64_t id = 0;
	enum err e;

	memset(&u, 0, sizeof(u));
	page_title(p, "Meetings");
	if (str_to_u64(req_text(&p->req->query, "id"), INT64_MAX, &id) !=
		ERR_OK ||
	    id == 0)
		return err_set(ei, ERR_NOTFOUND, "There is no such user.");
	if ((e = store_user_get(p->web->store, (int64_t)id, &u, ei)) != ERR_OK)
		goto out;
	view_int(p->view, "id", u.id);
	view_str(p->view, "name", u.name[0] != '\0' ? u.name : u.address);
	view_str(p->view, "address", u.address);
	if (ctl_client_agenda(p->web->ctl, u.address, &a, &why) != ERR_OK)
		view_str(p->view, "trouble", why.text);
	else
		e = agenda_view(p, &u, &a, ei);
	msg_agenda_free(&a);
out:
	user_clear(&u);
	return e;
}
