/* slot.c - see slot.h. */
#include "config.h"

#include "backend/manager/slot.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/core/ipc_loop.h"
#include "backend/core/proc.h"
#include "backend/core/svc_table.h"
#include "backend/manager/launch.h"
#include "backend/manager/logfile.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"

#define MODULE "hybridservices.c_mgmt"

void
slot_init(struct slot *sl, struct uv_loop_s *l)
{
	uv_timer_init(l, &sl->timer);
	restart_init(&sl->restart);
	sl->beat_fd = -1;
	sl->since_s = clock_wall_s();
}

static const char *
number(int64_t n, char out[24])
{
	snprintf(out, 24, "%lld", (long long)n);
	return out;
}

static void
close_pair(int fd[2])
{
	if (fd[0] >= 0)
		close(fd[0]);
	if (fd[1] >= 0)
		close(fd[1]);
	fd[0] = fd[1] = -1;
}

/* With what it inherits: see DAEMON_*_FD and launcher.c. */
static enum err
run(struct slot *sl, int web_fd, int *peer, struct errinfo *ei)
{
	const int type = SOCK_STREAM | SOCK_CLOEXEC;
	int link[2] = {-1, -1}, net[2] = {-1, -1}, fds[3];
	size_t n = 1;
	enum err e;

	if ((e = logfile_open(&fds[0], sl->conf, sl->row->program, ei)) !=
	    ERR_OK)
		return e;
	if (socketpair(AF_UNIX, type, 0, link) != 0 ||
	    (sl->role == DAEMON_NET &&
		socketpair(AF_UNIX, type, 0, net) != 0)) {
		e = err_set(ei, ERR_SYS, "socketpair: %s", strerror(errno));
		goto out;
	}
	fds[n++] = sl->role == DAEMON_WEB ? web_fd : link[1];
	if (sl->role == DAEMON_WEB)
		fds[n++] = link[1];
	if (sl->role == DAEMON_NET)
		fds[n++] = net[1];
	e = launch_start(sl->launch, sl->role, fds, n, &sl->pid, ei);
	if (e != ERR_OK)
		goto out;
	if (sl->link_ops != NULL) {
		if (ipc_conn_new(&sl->link, sl->timer.loop, link[0],
			"calconn-managerd", sl->link_ops, sl, ei) != ERR_OK)
			slot_kill(sl, ei->text);
	} else {
		sl->beat_fd = link[0];
	}
	link[0] = -1;
	*peer = net[0];
	net[0] = -1;
out:
	close_pair(link);
	close_pair(net);
	close(fds[0]);
	return e;
}

bool
slot_spawn(struct slot *sl, int web_fd, int *peer)
{
	struct errinfo ei = {ERR_OK, ""};
	char pid[24], again[24];
	uint32_t wait;

	uv_timer_stop(&sl->timer);
	sl->excused = sl->shot = sl->announced = false;
	sl->started_ms = sl->beat_ms = clock_mono_ms();
	sl->since_s = clock_wall_s();
	if (run(sl, web_fd, peer, &ei) != ERR_OK) {
		wait = restart_wait_ms(&sl->restart, sl->started_ms, 0, false);
		log_kv(LOG_L_ERROR, MODULE, "Process Not Started", "Program",
		    sl->row->program, "Detail", ei.text, "NextMs",
		    number(wait, again), NULL);
		slot_plan(sl, wait);
		return false;
	}
	log_kv(LOG_L_INFO, MODULE, "Process Started", "Program",
	    sl->row->program, "Pid", number(sl->pid, pid), NULL);
	return true;
}

static void
on_timer(uv_timer_t *t)
{
	struct slot *sl = (struct slot *)(void *)t;

	if (sl->pid != 0)
		slot_kill(sl, "it did not end in time");
	else
		sl->start(sl);
}

void
slot_plan(struct slot *sl, uint32_t wait_ms)
{
	uv_timer_start(&sl->timer, on_timer, wait_ms, 0);
}

void
slot_term(struct slot *sl, uint32_t grace_ms)
{
	if (sl->pid == 0)
		return;
	launch_signal(sl->launch, sl->pid, SIGTERM);
	slot_plan(sl, grace_ms);
}

void
slot_kill(struct slot *sl, const char *why)
{
	char pid[24];

	if (sl->pid == 0 || sl->shot)
		return;
	log_kv(LOG_L_WARN, MODULE, "Process Killed", "Program",
	    sl->row->program, "Pid", number(sl->pid, pid), "Reason", why, NULL);
	sl->shot = true;
	(void)snprintf(sl->shot_why, sizeof(sl->shot_why), "%s", why);
	uv_timer_stop(&sl->timer);
	launch_signal(sl->launch, sl->pid, SIGKILL);
}

uint32_t
slot_ended(struct slot *sl, int status)
{
	const bool killed =
	    WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !sl->shot;
	uint64_t now = clock_mono_ms();
	uint32_t wait = 0;
	char how[80], pid[24], life[24], again[24];

	if (!sl->excused)
		wait = restart_wait_ms(
		    &sl->restart, now, now - sl->started_ms, killed);
	(void)proc_end_text(status, how, sizeof(how));
	if (!sl->excused) {
		(void)snprintf(sl->why, sizeof(sl->why), "%s%s",
		    sl->shot ? "killed: " : "", sl->shot ? sl->shot_why : how);
		sl->ended_s = clock_wall_s();
	}
	log_kv(sl->excused ? LOG_L_INFO : LOG_L_WARN, MODULE, "Process Ended",
	    "Program", sl->row->program, "Pid", number(sl->pid, pid), "How",
	    how, "LifeS", number((int64_t)(now - sl->started_ms) / 1000, life),
	    "NextMs", number(wait, again), NULL);
	uv_timer_stop(&sl->timer);
	ipc_conn_close(sl->link); /* NULL is fine */
	sl->link = NULL;
	if (sl->beat_fd >= 0)
		close(sl->beat_fd);
	sl->beat_fd = -1;
	sl->pid = 0;
	sl->restarts++;
	sl->since_s = clock_wall_s();
	return wait;
}

uint64_t
slot_late_ms(uint64_t past_ms, uint32_t every_ms)
{
	return past_ms > 2ull * every_ms ? past_ms - every_ms : 0;
}

void
slot_excuse(struct slot *sl, uint64_t now_ms, uint64_t late_ms)
{
	/* What was read since we run again is newer than that. */
	sl->beat_ms =
	    now_ms - sl->beat_ms > late_ms ? sl->beat_ms + late_ms : now_ms;
}

bool
slot_is_silent(struct slot *sl, uint64_t now_ms)
{
	char beats[64]; /* what is more is of the same time */

	if (sl->beat_fd >= 0 &&
	    recv(sl->beat_fd, beats, sizeof(beats), MSG_DONTWAIT) > 0)
		sl->beat_ms = now_ms;
	return sl->pid != 0 && sl->row->beats &&
	       now_ms - sl->beat_ms > sl->conf->heartbeat_max_s * 1000ull;
}
