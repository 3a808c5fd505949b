#include "tests/unit/web_fixture.h"

#include <string.h>

#include "common/alloc.h"
#include "common/store_confer.h"
#include "common/store_keyword.h"
#include "common/store_state.h"
#include "common/str.h"

/* -1: not there; else whether it is on. */
static int
keyword(struct web_fixture *w, const char *word)
{
	struct keyword_set set;
	size_t i;

	assert_ok(
	    w->store, store_keyword_list(w->store->admin, &set, &w->store->ei));
	for (i = 0; i < set.n; i++)
		if (str_eq(set.v[i].word, word))
			return set.v[i].enabled;
	return -1;
}

static void
test_words(void **state)
{
	struct web_fixture *w = *state;
	int i;

	web_get(w, "/keywords");
	assert_int_equal(w->status, 200);
	assert_has(w, "@spark");
	web_post(w, "/keywords", "do=add&word=team");
	assert_int_equal(w->status, 422);
	assert_has(w, "A keyword begins with @");
	assert_string_equal(web_value(w, "word"), "team");
	web_post(w, "/keywords", "do=add&word=%40Team");
	assert_int_equal(w->status, 303);
	assert_int_equal(keyword(w, "@team"), 1);
	web_post(w, "/keywords", "do=off&row=%40team");
	assert_int_equal(keyword(w, "@team"), 0);
	web_post(w, "/keywords", "do=on&row=%40team");
	assert_int_equal(keyword(w, "@team"), 1);
	web_post(w, "/keywords", "do=delete&row=%40team");
	assert_int_equal(keyword(w, "@team"), -1);
	/* A second window pressed Delete too. */
	web_post(w, "/keywords", "do=delete&row=%40team");
	assert_int_equal(w->status, 404);
	web_post(w, "/keywords", "do=sing");
	assert_int_equal(w->status, 400);
	for (i = 0; i < KEYWORDS_MAX - 3; i++) {
		char fields[] = "do=add&word=%40x?";

		fields[strlen(fields) - 1] = (char)('a' + i);
		web_post(w, "/keywords", fields);
		assert_int_equal(w->status, 303);
	}
	web_post(w, "/keywords", "do=add&word=%40more");
	assert_int_equal(w->status, 422);
	assert_has(w, "There are 16 keywords already");
	assert_has(w, "The list is full");
}

static enum keyword_mode
mode_of(struct web_fixture *w, const char *word)
{
	struct keyword_set set;
	size_t i;

	assert_ok(
	    w->store, store_keyword_list(w->store->admin, &set, &w->store->ei));
	for (i = 0; i < set.n; i++)
		if (str_eq(set.v[i].word, word))
			return set.v[i].mode;
	fail_msg("no %s", word);
	return KEYWORD_DEFAULT;
}

/* What a word gives by itself, and what is missing for it. */
static void
test_action(void **state)
{
	struct web_fixture *w = *state;
	struct confer c;

	web_post(w, "/keywords", "do=add&word=%40hall&action=cms");
	assert_int_equal(w->status, 303);
	assert_int_equal(mode_of(w, "@hall"), KEYWORD_CMS);
	web_get(w, "/keywords");
	assert_has(w, "No service of type Cisco Meeting Server is configured");
	assert_has(w, "Gives nothing");
	web_get(w, "/keywords?location=%40hall");
	assert_has(w, "no service of type Cisco Meeting Server is configured");
	/* Turning it off and on keeps the action. */
	web_post(w, "/keywords", "do=off&row=%40hall");
	web_get(w, "/keywords");
	assert_lacks(w, "No service of type");
	web_post(w, "/keywords", "do=on&row=%40hall");
	assert_int_equal(mode_of(w, "@hall"), KEYWORD_CMS);
	confer_init(&c, confer_type_find("cms"));
	assert_ok(
	    w->store, confer_set(&c, "display_name", "Bridge", &w->store->ei));
	assert_ok(w->store,
	    store_confer_put(w->store->admin, &tester, &c, &w->store->ei));
	confer_clear(&c);
	web_get(w, "/keywords");
	assert_lacks(w, "No service of type");
	web_post(w, "/keywords", "do=give&row=%40hall&action=myroom");
	assert_int_equal(w->status, 303);
	assert_int_equal(mode_of(w, "@hall"), KEYWORD_MYROOM);
	assert_int_equal(keyword(w, "@hall"), 1);
	web_post(w, "/keywords", "do=give&row=%40hall&action=sing");
	assert_int_equal(w->status, 400);
	web_post(w, "/keywords", "do=give&row=%40none&action=tms");
	assert_int_equal(w->status, 404);
	web_post(w, "/keywords", "do=add&word=%40odd&action=sing");
	assert_int_equal(w->status, 400);
	assert_int_equal(keyword(w, "@odd"), -1);
}

