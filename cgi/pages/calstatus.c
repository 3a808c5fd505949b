/* calstatus.c - Calendar Connector Status: how the users are, how each
 * Exchange server answers, and how long people wait for their details. */
#include <stdio.h>
#include <string.h>

#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_exchange.h"
#include "common/store_stat.h"
#include "common/store_state.h"
#include "common/store_user.h"
#include "common/str.h"

#define DAY_S 86400
#define SLOTS (DAY_S / WORK_STAT_STEP_S) /* of the chart */
#define CHART_HEIGHT 60
#define SLOT_WIDTH 2
#define BAR_MIN 3
#define TIMES_FROM_MS 10 /* at the foot of the chart of times */
#define PATH_MAX_BYTES 8192
#define STALE_S 900 /* an answer that is older says nothing of now */

/* As much as this design was measured with on two cores. */
#define CAPACITY_USERS 10000

struct names {
	struct view list;
	struct page *p;
	const struct server_stat_list *servers;
	size_t shown;
};

static void
server_state(struct view row, const struct server_stat *x, int64_t now)
{
	const struct failure *f;

	if (x->failed_s > x->answered_s) {
		f = failure_find(x->failure);
		state_show(row, "err", "err", "Not reachable");
		view_str(row, "why", f != NULL ? f->title : x->failure);
		view_time(row, "when", x->failed_s, "");
	} else if (x->slowed_n > 0) {
		state_show(row, "warn", "warn", "Slows us down");
		view_time(row, "when", x->answered_s, "");
	} else if (now - x->answered_s > STALE_S) {
		state_show(row, "", "off", "Not asked lately");
		view_time(row, "when", x->answered_s, "Never");
	} else {
		state_show(row, "ok", "ok", "Reachable");
		view_time(row, "when", x->answered_s, "");
	}
}

static void
add_record(void *arg, const struct exchange_brief *x)
{
	struct names *n = arg;
	size_t i;

	for (i = 0; i < n->servers->n; i++) {
		const struct server_stat *s = &n->servers->v[i];
		struct view row;

		if (!str_eq(s->record_id, x->id))
			continue;
		row = view_row(n->list, n->shown++);
		view_str(row, "id", x->id);
		view_str(row, "name", x->display_name);
		view_raw(row, "host", s->host, strlen(s->host));
		view_raw(row, "version", s->version, strlen(s->version));
		view_int(row, "subscribed", s->subscribed_n);
		view_int(row, "asked", s->asked_n);
		view_int(row, "failed", s->failed_n);
		view_int(row, "slowed", s->slowed_n);
		view_int(row, "median", s->median_ms);
		view_int(row, "p95", s->p95_ms);
		server_state(row, s, n->p->now_s);
	}
}

static enum err
servers_view(struct page *p, struct errinfo *ei)
{
	struct server_stat_list l = {NULL, 0};
	struct names n = {view_sub(p->view, "servers"), p, &l, 0};
	enum err e;

	if ((e = store_server_stat_list(p->web->store, &l, ei)) == ERR_OK)
		e = store_exchange_each(p->web->store, add_record, &n, ei);
	server_stat_list_clear(&l);
	return e;
}

static void
users_view(struct page *p, const struct user_counts *n)
{
	struct view v = view_sub(p->view, "n");
	int64_t used = n->enabled * 100 / CAPACITY_USERS;

	view_int(v, "total", n->total);
	view_int(v, "enabled", n->enabled);
	view_int(v, "subscribed", n->subscribed);
	view_int(v, "pending", n->pending);
	view_int(v, "error", n->error);
	view_int(v, "disabled", n->total - n->enabled);
	view_int(v, "capacity", CAPACITY_USERS);
	view_int(v, "used", used);
	view_str(v, "level",
	    used >= 90   ? "Nearly full"
	    : used >= 60 ? "More than 60 % used"
			 : "Room left");
}

/* A bar for each five minutes in which something was decorated, as one path;
 * the highest fills the height. */
static enum err
chart_view(struct page *p, const struct work_stat_list *l, int64_t begin)
{
	struct buf b = BUF_INIT(PATH_MAX_BYTES);
	int64_t most = 1, slowest = 0, all = 0;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < l->n; i++) {
		most = l->v[i].decorated_n > most ? l->v[i].decorated_n : most;
		slowest = l->v[i].p99_ms > slowest ? l->v[i].p99_ms : slowest;
		all += l->v[i].decorated_n;
	}
	for (i = 0; i < l->n && e == ERR_OK; i++) {
		int64_t slot = (l->v[i].from_s - begin) / WORK_STAT_STEP_S;
		int64_t h = l->v[i].decorated_n * CHART_HEIGHT / most;

		if (slot < 0 || slot >= SLOTS || l->v[i].decorated_n == 0)
			continue;
		e = buf_putf(&b, "M%d %dv-%d", (int)slot * SLOT_WIDTH + 1,
		    CHART_HEIGHT, (int)(h > 1 ? h : 1));
	}
	view_str(p->view, "chart.path", buf_str(&b));
	view_int(p->view, "chart.width", SLOTS * SLOT_WIDTH);
	view_int(p->view, "chart.height", CHART_HEIGHT);
	view_int(p->view, "chart.most", all == 0 ? 0 : most);
	view_int(p->view, "chart.all", all);
	view_int(p->view, "chart.slowest", slowest);
	view_time(p->view, "chart.from", begin, "");
	buf_clear(&b);
	return e;
}

