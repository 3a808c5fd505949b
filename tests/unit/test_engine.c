/* calconn-engine as a whole: what is promised when everything around it
 * fails at the worst moment.  See engine_world.h for who plays whom. */
#include <stdio.h>
#include <string.h>

#include "backend/engine/config_watch.h"
#include "backend/engine/user_state.h"
#include "backend/engine/users.h"
#include "common/store_admin.h"
#include "common/alloc.h"
#include "common/report.h"
#include "common/store_alarm.h"
#include "common/store_report.h"
#include "common/store_state.h"
#include "tests/unit/engine_world.h"

static struct world *
up(unsigned nets)
{
	struct world *w = world_new(nets);

	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	return w;
}

static bool
last_decorated(struct world *w)
{
	return w->items_n > 0 && world_decorated(w, w->items_n - 1);
}

static void
assert_once(struct world *w)
{
	size_t i;

	/* Time enough for a second one. */
	world_turn(w, 300);
	for (i = 0; i < w->items_n; i++)
		if (w->items[i].updates != 1)
			fail_msg(
			    "item %zu: %u updates", i, w->items[i].updates);
}

static bool
first_looked_at_twice(struct world *w)
{
	return w->items[0].gets >= 2;
}

static void
decorates_once(void **state)
{
	struct world *w = up(2);
	size_t i;

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	i = world_make(w, "alice", "@webex", "<p>x</p>");
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	/* Our own change came as an event and was known. */
	assert_int_equal(w->items[i].gets, 1);
	/* Somebody touches it: looked at, left alone. */
	world_touch(w, i);
	world_until(w, first_looked_at_twice, "looked at again");
	world_turn(w, 200);
	assert_int_equal(w->items[i].gets, 2);
	assert_int_equal(w->items[i].updates, 1);
	world_free(w);
}

static void
set_toll(struct world *w, const char *toll)
{
	const struct store_actor who = {"tester", "calconnctl"};
	struct errinfo ei;

	assert_ok(w->f,
	    store_setting_put(w->f->admin, &who, "jd_toll", toll, &w->f->ei));
	assert_int_equal(config_check(w->en.config, &ei), ERR_OK);
}

static bool
first_written_twice(struct world *w)
{
	return w->items[0].updates >= 2;
}

/* Other details are for other meetings; what a person broke is mended. */
static void
keeps_old_details(void **state)
{
	struct world *w = up(2);
	size_t i, k;

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	i = world_make(w, "alice", "@webex", "<p>x</p>");
	world_until(w, world_all_decorated, "decorated");
	assert_null(strstr(w->items[i].body, "+1 650"));
	set_toll(w, "+1 650");
	world_touch(w, i);
	world_until(w, first_looked_at_twice, "looked at again");
	world_turn(w, 200);
	assert_int_equal(w->items[i].gets, 2);
	assert_int_equal(w->items[i].updates, 1);
	k = world_make(w, "alice", "@webex", "<p>y</p>");
	world_until(w, world_all_decorated, "decorated");
	assert_non_null(strstr(w->items[k].body, "+1 650"));
	assert_null(strstr(w->items[i].body, "+1 650"));
	/* A word inside the old block is changed by hand. */
	memcpy(strstr(w->items[i].body, "Join meeting"), "XXXX", 4);
	world_touch(w, i);
	world_until(w, first_written_twice, "mended");
	world_turn(w, 200);
	assert_int_equal(w->items[i].updates, 2);
	assert_non_null(strstr(w->items[i].body, "Join meeting"));
	world_free(w);
}

static bool
two_are_kept(struct world *w)
{
	struct meeting_list l = {NULL, 0};
	struct errinfo ei;
	size_t n = 0;

	if (store_meeting_list(w->en.store, "", 10, &l, &ei) == ERR_OK)
		n = l.n;
	meeting_list_clear(&l);
	return n == 2;
}

