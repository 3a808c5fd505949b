/* collect.c - see collect.h. */
#include "config.h"

#include "backend/collect/collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "backend/collect/pack.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/store.h"
#include "common/store_snapshot.h"
#include "common/str.h"

#define FOLDER "calconn-snapshot"
#define NOTES_MAX 65536u
#define STATUS_MAX 65536u
#define PROGRESS_MAX 128
#define LOG_NAMES_MAX 1024 /* files of the log folder that are looked at */
#define PATH_TEXT_MAX 4096u
#define OS_RELEASE "/etc/os-release"
#define OS_RELEASE_MAX 16384u

struct collect {
	const struct collect_job *j;
	struct pack *pack;
	struct buf notes; /* README.txt */
	unsigned step, steps;
};

/* The whole of it at once, so that a reader never sees half of a line; one
 * that is longer than the last is cut off by length. */
static void
progress(struct collect *c, const char *what)
{
	char line[PROGRESS_MAX];
	int n;

	n = snprintf(
	    line, sizeof(line), "%u %u %s\n", ++c->step, c->steps, what);
	if (n > 0 && n < PROGRESS_MAX &&
	    pwrite(c->j->progress_fd, line, (size_t)n, 0) == n)
		(void)!ftruncate(c->j->progress_fd, n);
}

static void
note(struct collect *c, const char *name, enum err e, const char *text)
{
	(void)!buf_putf(&c->notes, "  %s: %s\n", name,
	    text[0] != '\0' ? text : err_default_text(e));
}

/* A part that does not fit is a note; that the file cannot be written is
 * the end. */
static enum err
put(struct collect *c, const char *name, const void *p, size_t n,
    struct errinfo *ei)
{
	enum err e = pack_put(c->pack, name, p, n, ei);

	if (e != ERR_TOOBIG)
		return e;
	note(c, name, e, "left out, the snapshot is full");
	return ERR_OK;
}

static enum err
put_status(struct collect *c, struct errinfo *ei)
{
	struct buf b = BUF_INIT(STATUS_MAX);
	enum err e;

	if (lseek(c->j->progress_fd, 0, SEEK_SET) != 0)
		return err_set(ei, ERR_SYS, "lseek: %s", strerror(errno));
	e = fd_slurp(c->j->progress_fd, "status", &b, ei);
	if (e == ERR_OK)
		e = put(c, "status.txt", buf_str(&b), b.len, ei);
	buf_clear(&b);
	return e;
}

static enum err
put_versions(struct collect *c, struct errinfo *ei)
{
	struct buf b = BUF_INIT(NOTES_MAX), os = BUF_INIT(OS_RELEASE_MAX);
	char now[CLOCK_TEXT_MAX];
	struct utsname u;
	enum err e;

	memset(&u, 0, sizeof(u));
	(void)uname(&u);
	clock_iso_ms((uint64_t)c->j->now_s * 1000, now);
	e = buf_putf(&b,
	    "Made: %s\nProduct: calconn %s\nSystem: %s\nKernel: %s %s %s\n",
	    now, PACKAGE_VERSION, c->j->conf->system_name, u.sysname, u.release,
	    u.machine);
	if (e == ERR_OK && file_slurp(OS_RELEASE, &os, NULL) == ERR_OK)
		e = buf_putf(&b, "\n%s", buf_str(&os));
	if (e == ERR_OK)
		e = put(c, "versions.txt", buf_str(&b), b.len, ei);
	buf_clear(&os);
	buf_clear(&b);
	return e;
}

/* Paths and users; by its own rule it holds no secret. */
static enum err
put_conf(struct collect *c, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct buf b = BUF_INIT(CONF_MAX);
	enum err e;

	if ((e = file_slurp(c->j->conf->path, &b, &why)) == ERR_OK) {
		e = put(c, "calconn.conf", buf_str(&b), b.len, ei);
	} else {
		note(c, "calconn.conf", e, why.text);
		e = ERR_OK;
	}
	buf_clear(&b);
	return e;
}

