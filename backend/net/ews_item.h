/* ews_item.h - one meeting: read it, write its body ([MS-OXWSMTGS],
 * [MS-OXWSCORE]).  Pure; runs in net.  The answer is hostile. */
#ifndef EWS_ITEM_H
#define EWS_ITEM_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct buf;
struct msg_ews_get_job;
struct msg_ews_gets_job;
struct msg_ews_item;
struct msg_ews_items;
struct msg_ews_result;
struct msg_ews_update_job;

enum err
ews_get_encode(struct buf *out, const struct msg_ews_get_job *j) ERR_CHECK;
void ews_get_decode(const char *p, size_t n, struct msg_ews_item *r);

/* The same for several items of a mailbox.  What one of them says is in its
 * evidence; the answer's own tells of the whole, and that a server is busy. */
#define EWS_GETS_MAX 16
enum err
ews_gets_encode(struct buf *out, const struct msg_ews_gets_job *j) ERR_CHECK;
void ews_gets_decode(const char *p, size_t n, struct msg_ews_items *r);

/* Refused by the server when the change key is no longer the newest.
 * ERR_ARG: the body holds a character that XML cannot carry. */
enum err ews_update_encode(
    struct buf *out, const struct msg_ews_update_job *j) ERR_CHECK;
void ews_update_decode(const char *p, size_t n, struct msg_ews_result *r);

/* "2026-11-22T06:01:59Z", with a fraction or an offset as well; seconds
 * since 1970 (XML Schema part 2, 3.2.7). */
enum err ews_time_parse(const char *s, int64_t *out) ERR_CHECK;

#endif
