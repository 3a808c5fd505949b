/* supervise.c - see supervise.h.  One process of the table is a slot
 * (slot.c); this file has what they have to do with one another. */
#include "config.h"

#include "backend/manager/supervise.h"

#include <stdio.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/ipc_loop.h"
#include "backend/core/svc_table.h"
#include "backend/manager/slot.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"

#define TICK_MS 1000u
#define TICK_STOP_MS 50u /* while stopping */
#define DOUBT_MS 500u /* see count() */
#define GRACE_MS 5000u /* of an engine that is to start anew */
#define SLOTS_MAX 32 /* engine, at most 8 net and 16 web workers */
#define LINK_GRACE_MS 500u /* to end after the link was closed */

enum stage { RUNNING, STOP_WEB, STOP_ENGINE, STOP_NET, STOPPED };

/* Who is ended in a stage, and when patience with it ends. */
static const struct {
	enum daemon_role role;
	uint32_t end_ms; /* since the stop began */
} stages[] = {
    [STOP_WEB] = {DAEMON_WEB, 1500},
    [STOP_ENGINE] = {DAEMON_ENGINE, 4000},
    [STOP_NET] = {DAEMON_NET, SUPERVISE_STOP_MS},
};

struct supervise {
	struct uv_loop_s *loop;
	const struct conf *conf;
	const struct supervise_ops *ops;
	void *arg;
	struct launch *launch;
	uv_timer_t tick; /* heartbeats, and the stages of a stop */
	uint64_t ticked_ms; /* when it came last */
	enum stage stage;
	uint64_t stop_at_ms;
	uint32_t last_net_id; /* never used twice */
	int web_fd;
	struct slot *slots[SLOTS_MAX]; /* [0] is the engine */
	size_t n;
};

static struct slot *
engine(const struct supervise *s)
{
	return s->slots[0];
}

static struct slot *
find(const struct supervise *s, enum daemon_role role, uint32_t net_id)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->slots[i]->role == role &&
		    (role != DAEMON_NET || s->slots[i]->net_id == net_id))
			return s->slots[i];
	return NULL;
}

/* -- links -- */

static void
on_frame(void *arg, struct ipc_conn *c, enum ipc_type t, uint64_t id, void *msg,
    int fd)
{
	struct slot *sl = arg;
	struct supervise *s = sl->owner;

	(void)c;
	(void)fd; /* no message to the manager carries one */
	s->ops->on_frame(s->arg, sl->role, sl->net_id, t, id, msg);
}

static enum err
on_relay(void *arg, struct ipc_conn *c, const struct ipc_frame *f)
{
	struct supervise *s = ((struct slot *)arg)->owner;

	(void)c;
	return s->ops->on_relay(s->arg, f);
}

/* A worker is of no use without its link.  Mostly it is ending: no signal
 * is to disturb it in that. */
static void
on_link_close(void *arg, struct ipc_conn *c, enum err why)
{
	struct slot *sl = arg;

	(void)c;
	sl->link = NULL;
	if (why != ERR_GONE)
		slot_kill(sl, err_default_text(why));
	else if (!sl->excused)
		slot_plan(sl, LINK_GRACE_MS);
}

static const struct ipc_conn_ops engine_ops = {
    .on_frame = on_frame,
    .on_close = on_link_close,
    .on_relay = on_relay,
    .accept_dirs = 1u << IPC_DIR_E_TO_M,
    .relay_dirs = 1u << IPC_DIR_E_TO_C,
};

static const struct ipc_conn_ops net_ops = {
    .on_frame = on_frame,
    .on_close = on_link_close,
    .accept_dirs = 1u << IPC_DIR_N_TO_M,
};

/* -- starting -- */

