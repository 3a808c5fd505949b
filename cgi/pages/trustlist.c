/* trustlist.c - Trust List: hosts that Autodiscover leads to, and what was
 * decided about them.  What foreign servers named is shown, never linked. */
#include <stdio.h>
#include <string.h>

#include "cgi/form.h"
#include "cgi/pages/pages.h"
#include "cgi/pages/states.h"
#include "common/alloc.h"
#include "common/failure.h"
#include "common/store.h"
#include "common/store_trust.h"
#include "common/str.h"

#define DAY_S 86400
#define SOON_DAYS 30 /* a certificate that ends in so many days */
#define NOTE "note"
#define HOST "host"

static void
trust_state(struct view v, enum trust t)
{
	if (t == TRUST_ALLOWED)
		state_show(v, "ok", "ok", "Allowed");
	else if (t == TRUST_BLOCKED)
		state_show(v, "", "block", "Blocked");
	else
		state_show(v, "warn", "wait", "Pending");
}

static struct view
fact(struct view list, size_t *n, const char *cls, const char *word)
{
	struct view v = view_row(list, (*n)++);

	state_show(v, cls, cls, word);
	return v;
}

static bool
is_inside(const char *host, const char *domain)
{
	size_t h = strlen(host), d = strlen(domain);

	return d > 0 && h >= d && str_caseeq(host + h - d, domain) &&
	       (h == d || host[h - d - 1] == '.');
}

/* What was checked without credentials. */
static void
facts_view(struct view row, const struct redirect *r, int64_t now_s)
{
	struct view list = view_sub(row, "facts"), v;
	const struct failure *f = failure_find(r->probe_failure);
	int64_t days = (r->cert_not_after_s - now_s) / DAY_S;
	size_t n = 0;

	if (r->probed_s == 0) {
		v = fact(list, &n, "warn", "Warning");
		view_str(v, "text", "It was not asked yet what it is");
	} else if (f != NULL) {
		v = fact(list, &n, "err", "Failed");
		view_str(v, "text", f->title);
	} else {
		v = fact(list, &n, days < SOON_DAYS ? "warn" : "ok",
		    days < SOON_DAYS ? "Warning" : "Passed");
		view_fmt(v, "text", "Certificate valid, %lld days left",
		    (long long)days);
		v = fact(list, &n, "ok", "Passed");
		view_str(v, "text",
		    "Issuer is trusted here, and the name is in the "
		    "certificate");
	}
	if (is_inside(r->host, r->mail_domain)) {
		v = fact(list, &n, "ok", "Passed");
		view_fmt(
		    v, "text", "Inside the mail domain %s", r->mail_domain);
	} else {
		v = fact(list, &n, "warn", "Warning");
		view_fmt(
		    v, "text", "Not inside the mail domain %s", r->mail_domain);
	}
}

static void
seen_view(struct view row, const struct redirect *r, int64_t now_s)
{
	view_str(row, "url", r->url);
	view_str(row, "source", trust_source_text(r->source));
	view_str(row, "came_from", r->came_from);
	view_str(row, "domain", r->mail_domain);
	view_str(row, "remote", r->remote);
	view_str(row, "subject", r->cert_subject);
	view_str(row, "issuer", r->cert_issuer);
	view_str(row, "sha256", r->cert_sha256);
	if (r->cert_not_after_s != 0) {
		view_time(row, "until", r->cert_not_after_s, "");
		view_int(row, "days", (r->cert_not_after_s - now_s) / DAY_S);
	}
	view_time(row, "first", r->first_s, "");
	view_time(row, "last", r->last_s, "");
	view_int(row, "count", r->count);
	view_int(row, "waiting", r->waiting);
}

