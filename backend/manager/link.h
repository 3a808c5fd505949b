/* link.h - what the engine and the net workers tell the manager, and the
 * way of a credential: the engine asks, the manager opens the box for what
 * the record is now, the net worker gets the secret, the manager keeps
 * nothing. */
#ifndef LINK_H
#define LINK_H

struct supervise_ops;

extern const struct supervise_ops link_ops; /* arg: struct manager */

struct manager;
/* All programs have ended, and now the manager does. */
void manager_end(struct manager *m);

#endif
