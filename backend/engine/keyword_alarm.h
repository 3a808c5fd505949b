/* keyword_alarm.h - alarm 60166: a keyword is on and asks for a kind of
 * meeting whose conferencing service nobody configured, or people made one
 * ask for it by a modifier.
 * Engine; on the loop. */
#ifndef KEYWORD_ALARM_H
#define KEYWORD_ALARM_H

struct engine;
struct keyword_set;

/* What is configured, and what is asked for, now; raises or lowers. */
void keyword_alarm_check(struct engine *en, const struct keyword_set *words);

#endif
