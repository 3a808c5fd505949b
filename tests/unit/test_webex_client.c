#include "tests/harness/test.h"

#include <jansson.h>

#include "backend/net/webex_client.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/str.h"

#define LINK "https://lab.webex.com/lab/j.php?MTID=m1"
#define MEETING                                                            \
	"{\"id\":\"a1\",\"webLink\":\"" LINK "\",\"sipAddress\":"          \
	"\"25@lab.webex.com\",\"meetingNumber\":\"25\",\"password\":"      \
	"\"p<w>\",\"phoneAndVideoSystemPassword\":\"123\","                \
	"\"integrationTags\":[\"x\",\"k1\"],\"telephony\":{\"accessCode\"" \
	":\"25\",\"callInNumbers\":[{\"label\":\"Toll\",\"callInNumber\":" \
	"\"+1\",\"tollType\":\"toll\"},{\"label\":\"Free\","               \
	"\"callInNumber\":\"+2\",\"tollType\":\"tollFree\"}],\"links\":["  \
	"{\"rel\":\"other\",\"href\":\"https://no.example/\"},"            \
	"{\"rel\":\"globalCallinNumbers\",\"href\":\"https://g.example/"   \
	"\"}]}}"

static char *
text(const char *s)
{
	return xstrdup(s);
}

static void
fill(struct msg_webex_book *m, const char *title)
{
	memset(m, 0, sizeof(*m));
	m->ctx.site = text("lab.webex.com");
	m->ctx.person = text("o'neil@lab.example");
	m->key = text("k1");
	m->meeting_id = text("");
	m->space_id = text("");
	m->title = text(title);
	m->timezone = text("");
	m->recurrence = text("");
	m->start_s = 1796000000; /* 2026-11-30T00:53:20Z */
	m->end_s = m->start_s + 3600;
}

static void
test_urls(void **state)
{
	struct buf b = BUF_INIT(WEBEX_URL_MAX);

	(void)state;
	assert_ok(webex_url_find(&b, "a&b@x.example", "k 1"));
	assert_string_equal(buf_str(&b),
	    WEBEX_API "/meetings?meetingType=meetingSeries&integrationTag="
		      "k%201&hostEmail=a%26b%40x.example&max=10");
	assert_ok(webex_url_find(&b, "", "k"));
	assert_lacks(buf_str(&b), "hostEmail");
	/* An id cannot lead to another path. */
	assert_ok(webex_url_meeting(&b, "../people/me?x=1#y"));
	assert_string_equal(
	    buf_str(&b), WEBEX_API "/meetings/..%2Fpeople%2Fme%3Fx%3D1%23y");
	assert_ok(webex_url_meeting_end(&b, "a1", "a@x.example"));
	assert_string_equal(buf_str(&b),
	    WEBEX_API "/meetings/a1?sendEmail=false&hostEmail=a%40x.example");
	buf_clear(&b);
}

static void
test_form(void **state)
{
	struct buf b = BUF_INIT(65536);

	(void)state;
	assert_ok(webex_refresh_encode(&b, "C&1", "s=+", "r t"));
	assert_string_equal(buf_str(&b),
	    "grant_type=refresh_token&client_id=C%261&client_secret=s%3D%2B"
	    "&refresh_token=r%20t");
	buf_wipe(&b);
}

/* Of the JSON in b; "" where there is none. */
static char *
member(const struct buf *b, const char *name)
{
	json_t *o = json_loads(buf_str(b), 0, NULL);
	const char *s = json_string_value(json_object_get(o, name));
	char *copy = text(s == NULL ? "" : s);

	assert_non_null(o);
	json_decref(o);
	return copy;
}

static void
assert_member(const struct buf *b, const char *name, const char *want)
{
	char *s = member(b, name);

	assert_string_equal(s, want);
	mem_free(s);
}

