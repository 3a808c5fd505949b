/* relay.c: whose request an answer belongs to. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "backend/manager/relay.h"

struct seen {
	unsigned n;
	uint64_t sum; /* of the clients' ids */
};

static void
count(void *arg, const struct relay_origin *o)
{
	struct seen *s = arg;

	s->n++;
	s->sum += o->id;
}

static void
answers_find_their_client(void **state)
{
	int a, b;
	struct relay *r = relay_new();
	struct relay_origin o;
	uint64_t ida, idb;

	(void)state;
	/* two clients that chose the same id */
	assert_int_equal(relay_add(r, &a, 1, 0, &ida), ERR_OK);
	assert_int_equal(relay_add(r, &b, 1, 0, &idb), ERR_OK);
	assert_int_not_equal(ida, idb);
	assert_int_equal(relay_take(r, idb, &o), ERR_OK);
	assert_ptr_equal(o.client, &b);
	assert_int_equal(o.id, 1);
	assert_int_equal(relay_take(r, idb, &o), ERR_NOTFOUND); /* once */
	assert_int_equal(relay_take(r, ida, &o), ERR_OK);
	assert_ptr_equal(o.client, &a);
	assert_int_equal(relay_take(r, 0, &o), ERR_NOTFOUND);
	assert_int_equal(relay_take(r, 12345, &o), ERR_NOTFOUND);
	relay_free(r);
}

static void
a_client_that_went_is_forgotten(void **state)
{
	int a, b;
	struct relay *r = relay_new();
	struct relay_origin o;
	uint64_t ida, idb, again;

	(void)state;
	assert_int_equal(relay_add(r, &a, 1, 0, &ida), ERR_OK);
	assert_int_equal(relay_add(r, &b, 2, 0, &idb), ERR_OK);
	relay_drop(r, &a);
	assert_int_equal(relay_take(r, ida, &o), ERR_NOTFOUND);
	/* its place is used again, its id is not */
	assert_int_equal(relay_add(r, &b, 3, 0, &again), ERR_OK);
	assert_int_not_equal(again, ida);
	assert_int_equal(relay_take(r, idb, &o), ERR_OK);
	relay_free(r);
}

static void
limits_hold(void **state)
{
	static char clients[RELAY_MAX];
	struct relay *r = relay_new();
	uint64_t id;
	unsigned i;

	(void)state;
	for (i = 0; i < RELAY_CLIENT_MAX; i++)
		assert_int_equal(relay_add(r, clients, i, 0, &id), ERR_OK);
	assert_int_equal(relay_add(r, clients, i, 0, &id), ERR_BUSY);
	for (; i < RELAY_MAX; i++)
		assert_int_equal(
		    relay_add(r, &clients[1 + i / 32], i, 0, &id), ERR_OK);
	assert_int_equal(relay_add(r, &clients[900], i, 0, &id), ERR_BUSY);
	relay_drop(r, clients);
	assert_int_equal(relay_add(r, &clients[900], i, 0, &id), ERR_OK);
	relay_free(r);
}

static void
the_late_are_told(void **state)
{
	int a;
	struct relay *r = relay_new();
	struct seen s = {0, 0};
	struct relay_origin o;
	uint64_t old, young;

	(void)state;
	assert_int_equal(relay_add(r, &a, 100, 1000, &old), ERR_OK);
	assert_int_equal(relay_add(r, &a, 7, 1001, &young), ERR_OK);
	relay_expire(r, 999 + RELAY_TIMEOUT_MS, count, &s);
	assert_int_equal(s.n, 0);
	relay_expire(r, 1000 + RELAY_TIMEOUT_MS, count, &s);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.sum, 100);
	assert_int_equal(relay_take(r, old, &o), ERR_NOTFOUND);
	relay_end_all(r, count, &s);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.sum, 107);
	assert_int_equal(relay_take(r, young, &o), ERR_NOTFOUND);
	relay_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(answers_find_their_client),
	    cmocka_unit_test(a_client_that_went_is_forgotten),
	    cmocka_unit_test(limits_hold),
	    cmocka_unit_test(the_late_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
