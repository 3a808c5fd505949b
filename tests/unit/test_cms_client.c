#include "tests/harness/test.h"

#include <sodium.h>

#include "backend/net/cms_client.h"
#include "common/buf.h"
#include "common/ipc.h"

#define SPACE                                                           \
	"<coSpace id=\"a-1\"><name>N</name><uri>meet-k</uri><callId>12" \
	"</callId><passcode>0815</passcode><secret>s</secret></coSpace>"

static void
test_user(void **state)
{
	char user[CMS_USER_MAX];

	(void)state;
	assert_ok(cms_user(user, "ABCdef0123456789abcdefXYZ"));
	assert_string_equal(user, "meet-abcdef0123456789abcd");
	assert_err(cms_user(user, ""), ERR_ARG);
	assert_err(cms_user(user, "a@b"), ERR_ARG);
	assert_err(cms_user(user, "a b"), ERR_ARG);
}

static void
test_pin(void **state)
{
	char a[CMS_PIN_DIGITS + 1], b[CMS_PIN_DIGITS + 1];
	unsigned same = 0, i;

	(void)state;
	assert_true(sodium_init() >= 0);
	for (i = 0; i < 20; i++) {
		cms_pin(a);
		cms_pin(b);
		assert_int_equal(strspn(a, "0123456789"), CMS_PIN_DIGITS);
		same += strcmp(a, b) == 0;
	}
	assert_true(same < 2);
}

static void
test_urls(void **state)
{
	struct buf b = BUF_INIT(CMS_URL_MAX);

	(void)state;
	assert_ok(cms_url_space(&b, "cms.example", 445, ""));
	assert_string_equal(
	    buf_str(&b), "https://cms.example:445/api/v1/coSpaces");
	assert_ok(cms_url_space(&b, "2001:db8::1", 443, "../x?y"));
	assert_string_equal(buf_str(&b),
	    "https://[2001:db8::1]:443/api/v1/coSpaces/..%2Fx%3Fy");
	assert_ok(cms_url_find(&b, "c", 1, "a&b"));
	assert_string_equal(
	    buf_str(&b), "https://c:1/api/v1/coSpaces?limit=20&filter=a%26b");
	buf_clear(&b);
}

static void
test_form(void **state)
{
	struct buf b = BUF_INIT(CMS_FORM_MAX);

	(void)state;
	assert_ok(cms_space_encode(&b, "A&passcode=1", "meet-k", "k", "12"));
	assert_string_equal(buf_str(&b),
	    "name=A%26passcode%3D1&uri=meet-k&passcode=12&requireCallId=true"
	    "&cdrTag=k");
	/* A change takes nobody's PIN away. */
	assert_ok(cms_space_encode(&b, "", "meet-k", "k", NULL));
	assert_string_equal(buf_str(&b), "name=%28no%20subject%29");
	buf_clear(&b);
}

static void
test_space(void **state)
{
	static const char *const bad[] = {"", "<coSpace/>", "<a/>",
	    "<coSpace id=\"1\"/>", "<!DOCTYPE a><coSpace id=\"1\"/>"};
	struct msg_cms_booking b = {0};
	struct errinfo ei;
	size_t i;

	(void)state;
	assert_ok(cms_space_decode(&b, SPACE, strlen(SPACE), &ei));
	assert_string_equal(b.space_id, "a-1");
	assert_string_equal(b.uri, "meet-k");
	assert_string_equal(b.call_id, "12");
	assert_string_equal(b.passcode, "0815");
	for (i = 0; i < N_OF(bad); i++)
		assert_true(cms_space_decode(&b, bad[i], strlen(bad[i]), &ei) !=
			    ERR_OK);
	msg_cms_booking_free(&b);
}

static void
test_find(void **state)
{
	static const char list[] =
	    "<coSpaces total=\"2\"><coSpace id=\"x\"><uri>meet-kk</uri>"
	    "</coSpace>" SPACE "</coSpaces>";
	struct errinfo ei;
	char *id = NULL;

	(void)state;
	/* The filter of the server finds parts of names as well. */
	assert_ok(cms_find_decode(&id, list, strlen(list), "meet-k", &ei));
	assert_string_equal(id, "a-1");
	assert_err(cms_find_decode(&id, list, strlen(list), "meet", &ei),
	    ERR_NOTFOUND);
	mem_free(id);
}

static void
test_location(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"/api/v1/coSpaces/22d9f4ca-8b88", "22d9f4ca-8b88"},
	    {"https://c:445/api/v1/coSpaces/1", "1"},
	    {"/api/v1/coSpaces/", NULL},
	    {"/api/v1/coSpaces/../users", NULL},
	    {"/api/v1/users/1", NULL},
	    {NULL, NULL},
	};
	struct errinfo ei;
	char *id = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++)
		if (rows[i].want == NULL) {
			assert_err(
			    cms_location_id(&id, rows[i].text, &ei), ERR_PROTO);
		} else {
			assert_ok(cms_location_id(&id, rows[i].text, &ei));
			assert_string_equal(id, rows[i].want);
		}
	mem_free(id);
}

static void
test_other(void **state)
{
	static const char status[] =
	    "<status><softwareVersion>3.8</softwareVersion></status>";
	static const char failed[] =
	    "<failureDetails><coSpaceDoesNotExist/></failureDetails>";
	struct msg_cms_version v = {0};
	struct errinfo ei;
	char why[64];

	(void)state;
	assert_ok(cms_version_decode(&v, status, strlen(status), &ei));
	assert_string_equal(v.version, "3.8");
	assert_err(cms_version_decode(&v, "<status/>", 9, &ei), ERR_PROTO);
	msg_cms_version_free(&v);
	cms_failure(why, sizeof(why), failed, strlen(failed));
	assert_string_equal(why, "coSpaceDoesNotExist");
	cms_failure(why, sizeof(why), "<html/>", 7);
	assert_string_equal(why, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_user),
	    cmocka_unit_test(test_pin),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_form),
	    cmocka_unit_test(test_space),
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_location),
	    cmocka_unit_test(test_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
