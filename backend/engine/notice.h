/* notice.h - tells an organizer, in the meeting's body, that it could not be
 * booked: once, between the same guard lines as join details, which take its
 * place when the booking works later.
 * Engine; no store, no network.
 *
 * That it was told is kept with the meeting, in the place of the room that
 * details were written for. */
#ifndef NOTICE_H
#define NOTICE_H

#include <stdbool.h>

#include "backend/engine/body_splice.h"
#include "common/join_notice.h"

struct booking;
struct buf;
struct join_details;
struct meeting;
struct msg_ews_item;

bool notice_is_told(const struct meeting *row);
/* As details_splice(); SPLICE_UNCHANGED where it was told of this try, even
 * if somebody took it out since.  b: what stands with the service from before,
 * if anything, and what was asked for. */
enum err notice_splice(struct buf *out, enum splice *what, struct meeting *row,
    const struct msg_ews_item *item, const struct booking *b,
    const struct join_details *details, enum join_notice n,
    struct errinfo *ei) ERR_CHECK;
/* Takes it out again; *is_cut: it was there as it was written, and out is the
 * body without it.  Nothing is kept of it either way. */
enum err notice_cut(struct buf *out, bool *is_cut, struct meeting *row,
    const struct msg_ews_item *item, struct errinfo *ei) ERR_CHECK;

#endif
