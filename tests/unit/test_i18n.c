/* i18n.c, join_details.c and join_block.c: the languages of invitations,
 * their plural forms and directions, and that a person's text is inert. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/i18n.h"
#include "common/join_details.h"
#include "common/meeting_rules.h"
#include "common/str.h"

#define ONE "Call this number:"
#define MANY "Call one of these %u numbers:"
#define HEADING "Join meeting in my Webex Personal Room"
#define BLOCK_MAX 131072

static const struct meeting_room room = {"https://acme.webex.com/meet/alice",
    "123 456", "alice@acme.webex.com", NULL, false};

static const struct i18n *
lang(const char *code)
{
	const struct i18n *l = NULL;

	assert_true(i18n_find(code, &l));
	return l;
}

/* Every language but English says something of its own, once for each text:
 * an empty or missing translation shows. */
static void
test_all_are_there(void **state)
{
	const struct i18n *l;
	const char *code;
	size_t i;

	(void)state;
	for (i = 0; i18n_at(i, &code, &l); i++) {
		assert_non_null(i18n_name(l));
		if (l == NULL)
			continue;
		assert_string_not_equal(i18n_text(l, HEADING), HEADING);
		assert_string_not_equal(i18n_text(l, "Toll"), "Toll");
		assert_string_not_equal(i18n_plural(l, ONE, MANY, 2), MANY);
	}
	assert_true(i >= 15);
	assert_string_equal(
	    i18n_text(lang("de"), "No such text"), "No such text");
	assert_string_equal(i18n_text(NULL, HEADING), HEADING);
	assert_false(i18n_find("xx", &l));
}

/* CLDR's plural categories, by numbers that tell them apart. */
static void
test_plural(void **state)
{
	static const struct {
		const char *code;
		unsigned long n;
		unsigned form;
	} rows[] = {{"pl", 1, 0}, {"pl", 2, 1}, {"pl", 5, 2}, {"pl", 12, 2},
	    {"pl", 22, 1}, {"pl", 112, 2}, {"ru", 1, 0}, {"ru", 21, 0},
	    {"ru", 11, 2}, {"ru", 3, 1}, {"ru", 13, 2}, {"ar", 0, 0},
	    {"ar", 1, 1}, {"ar", 2, 2}, {"ar", 3, 3}, {"ar", 10, 3},
	    {"ar", 11, 4}, {"ar", 99, 4}, {"ar", 100, 5}, {"ar", 103, 3},
	    {"he", 1, 0}, {"he", 2, 1}, {"he", 3, 2}, {"fr", 0, 0},
	    {"fr", 1, 0}, {"fr", 2, 1}, {"de", 0, 1}, {"de", 1, 0},
	    {"ja", 1, 0}, {"ja", 9, 0}, {"zh_CN", 2, 0}};
	static const struct {
		const char *code, *rule;
	} rules[] = {
	    {"pl", "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) "
		   "? 1 : 2);"},
	    {"ru", "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
		   "(n%100<12 || n%100>14) ? 1 : 2);"},
	    {"ar", "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? "
		   "3 : n%100>=11 ? 4 : 5);"},
	    {"he", "(n==1 ? 0 : n==2 ? 1 : 2);"}, {"fr", "(n > 1);"},
	    {"de", "(n != 1);"}, {"ja", "0;"}, {"zh_CN", "0;"}};
	const char *seen[I18N_PLURAL_N] = {NULL};
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (k = 0; k < sizeof(rules) / sizeof(rules[0]); k++)
			if (str_eq(rules[k].code, rows[i].code))
				assert_int_equal(
				    i18n_plural_form(rules[k].rule, rows[i].n),
				    rows[i].form);
	/* Through the catalogue: six forms of Arabic, all different. */
	for (i = 0; i < 6; i++) {
		static const unsigned long n[] = {0, 1, 2, 3, 11, 100};

		seen[i] = i18n_plural(lang("ar"), ONE, MANY, n[i]);
		for (k = 0; k < i; k++)
			assert_string_not_equal(seen[i], seen[k]);
	}
	assert_string_equal(
	    i18n_plural(lang("pl"), ONE, MANY, 1), "Zadzwoń pod ten numer:");
	assert_string_equal(i18n_plural(NULL, ONE, MANY, 1), ONE);
	assert_string_equal(i18n_plural(NULL, ONE, MANY, 0), MANY);
	/* Rules that cannot be read give the first form, and end. */
	assert_int_equal(i18n_plural_form("", 5), 0);
	assert_int_equal(i18n_plural_form("((((n", 5), 0);
	assert_int_equal(i18n_plural_form("n%0", 5), 0);
	assert_int_equal(i18n_plural_form("99", 5), 0);
}

