#include "backend/engine/discover.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/server_alarm.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/discover_plan.h"
#include "backend/engine/engine.h"
#include "backend/engine/config_watch.h"
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
#define TITLE_MAX 256 /* bytes, as in ipc_msg.def */
#define TITLE_SCP "Active Directory: service connection points"

struct discover {
	struct record *r;
	char *email;
	struct steps none, *steps;
	bool is_test, scp_only;
	struct discover_plan *plan;
	struct src_call *call;
	struct timer *timer; /* takes the next step from the loop */
	unsigned step; /* that runs now */
	struct strlist ways; /* ids of steps that failed so far */
	bool asked_domain, asked_host;
	bool is_listed; /* only the Trust List vouches for url */
	enum plan_way way;
	char url[VALID_URL_MAX + 1], detail[ERRINFO_MAX];
	/* A redirect that is not followed before somebody decides. */
	char target[VALID_URL_MAX + 1], target_host[TRUST_PATTERN_MAX];
	const char *target_source;
	discover_fn fn;
	void *arg;
};

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
	mem_free(d->email);
	record_unref(d->r);
	mem_free(d);
}

void
discover_cancel(struct discover *d)
{
	if (d != NULL)
		discover_free(d);
}

/* Ends the look-up; res->urls goes to the callee, what it leaves is freed. */
static void
finish(struct discover *d, struct discover_result *res)
{
	discover_fn fn = d->fn;
	void *arg = d->arg;

	d->call = NULL;
	res->email = res->email != NULL ? res->email : d->email;
	res->pending_host = d->target_host;
	fn(arg, res);
	strlist_clear(&res->urls);
	discover_free(d);
}

static void
finish_failed(struct discover *d, const char *failure, const char *detail,
    const struct msg_evidence *ev)
{
	struct discover_result res = {0};

	res.failure = failure;
	res.detail = detail;
	res.ev = ev;
	finish(d, &res);
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
		finish(d, &res);
		return;
	}
	if (t == IPC_T_NONE && ev->code != ERR_OK) {
		/* Nothing was asked: the credential, or the worker. */
		steps_turn(d->steps, d->step, STEP_WARNING, STEP_FAILED);
		finish_failed(d, ev->failure, ev->detail, ev);
		return;
	}
	timer_start(d->timer, 0);
}

static void
start_scp(struct discover *d)
{
	char title[TITLE_MAX];

	text_fit(title, sizeof(title), TITLE_SCP " of %s", d->r->x.ad_domain);
	d->step = steps_begin(d->steps, 0, title);
	d->call = src_scp(d->r, on_scp, d);
}

/* -- Autodiscover -- */

static void
title_of(const struct plan_step *st, char *out, size_t size)
{
	static const char *const notes[WAY__MAX] = {
	    [WAY_HINT] = "", /* never in a report */
	    [WAY_SCP] = " (from the directory)",
	    [WAY_DOMAIN] = "",
	    [WAY_HOST] = "",
	    [WAY_REDIRECT] = " (redirected)",
	};
	char url[201];

	(void)str_copy(url, sizeof(url), st->url);
	text_fit(out, size, "Autodiscover: %s%s", url, notes[st->way]);
}

static void
remember_failed(struct discover *d)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", d->step);
	if (d->step != 0 && strlist_add(&d->ways, id) != ERR_OK)
		fatal("discover: out of memory");
}

/* While another way may lead to the goal a failure is a warning; when none
 * did, each was a failure. */
static void
turn_failed(struct discover *d)
{
	uint64_t id;
	size_t i;

	for (i = 0; i < d->ways.n; i++)
		if (str_to_u64(d->ways.v[i], UINT32_MAX, &id) == ERR_OK)
			steps_turn(
			    d->steps, (unsigned)id, STEP_WARNING, STEP_FAILED);
}

static void
skip_well_known(struct discover *d, const char *why)
{
	const char *domain = plan_domain(d->email);
	char title[TITLE_MAX];

	if (!d->asked_domain) {
		text_fit(title, sizeof(title),
		    "Autodiscover: "
		    "https://%s/autodiscover/autodiscover.xml",
		    domain);
		steps_skip(d->steps, 0, title, why);
	}
	if (!d->asked_host) {
		text_fit(title, sizeof(title),
		    "Autodiscover: https://autodiscover.%s/autodiscover/"
		    "autodiscover.xml",
		    domain);
		steps_skip(d->steps, 0, title, why);
	}
}

