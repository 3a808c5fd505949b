#include "tests/unit/store_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/alloc.h"
#include "common/clock.h"
#include "common/settings.h"
#include "common/store_admin.h"
#include "common/store_state.h"
#include "common/store_user_field.h"
#include "common/str.h"

#define NOW_S 1700000000

static int64_t
add(struct fixture *f, const char *address, const char *name, bool enabled)
{
	struct user u;
	int64_t id;

	fixture_user(&u, address, name);
	u.enabled = enabled;
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	id = u.id;
	user_clear(&u);
	return id;
}

static void
test_fields_are_the_settings(void **state)
{
	const struct setting *row = NULL;
	struct user u;
	size_t n = 0;

	(void)state;
	user_init(&u);
	while ((row = setting_next("user", row)) != NULL) {
		assert_string_equal(user_field_key(n), row->key);
		assert_string_equal(user_get(&u, row->key), row->def);
		n++;
	}
	assert_null(user_field_key(n));
	assert_null(user_get(&u, "id"));
	assert_int_equal(user_set(&u, "state", "x", NULL), ERR_NOTFOUND);
	assert_int_equal(user_set(&u, "enabled", "1", NULL), ERR_ARG);
	user_clear(&u);
}

static const struct {
	const char *key, *value, *bad;
} checks[] = {
    {"name", "Şükrü Ağaoğlu", NULL},
    {"name", "", NULL},
    {"name", "a\tb\nc", "name"},
    {"name", "\xc3\x28", "name"},
    {"address", "", "address"},
    {"address", "alice", "address"},
    {"address", "a,b@lab.example", "address"},
    {"room_link", "https://site.webex.com/meet/alice", NULL},
    {"room_link", "http://site.webex.com/meet/alice", "room_link"},
    {"room_link", "javascript:alert(1)", "room_link"},
    {"room_video", "alice@site.webex.com", NULL},
    {"room_video", "two words", "room_video"},
    {"room_number", "123 456 789", NULL},
};

static void
see(void *arg, const char *key, const char *text)
{
	assert_true(text[0] != '\0');
	str_copy(arg, 64, key);
}

static void
test_check(void **state)
{
	struct user u;
	char seen[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		fixture_user(&u, "alice@lab.example", "Alice");
		assert_int_equal(
		    user_set(&u, checks[i].key, checks[i].value, NULL), ERR_OK);
		seen[0] = '\0';
		assert_int_equal(
		    user_check(&u, see, seen), checks[i].bad != NULL);
		assert_string_equal(
		    seen, checks[i].bad == NULL ? "" : checks[i].bad);
		user_clear(&u);
	}
}

