#include "tests/harness/test.h"

#include "backend/net/xml.h"
#include "backend/net/xml_write.h"
#include "common/buf.h"

static void
test_escapes(void **state)
{
	static const struct {
		const char *in, *text, *attr; /* NULL: refused */
	} rows[] = {
	    {"", "", ""},
	    {"plain", "plain", "plain"},
	    {"a<b>&\"c'", "a&lt;b&gt;&amp;\"c'", "a&lt;b&gt;&amp;&quot;c'"},
	    {"x\r\ny\tz", "x&#xD;\ny\tz", "x&#xD;&#xA;y&#x9;z"},
	    {"]]>", "]]&gt;", "]]&gt;"},
	    {"\xc3\xbc\xf0\x9f\x98\x80", "\xc3\xbc\xf0\x9f\x98\x80",
		"\xc3\xbc\xf0\x9f\x98\x80"},
	    {"\x7f\xc2\x85", "\x7f\xc2\x85", "\x7f\xc2\x85"},
	    {"\x01", NULL, NULL},
	    {"a\x0b", NULL, NULL},
	    {"\x1f", NULL, NULL},
	    {"\xef\xbf\xbe", NULL, NULL}, /* U+FFFE */
	    {"\xef\xbf\xbf", NULL, NULL},
	    {"\xef\xbf\xbd", "\xef\xbf\xbd", "\xef\xbf\xbd"},
	    {"\xed\xa0\x80", NULL, NULL}, /* a surrogate */
	    {"\xff", NULL, NULL},
	    {"\xc3", NULL, NULL},
	};
	struct buf b = BUF_INIT(1000);
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct xml_writer w = XML_WRITER(&b), v = XML_WRITER(&b);

		buf_reset(&b);
		xml_put_text(&w, rows[i].in);
		assert_err(w.e, rows[i].text == NULL ? ERR_ARG : ERR_OK);
		if (w.e == ERR_OK)
			assert_string_equal(buf_str(&b), rows[i].text);
		buf_reset(&b);
		xml_put_attr(&v, "n", rows[i].in);
		assert_err(v.e, rows[i].attr == NULL ? ERR_ARG : ERR_OK);
		if (v.e == ERR_OK) {
			char want[200];

			(void)snprintf(
			    want, sizeof(want), " n=\"%s\"", rows[i].attr);
			assert_string_equal(buf_str(&b), want);
		}
	}
	buf_clear(&b);
}

/* Any parser gives back what was written. */
static void
test_comes_back(void **state)
{
	static const char text[] =
	    "\r\n<p class=\"a\">x &amp; y\r</p>\t\n\r]]>";
	struct buf b = BUF_INIT(1000);
	struct xml_writer w = XML_WRITER(&b);
	struct xml_doc *d = NULL;

	(void)state;
	xml_put_raw(&w, "<a");
	xml_put_attr(&w, "b", text);
	xml_put_raw(&w, ">");
	xml_put_elem(&w, "c", text);
	xml_put_raw(&w, "</a>");
	assert_ok(w.e);
	assert_ok(xml_parse(&d, b.p, b.len, NULL));
	assert_string_equal(xml_attr(xml_root(d), "b"), text);
	assert_string_equal(xml_text(xml_child(xml_root(d), "c")), text);
	xml_doc_free(d);
	buf_clear(&b);
}

static void
test_errors_stick(void **state)
{
	struct buf b = BUF_INIT(8);
	struct xml_writer w = XML_WRITER(&b);

	(void)state;
	xml_put_raw(&w, "1234");
	xml_put_elem(&w, "name", "value");
	assert_err(w.e, ERR_TOOBIG);
	xml_put_raw(&w, "5");
	assert_err(w.e, ERR_TOOBIG);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_escapes),
	    cmocka_unit_test(test_comes_back),
	    cmocka_unit_test(test_errors_stick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
