/* life_line.c - see life_line.h. */
#include "config.h"

#include "backend/manager/life_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "backend/manager/launch.h"
#include "backend/manager/manager.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/log.h"

#define AGAIN_MS 1000u /* after a supervisor could not be started */

struct life_line {
	uv_poll_t poll; /* first */
	uv_timer_t again;
	struct manager *m;
	bool polling, closing;
	uint64_t since_ms; /* of the last supervisor's start */
	int fd; /* -1: nobody is at the other end */
};

static void on_line(uv_poll_t *h, int status, int events);

/* Takes over fd, but not on failure. */
static enum err
hold(struct life_line *l, int fd, struct errinfo *ei)
{
	int rc;

	if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return err_set(ei, ERR_SYS, "life line: %s", strerror(errno));
	if ((rc = uv_poll_init(l->m->loop, &l->poll, fd)) != 0)
		return err_set(ei, ERR_SYS, "life line: %s", uv_strerror(rc));
	l->fd = fd;
	l->polling = true;
	uv_poll_start(&l->poll, UV_READABLE, on_line);
	return ERR_OK;
}

static enum err
new_supervisor(struct life_line *l, struct errinfo *ei)
{
	int line[2], fds[2] = {2, -1};
	char text[16];
	pid_t pid;
	enum err e;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) != 0)
		return err_set(ei, ERR_SYS, "life line: %s", strerror(errno));
	fds[1] = line[1];
	if ((e = hold(l, line[0], ei)) != ERR_OK) {
		close(line[0]);
	} else if ((e = launch_supervisor(l->m->launch, fds, &pid, ei)) ==
		   ERR_OK) {
		l->m->watcher = pid;
		snprintf(text, sizeof(text), "%ld", (long)pid);
		log_kv(LOG_L_INFO, MANAGER_MODULE, "Supervisor Started", "Pid",
		    text, NULL);
	}
	/* Where the start failed, the end of the line is seen at once, and
	 * the next try follows from that. */
	close(line[1]);
	return e;
}

static void
on_again(uv_timer_t *h)
{
	struct errinfo ei = {ERR_OK, ""};

	if (new_supervisor(h->data, &ei) != ERR_OK)
		log_kv(LOG_L_ERROR, MANAGER_MODULE, "Supervisor Not Started",
		    "Detail", ei.text, NULL);
}

/* The handle is out of the loop: the same memory may have the next. */
static void
on_poll_closed(uv_handle_t *h)
{
	struct life_line *l = (struct life_line *)(void *)h;
	uint64_t wait;

	l->polling = false;
	close(l->fd);
	l->fd = -1;
	if (l->closing)
		return;
	/* One that lived gets its successor at once. */
	wait = clock_mono_ms() - l->since_ms < AGAIN_MS ? AGAIN_MS : 0;
	l->since_ms = clock_mono_ms();
	uv_timer_start(&l->again, on_again, wait, 0);
}

static void
on_line(uv_poll_t *h, int status, int events)
{
	struct life_line *l = (struct life_line *)(void *)h;
	char c;

	(void)events;
	/* It has nothing to say: only its end counts. */
	if (status >= 0 && recv(l->fd, &c, 1, MSG_DONTWAIT) > 0)
		return;
	if (status >= 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (l->m->watcher != 0)
		log_kv(LOG_L_WARN, MANAGER_MODULE, "Supervisor Ended", NULL);
	l->m->watcher = 0;
	uv_close((uv_handle_t *)h, on_poll_closed);
}

enum err
life_line_new(
    struct life_line **out, struct manager *m, int fd, struct errinfo *ei)
{
	struct life_line *l = xalloc(sizeof(*l));
	enum err e;

	l->m = m;
	l->since_ms = clock_mono_ms();
	if ((e = hold(l, fd, ei)) != ERR_OK) {
		close(fd);
		mem_free(l);
		return e;
	}
	uv_timer_init(m->loop, &l->again);
	l->again.data = l;
	m->watcher = getppid();
	*out = l;
	return ERR_OK;
}

void
life_line_note(struct life_line *l, char note)
{
	if (l != NULL && l->fd >= 0)
		(void)send(l->fd, &note, 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void
life_line_close(struct life_line *l)
{
	if (l == NULL || l->closing)
		return;
	l->closing = true;
	uv_close((uv_handle_t *)&l->again, NULL);
	if (l->polling && !uv_is_closing((uv_handle_t *)&l->poll))
		uv_close((uv_handle_t *)&l->poll, on_poll_closed);
}

void
life_line_free(struct life_line *l)
{
	mem_free(l);
}
