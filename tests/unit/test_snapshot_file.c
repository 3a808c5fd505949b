/* snapshot_file.c: names, the list and the progress file. */
#include "tests/harness/test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/snapshot_file.h"

static char dir[] = "/tmp/test_snapshot.XXXXXX";

static void
write_file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_non_null(f = fopen(path, "w"));
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
names(void **state)
{
	static const char *const bad[] = {"", "snapshot-", "x",
	    "snapshot-20261128-031200.tar.gz.part",
	    "snapshot-20261128-031200.tar",
	    "../snapshot-20261128-031200.tar.gz",
	    "snapshot-2026112/-031200.tar.gz",
	    "snapshot-20261128_031200.tar.gz",
	    "snapshot-20261128-03120a.tar.gz"};
	char name[SNAPSHOT_NAME_MAX];
	size_t i;

	(void)state;
	snapshot_name_make(name, 1795835520);
	assert_string_equal(name, "snapshot-20261128-031200.tar.gz");
	assert_true(snapshot_name_is_valid(name));
	for (i = 0; i < N_OF(bad); i++)
		assert_false(snapshot_name_is_valid(bad[i]));
}

static void
list_is_newest_first(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct snapshot_list l;
	char name[SNAPSHOT_NAME_MAX], part[SNAPSHOT_NAME_MAX + 8];
	int i, fd = -1;
	uint64_t bytes = 0;

	(void)state;
	for (i = 0; i < 9; i++) {
		snapshot_name_make(name, 1795835520 + (i * 5) % 9);
		write_file(name, "x");
		(void)snprintf(part, sizeof(part), "%s" SNAPSHOT_PART, name);
		write_file(part, "half");
	}
	write_file("calconn-engine.log", "no snapshot");
	assert_ok(snapshot_list_get(&l, dir, &ei));
	assert_int_equal(l.n, N_OF(l.v));
	assert_string_equal(l.v[0].name, "snapshot-20261128-031208.tar.gz");
	for (i = 1; i < (int)l.n; i++)
		assert_true(strcmp(l.v[i - 1].name, l.v[i].name) > 0);
	assert_int_equal(l.v[0].bytes, 1);

	assert_ok(snapshot_open(&fd, &bytes, dir, l.v[0].name, &ei));
	assert_int_equal(bytes, 1);
	(void)close(fd);
	assert_err(
	    snapshot_open(&fd, &bytes, dir, "../etc", &ei), ERR_NOTFOUND);
	snapshot_remove_parts(dir);
	assert_int_equal(access(part, F_OK), -1);
	assert_ok(snapshot_list_get(&l, dir, &ei));
	assert_int_equal(l.n, N_OF(l.v));
	assert_err(snapshot_list_get(&l, "/nowhere", &ei), ERR_SYS);
}

static void
progress(void **state)
{
	struct snapshot_progress p;

	(void)state;
	snapshot_progress_get(&p, dir);
	assert_int_equal(p.state, SNAPSHOT_NONE);
	write_file(SNAPSHOT_PROGRESS, "Calendar Connector: running\n");
	snapshot_progress_get(&p, dir);
	assert_int_equal(p.state, SNAPSHOT_RUNNING);
	write_file(SNAPSHOT_PROGRESS, "3 27 config/users.json\nleft over");
	snapshot_progress_get(&p, dir);
	assert_int_equal(p.state, SNAPSHOT_RUNNING);
	assert_int_equal(p.step, 3);
	assert_int_equal(p.steps, 27);
	assert_string_equal(p.text, "config/users.json");
	write_file(SNAPSHOT_PROGRESS, "done snapshot-1\n");
	snapshot_progress_get(&p, dir);
	assert_int_equal(p.state, SNAPSHOT_DONE);
	assert_string_equal(p.text, "snapshot-1");
	write_file(SNAPSHOT_PROGRESS, "failed the disk is full\n");
	snapshot_progress_get(&p, dir);
	assert_int_equal(p.state, SNAPSHOT_FAILED);
	assert_string_equal(p.text, "the disk is full");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names),
	    cmocka_unit_test(list_is_newest_first),
	    cmocka_unit_test(progress),
	};

	if (mkdtemp(dir) == NULL)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
