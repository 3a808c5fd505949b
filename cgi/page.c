/* page.c - what all pages share: the frame around them and the note after
 * a change. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/page.h"
#include "cgi/pages/admins.h"
#include "cgi/render.h"
#include "cgi/router.h"
#include "common/clock.h"
#include "common/conf.h"
#include "common/log.h"
#include "common/store.h"
#include "common/store_access.h"
#include "common/store_alarm.h"
#include "common/store_state.h"
#include "common/str.h"

struct store_actor
page_actor(const struct page *p)
{
	struct store_actor a = {p->session.admin_name, p->req->address};

	return a;
}

bool
page_can_write(const struct page *p)
{
	return p->is_signed_in && p->session.role == ROLE_READ_WRITE;
}

void
page_title(struct page *p, const char *title)
{
	view_str(p->view, "title", title);
}

void
page_poll(struct page *p, unsigned every_s, unsigned refresh_s)
{
	view_int(p->view, "poll", (int64_t)every_s);
	if (refresh_s > 0)
		view_int(p->view, "refresh", (int64_t)refresh_s);
}

void
page_flags(struct page *p, const char *a, const char *b)
{
	if (req_field(&p->req->query, a) != NULL)
		view_str(p->view, a, "1");
	if (b != NULL && req_field(&p->req->query, b) != NULL)
		view_str(p->view, b, "1");
}

/* The first part of the path names the menu entry: "/exchange/edit". */
static void
menu_entry(struct page *p)
{
	const char *path = p->route == NULL ? "" : p->route->path;
	char entry[32];

	if (path[0] == '\0')
		return;
	(void)snprintf(entry, sizeof(entry), "%.*s",
	    (int)strcspn(path + 1, "/"), path + 1);
	view_str(p->view, "menu", entry[0] == '\0' ? "overview" : entry);
}

struct view
page_kept(struct page *p, const char *name, bool *is_fresh)
{
	/* Asked before anything is read: what is kept is never older than
	 * its stamp. */
	if (p->stamp == 0 &&
	    store_stamp(p->web->store, &p->stamp, NULL) != ERR_OK)
		p->stamp = 0;
	return render_kept(p->web->render, name, p->stamp, is_fresh);
}

static void
alarm_count(struct page *p)
{
	bool is_fresh;
	struct view v = page_kept(p, "frame", &is_fresh);
	int64_t n = 0;

	if (!is_fresh && store_alarm_count(p->web->store, &n, NULL) == ERR_OK &&
	    n > 0)
		view_int(v, "alarms_n", n);
}

void
page_frame(struct page *p)
{
	char now[CLOCK_TEXT_MAX];
	bool experimental = false;

	clock_local(p->now_s, now);
	view_str(p->view, "now", now);
	if (!p->is_signed_in)
		return;
	view_str(p->view, "user", p->session.admin_name);
	view_str(p->view, "role", admins_role_label(p->session.role));
	view_str(p->view, "csrf", p->session.csrf);
	view_flag(p->view, "must_change", p->session.must_change);
	view_flag(p->view, "can_read", p->session.role >= ROLE_READ_ONLY);
	view_flag(p->view, "can_write", page_can_write(p));
	if (HAVE_EXPERIMENTAL && page_can_write(p) &&
	    store_access_shown(p->web->store, p->session.id_hash, &experimental,
		NULL) == ERR_OK)
		view_flag(p->view, "experimental", experimental);
	menu_entry(p);
	alarm_count(p);
}

void
page_shared(struct web *w, const char *version)
{
	struct view s = render_shared(w->render);

	view_str(s, "system", w->conf->system_name);
	view_str(s, "version", version);
	form_settings_view(s);
}

void
page_config_changed(struct page *p)
{
	uint64_t rev = 0, running = 0;
	struct errinfo ei = {ERR_OK, ""};

	if (store_revision(p->web->store, &rev, &ei) == ERR_OK &&
	    ctl_client_config_changed(p->web->ctl, rev, &running, &ei) ==
		ERR_OK)
		return;
	/* Nothing is lost: the engine compares revisions by itself. */
	log_kv(LOG_L_INFO, "hybridservices.web", "Engine Not Told", "Detail",
	    ei.text, NULL);
}

enum err
page_saved(struct page *p, const char *path, struct errinfo *ei)
{
	char to[512];
	uint64_t rev = 0;
	enum err e;

	page_config_changed(p);
	if ((e = store_revision(p->web->store, &rev, ei)) != ERR_OK)
		return e;
	(void)snprintf(to, sizeof(to), "%s%csaved=%llu", path,
	    strchr(path, '?') == NULL ? '?' : '&', (unsigned long long)rev);
	return resp_redirect(p->resp, to);
}

enum err
page_show_saved(struct page *p, struct errinfo *ei)
{
	struct engine_meta m;
	uint64_t rev = 0, now = 0;
	struct view s;
	enum err e;

	if (str_to_u64(req_text(&p->req->query, "saved"), UINT64_MAX, &rev) !=
		ERR_OK ||
	    rev == 0)
		return ERR_OK;
	if ((e = store_revision(p->web->store, &now, ei)) != ERR_OK)
		return e;
	if (rev > now)
		return ERR_OK;
	memset(&m, 0, sizeof(m));
	e = store_engine_meta(p->web->store, &m, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	s = view_sub(p->view, "saved");
	view_fmt(s, "rev", "%llu", (unsigned long long)rev);
	view_flag(s, "in_effect", m.revision_running >= rev);
	if (m.revision_running < rev)
		page_poll(p, 1, 0);
	return ERR_OK;
}
