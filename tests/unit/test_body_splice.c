/* body_splice.c (with join_block.c and visible.c): everything but the join
 * details stays byte for byte.  Gumbo, which nobody here wrote, judges where
 * they went. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gumbo.h>

#include "backend/engine/body_splice.h"
#include "common/join_block.h"
#include "common/meeting_rules.h"
#include "common/alloc.h"
#include "common/buf.h"

#define BODY_MAX (6u * 1024u * 1024u)
#if defined(__SANITIZE_ADDRESS__)
#define FILL_LEN (256u * 1024u)
#else
#define FILL_LEN (1024u * 1024u)
#endif
#define LINK_A "https://example.webex.com/meet/alice"
#define LINK_B "https://example.webex.com/meet/bob?a=1&b=%22x%22"

static const struct meeting_room room_a = {
    LINK_A, "123 456 789", "alice@example.webex.com", NULL, false};
static const struct meeting_room room_b = {LINK_B, "", NULL, NULL, false};

static void
splice(struct buf *out, enum splice want, const char *body, size_t len,
    bool is_html, const struct meeting_room *room)
{
	enum splice what = SPLICE__MAX;
	struct errinfo ei;

	buf_reset(out);
	assert_int_equal(
	    body_splice(out, &what, body, len, is_html, room, &ei), ERR_OK);
	if (what != want)
		fail_msg("%d, not %d, for: %.*s", (int)what, (int)want,
		    len > 300 ? 300 : (int)len, body);
	if (what == SPLICE_UNCHANGED)
		assert_int_equal(out->len, 0);
}

/* out is body with something put in at one place; where? */
static size_t
assert_only_added(const char *body, size_t len, const struct buf *out)
{
	const char *o = buf_str(out);
	size_t head = 0, tail = 0;

	assert_true(out->len > len);
	while (head < len && body[head] == o[head])
		head++;
	while (
	    tail < len - head && body[len - 1 - tail] == o[out->len - 1 - tail])
		tail++;
	assert_int_equal(head + tail, len);
	return head;
}

/* -- what a parser makes of it ------------------------------------------ */

struct seen {
	const char *link;
	unsigned links, marks;
};

static void
walk(const GumboNode *n, struct seen *seen)
{
	const GumboAttribute *a;
	const GumboVector *v = NULL;
	unsigned i;

	if (n->type == GUMBO_NODE_COMMENT &&
	    strcmp(n->v.text.text, " calconn:join:begin ") == 0)
		seen->marks++;
	if (n->type == GUMBO_NODE_DOCUMENT)
		v = &n->v.document.children;
	if (n->type == GUMBO_NODE_ELEMENT) {
		v = &n->v.element.children;
		a = gumbo_get_attribute(&n->v.element.attributes, "href");
		if (n->v.element.tag == GUMBO_TAG_A && a != NULL &&
		    strcmp(a->value, seen->link) == 0)
			seen->links++;
	}
	for (i = 0; v != NULL && i < v->length; i++)
		walk(v->data[i], seen);
}

static void
assert_parser_sees(const struct buf *html, const char *link, const char *body)
{
	struct seen seen = {link, 0, 0};
	GumboOutput *g;

	g = gumbo_parse_with_options(
	    &kGumboDefaultOptions, buf_str(html), html->len);
	walk(g->document, &seen);
	gumbo_destroy_output(&kGumboDefaultOptions, g);
	if (seen.links != 1 || seen.marks != 1)
		fail_msg("links %u marks %u for: %.300s", seen.links,
		    seen.marks, body);
}

/* -- the table ---------------------------------------------------------- */

