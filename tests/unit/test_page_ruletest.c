/* ruletest.c and meeting_try.c: what a meeting would come to. */
#include "tests/unit/web_fixture.h"

#include <string.h>

#include "common/meeting_try.h"
#include "common/store_user.h"
#include "common/str.h"

static void
add_user(struct web_fixture *w, const char *address, const char *link)
{
	const struct store_actor who = {"boss", "web"};
	struct user u;

	user_init(&u);
	assert_ok(w->store, user_set(&u, "address", address, &w->store->ei));
	assert_ok(w->store, user_set(&u, "enabled", "yes", &w->store->ei));
	assert_ok(w->store, user_set(&u, "room_link", link, &w->store->ei));
	assert_ok(
	    w->store, store_user_put(w->store->admin, &who, &u, &w->store->ei));
	user_clear(&u);
}

static void
test_keyword(void **state)
{
	struct web_fixture *w = *state;

	web_get(w, "/rule-tester");
	assert_int_equal(w->status, 200);
	assert_true(web_has(w, "Nothing is written, sent or kept"));
	add_user(w, "ann@example.test", "https://x.example/ann");
	web_post(w, "/rule-tester",
	    "location=Room+5%3B+%40WebEx&user=ann%40example.test&kind=text");
	assert_int_equal(w->status, 200);
	assert_true(web_has(w, "<code>@WebEx</code>"));
	assert_true(web_has(w, "https://x.example/ann"));
	assert_true(web_has(w, "Do not delete or change any of the following"));
	web_post(w, "/rule-tester", "location=%40webex&user=nobody%40x.test");
	assert_true(web_has(w, "No user has this address"));
	web_post(w, "/rule-tester", "location=%40webex%3Aspace");
	assert_true(web_has(w, "It is booked with the conferencing service"));
}

static void
test_video(void **state)
{
	struct web_fixture *w = *state;

	web_post(w, "/rule-tester",
	    "location=Room&kind=html&body=%3Ca+href%3D%22https%3A%2F%2Fzoom.us"
	    "%2Fj%2F98765432100%22%3Ejoin%3C%2Fa%3E");
	assert_int_equal(w->status, 200);
	assert_true(web_has(w, "Zoom, in the body"));
	assert_true(web_has(w, "98765432100@zoomcrc.com"));
	/* The markup that was pasted is text in the page. */
	assert_true(web_has(w, "&lt;a href="));
	web_post(w, "/rule-tester", "location=12345%40company.com&body=");
	assert_true(web_has(w, "Video address, in the location"));
	web_post(w, "/rule-tester", "location=Room+5&body=Hello");
	assert_true(web_has(w, "No keyword and no video address"));
}

static void
test_limits(void **state)
{
	struct web_fixture *w = *state;
	struct buf b = BUF_INIT(2 * REQ_FIELD_MAX);

	assert_int_equal(buf_puts(&b, "location=x&body="), ERR_OK);
	while (b.len < REQ_FIELD_MAX + 100)
		assert_int_equal(buf_puts(&b, "aaaaaaaa"), ERR_OK);
	web_post(w, "/rule-tester", buf_str(&b));
	assert_int_equal(w->status, 422);
	assert_true(web_has(w, "body_file=FILE takes more"));
	buf_reset(&b);
	assert_int_equal(buf_puts(&b, "body=x&location="), ERR_OK);
	while (b.len < MEETING_TRY_LOCATION_MAX + 100)
		assert_int_equal(buf_puts(&b, "aaaaaaaa"), ERR_OK);
	web_post(w, "/rule-tester", buf_str(&b));
	assert_int_equal(w->status, 422);
	assert_true(web_has(w, "A location has 8192 bytes at most"));
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_keyword, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_video, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_limits, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
