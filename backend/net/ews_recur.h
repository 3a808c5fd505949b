/* ews_recur.h - a series as EWS tells it: its rule, its zone's clocks, and
 * which of its meetings differ ([MS-OXWSCDATA] RecurrenceType, [MS-OXWSGTZ]
 * TimeZoneDefinitionType, [MS-OXWSMTGS] ModifiedOccurrences).
 * Pure; runs in net.  The answer is hostile: what is no rule is left out
 * whole, and a series without one is not booked. */
#ifndef EWS_RECUR_H
#define EWS_RECUR_H

#include <stdint.h>

#include "common/err.h"

struct msg_ews_item;
struct xml_node;

#define EWS_CHANGED_MAX 200 /* meetings of a series that differ */
#define EWS_DELETED_MAX 400
#define EWS_ZONE_RULES_MAX 32

/* Of a CalendarItem.  ERR_NOMEM, or an id that is too long. */
enum err
ews_recur_take(const struct xml_node *item, struct msg_ews_item *r) ERR_CHECK;
/* xs:date, perhaps with a zone behind it; days since 1970. */
enum err ews_day_parse(const char *s, int64_t *out) ERR_CHECK;
/* xs:duration of days, hours, minutes and whole seconds: "-PT1H30M". */
enum err ews_duration_parse(const char *s, int64_t *out_s) ERR_CHECK;

#endif
