/* logrotate.h - the log files have a size and an age.  A file that is full is
 * renamed to PROGRAM.log.1, the older ones move up, and each program gets the
 * new file from us: until then it goes on in the renamed one, so that no line
 * is lost. */
#ifndef LOGROTATE_H
#define LOGROTATE_H

#include <stdbool.h>

struct logrotate; /* opaque */
struct manager;

/* keep_stderr: our own log is not ours to open. */
struct logrotate *logrotate_new(struct manager *m, bool keep_stderr);
void logrotate_close(struct logrotate *r); /* as uv_close */
void logrotate_free(struct logrotate *r); /* after the loop has ended */
/* All programs open their files anew: somebody else renamed them. */
void logrotate_reopen(struct logrotate *r);

#endif
