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
	msg_evidence_free(&d->refused);
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

void
discover_refused(struct discover *d, const struct msg_evidence *ev)
{
	discover_turn_failed(d);
	steps_turn(d->steps, d->step, STEP_WARNING, STEP_FAILED);
	steps_skip(d->steps, 0, "Settings of the mailbox",
	    "The account was refused. No other address is asked, so that it "
	    "is not locked.");
	discover_fail(d, ev->failure, ev->detail, ev);
}

static void
no_way(struct discover *d)
{
	const char *failure = plan_failure(d->plan);
	bool is_refusal;
	unsigned id;

	discover_turn_failed(d);
	if (!d->r->is_test)
		alarm_autodiscover(d->r, failure, d->detail);
	id = steps_begin(d->steps, 0, "Settings of the mailbox");
	steps_fail(d->steps, id, STEP_FAILED, "autodiscover-none", "", "");
	/* Refused once, and nobody else spoke of the account. */
	is_refusal = d->refusals > 0 && str_eq(failure, d->refused.failure);
	discover_fail(d, failure, d->detail, is_refusal ? &d->refused : NULL);
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
	const struct strlist *urls = discover_scp_known(d);
	const char *hint;
	bool is_listed = false;
	size_t i;

	if (plan_new(&d->plan, &r->x, d->email,
		r->x.scp_enabled && urls == NULL) != ERR_OK)
		return false;
	plan_trust(d->plan, on_trust, r->en);
	for (i = 0; urls != NULL && i < urls->n; i++)
		plan_scp_url(d->plan, urls->v[i]);
	hint = d->is_test ? NULL
			  : domains_hint(r, plan_domain(d->email), &is_listed);
	if (hint != NULL)
		plan_hint(d->plan, hint, is_listed);
	if (!r->x.scp_enabled)
		steps_skip(d->steps, 0, DISCOVER_TITLE_SCP,
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
		discover_scp(d);
		return;
	}
	if (str_eq(d->r->x.discovery, "direct")) {
		finish_direct(d);
		return;
	}
	/* Refused to another look-up while this one was under way. */
	if (!d->is_test && d->r->hold_is_refusal &&
	    record_is_held(d->r, NULL)) {
		discover_fail(d, d->r->hold_failure, "", NULL);
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
		discover_scp(d);
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
