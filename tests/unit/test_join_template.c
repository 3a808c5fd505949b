/* join_template.c, join_clean.c, join_markup.c, join_sample.c: what may stand
 * in a template, where a fault is, and that nothing in a value works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/i18n.h"
#include "common/join_block.h"
#include "common/join_clean.h"
#include "common/join_sample.h"
#include "common/join_template.h"
#include "common/str.h"

#define RLO "\xe2\x80\xae"
#define ALM "\xd8\x9c"

static const struct {
	const char *source, *says; /* NULL: it is fine */
} checks[] = {
    {"", NULL},
    {"{{link}}", NULL},
    {"# Join\r\n{{link}}\r\n", NULL},
    {"{{#number}}No. {{ number }}{{/number}} {{link}}", NULL},
    {"{{!\n a remark }}{{video}}", NULL},
    {"{{^video}}{{link}}{{/video}}", NULL},
    {"Hello", "Line 1, column 1: Neither {{link}} nor {{video}}"},
    {"{{!link}}", "Line 1, column 1: Neither"},
    {"{{link}}\nx {{what}}",
	"Line 2, column 3: There is no value called \"what\""},
    {"{{link}}\n\xc3\xa4\xc3\xa4{{Link}}", "Line 2, column 3: There is no"},
    {"{{link", "Line 1, column 1: {{ has no }}"},
    {"{{link}} {{}}", "Line 1, column 10: There is no name"},
    {"{{{link}}}", "Line 1, column 1: {{{ is not offered"},
    {"{{&link}}", "{{& is not offered"},
    {"{{>link}}", "{{> is not offered"},
    {"{{=<% %>=}}", "{{= is not offered"},
    {"{{link}}\n{{#toll}}x", "Line 2, column 1: The section toll is never"},
    {"{{link}}{{/toll}}", "Line 1, column 9: {{/toll}} ends a section, and"},
    {"{{#ivr}}{{link}}{{/toll}}",
	"Line 1, column 17: {{/toll}} ends a section, but ivr is open"},
    {"{{link}}\na\x07", "Line 2, column 2: There is a control character"},
    {"{{link}}\xc2\x85", "Line 1, column 9: There is a control character"},
    {"{{link}}" RLO "x", "Line 1, column 9: A mark that nobody sees"},
    {"{{link}}" ALM, "Line 1, column 9: A mark that nobody sees"},
    {"{{link}}\xff", "Line 1, column 9: This is not text"},
    {"{{link}}\n do NOT\tdelete or  change\nany of the",
	"Line 2, column 2: These words mark"},
    {"{{#ivr}}{{#ivr}}{{#ivr}}{{#ivr}}{{#ivr}}{{#ivr}}{{#ivr}}{{#ivr}}"
     "{{#ivr}}{{link}}",
	"Line 1, column 65: Sections can stand in each other 8 deep"},
};

static void
faults_have_a_place(void **state)
{
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		char *out = NULL;
		enum err e;

		ei = (struct errinfo){ERR_OK, ""};
		e = join_template_check(&out, checks[i].source, &ei);
		if ((e == ERR_OK) != (checks[i].says == NULL))
			fail_msg("row %zu: %s", i, ei.text);
		if (e != ERR_OK && strstr(ei.text, checks[i].says) == NULL)
			fail_msg("row %zu says: %s", i, ei.text);
		if (e == ERR_OK)
			assert_null(strchr(out, '\r'));
		mem_free(out);
	}
}

