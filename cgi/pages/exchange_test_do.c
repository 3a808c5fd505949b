/* exchange_test_do.c - what is pressed on the page of connection tests:
 * start, cancel, test again, other addresses, keep, discard. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/str.h"

#define SESSION_BYTES 16 /* of the id's hash: enough to tell two apart */

void
exchange_test_draft_view(struct page *p, const struct exchange_draft *d)
{
	view_str(p->view, "draft", d->draft_id);
	view_str(p->view, "name", d->x.display_name);
	view_str(p->view, "email", d->x.email);
	view_flag(p->view, "stores", d->store_when_passed);
}

void
exchange_test_record_view(struct page *p, const struct exchange *x)
{
	view_str(p->view, "id", x->id);
	view_str(p->view, "name", x->display_name);
	view_str(p->view, "email", x->email);
	view_str(p->view, "account", x->account);
	view_time(p->view, "changed", x->changed_s, "");
	view_int(p->view, "trees_max", REPORT_TREES_MAX);
}

static enum err
go(struct page *p, const char *draft_id, const char *record_id,
    const char *job_id)
{
	char to[256];

	if (draft_id[0] != '\0')
		(void)snprintf(
		    to, sizeof(to), "/exchange/test?draft=%.64s", draft_id);
	else
		(void)snprintf(to, sizeof(to),
		    "/exchange/test?id=%.64s&job=%.64s", record_id, job_id);
	return resp_redirect(p->resp, to);
}

/* Why nothing was started, on the page that asked for it. */
static void
say_not_started(struct page *p, enum err e, const struct errinfo *why,
    const struct msg_job_started *job)
{
	struct view v = view_sub(p->view, "not_started");

	p->template = "exchange_test";
	p->resp->status = 409;
	page_title(p, "Connection test");
	view_str(v, "text", why->text);
	if (e == ERR_OK) {
		view_str(v, "other", job->job_id);
		view_str(v, "title", "Another test of yours still runs");
	} else {
		view_flag(v, "busy", true);
		view_str(v, "title", "The test was not started");
	}
}

/* ERR_EXISTS: a page that says why not is filled. */
static enum err
start(struct page *p, struct msg_conn_test *m, struct msg_job_started *job,
    struct errinfo *why)
{
	char session[2 * SESSION_BYTES + 1];
	enum err e;

	hex_encode(p->session.id_hash, SESSION_BYTES, session);
	m->session = session;
	m->by = p->session.admin_name;
	e = ctl_client_test(p->web->ctl, m, job, why);
	m->session = m->by = NULL;
	if ((e == ERR_OK && job->is_other) || e == ERR_BUSY) {
		say_not_started(p, e, why, job);
		e = ERR_EXISTS;
	}
	return e;
}

enum err
exchange_start_test(
    struct page *p, struct exchange_draft *d, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_conn_test m = {.draft_id = d->draft_id};
	struct msg_job_started job;
	enum err e, started;

	memset(&job, 0, sizeof(job));
	started = start(p, &m, &job, &why);
	/* Where it could not start, the draft has no job: its page says
	 * that and offers to start it again. */
	e = store_draft_set_job(p->web->store, d->draft_id,
	    started == ERR_OK ? job.job_id : "", ei);
	if (e == ERR_OK && started == ERR_EXISTS) {
		exchange_test_draft_view(p, d);
		exchange_test_buttons(p, false, true);
	} else if (e == ERR_OK) {
		e = go(p, d->draft_id, "", "");
	}
	msg_job_started_free(&job);
	return e;
}

enum err
exchange_test_next(struct page *p, const struct exchange *x,
    const char *next_id, struct errinfo *ei)
{
	/* The message only borrows. */
	struct msg_conn_test m = {
	    .record_id = x->id, .next_id = (char *)(uintptr_t)next_id};
	struct errinfo why = {ERR_OK, ""};
	struct msg_job_started job;
	enum err e;

	memset(&job, 0, sizeof(job));
	e = start(p, &m, &job, &why);
	if (e == ERR_OK) {
		e = go(p, "", x->id, job.job_id);
	} else {
		p->template = "exchange_test";
		page_title(p, "Connection test");
		if (e != ERR_EXISTS)
			exchange_no_answer(p, e, &why);
		exchange_test_record_view(p, x);
		view_flag(p->view, "of_next", true);
		e = ERR_OK;
	}
	msg_job_started_free(&job);
	(void)ei;
	return e;
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

/* The other test of this session, to make room.  That it has ended by
 * itself meanwhile is as good. */
enum err
exchange_cancel_other(struct page *p, struct errinfo *ei)
{
	enum err e;

	e = ctl_client_cancel(
	    p->web->ctl, req_text(&p->req->body, "other"), ei);
	return e == ERR_NOTFOUND ? ERR_OK : e;
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
	} else if (str_eq(what, "replace")) {
		if ((e = exchange_cancel_other(p, ei)) == ERR_OK)
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
			e = go(p, draft_id, "", "");
	} else {
		e = err_set(ei, ERR_ARG, "Choose what to do with the test.");
	}
out:
	exchange_draft_clear(&d);
	return e;
}

