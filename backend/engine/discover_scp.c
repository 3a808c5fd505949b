/* discover_scp.c - the directory's part of a look-up; see discover_int.h. */
#include <stdio.h>

#include "backend/engine/cal_source.h"
#include "backend/engine/discover_int.h"
#include "backend/engine/record.h"
#include "backend/engine/scp_known.h"
#include "backend/engine/server_alarm.h"
#include "backend/engine/steps.h"
#include "backend/engine/text_fit.h"
#include "common/ipc.h"
#include "common/str.h"

/* Whose users are looked for: pointers in the directory are for some. */
static const char *
mail_domain(const struct discover *d)
{
	return d->scp_only ? d->r->x.ad_domain : plan_domain(d->email);
}

const struct strlist *
discover_scp_known(const struct discover *d)
{
	if (d->is_test || !d->r->x.scp_enabled)
		return NULL;
	return scp_known_get(&d->r->scp, mail_domain(d));
}

static void
keep(struct discover *d, const struct msg_evidence *ev,
    const struct msg_scp_result *m)
{
	struct scp_known *k = &d->r->scp;
	const char *domain = mail_domain(d);

	if (d->r->is_test || m == NULL)
		return;
	if (ev->code == ERR_OK || str_eq(ev->failure, "scp-none"))
		scp_known_put(k, domain, m, SCP_LIFE_MS);
	else if (ev->code == ERR_AUTH)
		scp_known_put(k, domain, NULL, SCP_REFUSED_MS);
	else
		scp_known_put(k, domain, NULL, SCP_DOWN_MS);
}

static void
report(struct discover *d, const struct msg_evidence *ev,
    const struct msg_scp_result *m)
{
	struct steps *s = d->steps;
	char text[160];

	if (m != NULL) {
		steps_kv(s, d->step, "server", m->server);
		steps_kv(s, d->step, "searched below", m->base_dn);
		steps_trail(s, d->step, m);
	}
	snprintf(text, sizeof(text), "%zu address%s found.",
	    m != NULL ? m->urls_n : 0, m != NULL && m->urls_n == 1 ? "" : "es");
	/* A failure here is not fatal: other ways follow. */
	steps_outcome(s, d->step, STEP_WARNING, ev, text);
}

static void
on_scp(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct discover *d = arg;
	const struct msg_scp_result *m = t == IPC_SCP_DONE ? msg : NULL;
	struct discover_result res = {0};
	size_t i;

	d->call = NULL;
	report(d, ev, m);
	keep(d, ev, m);
	if (!d->r->is_test)
		alarm_directory(d->r, ev);
	if (d->scp_only) {
		res.found = ev->code == ERR_OK;
		res.failure = ev->failure;
		res.ev = ev;
		discover_finish(d, &res);
		return;
	}
	if (t == IPC_T_NONE && ev->code != ERR_OK) {
		/* Nothing was asked: the credential, or the worker. */
		steps_turn(d->steps, d->step, STEP_WARNING, STEP_FAILED);
		discover_fail(d, ev->failure, ev->detail, ev);
		return;
	}
	if (ev->code == ERR_AUTH && failure_is_of_account(ev->failure)) {
		discover_refused(d, ev);
		return;
	}
	for (i = 0; ev->code == ERR_OK && m != NULL && i < m->urls_n; i++)
		plan_scp_url(d->plan, m->urls[i].url);
	discover_go_on(d);
}

void
discover_scp(struct discover *d)
{
	char title[DISCOVER_TITLE_MAX];

	text_fit(title, sizeof(title), DISCOVER_TITLE_SCP " of %s",
	    d->r->x.ad_domain);
	d->step = steps_begin(d->steps, 0, title);
	d->call = src_scp(d->r, mail_domain(d), on_scp, d);
}
