#include "tests/harness/test.h"

#include <uv.h>

#include "backend/net/creds.h"
#include "common/ipc.h"

#define BINDING                                               \
	"record=1\nkind=exchange\naccount=LAB\\svc\n"         \
	"target=direct:mail.lab.example;type=2019;proxy=no\n" \
	"tls=https=yes;ldap=-\nauth=ntlm\n"

struct got {
	unsigned calls;
	bool found;
	char secret[64];
};

static void
give(struct creds *c, uint64_t id, const char *text)
{
	struct msg_cred_give m = {0};

	m.binding = xstrdup(BINDING);
	m.cred_id = id;
	m.account = xstrdup("LAB\\svc");
	assert_ok(secret_set(&m.secret, text, strlen(text)));
	assert_ok(creds_give(c, &m));
	/* It was taken, not copied. */
	assert_null(m.account);
	assert_null(m.secret.p);
	msg_cred_give_free(&m);
}

static void
on_cred(void *arg, const struct cred *cred)
{
	struct got *g = arg;

	g->calls++;
	g->found = cred != NULL;
	if (cred != NULL)
		(void)snprintf(g->secret, sizeof(g->secret), "%s",
		    secret_peek(&cred->secret));
}

static void
test_give_and_drop(void **state)
{
	struct creds *c = NULL;
	uv_loop_t l;

	(void)state;
	assert_int_equal(uv_loop_init(&l), 0);
	assert_ok(creds_new(&c, &l));
	assert_null(creds_get(c, 1));
	give(c, 1, "first");
	give(c, 2, "second");
	assert_string_equal(creds_get(c, 1)->account, "LAB\\svc");
	assert_string_equal(secret_peek(&creds_get(c, 2)->secret), "second");
	give(c, 2, "newer");
	assert_string_equal(secret_peek(&creds_get(c, 2)->secret), "newer");
	creds_drop(c, 1);
	creds_drop(c, 1);
	assert_null(creds_get(c, 1));
	assert_string_equal(secret_peek(&creds_get(c, 2)->secret), "newer");
	creds_free(c);
	(void)uv_run(&l, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&l), 0);
}

static void
test_waiting(void **state)
{
	struct got a = {0}, b = {0}, late = {0};
	struct creds_wait *w = NULL;
	struct creds *c = NULL;
	uv_loop_t l;

	(void)state;
	assert_int_equal(uv_loop_init(&l), 0);
	assert_ok(creds_new(&c, &l));
	assert_ok(creds_wait(&w, c, 7, on_cred, &a));
	assert_ok(creds_wait(&w, c, 7, on_cred, &b));
	assert_ok(creds_wait(&w, c, 8, on_cred, &late));
	assert_int_equal(a.calls, 0);
	give(c, 7, "here");
	assert_int_equal(a.calls, 1);
	assert_int_equal(b.calls, 1);
	assert_true(a.found);
	assert_string_equal(b.secret, "here");
	assert_int_equal(late.calls, 0);
	/* The one that nobody brings is told so. */
	(void)uv_run(&l, UV_RUN_DEFAULT);
	assert_int_equal(late.calls, 1);
	assert_false(late.found);
	/* Cancelled: never called. */
	assert_ok(creds_wait(&w, c, 9, on_cred, &late));
	creds_wait_cancel(w);
	give(c, 9, "x");
	assert_int_equal(late.calls, 1);
	creds_free(c);
	(void)uv_run(&l, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&l), 0);
}

static void
test_limit(void **state)
{
	char none[] = "", binding[] = BINDING;
	struct msg_cred_give m = {0};
	struct creds *c = NULL;
	uv_loop_t l;
	unsigned i;

	(void)state;
	assert_int_equal(uv_loop_init(&l), 0);
	assert_ok(creds_new(&c, &l));
	for (i = 0; i < CREDS_MAX; i++)
		give(c, i + 1, "x");
	m.cred_id = CREDS_MAX + 1;
	m.binding = none;
	assert_err(creds_give(c, &m), ERR_BOUND);
	m.binding = binding;
	assert_err(creds_give(c, &m), ERR_BUSY);
	creds_free(c);
	(void)uv_run(&l, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&l), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_give_and_drop),
	    cmocka_unit_test(test_waiting),
	    cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
