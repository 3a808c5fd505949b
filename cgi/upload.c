/* upload.c - see upload.h. */
#include "config.h"

#include "cgi/upload.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/multipart.h"
#include "common/str.h"
#include "pkg/bundle.h"
#include "pkg/request.h"

#define PIECE 16384 /* bytes that are written at once */
#define TRIES_MAX 3 /* the part may be renamed just then */

/* calconn-pkg reads it as another user. */
const struct upload_as upload_bundle = {
    .part = "bundle.part",
    .whole = PKG_UPLOAD_NAME,
    .what = "bundle",
    .max = BUNDLE_MAX,
    .mode = 0640,
};

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
is_part(int dir, const char *part, int fd)
{
	struct stat named, locked;

	return fstatat(dir, part, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(fd, &locked) == 0 && named.st_ino == locked.st_ino &&
	       named.st_dev == locked.st_dev;
}

/* *fd: the part, locked.  ERR_BUSY: somebody else has it. */
static enum err
lock_part(
    int dir, const struct upload_as *as, int flags, int *fd, struct errinfo *ei)
{
	int tries, f;

	for (tries = 0; tries < TRIES_MAX; tries++) {
		f = openat(dir, as->part,
		    O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags,
		    as->mode);
		if (f < 0)
			return failed(ei, as->part);
		if (flock(f, LOCK_EX | LOCK_NB) != 0) {
			(void)close(f);
			break;
		}
		if (is_part(dir, as->part, f)) {
			*fd = f;
			return ERR_OK;
		}
		(void)close(f);
	}
	return err_set(ei, ERR_BUSY,
	    "Another %s is being sent at this moment.  Try again when it has "
	    "come.",
	    as->what);
}

enum err
upload_begin(struct upload *u, const struct upload_as *as, const char *folder,
    struct errinfo *ei)
{
	enum err e;

	memset(u, 0, sizeof(*u));
	u->as = *as;
	u->dir = u->fd = -1;
	if ((e = open_folder(&u->dir, folder, ei)) == ERR_OK)
		e = lock_part(u->dir, as, O_CREAT, &u->fd, ei);
	/* Of one that did not come to its end. */
	if (e == ERR_OK && ftruncate(u->fd, 0) != 0)
		e = failed(ei, as->part);
	if (e != ERR_OK)
		upload_end(u);
	return e;
}

enum err
upload_put(struct upload *u, const void *p, size_t n, struct errinfo *ei)
{
	const char *at = p;
	ssize_t w;

	if (n > u->as.max - u->len)
		return err_set(ei, ERR_TOOBIG, "A %s has at most %u MiB.",
		    u->as.what, (unsigned)(u->as.max >> 20));
	while (n > 0) {
		if ((w = write(u->fd, at, n)) < 0) {
			if (errno == EINTR)
				continue;
			return failed(ei, u->as.part);
		}
		at += w;
		n -= (size_t)w;
		u->len += (uint64_t)w;
	}
	return ERR_OK;
}

enum err
upload_copy(struct upload *u, struct multipart *m, char hex[UPLOAD_HASH_MAX],
    struct errinfo *ei)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_state h;
	char piece[PIECE];
	size_t n = 0;
	enum err e;

	_Static_assert(UPLOAD_HASH_MAX == 2 * sizeof(hash) + 1, "no room");
	(void)crypto_hash_sha256_init(&h);
	do {
		e = multipart_file(m, piece, sizeof(piece), &n, ei);
		if (e == ERR_OK && n > 0)
			e = upload_put(u, piece, n, ei);
		(void)crypto_hash_sha256_update(
		    &h, (const unsigned char *)piece, n);
	} while (e == ERR_OK && n > 0);
	(void)crypto_hash_sha256_final(&h, hash);
	hex_encode(hash, sizeof(hash), hex);
	return e;
}

enum err
upload_finish(struct upload *u, struct errinfo *ei)
{
	if (fsync(u->fd) != 0 ||
	    renameat(u->dir, u->as.part, u->dir, u->as.whole) != 0)
		return failed(ei, u->as.part);
	u->whole = true;
	return fsync(u->dir) == 0 ? ERR_OK : failed(ei, u->as.whole);
}

void
upload_end(struct upload *u)
{
	if (u->fd >= 0 && !u->whole)
		(void)unlinkat(u->dir, u->as.part, 0);
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
upload_forget(const struct upload_as *as, const char *folder)
{
	int dir;

	if (open_folder(&dir, folder, NULL) != ERR_OK)
		return;
	(void)unlinkat(dir, as->whole, 0);
	(void)close(dir);
}

void
upload_sweep(const struct upload_as *as, const char *folder)
{
	int dir, fd;

	if (open_folder(&dir, folder, NULL) != ERR_OK)
		return;
	if (lock_part(dir, as, 0, &fd, NULL) == ERR_OK) {
		(void)unlinkat(dir, as->part, 0);
		(void)close(fd);
	}
	(void)close(dir);
}
