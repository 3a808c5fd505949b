/* connectors.c - Connector Management: what runs, and what should. */
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "cgi/pages/versions.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/log_line.h"
#include "common/log_query.h"
#include "common/log_read.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_state.h"
#include "common/store_user.h"
#include "common/str.h"

#define CALENDAR "calendar"
#define LAST_LINES 10
#define LAST_LINE_MAX 400 /* bytes of one that are shown */
#define LAST_READ_MAX 262144 /* bytes of the logs that are looked through */

/* Status as the manager says it; where it does not answer, what the engine
 * last wrote is all there is, and the page says so. */
static enum err
status_view(struct page *p, struct msg_status *st, struct errinfo *ei)
{
	struct view v = view_sub(p->view, "cal"), m = view_sub(p->view, "mgr");
	struct errinfo why = {ERR_OK, ""};
	uint64_t rev = 0;
	bool enabled = false;
	enum err e;

	if ((e = store_connector_enabled(
		 p->web->store, CALENDAR, &enabled, ei)) != ERR_OK ||
	    (e = store_revision(p->web->store, &rev, ei)) != ERR_OK)
		return e;
	view_flag(p->view, "enabled", enabled);
	view_fmt(v, "rev", "%llu", (unsigned long long)rev);
	if (ctl_client_status(p->web->ctl, st, &why) != ERR_OK) {
		view_str(m, "why", why.text);
		state_show(m, "err", "err", "Not answering");
		state_show(v, "err", "err", "Unknown");
		page_poll(p, 3, 5);
		return ERR_OK;
	}
	state_show(m, "ok", "ok", "Running");
	view_str(m, "version", st->version);
	view_time(m, "since", st->manager_since_s, "");
	state_view(v, state_of_connector(st->state));
	view_str(v, "version", st->version);
	view_str(v, "reason", st->reason);
	view_time(v, "since", st->since_s, "");
	view_flag(v, "in_effect", st->rev_running >= rev);
	if (str_eq(st->state, "starting") || str_eq(st->state, "stopping") ||
	    (enabled && !str_eq(st->state, "running")) || st->rev_running < rev)
		page_poll(p, 1, 3);
	else
		page_poll(p, 3, 0);
	return ERR_OK;
}

static void
processes_view(struct page *p, const struct msg_status *st)
{
	struct view list;
	size_t i;

	if (st->processes_n == 0)
		return;
	list = view_sub(p->view, "processes");
	for (i = 0; i < st->processes_n; i++) {
		const struct msg_process *x = &st->processes[i];
		struct view row = view_row(list, i);

		view_str(row, "program", x->program);
		if (x->pid != 0) {
			view_int(row, "pid", x->pid);
			state_show(row, "ok", "ok", "Running");
		} else {
			state_show(row, "err", "err", "Stopped");
		}
		view_int(row, "restarts", x->restarts);
		view_time(row, "since", x->since_s, "");
		view_str(row, "why", x->why);
		view_time(row, "ended", x->ended_s, "");
	}
}

struct last_lines {
	struct view list;
	size_t n;
};

static bool
add_line(void *arg, const struct log_line *l)
{
	struct last_lines *r = arg;
	char when[CLOCK_TEXT_MAX];
	struct view row;

	if (r->n == LAST_LINES)
		return false;
	row = view_row(r->list, r->n++);
	clock_local(l->at_ms / 1000, when);
	view_fmt(row, "at", "%.19s", when);
	level_view(row, l->level);
	view_raw(row, "program", l->program.p, l->program.n);
	view_raw(row, "text", l->all.p,
	    l->all.n < LAST_LINE_MAX ? l->all.n : LAST_LINE_MAX);
	return true;
}

/* The connector's own; a page is shown without them too. */
static void
lines_view(struct page *p)
{
	struct last_lines r = {view_sub(p->view, "lines"), 0};
	struct errinfo why = {ERR_OK, ""};
	struct log_read_end end;
	struct log_query q;

	log_query_init(&q);
	q.programs = "calconn-engine calconn-net";
	if (log_read(p->web->conf->log_dir, &q, LAST_READ_MAX, add_line, &r,
		&end, &why) != ERR_OK)
		view_str(p->view, "lines_why", why.text);
}

enum err
connectors_list(struct page *p, struct errinfo *ei)
{
	struct msg_status st;
	enum err e;

	memset(&st, 0, sizeof(st));
	page_title(p, "Connector Management");
	e = status_view(p, &st, ei);
	msg_status_free(&st);
	return e;
}

enum err
connectors_show(struct page *p, struct errinfo *ei)
{
	struct user_counts n;
	struct msg_status st;
	enum err e;

	memset(&st, 0, sizeof(st));
	memset(&n, 0, sizeof(n));
	page_title(p, "Calendar Connector");
	if ((e = status_view(p, &st, ei)) != ERR_OK ||
	    (e = store_user_counts(p->web->store, &n, ei)) != ERR_OK ||
	    (e = page_show_saved(p, ei)) != ERR_OK ||
	    (e = versions_view(p, ei)) != ERR_OK)
		goto out;
	processes_view(p, &st);
	lines_view(p);
	view_int(p->view, "users.subscribed", n.subscribed);
	view_int(p->view, "users.enabled", n.enabled);
	view_flag(p->view, "restarted",
	    req_field(&p->req->query, "restarted") != NULL);
	view_flag(
	    p->view, "asked", req_field(&p->req->query, "version") != NULL);
out:
	msg_status_free(&st);
	return e;
}

enum err
connectors_do(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	const char *what = req_text(&p->req->body, "do");
	const char *active = req_text(&p->req->body, "active");
	enum err e;

	if (str_eq(what, "restart")) {
		if ((e = ctl_client_restart(p->web->ctl, ei)) != ERR_OK) {
			errinfo_context(ei, "The connector was not restarted");
			return e;
		}
		return resp_redirect(
		    p->resp, "/connectors/calendar?restarted=1");
	}
	if (!str_eq(what, "save") ||
	    (!str_eq(active, "enabled") && !str_eq(active, "disabled")))
		return err_set(
		    ei, ERR_ARG, "Choose Enabled or Disabled, then Save.");
	if ((e = store_connector_set(p->web->store, &who, CALENDAR,
		 str_eq(active, "enabled"), ei)) != ERR_OK)
		return e;
	return page_saved(p, "/connectors/calendar", ei);
}
