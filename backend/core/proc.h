/* proc.h - start a program.  The manager only.
 * Waits for the exec, a matter of a millisecond, and for nothing else. */
#ifndef PROC_H
#define PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "common/err.h"

struct proc_spec {
	const char *path;
	char *const *argv;
	char *const *envp;
	const int *fds; /* fds[i] becomes i in the program; -1: /dev/null */
	size_t fds_n;
	bool outlives; /* false: killed by the kernel when we end */
};

#define PROC_FDS_MAX 8

/* The program starts with default signals, an empty mask, a process group
 * of its own and no descriptor but those of the spec. */
enum err
proc_spawn(pid_t *out, const struct proc_spec *s, struct errinfo *ei) ERR_CHECK;
#define PROC_END_UNKNOWN (-1) /* instead of a status: not our child */
/* "exit code 3", "signal 9 (Killed)": how a waitpid() status ended. */
const char *proc_end_text(int status, char *out, size_t size);

#endif
