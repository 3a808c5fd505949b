#include "tests/unit/web_fixture.h"

#include <stdio.h>
#include <string.h>

#include "common/store_admin.h"
#include "common/store_exchange.h"
#include "common/store_stat.h"
#include "common/store_state.h"

#define HOSTILE "<b>x</b>"

static void
put_state(struct web_fixture *w, const char *state)
{
	struct fixture *f = w->store;
	struct engine_meta m = {.since_s = WEB_NOW};

	(void)snprintf(m.state, sizeof m.state, "%s", state);
	assert_ok(f, store_engine_meta_put(f->engine, &m, &f->ei));
}

/* Without a sign-in, and no more than a word. */
static void
test_health(void **state)
{
	struct web_fixture *w = *state;
	struct fixture *f = w->store;

	w->cookie[0] = '\0';
	web_get(w, "/health");
	assert_int_equal(w->status, 200);
	assert_string_equal(w->body, "not-enabled\n");
	assert_ok(f,
	    store_connector_set(f->admin, &tester, "calendar", true, &f->ei));
	web_get(w, "/health");
	assert_int_equal(w->status, 503);
	assert_string_equal(w->body, "stopped\n");
	put_state(w, "not-operational");
	web_get(w, "/health");
	assert_int_equal(w->status, 503);
	put_state(w, "running");
	web_get(w, "/health");
	assert_int_equal(w->status, 200);
	assert_string_equal(w->body, "running\n");
}

static void
test_page(void **state)
{
	struct web_fixture *w = *state;
	struct fixture *f = w->store;
	struct server_stat x = {(char *)"", (char *)HOSTILE, (char *)HOSTILE,
	    (char *)"no-such-failure", 3, 20, 1, 0, 15, 50, WEB_NOW - 9,
	    WEB_NOW - 5};
	const struct server_stat_list l = {&x, 1};
	const struct work_stat work = {
	    WEB_NOW / 300 * 300, WEB_NOW, 7, 2, 5, 20, 4, 9000};
	struct exchange rec;

	fixture_exchange(&rec, "Lab");
	fixture_seal(&rec, "box");
	assert_ok(f, store_exchange_put(f->admin, &tester, &rec, &f->ei));
	x.record_id = rec.id;
	assert_ok(f, store_stat_put(f->engine, &l, &work, &f->ei));
	put_state(w, "running");
	web_get(w, "/calendar-status");
	assert_int_equal(w->status, 200);
	assert_has(w, "Not reachable");
	assert_has(w, "1 without an answer");
	assert_has(w, "4, the oldest for 9 s");
	assert_has(w, "99 % within 20 ms");
	assert_has(w, "2 in all, at most 2");
	/* The last five minutes, from 5 ms to 20 ms: below 1 s. */
	assert_has(w, "d=\"M575 59V55\"");
	assert_has(w, "d=\"M0 30H576M0 15H576\"");
	assert_has(w, "at worst half within 5 ms and 99 % within 20 ms");
	assert_lacks(w, HOSTILE);
	exchange_clear(&rec);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_health, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_page, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
