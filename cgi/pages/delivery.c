/* delivery.c - Status > Alarms > Delivery: how alarms are sent away.  A secret
 * goes from the request into a sealed box; no page shows it again. */
#include "cgi/pages/delivery.h"

#include <stdio.h>
#include <string.h>

#include "cgi/bound_form.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/failure.h"
#include "common/store.h"
#include "common/store_delivery.h"
#include "common/str.h"

#define PATH "/alarm-delivery"

const char *
delivery_title(unsigned channel)
{
	static const char *const titles[BOUND_WAYS_N] = {
	    [BOUND_SYSLOG] = "Syslog",
	    [BOUND_MAIL] = "Mail",
	    [BOUND_WEBHOOK] = "Webhook",
	    [BOUND_PRESENCE] = "Out-of-office webhook",
	};

	return channel < BOUND_WAYS_N ? titles[channel] : "";
}

/* -- the list -- */

static void
where_view(struct view v, const struct bound *d)
{
	char text[1100];

	if (bound_is_hook(d))
		(void)str_copy(text, sizeof(text), bound_get(d, "url"));
	else if (d->kind == BOUND_SYSLOG &&
		 str_eq(bound_get(d, "transport"), "local"))
		(void)str_copy(text, sizeof(text), "This host's own service");
	else if (bound_get(d, "host")[0] == '\0')
		text[0] = '\0';
	else
		(void)snprintf(text, sizeof(text), "%s, port %s",
		    bound_get(d, "host"), bound_get(d, "port"));
	view_str(v, "where", text);
}

static void
state_of(struct page *p, struct view v, const struct bound *d,
    const struct delivery_state *st)
{
	const struct failure *f = failure_find(st->failure);

	view_flag(v, "on", bound_is_on(d));
	view_str(v, "answer", st->answer);
	view_time(v, "sent", st->sent_s, "");
	view_int(v, "waiting", st->waiting);
	if (!bound_is_on(d)) {
		state_show(v, "", "off", "Off");
	} else if (st->tries > 0) {
		state_show(v, "err", "err", "Failing");
		view_str(v, "reason", f != NULL ? f->title : "");
		if (st->next_s > p->now_s)
			view_time(v, "next", st->next_s, "");
	} else if (st->sent_s > 0) {
		state_show(v, "ok", "ok", "Works");
	} else {
		state_show(v, "run", "wait", "Nothing sent yet");
	}
}

enum err
delivery_list(struct page *p, struct errinfo *ei)
{
	struct view list = view_sub(p->view, "ways");
	struct delivery_state st;
	struct bound d;
	enum err e;
	unsigned i;

	page_title(p, "Alarm delivery");
	for (i = 0; i < BOUND_WAYS_N; i++) {
		struct view v = view_row(list, i);

		if ((e = store_delivery_get(
			 p->web->store, (enum bound_kind)i, &d, ei)) != ERR_OK)
			return e;
		e = store_delivery_state(p->web->store, d.kind, &st, ei);
		if (e == ERR_OK) {
			view_str(v, "channel", bound_name(d.kind));
			view_str(v, "title", delivery_title(i));
			where_view(v, &d);
			state_of(p, v, &d, &st);
		}
		bound_clear(&d);
		if (e != ERR_OK)
			return e;
	}
	page_poll(p, 5, 15);
	return page_show_saved(p, ei);
}

/* -- one of them -- */

/* rev: that is stored, which a save puts something else in place of. */
static enum err
show(struct page *p, struct form *f, const struct bound *d, uint64_t rev,
    struct errinfo *ei)
{
	struct delivery_state st;
	enum err e;

	page_title(p, delivery_title(d->kind));
	if ((e = store_delivery_state(p->web->store, d->kind, &st, ei)) !=
	    ERR_OK)
		return e;
	view_str(p->view, "channel", bound_name(d->kind));
	view_str(p->view, "heading", delivery_title(d->kind));
	view_fmt(p->view, "rev", "%llu", (unsigned long long)rev);
	view_flag(p->view, "has_secret", d->box.n > 0);
	view_time(p->view, "secret_set", d->secret_set_s, "");
	if (d->rev != 0) {
		view_time(p->view, "changed", d->changed_s, "");
		view_str(p->view, "changed_by", d->changed_by);
	}
	state_of(p, view_sub(p->view, "now"), d, &st);
	form_view(f, p->view);
	return ERR_OK;
}

static enum err
find(struct page *p, const char *name, struct bound *out, struct errinfo *ei)
{
	enum bound_kind ch = delivery_channel_of(name);

	if (ch == BOUND_WAYS_N)
		return err_set(
		    ei, ERR_NOTFOUND, "There is no such way of sending.");
	return store_delivery_get(p->web->store, ch, out, ei);
}

enum err
delivery_edit(struct page *p, struct errinfo *ei)
{
	struct bound d;
	struct form f;
	enum err e;

	if ((e = find(p, req_text(&p->req->query, "channel"), &d, ei)) !=
	    ERR_OK)
		return e;
	form_init(&f);
	form_add_record(&f, bound_name(d.kind));
	bound_form_fill(&f, &d);
	if ((e = show(p, &f, &d, d.rev, ei)) == ERR_OK)
		e = page_show_saved(p, ei);
	bound_clear(&d);
	return e;
}

static enum err
store(struct page *p, const struct bound *d, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;

	if ((e = store_delivery_put(p->web->store, &who, d, ei)) != ERR_OK)
		return e;
	if (!str_eq(req_text(&p->req->body, "do"), "test"))
		return page_saved(p, PATH, ei);
	page_config_changed(p);
	return delivery_test_go(p, bound_name(d->kind), ei);
}

enum err
delivery_save(struct page *p, struct errinfo *ei)
{
	uint64_t rev = 0, stored;
	struct bound d;
	struct form f;
	enum err e;

	if ((e = find(p, req_text(&p->req->body, "channel"), &d, ei)) != ERR_OK)
		return e;
	form_init(&f);
	form_add_record(&f, bound_name(d.kind));
	form_take(&f, p->req);
	stored = d.rev;
	if (str_to_u64(req_text(&p->req->body, "rev"), UINT64_MAX, &rev) !=
	    ERR_OK)
		rev = 0;
	if ((e = bound_form_take(p, &f, &d, ei)) != ERR_OK)
		goto out;
	if (rev != stored) {
		p->resp->status = 409;
		view_flag(p->view, "conflict", true);
		e = show(p, &f, &d, stored, ei);
	} else if (f.errors_n > 0) {
		p->resp->status = 422;
		e = show(p, &f, &d, stored, ei);
	} else {
		e = store(p, &d, ei);
	}
out:
	bound_clear(&d);
	return e;
}
