/* upload.c - see upload.h. */
#include "config.h"

#include "cgi/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pkg/bundle.h"
#include "pkg/request.h"

#define PART "bundle.part"
#define TRIES_MAX 3 /* the part may be renamed just then */

static enum err
failed(struct errinfo *ei, const char *what)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return err_set(ei, ERR_STORE,
		    "There is not enough room on the disk of this system.");
	return err_set(ei, ERR_SYS, "%s: %s", what, strerror(errno));
}

static enum err
open_folder(int *dir, const char *folder, struct errinfo *ei)
{
	*dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *dir >= 0 ? ERR_OK : failed(ei, folder);
}

/* Whether what was locked is still what the name leads to. */
static bool
is_part(int dir, int fd)
{
	struct stat named, locked;

	return fstatat(dir, PART, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(fd, &locked) == 0 && named.st_ino == locked.st_ino &&
	       named.st_dev == locked.st_dev;
}

/* *fd: the part, locked.  ERR_BUSY: somebody else has it. */
static enum err
lock_part(int dir, int flags, int *fd, struct errinfo *ei)
{
	int tries, f;

	for (tries = 0; tries < TRIES_MAX; tries++) {
		f = openat(dir, PART,
		    O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0640);
		if (f < 0)
			return failed(ei, PART);
		if (flock(f, LOCK_EX | LOCK_NB) != 0) {
			(void)close(f);
			break;
		}
		if (is_part(dir, f)) {
			*fd = f;
			return ERR_OK;
		}
		(void)close(f);
	}
	return err_set(ei, ERR_BUSY,
	    "Another bundle is being sent at this moment.  Try again when it "
	    "has come.");
}

enum err
upload_begin(struct upload *u, const char *folder, struct errinfo *ei)
{
	enum err e;

	memset(u, 0, sizeof(*u));
	u->dir = u->fd = -1;
	if ((e = open_folder(&u->dir, folder, ei)) == ERR_OK)
		e = lock_part(u->dir, O_CREAT, &u->fd, ei);
	/* Of one that did not come to its end. */
	if (e == ERR_OK && ftruncate(u->fd, 0) != 0)
		e = failed(ei, PART);
	if (e != ERR_OK)
		upload_end(u);
	return e;
}

enum err
upload_put(struct upload *u, const void *p, size_t n, struct errinfo *ei)
{
	const char *at = p;
	ssize_t w;

	if (n > BUNDLE_MAX - u->len)
		return err_set(ei, ERR_TOOBIG, "A bundle has at most %u MiB.",
		    BUNDLE_MAX >> 20);
	while (n > 0) {
		if ((w = write(u->fd, at, n)) < 0) {
			if (errno == EINTR)
				continue;
			return failed(ei, PART);
		}
		at += w;
		n -= (size_t)w;
		u->len += (uint64_t)w;
	}
	return ERR_OK;
}

enum err
upload_finish(struct upload *u, struct errinfo *ei)
{
	if (fsync(u->fd) != 0 ||
	    renameat(u->dir, PART, u->dir, PKG_UPLOAD_NAME) != 0)
		return failed(ei, PART);
	u->whole = true;
	return fsync(u->dir) == 0 ? ERR_OK : failed(ei, PKG_UPLOAD_NAME);
}

void
upload_end(struct upload *u)
{
	if (u->fd >= 0 && !u->whole)
		(void)unlinkat(u->dir, PART, 0);
	if (u->fd >= 0)
		(void)close(u->fd);
	if (u->dir >= 0)
		(void)close(u->dir);
	u->dir = u->fd = -1;
}

bool
upload_waits(const char *folder, int64_t now_s)
{
	struct stat st;
	bool there;
	int dir;

	if (open_folder(&dir, folder, NULL) != ERR_OK)
		return false;
	there = fstatat(dir, PKG_UPLOAD_NAME, &st, AT_SYMLINK_NOFOLLOW) == 0;
	(void)close(dir);
	return there && st.st_mtim.tv_sec > now_s - UPLOAD_WAITS_S;
}

void
upload_forget(const char *folder)
{
	int dir;

	if (open_folder(&dir, folder, NULL) != ERR_OK)
		return;
	(void)unlinkat(dir, PKG_UPLOAD_NAME, 0);
	(void)close(dir);
}

void
upload_sweep(const char *folder)
{
	int dir, fd;

	if (open_folder(&dir, folder, NULL) != ERR_OK)
		return;
	if (lock_part(dir, 0, &fd, NULL) == ERR_OK) {
		(void)unlinkat(dir, PART, 0);
		(void)close(fd);
	}
	(void)close(dir);
}
