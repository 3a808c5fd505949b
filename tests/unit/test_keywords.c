/* keywords.c: what counts as a keyword in a location. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "common/keywords.h"
#include "common/alloc.h"

static const struct keyword_set set = {
    .v = {{"@webex", true, KEYWORD_DEFAULT}, {"@meet", true, KEYWORD_DEFAULT},
	{"@web", true, KEYWORD_DEFAULT}, {"@off", false, KEYWORD_DEFAULT},
	{"@room", true, KEYWORD_TMS}},
    .n = 5,
};

struct row {
	const char *text;
	const char *found; /* NULL: no keyword */
	enum keyword_mode mode;
};

static const struct row rows[] = {
    {"", NULL, 0},
    {"@", NULL, 0},
    {"Room 5", NULL, 0},
    {"@webex", "@webex", KEYWORD_DEFAULT},
    {"@WebEx", "@WebEx", KEYWORD_DEFAULT},
    {"@WEBEX, Room 5", "@WEBEX", KEYWORD_DEFAULT},
    {"Room 5; @webex", "@webex", KEYWORD_DEFAULT},
    {"Room 5 (@webex)", "@webex", KEYWORD_DEFAULT},
    {"Room 5/@webex.", "@webex", KEYWORD_DEFAULT},
    {"\"@webex\"", "@webex", KEYWORD_DEFAULT},
    {"'@webex'", "@webex", KEYWORD_DEFAULT},
    {" -@webex- ", "@webex", KEYWORD_DEFAULT},
    {"@webex:", "@webex", KEYWORD_DEFAULT},
    {"@webex: room 4", "@webex", KEYWORD_DEFAULT},
    {"@webex:myroom", "@webex:myroom", KEYWORD_MYROOM},
    {"@Webex:MyRoom; x", "@Webex:MyRoom", KEYWORD_MYROOM},
    {"@webex:space", "@webex:space", KEYWORD_SPACE},
    {"@webex:onetime", "@webex:onetime", KEYWORD_ONETIME},
    {"@meet:TMS", "@meet:TMS", KEYWORD_TMS},
    {"@meet:tmsx", "@meet", KEYWORD_DEFAULT},
    {"@meet:cms", "@meet", KEYWORD_DEFAULT},
    {"@Room", "@Room", KEYWORD_TMS},
    {"@room:myroom", "@room:myroom", KEYWORD_MYROOM},
    {"@room:what", "@room", KEYWORD_TMS},
    {"@webex:myroom @room", "@webex:myroom", KEYWORD_MYROOM},
    {"@webex:myroomy", "@webex", KEYWORD_DEFAULT},
    {"@webex:myroom @webex:space", "@webex:myroom", KEYWORD_MYROOM},
    {"@webex; @meet", "@webex", KEYWORD_DEFAULT},
    {"@MEET:space", "@MEET:space", KEYWORD_SPACE},
    {"@web, @webex", "@web", KEYWORD_DEFAULT},
    {"@off", NULL, 0},
    {"@off @meet", "@meet", KEYWORD_DEFAULT},
    {"@nobody", NULL, 0},
    /* names and addresses are no keywords */
    {"bob@webex", NULL, 0},
    {"bob@webex.com", NULL, 0},
    {"bob+@webex", NULL, 0},
    {"@webex.com", NULL, 0},
    {"@webex-eu", NULL, 0},
    {"@webexes", NULL, 0},
    {"@webex_1", NULL, 0},
    {"@webex@x", NULL, 0},
    {"@@webex", NULL, 0},
    {"@ webex", NULL, 0},
    {"ren\xc3\xa9@webex", NULL, 0},
    {"@webex\xc3\xa9", NULL, 0},
    {"bob@webex.com, @webex", "@webex", KEYWORD_DEFAULT},
    /* scripts without spaces, odd spaces, text that runs both ways */
    {"\xe4\xbc\x9a\xe8\xae\xae@webex\xe4\xbc\x9a", "@webex", KEYWORD_DEFAULT},
    {"Room\xc2\xa0@webex\xc2\xa0"
     "5",
	"@webex", KEYWORD_DEFAULT},
    {"\xe2\x80\xae@webex\xe2\x80\xac", "@webex", KEYWORD_DEFAULT},
    {"<script>@webex</script>", "@webex", KEYWORD_DEFAULT},
    {"line\r\n@webex\r\n", "@webex", KEYWORD_DEFAULT},
};

