/* Meetings booked with a conferencing service, which this test plays: it keeps
 * what is booked by its key, whatever the engine forgets. */
#include <stdio.h>
#include <string.h>

#include "backend/core/ipc_loop.h"
#include "backend/engine/book_fault.h"
#include "common/alloc.h"
#include "common/confer.h"
#include "common/confer_op.h"
#include "common/failure.h"
#include "common/store_alarm.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/str.h"
#include "tests/unit/engine_world.h"

#define NAME "Lab TMS"
#define ALARM_NUMBER 60165
#define KEYWORD_ALARM_NUMBER 60166
#define NO_ACCOUNT_NUMBER 60161

/* What the service has; one meeting is enough. */
static struct {
	char key[300];
	bool there, silent; /* silent: it does what is asked and says nothing */
	unsigned made, saved, ended, asked, read;
	const char *failure; /* of the next bookings */
	unsigned failure_n;
	enum err code;
} tms;
static size_t item;

static void
send_it(struct world_net *n, uint64_t id, struct msg_confer_result *r)
{
	if (n->c != NULL && !tms.silent)
		assert_int_equal(
		    ipc_conn_send(n->c, IPC_CONFER_DONE, id, r, -1), ERR_OK);
	msg_confer_result_free(r);
}

static void
fault(struct msg_confer_result *r, const char *failure, enum err e)
{
	r->ev.code = (uint32_t)e;
	r->ev.failure = xstrdup(failure);
	/* It said yes, and holds something else. */
	if (str_eq(failure, "confer-time") || str_eq(failure, "confer-title")) {
		r->remote_id = xstrdup("7");
		r->link = xstrdup("https://tms.lab.example/join/7");
	}
}

static void
book_it(const struct msg_confer_job *m, struct msg_confer_result *r)
{
	if (!tms.there) {
		tms.made++;
		(void)str_copy(tms.key, sizeof tms.key, m->meeting.key);
	}
	assert_string_equal(tms.key, m->meeting.key);
	tms.there = true;
	if (m->op == CONFER_READ)
		tms.read++;
	else
		tms.saved++;
	r->remote_id = xstrdup("7");
	r->link = xstrdup("https://tms.lab.example/join/7");
	r->number = xstrdup("50007");
}

static void
service(struct world_net *n, enum ipc_type t, uint64_t id, const void *msg,
    bool fail)
{
	const struct msg_confer_job *m = msg;
	struct msg_confer_result r = {0};

	(void)fail;
	if (t != IPC_CONFER)
		return;
	if (m->op == CONFER_VERSION) {
		r.api = 17;
	} else if (m->op == CONFER_BOOK && tms.failure != NULL) {
		tms.asked++;
		fault(&r, tms.failure, tms.code);
		if (tms.failure_n == 0 || --tms.failure_n == 0)
			tms.failure = NULL;
	} else if (m->op == CONFER_BOOK || m->op == CONFER_READ) {
		book_it(m, &r);
	} else if (!tms.there) {
		fault(&r, "confer-not-found", ERR_NOTFOUND);
	} else if (m->op == CONFER_FIND) {
		r.remote_id = xstrdup("7");
	} else {
		assert_int_equal(m->op, CONFER_CANCEL);
		assert_string_equal(m->meeting.remote_id, "7");
		tms.there = false;
		tms.ended++;
	}
	send_it(n, id, &r);
}

static bool
subscribed(struct world *w)
{
	return world_has_state(w, "alice", "subscribed");
}

static struct world *
up(void)
{
	static const unsigned char box[] = "box";
	struct world *w = world_new(1);
	struct confer c;

	memset(&tms, 0, sizeof tms);
	w->other = service;
	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	confer_init(&c, confer_type_find("tms"));
	assert_ok(w->f, confer_set(&c, "display_name", NAME, &w->f->ei));
	assert_ok(w->f, confer_set(&c, "host", "tms.lab.example", &w->f->ei));
	assert_ok(w->f, confer_set(&c, "account", "svc", &w->f->ei));
	assert_ok(w->f, confer_set(&c, "domain", "LAB", &w->f->ei));
	assert_ok(w->f,
	    confer_give_box(&c, "password", box, sizeof box, 7, &w->f->ei));
	assert_ok(w->f, store_confer_put(w->f->admin, &tester, &c, &w->f->ei));
	confer_clear(&c);
	world_start(w);
	world_until(w, subscribed, "subscribed");
	return w;
}

