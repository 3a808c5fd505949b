/* svc_table.c: one row a role, and what it takes from the configuration. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/core/svc_table.h"
#include "common/conf.h"

static char web[] = "w", engine[] = "e", net[] = "n", manager[] = "m";
static const struct conf conf = {
    .web_workers = 5,
    .net_workers = 3,
    .user_web = web,
    .user_engine = engine,
    .user_net = net,
    .user_manager = manager,
};

static const struct {
	enum daemon_role role;
	const char *program, *user;
	uint32_t count;
	bool store, beats;
} rows[] = {
    {DAEMON_MANAGER, "calconn-managerd", "m", 1, true, false},
    {DAEMON_ENGINE, "calconn-engine", "e", 1, true, true},
    {DAEMON_NET, "calconn-net", "n", 3, false, true},
    {DAEMON_WEB, "calconn-web", "w", 5, true, true},
    {DAEMON_LAUNCHER, "calconn-launch", "m", 1, false, false},
    {DAEMON_COLLECT, "calconn-collect", "e", 1, true, false},
};

static void
each_role_has_its_row(void **state)
{
	const struct svc_row *r;
	unsigned i;

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), DAEMON__MAX);
	for (i = 0; i < DAEMON__MAX; i++) {
		r = svc_row(rows[i].role);
		assert_string_equal(r->program, rows[i].program);
		assert_string_equal(
		    daemon_program(rows[i].role), rows[i].program);
		assert_string_equal(svc_user(r, &conf), rows[i].user);
		assert_int_equal(svc_count(r, &conf), rows[i].count);
		assert_int_equal(r->in_store_group, rows[i].store);
		assert_int_equal(r->beats, rows[i].beats);
		/* capabilities are for the one who starts the others */
		assert_int_equal(r->caps != 0, rows[i].role == DAEMON_LAUNCHER);
		assert_true(r->files_max >= 64 && r->data_max_mib >= 64);
	}
}

static void
no_user_is_an_empty_name(void **state)
{
	const struct conf none = {.path = NULL};

	(void)state;
	assert_string_equal(svc_user(svc_row(DAEMON_WEB), &none), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_role_has_its_row),
	    cmocka_unit_test(no_user_is_an_empty_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