static void
tell_engine(struct supervise *s, enum ipc_type t, uint32_t net_id, int fd)
{
	struct msg_net_ref m = {net_id};
	struct ipc_conn *c = engine(s)->link;

	if (c == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (ipc_conn_send(c, t, 0, &m, fd) != ERR_OK)
		slot_kill(engine(s), "it does not read its link");
}

static void
start_net(struct slot *sl)
{
	struct supervise *s = sl->owner;
	int peer = -1;

	/* Net workers wait for the engine, whose start starts them. */
	if (s->stage != RUNNING || sl->pid != 0 || engine(s)->link == NULL)
		return;
	sl->net_id = ++s->last_net_id;
	if (!slot_spawn(sl, -1, &peer))
		return;
	sl->announced = true;
	tell_engine(s, IPC_NET_READY, sl->net_id, peer);
	if (sl->link != NULL)
		s->ops->on_net_start(s->arg, sl->link);
}

static void
start_web(struct slot *sl)
{
	struct supervise *s = sl->owner;
	int peer = -1;

	if (s->stage == RUNNING && sl->pid == 0)
		(void)slot_spawn(sl, s->web_fd, &peer);
}

static void
start_engine(struct slot *sl)
{
	struct supervise *s = sl->owner;
	int peer = -1;
	size_t i;

	if (s->stage != RUNNING || sl->pid != 0 || !slot_spawn(sl, -1, &peer))
		return;
	s->ops->on_engine_start(s->arg);
	for (i = 0; i < s->n; i++)
		if (s->slots[i]->role == DAEMON_NET)
			start_net(s->slots[i]);
}

/* -- ending -- */

/* A net worker ends by itself when the engine does, and may be heard of
 * first: its end counts when that of the engine does not follow it. */
static void
count(struct slot *sl)
{
	struct supervise *s = sl->owner;

	sl->doubt_ms = 0;
	s->ops->on_death(s->arg, sl->row->program, sl->why);
}

static void
engine_ended(struct supervise *s, bool asked, const char *how, uint32_t wait)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		struct slot *sl = s->slots[i];

		if (sl->role != DAEMON_NET)
			continue;
		sl->announced = false;
		if (sl->doubt_ms != 0) {
			sl->doubt_ms = 0;
			sl->ended_s = 0;
			sl->why[0] = '\0';
		}
		/* In a stop its turn comes, more gently. */
		if (sl->pid != 0 && s->stage == RUNNING) {
			sl->excused = true;
			slot_kill(sl, "the engine that it worked for ended");
		}
	}
	s->ops->on_engine_end(s->arg, asked, s->stage != RUNNING, how, wait);
}

static void
slot_gone(struct slot *sl, int status)
{
	struct supervise *s = sl->owner;
	const bool asked = sl->excused;
	const bool announced = sl->announced;
	uint32_t wait;

	if (s->stage != RUNNING)
		sl->excused = true; /* whatever its turn was */
	if (sl->doubt_ms != 0)
		count(sl); /* of its life before this one */
	wait = slot_ended(sl, status);
	if (!sl->excused && sl->role == DAEMON_NET)
		sl->doubt_ms = clock_mono_ms();
	else if (!sl->excused)
		count(sl);
	sl->announced = false;
	if (sl->role == DAEMON_NET && announced)
		tell_engine(s, IPC_NET_GONE, sl->net_id, -1);
	if (sl->role == DAEMON_ENGINE)
		engine_ended(s, asked, sl->why, wait);
	if (s->stage == RUNNING)
		slot_plan(sl, wait);
}

static void
close_handles(struct supervise *s)
{
	size_t i;

	uv_close((uv_handle_t *)&s->tick, NULL);
	for (i = 0; i < s->n; i++)
		uv_close((uv_handle_t *)&s->slots[i]->timer, NULL);
}

/* Goes to the next stage when nobody of this one is left. */
static void
stop_step(struct supervise *s)
{
	const uint64_t past = clock_mono_ms() - s->stop_at_ms;
	bool left;
	size_t i;

	while (s->stage != RUNNING && s->stage != STOPPED) {
		left = false;
		for (i = 0; i < s->n; i++) {
			struct slot *sl = s->slots[i];

			if (sl->role != stages[s->stage].role || sl->pid == 0)
				continue;
			left = true;
			if (past >= stages[s->stage].end_ms)
				slot_kill(sl, "it did not end when told to");
			else if (!sl->excused)
				slot_term(sl, SUPERVISE_STOP_MS);
			sl->excused = true;
		}
		if (left)
			return;
		s->stage++;
		if (s->stage == STOPPED) {
			close_handles(s);
			s->ops->on_stopped(s->arg);
		}
	}
}

void
supervise_stop(struct supervise *s)
{
	size_t i;

	if (s->stage != RUNNING)
		return;
	s->stage = STOP_WEB;
	s->stop_at_ms = clock_mono_ms();
	for (i = 0; i < s->n; i++)
		uv_timer_stop(&s->slots[i]->timer);
	uv_timer_set_repeat(&s->tick, TICK_STOP_MS);
	uv_timer_again(&s->tick);
	stop_step(s);
}

void
supervise_restart_connector(struct supervise *s)
{
	struct slot *sl = engine(s);

	if (s->stage != RUNNING)
		return;
	if (sl->pid == 0) {
		slot_plan(sl, 0);
		return;
	}
	if (sl->excused)
		return; /* asked already: its time runs */
	sl->excused = true;
	slot_term(sl, GRACE_MS);
}

