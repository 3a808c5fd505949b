/* supervise.h - the process table: starts, watches, restarts and ends the
 * engine, the net workers and the web workers.  manager only.
 * Owns the links to them.  A worker's word is checked by ipc_loop; one that
 * breaks the protocol or stays silent too long is killed and started anew.
 *
 * The life of net workers is bound to the engine's: their work is its. */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend/core/daemon.h"
#include "common/err.h"
#include "common/ipc.h"

struct conf;
struct ipc_conn;
struct launch;
struct supervise; /* opaque */
struct uv_loop_s;

struct supervise_ops {
	/* A message of the engine (net_id 0) or of a net worker. */
	void (*on_frame)(void *arg, enum daemon_role from, uint32_t net_id,
	    enum ipc_type t, uint64_t id, void *msg);
	/* An answer of the engine for a client, undecoded. */
	enum err (*on_relay)(void *arg, const struct ipc_frame *f);
	void (*on_engine_start)(void *arg);
	void (*on_net_start)(void *arg, struct ipc_conn *c);
	/* asked: it was told to end; for_good: and is not started again.
	 * wait_ms: until its next start. */
	void (*on_engine_end)(void *arg, bool asked, bool for_good,
	    const char *how, uint32_t wait_ms);
	/* A program ended and nobody had told it to.  program: a constant;
	 * why: borrowed. */
	void (*on_death)(void *arg, const char *program, const char *why);
	void (*on_tick)(void *arg); /* each second while all run */
	void (*on_stopped)(void *arg); /* after supervise_stop(), once */
};

/* web_fd: listening FastCGI socket, borrowed as all else.  Who ends is to
 * be told to supervise_ended(). */
struct supervise *
supervise_new(struct uv_loop_s *l, const struct conf *c, struct launch *launch,
    int web_fd, const struct supervise_ops *ops, void *arg);
void supervise_ended(struct supervise *s, pid_t pid, int status);
void supervise_start(struct supervise *s);
/* web, then engine, then net, each by SIGTERM, SUPERVISE_STOP_MS in all,
 * and what is left then by SIGKILL.  May be called again. */
void supervise_stop(struct supervise *s);
void supervise_free(struct supervise *s); /* nothing may run any more */

#define SUPERVISE_STOP_MS 5000

/* The engine, and with it the net workers. */
void supervise_restart_connector(struct supervise *s);
void
supervise_beat(struct supervise *s, enum daemon_role from, uint32_t net_id);
struct ipc_conn *supervise_engine(struct supervise *s); /* or NULL */
struct ipc_conn *supervise_net(struct supervise *s, uint32_t net_id);

/* The links of the engine and of the net workers that run. */
typedef void (*supervise_link_fn)(
    void *arg, enum daemon_role role, struct ipc_conn *c);
void supervise_each_link(struct supervise *s, supervise_link_fn fn, void *arg);
/* Each web worker ends after its request, and another takes its place. */
void supervise_renew_web(struct supervise *s);

/* The table, for a page. */
struct supervise_row {
	const char *program;
	pid_t pid; /* 0: not running */
	uint32_t restarts;
	int64_t since_s;
	const char *why; /* how its last life ended unasked, or "" */
	int64_t ended_s; /* when; 0: never */
};
size_t supervise_count(const struct supervise *s);
void
supervise_get(const struct supervise *s, size_t i, struct supervise_row *out);

#endif
