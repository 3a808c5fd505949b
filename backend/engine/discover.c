#include "backend/engine/discover_int.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/server_alarm.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/engine.h"
#include "backend/engine/config_watch.h"
#include "backend/engine/domains.h"
#include "backend/engine/record.h"
#include "backend/engine/redirects.h"
#include "backend/engine/steps.h"
#include "backend/engine/text_fit.h"
#include "backend/engine/timer.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/ipc.h"
#include "common/log.h"
#include "common/valid.h"

#define SCP_LIFE_MS (10u * 60u * 1000u)
#define TITLE_SCP "Active Directory: service connection points"

static void next_step(void *arg);

void
discover_direct_url(const char *address, char *out, size_t size)
{
	bool v6 = strchr(address, ':') != NULL;

	snprintf(out, size, "https://%s%s%s/EWS/Exchange.asmx", v6 ? "[" : "",
	    address, v6 ? "]" : "");
}

static struct discover *
discover_new(struct record *r, const char *email, struct steps *steps,
    discover_fn fn, void *arg)
{
	struct discover *d = xalloc(sizeof(*d));

	d->r = record_ref(r);
	d->email = xstrdup(email);
	d->is_test = steps != NULL;
	d->steps = steps != NULL ? steps : &d->none;
	d->fn = fn;
	d->arg = arg;
	d->timer = timer_new(r->en->loop, next_step, d);
	timer_start(d->timer, 0);
	return d;
}

static void
discover_free(struct discover *d)
{
	src_cancel(d->call);
	timer_free(d->timer);
	plan_free(d->plan);
	strlist_clear(&d->ways);
	strlist_clear(&d->urls);
	mem_free(d->email);
	record_unref(d->r);
	mem_free(d);
}

void
discover_go_on(struct discover *d)
{
	timer_start(d->timer, 0);
}

void
discover_cancel(struct discover *d)
{
	if (d != NULL)
		discover_free(d);
}

/* Ends the look-up; res->urls goes to the callee, what it leaves is freed. */
void
discover_finish(struct discover *d, struct discover_result *res)
{
	discover_fn fn = d->fn;
	void *arg = d->arg;

	d->call = NULL;
	res->email = res->email != NULL ? res->email : d->email;
	res->pending_host = d->pending_host;
	res->grouping = d->grouping;
	res->soap_url = d->soap_url;
	res->must_verify = res->found ? d->is_listed : d->knows_not_listed;
	res->pox_url = res->found ? d->url : d->knows_not;
	fn(arg, res);
	strlist_clear(&res->urls);
	discover_free(d);
}

void
discover_fail(struct discover *d, const char *failure, const char *detail,
    const struct msg_evidence *ev)
{
	struct discover_result res = {0};

	res.failure = failure;
	res.detail = detail;
	res.ev = ev;
	discover_finish(d, &res);
}

/* -- the directory -- */

static void
keep_scp(struct discover *d, const struct msg_scp_result *m)
{
	struct record *r = d->r;
	size_t i;

	strlist_clear(&r->scp_urls);
	for (i = 0; i < m->urls_n; i++)
		if (strlist_add(&r->scp_urls, m->urls[i].url) != ERR_OK)
			return;
	r->scp_until_ms = clock_mono_ms() + SCP_LIFE_MS;
}

static void
report_scp(struct discover *d, const struct msg_evidence *ev,
    const struct msg_scp_result *m)
{
	struct steps *s = d->steps;
	char text[160];
	size_t i;

	if (m != NULL) {
		steps_kv(s, d->step, "server", m->server);
		steps_kv(s, d->step, "searched below", m->base_dn);
		for (i = 0; i < m->urls_n; i++) {
			steps_kv(s, d->step, "address", m->urls[i].url);
			steps_kv(s, d->step, "dn", m->urls[i].dn);
			steps_kv(s, d->step, "site", m->urls[i].site);
		}
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
	report_scp(d, ev, m);
	if (!d->r->is_test)
		alarm_directory(d->r, ev);
	if (ev->code == ERR_OK && m != NULL && !d->scp_only) {
		for (i = 0; i < m->urls_n; i++)
			plan_scp_url(d->plan, m->urls[i].url);
		if (!d->r->is_test)
			keep_scp(d, m);
	}
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
	discover_go_on(d);
}

static void
start_scp(struct discover *d)
{
	char title[DISCOVER_TITLE_MAX];

	text_fit(title, sizeof(title), TITLE_SCP " of %s", d->r->x.ad_domain);
	d->step = steps_begin(d->steps, 0, title);
	d->call = src_scp(d->r, on_scp, d);
}

void
discover_note_failed(struct discover *d)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", d->step);
	if (d->step != 0 && strlist_add(&d->ways, id) != ERR_OK)
		fatal("discover: out of memory");
}

