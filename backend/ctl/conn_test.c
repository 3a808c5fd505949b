/* conn_test.c - runs a connection test and follows its report. */
#include "backend/ctl/conn_test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/report.h"

#define POLL_MS 200
#define DEPTH_MAX 8
#define REPORT_TEXT_MAX (8u * 1024u * 1024u)

/* ^C ends the test and not only its observer. */
static volatile sig_atomic_t interrupted;

static void
on_interrupt(int sig)
{
	interrupted = sig;
}

static unsigned
depth_of(const struct msg_report *r, const struct msg_step *s)
{
	unsigned depth = 0;

	while (s->parent >= 1 && s->parent <= r->steps_n && depth < DEPTH_MAX) {
		s = &r->steps[s->parent - 1];
		depth++;
	}
	return depth;
}

static void
print_detail(unsigned depth, const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		ctl_say("%*s%s%s", (int)(12 + 2 * depth), "", label, text);
}

static void
print_step(const struct msg_report *r, const struct msg_step *s)
{
	unsigned depth = depth_of(r, s);
	bool bad = s->state == STEP_FAILED || s->state == STEP_WARNING;

	ctl_say("%-8s %*s%s (%u ms)", step_state_name(s->state),
	    (int)(2 * depth), "", s->title, (unsigned)s->duration_ms);
	if (bad || s->state == STEP_SKIPPED)
		print_detail(depth, "", s->what);
	if (!bad)
		return;
	print_detail(depth, "To do: ", s->todo);
	print_detail(depth, "Command: ", s->command);
}

/* Steps that have ended and were not printed; a parent ends after its
 * children and is printed then. */
static void
print_new(const struct msg_report *r, bool *printed)
{
	size_t i;

	for (i = 0; i < r->steps_n && i < REPORT_STEPS_MAX; i++) {
		if (printed[i] || r->steps[i].state == STEP_RUNNING)
			continue;
		print_step(r, &r->steps[i]);
		printed[i] = true;
	}
}

static enum err
follow(struct ctl *c, struct msg_job_ref *job, struct msg_report *out,
    struct errinfo *ei)
{
	uint64_t until = clock_mono_ms() + c->args.timeout_s * 1000;
	bool printed[REPORT_STEPS_MAX] = {false};
	enum err e;

	for (;;) {
		memset(out, 0, sizeof(*out));
		e = manager_call(c, IPC_JOB_GET, job, IPC_JOB_REPORT, out, ei);
		if (e != ERR_OK)
			return e;
		print_new(out, printed);
		if (out->state != STEP_RUNNING)
			return ERR_OK;
		if (interrupted != 0)
			e = err_set(
			    ei, ERR_CANCELLED, "The test was cancelled.");
		else if (clock_mono_ms() >= until)
			e = err_set(ei, ERR_TIMEOUT,
			    "The test has not ended after %llu s.",
			    (unsigned long long)c->args.timeout_s);
		msg_report_free(out);
		if (e != ERR_OK)
			return e;
		manager_pause_ms(POLL_MS);
	}
}

/* Best effort: a job that nobody asks for ends by itself. */
static void
cancel(struct ctl *c, struct msg_job_ref *job)
{
	struct msg_empty ok;

	memset(&ok, 0, sizeof(ok));
	(void)!manager_call(c, IPC_JOB_CANCEL, job, IPC_OK, &ok, NULL);
}

enum err
conn_test_run(struct ctl *c, const char *draft_id, const char *record_id,
    const char *email, struct msg_report *out, struct errinfo *ei)
{
	struct sigaction act, old_int, old_term;
	struct msg_conn_test msg;
	struct msg_job_ref job;
	enum err e;

	memset(&job, 0, sizeof(job));
	memset(&msg, 0, sizeof(msg));
	/* The message borrows these only to be encoded. */
	msg.draft_id = (char *)(uintptr_t)draft_id;
	msg.record_id = (char *)(uintptr_t)record_id;
	msg.email = (char *)(uintptr_t)email;
	memset(&act, 0, sizeof(act));
	act.sa_handler = on_interrupt;
	(void)sigaction(SIGINT, &act, &old_int);
	(void)sigaction(SIGTERM, &act, &old_term);
	e = manager_call(c, IPC_CONN_TEST, &msg, IPC_JOB_STARTED, &job, ei);
	if (e == ERR_OK && (e = follow(c, &job, out, ei)) != ERR_OK)
		cancel(c, &job);
	(void)sigaction(SIGINT, &old_int, NULL);
	(void)sigaction(SIGTERM, &old_term, NULL);
	msg_job_ref_free(&job);
	return e;
}

bool
conn_test_passed(const struct msg_report *r)
{
	return r->state == STEP_OK || r->state == STEP_WARNING;
}

void
conn_test_print(struct ctl *c, const struct msg_report *r)
{
	struct buf b = BUF_INIT(REPORT_TEXT_MAX);

	if (c->out.json && report_to_json(r, &b) == ERR_OK)
		out_raw(&c->out, "report", buf_str(&b));
	buf_clear(&b);
	out_flag(&c->out, "passed", NULL, conn_test_passed(r));
	out_text(&c->out, "%s: the test %s in %u ms.\n", r->subject,
	    conn_test_passed(r) ? "passed" : "failed",
	    (unsigned)r->duration_ms);
}
