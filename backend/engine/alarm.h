/* alarm.h - raises and lowers the alarms of alarm.def: each of them in one
 * file, which calls alarm_raise() while the cause lasts and alarm_lower()
 * when it is gone.
 * Engine.  Writes state.db; remembers what is raised, so that a success
 * costs nothing. */
#ifndef ALARM_H
#define ALARM_H

#include <stdbool.h>

#include "common/alarm_kind.h"

struct alarms; /* opaque */
struct engine;
struct strlist;

struct alarms *alarms_new(struct engine *en);
void alarms_free(struct alarms *a);

/* subject: display name of a record, a host, or "".  cause: a word that stays
 * the same as long as the cause does, such as a failure's name, or "": an
 * acknowledgement holds for it.  detail: whole sentences.  Costs nothing
 * while nothing changes. */
void alarm_raise(struct engine *en, enum alarm_id id, const char *subject,
    const char *cause, const char *detail);
void alarm_lower(struct engine *en, enum alarm_id id, const char *subject);
bool alarm_is_raised(struct engine *en, enum alarm_id id, const char *subject);
/* Of this kind all but those about the ones that are named: whoever looks at
 * a whole list anew needs to remember none, over a restart either. */
void alarm_lower_others(
    struct engine *en, enum alarm_id id, const struct strlist *keep);
/* All alarms of a record that is gone, renamed or changed. */
void alarm_lower_all(struct engine *en, const char *subject);

#endif