void
discover_turn_failed(struct discover *d)
{
	uint64_t id;
	size_t i;

	for (i = 0; i < d->ways.n; i++)
		if (str_to_u64(d->ways.v[i], UINT32_MAX, &id) == ERR_OK)
			steps_turn(
			    d->steps, (unsigned)id, STEP_WARNING, STEP_FAILED);
}

static void
no_way(struct discover *d)
{
	const char *failure = plan_failure(d->plan);
	unsigned id;

	discover_turn_failed(d);
	if (!d->r->is_test)
		alarm_autodiscover(d->r, failure, d->detail);
	id = steps_begin(d->steps, 0, "Settings of the mailbox");
	steps_fail(d->steps, id, STEP_FAILED, "autodiscover-none", "", "");
	discover_fail(d, failure, d->detail, NULL);
}

/* -- the look-up -- */

static enum trust
on_trust(void *arg, const char *host)
{
	const struct engine *en = arg;

	return config_trust(en->config, host);
}

static bool
make_plan(struct discover *d)
{
	struct record *r = d->r;
	bool scp_known = !d->is_test && r->scp_until_ms > clock_mono_ms();
	const char *hint;
	bool is_listed = false;
	size_t i;

	if (plan_new(&d->plan, &r->x, d->email,
		r->x.scp_enabled && !scp_known) != ERR_OK)
		return false;
	plan_trust(d->plan, on_trust, r->en);
	if (r->x.scp_enabled && scp_known)
		for (i = 0; i < r->scp_urls.n; i++)
			plan_scp_url(d->plan, r->scp_urls.v[i]);
	hint = d->is_test ? NULL
			  : domains_hint(r, plan_domain(d->email), &is_listed);
	if (hint != NULL)
		plan_hint(d->plan, hint, is_listed);
	if (!r->x.scp_enabled)
		steps_skip(d->steps, 0, TITLE_SCP,
		    "The SCP record lookup is not enabled.");
	return true;
}

static void
finish_direct(struct discover *d)
{
	struct discover_result res = {0};
	char url[VALID_URL_MAX + 1];

	discover_direct_url(d->r->x.address, url, sizeof(url));
	if (strlist_add(&res.urls, url) != ERR_OK)
		fatal("discover: out of memory");
	res.found = true;
	steps_skip(d->steps, 0, "Autodiscover",
	    "The Exchange address is given directly.");
	discover_finish(d, &res);
}

static void
next_step(void *arg)
{
	struct discover *d = arg;
	struct plan_step st;

	if (d->scp_only) {
		start_scp(d);
		return;
	}
	if (str_eq(d->r->x.discovery, "direct")) {
		finish_direct(d);
		return;
	}
	if (d->plan == NULL && !make_plan(d)) {
		discover_fail(d, "autodiscover-error",
		    "This is not an e-mail address.", NULL);
		return;
	}
	plan_next(d->plan, &st);
	switch (st.what) {
	case PLAN_SCP:
		start_scp(d);
		break;
	case PLAN_POX:
	case PLAN_REFUSED:
		discover_ask(d, &st);
		break;
	case PLAN_HTTP_HINT:
	case PLAN_SRV_HINT:
		discover_hint(d, &st);
		break;
	case PLAN_NONE:
		no_way(d);
		break;
	}
}

struct discover *
discover_start(struct record *r, const char *email, struct steps *steps,
    discover_fn fn, void *arg)
{
	return discover_new(r, email, steps, fn, arg);
}

struct discover *
discover_scp_only(
    struct record *r, struct steps *steps, discover_fn fn, void *arg)
{
	struct discover *d = discover_new(r, "", steps, fn, arg);

	d->scp_only = true;
	return d;
}
