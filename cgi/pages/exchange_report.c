/* exchange_report.c - the report of a connection test as a tree for the
 * template. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/states.h"
#include "common/failure.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/str.h"

#define DEPTH_MAX 6 /* deeper steps are left out */
#define JOB_MAX 64

static void
duration(struct view v, uint32_t ms)
{
	if (ms < 1000)
		view_fmt(v, "took", "%u ms", ms);
	else
		view_fmt(v, "took", "%u.%u s", ms / 1000, ms % 1000 / 100);
}

/* One that a decision of the Trust List may mend. */
static bool
is_of_trust(const char *failure)
{
	return str_eq(failure, "redirect-untrusted") ||
	       str_eq(failure, "redirect-blocked") ||
	       str_eq(failure, "domain-untrusted");
}

/* "" where the step has none of that name. */
static const char *
evidence_of(const struct msg_step *s, const char *key)
{
	size_t i;

	for (i = 0; i < s->evidence_n; i++)
		if (str_eq(s->evidence[i].key, key))
			return s->evidence[i].value;
	return "";
}

/* One whose missing issuer the server sent. */
static bool
is_of_issuer(const struct msg_step *s)
{
	return evidence_of(s, "missing issuer sha256")[0] != '\0';
}

static void
step_view(struct view v, const struct msg_report *r, const struct msg_step *s)
{
	struct view list;
	size_t i;

	/* Its own among all trees of a page. */
	view_fmt(v, "id", "t%us%u", r->place, s->id);
	view_str(v, "title", s->title);
	state_view(v, state_of_step(s->state));
	if (s->state != STEP_SKIPPED && s->state != STEP_RUNNING)
		duration(v, s->duration_ms);
	view_flag(v, "open", s->state == STEP_FAILED);
	if (s->failure != NULL && s->failure[0] != '\0') {
		const struct failure *f = failure_find(s->failure);

		view_str(v, "failure", s->failure);
		view_flag(v, "trust", is_of_trust(s->failure));
		if (is_of_trust(s->failure))
			view_str(v, "leads_to", evidence_of(s, "redirect to"));
		view_flag(v, "issuer", is_of_issuer(s));
		/* What happened often begins with the title itself. */
		if (f != NULL && s->what != NULL &&
		    !str_has_prefix(s->what, f->title))
			view_str(v, "failed", f->title);
		if (f != NULL && f->alarm != 0)
			view_int(v, "alarm", f->alarm);
	}
	view_str(v, "what", s->what);
	view_str(v, "todo", s->todo);
	view_str(v, "command", s->command);
	view_flag(v, "has_more",
	    s->evidence_n > 0 || (s->what != NULL && s->what[0] != '\0') ||
		(s->todo != NULL && s->todo[0] != '\0'));
	if (s->evidence_n == 0)
		return;
	list = view_sub(v, "evidence");
	for (i = 0; i < s->evidence_n; i++) {
		struct view row = view_row(list, i);

		view_str(row, "key", s->evidence[i].key);
		view_str(row, "value", s->evidence[i].value);
	}
}

/* A step that failed below opens all that are above it. */
static bool
steps_view(
    struct view v, const struct msg_report *r, uint32_t parent, unsigned depth)
{
	bool has_failed = false;
	struct view list = v;
	size_t i, n = 0;

	for (i = 0; i < r->steps_n && depth < DEPTH_MAX; i++) {
		const struct msg_step *s = &r->steps[i];
		struct view row;

		if (s->parent != parent || s->id <= parent)
			continue;
		if (n == 0)
			list = view_sub(v, "steps");
		row = view_row(list, n++);
		step_view(row, r, s);
		if (steps_view(row, r, s->id, depth + 1))
			view_flag(row, "open", true);
		if (s->state == STEP_FAILED)
			has_failed = true;
	}
	return has_failed;
}

static void
summary(struct view v, const struct msg_report *r)
{
	size_t i, top = 0, ended = 0, failed = 0;
	const char *now = NULL;

	for (i = 0; i < r->steps_n; i++) {
		const struct msg_step *s = &r->steps[i];

		if (s->state == STEP_RUNNING)
			now = s->title;
		if (s->parent != 0)
			continue;
		top++;
		if (s->state != STEP_RUNNING)
			ended++;
		if (s->state == STEP_FAILED)
			failed = top;
	}
	view_fmt(v, "top_n", "%zu", top);
	view_fmt(v, "ended_n", "%zu", ended);
	if (failed != 0)
		view_fmt(v, "failed_at", "%zu", failed);
	if (now != NULL)
		view_str(v, "now", now);
}

void
exchange_report_view(struct view v, const struct msg_report *r)
{
	state_view(v, state_of_step(r->state));
	view_str(v, "job", r->job_id);
	view_int(v, "place", r->place);
	view_str(v, "subject", r->subject);
	view_str(v, "mailbox", r->mailbox);
	view_str(v, "account", r->account);
	view_str(v, "by", r->by);
	view_flag(v, "running", r->state == STEP_RUNNING);
	view_time(v, "start", r->start_ms / 1000, "");
	if (r->state != STEP_RUNNING)
		duration(v, r->duration_ms);
	view_str(v, "ews_url", r->ews_url);
	view_str(v, "server_version", r->server_version);
	view_flag(v, "failed", r->state == STEP_FAILED);
	view_flag(v, "passed", r->state == STEP_OK || r->state == STEP_WARNING);
	summary(v, r);
	(void)steps_view(v, r, 0, 0);
}

void
test_report_show(struct page *p, const char *job_id, const char *not_started)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_report r;
	bool runs;
	enum err e;

	memset(&r, 0, sizeof(r));
	view_str(p->view, "job", job_id);
	if (job_id[0] == '\0' || strlen(job_id) > JOB_MAX)
		e = err_set(&why, ERR_GONE, "%s", not_started);
	else
		e = ctl_client_report(p->web->ctl, job_id, &r, &why);
	if (e == ERR_OK) {
		runs = r.state == STEP_RUNNING;
		view_flag(p->view, "running", runs);
		if (runs)
			page_poll(p, 1, 2);
		exchange_report_view(view_sub(p->view, "report"), &r);
	} else {
		view_str(p->view, "trouble", why.text);
	}
	msg_report_free(&r);
}
