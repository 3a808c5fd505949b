/* conf_service.c and conf_lend.c: one call to a conferencing service, which
 * this test plays: what is asked first, once more, and afterwards. */
#include <string.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/conf_service.h"
#include "common/alloc.h"
#include "common/confer.h"
#include "common/confer_op.h"
#include "common/store_confer.h"
#include "common/str.h"
#include "tests/unit/engine_world.h"

static struct {
	unsigned asked[CONFER_OP__MAX];
	unsigned expired_n; /* of the next bookings */
	char session[64]; /* that came with the last booking */
	char found[16]; /* that was to be ended */
} tms;
static struct {
	unsigned n;
	char failure[64];
} told;

static void
service(struct world_net *n, enum ipc_type t, uint64_t id, const void *msg,
    bool fail)
{
	const struct msg_confer_job *m = msg;
	struct msg_confer_result r = {0};

	(void)fail;
	if (t != IPC_CONFER)
		return;
	tms.asked[m->op]++;
	if (m->op == CONFER_VERSION) {
		r.api = 17;
	} else if (m->op == CONFER_BOOK) {
		(void)str_copy(tms.session, sizeof tms.session, m->session);
		if (tms.expired_n > 0) {
			tms.expired_n--;
			r.ev.code = ERR_AUTH;
			r.ev.failure = xstrdup("confer-session");
			r.session = xstrdup("fresh");
		}
		r.remote_id = xstrdup("7");
	} else if (m->op == CONFER_FIND) {
		r.remote_id = xstrdup("9");
	} else if (m->op == CONFER_CANCEL) {
		(void)str_copy(
		    tms.found, sizeof tms.found, m->meeting.remote_id);
	}
	if (n->c != NULL)
		assert_int_equal(
		    ipc_conn_send(n->c, IPC_CONFER_DONE, id, &r, -1), ERR_OK);
	msg_confer_result_free(&r);
}

static void
on_told(void *arg, struct msg_confer_result *r)
{
	(void)arg;
	told.n++;
	(void)str_copy(told.failure, sizeof told.failure,
	    r->ev.failure != NULL ? r->ev.failure : "");
}

static bool
is_told(struct world *w)
{
	(void)w;
	return told.n == 1;
}

/* Its id. */
static const char *
add(struct world *w, const char *name, const char *is_default)
{
	static const unsigned char box[] = "box";
	static char id[CONFER_ID_LEN + 1];
	struct confer c;

	confer_init(&c, confer_type_find(*is_default ? "webex" : "tms"));
	assert_ok(w->f, confer_set(&c, "display_name", name, &w->f->ei));
	if (*is_default) {
		assert_ok(
		    w->f, confer_set(&c, "is_default", is_default, &w->f->ei));
	} else {
		assert_ok(
		    w->f, confer_set(&c, "host", "tms.lab.example", &w->f->ei));
		assert_ok(w->f, confer_set(&c, "account", "svc", &w->f->ei));
		assert_ok(w->f, confer_set(&c, "domain", "LAB", &w->f->ei));
		assert_ok(w->f, confer_give_box(&c, "password", box, sizeof box,
				    7, &w->f->ei));
	}
	assert_ok(w->f, store_confer_put(w->f->admin, &tester, &c, &w->f->ei));
	(void)str_copy(id, sizeof id, c.id);
	confer_clear(&c);
	return id;
}

static struct world *
up(void)
{
	struct world *w = world_new(1);

	memset(&tms, 0, sizeof tms);
	memset(&told, 0, sizeof told);
	w->other = service;
	world_start(w);
	return w;
}

static void
call(struct world *w, const char *id, enum confer_op op, const char *remote_id)
{
	char key[] = "key", owner[] = "a@lab.example", text[16];
	struct msg_confer_meeting m = {
	    .key = key, .owner = owner, .subject = key, .remote_id = text};

	(void)str_copy(text, sizeof text, remote_id);
	told.n = 0;
	assert_non_null(
	    conf_call_start(w->en.confs, id, op, &m, on_told, NULL));
	assert_int_equal(told.n, 0); /* never from within */
	world_until(w, is_told, "the end of the call");
}

static void
which_is_taken(void **state)
{
	struct world *w = up();

	(void)state;
	assert_null(conf_service_by_type(w->en.confs, "webex"));
	(void)add(w, "A site", "no");
	(void)add(w, "B site", "yes");
	world_changed(w);
	assert_string_equal(
	    confer_name(conf_service_by_type(w->en.confs, "webex")), "B site");
	assert_null(conf_service_by_type(w->en.confs, "tms"));
	assert_null(conf_service_find(w->en.confs, "none"));
	call(w, "none", CONFER_BOOK, "");
	assert_string_equal(told.failure, "confer-none");
	world_free(w);
}

static void
what_is_asked(void **state)
{
	struct world *w = up();
	const char *id = add(w, "Lab TMS", "");

	(void)state;
	world_changed(w);
	/* The version first, and no more; a session that has ended once. */
	tms.expired_n = 1;
	call(w, id, CONFER_BOOK, "");
	assert_string_equal(told.failure, "");
	assert_string_equal(tms.session, "fresh");
	assert_int_equal(tms.asked[CONFER_VERSION], 1);
	assert_int_equal(tms.asked[CONFER_BOOK], 2);
	assert_int_equal(tms.asked[CONFER_READ], 0);
	/* A change is read again. */
	call(w, id, CONFER_BOOK, "7");
	assert_int_equal(tms.asked[CONFER_VERSION], 1);
	assert_int_equal(tms.asked[CONFER_READ], 1);
	/* One that asks for a new session over and over is a fault. */
	tms.expired_n = 2;
	call(w, id, CONFER_BOOK, "");
	assert_string_equal(told.failure, "confer-session");
	/* What has no number is looked for before it is ended. */
	call(w, id, CONFER_CANCEL, "");
	assert_string_equal(tms.found, "9");
	call(w, id, CONFER_CANCEL, "7");
	assert_string_equal(tms.found, "7");
	assert_int_equal(tms.asked[CONFER_FIND], 1);
	world_free(w);
}

static void
secret_that_is_not_opened(void **state)
{
	struct world *w = up();
	const char *id = add(w, "Lab TMS", "");

	(void)state;
	world_changed(w);
	w->cred_answer = ERR_BOUND;
	call(w, id, CONFER_ALIVE, "");
	assert_string_equal(told.failure, "cred-bound");
	/* The next one asks anew. */
	w->cred_answer = ERR_OK;
	call(w, id, CONFER_ALIVE, "");
	assert_string_equal(told.failure, "");
	world_free(w);
}

static void
one_that_is_cancelled(void **state)
{
	struct world *w = up();
	const char *id = add(w, "Lab TMS", "");
	struct conf_call *c;

	(void)state;
	world_changed(w);
	c = conf_call_start(w->en.confs, id, CONFER_ALIVE, NULL, on_told, NULL);
	assert_non_null(c);
	conf_call_cancel(c);
	conf_call_cancel(NULL);
	world_turn(w, 50);
	assert_int_equal(told.n, 0);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(which_is_taken),
	    cmocka_unit_test(what_is_asked),
	    cmocka_unit_test(secret_that_is_not_opened),
	    cmocka_unit_test(one_that_is_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
