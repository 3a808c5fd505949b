/* age.h - passwords of service accounts grow old: an alarm before the age
 * that the administrator declared is reached.
 * Engine; on the loop. */
#ifndef AGE_H
#define AGE_H

struct engine;

#define AGE_ALARM_PERCENT 80 /* of the declared age */

/* Looks at all records; costs nothing while nothing changes. */
void ages_check(struct engine *en);

#endif