static bool
decorated(struct world *w)
{
	return world_decorated(w, item);
}

static bool
made(struct world *w)
{
	(void)w;
	return tms.made == 1;
}

static bool
ended(struct world *w)
{
	(void)w;
	return tms.ended == 1;
}

static bool
raised(struct world *w)
{
	struct alarm a;
	enum err e =
	    store_alarm_get(w->f->admin, ALARM_NUMBER, NAME, &a, &w->f->ei);

	if (e == ERR_OK)
		alarm_clear(&a);
	return e == ERR_OK;
}

static bool
no_account(struct world *w)
{
	struct alarm a;
	bool names = false;

	if (store_alarm_get(
		w->f->admin, NO_ACCOUNT_NUMBER, "", &a, &w->f->ei) == ERR_OK) {
		names = strstr(a.detail, "1 user: alice@") != NULL &&
			strstr(a.detail, "Webex knows no such user") != NULL;
		alarm_clear(&a);
	}
	return names;
}

static bool
has_account(struct world *w)
{
	struct alarm a;
	enum err e =
	    store_alarm_get(w->f->admin, NO_ACCOUNT_NUMBER, "", &a, &w->f->ei);

	if (e == ERR_OK)
		alarm_clear(&a);
	return e == ERR_NOTFOUND;
}

/* By the words of a notice. */
static bool
told(struct world *w)
{
	return strstr(w->items[item].body, "could not be booked") != NULL;
}

/* Only the modifier asks for a service that is not there. */
static bool
keyword_raised(struct world *w)
{
	struct alarm a;
	enum err e = store_alarm_get(
	    w->f->admin, KEYWORD_ALARM_NUMBER, "Webex", &a, &w->f->ei);

	if (e != ERR_OK)
		return false;
	assert_non_null(strstr(a.detail, "@webex:onetime"));
	alarm_clear(&a);
	return true;
}

static bool
keyword_lowered(struct world *w)
{
	return !keyword_raised(w);
}

static bool
untold(struct world *w)
{
	return !told(w);
}

static bool
joined(struct world *w)
{
	return strstr(w->items[item].body, "https://tms.lab.example/join/7") !=
	       NULL;
}

static bool
asked_twice(struct world *w)
{
	(void)w;
	return tms.asked >= 2;
}

static void
booked_once_and_ended(void **state)
{
	struct world *w = up();

	(void)state;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_until(w, decorated, "decorated");
	assert_non_null(
	    strstr(w->items[item].body, "https://tms.lab.example/join/7"));
	assert_null(strstr(w->items[item].body, "Personal Room"));
	/* Nothing that the booking knows has changed: it is not asked again. */
	world_touch(w, item);
	world_turn(w, 300);
	assert_int_equal(tms.saved, 1);
	(void)str_copy(
	    w->items[item].location, sizeof w->items[item].location, "Room 4");
	world_touch(w, item);
	world_until(w, ended, "ended without its keyword");
	world_free(w);
}

/* kill -9 after the service did it, before anybody was told. */
static void
killed_between(void **state)
{
	struct world *w = up();

	(void)state;
	tms.silent = false;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	w->fault_type = IPC_EWS_UPDATE;
	w->fault = FAULT_SILENT;
	w->fault_n = 1;
	world_until(w, made, "booked");
	world_kill_engine(w);
	world_start(w);
	world_until(w, decorated, "decorated after a kill");
	assert_int_equal(tms.made, 1);
	world_free(w);
}

static void
killed_before_it_was_told(void **state)
{
	struct world *w = up();

	(void)state;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_turn(w, 1);
	/* The version is known from here on, or asked for once more. */
	w->fault_type = IPC_CONFER;
	w->fault = FAULT_DO_AND_DIE;
	w->fault_n = 2;
	w->respawn = true;
	world_until(w, made, "booked, and nobody was told");
	world_kill_engine(w);
	w->fault_n = 0;
	world_start(w);
	world_until(w, decorated, "decorated after a kill");
	assert_int_equal(tms.made, 1);
	assert_int_equal(w->items[item].updates, 1);
	world_free(w);
}

static void
licences_raise_an_alarm(void **state)
{
	struct world *w = up();

	(void)state;
	tms.failure = "confer-licence";
	tms.code = ERR_DENIED;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_until(w, raised, "the alarm with the service's name");
	world_until(w, told, "the organizer is told");
	assert_int_equal(tms.saved, 0);
	world_free(w);
}

