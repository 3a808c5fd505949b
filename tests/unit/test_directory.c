/* Users out of the directory, as the engine does it: asks, keeps, tells. */
#include <string.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/directory.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/directory_plan.h"
#include "common/directory_set.h"
#include "common/store_alarm.h"
#include "common/store_directory.h"
#include "tests/unit/engine_world.h"

static struct {
	char base[64], filter[64], domain[64];
	const char *failure;
	unsigned asked;
	size_t entries; /* in two pages */
} dir;

static void
send_it(struct world_net *n, enum ipc_type t, uint64_t id, const void *msg)
{
	assert_int_equal(ipc_conn_send(n->c, t, id, msg, -1), ERR_OK);
}

static void
directory(struct world_net *n, enum ipc_type t, uint64_t id, const void *msg,
    bool fail)
{
	const struct msg_dir_job *m = msg;
	struct msg_dir_entry e = {.mail = (char[]){"one@lab.example"}};
	struct msg_dir_entry f = {.mail = (char[]){"two@lab.example"}};
	struct msg_dir_page page = {.entries = &e, .entries_n = 1};
	struct msg_dir_result r = {.server = (char[]){"dc1.lab.example"}};

	(void)fail;
	if (t != IPC_DIR_SEARCH)
		return;
	dir.asked++;
	(void)str_copy(dir.base, sizeof dir.base, m->base);
	(void)str_copy(dir.filter, sizeof dir.filter, m->filter);
	(void)str_copy(dir.domain, sizeof dir.domain, m->where.domain);
	assert_int_equal(m->attrs.n, DIR_ATTRS_N);
	assert_string_equal(m->attrs.v[0], "mail");
	assert_int_not_equal(m->where.cred_id, 0);
	if (dir.failure != NULL) {
		r.ev.code = ERR_AUTH;
		r.ev.failure = (char *)(uintptr_t)dir.failure;
	} else {
		send_it(n, IPC_DIR_PAGE, id, &page);
		page.entries = &f;
		send_it(n, IPC_DIR_PAGE, id, &page);
	}
	send_it(n, IPC_DIR_DONE, id, &r);
}

static struct dir_run now;

static bool
has_ended(struct world *w)
{
	dir_run_clear(&now);
	return store_dir_run_last(w->f->admin, &now, &w->f->ei) == ERR_OK &&
	       strcmp(now.state, "running") != 0;
}

static size_t
alarms(struct world *w)
{
	struct alarm_list l = {NULL, 0};
	size_t i, n = 0;

	assert_ok(w->f, store_alarm_list(w->f->admin, &l, &w->f->ei));
	for (i = 0; i < l.n; i++)
		n += l.v[i].number == 60133;
	alarm_list_clear(&l);
	return n;
}

static struct world *
up(bool uses_scp)
{
	struct world *w = world_new(1);

	memset(&dir, 0, sizeof dir);
	w->other = directory;
	w->use_scp = uses_scp;
	world_record(w, "Lab", "mail.lab.example");
	world_enable(w, false);
	world_start(w);
	return w;
}

static void
configure(struct world *w, const char *schedule)
{
	struct exchange_list l;
	struct dir_set d;

	assert_ok(w->f, store_exchange_list(w->f->admin, &l, &w->f->ei));
	assert_int_equal(dir_set_init(&d), ERR_OK);
	assert_int_equal(dir_set_put(&d, DIR_EXCHANGE, l.v[0].id), ERR_OK);
	assert_int_equal(dir_set_put(&d, DIR_BASE, "O=x"), ERR_OK);
	assert_int_equal(dir_set_put(&d, DIR_FILTER, "(cn=*)"), ERR_OK);
	assert_int_equal(dir_set_put(&d, DIR_SCHEDULE, schedule), ERR_OK);
	assert_ok(w->f, dir_set_store(w->f->admin, &tester, &d, &w->f->ei));
	dir_set_clear(&d);
	exchange_list_clear(&l);
	world_changed(w);
}

static void
run(struct world *w)
{
	const struct msg_dir_ask m = {.apply = true, .by = (char[]){"root"}};
	char id[DIR_RUN_ID_LEN + 1];

	assert_ok(w->f, directory_ask(w->en.directory, &m, id, &w->f->ei));
	/* One at a time. */
	assert_int_equal(
	    directory_ask(w->en.directory, &m, id, &w->f->ei), ERR_BUSY);
	world_until(w, has_ended, "searched");
}

static void
test_run(void **state)
{
	struct world *w = up(true);
	struct dir_entries l;

	(void)state;
	configure(w, "off");
	run(w);
	assert_string_equal(now.state, "found");
	assert_string_equal(now.server, "dc1.lab.example");
	assert_string_equal(now.asked_by, "root");
	assert_int_equal(now.found_n, 2);
	assert_string_equal(dir.base, "O=x");
	assert_string_equal(dir.filter, "(cn=*)");
	assert_ok(w->f, store_dir_entries(w->f->admin, now.id, &l, &w->f->ei));
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[1].v[0], "two@lab.example");
	dir_entries_clear(&l);
	world_free(w);
}

static void
test_failure_is_told(void **state)
{
	struct world *w = up(true);
	bool did;

	(void)state;
	configure(w, "off");
	dir.failure = "ldap-bind";
	run(w);
	assert_string_equal(now.state, "failed");
	assert_string_equal(now.failure, "ldap-bind");
	assert_int_equal(alarms(w), 1);
	dir.failure = NULL;
	run(w);
	assert_int_equal(alarms(w), 1); /* nothing was carried out yet */
	assert_ok(w->f, dir_plan_settle(w->f->admin, &did, &w->f->ei));
	world_changed(w);
	assert_int_equal(alarms(w), 0);
	world_free(w);
}

static void
test_schedule(void **state)
{
	struct world *w = up(true);
	const int64_t next_s = (clock_wall_s() / 3600 + 1) * 3600;

	(void)state;
	configure(w, "off");
	directory_look(w->en.directory, next_s + 100000);
	assert_int_equal(dir.asked, 0);
	configure(w, "hourly");
	directory_look(w->en.directory, next_s - 1);
	directory_look(w->en.directory, next_s + 3600);
	world_until(w, has_ended, "searched");
	assert_string_equal(now.asked_by, "schedule");
	assert_int_equal(dir.asked, 1);
	world_free(w);
}

/* A record that asks no directory, and what ran when the engine was killed. */
static void
test_cannot(void **state)
{
	struct world *w = up(false);
	const struct msg_dir_ask m = {.apply = true, .by = (char[]){"root"}};
	char id[DIR_RUN_ID_LEN + 1];

	(void)state;
	assert_int_equal(
	    directory_ask(w->en.directory, &m, id, &w->f->ei), ERR_ARG);
	configure(w, "hourly");
	assert_int_equal(
	    directory_ask(w->en.directory, &m, id, &w->f->ei), ERR_ARG);
	directory_look(w->en.directory, clock_wall_s() + 7200);
	assert_true(has_ended(w));
	assert_string_equal(now.failure, "directory-settings");
	assert_int_equal(alarms(w), 1);
	assert_ok(w->f,
	    store_dir_run_add(w->en.store, "r1", true, "x", "", &w->f->ei));
	world_kill_engine(w);
	world_start(w);
	assert_true(has_ended(w));
	assert_string_equal(now.failure, "worker-died");
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_run),
	    cmocka_unit_test(test_failure_is_told),
	    cmocka_unit_test(test_schedule),
	    cmocka_unit_test(test_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