static void
finds_what_stands_as_a_word(void **state)
{
	struct keyword k;
	size_t i;
	bool got;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		got =
		    keyword_find(&set, rows[i].text, strlen(rows[i].text), &k);
		if (got != (rows[i].found != NULL))
			fail_msg("row %zu: \"%s\"", i, rows[i].text);
		if (!got)
			continue;
		assert_int_equal(k.len, strlen(rows[i].found));
		assert_memory_equal(k.at, rows[i].found, k.len);
		assert_true(
		    k.word >= set.v[0].word && k.word <= set.v[set.n - 1].word);
		assert_int_equal(strncasecmp(k.word, k.at, strlen(k.word)), 0);
		assert_int_equal(k.mode, rows[i].mode);
	}
}

static void
words_are_checked(void **state)
{
	static const struct {
		const char *typed, *kept;
	} words[] = {
	    {"@Team_1", "@team_1"},
	    {"@x", "@x"},
	    {"@", NULL},
	    {"", NULL},
	    {"team", NULL},
	    {"@te am", NULL},
	    {"@team:space", NULL},
	    {"@team.com", NULL},
	    {"@@team", NULL},
	    {"@t\xc3\xa9", NULL},
	    {"@<b>", NULL},
	    {"@abcdefghijklmnopqrstuvwxyz01234",
		"@abcdefghijklmnopqrstuvwxyz01234"},
	    {"@abcdefghijklmnopqrstuvwxyz012345", NULL},
	};
	char out[KEYWORD_WORD_MAX + 1];
	struct errinfo ei;
	size_t i;
	enum err e;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		e = keyword_word(out, words[i].typed, &ei);
		assert_int_equal(e, words[i].kept == NULL ? ERR_ARG : ERR_OK);
		if (e == ERR_OK)
			assert_string_equal(out, words[i].kept);
	}
}

static void
takes_the_leftmost(void **state)
{
	const char *text = "x@webex @webex:space @webex";
	struct keyword k;

	(void)state;
	assert_true(keyword_find(&set, text, strlen(text), &k));
	assert_int_equal(k.at - text, 8);
	assert_int_equal(k.mode, KEYWORD_SPACE);
}

/* The text need not end in a NUL, and nothing behind len is read. */
static void
stays_inside(void **state)
{
	struct keyword k;
	const char *text = "@webex:myroom";
	size_t n, len = strlen(text);
	char *p;

	(void)state;
	for (n = 0; n <= len; n++) {
		p = try_alloc(n + 1);
		assert_non_null(p);
		memcpy(p, text, n);
		p = try_realloc(p, n == 0 ? 1 : n);
		assert_non_null(p);
		/* "@web" is one too, "@webe" is not. */
		assert_int_equal(
		    keyword_find(&set, p, n, &k), n == 4 || n >= 6);
		mem_free(p);
	}
}

/* Each fill, repeated, is full of things that nearly are keywords. */
static void
a_mebibyte_takes_one_pass(void **state)
{
	static const char *const fill[] = {
	    "@", "@webe", "x@webex", "x@webex-x", "@webex.com ", "z+@webex"};
	size_t n = 1048576, i, at, step;
	struct keyword k;
	char *p = try_alloc(n);

	(void)state;
	assert_non_null(p);
	for (i = 0; i < sizeof(fill) / sizeof(fill[0]); i++) {
		step = strlen(fill[i]);
		for (at = 0; at + step <= n - 7; at += step)
			memcpy(p + at, fill[i], step);
		memset(p + at, 'x', n - at);
		assert_false(keyword_find(&set, p, n, &k));
		memcpy(p + n - 7, " @webex", 7);
		assert_true(keyword_find(&set, p, n, &k));
		assert_int_equal(k.at - p, n - 6);
	}
	mem_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(finds_what_stands_as_a_word),
	    cmocka_unit_test(words_are_checked),
	    cmocka_unit_test(takes_the_leftmost),
	    cmocka_unit_test(stays_inside),
	    cmocka_unit_test(a_mebibyte_takes_one_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
