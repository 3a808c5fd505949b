/* watch.h - calconn-supervise: starts the manager, and starts it again when
 * it dies.  For where no service manager does that.  The same program file
 * as the manager, under its own name.  Reads nothing but signals and the
 * one-byte notes of the manager; holds nothing.  Started by root it stays
 * so: it is what can start calconn-pkg, which changes the programs.
 *
 * The two look after each other: a manager whose supervisor dies starts a
 * new one, which watches it from then on (life_line.h). */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <sys/types.h>

#define WATCH_PROGRAM "calconn-supervise"

/* Notes over the life line, manager to supervisor. */
#define WATCH_READY 'R' /* it serves: from now on it is to be kept alive */
#define WATCH_VERSION 'V' /* calconn-pkg is to see to a request */
#define WATCH_QUIT 'Q' /* it ends because it was told to */

/* Exit code of a manager that lost its launcher: no fault of its own. */
#define WATCH_EXIT_LOST 3

struct watch_opts {
	const char *self; /* path of the program file */
	const char *conf_path;
	bool keep_stderr; /* the manager's log stays on stderr */
	pid_t adopt; /* watch this one first; 0: start one.  Its
				* life line is descriptor 3 */
};

/* Returns the exit code, after a signal to end or when the manager has
 * ended for good. */
int watch_run(const struct watch_opts *o);

#endif
