#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "cgi/req.h"
#include "common/alloc.h"

struct row {
	const char *text;
	size_t n; /* 0: strlen */
	enum err want;
	const char *fields; /* "name=value[!]," ... ! : bad */
};

static const struct row rows[] = {
    {"", 0, ERR_OK, ""},
    {"a=1", 0, ERR_OK, "a=1,"},
    {"a=1&b=2", 0, ERR_OK, "a=1,b=2,"},
    {"a=1&&b=2&", 0, ERR_OK, "a=1,b=2,"},
    {"a", 0, ERR_OK, "a=,"},
    {"a&b=", 0, ERR_OK, "a=,b=,"},
    {"a=b=c", 0, ERR_OK, "a=b=c,"},
    {"a=1+2%203", 0, ERR_OK, "a=1 2 3,"},
    {"a=%C3%BC", 0, ERR_OK, "a=\xC3\xBC,"},
    {"a=%41%4a%4A", 0, ERR_OK, "a=AJJ,"},
    {"%61=1", 0, ERR_OK, "a=1,"},
    /* What no two hex digits follow stays as it is. */
    {"a=100%", 0, ERR_OK, "a=100%,"},
    {"a=%4", 0, ERR_OK, "a=%4,"},
    {"a=%zz", 0, ERR_OK, "a=%zz,"},
    {"a=%%41", 0, ERR_OK, "a=%A,"},
    /* Not text: kept, and marked. */
    {"a=x%00y", 0, ERR_OK, "a=x!,"},
    {"a=x\0y", 5, ERR_OK, "a=x!,"},
    {"a=%FF", 0, ERR_OK, "a=\xFF!,"},
    {"a=%C3%28", 0, ERR_OK, "a=\xC3(!,"},
    {"a=%ED%A0%80", 0, ERR_OK, "a=\xED\xA0\x80!,"},
    {"a=%C0%AF", 0, ERR_OK, "a=\xC0\xAF!,"},
    /* Names that no page uses. */
    {"=1", 0, ERR_ARG, ""},
    {"a.b=1", 0, ERR_ARG, ""},
    {"A=1", 0, ERR_ARG, ""},
    {"a%00=1", 0, ERR_ARG, ""},
    {"a%20=1", 0, ERR_ARG, ""},
    {"a[]=1", 0, ERR_ARG, ""},
    {"%C3%BC=1", 0, ERR_ARG, ""},
    /* One field, one value. */
    {"a=1&a=2", 0, ERR_ARG, ""},
    {"a=1&b=2&%61=3", 0, ERR_ARG, ""},
};

static void
test_fields(void **state)
{
	static struct req_fields f;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t n = rows[i].n ? rows[i].n : strlen(rows[i].text);
		/* Exactly as large as promised, for the sanitizers. */
		char *text = xalloc(n + 1), got[256] = "";

		memcpy(text, rows[i].text, n);
		assert_int_equal(
		    req_parse_fields(&f, text, n, NULL), rows[i].want);
		for (k = 0; rows[i].want == ERR_OK && k < f.n; k++)
			(void)snprintf(got + strlen(got),
			    sizeof got - strlen(got), "%s=%s%s,", f.v[k].name,
			    f.v[k].value, f.v[k].bad ? "!" : "");
		if (rows[i].want == ERR_OK)
			assert_string_equal(got, rows[i].fields);
		mem_free(text);
	}
}

static void
test_length_counts_nul(void **state)
{
	static struct req_fields f;
	char text[] = "a=x%00y&b=1";

	(void)state;
	assert_int_equal(
	    req_parse_fields(&f, text, sizeof text - 1, NULL), ERR_OK);
	assert_int_equal(req_field(&f, "a")->len, 3);
	assert_memory_equal(req_field(&f, "a")->value, "x\0y", 4);
	/* A value that is not text is no value for a program. */
	assert_string_equal(req_text(&f, "a"), "");
	assert_string_equal(req_text(&f, "b"), "1");
	assert_string_equal(req_text(&f, "c"), "");
	assert_null(req_field(&f, "c"));
}

