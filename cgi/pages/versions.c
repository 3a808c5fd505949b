/* versions.c - Connector Management: which version runs, which one a roll
 * back would bring, and which are not to be installed.  What changes it is
 * calconn-pkg, which the manager is asked for. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "cgi/pages/versions.h"
#include "cgi/reauth.h"
#include "cgi/upload.h"
#include "common/conf.h"
#include "common/store.h"
#include "common/store_admin.h"
#include "common/store_copy.h"
#include "common/str.h"
#include "pkg/refuse.h"
#include "pkg/request.h"
#include "pkg/tree.h"

#define CONNECTOR "/connectors/calendar"
#define LOST_MAX 50 /* changes that are listed one by one */
#define LOG_MAX 1000 /* of which they are */

static const struct {
	const char *name, *text;
} steps[] = {
    {"verifying", "Verifying the bundle"},
    {"unpacking", "Unpacking"},
    {"trying", "Trying it with a copy of the databases"},
    {"stopping", "Stopping the programs"},
    {"copying", "Copying the databases"},
    {"switching", "Switching"},
    {"watching", "Watching whether it works"},
    {"going-back", "Going back to the version before"},
};

static const struct {
	const char *name, *title, *doing;
} changes[] = {
    {"install", "The installation", "Installing"},
    {"rollback", "The roll back", "Rolling back"},
    {"allow", "The change", "Allowing a version"},
    {"recover", "What was interrupted", "Ending what was interrupted"},
};

/* A request that the manager left, or a bundle that waits for calconn-pkg. */
static bool
is_asked(const struct page *p)
{
	char path[PATH_MAX];

	(void)snprintf(path, sizeof(path), "%s" PKG_REQUEST_SUFFIX,
	    p->web->conf->control_socket);
	return access(path, F_OK) == 0 ||
	       upload_waits(p->web->conf->upload_dir, p->now_s);
}

static void
status_show(struct page *p, const struct tree *t)
{
	struct view v = view_sub(p->view, "ver.last");
	struct tree_status s;
	bool known;
	size_t i;

	known = tree_status_get(t, &s, NULL) == ERR_OK;
	/* What was said last is about an earlier one. */
	if ((!known || !s.runs) && is_asked(p)) {
		view_flag(v, "asked", true);
		page_poll(p, 1, 3);
		return;
	}
	if (!known)
		return;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		if (!str_eq(changes[i].name, s.what))
			continue;
		view_str(v, "title", changes[i].title);
		view_str(v, "doing", changes[i].doing);
	}
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (str_eq(steps[i].name, s.step))
			view_str(v, "step", steps[i].text);
	view_flag(v, "running", s.runs);
	view_str(v, "failed", s.failed ? s.text : "");
	if (s.runs)
		page_poll(p, 1, 3);
}

/* A host without bundles has nothing to show. */
static enum err
read_tree(struct page *p, char current[VERSION_MAX], char to[VERSION_MAX],
    bool show, struct errinfo *ei)
{
	struct refusal why = {.reason = REFUSE_NONE};
	struct strlist no = {NULL, 0};
	struct tree t;
	enum err e;
	size_t i;

	current[0] = to[0] = '\0';
	e = tree_open(&t, p->web->conf->bundle_root, false, &why);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK
					 : err_set(ei, e, "%s", why.ei.text);
	if ((e = tree_current(&t, current, &why)) == ERR_OK &&
	    (e = tree_before(&t, current, to, &why)) == ERR_NOTFOUND)
		e = ERR_OK;
	if (e == ERR_OK)
		e = tree_rejected(&t, &no, &why);
	if (e == ERR_OK && show) {
		view_str(p->view, "ver.installed", current);
		view_str(p->view, "ver.target", to);
		for (i = 0; i < no.n; i++)
			view_str(view_row(view_sub(p->view, "ver.rejected"), i),
			    "version", no.v[i]);
		status_show(p, &t);
	}
	strlist_clear(&no);
	tree_close(&t);
	return e == ERR_OK || e == ERR_NOTFOUND
		   ? ERR_OK
		   : err_set(ei, e, "%s", why.ei.text);
}

enum err
versions_busy(struct page *p, bool *busy, struct errinfo *ei)
{
	struct refusal why = {.reason = REFUSE_NONE};
	struct tree_status s;
	struct tree t;
	enum err e;

	e = tree_open(&t, p->web->conf->bundle_root, false, &why);
	if (e == ERR_NOTFOUND)
		return err_set(ei, e,
		    "No version was installed from a bundle on this host.");
	if (e != ERR_OK)
		return err_set(ei, e, "%s", why.ei.text);
	*busy =
	    is_asked(p) || (tree_status_get(&t, &s, NULL) == ERR_OK && s.runs);
	tree_close(&t);
	return ERR_OK;
}