/* Addresses as they were typed: one a line, or with blanks and commas
 * between.  "": they are fine, else what is wrong. */
static enum err
take_addresses(const char *typed, struct strlist *out, struct errinfo *why)
{
	const struct setting *row = setting_find("exchange", "email");
	size_t n;
	enum err e;

	for (;;) {
		typed += strspn(typed, " \t\r\n,;");
		if (*typed == '\0')
			return ERR_OK;
		n = strcspn(typed, " \t\r\n,;");
		if (out->n == REPORT_TREES_MAX)
			return err_set(why, ERR_ARG,
			    "At most %d addresses are tested at once. Take "
			    "some out.",
			    REPORT_TREES_MAX);
		if ((e = strlist_addn(out, typed, n)) != ERR_OK)
			return err_set(why, e, "Memory is short.");
		typed += n;
		if (setting_check(row, out->v[out->n - 1], why) != ERR_OK)
			return ERR_ARG;
	}
}

/* The page again, with what was typed. */
static enum err
addresses_view(struct page *p, const struct exchange *x, struct errinfo *ei)
{
	const char *typed = req_text(&p->req->body, "addresses");

	page_title(p, "Connection test");
	exchange_test_record_view(p, x);
	exchange_test_buttons(p, false, false);
	view_raw(p->view, "addresses", typed, strlen(typed));
	return exchange_past_view(p, x->id, ei);
}

static void
addresses_problem(struct page *p, const struct errinfo *why)
{
	struct view row = view_row(view_sub(p->view, "errors"), 0);
	struct view f = view_sub(view_sub(p->view, "f"), "addresses");

	p->resp->status = 422;
	view_str(f, "error", why->text);
	view_int(p->view, "errors_n", 1);
	view_str(row, "id", "addresses");
	view_str(row, "label", "Email addresses");
	view_str(row, "text", why->text);
}

static enum err
start_record(struct page *p, const struct exchange *x, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_conn_test m = {.record_id = x->id};
	struct msg_job_started job;
	enum err e;

	memset(&job, 0, sizeof(job));
	e = take_addresses(
	    req_text(&p->req->body, "addresses"), &m.emails, &why);
	if (e == ERR_ARG) {
		addresses_problem(p, &why);
		e = addresses_view(p, x, ei);
		goto out;
	}
	if (e == ERR_OK)
		e = start(p, &m, &job, &why);
	if (e == ERR_EXISTS) {
		e = addresses_view(p, x, ei);
	} else if (e == ERR_OK) {
		e = go(p, "", x->id, job.job_id);
	} else {
		exchange_no_answer(p, e, &why);
		e = addresses_view(p, x, ei);
	}
out:
	strlist_clear(&m.emails);
	msg_job_started_free(&job);
	return e;
}

static enum err
do_record(struct page *p, const char *what, const char *id, struct errinfo *ei)
{
	const char *job_id = req_text(&p->req->body, "job");
	struct exchange x;
	enum err e;

	memset(&x, 0, sizeof(x));
	if ((e = store_exchange_get(p->web->store, id, &x, ei)) != ERR_OK)
		goto out;
	if (str_eq(what, "cancel")) {
		e = ctl_client_cancel(p->web->ctl, job_id, ei);
		if (e == ERR_OK || e == ERR_NOTFOUND)
			e = go(p, "", x.id, job_id);
		goto out;
	}
	if (str_eq(what, "replace") &&
	    (e = exchange_cancel_other(p, ei)) != ERR_OK)
		goto out;
	e = start_record(p, &x, ei);
out:
	exchange_clear(&x);
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
