/* cacerts.c - Maintenance > Security > Trusted CA certificate.  What is
 * pasted is shown first, and taken only once it was looked at. */
#include <stdio.h>
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "common/alloc.h"
#include "common/settings.h"
#include "common/store.h"
#include "common/store_ca.h"
#include "common/store_ca_seen.h"
#include "common/str.h"
#include "common/x509.h"

#define DAY_S 86400
#define PATH "/ca-certificates"

static void
cert_view(struct view row, const struct ca_cert *c, int64_t now_s)
{
	char fp[CA_FINGERPRINT_MAX];

	ca_fingerprint(c->sha256, fp);
	view_str(row, "sha256", c->sha256);
	view_str(row, "fingerprint", fp);
	view_str(row, "subject", c->subject);
	if (!str_eq(c->subject, c->issuer))
		view_str(row, "issuer", c->issuer);
	view_time(row, "until", c->not_after_s, "");
	view_flag(row, "over", c->not_after_s <= now_s);
	view_flag(row, "soon",
	    c->not_after_s > now_s && c->not_after_s < now_s + CA_SOON_S);
	if (c->not_after_s > now_s)
		view_int(row, "days", (c->not_after_s - now_s) / DAY_S);
	view_time(row, "added", c->added_s, "");
	view_str(row, "by", c->added_by);
}

/* The hosts whose chains end in this one. */
static void
used_view(struct view row, const struct ca_seen_list *seen, const char *sha256)
{
	struct view list;
	size_t i, n = 0;

	for (i = 0; i < seen->n; i++) {
		if (!seen->v[i].trusted || !str_eq(seen->v[i].sha256, sha256))
			continue;
		if (n == 0)
			list = view_sub(row, "used");
		view_str(view_row(list, n++), "host", seen->v[i].host);
	}
}

static bool
is_listed(const struct ca_list *l, const char *sha256)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (str_eq(l->v[i].sha256, sha256))
			return true;
	return false;
}

/* What servers sent that nobody trusts here: once each, with who sent it. */
static void
missing_view(
    struct page *p, const struct ca_seen_list *seen, const struct ca_list *have)
{
	struct view list, row, hosts;
	const char *last = "";
	size_t i, n = 0, k = 0;

	for (i = 0; i < seen->n; i++) {
		const struct ca_seen *s = &seen->v[i];

		if (s->trusted || is_listed(have, s->sha256))
			continue;
		if (!str_eq(s->sha256, last)) {
			char fp[CA_FINGERPRINT_MAX];

			if (n == 0)
				list = view_sub(p->view, "missing");
			row = view_row(list, n++);
			hosts = view_sub(row, "hosts");
			k = 0;
			last = s->sha256;
			ca_fingerprint(s->sha256, fp);
			view_int(row, "id", (int64_t)n);
			view_str(row, "fingerprint", fp);
			view_str(row, "subject", s->subject);
			view_str(row, "pem", s->pem);
			view_time(row, "last", s->last_s, "");
		}
		view_str(view_row(hosts, k++), "host", s->host);
	}
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	struct ca_seen_list seen = {NULL, 0};
	struct ca_list l = {NULL, 0};
	char *system = NULL;
	struct view list;
	size_t i;
	enum err e;

	page_title(p, "Trusted CA certificate");
	page_flags(p, "deleted", "same");
	form_view(f, p->view);
	if ((e = page_show_saved(p, ei)) != ERR_OK ||
	    (e = store_setting_get(
		 p->web->store, "use_system_ca", &system, ei)) != ERR_OK ||
	    (e = store_ca_seen_list(p->web->store, &seen, ei)) != ERR_OK ||
	    (e = store_ca_list(p->web->store, &l, ei)) != ERR_OK)
		goto out;
	missing_view(p, &seen, &l);
	view_flag(p->view, "system", str_eq(system, "yes"));
	if (l.n > 0)
		list = view_sub(p->view, "list");
	for (i = 0; i < l.n; i++) {
		struct view row = view_row(list, i);

		cert_view(row, &l.v[i], p->now_s);
		used_view(row, &seen, l.v[i].sha256);
	}
out:
	mem_free(system);
	ca_seen_list_clear(&seen);
	ca_list_clear(&l);
	return e;
}

enum err
cacerts_show(struct page *p, struct errinfo *ei)
{
	struct form f;

	form_init(&f);
	return show(p, &f, ei);
}

/* What was pasted; false: the form says what is wrong with it. */
static bool
take_pem(struct page *p, struct form *f, struct ca_list *l)
{
	static const char bad[] =
	    "This is too long or not text. Paste the certificate in PEM form.";
	const struct req_field *pem;
	struct errinfo why = {ERR_OK, ""};

	form_init(f);
	form_add(f, "pem", "Certificate", REQ_FIELD_MAX, false);
	pem = form_take_file(
	    f, "pem", p->req, "Paste the certificate in PEM form.", bad, bad);
	if (pem != NULL &&
	    x509_parse_pem(pem->value, pem->len, l, &why) != ERR_OK)
		form_error(f, "pem", why.text);
	if (f->errors_n > 0)
		p->resp->status = 422;
	return f->errors_n == 0;
}

