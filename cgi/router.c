/* router.c - finds, judges and runs a route, and makes the error pages. */
#include <fcgiapp.h>
#include <stdio.h>
#include <string.h>

#include "cgi/csrf.h"
#include "cgi/page.h"
#include "cgi/pages/pages.h"
#include "cgi/render.h"
#include "cgi/router.h"
#include "cgi/session.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"

static const struct route routes[] = {
#define ROUTE(method, path, fn, template, least, flags) \
	{method, path, fn, template, least, flags},
#include "cgi/routes.def"
#undef ROUTE
};

#define ROUTES_N (sizeof(routes) / sizeof(routes[0]))

size_t
router_count(void)
{
	return ROUTES_N;
}

const struct route *
router_at(size_t i)
{
	return i < ROUTES_N ? &routes[i] : NULL;
}

const struct route *
router_find(enum req_method m, const char *path, bool *path_known)
{
	size_t i;

	*path_known = false;
	if (m == REQ_HEAD)
		m = REQ_GET;
	for (i = 0; i < ROUTES_N; i++)
		if (str_eq(routes[i].path, path)) {
			*path_known = true;
			if (routes[i].method == m)
				return &routes[i];
		}
	return NULL;
}

enum verdict
router_judge(const struct route *r, const struct caller *c)
{
	bool is_post = r->method == REQ_POST;

	if (is_post && !c->origin_ok)
		return VERDICT_BAD_ORIGIN;
	if ((r->flags & ROUTE_PRE) == 0 && !c->is_signed_in)
		return VERDICT_SIGN_IN;
	if (is_post && !c->token_ok)
		return VERDICT_BAD_TOKEN;
	if ((r->flags & ROUTE_PRE) != 0)
		return VERDICT_RUN;
	if (c->must_change && (r->flags & ROUTE_FIRST) == 0)
		return VERDICT_CHANGE_PASSWORD;
	return c->role >= r->least ? VERDICT_RUN : VERDICT_ROLE;
}

/* To the sign-in and then back, where that can be asked for again. */
static enum err
to_sign_in(struct page *p)
{
	struct buf b = BUF_INIT(3 * REQ_URI_MAX + 64);
	const char *back = p->req->target;
	bool is_post = p->req->method == REQ_POST, known;
	enum err e;

	if (is_post)
		back = router_find(REQ_GET, p->req->path, &known) != NULL
			   ? p->req->path
			   : "/";
	e = buf_puts(&b, is_post ? "/sign-in?ended=1" : "/sign-in");
	if (e == ERR_OK && !str_eq(back, "/") &&
	    (e = buf_puts(&b, is_post ? "&next=" : "?next=")) == ERR_OK)
		e = url_encode(&b, back);
	if (e == ERR_OK)
		e = resp_redirect(p->resp, buf_str(&b));
	buf_clear(&b);
	return e;
}

struct fault {
	int status;
	const char *title, *text, *todo;
};

static void
error_page(struct page *p, const struct fault *f)
{
	struct view e = view_sub(p->view, "error");

	buf_reset(&p->resp->body);
	p->resp->is_done = false;
	p->resp->content_type = NULL;
	p->resp->status = f->status;
	p->template = "error";
	page_title(p, f->title);
	view_int(e, "status", f->status);
	view_str(e, "text", f->text);
	view_str(e, "todo", f->todo);
}

static void
error_from(struct page *p, enum err e, const struct errinfo *ei)
{
	/* The one use of that class here: the type of a body. */
	struct fault f = {
	    e == ERR_UNSUPPORTED ? 415 : err_http_status(e), "", ei->text, ""};

	render_forget(p->web->render);
	if (f.text[0] == '\0')
		f.text = err_default_text(e);
	switch (f.status) {
	case 403:
		f.title = "Not allowed";
		break;
	case 404:
		f.title = "Not found";
		f.todo = "It may have been deleted meanwhile. Choose a page "
			 "from the menu.";
		break;
	case 409:
		f.title = "Changed meanwhile";
		f.todo = "Go back, load the page again and repeat the change.";
		break;
	case 413:
		f.title = "Too large";
		break;
	case 415:
		f.title = "Not a form of these pages";
		break;
	case 400:
		f.title = "This request cannot be read";
		break;
	case 502:
	case 503:
	case 504:
		f.status = 503;
		f.title = "Not possible now";
		f.todo = "Try again in a moment.";
		break;
	default:
		f.status = 500;
		f.title = "The page cannot be shown";
		f.todo = "Nothing was changed. Try again; if it stays so, the "
			 "log of calconn-web says more.";
		break;
	}
	error_page(p, &f);
	if (f.status >= 500)
		log_kv(LOG_L_ERROR, "hybridservices.web", "Request Failed",
		    "Path", p->req->path, "Error", err_name(e), "Detail",
		    ei->text, NULL);
}

