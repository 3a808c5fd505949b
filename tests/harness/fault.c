/* fault.c - preloaded into calconn-pkg and what it starts: counts the calls
 * that change something on the disk, over all processes, and at a chosen one
 * the process dies, or the disk is full from then on.
 *   CALCONN_FAULT=FILE  a map of three numbers: calls so far, the call at
 *                       which it happens (0: never), 1 dies and 2 is full */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static volatile unsigned long *shared;

static void __attribute__((constructor)) begin(void)
{
	const char *path = getenv("CALCONN_FAULT");
	int fd;

	if (path == NULL || (fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
		return;
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		shared = NULL;
	(void)close(fd);
}

/* 1: there is no room for this. */
static int
count(int needs_room)
{
	unsigned long n;

	if (shared == NULL)
		return 0;
	n = __atomic_add_fetch(&shared[0], 1, __ATOMIC_SEQ_CST);
	if (shared[1] == 0 || n < shared[1])
		return 0;
	if (shared[2] == 1 && n == shared[1]) {
		/* The whole family, as a power cut would. */
		(void)kill(0, SIGKILL);
	}
	if (shared[2] != 2 || !needs_room)
		return 0;
	errno = ENOSPC;
	return 1;
}

#define REAL(name) __typeof__(name) *real = dlsym(RTLD_NEXT, #name)

static int
is_disk(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink > 0;
}

ssize_t
write(int fd, const void *p, size_t n)
{
	REAL(write);
	return is_disk(fd) && count(1) ? -1 : real(fd, p, n);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	REAL(pwrite64);
	return is_disk(fd) && count(1) ? -1 : real(fd, p, n, at);
}

int
fsync(int fd)
{
	REAL(fsync);
	return count(0) ? -1 : real(fd);
}

int
fdatasync(int fd)
{
	REAL(fdatasync);
	return count(0) ? -1 : real(fd);
}

int
renameat(int a, const char *from, int b, const char *to)
{
	REAL(renameat);
	return count(0) ? -1 : real(a, from, b, to);
}

int
symlinkat(const char *target, int dir, const char *name)
{
	REAL(symlinkat);
	return count(1) ? -1 : real(target, dir, name);
}

int
unlinkat(int dir, const char *name, int flags)
{
	REAL(unlinkat);
	return count(0) ? -1 : real(dir, name, flags);
}

int
unlink(const char *name)
{
	REAL(unlink);
	return count(0) ? -1 : real(name);
}

int
mkdirat(int dir, const char *name, mode_t mode)
{
	REAL(mkdirat);
	return count(1) ? -1 : real(dir, name, mode);
}

int
ftruncate64(int fd, off64_t n)
{
	REAL(ftruncate64);
	return is_disk(fd) && count(1) ? -1 : real(fd, n);
}
