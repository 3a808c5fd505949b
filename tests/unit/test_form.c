#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cgi/form.h"
#include "cgi/req.h"
#include "common/alloc.h"

#define LONG (FORM_SHOWN_MAX + 5000)

static struct req req;
static struct form form;

/* name=..., with n bytes of fill and then tail; what was given is freed by
 * the caller. */
static char *
take(size_t n, const char *tail)
{
	size_t len = strlen("name=") + n + strlen(tail);
	char *text = xalloc(len + 1);

	memcpy(text, "name=", 5);
	memset(text + 5, 'x', n);
	memcpy(text + 5 + n, tail, strlen(tail) + 1);
	memset(&req, 0, sizeof req);
	assert_int_equal(req_parse_fields(&req.body, text, len, NULL), ERR_OK);
	form_init(&form);
	form_add(&form, "name", "Name", 100, false);
	return text;
}

/* What is too long is said, and what was typed kept, within a limit. */
static void
test_too_long(void **state)
{
	char *text = take(200, "");

	(void)state;
	form_take(&form, &req);
	assert_null(form_get(&form, "name"));
	assert_int_equal(form.v[0].len, 200);
	mem_free(text);

	text = take(LONG, "");
	form_take(&form, &req);
	assert_null(form_get(&form, "name"));
	assert_non_null(strstr(form.v[0].error, "at most 100 fit"));
	assert_int_equal(form.v[0].len, FORM_SHOWN_MAX);
	mem_free(text);

	/* Between characters. */
	text = take(FORM_SHOWN_MAX - 1, "\xE2\x82\xAC and more");
	form_take(&form, &req);
	assert_int_equal(form.v[0].len, FORM_SHOWN_MAX - 1);
	mem_free(text);
}

static void
test_file(void **state)
{
	const struct req_field *v;
	char *text = take(3, "%0Aline");

	(void)state;
	v = form_take_file(&form, "name", &req, "empty", "cut", "bad");
	assert_non_null(v);
	assert_string_equal(v->value, "xxx\nline");
	assert_int_equal(form.errors_n, 0);
	assert_string_equal(form_get(&form, "name"), "xxx\nline");
	mem_free(text);

	text = take(0, "");
	assert_null(form_take_file(&form, "name", &req, "empty", "cut", "bad"));
	assert_string_equal(form.v[0].error, "empty");
	mem_free(text);

	text = take(3, "%FF");
	assert_null(form_take_file(&form, "name", &req, "empty", "cut", "bad"));
	assert_string_equal(form.v[0].error, "bad");
	mem_free(text);

	text = take(REQ_FIELD_MAX + 1, "");
	assert_null(form_take_file(&form, "name", &req, "empty", "cut", "bad"));
	assert_string_equal(form.v[0].error, "cut");
	assert_int_equal(form.v[0].len, REQ_FIELD_MAX);
	mem_free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
