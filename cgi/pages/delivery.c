/* delivery.c - Status > Alarms > Delivery: how alarms are sent away.  A secret
 * goes from the request into a sealed box; no page shows it again. */
#include "cgi/pages/delivery.h"

#include <stdio.h>
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/failure.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_delivery.h"
#include "common/str.h"

#define PATH "/alarm-delivery"

const char *
delivery_title(unsigned channel)
{
	static const char *const titles[DELIVERY__MAX] = {
	    [DELIVERY_SYSLOG] = "Syslog",
	    [DELIVERY_MAIL] = "Mail",
	    [DELIVERY_WEBHOOK] = "Webhook",
	    [DELIVERY_PRESENCE] = "Out-of-office webhook",
	};

	return channel < DELIVERY__MAX ? titles[channel] : "";
}

/* -- the list -- */

static void
where_view(struct view v, const struct delivery *d)
{
	char text[1100];

	if (delivery_is_hook(d))
		(void)str_copy(text, sizeof(text), delivery_get(d, "url"));
	else if (d->ch == DELIVERY_SYSLOG &&
		 str_eq(delivery_get(d, "transport"), "local"))
		(void)str_copy(text, sizeof(text), "This host's own service");
	else if (delivery_get(d, "host")[0] == '\0')
		text[0] = '\0';
	else
		(void)snprintf(text, sizeof(text), "%s, port %s",
		    delivery_get(d, "host"), delivery_get(d, "port"));
	view_str(v, "where", text);
}

static void
state_of(struct page *p, struct view v, const struct delivery *d,
    const struct delivery_state *st)
{
	const struct failure *f = failure_find(st->failure);

	view_flag(v, "on", delivery_is_on(d));
	view_str(v, "answer", st->answer);
	view_time(v, "sent", st->sent_s, "");
	view_int(v, "waiting", st->waiting);
	if (!delivery_is_on(d)) {
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
	struct delivery d;
	enum err e;
	unsigned i;

	page_title(p, "Alarm delivery");
	for (i = 0; i < DELIVERY__MAX; i++) {
		struct view v = view_row(list, i);

		if ((e = store_delivery_get(p->web->store,
			 (enum delivery_channel)i, &d, ei)) != ERR_OK)
			return e;
		e = store_delivery_state(p->web->store, d.ch, &st, ei);
		if (e == ERR_OK) {
			view_str(v, "channel", delivery_name(d.ch));
			view_str(v, "title", delivery_title(i));
			where_view(v, &d);
			state_of(p, v, &d, &st);
		}
		delivery_clear(&d);
		if (e != ERR_OK)
			return e;
	}
	page_poll(p, 5, 15);
	return page_show_saved(p, ei);
}

/* -- one of them -- */

static void
form_from(struct form *f, const struct delivery *d)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (delivery_get(d, f->v[i].key) != NULL)
			form_set(f, f->v[i].key, delivery_get(d, f->v[i].key));
}

/* rev: that is stored, which a save puts something else in place of. */
static enum err
show(struct page *p, struct form *f, const struct delivery *d, uint64_t rev,
    struct errinfo *ei)
{
	struct delivery_state st;
	enum err e;