static const char *const html_bodies[] = {
    "",
    "x",
    "<html><body><p>Agenda</p></body></html>",
    "<html>\r\n<head><title>a</body></title></head><body>x</BODY >\r\n</html>",
    "<p>no body tags",
    "<html><body>x</html>",
    "<body>x</body><body>y</body> after",
    "<html><body><!-- </body> --><p>x</p></body></html>",
    "<body><!--> </body> --><p>x</p>",
    "<body><!-- a --!> b</body><!-- </body> -->",
    "<body><script>var a = '</body>';</script>x",
    "<body><script><!-- <script> </script> </body> --></script>x</body>",
    "<body><script><!--></script>x</body>",
    "<body><style>/* </body> */</style>x",
    "<style>p{}</style ><body>x</body>",
    "<body><textarea></body></textarea>x",
    "<body title=\"</body>\">x",
    "<body title='</body>' a=</body>x</body>",
    "<body a\"b>c</body>\">",
    "<body><a href=\"x\">open link</body>",
    "<body><![CDATA[ </body> ]]>x",
    "<body><svg><![CDATA[ </body> ]]></svg>x",
    "<body><svg><p>x</p></body>",
    "<body><svg><title></body></title></svg>x",
    "<body><math><mi>x</mi></math></body></html>",
    "<body><?php </body> ?>x",
    "<body><!doctype </body> >x",
    "<body></ </body> >x",
    "<body></>x</body>",
    "<body><![if !mso]><p>x</p><![endif]></body>",
    "<!--[if mso]><body><![endif]--><body>x</body>",
    "<body><table><tr><td>x</body>",
    "<body><table><tr><td>x</td></tr></table></body>",
    "<div><div><div>unfinished",
    "<body>x</bodyx></body/></body",
    "<body>x <",
    "<body>x </",
    "<body>x <!",
    "<body>x <!-- unfinished </body>",
    "<body>x <!-- unfinished --",
    "<body>x <div class=\"unfinished </body>",
    "<body>x <div class='unfinished </body>",
    "<body>x <div class=unfinished",
    "<body>x <div",
    "<body>x <script>unfinished </body>",
    "<body>x <script><!-- unfinished </body>",
    "<body>x <script><!--<script>unfinished </body>",
    "<body>x <script><!--<script>unfinished --",
    "<body>x <style>y</style z='1<br",
    "<body>x <script>",
    "<body>x <title>",
    "<body>x <script",
    "<body>x <plaintext",
    "<body>x <style>unfinished </body>",
    "<body>x <textarea>unfinished </body>",
    "<body>x <title>unfinished </body>",
    "<body>x <?unfinished",
    "<body>x <xmp>unfinished",
    "<body>x<plaintext>y</body>",
    "<body><iframe></body></iframe>x</body>",
    "<body><noscript>x</noscript></body>",
    "<body>\xe2\x80\xae"
    "evil\xe2\x80\xac \xf0\x9f\x98\x80</body>",
    "<body>" JOIN_GUARD_BEGIN "</body>",
    "<body>" JOIN_GUARD_END " x " JOIN_GUARD_BEGIN "</body>",
    "<body>" JOIN_GUARD_END "</body>",
    "<body><!-- calconn:join:end --><p>x</p></body>",
    "<body><script>" JOIN_GUARD_BEGIN JOIN_GUARD_END "</script></body>",
};

static void
html_keeps_the_rest(void **state)
{
	struct buf one = BUF_INIT(BODY_MAX), two = BUF_INIT(BODY_MAX),
		   three = BUF_INIT(BODY_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(html_bodies) / sizeof(html_bodies[0]); i++) {
		const char *b = html_bodies[i];

		splice(&one, SPLICE_INSERTED, b, strlen(b), true, &room_a);
		assert_only_added(b, strlen(b), &one);
		assert_parser_sees(&one, LINK_A, b);
		/* Once more changes nothing. */
		splice(&two, SPLICE_UNCHANGED, buf_str(&one), one.len, true,
		    &room_a);
		/* Another room takes the same place ... */
		splice(&two, SPLICE_REPLACED, buf_str(&one), one.len, true,
		    &room_b);
		assert_only_added(b, strlen(b), &two);
		assert_parser_sees(&two, LINK_B, b);
		assert_null(
		    memmem(buf_str(&two), two.len, LINK_A, strlen(LINK_A)));
		/* ... and back again. */
		splice(&three, SPLICE_REPLACED, buf_str(&two), two.len, true,
		    &room_a);
		assert_int_equal(three.len, one.len);
		assert_memory_equal(buf_str(&three), buf_str(&one), one.len);
	}
	buf_clear(&one);
	buf_clear(&two);
	buf_clear(&three);
}

