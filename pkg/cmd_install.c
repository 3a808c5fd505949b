/* cmd_install.c - the verbs that change which version runs. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/ipc.h"
#include "common/ipc_client.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/job.h"
#include "pkg/manifest.h"
#include "pkg/pkg.h"
#include "pkg/refuse.h"
#include "pkg/run.h"
#include "pkg/sig.h"
#include "pkg/verify.h"

#define NAME "calconn-pkg"
#define PAUSE_MS 15000u /* until the manager's programs have ended */

int
pkg_install(struct pkg *p)
{
	struct manifest m = {.size = 0};
	struct bundle b = {.fd = -1};
	struct verify_host host;
	struct sig_keys keys;
	struct job j;
	enum err e;

	verify_host_here(&host, p->o.os_release);
	if ((e = job_begin(&j, p, "install")) != ERR_OK ||
	    (e = install_recover(&j.in, false, &p->why)) != ERR_OK)
		return job_end(&j, p, e);
	job_step(&j, "verifying");
	e = sig_keys_load(&keys,
	    p->o.keys != NULL ? p->o.keys : j.conf.bundle_keys, &p->why.ei);
	if (e == ERR_OK)
		e = bundle_open_path(&b, p->args[0], &p->why);
	if (e == ERR_OK)
		e = verify_bundle(&b, &keys, &m, NULL, &p->why);
	if (e == ERR_OK)
		e = verify_fits(&m, &host, &p->why);
	if (e == ERR_OK)
		e = install_bundle(&j.in, &b, &m, &p->why);
	if (e == ERR_OK)
		out_str(&p->out, "version", "Installed", m.version);
	manifest_clear(&m);
	bundle_close(&b);
	return job_end(&j, p, e);
}

/* Shows what would be lost; the program that can read both databases is the
 * one that runs. */
static enum err
show_newer(struct job *j, struct pkg *p, const char *to)
{
	char tool[4096], older[4096];
	const char *argv[] = {tool, "-c", j->conf.path, "store", "newer", older,
	    p->o.json ? "--json" : NULL, NULL};

	(void)snprintf(tool, sizeof(tool), "%s/current/bin/calconnctl",
	    j->conf.bundle_root);
	(void)snprintf(older, sizeof(older),
	    "%s/versions/%s/data/config/config.db", j->conf.bundle_root, to);
	if (!p->o.json)
		(void)fprintf(stderr,
		    "Version %s would run again, with its databases as they "
		    "were.  These changes would be lost:\n",
		    to);
	return run_program(argv, 30, true, &p->why);
}

int
pkg_rollback(struct pkg *p)
{
	char current[VERSION_MAX], to[VERSION_MAX];
	struct job j;
	enum err e;

	if ((e = job_begin(&j, p, "rollback")) != ERR_OK ||
	    (e = install_recover(&j.in, false, &p->why)) != ERR_OK)
		return job_end(&j, p, e);
	if ((e = tree_current(&j.tree, current, &p->why)) == ERR_OK)
		e = tree_before(&j.tree, current, to, &p->why);
	if (e == ERR_NOTFOUND)
		e = err_set(&p->why.ei, ERR_NOTFOUND,
		    "There is no earlier version to go back to.");
	if (e == ERR_OK && p->o.version != NULL && !str_eq(p->o.version, to))
		e = err_set(&p->why.ei, ERR_CONFLICT,
		    "A roll back leads to version %s.", to);
	if (e == ERR_OK && !p->o.yes && p->o.version == NULL) {
		j.what = NULL;
		e = show_newer(&j, p, to);
		(void)job_end(&j, p, e);
		out_clear(&p->out);
		if (e == ERR_OK)
			(void)fprintf(stderr, "Nothing was changed.  With "
					      "--yes it is done.\n");
		return PKG_ASK;
	}
	if (e == ERR_OK)
		e = install_roll_back(&j.in, to, &p->why);
	if (e == ERR_OK)
		out_str(&p->out, "version", "Runs", to);
	return job_end(&j, p, e);
}

int
pkg_allow(struct pkg *p)
{
	struct job j;
	enum err e = job_begin(&j, p, "allow");

	if (e == ERR_OK && !version_is_valid(p->args[0]))
		e = err_set(&p->why.ei, ERR_ARG, "This is no version.");
	if (e == ERR_OK)
		e = tree_reject(&j.tree, p->args[0], false, &p->why);
	return job_end(&j, p, e);
}

int
pkg_recover(struct pkg *p)
{
	struct job j;
	enum err e = job_begin(&j, p, "recover");

	if (e == ERR_OK)
		e = install_recover(&j.in, p->o.boot, &p->why);
	return job_end(&j, p, e);
}

int
pkg_list(struct pkg *p)
{
	char current[VERSION_MAX] = "", before[VERSION_MAX] = "";
	struct strlist all = {NULL, 0}, no = {NULL, 0};
	struct job j;
	size_t i;
	enum err e;

	e = job_begin(&j, p, NULL);
	if (e == ERR_OK)
		e = tree_list(&j.tree, &all, &p->why);
	if (e == ERR_OK)
		e = tree_rejected(&j.tree, &no, &p->why);
	if (e == ERR_OK && tree_current(&j.tree, current, &p->why) == ERR_OK)
		(void)!tree_before(&j.tree, current, before, &p->why);
	if (e == ERR_NOTFOUND)
		e = ERR_OK; /* nothing was ever installed */
	if (e == ERR_OK) {
		out_str(&p->out, "installed", "Installed version", current);
		out_str(&p->out, "target", "Target of a roll back", before);
		out_strs(&p->out, "rejected", "Rejected versions", &no);
		out_rows(&p->out, "versions");
		for (i = 0; i < all.n; i++) {
			out_row(&p->out);
			out_str(&p->out, "version", "On disk", all.v[i]);
		}
		out_rows_end(&p->out, "No version is on the disk.");
	}
	strlist_clear(&all);
	strlist_clear(&no);
	return job_end(&j, p, e);
}

/* -- helpers that calconn-pkg of another version starts -- */

/* Says "h" when the programs have ended, and lets go when its input ends. */
int
pkg_hold(struct pkg *p)
{
	struct msg_hold msg = {.state = NULL};
	struct msg_empty ok;
	struct ipc_client *c = NULL;
	struct conf conf;
	enum err e;
	char end_of;

	if ((e = conf_load(&conf, p->o.conf, &p->why.ei)) != ERR_OK)
		return pkg_fail(p, e);
	e = ipc_client_open(&c, conf.control_socket, NAME, &p->why.ei);
	if (e == ERR_OK) {
		ipc_client_set_timeout(c, PAUSE_MS);
		msg.state = xstrdup(p->args[0]);
		e = ipc_client_call(
		    c, IPC_MANAGER_HOLD, &msg, IPC_OK, &ok, &p->why.ei);
	}
	if (e == ERR_OK && write(STDOUT_FILENO, "h", 1) == 1)
		while (read(STDIN_FILENO, &end_of, 1) > 0)
			;
	msg_hold_free(&msg);
	ipc_client_close(c);
	conf_clear(&conf);
	out_clear(&p->out);
	return e == ERR_OK ? PKG_DONE : pkg_fail(p, e);
}
