/* steps_way.h - the way to a server as three steps of a report: name and
 * connection, certificate, credentials.
 * Engine.  Pure. */
#ifndef STEPS_WAY_H
#define STEPS_WAY_H

#include <stdbool.h>

struct msg_evidence;
struct steps;

/* While the first request is under way. */
unsigned steps_way_begin(struct steps *s);
/* What its answer shows; step: of steps_way_begin(), 0 from then on.  True:
 * it leads to the server, whatever that says of the request itself. */
bool
steps_way_tell(struct steps *s, unsigned *step, const struct msg_evidence *ev);

#endif
