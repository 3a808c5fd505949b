/* verb_users.c - people: list, show, add, change, delete. */
#include <string.h>

#include "backend/ctl/booking_out.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "backend/ctl/user_wait.h"
#include "common/clock.h"
#include "common/store_state.h"
#include "common/store_timeline.h"
#include "common/store_user.h"

#define MEETINGS_SHOWN 10

int
verb_users_list(struct ctl *c)
{
	const char *find = c->words_n > 0 ? c->words[0] : "";
	const char *state = c->args.state == NULL ? "" : c->args.state;
	struct user_list l = {NULL, 0, 0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	size_t i;

	e = store_user_list(c->store, find, state, (size_t)c->args.offset,
	    (size_t)c->args.limit, &l, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_int(&c->out, "total", NULL, (int64_t)l.total);
	out_rows(&c->out, "users");
	for (i = 0; i < l.n; i++) {
		const struct user *u = &l.v[i];

		out_row(&c->out);
		out_str(&c->out, "address", "ADDRESS", u->address);
		out_str(&c->out, "name", "NAME", u->name);
		out_flag(&c->out, "enabled", "ENABLED", u->enabled);
		out_str(&c->out, "state", "STATE", u->state);
		out_time(&c->out, "since", "SINCE", u->since_s);
		out_int(&c->out, "decorated", "MEETINGS", u->decorated_n);
		out_str(&c->out, "out_of_office", "AWAY",
		    oof_word(&u->oof, clock_wall_s()));
		out_str(&c->out, "failure", NULL, u->failure);
		out_str(&c->out, "reason", "REASON", u->reason);
	}
	out_rows_end(&c->out, "No user matches.");
	if (l.total > l.n)
		out_text(&c->out, "%zu of %zu users.\n", l.n, l.total);
	user_list_clear(&l);
	return EXIT_DONE;
}

static void
show_oof(struct out *o, const struct oof *oof)
{
	const bool is_set = oof->state == OOF_SCHEDULED;

	out_str(
	    o, "out_of_office", "Out of office", oof_word(oof, clock_wall_s()));
	out_time(o, "out_of_office_from", NULL, is_set ? oof->start_s : 0);
	out_time(o, "out_of_office_until", "Out of office until",
	    is_set ? oof->end_s : 0);
	out_time(
	    o, "out_of_office_as_of", "Out of office as of", oof->checked_s);
	out_str(o, "out_of_office_failure", NULL, oof->failure);
}

static void
show_user(struct out *o, const struct user *u)
{
	out_str(o, "address", "Email Address", u->address);
	out_str(o, "name", "Name", u->name);
	out_flag(o, "enabled", "Enabled", u->enabled);
	out_str(o, "language", "Language", u->language);
	out_str(o, "directory", "In the directory", u->directory);
	out_str(o, "room_link", "Personal Room link", u->room_link);
	out_str(o, "room_number", "Meeting number", u->room_number);
	out_str(o, "room_video", "Video address", u->room_video);
	out_str(o, "state", "State", u->state);
	out_time(o, "since", "Since", u->since_s);
	out_str(o, "failure", NULL, u->failure);
	out_str(o, "reason", "Reason", u->reason);
	out_time(o, "next_try", "Next try", u->next_try_s);
	out_str(o, "exchange", NULL, u->exchange_id);
	out_time(o, "last_event", "Last notification", u->last_event_s);
	out_time(o, "last_decorated", "Last decorated", u->last_decorated_s);
	out_int(o, "decorated", "Meetings decorated", u->decorated_n);
	show_oof(o, &u->oof);
	out_time(o, "created", NULL, u->created_s);
	out_time(o, "changed", "Changed", u->changed_s);
	out_str(o, "changed_by", "Changed by", u->changed_by);
}

static enum err
show_meetings(struct ctl *c, const char *address, size_t limit, bool whose,
    struct errinfo *ei)
{
	struct meeting_list l = {NULL, 0};
	enum err e;
	size_t i;

	if ((e = store_meeting_list(c->store, address, limit, &l, ei)) !=
	    ERR_OK)
		return e;
	out_rows(&c->out, "meetings");
	for (i = 0; i < l.n; i++) {
		const struct meeting *m = &l.v[i];

		out_row(&c->out);
		out_time(&c->out, "decided", "DECIDED", m->decided_ms / 1000);
		if (whose)
			out_str(&c->out, "address", "ADDRESS", m->mailbox);
		out_time(&c->out, "start", "MEETING", m->start_s);
		out_str(&c->out, "keyword", "KEYWORD", m->keyword);
		out_str(&c->out, "verdict", "VERDICT", m->verdict);
		out_str(&c->out, "video_service", NULL, m->video_service);
		out_str(&c->out, "video_place", NULL, m->video_place);
		out_str(&c->out, "video_dial", NULL, m->video_dial);
		out_str(&c->out, "video_url", NULL, m->video_url);
		out_str(&c->out, "uid", NULL, m->uid);
		out_str(&c->out, "item_id", NULL, m->item_id);
		out_int(&c->out, "tries", NULL, m->tries);
		out_time(&c->out, "next_try", NULL, m->next_try_s);
		booking_out(c, m);
		out_str(&c->out, "why", "WHY", m->why);
	}
	out_rows_end(&c->out,
	    "No meeting with a keyword or a video address was seen yet.");
	meeting_list_clear(&l);
	return ERR_OK;
}

int
verb_meetings_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	e = show_meetings(c, c->words_n > 0 ? c->words[0] : "",
	    (size_t)c->args.limit, true, &ei);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

int
verb_users_timeline(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct timeline t = {NULL, 0};
	enum err e;
	size_t i;

	if ((e = store_timeline(c->store, c->words[0], (size_t)c->args.limit,
		 &t, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "timeline");
	for (i = 0; i < t.n; i++) {
		const struct timeline_row *r = &t.v[i];

		out_row(&c->out);
		out_time(&c->out, "at", "TIME", r->at_s);
		out_str(&c->out, "what", "WHAT",
		    r->is_meeting ? "meeting" : "mailbox");
		out_str(&c->out, "result", "RESULT", r->word);
		out_str(&c->out, "keyword", "KEYWORD", r->keyword);
		out_time(&c->out, "start", "MEETING", r->start_s);
		out_time(&c->out, "next_try", "NEXT TRY", r->next_try_s);
		out_str(&c->out, "uid", NULL, r->uid);
		out_str(&c->out, "failure", NULL, r->failure);
		out_str(&c->out, "why", "WHY", r->detail);
	}
	out_rows_end(&c->out, "Nothing happened yet.");
	timeline_clear(&t);
	return EXIT_DONE;
}

int
verb_users_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct user u;
	enum err e;

	if ((e = store_user_find(c->store, c->words[0], &u, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	show_user(&c->out, &u);
	e = show_meetings(c, u.address, MEETINGS_SHOWN, false, &ei);
	user_clear(&u);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

/* The fields of the command line into u; each problem is said. */
static void
take_fields(struct ctl *c, struct user *u)
{
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	for (i = 0; i < c->args.keys.n; i++)
		if (user_set(u, c->args.keys.v[i], c->args.values.v[i], &ei) !=
		    ERR_OK)
			ctl_problem(c, c->args.keys.v[i], ei.text);
	(void)user_check(u, ctl_problem, c);
}

/* Stores, tells the engine, waits where asked. */
static int
store_and_wait(struct ctl *c, struct user *u)
{
	struct errinfo ei = {ERR_OK, ""};
	struct strlist who = {NULL, 0};
	enum err e;
	int code;

	if ((e = store_user_put(c->store, &c->actor, u, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	code = manager_apply(c);
	if (code != EXIT_DONE || c->args.wait_s == 0)
		return code;
	if ((e = strlist_add(&who, u->address)) != ERR_OK)
		return ctl_fail(c, e, NULL);
	code = user_wait(c, &who, u->enabled, 0);
	strlist_clear(&who);
	return code;
}

int
verb_users_add(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct user u;
	int code;

	user_init(&u);
	if (user_set(&u, "address", c->words[0], &ei) != ERR_OK)
		ctl_problem(c, "address", ei.text);
	take_fields(c, &u);
	if ((code = ctl_problems_end(c)) == EXIT_DONE)
		code = store_and_wait(c, &u);
	user_clear(&u);
	return code;
}

int
verb_users_edit(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct user u;
	enum err e;
	int code;

	if (c->args.keys.n == 0)
		return ctl_refuse(c, EXIT_USAGE,
		    "say what to change, as "
		    "key=value");
	if ((e = store_user_find(c->store, c->words[0], &u, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	take_fields(c, &u);
	if ((code = ctl_problems_end(c)) == EXIT_DONE)
		code = store_and_wait(c, &u);
	user_clear(&u);
	return code;
}

int
verb_users_delete(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct user u;
	enum err e;

	if ((e = store_user_find(c->store, c->words[0], &u, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = store_user_delete(c->store, &c->actor, u.id, &ei);
	user_clear(&u);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}
