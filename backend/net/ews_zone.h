/* ews_zone.h - a time zone as EWS defines it: periods, groups of changes
 * between them, and from when on each group holds ([MS-OXWSGTZ]
 * TimeZoneDefinitionType).
 * Pure; runs in net. */
#ifndef EWS_ZONE_H
#define EWS_ZONE_H

#include "common/err.h"

struct msg_recur;
struct xml_node;

/* Name and rules; none where the definition is not whole.  def may be NULL.
 * ERR_NOMEM. */
enum err
ews_zone_take(const struct xml_node *def, struct msg_recur *r) ERR_CHECK;

#endif
