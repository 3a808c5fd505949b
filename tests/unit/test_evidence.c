#include "tests/harness/test.h"

#include "backend/net/evidence.h"
#include "common/ipc.h"
#include "common/str.h"

static void
test_text(void **state)
{
	static const struct {
		const char *in;
		size_t max;
		const char *want;
	} rows[] = {
	    {"", 4, ""},
	    {"abcd", 4, "abcd"},
	    {"abcde", 4, "abcd"},
	    {"abc\xc3\xbc", 4, "abc"}, /* not through a character */
	    {"abc\xc3\xbc", 5, "abc\xc3\xbc"},
	    {"a\r\nb\x7f", 10, "a  b?"},
	    {"a\xff\xfe"
	     "b",
		10, "a??b"},
	    {"\x80\x80\x80", 2, ""},
	};
	char *s = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		evidence_text(&s, rows[i].in, rows[i].max);
		assert_string_equal(s, rows[i].want);
		assert_true(str_is_utf8(s, strlen(s)));
	}
	mem_free(s);
}

static void
test_first_failure_stays(void **state)
{
	struct msg_evidence ev = {0};

	(void)state;
	assert_false(evidence_failed(&ev));
	evidence_fail(&ev, "tls-name", "%s", "first");
	evidence_fail(&ev, "timeout", "second");
	evidence_fail_err(&ev, ERR_PROTO, "third");
	assert_true(evidence_failed(&ev));
	assert_int_equal(ev.code, ERR_TRUST);
	assert_string_equal(ev.failure, "tls-name");
	assert_string_equal(ev.detail, "first");
	evidence_forgive(&ev);
	assert_false(evidence_failed(&ev));
	assert_string_equal(ev.failure, "");
	msg_evidence_free(&ev);
}

static void
test_errors_have_names(void **state)
{
	static const struct {
		enum err e;
		const char *failure;
		enum err code; /* of the row in failure.def */
	} rows[] = {
	    {ERR_PROTO, "content-xml", ERR_PROTO},
	    {ERR_UNSUPPORTED, "content-doctype", ERR_PROTO},
	    {ERR_TOOBIG, "content-toobig", ERR_TOOBIG},
	    {ERR_NOMEM, "ews-error", ERR_NOMEM},
	};
	size_t i;

	(void)state;
	for (i = 0; i < N_OF(rows); i++) {
		struct msg_evidence ev = {0};

		evidence_fail_err(&ev, rows[i].e, "text");
		assert_string_equal(ev.failure, rows[i].failure);
		assert_int_equal(ev.code, rows[i].code);
		msg_evidence_free(&ev);
	}
}

static void
test_merge(void **state)
{
	struct msg_evidence to = {0}, from = {0};

	(void)state;
	evidence_text(&to.url, "https://x.example/", EV_URL_MAX);
	evidence_fail(&to, "connection-closed", "cut");
	evidence_text(&from.soap_code, "ErrorServerBusy", EV_SOAP_CODE_MAX);
	from.backoff_ms = 17;
	evidence_fail(&from, "ews-busy", "busy");
	evidence_merge(&to, &from);
	assert_string_equal(to.url, "https://x.example/");
	assert_string_equal(to.failure, "ews-busy");
	assert_string_equal(to.soap_code, "ErrorServerBusy");
	assert_int_equal(to.backoff_ms, 17);
	assert_int_equal(to.code, ERR_THROTTLED);
	msg_evidence_free(&to);
	msg_evidence_free(&from);
}

static void
test_id(void **state)
{
	char *s = NULL;

	(void)state;
	assert_ok(evidence_id(&s, "abc", 3));
	assert_err(evidence_id(&s, "abcd", 3), ERR_TOOBIG);
	assert_string_equal(s, "abc");
	mem_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_first_failure_stays),
	    cmocka_unit_test(test_errors_have_names),
	    cmocka_unit_test(test_merge),
	    cmocka_unit_test(test_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
