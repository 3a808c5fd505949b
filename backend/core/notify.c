/* notify.c - see notify.h. */
#include "config.h"

#include "backend/core/notify.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_FREE 16 /* above every number that a program gets */

static int notify_fd = -1;

/* Out of the way of the numbers that have a meaning. */
static int
above(int fd)
{
	const int high = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE);

	if (fd >= 0)
		close(fd);
	return high;
}

void
notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	const size_t n = path != NULL ? strlen(path) : 0;
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);

	if (n > 1 && n < sizeof(sa.sun_path) &&
	    (path[0] == '/' || path[0] == '@')) {
		memcpy(sa.sun_path, path, n);
		if (path[0] == '@')
			sa.sun_path[0] = '\0'; /* an abstract address */
		notify_fd = above(socket(
		    AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
		if (notify_fd >= 0 &&
		    connect(notify_fd, (const struct sockaddr *)&sa, len) !=
			0) {
			close(notify_fd);
			notify_fd = -1;
		}
	}
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
}

void
notify_say(const char *state)
{
	if (notify_fd >= 0)
		(void)!send(notify_fd, state, strlen(state), MSG_NOSIGNAL);
}
