/* deaths_alarm.c: alarm 60064 from what the manager counts. */
#include <string.h>

#include "common/store_alarm.h"
#include "tests/unit/engine_world.h"

static size_t raised_n;
static char net[] = "calconn-net", engine[] = "calconn-engine";
static char other[] = "sh", why[] = "killed: no heartbeat for 30 seconds";

static bool
counts(struct world *w)
{
	struct alarm_list l = {NULL, 0};
	struct errinfo ei;
	size_t i, n = 0;

	assert_int_equal(store_alarm_list(w->en.store, &l, &ei), ERR_OK);
	for (i = 0; i < l.n; i++)
		n += l.v[i].number == 60064;
	alarm_list_clear(&l);
	return n == raised_n;
}

static void
tell(struct world *w, struct msg_death *rows, size_t n, size_t raised)
{
	const struct msg_deaths m = {rows, n};

	world_ask(w, IPC_DEATHS, &m);
	raised_n = raised;
	world_until(w, counts, "the alarms");
}

static void
raised_for_each_and_lowered(void **state)
{
	struct world *w = world_new(1);
	struct msg_death rows[] = {
	    {net, 3, why, 1}, {engine, 2, why, 1}, {other, 3, why, 1}};
	struct alarm a;
	struct errinfo ei;

	(void)state;
	world_start(w);
	tell(w, rows, 3, 1);
	assert_int_equal(
	    store_alarm_get(w->en.store, 60064, net, &a, &ei), ERR_OK);
	assert_string_equal(a.severity, "error");
	assert_non_null(strstr(a.detail, why));
	alarm_clear(&a);
	rows[1].n = 3;
	tell(w, rows, 2, 2);
	tell(w, rows, 1, 1);
	tell(w, rows, 0, 0);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(raised_for_each_and_lowered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
