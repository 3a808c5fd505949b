/* Series booked with a conferencing service, which this test plays: what it
 * was told last is what it has. */
#include <stdio.h>
#include <string.h>

#include "backend/core/ipc_loop.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/confer.h"
#include "common/confer_op.h"
#include "common/recur.h"
#include "common/store_booking.h"
#include "common/store_confer.h"
#include "common/store_state.h"
#include "common/str.h"
#include "tests/unit/engine_world.h"

#define DAY_S 86400
#define ALICE "alice@" WORLD_MAIL
#define KEPT 4

/* What the service has, by key. */
static struct {
	struct msg_confer_meeting m[KEPT];
	bool there[KEPT];
	unsigned saved, ended;
	bool is_away; /* for ends */
} tms;
/* The series, and one of it; what they are read as. */
static size_t master, part;
static struct {
	int64_t first_s, moved_s, gone_s; /* the last two: 0: none is */
	unsigned end_kind, count, kind;
	const char *subject; /* of the one */
	bool has_zone;
} cal;

static int
slot_of(const char *key)
{
	int i, spare = -1;

	for (i = 0; i < KEPT; i++) {
		if (tms.m[i].key == NULL)
			spare = spare < 0 ? i : spare;
		else if (str_eq(tms.m[i].key, key))
			return i;
	}
	assert_true(spare >= 0);
	return spare;
}

static int
there_n(void)
{
	int i, n = 0;

	for (i = 0; i < KEPT; i++)
		n += tms.there[i] ? 1 : 0;
	return n;
}

static void
forget(void)
{
	int i;

	for (i = 0; i < KEPT; i++)
		msg_confer_meeting_free(&tms.m[i]);
	memset(&tms, 0, sizeof tms);
}

static void
book_it(const struct msg_confer_job *job, struct msg_confer_result *r)
{
	int i = slot_of(job->meeting.key);
	char text[64];

	msg_confer_meeting_free(&tms.m[i]);
	assert_int_equal(
	    msg_confer_meeting_copy(&tms.m[i], &job->meeting), ERR_OK);
	tms.there[i] = true;
	tms.saved++;
	(void)snprintf(text, sizeof text, "%d", 7 + i);
	r->remote_id = xstrdup(text);
	(void)snprintf(
	    text, sizeof text, "https://tms.lab.example/join/%d", 7 + i);
	r->link = xstrdup(text);
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
		r.api = 22;
	} else if (m->op == CONFER_BOOK) {
		book_it(m, &r);
	} else {
		assert_int_equal(m->op, CONFER_CANCEL);
		if (tms.is_away) {
			r.ev.code = (uint32_t)ERR_CONNECT;
			r.ev.failure = xstrdup("confer-down");
			goto out;
		}
		tms.there[m->meeting.remote_id[0] - '7'] = false;
		tms.ended++;
	}
out:
	assert_int_equal(
	    ipc_conn_send(n->c, IPC_CONFER_DONE, id, &r, -1), ERR_OK);
	msg_confer_result_free(&r);
}

static void
shape_part(struct msg_ews_item *r)
{
	mem_free(r->uid);
	r->uid = xstrdup("series");
	r->original_s = cal.first_s + DAY_S;
	r->start_s = cal.moved_s;
	r->end_s = r->start_s + 3600;
	mem_free(r->subject);
	r->subject = xstrdup(cal.subject);
}

static void
shape(size_t item, struct msg_ews_item *r)
{
	char id[64];

	if (item == part) {
		shape_part(r);
		return;
	}
	mem_free(r->uid);
	r->uid = xstrdup("series");
	r->start_s = cal.first_s;
	r->end_s = r->start_s + 3600;
	r->recur.kind = cal.kind;
	r->recur.interval = 1;
	r->recur.day = 15;
	r->recur.month = 6;
	r->recur.start_day = cal.first_s / DAY_S;
	r->recur.end_kind = cal.end_kind;
	r->recur.count = cal.count;
	r->recur.zone = xstrdup(cal.has_zone ? "UTC" : "Moon Standard Time");
	if (cal.moved_s != 0) {
		r->changed = xcalloc(1, sizeof(*r->changed));
		r->changed_n = 1;
		(void)snprintf(id, sizeof id, "item%zu", part);
		r->changed[0].item_id = xstrdup(id);
		r->changed[0].change_key = xstrdup("part");
		r->changed[0].original_s = cal.first_s + DAY_S;
		r->changed[0].start_s = cal.moved_s;
		r->changed[0].end_s = cal.moved_s + 3600;
	}
	if (cal.gone_s != 0) {
		r->deleted = xcalloc(1, sizeof(*r->deleted));
		r->deleted_n = 1;
		r->deleted[0].at_s = cal.gone_s;
	}
}

static bool
subscribed(struct world *w)
{
	return world_has_state(w, "alice", "subscribed");
}

