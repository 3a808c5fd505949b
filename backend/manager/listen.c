/* listen.c - see listen.h. */
#include "config.h"

#include "backend/manager/listen.h"

#include <errno.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/str.h"

#define BACKLOG 128

static int
new_socket(int flags)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
}

static bool
is_alive(const struct sockaddr_un *sa)
{
	int fd = new_socket(SOCK_NONBLOCK);
	bool alive;

	if (fd < 0)
		return true; /* so it may be */
	/* EAGAIN: a full queue, so somebody has it open. */
	alive = connect(fd, (const struct sockaddr *)sa, sizeof(*sa)) == 0 ||
		errno == EAGAIN;
	close(fd);
	return alive;
}

/* Removes a socket that a manager left behind that was killed. */
static enum err
clear_path(
    const struct sockaddr_un *sa, enum listen_how how, struct errinfo *ei)
{
	struct stat st;

	if (lstat(sa->sun_path, &st) != 0) {
		if (errno == ENOENT)
			return ERR_OK;
		return err_set(
		    ei, ERR_SYS, "%s: %s", sa->sun_path, strerror(errno));
	}
	if (!S_ISSOCK(st.st_mode))
		return err_set(
		    ei, ERR_EXISTS, "%s exists and is no socket", sa->sun_path);
	if (how == LISTEN_ALONE && is_alive(sa))
		return err_set(ei, ERR_EXISTS,
		    "%s is in use: calconn-managerd runs already",
		    sa->sun_path);
	if (unlink(sa->sun_path) != 0 && errno != ENOENT)
		return err_set(
		    ei, ERR_SYS, "%s: %s", sa->sun_path, strerror(errno));
	return ERR_OK;
}

static enum err
give_group(const char *path, const char *group, struct errinfo *ei)
{
	const struct group *g;

	if (group == NULL || *group == '\0')
		return ERR_OK;
	errno = 0;
	if ((g = getgrnam(group)) == NULL)
		return err_set(ei, ERR_NOTFOUND, "group %s: %s", group,
		    errno != 0 ? strerror(errno) : "does not exist");
	if (lchown(path, (uid_t)-1, g->gr_gid) != 0)
		return err_set(ei, ERR_SYS, "%s: group %s: %s", path, group,
		    strerror(errno));
	return ERR_OK;
}

int64_t
listen_left_since(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)
		   ? (int64_t)st.st_mtim.tv_sec
		   : 0;
}

enum err
listen_unix(int *out, const char *path, const char *group, enum listen_how how,
    struct errinfo *ei)
{
	struct sockaddr_un sa;
	mode_t before;
	enum err e;
	int fd = -1, rc;

	memset(&sa, 0, sizeof(sa));
	sa.sun_family = AF_UNIX;
	if (!str_copy(sa.sun_path, sizeof(sa.sun_path), path))
		return err_set(ei, ERR_TOOBIG, "%s: longer than %zu bytes",
		    path, sizeof(sa.sun_path) - 1);
	if ((e = clear_path(&sa, how, ei)) != ERR_OK)
		return e;
	/* Web workers share theirs: the FastCGI library is not to wait in
	 * accept for what another has taken, where it sends no heartbeat. */
	if ((fd = new_socket(SOCK_NONBLOCK)) < 0)
		return err_set(ei, ERR_SYS, "socket: %s", strerror(errno));
	/* Nobody else may connect before the group is set. */
	before = umask(0177);
	rc = bind(fd, (const struct sockaddr *)&sa, sizeof(sa));
	umask(before);
	if (rc != 0 || listen(fd, BACKLOG) != 0)
		e = err_set(ei, ERR_SYS, "%s: %s", path, strerror(errno));
	if (e == ERR_OK)
		e = give_group(path, group, ei);
	if (e == ERR_OK && chmod(path, 0660) != 0)
		e = err_set(ei, ERR_SYS, "%s: %s", path, strerror(errno));
	if (e != ERR_OK) {
		close(fd);
		return e;
	}
	*out = fd;
	return ERR_OK;
}