static void
test_culture(void **state)
{
	static const struct {
		const char *culture, *code;
	} rows[] = {{"de-DE", "de"}, {"de-AT", "de"}, {"DE", "de"},
	    {"pt-BR", "pt_BR"}, {"pt-PT", "pt_BR"}, {"zh-CN", "zh_CN"},
	    {"en-US", "en"}, {"he-IL", "he"}, {"sv_SE", "sv"}};
	const struct i18n *l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(i18n_for_culture(rows[i].culture, &l));
		assert_string_equal(i18n_code(l), rows[i].code);
	}
	assert_false(i18n_for_culture("", &l));
	assert_false(i18n_for_culture("tlh-KL", &l));
	assert_false(i18n_for_culture("d", &l));
}

static void
block(struct buf *b, const struct join_style *s, bool html)
{
	buf_reset(b);
	assert_int_equal(join_block_put_styled(b, &room, s, html), ERR_OK);
	assert_true(str_is_utf8(b->p, b->len));
}

static const struct join_style full = {.phone = true,
    .global = true,
    .restrictions = true,
    .video = true,
    .ivr = true,
    .skype = true,
    .header = "",
    .footer = "",
    .toll = "+1 650",
    .toll_free = "+1 800",
    .global_url = "https://g.example/",
    .ivr_address = "198.51.100.1"};

static void
test_block(void **state)
{
	struct buf b = BUF_INIT(BLOCK_MAX);
	struct join_style s = full;
	const struct i18n *l;
	const char *code;
	size_t i;

	(void)state;
	for (i = 0; i18n_at(i, &code, &l); i++) {
		s.lang = l;
		block(&b, &s, true);
		assert_non_null(strstr(b.p, JOIN_GUARD_BEGIN));
		assert_non_null(strstr(b.p, JOIN_GUARD_END "</p>"));
		assert_non_null(strstr(b.p, i18n_text(l, HEADING)));
		assert_int_equal(
		    strstr(b.p, "dir=\"rtl\"") != NULL, i18n_is_rtl(l));
		/* What is dialled reads from left to right. */
		if (i18n_is_rtl(l))
			assert_non_null(strstr(b.p,
			    "<span dir=\"ltr\">alice@acme.webex.com</span>"));
		block(&b, &s, false);
		assert_non_null(strstr(b.p, i18n_text(l, HEADING)));
		assert_non_null(strstr(b.p, "alice.acme@lync.webex.com"));
		assert_non_null(strstr(b.p, JOIN_RESTRICTIONS_URL));
		assert_null(strchr(b.p, '<'));
	}
	buf_clear(&b);
}

/* Every reason in every language, in HTML and in text; with details of an
 * earlier booking, or without any. */
static void
test_notice(void **state)
{
	static const struct meeting_room none = {"", "", "", "", true};
	struct buf b = BUF_INIT(BLOCK_MAX);
	struct join_style s = full;
	const struct i18n *l;
	const char *code;
	size_t i;
	int n, html;

	(void)state;
	for (i = 0; i18n_at(i, &code, &l); i++)
		for (n = JOIN_NOTICE_AWAY; n < JOIN_NOTICE__MAX; n++)
			for (html = 0; html < 2; html++) {
				s.lang = l;
				s.notice = (enum join_notice)n;
				buf_reset(&b);
				assert_int_equal(join_block_put_styled(
						     &b, &none, &s, html != 0),
				    ERR_OK);
				assert_non_null(
				    strstr(buf_str(&b), JOIN_GUARD_BEGIN));
				assert_non_null(
				    strstr(buf_str(&b), JOIN_GUARD_END));
				assert_null(strstr(buf_str(&b), "+1 650"));
				assert_int_equal(
				    strchr(buf_str(&b), '<') != NULL, html);
				block(&b, &s, html != 0);
				assert_non_null(strstr(b.p, "+1 650"));
				if (l == NULL)
					continue;
				/* Not one line of it is English. */
				buf_reset(&b);
				assert_int_equal(join_notice_put(&b, s.notice,
						     l, true, false),
				    ERR_OK);
				assert_null(
				    strstr(buf_str(&b), "onferencing s"));
				assert_null(strstr(buf_str(&b), "try again"));
				assert_null(
				    strstr(buf_str(&b), "What follows"));
				assert_null(strstr(buf_str(&b), "be booked"));
			}
	buf_clear(&b);
}

