/* bound_args.c - see bound_args.h. */
#include "backend/ctl/bound_args.h"

#include "backend/ctl/ctl.h"
#include "backend/ctl/password.h"
#include "common/bound.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/settings.h"

static void
take_fields(struct ctl *c, struct bound *b)
{
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	for (i = 0; i < c->args.keys.n; i++)
		if (bound_set(b, c->args.keys.v[i], c->args.values.v[i], &ei) !=
		    ERR_OK)
			ctl_problem(c, c->args.keys.v[i], ei.text);
	(void)bound_check(b, ctl_problem, c);
}

/* Bound fields were changed and no secret came with them. */
static enum err
refuse_unbound(struct ctl *c, const struct bound *b)
{
	struct strlist keys = {NULL, 0};
	enum err e;
	size_t i;

	e = bound_binding_diff(b, &keys);
	for (i = 0; e == ERR_OK && i < keys.n; i++)
		ctl_problem(c, keys.v[i],
		    "You changed this, and the stored secret is used only "
		    "where it was entered for. Give it again "
		    "(--password-stdin).");
	strlist_clear(&keys);
	return e;
}

static enum err
seal(struct ctl *c, struct bound *b, const struct secret *secret,
    struct errinfo *ei)
{
	unsigned char pk[SEAL_PK_LEN], box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t n = 0;
	enum err e;

	if ((e = seal_pk_load(c->conf.seal_pk, pk, ei)) != ERR_OK ||
	    (e = bound_binding(b, binding, sizeof(binding), ei)) != ERR_OK ||
	    (e = seal_box(pk, binding, secret, box, &n, ei)) != ERR_OK ||
	    (e = bound_give_box(b, box, n, binding, ei)) != ERR_OK)
		return e;
	b->secret_set_s = clock_wall_s();
	return ERR_OK;
}

enum err
bound_args_take(
    struct ctl *c, struct bound *b, const char *prompt, struct errinfo *ei)
{
	const char *key = bound_secret_key(b->kind);
	struct secret secret = SECRET_INIT;
	bool given = false;
	enum err e;

	take_fields(c, b);
	if (bound_is_nameless(b))
		bound_drop_box(b);
	e = password_read(c, false, prompt, &secret, &given, ei);
	if (e != ERR_OK)
		goto out;
	if (given && key == NULL)
		ctl_problem(c, "transport", "Syslog has no secret.");
	else if (given && bound_is_nameless(b))
		ctl_problem(c, "account", "Enter the user name as well.");
	else if (given && secret.len == 0)
		ctl_problem(c, key, "Enter it.");
	else if (given && setting_check(setting_find(bound_name(b->kind), key),
			      secret_peek(&secret), ei) != ERR_OK)
		ctl_problem(c, key, ei->text);
	else if (given && c->problems_n == 0)
		e = seal(c, b, &secret, ei);
	else if (!given && bound_wants_secret(b) && b->box.n == 0)
		ctl_problem(c, key, "Give it (--password-stdin).");
	else if (!given && key != NULL)
		e = refuse_unbound(c, b);
out:
	secret_clear(&secret);
	return e;
}