static void
html_goes_before_the_end_of_the_body(void **state)
{
	const char *b = "<html><body><p>Agenda</p></body></html>";
	struct buf out = BUF_INIT(BODY_MAX);
	size_t at;

	(void)state;
	splice(&out, SPLICE_INSERTED, b, strlen(b), true, &room_a);
	at = assert_only_added(b, strlen(b), &out);
	/* The block begins with "<" as well, as </body> does. */
	assert_true(at == 25 || at == 26);
	assert_non_null(strstr(buf_str(&out), ">" LINK_A "</a>"));
	assert_non_null(strstr(buf_str(&out), "(access code): 123 456 789"));
	assert_non_null(strstr(buf_str(&out), "Dial alice@example.webex.com"));
	buf_clear(&out);
}

static void
text_is_appended(void **state)
{
	static const char *const bodies[] = {"", "x", "x\r\n", "x\r\n\r\n",
	    "</body>", "a\nb", JOIN_GUARD_BEGIN "\r\nx", JOIN_GUARD_END "\r\n",
	    "<!-- calconn:join:begin --><!-- calconn:join:end -->"};
	struct buf one = BUF_INIT(BODY_MAX), two = BUF_INIT(BODY_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const char *b = bodies[i];

		splice(&one, SPLICE_INSERTED, b, strlen(b), false, &room_a);
		assert_memory_equal(buf_str(&one), b, strlen(b));
		assert_null(strstr(buf_str(&one) + strlen(b), "<"));
		splice(&two, SPLICE_UNCHANGED, buf_str(&one), one.len, false,
		    &room_a);
		splice(&two, SPLICE_REPLACED, buf_str(&one), one.len, false,
		    &room_b);
		assert_memory_equal(buf_str(&two), b, strlen(b));
		assert_null(strstr(buf_str(&two), LINK_A));
		assert_non_null(strstr(buf_str(&two), LINK_B "\r\n"));
	}
	buf_clear(&one);
	buf_clear(&two);
}

/* What Word, Outlook on the web and link checkers make of a block. */
static const char *const rewritten[] = {
    /* Word: paragraphs, wrapped lines, no comments, its own entities */
    "<body><div class=WordSection1><p class=MsoNormal>Agenda<o:p></o:p></p>"
    "<p class=MsoNormal>- Do not delete or change any of the\r\nfollowing "
    "text. -<o:p></o:p></p><p class=MsoNormal><b>Join meeting in my\r\nWebex "
    "Personal Room</b><br><a href=\"" LINK_A "\">" LINK_A "</a>"
    "<o:p></o:p></p><p>Meeting number&nbsp;(access&#32;code): 123 456 789"
    "</p><p>Join from a video conferencing system or application:<br>Dial "
    "alice&#64;example.webex.com</p><p>&#45; Do not delete or change any of "
    "the text above. <span>-</span><o:p></o:p></p></div></body>",
    /* split into spans, links sent over a checking host */
    "<div><span>- Do not delete </span><span>or change any of the following "
    "text. -</span><div>Join <i>meeting</i> in my Webex Personal Room</div>"
    "<div><a href=\"https://safe.example/?url=x\">" LINK_A "</a></div><div>"
    "Meeting number (access code): 123 456 789</div><div>Join from a video "
    "conferencing system or application:</div><div>Dial <a href=\"sip:x\">"
    "alice@example.webex.com</a></div><div>- Do not delete or change any of "
    "the text above. -</div></div>",
};

