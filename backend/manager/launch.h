/* launch.h - the manager's side of its launcher (launcher.h).
 * An order waits for its answer, a matter of a millisecond.  Who ends is
 * reported from the loop.  Without a launcher there is no point in living:
 * on_lost is called, and the manager ends to be started again. */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "backend/core/daemon.h"
#include "common/err.h"

struct launch; /* opaque */
struct uv_loop_s;

typedef void (*launch_end_fn)(void *arg, pid_t pid, int status);
typedef void (*launch_lost_fn)(void *arg);

/* Before rights are dropped.  self: path of the program file. */
enum err launch_new(struct launch **out, const char *self,
    const char *conf_path, bool keep_stderr, struct errinfo *ei) ERR_CHECK;
/* From then on ends are reported. */
enum err
launch_listen(struct launch *l, struct uv_loop_s *loop, launch_end_fn on_end,
    launch_lost_fn on_lost, void *arg, struct errinfo *ei) ERR_CHECK;
void launch_close(struct launch *l); /* as uv_close */
void launch_free(struct launch *l); /* after the loop has ended */

/* fds: borrowed; standard error, then what the role inherits. */
enum err launch_start(struct launch *l, enum daemon_role role, const int *fds,
    size_t fds_n, pid_t *pid, struct errinfo *ei) ERR_CHECK;
/* A supervisor for us, with its standard error and its life line. */
enum err launch_supervisor(struct launch *l, const int fds[2], pid_t *pid,
    struct errinfo *ei) ERR_CHECK;
void launch_signal(struct launch *l, pid_t pid, int sig);
pid_t launch_pid(const struct launch *l); /* of the launcher itself */

#endif
