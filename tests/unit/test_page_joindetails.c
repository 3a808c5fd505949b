/* joindetails.c and store_join.c. */
#include "tests/unit/web_fixture.h"

#include <string.h>

#include "common/join_details.h"
#include "common/store_join.h"
#include "common/str.h"

static void
test_parts(void **state)
{
	struct web_fixture *w = *state;
	struct join_details d;

	web_get(w, "/join-details");
	assert_int_equal(w->status, 200);
	assert_true(web_has(w, "Dial alice@example.webex.com"));
	assert_true(web_has(w, "0</span> of 1024 characters"));
	web_post(w, "/join-details",
	    "do=save&jd_language=xx&jd_fallback=de&jd_phone=yes&jd_global=no&"
	    "jd_restrictions=no&jd_video=no&jd_ivr=no&jd_skype=no&"
	    "jd_global_url=http://x");
	assert_int_equal(w->status, 422);
	assert_string_equal(web_value(w, "jd_global_url"), "http://x");
	web_post(w, "/join-details",
	    "do=save&jd_language=meeting&jd_fallback=de&jd_phone=yes&"
	    "jd_global=no&jd_restrictions=no&jd_video=no&jd_ivr=no&"
	    "jd_skype=no&jd_toll=%2B1+650&jd_toll_free=&jd_global_url=&"
	    "jd_ivr_address=&jd_room_conference=no&jd_room_conference_shape="
	    "dial&"
	    "jd_room_capabilities=yes&jd_room_capabilities_shape=xml&"
	    "jd_room_set=00020329-0000-0000-C000-000000000046");
	assert_int_equal(w->status, 303);
	assert_ok(w->store, store_join_get(w->store->admin, &d, &w->store->ei));
	assert_false(d.style.video);
	assert_true(d.style.phone);
	assert_false(d.room.conference);
	assert_true(d.room.conference_dial);
	assert_true(d.room.capabilities);
	assert_string_equal(d.room.set, "00020329-0000-0000-C000-000000000046");
	assert_string_equal(d.toll, "+1 650");
	assert_string_equal(d.fallback, "de");
	join_details_clear(&d);
	web_get(w, "/join-details?language=he");
	assert_true(web_has(w, "dir=\"rtl\""));
	assert_false(web_has(w, "alice@example.webex.com</"));
}

static void
test_texts(void **state)
{
	struct web_fixture *w = *state;
	struct join_details d;

	web_post(w, "/join-details",
	    "do=preview&language=de&header=%3Cb%3EHallo%0AWelt&footer=");
	assert_int_equal(w->status, 200);
	assert_true(web_has(w, "&lt;b&gt;Hallo\nWelt"));
	assert_true(web_has(w, "&lt;p&gt;&amp;lt;b&amp;gt;Hallo&lt;br&gt;"));
	assert_ok(w->store, store_join_get(w->store->admin, &d, &w->store->ei));
	assert_int_equal(d.text_n, 0);
	join_details_clear(&d);
	web_post(
	    w, "/join-details", "do=text&language=de&header=Hallo&footer=Ende");
	assert_int_equal(w->status, 303);
	web_post(w, "/join-details",
	    "do=text&language=de&header=Hallo&footer="
	    "Do+not+delete+or+change+any+of+the");
	assert_int_equal(w->status, 422);
	assert_true(web_has(w, "cannot be part of the text"));
	assert_ok(w->store, store_join_get(w->store->admin, &d, &w->store->ei));
	assert_int_equal(d.text_n, 1);
	assert_string_equal(d.text[0].header, "Hallo");
	assert_string_equal(d.text[0].footer, "Ende");
	join_details_clear(&d);
	web_get(w, "/join-details?language=de");
	assert_true(web_has(w, "5</span> of 1024"));
	web_post(w, "/join-details", "do=sing");
	assert_int_equal(w->status, 400);
}

static void
test_template(void **state)
{
	struct web_fixture *w = *state;
	struct join_details d;

	web_get(w, "/join-details/template?language=de");
	assert_int_equal(w->status, 200);
	assert_has(w, "Typed to do harm");
	web_post(w, "/join-details/template",
	    "do=save&language=de&source=%7B%7Blink%7D%7D%0Ax%7B%7Bwhat%7D%7D");
	assert_int_equal(w->status, 422);
	assert_has(w, "Line 2, column 2: There is no value called");
	assert_has(w, "x{{what}}</textarea>");
	web_post(w, "/join-details/template",
	    "do=preview&language=de&source=Own+%7B%7Blink%7D%7D+"
	    "%7B%7Bsubject%7D%7D");
	assert_int_equal(w->status, 200);
	assert_has(w, "Own https://example.webex.com/meet/alice Weekly");
	assert_lacks(w, "<script>alert");
	assert_ok(w->store, store_join_get(w->store->admin, &d, &w->store->ei));
	assert_int_equal(d.text_n, 0);
	join_details_clear(&d);
	web_post(
	    w, "/join-details", "do=text&language=de&header=Hallo&footer=");
	web_post(w, "/join-details/template",
	    "do=save&language=de&source=Own+%7B%7Blink%7D%7D");
	assert_int_equal(w->status, 303);
	/* Texts and template of a language leave each other alone. */
	web_post(w, "/join-details", "do=text&language=de&header=Da&footer=");
	assert_ok(w->store, store_join_get(w->store->admin, &d, &w->store->ei));
	assert_int_equal(d.text_n, 1);
	assert_string_equal(d.text[0].source, "Own {{link}}");
	assert_string_equal(d.text[0].header, "Da");
	join_details_clear(&d);
	web_get(w, "/join-details?language=de");
	assert_has(w, "Own https://example.webex.com/meet/alice");
	web_post(w, "/join-details/template", "do=save&language=de&source=");
	assert_int_equal(w->status, 303);
	web_get(w, "/join-details?language=de");
	assert_lacks(w, "Own https://");
	web_post(w, "/join-details/template", "do=sing");
	assert_int_equal(w->status, 400);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_parts, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_texts, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(
		test_template, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
