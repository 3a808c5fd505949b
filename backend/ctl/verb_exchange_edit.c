/* verb_exchange_edit.c - a new or changed Exchange record, as the page does
 * it: check all, seal the password, test the draft, store what was tested. */
#include <stdio.h>
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

struct edit {
	struct exchange x;
	struct secret password;
	bool is_new, has_password;
	bool needs_test; /* something changed that a test looks at */
};

static void
take_fields(struct ctl *c, struct edit *ed)
{
	struct errinfo ei = {ERR_OK, ""};
	const struct setting *row;
	const char *key, *was;
	size_t i;

	for (i = 0; i < c->args.keys.n; i++) {
		key = c->args.keys.v[i];
		row = setting_find("exchange", key);
		was = exchange_get(&ed->x, key);
		if (row != NULL && row->effect == SETTING_RETEST &&
		    was != NULL && !str_eq(was, c->args.values.v[i]))
			ed->needs_test = true;
		if (exchange_set(&ed->x, key, c->args.values.v[i], &ei) !=
		    ERR_OK)
			ctl_problem(c, key, ei.text);
	}
	(void)exchange_check(&ed->x, ctl_problem, c);
}

static enum err
check_name(struct ctl *c, struct edit *ed, struct errinfo *ei)
{
	bool taken = false;
	enum err e;

	e = store_exchange_name_taken(
	    c->store, ed->x.display_name, ed->x.id, &taken, ei);
	if (e == ERR_OK && taken)
		ctl_problem(c, "display_name",
		    "Another record has this name. Choose one of its own.");
	return e;
}

/* Bound fields were changed and no password came with them: each is named,
 * and nothing is stored. */
static enum err
refuse_unbound(struct ctl *c, struct edit *ed)
{
	struct strlist keys = {NULL, 0};
	enum err e;
	size_t i;

	e = exchange_binding_diff(&ed->x, &keys);
	for (i = 0; e == ERR_OK && i < keys.n; i++)
		ctl_problem(c, keys.v[i],
		    str_eq(keys.v[i], "password")
			? "Enter the password again: the stored one belongs to "
			  "other settings."
			: "You changed this, and the stored password is used "
			  "only with the settings it was entered for. Give the "
			  "password again (--password-stdin).");
	strlist_clear(&keys);
	return e;
}

static enum err
seal(struct ctl *c, struct edit *ed, struct errinfo *ei)
{
	unsigned char pk[SEAL_PK_LEN], box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t n = 0;
	enum err e;

	if ((e = seal_pk_load(c->conf.seal_pk, pk, ei)) != ERR_OK ||
	    (e = exchange_binding(&ed->x, binding, sizeof(binding), ei)) !=
		ERR_OK ||
	    (e = seal_box(pk, binding, &ed->password, box, &n, ei)) != ERR_OK)
		return e;
	mem_free(ed->x.box.p);
	if ((ed->x.box.p = try_alloc(n)) == NULL) {
		ed->x.box.n = 0;
		return err_set(
		    ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
	}
	memcpy(ed->x.box.p, box, n);
	ed->x.box.n = n;
	mem_free(ed->x.bound_to);
	ed->x.bound_to = xstrdup(binding);
	return ERR_OK;
}

static enum err
take_password(struct ctl *c, struct edit *ed, struct errinfo *ei)
{
	const struct setting *row = setting_find("exchange", "password");
	enum err e;

	e = password_read(c, ed->is_new,
	    "Password of the account: ", &ed->password, &ed->has_password, ei);
	if (e != ERR_OK)
		return e;
	if (!ed->has_password)
		return refuse_unbound(c, ed);
	ed->needs_test = true;
	if (ed->password.len == 0)
		ctl_problem(
		    c, "password", "Enter the password of this account.");
	else if (setting_check(row, secret_peek(&ed->password), ei) != ERR_OK)
		ctl_problem(c, "password", ei->text);
	return ERR_OK;
}

static enum err
make_draft(struct ctl *c, struct edit *ed, struct exchange_draft *d,
    struct errinfo *ei)
{
	enum err e;

	memset(d, 0, sizeof(*d));
	d->draft_id = xstrdup("");
	d->owner = xstrdup(c->who);
	d->job_id = xstrdup("");
	d->is_new = ed->is_new;
	d->base_rev = ed->x.rev;
	/* This program stores it, and nobody else meanwhile. */
	d->store_when_passed = false;
	if ((e = exchange_copy(&d->x, &ed->x)) != ERR_OK)
		return err_set(ei, e, "%s", err_default_text(e));
	return store_draft_put(c->store, d, ei);
}

/* What the answer says of the record, beside revision and report. */
static void
print_stored(struct ctl *c, const struct edit *ed, bool stored, bool tested)
{
	out_str(&c->out, "id", NULL, ed->x.id);
	out_str(&c->out, "display_name", NULL, ed->x.display_name);
	out_flag(&c->out, "stored", NULL, stored);
	out_flag(&c->out, "tested", NULL, tested);
	if (stored)
		out_text(&c->out, "\"%s\" is stored%s.\n", ed->x.display_name,
		    tested || !ed->needs_test ? "" : ", untested");
}

static int
store_plain(struct ctl *c, struct edit *ed)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	e = store_exchange_put(c->store, &c->actor, &ed->x, &ei);
	if (e == ERR_EXISTS) {
		ctl_problem(c, "display_name", ei.text);
		return ctl_problems_end(c);
	}
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	print_stored(c, ed, true, false);
	return manager_apply(c);
}