static void
limits(void **state)
{
	char big[JOIN_TEMPLATE_MAX + 2], tags[JOIN_TEMPLATE_TAGS_MAX * 8 + 32];
	struct buf b = BUF_INIT(1 << 20);
	struct join_values v = {.lang = NULL};
	struct errinfo ei;
	char *out = NULL, long_text[2000];
	size_t i;

	(void)state;
	memset(big, 'x', sizeof(big));
	memcpy(big, "{{link}}", 8);
	big[JOIN_TEMPLATE_MAX + 1] = '\0';
	assert_int_equal(join_template_check(&out, big, &ei), ERR_ARG);
	assert_non_null(strstr(ei.text, "4096 is the most"));
	big[JOIN_TEMPLATE_MAX] = '\0';
	assert_int_equal(join_template_check(&out, big, &ei), ERR_OK);
	mem_free(out);
	tags[0] = '\0';
	for (i = 0; i <= JOIN_TEMPLATE_TAGS_MAX; i++)
		memcpy(tags + i * 8, "{{link}}", 9);
	assert_int_equal(join_template_check(&out, tags, &ei), ERR_ARG);
	assert_non_null(strstr(ei.text, "more than 200 tags"));
	tags[JOIN_TEMPLATE_TAGS_MAX * 8] = '\0';
	assert_int_equal(join_template_check(&out, tags, &ei), ERR_OK);
	/* Too much comes of it: nothing is written. */
	memset(long_text, 'h', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	v.v[JOIN_V_LINK] = long_text;
	assert_int_equal(buf_puts(&b, "before"), ERR_OK);
	assert_int_equal(join_template_put(&b, out, &v, true), ERR_TOOBIG);
	assert_string_equal(buf_str(&b), "before");
	mem_free(out);
	buf_clear(&b);
}

static const struct {
	const char *source, *number, *text, *html;
} forms[] = {
    {"# Join\n{{link}}\n\nNo. {{number}}\n", "12",
	"\r\nJoin\r\nhttps://x.example/a?b&c\r\n\r\nNo. 12\r\n\r\n",
	"<p><b>Join</b><br>\r\n<a href=\"https://x.example/a?b&amp;c\">"
	"https://x.example/a?b&amp;c</a></p>\r\n<p>No. 12</p>\r\n"},
    {"a\n{{#number}}\nNo. {{number}}\n{{/number}}\nb", "", "\r\na\r\nb\r\n",
	"<p>a<br>\r\nb</p>\r\n"},
    {"a\n  {{#number}}\nNo. {{number}}\n  {{/number}}\nb", "7",
	"\r\na\r\nNo. 7\r\nb\r\n", "<p>a<br>\r\nNo. 7<br>\r\nb</p>\r\n"},
    {"{{^number}}none{{/number}}{{! x }}", "", "\r\nnone\r\n",
	"<p>none</p>\r\n"},
    {"<b>{{number}}</b>", "<i>", "\r\n<b><i></b>\r\n",
	"<p>&lt;b&gt;&lt;i&gt;&lt;/b&gt;</p>\r\n"},
    /* What stands in a value is no template, no heading, no line. */
    {"{{number}}", "# {{link}} {{#video}}", "\r\n# {{link}} {{#video}}\r\n",
	"<p># {{link}} {{#video}}</p>\r\n"},
    {"{{number}}",
	"a\r\n\x01\x02\x04# b\x7f\xc2\x9b" RLO ALM "\xe2\x80\xa8\xe2\x81\xa6.",
	"\r\na# b.\r\n", "<p>a# b.</p>\r\n"},
    {"{{number}}|", JOIN_GUARD_END, "\r\n|\r\n", "<p>|</p>\r\n"},
};

static void
both_forms(void **state)
{
	struct buf b = BUF_INIT(1 << 16);
	struct join_values v = {.lang = NULL};
	size_t i;

	(void)state;
	v.v[JOIN_V_LINK] = "https://x.example/a?b&c";
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		v.v[JOIN_V_NUMBER] = forms[i].number;
		buf_reset(&b);
		assert_int_equal(
		    join_template_put(&b, forms[i].source, &v, false), ERR_OK);
		assert_string_equal(buf_str(&b), forms[i].text);
		buf_reset(&b);
		assert_int_equal(
		    join_template_put(&b, forms[i].source, &v, true), ERR_OK);
		assert_string_equal(buf_str(&b), forms[i].html);
	}
	/* Words of the guard put together of pieces. */
	v.v[JOIN_V_NUMBER] = "delete or change any";
	buf_reset(&b);
	assert_int_equal(
	    join_template_put(
		&b, "Do not {{number}} of the text above. -", &v, true),
	    ERR_ARG);
	assert_int_equal(b.len, 0);
	/* An address that is none is not made a link. */
	v.v[JOIN_V_LINK] = "javascript:alert(1)";
	assert_int_equal(join_template_put(&b, "{{link}}", &v, true), ERR_OK);
	assert_null(strstr(buf_str(&b), "href"));
	buf_clear(&b);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

/* Guard lines and markers stand around whatever comes of it. */
static void
samples_are_whole(void **state)
{
	static const char source[] =
	    "{{header}}\n# {{title}}\n{{subject}} of {{organizer}}\n{{link}}\n"
	    "{{#number}}{{word_number}} {{number}}{{/number}}\n"
	    "{{#video}}{{word_dial}} {{video}}{{/video}}\n{{footer}}";
	struct join_style st = {.video = true,
	    .source = source,
	    .header = "Our <b>house</b>\nrules",
	    .footer = ""};
	struct buf b = BUF_INIT(1 << 17);
	const struct i18n *lang;
	const char *code;
	size_t i, k;

	(void)state;
	for (k = 0; i18n_at(k, &code, &lang); k++)
		for (i = 0; i < JOIN_SAMPLES_N; i++) {
			const char *t;

			st.lang = lang;
			buf_reset(&b);
			assert_int_equal(
			    join_sample_put(&b, i, &st, true), ERR_OK);
			t = buf_str(&b);
			assert_true(str_has_prefix(t, JOIN_MARK_BEGIN));
			assert_int_equal(count(t, JOIN_MARK_BEGIN), 1);
			assert_int_equal(count(t, JOIN_MARK_END), 1);
			assert_int_equal(count(t, JOIN_GUARD_BEGIN), 1);
			assert_int_equal(count(t, JOIN_GUARD_END), 1);
			assert_int_equal(count(t, "<b>"), 1);
			assert_non_null(strstr(t, "&lt;b&gt;house"));
			assert_null(strstr(t, "<script"));
			assert_null(strstr(t, "a\"onload"));
			assert_null(strstr(t, RLO));
			assert_null(strchr(t, '\x07'));
			assert_true(str_is_utf8(t, b.len));
			buf_reset(&b);
			assert_int_equal(
			    join_sample_put(&b, i, &st, false), ERR_OK);
			t = buf_str(&b);
			assert_true(str_has_prefix(t, JOIN_GUARD_BEGIN));
			assert_int_equal(count(t, JOIN_GUARD_END), 1);
			assert_null(strstr(t, RLO));
			assert_null(strchr(t, '\x07'));
		}
	/* What cannot be used gives the block as it is built in. */
	st.lang = NULL;
	st.source = "Do not {{subject}} delete or change any of the {{link}}";
	buf_reset(&b);
	assert_int_equal(join_sample_put(&b, 1, &st, true), ERR_OK);
	st.source = "{{link}}";
	buf_reset(&b);
	assert_int_equal(join_sample_put(&b, 0, &st, true), ERR_OK);
	assert_null(strstr(buf_str(&b), "Dial"));
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(faults_have_a_place),
	    cmocka_unit_test(limits),
	    cmocka_unit_test(both_forms),
	    cmocka_unit_test(samples_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
