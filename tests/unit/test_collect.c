/* collect.c and pack.c: a snapshot is made here and read again. */
#include "tests/unit/store_fixture.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/collect/collect.h"
#include "backend/collect/pack.h"
#include "common/alloc.h"
#include "common/conf.h"
#include "common/store_snapshot.h"

#define TOP "calconn-snapshot/"
#define STATUS "calconn-engine 4711 running"
#define PLACE_MAX 256

struct place {
	struct fixture *f;
	struct conf conf;
	char log[PLACE_MAX], conf_path[PLACE_MAX], name[PLACE_MAX];
	int out, progress;
};

static void
put(const char *folder, const char *name, const char *text, size_t times)
{
	char path[2 * PLACE_MAX];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_non_null(f = fopen(path, "w"));
	while (times-- > 0)
		assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
temporary(struct place *p, const char *name)
{
	char path[2 * PLACE_MAX];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/%s", p->f->dir, name);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	return fd;
}

static struct place *
place(struct fixture *f)
{
	struct place *p = xalloc(sizeof(*p));

	p->f = f;
	(void)snprintf(p->log, sizeof(p->log), "%s/log", f->dir);
	(void)snprintf(p->conf_path, sizeof(p->conf_path), "%s/conf", f->dir);
	(void)snprintf(p->name, sizeof(p->name), "Lab 7");
	assert_int_equal(mkdir(p->log, 0700), 0);
	put(f->dir, "conf", "web_workers = 2\n", 1);
	p->conf.path = p->conf_path;
	p->conf.config_db = f->config;
	p->conf.state_db = f->state;
	p->conf.log_dir = p->log;
	p->conf.system_name = p->name;
	p->out = temporary(p, "out");
	p->progress = temporary(p, "progress");
	assert_int_equal(
	    write(p->progress, STATUS, strlen(STATUS)), strlen(STATUS));
	return p;
}

/* What stands under the folder of the tests goes with it. */
static void
leave(struct place *p)
{
	static const char *const names[] = {"log/calconn-engine.log",
	    "log/calconn-engine.log.1", "log/calconn-web.log",
	    "log/calconn-net.log", "log/other.log", "log", "conf", "out",
	    "progress"};
	char path[2 * PLACE_MAX];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", p->f->dir, names[i]);
		(void)remove(path);
	}
	close(p->out);
	close(p->progress);
	mem_free(p);
}

static void
run(struct place *p)
{
	const struct collect_job j = {
	    &p->conf, p->out, p->progress, 1700000000};

	assert_ok(p->f, collect_run(&j, &p->f->ei));
}

/* The text of a file of the tar, for the caller to free; NULL: there is none.
 * n: how many files there are. */
static char *
get(int fd, const char *name, size_t *n)
{
	struct archive *a = archive_read_new();
	struct archive_entry *en;
	char *text = NULL;
	size_t len;

	*n = 0;
	assert_int_equal(archive_read_support_filter_gzip(a), ARCHIVE_OK);
	assert_int_equal(archive_read_support_format_tar(a), ARCHIVE_OK);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	assert_int_equal(archive_read_open_fd(a, fd, 65536), ARCHIVE_OK);
	while (archive_read_next_header(a, &en) == ARCHIVE_OK) {
		++*n;
		assert_int_equal(archive_entry_filetype(en), AE_IFREG);
		assert_int_equal(archive_entry_perm(en), 0640);
		assert_int_equal(
		    strncmp(archive_entry_pathname(en), TOP, strlen(TOP)), 0);
		if (strcmp(archive_entry_pathname(en) + strlen(TOP), name) != 0)
			continue;
		assert_null(text); /* once */
		len = (size_t)archive_entry_size(en);
		text = xalloc(len + 1);
		assert_int_equal(archive_read_data(a, text, len), len);
		text[len] = '\0';
	}
	assert_int_equal(archive_read_free(a), ARCHIVE_OK);
	return text;
}

static void
assert_holds(struct place *p, const char *name, const char *part)
{
	size_t n;
	char *text = get(p->out, name, &n);

	if (text == NULL || strstr(text, part) == NULL)
		fail_msg("%s: no \"%s\" in \"%.300s\"", name, part,
		    text != NULL ? text : "(no file)");
	mem_free(text);
}

static void
assert_none(struct place *p, const char *name)
{
	size_t n;
	char *text = get(p->out, name, &n);

	assert_null(text);
}