/* Height of a time in the chart of times: four decades from 10 ms to 100 s,
 * each a quarter of it. */
static int
height_of(int64_t ms)
{
	static const int tenths[] = {0, 0, 5, 7, 9, 10, 12, 13, 14, 14};
	const int decade = CHART_HEIGHT / 4;
	int64_t unit = TIMES_FROM_MS;
	int h = 0;

	while (ms >= unit * 10 && h < CHART_HEIGHT) {
		unit *= 10;
		h += decade;
	}
	if (ms < unit)
		return 1;
	if (h >= CHART_HEIGHT)
		return CHART_HEIGHT;
	h += tenths[ms / unit] * decade / 15;
	return h > 1 ? h : 1;
}

/* For each five minutes in which something was decorated a bar from the time
 * within which half of it was to that of 99 in a hundred. */
static enum err
times_view(struct page *p, const struct work_stat_list *l, int64_t begin)
{
	struct buf b = BUF_INIT(PATH_MAX_BYTES);
	int64_t half = 0, slowest = 0;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < l->n && e == ERR_OK; i++) {
		const struct work_stat *w = &l->v[i];
		int64_t slot = (w->from_s - begin) / WORK_STAT_STEP_S;
		int from = height_of(w->median_ms), to = height_of(w->p99_ms);

		if (slot < 0 || slot >= SLOTS || w->decorated_n == 0)
			continue;
		if (to < from + BAR_MIN)
			to = from + BAR_MIN;
		half = w->median_ms > half ? w->median_ms : half;
		slowest = w->p99_ms > slowest ? w->p99_ms : slowest;
		e = buf_putf(&b, "M%d %dV%d", (int)slot * SLOT_WIDTH + 1,
		    CHART_HEIGHT - from, CHART_HEIGHT - to);
	}
	view_str(p->view, "times.path", buf_str(&b));
	view_int(p->view, "times.half", half);
	view_int(p->view, "times.slowest", slowest);
	view_fmt(p->view, "times.grid", "M0 %dH%dM0 %dH%d",
	    CHART_HEIGHT - height_of(1000), SLOTS * SLOT_WIDTH,
	    CHART_HEIGHT - height_of(10000), SLOTS * SLOT_WIDTH);
	buf_clear(&b);
	return e;
}

static enum err
work_view(struct page *p, struct errinfo *ei)
{
	int64_t begin =
	    (p->now_s / WORK_STAT_STEP_S + 1) * WORK_STAT_STEP_S - DAY_S;
	struct work_stat_list l = {NULL, 0};
	const struct work_stat *w;
	enum err e;

	e = store_work_stat_list(p->web->store, begin, &l, ei);
	if (e != ERR_OK)
		return e;
	if (l.n > 0) {
		w = &l.v[l.n - 1];
		view_int(p->view, "work.queue", w->queue_n);
		view_int(p->view, "work.oldest_s", w->oldest_ms / 1000);
		view_int(p->view, "work.changes", w->changes_n);
		view_int(p->view, "work.decorated", w->decorated_n);
		if (w->decorated_n > 0) {
			view_int(p->view, "work.median", w->median_ms);
			view_int(p->view, "work.p99", w->p99_ms);
		}
		view_time(p->view, "work.from", w->from_s, "");
		view_time(p->view, "work.upto", w->upto_s, "");
	}
	if ((e = chart_view(p, &l, begin)) == ERR_OK)
		e = times_view(p, &l, begin);
	work_stat_list_clear(&l);
	return e;
}

enum err
calstatus_show(struct page *p, struct errinfo *ei)
{
	struct view v = view_sub(p->view, "cal");
	struct engine_meta m;
	struct user_counts n;
	enum err e;

	memset(&m, 0, sizeof(m));
	memset(&n, 0, sizeof(n));
	page_title(p, "Calendar Connector Status");
	e = store_engine_meta(p->web->store, &m, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	state_view(v, state_of_connector(m.state));
	view_str(v, "reason", m.reason);
	view_time(v, "since", m.since_s, "");
	if ((e = store_user_counts(p->web->store, &n, ei)) != ERR_OK ||
	    (e = servers_view(p, ei)) != ERR_OK)
		return e;
	users_view(p, &n);
	page_poll(p, 10, 30);
	return work_view(p, ei);
}

/* For whoever watches this host: one word and a status, and no sign-in, so
 * nothing else.  A connector that is switched off is as it should be. */
enum err
calstatus_health(struct page *p, struct errinfo *ei)
{
	struct engine_meta m;
	bool enabled = false, is_well;
	enum err e;

	memset(&m, 0, sizeof(m));
	if ((e = store_connector_enabled(
		 p->web->store, "calendar", &enabled, ei)) != ERR_OK)
		return e;
	e = store_engine_meta(p->web->store, &m, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	is_well = !enabled || str_eq(m.state, "running");
	p->resp->status = is_well ? 200 : 503;
	p->resp->content_type = "text/plain; charset=utf-8";
	p->resp->is_done = true;
	return buf_putf(&p->resp->body, "%s\n",
	    !enabled             ? "not-enabled"
	    : m.state[0] != '\0' ? m.state
				 : "starting");
}
