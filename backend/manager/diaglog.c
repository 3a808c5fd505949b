/* diaglog.c - see diaglog.h. */
#include "config.h"

#include "backend/manager/diaglog.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "backend/manager/loglevels.h"
#include "backend/manager/manager.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/log_line.h"
#include "common/str.h"

#define STATE_NAME "diagnostic.state"
#define STATE_MAX 4096u
#define WHO_MAX 65
#define MINUTE_MS INT64_C(60000)

struct diaglog {
	uv_timer_t timer; /* its end; first */
	struct manager *m;
	bool running;
	int64_t start_ms, end_ms; /* running: when it ends by itself */
	uint32_t markers;
	enum log_level level;
	char who[WHO_MAX];
};

static bool
path_of(char out[PATH_MAX], const struct diaglog *d, const char *suffix)
{
	int n = snprintf(
	    out, PATH_MAX, "%s/" STATE_NAME "%s", d->m->conf->log_dir, suffix);

	return n > 0 && n < PATH_MAX;
}

/* Kept, so that what was logged can be taken after a restart as well.  A
 * file that is lost takes only that away. */
static void
keep(const struct diaglog *d)
{
	char path[PATH_MAX], part[PATH_MAX], text[256];
	int fd, n;

	if (!path_of(path, d, "") || !path_of(part, d, ".new"))
		return;
	n = snprintf(text, sizeof(text),
	    "1 %" PRId64 " %" PRId64 " %" PRIu32 " %d %s\n", d->start_ms,
	    d->end_ms, d->markers, (int)d->level, d->who);
	fd = open(
	    part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return;
	if (n > 0 && write(fd, text, (size_t)n) == n)
		(void)rename(part, path);
	(void)close(fd);
}

/* The next word of a line, or "". */
static char *
word(char **at)
{
	char *w = *at, *space = strchr(w, ' ');

	*at = space != NULL ? space + 1 : w + strlen(w);
	if (space != NULL)
		*space = '\0';
	return w;
}

static void
recall(struct diaglog *d)
{
	struct buf b = BUF_INIT(STATE_MAX);
	uint64_t v[4] = {0, 0, 0, 0};
	char path[PATH_MAX], text[256], *at = text;
	bool good;
	size_t i;

	if (!path_of(path, d, "") || file_slurp(path, &b, NULL) != ERR_OK)
		goto out;
	(void)str_copy(text, sizeof(text), buf_str(&b));
	text[strcspn(text, "\n")] = '\0';
	good = str_eq(word(&at), "1");
	for (i = 0; i < 4 && good; i++)
		good = str_to_u64(word(&at), INT64_MAX, &v[i]) == ERR_OK;
	if (!good || v[2] > UINT32_MAX || v[3] >= LOG_L__MAX)
		goto out;
	d->start_ms = (int64_t)v[0];
	/* The levels that it had set went with the manager that had it. */
	d->end_ms = (int64_t)v[1] < (int64_t)clock_wall_ms()
			? (int64_t)v[1]
			: (int64_t)clock_wall_ms();
	d->markers = (uint32_t)v[2];
	d->level = (enum log_level)v[3];
	(void)str_copy(d->who, sizeof(d->who), at);
out:
	buf_clear(&b);
}

static void
stop(struct diaglog *d, const char *who)
{
	d->running = false;
	d->end_ms = (int64_t)clock_wall_ms();
	uv_timer_stop(&d->timer);
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Diagnostic Logging Ended", "By",
	    who, NULL);
	loglevels_restore(d->m->levels);
	keep(d);
}

static void
on_end(uv_timer_t *t)
{
	stop((struct diaglog *)(void *)t, "its limit");
}

static enum err
start(struct diaglog *d, const struct msg_diaglog_order *q, struct errinfo *ei)
{
	const enum log_level level = log_level_of(q->level);
	char minutes[16];

	if (level != LOG_L_DEBUG && level != LOG_L_TRACE)
		return err_set(ei, ERR_ARG, "The level is DEBUG or TRACE.");
	if (q->minutes < 1 || q->minutes > DIAGLOG_MINUTES_MAX)
		return err_set(ei, ERR_ARG,
		    "Diagnostic logging runs for 1 to %d minutes.",
		    DIAGLOG_MINUTES_MAX);
	if (d->running)
		return err_set(ei, ERR_BUSY,
		    "Diagnostic logging runs already; it was started by %s.",
		    d->who);
	d->running = true;
	d->markers = 0;
	d->level = level;
	d->start_ms = (int64_t)clock_wall_ms();
	d->end_ms = d->start_ms + q->minutes * MINUTE_MS;
	(void)str_copy(d->who, sizeof(d->who), q->who);
	(void)snprintf(minutes, sizeof(minutes), "%u", q->minutes);
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Diagnostic Logging Started", "To",
	    log_level_name(level), "Minutes", minutes, "By", q->who, NULL);
	loglevels_raise(d->m->levels, level, d->end_ms / 1000);
	uv_timer_start(
	    &d->timer, on_end, (uint64_t)(q->minutes * MINUTE_MS), 0);
	keep(d);
	return ERR_OK;
}

static enum err
mark(struct diaglog *d, const struct msg_diaglog_order *q, struct errinfo *ei)
{
	if (strlen(q->text) > DIAGLOG_TEXT_MAX || str_has_control(q->text))
		return err_set(ei, ERR_ARG,
		    "A marker is one line of at most %d bytes.",
		    DIAGLOG_TEXT_MAX);
	if (d->markers >= DIAGLOG_MARKERS_MAX)
		return err_set(ei, ERR_TOOBIG, "There are %d markers already.",
		    DIAGLOG_MARKERS_MAX);
	d->markers++;
	log_kv(LOG_L_INFO, MANAGER_MODULE, "Diagnostic Marker", "Text",
	    q->text[0] != '\0' ? q->text : NULL, "By", q->who, NULL);
	keep(d);
	return ERR_OK;
}

enum err
diaglog_do(
    struct diaglog *d, const struct msg_diaglog_order *q, struct errinfo *ei)
{
	if (str_eq(q->verb, "start"))
		return start(d, q, ei);
	if (!str_eq(q->verb, "mark") && !str_eq(q->verb, "stop"))
		return err_set(ei, ERR_ARG, "There is no such request.");
	if (!d->running)
		return err_set(
		    ei, ERR_NOTFOUND, "Diagnostic logging does not run.");
	if (str_eq(q->verb, "mark"))
		return mark(d, q, ei);
	stop(d, q->who);
	return ERR_OK;
}

void
diaglog_fill(const struct diaglog *d, struct msg_diaglog *out)
{
	memset(out, 0, sizeof(*out));
	out->running = d->running;
	out->start_ms = d->start_ms;
	out->end_ms = d->end_ms;
	out->markers = d->markers;
	out->who = (char *)(uintptr_t)d->who;
	out->level =
	    (char *)(uintptr_t)(d->start_ms != 0 ? log_level_name(d->level)
						 : "");
}

struct diaglog *
diaglog_new(struct manager *m)
{
	struct diaglog *d = xalloc(sizeof(*d));

	d->m = m;
	(void)uv_timer_init(m->loop, &d->timer);
	recall(d);
	return d;
}

void
diaglog_close(struct diaglog *d)
{
	if (d != NULL && !uv_is_closing((uv_handle_t *)&d->timer))
		uv_close((uv_handle_t *)&d->timer, NULL);
}

void
diaglog_free(struct diaglog *d)
{
	mem_free(d);
}