static struct world *
up(const char *master_place, const char *part_place)
{
	static const unsigned char box[] = "box";
	struct world *w = world_new(1);
	struct confer c;

	forget();
	memset(&cal, 0, sizeof cal);
	cal.first_s = clock_wall_s() / 3600 * 3600 + 7200;
	cal.kind = RECUR_DAILY;
	cal.end_kind = RECUR_COUNT;
	cal.count = 10;
	cal.subject = "special";
	cal.has_zone = true;
	w->other = service;
	w->shape = shape;
	world_record(w, "Lab", "mail.lab.example");
	world_user(w, "alice", WORLD_LINK);
	world_enable(w, true);
	confer_init(&c, confer_type_find("tms"));
	assert_ok(w->f, confer_set(&c, "display_name", "TMS", &w->f->ei));
	assert_ok(w->f, confer_set(&c, "host", "tms.lab.example", &w->f->ei));
	assert_ok(w->f, confer_set(&c, "account", "svc", &w->f->ei));
	assert_ok(w->f, confer_set(&c, "domain", "LAB", &w->f->ei));
	assert_ok(w->f,
	    confer_give_box(&c, "password", box, sizeof box, 7, &w->f->ei));
	assert_ok(w->f, store_confer_put(w->f->admin, &tester, &c, &w->f->ei));
	confer_clear(&c);
	world_start(w);
	world_until(w, subscribed, "subscribed");
	/* The one is there before anybody tells of it. */
	part = w->items_n + 1;
	w->no_events = true;
	master = world_make(w, "alice", master_place, "<p>x</p>");
	w->items[master].kind = "RecurringMaster";
	w->items[master].series_end_s = cal.first_s + 20 * DAY_S;
	part = w->items_n;
	w->items[part].kind = "Exception";
	(void)world_make(w, "alice", part_place, "<p>x</p>");
	w->no_events = false;
	return w;
}

static bool
is_decorated(struct world *w)
{
	return world_decorated(w, master);
}

static bool
part_is_decorated(struct world *w)
{
	return world_decorated(w, part);
}

static bool
none_there(struct world *w)
{
	(void)w;
	return there_n() == 0;
}

static const char *
why_of(struct world *w)
{
	static char why[400];
	struct meeting m;
	char id[64];

	(void)snprintf(id, sizeof id, "item%zu", master);
	why[0] = '\0';
	if (store_meeting_get(w->f->admin, ALICE, id, &m, &w->f->ei) ==
	    ERR_OK) {
		(void)str_copy(why, sizeof why, m.why != NULL ? m.why : "");
		meeting_clear(&m);
	}
	return why;
}

static bool
is_told(struct world *w)
{
	return strstr(why_of(w), "Cisco TMS books a series only") != NULL;
}

static void
the_rule_goes_along(void **state)
{
	struct world *w = up("@meet:tms", "@meet:tms");
	const struct msg_confer_meeting *m = &tms.m[0];

	(void)state;
	world_touch(w, master);
	world_until(w, is_decorated, "decorated");
	assert_int_equal(m->series.recur.kind, RECUR_DAILY);
	assert_int_equal(m->series.recur.count, 10);
	assert_string_equal(m->series.rule, "FREQ=DAILY;COUNT=10");
	assert_string_equal(m->series.timezone, "Etc/UTC");
	assert_int_equal(m->start_s, cal.first_s);
	assert_int_equal(m->series.exceptions_n, 0);
	/* Nothing else: nothing is asked. */
	world_touch(w, master);
	world_turn(w, 300);
	assert_int_equal(tms.saved, 1);
	world_free(w);
	forget();
}

static void
what_differs_goes_along(void **state)
{
	struct world *w = up("@meet:tms", "@meet:tms");
	const struct msg_confer_series *s = &tms.m[0].series;

	(void)state;
	cal.moved_s = cal.first_s + DAY_S + 7200;
	cal.gone_s = cal.first_s;
	world_touch(w, master);
	world_until(w, part_is_decorated, "the one decorated");
	assert_int_equal(there_n(), 1);
	assert_int_equal(s->exceptions_n, 2);
	assert_true(s->exceptions[0].is_gone);
	assert_int_equal(s->exceptions[0].original_s, cal.first_s);
	assert_false(s->exceptions[1].is_gone);
	assert_int_equal(s->exceptions[1].original_s, cal.first_s + DAY_S);
	assert_int_equal(s->exceptions[1].start_s, cal.moved_s);
	assert_string_equal(s->exceptions[1].subject, "special");
	/* It has the series' details. */
	assert_non_null(
	    strstr(w->items[part].body, "https://tms.lab.example/join/7"));
	world_free(w);
	forget();
}

