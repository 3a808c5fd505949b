#include "tests/harness/test.h"

#include "backend/net/xml.h"
#include "common/buf.h"
#include "common/str.h"

static enum err
parse(struct xml_doc **d, const char *text, struct errinfo *ei)
{
	return xml_parse(d, text, strlen(text), ei);
}

static void
test_tree(void **state)
{
	struct xml_doc *d = NULL;
	const struct xml_node *root, *n;

	(void)state;
	assert_ok(parse(&d,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
	    "<a:Top xmlns:a='urn:a' xmlns='urn:b' one='1' a:two='&lt;2&gt;'>"
	    "x<b>left &amp; right&#xD;\r\n</b>y<b/><a:c><d>deep</d></a:c>"
	    "<e><![CDATA[<&>]]></e>z</a:Top>",
	    NULL));
	root = xml_root(d);
	assert_string_equal(root->ns, "urn:a");
	assert_string_equal(root->name, "Top");
	assert_string_equal(xml_attr(root, "one"), "1");
	assert_string_equal(xml_attr(root, "two"), "<2>");
	assert_string_equal(xml_attr(root, "three"), "");
	assert_string_equal(xml_text(root), "xyz");
	n = xml_child(root, "b");
	assert_string_equal(n->ns, "urn:b");
	/* A reference keeps its CR, a bare line end becomes LF. */
	assert_string_equal(xml_text(n), "left & right\r\n");
	assert_int_equal(n->text_len, strlen("left & right\r\n"));
	n = xml_next(n, "b");
	assert_non_null(n);
	assert_string_equal(xml_text(n), "");
	assert_null(xml_next(n, "b"));
	assert_string_equal(xml_text(xml_path(root, "c/d")), "deep");
	assert_null(xml_path(root, "c/d/e"));
	assert_null(xml_path(root, "c/x"));
	assert_string_equal(xml_text(xml_child(root, "e")), "<&>");
	assert_string_equal(xml_child(root, NULL)->name, "b");
	assert_string_equal(xml_text(NULL), "");
	assert_string_equal(xml_attr(NULL, "x"), "");
	assert_null(xml_child(NULL, "x"));
	xml_doc_free(d);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text;
		enum err e;
	} rows[] = {
	    {"", ERR_PROTO},
	    {"   ", ERR_PROTO},
	    {"no xml", ERR_PROTO},
	    {"<a>", ERR_PROTO},
	    {"<a></b>", ERR_PROTO},
	    {"<a/><b/>", ERR_PROTO},
	    {"<a>&nbsp;</a>", ERR_PROTO},
	    {"<a x=1/>", ERR_PROTO},
	    {"<a>\x01</a>", ERR_PROTO},
	    {"<a>\xff</a>", ERR_PROTO},
	    {"<p:a/>", ERR_PROTO},
	    {"<!DOCTYPE a><a/>", ERR_UNSUPPORTED},
	    {"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", ERR_UNSUPPORTED},
	    {"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>", ERR_UNSUPPORTED},
	    {"<?xml version=\"1.0\" encoding=\"no-such\"?><a/>", ERR_PROTO},
	};
	struct xml_doc *d = NULL;
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		enum err e = parse(&d, rows[i].text, &ei);

		if (e != rows[i].e)
			fail_msg("%s: %s", rows[i].text, err_name(e));
		assert_null(d);
		assert_true(ei.text[0] != '\0');
	}
}

/* Exchange writes references that XML 1.0 forbids. */
static void
test_scrubbed(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} rows[] = {
	    {"<a>x&#x1F;y&#11;z</a>", "xyz"},
	    {"<a>&#x0;&#xFFFE;&#xD800;&#x9;b</a>", "\tb"},
	    {"<a>&#xB;&#xB;&#xB;</a>", ""},
	    {"<a>&amp;#x1F;&#x1F;</a>", "&#x1F;"},
	    {"<a>&#x1F</a>", NULL},
	    {"<a>&#;&#x1F;</a>", NULL},
	    {"<a>&#x1F;</b>", NULL},
	    {"<a>&#x000000000000000001F;</a>", NULL},
	};
	struct xml_doc *d = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		enum err e = parse(&d, rows[i].text, NULL);

		if (rows[i].want == NULL) {
			assert_err(e, ERR_PROTO);
			continue;
		}
		assert_ok(e);
		assert_string_equal(xml_text(xml_root(d)), rows[i].want);
		xml_doc_free(d);
		d = NULL;
	}
}

static enum err
repeat(const char *open, const char *mid, const char *close, unsigned n)
{
	struct buf b = BUF_INIT(64u << 20);
	struct xml_doc *d = NULL;
	unsigned i;
	enum err e;

	assert_ok(buf_puts(&b, "<r>"));
	for (i = 0; i < n; i++)
		assert_ok(buf_puts(&b, open));
	assert_ok(buf_puts(&b, mid));
	for (i = 0; i < n; i++)
		assert_ok(buf_puts(&b, close));
	assert_ok(buf_puts(&b, "</r>"));
	e = xml_parse(&d, b.p, b.len, NULL);
	xml_doc_free(d);
	buf_clear(&b);
	return e;
}

static void
test_limits(void **state)
{
	(void)state;
	assert_ok(repeat("<a>", "", "</a>", XML_DEPTH_MAX - 1));
	assert_err(repeat("<a>", "", "</a>", XML_DEPTH_MAX), ERR_TOOBIG);
	assert_err(repeat("<a>", "", "</a>", 1000000), ERR_TOOBIG);
	assert_ok(repeat("<a/>", "", "", XML_NODES_MAX - 1));
	assert_err(repeat("<a/>", "", "", XML_NODES_MAX), ERR_TOOBIG);
	/* 17 MiB of text, more than any field holds. */
	assert_err(repeat("", "", "0123456789abcdef", 17u << 16), ERR_TOOBIG);
}