/* Without a keyword a video address is found and kept, the body is left. */
static void
finds_video_address(void **state)
{
	struct world *w = up(1);
	struct meeting_list l = {NULL, 0};
	struct errinfo ei;
	size_t i;

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	(void)world_make(w, "alice", "Room 5", "<p>x</p>");
	i = world_make(w, "alice", "12345@video.example", "<p>x</p>");
	(void)world_make(w, "alice", "@webex", "<p>x</p>");
	world_until(w, last_decorated, "decorated");
	world_until(w, two_are_kept, "kept");
	assert_int_equal(w->items[i].updates, 0);
	assert_int_equal(
	    store_meeting_list(w->en.store, "", 10, &l, &ei), ERR_OK);
	assert_int_equal(l.n, 2);
	for (i = 0; i < l.n && !str_eq(l.v[i].verdict, "found"); i++)
		;
	assert_true(i < l.n);
	assert_string_equal(l.v[i].video_dial, "12345@video.example");
	assert_string_equal(l.v[i].video_place, "location");
	meeting_list_clear(&l);
	world_free(w);
}

static void
leaves_others_alone(void **state)
{
	struct world *w = up(1);
	size_t i;

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	(void)world_make(w, "alice", "Room 5", "<p>x</p>");
	(void)world_make(w, "alice", "bob@webex.com", "<p>x</p>");
	w->items[world_make(w, "alice", "@webex:space", "")].end_s = 1;
	world_turn(w, 300);
	for (i = 0; i < 3; i++)
		assert_int_equal(w->items[i].gets, 1);
	assert_int_equal(w->count[IPC_EWS_UPDATE], 0);
	world_free(w);
}

/* Changes made while it was down, and the ones that it was at. */
static void
finds_what_it_missed(void **state)
{
	struct world *w = up(1);
	unsigned i;

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	for (i = 0; i < 7; i++)
		(void)world_make(w, "alice", "@webex", "<p>x</p>");
	/* In the middle of it. */
	while (w->count[IPC_EWS_UPDATE] < 3)
		world_turn(w, 1);
	world_kill_engine(w);
	for (i = 0; i < 20; i++)
		(void)world_make(w, "alice", "@webex", "<p>x</p>");
	world_start(w);
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	world_free(w);
}

/* Killed over and over at different moments of a catch-up. */
static void
survives_kills_in_a_catch_up(void **state)
{
	struct world *w = up(2);
	unsigned i;

	(void)state;
	for (i = 0; i < 60; i++)
		(void)world_make(w, "alice", "@webex", "<p>x</p>");
	for (i = 0; i < 25; i++) {
		world_turn(w, i * 3);
		world_kill_engine(w);
		world_start(w);
	}
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	world_free(w);
}

/* A worker dies before, and after, a request was carried out. */
static void
survives_the_death_of_a_worker(void **state)
{
	static const enum ipc_type types[] = {IPC_EWS_SUBSCRIBE, IPC_EWS_STREAM,
	    IPC_EWS_SYNC, IPC_EWS_GET, IPC_EWS_UPDATE};
	static const enum world_fault faults[] = {FAULT_DIE, FAULT_DO_AND_DIE};
	struct world *w;
	size_t t, f;

	(void)state;
	for (t = 0; t < sizeof(types) / sizeof(types[0]); t++)
		for (f = 0; f < 2; f++) {
			w = up(1);
			w->fault_type = types[t];
			w->fault = faults[f];
			w->fault_n = 1;
			(void)world_make(w, "alice", "@webex", "<p>x</p>");
			world_until(w, world_all_decorated, "decorated");
			world_until(w, world_alice_subscribed, "subscribed");
			(void)world_make(w, "alice", "@webex", "<p>y</p>");
			world_until(w, world_all_decorated, "decorated");
			assert_once(w);
			assert_int_equal(w->fault_n, 0);
			world_free(w);
		}
}

static void
waits_for_a_worker(void **state)
{
	struct world *w = world_new(0);

	(void)state;
	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	(void)world_make(w, "alice", "@webex", "<p>x</p>");
	world_start(w);
	world_turn(w, 300);
	assert_false(world_alice_subscribed(w));
	world_kill_engine(w);
	w->nets[0].w = w;
	world_start(w);
	world_until(w, world_all_decorated, "decorated");
	world_free(w);
}