static void
verdict_view(struct view row, enum ca_verdict v)
{
	view_str(row, "verdict", ca_verdict_name(v));
	view_str(row, "why", ca_verdict_text(v));
	view_flag(row, "can_take", v == CA_GOOD || v == CA_NOT_A_CA);
	view_flag(row, "is_good", v == CA_GOOD);
}

/* Each certificate, before it is taken. */
enum err
cacerts_look(struct page *p, struct errinfo *ei)
{
	struct ca_list l = {NULL, 0}, have = {NULL, 0};
	size_t i, takes = 0;
	struct form f;
	enum err e;

	if (!take_pem(p, &f, &l)) {
		p->template = "cacerts";
		e = show(p, &f, ei);
		goto out;
	}
	page_title(p, "Trust these certificates?");
	if ((e = store_ca_list(p->web->store, &have, ei)) != ERR_OK)
		goto out;
	form_view(&f, p->view);
	for (i = 0; i < l.n; i++) {
		struct view row = view_row(view_sub(p->view, "list"), i);
		enum ca_verdict v = ca_judge(&have, &l, &l.v[i], p->now_s);

		view_int(row, "id", (int64_t)i);
		cert_view(row, &l.v[i], p->now_s);
		verdict_view(row, v);
		takes += v == CA_GOOD || v == CA_NOT_A_CA;
	}
	view_flag(p->view, "can_take", takes > 0);
out:
	ca_list_clear(&l);
	ca_list_clear(&have);
	return e;
}

/* The tick beside a certificate names it, so that what is taken is what was
 * shown. */
static bool
is_ticked(const struct page *p, size_t i, const char *sha256)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "take-%zu", i);
	return str_eq(req_text(&p->req->body, name), sha256);
}

static enum err
add_ticked(
    struct page *p, const struct ca_list *l, size_t *added, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;
	size_t i;

	for (i = 0; i < l->n; i++) {
		if (!is_ticked(p, i, l->v[i].sha256) ||
		    l->v[i].not_after_s <= p->now_s)
			continue;
		e = store_ca_put(p->web->store, &who, &l->v[i], ei);
		if (e != ERR_OK && e != ERR_EXISTS)
			return e;
		*added += e == ERR_OK;
	}
	return ERR_OK;
}

enum err
cacerts_add(struct page *p, struct errinfo *ei)
{
	struct ca_list l = {NULL, 0};
	size_t added = 0;
	struct form f;
	enum err e;

	if (!take_pem(p, &f, &l)) {
		p->template = "cacerts";
		e = show(p, &f, ei);
		goto out;
	}
	if ((e = add_ticked(p, &l, &added, ei)) != ERR_OK)
		goto out;
	e = added > 0 ? page_saved(p, PATH, ei)
		      : resp_redirect(p->resp, PATH "?same=1");
out:
	ca_list_clear(&l);
	return e;
}

enum err
cacerts_system(struct page *p, struct errinfo *ei)
{
	const char *value = req_text(&p->req->body, "use_system_ca");
	const struct store_actor who = page_actor(p);
	bool on;
	enum err e;

	if (setting_bool(value, &on) != ERR_OK)
		return err_set(ei, ERR_ARG, "Choose yes or no.");
	e = store_setting_put(p->web->store, &who, "use_system_ca", value, ei);
	return e == ERR_OK ? page_saved(p, PATH, ei) : e;
}

enum err
cacerts_ask_delete(struct page *p, struct errinfo *ei)
{
	const char *sha256 = req_text(&p->req->query, "sha256");
	struct ca_seen_list seen = {NULL, 0};
	struct ca_list l = {NULL, 0};
	size_t i;
	enum err e;

	page_title(p, "Delete this certificate?");
	if ((e = store_ca_list(p->web->store, &l, ei)) != ERR_OK ||
	    (e = store_ca_seen_list(p->web->store, &seen, ei)) != ERR_OK)
		goto out;
	e = err_set(ei, ERR_NOTFOUND, "There is no such certificate.");
	for (i = 0; i < l.n; i++)
		if (str_eq(l.v[i].sha256, sha256)) {
			cert_view(view_sub(p->view, "cert"), &l.v[i], p->now_s);
			used_view(view_sub(p->view, "cert"), &seen, sha256);
			e = ERR_OK;
		}
out:
	ca_seen_list_clear(&seen);
	ca_list_clear(&l);
	return e;
}

enum err
cacerts_delete(struct page *p, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;

	if ((e = store_ca_delete(p->web->store, &who,
		 req_text(&p->req->body, "sha256"), ei)) != ERR_OK)
		return e;
	return page_saved(p, PATH "?deleted=1", ei);
}
