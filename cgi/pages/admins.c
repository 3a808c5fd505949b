/* admins.c - Administrator accounts: the list, who is signed in, and what is
 * done with one row. */
#include <sodium.h>
#include <string.h>

#include "cgi/pages/admins.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "cgi/session.h"
#include "common/log.h"
#include "common/store.h"
#include "common/str.h"

#define SESSION_HEX (2 * SESSION_HASH_LEN + 1)

const char *
admins_role_label(enum role r)
{
	static const char *const labels[ROLE__MAX] = {
	    [ROLE_NONE] = "",
	    [ROLE_AUDITOR] = "Auditor",
	    [ROLE_READ_ONLY] = "Read-only",
	    [ROLE_READ_WRITE] = "Read-write",
	};

	return (unsigned)r < ROLE__MAX ? labels[r] : "";
}

static void
sessions_view(struct page *p, const struct session_list *l)
{
	struct view list = view_sub(p->view, "sessions");
	char hex[SESSION_HEX];
	size_t i, n = 0;

	for (i = 0; i < l->n; i++) {
		const struct session_row *r = &l->v[i];
		struct view row;

		if (!session_is_live(r, p->now_s))
			continue;
		row = view_row(list, n++);
		sodium_bin2hex(hex, sizeof(hex), r->id_hash, SESSION_HASH_LEN);
		view_str(row, "id", hex);
		view_str(row, "name", r->admin_name);
		view_str(row, "address", r->address);
		view_time(row, "since", r->created_s, "");
		view_time(row, "last", r->last_s, "");
		view_flag(row, "is_this",
		    memcmp(r->id_hash, p->session.id_hash, SESSION_HASH_LEN) ==
			0);
	}
	view_int(p->view, "sessions_n", (int64_t)n);
}

static size_t
sessions_of(const struct page *p, const struct session_list *l, int64_t admin)
{
	size_t i, n = 0;

	for (i = 0; i < l->n; i++)
		n += l->v[i].admin_id == admin &&
		     session_is_live(&l->v[i], p->now_s);
	return n;
}

static enum err
admin_row(struct page *p, struct view row, const struct admin *a,
    const struct session_list *sessions, struct errinfo *ei)
{
	int64_t until_s = 0;
	enum err e;

	e = store_limit_of_account(p->web->store, a->name, &until_s, ei);
	if (e != ERR_OK)
		return e;
	view_str(row, "name", a->name);
	view_str(row, "role", admins_role_label(a->role));
	if (!a->enabled) {
		state_show(row, "", "off", "Disabled");
	} else if (until_s > p->now_s) {
		state_show(row, "warn", "warn", "Locked");
		view_time(row, "until", until_s, "");
	} else {
		state_show(row, "ok", "ok", "Enabled");
	}
	view_flag(row, "factor", a->has_factor);
	view_flag(row, "must_change", a->must_change);
	view_flag(row, "is_self", a->id == p->session.admin_id);
	view_time(row, "last", a->last_signin_s, "Never");
	view_int(row, "sessions", (int64_t)sessions_of(p, sessions, a->id));
	return ERR_OK;
}

enum err
admins_list(struct page *p, struct errinfo *ei)
{
	struct session_list sessions = {NULL, 0};
	struct admin_list l = {NULL, 0};
	struct view list;
	enum err e;
	size_t i;

	page_title(p, "Administrator accounts");
	page_flags(p, "done", "ended");
	page_flags(p, "deleted", "unlocked");
	if ((e = store_admin_list(p->web->store, &l, ei)) != ERR_OK ||
	    (e = store_session_list(p->web->store, 0, &sessions, ei)) != ERR_OK)
		goto out;
	list = view_sub(p->view, "list");
	for (i = 0; i < l.n && e == ERR_OK; i++)
		e = admin_row(p, view_row(list, i), &l.v[i], &sessions, ei);
	sessions_view(p, &sessions);
out:
	session_list_clear(&sessions);
	admin_list_clear(&l);
	return e;
}

static enum err
end_session(struct page *p, struct errinfo *ei)
{
	const char *hex = req_text(&p->req->body, "session");
	unsigned char hash[SESSION_HASH_LEN];
	struct session_row r;
	size_t n = 0;
	enum err e;

	if (sodium_hex2bin(
		hash, sizeof(hash), hex, strlen(hex), NULL, &n, NULL) != 0 ||
	    n != sizeof(hash))
		return err_set(ei, ERR_ARG, "There is no such session.");
	e = store_session_get(p->web->store, hash, &r, ei);
	/* One that ended meanwhile is what was asked for. */
	if (e == ERR_NOTFOUND)
		return resp_redirect(p->resp, "/administrators?ended=1");
	if (e == ERR_OK)
		e = store_session_delete(p->web->store, hash, ei);
	if (e != ERR_OK)
		return e;
	log_kv(LOG_L_INFO, "hybridservices.web", "Session Ended", "Name",
	    r.admin_name, "By", p->session.admin_name, "Address",
	    p->req->address, NULL);
	return resp_redirect(p->resp, "/administrators?ended=1");
}

static enum err
unlock(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	const char *name = req_text(&p->req->body, "name");
	struct admin a;
	enum err e;

	if ((e = store_admin_find(p->web->store, name, &a, ei)) != ERR_OK)
		return e;
	e = store_limit_unlock(p->web->store, &who, a.name, ei);
	admin_clear(&a);
	return e == ERR_OK
		   ? resp_redirect(p->resp, "/administrators?unlocked=1")
		   : e;
}

enum err
admins_do(struct page *p, struct errinfo *ei)
{
	const char *what = req_text(&p->req->body, "do");

	if (str_eq(what, "end"))
		return end_session(p, ei);
	if (str_eq(what, "unlock"))
		return unlock(p, ei);
	return err_set(ei, ERR_ARG, "Choose what to do with the account.");
}
