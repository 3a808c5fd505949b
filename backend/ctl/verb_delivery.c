/* verb_delivery.c - how alarms are sent away: by syslog, by mail and to a
 * webhook. */
#include <string.h>

#include "backend/ctl/bound_args.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/job_report.h"
#include "backend/ctl/manager_link.h"
#include "common/failure.h"
#include "common/settings.h"
#include "common/store_delivery.h"

static const char *
failure_title(const struct delivery_state *st)
{
	const struct failure *f = failure_find(st->failure);

	return f != NULL ? f->title : "";
}

static int
list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct delivery_state st;
	struct bound d;
	enum err e = ERR_OK;
	unsigned i;

	out_rows(&c->out, "delivery");
	for (i = 0; i < BOUND_WAYS_N && e == ERR_OK; i++) {
		if ((e = store_delivery_get(
			 c->store, (enum bound_kind)i, &d, &ei)) != ERR_OK ||
		    (e = store_delivery_state(c->store, d.kind, &st, &ei)) !=
			ERR_OK)
			break;
		out_row(&c->out);
		out_str(&c->out, "channel", "CHANNEL", bound_name(d.kind));
		out_flag(&c->out, "enabled", "ENABLED", bound_is_on(&d));
		out_time(&c->out, "sent", "LAST SENT", st.sent_s);
		out_int(&c->out, "waiting", "WAITING", st.waiting);
		out_int(&c->out, "tries", "FAILED TRIES", st.tries);
		out_str(&c->out, "failure", NULL, st.failure);
		out_str(&c->out, "answer", "LAST ANSWER", st.answer);
		bound_clear(&d);
	}
	out_rows_end(&c->out, "");
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static int
show(struct ctl *c, const struct bound *d)
{
	const char *name = bound_name(d->kind);
	struct errinfo ei = {ERR_OK, ""};
	const struct setting *s = NULL;
	struct delivery_state st;
	enum err e;

	if ((e = store_delivery_state(c->store, d->kind, &st, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_str(&c->out, "channel", "Channel", name);
	while ((s = setting_next(name, s)) != NULL) {
		if (s->kind == SETTING_P)
			out_flag(&c->out, "has_secret", s->label, d->box.n > 0);
		else if (s->kind == SETTING_B)
			out_flag(&c->out, s->key, s->label,
			    bound_get(d, s->key)[0] == 'y');
		else
			out_str(
			    &c->out, s->key, s->label, bound_get(d, s->key));
	}
	out_time(&c->out, "changed", "Changed", d->changed_s);
	out_str(&c->out, "changed_by", "Changed by", d->changed_by);
	out_time(&c->out, "sent", "Last sent", st.sent_s);
	out_int(&c->out, "waiting", "Waiting", st.waiting);
	out_int(&c->out, "tries", "Failed tries", st.tries);
	out_time(&c->out, "next_try", "Next try", st.tries > 0 ? st.next_s : 0);
	out_str(&c->out, "failure", NULL, st.failure);
	out_str(&c->out, "reason", "What failed", failure_title(&st));
	out_str(&c->out, "answer", "Last answer", st.answer);
	return EXIT_DONE;
}

static int
set(struct ctl *c, struct bound *d)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	int code;

	if ((e = bound_args_take(c, d, "Secret: ", &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((code = ctl_problems_end(c)) != EXIT_DONE)
		return code;
	e = store_delivery_put(c->store, &c->actor, d, &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

static int
test(struct ctl *c, const struct bound *d)
{
	char channel[BOUND_NAME_MAX];
	struct msg_delivery_ref m = {channel};
	struct errinfo ei = {ERR_OK, ""};
	struct msg_job_ref job;
	struct msg_report r;
	int code = EXIT_DONE;
	enum err e;

	memset(&job, 0, sizeof(job));
	memset(&r, 0, sizeof(r));
	(void)str_copy(channel, sizeof(channel), bound_name(d->kind));
	e = manager_call(
	    c, IPC_DELIVERY_TEST, &m, IPC_DELIVERY_TESTING, &job, &ei);
	if (e == ERR_OK && (e = job_follow(c, &job, &r, &ei)) == ERR_OK)
		code = job_print(c, &r);
	msg_report_free(&r);
	msg_job_ref_free(&job);
	return e == ERR_OK ? code : ctl_fail(c, e, &ei);
}

int
verb_alarms_delivery(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	enum bound_kind ch;
	bool wants_set =
	    c->args.keys.n > 0 || (c->args.given & O_PASSWORD) != 0;
	struct bound d;
	enum err e;
	int code;

	if (c->words_n == 0)
		return wants_set
			   ? ctl_refuse(c, EXIT_USAGE,
				 "say which: syslog, mail, webhook or presence")
			   : list(c);
	if ((ch = delivery_channel_of(c->words[0])) == BOUND_WAYS_N)
		return ctl_refuse(c, EXIT_USAGE,
		    "say which: syslog, mail, webhook or presence");
	if (c->words_n > 1 && (!str_eq(c->words[1], "test") || wants_set))
		return ctl_refuse(
		    c, EXIT_USAGE, "after it stands test, or key=value");
	if ((e = store_delivery_get(c->store, ch, &d, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	code = c->words_n > 1 ? test(c, &d)
	       : wants_set    ? set(c, &d)
			      : show(c, &d);
	bound_clear(&d);
	return code;
}
