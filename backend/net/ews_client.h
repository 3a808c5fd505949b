/* ews_client.h - folder, subscription and sync operations of Exchange Web
 * Services: structs to requests, answers to structs.  Pure; runs in net.
 * Answers are hostile: ids over the limits of ipc_msg.def are refused.
 *
 * A decoder returns nothing: r->ev names what went wrong. */
#ifndef EWS_CLIENT_H
#define EWS_CLIENT_H

#include <stddef.h>

#include "common/err.h"

struct buf;
struct msg_ews_job;
struct msg_ews_newest_job;
struct msg_ews_result;
struct msg_ews_sync_job;
struct msg_ews_sync_result;

/* Is this Exchange, and does it let us in?  Asks for nothing that needs a
 * mailbox: an identifier is to be converted ([MS-OXWSCVTID]). */
enum err
ews_probe_encode(struct buf *out, const struct msg_ews_job *j) ERR_CHECK;
void ews_probe_decode(const char *p, size_t n, struct msg_ews_result *r);

/* The calendar folder of the mailbox ([MS-OXWSFOLD] GetFolder). */
enum err
ews_calendar_encode(struct buf *out, const struct msg_ews_job *j) ERR_CHECK;
void ews_calendar_decode(const char *p, size_t n, struct msg_ews_result *r);

/* Streaming, on the calendar ([MS-OXWSNTIF]). */
enum err
ews_subscribe_encode(struct buf *out, const struct msg_ews_job *j) ERR_CHECK;
void ews_subscribe_decode(const char *p, size_t n, struct msg_ews_result *r);
enum err
ews_unsubscribe_encode(struct buf *out, const struct msg_ews_job *j) ERR_CHECK;
void ews_unsubscribe_decode(const char *p, size_t n, struct msg_ews_result *r);

/* What changed in the calendar since a sync state ([MS-OXWSSYNC]). */
#define EWS_SYNC_CHANGES_MAX 512
enum err
ews_sync_encode(struct buf *out, const struct msg_ews_sync_job *j) ERR_CHECK;
void ews_sync_decode(const char *p, size_t n, struct msg_ews_sync_result *r);

/* Of the items that lie in a time those that changed last, the newest first
 * ([MS-OXWSSRCH] FindItem); of a series its first meeting counts.  As changes,
 * all of them "Update"; no sync state. */
enum err ews_newest_encode(
    struct buf *out, const struct msg_ews_newest_job *j) ERR_CHECK;
void ews_newest_decode(const char *p, size_t n, struct msg_ews_sync_result *r);

#endif