static bool
one_conflict(struct world *w)
{
	return w->count[IPC_EWS_UPDATE] >= 2 && world_all_decorated(w);
}

/* The person changes the meeting between our look and our writing. */
static void
reads_again_after_a_conflict(void **state)
{
	struct world *w = up(1);
	size_t i;

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	w->fault_type = IPC_EWS_UPDATE;
	w->fault = FAULT_ANSWER;
	w->failure = "ews-conflict";
	w->failure_code = ERR_CONFLICT;
	w->fault_n = 3;
	i = world_make(w, "alice", "@webex", "<p>x</p>");
	world_until(w, one_conflict, "decorated");
	assert_once(w);
	assert_int_equal(w->items[i].gets, 4);
	world_free(w);
}

static void
slows_down_when_asked(void **state)
{
	struct world *w = up(1);
	uint64_t began;

	(void)state;
	world_user(w, "bob", WORLD_LINK);
	world_changed(w);
	world_until(w, world_alice_subscribed, "subscribed");
	world_turn(w, 300);
	w->fault_type = IPC_EWS_GET;
	w->fault = FAULT_ANSWER;
	w->failure = "ews-busy";
	w->failure_code = ERR_THROTTLED;
	w->backoff_ms = 1500;
	w->fault_n = 1;
	began = uv_now(&w->loop);
	(void)world_make(w, "alice", "@webex", "<p>x</p>");
	world_turn(w, 100);
	/* Bob's go on meanwhile, Alice's do not. */
	(void)world_make(w, "bob", "@webex", "<p>x</p>");
	(void)world_make(w, "alice", "@webex", "<p>x</p>");
	world_turn(w, 300);
	assert_int_equal(w->items[2].gets, 0);
	assert_false(world_decorated(w, 0));
	assert_true(world_decorated(w, 1));
	world_until(w, world_all_decorated, "decorated");
	assert_in_range(uv_now(&w->loop) - began, 1500, 10000);
	assert_once(w);
	world_free(w);
}

static bool
has_two_subs(struct world *w)
{
	return w->subs_n >= 2 && w->subs[1].live;
}

static void
subscribes_anew(void **state)
{
	struct world *w = up(1);

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	world_turn(w, 300);
	world_forget_subs(w);
	/* Nothing tells of this one. */
	(void)world_make(w, "alice", "@webex", "<p>x</p>");
	world_end_streams(w, "", ERR_OK);
	world_until(w, has_two_subs, "subscribed anew");
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	world_free(w);
}

static bool
streams_reopened(struct world *w)
{
	return w->count[IPC_EWS_STREAM] >= 2 && w->streams[0].open;
}

static void
looks_after_a_broken_stream(void **state)
{
	struct world *w = up(1);

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	world_turn(w, 300);
	/* The event is lost with the connection. */
	w->no_events = true;
	(void)world_make(w, "alice", "@webex", "<p>x</p>");
	w->no_events = false;
	world_end_streams(w, "connection-closed", ERR_PROTO);
	world_until(w, streams_reopened, "the stream is open again");
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	world_free(w);
}

static bool
all_subscribed(struct world *w)
{
	return users_live_count(w->en.users) == 300;
}

static bool
all_streamed(struct world *w)
{
	size_t i, n = 0;

	for (i = 0; i < WORLD_STREAMS_MAX; i++)
		if (w->streams[i].open)
			n += w->streams[i].subs.n;
	return n >= 300;
}

static void
puts_many_into_few_streams(void **state)
{
	struct world *w = world_new(2);
	size_t i, n = 0;
	char who[16];

	(void)state;
	world_record(w, "Lab", "mail.lab.example");
	for (i = 0; i < 300; i++) {
		snprintf(who, sizeof(who), "p%03zu", i);
		world_user(w, who, WORLD_LINK);
	}
	world_enable(w, true);
	world_start(w);
	world_until(w, all_subscribed, "subscribed");
	world_until(w, all_streamed, "streamed");
	for (i = 0; i < WORLD_STREAMS_MAX; i++)
		n += w->streams[i].open;
	assert_in_range(n, 2, 4);
	for (i = 0; i < 300; i += 10) {
		snprintf(who, sizeof(who), "p%03zu", i);
		(void)world_make(w, who, "@webex", "<p>x</p>");
	}
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	world_free(w);
}

