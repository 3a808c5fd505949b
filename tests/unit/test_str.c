#include "tests/harness/test.h"

#include "common/buf.h"
#include "common/str.h"

static void
test_strlist(void **state)
{
	struct strlist l = {NULL, 0};
	char text[16];
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++) {
		(void)snprintf(text, sizeof(text), "Item%zu", i);
		assert_ok(strlist_add(&l, text));
	}
	assert_int_equal(l.n, 100);
	assert_string_equal(l.v[99], "Item99");
	assert_true(strlist_has(&l, "iTEM42"));
	assert_false(strlist_has(&l, "item"));
	strlist_clear(&l);
	assert_int_equal(l.n, 0);
	assert_ok(strlist_addn(&l, "abcdef", 2));
	assert_string_equal(l.v[0], "ab");
	strlist_clear(&l);
}

static enum err
fill_list(void *arg)
{
	struct strlist l = {NULL, 0};
	enum err e = ERR_OK;
	int i;

	(void)arg;
	for (i = 0; i < 9 && e == ERR_OK; i++)
		e = strlist_add(&l, "text");
	strlist_clear(&l);
	return e;
}

static void
test_oom(void **state)
{
	(void)state;
	oom_each(fill_list, NULL);
}

static void
test_copy(void **state)
{
	static const struct {
		const char *from;
		size_t size;
		const char *want;
		bool fits;
	} rows[] = {
	    {"abc", 4, "abc", true},
	    {"abcd", 4, "abc", false},
	    {"", 1, "", true},
	    {"a", 1, "", false},
	    {"ab\xc3\xb6", 5, "ab\xc3\xb6", true},
	    {"ab\xc3\xb6", 4, "ab", false},
	    {"\xf0\x9f\x93\x85", 4, "", false},
	    {"\xe2\x82\xac\xe2\x82\xac", 6, "\xe2\x82\xac", false},
	};
	char out[8];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		memset(out, 'z', sizeof(out));
		assert_int_equal(
		    str_copy(out, rows[i].size, rows[i].from), rows[i].fits);
		assert_string_equal(out, rows[i].want);
	}
	assert_false(str_copy(NULL, 0, "x"));
}

static void
test_compare(void **state)
{
	char s[] = "AbC\xc3\x96Z";

	(void)state;
	assert_true(str_caseeq("ABC", "abc"));
	assert_false(str_caseeq("ABC", "abcd"));
	assert_false(str_caseeq("abcd", "abc"));
	assert_false(str_caseeq("[", "{"));
	assert_true(str_has_prefix("abc", "ab"));
	assert_true(str_has_prefix("abc", ""));
	assert_false(str_has_prefix("a", "ab"));
	assert_true(str_has_suffix_nocase("x@Example.COM", "example.com"));
	assert_false(str_has_suffix_nocase("com", "example.com"));
	str_lower(s);
	assert_string_equal(s, "abc\xc3\x96z");
}

static void
test_trim(void **state)
{
	static const struct {
		const char *in, *want;
	} rows[] = {
	    {"  a b \t\r\n", "a b"},
	    {"", ""},
	    {"   ", ""},
	    {"a", "a"},
	    {"\v\fx", "x"},
	};
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		assert_true(str_copy(text, sizeof(text), rows[i].in));
		assert_string_equal(str_trim(text), rows[i].want);
	}
}