static void
test_put_get_delete(void **state)
{
	struct fixture *f = *state;
	struct user u, g;
	int64_t id;

	clock_fake(1, NOW_S * UINT64_C(1000));
	fixture_user(&u, "alice@lab.example", "Alice Şahin");
	assert_int_equal(
	    user_set(&u, "room_link", "https://site.example/meet/alice", NULL),
	    ERR_OK);
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	assert_int_not_equal(u.id, 0);
	assert_ok(f, store_user_get(f->admin, u.id, &g, &f->ei));
	assert_string_equal(g.address, "alice@lab.example");
	assert_string_equal(g.name, "Alice Şahin");
	assert_string_equal(g.room_link, "https://site.example/meet/alice");
	assert_string_equal(g.state, "pending");
	assert_string_equal(g.changed_by, "root");
	assert_int_equal(g.created_s, NOW_S);
	user_clear(&g);
	id = u.id;
	u.id = 0;
	assert_int_equal(
	    store_user_put(f->admin, &tester, &u, &f->ei), ERR_EXISTS);
	assert_non_null(strstr(f->ei.text, "alice@lab.example"));
	assert_int_equal(u.id, 0);
	assert_int_equal(
	    user_set(&u, "address", "ALICE@Lab.Example", NULL), ERR_OK);
	assert_int_equal(
	    store_user_put(f->admin, &tester, &u, &f->ei), ERR_EXISTS);
	u.id = id;
	u.enabled = false;
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	assert_int_equal(fixture_revision(f), 3);
	/* the same once more changes nothing */
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	assert_int_equal(fixture_revision(f), 3);
	assert_ok(
	    f, store_user_find(f->engine, "alice@LAB.example", &g, &f->ei));
	assert_string_equal(g.state, "disabled");
	user_clear(&g);
	assert_ok(f, store_user_delete(f->admin, &tester, id, &f->ei));
	assert_int_equal(
	    store_user_delete(f->admin, &tester, id, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_user_put(f->admin, &tester, &u, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_user_get(f->admin, id, &g, &f->ei), ERR_NOTFOUND);
	assert_int_equal(
	    store_user_find(f->admin, "' OR '1'='1", &g, &f->ei), ERR_NOTFOUND);
	user_clear(&u);
}

static void
test_put_refuses(void **state)
{
	struct fixture *f = *state;
	struct user u;

	fixture_user(&u, "nobody", "");
	assert_int_equal(
	    store_user_put(f->admin, &tester, &u, &f->ei), ERR_ARG);
	assert_non_null(strstr(f->ei.text, "address"));
	assert_int_equal(fixture_revision(f), 1);
	user_clear(&u);
}

static const struct {
	const char *find, *state;
	size_t n;
	const char *first;
} finds[] = {
    {"", "", 6, "a_b@lab.example"},
    {"lab.example", "", 6, "a_b@lab.example"},
    {"ALICE", "", 1, "alice@lab.example"},
    {"lic", "", 1, "alice@lab.example"},
    {"_", "", 1, "a_b@lab.example"},
    {"%", "", 1, "percent@lab.example"},
    {"100%", "", 1, "percent@lab.example"},
    {"\\", "", 1, "slash@lab.example"},
    {"Işık", "", 1, "isik@lab.example"},
    {"şık", "", 1, "isik@lab.example"},
    /* LIKE folds ASCII letters only */
    {"ŞIK", "", 0, NULL},
    {"'; DROP TABLE user; --", "", 0, NULL},
    {"", "pending", 2, "isik@lab.example"},
    {"", "subscribed", 1, "alice@lab.example"},
    {"", "error", 1, "a_b@lab.example"},
    {"", "disabled", 2, "bob@lab.example"},
    {"bob", "disabled", 1, "bob@lab.example"},
    {"bob", "error", 0, NULL},
    {"", "nonsense", 0, NULL},
};

static void
test_find(void **state)
{
	struct fixture *f = *state;
	struct user_list l;
	size_t i;

	add(f, "alice@lab.example", "Alice", true);
	add(f, "bob@lab.example", "Bob", false);
	add(f, "a_b@lab.example", "Under", true);
	add(f, "percent@lab.example", "100% sure", false);
	add(f, "slash@lab.example", "back\\slash", true);
	add(f, "isik@lab.example", "Işık Şen", true);
	fixture_mailbox(f, "Alice@Lab.Example", "subscribed");
	fixture_mailbox(f, "a_b@lab.example", "error");
	/* was served once, is switched off now */
	fixture_mailbox(f, "bob@lab.example", "subscribed");
	/* was off, is enabled again */
	fixture_mailbox(f, "slash@lab.example", "disabled");
	for (i = 0; i < sizeof finds / sizeof finds[0]; i++) {
		assert_ok(f, store_user_list(f->admin, finds[i].find,
				 finds[i].state, 0, 50, &l, &f->ei));
		assert_int_equal(l.n, finds[i].n);
		assert_int_equal(l.total, finds[i].n);
		if (l.n > 0)
			assert_string_equal(l.v[0].address, finds[i].first);
		user_list_clear(&l);
	}
}

static void
test_find_too_long(void **state)
{
	struct fixture *f = *state;
	static char big[4000];
	struct user_list l;

	memset(big, '%', sizeof big - 1);
	assert_int_equal(
	    store_user_list(f->admin, big, "", 0, 50, &l, &f->ei), ERR_TOOBIG);
	big[1024] = '\0';
	assert_ok(f, store_user_list(f->admin, big, "", 0, 50, &l, &f->ei));
	assert_int_equal(l.n, 0);
}

static void
test_pages(void **state)
{
	struct fixture *f = *state;
	struct user_list l;
	char address[40];
	size_t i;
	static const struct {
		size_t offset, limit, n;
		const char *first;
	} pages[] = {
	    {0, 10, 10, "user00@lab.example"},
	    {10, 10, 10, "user10@lab.example"},
	    {20, 10, 5, "user20@lab.example"},
	    {30, 10, 0, NULL},
	    {0, 0, 0, NULL},
	    {24, SIZE_MAX, 1, "user24@lab.example"},
	    {SIZE_MAX, 10, 0, NULL},
	};

	for (i = 25; i-- > 0;) {
		snprintf(address, sizeof address, "user%02zu@lab.example", i);
		add(f, address, "", true);
	}
	for (i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		assert_ok(f, store_user_list(f->admin, "", "", pages[i].offset,
				 pages[i].limit, &l, &f->ei));
		assert_int_equal(l.n, pages[i].n);
		assert_int_equal(l.total, 25);
		if (l.n > 0)
			assert_string_equal(l.v[0].address, pages[i].first);
		user_list_clear(&l);
	}
}

static void
test_counts(void **state)
{
	struct fixture *f = *state;
	struct user_counts n;

	assert_ok(f, store_user_counts(f->admin, &n, &f->ei));
	assert_int_equal(n.total, 0);
	assert_int_equal(n.enabled, 0);
	add(f, "a@lab.example", "", true);
	add(f, "b@lab.example", "", true);
	add(f, "c@lab.example", "", true);
	add(f, "d@lab.example", "", true);
	add(f, "e@lab.example", "", false);
	fixture_mailbox(f, "a@lab.example", "subscribed");
	fixture_mailbox(f, "b@lab.example", "error");
	fixture_mailbox(f, "c@lab.example", "discovering");
	fixture_mailbox(f, "e@lab.example", "error");
	fixture_mailbox(f, "gone@lab.example", "subscribed");
	assert_ok(f, store_user_counts(f->engine, &n, &f->ei));
	assert_int_equal(n.total, 5);
	assert_int_equal(n.enabled, 4);
	assert_int_equal(n.subscribed, 1);
	assert_int_equal(n.error, 1);
	assert_int_equal(n.pending, 2);
}

/* While the engine runs what is stored, its states are counted as they are:
 * the same numbers, but for nobody's mailbox, of which there is none then. */
static void
test_counts_in_effect(void **state)
{
	struct engine_meta m = {.state = "running"};
	struct fixture *f = *state;
	struct user_counts n;

	add(f, "a@lab.example", "", true);
	add(f, "b@lab.example", "", true);
	add(f, "c@lab.example", "", true);
	add(f, "d@lab.example", "", false);
	add(f, "e@lab.example", "", false);
	fixture_mailbox(f, "a@lab.example", "subscribed");
	fixture_mailbox(f, "b@lab.example", "error");
	fixture_mailbox(f, "d@lab.example", "error");
	fixture_mailbox(f, "e@lab.example", "subscribed");
	m.revision_running = fixture_revision(f);
	assert_ok(f, store_engine_meta_put(f->engine, &m, &f->ei));
	assert_ok(f, store_user_counts(f->admin, &n, &f->ei));
	assert_int_equal(n.total, 5);
	assert_int_equal(n.enabled, 3);
	assert_int_equal(n.subscribed, 1);
	assert_int_equal(n.error, 1);
	assert_int_equal(n.pending, 1);
	fixture_mailbox(f, "gone@lab.example", "subscribed");
	assert_ok(f, store_user_counts(f->admin, &n, &f->ei));
	assert_int_equal(n.subscribed, 2); /* so it was the fast way */
	add(f, "x@lab.example", "", true);
	assert_ok(f, store_user_counts(f->admin, &n, &f->ei));
	assert_int_equal(n.subscribed, 1);
	assert_int_equal(n.pending, 2);
}

static void
test_log(void **state)
{
	struct fixture *f = *state;
	struct config_log_list l;
	struct user u;

	add(f, "alice@lab.example", "Alice", false);
	assert_ok(
	    f, store_user_find(f->admin, "alice@lab.example", &u, &f->ei));
	u.enabled = true;
	assert_ok(f, store_user_put(f->admin, &tester, &u, &f->ei));
	assert_ok(f, store_config_log(f->admin, 0, 1, &l, &f->ei));
	assert_int_equal(l.n, 1);
	assert_string_equal(l.v[0].item, "user/alice@lab.example/enabled");
	assert_string_equal(l.v[0].old_value, "no");
	assert_string_equal(l.v[0].new_value, "yes");
	config_log_list_clear(&l);
	user_clear(&u);
}

static void
test_without_memory(void **state)
{
	struct fixture *f = *state;
	struct user_list l;
	unsigned n;

	add(f, "alice@lab.example", "Alice", true);
	for (n = 1; n <= 12; n++) {
		alloc_fail_after(n);
		assert_int_equal(
		    store_user_list(f->admin, "a", "", 0, 9, &l, &f->ei),
		    ERR_NOMEM);
		alloc_fail_after(0);
	}
	assert_ok(f, store_user_list(f->admin, "a", "", 0, 9, &l, &f->ei));
	user_list_clear(&l);
}

int
main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, fixture_up_both, fixture_down)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields_are_the_settings),
	    cmocka_unit_test(test_check),
	    T(test_put_get_delete),
	    T(test_put_refuses),
	    T(test_find),
	    T(test_find_too_long),
	    T(test_pages),
	    T(test_counts),
	    T(test_counts_in_effect),
	    T(test_log),
	    T(test_without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