/* Of the users together, over a restart, until a booking works. */
static void
a_person_without_an_account(void **state)
{
	struct world *w = up();

	(void)state;
	tms.failure = "webex-not-found";
	tms.code = ERR_NOTFOUND;
	tms.failure_n = 1;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_until(w, no_account, "60161 with the user's name");
	assert_false(raised(w)); /* the service is well */
	world_kill_engine(w);
	world_start(w);
	world_until(w, subscribed, "subscribed again");
	world_turn(w, 1500); /* users are counted within a second */
	assert_true(no_account(w));
	w->items[item].subject = "Other";
	world_touch(w, item);
	world_until(w, joined, "booked");
	world_until(w, has_account, "lowered");
	world_free(w);
}

/* In the invitation, once, for the organizer alone; in its place come the
 * join details as soon as the booking works. */
static void
told_once_and_replaced(void **state)
{
	struct world *w = up();

	(void)state;
	tms.failure = "confer-licence";
	tms.failure_n = 1000;
	tms.code = ERR_DENIED;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	w->items[item].has_guests = true;
	world_until(w, told, "told");
	assert_non_null(strstr(w->items[item].body, "no licence left"));
	assert_false(w->items[item].told_guests);
	/* Looked at again, also when somebody took it out: told is told. */
	world_touch(w, item);
	world_until(w, asked_twice, "tried again");
	world_turn(w, 300);
	assert_int_equal(w->items[item].updates, 1);
	mem_free(w->items[item].body);
	w->items[item].body = xstrdup("<p>x</p>");
	world_touch(w, item);
	world_turn(w, 2500);
	assert_int_equal(w->items[item].updates, 1);
	/* The person changes the meeting, and licences are there again. */
	w->items[item].subject = "Other";
	tms.failure_n = 1;
	world_touch(w, item);
	world_until(w, told, "told of the change");
	world_touch(w, item);
	world_until(w, joined, "details in its place");
	assert_null(strstr(w->items[item].body, "no licence"));
	assert_true(w->items[item].told_guests);
	assert_string_equal(
	    strstr(w->items[item].body, "<p>x</p>"), w->items[item].body);
	world_free(w);
}

static void
taken_out_with_the_keyword(void **state)
{
	struct world *w = up();

	(void)state;
	/* No service of this kind is there. */
	item = world_make(
	    w, "alice", "@webex:onetime", "<html><body>x</body></html>");
	world_until(w, told, "told");
	world_until(w, keyword_raised, "the alarm of the modifier");
	assert_non_null(strstr(w->items[item].body, "No conferencing service"));
	(void)str_copy(
	    w->items[item].location, sizeof w->items[item].location, "Room 4");
	world_touch(w, item);
	world_until(w, untold, "taken out");
	assert_string_equal(w->items[item].body, "<html><body>x</body></html>");
	assert_int_equal(w->items[item].updates, 2);
	world_until(w, keyword_lowered, "the alarm is gone");
	/* Where nothing else stood in the body, nothing is left. */
	item = world_make(w, "alice", "@webex:onetime", "");
	world_until(w, told, "told");
	(void)str_copy(
	    w->items[item].location, sizeof w->items[item].location, "Room 4");
	world_touch(w, item);
	world_until(w, untold, "taken out");
	world_until(w, keyword_lowered, "the alarm is gone");
	world_free(w);
}

/* It is tried on; a new service makes it due at once. */
static void
told_that_it_is_away(void **state)
{
	struct world *w = up();

	(void)state;
	tms.failure = "connect-refused";
	tms.failure_n = 1000;
	tms.code = ERR_CONNECT;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_until(w, told, "told");
	assert_non_null(strstr(w->items[item].body, "does not answer"));
	assert_true(tms.asked >= 3);
	assert_true(raised(w));
	tms.failure = NULL;
	world_touch(w, item);
	world_until(w, joined, "details in its place");
	assert_int_equal(w->items[item].updates, 2);
	assert_false(raised(w));
	world_free(w);
}

static bool
asked_three_times(struct world *w)
{
	(void)w;
	return tms.asked == 3;
}

