/* password.c - Change your password; forced at the first sign-in. */
#include <string.h>

#include "cgi/auth.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/reauth.h"
#include "cgi/session.h"
#include "common/log.h"
#include "common/secret.h"
#include "common/store.h"
#include "common/valid.h"

#define PASSWORD_MAX_BYTES 1024

static void
fields(struct form *f)
{
	form_init(f);
	reauth_add(f, "Current password");
	form_add(f, "fresh", "New password", PASSWORD_MAX_BYTES, true);
	form_add(f, "again", "New password again", PASSWORD_MAX_BYTES, true);
}

static enum err
show(struct page *p, const struct form *f)
{
	page_title(p, p->session.must_change ? "Choose a password of your own"
					     : "Change your password");
	view_flag(p->view, "done", req_field(&p->req->query, "done") != NULL);
	form_view(f, p->view);
	return ERR_OK;
}

enum err
password_show(struct page *p, struct errinfo *ei)
{
	struct form f;

	(void)ei;
	fields(&f);
	return show(p, &f);
}

static void
judge(const struct page *p, struct form *f, const struct secret *current,
    const struct secret *fresh, const struct secret *again)
{
	struct errinfo why = {ERR_OK, ""};

	(void)reauth_is_typed(f, current);
	if (fresh->len == 0)
		form_error(f, "fresh", "Type a new password.");
	else if (valid_new_password(
		     secret_peek(fresh), p->session.admin_name, &why) != ERR_OK)
		form_error(f, "fresh", why.text);
	else if (secret_equal(current, fresh))
		form_error(f, "fresh",
		    "This is the password that you have now. Choose another.");
	else if (!secret_equal(fresh, again))
		form_error(f, "again",
		    "The two new passwords differ. Type the same twice.");
}

static enum err
change(struct page *p, struct form *f, const struct secret *current,
    const struct secret *fresh, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char hash[AUTH_HASH_MAX];
	enum err e;

	if ((e = reauth_check(p, f, current, ei)) != ERR_OK || f->errors_n > 0)
		return e;
	if ((e = auth_hash(fresh, hash, ei)) != ERR_OK)
		return e;
	/* All other sessions end; this one goes on under a new id. */
	if ((e = store_admin_set_password(p->web->store, &who,
		 p->session.admin_id, hash, false, NULL, ei)) != ERR_OK ||
	    (e = session_start(p->web->store, p->resp, p->session.admin_id,
		 p->req->address, p->now_s, ei)) != ERR_OK)
		return e;
	log_kv(LOG_L_INFO, "hybridservices.web", "Password Changed", "Name",
	    p->session.admin_name, "Address", p->req->address, NULL);
	return ERR_OK;
}

enum err
password_do(struct page *p, struct errinfo *ei)
{
	struct secret current = SECRET_INIT, fresh = SECRET_INIT,
		      again = SECRET_INIT;
	struct form f;
	enum err e;

	fields(&f);
	form_take(&f, p->req);
	if (((e = form_secret(&f, "current", p->req, &current)) != ERR_OK ||
		(e = form_secret(&f, "fresh", p->req, &fresh)) != ERR_OK ||
		(e = form_secret(&f, "again", p->req, &again)) != ERR_OK) &&
	    e != ERR_ARG)
		goto out;
	if (f.errors_n == 0)
		judge(p, &f, &current, &fresh, &again);
	if (f.errors_n == 0) {
		e = change(p, &f, &current, &fresh, ei);
		if (e == ERR_OK && f.errors_n == 0)
			e = resp_redirect(p->resp,
			    p->session.must_change ? "/" : "/password?done=1");
		if (f.errors_n == 0)
			goto out;
	}
	p->resp->status = 422;
	e = show(p, &f);
out:
	secret_clear(&current);
	secret_clear(&fresh);
	secret_clear(&again);
	return e;
}
