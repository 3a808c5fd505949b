/* bundles.h - the manager's part in a change of the version that runs
 * (calconn-pkg): it follows the link `current` of the installed versions, and
 * holds its programs back while their databases are copied.
 * Reads nothing but names of files. */
#ifndef BUNDLES_H
#define BUNDLES_H

#include <stdbool.h>

#include "common/err.h"

struct manager;

/* self: PATH_MAX bytes, path of the program file.  Where it is one of the
 * versions, becomes the path that leads through `current`: whoever starts it
 * starts what is current then. */
void bundles_follow(char *self);
/* Whether `current` leads to another file than the one that runs. */
bool bundles_moved(const char *self);
/* Ends all programs and the manager, to be started again. */
void bundles_restart(struct manager *m, const char *reason);

/* Leaves a request for calconn-pkg, which runs with other rights, and has
 * the supervisor start it; where a service manager supervises us, that one
 * looks for the file. */
enum err bundles_request(struct manager *m, const char *verb,
    const char *version, struct errinfo *ei) ERR_CHECK;

#endif
