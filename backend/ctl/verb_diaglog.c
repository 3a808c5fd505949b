/* verb_diaglog.c - diagnostic logging: start, markers, stop, what was
 * logged. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/diaglog_text.h"

#define MINUTES_MAX 240
#define DEFAULT_MINUTES 15

static enum err
state(struct ctl *c, struct msg_diaglog *out, struct errinfo *ei)
{
	struct msg_empty none;

	memset(&none, 0, sizeof(none));
	memset(out, 0, sizeof(*out));
	return manager_call(c, IPC_DIAGLOG_GET, &none, IPC_DIAGLOG, out, ei);
}

static int
order(struct ctl *c, struct msg_diaglog_order *q)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_empty ok;
	enum err e;

	memset(&ok, 0, sizeof(ok));
	q->who = c->who;
	e = manager_call(c, IPC_DIAGLOG_ORDER, q, IPC_OK, &ok, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "ok", NULL, true);
	return EXIT_DONE;
}

int
verb_diaglog_status(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_diaglog d;
	enum err e;

	if ((e = state(c, &d, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "running", "Running", d.running);
	out_str(&c->out, "level", "Level", d.level);
	out_time(&c->out, "start", "Started", d.start_ms / 1000);
	out_time(&c->out, "end", d.running ? "Ends" : "Ended", d.end_ms / 1000);
	out_int(&c->out, "markers", "Markers", d.markers);
	out_str(&c->out, "who", "By", d.who);
	msg_diaglog_free(&d);
	return EXIT_DONE;
}

int
verb_diaglog_start(struct ctl *c)
{
	struct msg_diaglog_order q;
	uint64_t minutes = DEFAULT_MINUTES;
	char start[] = "start", debug[] = "DEBUG";
	size_t i;

	memset(&q, 0, sizeof(q));
	q.verb = start;
	q.level = debug;
	for (i = 0; i < c->args.keys.n; i++) {
		if (str_eq(c->args.keys.v[i], "level"))
			q.level = c->args.values.v[i];
		else if (!str_eq(c->args.keys.v[i], "minutes"))
			ctl_problem(
			    c, c->args.keys.v[i], "There is no such field.");
		else if (str_to_u64(c->args.values.v[i], MINUTES_MAX,
			     &minutes) != ERR_OK ||
			 minutes == 0)
			ctl_problem(
			    c, "minutes", "Write a number from 1 to 240.");
	}
	if (c->problems_n > 0)
		return ctl_problems_end(c);
	q.minutes = (uint32_t)minutes;
	return order(c, &q);
}

int
verb_diaglog_mark(struct ctl *c)
{
	struct msg_diaglog_order q;
	char mark[] = "mark", none[] = "";

	memset(&q, 0, sizeof(q));
	q.verb = mark;
	q.text = c->words_n > 0 ? (char *)(uintptr_t)c->words[0] : none;
	return order(c, &q);
}

int
verb_diaglog_stop(struct ctl *c)
{
	struct msg_diaglog_order q;
	char stop[] = "stop";

	memset(&q, 0, sizeof(q));
	q.verb = stop;
	return order(c, &q);
}

static enum err
write_new(const char *path, const struct buf *b, struct errinfo *ei)
{
	size_t at = 0;
	ssize_t n = 0;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (fd < 0)
		return err_set(ei, errno == EEXIST ? ERR_EXISTS : ERR_SYS,
		    "%s: %s", path, strerror(errno));
	for (; at < b->len && n >= 0; at += n > 0 ? (size_t)n : 0)
		n = write(fd, b->p + at, b->len - at);
	if (close(fd) == 0 && n >= 0)
		return ERR_OK;
	(void)unlink(path);
	return err_set(ei, ERR_SYS, "%s: %s", path, strerror(errno));
}

int
verb_diaglog_download(struct ctl *c)
{
	struct buf b = BUF_INIT(2 * DIAGLOG_FILE_MAX);
	struct errinfo ei = {ERR_OK, ""};
	struct msg_diaglog d;
	bool cut = false;
	enum err e;

	if ((e = state(c, &d, &ei)) == ERR_OK && d.start_ms == 0)
		e = err_set(
		    &ei, ERR_NOTFOUND, "There was no diagnostic logging yet.");
	if (e == ERR_OK)
		e = diaglog_text(c->conf.log_dir, d.start_ms,
		    d.running ? 0 : d.end_ms + 1, &b, &cut, &ei);
	if (e == ERR_OK)
		e = write_new(c->words[0], &b, &ei);
	if (e == ERR_OK) {
		out_str(&c->out, "file", "File", c->words[0]);
		out_int(&c->out, "bytes", "Bytes", (int64_t)b.len);
		out_flag(&c->out, "cut", "Older lines left out", cut);
	}
	msg_diaglog_free(&d);
	buf_clear(&b);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}
