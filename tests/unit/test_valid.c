#include "tests/harness/test.h"

#include "common/str.h"
#include "common/valid.h"

typedef enum err (*valid_fn)(const char *s, struct errinfo *ei);

struct row {
	const char *value;
	const char *says; /* NULL: fine */
};

#define L63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define L64 L63 "a"

/* Each row; no sentence has the words that STYLE's pages avoid. */
static void
check_rows(valid_fn fn, const struct row *rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct errinfo ei = {ERR_OK, ""};
		enum err e = fn(rows[i].value, &ei);

		assert_err(fn(rows[i].value, NULL), e);
		if (rows[i].says == NULL) {
			assert_string_equal(ei.text, "");
			assert_ok(e);
			continue;
		}
		if (e == ERR_OK)
			fail_msg("\"%s\" was accepted", rows[i].value);
		assert_contains(ei.text, rows[i].says);
		assert_err(ei.code, e);
		assert_int_equal(ei.text[strlen(ei.text) - 1], '.');
		assert_lacks(ei.text, "nvalid");
		assert_lacks(ei.text, "lease ");
		assert_true(str_is_utf8(ei.text, strlen(ei.text)));
	}
}

static void
test_email(void **state)
{
	static const struct row rows[] = {
	    {"alice@lab.example", NULL},
	    {"a@b.co", NULL},
	    {"o'brien+tag@sub.lab.example", NULL},
	    {"first.last@xn--bcher-kva.example", NULL},
	    {"a!#$%&'*+-/=?^_`{|}~b@lab.example", NULL},
	    {L64 "@lab.example", NULL},
	    {L64 "a@lab.example", "at most 64"},
	    {"", "Enter an e-mail address"},
	    {"alice", "no @"},
	    {"@lab.example", "nothing before the @"},
	    {"alice@", "nothing after the @"},
	    {"alice@@lab.example", "more than one @"},
	    {"a@b@lab.example", "more than one @"},
	    {".alice@lab.example", "a dot stands only between"},
	    {"alice.@lab.example", "a dot stands only between"},
	    {"a..b@lab.example", "a dot stands only between"},
	    {"al ice@lab.example", "a space before the @. Write the address as "
				   "alice@lab.example."},
	    {"\"alice\"@lab.example", "a quotation mark before the @"},
	    {"al\xc4\xb1"
	     "ce@lab.example",
		"\"\xc4\xb1\" before the @"},
	    {"alice@lab", "no dot"},
	    {"alice@lab,example", "a comma in the domain. Write the address as "
				  "alice@lab.example."},
	    {"alice,bob@lab.example,com", "a comma before the @"},
	    {"alice@lab..example", "two dots in a row"},
	    {"alice@.lab.example", "begins with a dot"},
	    {"alice@lab.example.", "dot at the end"},
	    {"alice@-lab.example", "hyphen"},
	    {"alice@lab-.example", "hyphen"},
	    {"alice@192.0.2.1", "ends in a number"},
	    {"alice@[192.0.2.1]", "a bracket in the domain"},
	    {"alice@b\xc3\xbc"
	     "cher.example",
		"xn--"},
	    {"alice@lab_x.example", "an underscore in the domain"},
	    {"alice@" L63 ".example", NULL},
	    {"alice@" L64 ".example", "at most 63"},
	    {"alice@lab.example\n", "a control character in the domain"},
	    {"ali\rce@lab.example", "a control character before the @"},
	    {"alice\xff@lab.example", "not text in UTF-8"},
	    {"<script>@lab.example", "an angle bracket before the @"},
	    {"'; DROP TABLE user; --@lab.example", "a semicolon"},
	    {L64 "@" L63 "." L63 "." L63 "." L63, "At most 254"},
	};

	(void)state;
	check_rows(valid_email, rows, N_OF(rows));
}

static void
test_emails(void **state)
{
	static const struct row rows[] = {
	    {"a@lab.example", NULL},
	    {"a@lab.example,b@lab.example", NULL},
	    {" a@lab.example , b@lab.example ", NULL},
	    {"a@b.de,a@b.de,a@b.de,a@b.de,a@b.de", NULL},
	    {"a@b.de,a@b.de,a@b.de,a@b.de,a@b.de,a@b.de", "At most 5"},
	    {"", "beside a comma"},
	    {"a@lab.example,", "beside a comma"},
	    {"a@lab.example,,b@lab.example", "beside a comma"},
	    {"a@lab.example;b@lab.example", "more than one @"},
	    {"a@lab.example, b", "There is no @"},
	    {"a@lab.example\r\nRCPT TO:<b>", "a control"},
	    {L64 L64 L64 L64 "@lab.example", "at most 254"},
	};

	(void)state;
	check_rows(valid_emails, rows, N_OF(rows));
}

