/* device_client.c: the list, and what devices answer. */
#include "tests/harness/test.h"

#include "backend/net/device_client.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"

static char *
lend(const char *s)
{
	return (char *)(uintptr_t)s;
}

static struct msg_device_booking
booking(void)
{
	return (struct msg_device_booking){.number_id = 3,
	    .title = lend("A < B & \"C\""),
	    .organizer = lend("Ann"),
	    .email = lend("ann@lab.example"),
	    .dial = lend("3@meet.example"),
	    .start_s = 1800000000,
	    .end_s = 1800003600};
}

static bool
has(const struct buf *b, const char *text)
{
	return strstr(buf_str(b), text) != NULL;
}

static void
test_list(void **state)
{
	struct buf b = BUF_INIT(DEVICE_LIST_MAX);
	struct msg_device_booking v[2] = {booking(), booking()};
	struct msg_device_put m = {
	    .window_s = 420, .bookings = v, .bookings_n = 2};

	(void)state;
	v[1].is_private = true;
	v[1].title = lend("Hidden");
	assert_ok(device_list_encode(&b, &m));
	assert_true(has(&b, "<Title item=\"1\">A &lt; B &amp; "));
	assert_true(has(&b, ">2027-01-15T08:00:00Z</StartTime>"));
	assert_true(has(&b, ">420</StartTimeBuffer>"));
	assert_true(has(&b, "<Booking item=\"2\">"));
	assert_true(has(&b, ">Private</Privacy>"));
	assert_false(has(&b, "Hidden"));
	v[0].end_s = v[0].start_s;
	assert_err(device_list_encode(&b, &m), ERR_ARG);
	v[0] = booking();
	v[0].title = lend("\001");
	assert_err(device_list_encode(&b, &m), ERR_ARG);
	m.bookings_n = 0;
	assert_ok(device_list_encode(&b, &m));
	assert_true(has(&b, "<Clear command=\"True\"/>"));
	buf_clear(&b);
}

static void
test_urls(void **state)
{
	struct buf b = BUF_INIT(DEVICE_URL_MAX);

	(void)state;
	assert_ok(device_url(&b, "a.example", 443, DEVICE_BOOKINGS));
	assert_string_equal(
	    buf_str(&b), "https://a.example:443/bookingsputxml");
	assert_ok(device_url(&b, "2001:db8::1", 8443, DEVICE_COMMAND));
	assert_string_equal(buf_str(&b), "https://[2001:db8::1]:8443/putxml");
	buf_clear(&b);
}

#define UNIT(version)                                                    \
	"<Status><SystemUnit><ProductId>P</ProductId><Software>" version \
	"</Software></SystemUnit></Status>"

static void
test_status(void **state)
{
	static const struct {
		const char *text;
		enum err want;
	} rows[] = {
	    {UNIT("<Version>ce9.1</Version>"), ERR_OK},
	    {UNIT(""), ERR_PROTO},
	    {"<html/>", ERR_PROTO},
	    {"", ERR_PROTO},
	    {"not xml", ERR_PROTO},
	    {"<!DOCTYPE a><Status/>", ERR_PROTO},
	};
	struct msg_device_info r = {0};
	struct errinfo ei;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(device_status_decode(&r, rows[i].text,
				     strlen(rows[i].text), &ei),
		    rows[i].want);
	assert_string_equal(r.product, "P");
	assert_string_equal(r.version, "ce9.1");
	msg_device_info_free(&r);
}

static void
test_answers(void **state)
{
	static const struct {
		const char *text;
		enum err took, list;
		unsigned n;
	} rows[] = {
	    {"", ERR_OK, ERR_PROTO, 0},
	    {" \r\n", ERR_OK, ERR_PROTO, 0},
	    {"<Success/>", ERR_OK, ERR_PROTO, 0},
	    {"<html><body/></html>", ERR_PROTO, ERR_PROTO, 0},
	    {"<html><body>", ERR_PROTO, ERR_PROTO, 0},
	    {"<a><b status=\"Error\"><Reason>No</Reason></b></a>", ERR_DENIED,
		ERR_DENIED, 0},
	    {"<Error>No</Error>", ERR_DENIED, ERR_DENIED, 0},
	    {"<Command><BookingsListResult status=\"OK\"/></Command>", ERR_OK,
		ERR_OK, 0},
	    {"<Command><BookingsListResult><Booking/><Booking/>"
	     "</BookingsListResult></Command>",
		ERR_OK, ERR_OK, 2},
	};
	struct msg_device_info r = {0};
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *s = rows[i].text;

		assert_int_equal(
		    device_took_decode(s, strlen(s), &ei), rows[i].took);
		if (rows[i].took == ERR_DENIED)
			assert_string_equal(ei.text, "No");
		assert_int_equal(
		    device_list_decode(&r, s, strlen(s), &ei), rows[i].list);
		if (rows[i].list == ERR_OK)
			assert_int_equal(r.bookings_n, rows[i].n);
	}
	msg_device_info_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
