/* verb_alarms.c - what is wrong now, what was, and who has taken note. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "common/alarm_kind.h"
#include "common/store_alarm.h"
#include "common/store_user.h"

/* What list, show and history have in common. */
static void
print_alarm(struct out *o, const struct alarm *a)
{
	const struct alarm_kind *k = alarm_kind_of(a->number);

	out_int(o, "number", "ID", a->number);
	out_str(o, "severity", "SEVERITY", a->severity);
	out_str(o, "title", "TITLE", k->title);
	out_str(o, "subject", "ABOUT", a->subject);
	out_time(o, "first", "FIRST", a->first_s);
	out_time(o, "last", NULL, a->last_s);
	out_int(o, "count", "TIMES", a->count);
	out_str(o, "cause", NULL, a->cause);
}

static void
print_raised(struct out *o, const struct alarm *a, size_t users)
{
	const struct alarm_kind *k = alarm_kind_of(a->number);

	print_alarm(o, a);
	out_int(o, "users", "USERS", (int64_t)users);
	out_flag(o, "acknowledged", "ACKNOWLEDGED", a->ack_s != 0);
	out_str(o, "acknowledged_by", NULL, a->ack_who);
	out_time(o, "acknowledged_at", NULL, a->ack_s);
	out_str(o, "note", NULL, a->ack_note);
	out_str(o, "consequence", NULL, k->consequence);
	out_str(o, "todo", NULL, k->todo);
	out_str(o, "page", NULL, k->page);
	out_str(o, "detail", "DETAIL", a->detail);
}

int
verb_alarms_list(struct ctl *c)
{
	struct alarm_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	struct user_list users;
	enum err e;
	size_t i;

	if ((e = store_alarm_list(c->store, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "alarms");
	for (i = 0; i < l.n && e == ERR_OK; i++) {
		e = store_alarm_users(
		    c->store, l.v[i].number, l.v[i].subject, 0, 0, &users, &ei);
		if (e == ERR_OK) {
			out_row(&c->out);
			print_raised(&c->out, &l.v[i], users.total);
		}
	}
	out_rows_end(&c->out, "No alarm is raised.");
	alarm_list_clear(&l);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

/* NUMBER, and ABOUT where more than one has the number. */
static enum err
find(struct ctl *c, struct alarm *out, struct errinfo *ei)
{
	struct alarm_list l = {NULL, 0};
	uint64_t number = 0;
	size_t i, n = 0;
	enum err e;

	if (str_to_u64(c->words[0], 99999, &number) != ERR_OK)
		return err_set(
		    ei, ERR_ARG, "An alarm has a number of five digits.");
	if (c->words_n > 1)
		return store_alarm_get(
		    c->store, (int64_t)number, c->words[1], out, ei);
	if ((e = store_alarm_list(c->store, &l, ei)) != ERR_OK)
		return e;
	for (i = 0; i < l.n; i++)
		if (l.v[i].number == (int64_t)number && n++ == 0) {
			*out = l.v[i];
			memset(&l.v[i], 0, sizeof(l.v[i]));
		}
	alarm_list_clear(&l);
	if (n == 0)
		return err_set(ei, ERR_NOTFOUND, "This alarm is not raised.");
	if (n > 1) {
		alarm_clear(out);
		return err_set(ei, ERR_ARG,
		    "%zu alarms have this number: say which by what it is "
		    "about.",
		    n);
	}
	return ERR_OK;
}

static void
print_users(struct out *o, const struct user_list *l)
{
	size_t i;

	out_rows(o, "touches");
	for (i = 0; i < l->n; i++) {
		out_row(o);
		out_str(o, "address", "ADDRESS", l->v[i].address);
		out_str(o, "name", "NAME", l->v[i].name);
		out_str(o, "state", "STATE", l->v[i].state);
		out_str(o, "reason", "REASON", l->v[i].reason);
	}
	out_rows_end(o, "It touches no user.");
}

int
verb_alarms_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct user_list users = {NULL, 0, 0};
	struct alarm a = {0};
	struct out *o = &c->out;
	const struct alarm_kind *k;
	enum err e;

	if ((e = find(c, &a, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	k = alarm_kind_of(a.number);
	out_int(o, "number", "Alarm ID", a.number);
	out_str(o, "severity", "Severity", a.severity);
	out_str(o, "title", "Title", k->title);
	out_str(o, "subject", "About", a.subject);
	out_str(o, "cause", NULL, a.cause);
	out_str(o, "detail", "What happened", a.detail);
	out_str(o, "consequence", "Consequence", k->consequence);
	out_str(o, "todo", "What to do", k->todo);
	out_str(o, "page", "Page", k->page);
	out_time(o, "first", "First raised", a.first_s);
	out_time(o, "last", "Last raised", a.last_s);
	out_int(o, "count", "Times", a.count);
	out_flag(o, "acknowledged", "Acknowledged", a.ack_s != 0);
	out_str(o, "acknowledged_by", "By", a.ack_who);
	out_time(o, "acknowledged_at", NULL, a.ack_s);
	out_str(o, "note", "Note", a.ack_note);
	e = store_alarm_users(c->store, a.number, a.subject,
	    (size_t)c->args.offset, (size_t)c->args.limit, &users, &ei);
	if (e == ERR_OK) {
		out_int(o, "users", "Users", (int64_t)users.total);
		print_users(o, &users);
	}
	user_list_clear(&users);
	alarm_clear(&a);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

int
verb_alarms_ack(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct alarm a = {0};
	const char *note = "";
	enum err e;
	size_t i;

	for (i = 0; i < c->args.keys.n; i++) {
		if (str_eq(c->args.keys.v[i], "note"))
			note = c->args.values.v[i];
		else
			ctl_problem(
			    c, c->args.keys.v[i], "There is no such field.");
	}
	if (c->problems_n > 0)
		return ctl_problems_end(c);
	if ((e = find(c, &a, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((e = store_alarm_ack(c->store, &c->actor, a.number, a.subject, note,
		 &ei)) == ERR_OK) {
		out_int(&c->out, "number", NULL, a.number);
		out_str(&c->out, "subject", NULL, a.subject);
		out_flag(&c->out, "acknowledged", "Acknowledged", true);
	}
	alarm_clear(&a);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

int
verb_alarms_history(struct ctl *c)
{
	struct alarm_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	size_t i;

	if ((e = store_alarm_history(c->store, (size_t)c->args.offset,
		 (size_t)c->args.limit, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "history");
	for (i = 0; i < l.n; i++) {
		out_row(&c->out);
		out_time(&c->out, "lowered", "LOWERED", l.v[i].lowered_s);
		print_alarm(&c->out, &l.v[i]);
		out_str(&c->out, "detail", "DETAIL", l.v[i].detail);
	}
	out_rows_end(&c->out, "No alarm was lowered yet.");
	alarm_list_clear(&l);
	return EXIT_DONE;
}
