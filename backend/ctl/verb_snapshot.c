/* verb_snapshot.c - system snapshots: make, watch, list, fetch, delete. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/snapshot_file.h"

#define POLL_MS 200
#define COPY_MAX 65536

static enum err
order(struct ctl *c, const char *verb, const char *name, struct errinfo *ei)
{
	struct msg_snapshot_order q;
	struct msg_empty ok;

	memset(&q, 0, sizeof(q));
	memset(&ok, 0, sizeof(ok));
	q.verb = (char *)(uintptr_t)verb;
	q.name = (char *)(uintptr_t)name;
	q.who = c->who;
	return manager_call(c, IPC_SNAPSHOT, &q, IPC_OK, &ok, ei);
}

static void
show_progress(struct ctl *c, const struct snapshot_progress *p)
{
	out_str(&c->out, "state", "State", snapshot_state_word(p->state));
	if (p->state == SNAPSHOT_RUNNING) {
		out_int(&c->out, "step", "Step", p->step);
		out_int(&c->out, "steps", "Of", p->steps);
	}
	out_str(&c->out, p->state == SNAPSHOT_DONE ? "name" : "text",
	    p->state == SNAPSHOT_DONE ? "Name" : "What", p->text);
}

/* Until it is done, as long as --wait says. */
int
verb_snapshot_start(struct ctl *c)
{
	const uint64_t until = clock_mono_ms() + c->args.wait_s * 1000;
	struct errinfo ei = {ERR_OK, ""};
	struct snapshot_progress p;
	enum err e;

	if ((e = order(c, "start", "", &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	for (;;) {
		snapshot_progress_get(&p, c->conf.log_dir);
		if (p.state != SNAPSHOT_RUNNING || clock_mono_ms() >= until)
			break;
		manager_pause_ms(POLL_MS);
	}
	if (p.state == SNAPSHOT_FAILED)
		return ctl_fail(c, err_set(&ei, ERR_SYS, "%s", p.text), &ei);
	show_progress(c, &p);
	return EXIT_DONE;
}

int
verb_snapshot_status(struct ctl *c)
{
	struct snapshot_progress p;

	snapshot_progress_get(&p, c->conf.log_dir);
	show_progress(c, &p);
	return EXIT_DONE;
}

int
verb_snapshot_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct snapshot_list l;
	enum err e;
	size_t i;

	if ((e = snapshot_list_get(&l, c->conf.log_dir, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "snapshots");
	for (i = 0; i < l.n; i++) {
		out_row(&c->out);
		out_str(&c->out, "name", "NAME", l.v[i].name);
		out_time(&c->out, "made", "MADE", l.v[i].made_s);
		out_int(&c->out, "bytes", "BYTES", (int64_t)l.v[i].bytes);
	}
	out_rows_end(&c->out, "There is no snapshot.");
	return EXIT_DONE;
}

static enum err
copy(int from, int to, struct errinfo *ei)
{
	char block[COPY_MAX];
	ssize_t n, k, at;

	while ((n = read(from, block, sizeof(block))) > 0)
		for (at = 0; at < n; at += k)
			if ((k = write(to, block + at, (size_t)(n - at))) <= 0)
				return err_set(ei, ERR_SYS,
				    "It cannot be written: %s",
				    strerror(errno));
	return n == 0 ? ERR_OK
		      : err_set(ei, ERR_SYS, "It cannot be read: %s",
			    strerror(errno));
}

/* To a new file: NAME in this folder, or as it is said. */
int
verb_snapshot_download(struct ctl *c)
{
	const char *to = c->words_n > 1 ? c->words[1] : c->words[0];
	struct errinfo ei = {ERR_OK, ""};
	uint64_t bytes = 0;
	int in = -1, out;
	enum err e;

	e = snapshot_open(&in, &bytes, c->conf.log_dir, c->words[0], &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (out < 0) {
		e = err_set(&ei, errno == EEXIST ? ERR_EXISTS : ERR_SYS,
		    "%s: %s", to, strerror(errno));
	} else {
		e = copy(in, out, &ei);
		if (close(out) != 0 && e == ERR_OK)
			e = err_set(
			    &ei, ERR_SYS, "%s: %s", to, strerror(errno));
		if (e != ERR_OK)
			(void)unlink(to);
	}
	(void)close(in);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_str(&c->out, "file", "File", to);
	out_int(&c->out, "bytes", "Bytes", (int64_t)bytes);
	return EXIT_DONE;
}

int
verb_snapshot_delete(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e = order(c, "delete", c->words[0], &ei);

	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}
