/* verb_exchange_rotate.c - another service account for a record: entered and
 * tested beside the current one, then taken, or dropped. */
#include <string.h>

#include "backend/ctl/conn_test.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "backend/ctl/password.h"
#include "common/alloc.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/store_exchange.h"
#include "common/store_next.h"

static int
test_next(struct ctl *c, const struct exchange *x)
{
	struct conn_target what = {"", x->id, NULL, NULL};
	struct errinfo ei = {ERR_OK, ""};
	struct exchange_next n;
	struct conn_reports l;
	enum err e;
	int code;

	memset(&n, 0, sizeof(n));
	if ((e = store_next_get(c->store, x->id, &n, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	what.next_id = n.next_id;
	e = conn_test_run(c, &what, &l, &ei);
	if (e == ERR_OK) {
		out_flag(&c->out, "ok", NULL, conn_test_passed(&l));
		out_str(&c->out, "next_account", NULL, n.account);
		conn_test_print(c, &l);
		code = conn_test_passed(&l) ? EXIT_DONE : EXIT_FAILED;
		conn_reports_clear(&l);
	} else {
		code = ctl_fail(c, e, &ei);
	}
	exchange_next_clear(&n);
	return code;
}

/* account=NAME, or the current one with another password. */
static void
take_account(struct ctl *c, struct exchange *x)
{
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	for (i = 0; i < c->args.keys.n; i++) {
		if (!str_eq(c->args.keys.v[i], "account"))
			ctl_problem(c, c->args.keys.v[i],
			    "Only the account is rotated: account=NAME.");
		else if (exchange_set(x, "account", c->args.values.v[i], &ei) !=
			 ERR_OK)
			ctl_problem(c, "account", ei.text);
	}
	(void)exchange_check(x, ctl_problem, c);
}

static enum err
seal_next(struct ctl *c, const struct exchange *x, const struct secret *pw,
    struct exchange_next *n, struct errinfo *ei)
{
	unsigned char pk[SEAL_PK_LEN], box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t len = 0;
	enum err e;

	if ((e = seal_pk_load(c->conf.seal_pk, pk, ei)) != ERR_OK ||
	    (e = exchange_binding(x, binding, sizeof(binding), ei)) != ERR_OK ||
	    (e = seal_box(pk, binding, pw, box, &len, ei)) != ERR_OK)
		return e;
	n->account = xstrdup(x->account);
	n->bound_to = xstrdup(binding);
	if ((n->box.p = try_alloc(len)) == NULL)
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	memcpy(n->box.p, box, len);
	n->box.n = len;
	return ERR_OK;
}

static int
stage(struct ctl *c, struct exchange *x)
{
	const struct setting *row = setting_find("exchange", "password");
	struct errinfo ei = {ERR_OK, ""};
	struct secret pw = SECRET_INIT;
	struct exchange_next n;
	bool given = false;
	enum err e;
	int code;

	memset(&n, 0, sizeof(n));
	take_account(c, x);
	if ((e = password_read(c, true, "Password of the next account: ", &pw,
		 &given, &ei)) != ERR_OK) {
		code = ctl_fail(c, e, &ei);
		goto out;
	}
	if (pw.len == 0)
		ctl_problem(
		    c, "password", "Enter the password of this account.");
	else if (setting_check(row, secret_peek(&pw), &ei) != ERR_OK)
		ctl_problem(c, "password", ei.text);
	if ((code = ctl_problems_end(c)) != EXIT_DONE)
		goto out;
	if ((e = seal_next(c, x, &pw, &n, &ei)) != ERR_OK ||
	    (e = store_next_put(c->store, &c->actor, x->id, &n, &ei)) != ERR_OK)
		code = ctl_fail(c, e, &ei);
	else
		code = test_next(c, x);
out:
	secret_clear(&pw);
	exchange_next_clear(&n);
	return code;
}

static int
take(struct ctl *c, const struct exchange *x)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	if ((e = store_next_take(c->store, &c->actor, x->id, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "taken", NULL, true);
	out_text(
	    &c->out, "\"%s\" has its next account now.\n", x->display_name);
	return manager_apply(c);
}

static int
drop(struct ctl *c, const struct exchange *x)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	if ((e = store_next_drop(c->store, &c->actor, x->id, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_flag(&c->out, "ok", NULL, true);
	out_flag(&c->out, "dropped", NULL, true);
	out_text(&c->out, "The next account of \"%s\" is forgotten.\n",
	    x->display_name);
	return EXIT_DONE;
}

int
verb_exchange_rotate(struct ctl *c)
{
	const char *what = c->words[1];
	struct errinfo ei = {ERR_OK, ""};
	bool is_stage = str_eq(what, "stage");
	struct exchange x;
	enum err e;
	int code;

	if (!is_stage && (c->args.keys.n > 0 || c->args.given & O_PASSWORD))
		return ctl_refuse(c, EXIT_USAGE,
		    "account and password are given to \"stage\" only");
	memset(&x, 0, sizeof(x));
	if ((e = store_exchange_find(c->store, c->words[0], &x, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if (is_stage)
		code = stage(c, &x);
	else if (str_eq(what, "test"))
		code = test_next(c, &x);
	else if (str_eq(what, "take"))
		code = take(c, &x);
	else if (str_eq(what, "drop"))
		code = drop(c, &x);
	else
		code = ctl_refuse(
		    c, EXIT_USAGE, "say what to do: stage, test, take or drop");
	exchange_clear(&x);
	return code;
}
