/* verb_ca.c - the trusted CA certificates. */
#include <string.h>
#include <unistd.h>

#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/alloc.h"
#include "common/clock.h"
#include "common/store_admin.h"
#include "common/settings.h"
#include "common/store_ca.h"
#include "common/store_ca_seen.h"
#include "common/x509.h"

#define FILE_BYTES_MAX 1048576
#define HOSTS_TEXT_MAX 4096

static void
print_cert(struct out *o, const struct ca_cert *c, bool whole)
{
	int64_t left = c->not_after_s - clock_wall_s();
	char fp[CA_FINGERPRINT_MAX];

	ca_fingerprint(c->sha256, fp);
	out_str(o, "subject", "SUBJECT", c->subject);
	out_str(o, "issuer", whole ? "ISSUER" : NULL, c->issuer);
	out_time(o, "not_after", "VALID UNTIL", c->not_after_s);
	out_int(o, "days_left", "DAYS LEFT", left > 0 ? left / 86400 : 0);
	out_flag(o, "expired", NULL, left <= 0);
	out_str(o, "sha256", NULL, c->sha256);
	out_str(o, "fingerprint", "SHA-256 FINGERPRINT", fp);
}

static void
print_added(struct out *o, const struct ca_cert *c, const char *label)
{
	out_time(o, "added", label, c->added_s);
	out_str(o, "added_by", label == NULL ? NULL : "ADDED BY", c->added_by);
}

/* Hosts of one certificate, "a, b". */
static void
print_hosts(struct out *o, const char *key, const char *label,
    const struct ca_seen_list *seen, const char *sha256, bool trusted)
{
	struct buf b = BUF_INIT(HOSTS_TEXT_MAX);
	size_t i;

	for (i = 0; i < seen->n; i++)
		if (seen->v[i].trusted == trusted &&
		    str_eq(seen->v[i].sha256, sha256) &&
		    buf_putf(&b, "%s%s", b.len > 0 ? ", " : "",
			seen->v[i].host) != ERR_OK)
			break;
	out_str(o, key, label, buf_str(&b));
	buf_clear(&b);
}

static bool
is_in_list(const struct ca_list *l, const char *sha256)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (str_eq(l->v[i].sha256, sha256))
			return true;
	return false;
}

/* What servers sent that nobody trusts here. */
static void
print_missing(
    struct out *o, const struct ca_seen_list *seen, const struct ca_list *have)
{
	char fp[CA_FINGERPRINT_MAX];
	bool any = false;
	size_t i;

	for (i = 0; i < seen->n && !any; i++)
		any =
		    !seen->v[i].trusted && !is_in_list(have, seen->v[i].sha256);
	if (any)
		out_text(o, "\nMissing issuers; to trust one after comparing "
			    "its fingerprint: calconnctl ca accept\n");
	else if (!o->json)
		return;
	out_rows(o, "missing");
	for (i = 0; i < seen->n; i++) {
		const struct ca_seen *s = &seen->v[i];

		if (s->trusted || is_in_list(have, s->sha256) ||
		    (i > 0 && str_eq(seen->v[i - 1].sha256, s->sha256) &&
			!seen->v[i - 1].trusted))
			continue;
		ca_fingerprint(s->sha256, fp);
		out_row(o);
		out_str(o, "subject", "SUBJECT", s->subject);
		out_str(o, "sha256", NULL, s->sha256);
		out_str(o, "fingerprint", "SHA-256 FINGERPRINT", fp);
		print_hosts(o, "sent_by", "SENT BY", seen, s->sha256, false);
		out_time(o, "last_seen", NULL, s->last_s);
	}
	out_rows_end(o, "");
}