	page_title(p, delivery_title(d->ch));
	if ((e = store_delivery_state(p->web->store, d->ch, &st, ei)) != ERR_OK)
		return e;
	view_str(p->view, "channel", delivery_name(d->ch));
	view_str(p->view, "heading", delivery_title(d->ch));
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
find(struct page *p, const char *name, struct delivery *out, struct errinfo *ei)
{
	enum delivery_channel ch = delivery_channel_of(name);

	if (ch == DELIVERY__MAX)
		return err_set(
		    ei, ERR_NOTFOUND, "There is no such way of sending.");
	return store_delivery_get(p->web->store, ch, out, ei);
}

enum err
delivery_edit(struct page *p, struct errinfo *ei)
{
	struct delivery d;
	struct form f;
	enum err e;

	if ((e = find(p, req_text(&p->req->query, "channel"), &d, ei)) !=
	    ERR_OK)
		return e;
	form_init(&f);
	form_add_record(&f, delivery_name(d.ch));
	form_from(&f, &d);
	if ((e = show(p, &f, &d, d.rev, ei)) == ERR_OK)
		e = page_show_saved(p, ei);
	delivery_clear(&d);
	return e;
}

static void
problem(void *arg, const char *key, const char *text)
{
	form_error(arg, key, text);
}

static void
take_fields(struct form *f, struct delivery *d)
{
	struct errinfo why = {ERR_OK, ""};
	const char *value;
	size_t i;

	for (i = 0; i < f->n; i++) {
		const char *key = f->v[i].key;

		if (delivery_get(d, key) == NULL ||
		    (value = form_get(f, key)) == NULL)
			continue;
		if (delivery_set(d, key, value, &why) != ERR_OK)
			form_error(f, key, why.text);
	}
	(void)delivery_check(d, problem, f);
}

/* A stored secret is used only where it was entered for. */
static enum err
ask_again(struct form *f, const struct delivery *d, struct errinfo *ei)
{
	struct strlist changed = {NULL, 0};
	enum err e;
	size_t i;

	if ((e = delivery_binding_diff(d, &changed)) != ERR_OK)
		(void)err_set(ei, e, "The stored secret cannot be judged.");
	for (i = 0; e == ERR_OK && i < changed.n; i++)
		form_error(f, changed.v[i],
		    "You changed this. What is stored was entered for "
		    "another value: enter it again below, or change this "
		    "back.");
	if (e == ERR_OK && changed.n > 0)
		form_error(f, delivery_secret_key(d->ch),
		    "Enter it again. What is stored is used only where it "
		    "was entered for.");
	strlist_clear(&changed);
	return e;
}

static enum err
seal(struct page *p, struct delivery *d, const struct secret *secret,
    struct errinfo *ei)
{
	unsigned char box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t n = 0;
	enum err e;

	if ((e = delivery_binding(d, binding, sizeof(binding), ei)) != ERR_OK ||
	    (e = seal_box(p->web->seal_pk, binding, secret, box, &n, ei)) !=
		ERR_OK ||
	    (e = delivery_give_box(d, box, n, binding, ei)) != ERR_OK)
		return e;
	d->secret_set_s = p->now_s;
	return ERR_OK;
}

static enum err
take_secret(
    struct page *p, struct form *f, struct delivery *d, struct errinfo *ei)
{
	const char *key = delivery_secret_key(d->ch);
	bool wants = delivery_is_hook(d);
	struct secret secret = SECRET_INIT;
	enum err e;

	if (key == NULL)
		return ERR_OK;
	if ((e = form_secret(f, key, p->req, &secret)) != ERR_OK) {
		e = e == ERR_ARG ? ERR_OK : e;
		goto out;
	}
	if (d->ch == DELIVERY_MAIL)
		wants = delivery_get(d, "account")[0] != '\0';
	if (!wants)
		delivery_drop_box(d);
	if (secret.len > 0 && !wants)
		form_error(f, "account",
		    "Enter the user name as well, or leave the password "
		    "empty.");
	else if (f->errors_n > 0)
		goto out; /* it is not what was typed */
	else if (secret.len > 0)
		e = seal(p, d, &secret, ei);
	else if (delivery_wants_secret(d) && d->box.n == 0)
		form_error(f, key,
		    d->ch == DELIVERY_MAIL
			? "Enter the password of this user name."
			: "Enter a key, and the same at the receiver.");
	else
		e = ask_again(f, d, ei);
out:
	secret_clear(&secret);
	return e;
}

static enum err
store(struct page *p, const struct delivery *d, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;

	if ((e = store_delivery_put(p->web->store, &who, d, ei)) != ERR_OK)
		return e;
	if (!str_eq(req_text(&p->req->body, "do"), "test"))
		return page_saved(p, PATH, ei);
	page_config_changed(p);
	return delivery_test_go(p, delivery_name(d->ch), ei);
}

enum err
delivery_save(struct page *p, struct errinfo *ei)
{
	uint64_t rev = 0, stored;
	struct delivery d;
	struct form f;
	enum err e;

	if ((e = find(p, req_text(&p->req->body, "channel"), &d, ei)) != ERR_OK)
		return e;
	form_init(&f);
	form_add_record(&f, delivery_name(d.ch));
	form_take(&f, p->req);
	stored = d.rev;
	if (str_to_u64(req_text(&p->req->body, "rev"), UINT64_MAX, &rev) !=
	    ERR_OK)
		rev = 0;
	take_fields(&f, &d);
	if ((e = take_secret(p, &f, &d, ei)) != ERR_OK)
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
	delivery_clear(&d);
	return e;
}
