/* verb_workspaces.c - rooms, and the devices that show their meetings. */
#include <string.h>

#include "backend/ctl/bound_args.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/job_report.h"
#include "backend/ctl/manager_link.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/settings.h"
#include "common/store_workspace.h"
#include "common/str.h"

static const char *
state_word(const struct bound *w, const struct workspace_state *st)
{
	if (!bound_is_on(w))
		return "disabled";
	if (st->failure[0] != '\0')
		return "failing";
	return st->sent_s > 0 ? "ok" : "waiting";
}

static const char *
reason_of(const struct workspace_state *st)
{
	const struct failure *f = failure_find(st->failure);

	return f != NULL ? f->title : "";
}

int
verb_workspaces_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct workspace_state st;
	struct workspace_list l;
	enum err e;
	size_t i;

	if ((e = store_workspace_list(c->store, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "workspaces");
	for (i = 0; i < l.n && e == ERR_OK; i++) {
		const struct bound *w = &l.v[i];

		e = store_workspace_state(c->store, w->id, &st, &ei);
		if (e != ERR_OK)
			break;
		out_row(&c->out);
		out_str(&c->out, "id", NULL, w->id);
		out_str(&c->out, "display_name", "Name",
		    bound_get(w, "display_name"));
		out_str(&c->out, "mailbox", "Mailbox", bound_get(w, "mailbox"));
		out_str(&c->out, "host", "Device", bound_get(w, "host"));
		out_str(&c->out, "state", "State", state_word(w, &st));
		out_time(&c->out, "last_contact", "Last contact", st.sent_s);
		out_str(&c->out, "failure", NULL, st.failure);
		out_str(&c->out, "reason", "What failed", reason_of(&st));
	}
	out_rows_end(&c->out, "There are no workspaces.");
	workspace_list_clear(&l);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static void
print_fields(struct ctl *c, const struct bound *w)
{
	const struct setting *s = NULL;

	out_str(&c->out, "id", NULL, w->id);
	while ((s = setting_next("workspace", s)) != NULL) {
		if (s->kind == SETTING_P)
			out_flag(
			    &c->out, "has_password", s->label, w->box.n > 0);
		else if (s->kind == SETTING_B)
			out_flag(&c->out, s->key, s->label,
			    bound_get(w, s->key)[0] == 'y');
		else
			out_str(
			    &c->out, s->key, s->label, bound_get(w, s->key));
	}
	out_time(&c->out, "changed", "Changed", w->changed_s);
	out_str(&c->out, "changed_by", "Changed by", w->changed_by);
}

static void
print_state(
    struct ctl *c, const struct bound *w, const struct workspace_state *st)
{
	out_str(&c->out, "state", "State", state_word(w, st));
	out_time(&c->out, "last_contact", "Last contact", st->sent_s);
	out_time(&c->out, "calendar_read", "Calendar read", st->read_s);
	out_int(&c->out, "tries", "Failed tries", st->tries);
	out_time(&c->out, "next_try", "Told again", st->next_s);
	out_str(&c->out, "failure", NULL, st->failure);
	out_str(&c->out, "reason", "What failed", reason_of(st));
	out_str(&c->out, "detail", "What it said", st->detail);
}

static void
print_meetings(struct ctl *c, const struct workspace_bookings *b)
{
	size_t i;

	out_rows(&c->out, "meetings");
	for (i = 0; i < b->n; i++) {
		out_row(&c->out);
		out_time(&c->out, "start", "Start", b->v[i].start_s);
		out_time(&c->out, "end", "End", b->v[i].end_s);
		out_flag(&c->out, "private", NULL, b->v[i].is_private);
		out_str(&c->out, "title", "Title",
		    b->v[i].is_private ? "(private)" : b->v[i].title);
		out_str(&c->out, "organizer", "Organizer", b->v[i].organizer);
		out_str(&c->out, "dials", "Join dials", b->v[i].number);
	}
	out_rows_end(&c->out, "No meeting of today or tomorrow is known.");
}

int
verb_workspaces_show(struct ctl *c)
{
	struct workspace_bookings b = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	struct workspace_state st;
	struct bound w;
	enum err e;

	e = store_workspace_get(c->store, c->words[0], &w, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((e = store_workspace_state(c->store, w.id, &st, &ei)) == ERR_OK &&
	    (e = store_workspace_bookings(c->store, w.id, &b, &ei)) == ERR_OK) {
		print_fields(c, &w);
		print_state(c, &w, &st);
		print_meetings(c, &b);
	}
	workspace_bookings_clear(&b);
	bound_clear(&w);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static int
save(struct ctl *c, struct bound *w)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	int code;

	if ((e = bound_args_take(c, w, "Password: ", &ei)) != ERR_OK)
		code = ctl_fail(c, e, &ei);
	else if ((code = ctl_problems_end(c)) == EXIT_DONE) {
		e = store_workspace_put(c->store, &c->actor, w, &ei);
		code = e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
	}
	bound_clear(w);
	return code;
}

int
verb_workspaces_add(struct ctl *c)
{
	struct bound w;

	workspace_init(&w);
	return save(c, &w);
}

int
verb_workspaces_edit(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct bound w;
	enum err e;

	if (c->args.keys.n == 0 && (c->args.given & O_PASSWORD) == 0)
		return ctl_refuse(c, EXIT_USAGE,
		    "say what to change, as key=value, or give a password");
	e = store_workspace_get(c->store, c->words[0], &w, &ei);
	return e == ERR_OK ? save(c, &w) : ctl_fail(c, e, &ei);
}

int
verb_workspaces_delete(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct bound w;
	enum err e;

	e = store_workspace_get(c->store, c->words[0], &w, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = store_workspace_delete(c->store, &c->actor, w.id, &ei);
	bound_clear(&w);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

static int
switch_it(struct ctl *c, const char *enabled)
{
	struct errinfo ei = {ERR_OK, ""};
	struct bound w;
	enum err e;

	e = store_workspace_get(c->store, c->words[0], &w, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((e = bound_set(&w, "enabled", enabled, &ei)) == ERR_OK)
		e = store_workspace_put(c->store, &c->actor, &w, &ei);
	bound_clear(&w);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

int
verb_workspaces_enable(struct ctl *c)
{
	return switch_it(c, "yes");
}

int
verb_workspaces_disable(struct ctl *c)
{
	return switch_it(c, "no");
}

int
verb_workspaces_test(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_workspace_ref m;
	struct msg_job_ref job;
	struct msg_report r;
	int code = EXIT_DONE;
	struct bound w;
	enum err e;

	memset(&job, 0, sizeof(job));
	memset(&r, 0, sizeof(r));
	e = store_workspace_get(c->store, c->words[0], &w, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	m.workspace_id = w.id;
	e = manager_call(
	    c, IPC_WORKSPACE_TEST, &m, IPC_WORKSPACE_TESTING, &job, &ei);
	if (e == ERR_OK && (e = job_follow(c, &job, &r, &ei)) == ERR_OK)
		code = job_print(c, &r);
	msg_report_free(&r);
	msg_job_ref_free(&job);
	bound_clear(&w);
	return e == ERR_OK ? code : ctl_fail(c, e, &ei);
}
