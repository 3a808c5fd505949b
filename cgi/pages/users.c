/* users.c - Users: the list, with what the connector knows of each, and
 * what is done with those that are ticked. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/buf.h"
#include "common/failure.h"
#include "common/store.h"
#include "common/store_user.h"
#include "common/str.h"

#define PAGE_ROWS 20
#define FIND_MAX 256
#define LINK_MAX 1024
#define TICK "u" /* a row's tick is named u and its id */

static const char *const states[] = {
    "", "error", "pending", "discovering", "subscribed", "disabled"};

static bool
is_state(const char *s)
{
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (str_eq(states[i], s))
			return true;
	return false;
}

/* What the last thing was that happened to the user. */
static void
last_result(struct view row, const struct user *u)
{
	const struct failure *f;

	if (str_eq(u->state, "error")) {
		f = failure_find(u->failure);
		view_str(row, "result", f != NULL ? f->title : u->reason);
		if (f != NULL && f->alarm != 0)
			view_int(row, "alarm", f->alarm);
		view_time(row, "next", u->next_try_s, "");
	} else if (u->last_decorated_s != 0) {
		view_str(row, "result", "Decorated a meeting");
		view_time(row, "at", u->last_decorated_s, "");
	} else if (str_eq(u->state, "subscribed")) {
		view_str(row, "result", "No meeting decorated yet");
	} else {
		view_str(row, "result", u->reason);
	}
}

static bool
rows_view(struct page *p, const struct user_list *l)
{
	bool is_changing = false;
	struct view list;
	size_t i;

	if (l->n == 0)
		return false;
	list = view_sub(p->view, "list");
	for (i = 0; i < l->n; i++) {
		const struct user *u = &l->v[i];
		struct view row = view_row(list, i);

		view_int(row, "id", u->id);
		view_str(row, "address", u->address);
		view_str(row, "name", u->name);
		view_str(row, "room", u->room_link);
		state_view(row, state_of_user(u->state));
		view_time(row, "since", u->since_s, "");
		last_result(row, u);
		away_view(row, &u->oof, p->now_s);
		if (str_eq(u->state, "pending") ||
		    str_eq(u->state, "discovering"))
			is_changing = true;
	}
	return is_changing;
}

static enum err
link_to(struct view v, const char *name, const char *find, const char *state,
    uint64_t from)
{
	struct buf b = BUF_INIT(LINK_MAX + 3 * FIND_MAX);
	enum err e;

	if ((e = buf_puts(&b, "/users?q=")) == ERR_OK &&
	    (e = url_encode(&b, find)) == ERR_OK &&
	    (e = buf_putf(&b, "&state=%s&from=%llu", state,
		 (unsigned long long)from)) == ERR_OK)
		view_str(v, name, buf_str(&b));
	buf_clear(&b);
	return e;
}

static void
counts_view(struct page *p, const struct user_counts *n)
{
	struct view v = view_sub(p->view, "n");

	view_int(v, "total", n->total);
	view_int(v, "subscribed", n->subscribed);
	view_int(v, "pending", n->pending);
	view_int(v, "error", n->error);
	view_int(v, "disabled", n->total - n->enabled);
}

enum err
users_list(struct page *p, struct errinfo *ei)
{
	const char *state = req_text(&p->req->query, "state");
	char find[FIND_MAX];
	struct user_list l;
	struct user_counts n;
	uint64_t from = 0;
	enum err e;

	memset(&l, 0, sizeof(l));
	memset(&n, 0, sizeof(n));
	page_title(p, "Users");
	(void)str_copy(find, sizeof(find), req_text(&p->req->query, "q"));
	if (!is_state(state))
		state = "";
	if (str_to_u64(req_text(&p->req->query, "from"), 10000000, &from) !=
	    ERR_OK)
		from = 0;
	if ((e = page_show_saved(p, ei)) != ERR_OK ||
	    (find[0] == '\0' &&
		(e = store_user_counts(p->web->store, &n, ei)) != ERR_OK) ||
	    (e = store_user_list(p->web->store, find, state, (size_t)from,
		 PAGE_ROWS, &l, ei)) != ERR_OK)
		goto out;
	if (find[0] == '\0')
		counts_view(p, &n);
	else
		view_flag(p->view, "finds", true);
	page_flags(p, "deleted", "retried");
	page_flags(p, "none", NULL);
	view_raw(p->view, "q", find, strlen(find));
	view_str(p->view, "state", state);
	view_fmt(p->view, "total", "%zu", l.total);
	if (rows_view(p, &l))
		page_poll(p, 1, 5);
	else
		page_poll(p, 5, 0);
	view_int(p->view, "first", l.n == 0 ? 0 : (int64_t)from + 1);
	view_int(p->view, "last", (int64_t)(from + l.n));
	if (from > 0 &&
	    (e = link_to(p->view, "prev", find, state,
		 from > PAGE_ROWS ? from - PAGE_ROWS : 0)) != ERR_OK)
		goto out;
	if (from + l.n < l.total)
		e = link_to(p->view, "next", find, state, from + PAGE_ROWS);
out:
	user_list_clear(&l);
	return e;
}

enum what { WHAT_ENABLE, WHAT_DISABLE, WHAT_RETRY, WHAT_NONE };

static enum what
what_of(const char *s)
{
	if (str_eq(s, "enable"))
		return WHAT_ENABLE;
	if (str_eq(s, "disable"))
		return WHAT_DISABLE;
	return str_eq(s, "retry") ? WHAT_RETRY : WHAT_NONE;
}

static enum err
do_one(struct page *p, enum what what, int64_t id, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct user u;
	enum err e;

	memset(&u, 0, sizeof(u));
	if ((e = store_user_get(p->web->store, id, &u, ei)) != ERR_OK)
		goto out;
	if (what == WHAT_RETRY) {
		e = ctl_client_retry(p->web->ctl, u.address, ei);
		goto out;
	}
	if (u.enabled == (what == WHAT_ENABLE))
		goto out;
	u.enabled = what == WHAT_ENABLE;
	e = store_user_put(p->web->store, &who, &u, ei);
out:
	user_clear(&u);
	return e;
}

enum err
users_do(struct page *p, struct errinfo *ei)
{
	const struct req_fields *body = &p->req->body;
	enum what what = what_of(req_text(body, "do"));
	size_t i, n = 0;
	enum err e;

	if (what == WHAT_NONE)
		return err_set(
		    ei, ERR_ARG, "Choose what to do with the users.");
	for (i = 0; i < body->n; i++) {
		uint64_t id;

		if (!str_has_prefix(body->v[i].name, TICK) ||
		    str_to_u64(body->v[i].name + strlen(TICK), INT64_MAX,
			&id) != ERR_OK)
			continue;
		e = do_one(p, what, (int64_t)id, ei);
		/* One that somebody else removed meanwhile is no error. */
		if (e != ERR_OK && e != ERR_NOTFOUND)
			return e;
		n++;
	}
	if (n == 0)
		return resp_redirect(p->resp, "/users?none=1");
	if (what == WHAT_RETRY)
		return resp_redirect(p->resp, "/users?retried=1");
	return page_saved(p, "/users", ei);
}
