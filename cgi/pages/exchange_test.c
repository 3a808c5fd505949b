/* exchange_test.c - the page of connection tests: the steps as they come,
 * a tree for each address, and what may be done when they have ended. */
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
#include "common/store_report.h"
#include "common/str.h"

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

/* The engine or the manager has no answer: the draft stays. */
void
exchange_no_answer(struct page *p, enum err e, const struct errinfo *ei)
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
		    "It has been some time, or the connector was restarted "
		    "meanwhile. The newest reports are on the page of the "
		    "record. Test again for a new one.");
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

static enum err
go_stored(struct page *p, const char *record_id, const char *job_id,
    struct errinfo *ei)
{
	char to[256];

	(void)snprintf(to, sizeof(to), "/exchange/test?id=%.64s&job=%.64s",
	    record_id, job_id);
	return page_saved(p, to, ei);
}

/* Passed, wanted, and still what was tested: from the draft into the
 * record.  The administrator asked for this when the test was started.
 * Another page, or settle.c, may have done it a moment ago. */
static enum err
commit(struct page *p, const struct exchange_draft *d,
    const struct msg_report *r, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;

	e = store_draft_commit(
	    p->web->store, &who, d->draft_id, r->draft_rev, true, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	return go_stored(p, d->x.id, d->job_id, ei);
}

static bool
may_commit(const struct page *p, const struct exchange_draft *d,
    const struct msg_report *r)
{
	return page_can_write(p) && d->store_when_passed &&
	       (r->state == STEP_OK || r->state == STEP_WARNING) &&
	       r->draft_rev == d->draft_rev;
}

void
exchange_test_buttons(struct page *p, bool is_running, bool has_draft)
{
	struct view v = view_sub(p->view, "can");

	if (!page_can_write(p))
		return;
	view_flag(v, "cancel", is_running);
	view_flag(v, "again", !is_running);
	view_flag(v, "edit", !is_running);
	view_flag(v, "keep", !is_running && has_draft);
	view_flag(v, "others", !is_running && !has_draft);
}

/* How all trees together stand. */
struct trees {
	size_t n, running, failed;
};

static void
tree_view(struct page *p, struct trees *t, const struct msg_report *r)
{
	struct view v;

	v = view_row(view_sub(p->view, "trees"), t->n++);
	if (r->state == STEP_RUNNING)
		t->running++;
	if (r->state == STEP_FAILED)
		t->failed++;
	exchange_report_view(v, r);
}

/* The trees after the first; one that is gone is left out. */
static void
other_trees(struct page *p, struct trees *t, const char *job_id, uint32_t n)
{
	struct msg_report r;
	char id[96];
	uint32_t i;

	for (i = 2; i <= n && i <= REPORT_TREES_MAX; i++) {
		(void)snprintf(id, sizeof(id), "%.64s-%u", job_id, i);
		memset(&r, 0, sizeof(r));
		if (ctl_client_report(p->web->ctl, id, &r, NULL) == ERR_OK &&
		    exchange_report_own(p, &r, NULL) == ERR_OK)
			tree_view(p, t, &r);
		msg_report_free(&r);
	}
}

/* Shows a job; *committed: the answer is a redirect already. */
static enum err
show_job(struct page *p, const struct exchange_draft *d, const char *job_id,
    bool *committed, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct trees t = {0, 0, 0};
	struct msg_report r;
	enum err e;

	memset(&r, 0, sizeof(r));
	*committed = false;
	if (job_id[0] == '\0')
		e = err_set(&why, ERR_GONE, "The test was not started.");
	else
		e = ctl_client_report(p->web->ctl, job_id, &r, &why);
	if (e != ERR_OK) {
		exchange_no_answer(p, e, &why);
		exchange_test_buttons(p, false, d != NULL);
		e = ERR_OK;
		goto out;
	}
	if ((e = exchange_report_own(p, &r, ei)) != ERR_OK)
		goto out;
	if (d != NULL && may_commit(p, d, &r)) {
		e = commit(p, d, &r, &why);
		*committed = e == ERR_OK;
		if (*committed)
			goto out;
		view_str(p->view, "not_stored", why.text);
		e = ERR_OK;
	}
	tree_view(p, &t, &r);
	other_trees(p, &t, job_id, r.trees);
	view_flag(p->view, "running", t.running > 0);
	view_flag(p->view, "failed", t.running == 0 && t.failed > 0);
	view_flag(p->view, "passed", t.running == 0 && t.failed == 0);
	view_int(p->view, "trees_n", (int64_t)t.n);
	view_int(p->view, "failed_n", (int64_t)t.failed);
	view_flag(p->view, "many", t.n > 1);
	if (t.running > 0)
		page_poll(p, 1, 2);
	exchange_test_buttons(p, t.running > 0, d != NULL);
out:
	msg_report_free(&r);
	return e;
}

/* It is no draft any more: was it stored? */
static enum err
show_stored(struct page *p, const char *draft_id, struct errinfo *ei)
{
	struct test_result r;
	struct exchange x;
	enum err e;

	memset(&x, 0, sizeof(x));
	if (store_result_get(p->web->store, draft_id, &r, NULL) != ERR_OK ||
	    !r.passed ||
	    store_exchange_get(p->web->store, r.record_id, &x, NULL) != ERR_OK)
		return ERR_NOTFOUND; /* ei says it already */
	exchange_clear(&x);
	e = go_stored(p, r.record_id, r.job_id, ei);
	return e;
}

static enum err
show_draft(struct page *p, const char *draft_id, struct errinfo *ei)
{
	struct exchange_draft d;
	bool committed;
	enum err e;

	memset(&d, 0, sizeof(d));
	e = exchange_own_draft(p, draft_id, &d, ei);
	if (e == ERR_NOTFOUND)
		return show_stored(p, draft_id, ei);
	if (e == ERR_OK) {
		exchange_test_draft_view(p, &d);
		view_str(p->view, "job", d.job_id);
		e = show_job(p, &d, d.job_id, &committed, ei);
	}
	exchange_draft_clear(&d);
	return e;
}

struct past {
	struct view list;
	size_t n;
};

static void
add_past(void *arg, const struct report_brief *r)
{
	struct past *l = arg;
	struct view row = view_row(l->list, l->n++);

	view_str(row, "mailbox", r->mailbox);
	view_str(row, "who", r->who);
	view_time(row, "at", r->at_s, "");
	state_view(row, state_of_step(r->passed ? STEP_OK : STEP_FAILED));
}

enum err
exchange_past_view(struct page *p, const char *record_id, struct errinfo *ei)
{
	struct past l = {view_sub(p->view, "past"), 0};
	enum err e;

	e = store_report_each(p->web->store, record_id, add_past, &l, ei);
	view_flag(p->view, "any_past", l.n > 0);
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
	exchange_test_record_view(p, &x);
	view_str(p->view, "job", job_id);
	view_str(p->view, "addresses", x.email);
	if ((e = page_show_saved(p, ei)) != ERR_OK)
		goto out;
	if (job_id[0] != '\0')
		e = show_job(p, NULL, job_id, &committed, ei);
	else
		exchange_test_buttons(p, false, false);
	if (e == ERR_OK)
		e = exchange_past_view(p, x.id, ei);
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
