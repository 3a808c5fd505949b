/* engine_world_int.h - what the files of engine_world share. */
#ifndef ENGINE_WORLD_INT_H
#define ENGINE_WORLD_INT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/ipc.h"

struct world;
struct world_net;

void world_net_start(struct world *w, unsigned i);
void world_carry_out(
    struct world_net *n, enum ipc_type t, uint64_t id, void *msg, bool fail);
/* engine_world_sync.c: what changed, and what changed last. */
void world_sync(struct world *w, const struct msg_ews_sync_job *m,
    struct msg_ews_sync_result *r);
void world_newest(struct world *w, const struct msg_ews_newest_job *m,
    struct msg_ews_sync_result *r);
/* engine_world_slow.c: true: it is carried out later. */
bool
world_holds(struct world_net *n, enum ipc_type t, uint64_t id, const void *msg);
/* Nothing comes back from before. */
void world_held_drop(struct world *w);

#endif
