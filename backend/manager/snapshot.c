/* snapshot.c - see snapshot.h. */
#include "config.h"

#include "backend/manager/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/proc.h"
#include "backend/manager/launch.h"
#include "backend/manager/manager.h"
#include "backend/manager/status.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/snapshot_file.h"
#include "common/str.h"

#define STATUS_MAX 32768u

struct snapshot {
	uv_timer_t timer; /* the end of its time; first */
	struct manager *m;
	pid_t pid; /* 0: none is being made */
	char name[SNAPSHOT_NAME_MAX];
};

static bool
path_of(char out[PATH_MAX], const struct snapshot *s, const char *name,
    const char *suffix)
{
	int n = snprintf(
	    out, PATH_MAX, "%s/%s%s", s->m->conf->log_dir, name, suffix);

	return n > 0 && n < PATH_MAX;
}

static enum err
open_new(int *out, const char *path, int flags, struct errinfo *ei)
{
	*out = open(path, flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	return *out >= 0
		   ? ERR_OK
		   : err_set(ei, ERR_SYS, "%s: %s", path, strerror(errno));
}

static void
end_with(struct snapshot *s, enum snapshot_state state, const char *text)
{
	char path[PATH_MAX], line[SNAPSHOT_TEXT_MAX];
	int fd, n;

	n = snprintf(
	    line, sizeof(line), "%s %s\n", snapshot_state_word(state), text);
	if (n > 0 && path_of(path, s, SNAPSHOT_PROGRESS, "") &&
	    open_new(&fd, path, O_WRONLY, NULL) == ERR_OK) {
		/* Over what is there, so that whoever reads it meanwhile does
		 * not find it empty; the first line counts. */
		(void)!write(fd, line, strlen(line));
		(void)close(fd);
	}
}

/* What calconn-collect cannot know. */
static enum err
describe(struct snapshot *s, int fd, struct errinfo *ei)
{
	struct buf b = BUF_INIT(STATUS_MAX);
	struct msg_status st;
	enum err e;
	size_t i;

	memset(&st, 0, sizeof(st));
	if ((e = status_fill(&st, s->m)) == ERR_OK)
		e = buf_putf(
		    &b, "Calendar Connector: %s (%s)\n", st.state, st.reason);
	for (i = 0; e == ERR_OK && i < st.processes_n; i++)
		e = buf_putf(&b, "%s pid %u, restarts %u, since %lld\n",
		    st.processes[i].program, st.processes[i].pid,
		    st.processes[i].restarts,
		    (long long)st.processes[i].since_s);
	if (e == ERR_OK && write(fd, buf_str(&b), b.len) != (ssize_t)b.len)
		e = ERR_SYS;
	msg_status_free(&st);
	buf_clear(&b);
	return e == ERR_OK ? e : err_set(ei, e, "%s", err_default_text(e));
}

static void
on_late(uv_timer_t *t)
{
	struct snapshot *s = (struct snapshot *)(void *)t;

	if (s->pid != 0)
		launch_signal(s->m->launch, s->pid, SIGKILL);
}

static enum err
open_and_launch(struct snapshot *s, const char *part, struct errinfo *ei)
{
	char progress[PATH_MAX];
	int fds[3] = {2, -1, -1};
	enum err e;

	if (!path_of(progress, s, SNAPSHOT_PROGRESS, ""))
		return err_set(ei, ERR_TOOBIG, "log_dir is too long.");
	if ((e = open_new(&fds[1], part, O_WRONLY | O_EXCL, ei)) != ERR_OK)
		return e;
	if ((e = open_new(&fds[2], progress, O_RDWR | O_TRUNC, ei)) == ERR_OK &&
	    (e = describe(s, fds[2], ei)) == ERR_OK)
		e = launch_start(
		    s->m->launch, DAEMON_COLLECT, fds, 3, &s->pid, ei);
	(void)close(fds[1]);
	if (fds[2] >= 0)
		(void)close(fds[2]);
	if (e != ERR_OK)
		(void)unlink(part);
	return e;
}

enum err
snapshot_start(struct snapshot *s, const char *who, struct errinfo *ei)
{
	char part[PATH_MAX];
	enum err e;

	if (s->pid != 0)
		return err_set(
		    ei, ERR_BUSY, "A snapshot is being made already.");
	snapshot_name_make(s->name, clock_wall_s());
	if (!path_of(part, s, s->name, SNAPSHOT_PART))
		return err_set(ei, ERR_TOOBIG, "log_dir is too long.");
	if ((e = open_and_launch(s, part, ei)) != ERR_OK) {
		s->pid = 0;
		end_with(s, SNAPSHOT_FAILED, ei != NULL ? ei->text : "");
		return e;
	}
	uv_timer_start(&s->timer, on_late, SNAPSHOT_LIMIT_MS, 0);
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Snapshot Started", "Name", s->name,
	    "By", who, NULL);
	return ERR_OK;
}

