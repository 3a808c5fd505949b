/* verb_admin.c - administrator accounts. */
#include <sodium.h>
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/password.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/store_admin.h"
#include "common/store_factor.h"
#include "common/valid.h"

int
verb_admin_list(struct ctl *c)
{
	struct admin_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	size_t i;

	if ((e = store_admin_list(c->store, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "admins");
	for (i = 0; i < l.n; i++) {
		const struct admin *a = &l.v[i];

		out_row(&c->out);
		out_str(&c->out, "name", "NAME", a->name);
		out_str(&c->out, "role", "ROLE", role_name(a->role));
		out_flag(&c->out, "enabled", "ENABLED", a->enabled);
		out_flag(&c->out, "must_change", "MUST CHANGE PASSWORD",
		    a->must_change);
		out_time(&c->out, "created", NULL, a->created_s);
		out_time(
		    &c->out, "last_signin", "LAST SIGN-IN", a->last_signin_s);
		out_flag(
		    &c->out, "second_factor", "SECOND FACTOR", a->has_factor);
	}
	out_rows_end(&c->out, "There is no administrator account.");
	admin_list_clear(&l);
	return EXIT_DONE;
}

/* What an account may be told.  A member may be NULL where it is no field. */
struct fields {
	enum role *role;
	bool *must_change;
	bool *drop_factor;
};

static void
take_fields(struct ctl *c, const struct fields *f)
{
	enum role *role = f->role;
	bool *must_change = f->must_change, keep;
	const char *key, *value;
	size_t i;

	for (i = 0; i < c->args.keys.n; i++) {
		key = c->args.keys.v[i];
		value = c->args.values.v[i];
		if (role != NULL && str_eq(key, "role")) {
			*role = role_parse(value);
			if (*role == ROLE_NONE)
				ctl_problem(c, key,
				    "Choose one of: "
				    "read-write or read-only or auditor.");
		} else if (must_change != NULL && str_eq(key, "must_change")) {
			if (setting_bool(value, must_change) != ERR_OK)
				ctl_problem(c, key, "Write yes or no.");
		} else if (f->drop_factor != NULL &&
			   str_eq(key, "second_factor")) {
			if (setting_bool(value, &keep) != ERR_OK || keep)
				ctl_problem(c, key,
				    "Write no to take it away. Only the "
				    "administrator can set one, on the pages.");
			else
				*f->drop_factor = true;
		} else {
			ctl_problem(c, key, "There is no such field here.");
		}
	}
}

/* out: what libsodium makes of it; crypto_pwhash_STRBYTES bytes. */
static enum err
new_password(struct ctl *c, const char *name, char *out, struct errinfo *ei)
{
	struct secret s = SECRET_INIT;
	bool given;
	enum err e;

	e = password_read(c, true, "New password: ", &s, &given, ei);
	if (e != ERR_OK)
		goto out;
	if (valid_new_password(secret_peek(&s), name, ei) != ERR_OK) {
		ctl_problem(c, "password", ei->text);
		goto out;
	}
	if (crypto_pwhash_str(out, secret_peek(&s), s.len,
		crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		e = err_set(ei, ERR_NOMEM, "%s", err_default_text(ERR_NOMEM));
out:
	secret_clear(&s);
	return e;
}

static int
done(struct ctl *c, enum err e, const struct errinfo *ei)
{
	if (e != ERR_OK)
		return ctl_fail(c, e, ei);
	out_flag(&c->out, "ok", NULL, true);
	return EXIT_DONE;
}

int
verb_admin_add(struct ctl *c)
{
	char hash[crypto_pwhash_STRBYTES] = "";
	struct errinfo ei = {ERR_OK, ""};
	struct admin a = {0}, was = {0};
	enum err e;

	a.name = (char *)(uintptr_t)c->words[0];
	a.role = ROLE_READ_WRITE;
	a.must_change = true;
	a.enabled = true;
	a.pwhash = hash;
	take_fields(c, &(struct fields){&a.role, &a.must_change, NULL});
	e = store_admin_find(c->store, a.name, &was, &ei);
	if (e == ERR_OK) {
		admin_clear(&was);
		e = err_set(&ei, ERR_EXISTS,
		    "There is an account with this name already.");
	} else if (e == ERR_NOTFOUND) {
		e = new_password(c, a.name, hash, &ei);
	}
	if (e == ERR_OK && c->problems_n > 0)
		return ctl_problems_end(c);
	if (e == ERR_OK)
		e = store_admin_put(c->store, &c->actor, &a, &ei);
	return done(c, e, &ei);
}

int
verb_admin_edit(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	bool drop = false;
	struct admin a;
	enum err e;

	if (c->args.keys.n == 0)
		return ctl_refuse(c, EXIT_USAGE,
		    "say what to change, as "
		    "role=ROLE");
	if ((e = store_admin_find(c->store, c->words[0], &a, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	take_fields(c, &(struct fields){&a.role, &a.must_change, &drop});
	if (c->problems_n == 0)
		e = store_admin_put(c->store, &c->actor, &a, &ei);
	if (e == ERR_OK && c->problems_n == 0 && drop)
		e = store_factor_delete(c->store, &c->actor, a.id, a.name, &ei);
	admin_clear(&a);
	return c->problems_n > 0 ? ctl_problems_end(c) : done(c, e, &ei);
}

int
verb_admin_password(struct ctl *c)
{
	char hash[crypto_pwhash_STRBYTES] = "";
	struct errinfo ei = {ERR_OK, ""};
	bool must_change = false;
	struct admin a;
	enum err e;

	if ((e = store_admin_find(c->store, c->words[0], &a, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	take_fields(c, &(struct fields){NULL, &must_change, NULL});
	e = new_password(c, a.name, hash, &ei);
	if (e == ERR_OK && c->problems_n == 0)
		e = store_admin_set_password(
		    c->store, &c->actor, a.id, hash, must_change, NULL, &ei);
	admin_clear(&a);
	if (e == ERR_OK && c->problems_n > 0)
		return ctl_problems_end(c);
	return done(c, e, &ei);
}

static int
switch_admin(struct ctl *c, bool enabled)
{
	struct errinfo ei = {ERR_OK, ""};
	struct admin a;
	enum err e;

	if ((e = store_admin_find(c->store, c->words[0], &a, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	a.enabled = enabled;
	e = store_admin_put(c->store, &c->actor, &a, &ei);
	admin_clear(&a);
	return done(c, e, &ei);
}

int
verb_admin_enable(struct ctl *c)
{
	return switch_admin(c, true);
}

int
verb_admin_disable(struct ctl *c)
{
	return switch_admin(c, false);
}

int
verb_admin_delete(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	e = store_admin_delete(c->store, &c->actor, c->words[0], &ei);
	return done(c, e, &ei);
}

int
verb_admin_unlock(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct admin a;
	enum err e;

	if ((e = store_admin_find(c->store, c->words[0], &a, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = store_limit_unlock(c->store, &c->actor, a.name, &ei);
	admin_clear(&a);
	return done(c, e, &ei);
}

/* 0 where no name was given: all accounts. */
static enum err
account_id(struct ctl *c, int64_t *id, struct errinfo *ei)
{
	struct admin a;
	enum err e;

	*id = 0;
	if (c->words_n == 0)
		return ERR_OK;
	if ((e = store_admin_find(c->store, c->words[0], &a, ei)) != ERR_OK)
		return e;
	*id = a.id;
	admin_clear(&a);
	return ERR_OK;
}

int
verb_admin_sessions(struct ctl *c)
{
	struct session_list l = {NULL, 0};
	const int64_t now_s = clock_wall_s();
	struct errinfo ei = {ERR_OK, ""};
	int64_t id;
	enum err e;
	size_t i;

	if ((e = account_id(c, &id, &ei)) != ERR_OK ||
	    (e = store_session_list(c->store, id, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "sessions");
	for (i = 0; i < l.n; i++) {
		const struct session_row *r = &l.v[i];

		if (!session_is_live(r, now_s))
			continue;
		out_row(&c->out);
		out_str(&c->out, "name", "NAME", r->admin_name);
		out_str(&c->out, "address", "FROM", r->address);
		out_time(&c->out, "since", "SIGNED IN", r->created_s);
		out_time(&c->out, "last", "LAST USED", r->last_s);
	}
	out_rows_end(&c->out, "Nobody is signed in.");
	session_list_clear(&l);
	return EXIT_DONE;
}

int
verb_admin_end(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	int64_t id;
	enum err e;

	if ((e = account_id(c, &id, &ei)) == ERR_OK)
		e = store_session_end_others(c->store, id, NULL, &ei);
	return done(c, e, &ei);
}
