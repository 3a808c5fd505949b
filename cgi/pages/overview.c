/* overview.c - Status > Overview: is all well, and if not, what to do
 * first. */
#include <string.h>

#include "cgi/pages/alarms.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_exchange.h"
#include "common/store_alarm.h"
#include "common/store_state.h"
#include "common/store_user.h"
#include "common/str.h"

#define OVERVIEW_ALARMS 10 /* the others are on their page */

/* The one thing to do next while something is still missing. */
static void
next_step(
    struct page *p, size_t servers, const struct user_counts *n, bool enabled)
{
	if (servers == 0)
		view_str(p->view, "begin", "exchange");
	else if (n->total == 0)
		view_str(p->view, "begin", "users");
	else if (n->enabled == 0)
		view_str(p->view, "begin", "enable");
	else if (!enabled)
		view_str(p->view, "begin", "connector");
}

struct servers {
	struct view list;
	size_t n;
};

static void
add_server(void *arg, const struct exchange_brief *x)
{
	struct servers *l = arg;
	struct view row = view_row(l->list, l->n++);

	view_str(row, "s", exchange_state(x));
	view_str(row, "id", x->id);
	view_str(row, "name", x->display_name);
	view_str(row, "account", x->account);
	view_str(row, "address",
	    str_eq(x->discovery, "direct") ? x->address : "By Autodiscover");
	view_fmt(row, "users", "%lld of %lld subscribed",
	    (long long)x->subscribed, (long long)x->users);
	view_flag(row, "has_users", x->users > 0);
	view_time(row, "tested", x->tested_s, "Never");
}

static enum err
engine_view(struct page *p, struct errinfo *ei)
{
	struct view v = view_sub(p->view, "cal");
	struct engine_meta m;
	uint64_t rev = 0;
	enum err e;

	memset(&m, 0, sizeof(m));
	e = store_engine_meta(p->web->store, &m, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if ((e = store_revision(p->web->store, &rev, ei)) != ERR_OK)
		return e;
	state_view(v, state_of_connector(m.state));
	view_str(v, "reason", m.reason);
	view_time(v, "since", m.since_s, "");
	view_fmt(v, "rev", "%llu", (unsigned long long)rev);
	view_flag(v, "in_effect", m.revision_running >= rev);
	return ERR_OK;
}

enum err
overview_show(struct page *p, struct errinfo *ei)
{
	struct servers servers = {{NULL, NULL}, 0};
	struct alarm_list alarms = {NULL, 0};
	struct user_counts n;
	bool enabled = false;
	struct view users;
	enum err e;

	memset(&n, 0, sizeof(n));
	page_title(p, "Overview");
	servers.list = view_sub(p->view, "servers");
	if ((e = store_exchange_each(
		 p->web->store, add_server, &servers, ei)) != ERR_OK ||
	    (e = store_user_counts(p->web->store, &n, ei)) != ERR_OK ||
	    (e = store_alarm_list(p->web->store, &alarms, ei)) != ERR_OK ||
	    (e = store_connector_enabled(
		 p->web->store, "calendar", &enabled, ei)) != ERR_OK ||
	    (e = engine_view(p, ei)) != ERR_OK)
		goto out;
	next_step(p, servers.n, &n, enabled);
	if ((e = alarms_view(p, &alarms, OVERVIEW_ALARMS, ei)) != ERR_OK)
		goto out;
	users = view_sub(p->view, "users");
	view_int(users, "total", n.total);
	view_int(users, "enabled", n.enabled);
	view_int(users, "subscribed", n.subscribed);
	view_int(users, "pending", n.pending);
	view_int(users, "error", n.error);
	view_int(users, "disabled", n.total - n.enabled);
	page_poll(p, 5, 30);
out:
	alarm_list_clear(&alarms);
	return e;
}