static enum err
put_store(struct collect *c, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct buf b = BUF_INIT(COLLECT_PART_MAX);
	struct store *s = NULL;
	const char *name;
	enum err e;
	size_t i;

	e = store_open(&s, STORE_READER, c->j->conf->config_db,
	    c->j->conf->state_db, &why);
	if (e != ERR_OK) {
		note(c, "config/, state/", e, why.text);
		return ERR_OK;
	}
	e = ERR_OK;
	for (i = 0; e == ERR_OK && (name = store_snapshot_name(i)) != NULL;
	     i++) {
		enum err part;

		progress(c, name);
		buf_reset(&b);
		why.text[0] = '\0';
		part = store_snapshot_part(s, i, &b, &why);
		if (part != ERR_OK)
			note(c, name, part,
			    part == ERR_TOOBIG ? "cut off, it is too long"
					       : why.text);
		if (part == ERR_OK || part == ERR_TOOBIG)
			e = put(c, name, buf_str(&b), b.len, ei);
	}
	store_close(s);
	buf_clear(&b);
	return e;
}

/* -- logs -- */

/* PROGRAM.log or PROGRAM.log.N of one of ours; *n: 0 or N. */
static bool
is_log(const char *name, size_t *program_len, uint64_t *n)
{
	const char *dot = strstr(name, ".log");

	if (dot == NULL || !str_has_prefix(name, "calconn-"))
		return false;
	*program_len = (size_t)(dot - name);
	dot += strlen(".log");
	*n = 0;
	return *dot == '\0' ||
	       (*dot == '.' && str_to_u64(dot + 1, 999, n) == ERR_OK);
}

/* By program, the newest file first. */
static int
by_age(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	uint64_t nx = 0, ny = 0;
	size_t lx = 0, ly = 0;
	int d;

	(void)is_log(x, &lx, &nx);
	(void)is_log(y, &ly, &ny);
	d = strncmp(x, y, lx < ly ? lx : ly);
	if (d != 0 || lx != ly)
		return d != 0 ? d : (lx < ly ? -1 : 1);
	return nx < ny ? -1 : nx > ny;
}

static enum err
log_names(const char *dir, struct strlist *names, struct errinfo *ei)
{
	const struct dirent *d;
	enum err e = ERR_OK;
	uint64_t n;
	size_t len;
	DIR *open_dir;

	if ((open_dir = opendir(dir)) == NULL)
		return err_set(ei, ERR_SYS, "%s: %s", dir, strerror(errno));
	while (e == ERR_OK && (d = readdir(open_dir)) != NULL)
		if (is_log(d->d_name, &len, &n) && names->n < LOG_NAMES_MAX)
			e = strlist_add(names, d->d_name);
	(void)closedir(open_dir);
	if (e != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	if (names->n > 0)
		qsort(names->v, names->n, sizeof(names->v[0]), by_age);
	return ERR_OK;
}

/* The end of a file, from the beginning of a line. */
static enum err
read_tail(const char *path, uint64_t most, struct buf *b, bool *cut,
    struct errinfo *ei)
{
	struct stat sb;
	const char *line;
	enum err e;
	int fd;

	*cut = false;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode)) {
		e = err_set(ei, ERR_SYS, "%s", strerror(errno));
		goto out;
	}
	/* It may grow while it is read; the ceiling of b is above most. */
	if ((uint64_t)sb.st_size > most) {
		*cut = true;
		(void)lseek(fd, sb.st_size - (off_t)most, SEEK_SET);
	}
	e = fd_slurp(fd, path, b, ei);
	if (e == ERR_OK && *cut &&
	    (line = memchr(buf_str(b), '\n', b->len)) != NULL)
		buf_consume(b, (size_t)(line + 1 - b->p));
out:
	if (fd >= 0)
		(void)close(fd);
	return e;
}

static enum err
put_log(struct collect *c, const char *name, uint64_t most, uint64_t *used,
    struct errinfo *ei)
{
	struct buf path = BUF_INIT(PATH_TEXT_MAX),
		   entry = BUF_INIT(PATH_TEXT_MAX);
	struct buf b = BUF_INIT(2 * COLLECT_LOG_MAX);
	struct errinfo why = {ERR_OK, ""};
	bool cut = false;
	enum err e;

