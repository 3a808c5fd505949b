#include "config.h"

#include "backend/manager/loglevels.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "backend/core/ipc_loop.h"
#include "backend/core/log_orders.h"
#include "backend/manager/manager.h"
#include "backend/manager/supervise.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/log_line.h"
#include "common/str.h"

#define ROWS_MAX 32

struct row {
	enum log_level level;
	int64_t until_s; /* 0: it is INFO, for good */
};

struct loglevels {
	uv_timer_t timer; /* the next end; first */
	struct manager *m;
	struct row rows[ROWS_MAX]; /* in the order of log_module.def */
	struct row before[ROWS_MAX]; /* what loglevels_raise() replaced */
	bool raised;
};

static char *
lend(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* Those that are not at INFO; all: and the others. */
static void
fill(const struct loglevels *l, struct msg_log_level *v, size_t *n, bool all)
{
	const char *name;
	unsigned i;

	*n = 0;
	for (i = 0; i < ROWS_MAX && (name = log_module(i, NULL)) != NULL; i++) {
		if (!all && l->rows[i].until_s == 0)
			continue;
		v[*n].module = lend(name);
		v[*n].level = lend(log_level_name(l->rows[i].level));
		v[*n].until_s = l->rows[i].until_s;
		(*n)++;
	}
}

enum err
loglevels_fill(const struct loglevels *l, struct msg_log_levels *out)
{
	struct msg_log_level v[ROWS_MAX];
	struct msg_log_levels m = {v, 0};

	fill(l, v, &m.levels_n, true);
	return msg_log_levels_copy(out, &m);
}

void
loglevels_tell(const struct loglevels *l, struct ipc_conn *c, bool is_net)
{
	struct msg_log_level v[ROWS_MAX];
	struct msg_log_levels m = {v, 0};

	fill(l, v, &m.levels_n, false);
	if (c != NULL && m.levels_n > 0)
		(void)!ipc_conn_send(c,
		    is_net ? IPC_NET_LOG_LEVELS : IPC_ENGINE_LOG_LEVELS, 0, &m,
		    -1);
}

static void
tell_one(void *arg, enum daemon_role role, struct ipc_conn *c)
{
	const struct msg_log_levels *m = arg;

	(void)!ipc_conn_send(c,
	    role == DAEMON_NET ? IPC_NET_LOG_LEVELS : IPC_ENGINE_LOG_LEVELS, 0,
	    m, -1);
}

static void
tell_all(struct loglevels *l)
{
	struct msg_log_level v[ROWS_MAX];
	struct msg_log_levels m = {v, 0};

	fill(l, v, &m.levels_n, false);
	log_orders_levels(&m);
	supervise_each_link(l->m->sup, tell_one, &m);
}

static bool
is_of_web(const char *module)
{
	return str_has_prefix(module, "hybridservices.web");
}

static void on_timer(uv_timer_t *t);

/* Wakes when the first one ends. */
static void
plan(struct loglevels *l)
{
	int64_t first = 0, now = clock_wall_s();
	size_t i;

	for (i = 0; i < ROWS_MAX; i++)
		if (l->rows[i].until_s != 0 &&
		    (first == 0 || l->rows[i].until_s < first))
			first = l->rows[i].until_s;
	uv_timer_stop(&l->timer);
	if (first != 0)
		uv_timer_start(&l->timer, on_timer,
		    first > now ? (uint64_t)(first - now) * 1000 : 0, 0);
}

static void
on_timer(uv_timer_t *t)
{
	struct loglevels *l = (struct loglevels *)(void *)t;
	bool web = false;
	const char *name;
	unsigned i;

	for (i = 0; i < ROWS_MAX && (name = log_module(i, NULL)) != NULL; i++) {
		if (l->rows[i].until_s == 0 ||
		    l->rows[i].until_s > clock_wall_s())
			continue;
		l->rows[i].level = LOG_L_INFO;
		l->rows[i].until_s = 0;
		web = web || is_of_web(name);
		log_kv(LOG_L_INFO, MANAGER_MODULE, "Log Level Ended", "Of",
		    name, NULL);
	}
	tell_all(l);
	if (web)
		supervise_renew_web(l->m->sup);
	plan(l);
}

enum err
loglevels_set(
    struct loglevels *l, const struct msg_log_level_set *q, struct errinfo *ei)
{
	enum log_level level = log_level_of(q->level);
	char minutes[16];
	const char *name;
	unsigned i;

	if (level == LOG_L__MAX)
		return err_set(ei, ERR_ARG,
		    "A level is FATAL, ERROR, WARN, INFO, DEBUG or TRACE.");
	if (q->minutes < 1 || q->minutes > LOGLEVELS_MINUTES_MAX)
		return err_set(ei, ERR_ARG,
		    "A level is set for 1 to %d minutes.",
		    LOGLEVELS_MINUTES_MAX);
	for (i = 0; (name = log_module(i, NULL)) != NULL; i++)
		if (str_eq(name, q->module))
			break;
	if (name == NULL || i >= ROWS_MAX)
		return err_set(ei, ERR_NOTFOUND, "There is no such module.");
	l->rows[i].level = level;
	l->rows[i].until_s =
	    level == LOG_L_INFO ? 0 : clock_wall_s() + 60 * (int64_t)q->minutes;
	if (l->raised) /* it is what somebody wants, then as well */
		l->before[i] = l->rows[i];
	(void)snprintf(minutes, sizeof(minutes), "%u", q->minutes);
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Log Level Set", "Of", name, "To",
	    log_level_name(level), "Minutes",
	    level == LOG_L_INFO ? NULL : minutes, "By", q->who, NULL);
	tell_all(l);
	if (is_of_web(name))
		supervise_renew_web(l->m->sup);
	plan(l);
	return ERR_OK;
}

/* All programs, and when the next one goes back. */
static void
in_effect(struct loglevels *l)
{
	tell_all(l);
	supervise_renew_web(l->m->sup);
	plan(l);
}

void
loglevels_raise(struct loglevels *l, enum log_level level, int64_t until_s)
{
	size_t i;

	if (!l->raised)
		memcpy(l->before, l->rows, sizeof(l->before));
	l->raised = true;
	for (i = 0; i < ROWS_MAX && log_module((unsigned)i, NULL) != NULL;
	     i++) {
		/* One that says more already goes on. */
		if (l->rows[i].level < level) {
			l->rows[i].level = level;
			l->rows[i].until_s = until_s;
		}
	}
	in_effect(l);
}

void
loglevels_restore(struct loglevels *l)
{
	size_t i;

	if (!l->raised)
		return;
	l->raised = false;
	memcpy(l->rows, l->before, sizeof(l->rows));
	for (i = 0; i < ROWS_MAX; i++)
		if (l->rows[i].until_s != 0 &&
		    l->rows[i].until_s <= clock_wall_s()) {
			l->rows[i].level = LOG_L_INFO;
			l->rows[i].until_s = 0;
		}
	in_effect(l);
}

struct loglevels *
loglevels_new(struct manager *m)
{
	struct loglevels *l = xalloc(sizeof(*l));
	size_t i;

	l->m = m;
	for (i = 0; i < ROWS_MAX; i++)
		l->rows[i].level = LOG_L_INFO;
	(void)uv_timer_init(m->loop, &l->timer);
	return l;
}

void
loglevels_close(struct loglevels *l)
{
	if (l != NULL && !uv_is_closing((uv_handle_t *)&l->timer))
		uv_close((uv_handle_t *)&l->timer, NULL);
}

void
loglevels_free(struct loglevels *l)
{
	mem_free(l);
}
