/* manager_alarm.h - alarms about the Management Connector: 60170, it ended
 * without having been told to, and 60171, it runs and does not answer.
 * Engine; on the loop.  All programs end with the manager, so 60170 is told
 * by the next one: raised and lowered at once, for history and for whom alarms
 * are sent to. */
#ifndef MANAGER_ALARM_H
#define MANAGER_ALARM_H

struct engine;
struct manager_alarm; /* opaque */
struct msg_manager_lost;

/* Heartbeats without a word from the manager until it counts as hung: 30
 * seconds.  Counted in beats, so that a host that slept is no fault. */
#define MANAGER_SILENT_BEATS 30

struct manager_alarm *manager_alarm_new(struct engine *en);
void manager_alarm_free(struct manager_alarm *ma);
void manager_alarm_beat(struct engine *en); /* one was sent */
void manager_alarm_heard(struct engine *en); /* anything came */
void manager_alarm_lost(struct engine *en, const struct msg_manager_lost *m);

#endif
