/* verb_calendar.c - the Calendar Connector Status page, for a terminal and
 * for machines. */
#include <inttypes.h>
#include <string.h>

#include "backend/ctl/ctl.h"
#include "common/clock.h"
#include "common/store_alarm.h"
#include "common/store_stat.h"
#include "common/store_state.h"
#include "common/store_user.h"
#include "common/str.h"

#define DAY_S 86400
#define LABEL_MAX 1024

/* What the page and the metrics are made of. */
struct facts {
	struct engine_meta meta;
	struct user_counts users;
	struct server_stat_list servers;
	struct work_stat_list work;
	int64_t alarms;
};

static enum err
facts_get(struct ctl *c, struct facts *f, struct errinfo *ei)
{
	enum err e;

	memset(f, 0, sizeof(*f));
	e = store_engine_meta(c->store, &f->meta, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if ((e = store_user_counts(c->store, &f->users, ei)) != ERR_OK ||
	    (e = store_alarm_count(c->store, &f->alarms, ei)) != ERR_OK ||
	    (e = store_server_stat_list(c->store, &f->servers, ei)) != ERR_OK)
		return e;
	return store_work_stat_list(
	    c->store, clock_wall_s() - DAY_S, &f->work, ei);
}

static void
facts_clear(struct facts *f)
{
	server_stat_list_clear(&f->servers);
	work_stat_list_clear(&f->work);
}

static void
print_servers(struct out *o, const struct server_stat_list *l)
{
	size_t i;

	out_rows(o, "servers");
	for (i = 0; i < l->n; i++) {
		const struct server_stat *x = &l->v[i];

		out_row(o);
		out_str(o, "host", "SERVER", x->host);
		out_str(o, "record_id", NULL, x->record_id);
		out_flag(o, "reachable", "REACHABLE",
		    x->answered_s >= x->failed_s && x->answered_s > 0);
		out_str(o, "version", "VERSION", x->version);
		out_int(o, "subscribed", "SUBSCRIBED", x->subscribed_n);
		out_int(o, "requests", "REQUESTS", x->asked_n);
		out_int(o, "failed", "FAILED", x->failed_n);
		out_int(o, "slowed", "THROTTLED", x->slowed_n);
		out_int(o, "median_ms", "MEDIAN MS", x->median_ms);
		out_int(o, "p95_ms", "P95 MS", x->p95_ms);
		out_time(o, "answered", NULL, x->answered_s);
		out_time(o, "failed_at", NULL, x->failed_s);
		out_str(o, "failure", "FAILURE", x->failure);
	}
	out_rows_end(o, "The connector spoke with no server yet.");
}

static void
print_work(struct out *o, const struct work_stat_list *l)
{
	size_t i;

	out_rows(o, "work");
	for (i = 0; i < l->n; i++) {
		const struct work_stat *w = &l->v[i];

		if (!o->json && i + 6 < l->n)
			continue;
		out_row(o);
		out_time(o, "from", "FROM", w->from_s);
		out_time(o, "upto", NULL, w->upto_s);
		out_int(o, "changes", "LOOKED AT", w->changes_n);
		out_int(o, "decorated", "DECORATED", w->decorated_n);
		out_int(o, "median_ms", "MEDIAN MS", w->median_ms);
		out_int(o, "p99_ms", "P99 MS", w->p99_ms);
		out_int(o, "queue", "WAITING", w->queue_n);
		out_int(o, "oldest_ms", NULL, w->oldest_ms);
	}
	out_rows_end(o, "No meeting was looked at in the last day.");
}

int
verb_calendar_status(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct facts f;
	enum err e;

	if ((e = facts_get(c, &f, &ei)) == ERR_OK) {
		out_str(&c->out, "state", "State", f.meta.state);
		out_str(&c->out, "reason", "Reason", f.meta.reason);
		out_time(&c->out, "since", "Since", f.meta.since_s);
		print_servers(&c->out, &f.servers);
		print_work(&c->out, &f.work);
	}
	facts_clear(&f);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

/* -- OpenMetrics 1.0 -- */

struct metrics {
	struct buf b;
	enum err e; /* sticks */
};

static void
family(struct metrics *m, const char *name, const char *unit, const char *help)
{
	if (m->e == ERR_OK)
		m->e = buf_putf(&m->b, "# TYPE %s gauge\n", name);
	if (m->e == ERR_OK && unit[0] != '\0')
		m->e = buf_putf(&m->b, "# UNIT %s %s\n", name, unit);
	if (m->e == ERR_OK)
		m->e = buf_putf(&m->b, "# HELP %s %s\n", name, help);
}

static void
sample(struct metrics *m, const char *name, const char *labels, int64_t value)
{
	if (m->e == ERR_OK)
		m->e =
		    buf_putf(&m->b, "%s%s %" PRId64 "\n", name, labels, value);
}

static void
sample_ms(struct metrics *m, const char *name, const char *labels, int64_t ms)
{
	if (m->e == ERR_OK)
		m->e = buf_putf(&m->b, "%s%s %" PRId64 ".%03d\n", name, labels,
		    ms / 1000, (int)(ms % 1000));
}

/* A value between quotes (OpenMetrics 1.0, section 5.1: "\", quote, LF). */
static enum err
put_value(struct buf *b, const char *s)
{
	enum err e = ERR_OK;

	for (; e == ERR_OK && *s != '\0'; s++) {
		if (*s == '\n')
			e = buf_puts(b, "\\n");
		else if (*s == '"' || *s == '\\')
			e = buf_putf(b, "\\%c", *s);
		else
			e = buf_putc(b, *s);
	}
	return e;
}

static void
metrics_users(struct metrics *m, const struct user_counts *n)
{
	const char *name = "calconn_users";

	family(m, name, "", "Users by state.");
	sample(m, name, "{state=\"subscribed\"}", n->subscribed);
	sample(m, name, "{state=\"pending\"}", n->pending);
	sample(m, name, "{state=\"error\"}", n->error);
	sample(m, name, "{state=\"disabled\"}", n->total - n->enabled);
}

static const struct {
	const char *name, *unit, *help;
	size_t at;
} of_server[] = {
    {"calconn_server_subscriptions", "", "Mailboxes that it notifies of.",
	offsetof(struct server_stat, subscribed_n)},
    {"calconn_server_requests", "", "Of the last 5 to 10 minutes.",
	offsetof(struct server_stat, asked_n)},
    {"calconn_server_failed", "", "Of these, without an answer.",
	offsetof(struct server_stat, failed_n)},
    {"calconn_server_throttled", "", "Of these, told to come later.",
	offsetof(struct server_stat, slowed_n)},
    {"calconn_server_median_seconds", "seconds", "Of an answer, at most.",
	offsetof(struct server_stat, median_ms)},
    {"calconn_server_p95_seconds", "seconds", "Of an answer, at most.",
	offsetof(struct server_stat, p95_ms)},
};

static void
one_server(struct metrics *m, size_t k, const struct server_stat *x)
{
	struct buf label = BUF_INIT(LABEL_MAX);
	int64_t value =
	    *(const int64_t *)(const void *)((const char *)x + of_server[k].at);

	if (m->e == ERR_OK &&
	    ((m->e = buf_puts(&label, "{server=\"")) != ERR_OK ||
		(m->e = put_value(&label, x->host)) != ERR_OK ||
		(m->e = buf_putf(&label, "\",record=\"%s\"}", x->record_id)) !=
		    ERR_OK))
		goto out;
	if (of_server[k].unit[0] != '\0')
		sample_ms(m, of_server[k].name, buf_str(&label), value);
	else
		sample(m, of_server[k].name, buf_str(&label), value);
out:
	buf_clear(&label);
}

static void
metrics_work(struct metrics *m, const struct work_stat *w)
{
	family(m, "calconn_meetings_waiting", "", "To be looked at.");
	sample(m, "calconn_meetings_waiting", "", w->queue_n);
	family(m, "calconn_oldest_waiting_seconds", "seconds",
	    "How long the first of them waits.");
	sample_ms(m, "calconn_oldest_waiting_seconds", "", w->oldest_ms);
	family(m, "calconn_meetings_decorated", "",
	    "In the five minutes that began last.");
	sample(m, "calconn_meetings_decorated", "", w->decorated_n);
	family(m, "calconn_decorate_seconds", "seconds",
	    "From the change to the details, at most.");
	sample_ms(
	    m, "calconn_decorate_seconds", "{quantile=\"0.5\"}", w->median_ms);
	sample_ms(
	    m, "calconn_decorate_seconds", "{quantile=\"0.99\"}", w->p99_ms);
}

int
verb_calendar_metrics(struct ctl *c)
{
	static const struct work_stat none;
	struct metrics m = {BUF_INIT(OUT_MAX / 4), ERR_OK};
	struct errinfo ei = {ERR_OK, ""};
	struct facts f;
	size_t i, k;
	enum err e;

	if ((e = facts_get(c, &f, &ei)) != ERR_OK)
		goto out;
	family(&m, "calconn_running", "", "1 while the connector runs.");
	sample(&m, "calconn_running", "", str_eq(f.meta.state, "running"));
	family(&m, "calconn_alarms", "", "Raised and not acknowledged.");
	sample(&m, "calconn_alarms", "", f.alarms);
	metrics_users(&m, &f.users);
	for (k = 0; k < sizeof(of_server) / sizeof(of_server[0]); k++) {
		family(&m, of_server[k].name, of_server[k].unit,
		    of_server[k].help);
		for (i = 0; i < f.servers.n; i++)
			one_server(&m, k, &f.servers.v[i]);
	}
	metrics_work(&m, f.work.n > 0 ? &f.work.v[f.work.n - 1] : &none);
	if (m.e == ERR_OK)
		m.e = buf_puts(&m.b, "# EOF\n");
	if ((e = m.e) == ERR_OK) {
		out_str(&c->out, "openmetrics", NULL, buf_str(&m.b));
		out_text(&c->out, "%s", buf_str(&m.b));
	}
out:
	facts_clear(&f);
	buf_clear(&m.b);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}
