/* verb_trust.c - the Trust List: hosts that Autodiscover leads to. */
#include <string.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/store_trust.h"

static void
print_seen(struct out *o, const struct redirect *r)
{
	out_str(o, "url", NULL, r->url);
	out_str(o, "source", "FOUND BY", r->source);
	out_str(o, "came_from", NULL, r->came_from);
	out_str(o, "mail_domain", "DOMAIN", r->mail_domain);
	out_str(o, "remote", NULL, r->remote);
	out_str(o, "probe_failure", NULL, r->probe_failure);
	out_str(o, "cert_subject", NULL, r->cert_subject);
	out_str(o, "cert_issuer", NULL, r->cert_issuer);
	out_str(o, "cert_sha256", NULL, r->cert_sha256);
	out_time(o, "cert_not_after", NULL, r->cert_not_after_s);
	out_time(o, "probed", NULL, r->probed_s);
	out_time(o, "first_seen", NULL, r->first_s);
	out_time(o, "last_seen", "LAST SEEN", r->last_s);
	out_int(o, "count", NULL, r->count);
	out_int(o, "waiting", "USERS WAITING", r->waiting);
}

static void
print_entry(struct out *o, const struct trust_entry *t)
{
	static const struct redirect none = {.url = (char *)(uintptr_t) "",
	    .source = (char *)(uintptr_t) "",
	    .came_from = (char *)(uintptr_t) "",
	    .mail_domain = (char *)(uintptr_t) "",
	    .remote = (char *)(uintptr_t) "",
	    .probe_failure = (char *)(uintptr_t) "",
	    .cert_subject = (char *)(uintptr_t) "",
	    .cert_issuer = (char *)(uintptr_t) "",
	    .cert_sha256 = (char *)(uintptr_t) ""};

	out_str(o, "state", "STATE", trust_name(t->state));
	out_str(o, "host", "HOST", t->host);
	out_str(o, "put_by", "PUT THERE BY",
	    t->is_decided ? t->decided_by : "discovery");
	out_flag(o, "decided", NULL, t->is_decided);
	out_time(o, "decided_at", NULL, t->decided_s);
	out_str(o, "rule", NULL, t->rule);
	out_str(o, "note", NULL, t->note);
	out_flag(o, "seen", NULL, t->is_seen);
	print_seen(o, t->is_seen ? &t->seen : &none);
}

int
verb_trust_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct trust_entries l;
	enum err e;
	size_t i;

	memset(&l, 0, sizeof(l));
	if ((e = store_trust_entries(c->store, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_int(&c->out, "pending_n", NULL, (int64_t)l.counts[TRUST_PENDING]);
	out_rows(&c->out, "trust");
	for (i = 0; i < l.n; i++) {
		out_row(&c->out);
		print_entry(&c->out, &l.v[i]);
	}
	out_rows_end(&c->out, "Autodiscover has led to no host yet.");
	trust_entries_clear(&l);
	return EXIT_DONE;
}

static int
decide(struct ctl *c, enum trust state, const char *typed, const char *note)
{
	char pattern[TRUST_PATTERN_MAX];
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	if ((e = trust_pattern(typed, pattern, sizeof(pattern), &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = store_trust_put(c->store, &c->actor, pattern, state, note, &ei);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_str(&c->out, "host", NULL, pattern);
	out_str(&c->out, "state", NULL, trust_name(state));
	return manager_apply(c);
}

int
verb_trust_allow(struct ctl *c)
{
	return decide(c, TRUST_ALLOWED, c->words[0], NULL);
}

int
verb_trust_block(struct ctl *c)
{
	return decide(c, TRUST_BLOCKED, c->words[0], NULL);
}

int
verb_trust_add(struct ctl *c)
{
	const char *note = NULL;
	enum trust state = TRUST_ALLOWED;
	size_t i;

	for (i = 0; i < c->args.keys.n; i++) {
		const char *key = c->args.keys.v[i];
		const char *value = c->args.values.v[i];

		if (str_eq(key, "note")) {
			note = value;
		} else if (str_eq(key, "state")) {
			state = trust_parse(value);
			if (state == TRUST_PENDING)
				ctl_problem(
				    c, key, "It is allowed or blocked.");
		} else {
			ctl_problem(c, key, "There is no such field.");
		}
	}
	if (c->problems_n > 0)
		return ctl_problems_end(c);
	return decide(c, state, c->words[0], note);
}

int
verb_trust_delete(struct ctl *c)
{
	char pattern[TRUST_PATTERN_MAX];
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	e = trust_pattern(c->words[0], pattern, sizeof(pattern), &ei);
	if (e == ERR_OK)
		e = store_trust_delete(c->store, &c->actor, pattern, &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}
