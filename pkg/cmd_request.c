/* cmd_request.c - what the manager asks for, who has no right to change
 * programs himself. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/str.h"
#include "pkg/job.h"
#include "pkg/pkg.h"
#include "pkg/refuse.h"
#include "pkg/request.h"

#define AGAIN_NS 200000000L /* between two looks */
#define TRIES_MAX 1500 /* five minutes of them */

/* Whoever wrote it may be taken over: three verbs are let through, and a
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
	    (!str_eq(verb, "rollback") && !str_eq(verb, "install") &&
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

	if ((e = job_begin(&j, p, NULL)) == ERR_OK)
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
		e = job_begin(&j, p, "recover");
		if (e == ERR_BUSY) {
			conf_clear(&j.conf);
			(void)nanosleep(&soon, NULL);
		}
	}
	if (e == ERR_BUSY)
		return PKG_FAILED;
	if (e == ERR_OK)
		e = install_recover(&j.in, false, &p->why);
	return job_end(&j, p, e);
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
	(void)snprintf(
	    path, sizeof(path), "%s" PKG_REQUEST_SUFFIX, conf.control_socket);
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

/* What a page received.  Where it lies belongs to the one that wrote it: it
 * is copied and verified before anything of it is believed.  It stays until
 * the end, so that the pages know that somebody is at it. */
static int
install_uploaded(struct pkg *p)
{
	char path[4096];
	const char *args[] = {path, NULL};
	struct conf conf;
	enum err e;
	int rc;

	if ((e = conf_load(&conf, p->o.conf, &p->why.ei)) != ERR_OK)
		return pkg_fail(p, e);
	(void)snprintf(
	    path, sizeof(path), "%s/" PKG_UPLOAD_NAME, conf.upload_dir);
	conf_clear(&conf);
	p->args = args;
	rc = pkg_install(p);
	(void)unlink(path);
	return rc;
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
		if (str_eq(verb, "install"))
			rc = install_uploaded(p);
		else if (str_eq(verb, "allow"))
			rc = pkg_allow(p);
		else
			rc = pkg_rollback(p);
	}
	return e == ERR_NOTFOUND ? rc : pkg_fail(p, e);
}