/* The test failed or did not run: nothing is stored, or the record as
 * disabled where that was asked for. */
static int
after_failure(
    struct ctl *c, struct edit *ed, enum err e, const struct errinfo *why)
{
	int code = EXIT_FAILED;

	if (!c->args.keep_disabled) {
		if (e != ERR_OK)
			return ctl_fail(c, e, why);
		out_flag(&c->out, "ok", NULL, false);
		print_stored(c, ed, false, false);
		ctl_say("Nothing was stored. --keep-disabled stores a record "
			"that does not work yet.");
		return EXIT_FAILED;
	}
	if (e != ERR_OK) {
		ctl_say("calconnctl: %s", why->text);
		if (e == ERR_CONNECT || e == ERR_GONE)
			code = EXIT_NO_MANAGER;
	}
	ed->x.enabled = false;
	if (store_plain(c, ed) != EXIT_DONE)
		return EXIT_FAILED;
	return code;
}

static int
test_and_store(struct ctl *c, struct edit *ed)
{
	bool has_email = ed->x.email[0] != '\0', passed = false;
	struct errinfo ei = {ERR_OK, ""};
	struct exchange_draft d;
	struct conn_target what = {"", "", NULL, NULL};
	struct conn_reports r;
	int code;
	enum err e, tested;

	memset(&r, 0, sizeof(r));
	e = tested = make_draft(c, ed, &d, &ei);
	what.draft_id = d.draft_id;
	if (e == ERR_OK)
		tested = conn_test_run(c, &what, &r, &ei);
	if (tested == ERR_OK) {
		conn_test_print(c, &r);
		passed = conn_test_passed(&r);
	}
	if (passed && has_email) {
		e = store_draft_commit(c->store, &c->actor, d.draft_id,
		    r.v[0].draft_rev, true, &ei);
		if (e == ERR_OK) {
			print_stored(c, ed, true, true);
			code = manager_apply(c);
		} else {
			code = ctl_fail(c, e, &ei);
		}
	} else if (!has_email && e == ERR_OK) {
		/* Without a mailbox only the directory can be asked, and a
		 * record is stored whatever it says. */
		if (tested != ERR_OK)
			ctl_say("calconnctl: not tested: %s", ei.text);
		code = store_plain(c, ed);
	} else {
		code = after_failure(c, ed, tested, &ei);
	}
	if (d.draft_id != NULL && d.draft_id[0] != '\0')
		(void)!store_draft_delete(c->store, d.draft_id, NULL);
	conn_reports_clear(&r);
	exchange_draft_clear(&d);
	return code;
}

static int
edit(struct ctl *c, struct edit *ed)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	int code;

	take_fields(c, ed);
	if ((e = check_name(c, ed, &ei)) != ERR_OK ||
	    (e = take_password(c, ed, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((code = ctl_problems_end(c)) != EXIT_DONE)
		return code;
	if (ed->has_password && (e = seal(c, ed, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if (!ed->needs_test)
		return store_plain(c, ed);
	return test_and_store(c, ed);
}

int
verb_exchange_add(struct ctl *c)
{
	struct edit ed;
	char id[33];
	int code;

	memset(&ed, 0, sizeof(ed));
	exchange_init(&ed.x);
	str_random_hex(id, 16);
	mem_free(ed.x.id);
	ed.x.id = xstrdup(id);
	ed.is_new = true;
	ed.needs_test = true;
	code = edit(c, &ed);
	secret_clear(&ed.password);
	exchange_clear(&ed.x);
	return code;
}

int
verb_exchange_edit(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct edit ed;
	enum err e;
	int code;

	if (c->args.keys.n == 0 && (c->args.given & O_PASSWORD) == 0)
		return ctl_refuse(c, EXIT_USAGE,
		    "say what to change, as "
		    "key=value, or give a new password");
	memset(&ed, 0, sizeof(ed));
	if ((e = store_exchange_find(c->store, c->words[0], &ed.x, &ei)) !=
	    ERR_OK)
		return ctl_fail(c, e, &ei);
	code = edit(c, &ed);
	secret_clear(&ed.password);
	exchange_clear(&ed.x);
	return code;
}
