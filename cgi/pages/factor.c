/* factor.c - Second factor: an administrator sets up, or takes away, the
 * codes that are asked for beside their own password.  The key is shown once,
 * while it is set up; what is kept is a sealed box, which travels with the
 * form until a code has proved that the app has the key. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "cgi/ctl_client.h"
#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/reauth.h"
#include "common/alloc.h"
#include "common/factor.h"
#include "common/log.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/store.h"
#include "common/store_factor.h"
#include "common/str.h"

#define BOX_TEXT_MAX 1024 /* bytes of a box in base64 */
#define GROUP 4 /* letters of the key that stand together */
#define B32_LEN (FACTOR_KEY_LEN * 8 / 5)

/* RFC 4648 6, without padding: 20 bytes need none. */
static void
base32(const unsigned char *key, char out[B32_LEN + 1])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t i;

	for (i = 0; i < B32_LEN; i++) {
		size_t bit = i * 5, at = bit / 8, off = bit % 8;
		unsigned v = (unsigned)key[at] << 8;

		if (at + 1 < FACTOR_KEY_LEN)
			v |= key[at + 1];
		out[i] = digits[(v >> (11 - off)) & 31];
	}
	out[B32_LEN] = '\0';
}

static void
show_key(struct page *p, const char *text)
{
	char grouped[B32_LEN + B32_LEN / GROUP + 1];
	size_t i, n = 0;

	for (i = 0; i < B32_LEN; i++) {
		if (i > 0 && i % GROUP == 0)
			grouped[n++] = ' ';
		grouped[n++] = text[i];
	}
	grouped[n] = '\0';
	view_str(p->view, "key", grouped);
	mem_wipe(grouped, sizeof(grouped));
}

/* A new key: shown, and sealed for the form. */
static enum err
make_key(struct page *p, struct errinfo *ei)
{
	unsigned char raw[FACTOR_KEY_LEN], box[SEAL_BOX_MAX];
	char text[B32_LEN + 1], binding[SEAL_BINDING_MAX];
	char sealed[BOX_TEXT_MAX];
	struct secret key = SECRET_INIT;
	size_t n = 0;
	enum err e;

	randombytes_buf(raw, sizeof(raw));
	if ((e = factor_binding(p->session.admin_name, binding, ei)) !=
		ERR_OK ||
	    (e = secret_set(&key, raw, sizeof(raw))) != ERR_OK ||
	    (e = seal_box(p->web->seal_pk, binding, &key, box, &n, ei)) !=
		ERR_OK)
		goto out;
	if (sodium_base64_encoded_len(n, sodium_base64_VARIANT_URLSAFE) >
	    sizeof(sealed)) {
		e = err_set(ei, ERR_TOOBIG, "The name is too long for this.");
		goto out;
	}
	sodium_bin2base64(
	    sealed, sizeof(sealed), box, n, sodium_base64_VARIANT_URLSAFE);
	base32(raw, text);
	show_key(p, text);
	view_str(p->view, "box", sealed);
out:
	mem_wipe(raw, sizeof(raw));
	mem_wipe(text, sizeof(text));
	secret_clear(&key);
	return e;
}

static void
fields(struct form *f)
{
	form_init(f);
	form_add(f, "code", "Code", FACTOR_CODE_MAX, false);
	reauth_add(f, "Your own password");
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	struct factor have = {0};
	enum err e;

	page_title(p, "Second factor");
	page_flags(p, "done", "gone");
	form_view(f, p->view);
	e = store_factor_get(p->web->store, p->session.admin_id, &have, ei);
	if (e == ERR_OK)
		view_time(p->view, "since", have.set_s, "");
	factor_clear(&have);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err
factor_show(struct page *p, struct errinfo *ei)
{
	struct form f;

	fields(&f);
	return show(p, &f, ei);
}

static enum err
begin(struct page *p, struct form *f, struct errinfo *ei)
{
	enum err e;

	if ((e = reauth_take(p, f, ei)) != ERR_OK)
		return e;
	if (f->errors_n > 0)
		p->resp->status = 422;
	else if ((e = make_key(p, ei)) != ERR_OK)
		return e;
	return show(p, f, ei);
}

static enum err
confirm(struct page *p, struct form *f, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	const char *sealed = req_text(&p->req->body, "box");
	const char *typed = form_get(f, "code");
	unsigned char raw[SEAL_BOX_MAX];
	struct bytes box = {raw, 0};
	char code[FACTOR_CODE_MAX];
	uint64_t step = 0;
	enum err e;

	if (strlen(sealed) >= BOX_TEXT_MAX ||
	    sodium_base642bin(raw, sizeof(raw), sealed, strlen(sealed), NULL,
		&box.n, NULL, sodium_base64_VARIANT_URLSAFE) != 0)
		return err_set(ei, ERR_ARG, "Begin again: the key is gone.");
	factor_code(typed == NULL ? "" : typed, code);
	e = ctl_client_code(
	    p->web->ctl, p->session.admin_name, code, &box, &step, ei);
	if (e == ERR_AUTH && f->errors_n == 0)
		form_error(f, "code",
		    "This is not the code that the key gives now. Type the one "
		    "that the app shows; the clock of the phone must be "
		    "right.");
	if (e != ERR_OK && f->errors_n == 0)
		return e;
	if (f->errors_n > 0) {
		p->resp->status = 422;
		view_flag(p->view, "again", true);
		view_str(p->view, "box", sealed);
		return show(p, f, ei);
	}
	e = store_factor_put(p->web->store, &who, p->session.admin_id,
	    p->session.admin_name, box.p, box.n, step, ei);
	if (e != ERR_OK)
		return e;
	log_kv(LOG_L_INFO, "hybridservices.web", "Second Factor Set", "Name",
	    p->session.admin_name, "Address", p->req->address, NULL);
	return resp_redirect(p->resp, "/second-factor?done=1");
}

static enum err
take_away(struct page *p, struct form *f, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	enum err e;

	if ((e = reauth_take(p, f, ei)) != ERR_OK)
		return e;
	if (f->errors_n > 0) {
		p->resp->status = 422;
		return show(p, f, ei);
	}
	e = store_factor_delete(p->web->store, &who, p->session.admin_id,
	    p->session.admin_name, ei);
	return e == ERR_OK ? resp_redirect(p->resp, "/second-factor?gone=1")
			   : e;
}

enum err
factor_do(struct page *p, struct errinfo *ei)
{
	const char *what = req_text(&p->req->body, "do");
	struct form f;

	fields(&f);
	form_take(&f, p->req);
	if (str_eq(what, "begin"))
		return begin(p, &f, ei);
	if (str_eq(what, "confirm"))
		return confirm(p, &f, ei);
	if (str_eq(what, "remove"))
		return take_away(p, &f, ei);
	return err_set(ei, ERR_ARG, "Choose what to do.");
}
