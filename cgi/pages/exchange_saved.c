/* exchange_saved.c - one report by itself: of a test that the engine still
 * knows, or the newest that was kept of a record and mailbox.  As a page
 * with its text to copy, as a text file, as JSON. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "common/alloc.h"
#include "common/buf.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/store_report.h"
#include "common/str.h"

static enum err
from_store(
    struct page *p, const char *id, struct msg_report *out, struct errinfo *ei)
{
	int64_t at_s = 0;
	bool passed = false;
	char *json = NULL;
	enum err e;

	e = store_report_get(p->web->store, id,
	    req_text(&p->req->query, "mailbox"), &at_s, &passed, &json, ei);
	if (e != ERR_OK)
		return e;
	if ((e = report_from_json(json, out)) != ERR_OK)
		e = err_set(ei, ERR_NOTFOUND,
		    "The report that was kept is not one of this version. "
		    "Test again.");
	mem_free(json);
	return e;
}

enum err
exchange_report_own(
    const struct page *p, const struct msg_report *r, struct errinfo *ei)
{
	if (r->draft_id[0] == '\0' || str_eq(r->by, p->session.admin_name))
		return ERR_OK;
	return err_set(
	    ei, ERR_NOTFOUND, "There is no such test, or it is not yours.");
}

static enum err
from_engine(struct page *p, const char *job_id, struct msg_report *out,
    struct errinfo *ei)
{
	enum err e;

	if ((e = ctl_client_report(p->web->ctl, job_id, out, ei)) != ERR_OK)
		return e;
	if ((e = exchange_report_own(p, out, ei)) != ERR_OK)
		msg_report_free(out);
	return e;
}

static enum err
find(struct page *p, struct msg_report *out, struct errinfo *ei)
{
	const char *id = req_text(&p->req->query, "id");

	memset(out, 0, sizeof(*out));
	if (id[0] != '\0')
		return from_store(p, id, out, ei);
	return from_engine(p, req_text(&p->req->query, "job"), out, ei);
}

static void
name_view(struct page *p, const char *record_id)
{
	struct exchange x;

	memset(&x, 0, sizeof(x));
	if (store_exchange_get(p->web->store, record_id, &x, NULL) == ERR_OK) {
		view_str(p->view, "id", x.id);
		view_str(p->view, "name", x.display_name);
	}
	exchange_clear(&x);
}

enum err
exchange_report_show(struct page *p, struct errinfo *ei)
{
	struct buf b = BUF_INIT(RESP_BODY_MAX);
	struct msg_report r;
	enum err e;

	page_title(p, "Report of a connection test");
	if ((e = find(p, &r, ei)) != ERR_OK)
		return e;
	name_view(p, r.record_id);
	exchange_report_view(view_sub(p->view, "report"), &r);
	if (req_text(&p->req->query, "id")[0] != '\0')
		view_str(view_sub(p->view, "report"), "kept", r.record_id);
	if ((e = report_to_text(&r, &b)) == ERR_OK)
		view_raw(p->view, "text", b.p, b.len);
	msg_report_free(&r);
	buf_clear(&b);
	return e;
}

/* As a file beside the page.  The name has no foreign byte in it. */
static enum err
send_file(struct page *p, const char *type, const char *ending,
    enum err (*make)(const struct msg_report *r, struct buf *out),
    struct errinfo *ei)
{
	char head[96];
	struct msg_report r;
	enum err e;

	if ((e = find(p, &r, ei)) != ERR_OK)
		return e;
	(void)snprintf(head, sizeof(head),
	    "attachment; filename=\"connection-test-%lld.%s\"",
	    (long long)(r.start_ms / 1000), ending);
	if ((e = resp_header(p->resp, "Content-Disposition", head)) == ERR_OK)
		e = make(&r, &p->resp->body);
	msg_report_free(&r);
	p->resp->content_type = type;
	p->resp->is_done = e == ERR_OK;
	return e;
}

enum err
exchange_report_text(struct page *p, struct errinfo *ei)
{
	return send_file(
	    p, "text/plain; charset=utf-8", "txt", report_to_text, ei);
}

enum err
exchange_report_json(struct page *p, struct errinfo *ei)
{
	return send_file(p, "application/json", "json", report_to_json, ei);
}
