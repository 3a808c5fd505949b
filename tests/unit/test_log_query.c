#include "tests/harness/test.h"

#include <time.h>

#include "common/log_line.h"
#include "common/log_query.h"
#include "common/str.h"

#define LINE                                                             \
	"2026-11-22T06:01:59.123Z calconn-engine[12]: Event=\"Meeting "  \
	"Decorated\" Module=\"hybridservices.c_cal.meetings\" "          \
	"Mailbox=\"alice@lab.example\" Uid=\"0400-AB\" Detail=\"a \\\"b" \
	"\\\" c\" Level=\"INFO\""

static void
test_line(void **state)
{
	struct log_line l;

	(void)state;
	log_line_parse(&l, LINE, strlen(LINE));
	assert_int_equal(l.at_ms, INT64_C(1795327319123));
	assert_true(log_text_is(&l.program, "calconn-engine[12]"));
	assert_true(log_text_is(&l.event, "Meeting Decorated"));
	assert_true(log_text_is(&l.module, "hybridservices.c_cal.meetings"));
	assert_int_equal(l.level, LOG_L_INFO);
	assert_int_equal(l.pairs_n, 6);
	assert_true(log_text_is(&l.pairs[4].name, "Detail"));
	assert_true(log_text_is(&l.pairs[4].value, "a \\\"b\\\" c"));
}

/* Each beginning of a line, and what is no line. */
static void
test_odd_lines(void **state)
{
	static const char *const odd[] = {"", "x", "2026-11-22", " ", ":",
	    "2026-11-22T06:01:59.123Z", "2026-11-22T06:01:59.123Z ",
	    "2026-11-22T06:01:59.123Z x: =\"\" a=\"",
	    "2026-11-22T06:01:59.123Z x: Level=\"LOUDER THAN ALL\"",
	    "aaaa-bb-ccTdd:ee:ff.gggZ x: A=\"b\""};
	struct log_line l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		log_line_parse(&l, odd[i], strlen(odd[i]));
		assert_int_equal(l.level, LOG_L_WARN);
		assert_int_equal(l.all.n, strlen(odd[i]));
	}
	for (i = 0; i < strlen(LINE); i++) {
		char *p = try_strndup(LINE, i);

		assert_non_null(p);
		log_line_parse(&l, p, i);
		assert_true(l.pairs_n < 6);
		mem_free(p);
	}
}

static const struct {
	const char *key, *value;
	bool matches;
} filters[] = {
    {"all", "", true},
    {"all", "decorated ALICE", true},
    {"all", "decorated bob", false},
    {"any", "bob alice", true},
    {"any", "bob carol", false},
    {"none", "bob carol", true},
    {"none", "bob alice", false},
    {"module", "hybridservices.c_cal", true},
    {"module", "hybridservices.c_cal.meetings", true},
    {"module", "hybridservices.c_ca", false},
    {"module", "hybridservices.web", false},
    {"level", "info", true},
    {"level", "WARN", false},
    {"level", "TRACE", true},
    {"user", "alice", true},
    {"user", "0400", false},
    {"meeting", "0400-ab", true},
    {"meeting", "alice", false},
    {"from", "2026-11-22 06:01", true},
    {"from", "2026-11-22T06:02", false},
    {"to", "2026-11-22 06:01", false},
    {"to", "2026-11-22 06:02", true},
    {"to", "2026-11-22 06:02:01", true},
};

static void
test_filters(void **state)
{
	struct errinfo ei;
	struct log_query q;
	struct log_line l;
	size_t i;

	(void)state;
	log_line_parse(&l, LINE, strlen(LINE));
	for (i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		log_query_init(&q);
		assert_err(
		    log_query_set(&q, filters[i].key, filters[i].value, &ei),
		    ERR_OK);
		if (log_query_matches(&q, &l) != filters[i].matches)
			fail_msg("%s=%s", filters[i].key, filters[i].value);
	}
}

static void
test_programs(void **state)
{
	static const struct {
		const char *programs;
		bool matches;
	} rows[] = {
	    {NULL, true},
	    {"calconn-engine", true},
	    {"calconn-net  calconn-engine ", true},
	    {"calconn-net", false},
	    {"calconn", false},
	    {"calconn-engine[", false},
	    {"", false},
	};
	struct log_query q;
	struct log_line l;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		log_query_init(&q);
		q.programs = rows[i].programs;
		log_line_parse(&l, LINE, strlen(LINE));
		assert_int_equal(log_query_matches(&q, &l), rows[i].matches);
		log_line_parse(&l, "torn", 4);
		assert_int_equal(
		    log_query_matches(&q, &l), rows[i].programs == NULL);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *key, *value;
		enum err e;
	} rows[] = {
	    {"level", "loud", ERR_ARG},
	    {"from", "yesterday", ERR_ARG},
	    {"from", "2026-11-22", ERR_ARG},
	    {"to", "2026-13-22 06:01", ERR_ARG},
	    {"to", "2026-11-22 06:01x", ERR_ARG},
	    {"to", "2026-11-22x06:01", ERR_ARG},
	    {"nonsense", "", ERR_NOTFOUND},
	};
	char big[LOG_QUERY_TEXT_MAX + 1];
	struct errinfo ei;
	struct log_query q;
	size_t i;

	(void)state;
	log_query_init(&q);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_err(log_query_set(&q, rows[i].key, rows[i].value, &ei),
		    rows[i].e);
	memset(big, 'a', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_err(log_query_set(&q, "all", big, &ei), ERR_TOOBIG);
	for (i = 0; i < LOG_QUERY_KEYS; i++)
		assert_err(
		    log_query_set(&q, log_query_key((unsigned)i), "", &ei),
		    ERR_OK);
	assert_null(log_query_key(LOG_QUERY_KEYS));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_line),
	    cmocka_unit_test(test_odd_lines),
	    cmocka_unit_test(test_filters),
	    cmocka_unit_test(test_programs),
	    cmocka_unit_test(test_refused),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
