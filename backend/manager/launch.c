/* launch.c - see launch.h. */
#include "config.h"

#include "backend/manager/launch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <uv.h>

#include "backend/core/proc.h"
#include "backend/manager/launch_wire.h"
#include "backend/manager/launcher.h"
#include "backend/manager/progenv.h"
#include "common/alloc.h"
#include "common/str.h"

#define ORDER_MAX_S 5 /* then the launcher is given up */

struct launch {
	uv_poll_t poll; /* of news; first */
	bool polling;
	int orders, news;
	pid_t pid;
	launch_end_fn on_end;
	launch_lost_fn on_lost;
	void *arg;
};

static void
close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

static enum err
spawn(struct launch *l, const char *self, const char *conf_path,
    bool keep_stderr, const int peer[2], struct errinfo *ei)
{
	char name[] = LAUNCHER_PROGRAM, c[] = "-c", e[] = "-e";
	char path[4096];
	char *argv[] = {name, c, path, keep_stderr ? e : NULL, NULL};
	const int fds[] = {-1, -1, 2, peer[0], peer[1]};
	struct progenv env;
	const struct proc_spec spec = {self, argv, env.v, fds, 5, false};

	progenv_init(&env);
	if (!str_copy(path, sizeof(path), conf_path))
		return err_set(ei, ERR_TOOBIG, "%s: too long", conf_path);
	return proc_spawn(&l->pid, &spec, ei);
}

enum err
launch_new(struct launch **out, const char *self, const char *conf_path,
    bool keep_stderr, struct errinfo *ei)
{
	const int type = SOCK_SEQPACKET | SOCK_CLOEXEC;
	struct launch *l = xalloc(sizeof(*l));
	int orders[2] = {-1, -1}, news[2] = {-1, -1}, peer[2];
	const struct timeval patience = {ORDER_MAX_S, 0};
	enum err e;

	l->orders = l->news = -1;
	if (socketpair(AF_UNIX, type, 0, orders) != 0 ||
	    socketpair(AF_UNIX, type, 0, news) != 0) {
		e = err_set(ei, ERR_SYS, "socketpair: %s", strerror(errno));
		close_fd(orders[0]);
	} else {
		l->orders = orders[0];
		l->news = news[0];
		(void)setsockopt(l->orders, SOL_SOCKET, SO_RCVTIMEO, &patience,
		    sizeof(patience));
		(void)setsockopt(l->orders, SOL_SOCKET, SO_SNDTIMEO, &patience,
		    sizeof(patience));
		peer[0] = orders[1];
		peer[1] = news[1];
		e = spawn(l, self, conf_path, keep_stderr, peer, ei);
	}
	close_fd(orders[1]);
	close_fd(news[1]);
	if (e != ERR_OK) {
		launch_free(l);
		return e;
	}
	*out = l;
	return ERR_OK;
}

static void
on_news(uv_poll_t *h, int status, int events)
{
	struct launch *l = (struct launch *)(void *)h;
	struct launch_msg m;
	enum err e = ERR_OK;

	(void)events;
	while (status >= 0 && l->polling) {
		e = launch_wire_recv(l->news, &m, MSG_DONTWAIT);
		if (e == ERR_BUSY)
			return;
		if (e != ERR_OK)
			break;
		launch_wire_close_fds(&m);
		if (m.op == LAUNCH_ENDED)
			l->on_end(l->arg, (pid_t)m.a, (int)m.b);
	}
	if (!l->polling)
		return;
	launch_close(l);
	l->on_lost(l->arg);
}

enum err
launch_listen(struct launch *l, struct uv_loop_s *loop, launch_end_fn on_end,
    launch_lost_fn on_lost, void *arg, struct errinfo *ei)
{
	int rc;

	l->on_end = on_end;
	l->on_lost = on_lost;
	l->arg = arg;
	if ((rc = uv_poll_init(loop, &l->poll, l->news)) != 0 ||
	    (rc = uv_poll_start(&l->poll, UV_READABLE, on_news)) != 0)
		return err_set(ei, ERR_SYS, "launcher: %s", uv_strerror(rc));
	l->polling = true;
	return ERR_OK;
}

void
launch_close(struct launch *l)
{
	if (l == NULL || !l->polling)
		return;
	l->polling = false;
	uv_close((uv_handle_t *)&l->poll, NULL);
}

void
launch_free(struct launch *l)
{
	if (l == NULL)
		return;
	close_fd(l->orders);
	close_fd(l->news);
	mem_free(l);
}

static enum err
order(struct launch *l, const struct launch_msg *m, pid_t *pid,
    struct errinfo *ei)
{
	struct launch_msg answer;
	enum err e;

	if ((e = launch_wire_send(l->orders, m)) == ERR_OK)
		e = launch_wire_recv(l->orders, &answer, 0);
	if (e != ERR_OK) {
		/* The loop sees this as its end, which it is or shall be. */
		shutdown(l->news, SHUT_RDWR);
		return err_set(
		    ei, ERR_GONE, "%s does not answer", LAUNCHER_PROGRAM);
	}
	launch_wire_close_fds(&answer);
	if (answer.op != LAUNCH_STARTED || answer.a == 0)
		return err_set(ei, ERR_SYS, "%s", answer.text);
	*pid = (pid_t)answer.a;
	return ERR_OK;
}

enum err
launch_start(struct launch *l, enum daemon_role role, const int *fds,
    size_t fds_n, pid_t *pid, struct errinfo *ei)
{
	struct launch_msg m = {.op = LAUNCH_START, .a = (uint32_t)role};

	if (fds_n > LAUNCH_FDS_MAX)
		fatal("launch_start: %zu descriptors", fds_n);
	memcpy(m.fds, fds, fds_n * sizeof(*fds));
	m.fds_n = fds_n;
	return order(l, &m, pid, ei);
}

enum err
launch_supervisor(
    struct launch *l, const int fds[2], pid_t *pid, struct errinfo *ei)
{
	struct launch_msg m = {.op = LAUNCH_SUPERVISOR, .fds_n = 2};

	m.fds[0] = fds[0];
	m.fds[1] = fds[1];
	return order(l, &m, pid, ei);
}

void
launch_signal(struct launch *l, pid_t pid, int sig)
{
	const struct launch_msg m = {
	    .op = LAUNCH_SIGNAL, .a = (uint32_t)pid, .b = (uint32_t)sig};

	/* Without a launcher there is nobody left to signal. */
	(void)!launch_wire_send(l->orders, &m);
}

pid_t
launch_pid(const struct launch *l)
{
	return l->pid;
}
