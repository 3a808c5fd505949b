/* cmd_bundle.c - the verbs that have to do with one bundle. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/secret.h"
#include "common/str.h"
#include "pkg/build.h"
#include "pkg/bundle.h"
#include "pkg/manifest.h"
#include "pkg/payload.h"
#include "pkg/pkg.h"
#include "pkg/sig.h"
#include "pkg/verify.h"

/* reproducible-builds.org: the time of what a build makes. */
static int64_t
source_date(void)
{
	const char *v = getenv("SOURCE_DATE_EPOCH");
	uint64_t n;

	return v != NULL && str_to_u64(v, INT32_MAX, &n) == ERR_OK ? (int64_t)n
								   : 0;
}

int
pkg_build(struct pkg *p)
{
	struct manifest m = {.platform = (uint32_t)p->o.platform,
	    .config_schema = (uint32_t)p->o.config_schema,
	    .state_schema = (uint32_t)p->o.state_schema};
	const char *arch = p->o.arch != NULL ? p->o.arch : verify_arch();
	enum err e;

	if (p->o.out == NULL || p->o.version == NULL)
		e = err_set(
		    &p->why.ei, ERR_ARG, "build needs --output and --version.");
	else if (!version_is_valid(p->o.version) ||
		 !str_copy(m.arch, sizeof(m.arch), arch))
		e = err_set(&p->why.ei, ERR_ARG,
		    "A version is two to four numbers, such as 1.2.3.");
	else {
		(void)str_copy(m.name, sizeof(m.name), MANIFEST_PRODUCT);
		(void)str_copy(m.version, sizeof(m.version), p->o.version);
		e = build_bundle(
		    p->o.out, p->args[0], &m, source_date(), &p->why);
	}
	if (e == ERR_OK) {
		out_flag(&p->out, "ok", NULL, true);
		out_str(&p->out, "version", "Version", m.version);
		out_int(&p->out, "files", "Files", (int64_t)m.files_n);
	}
	manifest_clear(&m);
	return e == ERR_OK ? PKG_DONE : pkg_fail(p, e);
}

int
pkg_sign(struct pkg *p)
{
	struct secret password = SECRET_INIT;
	struct sig_sk sk;
	enum err e = ERR_OK;

	memset(&sk, 0, sizeof(sk));
	if (p->o.secret == NULL)
		e = err_set(&p->why.ei, ERR_ARG, "sign needs --secret-key.");
	else if (p->o.password_stdin)
		e = secret_read_fd(&password, STDIN_FILENO, &p->why.ei);
	if (e == ERR_OK)
		e = sig_sk_load(&sk, p->o.secret,
		    p->o.password_stdin ? &password : NULL, &p->why.ei);
	if (e == ERR_OK)
		e = build_sign(p->args[0], &sk, &p->why);
	sig_sk_clear(&sk);
	secret_clear(&password);
	if (e != ERR_OK)
		return pkg_fail(p, e);
	out_flag(&p->out, "ok", NULL, true);
	return PKG_DONE;
}

int
pkg_key(struct pkg *p)
{
	enum err e = sig_keys_write(p->args[0], p->args[1], &p->why.ei);

	if (e != ERR_OK)
		return pkg_fail(p, e);
	out_flag(&p->out, "ok", NULL, true);
	return PKG_DONE;
}

static void
show(struct pkg *p, const struct manifest *m)
{
	char mode[8], hex[65];
	size_t i;

	out_flag(&p->out, "ok", NULL, true);
	out_str(&p->out, "name", "Name", m->name);
	out_str(&p->out, "version", "Version", m->version);
	out_str(&p->out, "architecture", "Architecture", m->arch);
	out_int(&p->out, "platform", "Least platform", m->platform);
	out_int(
	    &p->out, "config_schema", "Configuration schema", m->config_schema);
	out_int(&p->out, "state_schema", "State schema", m->state_schema);
	out_int(&p->out, "size", "Bytes unpacked", (int64_t)m->size);
	out_rows(&p->out, "files");
	for (i = 0; i < m->files_n; i++) {
		const struct manifest_file *f = &m->files[i];

		(void)snprintf(mode, sizeof(mode), "%04o", f->mode & 07777u);
		hex_encode(f->sha256, sizeof(f->sha256), hex);
		out_row(&p->out);
		out_str(&p->out, "path", "Path", f->path);
		out_str(&p->out, "mode", "Mode", mode);
		out_int(&p->out, "size", "Bytes", (int64_t)f->size);
		out_str(&p->out, "sha256", NULL, hex);
	}
	out_rows_end(&p->out, "");
}

/* Without a look at the signature: what it says is not to be believed. */
int
pkg_inspect(struct pkg *p)
{
	struct manifest m = {.size = 0};
	struct payload *pl = NULL;
	struct bundle b;
	enum err e;

	if ((e = bundle_open_path(&b, p->args[0], &p->why)) != ERR_OK)
		return pkg_fail(p, e);
	if ((e = payload_open(&pl, &b, &m, &p->why)) == ERR_OK) {
		show(p, &m);
		out_flag(
		    &p->out, "signed", "Signed, not verified", b.sig_len != 0);
	}
	payload_close(pl);
	manifest_clear(&m);
	bundle_close(&b);
	return e == ERR_OK ? PKG_DONE : pkg_fail(p, e);
}

/* Those given, or those of calconn.conf. */
static enum err
load_keys(struct sig_keys *keys, struct pkg *p)
{
	struct conf conf;
	enum err e;

	if (p->o.keys != NULL)
		return sig_keys_load(keys, p->o.keys, &p->why.ei);
	if ((e = conf_load(&conf, p->o.conf, &p->why.ei)) != ERR_OK)
		return e;
	e = sig_keys_load(keys, conf.bundle_keys, &p->why.ei);
	conf_clear(&conf);
	return e;
}

int
pkg_verify(struct pkg *p)
{
	char comment[SIG_COMMENT_MAX];
	struct manifest m = {.size = 0};
	struct verify_host host;
	struct sig_keys keys;
	struct bundle b;
	enum err e;

	verify_host_here(&host, p->o.os_release);
	if ((e = load_keys(&keys, p)) != ERR_OK ||
	    (e = bundle_open_path(&b, p->args[0], &p->why)) != ERR_OK)
		return pkg_fail(p, e);
	e = verify_bundle(&b, &keys, &m, comment, &p->why);
	if (e == ERR_OK)
		e = verify_fits(&m, &host, &p->why);
	if (e == ERR_OK) {
		out_flag(&p->out, "ok", NULL, true);
		out_str(&p->out, "version", "Version", m.version);
		out_str(&p->out, "comment", "Signed as", comment);
	}
	manifest_clear(&m);
	bundle_close(&b);
	return e == ERR_OK ? PKG_DONE : pkg_fail(p, e);
}
