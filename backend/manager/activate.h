/* activate.h - has systemd start a program, by connecting to its socket unit:
 * the launcher's half of backend/core/activated.h.
 * Launcher only.  Blocks for at most ACTIVATED_WAIT_S. */
#ifndef ACTIVATE_H
#define ACTIVATE_H

#include <stddef.h>
#include <sys/types.h>

#include "common/err.h"

struct activated_program {
	pid_t pid;
	int conn; /* open for as long as it is to live */
	int pidfd; /* readable when it has ended */
};

/* dir/program.sock.  fds are borrowed. */
enum err activate_start(struct activated_program *out, const char *dir,
    const char *program, const int *fds, size_t fds_n,
    struct errinfo *ei) ERR_CHECK;

#endif
