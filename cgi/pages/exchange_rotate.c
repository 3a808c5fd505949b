/* exchange_rotate.c - another service account for a record: entered and
 * tested beside the current one, then taken with one press. */
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/pages/exchange.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/alloc.h"
#include "common/ipc.h"
#include "common/report.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_exchange.h"
#include "common/store_next.h"
#include "common/str.h"

#define ACCOUNT "account"
#define PASSWORD "password"
#define DAY_S 86400

void
exchange_age_view(struct view v, const char *name, int64_t set_s, int64_t now_s)
{
	int64_t days = (now_s - set_s) / DAY_S;

	if (set_s == 0)
		return;
	if (days <= 0)
		view_str(v, name, "set today");
	else if (days == 1)
		view_str(v, name, "set yesterday");
	else
		view_fmt(v, name, "set %lld days ago", (long long)days);
}

static void
form_start(struct form *f)
{
	const struct setting *a = setting_find("exchange", ACCOUNT);
	const struct setting *pw = setting_find("exchange", PASSWORD);

	form_init(f);
	form_add(f, ACCOUNT, a->label, a->max, false);
	form_add(f, PASSWORD, pw->label, pw->max, true);
}

static enum err
next_view(struct page *p, const char *record_id, struct errinfo *ei)
{
	struct view v = view_sub(p->view, "next");
	struct exchange_next n;
	bool passed = false;
	int64_t at_s = 0;
	enum err e;

	memset(&n, 0, sizeof(n));
	e = store_next_get(p->web->store, record_id, &n, ei);
	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = store_next_tested(p->web->store, &n, &passed, &at_s, ei);
	if (e == ERR_OK) {
		view_str(v, "account", n.account);
		view_time(v, "entered", n.entered_s, "");
		view_str(v, "by", n.entered_by);
		exchange_age_view(v, "age", n.entered_s, p->now_s);
		view_time(v, "tested", at_s, "");
		view_flag(v, "passed", passed);
		if (at_s != 0)
			state_view(
			    v, state_of_step(passed ? STEP_OK : STEP_FAILED));
	}
	exchange_next_clear(&n);
	return e;
}

static enum err
show(struct page *p, const struct exchange *x, const struct form *f,
    struct errinfo *ei)
{
	struct view v = p->view;
	uint64_t max = 0;

	page_title(p, "Service account");
	view_str(v, "id", x->id);
	view_str(v, "name", x->display_name);
	view_str(v, "account", x->account);
	view_time(v, "set", x->password_set_s, "");
	exchange_age_view(v, "age", x->password_set_s, p->now_s);
	if (str_to_u64(x->password_max_days, 100000, &max) == ERR_OK &&
	    max > 0) {
		view_str(v, "max_days", x->password_max_days);
		view_time(v, "until",
		    x->password_set_s == 0
			? 0
			: x->password_set_s + (int64_t)max * DAY_S,
		    "");
	}
	form_view(f, v);
	return next_view(p, x->id, ei);
}

enum err
exchange_rotate_show(struct page *p, struct errinfo *ei)
{
	struct exchange x;
	struct form f;
	enum err e;

	memset(&x, 0, sizeof(x));
	form_start(&f);
	page_flags(p, "taken", "dropped");
	if ((e = store_exchange_get(p->web->store,
		 req_text(&p->req->query, "id"), &x, ei)) == ERR_OK &&
	    (e = page_show_saved(p, ei)) == ERR_OK) {
		form_set(&f, ACCOUNT, "");
		e = show(p, &x, &f, ei);
	}
	exchange_clear(&x);
	return e;
}

static enum err
seal_next(struct page *p, const struct exchange *with,
    const struct secret *plain, struct exchange_next *n, struct errinfo *ei)
{
	unsigned char box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t len = 0;
	enum err e;

	if ((e = exchange_binding(with, binding, sizeof(binding), ei)) !=
		ERR_OK ||
	    (e = seal_box(p->web->seal_pk, binding, plain, box, &len, ei)) !=
		ERR_OK)
		return e;
	if ((n->box.p = try_alloc(len)) == NULL)
		return err_set(ei, ERR_NOMEM, "Memory is short.");
	memcpy(n->box.p, box, len);
	n->box.n = len;
	n->account = xstrdup(with->account);
	n->bound_to = xstrdup(binding);
	return ERR_OK;
}

