/* store_delivery.h - how alarms are sent away: by syslog, by mail and to a
 * webhook; and to another webhook who is out of office.  What an administrator
 * decided is in config.db, how far each way is in state.db.  The mail server's
 * password and a webhook's key are bound to where they are used (bound.h). */
#ifndef STORE_DELIVERY_H
#define STORE_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bound.h"
#include "common/err.h"

struct store;
struct store_actor;

#define ALARM_EVENTS_KEEP 5000 /* events; the oldest go first */

/* BOUND_WAYS_N: there is none of this name. */
enum bound_kind delivery_channel_of(const char *name);

/* Where none is stored: as bound_init() makes it. */
enum err store_delivery_get(struct store *s, enum bound_kind ch,
    struct bound *out, struct errinfo *ei) ERR_CHECK;
/* ERR_CONFLICT: d->rev is not the stored one. */
enum err store_delivery_put(struct store *s, const struct store_actor *who,
    const struct bound *d, struct errinfo *ei) ERR_CHECK;

/* -- state.db -- */

struct alarm_event {
	int64_t id, at_s, number, first_s;
	bool is_raised; /* or lowered */
	char *subject, *severity, *detail;
};
struct alarm_event_list {
	struct alarm_event *v;
	size_t n;
};
void alarm_event_list_clear(struct alarm_event_list *l);

struct delivery_state {
	bool is_there; /* false: it is off, or the engine did not see it */
	int64_t done_id, tried_s, sent_s, tries, next_s;
	int64_t waiting; /* events that are still to be sent; read only */
	char answer[512], failure[64];
};

enum err store_delivery_state(struct store *s, enum bound_kind ch,
    struct delivery_state *out, struct errinfo *ei) ERR_CHECK;
/* The engine's. */
enum err store_delivery_state_put(struct store *s, enum bound_kind ch,
    const struct delivery_state *st, struct errinfo *ei) ERR_CHECK;
enum err store_delivery_state_drop(
    struct store *s, enum bound_kind ch, struct errinfo *ei) ERR_CHECK;
/* After this one, oldest first. */
enum err store_alarm_events(struct store *s, int64_t after_id, size_t limit,
    struct alarm_event_list *out, struct errinfo *ei) ERR_CHECK;
/* The newest that there is; 0: none. */
enum err store_alarm_event_last(
    struct store *s, int64_t *id, struct errinfo *ei) ERR_CHECK;

#endif
