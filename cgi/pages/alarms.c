/* alarms.c - Status > Alarms: what is wrong now, with what to do, and what
 * was wrong. */
#include "cgi/pages/alarms.h"

#include <string.h>

#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/alarm_kind.h"
#include "common/buf.h"
#include "common/store_alarm.h"
#include "common/store_user.h"
#include "common/str.h"

#define SHOWN_MAX 200
#define PAST_SHOWN 50
#define LINK_MAX 4096

static void
severity_view(struct view v, const char *severity)
{
	if (str_eq(severity, "critical"))
		state_show(v, "err", "err", "Critical");
	else if (str_eq(severity, "error"))
		state_show(v, "warn", "warn", "Error");
	else
		state_show(v, "warn", "warn",
		    str_eq(severity, "alert") ? "Alert" : "Warning");
}

static enum err
link_to(struct view v, const struct alarm *a)
{
	struct buf b = BUF_INIT(LINK_MAX);
	enum err e;

	if ((e = buf_putf(&b, "/alarms/show?n=%lld&about=",
		 (long long)a->number)) == ERR_OK &&
	    (e = url_encode(&b, a->subject)) == ERR_OK)
		view_str(v, "link", buf_str(&b));
	buf_clear(&b);
	return e;
}

static void
meaning_view(struct view v, const struct alarm *a)
{
	const struct alarm_kind *k = alarm_kind_of(a->number);

	view_int(v, "number", a->number);
	view_str(v, "title", k->title);
	view_str(v, "subject", a->subject);
	view_str(v, "detail", a->detail);
	view_int(v, "count", a->count);
	view_time(v, "first", a->first_s, "");
	view_time(v, "last", a->last_s, "");
	severity_view(v, a->severity);
}

enum err
alarm_view(
    struct page *p, struct view v, const struct alarm *a, struct errinfo *ei)
{
	const struct alarm_kind *k = alarm_kind_of(a->number);
	struct user_list l;
	enum err e;

	meaning_view(v, a);
	view_str(v, "consequence", k->consequence);
	view_str(v, "todo", k->todo);
	view_str(v, "page", k->page);
	view_str(v, "page_name", k->page_name);
	if (a->ack_s != 0) {
		view_time(v, "acked", a->ack_s, "");
		view_str(v, "acked_by", a->ack_who);
		view_str(v, "note", a->ack_note);
	}
	if ((e = link_to(v, a)) != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	if ((e = store_alarm_users(
		 p->web->store, a->number, a->subject, 0, 0, &l, ei)) == ERR_OK)
		view_int(v, "users", (int64_t)l.total);
	return e;
}

enum err
alarms_view(
    struct page *p, const struct alarm_list *l, size_t most, struct errinfo *ei)
{
	enum err e = ERR_OK;
	struct view list;
	size_t i;

	if (l->n == 0)
		return ERR_OK;
	list = view_sub(p->view, "alarms");
	for (i = 0; i < l->n && i < most && e == ERR_OK; i++)
		e = alarm_view(p, view_row(list, i), &l->v[i], ei);
	if (l->n > most)
		view_int(p->view, "alarms_more", (int64_t)(l->n - most));
	return e;
}

static void
past_view(struct page *p, const struct alarm_list *l)
{
	struct view list;
	size_t i;

	if (l->n == 0)
		return;
	list = view_sub(p->view, "past");
	for (i = 0; i < l->n; i++) {
		struct view row = view_row(list, i);

		meaning_view(row, &l->v[i]);
		view_time(row, "lowered", l->v[i].lowered_s, "");
	}
}

enum err
alarms_show(struct page *p, struct errinfo *ei)
{
	struct alarm_list l = {NULL, 0}, past = {NULL, 0};
	enum err e;

	page_title(p, "Alarms");
	if ((e = store_alarm_list(p->web->store, &l, ei)) != ERR_OK ||
	    (e = alarms_view(p, &l, SHOWN_MAX, ei)) != ERR_OK ||
	    (e = store_alarm_history(
		 p->web->store, 0, PAST_SHOWN, &past, ei)) != ERR_OK)
		goto out;
	past_view(p, &past);
	page_poll(p, 10, 30);
out:
	alarm_list_clear(&l);
	alarm_list_clear(&past);
	return e;
}
