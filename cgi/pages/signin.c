/* signin.c - Sign in, Sign out. */
#include <string.h>

#include "cgi/auth.h"
#include "cgi/csrf.h"
#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/session.h"
#include "common/factor.h"
#include "common/log.h"
#include "common/secret.h"
#include "common/str.h"

#define NAME_MAX_BYTES 128
#define PASSWORD_MAX_BYTES 1024

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	char token[CSRF_TOKEN_LEN + 1];
	const struct req_fields *from =
	    p->req->method == REQ_POST ? &p->req->body : &p->req->query;
	const char *next = req_text(from, "next");

	if (csrf_pre_token(p->req, p->resp, token) != ERR_OK)
		return err_set(ei, ERR_NOMEM, "Memory is short.");
	page_title(p, "Sign in");
	view_str(p->view, "pre", token);
	if (resp_is_local(next))
		view_str(p->view, "next", next);
	view_flag(p->view, "ended", req_field(&p->req->query, "ended") != NULL);
	view_flag(p->view, "out", req_field(&p->req->query, "out") != NULL);
	form_view(f, p->view);
	return ERR_OK;
}

static void
fields(struct form *f)
{
	form_init(f);
	form_add(f, "name", "Name", NAME_MAX_BYTES, false);
	form_add(f, "password", "Password", PASSWORD_MAX_BYTES, true);
	form_add(f, "code", "Code", FACTOR_CODE_MAX, false);
}

enum err
signin_show(struct page *p, struct errinfo *ei)
{
	struct form f;

	if (p->is_signed_in)
		return resp_redirect(p->resp, "/");
	fields(&f);
	return show(p, &f, ei);
}

/* One text for all reasons that a guess could learn from. */
static enum err
refused(struct page *p, struct form *f, enum err why, int64_t until_s,
    const char *name, struct errinfo *ei)
{
	log_kv(LOG_L_WARN, "hybridservices.web", "Sign-in Failed", "Name", name,
	    "Address", p->req->address, "Reason", err_name(why), NULL);
	if (why == ERR_THROTTLED || until_s > p->now_s) {
		p->resp->status = 429;
		view_time(p->view, "until", until_s, "");
	} else {
		p->resp->status = 403;
	}
	view_flag(p->view, "refused", true);
	return show(p, f, ei);
}

static enum err
enter(struct page *p, const struct admin *a, struct errinfo *ei)
{
	const char *next = req_text(&p->req->body, "next");
	enum err e;

	/* Whoever was signed in with this browser is signed out: an id is
	 * never used by two accounts. */
	if (p->is_signed_in && (e = session_end(p->web->store, p->resp,
				    &p->session, ei)) != ERR_OK)
		return e;
	if ((e = session_start(p->web->store, p->resp, a->id, p->req->address,
		 p->now_s, ei)) != ERR_OK)
		return e;
	log_kv(LOG_L_INFO, "hybridservices.web", "Signed In", "Name", a->name,
	    "Address", p->req->address, NULL);
	if (a->must_change)
		return resp_redirect(p->resp, "/password");
	return resp_redirect(p->resp, resp_is_local(next) ? next : "/");
}

static enum err
ask_manager(void *arg, const char *account, const char *code,
    const struct bytes *box, uint64_t *step, struct errinfo *ei)
{
	return ctl_client_code(arg, account, code, box, step, ei);
}

enum err
signin_do(struct page *p, struct errinfo *ei)
{
	struct secret password = SECRET_INIT;
	struct auth_code code = {"", ask_manager, p->web->ctl};
	struct admin a;
	const char *name;
	int64_t until_s = 0;
	struct form f;
	enum err e;

	memset(&a, 0, sizeof(a));
	fields(&f);
	form_take(&f, p->req);
	e = form_secret(&f, "password", p->req, &password);
	if (e != ERR_OK && e != ERR_ARG)
		goto out;
	name = form_get(&f, "name");
	if (name != NULL && name[0] == '\0')
		form_error(&f, "name", "Type your name.");
	if (password.len == 0)
		form_error(&f, "password", "Type your password.");
	if (f.errors_n > 0) {
		p->resp->status = 422;
		e = show(p, &f, ei);
		goto out;
	}
	code.typed = form_get(&f, "code");
	e = auth_sign_in(p->web->store, name, &password, &code, p->req->address,
	    p->now_s, &a, &until_s, ei);
	if (e == ERR_AUTH || e == ERR_THROTTLED)
		e = refused(p, &f, e, until_s, name, ei);
	else if (e == ERR_OK)
		e = enter(p, &a, ei);
out:
	admin_clear(&a);
	secret_clear(&password);
	return e;
}

enum err
signin_out(struct page *p, struct errinfo *ei)
{
	enum err e;

	if ((e = session_end(p->web->store, p->resp, &p->session, ei)) !=
	    ERR_OK)
		return e;
	log_kv(LOG_L_INFO, "hybridservices.web", "Signed Out", "Name",
	    p->session.admin_name, "Address", p->req->address, NULL);
	return resp_redirect(p->resp, "/sign-in?out=1");
}