int
verb_ca_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct ca_seen_list seen = {NULL, 0};
	struct ca_list l = {NULL, 0};
	char *system = NULL;
	enum err e;
	size_t i;

	if ((e = store_ca_list(c->store, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	if ((e = store_ca_seen_list(c->store, &seen, &ei)) != ERR_OK ||
	    (e = store_setting_get(c->store, "use_system_ca", &system, &ei)) !=
		ERR_OK) {
		ca_list_clear(&l);
		ca_seen_list_clear(&seen);
		return ctl_fail(c, e, &ei);
	}
	out_flag(&c->out, "use_system_ca", NULL, str_eq(system, "yes"));
	out_rows(&c->out, "ca");
	for (i = 0; i < l.n; i++) {
		out_row(&c->out);
		print_cert(&c->out, &l.v[i], false);
		print_added(&c->out, &l.v[i], NULL);
		print_hosts(&c->out, "used_by", "VOUCHES FOR", &seen,
		    l.v[i].sha256, true);
	}
	out_rows_end(&c->out, "No CA certificate is trusted.");
	if (str_eq(system, "yes"))
		out_text(&c->out,
		    "The CAs of the operating system are trusted as well.\n");
	print_missing(&c->out, &seen, &l);
	mem_free(system);
	ca_seen_list_clear(&seen);
	ca_list_clear(&l);
	return EXIT_DONE;
}

static enum err
read_file(const char *path, struct ca_list *out, struct errinfo *ei)
{
	struct buf b = BUF_INIT(FILE_BYTES_MAX);
	enum err e;

	e = str_eq(path, "-") ? fd_slurp(STDIN_FILENO, "standard input", &b, ei)
			      : file_slurp(path, &b, ei);
	if (e == ERR_OK &&
	    (e = x509_parse_pem(buf_str(&b), b.len, out, ei)) != ERR_OK)
		errinfo_context(ei, "%s", path);
	buf_clear(&b);
	return e;
}

/* What is offered, and what is held already. */
static enum err
read_both(struct ctl *c, const char *path, struct ca_list *offered,
    struct ca_list *have, struct errinfo *ei)
{
	enum err e = read_file(path, offered, ei);

	return e == ERR_OK ? store_ca_list(c->store, have, ei) : e;
}

static void
print_verdict(struct out *o, enum ca_verdict v)
{
	out_str(o, "verdict", NULL, ca_verdict_name(v));
	out_str(o, "why", "WHAT IT IS", ca_verdict_text(v));
}

struct adding {
	bool insist; /* also what is no CA */
	size_t added, left_out;
};

static enum err
add_all(struct ctl *c, const struct ca_list *l, const struct ca_list *have,
    struct adding *a, struct errinfo *ei)
{
	enum ca_verdict v;
	enum err e;
	size_t i;
	bool take;

	out_rows(&c->out, "ca");
	for (i = 0; i < l->n; i++) {
		v = ca_judge(have, l, &l->v[i], clock_wall_s());
		take = v == CA_GOOD || (v == CA_NOT_A_CA && a->insist);
		if (take) {
			e = store_ca_put(c->store, &c->actor, &l->v[i], ei);
			if (e != ERR_OK && e != ERR_EXISTS)
				return e;
			take = e == ERR_OK;
		} else if (v != CA_THERE) {
			a->left_out++;
		}
		a->added += take;
		out_row(&c->out);
		print_cert(&c->out, &l->v[i], false);
		out_flag(&c->out, "added", "ADDED", take);
		print_verdict(&c->out, v);
	}
	out_rows_end(&c->out, "");
	return ERR_OK;
}

static bool
read_insist(struct ctl *c)
{
	bool insist = false;
	size_t i;

	for (i = 0; i < c->args.keys.n; i++)
		if (!str_eq(c->args.keys.v[i], "not_a_ca"))
			ctl_problem(
			    c, c->args.keys.v[i], "There is no such field.");
		else if (setting_bool(c->args.values.v[i], &insist) != ERR_OK)
			ctl_problem(c, "not_a_ca", "It is yes or no.");
	return insist;
}

int
verb_ca_add(struct ctl *c)
{
	struct ca_list l = {NULL, 0}, have = {NULL, 0};
	struct adding a = {read_insist(c), 0, 0};
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	if (c->problems_n > 0)
		return ctl_problems_end(c);
	if ((e = read_both(c, c->words[0], &l, &have, &ei)) == ERR_OK)
		e = add_all(c, &l, &have, &a, &ei);
	ca_list_clear(&l);
	ca_list_clear(&have);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	if (a.added > 0)
		return manager_apply(c);
	if (a.left_out > 0)
		return ctl_refuse(c, EXIT_FAILED,
		    "none of these belongs in the list; not_a_ca=yes takes "
		    "one that is no CA certificate");
	out_flag(&c->out, "ok", NULL, true);
	return EXIT_DONE;
}

static enum err
show_stored(struct ctl *c, const char *sha256, struct errinfo *ei)
{
	struct ca_list l = {NULL, 0};
	enum err e;
	size_t i;

	if ((e = store_ca_list(c->store, &l, ei)) != ERR_OK)
		return e;
	for (i = 0; i < l.n && !str_eq(l.v[i].sha256, sha256); i++)
		;
	if (i < l.n) {
		print_cert(&c->out, &l.v[i], true);
		print_added(&c->out, &l.v[i], "ADDED");
		out_str(&c->out, "pem", NULL, l.v[i].pem);
		out_text(&c->out, "%s", l.v[i].pem);
	} else {
		e = err_set(ei, ERR_NOTFOUND,
		    "There is no such certificate in the trusted CA list.");
	}
	ca_list_clear(&l);
	return e;
}

static enum err
show_file(struct ctl *c, struct errinfo *ei)
{
	struct ca_list l = {NULL, 0}, have = {NULL, 0};
	enum err e;
	size_t i;

	if ((e = read_both(c, c->words[0], &l, &have, ei)) == ERR_OK) {
		out_rows(&c->out, "ca");
		for (i = 0; i < l.n; i++) {
			out_row(&c->out);
			print_cert(&c->out, &l.v[i], false);
			print_verdict(&c->out,
			    ca_judge(&have, &l, &l.v[i], clock_wall_s()));
		}
		out_rows_end(&c->out, "");
	}
	ca_list_clear(&l);
	ca_list_clear(&have);
	return e;
}

int
verb_ca_show(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	char sha256[65];
	enum err e;

	e = ca_fingerprint_parse(c->words[0], sha256)
		? show_stored(c, sha256, &ei)
		: show_file(c, &ei);
	return e == ERR_OK ? EXIT_DONE : ctl_fail(c, e, &ei);
}

/* One that a server sent and nobody trusts: whoever types its fingerprint
 * has compared it. */
int
verb_ca_accept(struct ctl *c)
{
	struct ca_seen_list seen = {NULL, 0};
	struct ca_list l = {NULL, 0};
	struct errinfo ei = {ERR_OK, ""};
	char sha256[65];
	enum err e;
	size_t i;

	if (!ca_fingerprint_parse(c->words[0], sha256))
		return ctl_refuse(c, EXIT_USAGE,
		    "a fingerprint has 64 hex digits; see calconnctl ca list");
	if ((e = store_ca_seen_list(c->store, &seen, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = err_set(&ei, ERR_NOTFOUND,
	    "No server has sent such a certificate as its missing issuer.");
	for (i = 0; i < seen.n; i++)
		if (!seen.v[i].trusted && str_eq(seen.v[i].sha256, sha256)) {
			e = x509_parse_pem(
			    seen.v[i].pem, strlen(seen.v[i].pem), &l, &ei);
			break;
		}
	/* What is stored is what was compared, and nothing beside it. */
	if (e == ERR_OK && (l.n != 1 || !str_eq(l.v[0].sha256, sha256)))
		e = err_set(&ei, ERR_ARG, "The certificate is not this one.");
	if (e == ERR_OK && l.v[0].not_after_s <= clock_wall_s())
		e = err_set(&ei, ERR_ARG, "%s", ca_verdict_text(CA_EXPIRED));
	if (e == ERR_OK)
		e = store_ca_put(c->store, &c->actor, &l.v[0], &ei);
	ca_list_clear(&l);
	ca_seen_list_clear(&seen);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

int
verb_ca_delete(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	char sha256[65];
	enum err e;

	if (!ca_fingerprint_parse(c->words[0], sha256))
		return ctl_refuse(c, EXIT_USAGE,
		    "a fingerprint has 64 hex digits; see calconnctl ca list");
	e = store_ca_delete(c->store, &c->actor, sha256, &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}

int
verb_ca_system(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	bool on = str_eq(c->words[0], "on");
	enum err e;

	if (!on && !str_eq(c->words[0], "off"))
		return ctl_refuse(c, EXIT_USAGE, "it is on or off");
	e = store_setting_put(
	    c->store, &c->actor, "use_system_ca", on ? "yes" : "no", &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}
