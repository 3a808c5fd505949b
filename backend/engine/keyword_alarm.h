/* keyword_alarm.h - alarm 60166: a keyword is on and asks for a kind of
 * meeting whose conferencing service nobody configured.
 * Engine; on the loop. */
#ifndef KEYWORD_ALARM_H
#define KEYWORD_ALARM_H

struct confer_list;
struct engine;
struct keyword_set;

/* What is configured now; raises or lowers. */
void keyword_alarm_check(struct engine *en, const struct keyword_set *words,
    const struct confer_list *services);

#endif
