/* cmd_install.c - the verbs that change which version runs. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/alloc.h"
#include "common/conf.h"
#include "common/ipc.h"
#include "common/ipc_client.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/disk.h"
#include "pkg/install.h"
#include "pkg/manifest.h"
#include "pkg/pkg.h"
#include "pkg/refuse.h"
#include "pkg/run.h"
#include "pkg/service.h"
#include "pkg/sig.h"
#include "pkg/verify.h"

#define NAME "calconn-pkg"
#define AGAIN_NS 200000000L /* between two looks */
#define TRIES_MAX 1500 /* five minutes of them */
#define PAUSE_MS 15000u /* until the manager's programs have ended */

/* What is needed by all of them. */
struct job {
	struct conf conf;
	struct tree tree;
	struct install in;
	struct pkg *p;
	const char *what; /* "install", for the status; NULL: not of interest */
	bool open;
};

/* What the pages show of it: "STATE WHAT STEP" and a line of text.  Nothing
 * depends on it, so that a full disk is no reason to stop. */
static void
say(struct job *j, const char *state, const char *step, const char *text)
{
	struct refusal ignored;
	char line[ERRINFO_MAX + 128];
	int n;

	if (!j->open || j->what == NULL || j->tree.lock < 0)
		return;
	n = snprintf(
	    line, sizeof(line), "%s %s %s\n%s\n", state, j->what, step, text);
	if (n > 0 && (size_t)n < sizeof(line))
		(void)!disk_put(
		    j->tree.fd, TREE_STATUS, line, (size_t)n, &ignored);
}

/* One line a step. */
static void
on_step(void *arg, const char *what)
{
	struct job *j = arg;

	say(j, "running", what, "");
	if (!j->p->o.json) {
		(void)printf("%s\n", what);
		(void)fflush(stdout);
	}
}

static enum err
begin(struct job *j, struct pkg *p, const char *what)
{
	const bool to_change = what != NULL;
	enum err e;

	memset(j, 0, sizeof(*j));
	j->p = p;
	j->what = what;
	if ((e = conf_load(&j->conf, p->o.conf, &p->why.ei)) != ERR_OK)
		return e;
	if (to_change && (e = service_check_conf(&j->conf, &p->why)) != ERR_OK)
		return e;
	e = tree_open(&j->tree, j->conf.bundle_root, to_change, &p->why);
	j->open = e == ERR_OK;
	j->in.tree = &j->tree;
	j->in.conf = &j->conf;
	j->in.tell = on_step;
	j->in.arg = j;
	return e;
}

static int
end(struct job *j, struct pkg *p, enum err e)
{
	if (e == ERR_OK)
		say(j, "done", "-", "");
	else
		say(j, "failed", "-", p->why.ei.text);
	if (j->open)
		tree_close(&j->tree);
	conf_clear(&j->conf);
	if (e != ERR_OK)
		return pkg_fail(p, e);
	out_flag(&p->out, "ok", NULL, true);
	return PKG_DONE;
}

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
	if ((e = begin(&j, p, "install")) != ERR_OK ||
	    (e = install_recover(&j.in, false, &p->why)) != ERR_OK)
		return end(&j, p, e);
	on_step(&j, "verifying");
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
	return end(&j, p, e);
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

	if ((e = begin(&j, p, "rollback")) != ERR_OK ||
	    (e = install_recover(&j.in, false, &p->why)) != ERR_OK)
		return end(&j, p, e);
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
		(void)end(&j, p, e);
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
	return end(&j, p, e);
}

int
pkg_allow(struct pkg *p)
{
	struct job j;
	enum err e = begin(&j, p, "allow");

	if (e == ERR_OK && !version_is_valid(p->args[0]))
		e = err_set(&p->why.ei, ERR_ARG, "This is no version.");
	if (e == ERR_OK)
		e = tree_reject(&j.tree, p->args[0], false, &p->why);
	return end(&j, p, e);
}

int
pkg_recover(struct pkg *p)
{
	struct job j;
	enum err e = begin(&j, p, "recover");

	if (e == ERR_OK)
		e = install_recover(&j.in, p->o.boot, &p->why);
	return end(&j, p, e);
}

