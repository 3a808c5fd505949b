#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/store_admin.h"
#include "pkg/tree.h"

#define PAGE "/connectors/calendar"
#define ASK PAGE "/version"
#define OWN "&current=correct+horse+battery"

static void
put(const struct web_fixture *w, const char *path, const char *text)
{
	char at[512];
	FILE *f;

	(void)snprintf(at, sizeof(at), "%s/%s", w->conf.bundle_root, path);
	f = fopen(at, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	(void)fclose(f);
}

static void
folder(const struct web_fixture *w, const char *path)
{
	char at[512];

	(void)snprintf(at, sizeof(at), "%s/%s", w->conf.bundle_root, path);
	assert_int_equal(mkdir(at, 0755), 0);
}

/* Two versions; the database of the older one is a copy of what there is
 * now. */
static void
two_versions(struct web_fixture *w)
{
	char link[512], cmd[2048];
	int n;

	folder(w, "");
	folder(w, "versions");
	folder(w, "versions/1.0");
	folder(w, "versions/1.0/data");
	folder(w, "versions/1.0/data/config");
	folder(w, "versions/1.1");
	put(w, "versions/1.0/.manifest", "");
	put(w, "versions/1.1/.manifest", "");
	(void)snprintf(link, sizeof(link), "%s/current", w->conf.bundle_root);
	assert_int_equal(symlink("versions/1.1", link), 0);
	n = snprintf(cmd, sizeof(cmd),
	    "VACUUM INTO '%s/versions/1.0/data/config/config.db'",
	    w->conf.bundle_root);
	assert_true(n > 0 && n < (int)sizeof(cmd));
	fixture_sql(w->store->config, cmd);
}

static int
up(void **state)
{
	struct web_fixture *w;

	if (web_up(state) != 0)
		return -1;
	w = *state;
	web_admin(w, "boss", ROLE_READ_WRITE, false);
	web_admin(w, "eve", ROLE_READ_ONLY, false);
	web_session(w, "boss");
	return 0;
}

static void
test_no_bundles(void **state)
{
	struct web_fixture *w = *state;

	web_get(w, PAGE);
	assert_int_equal(w->status, 200);
	assert_lacks(w, "Installed version");
	web_get(w, ASK "?do=rollback&version=1.0");
	assert_int_equal(w->status, 409);
}

static void
test_shown(void **state)
{
	struct web_fixture *w = *state;

	two_versions(w);
	put(w, "rejected", "2.0\n");
	web_get(w, PAGE);
	assert_has(w, "<dt>Installed version</dt><dd class=\"num\">1.1<");
	assert_has(w, "?do=rollback&amp;version=1.0\">Roll back<");
	assert_has(w, "?do=allow&amp;version=2.0\">Allow this upgrade<");
	/* Who may not do it sees what is, and no way to change it. */
	web_session(w, "eve");
	web_get(w, PAGE);
	assert_has(w, "1.1");
	assert_has(w, "2.0");
	assert_lacks(w, "Roll back");
	assert_lacks(w, "Allow this upgrade");
	web_get(w, ASK "?do=rollback&version=1.0");
	assert_int_equal(w->status, 403);
	web_post(w, ASK, "do=rollback&version=1.0" OWN);
	assert_int_equal(w->status, 403);
}

static void
test_progress(void **state)
{
	struct web_fixture *w = *state;

	two_versions(w);
	put(w, "status", "running install copying\n\n");
	web_get(w, PAGE);
	assert_has(w, ">Installing</h2>");
	assert_has(w, "Copying the databases.");
	assert_lacks(w, ">Roll back<");
	put(w, "status", "failed install -\nVersion 2.0 <b>did</b> not work\n");
	web_get(w, PAGE);
	assert_has(w, "The installation failed");
	assert_has(w, "Version 2.0 &lt;b&gt;did&lt;/b&gt; not work");
	put(w, "status", "done install -\n\n");
	web_get(w, PAGE);
	assert_lacks(w, "The installation");
	/* Whatever stands there. */
	put(w, "status", "nonsense");
	web_get(w, PAGE);
	assert_int_equal(w->status, 200);
}

static void
test_roll_back(void **state)
{
	const struct store_actor who = {"boss", "192.0.2.1"};
	struct web_fixture *w = *state;

	two_versions(w);
	web_get(w, ASK "?do=rollback&version=1.0");
	assert_int_equal(w->status, 200);
	assert_has(w, "No change of the configuration was made");
	assert_ok(w->store, store_connector_set(w->store->admin, &who,
				"calendar", true, &w->store->ei));
	web_get(w, ASK "?do=rollback&version=1.0");
	assert_has(w, "connector/calendar");
	assert_has(w, ">boss<");
	/* Only what was shown, and only by the one who signed in. */
	web_get(w, ASK "?do=rollback&version=0.9");
	assert_int_equal(w->status, 409);
	web_post(w, ASK, "do=rollback&version=0.9" OWN);
	assert_int_equal(w->status, 409);
	web_post(w, ASK, "do=rollback&version=1.0");
	assert_int_equal(w->status, 422);
	assert_has(w, "Type the password that you have now.");
	assert_has(w, "connector/calendar");
	web_post(w, ASK, "do=rollback&version=1.0&current=wrong");
	assert_int_equal(w->status, 422);
	/* There is no manager here that could be told. */
	web_post(w, ASK, "do=rollback&version=1.0" OWN);
	assert_int_equal(w->status, 503);
	web_logged(w, "boss", "version/1.0", "roll back asked for");
}

static void
test_allow(void **state)
{
	struct web_fixture *w = *state;

	two_versions(w);
	web_get(w, ASK "?do=allow&version=2.0");
	assert_has(w, "Allow version 2.0?");
	assert_lacks(w, "What would be lost");
	web_get(w, ASK "?do=allow&version=..%2F2.0");
	assert_int_equal(w->status, 404);
	web_get(w, ASK "?do=install&version=2.0");
	assert_int_equal(w->status, 404);
	web_post(w, ASK, "do=allow&version=2.0");
	assert_int_equal(w->status, 422);
	web_post(w, ASK, "do=allow&version=2.0" OWN);
	assert_int_equal(w->status, 503);
	web_logged(w, "boss", "version/2.0", "allowed");
}

int
main(void)
{
#define W(fn) cmocka_unit_test_setup_teardown(fn, up, web_down)
	const struct CMUnitTest tests[] = {
	    W(test_no_bundles),
	    W(test_shown),
	    W(test_progress),
	    W(test_roll_back),
	    W(test_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