static void
test_meeting(void **state)
{
	struct buf b = BUF_INIT(WEBEX_BODY_MAX);
	struct msg_webex_book m;

	(void)state;
	fill(&m, "A \"quoted\" </title>\n");
	assert_ok(webex_meeting_encode(&b, &m, "", true));
	assert_member(&b, "title", "A \"quoted\" </title>\n");
	assert_member(&b, "start", "2026-11-30T00:53:00Z");
	assert_member(&b, "end", "2026-11-30T01:53:00Z");
	assert_member(&b, "timezone", "UTC");
	assert_member(&b, "hostEmail", "o'neil@lab.example");
	assert_member(&b, "siteUrl", "lab.webex.com");
	assert_contains(buf_str(&b), "\"sendEmail\":false");
	assert_contains(buf_str(&b), "\"integrationTags\":[\"k1\"]");
	assert_lacks(buf_str(&b), "recurrence");
	/* A change leaves alone where and whose it is. */
	assert_ok(webex_meeting_encode(&b, &m, "", false));
	assert_lacks(buf_str(&b), "integrationTags");
	assert_lacks(buf_str(&b), "siteUrl");
	assert_contains(buf_str(&b), "\"sendEmail\":false");
	/* A space's meeting is the app's own. */
	assert_ok(webex_meeting_encode(&b, &m, "R1", true));
	assert_member(&b, "roomId", "R1");
	assert_lacks(buf_str(&b), "hostEmail");
	msg_webex_book_free(&m);
	buf_clear(&b);
}

static void
test_series(void **state)
{
	struct buf b = BUF_INIT(WEBEX_BODY_MAX);
	char subject[] = "One";
	struct msg_confer_exception x = {.original_s = 1796000400,
	    .start_s = 1796004000,
	    .end_s = 1796007600,
	    .subject = subject};
	struct msg_webex_book m;

	(void)state;
	fill(&m, "T");
	mem_free(m.recurrence);
	m.recurrence = text("FREQ=DAILY;COUNT=3");
	mem_free(m.timezone);
	m.timezone = text("Europe/Berlin");
	assert_ok(webex_meeting_encode(&b, &m, "", true));
	assert_member(&b, "recurrence", "FREQ=DAILY;COUNT=3");
	assert_member(&b, "timezone", "Europe/Berlin");
	assert_ok(webex_part_encode(&b, &m, &x));
	assert_member(&b, "title", "One");
	assert_member(&b, "start", "2026-11-30T02:00:00Z");
	assert_member(&b, "end", "2026-11-30T03:00:00Z");
	assert_member(&b, "hostEmail", "o'neil@lab.example");
	assert_contains(buf_str(&b), "\"sendEmail\":false");
	assert_lacks(buf_str(&b), "recurrence");
	/* A series that is one no more. */
	mem_free(m.recurrence);
	m.recurrence = text("");
	assert_ok(webex_meeting_encode(&b, &m, "", false));
	assert_contains(buf_str(&b), "\"recurrence\":null");
	assert_ok(webex_url_parts(&b, "a1", "a@x.example", 1796000000, 0));
	assert_contains(buf_str(&b),
	    "/meetings?meetingSeriesId=a1&meetingType=scheduledMeeting"
	    "&hostEmail=a%40x.example&max=100&from=2026-11-30T00%3A53%3A00Z");
	assert_lacks(buf_str(&b), "&to=");
	msg_webex_book_free(&m);
	buf_clear(&b);
}

static void
one_part(const char *rows, const struct msg_confer_exception *x,
    const char *want, bool want_same)
{
	char *id = NULL, list[512];
	bool same = false;
	enum err e;

	(void)snprintf(list, sizeof(list), "{\"items\":[%s]}", rows);
	e = webex_part_decode(&id, &same, list, strlen(list), x, NULL);
	assert_int_equal(e, want == NULL ? ERR_NOTFOUND : ERR_OK);
	if (want != NULL) {
		assert_string_equal(id, want);
		assert_int_equal(same, want_same);
	}
	mem_free(id);
}

