/* What a search in the directory changes among the users, and what it must
 * not. */
#include "tests/unit/store_fixture.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/directory_plan.h"
#include "common/directory_set.h"
#include "common/ipc.h"
#include "common/store_directory.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char *const run_ids[] = {"r1", "r2", "r3", "r4", "r5", "r6"};

struct row {
	const char *mail, *name, *language, *link;
};

static void
set(struct fixture *f, enum dir_key k, const char *value)
{
	struct dir_set d;

	assert_ok(f, dir_set_load(f->admin, &d, &f->ei));
	assert_int_equal(dir_set_put(&d, k, value), ERR_OK);
	assert_ok(f, dir_set_store(f->admin, &tester, &d, &f->ei));
	dir_set_clear(&d);
}

/* As the engine leaves it. */
static void
found(struct fixture *f, const char *id, const struct row *v, size_t n,
    bool is_cut)
{
	struct buf text = BUF_INIT(DIR_TEXT_MAX);
	struct dir_set d;
	size_t i;

	assert_ok(f, dir_set_load(f->admin, &d, &f->ei));
	assert_int_equal(dir_set_write(&d, &text), ERR_OK);
	assert_ok(f, store_dir_run_add(f->engine, id, true, "schedule",
			 buf_str(&text), &f->ei));
	for (i = 0; i < n; i++) {
		const struct msg_dir_entry e = {
		    .mail = (char *)(uintptr_t)v[i].mail,
		    .name = (char *)(uintptr_t)v[i].name,
		    .language = (char *)(uintptr_t)v[i].language,
		    .room_link = (char *)(uintptr_t)v[i].link};

		assert_ok(
		    f, store_dir_entries_add(f->engine, id, &e, 1, &f->ei));
	}
	assert_ok(f,
	    store_dir_run_end(f->engine, id, "", "", "dc1", 0, is_cut, &f->ei));
	buf_clear(&text);
	dir_set_clear(&d);
}

static struct dir_done
settle(struct fixture *f, bool wants)
{
	struct dir_done d;
	bool did = false;

	assert_ok(f, dir_plan_settle(f->admin, &did, &f->ei));
	assert_int_equal(did, wants);
	assert_ok(f, store_dir_done_get(f->admin, &d, &f->ei));
	return d;
}

static void
check(struct fixture *f, const char *address, const char *key, const char *want)
{
	struct user u;

	assert_ok(f, store_user_find(f->admin, address, &u, &f->ei));
	assert_string_equal(
	    strcmp(key, "directory") == 0 ? u.directory : user_get(&u, key),
	    want);
	user_clear(&u);
}

static void
change(
    struct fixture *f, const char *address, const char *key, const char *value)
{
	struct user u;

	assert_ok(f, store_user_find(f->admin, address, &u, &f->ei));
	assert_ok(f, user_set(&u, key, value, &f->ei));
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	user_clear(&u);
}

static void
start(struct fixture *f)
{
	set(f, DIR_EXCHANGE, "x1");
	set(f, DIR_ATTR_LANGUAGE, "preferredLanguage");
	set(f, DIR_GONE, "disable");
}

static void
test_adds_takes_and_changes(void **state)
{
	static const struct row rows[] = {{"ali@lab.example",
					      "Ali \xc3\x87"
					      "elik",
					      "tr-TR", "https://not/asked"},
	    {"HERE@lab.example", "Is here", "xx", ""},
	    {"no address", "Bad", "", ""}};
	struct fixture *f = *state;
	struct dir_done d;
	struct user u;
	uint64_t rev;

	start(f);
	fixture_user(&u, "here@lab.example", "Was here");
	u.enabled = false;
	assert_ok(f, user_set(&u, "room_number", "7", &f->ei));
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	user_clear(&u);
	found(f, run_ids[0], rows, N_OF(rows), false);
	d = settle(f, true);
	assert_string_equal(d.result, "done");
	assert_int_equal(d.added_n, 1);
	assert_int_equal(d.changed_n, 1);
	assert_int_equal(d.problems_n, 1);
	check(f, "ali@lab.example", "enabled", "yes");
	check(f, "ali@lab.example", "language", "tr");
	check(f, "ali@lab.example", "room_link", "");
	check(f, "ali@lab.example", "directory", "found");
	check(f, "here@lab.example", "name", "Is here");
	check(f, "here@lab.example", "address", "here@lab.example");
	check(f, "here@lab.example", "room_number", "7");
	check(f, "here@lab.example", "language", "meeting");
	check(f, "here@lab.example", "enabled", "no"); /* as it was */
	/* Once is enough, and the next run finds all as it is. */
	rev = fixture_revision(f);
	(void)settle(f, false);
	assert_int_equal(fixture_revision(f), rev);
	found(f, run_ids[1], rows, 2, false);
	d = settle(f, true);
	assert_int_equal(d.added_n + d.changed_n + d.disabled_n, 0);
}

