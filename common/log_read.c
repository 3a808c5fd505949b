#include "config.h"

#include "common/log_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/log.h"
#include "common/log_line.h"
#include "common/log_query.h"

#define BLOCK 65536
#define HELD_MAX (BLOCK + LOG_LINE_MAX) /* bytes of a file in memory */
#define PATH_MAX_LEN 4096

static const char *const programs[] = {
    "calconn-managerd", "calconn-engine", "calconn-net", "calconn-web"};

#define SOURCES_N (sizeof(programs) / sizeof(programs[0]))

/* The files of one program, from the newest line to the oldest. */
struct source {
	const char *program;
	unsigned next; /* file to open: 0 is PROGRAM.log, 1 PROGRAM.log.1 */
	int fd; /* -1: none is open */
	off_t at; /* bytes of it that are not in held yet */
	char *held; /* what follows in the file; its last line is next */
	size_t held_n;
	bool skip; /* the rest of a line that is too long */
	struct log_line line; /* the one that is next */
	bool has_line, ended;
};

struct reader {
	const char *dir;
	const struct log_query *q;
	uint64_t left; /* bytes that may still be read */
	bool is_cut; /* they did not suffice */
	struct source s[SOURCES_N];
};

static ssize_t
read_at(struct reader *r, int fd, char *p, size_t n, off_t at)
{
	ssize_t got;

	if (n > r->left) {
		r->is_cut = true;
		return -1;
	}
	do
		got = pread(fd, p, n, at);
	while (got < 0 && errno == EINTR);
	if (got > 0)
		r->left -= (uint64_t)got;
	return got;
}

/* Time of the first whole line behind `at`, 0: there is none near. */
static int64_t
time_behind(struct reader *r, int fd, off_t at, char *scratch)
{
	ssize_t n = read_at(r, fd, scratch, BLOCK, at);
	struct log_line l;
	char *p = scratch, *end, *nl;

	if (n <= 0)
		return 0;
	end = scratch + n;
	if (at > 0 && (p = memchr(scratch, '\n', (size_t)n)) == NULL)
		return 0;
	for (p += at > 0; p < end; p = nl + 1) {
		if ((nl = memchr(p, '\n', (size_t)(end - p))) == NULL)
			return 0;
		log_line_parse(&l, p, (size_t)(nl - p));
		if (l.at_ms != 0)
			return l.at_ms;
	}
	return 0;
}

/* Where to begin for lines up to to_ms: a little behind them. */
static off_t
begin_at(struct reader *r, struct source *s, off_t size)
{
	off_t lo = 0, hi = size, mid;
	int64_t t;

	if (r->q->to_ms == 0)
		return size;
	while (hi - lo > BLOCK && !r->is_cut) {
		mid = lo + (hi - lo) / 2;
		t = time_behind(r, s->fd, mid, s->held);
		if (t == 0 || t > r->q->to_ms)
			hi = mid;
		else
			lo = mid;
	}
	/* hi may be in the middle of a line: its rest is left out, and the
	 * line that it ends belongs to what is too new. */
	hi += LOG_LINE_MAX;
	return hi < size ? hi : size;
}

