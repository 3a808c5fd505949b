/* verb_proxy.c - the Connector Proxy. */
#include <stdio.h>
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/job_report.h"
#include "backend/ctl/manager_link.h"
#include "backend/ctl/password.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/seal.h"
#include "common/secret.h"
#include "common/settings.h"
#include "common/store_proxy.h"

static void
print_proxy(struct ctl *c, const struct proxy *p, size_t records)
{
	bool is_set = p->rev != 0;

	out_flag(&c->out, "set", NULL, is_set);
	if (!is_set)
		out_text(&c->out, "No Connector Proxy is set.\n");
	out_str(&c->out, "host", is_set ? "Address" : NULL, p->host);
	out_str(&c->out, "port", is_set ? "Port" : NULL, is_set ? p->port : "");
	out_str(&c->out, "account", is_set ? "Username" : NULL, p->account);
	out_flag(&c->out, "has_password", is_set ? "Password stored" : NULL,
	    p->box.n > 0);
	out_time(&c->out, "password_set", NULL, p->password_set_s);
	out_time(&c->out, "changed", is_set ? "Changed" : NULL, p->changed_s);
	out_str(
	    &c->out, "changed_by", is_set ? "Changed by" : NULL, p->changed_by);
	out_int(&c->out, "records",
	    is_set ? "Exchange records that use it" : NULL, (int64_t)records);
}

int
verb_proxy_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct proxy p;
	size_t records = 0;
	enum err e;

	if ((e = store_proxy_get(c->store, &p, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((e = store_proxy_users(c->store, &records, &ei)) == ERR_OK)
		print_proxy(c, &p, records);
	proxy_clear(&p);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static void
take_fields(struct ctl *c, struct proxy *p)
{
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	for (i = 0; i < c->args.keys.n; i++)
		if (proxy_set(p, c->args.keys.v[i], c->args.values.v[i], &ei) !=
		    ERR_OK)
			ctl_problem(c, c->args.keys.v[i], ei.text);
	(void)proxy_check(p, ctl_problem, c);
}

/* Bound fields were changed and no password came with them. */
static enum err
refuse_unbound(struct ctl *c, const struct proxy *p)
{
	struct strlist keys = {NULL, 0};
	enum err e;
	size_t i;

	e = proxy_binding_diff(p, &keys);
	for (i = 0; e == ERR_OK && i < keys.n; i++)
		ctl_problem(c, keys.v[i],
		    "You changed this, and the stored password is used only "
		    "with the proxy it was entered for. Give the password "
		    "again (--password-stdin).");
	strlist_clear(&keys);
	return e;
}

static enum err
seal(struct ctl *c, struct proxy *p, const struct secret *password,
    struct errinfo *ei)
{
	unsigned char pk[SEAL_PK_LEN], box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t n = 0;
	enum err e;

	if ((e = seal_pk_load(c->conf.seal_pk, pk, ei)) != ERR_OK ||
	    (e = proxy_binding(p, binding, sizeof(binding), ei)) != ERR_OK ||
	    (e = seal_box(pk, binding, password, box, &n, ei)) != ERR_OK ||
	    (e = proxy_give_box(p, box, n, binding, ei)) != ERR_OK)
		return e;
	p->password_set_s = clock_wall_s();
	return ERR_OK;
}

static enum err
take_password(struct ctl *c, struct proxy *p, struct errinfo *ei)
{
	const struct setting *row = setting_find("proxy", "password");
	struct secret password = SECRET_INIT;
	bool given = false;
	enum err e;

	if (p->account[0] == '\0')
		proxy_drop_box(p);
	e = password_read(
	    c, false, "Password of the proxy: ", &password, &given, ei);
	if (e != ERR_OK)
		goto out;
	if (given && p->account[0] == '\0')
		ctl_problem(c, "account", "Enter the user name as well.");
	else if (given && password.len == 0)
		ctl_problem(c, "password", "Enter the password.");
	else if (given &&
		 setting_check(row, secret_peek(&password), ei) != ERR_OK)
		ctl_problem(c, "password", ei->text);
	else if (given && c->problems_n == 0)
		e = seal(c, p, &password, ei);
	else if (!given && p->account[0] != '\0' && p->box.n == 0)
		ctl_problem(c, "password",
		    "Give the password of this user name "
		    "(--password-stdin).");
	else if (!given)
		e = refuse_unbound(c, p);
out:
	secret_clear(&password);
	return e;
}

int
verb_proxy_set(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct proxy p;
	enum err e;
	int code;

	if (c->args.keys.n == 0 && (c->args.given & O_PASSWORD) == 0)
		return ctl_refuse(c, EXIT_USAGE,
		    "say what to set, as key=value, or give a password");
	if ((e = store_proxy_get(c->store, &p, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	take_fields(c, &p);
	if ((e = take_password(c, &p, &ei)) != ERR_OK)
		code = ctl_fail(c, e, &ei);
	else if ((code = ctl_problems_end(c)) == EXIT_DONE)
		code = (e = store_proxy_put(c->store, &c->actor, &p, &ei)) ==
			       ERR_OK
			   ? manager_apply(c)
			   : ctl_fail(c, e, &ei);
	proxy_clear(&p);
	return code;
}

int
verb_proxy_clear(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e = store_proxy_delete(c->store, &c->actor, &ei);

	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

int
verb_proxy_test(struct ctl *c)
{
	char host[PROXY_HOST_MAX];
	struct msg_proxy_test m = {.host = host};
	struct errinfo ei = {ERR_OK, ""};
	struct msg_job_ref job;
	struct msg_report r;
	int code = EXIT_DONE;
	enum err e;

	memset(&job, 0, sizeof(job));
	memset(&r, 0, sizeof(r));
	e = c->words_n > 0
		? proxy_target(c->words[0], host, &m.port, &ei)
		: store_proxy_target(c->store, host, sizeof(host), &ei);
	if (e == ERR_OK && host[0] == '\0')
		return ctl_refuse(c, EXIT_USAGE,
		    "there is no Exchange record to take a server from: say "
		    "which host to CONNECT to");
	if (e == ERR_OK)
		e = manager_call(
		    c, IPC_PROXY_TEST, &m, IPC_PROXY_TESTING, &job, &ei);
	if (e == ERR_OK && (e = job_follow(c, &job, &r, &ei)) == ERR_OK)
		code = job_print(c, &r);
	msg_report_free(&r);
	msg_job_ref_free(&job);
	return e == ERR_OK ? code : ctl_fail(c, e, &ei);
}
