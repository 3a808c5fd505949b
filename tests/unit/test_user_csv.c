#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/alloc.h"
#include "common/buf.h"
#include "common/user_csv.h"

#define PLACE_ADDRESS 0
#define PLACE_NAME 1
#define PLACE_ENABLED 2

static void
test_reads(void **state)
{
	static const char file[] =
	    "\xef\xbb\xbf"
	    "Name,Email Address,Cost Centre,Enabled\r\n"
	    "\"Ağaoğlu, Şükrü \"\"S\"\"\",s@lab.example,7,TRUE\r\n"
	    "\r\n"
	    "\"two\r\n\r\nlines\",t@lab.example,8,no\r\n"
	    "'=1+1,u@lab.example,9,yes";
	struct errinfo ei = {ERR_OK, ""};
	struct user_csv c;

	(void)state;
	assert_int_equal(user_csv_parse(&c, file, strlen(file), &ei), ERR_OK);
	assert_int_equal(c.n, 3);
	assert_int_equal(c.columns_n, 4);
	assert_int_equal(c.ignored.n, 1);
	assert_string_equal(c.ignored.v[0], "Cost Centre");
	assert_string_equal(c.v[0].value[PLACE_NAME], "Ağaoğlu, Şükrü \"S\"");
	assert_string_equal(c.v[0].value[PLACE_ADDRESS], "s@lab.example");
	assert_string_equal(c.v[0].value[PLACE_ENABLED], "TRUE");
	assert_null(c.v[0].value[3]);
	assert_int_equal(c.v[0].line, 2);
	assert_int_equal(c.v[1].line, 4);
	assert_string_equal(c.v[1].value[PLACE_NAME], "two\r\n\r\nlines");
	assert_int_equal(c.v[2].line, 7);
	assert_string_equal(c.v[2].value[PLACE_NAME], "=1+1");
	user_csv_clear(&c);
}

static const struct {
	const char *file, *why;
	enum err e;
} bad[] = {
    {"", "empty", ERR_PROTO},
    {"\n\n", "empty", ERR_PROTO},
    {"Name\nx\n", "Email Address", ERR_PROTO},
    {"address,Email\na@b.c,d@e.f\n", "Two columns", ERR_PROTO},
    {"address\n\"a@b.c\n", "never closed", ERR_PROTO},
    {"address\na@b.c\n\"x\" y\n", "Line 3", ERR_PROTO},
    {"address\n\xff\xfe\n", "UTF-8", ERR_PROTO},
};

static void
test_refuses(void **state)
{
	struct user_csv c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct errinfo ei = {ERR_OK, ""};

		assert_int_equal(
		    user_csv_parse(&c, bad[i].file, strlen(bad[i].file), &ei),
		    bad[i].e);
		assert_non_null(strstr(ei.text, bad[i].why));
	}
}

static void
test_limits(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct buf b = BUF_INIT(USER_CSV_MAX + 2);
	struct user_csv c;
	size_t i;

	(void)state;
	assert_int_equal(buf_puts(&b, "address,"), ERR_OK);
	for (i = 0; i < 4097; i++)
		assert_int_equal(buf_putc(&b, 'x'), ERR_OK);
	assert_int_equal(
	    user_csv_parse(&c, buf_str(&b), b.len, &ei), ERR_TOOBIG);
	buf_reset(&b);
	for (i = 0; i < 257; i++)
		assert_int_equal(buf_puts(&b, "x,"), ERR_OK);
	assert_int_equal(
	    user_csv_parse(&c, buf_str(&b), b.len, &ei), ERR_TOOBIG);
	buf_reset(&b);
	assert_int_equal(buf_puts(&b, "address\n"), ERR_OK);
	for (i = 0; i <= USER_CSV_ROWS_MAX; i++)
		assert_int_equal(buf_puts(&b, "a\n"), ERR_OK);
	assert_int_equal(
	    user_csv_parse(&c, buf_str(&b), b.len, &ei), ERR_TOOBIG);
	assert_int_equal(
	    user_csv_parse(&c, buf_str(&b), USER_CSV_MAX + 1u, &ei),
	    ERR_TOOBIG);
	buf_clear(&b);
}

/* What a spreadsheet would run comes out inert, and back as it was. */
static void
test_formulas(void **state)
{
	static const char *const names[] = {"=cmd|' /C calc'!A0", "+1", "-1",
	    "@SUM(1)", "'=quoted", "plain", "'plain", "a\"b"};
	struct buf b = BUF_INIT(65536);
	struct errinfo ei = {ERR_OK, ""};
	struct user_csv c;
	struct user u;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof names[0]; i++) {
		buf_reset(&b);
		user_init(&u);
		assert_int_equal(
		    user_set(&u, "address", "a@b.example", &ei), ERR_OK);
		assert_int_equal(user_set(&u, "name", names[i], &ei), ERR_OK);
		assert_int_equal(user_csv_put_head(&b), ERR_OK);
		assert_int_equal(user_csv_put(&b, &u), ERR_OK);
		assert_null(strstr(buf_str(&b), "\"="));
		assert_null(strstr(buf_str(&b), "\"+"));
		assert_null(strstr(buf_str(&b), "\"-"));
		assert_null(strstr(buf_str(&b), "\"@"));
		assert_int_equal(
		    user_csv_parse(&c, buf_str(&b), b.len, &ei), ERR_OK);
		assert_string_equal(c.v[0].value[PLACE_NAME], names[i]);
		user_csv_clear(&c);
		user_clear(&u);
	}
	buf_clear(&b);
}

static void
test_no_memory(void **state)
{
	static const char file[] = "address,x\na@b.example,y\nc@d.example,z\n";
	struct user_csv c;
	unsigned k;

	(void)state;
	for (k = 1;; k++) {
		struct errinfo ei = {ERR_OK, ""};
		enum err e;

		(void)alloc_fail_after(k);
		e = user_csv_parse(&c, file, strlen(file), &ei);
		(void)alloc_fail_after(0);
		if (e == ERR_OK)
			break;
		assert_int_equal(e, ERR_NOMEM);
	}
	assert_true(k > 2);
	user_csv_clear(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reads),
	    cmocka_unit_test(test_refuses),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_formulas),
	    cmocka_unit_test(test_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
