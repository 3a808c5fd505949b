/* details.h - join details into one meeting's body: in its language, and so
 * that what an administrator changes later does not touch it.
 * Engine; no store, no network.
 *
 * With the meeting is kept which words were written for which room.  While
 * both are as they were, the block stays, whatever the template is now. */
#ifndef DETAILS_H
#define DETAILS_H

#include <stdbool.h>

#include "backend/engine/body_splice.h"
#include "common/err.h"

struct buf;
struct join_details;
struct meeting;
struct meeting_room;
struct msg_ews_item;

/* As body_splice(); what is to be kept goes into row, for when the body is
 * there. */
enum err details_splice(struct buf *out, enum splice *what, struct meeting *row,
    const struct msg_ews_item *item, const struct meeting_room *room,
    const struct join_details *details, struct errinfo *ei) ERR_CHECK;

#endif