/* The test of the next account that is stored, and to its page. */
static enum err
start_test(struct page *p, const struct exchange *x, struct errinfo *ei)
{
	struct exchange_next n;
	enum err e;

	memset(&n, 0, sizeof(n));
	if ((e = store_next_get(p->web->store, x->id, &n, ei)) == ERR_OK)
		e = exchange_test_next(p, x, n.next_id, ei);
	exchange_next_clear(&n);
	return e;
}

static enum err
enter(struct page *p, struct exchange *x, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	struct errinfo why = {ERR_OK, ""};
	struct secret plain = SECRET_INIT;
	struct exchange_next n;
	struct exchange with;
	const char *account;
	struct form f;
	enum err e;

	memset(&n, 0, sizeof(n));
	memset(&with, 0, sizeof(with));
	form_start(&f);
	form_take(&f, p->req);
	if ((e = exchange_copy(&with, x)) != ERR_OK) {
		e = err_set(ei, e, "Memory is short.");
		goto out;
	}
	account = form_get(&f, ACCOUNT);
	if (account != NULL && account[0] == '\0')
		form_error(&f, ACCOUNT, "Enter the username.");
	else if (account != NULL &&
		 (setting_check(setting_find("exchange", ACCOUNT), account,
		      &why) != ERR_OK ||
		     exchange_set(&with, ACCOUNT, account, &why) != ERR_OK))
		form_error(&f, ACCOUNT, why.text);
	e = form_secret(&f, PASSWORD, p->req, &plain);
	if (e != ERR_OK && e != ERR_ARG)
		goto out;
	if (e == ERR_OK && plain.len == 0)
		form_error(&f, PASSWORD, "Enter the password of this account.");
	if (f.errors_n > 0) {
		p->resp->status = 422;
		e = show(p, x, &f, ei);
		goto out;
	}
	if ((e = seal_next(p, &with, &plain, &n, ei)) == ERR_OK &&
	    (e = store_next_put(p->web->store, &who, x->id, &n, ei)) == ERR_OK)
		e = start_test(p, x, ei);
out:
	secret_clear(&plain);
	exchange_next_clear(&n);
	exchange_clear(&with);
	return e;
}

static enum err
take(struct page *p, const struct exchange *x, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char to[128];
	enum err e;

	if ((e = store_next_take(p->web->store, &who, x->id, ei)) != ERR_OK)
		return e;
	(void)snprintf(
	    to, sizeof(to), "/exchange/rotate?id=%.64s&taken=1", x->id);
	return page_saved(p, to, ei);
}

static enum err
drop(struct page *p, const struct exchange *x, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char to[128];
	enum err e;

	e = store_next_drop(p->web->store, &who, x->id, ei);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	(void)snprintf(
	    to, sizeof(to), "/exchange/rotate?id=%.64s&dropped=1", x->id);
	return resp_redirect(p->resp, to);
}

static enum err
replace(struct page *p, const struct exchange *x, struct errinfo *ei)
{
	enum err e = exchange_cancel_other(p, ei);

	return e == ERR_OK ? start_test(p, x, ei) : e;
}

enum err
exchange_rotate_do(struct page *p, struct errinfo *ei)
{
	const char *what = req_text(&p->req->body, "do");
	struct exchange x;
	enum err e;

	memset(&x, 0, sizeof(x));
	if ((e = store_exchange_get(p->web->store,
		 req_text(&p->req->body, "id"), &x, ei)) != ERR_OK)
		return e;
	if (str_eq(what, "enter"))
		e = enter(p, &x, ei);
	else if (str_eq(what, "test"))
		e = start_test(p, &x, ei);
	else if (str_eq(what, "replace"))
		e = replace(p, &x, ei);
	else if (str_eq(what, "take"))
		e = take(p, &x, ei);
	else if (str_eq(what, "drop"))
		e = drop(p, &x, ei);
	else
		e = err_set(ei, ERR_ARG, "Choose what to do.");
	exchange_clear(&x);
	return e;
}