static void
test_utf8(void **state)
{
	static const struct {
		const char *s;
		size_t n;
		bool good;
		const char *clean;
	} rows[] = {
	    {"", 0, true, ""},
	    {"abc", 3, true, "abc"},
	    {"a\0b", 3, false,
		"a\xef\xbf\xbd"
		"b"},
	    {"\xc3\xb6", 2, true, "\xc3\xb6"},
	    {"\xc3", 1, false, "\xef\xbf\xbd"},
	    {"\xc0\x80", 2, false, "\xef\xbf\xbd\xef\xbf\xbd"},
	    {"\xc1\xbf", 2, false, NULL},
	    {"\x80", 1, false, NULL},
	    {"\xe0\x9f\xbf", 3, false, NULL},
	    {"\xe0\xa0\x80", 3, true, NULL},
	    {"\xed\xa0\x80", 3, false, NULL},
	    {"\xed\x9f\xbf", 3, true, NULL},
	    {"\xef\xbf\xbf", 3, true, NULL},
	    {"\xf0\x8f\xbf\xbf", 4, false, NULL},
	    {"\xf0\x90\x80\x80", 4, true, NULL},
	    {"\xf4\x8f\xbf\xbf", 4, true, NULL},
	    {"\xf4\x90\x80\x80", 4, false, NULL},
	    {"\xf5\x80\x80\x80", 4, false, NULL},
	    {"\xff", 1, false, NULL},
	    {"\xe2\x82", 2, false, NULL},
	    {"\xf0\x9f\x93", 3, false, NULL},
	    {"x\xffy", 3, false, "x\xef\xbf\xbdy"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct buf b = BUF_INIT(64);

		assert_int_equal(
		    str_is_utf8(rows[i].s, rows[i].n), rows[i].good);
		assert_ok(str_utf8_clean(&b, rows[i].s, rows[i].n));
		assert_true(str_is_utf8(buf_str(&b), b.len));
		if (rows[i].good)
			assert_memory_equal(buf_str(&b), rows[i].s, rows[i].n);
		if (rows[i].clean != NULL)
			assert_string_equal(buf_str(&b), rows[i].clean);
		buf_clear(&b);
	}
	assert_int_equal(str_utf8_count("a\xc3\xb6\xf0\x9f\x93\x85"), 3);
	assert_int_equal(str_utf8_len("\xe2\x82\xac"), 3);
	assert_int_equal(str_utf8_len("\xe2"), 0);
	assert_int_equal(str_utf8_len(""), 0);
}

static void
test_control_and_bidi(void **state)
{
	(void)state;
	assert_false(str_has_control("a\tb"));
	assert_true(str_has_control("a\nb"));
	assert_true(str_has_control("\x7f"));
	assert_true(str_has_control("\x1b[2J"));
	assert_false(str_has_control("\xc3\xb6"));
	assert_true(str_has_bidi("x\xe2\x80\xaey"));
	assert_true(str_has_bidi("\xe2\x80\x8f"));
	assert_true(str_has_bidi("\xe2\x81\xa6"));
	assert_true(str_has_bidi("\xd8\x9c"));
	assert_false(str_has_bidi("\xd8\xa7\xd9\x84 \xe2\x82\xac"));
}

static void
test_numbers(void **state)
{
	static const struct {
		const char *s;
		uint64_t max;
		enum err want;
		uint64_t value;
	} rows[] = {
	    {"0", 0, ERR_OK, 0},
	    {"1", 0, ERR_TOOBIG, 0},
	    {"5", 5, ERR_OK, 5},
	    {"6", 5, ERR_TOOBIG, 0},
	    {"10", 5, ERR_TOOBIG, 0},
	    {"65535", 65535, ERR_OK, 65535},
	    {"65536", 65535, ERR_TOOBIG, 0},
	    {"000065535", 65535, ERR_OK, 65535},
	    {"18446744073709551615", UINT64_MAX, ERR_OK, UINT64_MAX},
	    {"18446744073709551616", UINT64_MAX, ERR_TOOBIG, 0},
	    {"99999999999999999999999", UINT64_MAX, ERR_TOOBIG, 0},
	    {"", 5, ERR_ARG, 0},
	    {"-1", 5, ERR_ARG, 0},
	    {"+1", 5, ERR_ARG, 0},
	    {" 1", 5, ERR_ARG, 0},
	    {"1x", 5, ERR_ARG, 0},
	};
	uint64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		v = 77;
		assert_err(
		    str_to_u64(rows[i].s, rows[i].max, &v), rows[i].want);
		assert_int_equal(
		    v, rows[i].want == ERR_OK ? rows[i].value : 77);
	}
}

static void
test_hex(void **state)
{
	unsigned char raw[3] = {0x00, 0xab, 0xff}, back[3];
	char text[131], other[131];

	(void)state;
	hex_encode(raw, 3, text);
	assert_string_equal(text, "00abff");
	assert_ok(hex_decode("00ABff", back, 3));
	assert_memory_equal(raw, back, 3);
	assert_err(hex_decode("00abf", back, 3), ERR_ARG);
	assert_err(hex_decode("00abfff", back, 3), ERR_ARG);
	assert_err(hex_decode("00abfg", back, 3), ERR_ARG);
	str_random_hex(text, 65);
	str_random_hex(other, 65);
	assert_int_equal(strlen(text), 130);
	assert_string_not_equal(text, other);
	str_random_hex(text, 0);
	assert_string_equal(text, "");
}

static void
test_escapes(void **state)
{
	struct buf b = BUF_INIT(200), small = BUF_INIT(5);

	(void)state;
	assert_ok(html_escape(&b, "<a href=\"x\">'&\xc3\xb6"));
	assert_string_equal(
	    buf_str(&b), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;\xc3\xb6");
	buf_reset(&b);
	assert_ok(html_escape(&b, ""));
	assert_string_equal(buf_str(&b), "");
	assert_ok(url_encode(&b, "a-._~Z9 /?&=+%\xc3\xb6"));
	assert_string_equal(buf_str(&b), "a-._~Z9%20%2F%3F%26%3D%2B%25%C3%B6");
	assert_err(html_escape(&small, "<<"), ERR_TOOBIG);
	buf_clear(&small);
	assert_err(url_encode(&small, "//"), ERR_TOOBIG);
	buf_clear(&small);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_strlist),
	    cmocka_unit_test(test_oom),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_compare),
	    cmocka_unit_test(test_trim),
	    cmocka_unit_test(test_utf8),
	    cmocka_unit_test(test_control_and_bidi),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_hex),
	    cmocka_unit_test(test_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
