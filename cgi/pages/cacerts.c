/* cacerts.c - Maintenance > Security > Trusted CA certificate. */
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/x509.h"
#include "common/store.h"
#include "common/str.h"

#define SOON_S (30 * 86400)

/* "AB:CD:..." in groups, as other tools print a fingerprint. */
static void
fingerprint(struct view v, const char *sha256)
{
	char text[3 * 32 + 1];
	size_t i, n = 0;

	for (i = 0;
	     sha256[i] != '\0' && sha256[i + 1] != '\0' && n + 3 < sizeof(text);
	     i += 2) {
		if (n > 0)
			text[n++] = ':';
		text[n++] = sha256[i];
		text[n++] = sha256[i + 1];
	}
	text[n] = '\0';
	view_str(v, "fingerprint", text);
}

static void
cert_view(struct view row, const struct ca_cert *c, int64_t now_s)
{
	view_str(row, "sha256", c->sha256);
	fingerprint(row, c->sha256);
	view_str(row, "subject", c->subject);
	if (!str_eq(c->subject, c->issuer))
		view_str(row, "issuer", c->issuer);
	view_time(row, "until", c->not_after_s, "");
	view_flag(row, "over", c->not_after_s <= now_s);
	view_flag(row, "soon",
	    c->not_after_s > now_s && c->not_after_s < now_s + SOON_S);
	view_time(row, "added", c->added_s, "");
	view_str(row, "by", c->added_by);
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	struct ca_list l = {NULL, 0};
	struct view list;
	size_t i;
	enum err e;

	page_title(p, "Trusted CA certificate");
	page_flags(p, "deleted", "same");
	form_view(f, p->view);
	if ((e = page_show_saved(p, ei)) != ERR_OK ||
	    (e = store_ca_list(p->web->store, &l, ei)) != ERR_OK)
		goto out;
	if (l.n > 0)
		list = view_sub(p->view, "list");
	for (i = 0; i < l.n; i++)
		cert_view(view_row(list, i), &l.v[i], p->now_s);
out:
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

/* Several at once, as in the bundles that people have. */
static enum err
add_all(
    struct page *p, const struct ca_list *l, size_t *added, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;
	size_t i;

	for (i = 0; i < l->n; i++) {
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
	const struct req_field *pem = req_field(&p->req->body, "pem");
	struct errinfo why = {ERR_OK, ""};
	struct ca_list l = {NULL, 0};
	size_t added = 0;
	struct form f;
	enum err e;

	form_init(&f);
	form_add(&f, "pem", "Certificate", REQ_FIELD_MAX, false);
	if (pem == NULL || pem->len == 0)
		form_error(&f, "pem", "Paste the certificate in PEM form.");
	else if (pem->cut || pem->bad)
		form_error(&f, "pem",
		    "This is too long or not text. Paste the certificate in "
		    "PEM form.");
	else if (x509_parse_pem(pem->value, pem->len, &l, &why) != ERR_OK)
		form_error(&f, "pem", why.text);
	if (f.errors_n > 0) {
		p->resp->status = 422;
		if (pem != NULL)
			form_set(&f, "pem", pem->value);
		e = show(p, &f, ei);
		goto out;
	}
	if ((e = add_all(p, &l, &added, ei)) != ERR_OK)
		goto out;
	e = added > 0 ? page_saved(p, "/ca-certificates", ei)
		      : resp_redirect(p->resp, "/ca-certificates?same=1");
out:
	ca_list_clear(&l);
	return e;
}

enum err
cacerts_ask_delete(struct page *p, struct errinfo *ei)
{
	const char *sha256 = req_text(&p->req->query, "sha256");
	struct ca_list l = {NULL, 0};
	size_t i;
	enum err e;

	page_title(p, "Delete this certificate?");
	if ((e = store_ca_list(p->web->store, &l, ei)) != ERR_OK)
		goto out;
	e = err_set(ei, ERR_NOTFOUND, "There is no such certificate.");
	for (i = 0; i < l.n; i++)
		if (str_eq(l.v[i].sha256, sha256)) {
			cert_view(view_sub(p->view, "cert"), &l.v[i], p->now_s);
			e = ERR_OK;
		}
out:
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
	return page_saved(p, "/ca-certificates?deleted=1", ei);
}
