/* deaths_alarm.h - alarm 60064: a program that ends again and again although
 * nobody told it to.  The manager counts, the engine raises.
 * Engine. */
#ifndef DEATHS_ALARM_H
#define DEATHS_ALARM_H

struct engine;
struct msg_deaths;

/* All of late, as the manager counts them: raises for who died often and
 * lowers for all others. */
void deaths_alarm(struct engine *en, const struct msg_deaths *m);

#endif