static void
html_knows_a_rewritten_block(void **state)
{
	struct buf out = BUF_INIT(BODY_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rewritten) / sizeof(rewritten[0]); i++) {
		const char *b = rewritten[i];

		splice(&out, SPLICE_UNCHANGED, b, strlen(b), true, &room_a);
		splice(&out, SPLICE_REPLACED, b, strlen(b), true, &room_b);
		assert_null(strstr(buf_str(&out), ">" LINK_A));
		assert_parser_sees(&out, LINK_B, b);
	}
	buf_clear(&out);
}

/* A block that cannot be cut out without tearing the markup is left, and a
 * whole one is added; what the person wrote stays. */
static void
html_tears_nothing(void **state)
{
	const char *b =
	    "<body><div><p>Mine " JOIN_GUARD_BEGIN "</p><p>old</p></div>"
	    "<table><tr><td>" JOIN_GUARD_END "</td></tr></table></body>";
	struct buf one = BUF_INIT(BODY_MAX), two = BUF_INIT(BODY_MAX);

	(void)state;
	splice(&one, SPLICE_INSERTED, b, strlen(b), true, &room_a);
	assert_only_added(b, strlen(b), &one);
	splice(&two, SPLICE_UNCHANGED, buf_str(&one), one.len, true, &room_a);
	buf_clear(&one);
	buf_clear(&two);
}

static void
marks_keep_the_place_of_deleted_words(void **state)
{
	const char *b = "<body><p>x</p>" JOIN_MARK_BEGIN
			"<div></div>" JOIN_MARK_END "<p>y</p></body>";
	struct buf out = BUF_INIT(BODY_MAX);

	(void)state;
	splice(&out, SPLICE_REPLACED, b, strlen(b), true, &room_a);
	assert_true(
	    strstr(buf_str(&out), LINK_A) < strstr(buf_str(&out), "<p>y</p>"));
	assert_parser_sees(&out, LINK_A, b);
	buf_clear(&out);
}

static void
what_people_gave_is_escaped(void **state)
{
	static const struct meeting_room bad = {
	    "https://x/\"><script>alert(1)</script>\xe2\x80\xae&'",
	    "<b>1</b>\r\n\x01", "\"><img src=x>\xe2\x81\xa6@y", NULL, false};
	const char *b = "<body>x</body>";
	struct buf out = BUF_INIT(BODY_MAX);

	(void)state;
	splice(&out, SPLICE_INSERTED, b, strlen(b), true, &bad);
	assert_null(strstr(buf_str(&out), "<script"));
	assert_null(strstr(buf_str(&out), "<img"));
	assert_null(strstr(buf_str(&out), "<b>1"));
	assert_null(strstr(buf_str(&out), "\xe2\x80\xae"));
	assert_parser_sees(&out, "https://x/\"><script>alert(1)</script>&'", b);
	splice(&out, SPLICE_INSERTED, "x", 1, false, &bad);
	assert_null(strchr(buf_str(&out), '\x01'));
	assert_null(strstr(buf_str(&out), "\xe2\x81\xa6"));
	buf_clear(&out);
}

/* Large bodies of what could make a parser slow or deep.  The time is the
 * test runner's to judge: any step that is not linear takes hours here. */
static void
full_bodies_take_one_pass(void **state)
{
	static const char *const fill[] = {"<div>", "<b>", "<!--", "--", "</",
	    "<script>", "<!-- calconn:join:begin -->", JOIN_GUARD_BEGIN,
	    JOIN_GUARD_END, "<a b=\"", "&nbsp;", "&#", "<svg>", "<![CDATA[",
	    "<script><!--<script>", "</body>", ("<p>" JOIN_GUARD_BEGIN),
	    "\xe2\x80\xae", "<x y='>"};
	size_t n, i, at, step;
	struct buf one = BUF_INIT(BODY_MAX), two = BUF_INIT(BODY_MAX);
	char *p = try_alloc(5 * FILL_LEN);

	(void)state;
	assert_non_null(p);
	for (i = 0; i < sizeof(fill) / sizeof(fill[0]); i++) {
		n = i == 0 ? 5 * FILL_LEN : FILL_LEN;
		step = strlen(fill[i]);
		for (at = 0; at + step <= n; at += step)
			memcpy(p + at, fill[i], step);
		memset(p + at, ' ', n - at);
		splice(&one, SPLICE_INSERTED, p, n, true, &room_a);
		splice(&two, SPLICE_UNCHANGED, buf_str(&one), one.len, true,
		    &room_a);
		splice(&one, SPLICE_INSERTED, p, n, false, &room_a);
		splice(&two, SPLICE_UNCHANGED, buf_str(&one), one.len, false,
		    &room_a);
	}
	mem_free(p);
	buf_clear(&one);
	buf_clear(&two);
}

