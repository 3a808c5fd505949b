/* activated.h - a program that systemd starts for the manager.  The launcher
 * connects to the program's socket unit (Accept=yes); systemd starts an
 * instance of the program's service, with its users and limits, and gives it
 * the connection as descriptor 3 (sd_listen_fds(3)).  Over it the launcher
 * hands over what it would have let the program inherit:
 *
 *   launcher -> program   one byte, with the descriptors of the order in
 *                         SCM_RIGHTS: see daemon.h for where they go
 *   program -> launcher   one byte; the kernel says which process sent it
 *
 * Both keep the connection open for as long as they live.
 * All programs but the manager.  Blocks for at most ACTIVATED_WAIT_S. */
#ifndef ACTIVATED_H
#define ACTIVATED_H

#include <stdbool.h>
#include <stddef.h>

#include "backend/core/daemon.h"
#include "common/err.h"

#define ACTIVATED_WAIT_S 4
#define ACTIVATED_FDS_MAX 4
#define ACTIVATED_HERE 'F' /* with descriptors */
#define ACTIVATED_READY 'R'
#define ACTIVATED_CONN_FD 5 /* where the connection stays */

/* *was: whether systemd started us so; else nothing was done.  Removes what
 * systemd said in the environment. */
enum err
activated_take(enum daemon_role role, bool *was, struct errinfo *ei) ERR_CHECK;
/* Where the descriptors of an order go: fds[i] becomes at[i] in the program.
 * The first is standard error. */
void
activated_places(enum daemon_role role, size_t n, int at[ACTIVATED_FDS_MAX]);

#endif
