/* verb_ca.c - the trusted CA certificates. */
#include <string.h>
#include <unistd.h>

#include "backend/ctl/cert.h"
#include "backend/ctl/ctl.h"
#include "backend/ctl/manager_link.h"
#include "common/clock.h"
#include "common/store_admin.h"

#define FINGERPRINT_MAX 128 /* bytes as typed */

static void
print_cert(struct out *o, const struct ca_cert *c)
{
	out_str(o, "subject", "SUBJECT", c->subject);
	out_str(o, "issuer", NULL, c->issuer);
	out_time(o, "not_after", "VALID UNTIL", c->not_after_s);
	out_flag(o, "expired", NULL, c->not_after_s < clock_wall_s());
	out_str(o, "sha256", "SHA-256 FINGERPRINT", c->sha256);
}

int
verb_ca_list(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct ca_list l = {NULL, 0};
	enum err e;
	size_t i;

	if ((e = store_ca_list(c->store, &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	out_rows(&c->out, "ca");
	for (i = 0; i < l.n; i++) {
		out_row(&c->out);
		print_cert(&c->out, &l.v[i]);
		out_time(&c->out, "added", NULL, l.v[i].added_s);
		out_str(&c->out, "added_by", NULL, l.v[i].added_by);
	}
	out_rows_end(&c->out, "No CA certificate is trusted.");
	ca_list_clear(&l);
	return EXIT_DONE;
}

static enum err
read_file(const char *path, struct ca_list *out, struct errinfo *ei)
{
	struct buf b = BUF_INIT(CERT_FILE_MAX);
	enum err e;

	e = str_eq(path, "-") ? fd_slurp(STDIN_FILENO, "standard input", &b, ei)
			      : file_slurp(path, &b, ei);
	if (e == ERR_OK &&
	    (e = cert_parse_pem(buf_str(&b), b.len, out, ei)) != ERR_OK)
		errinfo_context(ei, "%s", path);
	buf_clear(&b);
	return e;
}

static enum err
add_all(
    struct ctl *c, const struct ca_list *l, size_t *added, struct errinfo *ei)
{
	enum err e = ERR_OK;
	size_t i;

	out_rows(&c->out, "ca");
	for (i = 0; i < l->n; i++) {
		e = store_ca_put(c->store, &c->actor, &l->v[i], ei);
		if (e != ERR_OK && e != ERR_EXISTS)
			return e;
		*added += e == ERR_OK;
		out_row(&c->out);
		print_cert(&c->out, &l->v[i]);
		out_flag(&c->out, "added", "ADDED", e == ERR_OK);
	}
	out_rows_end(&c->out, "");
	return ERR_OK;
}

int
verb_ca_add(struct ctl *c)
{
	struct errinfo ei = {ERR_OK, ""};
	struct ca_list l = {NULL, 0};
	size_t added = 0;
	enum err e;

	if ((e = read_file(c->words[0], &l, &ei)) != ERR_OK)
		return ctl_fail(c, e, &ei);
	e = add_all(c, &l, &added, &ei);
	ca_list_clear(&l);
	if (e != ERR_OK)
		return ctl_fail(c, e, &ei);
	if (added > 0)
		return manager_apply(c);
	out_flag(&c->out, "ok", NULL, true);
	return EXIT_DONE;
}

/* As other tools print it: upper case, colons, spaces. */
static bool
plain_fingerprint(const char *typed, char out[FINGERPRINT_MAX])
{
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		if (*typed == ':' || *typed == ' ')
			continue;
		if (n == FINGERPRINT_MAX - 1)
			return false;
		out[n++] = *typed;
	}
	out[n] = '\0';
	str_lower(out);
	return n == 64;
}

int
verb_ca_delete(struct ctl *c)
{
	char sha256[FINGERPRINT_MAX];
	struct errinfo ei = {ERR_OK, ""};
	enum err e;

	if (!plain_fingerprint(c->words[0], sha256))
		return ctl_refuse(c, EXIT_USAGE,
		    "a fingerprint has 64 hex digits; see calconnctl ca list");
	e = store_ca_delete(c->store, &c->actor, sha256, &ei);
	return e == ERR_OK ? manager_apply(c) : ctl_fail(c, e, &ei);
}
