/* proxy.c - Applications > Hybrid Services > Connector Proxy.  The password
 * goes from the request into a sealed box; no page shows it again. */
#include "cgi/pages/proxy.h"

#include <stdio.h>
#include <string.h>

#include "cgi/bound_form.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "common/bound.h"
#include "common/store.h"
#include "common/store_proxy.h"
#include "common/str.h"

#define PATH "/connector-proxy"
#define TARGET "target" /* of the test; no field of the proxy */
#define TARGET_MAX 270 /* bytes */

static void
form_start(struct form *f)
{
	form_init(f);
	form_add_record(f, "proxy");
	form_add(f, TARGET, "Server to test with", TARGET_MAX, false);
}

/* rev: that is stored, which a save puts something else in place of. */
static enum err
show(struct page *p, struct form *f, const struct bound *x, uint64_t rev,
    struct errinfo *ei)
{
	char host[PROXY_HOST_MAX];
	size_t records = 0;
	enum err e;

	page_title(p, "Connector Proxy");
	if ((e = store_proxy_users(p->web->store, &records, ei)) != ERR_OK ||
	    (e = store_proxy_target(p->web->store, host, sizeof(host), ei)) !=
		ERR_OK)
		return e;
	if (form_get(f, TARGET) != NULL && form_get(f, TARGET)[0] == '\0')
		form_set(f, TARGET, host);
	view_flag(p->view, "is_set", x->rev != 0);
	view_fmt(p->view, "rev", "%llu", (unsigned long long)rev);
	view_flag(p->view, "has_password", x->box.n > 0);
	view_time(p->view, "password_set", x->secret_set_s, "");
	if (x->rev != 0) {
		view_time(p->view, "changed", x->changed_s, "");
		view_str(p->view, "changed_by", x->changed_by);
	}
	view_int(p->view, "records", (int64_t)records);
	form_view(f, p->view);
	return ERR_OK;
}

enum err
proxy_show(struct page *p, struct errinfo *ei)
{
	struct bound x;
	struct form f;
	enum err e;

	form_start(&f);
	page_flags(p, "cleared", "none");
	if ((e = store_proxy_get(p->web->store, &x, ei)) != ERR_OK)
		return e;
	bound_form_fill(&f, &x);
	if ((e = show(p, &f, &x, x.rev, ei)) == ERR_OK)
		e = page_show_saved(p, ei);
	bound_clear(&x);
	return e;
}

static enum err
store(struct page *p, struct form *f, struct bound *x, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char host[PROXY_HOST_MAX];
	uint32_t port;
	enum err e;

	if ((e = store_proxy_put(p->web->store, &who, x, ei)) != ERR_OK)
		return e;
	if (!str_eq(req_text(&p->req->body, "do"), "test"))
		return page_saved(p, PATH, ei);
	page_config_changed(p);
	if ((e = proxy_target(form_get(f, TARGET), host, &port, ei)) != ERR_OK)
		return e;
	return proxy_test_go(p, host, port, ei);
}

enum err
proxy_save(struct page *p, struct errinfo *ei)
{
	bool wants_test = str_eq(req_text(&p->req->body, "do"), "test");
	struct errinfo why = {ERR_OK, ""};
	char host[PROXY_HOST_MAX];
	uint64_t rev = 0, stored;
	struct bound x;
	struct form f;
	uint32_t port;
	enum err e;

	form_start(&f);
	form_take(&f, p->req);
	if ((e = store_proxy_get(p->web->store, &x, ei)) != ERR_OK)
		return e;
	stored = x.rev;
	if (str_to_u64(req_text(&p->req->body, "rev"), UINT64_MAX, &rev) !=
	    ERR_OK)
		rev = 0;
	if ((e = bound_form_take(p, &f, &x, ei)) != ERR_OK)
		goto out;
	if (wants_test && form_get(&f, TARGET) != NULL &&
	    proxy_target(form_get(&f, TARGET), host, &port, &why) != ERR_OK)
		form_error(&f, TARGET, why.text);
	if (rev != stored) {
		p->resp->status = 409;
		view_flag(p->view, "conflict", true);
		view_str(p->view, "changed_by", x.changed_by);
		view_time(p->view, "changed", x.changed_s, "");
		e = show(p, &f, &x, stored, ei);
	} else if (f.errors_n > 0) {
		p->resp->status = 422;
		e = show(p, &f, &x, stored, ei);
	} else {
		e = store(p, &f, &x, ei);
	}
out:
	bound_clear(&x);
	return e;
}

enum err
proxy_ask_clear(struct page *p, struct errinfo *ei)
{
	size_t records = 0;
	struct bound x;
	enum err e;

	page_title(p, "Have no proxy any more?");
	if ((e = store_proxy_get(p->web->store, &x, ei)) != ERR_OK)
		return e;
	if (x.rev == 0)
		e = err_set(ei, ERR_NOTFOUND, "No Connector Proxy is set.");
	else
		e = store_proxy_users(p->web->store, &records, ei);
	view_str(p->view, "host", bound_get(&x, "host"));
	view_str(p->view, "port", bound_get(&x, "port"));
	view_int(p->view, "records", (int64_t)records);
	bound_clear(&x);
	return e;
}

enum err
proxy_clear_do(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e = store_proxy_delete(p->web->store, &who, ei);

	return e == ERR_OK ? page_saved(p, PATH "?cleared=1", ei) : e;
}
