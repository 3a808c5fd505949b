/* conferencing_test.c - the page of a test of a conferencing service: its
 * steps as they come. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/conferencing.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "common/ipc.h"
#include "common/store.h"
#include "common/store_confer.h"
#include "common/str.h"

static enum err
go(struct page *p, const char *job_id, const char *confer_id)
{
	char to[256];

	(void)snprintf(to, sizeof(to), "/conferencing/test?id=%.64s&job=%.64s",
	    confer_id, job_id);
	return resp_redirect(p->resp, to);
}

enum err
conferencing_test_go(struct page *p, const char *confer_id, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_job_ref job;
	enum err e;

	(void)ei;
	e = ctl_client_confer_test(p->web->ctl, confer_id, &job, &why);
	/* Where it could not start, the test's page says so. */
	e = go(p, e == ERR_OK ? job.job_id : "", confer_id);
	msg_job_ref_free(&job);
	return e;
}

enum err
conferencing_test_show(struct page *p, struct errinfo *ei)
{
	const char *job_id = req_text(&p->req->query, "job");
	struct confer c;
	enum err e;

	e = store_confer_get(
	    p->web->store, req_text(&p->req->query, "id"), &c, ei);
	if (e != ERR_OK)
		return e;
	page_title(p, "Test of a conferencing service");
	view_str(p->view, "id", c.id);
	view_str(p->view, "name", confer_name(&c));
	view_str(p->view, "label", c.type->label);
	view_str(p->view, "host", confer_host(&c));
	confer_clear(&c);
	if ((e = page_show_saved(p, ei)) != ERR_OK)
		return e;
	test_report_show(p, job_id,
	    "It was not started: the connector does not answer, or "
	    "another test of a conferencing service runs.");
	return ERR_OK;
}

enum err
conferencing_test_do(struct page *p, struct errinfo *ei)
{
	const char *job_id = req_text(&p->req->body, "job");
	struct confer c;
	enum err e;

	e = store_confer_get(
	    p->web->store, req_text(&p->req->body, "id"), &c, ei);
	if (e != ERR_OK)
		return e;
	if (!str_eq(req_text(&p->req->body, "do"), "cancel")) {
		e = conferencing_test_go(p, c.id, ei);
	} else {
		e = ctl_client_cancel(p->web->ctl, job_id, ei);
		if (e == ERR_OK || e == ERR_NOTFOUND)
			e = go(p, job_id, c.id);
	}
	confer_clear(&c);
	return e;
}
