/* service.c - see service.h. */
#include "config.h"

#include "pkg/service.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/conf.h"
#include "common/str.h"
#include "pkg/disk.h"
#include "pkg/refuse.h"
#include "pkg/tree.h"

#define PATH_LEN 4096
#define HOLD_S 30 /* until the programs have ended */
#define WATCH_S 120 /* until a version has shown that it works */
#define COPY_S 120 /* of both databases */

/* -- the programs -- */

bool
service_is_there(const struct conf *c)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	bool there;
	int fd;

	if (!str_copy(sa.sun_path, sizeof(sa.sun_path), c->control_socket))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	there = fd >= 0 &&
		connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0;
	if (fd >= 0)
		(void)close(fd);
	return there;
}

static enum err
tool(char out[PATH_LEN], const char *root, const char *version,
    const char *name, struct refusal *why)
{
	int n;

	n = snprintf(out, PATH_LEN, "%s/%s%s/%s", root,
	    version != NULL ? "versions/" : "current",
	    version != NULL ? version : "", name);
	if (n > 0 && n < PATH_LEN)
		return ERR_OK;
	errno = ENAMETOOLONG;
	return refuse_errno(why, root);
}

enum err
service_hold(struct service *s, const struct conf *c, const char *root,
    bool back, struct refusal *why)
{
	char path[PATH_LEN];
	const char *argv[] = {path, "-c", c->path, "hold",
	    back ? "rolling-back" : "installing", NULL};
	enum err e;

	s->held.in = -1;
	if (!service_is_there(c))
		return ERR_OK;
	if ((e = tool(path, root, NULL, "sbin/calconn-pkg", why)) != ERR_OK)
		return e;
	return run_hold(&s->held, argv, HOLD_S, why);
}

void
service_release(struct service *s)
{
	run_release(&s->held);
}

enum err
service_watch(const struct conf *c, const char *root, struct refusal *why)
{
	char path[PATH_LEN];
	const char *argv[] = {path, "-c", c->path, "health", NULL};
	enum err e;

	if ((e = tool(path, root, NULL, "sbin/calconn-pkg", why)) != ERR_OK)
		return e;
	return run_program(argv, WATCH_S, false, why);
}

/* -- the databases -- */

static uint64_t
size_of(const char *path, const char *more)
{
	char name[PATH_LEN];
	struct stat st;
	int n = snprintf(name, sizeof(name), "%s%s", path, more);

	if (n < 0 || n >= PATH_LEN || stat(name, &st) != 0)
		return 0;
	return (uint64_t)st.st_size;
}

uint64_t
service_data_size(const struct conf *c)
{
	return size_of(c->config_db, "") + size_of(c->config_db, "-wal") +
	       size_of(c->state_db, "") + size_of(c->state_db, "-wal");
}

/* The owner and mode of the folder that a database has now; the first time
 * those that tmpfiles(5) would give it. */
static enum err
give(int dir, const char *db, const char *user, const struct conf *c,
    struct refusal *why)
{
	char folder[PATH_LEN];
	const struct passwd *pw = NULL;
	const struct group *gr = NULL;
	struct stat st = {.st_mode = 02750};
	char *slash;

	(void)str_copy(folder, sizeof(folder), db);
	if ((slash = strrchr(folder, '/')) != NULL)
		*slash = '\0';
	st.st_uid = geteuid();
	st.st_gid = getegid();
	if (stat(folder, &st) != 0) {
		if (user[0] != '\0' && (pw = getpwnam(user)) != NULL)
			st.st_uid = pw->pw_uid;
		if (c->group_store[0] != '\0')
			gr = getgrnam(c->group_store);
		if (gr != NULL)
			st.st_gid = gr->gr_gid;
	}
	if (geteuid() == 0 && fchown(dir, st.st_uid, st.st_gid) != 0)
		return refuse_errno(why, folder);
	if (fchmod(dir, st.st_mode & 07777) != 0)
		return refuse_errno(why, folder);
	return ERR_OK;
}

