/* stats.h - how each server answers and how much is done, counted while it
 * happens and written to state.db every ten seconds in which something was.
 * Engine; on the loop.  Holds no name and no text of a meeting. */
#ifndef STATS_H
#define STATS_H

#include <stdint.h>

struct engine;
struct msg_evidence;
struct record;
struct stats; /* opaque */

#define STATS_SERVERS_MAX 64 /* the others are not counted */
#define STATS_WRITE_MS 10000

struct stats *stats_new(struct engine *en);
void stats_free(struct stats *s);
/* A server was asked with the record's account, and this came of it. */
void stats_answer(const struct record *r, const struct msg_evidence *ev);
/* A meeting was read; its details stand there so long after the change
 * became known. */
void stats_looked(struct engine *en);
void stats_decorated(struct engine *en, uint64_t took_ms);

#endif
