/* exchange_test.c - the page of one connection test: its steps as they
 * come, and what may be done with the draft when it has ended. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/str.h"

static enum err
go(struct page *p, const char *draft_id, const char *record_id,
    const char *job_id, struct errinfo *ei)
{
	char to[256];

	if (draft_id[0] != '\0')
		(void)snprintf(
		    to, sizeof(to), "/exchange/test?draft=%.64s", draft_id);
	else
		(void)snprintf(to, sizeof(to),
		    "/exchange/test?id=%.64s&job=%.64s", record_id, job_id);
	(void)ei;
	return resp_redirect(p->resp, to);
}

enum err
exchange_own_draft(struct page *p, const char *draft_id,
    struct exchange_draft *out, struct errinfo *ei)
{
	struct exchange_draft d;
	enum err e;

	memset(&d, 0, sizeof(d));
	e = store_draft_get(p->web->store, draft_id, &d, ei);
	if (e == ERR_OK && !str_eq(d.owner, p->session.admin_name))
		e = ERR_NOTFOUND;
	if (e == ERR_OK)
		*out = d;
	else
		exchange_draft_clear(&d);
	if (e == ERR_NOTFOUND)
		e = err_set(ei, e,
		    "This draft was stored or removed meanwhile, or somebody "
		    "else is typing it.");
	return e;
}

enum err
exchange_start_test(
    struct page *p, struct exchange_draft *d, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_job_ref job;
	enum err e;

	memset(&job, 0, sizeof(job));
	e = ctl_client_test(p->web->ctl, d->draft_id, "", &job, &why);
	/* Where it could not start, the draft has no job: its page says
	 * that and offers to start it again. */
	e = store_draft_set_job(
	    p->web->store, d->draft_id, e == ERR_OK ? job.job_id : "", ei);
	if (e == ERR_OK)
		e = go(p, d->draft_id, "", "", ei);
	msg_job_ref_free(&job);
	return e;
}

/* The engine or the manager has no answer: the draft stays. */
static void
no_answer(struct page *p, enum err e, const struct errinfo *ei)
{
	struct view v = view_sub(p->view, "trouble");

	switch (e) {
	case ERR_CONNECT:
		view_str(
		    v, "title", "The Management Connector does not answer");
		view_str(v, "todo",
		    "The test has not run. Start the service calconn-managerd "
		    "on this host, then test again.");
		break;
	case ERR_NOTFOUND:
		view_str(v, "title", "The report of this test is gone");
		view_str(v, "todo",
		    "The connector was restarted meanwhile and no longer has "
		    "it. Test again.");
		break;
	default:
		view_str(v, "title", "The test could not run");
		view_str(v, "todo",
		    "The connector is being restarted or is busy. Test again "
		    "in some seconds.");
		break;
	}
	view_str(v, "text", ei->text);
}

/* Passed, wanted, and still what was tested: from the draft into the
 * record.  The administrator asked for this when the test was started. */
static enum err
commit(struct page *p, const struct exchange_draft *d,
    const struct msg_report *r, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char to[256];
	enum err e;

	if ((e = store_draft_commit(p->web->store, &who, d->draft_id,
		 r->draft_rev, true, ei)) != ERR_OK)
		return e;
	(void)snprintf(to, sizeof(to), "/exchange/test?id=%.64s&job=%.64s",
	    d->x.id, d->job_id);
	return page_saved(p, to, ei);
}

static bool
may_commit(const struct page *p, const struct exchange_draft *d,
    const struct msg_report *r)
{
	return page_can_write(p) && d->store_when_passed &&
	       (r->state == STEP_OK || r->state == STEP_WARNING) &&
	       r->draft_rev == d->draft_rev;
}

static void
buttons(struct page *p, unsigned state, bool has_draft)
{
	struct view v = view_sub(p->view, "can");
	bool has_ended = state != STEP_RUNNING;

	if (!page_can_write(p))
		return;
	view_flag(v, "cancel", !has_ended);
	view_flag(v, "again", has_ended);
	view_flag(v, "edit", has_ended);
	view_flag(v, "keep", has_ended && has_draft);
}

/* Shows a job; *committed: the answer is a redirect already. */
static enum err
show_job(struct page *p, const struct exchange_draft *d, const char *job_id,
    bool *committed, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_report r;
	enum err e;

	memset(&r, 0, sizeof(r));
	*committed = false;
	if (job_id[0] == '\0')
		e = err_set(&why, ERR_GONE, "The test was not started.");
	else
		e = ctl_client_report(p->web->ctl, job_id, &r, &why);
	if (e != ERR_OK) {
		no_answer(p, e, &why);
		buttons(p, STEP_FAILED, d != NULL);
		e = ERR_OK;
		goto out;
	}
	if (d != NULL && may_commit(p, d, &r)) {
		e = commit(p, d, &r, &why);
		*committed = e == ERR_OK;
		if (*committed)
			goto out;
		view_str(p->view, "not_stored", why.text);
		e = ERR_OK;
	}
	view_flag(p->view, "running", r.state == STEP_RUNNING);
	if (r.state == STEP_RUNNING)
		page_poll(p, 1, 2);
	exchange_report_view(view_sub(p->view, "report"), &r);
	buttons(p, r.state, d != NULL);
	(void)ei;
out:
	msg_report_free(&r);
	return e;
}

