/* job_report.c: a test of the engine's is followed to its end, or until the
 * time is over.  The manager is played here, and so is the time. */
#include "tests/harness/test.h"

#include "backend/ctl/ctl.h"
#include "backend/ctl/job_report.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/report.h"

static struct {
	unsigned asked, ends_after; /* requests */
	uint64_t now_ms;
	enum step_state last;
	enum err e;
} played;

enum err
manager_call(struct ctl *c, enum ipc_type t, const void *msg,
    enum ipc_type want, void *answer, struct errinfo *ei)
{
	const struct msg_job_ref *job = msg;
	struct msg_report *r = answer;

	assert_non_null(c);
	assert_int_equal(t, IPC_JOB_GET);
	assert_int_equal(want, IPC_JOB_REPORT);
	assert_string_equal(job->job_id, "J1");
	if (played.e != ERR_OK)
		return err_set(ei, played.e, "the job is gone");
	r->subject = xstrdup("Exchange Lab");
	r->state =
	    ++played.asked > played.ends_after ? played.last : STEP_RUNNING;
	return ERR_OK;
}

void
manager_pause_ms(unsigned ms)
{
	assert_true(ms > 0);
	played.now_ms += ms;
	clock_fake(played.now_ms, 1700000000000);
}

static enum err
follow(struct ctl *c, struct msg_report *r, struct errinfo *ei)
{
	char id[] = "J1";
	struct msg_job_ref job;

	memset(&job, 0, sizeof(job));
	memset(c, 0, sizeof(*c));
	job.job_id = id;
	c->args.timeout_s = 10;
	played.asked = 0;
	played.now_ms = 5000;
	clock_fake(played.now_ms, 1700000000000);
	return job_follow(c, &job, r, ei);
}

static void
test_followed(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_report r;
	struct ctl c;

	(void)state;
	memset(&played, 0, sizeof(played));
	played.ends_after = 7;
	played.last = STEP_FAILED;
	assert_int_equal(follow(&c, &r, &ei), ERR_OK);
	assert_int_equal(r.state, STEP_FAILED);
	assert_int_equal(played.asked, 8);
	msg_report_free(&r);
}

static void
test_time_is_over(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_report r;
	struct ctl c;

	(void)state;
	memset(&played, 0, sizeof(played));
	played.ends_after = 1000000;
	assert_int_equal(follow(&c, &r, &ei), ERR_TIMEOUT);
	assert_string_equal(ei.text, "The test has not ended after 10 s.");
	assert_in_range(played.now_ms, 15000, 16000);
	msg_report_free(&r); /* in each case */
}

static void
test_gone(void **state)
{
	struct errinfo ei = {ERR_OK, ""};
	struct msg_report r;
	struct ctl c;

	(void)state;
	memset(&played, 0, sizeof(played));
	played.e = ERR_GONE;
	assert_int_equal(follow(&c, &r, &ei), ERR_GONE);
	msg_report_free(&r);
}

static void
assert_printed(bool json, enum step_state s, int code, const char *text)
{
	struct msg_report r;
	struct ctl c;

	memset(&r, 0, sizeof(r));
	memset(&c, 0, sizeof(c));
	out_init(&c.out, json);
	r.subject = xstrdup("Exchange Lab");
	r.state = s;
	assert_int_equal(job_print(&c, &r), code);
	assert_contains(buf_str(&c.out.b), text);
	assert_contains(buf_str(&c.out.b), "Exchange Lab");
	out_clear(&c.out);
	msg_report_free(&r);
}

static void
test_printed(void **state)
{
	(void)state;
	assert_printed(true, STEP_OK, EXIT_DONE, "\"passed\": true");
	assert_printed(true, STEP_FAILED, EXIT_FAILED, "\"passed\": false");
	assert_printed(false, STEP_OK, EXIT_DONE, "");
	assert_printed(false, STEP_WARNING, EXIT_FAILED, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_followed),
	    cmocka_unit_test(test_time_is_over),
	    cmocka_unit_test(test_gone),
	    cmocka_unit_test(test_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