static void
test_host(void **state)
{
	static const struct row rows[] = {
	    {"mail.lab.example", NULL},
	    {"MAIL.Lab.Example", NULL},
	    {"1and1.example", NULL},
	    {"a.b", NULL},
	    {L63 "." L63 "." L63 "."
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaaaaaaaa",
		NULL},
	    {L63 "." L63 "." L63 "."
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		 "aaaaaaaaaaaaaaaaaaaaaaa",
		"longer than 253"},
	    {"", "Enter a name"},
	    {"localhost", "no dot"},
	    {"lab.example.", "dot at the end"},
	    {".lab.example", "begins with a dot"},
	    {".", "begins with a dot"},
	    {"lab. example", "a space"},
	    {"lab.example:443", "a colon"},
	    {"lab.example/x", "a slash"},
	    {"*.lab.example", "an asterisk"},
	    {"10.0.0.1", "ends in a number"},
	    {"lab.example\t", "a control character"},
	};

	(void)state;
	check_rows(valid_host, rows, N_OF(rows));
}

static void
test_address(void **state)
{
	static const struct row rows[] = {
	    {"192.0.2.10", NULL},
	    {"127.0.0.20", NULL},
	    {"2001:db8::1", NULL},
	    {"::1", NULL},
	    {"mail.lab.example", NULL},
	    {"", "Enter an IPv4"},
	    {"192.0.2.256", "not an IPv4 address"},
	    {"192.0.2", "not an IPv4 address"},
	    {"192.0.2.010", "not an IPv4 address"},
	    {"3221225994", "not an IPv4 address"},
	    {"0.0.0.0", "not the address of one server"},
	    {"255.255.255.255", "not the address of one server"},
	    {"224.0.0.1", "not the address of one server"},
	    {"::", "not the address of one server"},
	    {"ff02::1", "not the address of one server"},
	    {"fe80::1%eth0", "without a zone"},
	    {"[2001:db8::1]", "without brackets"},
	    {"[2001:db8::1]:443", "without brackets"},
	    {"2001:db8::g", "not an IPv6 address"},
	    {"mail.lab.example:443", "without a port"},
	    {"https://mail.lab.example", "without https://"},
	    {"mail.lab.example/EWS", "without a path"},
	    {"mail", "no dot"},
	};

	(void)state;
	check_rows(valid_address, rows, N_OF(rows));
}

static void
test_account(void **state)
{
	static const struct row rows[] = {
	    {"svc-ews@lab.example", NULL},
	    {"LAB\\svc-ews", NULL},
	    {"lab.example\\svc ews", NULL},
	    {"LAB\\\xc3\xb6zg\xc3\xbcr", NULL},
	    {"", "name@domain or DOMAIN\\name"},
	    {"svc", "The domain is missing"},
	    {"\\svc", "no domain before"},
	    {"LAB\\", "no name after"},
	    {"LAB\\a\\b", "a backslash in the name"},
	    {"LAB\\a@b.example", "an @ in the name"},
	    {"LA B\\svc", "a space in the domain"},
	    {"svc@lab", "no dot"},
	    {"LAB/svc", "The domain is missing"},
	    {"LAB\\a\nb", "control character"},
	    {"LAB\\a\xe2\x80\xae", "control character"},
	    {"LAB\\" L64, NULL},
	    {"LAB\\" L64 "a", "longer than 64"},
	};

	(void)state;
	check_rows(valid_account, rows, N_OF(rows));
}

static void
test_url(void **state)
{
	static const struct row rows[] = {
	    {"https://site.webex.com/meet/alice", NULL},
	    {"HTTPS://site.webex.com", NULL},
	    {"https://site.webex.com:8443/x?y=z&a=%20#f", NULL},
	    {"https://[2001:db8::1]:443/", NULL},
	    {"https://[2001:db8::1]", NULL},
	    {"https://192.0.2.1/x@y", NULL},
	    {"", "begins with https://"},
	    {"http://site.webex.com/", "does not begin with https://"},
	    {"site.webex.com/", "does not begin with https://"},
	    {"javascript:alert(1)", "does not begin with https://"},
	    {"https:/", "does not begin with https://"},
	    {"https://", "host name is missing"},
	    {"https:///x", "host name is missing"},
	    {"https://:443/", "host name is missing"},
	    {"https://u:p@site.webex.com/", "user name in the address"},
	    {"https://site.webex.com@evil.example/", "user name"},
	    {"https://site.webex.com:0/", "from 1 to 65535"},
	    {"https://site.webex.com:65536/", "from 1 to 65535"},
	    {"https://site.webex.com:/", "from 1 to 65535"},
	    {"https://site.webex.com:000443/", "from 1 to 65535"},
	    {"https://site.webex.com/a b", "a space in the address"},
	    {"https://site.webex.com/\"", "a quotation mark"},
	    {"https://site.webex.com/<script>", "an angle bracket"},
	    {"https://site.webex.com/%zz", "two hexadecimal digits"},
	    {"https://site.webex.com/%2", "two hexadecimal digits"},
	    {"https://site.webex.com/%", "two hexadecimal digits"},
	    {"https://site.webex.com/\n", "a control character"},
	    {"https://site.webex.com/\xc3\xb6", "\"\xc3\xb6\" in the address"},
	    {"https://localhost/", "no dot"},
	    {"https://[::1/", "port"},
	    {"https://[zz]/", "not an IPv6"},
	    /* the bracket is closed behind the host only */
	    {"https://[/]:8", "bracket"},
	};

	(void)state;
	check_rows(valid_https_url, rows, N_OF(rows));
}

