/* workspace_test.c - the page of a test of a workspace: its steps as they
 * come. */
#include <stdio.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/workspaces.h"
#include "common/ipc.h"
#include "common/store_workspace.h"
#include "common/str.h"

static enum err
go(struct page *p, const char *job_id, const char *id)
{
	char to[256];

	(void)snprintf(to, sizeof(to),
	    WORKSPACES_PATH "/test?id=%.64s&job=%.64s", id, job_id);
	return resp_redirect(p->resp, to);
}

enum err
workspace_test_go(struct page *p, const char *id, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_job_ref job;
	struct bound w;
	enum err e;

	if ((e = store_workspace_get(p->web->store, id, &w, ei)) != ERR_OK)
		return e;
	e = ctl_client_workspace_test(p->web->ctl, w.id, &job, &why);
	/* Where it could not start, the test's page says so. */
	e = go(p, e == ERR_OK ? job.job_id : "", w.id);
	msg_job_ref_free(&job);
	bound_clear(&w);
	return e;
}

enum err
workspace_test_show(struct page *p, struct errinfo *ei)
{
	struct bound w;
	enum err e;

	e = store_workspace_get(
	    p->web->store, req_text(&p->req->query, "id"), &w, ei);
	if (e != ERR_OK)
		return e;
	page_title(p, "Test of a workspace");
	view_str(p->view, "id", w.id);
	view_str(p->view, "name", bound_get(&w, "display_name"));
	view_str(p->view, "mailbox", bound_get(&w, "mailbox"));
	view_str(p->view, "host", bound_get(&w, "host"));
	bound_clear(&w);
	test_report_show(p, req_text(&p->req->query, "job"),
	    "It was not started: the connector does not answer, or another "
	    "test of a workspace runs.");
	return ERR_OK;
}

enum err
workspace_test_do(struct page *p, struct errinfo *ei)
{
	const char *id = req_text(&p->req->body, "id");
	const char *job_id = req_text(&p->req->body, "job");
	struct bound w;
	enum err e;

	if (!str_eq(req_text(&p->req->body, "do"), "cancel"))
		return workspace_test_go(p, id, ei);
	if ((e = store_workspace_get(p->web->store, id, &w, ei)) != ERR_OK)
		return e;
	e = ctl_client_cancel(p->web->ctl, job_id, ei);
	if (e == ERR_OK || e == ERR_NOTFOUND)
		e = go(p, job_id, w.id);
	bound_clear(&w);
	return e;
}