static void
prune(struct snapshot *s)
{
	struct snapshot_list l;
	char path[PATH_MAX];
	size_t i;

	if (snapshot_list_get(&l, s->m->conf->log_dir, NULL) != ERR_OK)
		return;
	for (i = SNAPSHOT_KEEP; i < l.n; i++)
		if (path_of(path, s, l.v[i].name, ""))
			(void)unlink(path);
}

bool
snapshot_ended(struct snapshot *s, pid_t pid, int status)
{
	char part[PATH_MAX], path[PATH_MAX], how[128];

	if (s == NULL || s->pid == 0 || s->pid != pid)
		return false;
	s->pid = 0;
	uv_timer_stop(&s->timer);
	if (!path_of(part, s, s->name, SNAPSHOT_PART) ||
	    !path_of(path, s, s->name, ""))
		return true;
	if (status == 0 && rename(part, path) == 0) {
		prune(s);
		end_with(s, SNAPSHOT_DONE, s->name);
		log_kv(LOG_L_INFO, MANAGER_MODULE, "Snapshot Made", "Name",
		    s->name, NULL);
		return true;
	}
	(void)unlink(part);
	(void)proc_end_text(status, how, sizeof(how));
	end_with(s, SNAPSHOT_FAILED,
	    "It could not be made. The Event Log says why.");
	log_kv(LOG_L_ERROR, MANAGER_MODULE, "Snapshot Not Made", "Name",
	    s->name, "Detail", how, NULL);
	return true;
}

enum err
snapshot_delete(
    struct snapshot *s, const char *name, const char *who, struct errinfo *ei)
{
	char path[PATH_MAX];

	if (!snapshot_name_is_valid(name) || !path_of(path, s, name, "") ||
	    (unlink(path) != 0 && errno == ENOENT))
		return err_set(ei, ERR_NOTFOUND, "There is no such snapshot.");
	if (access(path, F_OK) == 0)
		return err_set(ei, ERR_SYS, "%s cannot be deleted.", name);
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Snapshot Deleted", "Name", name,
	    "By", who, NULL);
	return ERR_OK;
}

/* The progress file says "running" of a snapshot that nobody makes. */
static void
forget_half_made(struct snapshot *s)
{
	struct snapshot_progress p;

	snapshot_progress_get(&p, s->m->conf->log_dir);
	if (p.state == SNAPSHOT_RUNNING)
		end_with(s, SNAPSHOT_FAILED,
		    "The manager was restarted while it was made.");
	snapshot_remove_parts(s->m->conf->log_dir);
}

struct snapshot *
snapshot_new(struct manager *m)
{
	struct snapshot *s = xalloc(sizeof(*s));

	s->m = m;
	(void)uv_timer_init(m->loop, &s->timer);
	forget_half_made(s);
	return s;
}

void
snapshot_close(struct snapshot *s)
{
	if (s != NULL && !uv_is_closing((uv_handle_t *)&s->timer))
		uv_close((uv_handle_t *)&s->timer, NULL);
}

void
snapshot_free(struct snapshot *s)
{
	mem_free(s);
}
