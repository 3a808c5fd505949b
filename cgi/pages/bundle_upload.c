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
#include "common/store.h"
#include "common/store_admin.h"
#include "common/str.h"
#include "pkg/bundle.h"

#define FIELD "bundle"

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

/* By its SHA-256, before the manager is told: so the row is in the copy of
 * the database that the new version gets. */
static enum err
note(struct page *p, uint64_t len, const char *hex, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char what[128], size[24];

	(void)snprintf(size, sizeof(size), "%llu", (unsigned long long)len);
	log_kv(LOG_L_INFO, "hybridservices.web", "Bundle Received", "Bytes",
	    size, "Sha256", hex, "Account", p->session.admin_name, "Address",
	    p->req->address, NULL);
	(void)snprintf(what, sizeof(what),
	    "sent to be installed: %s bytes, SHA-256 %s", size, hex);
	return store_config_note(
	    p->web->store, &who, "version", "bundle", what, ei);
}

/* What the sender can do something about stands beside the field. */
static enum err
receive(struct page *p, struct form *f, struct errinfo *ei)
{
	char hex[UPLOAD_HASH_MAX] = "";
	struct upload u;
	enum err e;

	e = upload_begin(&u, &upload_bundle, p->web->conf->upload_dir, ei);
	if (e == ERR_OK)
		e = upload_copy(&u, p->req->upload, hex, ei);
	if (e == ERR_OK)
		e = upload_finish(&u, ei);
	upload_end(&u);
	if (e == ERR_BUSY || e == ERR_TOOBIG || e == ERR_STORE) {
		form_error(f, FIELD, ei->text);
		e = ERR_OK;
	}
	if (e != ERR_OK || f->errors_n > 0)
		return e;
	if ((e = note(p, u.len, hex, ei)) == ERR_OK)
		e = ctl_client_version(p->web->ctl, "install", "", ei);
	if (e == ERR_OK)
		return ERR_OK;
	if (e != ERR_BUSY) /* else the one that waits is it */
		upload_forget(&upload_bundle, p->web->conf->upload_dir);
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
