#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "cgi/resp.h"

static void
test_local(void **state)
{
	static const struct {
		const char *path;
		bool is_local;
	} t[] = {
	    {"/", true},
	    {"/exchange/edit?id=1&x=%20", true},
	    {"", false},
	    {"exchange", false},
	    {"//evil.example", false},
	    {"///evil.example", false},
	    {"/\\evil.example", false},
	    {"/a\\b", false},
	    {"https://evil.example/", false},
	    {"javascript:alert(1)", false},
	    {"/x\r\nSet-Cookie: a=b", false},
	    {"/x y", false},
	    {"/\xC3\xBC", false},
	    {"/x\x7f", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof t / sizeof t[0]; i++)
		assert_int_equal(resp_is_local(t[i].path), t[i].is_local);
}

static void
head(struct resp *r, struct buf *out)
{
	buf_reset(out);
	assert_int_equal(resp_head(r, out), ERR_OK);
}

static void
test_headers(void **state)
{
	/* On every answer, whatever it is. */
	static const char *const always[] = {
	    "Content-Security-Policy: default-src 'none'; style-src 'self'; "
	    "img-src 'self'; script-src 'self'; connect-src 'self'; "
	    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'\r\n",
	    "\r\nStrict-Transport-Security: max-age=31536000\r\n",
	    "\r\nX-Content-Type-Options: nosniff\r\n",
	    "\r\nReferrer-Policy: same-origin\r\n",
	    "\r\nCross-Origin-Opener-Policy: same-origin\r\n",
	    "\r\nX-XSS-Protection: 1; mode=block\r\n",
	    "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
	    "\r\nPermissions-Policy: ",
	    "\r\nCache-Control: no-store\r\n",
	};
	static const int statuses[] = {200, 303, 400, 403, 404, 405, 409, 413,
	    415, 422, 429, 500, 503, 999};
	struct buf out = BUF_INIT(RESP_HEAD_MAX);
	struct resp r;
	size_t i, k;

	(void)state;
	resp_init(&r);
	for (k = 0; k < sizeof statuses / sizeof statuses[0]; k++) {
		r.status = statuses[k];
		head(&r, &out);
		for (i = 0; i < sizeof always / sizeof always[0]; i++)
			assert_non_null(strstr(out.p, always[i]));
		assert_null(strstr(out.p, "unsafe"));
	}
	assert_memory_equal(out.p, "Status: 999 Answer\r\n", 20);
	assert_int_equal(buf_puts(&r.body, "12345"), ERR_OK);
	head(&r, &out);
	assert_non_null(strstr(out.p, "\r\nContent-Length: 5\r\n\r\n"));
	assert_non_null(
	    strstr(out.p, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
	resp_clear(&r);
	buf_clear(&out);
}

static void
test_no_splitting(void **state)
{
	struct buf out = BUF_INIT(RESP_HEAD_MAX);
	struct resp r;

	(void)state;
	resp_init(&r);
	assert_int_equal(resp_header(&r, "X", "a\r\nSet-Cookie: b=c"), ERR_ARG);
	assert_int_equal(resp_header(&r, "X", "a\nb"), ERR_ARG);
	assert_int_equal(resp_header(&r, "X", "fine"), ERR_OK);
	assert_int_equal(resp_redirect(&r, "/x\r\nSet-Cookie: b=c"), ERR_OK);
	head(&r, &out);
	assert_null(strstr(out.p, "Set-Cookie"));
	assert_non_null(strstr(out.p, "\r\nX: fine\r\n"));
	assert_non_null(strstr(out.p, "\r\nLocation: /\r\n"));
	assert_memory_equal(out.p, "Status: 303 See Other\r\n", 23);
	resp_clear(&r);
	buf_clear(&out);
}

static void
test_cookie(void **state)
{
	struct buf out = BUF_INIT(RESP_HEAD_MAX);
	struct resp r;

	(void)state;
	resp_init(&r);
	assert_int_equal(resp_cookie(&r, "__Host-x", "abc"), ERR_OK);
	head(&r, &out);
	assert_non_null(strstr(out.p,
	    "\r\nSet-Cookie: __Host-x=abc; Path=/; Secure; HttpOnly; "
	    "SameSite=Strict\r\n"));
	resp_reset(&r);
	assert_int_equal(resp_cookie(&r, "__Host-x", ""), ERR_OK);
	head(&r, &out);
	assert_non_null(strstr(out.p, "SameSite=Strict; Max-Age=0\r\n"));
	assert_null(strstr(out.p, "abc"));
	resp_clear(&r);
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_local),
	    cmocka_unit_test(test_headers),
	    cmocka_unit_test(test_no_splitting),
	    cmocka_unit_test(test_cookie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