static void
add_url(struct strlist *l, const char *url)
{
	if (url != NULL && *url != '\0' && strlen(url) <= VALID_URL_MAX &&
	    !strlist_has(l, url) && strlist_add(l, url) != ERR_OK)
		fatal("discover: out of memory");
}

/* What vouched for the host that answered is told in the Trust List. */
static void
note_trusted(struct discover *d, const struct msg_evidence *ev)
{
	struct redirect_note n = {0};
	char host[TRUST_PATTERN_MAX];

	if ((d->way != WAY_SCP && d->way != WAY_DOMAIN && d->way != WAY_HOST) ||
	    d->is_listed || !plan_url_host(d->url, host, sizeof(host)))
		return;
	n.host = host;
	n.url = d->url;
	n.source = d->way == WAY_SCP ? "scp" : "https";
	n.mail_domain = plan_domain(d->email);
	n.trusted = true;
	n.probe = ev;
	redirects_note(d->r->en, &n);
}

static void
found(struct discover *d, const struct msg_pox_result *m)
{
	struct discover_result res = {0};
	char host[256];
	unsigned id;
	size_t i;

	note_trusted(d, &m->ev);
	d->target_host[0] = '\0';
	skip_well_known(d, "Autodiscover has answered already.");
	id = steps_begin(d->steps, 0, "Settings of the mailbox");
	steps_kv(d->steps, id, "internal EWS address", m->ews_internal);
	steps_kv(d->steps, id, "external EWS address", m->ews_external);
	/* The connector stands beside Exchange: inside first. */
	add_url(&res.urls, m->ews_internal);
	add_url(&res.urls, m->ews_external);
	for (i = 0; i < res.urls.n; i++)
		if (!plan_url_host(res.urls.v[i], host, sizeof(host)))
			break;
	if (i < res.urls.n) {
		/* Only https goes on; one bad address spoils the answer. */
		steps_fail(d->steps, id, STEP_FAILED, "url-refused", "",
		    res.urls.v[i]);
		strlist_clear(&res.urls);
		finish_failed(d, "url-refused", "", &m->ev);
		return;
	}
	steps_end(d->steps, id, STEP_OK, "The EWS address was found.");
	if (!d->r->is_test) {
		record_hint_put(d->r, plan_domain(d->email), d->url);
		alarm_autodiscover(d->r, "", "");
	}
	res.found = true;
	res.ev = &m->ev;
	finish(d, &res);
}

/* -- a redirect that somebody must decide about -- */

static void
note_target(struct discover *d, const struct msg_evidence *probe)
{
	struct redirect_note n = {0};

	n.host = d->target_host;
	n.url = d->target;
	n.source = d->target_source;
	n.came_from = d->url;
	n.mail_domain = plan_domain(d->email);
	n.probe = probe;
	redirects_note(d->r->en, &n);
}

/* Whatever it answers: its certificate is what was asked for. */
static void
on_target(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct discover *d = arg;
	struct msg_pox_result *m = msg;

	d->call = NULL;
	if (t == IPC_POX_DONE && m->ev.certs_n > 0 && ev->code != ERR_TRUST) {
		steps_evidence(d->steps, d->step, ev);
		steps_end(d->steps, d->step, STEP_OK,
		    "Its certificate is in order. It was asked without "
		    "credentials.");
		/* That it wants credentials is no fault of it. */
		mem_free(m->ev.failure);
		m->ev.failure = xstrdup("");
	} else {
		steps_outcome(d->steps, d->step, STEP_WARNING, ev, "");
	}
	note_target(d, t == IPC_POX_DONE ? ev : NULL);
	timer_start(d->timer, 0);
}

static void
look_at_target(struct discover *d, const struct msg_pox_result *m,
    const struct plan_verdict *v)
{
	char title[256], url[201];

	(void)str_copy(d->target, sizeof(d->target), v->target);
	(void)str_copy(d->target_host, sizeof(d->target_host), v->host);
	d->target_source =
	    m->ev.http_status >= 300 ? "redirect-302" : "redirect-url";
	if (!d->is_test && !redirects_wants_probe(d->r->en, d->target_host)) {
		note_target(d, NULL);
		timer_start(d->timer, 0);
		return;
	}
	(void)str_copy(url, sizeof(url), d->target);
	snprintf(title, sizeof(title), "Who answers at %s", url);
	d->step = steps_begin(d->steps, d->step, title);
	d->call = src_pox_probe(d->r, d->target, on_target, d);
}