static enum err
show_draft(struct page *p, const char *draft_id, struct errinfo *ei)
{
	struct exchange_draft d;
	bool committed;
	enum err e;

	memset(&d, 0, sizeof(d));
	if ((e = exchange_own_draft(p, draft_id, &d, ei)) != ERR_OK)
		goto out;
	view_str(p->view, "draft", d.draft_id);
	view_str(p->view, "name", d.x.display_name);
	view_str(p->view, "job", d.job_id);
	view_str(p->view, "email", d.x.email);
	e = show_job(p, &d, d.job_id, &committed, ei);
out:
	exchange_draft_clear(&d);
	return e;
}

static enum err
show_record(
    struct page *p, const char *id, const char *job_id, struct errinfo *ei)
{
	struct exchange x;
	bool committed;
	enum err e;

	memset(&x, 0, sizeof(x));
	if ((e = store_exchange_get(p->web->store, id, &x, ei)) != ERR_OK)
		goto out;
	view_str(p->view, "id", x.id);
	view_str(p->view, "name", x.display_name);
	view_str(p->view, "job", job_id);
	view_str(p->view, "email", x.email);
	view_time(p->view, "changed", x.changed_s, "");
	if ((e = page_show_saved(p, ei)) == ERR_OK)
		e = show_job(p, NULL, job_id, &committed, ei);
out:
	exchange_clear(&x);
	return e;
}

enum err
exchange_test_show(struct page *p, struct errinfo *ei)
{
	const char *draft_id = req_text(&p->req->query, "draft");

	page_title(p, "Connection test");
	if (draft_id[0] != '\0')
		return show_draft(p, draft_id, ei);
	return show_record(p, req_text(&p->req->query, "id"),
	    req_text(&p->req->query, "job"), ei);
}

/* The administrator wants the record all the same, switched off. */
static enum err
keep_disabled(struct page *p, struct exchange_draft *d, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;

	d->x.enabled = false;
	if ((e = store_draft_put(p->web->store, d, ei)) != ERR_OK ||
	    (e = store_draft_commit(p->web->store, &who, d->draft_id,
		 d->draft_rev, false, ei)) != ERR_OK)
		return e;
	return page_saved(p, "/exchange?untested=1", ei);
}

static enum err
do_draft(
    struct page *p, const char *what, const char *draft_id, struct errinfo *ei)
{
	struct exchange_draft d;
	enum err e;

	memset(&d, 0, sizeof(d));
	if ((e = exchange_own_draft(p, draft_id, &d, ei)) != ERR_OK)
		goto out;
	if (str_eq(what, "again")) {
		e = exchange_start_test(p, &d, ei);
	} else if (str_eq(what, "keep")) {
		e = keep_disabled(p, &d, ei);
	} else if (str_eq(what, "discard")) {
		e = store_draft_delete(p->web->store, draft_id, ei);
		if (e == ERR_OK)
			e = resp_redirect(p->resp, "/exchange?discarded=1");
	} else if (str_eq(what, "cancel")) {
		e = ctl_client_cancel(p->web->ctl, d.job_id, ei);
		if (e == ERR_OK || e == ERR_NOTFOUND)
			e = go(p, draft_id, "", "", ei);
	} else {
		e = err_set(ei, ERR_ARG, "Choose what to do with the test.");
	}
out:
	exchange_draft_clear(&d);
	return e;
}

static enum err
do_record(struct page *p, const char *what, const char *id, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_job_ref job;
	struct exchange x;
	enum err e;

	memset(&job, 0, sizeof(job));
	memset(&x, 0, sizeof(x));
	if ((e = store_exchange_get(p->web->store, id, &x, ei)) != ERR_OK)
		goto out;
	if (str_eq(what, "cancel")) {
		const char *job_id = req_text(&p->req->body, "job");

		e = ctl_client_cancel(p->web->ctl, job_id, ei);
		if (e == ERR_OK || e == ERR_NOTFOUND)
			e = go(p, "", x.id, job_id, ei);
		goto out;
	}
	/* Where it cannot start, its page says so: it has no job. */
	e = ctl_client_test(p->web->ctl, "", x.id, &job, &why);
	e = go(p, "", x.id, e == ERR_OK ? job.job_id : "", ei);
out:
	exchange_clear(&x);
	msg_job_ref_free(&job);
	return e;
}

enum err
exchange_test_do(struct page *p, struct errinfo *ei)
{
	const char *draft_id = req_text(&p->req->body, "draft");
	const char *what = req_text(&p->req->body, "do");

	if (draft_id[0] != '\0')
		return do_draft(p, what, draft_id, ei);
	return do_record(p, what, req_text(&p->req->body, "id"), ei);
}
