/* launcher.h - calconn-launch: executes the other programs for the manager.
 * The manager has the opening key and listens to clients, so it is not to
 * hold what its children need: the rights to change users, to execute and
 * to reach the network.  The launcher holds those and nothing else; it reads
 * only the manager's orders, and can start no program but those of
 * svc_table.h.  The same program file as the manager, under its own name.
 *
 * Ends with the manager, and its children with it. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>

#define LAUNCHER_PROGRAM "calconn-launch"

struct launcher_opts {
	const char *self; /* path of the program file */
	const char *conf_path;
	bool keep_stderr; /* said to a supervisor that it starts */
};

/* Returns the exit code. */
int launcher_run(const struct launcher_opts *o);

#endif
