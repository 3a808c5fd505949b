/* delivery_test.c - the page of a test message: what its server said. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/delivery.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "common/ipc.h"
#include "common/store_delivery.h"
#include "common/str.h"

static enum err
go(struct page *p, const char *job_id, const char *channel)
{
	char to[256];

	(void)snprintf(to, sizeof(to),
	    "/alarm-delivery/test?channel=%s&job=%.64s", channel, job_id);
	return resp_redirect(p->resp, to);
}

enum err
delivery_test_go(struct page *p, const char *channel, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_job_ref job;
	enum err e;

	(void)ei;
	e = ctl_client_delivery_test(p->web->ctl, channel, &job, &why);
	/* Where it could not start, the test's page says so. */
	e = go(p, e == ERR_OK ? job.job_id : "", channel);
	msg_job_ref_free(&job);
	return e;
}

enum err
delivery_test_show(struct page *p, struct errinfo *ei)
{
	const char *channel = req_text(&p->req->query, "channel");
	const char *job_id = req_text(&p->req->query, "job");
	enum bound_kind ch = delivery_channel_of(channel);

	if (ch == BOUND_WAYS_N)
		return err_set(
		    ei, ERR_NOTFOUND, "There is no such way of sending.");
	page_title(p, "Test message");
	view_str(p->view, "channel", bound_name(ch));
	view_str(p->view, "heading", delivery_title(ch));
	test_report_show(p, job_id,
	    "It was not sent: something that is needed is not filled "
	    "in, the connector does not answer, or another test "
	    "message is on its way.");
	return ERR_OK;
}

enum err
delivery_test_do(struct page *p, struct errinfo *ei)
{
	enum bound_kind ch =
	    delivery_channel_of(req_text(&p->req->body, "channel"));
	const char *job_id = req_text(&p->req->body, "job");
	enum err e;

	if (ch == BOUND_WAYS_N)
		return err_set(
		    ei, ERR_NOTFOUND, "There is no such way of sending.");
	if (!str_eq(req_text(&p->req->body, "do"), "cancel"))
		return delivery_test_go(p, bound_name(ch), ei);
	e = ctl_client_cancel(p->web->ctl, job_id, ei);
	return e == ERR_OK || e == ERR_NOTFOUND ? go(p, job_id, bound_name(ch))
						: e;
}
