/* snapshot.c - Maintenance > Diagnostics > System Snapshot: one file for
 * whoever helps, without secrets.  It is made by calconn-collect, which the
 * manager starts. */
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/pages/pages.h"
#include "common/conf.h"
#include "common/snapshot_file.h"
#include "common/str.h"

#define PATH "/system-snapshot"
#define KIB 1024
#define MIB (KIB * KIB)

static void
size_view(struct view row, uint64_t bytes)
{
	if (bytes < MIB)
		view_fmt(row, "size", "%llu KiB",
		    (unsigned long long)((bytes + KIB - 1) / KIB));
	else
		view_fmt(row, "size", "%.1f MiB", (double)bytes / MIB);
}

static void
progress_view(struct page *p)
{
	struct view v = view_sub(p->view, "now");
	struct snapshot_progress s;

	snapshot_progress_get(&s, p->web->conf->log_dir);
	view_str(v, "text", s.text);
	switch (s.state) {
	case SNAPSHOT_RUNNING:
		view_flag(p->view, "running", true);
		view_int(v, "step", s.step);
		view_int(v, "steps", s.steps);
		page_poll(p, 1, 2);
		break;
	case SNAPSHOT_DONE:
		view_flag(p->view, "done", true);
		break;
	case SNAPSHOT_FAILED:
		view_flag(p->view, "failed", true);
		break;
	default:
		break;
	}
}

enum err
snapshot_show(struct page *p, struct errinfo *ei)
{
	struct view list = view_sub(p->view, "list");
	struct snapshot_list l;
	enum err e;
	size_t i;

	page_title(p, "System Snapshot");
	page_flags(p, "deleted", NULL);
	e = snapshot_list_get(&l, p->web->conf->log_dir, ei);
	if (e != ERR_OK)
		return e;
	for (i = 0; i < l.n; i++) {
		struct view row = view_row(list, i);

		view_str(row, "name", l.v[i].name);
		view_time(row, "made", l.v[i].made_s, "");
		size_view(row, l.v[i].bytes);
	}
	view_int(p->view, "keep", SNAPSHOT_KEEP);
	progress_view(p);
	return ERR_OK;
}

enum err
snapshot_do(struct page *p, struct errinfo *ei)
{
	const char *what = req_text(&p->req->body, "do");
	const char *name = req_text(&p->req->body, "name");
	const bool is_start = str_eq(what, "start");
	struct errinfo why = {ERR_OK, ""};
	enum err e;

	if (!is_start && !str_eq(what, "delete"))
		return err_set(ei, ERR_NOTFOUND, "There is no such action.");
	if (!is_start && !snapshot_name_is_valid(name))
		return err_set(ei, ERR_NOTFOUND, "There is no such snapshot.");
	e = ctl_client_snapshot(p->web->ctl, what, is_start ? "" : name,
	    p->session.admin_name, &why);
	/* One that is being made is what was wanted. */
	if (e == ERR_OK || (is_start && e == ERR_BUSY))
		return resp_redirect(
		    p->resp, is_start ? PATH : PATH "?deleted=1");
	p->resp->status = err_http_status(e);
	view_str(p->view, "trouble", why.text);
	return snapshot_show(p, ei);
}

enum err
snapshot_download(struct page *p, struct errinfo *ei)
{
	const char *name = req_text(&p->req->query, "name");
	uint64_t bytes = 0;
	int fd = -1;
	enum err e;

	e = snapshot_open(&fd, &bytes, p->web->conf->log_dir, name, ei);
	if (e != ERR_OK)
		return e;
	return resp_file(p->resp, fd, bytes, "application/gzip", name);
}