/* The next older file. */
static enum err
open_next(struct reader *r, struct source *s, struct errinfo *ei)
{
	char path[PATH_MAX_LEN];
	struct stat st;

	if (s->next == 0)
		(void)snprintf(
		    path, sizeof(path), "%s/%s.log", r->dir, s->program);
	else
		(void)snprintf(path, sizeof(path), "%s/%s.log.%u", r->dir,
		    s->program, s->next);
	s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (s->fd < 0 && errno == EACCES)
		return err_set(
		    ei, ERR_DENIED, "%s may not be read by this user.", path);
	s->next++;
	if (s->fd < 0 || fstat(s->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		/* In the middle of a rotation the newest is not there. */
		s->ended = s->next > 1;
		if (s->fd >= 0)
			close(s->fd);
		s->fd = -1;
		return ERR_OK;
	}
	s->held_n = 0;
	s->skip = false;
	s->at = begin_at(r, s, st.st_size);
	s->skip = s->at < st.st_size;
	s->line.at_ms = (int64_t)st.st_mtim.tv_sec * 1000;
	return ERR_OK;
}

static void
close_file(struct source *s)
{
	close(s->fd);
	s->fd = -1;
}

/* More of the file in front of what is held.  false: there is no more, or
 * it may not be read any more. */
static bool
fill(struct reader *r, struct source *s)
{
	size_t n = s->at < BLOCK ? (size_t)s->at : BLOCK;

	if (n == 0)
		return false;
	if (s->held_n + n > HELD_MAX) {
		s->held_n = 0;
		s->skip = true;
	}
	memmove(s->held + n, s->held, s->held_n);
	if (read_at(r, s->fd, s->held, n, s->at - (off_t)n) != (ssize_t)n) {
		memmove(s->held, s->held + n, s->held_n);
		s->at = 0;
		return false;
	}
	s->held_n += n;
	s->at -= (off_t)n;
	return true;
}

/* The last line that is held, without the end of it; whole: nothing of it
 * is left in the file. */
static bool
take_last(struct source *s, struct log_text *out, bool whole)
{
	const char *nl;
	size_t end = s->held_n, from;

	if (end > 0 && s->held[end - 1] == '\n')
		end--;
	nl = end > 0 ? memrchr(s->held, '\n', end) : NULL;
	if (nl == NULL && !whole)
		return false;
	from = nl == NULL ? 0 : (size_t)(nl - s->held) + 1;
	out->p = s->held + from;
	out->n = end - from;
	s->held_n = from;
	return true;
}

/* s->line: the next older line of the program.  What has no time, the output
 * of a library, has that of the line behind it. */
static enum err
advance(struct reader *r, struct source *s, struct errinfo *ei)
{
	struct log_text t;
	int64_t behind;
	enum err e;

	s->has_line = false;
	while (!s->ended && !r->is_cut) {
		if (s->fd < 0) {
			if ((e = open_next(r, s, ei)) != ERR_OK)
				return e;
			continue;
		}
		if (s->held_n == 0 && s->at == 0) {
			close_file(s);
			continue;
		}
		if (!take_last(s, &t, s->at == 0)) {
			(void)fill(r, s);
			continue;
		}
		if (s->skip || t.n == 0 || t.n > LOG_LINE_MAX) {
			s->skip = false;
			continue;
		}
		behind = s->line.at_ms;
		log_line_parse(&s->line, t.p, t.n);
		if (s->line.at_ms == 0)
			s->line.at_ms = behind;
		s->has_line = true;
		return ERR_OK;
	}
	return ERR_OK;
}

static struct source *
newest(struct reader *r)
{
	struct source *best = NULL;
	size_t i;

	for (i = 0; i < SOURCES_N; i++)
		if (r->s[i].has_line &&
		    (best == NULL || r->s[i].line.at_ms > best->line.at_ms))
			best = &r->s[i];
	return best;
}

static enum err
read_all(struct reader *r, log_line_fn fn, void *arg, struct log_read_end *end,
    struct errinfo *ei)
{
	struct source *s;
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < SOURCES_N && e == ERR_OK; i++)
		e = advance(r, &r->s[i], ei);
	while (e == ERR_OK && !r->is_cut && (s = newest(r)) != NULL) {
		if (s->line.at_ms < r->q->from_ms)
			return ERR_OK;
		if (log_query_matches(r->q, &s->line) && !fn(arg, &s->line)) {
			end->has_more = true;
			return ERR_OK;
		}
		end->reached_ms = s->line.at_ms;
		e = advance(r, s, ei);
	}
	end->has_more = r->is_cut;
	return e;
}

enum err
log_read(const char *dir, const struct log_query *q, uint64_t bytes_max,
    log_line_fn fn, void *arg, struct log_read_end *end, struct errinfo *ei)
{
	struct reader *r = xalloc(sizeof(*r));
	enum err e;
	size_t i;

	memset(end, 0, sizeof(*end));
	r->dir = dir;
	r->q = q;
	r->left = bytes_max;
	for (i = 0; i < SOURCES_N; i++) {
		r->s[i].program = programs[i];
		r->s[i].fd = -1;
		r->s[i].held = xalloc(HELD_MAX);
	}
	e = read_all(r, fn, arg, end, ei);
	end->bytes = bytes_max - r->left;
	for (i = 0; i < SOURCES_N; i++) {
		if (r->s[i].fd >= 0)
			close(r->s[i].fd);
		mem_free(r->s[i].held);
	}
	mem_free(r);
	return e;
}