int
pkg_list(struct pkg *p)
{
	char current[VERSION_MAX] = "", before[VERSION_MAX] = "";
	struct strlist all = {NULL, 0}, no = {NULL, 0};
	struct job j;
	size_t i;
	enum err e;

	e = begin(&j, p, NULL);
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
	return end(&j, p, e);
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

/* -- what the manager asks for -- */

/* Whoever wrote it may be taken over: two verbs are let through, and a
 * version for one of them. */
static enum err
read_request(const char *path, char verb[16], char version[VERSION_MAX],
    struct refusal *why)
{
	char text[64];
	ssize_t n;
	char *space;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : refuse_errno(why, path);
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0 || text[n - 1] != '\n')
		return ERR_BUSY; /* it is being written */
	text[n - 1] = '\0';
	if ((space = strchr(text, ' ')) == NULL)
		return err_set(refuse_ei(why), ERR_ARG, "%s: its form", path);
	*space++ = '\0';
	if (!str_copy(verb, 16, text) ||
	    !str_copy(version, VERSION_MAX, space) ||
	    (!str_eq(verb, "rollback") &&
		!(str_eq(verb, "allow") && version_is_valid(version))))
		return err_set(refuse_ei(why), ERR_ARG, "%s: its form", path);
	return ERR_OK;
}

/* Whether a switch has not come to its end. */
static bool
is_begun(struct pkg *p)
{
	struct tree_journal tj;
	struct job j;
	enum err e;

	if ((e = begin(&j, p, NULL)) == ERR_OK)
		e = tree_journal_get(&j.tree, &tj, &p->why);
	if (j.open)
		tree_close(&j.tree);
	conf_clear(&j.conf);
	return e == ERR_OK;
}

/* The service has started.  Whoever has the lock is still at it, and may be
 * killed before it comes to the end. */
static int
end_begun(struct pkg *p)
{
	const struct timespec soon = {0, AGAIN_NS};
	struct job j;
	unsigned tries;
	enum err e = ERR_BUSY;

	for (tries = 0; e == ERR_BUSY && tries < TRIES_MAX; tries++) {
		if (!is_begun(p))
			return PKG_DONE;
		e = begin(&j, p, "recover");
		if (e == ERR_BUSY) {
			conf_clear(&j.conf);
			(void)nanosleep(&soon, NULL);
		}
	}
	if (e == ERR_BUSY)
		return PKG_FAILED;
	if (e == ERR_OK)
		e = install_recover(&j.in, false, &p->why);
	return end(&j, p, e);
}

/* ERR_NOTFOUND: nothing is asked for. */
static enum err
take_request(struct pkg *p, char verb[16], char version[VERSION_MAX])
{
	const struct timespec soon = {0, AGAIN_NS / 4};
	char path[4096];
	struct conf conf;
	unsigned tries;
	enum err e;

	if ((e = conf_load(&conf, p->o.conf, &p->why.ei)) != ERR_OK)
		return e;
	(void)snprintf(path, sizeof(path), "%s.request", conf.control_socket);
	conf_clear(&conf);
	for (tries = 0; tries < 40; tries++) {
		e = read_request(path, verb, version, &p->why);
		if (e != ERR_BUSY)
			break;
		(void)nanosleep(&soon, NULL);
	}
	/* Gone before it is done: it is done once. */
	if (e != ERR_NOTFOUND && unlink(path) != 0 && e == ERR_OK)
		e = refuse_errno(&p->why, path);
	return e;
}

int
pkg_request(struct pkg *p)
{
	char verb[16], version[VERSION_MAX];
	const char *args[] = {version, NULL};
	int rc = end_begun(p);
	enum err e;

	/* What came meanwhile too: only one of us runs. */
	while ((e = take_request(p, verb, version)) == ERR_OK) {
		p->args = args;
		p->o.yes = true; /* the page has asked */
		rc = str_eq(verb, "allow") ? pkg_allow(p) : pkg_rollback(p);
	}
	return e == ERR_NOTFOUND ? rc : pkg_fail(p, e);
}
