/* delivery_text.c: what is sent is well-formed, whatever an alarm says. */
#include "tests/harness/test.h"

#include <jansson.h>
#include <string.h>

#include "backend/engine/delivery_text.h"
#include "common/buf.h"
#include "common/store_delivery.h"
#include "common/str.h"

#define NOW INT64_C(1760000000) /* 2025-10-09T08:53:20Z, a Thursday */

static char lab[] = "Lab \"one\"", severe[] = "critical";
static char detail[] = "M\xc3\xbcller said: \\ \"no\"\r\nX-Evil: 1\n.\nFrom me";
static char longest[3000];

static const struct alarm_event events[] = {
    {7, NOW, 60100, NOW - 60, true, lab, severe, detail},
    {8, NOW, 60130, NOW - 60, false, (char[]){""}, (char[]){"error"},
	(char[]){"2 users"}},
};

static struct delivery_text
text(const struct alarm_event *v, size_t n)
{
	struct delivery_text t = {.system = "cal \xc3\xa4 1",
	    .origin = "https://cal.example",
	    .id = "alarms-7-8",
	    .now_s = NOW,
	    .v = v,
	    .n = n};

	return t;
}

static void
test_syslog(void **state)
{
	struct delivery_text t = text(events, 2);
	struct buf b = BUF_INIT(1);
	size_t taken;

	(void)state;
	assert_int_equal(
	    delivery_syslog(&t, DELIVERY_SYSLOG_MAX, &b, &taken), ERR_OK);
	assert_int_equal(taken, 2);
	/* daemon 3, critical 2; a name without spaces */
	assert_true(str_has_prefix(buf_str(&b),
	    "<26>1 2025-10-09T08:53:20Z cal-?-1 calconn - ALARM - "
	    "\xef\xbb\xbf"));
	assert_contains(buf_str(&b),
	    "Event=\"Alarm Raised\" Id=\"60100\" Severity=\"critical\"");
	assert_contains(buf_str(&b), "Subject=\"Lab \\\"one\\\"\"");
	assert_contains(buf_str(&b), "; Event=\"Alarm Lowered\" Id=\"60130\"");
	assert_false(str_has_control(buf_str(&b)));
	buf_clear(&b);
	/* Nothing is told: a lowered alarm is a notice. */
	t = text(events + 1, 1);
	assert_int_equal(
	    delivery_syslog(&t, DELIVERY_UDP_MAX, &b, &taken), ERR_OK);
	assert_true(str_has_prefix(buf_str(&b), "<29>1 "));
	buf_clear(&b);
	t = text(NULL, 0);
	assert_int_equal(
	    delivery_syslog(&t, DELIVERY_UDP_MAX, &b, &taken), ERR_OK);
	assert_contains(buf_str(&b), " TEST - ");
	buf_clear(&b);
}

static void
test_syslog_too_long(void **state)
{
	struct alarm_event many[40];
	struct delivery_text t = text(many, 40);
	struct buf b = BUF_INIT(1);
	size_t taken, i;

	(void)state;
	for (i = 0; i < 40; i++)
		many[i] = events[0];
	assert_int_equal(
	    delivery_syslog(&t, DELIVERY_UDP_MAX, &b, &taken), ERR_OK);
	assert_in_range(taken, 2, 39);
	assert_in_range(b.len, 1000, DELIVERY_UDP_MAX);
	assert_int_equal(buf_str(&b)[b.len - 1], '"');
	buf_clear(&b);
	memset(longest, 'x', sizeof(longest) - 1);
	many[0].detail = longest;
	assert_int_equal(
	    delivery_syslog(&t, DELIVERY_UDP_MAX, &b, &taken), ERR_OK);
	assert_in_range(taken, 1, 39);
	assert_in_range(b.len, 500, DELIVERY_UDP_MAX);
	buf_clear(&b);
}

static void
test_mail(void **state)
{
	struct delivery_text t = text(events, 2);
	struct strlist to = {NULL, 0};
	struct buf b = BUF_INIT(DELIVERY_TEXT_MAX);
	const char *p, *end;
	bool in_body = false;

	(void)state;
	assert_int_equal(strlist_add(&to, "a@x.example"), ERR_OK);
	assert_int_equal(strlist_add(&to, "b@x.example"), ERR_OK);
	t.more = 3;
	assert_int_equal(delivery_mail(&t, "me@lab.example", &to, &b), ERR_OK);
	assert_contains(buf_str(&b), "From: Calendar Connector "
				     "<me@lab.example>\r\n");
	assert_contains(
	    buf_str(&b), "To: <a@x.example>,\r\n <b@x.example>\r\n");
	assert_contains(buf_str(&b), "Subject: [cal ? 1] 1 alarms raised, 1 "
				     "lowered\r\n");
	assert_contains(
	    buf_str(&b), "Date: Thu, 09 Oct 2025 08:53:20 +0000\r\n");
	assert_contains(buf_str(&b), "Message-ID: <alarms-7-8@lab.example>");
	assert_contains(buf_str(&b), "M=C3=BCller");
	assert_contains(buf_str(&b), "3 more follow.");
	/* Each line ends in CR LF, is short and printable, and neither ends
	 * the mail nor begins another header. */
	for (p = buf_str(&b); *p != '\0'; p = end + 2) {
		end = strstr(p, "\r\n");
		assert_non_null(end);
		assert_true(end - p <= 76 || !in_body);
		for (; p < end; p++)
			assert_in_range((unsigned char)*p, ' ', '~');
		if (end[2] == '\r')
			in_body = true;
		assert_int_not_equal(end[2], '.');
	}
	assert_true(in_body);
	assert_null(strstr(buf_str(&b), "\r\nFrom me"));
	p = strstr(buf_str(&b), "\r\n\r\n");
	assert_true(strstr(buf_str(&b), "X-Evil") > p);
	buf_clear(&b);
	strlist_clear(&to);
}

static void
test_json(void **state)
{
	struct delivery_text t = text(events, 2);
	struct buf b = BUF_INIT(DELIVERY_TEXT_MAX);
	json_t *o, *e;

	(void)state;
	assert_int_equal(delivery_json(&t, &b), ERR_OK);
	o = json_loadb(buf_str(&b), b.len, 0, NULL);
	assert_non_null(o);
	assert_string_equal(
	    json_string_value(json_object_get(o, "id")), "alarms-7-8");
	assert_true(json_is_false(json_object_get(o, "test")));
	assert_int_equal(json_array_size(json_object_get(o, "events")), 2);
	e = json_array_get(json_object_get(o, "events"), 0);
	assert_string_equal(
	    json_string_value(json_object_get(e, "event")), "raised");
	assert_int_equal(
	    json_integer_value(json_object_get(e, "number")), 60100);
	assert_string_equal(
	    json_string_value(json_object_get(e, "detail")), detail);
	assert_string_equal(json_string_value(json_object_get(e, "page")),
	    "https://cal.example/exchange");
	json_decref(o);
	buf_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_syslog),
	    cmocka_unit_test(test_syslog_too_long),
	    cmocka_unit_test(test_mail),
	    cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