static void
test_field_limit(void **state)
{
	static struct req_fields f;
	size_t n = REQ_FIELD_MAX + 100;
	char *text = xalloc(n + 3);

	(void)state;
	memset(text, 'x', n + 2);
	memcpy(text, "a=", 2);
	assert_int_equal(
	    req_parse_fields(&f, text, 2 + REQ_FIELD_MAX, NULL), ERR_OK);
	assert_int_equal(f.v[0].len, REQ_FIELD_MAX);
	assert_false(f.v[0].cut);
	memset(text + 2, 'x', n);
	memcpy(text, "a=", 2);
	assert_int_equal(req_parse_fields(&f, text, n + 2, NULL), ERR_OK);
	assert_int_equal(f.v[0].len, REQ_FIELD_MAX);
	assert_true(f.v[0].cut);
	assert_false(f.v[0].bad);
	assert_string_equal(req_text(&f, "a"), "");
	/* Cut between characters, never in one. */
	memset(text + 2, 'x', n);
	memcpy(text, "a=", 2);
	memcpy(text + 2 + REQ_FIELD_MAX - 2, "\xE2\x82\xAC", 3);
	assert_int_equal(req_parse_fields(&f, text, n + 2, NULL), ERR_OK);
	assert_int_equal(f.v[0].len, REQ_FIELD_MAX - 2);
	assert_false(f.v[0].bad);
	mem_free(text);
}

static void
test_fields_limit(void **state)
{
	static struct req_fields f;
	static char text[REQ_FIELDS_MAX * 8 + 16];
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < REQ_FIELDS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "f%zu=&", i);
	assert_int_equal(req_parse_fields(&f, text, n, NULL), ERR_OK);
	assert_int_equal(f.n, REQ_FIELDS_MAX);
	n = 0;
	for (i = 0; i <= REQ_FIELDS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "f%zu=&", i);
	assert_int_equal(req_parse_fields(&f, text, n, NULL), ERR_TOOBIG);
}

static void
test_name_limit(void **state)
{
	static struct req_fields f;
	char text[REQ_NAME_MAX + 4];

	(void)state;
	memset(text, 'a', sizeof text);
	assert_int_equal(
	    req_parse_fields(&f, text, REQ_NAME_MAX, NULL), ERR_OK);
	memset(text, 'a', sizeof text);
	assert_int_equal(
	    req_parse_fields(&f, text, REQ_NAME_MAX + 1, NULL), ERR_ARG);
}

static void
test_uri(void **state)
{
	static struct req r;
	static char longest[REQ_URI_MAX + 2];
	static const struct {
		const char *uri;
		enum err want;
		const char *path, *a;
	} t[] = {
	    {"/exchange", ERR_OK, "/exchange", ""},
	    {"/exchange?a=1", ERR_OK, "/exchange", "1"},
	    {"/exchange?a=%C3%BC+x", ERR_OK, "/exchange", "\xC3\xBC x"},
	    {"/exchange?", ERR_OK, "/exchange", ""},
	    {"/a%2f..?a=?", ERR_OK, "/a%2f..", "?"},
	    {"", ERR_OK, "", ""},
	    {"/x?a=%00", ERR_ARG, "", ""},
	    {"/x?a=%FF", ERR_ARG, "", ""},
	    {"/x?a=1&a=2", ERR_ARG, "", ""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		assert_int_equal(req_parse_uri(&r, t[i].uri, NULL), t[i].want);
		assert_string_equal(r.path, t[i].path);
		if (t[i].want == ERR_OK)
			assert_string_equal(req_text(&r.query, "a"), t[i].a);
	}
	memset(longest, 'a', REQ_URI_MAX);
	assert_int_equal(req_parse_uri(&r, longest, NULL), ERR_OK);
	memset(longest, 'a', REQ_URI_MAX + 1);
	assert_int_equal(req_parse_uri(&r, longest, NULL), ERR_TOOBIG);
}

static void
test_cookie(void **state)
{
	static struct req r;
	static const struct {
		const char *cookie;
		bool found;
		const char *value;
	} t[] = {
	    {"", false, ""},
	    {"id=1", true, "1"},
	    {"x=2; id=1; y=3", true, "1"},
	    {"x=2;id=1", true, "1"},
	    {"id=", true, ""},
	    {"xid=1", false, ""},
	    {"idx=1", false, ""},
	    {"id", false, ""},
	    {"id=1; id=2", false, ""}, /* which one would it be? */
	    {"id=12345678", false, ""}, /* no room */
	    {";;; =;", false, ""},
	};
	char out[8];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof t / sizeof t[0]; i++) {
		r.cookie = t[i].cookie;
		assert_int_equal(
		    req_cookie(&r, "id", out, sizeof out), t[i].found);
		if (t[i].found)
			assert_string_equal(out, t[i].value);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_length_counts_nul),
	    cmocka_unit_test(test_field_limit),
	    cmocka_unit_test(test_fields_limit),
	    cmocka_unit_test(test_name_limit),
	    cmocka_unit_test(test_uri),
	    cmocka_unit_test(test_cookie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
