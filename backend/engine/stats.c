#include "backend/engine/stats.h"

#include <string.h>

#include "backend/engine/discover_plan.h"
#include "backend/engine/engine.h"
#include "backend/engine/hist.h"
#include "backend/engine/record.h"
#include "backend/engine/timer.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "backend/engine/works.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/store_stat.h"
#include "common/str.h"

#define HOST_MAX 256

/* Of five minutes. */
struct span {
	struct hist took;
	uint32_t asked, failed, slowed;
};

struct server {
	char record_id[65], host[HOST_MAX], version[65], failure[65];
	struct span now, before;
	int64_t answered_s, failed_s;
	int64_t subscribed;
};

struct stats {
	struct engine *en;
	struct server *v;
	size_t n;
	int64_t from_s; /* of these five minutes */
	struct hist took;
	int64_t looked, decorated, queue, oldest_ms;
	bool is_dirty;
	struct timer *timer;
};

static void turn(struct stats *s);

/* Servers that nobody speaks with any more are not told of. */
static bool
is_current(const struct server *x)
{
	return x->subscribed > 0 || x->now.asked > 0 || x->before.asked > 0;
}

static struct server *
free_place(struct stats *s)
{
	size_t i;

	if (s->n < STATS_SERVERS_MAX)
		return &s->v[s->n++];
	for (i = 0; i < s->n; i++)
		if (!is_current(&s->v[i]))
			return &s->v[i];
	return NULL;
}

static struct server *
find(struct stats *s, const char *record_id, const char *host)
{
	struct server *x;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (str_eq(s->v[i].record_id, record_id) &&
		    str_eq(s->v[i].host, host))
			return &s->v[i];
	if ((x = free_place(s)) == NULL)
		return NULL;
	memset(x, 0, sizeof(*x));
	(void)str_copy(x->record_id, sizeof(x->record_id), record_id);
	(void)str_copy(x->host, sizeof(x->host), host);
	return x;
}

/* Something came from the server itself, be it a refusal. */
static bool
has_answered(const struct msg_evidence *ev)
{
	return ev->code == ERR_OK ||
	       (ev->http_status >= 200 && ev->http_status < 500) ||
	       ev->code == ERR_THROTTLED;
}

void
stats_answer(const struct record *r, const struct msg_evidence *ev)
{
	struct stats *s = r->en->stats;
	char host[HOST_MAX];
	struct server *x;

	if (r->is_test || ev->url == NULL ||
	    !plan_url_host(ev->url, host, sizeof(host)))
		return;
	turn(s);
	if ((x = find(s, r->x.id, host)) == NULL)
		return;
	s->is_dirty = true;
	x->now.asked++;
	if (ev->code == ERR_THROTTLED)
		x->now.slowed++;
	if (!has_answered(ev)) {
		x->now.failed++;
		x->failed_s = clock_wall_s();
		(void)str_copy(x->failure, sizeof(x->failure),
		    ev->failure == NULL ? "" : ev->failure);
		return;
	}
	x->answered_s = clock_wall_s();
	hist_add(&x->now.took, ev->total_ms);
	if (ev->server_version != NULL && ev->server_version[0] != '\0')
		(void)str_copy(
		    x->version, sizeof(x->version), ev->server_version);
}

void
stats_looked(struct engine *en)
{
	turn(en->stats);
	en->stats->looked++;
	en->stats->is_dirty = true;
}

void
stats_decorated(struct engine *en, uint64_t took_ms)
{
	turn(en->stats);
	en->stats->decorated++;
	hist_add(&en->stats->took, took_ms);
	en->stats->is_dirty = true;
}

/* users_each(): what waits, and who is listened to where. */
static void
count_one(void *arg, struct mbox *m)
{
	struct stats *s = arg;
	int64_t age;
	const struct work *w;
	char host[HOST_MAX];
	struct server *x;

	TAILQ_FOREACH(w, &m->works, next)
	{
		if (w->state == WORK_DONE)
			continue;
		s->queue++;
		age = (int64_t)(clock_mono_ms() - w->since_ms);
		if (age > s->oldest_ms)
			s->oldest_ms = age;
	}
	if (m->phase != MBOX_LIVE || m->rec == NULL || m->row.ews_url == NULL ||
	    !plan_url_host(m->row.ews_url, host, sizeof(host)))
		return;
	if ((x = find(s, m->rec->x.id, host)) != NULL)
		x->subscribed++;
}

static void
to_row(const struct server *x, struct server_stat *out)
{
	struct hist h = x->now.took;

	hist_join(&h, &x->before.took);
	out->record_id = xstrdup(x->record_id);
	out->host = xstrdup(x->host);
	out->version = xstrdup(x->version);
	out->failure = xstrdup(x->failure);
	out->subscribed_n = x->subscribed;
	out->asked_n = (int64_t)x->now.asked + x->before.asked;
	out->failed_n = (int64_t)x->now.failed + x->before.failed;
	out->slowed_n = (int64_t)x->now.slowed + x->before.slowed;
	out->median_ms = hist_upto(&h, 500);
	out->p95_ms = hist_upto(&h, 950);
	out->answered_s = x->answered_s;
	out->failed_s = x->failed_s;
}

static void
write_all(struct stats *s)
{
	struct server_stat_list l = {
	    xalloc(sizeof(*l.v) * (STATS_SERVERS_MAX + 1)), 0};
	const struct work_stat w = {s->from_s, clock_wall_s(), s->looked,
	    s->decorated, hist_upto(&s->took, 500), hist_upto(&s->took, 990),
	    s->queue, s->oldest_ms};
	struct errinfo ei;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (is_current(&s->v[i]))
			to_row(&s->v[i], &l.v[l.n++]);
	if (store_stat_put(s->en->store, &l, &w, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, ENGINE_MODULE, "Store Failed", "Detail",
		    ei.text, NULL);
	else
		s->is_dirty = false;
	server_stat_list_clear(&l);
}

/* The next five minutes have begun. */
static void
turn(struct stats *s)
{
	int64_t from = clock_wall_s() / WORK_STAT_STEP_S * WORK_STAT_STEP_S;
	size_t i;

	if (from == s->from_s)
		return;
	/* What came since it was written last is of the old ones. */
	if (s->from_s != 0 && s->is_dirty)
		write_all(s);
	s->from_s = from;
	memset(&s->took, 0, sizeof(s->took));
	s->looked = s->decorated = 0;
	s->is_dirty = true;
	for (i = 0; i < s->n; i++) {
		s->v[i].before = s->v[i].now;
		memset(&s->v[i].now, 0, sizeof(s->v[i].now));
	}
}

static void
on_timer(void *arg)
{
	struct stats *s = arg;
	int64_t queue = s->queue;
	size_t i;

	turn(s);
	s->queue = s->oldest_ms = 0;
	for (i = 0; i < s->n; i++)
		s->v[i].subscribed = 0;
	users_each(s->en->users, count_one, s);
	if (s->is_dirty || s->queue != queue || s->queue > 0)
		write_all(s);
	timer_start(s->timer, STATS_WRITE_MS);
}

struct stats *
stats_new(struct engine *en)
{
	struct stats *s = xalloc(sizeof(*s));

	s->en = en;
	s->v = xalloc(sizeof(*s->v) * STATS_SERVERS_MAX);
	s->timer = timer_new(en->loop, on_timer, s);
	timer_start(s->timer, STATS_WRITE_MS);
	return s;
}

void
stats_free(struct stats *s)
{
	if (s == NULL)
		return;
	timer_free(s->timer);
	mem_free(s->v);
	mem_free(s);
}
