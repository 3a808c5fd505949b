/* ruletest.c - Rule Tester: what would happen with a location and a body,
 * without touching any meeting.  What is tried is kept nowhere. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "common/meeting_try.h"
#include "common/str.h"

static void
result_view(struct page *p, const struct meeting_try *t)
{
	const struct video_found *f = &t->found;
	struct view v = view_sub(p->view, "try");

	view_flag(v, "done", true);
	view_str(v, "says", meeting_try_says(t));
	view_str(v, "keyword", t->keyword);
	view_str(v, "link", t->link);
	view_flag(v, "by_rule", t->by_rule);
	view_raw(v, "block", buf_str(&t->block), t->block.len);
	if (!f->is_found)
		return;
	view_str(v, "service", video_service_name(f->service));
	view_str(
	    v, "place", f->place == VIDEO_IN_LOCATION ? "location" : "body");
	view_str(v, "dial", f->dial);
	view_str(v, "url", f->url);
}

enum err
ruletest_show(struct page *p, struct errinfo *ei)
{
	(void)ei;
	page_title(p, "Rule Tester");
	return ERR_OK;
}

enum err
ruletest_do(struct page *p, struct errinfo *ei)
{
	const struct req_field *body = req_field(&p->req->body, "body");
	const char *location = req_text(&p->req->body, "location");
	const char *user = req_text(&p->req->body, "user");
	const char *kind = req_text(&p->req->body, "kind");
	struct errinfo why = {ERR_OK, ""};
	struct meeting_try t;
	size_t i;
	enum err e;

	page_title(p, "Rule Tester");
	for (i = 0; i < p->req->body.n; i++)
		if (p->req->body.v[i].bad)
			return err_set(ei, ERR_ARG,
			    "This holds bytes that are not text (UTF-8).");
	view_raw(p->view, "location", location, strlen(location));
	view_raw(p->view, "user", user, strlen(user));
	if (body != NULL)
		view_raw(p->view, "body", body->value, body->len);
	view_flag(p->view, "html", str_eq(kind, "html"));
	if (body != NULL && body->cut) {
		p->resp->status = 422;
		view_fmt(p->view, "wrong",
		    "A page takes a body of %d bytes at most; calconnctl "
		    "rules test body_file=FILE takes more.",
		    REQ_FIELD_MAX);
		return ERR_OK;
	}
	e = meeting_try(&t, p->web->store, location,
	    body != NULL ? body->value : "", body != NULL ? body->len : 0,
	    str_eq(kind, "html"), user, &why);
	if (e == ERR_OK)
		result_view(p, &t);
	meeting_try_clear(&t);
	if (e == ERR_ARG) {
		p->resp->status = 422;
		view_str(p->view, "wrong", why.text);
		return ERR_OK;
	}
	return e == ERR_OK ? ERR_OK : err_set(ei, e, "%s", why.text);
}
