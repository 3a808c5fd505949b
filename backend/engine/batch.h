/* batch.h - several meetings of one mailbox are read by one request, where so
 * many wait.  Whom Exchange acts for is said once a request, so items of two
 * mailboxes are never in one.
 * Engine; on the loop.  A batch is owned by its members and goes with the
 * last one. */
#ifndef BATCH_H
#define BATCH_H

#include <stddef.h>

struct batch; /* opaque */
struct work;

/* Of one request: so few that whoever comes next does not wait long, and each
 * may be written back at the same time. */
#define BATCH_MAX 8

/* Begins with works of one mailbox, which run; n is 1 to BATCH_MAX.  Each ends
 * with meeting_read(), or with meeting_look() where it has to be read by
 * itself. */
void batch_look(struct work *const *works, size_t n);
/* The work is given up. */
void batch_leave(struct work *w);

#endif
