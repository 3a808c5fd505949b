#include "config.h"

#include "tests/harness/test.h"

#include <string.h>

#include "backend/net/tms_client.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/confer_op.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/recur.h"

#define ENV "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">"

static char *
encoded(struct msg_confer_job *m, struct confer_request *q, enum err want)
{
	struct buf b = BUF_INIT(65536);
	char *text;

	memset(q, 0, sizeof *q);
	q->body = &b;
	assert_int_equal(tms_encode(q, m), want);
	text = xstrdup(buf_str(&b));
	buf_clear(&b);
	return text;
}

static void
test_encode(void **state)
{
	char host[] = "tms.lab.example", key[] = "040000<&>", none[] = "",
	     subject[400], owner[] = "alice@lab.example", session[] = "s&1";
	struct msg_confer_job m = {.host = host, .api = 17};
	struct confer_request q;
	char *text;

	(void)state;
	memset(subject, 'x', sizeof subject - 1);
	subject[sizeof subject - 1] = '\0';
	/* The 255th byte is the middle of a character. */
	memcpy(subject + 254, "\xc3\xb6", 2);
	m.session = session;
	m.op = CONFER_BOOK;
	m.meeting.key = key;
	m.meeting.remote_id = none;
	m.meeting.subject = subject;
	m.meeting.start_s = 0;
	m.meeting.end_s = 3600;
	m.meeting.owner = owner;
	assert_int_equal(
	    strlist_add(&m.meeting.rooms, "r@lab.example=12"), ERR_OK);
	assert_int_equal(
	    strlist_add(&m.meeting.rooms, "q@lab.example"), ERR_OK);
	text = encoded(&m, &q, ERR_OK);
	assert_string_equal(q.url,
	    "https://tms.lab.example/tms/external/booking/"
	    "bookingservice.asmx");
	assert_non_null(strstr(text, "<ClientVersionIn>17<"));
	assert_non_null(strstr(text, "<ClientSession>s&amp;1<"));
	assert_non_null(strstr(text, "<ConferenceId>-1<"));
	assert_non_null(strstr(text, "<StartTimeUTC>1970-01-01 00:00:00Z<"));
	assert_non_null(strstr(text, "<EndTimeUTC>1970-01-01 01:00:00Z<"));
	assert_non_null(strstr(text, "040000&lt;&amp;&gt;<"));
	assert_non_null(strstr(text, "xxx</Title>"));
	assert_null(strstr(text, "\xc3"));
	assert_non_null(strstr(text, "<ParticipantId>12<"));
	assert_non_null(strstr(text, "<EmailAddress>q@lab.example<"));
	assert_string_equal(
	    q.headers.v[2], "SOAPAction: \"" TMS_NS_BOOKING "SaveConference\"");
	strlist_clear(&q.headers);
	mem_free(text);
	m.op = CONFER_ALIVE;
	text = encoded(&m, &q, ERR_OK);
	assert_non_null(strstr(q.url, "/remotesetup/"));
	assert_non_null(strstr(text, "<IsAlive xmlns=\"" TMS_NS_SETUP "\">"));
	strlist_clear(&q.headers);
	mem_free(text);
	m.op = CONFER_OP__MAX;
	mem_free(encoded(&m, &q, ERR_UNSUPPORTED));
	strlist_clear(&m.meeting.rooms);
}

static const char *
behind(const char *text, const char *what)
{
	const char *at = strstr(text, what);

	if (at == NULL)
		fail_msg("%s is not in %s", what, text);
	return at;
}

/* In the order of the schema. */
static void
test_series(void **state)
{
	char host[] = "tms.lab.example", key[] = "k", subject[] = "All",
	     zone[] = "W. Europe Standard Time", one[] = "One", none[] = "";
	struct msg_zone_rule rule = {.base_min = 60,
	    .shift_min = 60,
	    .to_daylight = {3, 5, 0, 7200},
	    .to_standard = {10, 5, 0, 10800}};
	struct msg_confer_exception what[] = {
	    {.original_s = 86400, .is_gone = true, .subject = none},
	    {.original_s = 7 * 86400,
		.start_s = 8 * 86400,
		.end_s = 8 * 86400 + 3600,
		.subject = one}};
	struct msg_confer_job m = {.host = host, .api = 22, .op = CONFER_BOOK};
	struct confer_request q;
	const char *at;
	char *text;

	(void)state;
	m.meeting.key = key;
	m.meeting.subject = subject;
	m.meeting.end_s = 3600;
	m.meeting.series.recur.kind = RECUR_WEEKLY;
	m.meeting.series.recur.interval = 2;
	m.meeting.series.recur.days = 0x12;
	m.meeting.series.recur.first_day = 1;
	m.meeting.series.recur.count = 9;
	m.meeting.series.recur.zone = zone;
	m.meeting.series.recur.rules = &rule;
	m.meeting.series.recur.rules_n = 1;
	m.meeting.series.exceptions = what;
	m.meeting.series.exceptions_n = 2;
	text = encoded(&m, &q, ERR_OK);
	at = behind(text, "<EndTimeUTC>");
	at = behind(at, "<RecurrencePattern><FrequencyType>Weekly<");
	at = behind(at, "<Interval>2</Interval><DaysOfWeek><DayOfWeek>Monday"
			"</DayOfWeek><DayOfWeek>Thursday</DayOfWeek>"
			"</DaysOfWeek><FirstDayOfWeek>Monday</FirstDayOfWeek>"
			"<BySetPosition>0</BySetPosition><PatternEndType>"
			"EndByInstances</PatternEndType><PatternInstances>9<");
	at = behind(at, "<ExceptionType>DELETE</ExceptionType>"
			"<RecurrenceIdUTC>1970-01-02 00:00:00Z<");
	at = behind(at, "<ExceptionType>MODIFY</ExceptionType>"
			"<RecurrenceIdUTC>1970-01-08 00:00:00Z<");
	at = behind(at, "<ModifiedData><ConferenceId>-1</ConferenceId>"
			"<Title>One</Title><StartTimeUTC>1970-01-09 ");
	at = behind(at, "</ModifiedData></RecurrenceException></Exceptions>"
			"</RecurrencePattern><OwnerId>");
	at = behind(at, "</Participants><ConferenceTimeZoneRules>"
			"<TimeZoneRule><ValidFrom>1970-01-01T00:00:00Z<");
	at = behind(at, "<BaseOffsetInMinutes>60</BaseOffsetInMinutes>"
			"<Daylight><ChangeSecondAtDay>7200");
	at = behind(at, "<TimeChangeRelativeRule><Month>3</Month><Week>5"
			"</Week><Day>0</Day></TimeChangeRelativeRule>"
			"</Daylight><DaylightOffsetInMinutes>60");
	(void)behind(at, "<Standard><ChangeSecondAtDay>10800");
	strlist_clear(&q.headers);
	mem_free(text);
	/* A year is twelve months, the last Sunday the fifth week. */
	m.meeting.series.recur.kind = RECUR_YEARLY_POS;
	m.meeting.series.recur.interval = 1;
	m.meeting.series.recur.days = 1;
	m.meeting.series.recur.week = RECUR_WEEK_LAST;
	m.meeting.series.recur.month = 3;
	text = encoded(&m, &q, ERR_OK);
	at = behind(text, "<FrequencyType>Monthly</FrequencyType>"
			  "<Interval>12</Interval><DaysOfWeek><DayOfWeek>"
			  "Sunday</DayOfWeek></DaysOfWeek>");
	(void)behind(at, "<BySetPosition>-1<");
	strlist_clear(&q.headers);
	mem_free(text);
}