/* By the end of its id where there is one, else by when it begins. */
static void
test_parts(void **state)
{
	char subject[] = "T";
	struct msg_confer_exception x = {.original_s = 1796000400,
	    .start_s = 1796000400,
	    .end_s = 1796004000,
	    .subject = subject};

	(void)state;
	one_part("{\"id\":\"a1_20261130T010000Z\",\"title\":\"T\","
		 "\"start\":\"2026-11-30T01:00:00Z\","
		 "\"end\":\"2026-11-30T03:00:00+01:00\"}",
	    &x, "a1_20261130T010000Z", true);
	one_part("{\"id\":\"a1_20261129T010000Z\",\"title\":\"T\","
		 "\"start\":\"2026-11-30T01:00:00Z\","
		 "\"end\":\"2026-11-30T02:00:00Z\"},"
		 "{\"id\":\"a1_20261130T010000Z\",\"title\":\"U\","
		 "\"start\":\"2026-12-30T01:00:00Z\"}",
	    &x, "a1_20261130T010000Z", false);
	one_part("{\"id\":\"b2\",\"title\":\"T\",\"start\":"
		 "\"2026-11-30T01:00:00Z\"}",
	    &x, "b2", false);
	one_part(
	    "{\"id\":7},{\"start\":\"2026-11-30T01:00:00Z\"}", &x, NULL, false);
}

static void
test_limits(void **state)
{
	struct buf b = BUF_INIT(WEBEX_BODY_MAX);
	struct msg_webex_book m;
	char title[400], *s;
	size_t i;

	(void)state;
	for (i = 0; i < 150; i++)
		memcpy(title + 2 * i, "\xC3\xA4", 3);
	fill(&m, title);
	m.end_s = m.start_s;
	assert_ok(webex_meeting_encode(&b, &m, "", true));
	s = member(&b, "title");
	assert_int_equal(str_utf8_count(s), WEBEX_TITLE_MAX);
	mem_free(s);
	assert_member(&b, "end", "2026-11-30T01:03:00Z");
	m.end_s = m.start_s + 86400 * 3;
	assert_ok(webex_meeting_encode(&b, &m, "", true));
	assert_member(&b, "end", "2026-12-01T00:52:00Z");
	m.title[0] = '\0';
	assert_ok(webex_meeting_encode(&b, &m, "", true));
	assert_member(&b, "title", "(no subject)");
	msg_webex_book_free(&m);
	buf_clear(&b);
}

static void
test_grant(void **state)
{
	static const struct {
		const char *text;
		enum err want;
	} rows[] = {
	    {"{\"access_token\":\"A_1\",\"refresh_token\":\"R\","
	     "\"expires_in\":60,\"refresh_token_expires_in\":90,"
	     "\"scope\":\"a b\"}",
		ERR_OK},
	    {"{\"access_token\":\"A\"}", ERR_OK},
	    {"{\"access_token\":\"\"}", ERR_PROTO},
	    {"{\"access_token\":\"A\\r\\nX: y\"}", ERR_PROTO},
	    {"{\"access_token\":\"A\",\"refresh_token\":\"R\\nS\"}", ERR_PROTO},
	    {"{\"access_token\":7}", ERR_PROTO},
	    {"[\"access_token\"]", ERR_PROTO},
	    {"", ERR_PROTO},
	};
	struct webex_grant g;
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		memset(&g, 0, sizeof(g));
		assert_err(webex_grant_decode(
			       &g, rows[i].text, strlen(rows[i].text), &ei),
		    rows[i].want);
		if (i == 0) {
			assert_string_equal(secret_peek(&g.access), "A_1");
			assert_string_equal(secret_peek(&g.refresh), "R");
			assert_int_equal(g.access_s, 60);
			assert_int_equal(g.refresh_s, 90);
			assert_string_equal(g.scopes, "a b");
		}
		if (rows[i].want == ERR_OK)
			webex_grant_clear(&g);
		else
			assert_lacks(ei.text, "X: y");
	}
}

static void
test_booking(void **state)
{
	struct msg_webex_booking b = {0};

	(void)state;
	assert_ok(webex_meeting_decode(&b, MEETING, strlen(MEETING), NULL));
	assert_string_equal(b.meeting_id, "a1");
	assert_string_equal(b.join_url, LINK);
	assert_string_equal(b.sip, "25@lab.webex.com");
	assert_string_equal(b.password, "p<w>");
	assert_string_equal(b.video_password, "123");
	assert_string_equal(b.access_code, "25");
	assert_string_equal(b.global_url, "https://g.example/");
	assert_int_equal(b.numbers_n, 2);
	assert_false(b.numbers[0].is_free);
	assert_true(b.numbers[1].is_free);
	assert_string_equal(b.numbers[1].number, "+2");
	msg_webex_booking_free(&b);
}

