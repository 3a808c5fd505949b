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
follow(struct ctl *c, const char *job_id, uint64_t until,
    struct msg_report *out, struct errinfo *ei)
{
	/* The message borrows it only to be encoded. */
	struct msg_job_ref job = {(char *)(uintptr_t)job_id};
	bool printed[REPORT_STEPS_MAX] = {false};
	enum err e;

	for (;;) {
		memset(out, 0, sizeof(*out));
		e = manager_call(c, IPC_JOB_GET, &job, IPC_JOB_REPORT, out, ei);
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

/* They run side by side; they are printed one after the other. */
static enum err
follow_all(struct ctl *c, const struct msg_job_started *job,
    struct conn_reports *out, struct errinfo *ei)
{
	uint64_t until = clock_mono_ms() + c->args.timeout_s * 1000;
	char id[96];
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < job->trees && i < REPORT_TREES_MAX; i++) {
		if (i == 0)
			(void)str_copy(id, sizeof(id), job->job_id);
		else
			(void)snprintf(
			    id, sizeof(id), "%s-%zu", job->job_id, i + 1);
		if (job->trees > 1)
			ctl_say("%sTree %zu of %u", i == 0 ? "" : "\n", i + 1,
			    (unsigned)job->trees);
		if ((e = follow(c, id, until, &out->v[i], ei)) != ERR_OK)
			break;
		out->n++;
	}
	return e;
}

/* Best effort: a job that nobody asks for ends by itself. */
static void
cancel(struct ctl *c, const struct msg_job_started *job)
{
	struct msg_job_ref ref = {job->job_id};
	struct msg_empty ok;

	memset(&ok, 0, sizeof(ok));
	(void)!manager_call(c, IPC_JOB_CANCEL, &ref, IPC_OK, &ok, NULL);
}

enum err
conn_test_run(struct ctl *c, const struct conn_target *what,
    struct conn_reports *out, struct errinfo *ei)
{
	struct sigaction act, old_int, old_term;
	struct msg_job_started job;
	struct msg_conn_test msg;
	enum err e;

	memset(out, 0, sizeof(*out));
	memset(&job, 0, sizeof(job));
	memset(&msg, 0, sizeof(msg));
	/* The message borrows these only to be encoded. */
	msg.draft_id = (char *)(uintptr_t)what->draft_id;
	msg.record_id = (char *)(uintptr_t)what->record_id;
	msg.next_id = (char *)(uintptr_t)what->next_id;
	if (what->emails != NULL)
		msg.emails = *what->emails;
	msg.by = c->who;
	memset(&act, 0, sizeof(act));
	act.sa_handler = on_interrupt;
	(void)sigaction(SIGINT, &act, &old_int);
	(void)sigaction(SIGTERM, &act, &old_term);
	e = manager_call(c, IPC_CONN_TEST, &msg, IPC_JOB_STARTED, &job, ei);
	if (e == ERR_OK && (e = follow_all(c, &job, out, ei)) != ERR_OK)
		cancel(c, &job);
	(void)sigaction(SIGINT, &old_int, NULL);
	(void)sigaction(SIGTERM, &old_term, NULL);
	msg_job_started_free(&job);
	if (e != ERR_OK)
		conn_reports_clear(out);
	return e;
}

void
conn_reports_clear(struct conn_reports *l)
{
	while (l->n > 0)
		msg_report_free(&l->v[--l->n]);
}

bool
conn_test_passed(const struct conn_reports *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i].state != STEP_OK && l->v[i].state != STEP_WARNING)
			return false;
	return l->n > 0;
}

static void
print_json(struct ctl *c, const struct conn_reports *l)
{
	struct buf b = BUF_INIT(REPORT_TREES_MAX * REPORT_TEXT_MAX);
	enum err e = ERR_OK;
	size_t i;

	if (l->n > 1)
		e = buf_putc(&b, '[');
	for (i = 0; i < l->n && e == ERR_OK; i++) {
		if (i > 0)
			e = buf_putc(&b, ',');
		if (e == ERR_OK)
			e = report_to_json(&l->v[i], &b);
	}
	if (l->n > 1 && e == ERR_OK)
		e = buf_putc(&b, ']');
	if (e == ERR_OK)
		out_raw(&c->out, l->n > 1 ? "reports" : "report", buf_str(&b));
	buf_clear(&b);
}

void
conn_test_print(struct ctl *c, const struct conn_reports *l)
{
	size_t i;

	if (c->out.json)
		print_json(c, l);
	out_flag(&c->out, "passed", NULL, conn_test_passed(l));
	for (i = 0; i < l->n; i++) {
		const struct msg_report *r = &l->v[i];

		out_text(&c->out, "%s: the test %s in %u ms.\n", r->subject,
		    r->state == STEP_FAILED ? "failed" : "passed",
		    (unsigned)r->duration_ms);
	}
}
