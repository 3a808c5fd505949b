/* failing.c - see failing.h.  The program's own functions come before those
 * of the C library, for all that it is linked with. */
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include "tests/harness/failing.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

static unsigned left;
static int has_failed;

void
failing_arm(unsigned n)
{
	left = n;
	has_failed = 0;
}

int
failing_disarm(void)
{
	left = 0;
	return has_failed;
}

static int
fails(int why)
{
	if (left == 0 || --left > 0)
		return 0;
	has_failed = 1;
	errno = why;
	return 1;
}

#define REAL(name) __typeof__(name) *real = dlsym(RTLD_NEXT, #name)

#define CALL(type, name, why, params, args) \
	type name params;                   \
	type name params                    \
	{                                   \
		REAL(name);                 \
		if (fails(why))             \
			return -1;          \
		return real args;           \
	}

CALL(ssize_t, read, EIO, (int fd, void *p, size_t n), (fd, p, n))
CALL(ssize_t, write, ENOSPC, (int fd, const void *p, size_t n), (fd, p, n))
CALL(ssize_t, pread64, EIO, (int fd, void *p, size_t n, off64_t at),
    (fd, p, n, at))
CALL(ssize_t, pwrite64, ENOSPC, (int fd, const void *p, size_t n, off64_t at),
    (fd, p, n, at))
CALL(int, fsync, EIO, (int fd), (fd))
CALL(int, fdatasync, EIO, (int fd), (fd))
CALL(int, ftruncate64, ENOSPC, (int fd, off64_t n), (fd, n))
CALL(int, socket, EMFILE, (int a, int b, int c), (a, b, c))
CALL(int, socketpair, EMFILE, (int a, int b, int c, int sv[2]), (a, b, c, sv))
CALL(int, connect, ECONNREFUSED,
    (int fd, const struct sockaddr *a, socklen_t n), (fd, a, n))
CALL(ssize_t, send, ECONNRESET, (int fd, const void *p, size_t n, int f),
    (fd, p, n, f))
CALL(ssize_t, recv, ECONNRESET, (int fd, void *p, size_t n, int f),
    (fd, p, n, f))
CALL(ssize_t, sendmsg, ECONNRESET, (int fd, const struct msghdr *m, int f),
    (fd, m, f))
CALL(
    ssize_t, recvmsg, ECONNRESET, (int fd, struct msghdr *m, int f), (fd, m, f))

/* The mode is there where a file may be made; it does no harm elsewhere. */
#define OPEN(name)                                  \
	int name(const char *path, int flags, ...); \
	int name(const char *path, int flags, ...)  \
	{                                           \
		int mode;                           \
		va_list ap;                         \
		REAL(name);                         \
		va_start(ap, flags);                \
		mode = va_arg(ap, int);             \
		va_end(ap);                         \
		if (fails(EMFILE))                  \
			return -1;                  \
		return real(path, flags, mode);     \
	}

OPEN(open)
OPEN(open64)
