/* switch_alarm.h - alarms 60062 and 60063: the Calendar Connector was disabled
 * or enabled, and what was saved cannot be read as a whole, so that it does
 * not come into effect.
 * Engine; raised and lowered after each try to read. */
#ifndef SWITCH_ALARM_H
#define SWITCH_ALARM_H

#include <stdbool.h>

struct engine;

/* why: what cannot be read; NULL: all was.  runs: with the settings that are
 * in effect it is enabled. */
void switch_alarm(struct engine *en, const char *why, bool runs);

#endif