static enum err
make_folders(const struct conf *c, int data, struct refusal *why)
{
	int config = -1, state = -1;
	enum err e;

	if ((e = disk_folder(data, "config", &config, why)) != ERR_OK ||
	    (e = disk_folder(data, "state", &state, why)) != ERR_OK ||
	    (e = give(config, c->config_db, c->user_web, c, why)) != ERR_OK)
		goto out;
	e = give(state, c->state_db, c->user_engine, c, why);
out:
	if (config >= 0)
		(void)close(config);
	if (state >= 0)
		(void)close(state);
	return e;
}

/* By the programs of the version that is to have them. */
static enum err
copy_to(const struct conf *c, struct tree *t, const char *version, int dir,
    const char *name, struct refusal *why)
{
	char path[PATH_LEN], to[PATH_LEN];
	const char *argv[] = {path, "-c", c->path, "store", "copy", to, NULL};
	enum err e;
	int data;

	if ((e = disk_remove(dir, name, why)) != ERR_OK ||
	    (e = tool(path, t->root, version, "bin/calconnctl", why)) !=
		ERR_OK ||
	    (e = tool(to, t->root, version, name, why)) != ERR_OK ||
	    (e = disk_folder(dir, name, &data, why)) != ERR_OK)
		return e;
	if ((e = make_folders(c, data, why)) == ERR_OK)
		e = run_program(argv, COPY_S, false, why);
	if (e == ERR_OK)
		e = disk_sync_tree(data, why);
	(void)close(data);
	return e;
}

enum err
service_copy_data(const struct conf *c, struct tree *t, const char *version,
    struct refusal *why)
{
	enum err e;
	int dir;

	if ((e = disk_folder(t->versions, version, &dir, why)) != ERR_OK)
		return e;
	e = copy_to(c, t, version, dir, TREE_DATA ".new", why);
	if (e == ERR_OK)
		e = disk_rename(dir, TREE_DATA ".new", TREE_DATA, why);
	(void)close(dir);
	return e;
}

enum err
service_try(const struct conf *c, struct tree *t, const char *version,
    struct refusal *why)
{
	char path[PATH_LEN];
	const char *argv[] = {path, "-c", c->path, "self-check", NULL};
	struct refusal ignored;
	enum err e;
	int dir;

	if ((e = tool(path, t->root, version, "sbin/calconn-pkg", why)) !=
		ERR_OK ||
	    (e = disk_folder(t->versions, version, &dir, why)) != ERR_OK)
		return e;
	e = copy_to(c, t, version, dir, TREE_DATA ".try", why);
	if (e == ERR_OK)
		e = run_program(argv, COPY_S, false, why);
	if (e == ERR_OK)
		e = disk_remove(dir, TREE_DATA ".try", why);
	else
		(void)!disk_remove(dir, TREE_DATA ".try", &ignored);
	(void)close(dir);
	return e;
}

/* -- the configuration -- */

enum err
service_check_conf(const struct conf *c, struct refusal *why)
{
	const struct {
		const char *key, *value, *should;
	} rows[] = {
	    {"config_db", c->config_db, "data/config/config.db"},
	    {"state_db", c->state_db, "data/state/state.db"},
	    {"libexec_dir", c->libexec_dir, "libexec/calconn"},
	    {"templates_dir", c->templates_dir, "share/calconn/templates"},
	};
	char should[PATH_LEN];
	size_t i;
	int n;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		n = snprintf(should, sizeof(should), "%s/current/%s",
		    c->bundle_root, rows[i].should);
		if (n > 0 && n < PATH_LEN && str_eq(rows[i].value, should))
			continue;
		return err_set(refuse_ei(why), ERR_ARG,
		    "%s: %s is to be %s for bundles to be installed.", c->path,
		    rows[i].key, should);
	}
	return ERR_OK;
}