static void
decode(const char *text, unsigned op, struct msg_confer_result *r)
{
	struct msg_confer_job m = {.op = op};

	memset(r, 0, sizeof *r);
	tms_decode(text, strlen(text), &m, r);
}

static void
test_fault(void **state)
{
	struct msg_confer_result r;

	(void)state;
	decode(ENV "<s:Body><s:Fault><faultstring>No</faultstring><detail>"
		   "<errorcode>-2147218247</errorcode><clientsessionid>abc"
		   "</clientsessionid></detail></s:Fault></s:Body>"
		   "</s:Envelope>",
	    CONFER_BOOK, &r);
	assert_string_equal(r.ev.failure, "confer-session");
	assert_string_equal(r.session, "abc");
	msg_confer_result_free(&r);
	decode("<html/>", CONFER_BOOK, &r);
	assert_string_equal(r.ev.failure, "content-unexpected");
	msg_confer_result_free(&r);
	decode("<!DOCTYPE a><a/>", CONFER_BOOK, &r);
	assert_true(r.ev.code != ERR_OK);
	msg_confer_result_free(&r);
	assert_string_equal(tms_failure("-2147219503"), "confer-licence");
	assert_string_equal(tms_failure("-1"), "confer-refused");
	assert_non_null(failure_find(tms_failure("")));
}

static void
test_answers(void **state)
{
	struct msg_confer_result r;

	(void)state;
	decode(ENV "<s:Header><VersionSoapHeader><ConfAPIVersion>17"
		   "</ConfAPIVersion></VersionSoapHeader></s:Header><s:Body>"
		   "<GetDefaultConferenceResponse/></s:Body></s:Envelope>",
	    CONFER_VERSION, &r);
	assert_int_equal(r.api, 17);
	assert_int_equal(r.ev.code, ERR_OK);
	msg_confer_result_free(&r);
	decode(ENV "<s:Body><IsAliveResponse><IsAliveResult>true"
		   "</IsAliveResult></IsAliveResponse></s:Body></s:Envelope>",
	    CONFER_ALIVE, &r);
	assert_true(r.yes);
	msg_confer_result_free(&r);
	decode(ENV
	    "<s:Body><SaveConferenceResponse><SaveConferenceResult>"
	    "<ConferenceId>1001</ConferenceId><ConferenceInfoText>Dial "
	    "sip:51001@lab.example, or https://tms.lab.example/join/1 now"
	    "</ConferenceInfoText></SaveConferenceResult>"
	    "</SaveConferenceResponse></s:Body></s:Envelope>",
	    CONFER_BOOK, &r);
	assert_int_equal(r.ev.code, ERR_OK);
	assert_string_equal(r.remote_id, "1001");
	assert_string_equal(r.video, "51001@lab.example");
	assert_string_equal(r.number, "51001");
	assert_string_equal(r.link, "https://tms.lab.example/join/1");
	msg_confer_result_free(&r);
	decode(ENV "<s:Body><GetUsersResponse><GetUsersResult><User><TimeZone>"
		   "<TimezoneName>UTC</TimezoneName></TimeZone></User><User>"
		   "<TimeZone><TimezoneName>UTC</TimezoneName></TimeZone>"
		   "</User></GetUsersResult></GetUsersResponse></s:Body>"
		   "</s:Envelope>",
	    CONFER_ZONES, &r);
	assert_int_equal(r.count, 2);
	assert_int_equal(r.names.n, 1);
	msg_confer_result_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_encode),
	    cmocka_unit_test(test_series),
	    cmocka_unit_test(test_fault),
	    cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
