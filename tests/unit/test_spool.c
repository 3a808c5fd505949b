#include "tests/unit/web_fixture.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include "cgi/spool.h"
#include "common/alloc.h"
#include "common/backup_file.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/store_backup.h"
#include "common/store_user.h"
#include "common/user_csv.h"

/* Clang tells it in another way than gcc. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CALCONN_SANITIZED
#endif
#endif

#define PAGE "/users/import"
#define MULTIPART "multipart/form-data; boundary=b"
#define B "--b\r\nContent-Disposition: form-data; name="
/* Valgrind takes forty times as long and measures no memory. */
#define MANY_AS_MUCH 50000
#define MANY_WATCHED 1000
#define MEMORY_MOST_KIB (256l * 1024) /* a worker has 512 MiB */

static int
up(void **state)
{
	struct web_fixture *w;

	if (web_up_boss(state) != 0)
		return -1;
	w = *state;
	web_admin(w, "ann", ROLE_READ_WRITE, false);
	return mkdir(w->conf.upload_dir, 0700);
}

/* The form of a page with this file in it. */
static void
send(struct web_fixture *w, const char *page, const char *file, size_t n)
{
	struct buf b = BUF_INIT(3 * USER_CSV_MAX);
	char was[sizeof(w->content_type)];

	assert_int_equal(buf_putf(&b,
			     B "\"csrf\"\r\n\r\n%s\r\n" B
			       "\"upload\"; filename=\"../../x\"\r\n\r\n",
			     w->csrf),
	    ERR_OK);
	assert_int_equal(buf_put(&b, file, n), ERR_OK);
	assert_int_equal(buf_puts(&b, "\r\n--b--\r\n"), ERR_OK);
	memcpy(was, w->content_type, sizeof(was));
	(void)snprintf(w->content_type, sizeof(w->content_type), MULTIPART);
	web_ask(w, "POST", page, buf_str(&b), b.len);
	memcpy(w->content_type, was, sizeof(was));
	buf_clear(&b);
}

/* How many files are kept; the last one's name. */
static size_t
kept(const struct web_fixture *w, char at[512])
{
	DIR *dir = opendir(w->conf.upload_dir);
	const struct dirent *d;
	size_t n = 0;

	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL)
		if (d->d_name[0] != '.') {
			n++;
			(void)snprintf(
			    at, 512, "%s/%s", w->conf.upload_dir, d->d_name);
		}
	(void)closedir(dir);
	return n;
}

static void
again(struct web_fixture *w, const char *page, const char *id, const char *more)
{
	char fields[512];

	(void)snprintf(fields, sizeof(fields), "kept=%s&%s", id, more);
	web_post(w, page, fields);
}

