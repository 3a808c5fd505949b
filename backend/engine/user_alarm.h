/* user_alarm.h - alarms about users, drawn together: how many, and whose.
 * Engine; on the loop. */
#ifndef USER_ALARM_H
#define USER_ALARM_H

#include <stdbool.h>

struct engine;
struct mbox;
struct msg_evidence;

/* A mailbox changed its state: counts anew, once for many changes. */
void user_alarms_soon(struct engine *en);
/* Puts in the mailbox's row which alarm counts it and what it waits for;
 * whether that is new. */
bool user_alarm_mark(struct mbox *m);
/* What a conferencing service answered to a booking of this mailbox. */
void user_alarm_booking(struct engine *en, const char *address,
    const char *confer_id, const struct msg_evidence *ev);
/* From the row of before a restart. */
void user_alarm_recall(struct mbox *m);
/* An administrator asks for another try. */
void user_alarm_forget(struct mbox *m);

#endif