static void
test_many_attributes(void **state)
{
	struct buf b = BUF_INIT(1u << 20);
	struct xml_doc *d = NULL;
	unsigned i;

	(void)state;
	assert_ok(buf_puts(&b, "<r"));
	for (i = 0; i <= XML_ATTRS_MAX; i++)
		assert_ok(buf_putf(&b, " a%u='x'", i));
	assert_ok(buf_puts(&b, "/>"));
	assert_err(xml_parse(&d, b.p, b.len, NULL), ERR_TOOBIG);
	buf_clear(&b);
}

static enum err
parse_some(void *arg)
{
	struct xml_doc *d = NULL;
	enum err e =
	    parse(&d, "<a xmlns='urn:x' b='c'>d<e>f&#x1;</e></a>", NULL);

	(void)arg;
	xml_doc_free(d);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(parse_some, NULL);
}

/* -- streams -- */

struct seen {
	struct buf names;
	unsigned n, stop_at;
};

static enum err
on_doc(void *arg, const struct xml_doc *d)
{
	struct seen *s = arg;

	assert_ok(buf_putf(
	    &s->names, "%s=%s;", xml_root(d)->name, xml_text(xml_root(d))));
	return ++s->n == s->stop_at ? ERR_CANCELLED : ERR_OK;
}

static enum err
feed(struct seen *s, const char *text, size_t n, size_t step)
{
	struct xml_stream *x = NULL;
	struct errinfo ei;
	enum err e = ERR_OK;
	size_t i, m;

	assert_ok(xml_stream_new(&x, 1u << 20, on_doc, s));
	for (i = 0; i < n && e == ERR_OK; i += m) {
		m = n - i < step ? n - i : step;
		e = xml_stream_feed(x, text + i, m, &ei);
	}
	if (e == ERR_OK)
		e = xml_stream_end(x, &ei);
	else
		assert_err(xml_stream_feed(x, "<a/>", 4, &ei), e);
	xml_stream_free(x);
	return e;
}

static void
test_stream(void **state)
{
	static const char text[] =
	    "<?xml version=\"1.0\"?><a>1</a>\r\n<b>2</b><c/>  "
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<s:d xmlns:s='u'>3"
	    "<s:e>4</s:e></s:d >\n<f></f>";
	struct seen s;
	size_t step;

	(void)state;
	for (step = 1; step <= sizeof(text); step++) {
		memset(&s, 0, sizeof(s));
		s.names.max = 1000;
		assert_ok(feed(&s, text, sizeof(text) - 1, step));
		assert_string_equal(buf_str(&s.names), "a=1;b=2;c=;d=3;f=;");
		buf_clear(&s.names);
	}
}

/* A document is handed out with its last byte, not with the next one's
 * first: what it tells must not wait. */
static void
test_stream_is_prompt(void **state)
{
	static const char text[] = "<a><b>some text</b></a>";
	struct seen s = {.names = BUF_INIT(100)};
	struct xml_stream *x = NULL;
	size_t i;

	(void)state;
	assert_ok(xml_stream_new(&x, 1u << 20, on_doc, &s));
	for (i = 0; i < sizeof(text) - 1; i++) {
		assert_int_equal(s.n, 0);
		assert_ok(xml_stream_feed(x, text + i, 1, NULL));
	}
	assert_int_equal(s.n, 1);
	xml_stream_free(x);
	buf_clear(&s.names);
}

static void
test_stream_ends(void **state)
{
	static const struct {
		const char *text;
		unsigned stop_at;
		enum err e;
		unsigned n;
	} rows[] = {
	    {"<a/><b/><c/>", 2, ERR_CANCELLED, 2},
	    {"<a/><b", 0, ERR_PROTO, 1},
	    {"<a/><b>", 0, ERR_PROTO, 1},
	    {"<a/>x<b/>", 0, ERR_PROTO, 1},
	    {"<a/><!DOCTYPE x><b/>", 0, ERR_UNSUPPORTED, 1},
	    {"", 0, ERR_OK, 0},
	    {"  \r\n", 0, ERR_OK, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct seen s = {
		    .names = BUF_INIT(100), .stop_at = rows[i].stop_at};

		assert_err(
		    feed(&s, rows[i].text, strlen(rows[i].text), 3), rows[i].e);
		assert_int_equal(s.n, rows[i].n);
		buf_clear(&s.names);
	}
}

static void
test_stream_too_big(void **state)
{
	struct seen s = {.names = BUF_INIT(100)};
	struct buf b = BUF_INIT(4u << 20);
	unsigned i;

	(void)state;
	assert_ok(buf_puts(&b, "<a>"));
	for (i = 0; i < 2u << 16; i++)
		assert_ok(buf_puts(&b, "<b/>01234567890"));
	assert_err(feed(&s, b.p, b.len, 4096), ERR_TOOBIG);
	buf_clear(&b);
	buf_clear(&s.names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_tree),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_scrubbed),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_many_attributes),
	    cmocka_unit_test(test_oom),
	    cmocka_unit_test(test_stream),
	    cmocka_unit_test(test_stream_is_prompt),
	    cmocka_unit_test(test_stream_ends),
	    cmocka_unit_test(test_stream_too_big),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
