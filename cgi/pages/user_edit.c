/* user_edit.c - one person: add, edit, delete. */
#include <stdio.h>
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/failure.h"
#include "common/i18n.h"
#include "common/store.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/store_state.h"
#include "common/store_user.h"
#include "common/store_timeline.h"
#include "common/str.h"

#define TIMELINE_ROWS 30
#define MEETINGS_SHOWN 10

static void
state_of(struct page *p, const struct user *u)
{
	const struct failure *f = failure_find(u->failure);
	struct view v = view_sub(p->view, "is");

	state_view(v, state_of_user(u->state));
	view_time(v, "since", u->since_s, "");
	view_str(v, "reason", u->reason);
	if (f != NULL) {
		view_str(v, "failed", f->title);
		view_str(v, "todo", f->todo);
	}
	view_time(v, "next", u->next_try_s, "");
	view_time(v, "event", u->last_event_s, "Never");
	view_time(v, "decorated", u->last_decorated_s, "Never");
	view_int(v, "decorated_n", u->decorated_n);
	f = failure_find(u->oof.failure);
	away_view(v, &u->oof, p->now_s);
	view_str(v, "away_failed", f != NULL ? f->title : "");
}

/* With what the meeting is booked, and what came of it. */
static void
booking_view(struct page *p, struct view row, const struct meeting *m)
{
	struct booking b = {0};
	struct confer c;
	struct errinfo ei;

	if (store_booking_get(p->web->store, m->mailbox, m->uid, &b, &ei) !=
	    ERR_OK)
		return;
	if (store_confer_get(p->web->store, b.confer_id, &c, &ei) == ERR_OK) {
		view_str(row, "service", confer_name(&c));
		confer_clear(&c);
	} else {
		view_str(row, "service", "a service that was removed");
	}
	view_str(row, "booking", b.state);
	view_str(row, "answer", b.why);
	view_time(row, "booked", b.changed_s, "");
	booking_clear(&b);
}

/* What became of the newest meetings; what cannot be read is left out. */
static void
meetings_view(struct page *p, const char *address)
{
	struct view list = view_sub(p->view, "meetings");
	struct meeting_list l = {NULL, 0};
	struct errinfo ei;
	size_t i;

	if (store_meeting_list(
		p->web->store, address, MEETINGS_SHOWN, &l, &ei) != ERR_OK)
		return;
	for (i = 0; i < l.n; i++) {
		const struct meeting *m = &l.v[i];
		struct view row = view_row(list, i);

		view_time(row, "start", m->start_s, "");
		view_time(row, "decided", m->decided_ms / 1000, "");
		view_time(row, "next", m->next_try_s, "");
		view_raw(row, "keyword", m->keyword, strlen(m->keyword));
		view_str(row, "dial",
		    *m->video_dial != '\0' ? m->video_dial : m->video_url);
		view_str(row, "verdict", m->verdict);
		view_str(row, "why", m->why);
		view_raw(row, "uid", m->uid, strlen(m->uid));
		booking_view(p, row, m);
	}
	meeting_list_clear(&l);
}

static void
word_view(struct view row, const struct timeline_row *r)
{
	if (!r->is_meeting)
		state_view(row, state_of_user(r->word));
	else
		verdict_view(row, r->word);
}

/* What happened, newest first.  A store that cannot be read says so on the
 * next page. */
static void
timeline_view(struct page *p, const struct user *u)
{
	struct errinfo ei;
	struct timeline t;
	struct view list;
	size_t i;

	if (store_timeline(p->web->store, u->address, TIMELINE_ROWS, &t, &ei) !=
		ERR_OK ||
	    t.n == 0)
		return;
	list = view_sub(p->view, "timeline");
	for (i = 0; i < t.n; i++) {
		const struct timeline_row *r = &t.v[i];
		const struct failure *f = failure_find(r->failure);
		struct view row = view_row(list, i);

		view_time(row, "at", r->at_s, "");
		word_view(row, r);
		view_flag(row, "is_meeting", r->is_meeting);
		view_str(row, "failed", f != NULL ? f->title : "");
		view_str(row, "detail", r->detail);
		view_str(row, "keyword", r->keyword);
		view_time(row, "start", r->start_s, "");
		/* One that is over is no promise any more. */
		if (r->next_try_s > p->now_s)
			view_time(row, "next", r->next_try_s, "");
	}
	timeline_clear(&t);
}

static void
languages_view(struct page *p)
{
	struct view list = view_sub(p->view, "languages");
	const struct i18n *l;
	const char *code;
	size_t i;

	for (i = 0; i18n_at(i, &code, &l); i++) {
		struct view row = view_row(list, i);

		view_str(row, "code", code);
		view_str(row, "name", i18n_name(l));
	}
}

static void
show(struct page *p, const struct form *f, const struct user *u)
{
	page_title(p, u->id == 0           ? "Add a user"
		      : u->name[0] != '\0' ? u->name
					   : u->address);
	view_flag(p->view, "is_new", u->id == 0);
	if (u->id != 0) {
		view_int(p->view, "id", u->id);
		view_int(p->view, "rev", u->changed_s);
		view_time(p->view, "changed", u->changed_s, "");
		view_str(p->view, "changed_by", u->changed_by);
		state_of(p, u);
		timeline_view(p, u);
		meetings_view(p, u->address);
	}
	languages_view(p);
	form_view(f, p->view);
}