static void
a_full_body_is_refused(void **state)
{
	struct buf out = BUF_INIT(100);
	enum splice what;
	struct errinfo ei;

	(void)state;
	assert_int_equal(
	    body_splice(&out, &what, "x", 1, true, &room_a, &ei), ERR_TOOBIG);
	assert_true(ei.text[0] != '\0');
	buf_clear(&out);
}

static void
broken_utf8_stays_inside(void **state)
{
	static const char *const bodies[] = {"\x80", "\xc3", "\xe2\x80",
	    "\xf0\x9f\x98", "&#", "&#x", "&#x1f600", "&#x1f600;", "&nbsp",
	    "<\x80>", "<a \xff='", "&#99999999;", "\xff\xff\xff"};
	struct buf out = BUF_INIT(BODY_MAX);
	size_t i, n;
	char *p;

	(void)state;
	for (i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		n = strlen(bodies[i]);
		p = try_alloc(n);
		assert_non_null(p);
		memcpy(p, bodies[i], n);
		splice(&out, SPLICE_INSERTED, p, n, true, &room_a);
		splice(&out, SPLICE_INSERTED, p, n, false, &room_a);
		mem_free(p);
	}
	buf_clear(&out);
}

/* What is put in is taken out again, to the byte; what is not ours stays. */
static void
a_block_is_cut(void **state)
{
	static const struct {
		const char *body;
		bool is_html;
	} rows[] = {{"<html><body><p>a</p></body></html>", true},
	    {"<p>b", true}, {"", true}, {"<p>c</p>\r\n", true},
	    {"line\r\n", false}, {"", false}, {"<!-- x", true}};
	struct buf with = BUF_INIT(BODY_MAX), out = BUF_INIT(BODY_MAX);
	bool is_cut;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *body = rows[i].body;
		const size_t len = strlen(body);

		splice(&with, SPLICE_INSERTED, body, len, rows[i].is_html,
		    &room_a);
		buf_reset(&out);
		assert_int_equal(body_cut(&out, &is_cut, buf_str(&with),
				     with.len, rows[i].is_html),
		    ERR_OK);
		assert_true(is_cut);
		/* What closed an unfinished comment stays closed. */
		assert_memory_equal(buf_str(&out), body, len);
		assert_int_equal(
		    out.len, len + (strcmp(body, "<!-- x") == 0 ? 3 : 0));
		buf_reset(&out);
		assert_int_equal(
		    body_cut(&out, &is_cut, body, len, rows[i].is_html),
		    ERR_OK);
		assert_false(is_cut);
		assert_int_equal(out.len, 0);
	}
	buf_clear(&with);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(html_keeps_the_rest),
	    cmocka_unit_test(html_goes_before_the_end_of_the_body),
	    cmocka_unit_test(text_is_appended),
	    cmocka_unit_test(a_block_is_cut),
	    cmocka_unit_test(html_knows_a_rewritten_block),
	    cmocka_unit_test(html_tears_nothing),
	    cmocka_unit_test(marks_keep_the_place_of_deleted_words),
	    cmocka_unit_test(what_people_gave_is_escaped),
	    cmocka_unit_test(full_bodies_take_one_pass),
	    cmocka_unit_test(a_full_body_is_refused),
	    cmocka_unit_test(broken_utf8_stays_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