/* In state.db, for the list behind "2 users". */
static bool
both_are_counted(struct world *w)
{
	struct user_list l;
	struct errinfo ei;
	bool both;

	if (store_alarm_users(w->en.store, 60130, "", 0, 10, &l, &ei) != ERR_OK)
		return false;
	both = l.n == 2 && l.total == 2;
	user_list_clear(&l);
	return both;
}

static void
sends_nothing_when_the_box_is_bound_elsewhere(void **state)
{
	struct world *w = world_new(1);
	struct alarm_list l = {NULL, 0};
	struct errinfo ei;

	(void)state;
	w->cred_answer = ERR_BOUND;
	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_user(w, "bob", WORLD_LINK);
	world_enable(w, true);
	world_start(w);
	world_until(w, world_alice_failed, "an error");
	world_turn(w, 300);
	assert_int_equal(w->count[IPC_EWS_SUBSCRIBE], 0);
	assert_int_equal(w->count[IPC_POX], 0);
	assert_int_equal(store_alarm_list(w->en.store, &l, &ei), ERR_OK);
	assert_in_range(l.n, 1, 2);
	assert_int_equal(l.v[0].number, 60101);
	assert_string_equal(l.v[0].cause, "cred-bound");
	alarm_list_clear(&l);
	world_until(w, both_are_counted, "the users in the alarm");
	world_free(w);
}

/* One refusal is enough: the account must not be locked. */
static void
does_not_repeat_a_refused_password(void **state)
{
	struct world *w = world_new(1);
	unsigned i;
	char who[16];

	(void)state;
	world_record(w, "Lab", "mail.lab.example");
	for (i = 0; i < 60; i++) {
		snprintf(who, sizeof(who), "p%02u", i);
		world_user(w, who, WORLD_LINK);
	}
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	w->fault_type = IPC_EWS_SUBSCRIBE;
	w->fault = FAULT_ANSWER;
	w->failure = "http-401";
	w->failure_code = ERR_AUTH;
	w->fault_n = 1000;
	world_start(w);
	world_until(w, world_alice_failed, "an error");
	world_turn(w, 300);
	/* Those that were under way, and no more. */
	assert_in_range(w->count[IPC_EWS_SUBSCRIBE], 1, ACTIVATIONS_MAX);
	world_free(w);
}

static void
applies_changes_without_a_restart(void **state)
{
	struct world *w = up(1);

	(void)state;
	world_until(w, world_alice_subscribed, "subscribed");
	world_user(w, "bob", "");
	world_changed(w);
	world_turn(w, 400);
	assert_true(world_has_state(w, "bob", "subscribed"));
	(void)world_make(w, "bob", "@webex", "<p>x</p>");
	world_turn(w, 200);
	assert_int_equal(w->count[IPC_EWS_UPDATE], 0);
	/* He gets a room: the meeting that waited for it gets it too. */
	world_user(w, "bob", "https://lab.webex.com/meet/bob");
	world_changed(w);
	world_until(w, world_all_decorated, "decorated");
	assert_once(w);
	world_enable(w, false);
	world_changed(w);
	world_turn(w, 200);
	assert_true(world_has_state(w, "bob", "pending"));
	assert_int_equal(w->count[IPC_EWS_UNSUBSCRIBE], 2);
	world_free(w);
}

static void
ask_report(struct world *w)
{
	struct msg_job_ref m = {w->job};

	world_ask(w, IPC_JOB_GET, &m);
	world_turn(w, 5);
}

static bool
has_job(struct world *w)
{
	return w->job[0] != '\0';
}

static bool
test_is_over(struct world *w)
{
	ask_report(w);
	return w->report.job_id != NULL && w->report.state != STEP_RUNNING;
}

