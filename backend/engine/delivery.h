/* delivery.h - alarms that are raised and lowered are sent away, and who is
 * out of office, each way on its own: at most one message a minute, again
 * with back-off where it failed, and from where it stopped after a restart
 * (store_delivery.h).
 * Engine; on the loop. */
#ifndef DELIVERY_H
#define DELIVERY_H

struct deliveries; /* opaque */
struct bound;
struct engine;

#define DELIVERY_ALARM_TRIES 3 /* failures in a row, until there is an alarm */

struct deliveries *deliveries_new(struct engine *en);
void deliveries_free(struct deliveries *all);
/* What the configuration says now: BOUND_WAYS_N of them; copied. */
void deliveries_config(struct engine *en, const struct bound *d);
/* Something happened to an alarm.  Costs nothing where no way is on. */
void deliveries_event(struct engine *en);
/* Somebody is out of office, or is not any more. */
void deliveries_presence(struct engine *en);
/* As configured; one of BOUND_WAYS_N.  Borrowed. */
const struct bound *deliveries_get(const struct deliveries *all, unsigned ch);

#endif
