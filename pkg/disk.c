/* disk.c - see disk.h. */
#include "config.h"

#include "pkg/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/str.h"
#include "pkg/refuse.h"

#define DEPTH_MAX 32
#define NAME_LEN 300
#define FOLDER (O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)

enum err
disk_sync(int fd, const char *what, struct refusal *why)
{
	return fsync(fd) == 0 ? ERR_OK : refuse_errno(why, what);
}

static void
beside(char out[NAME_LEN], const char *name)
{
	(void)snprintf(out, NAME_LEN, ".%.250s.new", name);
}

static enum err
write_all(
    int fd, const char *p, size_t n, const char *name, struct refusal *why)
{
	ssize_t w;

	while (n > 0) {
		if ((w = write(fd, p, n)) < 0) {
			if (errno == EINTR)
				continue;
			return refuse_errno(why, name);
		}
		p += w;
		n -= (size_t)w;
	}
	return ERR_OK;
}

enum err
disk_put(
    int dir, const char *name, const void *p, size_t n, struct refusal *why)
{
	char tmp[NAME_LEN];
	enum err e;
	int fd;

	beside(tmp, name);
	fd = openat(dir, tmp,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd < 0)
		return refuse_errno(why, name);
	if ((e = write_all(fd, p, n, name, why)) == ERR_OK)
		e = disk_sync(fd, name, why);
	(void)close(fd);
	return e == ERR_OK ? disk_rename(dir, tmp, name, why) : e;
}

enum err
disk_get(int dir, const char *name, struct buf *to, struct refusal *why)
{
	enum err e;
	int fd;

	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : refuse_errno(why, name);
	e = fd_slurp(fd, name, to, refuse_ei(why));
	(void)close(fd);
	return e;
}

enum err
disk_rename(int dir, const char *from, const char *to, struct refusal *why)
{
	if (renameat(dir, from, dir, to) != 0)
		return refuse_errno(why, to);
	return disk_sync(dir, to, why);
}

enum err
disk_link(int dir, const char *target, const char *name, struct refusal *why)
{
	char tmp[NAME_LEN];

	beside(tmp, name);
	if (unlinkat(dir, tmp, 0) != 0 && errno != ENOENT)
		return refuse_errno(why, name);
	if (symlinkat(target, dir, tmp) != 0)
		return refuse_errno(why, name);
	return disk_rename(dir, tmp, name, why);
}

static enum err
remove_tree(int dir, const char *name, unsigned depth, struct refusal *why)
{
	struct dirent *d;
	enum err e = ERR_OK;
	DIR *it;
	int fd;

	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return ERR_OK;
	if (errno != EISDIR && errno != EPERM)
		return refuse_errno(why, name);
	if (depth == DEPTH_MAX || (fd = openat(dir, name, FOLDER)) < 0)
		return refuse_errno(why, name);
	if ((it = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return refuse_errno(why, name);
	}
	while (e == ERR_OK && (d = readdir(it)) != NULL)
		if (!str_eq(d->d_name, ".") && !str_eq(d->d_name, ".."))
			e = remove_tree(fd, d->d_name, depth + 1, why);
	(void)closedir(it);
	if (e == ERR_OK && unlinkat(dir, name, AT_REMOVEDIR) != 0)
		e = refuse_errno(why, name);
	return e;
}

enum err
disk_remove(int dir, const char *name, struct refusal *why)
{
	enum err e = remove_tree(dir, name, 0, why);

	return e == ERR_OK ? disk_sync(dir, name, why) : e;
}

enum err
disk_folder(int dir, const char *path, int *out, struct refusal *why)
{
	char part[NAME_LEN];
	int fd, next;
	size_t n;

	if ((fd = fcntl(dir, F_DUPFD_CLOEXEC, 0)) < 0)
		return refuse_errno(why, path);
	for (; *path != '\0'; path += n + (path[n] == '/')) {
		n = strcspn(path, "/");
		if (n >= sizeof(part)) {
			(void)close(fd);
			errno = ENAMETOOLONG;
			return refuse_errno(why, path);
		}
		memcpy(part, path, n);
		part[n] = '\0';
		if ((mkdirat(fd, part, 0755) != 0 && errno != EEXIST) ||
		    (next = openat(fd, part, FOLDER)) < 0) {
			(void)close(fd);
			return refuse_errno(why, part);
		}
		(void)close(fd);
		fd = next;
	}
	*out = fd;
	return ERR_OK;
}

static enum err
sync_tree(int dir, unsigned depth, struct refusal *why)
{
	struct dirent *d;
	enum err e = ERR_OK;
	DIR *it;
	int fd, sub;

	if (depth == DEPTH_MAX || (fd = fcntl(dir, F_DUPFD_CLOEXEC, 0)) < 0)
		return refuse_errno(why, "a folder");
	if ((it = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return refuse_errno(why, "a folder");
	}
	while (e == ERR_OK && (d = readdir(it)) != NULL) {
		if (str_eq(d->d_name, ".") || str_eq(d->d_name, ".."))
			continue;
		sub = openat(dir, d->d_name,
		    O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
		if (sub < 0) {
			e = refuse_errno(why, d->d_name);
			break;
		}
		e = d->d_type == DT_DIR ? sync_tree(sub, depth + 1, why)
					: disk_sync(sub, d->d_name, why);
		(void)close(sub);
	}
	(void)closedir(it);
	return e == ERR_OK ? disk_sync(dir, "a folder", why) : e;
}

enum err
disk_sync_tree(int dir, struct refusal *why)
{
	return sync_tree(dir, 0, why);
}

enum err
disk_room(int dir, uint64_t bytes, struct refusal *why)
{
	struct statvfs s;
	uint64_t there;

	if (fstatvfs(dir, &s) != 0)
		return refuse_errno(why, "the disk");
	there = (uint64_t)s.f_bavail * s.f_frsize;
	if (there < bytes)
		return refuse(why, REFUSE_DISK_FULL,
		    "%llu MiB are needed, %llu MiB are there",
		    (unsigned long long)(bytes / 1048576 + 1),
		    (unsigned long long)(there / 1048576));
	return ERR_OK;
}
