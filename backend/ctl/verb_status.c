/* verb_status.c - how everything does. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/log_line.h"
#include "common/log_query.h"
#include "common/log_read.h"
#include "common/store_alarm.h"
#include "common/store_state.h"
#include "common/store_user.h"

#define LAST_LINES 10
#define LAST_READ_MAX 262144 /* bytes of the logs that are looked through */

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
		out_str(o, "ended_why", "LAST UNEXPECTED END", p->why);
		out_time(o, "ended", "AT", p->ended_s);
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

struct last_lines {
	struct out *o;
	struct buf text;
	size_t n;
	enum err e;
};

static bool
add_line(void *arg, const struct log_line *l)
{
	struct last_lines *r = arg;
	char when[CLOCK_TEXT_MAX];

	if (r->n == LAST_LINES)
		return false;
	r->n++;
	buf_reset(&r->text);
	r->e = str_utf8_clean(&r->text, l->all.p, l->all.n);
	if (r->e != ERR_OK)
		return false;
	clock_iso_ms((uint64_t)l->at_ms, when);
	out_row(r->o);
	out_str(r->o, "at", NULL, when);
	out_str(r->o, "level", NULL, log_level_name(l->level));
	out_str(r->o, "line", "LINE", buf_str(&r->text));
	return true;
}

/* Who may not read the logs sees the rest. */
static void
show_lines(struct ctl *c)
{
	struct last_lines r = {
	    .o = &c->out, .text = BUF_INIT(4 * LOG_LINE_MAX)};
	struct errinfo ei = {ERR_OK, ""};
	struct log_read_end end;
	struct log_query q;
	enum err e;

	log_query_init(&q);
	q.programs = "calconn-engine calconn-net";
	out_rows(&c->out, "lines");
	e = log_read(
	    c->conf.log_dir, &q, LAST_READ_MAX, add_line, &r, &end, &ei);
	out_rows_end(&c->out, "The connector has written nothing of late.");
	if (e != ERR_OK || (e = r.e) != ERR_OK)
		ctl_say("calconnctl: %s",
		    ei.text[0] != '\0' ? ei.text : err_default_text(e));
	buf_clear(&r.text);
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
	show_processes(&c->out, &s);
	show_lines(c);
	msg_status_free(&s);
	return EXIT_DONE;
}
