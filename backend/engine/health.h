/* health.h - the state of the connector as a whole: worked out here, told
 * to the manager and written to state.db on each change.
 * Engine; on the loop. */
#ifndef HEALTH_H
#define HEALTH_H

#include <stdint.h>

#include "common/err.h"

struct engine;
struct health; /* opaque */

struct health *health_new(struct engine *en);
void health_free(struct health *h);
/* The revision that the last process ran; 0: none. */
uint64_t health_last_revision(const struct health *h);
/* What runs was changed: the configuration, or the workers. */
void health_update(struct engine *en);
void health_nets_changed(struct engine *en);
/* Can state.db be written?  Asked by itself twice a minute. */
void health_check_store(struct engine *en);
/* The process ends. */
void health_stopping(struct engine *en);

#endif
