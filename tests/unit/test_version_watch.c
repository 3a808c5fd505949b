/* version_watch.c: alarms of a folder of versions as calconn-pkg leaves it. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/engine/version_watch.h"
#include "common/store_alarm.h"
#include "pkg/refuse.h"
#include "tests/unit/engine_world.h"

#define ROOT_MAX 300

static char root[ROOT_MAX];

static void
put(const char *name, const char *text)
{
	char path[ROOT_MAX + 32];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Version 1.2.0 runs. */
static struct world *
with_versions(void)
{
	char path[ROOT_MAX + 32];
	struct world *w = world_new(1);

	(void)snprintf(root, sizeof(root), "%s.all", w->f->state);
	assert_int_equal(mkdir(root, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/versions", root);
	assert_int_equal(mkdir(path, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/versions/1.2.0", root);
	assert_int_equal(mkdir(path, 0755), 0);
	(void)snprintf(path, sizeof(path), "%s/current", root);
	assert_int_equal(symlink("versions/1.2.0", path), 0);
	w->conf.bundle_root = root;
	world_start(w);
	return w;
}

static void
without(struct world *w)
{
	static const char *const all[] = {
	    "status", "rejected", "current", "versions/1.2.0", "versions", ""};
	char path[ROOT_MAX + 32];
	size_t i;

	world_free(w);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", root, all[i]);
		(void)remove(path);
	}
}

static bool
has(struct world *w, int64_t number, const char *subject, const char *detail)
{
	struct alarm a;
	struct errinfo ei;
	bool is;

	if (store_alarm_get(w->en.store, number, subject, &a, &ei) != ERR_OK)
		return false;
	is = strstr(a.detail, detail) != NULL;
	alarm_clear(&a);
	return is;
}

/* What the last change leaves, and which alarm follows. */
static void
a_change_that_failed(void **state)
{
	static const struct {
		const char *status;
		int64_t raised;
	} rows[] = {
	    {"failed install truncated\nThe bundle ends too early.\n", 60054},
	    {"running install unpacking\n\n", 0},
	    {"failed install bad-signature\nThe signature does not fit.\n",
		60056},
	    {"failed install unsigned\nThe bundle is not signed.\n", 60056},
	    {"failed install other-key\nAnother key.\n", 60056},
	    {"failed rollback -\nIt did not work.\n", 60054},
	    {"failed install disk-full\nNo room.\n", 60054},
	    {"failed install installed\nIt is there.\n", 0},
	    {"failed install downgrade\nIt is older.\n", 0},
	    {"failed install rejected\nIt was rejected.\n", 0},
	    {"failed install legacy-signature\nOlder form.\n", 60056},
	    {"done install -\n\n", 0}, {"failed", 0}, /* not written by us */
	};
	struct world *w = with_versions();
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[64] = "";

		put("status", rows[i].status);
		version_watch_look(&w->en);
		if ((text = strchr(rows[i].status, '\n')) != NULL)
			(void)snprintf(line, sizeof(line), "%.*s",
			    (int)strcspn(text + 1, "\n"), text + 1);
		assert_int_equal(
		    has(w, 60054, "", line), rows[i].raised == 60054);
		assert_int_equal(
		    has(w, 60056, "", line), rows[i].raised == 60056);
	}
	/* Nothing but text goes on from here. */
	put("status", "failed install bad-name\nA name: \xff\xfe\n");
	version_watch_look(&w->en);
	assert_true(has(w, 60054, "", "See the log of calconn-pkg."));
	without(w);
}

static void
versions_that_are_held_back(void **state)
{
	struct world *w = with_versions();

	(void)state;
	put("rejected", "1.3.0\n1.1.0\n1.10.0\n");
	version_watch_look(&w->en);
	assert_true(has(w, 60061, "1.3.0", "Version 1.2.0 runs"));
	assert_true(has(w, 60061, "1.10.0", ""));
	assert_false(has(w, 60061, "1.1.0", "")); /* older than what runs */
	/* Over a restart too, what was allowed is lowered. */
	world_kill_engine(w);
	put("rejected", "1.10.0\n");
	w->conf.bundle_root = root;
	world_start(w);
	version_watch_look(&w->en);
	assert_false(has(w, 60061, "1.3.0", ""));
	assert_true(has(w, 60061, "1.10.0", ""));
	put("rejected", "");
	version_watch_look(&w->en);
	assert_false(has(w, 60061, "1.10.0", ""));
	without(w);
}

static void
which_program_is_another(void **state)
{
	static const struct {
		const char *exe, *current;
		bool is;
		const char *runs;
	} rows[] = {
	    {"/opt/c/versions/1.2.0/sbin/e", "1.2.0", false, "1.2.0"},
	    {"/opt/c/versions/1.2.0/sbin/e", "1.3.0", true, "1.2.0"},
	    {"/opt/c/versions/1.2.0/sbin/e", "", true, "1.2.0"},
	    {"/opt/c/versions/1.2.0/sbin/e (deleted)", "1.2.0", true, "1.2.0"},
	    {"/usr/libexec/calconn/e", "1.2.0", false, ""},
	    {"/usr/libexec/calconn/e", "", false, ""},
	    {"/usr/libexec/calconn/e (deleted)", "", true, ""},
	    {"/opt/cc/versions/1.2.0/e", "1.3.0", false, ""},
	    {"", "1.2.0", false, ""},
	    {"(deleted)", "", false, ""},
	};
	char runs[VERSION_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(version_is_other(rows[i].exe, "/opt/c",
				     rows[i].current, runs),
		    rows[i].is);
		assert_string_equal(runs, rows[i].runs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_change_that_failed),
	    cmocka_unit_test(versions_that_are_held_back),
	    cmocka_unit_test(which_program_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
