/* workspace_list.c: what of a room's meetings is told to a device. */
#include "tests/harness/test.h"

#include "backend/engine/workspace_list.h"
#include "common/alloc.h"
#include "common/bound.h"
#include "common/ipc.h"
#include "common/str.h"

#define NOW 1000

static char *
lend(const char *s)
{
	return (char *)(uintptr_t)s;
}

static struct msg_ews_view_item
item(const char *id, const char *key, int64_t start_s)
{
	return (struct msg_ews_view_item){.item_id = lend(id),
	    .change_key = lend(key),
	    .uid = lend("uid"),
	    .subject = lend("Subject"),
	    .organizer = lend("Ann"),
	    .start_s = start_s,
	    .end_s = start_s + 60};
}

static void
take(
    struct room_meetings *l, struct msg_ews_view_item *v, size_t n, bool titles)
{
	const struct msg_ews_view r = {.items = v, .items_n = n};
	struct room_meetings was = *l;

	assert_ok(room_meetings_take(l, &r, &was, titles, NOW));
	room_meetings_clear(&was);
}

static void
test_taken(void **state)
{
	struct msg_ews_view_item v[] = {item("a", "1", 2000),
	    item("b", "1", 500), item("c", "1", 3000), item("d", "1", 4000),
	    item("", "", 5000)};
	struct room_meetings l = {NULL, 0};
	struct strlist ids = {NULL, 0};

	(void)state;
	v[2].is_cancelled = true;
	v[3].is_private = true;
	take(&l, v, 5, true);
	/* Over, and cancelled. */
	assert_int_equal(l.n, 3);
	assert_string_equal(l.v[0].title, "Subject");
	assert_string_equal(l.v[1].title, "");
	assert_true(l.v[1].is_private);
	assert_ok(room_meetings_next(&l, 8, &ids));
	assert_int_equal(ids.n, 2);
	strlist_clear(&ids);
	assert_ok(room_meeting_set(
	    room_meetings_find(&l, "a"), "1@a.example", "ann@a.example"));
	assert_null(room_meetings_find(&l, "b"));
	/* What is as it was is not read again. */
	take(&l, v, 5, true);
	assert_ok(room_meetings_next(&l, 8, &ids));
	assert_int_equal(ids.n, 1);
	assert_string_equal(ids.v[0], "d");
	assert_string_equal(l.v[0].dial, "1@a.example");
	strlist_clear(&ids);
	v[0].change_key = lend("2");
	take(&l, v, 5, false);
	assert_string_equal(l.v[0].title, "Ann");
	assert_ok(room_meetings_next(&l, 1, &ids));
	assert_string_equal(ids.v[0], "a");
	strlist_clear(&ids);
	room_meetings_clear(&l);
}

static void
test_told(void **state)
{
	struct msg_ews_view_item v[] = {
	    item("a", "1", 2000), item("b", "1", 2000), item("c", "1", 3000)};
	struct room_meetings l = {NULL, 0};
	struct workspace_bookings rows;
	struct msg_device_put m = {0};
	struct errinfo ei;
	struct bound w;
	uint64_t mark;

	(void)state;
	workspace_init(&w);
	assert_ok(bound_set(&w, "window", "9", &ei));
	take(&l, v, 3, true);
	mark = room_meetings_mark(&l);
	assert_ok(room_meeting_set(&l.v[0], "1@a.example", ""));
	assert_ok(room_meeting_set(&l.v[1], "2@a.example", ""));
	assert_ok(room_meeting_set(&l.v[2], "", ""));
	assert_true(mark != room_meetings_mark(&l));
	assert_ok(room_meetings_message(&m, &l, &w));
	assert_int_equal(m.window_s, 540);
	/* What cannot be dialled is not told. */
	assert_int_equal(m.bookings_n, 2);
	/* The same UID and start, and yet two numbers. */
	assert_true(m.bookings[0].number_id != m.bookings[1].number_id);
	assert_true(m.bookings[0].number_id > 0);
	assert_ok(room_meetings_rows(&rows, &l));
	assert_int_equal(rows.n, 3);
	assert_string_equal(rows.v[2].number, "");
	mem_free(rows.v);
	msg_device_put_free(&m);
	room_meetings_clear(&l);
	bound_clear(&w);
}

/* More than a device is told of are cut. */
static void
test_many(void **state)
{
	struct msg_ews_view_item v[WORKSPACE_BOOKINGS_MAX + 1];
	struct room_meetings l = {NULL, 0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		v[i] = item("x", "1", 2000 + (int64_t)i);
	take(&l, v, sizeof(v) / sizeof(v[0]), true);
	assert_int_equal(l.n, WORKSPACE_BOOKINGS_MAX);
	room_meetings_clear(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_taken),
	    cmocka_unit_test(test_told),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
