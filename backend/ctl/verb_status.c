/* verb_status.c - how everything does. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/store_alarm.h"
#include "common/store_state.h"
#include "common/store_user.h"

static void
show_processes(struct out *o, const struct msg_status *s)
{
	size_t i;

	out_rows(o, "processes");
	for (i = 0; i < s->processes_n; i++) {
		const struct msg_process *p = &s->processes[i];

		out_row(o);
		out_str(o, "program", "PROGRAM", p->program);
		out_int(o, "pid", "PID", (int64_t)p->pid);
		out_int(o, "restarts", "RESTARTS", (int64_t)p->restarts);
		out_time(o, "since", "SINCE", p->since_s);
	}
	out_rows_end(o, "No process runs.");
}

/* What the databases know; a user who may not open them still sees what
 * the manager says. */
static void
show_stored(struct ctl *c, const struct msg_status *s)
{
	struct alarm_list alarms = {NULL, 0};
	int64_t open_n = 0;
	struct user_counts users;
	struct errinfo ei = {ERR_OK, ""};
	uint64_t rev = 0;

	if (store_open(&c->store, STORE_ADMIN, c->conf.config_db,
		c->conf.state_db, &ei) != ERR_OK) {
		ctl_say("calconnctl: %s", ei.text);
		return;
	}
	if (store_revision(c->store, &rev, &ei) == ERR_OK) {
		out_int(&c->out, "revision_saved", NULL, (int64_t)rev);
		out_flag(&c->out, "in_effect", "Configuration in effect",
		    s->rev_running >= rev);
	}
	if (store_user_counts(c->store, &users, &ei) == ERR_OK) {
		out_int(&c->out, "users", "Users", users.total);
		out_int(
		    &c->out, "users_enabled", "Users enabled", users.enabled);
		out_int(&c->out, "users_subscribed", "Users subscribed",
		    users.subscribed);
		out_int(&c->out, "users_pending", NULL, users.pending);
		out_int(&c->out, "users_error", "Users in error", users.error);
	}
	if (store_alarm_list(c->store, &alarms, &ei) == ERR_OK) {
		out_int(&c->out, "alarms", "Alarms", (int64_t)alarms.n);
		alarm_list_clear(&alarms);
	}
	if (store_alarm_count(c->store, &open_n, &ei) == ERR_OK)
		out_int(
		    &c->out, "alarms_new", "Alarms not acknowledged", open_n);
}

static void
show_connector(struct out *o, const struct msg_status *s)
{
	out_str(o, "state", "Calendar Connector", s->state);
	out_str(o, "reason", "Reason", s->reason);
	out_time(o, "since", "Since", s->since_s);
	out_int(o, "revision_running", NULL, (int64_t)s->rev_running);
}

static enum err
get_status(struct ctl *c, struct msg_status *s, struct errinfo *ei)
{
	struct msg_empty none;

	memset(&none, 0, sizeof(none));
	memset(s, 0, sizeof(*s));
	return manager_call(c, IPC_STATUS_GET, &none, IPC_STATUS, s, ei);
}

int
verb_status(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_status s;
	enum err e;

	if ((e = get_status(c, &s, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_str(&c->out, "version", "Version", s.version);
	show_connector(&c->out, &s);
	out_time(&c->out, "manager_since", "Manager since", s.manager_since_s);
	show_stored(c, &s);
	show_processes(&c->out, &s);
	msg_status_free(&s);
	return EXIT_DONE;
}

int
verb_connector_status(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_status s;
	enum err e;

	if ((e = get_status(c, &s, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	show_connector(&c->out, &s);
	msg_status_free(&s);
	return EXIT_DONE;
}
