/* pack.c: the tar of a snapshot stays whole, whatever does not fit. */
#include "tests/harness/test.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include "backend/collect/pack.h"

#define NOW 1700000000

static int
empty_file(void)
{
	char path[] = "/tmp/pack.XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)unlink(path);
	return fd;
}

static struct pack *
begin(int fd, uint64_t max)
{
	struct pack *p = NULL;

	assert_int_equal(pack_open(&p, fd, max, "top", NOW, NULL), ERR_OK);
	return p;
}

static void
end(struct pack *p, int fd)
{
	assert_int_equal(pack_finish(p, NULL), ERR_OK);
	pack_free(p);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
}

/* The next entry is this one; NULL: there is none. */
static void
assert_next(struct archive *a, const char *name, const char *text)
{
	struct archive_entry *en = NULL;
	char have[64] = "";
	int rc = archive_read_next_header(a, &en);

	if (name == NULL) {
		assert_int_equal(rc, ARCHIVE_EOF);
		return;
	}
	assert_int_equal(rc, ARCHIVE_OK);
	assert_string_equal(archive_entry_pathname(en), name);
	assert_int_equal(archive_entry_filetype(en), AE_IFREG);
	assert_int_equal(archive_entry_perm(en), 0640);
	assert_int_equal(archive_entry_mtime(en), NOW);
	assert_int_equal(archive_entry_size(en), strlen(text));
	assert_true(archive_read_data(a, have, sizeof(have) - 1) >= 0);
	assert_string_equal(have, text);
}

static void
test_limit(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	int fd = empty_file();
	struct pack *p = begin(fd, 10);
	struct archive *a = archive_read_new();

	(void)state;
	assert_int_equal(pack_left(p), 10);
	assert_int_equal(pack_put(p, "a", "12345", 5, NULL), ERR_OK);
	assert_int_equal(pack_left(p), 5);
	assert_int_equal(pack_put(p, "b", "123456", 6, &ei), ERR_TOOBIG);
	assert_int_equal(pack_left(p), 5);
	assert_int_equal(pack_put(p, "c/d", "54321", 5, NULL), ERR_OK);
	assert_int_equal(pack_put(p, "empty", "", 0, NULL), ERR_OK);
	end(p, fd);
	assert_int_equal(archive_read_support_filter_gzip(a), ARCHIVE_OK);
	assert_int_equal(archive_read_support_format_tar(a), ARCHIVE_OK);
	assert_int_equal(archive_read_open_fd(a, fd, 4096), ARCHIVE_OK);
	assert_next(a, "top/a", "12345");
	assert_next(a, "top/c/d", "54321");
	assert_next(a, "top/empty", "");
	assert_next(a, NULL, NULL);
	(void)archive_read_free(a);
	(void)close(fd);
}

/* A full disk is told of at the latest where the tar ends. */
static void
test_disk_is_full(void **state)
{
	char *much = xcalloc(1, 1 << 20);
	struct errinfo ei = {ERR_OK, ""};
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct pack *p;
	enum err e;
	size_t i;

	(void)state;
	assert_true(fd >= 0);
	for (i = 0; i < 1 << 20; i++) /* what gzip makes no shorter */
		much[i] = (char)((i * 2654435761u) >> 13);
	p = begin(fd, 1 << 21);
	e = pack_put(p, "much", much, 1 << 20, &ei);
	if (e == ERR_OK)
		e = pack_finish(p, &ei);
	assert_int_not_equal(e, ERR_OK);
	assert_true(ei.text[0] != '\0');
	pack_free(p);
	(void)close(fd);
	mem_free(much);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_disk_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