static const struct fault faults[VERDICT__MAX] = {
    [VERDICT_NOT_FOUND] = {404, "Not found",
	"There is no page at this address.", "Choose a page from the menu."},
    [VERDICT_BAD_METHOD] = {405, "Not possible here",
	"This address does not answer this kind of request.",
	"Choose a page from the menu."},
    [VERDICT_BAD_ORIGIN] = {403, "Not sent from this site",
	"The request came from another address than this system's own, so it "
	"was not carried out.",
	"Open these pages under the address below, and repeat what you did "
	"there."},
    [VERDICT_BAD_TOKEN] = {403, "Not sent from a page of this session",
	"The request does not carry this session's token, so it was not "
	"carried out.",
	"Go back, load the page again and repeat what you did."},
    [VERDICT_ROLE] = {403, "Not allowed", "Your account may not do this.",
	"Ask an administrator with read-write access."},
};

static enum err
refuse(struct page *p, enum verdict v)
{
	switch (v) {
	case VERDICT_SIGN_IN:
		return to_sign_in(p);
	case VERDICT_CHANGE_PASSWORD:
		return resp_redirect(p->resp, "/password");
	default:
		error_page(p, &faults[v]);
		if (v == VERDICT_BAD_ORIGIN)
			view_str(view_sub(p->view, "error"), "origin",
			    p->web->conf->ui_origin);
		if (v != VERDICT_NOT_FOUND)
			log_kv(LOG_L_WARN, "hybridservices.web",
			    "Request Refused", "Path", p->req->path, "Reason",
			    faults[v].title, "Address", p->req->address, NULL);
		return ERR_OK;
	}
}

/* The session of the request, if it has a live one. */
static enum err
load_session(struct page *p, struct caller *c, struct errinfo *ei)
{
	enum err e =
	    session_load(p->web->store, p->req, p->now_s, &p->session, ei);

	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	p->is_signed_in = c->is_signed_in = true;
	c->must_change = p->session.must_change;
	c->role = p->session.role;
	return ERR_OK;
}

static enum err
run(struct page *p, struct errinfo *ei)
{
	struct caller c = {false, false, false, false, ROLE_NONE};
	enum verdict v;
	bool path_known;
	enum err e;

	if ((e = load_session(p, &c, ei)) != ERR_OK)
		return e;
	p->route = router_find(p->req->method, p->req->path, &path_known);
	if (p->route == NULL) {
		if (path_known && (e = resp_header(p->resp, "Allow",
				       "GET, HEAD, POST")) != ERR_OK)
			return e;
		return refuse(
		    p, path_known ? VERDICT_BAD_METHOD : VERDICT_NOT_FOUND);
	}
	p->template = p->route->template;
	c.origin_ok = csrf_origin_ok(p->req, p->web->conf->ui_origin);
	if ((p->route->flags & ROUTE_PRE) != 0)
		c.token_ok = csrf_pre_ok(p->req);
	else if (c.is_signed_in)
		c.token_ok = csrf_token_ok(p->req, p->session.csrf);
	if ((v = router_judge(p->route, &c)) != VERDICT_RUN)
		return refuse(p, v);
	if (p->req->upload != NULL && (p->route->flags & ROUTE_UPLOAD) == 0)
		return err_set(ei, ERR_UNSUPPORTED,
		    "This address takes a form without a file.");
	return p->route->fn(p, ei);
}

/* What a browser shows when not even the error page can be made. */
static void
last_resort(struct resp *resp)
{
	static const char text[] =
	    "<!DOCTYPE html><html lang=\"en\"><title>Calendar Connector</title>"
	    "<h1>The page cannot be shown</h1><p>Memory or a template is "
	    "missing. Try again in a moment.</p></html>\n";

	resp_reset(resp);
	resp->status = 500;
	if (buf_puts(&resp->body, text) != ERR_OK)
		buf_reset(&resp->body);
}

void
router_answer(
    struct web *w, struct req *r, struct resp *resp, FCGX_Request *fcgi)
{
	struct errinfo ei = {ERR_OK, ""};
	struct page p;
	enum err e;

	memset(&p, 0, sizeof(p));
	p.web = w;
	p.req = r;
	p.resp = resp;
	p.template = "error";
	p.now_s = clock_wall_s();
	p.view = render_page(w->render);
	resp_reset(resp);
	if ((e = req_read(r, fcgi, &ei)) == ERR_OK)
		e = run(&p, &ei);
	if (e != ERR_OK)
		error_from(&p, e, &ei);
	if (!resp->is_done) {
		page_frame(&p);
		e = render_run(w->render, p.template, &resp->body, &ei);
		if (e != ERR_OK) {
			log_kv(LOG_L_ERROR, "hybridservices.web", "Page Failed",
			    "Template", p.template, "Detail", ei.text, NULL);
			last_resort(resp);
		}
	}
	req_drain(r);
	if (resp_send(resp, fcgi, r->method == REQ_HEAD) != ERR_OK)
		log_kv(LOG_L_DEBUG, "hybridservices.web", "Browser Gone",
		    "Path", r->path, NULL);
	req_clear(r);
}
