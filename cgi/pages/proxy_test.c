/* proxy_test.c - the page of a test of the Connector Proxy: its steps as
 * they come. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/proxy.h"
#include "common/ipc.h"
#include "common/store.h"
#include "common/store_proxy.h"
#include "common/str.h"

static enum err
go(struct page *p, const char *job_id, const char *host, uint32_t port)
{
	char to[512];

	(void)snprintf(to, sizeof(to),
	    strchr(host, ':') == NULL
		? "/connector-proxy/test?job=%.64s&server=%s:%u"
		: "/connector-proxy/test?job=%.64s&server=%%5B%s%%5D:%u",
	    job_id, host, port == 0 ? 443u : (unsigned)port);
	return resp_redirect(p->resp, to);
}

enum err
proxy_test_go(
    struct page *p, const char *host, uint32_t port, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_job_ref job;
	enum err e;

	(void)ei;
	e = ctl_client_proxy_test(p->web->ctl, host, port, &job, &why);
	/* Where it could not start, the test's page says so. */
	e = go(p, e == ERR_OK ? job.job_id : "", host, port);
	msg_job_ref_free(&job);
	return e;
}

enum err
proxy_test_show(struct page *p, struct errinfo *ei)
{
	const char *job_id = req_text(&p->req->query, "job");
	enum err e;

	page_title(p, "Test of the Connector Proxy");
	view_str(p->view, "server", req_text(&p->req->query, "server"));
	if ((e = page_show_saved(p, ei)) != ERR_OK)
		return e;
	test_report_show(p, job_id,
	    "It was not started: the connector does not answer, or "
	    "another test of the proxy runs.");
	return ERR_OK;
}

enum err
proxy_test_do(struct page *p, struct errinfo *ei)
{
	const char *job_id = req_text(&p->req->body, "job");
	char host[PROXY_HOST_MAX];
	uint32_t port;
	enum err e;

	e = proxy_target(req_text(&p->req->body, "server"), host, &port, ei);
	if (e != ERR_OK)
		return e;
	if (!str_eq(req_text(&p->req->body, "do"), "cancel"))
		return proxy_test_go(p, host, port, ei);
	e = ctl_client_cancel(p->web->ctl, job_id, ei);
	return e == ERR_OK || e == ERR_NOTFOUND ? go(p, job_id, host, port) : e;
}