static void
test_whole(void **state)
{
	struct place *p = place(*state);
	char last[128] = "";
	size_t i, n;
	char *text;

	put(p->log, "calconn-engine.log", "newest\n", 1);
	put(p->log, "calconn-engine.log.1", "older\n", 1);
	put(p->log, "calconn-web.log", "of web\n", 1);
	put(p->log, "other.log", "not of ours\n", 1);
	run(p);
	assert_holds(p, "status.txt", STATUS);
	assert_holds(p, "versions.txt", "System: Lab 7\n");
	assert_holds(p, "versions.txt", "Made: 2023-11-14T22:13:20.000Z\n");
	assert_holds(p, "calconn.conf", "web_workers = 2\n");
	assert_holds(p, "logs/calconn-engine.log", "newest\n");
	assert_holds(p, "logs/calconn-engine.log.1", "older\n");
	assert_holds(p, "logs/calconn-web.log", "of web\n");
	assert_none(p, "logs/other.log");
	for (i = 0; store_snapshot_name(i) != NULL; i++)
		assert_holds(p, store_snapshot_name(i), "[");
	text = get(p->out, "README.txt", &n);
	assert_non_null(text);
	assert_null(strstr(text, "Left out"));
	mem_free(text);
	assert_int_equal(n, i + 7);
	/* The manager's text is gone, the last step is there. */
	assert_true(pread(p->progress, last, sizeof(last) - 1, 0) > 0);
	assert_null(strstr(last, "4711"));
	assert_non_null(strstr(last, "calconn-web.log\n"));
	leave(p);
}

/* What cannot be read is named, and the rest is there. */
static void
test_missing(void **state)
{
	struct place *p = place(*state);
	char away[PLACE_MAX], secret[2 * PLACE_MAX];

	(void)snprintf(away, sizeof(away), "%s/none", p->f->dir);
	p->conf.path = away;
	p->conf.config_db = away;
	(void)snprintf(secret, sizeof(secret), "%s/calconn-net.log", p->log);
	assert_int_equal(symlink(p->conf_path, secret), 0);
	run(p);
	assert_holds(p, "README.txt", "Left out:\n");
	assert_holds(p, "README.txt", "  calconn.conf: ");
	assert_holds(p, "README.txt", "  config/, state/: ");
	/* A link in the place of a log leads nowhere. */
	assert_holds(p, "README.txt", "  logs/calconn-net.log: ");
	assert_none(p, "logs/calconn-net.log");
	assert_none(p, "calconn.conf");
	assert_holds(p, "status.txt", STATUS);
	p->conf.log_dir = away;
	close(p->out);
	p->out = temporary(p, "out");
	run(p);
	assert_holds(p, "README.txt", "  logs/: ");
	leave(p);
}

/* Of a program's logs the newest lines count, each whole. */
static void
test_long_log(void **state)
{
	static const char line[] =
	    "0123456789abcdef 0123456789abcdef 0123456\n";
	struct place *p = place(*state);
	size_t n;
	char *text;

	put(p->log, "calconn-engine.log", line,
	    (COLLECT_LOG_MAX + 4096) / strlen(line));
	put(p->log, "calconn-engine.log.1", "older\n", 1);
	put(p->log, "calconn-web.log", "of web\n", 1);
	run(p);
	text = get(p->out, "logs/calconn-engine.log", &n);
	assert_non_null(text);
	n = strlen(text);
	assert_in_range(n, COLLECT_LOG_MAX - 2 * strlen(line), COLLECT_LOG_MAX);
	assert_int_equal(n % strlen(line), 0);
	assert_int_equal(strncmp(text, line, strlen(line)), 0);
	mem_free(text);
	assert_holds(p, "README.txt",
	    "  logs/calconn-engine.log: only the newest lines\n");
	assert_holds(p, "logs/calconn-web.log", "of web\n");
	leave(p);
}

static void
test_full(void **state)
{
	struct place *p = place(*state);
	struct errinfo *ei = &p->f->ei;
	struct pack *k = NULL;
	size_t n;

	assert_ok(p->f, pack_open(&k, p->out, 10, "calconn-snapshot", 1, ei));
	assert_ok(p->f, pack_put(k, "a", "123456", 6, ei));
	assert_int_equal(pack_put(k, "b", "123456", 6, ei), ERR_TOOBIG);
	assert_int_equal(pack_left(k), 4);
	assert_ok(p->f, pack_put(k, "c", "1234", 4, ei));
	assert_ok(p->f, pack_finish(k, ei));
	pack_free(k);
	assert_holds(p, "a", "123456");
	assert_holds(p, "c", "1234");
	mem_free(get(p->out, "b", &n));
	assert_int_equal(n, 2);
	leave(p);
}

/* A disk that takes nothing more is the end of it. */
static void
test_no_room(void **state)
{
	struct place *p = place(*state);
	const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	const struct collect_job j = {&p->conf, full, p->progress, 1};

	assert_true(full >= 0);
	assert_int_equal(collect_run(&j, &p->f->ei), ERR_SYS);
	assert_non_null(strstr(p->f->ei.text, "cannot be written"));
	close(full);
	leave(p);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    T(test_whole),
	    T(test_missing),
	    T(test_long_log),
	    T(test_full),
	    T(test_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