static void
test_video(void **state)
{
	static const struct row rows[] = {
	    {"alice@site.webex.com", NULL},
	    {"123456789@site.webex.com", NULL},
	    {"sip:alice@site.webex.com", NULL},
	    {"SIPS:alice@site.webex.com", NULL},
	    {"sip.room@site.webex.com", NULL},
	    {"alice@192.0.2.1", NULL},
	    {"", "Enter a video address"},
	    {"alice", "no @"},
	    {"s", "no @"},
	    {"sip:", "no @"},
	    {"sip:@site.webex.com", "nothing before"},
	    {"a b@site.webex.com", "a space before"},
	    {"h323:alice@site.webex.com", "a colon before"},
	    {"alice@site@webex.com", "an @ in the host name"},
	    {"alice@", "host name is missing"},
	    {"alice@site", "no dot"},
	};

	(void)state;
	check_rows(valid_video_address, rows, N_OF(rows));
}

static void
test_name(void **state)
{
	char n128[3 * VALID_NAME_MAX + 4] = "";
	const struct row rows[] = {
	    {"Exchange Lab", NULL},
	    {"\xc4\xb0stanbul \xc5\x9eubesi", NULL},
	    {"\xd8\xa7\xd9\x84\xd8\xae\xd8\xa7\xd8\xaf\xd9\x85", NULL},
	    {"<b>O'Brien & \"Co\"</b>", NULL},
	    {n128, NULL},
	    {"", "Enter a name"},
	    {"a\tb", "control character"},
	    {"a\nb", "control character"},
	    {"a\x7f", "control character"},
	    {"a\xc2\x85"
	     "b",
		"cannot be seen"},
	    {"Exchange\xe2\x80\xae"
	     "baL",
		"cannot be seen"},
	    {"a\xe2\x80\x8b", "cannot be seen"},
	    {"\xef\xbb\xbf"
	     "a",
		"cannot be seen"},
	    {" a", "a space at the beginning"},
	    {"a ", "a space at the beginning"},
	    {"\xc3(", "not text in UTF-8"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < VALID_NAME_MAX; i++)
		memcpy(n128 + 2 * i, "\xc3\xb6", 3);
	check_rows(valid_name, rows, N_OF(rows));
	memcpy(n128 + 2 * i, "x", 2);
	assert_err(valid_name(n128, NULL), ERR_TOOBIG);
}

static void
test_site(void **state)
{
	static const struct row rows[] = {
	    {"Default-First-Site-Name", NULL},
	    {"Site_2", NULL},
	    {"K\xc3\xb6ln", NULL},
	    {L63, NULL},
	    {L64, "at most 63"},
	    {"", "Enter the name of a site"},
	    {"a b", "letters, digits and hyphens"},
	    {"a)(cn=*", "letters, digits and hyphens"},
	    {"a,b", "letters, digits and hyphens"},
	};

	(void)state;
	check_rows(valid_site, rows, N_OF(rows));
}

static enum err
for_carol(const char *s, struct errinfo *ei)
{
	return valid_new_password(s, "carol", ei);
}

static void
test_new_password(void **state)
{
	static const struct row rows[] = {
	    {"correct horse battery!", NULL},
	    {"\xc3\xb6\xc3\xbc\xc3\xa4\xc3\x9f-\xe2\x82\xac-abcdef", NULL},
	    {"vK3-mQ8_zR1x", NULL},
	    {"", "Enter the password"},
	    {"short", "fewer than 12"},
	    {"vK3-mQ8_zR1", "fewer than 12"},
	    {"passwordpassword", "first that are guessed"},
	    {"Password123456!", "first that are guessed"},
	    {"123456789012", "first that are guessed"},
	    {"210987654321", "first that are guessed"},
	    {"abcdefghijklm", "first that are guessed"},
	    {"aaaaaaaaaaaaaaaa", "first that are guessed"},
	    {"abababababababab", "first that are guessed"},
	    {"Administrator1!", "first that are guessed"},
	    {"xx-CaRoL-9374-q", "account's name"},
	    {"with\nline break in it", "control character"},
	    {"with\xff bad bytes inside", "not text in UTF-8"},
	};
	static char big[VALID_PASSWORD_MAX + 2];
	size_t i;

	(void)state;
	check_rows(for_carol, rows, N_OF(rows));
	for (i = 0; i < VALID_PASSWORD_MAX; i++)
		big[i] = (char)('a' + i * 7 % 26);
	assert_ok(valid_new_password(big, "", NULL));
	big[i] = 'x';
	assert_err(valid_new_password(big, "", NULL), ERR_TOOBIG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_email),
	    cmocka_unit_test(test_emails),
	    cmocka_unit_test(test_host),
	    cmocka_unit_test(test_address),
	    cmocka_unit_test(test_account),
	    cmocka_unit_test(test_url),
	    cmocka_unit_test(test_video),
	    cmocka_unit_test(test_name),
	    cmocka_unit_test(test_site),
	    cmocka_unit_test(test_new_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
