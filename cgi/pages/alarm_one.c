/* alarm_one.c - one alarm: what it means, what to do, whom it touches; and
 * its acknowledgement. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/alarms.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/alarm_kind.h"
#include "common/buf.h"
#include "common/failure.h"
#include "common/store.h"
#include "common/store_alarm.h"
#include "common/store_user.h"
#include "common/str.h"
#include "common/trust.h"

#define PAGE_ROWS 50
#define LINK_MAX 4096
#define NUMBER "n"
#define ABOUT "about"
#define NOTE "note"

static void
user_view(struct view row, const struct user *u)
{
	const struct failure *f = failure_find(u->failure);

	view_int(row, "id", u->id);
	view_str(row, "address", u->address);
	view_str(row, "name", u->name);
	state_view(row, state_of_user(u->state));
	view_str(row, "result", f != NULL ? f->title : u->reason);
	view_time(row, "since", u->since_s, "");
}

static enum err
page_link(struct view v, const char *name, const struct alarm *a, size_t from)
{
	struct buf b = BUF_INIT(LINK_MAX);
	enum err e;

	if ((e = buf_putf(&b, "/alarms/show?n=%lld&from=%zu&about=",
		 (long long)a->number, from)) == ERR_OK &&
	    (e = url_encode(&b, a->subject)) == ERR_OK)
		view_str(v, name, buf_str(&b));
	buf_clear(&b);
	return e;
}

static enum err
users_view(struct page *p, const struct alarm *a, struct errinfo *ei)
{
	struct user_list l;
	struct view v = view_sub(p->view, "touched"), list;
	uint64_t from = 0;
	size_t i;
	enum err e;

	if (str_to_u64(req_text(&p->req->query, "from"), 10000000, &from) !=
	    ERR_OK)
		from = 0;
	if ((e = store_alarm_users(p->web->store, a->number, a->subject,
		 (size_t)from, PAGE_ROWS, &l, ei)) != ERR_OK)
		return e;
	list = view_sub(v, "list");
	for (i = 0; i < l.n; i++)
		user_view(view_row(list, i), &l.v[i]);
	if (l.n > 0) {
		view_int(v, "first", (int64_t)from + 1);
		view_int(v, "last", (int64_t)(from + l.n));
		view_int(v, "total", (int64_t)l.total);
	}
	if (from > 0)
		e = page_link(
		    v, "prev", a, from > PAGE_ROWS ? from - PAGE_ROWS : 0);
	if (e == ERR_OK && from + l.n < l.total)
		e = page_link(v, "next", a, (size_t)from + PAGE_ROWS);
	user_list_clear(&l);
	return e;
}

/* The alarm that the fields of the query or of the form name. */
static enum err
named(struct page *p, const struct req_fields *from, struct alarm *a,
    struct errinfo *ei)
{
	uint64_t number = 0;

	if (str_to_u64(req_text(from, NUMBER), 99999, &number) != ERR_OK)
		return err_set(ei, ERR_NOTFOUND, "There is no such alarm.");
	return store_alarm_get(
	    p->web->store, (int64_t)number, req_text(from, ABOUT), a, ei);
}

/* One that a decision of the Trust List about its host ends. */
static bool
is_of_host(const struct alarm *a)
{
	char host[TRUST_PATTERN_MAX];

	return alarm_id_of(a->number) == ALARM_REDIRECT_UNTRUSTED &&
	       trust_pattern(a->subject, host, sizeof(host), NULL) == ERR_OK;
}

static enum err
show(struct page *p, const struct form *f, const struct alarm *a,
    struct errinfo *ei)
{
	enum err e;

	page_title(p, alarm_kind_of(a->number)->title);
	form_view(f, p->view);
	view_flag(p->view, "decide", is_of_host(a));
	e = alarm_view(p, view_sub(p->view, "a"), a, ei);
	if (e == ERR_OK && p->session.role >= ROLE_READ_ONLY)
		e = users_view(p, a, ei);
	return e;
}

/* It went between two looks at it: that is good news, not an error. */
static enum err
gone(struct page *p, enum err e)
{
	if (e != ERR_NOTFOUND)
		return e;
	page_title(p, "This alarm is not raised");
	p->resp->status = 404;
	return ERR_OK;
}

static void
form_start(struct form *f)
{
	form_init(f);
	form_add(f, NOTE, "Note", ALARM_NOTE_MAX, false);
}

enum err
alarm_show(struct page *p, struct errinfo *ei)
{
	struct alarm a = {0};
	struct form f;
	enum err e;

	form_start(&f);
	if ((e = named(p, &p->req->query, &a, ei)) != ERR_OK)
		return gone(p, e);
	form_set(&f, NOTE, a.ack_note);
	page_flags(p, "done", NULL);
	e = show(p, &f, &a, ei);
	alarm_clear(&a);
	return e;
}

enum err
alarm_do(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct buf to = BUF_INIT(LINK_MAX);
	struct alarm a = {0};
	struct form f;
	enum err e;

	form_start(&f);
	if ((e = named(p, &p->req->body, &a, ei)) != ERR_OK)
		return gone(p, e);
	form_take(&f, p->req);
	if (f.errors_n > 0) {
		p->resp->status = 422;
		e = show(p, &f, &a, ei);
		goto out;
	}
	if ((e = store_alarm_ack(p->web->store, &who, a.number, a.subject,
		 form_get(&f, NOTE), ei)) != ERR_OK)
		goto out;
	if ((e = buf_putf(&to, "/alarms/show?done=1&n=%lld&about=",
		 (long long)a.number)) == ERR_OK &&
	    (e = url_encode(&to, a.subject)) == ERR_OK)
		e = resp_redirect(p->resp, buf_str(&to));
out:
	buf_clear(&to);
	alarm_clear(&a);
	return e;
}
