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
struct delivery;
struct delivery_send; /* opaque */
struct delivery_sends; /* opaque: those under way */
struct engine;
struct msg_evidence;

struct delivery_sends *delivery_sends_new(struct engine *en);
void delivery_sends_free(struct delivery_sends *all);

/* What came of it; ev is borrowed.  After it the message is gone. */
typedef void (*delivery_sent_fn)(void *arg, const struct msg_evidence *ev);

/* n 0: a test.  more: events that follow in the next message.  *taken: how
 * many of the events are in this one.  ERR_BUSY: no net worker runs.  fn is
 * never called from within. */
enum err
delivery_send_start(struct delivery_send **out, struct delivery_sends *all,
    const struct delivery *d, const struct alarm_event *v, size_t n,
    int64_t more, size_t *taken, delivery_sent_fn fn, void *arg) ERR_CHECK;
void delivery_send_cancel(struct delivery_send *s); /* NULL is fine */
/* The manager's answer to a number; nothing where it is another's. */
void delivery_send_refused(
    struct delivery_sends *all, uint64_t cred_id, enum err e, const char *text);

#endif