static void
test_rule(void **state)
{
	struct web_fixture *w = *state;
	char *v = NULL;

	web_post(w, "/keywords",
	    "do=rules&room_rule_link=https://x.example/all&room_rule_video=");
	assert_int_equal(w->status, 422);
	assert_has(w, "Everybody would have the same room");
	assert_string_equal(
	    web_value(w, "room_rule_link"), "https://x.example/all");
	web_post(w, "/keywords",
	    "do=rules&room_rule_link=https://x.example/{local}"
	    "&room_rule_video={local}%40x.example");
	assert_int_equal(w->status, 303);
	assert_ok(w->store, store_setting_get(w->store->admin, "room_rule_link",
				&v, &w->store->ei));
	assert_string_equal(v, "https://x.example/{local}");
	mem_free(v);
	/* It stands in the form again, also beside another form's error. */
	web_post(w, "/keywords", "do=add&word=x");
	assert_string_equal(
	    web_value(w, "room_rule_link"), "https://x.example/{local}");
}

/* Trying tells what would happen and touches nothing. */
static void
test_try(void **state)
{
	static const struct {
		const char *uri, *says;
	} rows[] = {
	    {"/keywords?location=Room+5", "None: the meeting is left alone."},
	    {"/keywords?location=Room+5;+%40WEBEX", "<code>@webex</code>"},
	    {"/keywords?location=%40webex:space", "is not set up here"},
	    {"/keywords?location=%40webex&user=no%40x.example",
		"no user has this address"},
	    {"/keywords?location=%40webex&user=eve%40x.example",
		"the user has no Personal Room"},
	};
	struct web_fixture *w = *state;
	struct user u;
	size_t i;

	fixture_user(&u, "eve@x.example", "Eve");
	assert_ok(w->store, user_set(&u, "room_link", "", &w->store->ei));
	assert_ok(w->store,
	    store_user_put(w->store->admin, &tester, &u, &w->store->ei));
	user_clear(&u);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		web_get(w, rows[i].uri);
		assert_int_equal(w->status, 200);
		assert_has(w, rows[i].says);
	}
	web_get(w, "/keywords?location=<script>x</script>%40meet");
	assert_lacks(w, "<script>x");
	assert_has(w, "<code>@meet</code>");
	web_post(w, "/keywords",
	    "do=rules&room_rule_link=https://x.example/{local}"
	    "&room_rule_video=");
	web_get(w, rows[4].uri);
	assert_has(w, "https://x.example/eve");
}

/* A modifier in a meeting, whose service is not there. */
static void
test_asked(void **state)
{
	struct web_fixture *w = *state;
	char mailbox[] = "a@lab.example", item[] = "i", uid[] = "u",
	     word[] = "@webex:tms", verdict[] = "failed", told[] = "told::f",
	     none[] = "";
	struct meeting m = {.mailbox = mailbox,
	    .item_id = item,
	    .uid = uid,
	    .change_key = none,
	    .verdict = verdict,
	    .why = none,
	    .keyword = word,
	    .block_id = none,
	    .room_id = told};

	web_get(w, "/keywords");
	assert_lacks(w, "Asked for in meetings");
	assert_ok(
	    w->store, store_meeting_put(w->store->engine, &m, &w->store->ei));
	web_get(w, "/keywords");
	assert_has(w, "Asked for in meetings");
	assert_has(w, "@webex:tms</code>, in 1 meeting:");
	assert_has(w, "No service of type Cisco TMS is configured");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_words, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_action, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_rule, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_try, web_up_boss, web_down),
	    cmocka_unit_test_setup_teardown(test_asked, web_up_boss, web_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