void
supervise_each_link(struct supervise *s, supervise_link_fn fn, void *arg)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->slots[i]->link != NULL)
			fn(arg, s->slots[i]->role, s->slots[i]->link);
}

void
supervise_renew_web(struct supervise *s)
{
	size_t i;

	for (i = 0; i < s->n && s->stage == RUNNING; i++) {
		struct slot *sl = s->slots[i];

		if (sl->role != DAEMON_WEB || sl->pid == 0 || sl->excused)
			continue;
		sl->excused = true;
		slot_term(sl, GRACE_MS);
	}
}

void
supervise_ended(struct supervise *s, pid_t pid, int status)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (s->slots[i]->pid == pid) {
			slot_gone(s->slots[i], status);
			break;
		}
	}
	stop_step(s);
}

static void
on_tick(uv_timer_t *h)
{
	struct supervise *s = h->data;
	uint64_t now = clock_mono_ms();
	const uint64_t late = slot_late_ms(now - s->ticked_ms, TICK_MS);
	char why[64];
	size_t i;

	s->ticked_ms = now;
	(void)snprintf(why, sizeof(why), "no heartbeat for %lu seconds",
	    (unsigned long)s->conf->heartbeat_max_s);
	for (i = 0; i < s->n; i++) {
		struct slot *sl = s->slots[i];

		slot_excuse(sl, now, late);
		if (slot_is_silent(sl, now))
			slot_kill(sl, why);
		if (sl->doubt_ms != 0 && now - sl->doubt_ms >= DOUBT_MS)
			count(sl);
	}
	if (s->stage == RUNNING)
		s->ops->on_tick(s->arg);
	stop_step(s);
}

/* -- the table -- */

static void
add_slots(struct supervise *s, enum daemon_role role,
    const struct ipc_conn_ops *ops, void (*start)(struct slot *sl))
{
	const struct svc_row *row = svc_row(role);
	uint32_t i;

	for (i = 0; i < svc_count(row, s->conf) && s->n < SLOTS_MAX; i++) {
		struct slot *sl = xalloc(sizeof(*sl));

		sl->owner = s;
		sl->conf = s->conf;
		sl->launch = s->launch;
		sl->row = row;
		sl->role = role;
		sl->link_ops = ops;
		sl->start = start;
		slot_init(sl, s->loop);
		s->slots[s->n++] = sl;
	}
}

struct supervise *
supervise_new(struct uv_loop_s *l, const struct conf *c, struct launch *launch,
    int web_fd, const struct supervise_ops *ops, void *arg)
{
	struct supervise *s = xalloc(sizeof(*s));

	s->loop = l;
	s->conf = c;
	s->launch = launch;
	s->web_fd = web_fd;
	s->ops = ops;
	s->arg = arg;
	uv_timer_init(l, &s->tick);
	s->tick.data = s;
	add_slots(s, DAEMON_ENGINE, &engine_ops, start_engine);
	add_slots(s, DAEMON_NET, &net_ops, start_net);
	add_slots(s, DAEMON_WEB, NULL, start_web);
	return s;
}

void
supervise_start(struct supervise *s)
{
	size_t i;

	s->ticked_ms = clock_mono_ms();
	uv_timer_start(&s->tick, on_tick, TICK_MS, TICK_MS);
	for (i = 0; i < s->n; i++)
		s->slots[i]->start(s->slots[i]);
}

void
supervise_free(struct supervise *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->n; i++)
		mem_free(s->slots[i]);
	mem_free(s);
}

void
supervise_beat(struct supervise *s, enum daemon_role from, uint32_t net_id)
{
	struct slot *sl = find(s, from, net_id);

	if (sl != NULL)
		sl->beat_ms = clock_mono_ms();
}

struct ipc_conn *
supervise_engine(struct supervise *s)
{
	return engine(s)->link;
}

struct ipc_conn *
supervise_net(struct supervise *s, uint32_t net_id)
{
	struct slot *sl = find(s, DAEMON_NET, net_id);

	return sl != NULL ? sl->link : NULL;
}

size_t
supervise_count(const struct supervise *s)
{
	return s->n;
}

void
supervise_get(const struct supervise *s, size_t i, struct supervise_row *out)
{
	const struct slot *sl = s->slots[i];

	out->program = sl->row->program;
	out->pid = sl->pid;
	out->restarts = sl->restarts;
	out->since_s = sl->since_s;
	out->why = sl->why;
	out->ended_s = sl->ended_s;
}
