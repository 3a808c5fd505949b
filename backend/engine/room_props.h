/* room_props.h - what room systems read of a meeting beside its body: the
 * named properties TMS:ExternalConferenceData and UCCapabilities.
 * Engine.  Pure.  A value that is not the connector's own is never touched;
 * which is its own it knows by what it kept of the last one that it wrote. */
#ifndef ROOM_PROPS_H
#define ROOM_PROPS_H

#include <stdbool.h>

#include "common/err.h"

#define ROOM_PROP_MAX 1024 /* bytes of a value */

struct join_room;
struct meeting;
struct msg_ews_item;

struct room_props {
	char conference[ROOM_PROP_MAX], capabilities[ROOM_PROP_MAX];
};

/* What is to be written, "" where nothing is: the kind is off, there is no
 * address, the value is there already, a foreign one is, or the meeting was
 * not sent to anybody yet (what is set before the organizer's program sends
 * it is lost then).  row: takes what belongs to the connector once this is
 * written. */
void room_props_plan(struct room_props *out, struct meeting *row,
    const struct join_room *how, const struct msg_ews_item *item,
    const char *video);
bool room_props_any(const struct room_props *p);

#endif