static void
start_test_of(struct world *w, struct msg_conn_test *m)
{
	struct exchange_list l = {NULL, 0};

	assert_ok(w->f, store_exchange_list(w->f->admin, &l, &w->f->ei));
	m->record_id = l.v[0].id;
	w->job[0] = '\0';
	w->last_error = ERR_OK;
	world_ask(w, IPC_CONN_TEST, m);
	exchange_list_clear(&l);
}

static void
start_test(struct world *w)
{
	struct msg_conn_test m = {0};

	start_test_of(w, &m);
	world_until(w, has_job, "the test has begun");
}

/* Also while the connector is not enabled. */
static void
tests_a_connection(void **state)
{
	struct world *w = world_new(1);

	(void)state;
	world_record(w, "Lab", NULL);
	world_start(w);
	start_test(w);
	world_until(w, test_is_over, "the test is over");
	assert_int_equal(w->report.state, STEP_OK);
	assert_int_equal(w->count[IPC_POX], 1);
	assert_int_equal(w->count[IPC_EWS_UNSUBSCRIBE], 1);
	assert_string_equal(
	    w->report.ews_url, "https://mail." WORLD_MAIL "/EWS");

	w->fault_type = IPC_EWS_CALENDAR;
	w->fault = FAULT_ANSWER;
	w->failure = "ews-impersonation";
	w->failure_code = ERR_DENIED;
	w->fault_n = 1;
	start_test(w);
	world_until(w, test_is_over, "the test is over");
	assert_int_equal(w->report.state, STEP_FAILED);
	assert_non_null(strstr(
	    w->report.steps[w->report.steps_n - 2].command, "svc@lab.example"));
	assert_int_equal(
	    w->report.steps[w->report.steps_n - 1].state, STEP_SKIPPED);
	world_free(w);
}

static void
cancels_a_test(void **state)
{
	struct world *w = world_new(1);
	struct msg_job_ref m = {w->job}, none = {w->job};
	char unknown[] = "0123";

	(void)state;
	world_record(w, "Lab", NULL);
	world_start(w);
	w->fault_type = IPC_EWS_PROBE;
	w->fault = FAULT_SILENT;
	w->fault_n = 1;
	start_test(w);
	world_turn(w, 100);
	ask_report(w);
	assert_int_equal(w->report.state, STEP_RUNNING);
	world_ask(w, IPC_JOB_CANCEL, &m);
	world_until(w, test_is_over, "the test is over");
	assert_int_equal(w->report.state, STEP_FAILED);
	assert_string_equal(
	    w->report.steps[w->report.steps_n - 1].failure, "cancelled");
	assert_int_equal(w->count[IPC_NET_CANCEL], 1);
	none.job_id = unknown;
	world_ask(w, IPC_JOB_GET, &none);
	world_turn(w, 50);
	assert_int_equal(w->last_error, ERR_NOTFOUND);
	world_free(w);
}

static bool
was_refused(struct world *w)
{
	return w->last_error != ERR_OK;
}

static bool
has_started_over(struct world *w)
{
	return has_job(w) && !w->job_is_other;
}

/* One that fails does not stop the others, and each is kept. */
static void
tests_several_addresses(void **state)
{
	char a[] = "alice@" WORLD_MAIL, b[] = "bob@" WORLD_MAIL,
	     c[] = "carol@" WORLD_MAIL;
	char *names[] = {a, b, c}, job[64], *json;
	struct world *w = world_new(1);
	struct msg_conn_test m = {.emails = {names, 3}, .by = a};
	int64_t at_s;
	bool passed;
	size_t i, failed = 0;

	(void)state;
	world_record(w, "Lab", NULL);
	world_start(w);
	w->fault_type = IPC_EWS_CALENDAR;
	w->fault = FAULT_ANSWER;
	w->failure = "ews-impersonation";
	w->failure_code = ERR_DENIED;
	w->fault_n = 1;
	start_test_of(w, &m);
	world_until(w, has_job, "the test has begun");
	assert_int_equal(w->job_trees, 3);
	snprintf(job, sizeof(job), "%.40s", w->job);
	for (i = 0; i < 3; i++) {
		if (i > 0)
			snprintf(
			    w->job, sizeof(w->job), "%.40s-%zu", job, i + 1);
		world_until(w, test_is_over, "the tree is over");
		assert_string_equal(w->report.mailbox, names[i]);
		assert_string_equal(w->report.by, a);
		assert_int_equal(w->report.place, i + 1);
		assert_int_equal(w->report.trees, 3);
		failed += w->report.state == STEP_FAILED;
		assert_ok(
		    w->f, store_report_get(w->f->admin, w->report.record_id,
			      names[i], &at_s, &passed, &json, &w->f->ei));
		assert_int_equal(passed, w->report.state != STEP_FAILED);
		mem_free(json);
	}
	assert_int_equal(failed, 1);
	world_free(w);
}

