#include "backend/engine/discover_int.h"

#include <stdio.h>
#include <string.h>

#include "backend/engine/server_alarm.h"
#include "backend/engine/cal_source.h"
#include "backend/engine/engine.h"
#include "backend/engine/record.h"
#include "backend/engine/redirects.h"
#include "backend/engine/text_fit.h"
#include "common/alloc.h"
#include "common/ipc.h"

static void
title_of(const struct plan_step *st, char *out, size_t size)
{
	static const char *const notes[WAY__MAX] = {
	    [WAY_HINT] = "", /* never in a report */
	    [WAY_SCP] = " (from the directory)",
	    [WAY_DOMAIN] = "",
	    [WAY_HOST] = "",
	    [WAY_REDIRECT] = " (redirected)",
	    [WAY_HTTP] = " (by plain HTTP)",
	    [WAY_SRV] = " (by DNS SRV)",
	};
	char url[201];

	(void)str_copy(url, sizeof(url), st->url);
	text_fit(out, size, "Autodiscover: %s%s", url, notes[st->way]);
}

static void
skip_well_known(struct discover *d, const char *why)
{
	const char *domain = plan_domain(d->email);
	char title[DISCOVER_TITLE_MAX];

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

void
discover_found(struct discover *d, const struct msg_evidence *ev)
{
	struct discover_result res = {0};

	res.urls = d->urls;
	memset(&d->urls, 0, sizeof(d->urls));
	res.found = true;
	res.ev = ev;
	discover_finish(d, &res);
}

static void
found(struct discover *d, const struct msg_pox_result *m)
{
	char host[256];
	unsigned id;
	size_t i;

	note_trusted(d, &m->ev);
	d->pending_host[0] = '\0';
	skip_well_known(d, "Autodiscover has answered already.");
	id = steps_begin(d->steps, 0, "Settings of the mailbox");
	steps_kv(d->steps, id, "internal EWS address", m->ews_internal);
	steps_kv(d->steps, id, "external EWS address", m->ews_external);
	/* The connector stands beside Exchange: inside first. */
	add_url(&d->urls, m->ews_internal);
	add_url(&d->urls, m->ews_external);
	for (i = 0; i < d->urls.n; i++)
		if (!plan_url_host(d->urls.v[i], host, sizeof(host)))
			break;
	if (i < d->urls.n) {
		/* Only https goes on; one bad address spoils the answer. */
		steps_fail(
		    d->steps, id, STEP_FAILED, "url-refused", "", d->urls.v[i]);
		discover_fail(d, "url-refused", "", &m->ev);
		return;
	}
	if (!d->r->is_test)
		alarm_autodiscover(d->r, "", "");
	if (d->form == FORM_POX) {
		discover_ask_settings(d, id);
		return;
	}
	steps_kv(d->steps, id, "grouping", d->grouping);
	steps_end(d->steps, id, STEP_OK, "The EWS address was found.");
	discover_found(d, &m->ev);
}

/* -- a redirect that somebody must decide about -- */

static void
note_target(struct discover *d, const struct msg_evidence *probe)
{
	struct redirect_note n = {0};

	n.host = d->target_host;
	n.url = d->target;
	n.source = d->target_source;
	n.came_from = d->came_from;
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
	discover_go_on(d);
}

void
discover_look_at(struct discover *d, const struct plan_verdict *v,
    const char *source, const char *came_from)
{
	char title[DISCOVER_TITLE_MAX], url[201];

	if (str_eq(d->pending_host, v->host)) {
		discover_go_on(d); /* it was asked a moment ago */
		return;
	}
	if (d->pending_host[0] == '\0')
		(void)str_copy(
		    d->pending_host, sizeof(d->pending_host), v->host);
	(void)str_copy(d->target, sizeof(d->target), v->target);
	(void)str_copy(d->target_host, sizeof(d->target_host), v->host);
	(void)str_copy(d->came_from, sizeof(d->came_from), came_from);
	d->target_source = source;
	if (!d->is_test && !redirects_wants_probe(d->r->en, d->target_host)) {
		note_target(d, NULL);
		discover_go_on(d);
		return;
	}
	(void)str_copy(url, sizeof(url), d->target);
	text_fit(title, sizeof(title), "Who answers at %s", url);
	d->step = steps_begin(d->steps, d->step, title);
	d->call = src_pox_probe(d->r, d->target, on_target, d);
}

/* Was the password shown there, and refused?  Where no scheme was in common
 * nothing was shown. */
static bool
is_refused(const struct msg_evidence *ev)
{
	if (ev->code != ERR_AUTH)
		return false;
	return failure_is_of_account(ev->failure) ||
	       (str_eq(ev->failure, "http-401") && ev->auth_tried != NULL &&
		   strstr(ev->auth_tried, "refused") != NULL);
}

/* The walk may end without another: then this one stands for it. */
static void
note_refused(struct discover *d, const struct msg_evidence *ev)
{
	d->refused.code = ev->code;
	d->refused.failure = xstrdup(ev->failure);
	d->refused.http_status = ev->http_status;
}

void
discover_answered(
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
	case ANSWER_KNOWN: /* only of a hint */
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
		discover_note_failed(d);
		if (is_refused(&m->ev) && d->refusals == 0)
			note_refused(d, &m->ev);
		if (is_refused(&m->ev) &&
		    ++d->refusals >= DISCOVER_REFUSALS_MAX) {
			if (!d->r->is_test)
				alarm_autodiscover(
				    d->r, m->ev.failure, d->detail);
			discover_refused(d, &m->ev);
			return;
		}
		if (str_eq(v.failure, "autodiscover-error") &&
		    d->knows_not[0] == '\0') {
			(void)str_copy(
			    d->knows_not, sizeof(d->knows_not), d->url);
			d->knows_not_listed = d->is_listed;
		}
		if (discover_not_offered(m) && discover_next_form(d))
			return;
		if (str_eq(v.failure, "redirect-untrusted")) {
			discover_look_at(d, &v,
			    m->ev.http_status >= 300 ? "redirect-302"
						     : "redirect-url",
			    d->url);
			return;
		}
		break;
	}
	discover_go_on(d);
}

static void
on_pox(void *arg, const struct msg_evidence *ev, enum ipc_type t, void *msg)
{
	struct discover *d = arg;

	d->call = NULL;
	if (t == IPC_POX_DONE) {
		discover_answered(d, msg, ev->detail);
		return;
	}
	steps_outcome(d->steps, d->step, STEP_FAILED, ev, "");
	discover_turn_failed(d);
	discover_fail(d, ev->failure, ev->detail, ev);
}

void
discover_ask(struct discover *d, const struct plan_step *st)
{
	char title[DISCOVER_TITLE_MAX];

	(void)str_copy(d->url, sizeof(d->url), st->url);
	if (!str_eq(d->email, st->email)) {
		mem_free(d->email);
		d->email = xstrdup(st->email);
		d->asked_domain = d->asked_host = false;
	}
	d->way = st->way;
	d->is_listed = st->must_verify;
	d->form = FORM_POX;
	d->asked_domain |= st->way == WAY_DOMAIN;
	d->asked_host |= st->way == WAY_HOST;
	title_of(st, title, sizeof(title));
	d->step = steps_begin(d->steps, 0, title);
	if (st->what == PLAN_REFUSED) {
		steps_fail(d->steps, d->step, STEP_WARNING, st->failure,
		    plan_domain(d->email), "");
		discover_note_failed(d);
		discover_go_on(d);
		return;
	}
	d->call = src_pox(d->r, st->url, st->email, st->must_verify, on_pox, d);
}