static void
without_its_keyword_it_is_gone(void **state)
{
	struct world *w = up("@meet:tms", "Room 4");

	(void)state;
	cal.moved_s = cal.first_s + DAY_S + 7200;
	world_touch(w, master);
	world_until(w, is_decorated, "decorated");
	assert_int_equal(tms.m[0].series.exceptions_n, 1);
	assert_true(tms.m[0].series.exceptions[0].is_gone);
	world_turn(w, 300);
	assert_int_equal(w->items[part].updates, 0);
	assert_int_equal(there_n(), 1);
	world_free(w);
	forget();
}

/* And ends with the series. */
static void
a_keyword_on_one_alone(void **state)
{
	struct world *w = up("Room 4", "@meet:tms");

	(void)state;
	cal.moved_s = cal.first_s + DAY_S + 7200;
	world_touch(w, master);
	world_until(w, part_is_decorated, "the one decorated");
	assert_int_equal(there_n(), 1);
	assert_int_equal(tms.m[0].series.recur.kind, 0);
	assert_int_equal(tms.m[0].start_s, cal.moved_s);
	assert_string_equal(tms.m[0].subject, "special");
	assert_int_equal(w->items[master].updates, 0);
	cal.moved_s = 0;
	world_touch(w, master);
	world_until(w, none_there, "ended when the series has it no more");
	world_free(w);
	forget();
}

static bool
has_details(struct world *w)
{
	return strstr(w->items[master].body, "https://tms.") != NULL;
}

static bool
is_too_many(struct world *w)
{
	return strstr(why_of(w), "at most 100") != NULL;
}

static bool
says_clocks(struct world *w)
{
	return strstr(why_of(w), "clocks") != NULL;
}

static void
what_does_not_fit_is_told(void **state)
{
	struct world *w = up("@meet:tms", "@meet:tms");

	(void)state;
	cal.end_kind = RECUR_ENDLESS;
	cal.moved_s = cal.first_s + DAY_S + 7200;
	w->items[master].series_end_s = 0;
	world_touch(w, master);
	world_until(w, is_told, "told");
	world_turn(w, 300);
	/* Nor is one of it booked by itself. */
	assert_int_equal(tms.saved, 0);
	assert_non_null(strstr(w->items[master].body, "this kind of series"));
	assert_null(strstr(w->items[part].body, "https://tms."));
	/* With an end it is booked. */
	cal.end_kind = RECUR_COUNT;
	world_touch(w, master);
	world_until(w, has_details, "decorated");
	assert_int_equal(tms.saved, 1);
	/* Too many: what was booked ends. */
	cal.count = 101;
	world_touch(w, master);
	world_until(w, none_there, "ended");
	world_until(w, is_too_many, "told");
	world_free(w);
	forget();
}

static void
a_zone_without_clocks(void **state)
{
	struct world *w = up("@meet:tms", "@meet:tms");

	(void)state;
	cal.has_zone = false;
	world_touch(w, master);
	world_until(w, says_clocks, "told");
	assert_int_equal(tms.saved, 0);
	world_free(w);
	forget();
}

/* An attendee's answer comes while people are in the last one. */
static void
the_last_one_runs(void **state)
{
	struct world *w = up("@meet:tms", "@meet:tms");

	(void)state;
	world_touch(w, master);
	world_until(w, is_decorated, "decorated");
	cal.first_s = clock_wall_s() - 1800;
	cal.count = 1;
	world_touch(w, master);
	world_turn(w, 2600); /* changes are one for two seconds */
	assert_int_equal(tms.ended, 0);
	assert_int_equal(tms.saved, 1);
	assert_true(has_details(w));
	assert_null(strstr(w->items[master].body, "this kind of series"));
	world_free(w);
	forget();
}

/* What became unfit is ended also where its keyword goes meanwhile. */
static void
an_end_goes_on(void **state)
{
	struct world *w = up("@meet:tms", "@meet:tms");

	(void)state;
	world_touch(w, master);
	world_until(w, is_decorated, "decorated");
	tms.is_away = true;
	cal.count = 101;
	world_touch(w, master);
	world_until(w, is_too_many, "told");
	(void)str_copy(w->items[master].location,
	    sizeof w->items[master].location, "Room 4");
	world_touch(w, master);
	world_turn(w, 500);
	assert_int_equal(there_n(), 1);
	tms.is_away = false;
	world_until(w, none_there, "ended");
	world_free(w);
	forget();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_rule_goes_along),
	    cmocka_unit_test(what_differs_goes_along),
	    cmocka_unit_test(without_its_keyword_it_is_gone),
	    cmocka_unit_test(a_keyword_on_one_alone),
	    cmocka_unit_test(what_does_not_fit_is_told),
	    cmocka_unit_test(a_zone_without_clocks),
	    cmocka_unit_test(the_last_one_runs),
	    cmocka_unit_test(an_end_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
