/* diaglog.c - Maintenance > Diagnostics > Diagnostic Logging: all modules
 * log more for a while, and what they logged is one file. */
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "common/conf.h"
#include "common/diaglog_text.h"
#include "common/ipc.h"
#include "common/str.h"

#define PATH "/diagnostic-logging"
#define MINUTES_MAX 240
#define DEFAULT_MINUTES "15"
#define TEXT_MAX 200

static void
form_start(struct form *f)
{
	form_init(f);
	form_add(f, "minutes", "For how many minutes", 4, false);
	form_add(f, "level", "Level", 8, false);
	form_add(f, "text", "Marker", TEXT_MAX, false);
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	struct msg_diaglog d;

	(void)ei;
	page_title(p, "Diagnostic Logging");
	page_flags(p, "marked", NULL);
	form_view(f, p->view);
	memset(&d, 0, sizeof(d));
	if (ctl_client_diaglog(p->web->ctl, &d, &why) != ERR_OK) {
		view_str(p->view, "failed", why.text);
		msg_diaglog_free(&d);
		return ERR_OK;
	}
	view_flag(p->view, "running", d.running);
	view_str(p->view, "d.level", d.level);
	view_str(p->view, "d.who", d.who);
	view_time(p->view, "d.start", d.start_ms / 1000, "");
	view_time(p->view, "d.end", d.end_ms / 1000, "");
	view_int(p->view, "d.markers", d.markers);
	/* Its end changes the page; but somebody may be typing a marker. */
	if (d.running)
		page_poll(p, 5, 0);
	msg_diaglog_free(&d);
	return ERR_OK;
}

enum err
diaglog_show(struct page *p, struct errinfo *ei)
{
	struct form f;

	form_start(&f);
	form_set(&f, "minutes", DEFAULT_MINUTES);
	form_set(&f, "level", "DEBUG");
	return show(p, &f, ei);
}

enum err
diaglog_do(struct page *p, struct errinfo *ei)
{
	const char *what = req_text(&p->req->body, "do"), *typed;
	const bool is_start = str_eq(what, "start");
	const bool is_mark = str_eq(what, "mark");
	struct errinfo why = {ERR_OK, ""};
	struct msg_diaglog_order q;
	uint64_t minutes = 0;
	struct form f;
	enum err e;

	form_start(&f);
	form_take(&f, p->req);
	if (is_start && (typed = form_get(&f, "minutes")) != NULL &&
	    (str_to_u64(typed, MINUTES_MAX, &minutes) != ERR_OK ||
		minutes == 0))
		form_error(&f, "minutes", "Write a number from 1 to 240.");
	if (f.errors_n == 0) {
		memset(&q, 0, sizeof(q));
		q.verb = (char *)(uintptr_t)what;
		q.level =
		    (char *)(uintptr_t)(is_start ? form_get(&f, "level") : "");
		q.text =
		    (char *)(uintptr_t)(is_mark ? form_get(&f, "text") : "");
		q.minutes = (uint32_t)minutes;
		q.who = p->session.admin_name;
		e = ctl_client_diaglog_order(p->web->ctl, &q, &why);
		/* Stopped, or started, by somebody else meanwhile: the page
		 * shows how it is now. */
		if (e == ERR_OK || e == ERR_BUSY || e == ERR_NOTFOUND)
			return resp_redirect(p->resp,
			    is_mark && e == ERR_OK ? PATH "?marked=1" : PATH);
		if (e != ERR_ARG && e != ERR_TOOBIG)
			return err_set(ei, e, "%s", why.text);
		form_error(&f, is_start ? "level" : "text", why.text);
	}
	p->resp->status = 422;
	return show(p, &f, ei);
}

enum err
diaglog_download(struct page *p, struct errinfo *ei)
{
	struct msg_diaglog d;
	bool cut = false;
	enum err e;

	memset(&d, 0, sizeof(d));
	if ((e = ctl_client_diaglog(p->web->ctl, &d, ei)) != ERR_OK)
		goto out;
	if (d.start_ms == 0) {
		e = err_set(
		    ei, ERR_NOTFOUND, "There was no diagnostic logging yet.");
		goto out;
	}
	e = diaglog_text(p->web->conf->log_dir, d.start_ms,
	    d.running ? 0 : d.end_ms + 1, &p->resp->body, &cut, ei);
	if (e == ERR_OK)
		e = resp_header(p->resp, "Content-Disposition",
		    "attachment; filename=\"diagnostic-log.txt\"");
	if (e == ERR_OK) {
		p->resp->content_type = "text/plain; charset=utf-8";
		p->resp->is_done = true;
	}
out:
	msg_diaglog_free(&d);
	return e;
}
