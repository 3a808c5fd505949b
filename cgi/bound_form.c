/* bound_form.c - see bound_form.h. */
#include "cgi/bound_form.h"

#include "cgi/form.h"
#include "cgi/page.h"
#include "common/bound.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/str.h"

void
bound_form_fill(struct form *f, const struct bound *b)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		if (bound_get(b, f->v[i].key) != NULL)
			form_set(f, f->v[i].key, bound_get(b, f->v[i].key));
}

static void
problem(void *arg, const char *key, const char *text)
{
	form_error(arg, key, text);
}

static void
take_fields(struct form *f, struct bound *b)
{
	struct errinfo why = {ERR_OK, ""};
	const char *value;
	size_t i;

	for (i = 0; i < f->n; i++) {
		const char *key = f->v[i].key;

		if (bound_get(b, key) == NULL ||
		    (value = form_get(f, key)) == NULL)
			continue;
		if (bound_set(b, key, value, &why) != ERR_OK)
			form_error(f, key, why.text);
	}
	(void)bound_check(b, problem, f);
}

/* A stored secret is used only where it was entered for. */
static enum err
ask_again(struct form *f, const struct bound *b, struct errinfo *ei)
{
	struct strlist changed = {NULL, 0};
	enum err e;
	size_t i;

	if ((e = bound_binding_diff(b, &changed)) != ERR_OK)
		(void)err_set(ei, e, "The stored secret cannot be judged.");
	for (i = 0; e == ERR_OK && i < changed.n; i++)
		form_error(f, changed.v[i],
		    "You changed this. What is stored was entered for "
		    "another value: enter it again below, or change this "
		    "back.");
	if (e == ERR_OK && changed.n > 0)
		form_error(f, bound_secret_key(b->kind),
		    "Enter it again. What is stored is used only where it "
		    "was entered for.");
	strlist_clear(&changed);
	return e;
}

static enum err
seal(struct page *p, struct bound *b, const struct secret *secret,
    struct errinfo *ei)
{
	unsigned char box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t n = 0;
	enum err e;

	if ((e = bound_binding(b, binding, sizeof(binding), ei)) != ERR_OK ||
	    (e = seal_box(p->web->seal_pk, binding, secret, box, &n, ei)) !=
		ERR_OK ||
	    (e = bound_give_box(b, box, n, binding, ei)) != ERR_OK)
		return e;
	b->secret_set_s = p->now_s;
	return ERR_OK;
}

static enum err
take_secret(struct page *p, struct form *f, struct bound *b, struct errinfo *ei)
{
	const char *key = bound_secret_key(b->kind);
	struct secret secret = SECRET_INIT;
	enum err e;

	if (key == NULL)
		return ERR_OK;
	if ((e = form_secret(f, key, p->req, &secret)) != ERR_OK) {
		e = e == ERR_ARG ? ERR_OK : e;
		goto out;
	}
	if (bound_is_nameless(b))
		bound_drop_box(b);
	if (secret.len > 0 && bound_is_nameless(b))
		form_error(f, "account",
		    "Enter the user name as well, or leave the password "
		    "empty.");
	else if (f->errors_n > 0)
		goto out; /* it is not what was typed */
	else if (secret.len > 0)
		e = seal(p, b, &secret, ei);
	else if (bound_wants_secret(b) && b->box.n == 0)
		form_error(f, key,
		    bound_is_hook(b)
			? "Enter a key, and the same at the receiver."
			: "Enter the password of this user name.");
	else
		e = ask_again(f, b, ei);
out:
	secret_clear(&secret);
	return e;
}

enum err
bound_form_take(
    struct page *p, struct form *f, struct bound *b, struct errinfo *ei)
{
	take_fields(f, b);
	return take_secret(p, f, b, ei);
}