static void
entries_view(struct page *p, const struct trust_entries *l)
{
	struct view pending = view_sub(p->view, "pending");
	struct view decided = view_sub(p->view, "decided");
	size_t i, np = 0, nd = 0;

	for (i = 0; i < l->n; i++) {
		const struct trust_entry *t = &l->v[i];
		struct view row = t->state == TRUST_PENDING
				      ? view_row(pending, np++)
				      : view_row(decided, nd++);

		view_int(row, "id", (int64_t)i);
		view_str(row, HOST, t->host);
		trust_state(row, t->state);
		view_flag(row, "allowed", t->state == TRUST_ALLOWED);
		view_flag(row, "is_decided", t->is_decided);
		view_flag(row, "is_own", t->is_own);
		if (t->is_decided && !t->is_own)
			view_str(row, "rule", t->rule);
		view_str(row, NOTE, t->note);
		view_str(row, "by", t->decided_by);
		view_time(row, "at", t->decided_s, "");
		if (!t->is_seen)
			continue;
		seen_view(row, &t->seen, p->now_s);
		if (t->state == TRUST_PENDING)
			facts_view(row, &t->seen, p->now_s);
	}
	view_int(p->view, "n.pending", (int64_t)np);
	view_int(p->view, "n.decided", (int64_t)nd);
	view_int(p->view, "n.allowed", (int64_t)l->counts[TRUST_ALLOWED]);
	view_int(p->view, "n.blocked", (int64_t)l->counts[TRUST_BLOCKED]);
}

static void
form_start(struct form *f)
{
	form_init(f);
	form_add(f, HOST, "Host", TRUST_PATTERN_MAX * 4, false);
	form_add(f, NOTE, "Note", TRUST_NOTE_MAX, false);
}

static enum err
show(struct page *p, const struct form *f, struct errinfo *ei)
{
	struct trust_entries l;
	enum err e;

	memset(&l, 0, sizeof(l));
	page_title(p, "Trust List");
	form_view(f, p->view);
	if ((e = store_trust_entries(p->web->store, &l, ei)) == ERR_OK)
		entries_view(p, &l);
	trust_entries_clear(&l);
	return e;
}

enum err
trustlist_show(struct page *p, struct errinfo *ei)
{
	struct form f;
	enum err e;

	form_start(&f);
	/* The list itself is not exchanged while it is read: a button that
	 * moves under the pointer would decide about another host. */
	if ((e = show(p, &f, ei)) == ERR_OK)
		e = page_show_saved(p, ei);
	return e;
}

/* A row's button: the host stands in the form as it was shown. */
static enum err
decide(struct page *p, enum trust state, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char host[TRUST_PATTERN_MAX];
	enum err e;

	/* A report and an alarm have the address as it was met. */
	e = trust_pattern(
	    req_text(&p->req->body, HOST), host, sizeof(host), ei);
	if (e != ERR_OK)
		return e;
	e = state == TRUST_PENDING
		? store_trust_delete(p->web->store, &who, host, ei)
		: store_trust_put(p->web->store, &who, host, state, NULL, ei);
	return e == ERR_OK ? page_saved(p, "/trust-list", ei) : e;
}

static enum err
add(struct page *p, enum trust state, struct errinfo *ei)
{
	const struct store_actor who = page_actor(p);
	char pattern[TRUST_PATTERN_MAX];
	struct errinfo why = {ERR_OK, ""};
	const char *host;
	struct form f;
	enum err e;

	form_start(&f);
	form_take(&f, p->req);
	host = form_get(&f, HOST);
	if (host != NULL &&
	    trust_pattern(host, pattern, sizeof(pattern), &why) != ERR_OK)
		form_error(&f, HOST, why.text);
	if (f.errors_n > 0) {
		p->resp->status = 422;
		return show(p, &f, ei);
	}
	e = store_trust_put(
	    p->web->store, &who, pattern, state, form_get(&f, NOTE), ei);
	return e == ERR_OK ? page_saved(p, "/trust-list", ei) : e;
}

enum err
trustlist_do(struct page *p, struct errinfo *ei)
{
	static const struct {
		const char *word;
		bool is_add;
		enum trust state;
	} rows[] = {
	    {"allow", false, TRUST_ALLOWED},
	    {"block", false, TRUST_BLOCKED},
	    {"remove", false, TRUST_PENDING},
	    {"add-allowed", true, TRUST_ALLOWED},
	    {"add-blocked", true, TRUST_BLOCKED},
	};
	const char *what = req_text(&p->req->body, "do");
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_eq(what, rows[i].word))
			return rows[i].is_add ? add(p, rows[i].state, ei)
					      : decide(p, rows[i].state, ei);
	return err_set(ei, ERR_ARG, "Choose what to do with the host.");
}
