/* bundle_upload.c - Connector Management: a bundle is sent from the browser,
 * and the manager is asked to have it installed.  It is verified there: this
 * program reads nothing of it. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/multipart.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/versions.h"
#include "cgi/reauth.h"
#include "cgi/upload.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/str.h"
#include "pkg/bundle.h"

#define FIELD "bundle"
#define PIECE 16384 /* bytes that are written at once */

static void
form_of(struct form *f)
{
	form_init(f);
	reauth_add(f, "Your own password");
	form_add(f, FIELD, "Bundle", 1, false);
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	page_title(p, "Install a bundle");
	view_int(p->view, "max_mib", BUNDLE_MAX >> 20);
	form_view(f, p->view);
	return versions_view(p, ei);
}

/* What is wrong before a byte of the file is kept. */
static enum err
check(struct page *p, struct form *f, struct errinfo *ei)
{
	bool busy = false;
	enum err e;

	if ((e = versions_busy(p, &busy, ei)) != ERR_OK)
		return e;
	if (p->req->upload == NULL || !str_eq(p->req->upload->file, FIELD) ||
	    multipart_is_empty(p->req->upload))
		form_error(f, FIELD, "Choose the file of a bundle.");
	else if (busy)
		form_error(f, FIELD,
		    "The version is being changed already. Wait until that has "
		    "ended.");
	return reauth_take(p, f, ei);
}

static enum err
copy_in(struct page *p, struct upload *u, struct errinfo *ei)
{
	char piece[PIECE];
	size_t n;
	enum err e;

	do {
		e = multipart_file(
		    p->req->upload, piece, sizeof(piece), &n, ei);
		if (e == ERR_OK && n > 0)
			e = upload_put(u, piece, n, ei);
	} while (e == ERR_OK && n > 0);
	return e;
}

/* What the sender can do something about stands beside the field. */
static enum err
receive(struct page *p, struct form *f, struct errinfo *ei)
{
	struct upload u;
	char size[24];
	enum err e;

	e = upload_begin(&u, p->web->conf->upload_dir, ei);
	if (e == ERR_OK)
		e = copy_in(p, &u, ei);
	if (e == ERR_OK)
		e = upload_finish(&u, ei);
	upload_end(&u);
	if (e == ERR_BUSY || e == ERR_TOOBIG || e == ERR_STORE) {
		form_error(f, FIELD, ei->text);
		e = ERR_OK;
	}
	if (e != ERR_OK || f->errors_n > 0)
		return e;
	(void)snprintf(size, sizeof(size), "%llu", (unsigned long long)u.len);
	log_kv(LOG_L_INFO, "hybridservices.web", "Bundle Received", "Bytes",
	    size, "Account", p->session.admin_name, "Address", p->req->address,
	    NULL);
	e = ctl_client_version(p->web->ctl, "install", "", ei);
	if (e == ERR_OK)
		return ERR_OK;
	if (e != ERR_BUSY) /* else the one that waits is it */
		upload_forget(p->web->conf->upload_dir);
	return e;
}

enum err
bundle_ask(struct page *p, struct errinfo *ei)
{
	struct form f;

	form_of(&f);
	return show(p, &f, ei);
}

enum err
bundle_take(struct page *p, struct errinfo *ei)
{
	struct form f;
	enum err e;

	form_of(&f);
	if ((e = check(p, &f, ei)) != ERR_OK ||
	    (f.errors_n == 0 && (e = receive(p, &f, ei)) != ERR_OK))
		return e;
	if (f.errors_n == 0)
		return resp_redirect(
		    p->resp, "/connectors/calendar?version=asked");
	p->resp->status = 422;
	return show(p, &f, ei);
}