	if ((e = buf_putf(&path, "%s/%s", c->j->conf->log_dir, name)) !=
		ERR_OK ||
	    (e = buf_putf(&entry, "logs/%s", name)) != ERR_OK)
		goto out;
	e = read_tail(buf_str(&path), most, &b, &cut, &why);
	if (e != ERR_OK) {
		note(c, buf_str(&entry), e, why.text);
		e = ERR_OK;
		goto out;
	}
	if (cut)
		note(c, buf_str(&entry), ERR_TOOBIG, "only the newest lines");
	*used = b.len;
	e = put(c, buf_str(&entry), buf_str(&b), b.len, ei);
out:
	buf_clear(&b);
	buf_clear(&entry);
	buf_clear(&path);
	return e;
}

static enum err
put_logs(struct collect *c, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct strlist names = {NULL, 0};
	uint64_t left = 0, used, n;
	size_t i, len, before = 0;
	enum err e;

	if ((e = log_names(c->j->conf->log_dir, &names, &why)) != ERR_OK) {
		note(c, "logs/", e, why.text);
		e = ERR_OK;
	}
	for (i = 0; i < names.n && e == ERR_OK; i++) {
		(void)is_log(names.v[i], &len, &n);
		if (i == 0 || len != before ||
		    strncmp(names.v[i], names.v[i - 1], len) != 0) {
			left = COLLECT_LOG_MAX;
			progress(c, names.v[i]);
		}
		before = len;
		used = 0;
		if (left > 0)
			e = put_log(c, names.v[i], left, &used, ei);
		left -= used < left ? used : left;
	}
	strlist_clear(&names);
	return e;
}

static enum err
put_readme(struct collect *c, struct errinfo *ei)
{
	struct buf b = BUF_INIT(2 * NOTES_MAX);
	enum err e;

	e = buf_putf(&b,
	    "System snapshot of calconn %s.\n\n"
	    "status.txt    the processes, as the manager sees them\n"
	    "versions.txt  product and operating system\n"
	    "calconn.conf  where things are\n"
	    "config/       what administrators decided\n"
	    "state/        what the connector learned, users one by one, the\n"
	    "              newest connection tests\n"
	    "logs/         the newest lines of each program\n\n"
	    "There are no passwords, keys, sealed boxes, hashes of passwords\n"
	    "or sessions in it, and nothing of a meeting but its id, its\n"
	    "time, the keyword and what became of it.\n\n%s%s",
	    PACKAGE_VERSION, c->notes.len > 0 ? "Left out:\n" : "",
	    buf_str(&c->notes));
	if (e == ERR_OK)
		e = put(c, "README.txt", buf_str(&b), b.len, ei);
	buf_clear(&b);
	return e;
}

enum err
collect_run(const struct collect_job *j, struct errinfo *ei)
{
	struct collect c = {.j = j, .notes = BUF_INIT(NOTES_MAX)};
	enum err e;

	while (store_snapshot_name(c.steps) != NULL)
		c.steps++;
	c.steps += 6; /* system, logs of four programs, the end */
	e = pack_open(&c.pack, j->out_fd, COLLECT_MAX, FOLDER, j->now_s, ei);
	if (e != ERR_OK || (e = put_status(&c, ei)) != ERR_OK)
		goto out;
	progress(&c, "versions");
	if ((e = put_versions(&c, ei)) != ERR_OK ||
	    (e = put_conf(&c, ei)) != ERR_OK ||
	    (e = put_store(&c, ei)) != ERR_OK ||
	    (e = put_logs(&c, ei)) != ERR_OK ||
	    (e = put_readme(&c, ei)) != ERR_OK)
		goto out;
	if ((e = pack_finish(c.pack, ei)) == ERR_OK && fsync(j->out_fd) != 0)
		e = err_set(ei, ERR_SYS, "fsync: %s", strerror(errno));
out:
	pack_free(c.pack);
	buf_clear(&c.notes);
	return e;
}
