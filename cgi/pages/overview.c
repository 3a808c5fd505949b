/* overview.c - Status > Overview: is all well, and if not, what to do
 * first. */
#include <string.h>

#include "cgi/pages/alarms.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_exchange.h"
#include "common/store_state.h"
#include "common/store_user.h"
#include "common/str.h"

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

static void
servers_view(struct page *p, const struct exchange_list *l)
{
	struct view list;
	size_t i;

	if (l->n == 0)
		return;
	list = view_sub(p->view, "servers");
	for (i = 0; i < l->n; i++) {
		const struct exchange *x = &l->v[i];
		struct view row = view_row(list, i);

		view_str(row, "id", x->id);
		view_str(row, "name", x->display_name);
		view_str(row, "account", x->account);
		view_str(row, "address",
		    str_eq(x->discovery, "direct") ? x->address
						   : "By Autodiscover");
		view_time(row, "tested", x->tested_s, "Never");
		if (!x->enabled)
			state_show(row, "", "off", "Disabled");
		else if (x->tested_s == 0)
			state_show(row, "", "info", "Not tested");
		else
			state_show(row, "ok", "ok", "Tested");
	}
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
	struct exchange_list servers = {NULL, 0};
	struct alarm_list alarms = {NULL, 0};
	struct user_counts n;
	bool enabled = false;
	struct view users;
	enum err e;

	memset(&n, 0, sizeof(n));
	page_title(p, "Overview");
	if ((e = store_exchange_list(p->web->store, &servers, ei)) != ERR_OK ||
	    (e = store_user_counts(p->web->store, &n, ei)) != ERR_OK ||
	    (e = store_alarm_list(p->web->store, &alarms, ei)) != ERR_OK ||
	    (e = store_connector_enabled(
		 p->web->store, "calendar", &enabled, ei)) != ERR_OK ||
	    (e = engine_view(p, ei)) != ERR_OK)
		goto out;
	next_step(p, servers.n, &n, enabled);
	servers_view(p, &servers);
	if (alarms.n > 0)
		alarms_view(view_sub(p->view, "alarms"), &alarms);
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
	exchange_list_clear(&servers);
	return e;
}
