/* loglevels.c - Maintenance > Diagnostics > Hybrid Services Log Levels: what
 * each module logs, and until when. */
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/log_line.h"
#include "common/str.h"

#define PATH "/log-levels"
#define MODULE "module"
#define LEVEL "level"
#define MINUTES "minutes"
#define MINUTES_MAX 1440
#define DEFAULT_MINUTES "30"

static void
form_start(struct form *f)
{
	form_init(f);
	form_add(f, MODULE, "Module", 64, false);
	form_add(f, LEVEL, "Level", 8, false);
	form_add(f, MINUTES, "For how many minutes", 5, false);
}

static void
row_view(struct view row, const struct msg_log_level *l)
{
	const char *name, *what = "";
	unsigned i;

	for (i = 0; (name = log_module(i, &what)) != NULL; i++)
		if (str_eq(name, l->module))
			break;
	view_str(row, "name", l->module);
	view_str(row, "what", name != NULL ? what : "");
	view_str(row, "level", l->level);
	view_time(row, "until", l->until_s, "");
	if (l->until_s != 0)
		state_show(row, "run", "run", l->level);
	else
		state_show(row, "", "off", l->level);
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	struct msg_log_levels l;
	struct view list = view_sub(p->view, "list");
	enum err e;
	size_t i;

	page_title(p, "Hybrid Services Log Levels");
	form_view(f, p->view);
	page_flags(p, "set", NULL);
	/* Without the manager nothing logs, and the page says so. */
	if ((e = ctl_client_log_levels(p->web->ctl, &l, ei)) != ERR_OK) {
		view_str(p->view, "failed", ei->text);
		msg_log_levels_free(&l);
		return ERR_OK;
	}
	for (i = 0; i < l.levels_n; i++)
		row_view(view_row(list, i), &l.levels[i]);
	msg_log_levels_free(&l);
	return ERR_OK;
}

enum err
loglevels_show(struct page *p, struct errinfo *ei)
{
	struct form f;

	form_start(&f);
	form_set(&f, MINUTES, DEFAULT_MINUTES);
	form_set(&f, LEVEL, "DEBUG");
	return show(p, &f, ei);
}

/* A button of a row, "debug:MODULE" or "info:MODULE", or the form below. */
static const char *
chosen(const struct page *p, const struct form *f, const char **level)
{
	const char *what = req_text(&p->req->body, "do");

	if (str_has_prefix(what, "debug:")) {
		*level = "DEBUG";
		return what + strlen("debug:");
	}
	if (str_has_prefix(what, "info:")) {
		*level = "INFO";
		return what + strlen("info:");
	}
	*level = form_get(f, LEVEL);
	return form_get(f, MODULE);
}

enum err
loglevels_do(struct page *p, struct errinfo *ei)
{
	struct errinfo why = {ERR_OK, ""};
	const char *module, *level, *typed;
	uint64_t minutes = 0;
	struct form f;
	enum err e;

	form_start(&f);
	form_take(&f, p->req);
	typed = form_get(&f, MINUTES);
	if (typed != NULL &&
	    (str_to_u64(typed, MINUTES_MAX, &minutes) != ERR_OK ||
		minutes == 0))
		form_error(&f, MINUTES, "Write a number from 1 to 1440.");
	module = chosen(p, &f, &level);
	if (f.errors_n == 0) {
		e = ctl_client_log_level_set(p->web->ctl, module, level,
		    (uint32_t)minutes, p->session.admin_name, &why);
		if (e == ERR_OK)
			return resp_redirect(p->resp, PATH "?set=1");
		if (e != ERR_ARG && e != ERR_NOTFOUND)
			return err_set(ei, e, "%s", why.text);
		form_error(&f, MODULE, why.text);
	}
	p->resp->status = 422;
	return show(p, &f, ei);
}