/* It says yes and holds another time: asked for once more, and good. */
static void
repaired(void **state)
{
	struct world *w = up();

	(void)state;
	tms.failure = "confer-time";
	tms.failure_n = 2;
	tms.code = ERR_CONFLICT;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_until(w, joined, "repaired");
	assert_int_equal(tms.asked, 2);
	assert_int_equal(tms.read, 1);
	assert_int_equal(tms.saved, 1);
	assert_int_equal(w->items[item].updates, 1);
	assert_false(raised(w));
	world_free(w);
}

/* Over and over: the alarm has the service's name, the organizer is told. */
static void
holds_another_time(void **state)
{
	struct world *w = up();

	(void)state;
	tms.failure = "confer-time";
	tms.failure_n = 1000;
	tms.code = ERR_CONFLICT;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_until(w, raised, "the alarm");
	world_until(w, told, "told");
	assert_non_null(strstr(w->items[item].body, "join/7"));
	world_free(w);
}

/* Another subject keeps nobody from joining. */
static void
holds_another_subject(void **state)
{
	struct world *w = up();

	(void)state;
	tms.failure = "confer-title";
	tms.failure_n = 1000;
	tms.code = ERR_CONFLICT;
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_until(w, joined, "details");
	assert_true(asked_three_times(w));
	assert_false(told(w));
	assert_false(raised(w));
	world_free(w);
}

/* What was told of is tried again when a service comes. */
static void
tried_again_with_a_new_service(void **state)
{
	struct world *w = up();
	struct confer_list l;

	(void)state;
	assert_ok(w->f, store_confer_list(w->f->admin, &l, &w->f->ei));
	assert_ok(w->f,
	    store_confer_delete(w->f->admin, &tester, l.v[0].id, &w->f->ei));
	world_changed(w);
	item = world_make(w, "alice", "@meet:tms", "<p>x</p>");
	world_until(w, told, "told");
	l.v[0].rev = 0;
	assert_ok(
	    w->f, store_confer_put(w->f->admin, &tester, &l.v[0], &w->f->ei));
	confer_list_clear(&l);
	world_changed(w);
	world_until(w, joined, "details in its place");
	world_free(w);
}

static void
each_fault_has_its_answer(void **state)
{
	static const struct {
		const char *failure;
		enum book_fault what;
	} rows[] = {
	    {"confer-licence", BOOK_FAULT_REFUSED},
	    {"confer-down", BOOK_FAULT_LATER},
	    {"confer-not-found", BOOK_FAULT_GONE},
	    {"confer-deleted", BOOK_FAULT_GONE},
	    {"confer-no-room", BOOK_FAULT_ROOMS},
	    {"confer-room-busy", BOOK_FAULT_ROOMS},
	    {"confer-room-denied", BOOK_FAULT_ROOMS},
	    {"confer-window", BOOK_FAULT_REFUSED},
	    {"confer-time", BOOK_FAULT_DIFFERS},
	    {"confer-title", BOOK_FAULT_DIFFERS},
	    {"webex-refused", BOOK_FAULT_REFUSED},
	    {"cms-refused", BOOK_FAULT_REFUSED},
	    {"http-423", BOOK_FAULT_LATER},
	    {"http-429", BOOK_FAULT_LATER},
	    {"connect-refused", BOOK_FAULT_LATER},
	};
	struct msg_evidence ev = {.code = ERR_PROTO};
	char name[64], text[400];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		(void)str_copy(name, sizeof name, rows[i].failure);
		ev.failure = name;
		assert_int_equal(book_fault_of(&ev), rows[i].what);
		book_fault_text(&ev, text, sizeof text);
		assert_true(text[0] != '\0');
	}
	ev.code = ERR_OK;
	assert_int_equal(book_fault_of(&ev), BOOK_FAULT_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(booked_once_and_ended),
	    cmocka_unit_test(killed_between),
	    cmocka_unit_test(killed_before_it_was_told),
	    cmocka_unit_test(a_person_without_an_account),
	    cmocka_unit_test(licences_raise_an_alarm),
	    cmocka_unit_test(told_once_and_replaced),
	    cmocka_unit_test(taken_out_with_the_keyword),
	    cmocka_unit_test(told_that_it_is_away),
	    cmocka_unit_test(repaired),
	    cmocka_unit_test(holds_another_time),
	    cmocka_unit_test(holds_another_subject),
	    cmocka_unit_test(tried_again_with_a_new_service),
	    cmocka_unit_test(each_fault_has_its_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