enum err
versions_view(struct page *p, struct errinfo *ei)
{
	char current[VERSION_MAX], to[VERSION_MAX];

	return read_tree(p, current, to, true, ei);
}

/* -- asking -- */

struct wish {
	const char *what; /* rollback, allow */
	char version[VERSION_MAX]; /* that is to run, or to be allowed */
};

/* What would be lost: changes that the older database does not have. */
static enum err
lost_view(struct page *p, const char *to, struct errinfo *ei)
{
	struct config_log_list l = {NULL, 0};
	char older[PATH_MAX];
	int64_t last = 0;
	size_t i;
	enum err e;
	int n;

	n = snprintf(older, sizeof(older),
	    "%s/versions/%s/data/config/config.db", p->web->conf->bundle_root,
	    to);
	if (n < 0 || n >= PATH_MAX)
		return err_set(ei, ERR_TOOBIG, "The path is too long.");
	if ((e = store_copy_last_change(older, &last, ei)) != ERR_OK ||
	    (e = store_config_log(p->web->store, 0, LOG_MAX, &l, ei)) != ERR_OK)
		return e;
	for (i = 0; i < l.n && l.v[i].id > last; i++) {
		struct view row;

		if (i >= LOST_MAX)
			continue;
		row = view_row(view_sub(p->view, "lost"), i);
		view_time(row, "at", l.v[i].at_s, "");
		view_str(row, "who", l.v[i].who);
		view_str(row, "item", l.v[i].item);
		view_str(row, "new", l.v[i].new_value);
	}
	view_int(p->view, "lost_n", (int64_t)i);
	view_int(
	    p->view, "lost_more", i > LOST_MAX ? (int64_t)(i - LOST_MAX) : 0);
	config_log_list_clear(&l);
	return ERR_OK;
}

static enum err
wish_take(struct page *p, struct wish *w, const struct req_fields *from,
    struct errinfo *ei)
{
	char current[VERSION_MAX], to[VERSION_MAX];
	const char *version = req_text(from, "version");
	enum err e;

	w->what = req_text(from, "do");
	if ((e = read_tree(p, current, to, false, ei)) != ERR_OK)
		return e;
	view_str(p->view, "installed", current);
	if (str_eq(w->what, "allow") && version_is_valid(version)) {
		(void)str_copy(w->version, sizeof(w->version), version);
		return ERR_OK;
	}
	if (!str_eq(w->what, "rollback"))
		return err_set(ei, ERR_NOTFOUND, "There is no such action.");
	/* What was shown and what would be done are the same. */
	if (to[0] == '\0' || !str_eq(version, to))
		return err_set(ei, ERR_CONFLICT,
		    "There is no version %.31s to go back to any more.",
		    version_is_valid(version) ? version : "");
	(void)str_copy(w->version, sizeof(w->version), to);
	return ERR_OK;
}

static enum err
ask(struct page *p, const struct form *f, const struct wish *w,
    struct errinfo *ei)
{
	const bool back = str_eq(w->what, "rollback");

	page_title(p, back ? "Roll back?" : "Allow this upgrade?");
	view_flag(p->view, "back", back);
	view_str(p->view, "version", w->version);
	form_view(f, p->view);
	return back ? lost_view(p, w->version, ei) : ERR_OK;
}

static void
form_of(struct form *f)
{
	form_init(f);
	reauth_add(f, "Your own password");
}

enum err
versions_ask(struct page *p, struct errinfo *ei)
{
	struct wish w;
	struct form f;
	enum err e;

	form_of(&f);
	if ((e = wish_take(p, &w, &p->req->query, ei)) != ERR_OK)
		return e;
	return ask(p, &f, &w, ei);
}

enum err
versions_do(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct wish w;
	struct form f;
	enum err e;

	form_of(&f);
	if ((e = wish_take(p, &w, &p->req->body, ei)) != ERR_OK ||
	    (e = reauth_take(p, &f, ei)) != ERR_OK)
		return e;
	if (f.errors_n > 0) {
		p->resp->status = 422;
		return ask(p, &f, &w, ei);
	}
	/* A roll back brings the older log with the older database; the Event
	 * Log has it all the same. */
	if ((e = store_config_note(p->web->store, &who, "version", w.version,
		 str_eq(w.what, "allow") ? "allowed" : "roll back asked for",
		 ei)) != ERR_OK)
		return e;
	e = ctl_client_version(
	    p->web->ctl, w.what, str_eq(w.what, "allow") ? w.version : "", ei);
	if (e != ERR_OK)
		return e;
	return resp_redirect(p->resp, CONNECTOR "?version=asked");
}
