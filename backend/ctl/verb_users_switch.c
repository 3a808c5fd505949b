/* verb_users_switch.c - enables, disables and retries users. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "backend/ctl/user_wait.h"
#include "common/store_user.h"

/* All of them must exist before the first is changed. */
static enum err
check_all(struct ctl *c, struct strlist *who, struct errinfo *ei)
{
	struct user u;
	enum err e;
	size_t i;

	for (i = 0; i < c->words_n; i++) {
		if ((e = store_user_find(c->store, c->words[i], &u, ei)) !=
		    ERR_OK) {
			errinfo_context(ei, "%s", c->words[i]);
			return e;
		}
		e = strlist_add(who, u.address);
		user_clear(&u);
		if (e != ERR_OK)
			return err_set(ei, e, "%s", err_default_text(e));
	}
	return ERR_OK;
}

static enum err
set_one(struct ctl *c, const char *address, bool enabled, struct errinfo *ei)
{
	struct user u;
	enum err e;

	if ((e = store_user_find(c->store, address, &u, ei)) != ERR_OK)
		return e;
	if (u.enabled != enabled) {
		u.enabled = enabled;
		e = store_user_put(c->store, &c->actor, &u, ei);
	}
	user_clear(&u);
	return e;
}

static int
switch_users(struct ctl *c, bool enabled)
{
	struct errinfo ei = {ERR_OK, ""};
	struct strlist who = {NULL, 0};
	enum err e;
	size_t i;
	int code;

	e = check_all(c, &who, &ei);
	for (i = 0; e == ERR_OK && i < who.n; i++)
		e = set_one(c, who.v[i], enabled, &ei);
	code = e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
	if (code == EXIT_DONE && c->args.wait_s > 0)
		code = user_wait(c, &who, enabled, 0);
	strlist_clear(&who);
	return code;
}

int
verb_users_enable(struct ctl *c)
{
	return switch_users(c, true);
}

int
verb_users_disable(struct ctl *c)
{
	return switch_users(c, false);
}

static enum err
retry_one(struct ctl *c, char *address, struct errinfo *ei)
{
	struct msg_mailbox_ref msg = {.address = address};
	struct msg_empty ok;
	enum err e;

	memset(&ok, 0, sizeof(ok));
	e = manager_call(c, IPC_USER_RETRY, &msg, IPC_OK, &ok, ei);
	if (e != ERR_OK)
		errinfo_context(ei, "%s", address);
	return e;
}

int
verb_users_retry(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct strlist who = {NULL, 0};
	int code = EXIT_DONE;
	uint64_t mark;
	enum err e;
	size_t i;

	e = check_all(c, &who, &ei);
	mark = user_wait_mark(c, &who);
	for (i = 0; e == ERR_OK && i < who.n; i++)
		e = retry_one(c, who.v[i], &ei);
	if (e != ERR_OK)
		code = ctl_fail(c, e, &ei);
	else
		out_flag(&c->out, "ok", NULL, true);
	if (code == EXIT_DONE && c->args.wait_s > 0)
		code = user_wait(c, &who, true, mark);
	strlist_clear(&who);
	return code;
}