static void
test_gone_and_back(void **state)
{
	static const struct row rows[] = {{"a@lab.example", "A", "", ""},
	    {"b@lab.example", "B", "", ""}, {"c@lab.example", "C", "", ""}};
	struct fixture *f = *state;
	struct dir_done d;
	struct user u;

	start(f);
	/* Nobody of the directory's. */
	fixture_user(&u, "own@lab.example", "Own");
	u.enabled = true;
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	user_clear(&u);
	found(f, run_ids[0], rows, 3, false);
	assert_int_equal(settle(f, true).added_n, 3);
	change(f, "c@lab.example", "enabled", "no");
	found(f, run_ids[1], rows, 1, false);
	d = settle(f, true);
	assert_int_equal(d.disabled_n, 1);
	check(f, "b@lab.example", "enabled", "no");
	check(f, "b@lab.example", "directory", "gone");
	check(f, "own@lab.example", "enabled", "yes");
	found(f, run_ids[2], rows, 3, false);
	assert_int_equal(settle(f, true).changed_n, 1);
	check(f, "b@lab.example", "enabled", "yes");
	/* Whom an administrator disabled stays so. */
	check(f, "c@lab.example", "enabled", "no");
	set(f, DIR_GONE, "keep");
	found(f, run_ids[3], rows, 1, false);
	assert_int_equal(settle(f, true).disabled_n, 0);
	check(f, "b@lab.example", "enabled", "yes");
}

static void
test_brake(void **state)
{
	static const struct row rows[] = {{"a@lab.example", "A", "", ""},
	    {"b@lab.example", "B", "", ""}, {"c@lab.example", "C", "", ""},
	    {"new@lab.example", "New", "", ""}};
	struct fixture *f = *state;
	struct dir_done d;
	struct user u;

	start(f);
	set(f, DIR_GONE_MAX, "1");
	found(f, run_ids[0], rows, 3, false);
	(void)settle(f, true);
	found(f, run_ids[1], rows + 2, 2, false); /* two are gone */
	d = settle(f, true);
	assert_string_equal(d.result, "held");
	assert_non_null(strstr(d.why, "at most 1"));
	assert_int_equal(store_user_find(f->admin, "new@lab.example", &u, NULL),
	    ERR_NOTFOUND);
	set(f, DIR_GONE_MAX, "100");
	found(f, run_ids[2], NULL, 0, false);
	d = settle(f, true);
	assert_string_equal(d.result, "held");
	assert_non_null(strstr(d.why, "nobody at all"));
	found(f, run_ids[3], rows + 2, 2, true);
	d = settle(f, true);
	assert_string_equal(d.result, "held");
	check(f, "a@lab.example", "enabled", "yes");
	found(f, run_ids[4], rows + 2, 2, false);
	assert_int_equal(settle(f, true).disabled_n, 2);
}

/* What was searched for is not what is wanted any more. */
static void
test_settings_changed(void **state)
{
	static const struct row rows[] = {{"a@lab.example", "A", "", ""}};
	struct fixture *f = *state;
	struct dir_done d;
	struct user u;
	char *left;

	start(f);
	found(f, run_ids[0], rows, 1, false);
	set(f, DIR_FILTER, "(cn=b)");
	d = settle(f, true);
	assert_string_equal(d.result, "dropped");
	assert_int_equal(
	    store_user_find(f->admin, "a@lab.example", &u, NULL), ERR_NOTFOUND);
	/* The newest counts, also within a second; old ones go. */
	found(f, run_ids[1], rows, 1, false);
	found(f, run_ids[2], rows, 1, false);
	d = settle(f, true);
	assert_string_equal(d.run_id, run_ids[2]);
	found(f, run_ids[3], rows, 1, false);
	found(f, run_ids[4], rows, 1, false);
	assert_int_equal(
	    store_dir_run_get(f->admin, run_ids[0], &(struct dir_run){0}, NULL),
	    ERR_NOTFOUND);
	left = fixture_ask(f->state,
	    "SELECT count(*) FROM directory_entry WHERE run_id = 'r1'");
	assert_string_equal(left, "0");
	mem_free(left);
}

static void
test_schedule(void **state)
{
	struct dir_set d;

	(void)state;
	assert_int_equal(setenv("TZ", "Europe/Istanbul", 1), 0);
	tzset();
	assert_int_equal(dir_set_init(&d), ERR_OK);
	assert_int_equal(dir_set_next_s(&d, 1000), 0);
	assert_int_equal(dir_set_put(&d, DIR_SCHEDULE, "hourly"), ERR_OK);
	assert_int_equal(dir_set_next_s(&d, 7199), 7200);
	assert_int_equal(dir_set_next_s(&d, 7200), 10800);
	assert_int_equal(dir_set_put(&d, DIR_SCHEDULE, "daily"), ERR_OK);
	assert_int_equal(dir_set_put(&d, DIR_AT, "03:00"), ERR_OK);
	/* 2026-11-28 00:00:00 UTC is 03:00 there. */
	assert_int_equal(dir_set_next_s(&d, 1795823999), 1795824000);
	assert_int_equal(dir_set_next_s(&d, 1795824000), 1795910400);
	dir_set_clear(&d);
}

static void
test_text(void **state)
{
	struct dir_set d;

	(void)state;
	assert_int_equal(
	    dir_set_read(&d, "base=O=a=b\nnonsense\nfuture=1\n=\nat"), ERR_OK);
	assert_string_equal(d.v[DIR_BASE], "O=a=b");
	assert_string_equal(d.v[DIR_AT], "03:00");
	dir_set_clear(&d);
}

int
main(void)
{
#define BOTH(fn) \
	cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    BOTH(test_adds_takes_and_changes),
	    BOTH(test_gone_and_back),
	    BOTH(test_brake),
	    BOTH(test_settings_changed),
	    cmocka_unit_test(test_schedule),
	    cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
