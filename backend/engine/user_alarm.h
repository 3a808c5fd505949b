/* user_alarm.h - alarms about users, drawn together: how many, and whose.
 * Engine; on the loop. */
#ifndef USER_ALARM_H
#define USER_ALARM_H

struct engine;

/* A mailbox changed its state: counts anew, once for many changes. */
void user_alarms_soon(struct engine *en);

#endif
