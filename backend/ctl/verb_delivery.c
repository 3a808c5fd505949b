/* verb_delivery.c - how alarms are sent away: by syslog, by mail and to a
 * webhook. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/job_report.h"
#include "backend/ctl/manager_link.h"
#include "backend/ctl/password.h"
#include "common/clock.h"
#include "common/failure.h"
#include "common/seal.h"
#include "common/secret.h"
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
	struct delivery d;
	enum err e = ERR_OK;
	unsigned i;

	out_rows(&c->out, "delivery");
	for (i = 0; i < DELIVERY__MAX && e == ERR_OK; i++) {
		if ((e = store_delivery_get(c->store, (enum delivery_channel)i,
			 &d, &ei)) != ERR_OK ||
		    (e = store_delivery_state(c->store, d.ch, &st, &ei)) !=
			ERR_OK)
			break;
		out_row(&c->out);
		out_str(&c->out, "channel", "CHANNEL", delivery_name(d.ch));
		out_flag(&c->out, "enabled", "ENABLED", delivery_is_on(&d));
		out_time(&c->out, "sent", "LAST SENT", st.sent_s);
		out_int(&c->out, "waiting", "WAITING", st.waiting);
		out_int(&c->out, "tries", "FAILED TRIES", st.tries);
		out_str(&c->out, "failure", NULL, st.failure);
		out_str(&c->out, "answer", "LAST ANSWER", st.answer);
		delivery_clear(&d);
	}
	out_rows_end(&c->out, "");
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

static int
show(struct ctl *c, const struct delivery *d)
{
	const char *name = delivery_name(d->ch);
	struct errinfo ei = {ERR_OK, ""};
	const struct setting *s = NULL;
	struct delivery_state st;
	enum err e;

	if ((e = store_delivery_state(c->store, d->ch, &st, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_str(&c->out, "channel", "Channel", name);
	while ((s = setting_next(name, s)) != NULL) {
		if (s->kind == SETTING_P)
			out_flag(&c->out, "has_secret", s->label, d->box.n > 0);
		else if (s->kind == SETTING_B)
			out_flag(&c->out, s->key, s->label,
			    delivery_get(d, s->key)[0] == 'y');
		else
			out_str(
			    &c->out, s->key, s->label, delivery_get(d, s->key));
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

static void
take_fields(struct ctl *c, struct delivery *d)
{
	struct errinfo ei = {ERR_OK, ""};
	size_t i;

	for (i = 0; i < c->args.keys.n; i++)
		if (delivery_set(d, c->args.keys.v[i], c->args.values.v[i],
			&ei) != ERR_OK)
			ctl_problem(c, c->args.keys.v[i], ei.text);
	(void)delivery_check(d, ctl_problem, c);
}

/* Bound fields were changed and no secret came with them. */
static enum err
refuse_unbound(struct ctl *c, const struct delivery *d)
{
	struct strlist keys = {NULL, 0};
	enum err e;
	size_t i;

	e = delivery_binding_diff(d, &keys);
	for (i = 0; e == ERR_OK && i < keys.n; i++)
		ctl_problem(c, keys.v[i],
		    "You changed this, and the stored secret is used only "
		    "where it was entered for. Give it again "
		    "(--password-stdin).");
	strlist_clear(&keys);
	return e;
}

static enum err
seal(struct ctl *c, struct delivery *d, const struct secret *secret,
    struct errinfo *ei)
{
	unsigned char pk[SEAL_PK_LEN], box[SEAL_BOX_MAX];
	char binding[SEAL_BINDING_MAX];
	size_t n = 0;
	enum err e;

	if ((e = seal_pk_load(c->conf.seal_pk, pk, ei)) != ERR_OK ||
	    (e = delivery_binding(d, binding, sizeof(binding), ei)) != ERR_OK ||
	    (e = seal_box(pk, binding, secret, box, &n, ei)) != ERR_OK ||
	    (e = delivery_give_box(d, box, n, binding, ei)) != ERR_OK)
		return e;
	d->secret_set_s = clock_wall_s();
	return ERR_OK;
}

static enum err
take_secret(struct ctl *c, struct delivery *d, struct errinfo *ei)
{
	const char *key = delivery_secret_key(d->ch);
	struct secret secret = SECRET_INIT;
	bool given = false;
	enum err e;

	if (d->ch == DELIVERY_MAIL && delivery_get(d, "account")[0] == '\0')
		delivery_drop_box(d);
	e = password_read(c, false, "Secret: ", &secret, &given, ei);
	if (e != ERR_OK)
		goto out;
	if (given && key == NULL)
		ctl_problem(c, "transport", "Syslog has no secret.");
	else if (given && d->ch == DELIVERY_MAIL &&
		 delivery_get(d, "account")[0] == '\0')
		ctl_problem(c, "account", "Enter the user name as well.");
	else if (given && secret.len == 0)
		ctl_problem(c, key, "Enter it.");
	else if (given && setting_check(setting_find(delivery_name(d->ch), key),
			      secret_peek(&secret), ei) != ERR_OK)
		ctl_problem(c, key, ei->text);
	else if (given && c->problems_n == 0)
		e = seal(c, d, &secret, ei);
	else if (!given && delivery_wants_secret(d) && d->box.n == 0)
		ctl_problem(c, key, "Give it (--password-stdin).");
	else if (!given && key != NULL)
		e = refuse_unbound(c, d);
out:
	secret_clear(&secret);
	return e;
}

static int
set(struct ctl *c, struct delivery *d)
{
	struct errinfo ei = {ERR_OK, ""};
	enum err e;
	int code;

	take_fields(c, d);
	if ((e = take_secret(c, d, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((code = ctl_problems_end(c)) != EXIT_DONE)
		return code;
	e = store_delivery_put(c->store, &c->actor, d, &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

static int
test(struct ctl *c, const struct delivery *d)
{
	char channel[DELIVERY_NAME_MAX];
	struct msg_delivery_ref m = {channel};
	struct errinfo ei = {ERR_OK, ""};
	struct msg_job_ref job;
	struct msg_report r;
	int code = EXIT_DONE;
	enum err e;

	memset(&job, 0, sizeof(job));
	memset(&r, 0, sizeof(r));
	(void)str_copy(channel, sizeof(channel), delivery_name(d->ch));
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
	enum delivery_channel ch;
	bool wants_set =
	    c->args.keys.n > 0 || (c->args.given & O_PASSWORD) != 0;
	struct delivery d;
	enum err e;
	int code;

	if (c->words_n == 0)
		return wants_set
			   ? ctl_refuse(c, EXIT_USAGE,
				 "say which: syslog, mail, webhook or presence")
			   : list(c);
	if ((ch = delivery_channel_of(c->words[0])) == DELIVERY__MAX)
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
	delivery_clear(&d);
	return code;
}
