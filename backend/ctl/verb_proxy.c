/* verb_proxy.c - the Connector Proxy. */
#include <stdio.h>
#include <string.h>

#include "backend/ctl/bound_args.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/job_report.h"
#include "backend/ctl/manager_link.h"
#include "common/alloc.h"
#include "common/bound.h"
#include "common/store_proxy.h"

static void
print_proxy(struct ctl *c, const struct bound *p, size_t records)
{
	bool is_set = p->rev != 0;

	out_flag(&c->out, "set", NULL, is_set);
	if (!is_set)
		out_text(&c->out, "No Connector Proxy is set.\n");
	out_str(
	    &c->out, "host", is_set ? "Address" : NULL, bound_get(p, "host"));
	out_str(&c->out, "port", is_set ? "Port" : NULL,
	    is_set ? bound_get(p, "port") : "");
	out_str(&c->out, "account", is_set ? "Username" : NULL,
	    bound_get(p, "account"));
	out_flag(&c->out, "has_password", is_set ? "Password stored" : NULL,
	    p->box.n > 0);
	out_time(&c->out, "password_set", NULL, p->secret_set_s);
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
	struct bound p;
	size_t records = 0;
	enum err e;

	if ((e = store_proxy_get(c->store, &p, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((e = store_proxy_users(c->store, &records, &ei)) == ERR_OK)
		print_proxy(c, &p, records);
	bound_clear(&p);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

int
verb_proxy_set(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct bound p;
	enum err e;
	int code;

	if (c->args.keys.n == 0 && (c->args.given & O_PASSWORD) == 0)
		return ctl_refuse(c, EXIT_USAGE,
		    "say what to set, as key=value, or give a password");
	if ((e = store_proxy_get(c->store, &p, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((e = bound_args_take(c, &p, "Password of the proxy: ", &ei)) !=
	    ERR_OK)
		code = ctl_fail(c, e, &ei);
	else if ((code = ctl_problems_end(c)) == EXIT_DONE)
		code = (e = store_proxy_put(c->store, &c->actor, &p, &ei)) ==
			       ERR_OK
			   ? manager_apply(c)
			   : ctl_fail(c, e, &ei);
	bound_clear(&p);
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
