/* workspace_join.h - what a room's device dials for a meeting: what the
 * connector wrote or booked for it, else the first address that is found in
 * the room's copy (video_find.h).
 * Engine.  Short calls to the store. */
#ifndef WORKSPACE_JOIN_H
#define WORKSPACE_JOIN_H

#include "common/video_link.h"

struct engine;
struct msg_ews_item;

/* user@host; "" where there is nothing that can be dialled. */
void workspace_join(struct engine *en, const struct msg_ews_item *it,
    char dial[VIDEO_DIAL_MAX + 1]);

#endif
