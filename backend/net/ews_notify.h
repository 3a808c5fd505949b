/* ews_notify.h - streaming notifications: the request, and the answer that
 * never ends ([MS-OXWSNTIF] GetStreamingEvents).  Pure; runs in net.  Bytes
 * go in as they come, lists of events come out. */
#ifndef EWS_NOTIFY_H
#define EWS_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"

struct buf;
struct ews_notify; /* opaque */
struct msg_ews_events;
struct msg_ews_stream_end;
struct msg_ews_stream_job;

#define EWS_STREAM_MINUTES_MAX 30 /* types.xsd */
#define EWS_NOTIFY_EVENTS_MAX 512 /* of one list; more become another */
#define EWS_NOTIFY_ENVELOPE_MAX (4u * 1024u * 1024u)

enum err ews_stream_encode(
    struct buf *out, const struct msg_ews_stream_job *j) ERR_CHECK;

/* An empty list is a heartbeat.  events is borrowed, and valid only during
 * the call. */
typedef void (*ews_events_fn)(void *arg, const struct msg_ews_events *events);
/* end collects evidence and dead subscription ids; it is the caller's, and
 * outlives the decoder. */
enum err ews_notify_new(struct ews_notify **out, ews_events_fn fn, void *arg,
    struct msg_ews_stream_end *end) ERR_CHECK;
/* false: the stream is over; end says why. */
bool ews_notify_feed(struct ews_notify *n, const char *p, size_t len);
/* The server has closed the connection. */
void ews_notify_end(struct ews_notify *n);
void ews_notify_free(struct ews_notify *n);

#endif
