/* delivery_send.h - one message on its way: put together, its secret opened
 * by the manager for one net worker, sent by that worker, and the secret
 * taken back.
 * Engine; on the loop. */
#ifndef DELIVERY_SEND_H
#define DELIVERY_SEND_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct alarm_event;
struct bound;
struct delivery_send; /* opaque */
struct engine;
struct msg_evidence;
struct oof_row;

/* What came of it; ev is borrowed.  After it the message is gone. */
typedef void (*delivery_sent_fn)(void *arg, const struct msg_evidence *ev);

/* What is told: one of the two, borrowed for the start. */
struct delivery_what {
	const struct alarm_event *alarms;
	const struct oof_row *people; /* by BOUND_PRESENCE */
	size_t n; /* 0: a test */
	int64_t more; /* that follow in the next message */
};
/* Number of one, by which the store knows how far a way is. */
int64_t delivery_what_id(const struct delivery_what *what, size_t i);

/* *taken: how many are in this message.  ERR_BUSY: no net worker runs.  fn
 * is never called from within. */
enum err delivery_send_start(struct delivery_send **out, struct engine *en,
    const struct bound *d, const struct delivery_what *what, size_t *taken,
    delivery_sent_fn fn, void *arg) ERR_CHECK;
void delivery_send_cancel(struct delivery_send *s); /* NULL is fine */

#endif