/* One a session, and so many over all; a cancelled one makes room and is
 * not kept. */
static void
limits_tests(void **state)
{
	char names[10][32], *list[10], me[] = "me", other[64], *json;
	struct msg_conn_test mine = {.session = me};
	struct msg_conn_test many = {.emails = {list, 10}};
	struct world *w = world_new(1);
	struct msg_job_ref first = {other};
	struct exchange_list l = {NULL, 0};
	int64_t at_s;
	bool passed;
	size_t i;

	(void)state;
	for (i = 0; i < 10; i++) {
		snprintf(names[i], sizeof(names[i]), "u%zu@" WORLD_MAIL, i);
		list[i] = names[i];
	}
	world_record(w, "Lab", NULL);
	world_start(w);
	w->fault_type = IPC_EWS_PROBE;
	w->fault = FAULT_SILENT;
	w->fault_n = 100;
	start_test_of(w, &mine);
	world_until(w, has_job, "the first test has begun");
	assert_false(w->job_is_other);
	snprintf(other, sizeof(other), "%s", w->job);
	start_test_of(w, &mine);
	world_until(w, has_job, "it is told of the first one");
	assert_true(w->job_is_other);
	assert_string_equal(w->job, other);

	start_test_of(w, &many);
	world_until(w, has_started_over, "ten more run");
	start_test_of(w, &many);
	world_until(w, was_refused, "too many");
	assert_int_equal(w->last_error, ERR_BUSY);

	world_ask(w, IPC_JOB_CANCEL, &first);
	world_turn(w, 50);
	start_test_of(w, &mine);
	world_until(w, has_started_over, "there is room again");
	assert_string_not_equal(w->job, other);
	assert_ok(w->f, store_exchange_list(w->f->admin, &l, &w->f->ei));
	assert_int_equal(store_report_get(w->f->admin, l.v[0].id, NULL, &at_s,
			     &passed, &json, &w->f->ei),
	    ERR_NOTFOUND);
	exchange_list_clear(&l);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(decorates_once),
	    cmocka_unit_test(finds_video_address),
	    cmocka_unit_test(keeps_old_details),
	    cmocka_unit_test(leaves_others_alone),
	    cmocka_unit_test(finds_what_it_missed),
	    cmocka_unit_test(survives_kills_in_a_catch_up),
	    cmocka_unit_test(survives_the_death_of_a_worker),
	    cmocka_unit_test(waits_for_a_worker),
	    cmocka_unit_test(reads_again_after_a_conflict),
	    cmocka_unit_test(slows_down_when_asked),
	    cmocka_unit_test(subscribes_anew),
	    cmocka_unit_test(looks_after_a_broken_stream),
	    cmocka_unit_test(puts_many_into_few_streams),
	    cmocka_unit_test(sends_nothing_when_the_box_is_bound_elsewhere),
	    cmocka_unit_test(does_not_repeat_a_refused_password),
	    cmocka_unit_test(applies_changes_without_a_restart),
	    cmocka_unit_test(tests_a_connection),
	    cmocka_unit_test(cancels_a_test),
	    cmocka_unit_test(tests_several_addresses),
	    cmocka_unit_test(limits_tests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
