/* user_alarm.h - alarms about users, drawn together: how many, and whose.
 * Engine; on the loop. */
#ifndef USER_ALARM_H
#define USER_ALARM_H

#include <stdbool.h>

struct engine;
struct mbox;

/* A mailbox changed its state: counts anew, once for many changes. */
void user_alarms_soon(struct engine *en);
/* Puts in the mailbox's row which alarm counts it and what it waits for;
 * whether that is new. */
bool user_alarm_mark(struct mbox *m);

#endif
