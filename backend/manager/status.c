/* status.c - see status.h. */
#include "config.h"

#include "backend/manager/status.h"

#include <unistd.h>

#include "backend/manager/launch.h"
#include "backend/manager/launcher.h"
#include "backend/manager/manager.h"
#include "backend/manager/supervise.h"
#include "backend/manager/watch.h"
#include "common/alloc.h"
#include "common/ipc.h"

static enum err
put_text(char **to, const char *s)
{
	return (*to = try_strdup(s)) != NULL ? ERR_OK : ERR_NOMEM;
}

static enum err
put_process(struct msg_status *st, const char *program, pid_t pid,
    uint32_t restarts, int64_t since_s, const char *why, int64_t ended_s)
{
	struct msg_process *p = &st->processes[st->processes_n++];
	enum err e;

	p->pid = (uint32_t)pid;
	p->restarts = restarts;
	p->since_s = since_s;
	p->ended_s = ended_s;
	if ((e = put_text(&p->why, why)) != ERR_OK)
		return e;
	return put_text(&p->program, program);
}

enum err
status_fill(struct msg_status *out, const struct manager *m)
{
	const size_t n = supervise_count(m->sup);
	struct supervise_row r;
	enum err e;
	size_t i;

	out->since_s = m->connector.since_s;
	out->manager_since_s = m->since_s;
	out->rev_running = m->connector.rev_running;
	out->processes = try_alloc((n + 3) * sizeof(*out->processes));
	if (out->processes == NULL)
		return ERR_NOMEM;
	if ((e = put_text(&out->version, PACKAGE_VERSION)) != ERR_OK ||
	    (e = put_text(&out->state, m->connector.state)) != ERR_OK ||
	    (e = put_text(&out->reason, m->connector.reason)) != ERR_OK)
		return e;
	e = put_process(
	    out, "calconn-managerd", getpid(), 0, m->since_s, "", 0);
	if (e == ERR_OK)
		e = put_process(out, LAUNCHER_PROGRAM, launch_pid(m->launch), 0,
		    m->since_s, "", 0);
	if (e == ERR_OK && m->watcher != 0)
		e = put_process(
		    out, WATCH_PROGRAM, m->watcher, 0, m->since_s, "", 0);
	for (i = 0; i < n && e == ERR_OK; i++) {
		supervise_get(m->sup, i, &r);
		e = put_process(out, r.program, r.pid, r.restarts, r.since_s,
		    r.why, r.ended_s);
	}
	return e;
}