static void
form_from(struct form *f, const struct user *u)
{
	size_t i;

	form_init(f);
	form_add_record(f, "user");
	for (i = 0; u != NULL && i < f->n; i++)
		form_set(f, f->v[i].key, user_get(u, f->v[i].key));
}

enum err
users_new(struct page *p, struct errinfo *ei)
{
	struct user u;
	struct form f;

	(void)ei;
	memset(&u, 0, sizeof(u));
	user_init(&u);
	/* Whoever adds a person wants the meetings decorated. */
	u.enabled = true;
	form_from(&f, &u);
	show(p, &f, &u);
	user_clear(&u);
	return ERR_OK;
}

static enum err
find(struct page *p, const struct req_fields *from, struct user *u,
    struct errinfo *ei)
{
	uint64_t id = 0;

	if (str_to_u64(req_text(from, "id"), INT64_MAX, &id) != ERR_OK ||
	    id == 0)
		return err_set(ei, ERR_NOTFOUND, "There is no such user.");
	return store_user_get(p->web->store, (int64_t)id, u, ei);
}

enum err
users_edit(struct page *p, struct errinfo *ei)
{
	struct user u;
	struct form f;
	enum err e;

	memset(&u, 0, sizeof(u));
	if ((e = find(p, &p->req->query, &u, ei)) != ERR_OK)
		goto out;
	form_from(&f, &u);
	show(p, &f, &u);
	e = page_show_saved(p, ei);
out:
	user_clear(&u);
	return e;
}

static void
problem(void *arg, const char *key, const char *text)
{
	form_error(arg, key, text);
}

static void
take_fields(struct page *p, struct form *f, struct user *u)
{
	size_t i;

	form_take(f, p->req);
	for (i = 0; i < f->n; i++) {
		struct errinfo why = {ERR_OK, ""};
		const char *key = f->v[i].key, *value = form_get(f, key);

		if (value != NULL && user_set(u, key, value, &why) != ERR_OK)
			form_error(f, key, why.text);
	}
	(void)user_check(u, problem, f);
}

/* True: somebody changed the record since the form was loaded; beside each
 * field that differs stands what is stored now. */
static bool
has_conflict(struct page *p, const struct form *f, const struct user *now)
{
	struct view list;
	uint64_t rev = 0;
	size_t i, n = 0;

	if (now->id == 0)
		return false;
	if (str_to_u64(req_text(&p->req->body, "rev"), INT64_MAX, &rev) ==
		ERR_OK &&
	    (int64_t)rev == now->changed_s)
		return false;
	list = view_sub(p->view, "now_stored");
	for (i = 0; i < f->n; i++) {
		const char *stored = user_get(now, f->v[i].key);
		struct view row;

		if (stored == NULL || str_eq(stored, f->v[i].value))
			continue;
		row = view_row(list, n++);
		view_str(row, "id", f->v[i].key);
		view_str(row, "label", f->v[i].label);
		view_str(row, "stored", stored[0] == '\0' ? "(empty)" : stored);
		view_raw(row, "typed", f->v[i].value, f->v[i].len);
	}
	view_flag(p->view, "conflict", n > 0);
	return n > 0;
}

enum err
users_save(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	const char *id = req_text(&p->req->body, "id");
	struct user now, u;
	struct form f;
	char to[64];
	enum err e;

	memset(&now, 0, sizeof(now));
	memset(&u, 0, sizeof(u));
	if (id[0] == '\0') {
		user_init(&now);
		user_init(&u);
	} else if ((e = find(p, &p->req->body, &now, ei)) != ERR_OK ||
		   (e = find(p, &p->req->body, &u, ei)) != ERR_OK) {
		goto out;
	}
	form_from(&f, NULL);
	take_fields(p, &f, &u);
	if (has_conflict(p, &f, &now)) {
		p->resp->status = 409;
	} else if (f.errors_n > 0) {
		p->resp->status = 422;
	} else {
		e = store_user_put(p->web->store, &who, &u, ei);
		if (e == ERR_OK) {
			(void)snprintf(to, sizeof(to), "/users/edit?id=%lld",
			    (long long)u.id);
			e = page_saved(p, to, ei);
			goto out;
		}
		if (e != ERR_EXISTS)
			goto out;
		form_error(&f, "address",
		    "Another user has this address. Choose it in the list of "
		    "users instead.");
		p->resp->status = 422;
	}
	show(p, &f, &now);
	e = ERR_OK;
out:
	user_clear(&now);
	user_clear(&u);
	return e;
}

enum err
users_ask_delete(struct page *p, struct errinfo *ei)
{
	struct user u;
	enum err e;

	memset(&u, 0, sizeof(u));
	page_title(p, "Delete this user?");
	if ((e = find(p, &p->req->query, &u, ei)) == ERR_OK) {
		view_int(p->view, "id", u.id);
		view_str(
		    p->view, "name", u.name[0] != '\0' ? u.name : u.address);
		view_str(p->view, "address", u.address);
	}
	user_clear(&u);
	return e;
}

enum err
users_delete(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct user u;
	enum err e;

	memset(&u, 0, sizeof(u));
	if ((e = find(p, &p->req->body, &u, ei)) == ERR_OK &&
	    (e = store_user_delete(p->web->store, &who, u.id, ei)) == ERR_OK)
		e = page_saved(p, "/users?deleted=1", ei);
	user_clear(&u);
	return e;
}
