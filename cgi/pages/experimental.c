/* experimental.c - /setaccess: shows the Experimental menu to a session whose
 * administrator knows the access password.  A curtain for support, not a
 * door: each page behind it asks for the role by itself. */
#include "config.h"

#include <string.h>

#include "cgi/auth.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "common/log.h"
#include "common/secret.h"
#include "common/store.h"
#include "common/store_access.h"
#include "common/str.h"

#define PATH "/setaccess"
#define PASSWORD "access"
#define PASSWORD_MAX_BYTES 1024

static void
form_start(struct form *f)
{
	form_init(f);
	form_add(f, PASSWORD, "Access password", PASSWORD_MAX_BYTES, true);
}

static enum err
is_built(struct errinfo *ei)
{
	if (HAVE_EXPERIMENTAL)
		return ERR_OK;
	return err_set(ei, ERR_NOTFOUND, "There is no such page.");
}

static enum err
show(struct page *p, const struct form *f)
{
	page_title(p, "Experimental");
	form_view(f, p->view);
	return ERR_OK;
}

enum err
experimental_show(struct page *p, struct errinfo *ei)
{
	struct form f;
	enum err e;

	form_start(&f);
	if ((e = is_built(ei)) != ERR_OK)
		return e;
	return show(p, &f);
}

/* Failures are counted as those of a sign-in are. */
static enum err
check(struct page *p, struct form *f, const struct secret *typed,
    struct errinfo *ei)
{
	char hash[ACCESS_HASH_MAX], name[] = "setaccess";
	struct admin a = {.name = name, .pwhash = hash};
	int64_t until_s = 0;
	enum err e;

	if ((e = store_access_hash(p->web->store, hash, ei)) != ERR_OK)
		return e;
	e = auth_check(
	    p->web->store, &a, typed, p->req->address, p->now_s, &until_s, ei);
	if (e == ERR_AUTH)
		form_error(f, PASSWORD, "This is not the access password.");
	else if (e == ERR_THROTTLED)
		form_error(f, PASSWORD,
		    "There were too many failed attempts. Wait some minutes.");
	return e == ERR_AUTH || e == ERR_THROTTLED ? ERR_OK : e;
}

static enum err
reveal(struct page *p, bool shown, struct errinfo *ei)
{
	enum err e;

	if ((e = store_access_show(
		 p->web->store, p->session.id_hash, shown, ei)) != ERR_OK)
		return e;
	log_kv(LOG_L_INFO, "hybridservices.web",
	    shown ? "Experimental Shown" : "Experimental Hidden", "Name",
	    p->session.admin_name, "Address", p->req->address, NULL);
	return resp_redirect(p->resp, PATH);
}

enum err
experimental_do(struct page *p, struct errinfo *ei)
{
	struct secret typed = SECRET_INIT;
	struct form f;
	enum err e;

	form_start(&f);
	if ((e = is_built(ei)) != ERR_OK)
		return e;
	if (str_eq(req_text(&p->req->body, "do"), "hide"))
		return reveal(p, false, ei);
	form_take(&f, p->req);
	e = form_secret(&f, PASSWORD, p->req, &typed);
	if (e != ERR_OK && e != ERR_ARG)
		goto out;
	if (f.errors_n == 0 && typed.len == 0)
		form_error(&f, PASSWORD, "Type the access password.");
	if (f.errors_n == 0 && (e = check(p, &f, &typed, ei)) != ERR_OK)
		goto out;
	if (f.errors_n == 0) {
		e = reveal(p, true, ei);
		goto out;
	}
	p->resp->status = 422;
	e = show(p, &f);
out:
	secret_clear(&typed);
	return e;
}