static void
handle_answer(
    struct discover *d, const struct msg_pox_result *m, const char *detail)
{
	struct plan_verdict v;
	char text[VALID_URL_MAX + 64];

	plan_answer(d->plan, m, &v);
	steps_evidence(d->steps, d->step, &m->ev);
	switch (v.what) {
	case ANSWER_FOUND:
		steps_end(d->steps, d->step, STEP_OK, "Autodiscover answers.");
		found(d, m);
		return;
	case ANSWER_REDIRECT:
		text_fit(text, sizeof(text), "Redirected to %s", v.target);
		steps_end(d->steps, d->step, STEP_OK, text);
		break;
	case ANSWER_FAILED:
	case ANSWER_STOPPED:
		if (*v.target != '\0')
			detail = v.target;
		else if (m->pox_message != NULL && *m->pox_message != '\0')
			detail = m->pox_message;
		steps_fail(d->steps, d->step, STEP_WARNING, v.failure,
		    plan_domain(d->email), detail);
		(void)str_copy(
		    d->detail, sizeof(d->detail), detail != NULL ? detail : "");
		remember_failed(d);
		if (d->way == WAY_HINT)
			record_hint_drop(d->r, plan_domain(d->email));
		if (str_eq(v.failure, "redirect-untrusted")) {
			look_at_target(d, m, &v);
			return;
		}
		break;
	}
	timer_start(d->timer, 0);
}

static void
on_pox(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct discover *d = arg;

	d->call = NULL;
	if (t == IPC_POX_DONE) {
		handle_answer(d, msg, ev->detail);
		return;
	}
	steps_outcome(d->steps, d->step, STEP_FAILED, ev, "");
	turn_failed(d);
	finish_failed(d, ev->failure, ev->detail, ev);
}

static void
start_pox(struct discover *d, const struct plan_step *st)
{
	char title[TITLE_MAX];

	(void)str_copy(d->url, sizeof(d->url), st->url);
	if (!str_eq(d->email, st->email)) {
		mem_free(d->email);
		d->email = xstrdup(st->email);
		d->asked_domain = d->asked_host = false;
	}
	d->way = st->way;
	d->is_listed = st->must_verify;
	d->asked_domain |= st->way == WAY_DOMAIN;
	d->asked_host |= st->way == WAY_HOST;
	title_of(st, title, sizeof(title));
	d->step = steps_begin(d->steps, 0, title);
	if (st->what == PLAN_REFUSED) {
		steps_fail(d->steps, d->step, STEP_WARNING, st->failure,
		    plan_domain(d->email), "");
		remember_failed(d);
		timer_start(d->timer, 0);
		return;
	}
	d->call = src_pox(d->r, st->url, st->email, st->must_verify, on_pox, d);
}

static void
no_way(struct discover *d)
{
	const char *failure = plan_failure(d->plan);
	unsigned id;

	turn_failed(d);
	if (!d->r->is_test)
		alarm_autodiscover(d->r, failure, d->detail);
	id = steps_begin(d->steps, 0, "Settings of the mailbox");
	steps_fail(d->steps, id, STEP_FAILED, "autodiscover-none", "", "");
	finish_failed(d, failure, d->detail, NULL);
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
	size_t i;

	if (plan_new(&d->plan, &r->x, d->email,
		r->x.scp_enabled && !scp_known) != ERR_OK)
		return false;
	plan_trust(d->plan, on_trust, r->en);
	if (r->x.scp_enabled && scp_known)
		for (i = 0; i < r->scp_urls.n; i++)
			plan_scp_url(d->plan, r->scp_urls.v[i]);
	hint = d->is_test ? NULL : record_hint_get(r, plan_domain(d->email));
	if (hint != NULL)
		plan_hint(d->plan, hint);
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
	add_url(&res.urls, url);
	res.found = true;
	steps_skip(d->steps, 0, "Autodiscover",
	    "The Exchange address is given directly.");
	finish(d, &res);
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
		finish_failed(d, "autodiscover-error",
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
		start_pox(d, &st);
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
