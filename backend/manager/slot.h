/* slot.h - one process that is to run all the time: its pid, its link, its
 * timers.  supervise.c only. */
#ifndef SLOT_H
#define SLOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <uv.h>

#include "backend/core/daemon.h"
#include "backend/manager/restart.h"

struct conf;
struct ipc_conn;
struct ipc_conn_ops;
struct launch;
struct supervise;
struct svc_row;

#define SLOT_WHY_MAX 160 /* bytes, with the end */

struct slot {
	uv_timer_t timer; /* its next start, or its SIGKILL; first */
	int beat_fd; /* web: its heartbeats, a byte each; -1: none */
	struct supervise *owner;
	const struct conf *conf;
	const struct svc_row *row;
	struct launch *launch;
	const struct ipc_conn_ops *link_ops; /* NULL: it has no link */
	void (*start)(struct slot *sl); /* when its time has come */
	enum daemon_role role;
	pid_t pid; /* 0: not running */
	struct ipc_conn *link;
	uint32_t net_id; /* net: of this life of it */
	bool announced; /* net: the engine that runs knows of it */
	bool excused; /* its end is our wish and no fault of it */
	bool shot; /* we sent the SIGKILL */
	char shot_why[SLOT_WHY_MAX - 16];
	char why[SLOT_WHY_MAX]; /* how its last life ended unasked, or "" */
	int64_t ended_s; /* when; 0: never */
	uint64_t doubt_ms; /* net: ended then, perhaps since the engine did;
			    * 0: nothing is open */
	uint32_t restarts;
	int64_t since_s; /* of this life; of its end when not running */
	uint64_t started_ms; /* monotonic, as the next */
	uint64_t beat_ms;
	struct restart restart;
};

/* Fills a zeroed slot. */
void slot_init(struct slot *sl, struct uv_loop_s *l);
/* web_fd: for a web worker, borrowed.  *peer: for a net worker the engine's
 * end of their socket, owned by the caller.  False: it could not be started,
 * and the next try is planned. */
bool slot_spawn(struct slot *sl, int web_fd, int *peer);
/* SIGTERM, and SIGKILL when it still runs grace_ms later. */
void slot_term(struct slot *sl, uint32_t grace_ms);
void slot_kill(struct slot *sl, const char *why); /* why: for the log */
/* waitpid() gave its status: closes the link, keeps why it ended and says how
 * long to wait until the next start. */
uint32_t slot_ended(struct slot *sl, int status);
/* After wait_ms it is started; or killed, where it still runs. */
void slot_plan(struct slot *sl, uint32_t wait_ms);
/* What of `past_ms` since the tick before this one did not pass for us: the
 * manager was stopped, or got no turn.  every_ms: between two ticks. */
uint64_t slot_late_ms(uint64_t past_ms, uint32_t every_ms);
/* Time in which nobody read its heartbeats is not its silence: they may wait
 * in the socket, and the next turn of the loop reads them. */
void slot_excuse(struct slot *sl, uint64_t now_ms, uint64_t late_ms);
/* Whether it should have sent a heartbeat by now. */
bool slot_is_silent(struct slot *sl, uint64_t now_ms);

#endif