/* Each part by itself off: what it shows is gone, all else is there. */
static void
test_parts(void **state)
{
	static const char *const shown[] = {"+1 650", "https://g.example/",
	    JOIN_RESTRICTIONS_URL, "Dial alice@", "198.51.100.1",
	    "@lync.webex.com"};
	struct buf b = BUF_INIT(BLOCK_MAX);
	size_t i, k;

	(void)state;
	for (i = 0; i < 6; i++) {
		struct join_style s = full;
		bool *const parts[] = {&s.phone, &s.global, &s.restrictions,
		    &s.video, &s.ivr, &s.skype};

		*parts[i] = false;
		block(&b, &s, i % 2 == 0);
		for (k = 0; k < 6; k++) {
			bool gone =
			    k == i || (i == 0 && k < 3) || (i == 3 && k > 3);

			assert_int_equal(strstr(b.p, shown[k]) == NULL, gone);
		}
	}
	buf_clear(&b);
}

static void
test_inert(void **state)
{
	struct join_style s = full;
	struct buf b = BUF_INIT(BLOCK_MAX);
	char *out = NULL, longest[JOIN_TEXT_MAX * 4 + 8];
	struct errinfo ei;
	size_t i;

	(void)state;
	s.header = "<script>x</script> {{name}} <?cs var:x ?> &amp;\n\x01"
		   "\xe2\x80\xae\"'two";
	s.footer = s.header;
	block(&b, &s, true);
	assert_null(strstr(b.p, "<script"));
	assert_null(strstr(b.p, "<?cs"));
	assert_non_null(strstr(b.p, "{{name}}"));
	assert_non_null(strstr(b.p, "&amp;amp;<br>\r\n&quot;"));
	assert_null(strstr(b.p, "\xe2\x80\xae"));
	assert_null(strchr(b.p, '\x01'));
	buf_clear(&b);
	/* 1024 characters of four bytes, and one more. */
	for (i = 0; i < JOIN_TEXT_MAX; i++)
		memcpy(longest + 4 * i, "\xf0\x9f\x93\x9e", 4);
	longest[4 * i] = '\0';
	assert_int_equal(join_text_check(&out, longest, &ei), ERR_OK);
	mem_free(out);
	memcpy(longest + 4 * i, "x", 2);
	assert_int_equal(join_text_check(&out, longest, &ei), ERR_ARG);
	assert_non_null(strstr(ei.text, "1025 characters"));
	assert_int_equal(join_text_check(&out, "a\x01", &ei), ERR_ARG);
	assert_int_equal(join_text_check(&out, "a\xff", &ei), ERR_ARG);
	assert_int_equal(join_text_check(&out, JOIN_GUARD_END, &ei), ERR_ARG);
	assert_int_equal(join_text_check(&out, "a\r\nb\rc\n", &ei), ERR_OK);
	assert_string_equal(out, "a\nb\nc\n");
	mem_free(out);
}

/* Own language, language of all, fallback; texts stand in by the fallback. */
static void
test_choice(void **state)
{
	char de_header[] = "Kopf", none[] = "", en_footer[] = "Foot";
	struct join_details d = {.language = "meeting",
	    .fallback = "en",
	    .text = {{"de", de_header, none, none},
		{"en", none, en_footer, none}},
	    .text_n = 2};
	struct join_style s;

	(void)state;
	join_details_style(&d, "de-CH", &s);
	assert_string_equal(i18n_code(s.lang), "de");
	assert_string_equal(s.header, "Kopf");
	assert_string_equal(s.footer, "Foot");
	join_details_style(&d, "tlh", &s);
	assert_null(s.lang);
	assert_string_equal(s.header, "");
	memcpy(d.fallback, "de", 3);
	join_details_style(&d, "", &s);
	assert_string_equal(i18n_code(s.lang), "de");
	memcpy(d.language, "ja", 3);
	join_details_style(&d, "de-CH", &s);
	assert_string_equal(i18n_code(s.lang), "ja");
	assert_string_equal(s.header, "Kopf");
}

static void
test_skype(void **state)
{
	static const char *const none[] = {"https://acme.example/meet/a",
	    "https://acme.webex.com/join/a", "https://webex.com/meet/a",
	    "https://a.b.webex.com/meet/a", "https://acme.webex.com/meet/",
	    "https://acme.webex.com/meet/a/b", "x"};
	char out[256];
	size_t i;

	(void)state;
	join_block_skype(out, sizeof(out), room.link);
	assert_string_equal(out, "alice.acme@lync.webex.com");
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		join_block_skype(out, sizeof(out), none[i]);
		assert_string_equal(out, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_are_there),
	    cmocka_unit_test(test_plural),
	    cmocka_unit_test(test_culture),
	    cmocka_unit_test(test_block),
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_notice),
	    cmocka_unit_test(test_inert),
	    cmocka_unit_test(test_choice),
	    cmocka_unit_test(test_skype),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