static void
test_looked_at_then_done(void **state)
{
	static const char csv[] = "address,name\nx@y.test,Zoe\n";
	struct web_fixture *w = *state;
	char id[SPOOL_ID_MAX], at[512];
	struct user u;
	struct stat st;

	web_get(w, PAGE);
	assert_has(w, "At most 16 MiB.");
	send(w, PAGE, csv, sizeof(csv) - 1);
	assert_int_equal(w->status, 200);
	assert_has(w, "add 1, change 0");
	(void)snprintf(id, sizeof(id), "%s", web_value(w, "kept"));
	assert_int_equal(strlen(id), SPOOL_ID_MAX - 1);
	assert_int_equal(kept(w, at), 1);
	assert_int_equal(stat(at, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Nothing has changed so far. */
	assert_int_equal(store_user_find(w->store->admin, "x@y.test", &u, NULL),
	    ERR_NOTFOUND);
	again(w, PAGE, id, "do=apply");
	assert_int_equal(w->status, 303);
	assert_ok(w->store,
	    store_user_find(w->store->admin, "x@y.test", &u, &w->store->ei));
	assert_string_equal(u.name, "Zoe");
	user_clear(&u);
	assert_int_equal(kept(w, at), 0);
	/* Once, and not again. */
	again(w, PAGE, id, "do=apply");
	assert_int_equal(w->status, 422);
	assert_has(w, "is not kept any more");
}

/* What was looked at is what is done: by this account, of this file. */
static void
test_no_other_file(void **state)
{
	static const char one[] = "address\none@y.test\n";
	static const char two[] = "address\ntwo@y.test\n";
	struct web_fixture *w = *state;
	char id[SPOOL_ID_MAX], at[512];
	struct user u;
	FILE *f;

	send(w, PAGE, one, sizeof(one) - 1);
	(void)snprintf(id, sizeof(id), "%s", web_value(w, "kept"));
	send(w, PAGE, two, sizeof(two) - 1);
	assert_int_equal(kept(w, at), 1);
	again(w, PAGE, id, "do=apply");
	assert_int_equal(w->status, 422);
	send(w, PAGE, one, sizeof(one) - 1);
	web_session(w, "ann");
	again(w, PAGE, id, "do=apply");
	assert_int_equal(w->status, 422);
	again(w, PAGE, "../../etc/passwd", "do=apply");
	assert_int_equal(w->status, 422);
	again(w, PAGE, "", "do=apply");
	assert_int_equal(w->status, 422);
	/* Changed on the disk. */
	web_session(w, "boss");
	assert_int_equal(kept(w, at), 1);
	f = fopen(at, "r+");
	assert_non_null(f);
	assert_int_equal(fputs("Address", f) >= 0, 1);
	(void)fclose(f);
	again(w, PAGE, id, "do=apply");
	assert_int_equal(w->status, 422);
	assert_int_equal(
	    store_user_find(w->store->admin, "one@y.test", &u, NULL),
	    ERR_NOTFOUND);
}

static void
test_refused(void **state)
{
	struct web_fixture *w = *state;
	char *big = xcalloc(1, USER_CSV_MAX + 1), at[512];

	send(w, PAGE, "", 0);
	assert_int_equal(w->status, 422);
	assert_has(w, "Choose a file, or paste its text.");
	send(w, PAGE, "Name\nx\n", 7);
	assert_int_equal(w->status, 422);
	assert_has(w, "names no column");
	send(w, PAGE, "address\n\xff\n", 10);
	assert_int_equal(w->status, 422);
	assert_has(w, "UTF-8");
	memset(big, 'a', USER_CSV_MAX + 1);
	send(w, PAGE, big, USER_CSV_MAX + 1);
	assert_int_equal(w->status, 422);
	assert_has(w, "A file of users has at most 16 MiB.");
	mem_free(big);
	send(w, "/backup", "no backup", 9);
	assert_int_equal(w->status, 422);
	assert_has(w, "This is no backup of calconn.");
	/* From another site, or without the token: not a byte is kept. */
	spool_sweep(w->conf.upload_dir, time(NULL) + SPOOL_WAITS_S + 1);
	assert_int_equal(kept(w, at), 0);
	w->csrf[0] ^= 1;
	send(w, PAGE, "address\n", 8);
	assert_int_equal(w->status, 403);
	w->csrf[0] ^= 1;
	(void)snprintf(w->origin, sizeof(w->origin), "https://evil.example");
	send(w, PAGE, "address\n", 8);
	assert_int_equal(w->status, 403);
	assert_int_equal(kept(w, at), 0);
}

static void
test_waits(void **state)
{
	static const char csv[] = "address\nx@y.test\n";
	struct web_fixture *w = *state;
	const int64_t now_s = clock_wall_s();
	char id[SPOOL_ID_MAX], at[512];
	struct utimbuf old = {now_s - SPOOL_WAITS_S - 9, 0};

	send(w, PAGE, csv, sizeof(csv) - 1);
	(void)snprintf(id, sizeof(id), "%s", web_value(w, "kept"));
	spool_sweep(w->conf.upload_dir, now_s);
	assert_int_equal(kept(w, at), 1);
	old.modtime = old.actime;
	assert_int_equal(utime(at, &old), 0);
	again(w, PAGE, id, "do=apply");
	assert_int_equal(w->status, 422);
	/* What is of a bundle is left alone; a part of nobody goes. */
	(void)snprintf(
	    at, sizeof(at), "%s/spool-users-9.part", w->conf.upload_dir);
	(void)fclose(fopen(at, "w"));
	(void)snprintf(at, sizeof(at), "%s/bundle.tlp", w->conf.upload_dir);
	(void)fclose(fopen(at, "w"));
	spool_sweep(w->conf.upload_dir, now_s);
	assert_int_equal(kept(w, at), 1);
	assert_non_null(strstr(at, "/bundle.tlp"));
}

static long
now_ms(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &t), 0);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* KiB that this process had at most. */
static long
most_kib(void)
{
	struct rusage u;

	assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
	return u.ru_maxrss;
}

/* As many as the product is made for, with every column, added and then
 * looked at again; and a backup of them. */
static void
test_many_users(void **state)
{
	struct web_fixture *w = *state;
	struct buf csv = BUF_INIT(USER_CSV_MAX), file = BUF_INIT(BACKUP_MAX);
	char id[SPOOL_ID_MAX];
	long t0, plan_ms, add_ms, back_ms, before_kib;
	const bool watched = getenv("VALGRIND") != NULL;
	const size_t many = watched ? MANY_WATCHED : MANY_AS_MUCH;
	char words[64];
	size_t i;

	assert_int_equal(user_csv_put_head(&csv), ERR_OK);
	for (i = 0; i < many; i++)
		assert_int_equal(
		    buf_putf(&csv,
			"\"p%05zu@example.test\",\"Person Number %zu\",\"yes\","
			"\"https://site.webex.example/meet/p%05zu\",\"%zu\","
			"\"p%05zu@site.webex.example\",\"\",\"\",\"\"\r\n",
			i, i, i, 100000000 + i, i),
		    ERR_OK);
	before_kib = most_kib();
	t0 = now_ms();
	send(w, PAGE, buf_str(&csv), csv.len);
	plan_ms = now_ms() - t0;
	assert_int_equal(w->status, 200);
	(void)snprintf(words, sizeof(words), "add %zu, change 0", many);
	assert_has(w, words);
	(void)snprintf(id, sizeof(id), "%s", web_value(w, "kept"));
	t0 = now_ms();
	again(w, PAGE, id, "do=apply");
	add_ms = now_ms() - t0;
	assert_int_equal(w->status, 303);
	send(w, PAGE, buf_str(&csv), csv.len);
	assert_has(w, "Nothing to change");
	print_message("%zu KiB of users: looked at in %ld ms, added in %ld "
		      "ms, at most %ld MiB more\n",
	    csv.len >> 10, plan_ms, add_ms, (most_kib() - before_kib) >> 10);
	assert_ok(w->store, store_backup_make(w->store->admin, "here",
				w->web.seal_pk, &file, &w->store->ei));
	t0 = now_ms();
	send(w, "/backup", buf_str(&file), file.len);
	back_ms = now_ms() - t0;
	assert_int_equal(w->status, 200);
	assert_has(w, "It would change nothing");
	print_message("%zu KiB of backup: looked at in %ld ms, at most %ld "
		      "MiB more\n",
	    file.len >> 10, back_ms, (most_kib() - before_kib) >> 10);
#if !defined(__SANITIZE_ADDRESS__) && !defined(CALCONN_SANITIZED)
	if (!watched)
		assert_true(most_kib() - before_kib < MEMORY_MOST_KIB);
#endif
	buf_clear(&csv);
	buf_clear(&file);
}

int
main(void)
{
#define W(fn) cmocka_unit_test_setup_teardown(fn, up, web_down)
	const struct CMUnitTest tests[] = {
	    W(test_looked_at_then_done),
	    W(test_no_other_file),
	    W(test_refused),
	    W(test_waits),
	    W(test_many_users),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