static void
test_hostile(void **state)
{
	static const char *const rows[] = {
	    "{\"id\":\"a\",\"webLink\":\"javascript:alert(1)\"}",
	    "{\"id\":\"a\",\"webLink\":\"http://plain.example/\"}",
	    "{\"id\":\"a\\n\",\"webLink\":\"" LINK "\"}",
	    "{\"webLink\":\"" LINK "\"}",
	    "{\"id\":{},\"webLink\":[]}",
	    "null",
	};
	struct msg_webex_booking b;
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		memset(&b, 0, sizeof(b));
		assert_err(
		    webex_meeting_decode(&b, rows[i], strlen(rows[i]), &ei),
		    ERR_PROTO);
		msg_webex_booking_free(&b);
	}
}

static void
test_found(void **state)
{
	static const char list[] = "{\"items\":[{\"id\":\"z\"}," MEETING "]}";
	struct msg_webex_booking b = {0};
	struct errinfo ei;

	(void)state;
	assert_ok(webex_found_decode(&b, list, strlen(list), "k1", &ei));
	assert_string_equal(b.meeting_id, "a1");
	msg_webex_booking_free(&b);
	memset(&b, 0, sizeof(b));
	/* Webex ought to have looked; it is looked at again. */
	assert_err(webex_found_decode(&b, list, strlen(list), "k2", &ei),
	    ERR_NOTFOUND);
	assert_err(webex_found_decode(&b, "{}", 2, "k1", &ei), ERR_PROTO);
	msg_webex_booking_free(&b);
}

static void
test_room(void **state)
{
	static const char room[] =
	    "{\"personalMeetingRoomLink\":\"https://x.webex.com/meet/a\","
	    "\"sipAddress\":\"a@x.webex.com\",\"hostPin\":\"9999\","
	    "\"telephony\":{\"links\":{\"href\":\"https://g.example/\"}}}";
	struct msg_webex_booking b = {0};

	(void)state;
	assert_ok(webex_room_decode(&b, room, strlen(room), NULL));
	assert_string_equal(b.join_url, "https://x.webex.com/meet/a");
	assert_string_equal(b.global_url, "https://g.example/");
	msg_webex_booking_free(&b);
}

static void
test_spaces(void **state)
{
	static const char list[] =
	    "{\"items\":[{\"id\":\"1\",\"title\":\"T\",\"created\":"
	    "\"2026-11-28T10:00:00.000Z\"},{\"id\":\"2\",\"title\":\"T\","
	    "\"created\":\"2026-11-28T12:00:00.000Z\"},{\"id\":\"3\","
	    "\"title\":\"To\",\"created\":\"2026-11-28T12:00:00.000Z\"},"
	    "{\"id\":\"4\",\"title\":\"T\"}]}";
	struct strlist ids = {0};

	(void)state;
	assert_ok(webex_spaces_decode(
	    &ids, list, strlen(list), "To", 1795864800 /* 11:20 */, NULL));
	assert_int_equal(ids.n, 1);
	assert_string_equal(ids.v[0], "3");
	strlist_clear(&ids);
	assert_ok(webex_spaces_decode(
	    &ids, list, strlen(list), "T", 1795864800, NULL));
	assert_int_equal(ids.n, 1);
	assert_string_equal(ids.v[0], "2");
	strlist_clear(&ids);
}

static void
test_error(void **state)
{
	static const char said[] =
	    "{\"message\":\"m\",\"errors\":[{\"description\":\"why\"}],"
	    "\"trackingId\":\"T1\"}";
	char out[128];

	(void)state;
	webex_error_text(out, sizeof(out), said, strlen(said));
	assert_string_equal(out, "why (T1)");
	webex_error_text(out, sizeof(out), "<html>", 6);
	assert_string_equal(out, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_form),
	    cmocka_unit_test(test_meeting),
	    cmocka_unit_test(test_series),
	    cmocka_unit_test(test_parts),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_grant),
	    cmocka_unit_test(test_booking),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_found),
	    cmocka_unit_test(test_room),
	    cmocka_unit_test(test_spaces),
	    cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
