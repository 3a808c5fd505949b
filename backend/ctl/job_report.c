/* job_report.c - see job_report.h. */
#include "backend/ctl/job_report.h"

#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/report.h"

#define POLL_MS 200
#define REPORT_TEXT_MAX (1024u * 1024u)

enum err
job_follow(struct ctl *c, struct msg_job_ref *job, struct msg_report *out,
    struct errinfo *ei)
{
	uint64_t until = clock_mono_ms() + c->args.timeout_s * 1000;
	enum err e;

	for (;;) {
		memset(out, 0, sizeof(*out));
		e = manager_call(c, IPC_JOB_GET, job, IPC_JOB_REPORT, out, ei);
		if (e != ERR_OK || out->state != STEP_RUNNING)
			return e;
		msg_report_free(out);
		if (clock_mono_ms() >= until)
			return err_set(ei, ERR_TIMEOUT,
			    "The test has not ended after %llu s.",
			    (unsigned long long)c->args.timeout_s);
		manager_pause_ms(POLL_MS);
	}
}

int
job_print(struct ctl *c, const struct msg_report *r)
{
	struct buf b = BUF_INIT(REPORT_TEXT_MAX);
	bool passed = r->state == STEP_OK;
	enum err e;

	e = c->out.json ? report_to_json(r, &b) : report_to_text(r, &b);
	if (e == ERR_OK) {
		out_raw(&c->out, "report", buf_str(&b));
		out_text(&c->out, "%s", buf_str(&b));
	}
	out_flag(&c->out, "passed", NULL, passed);
	buf_clear(&b);
	return passed ? EXIT_DONE : EXIT_FAILED;
}
