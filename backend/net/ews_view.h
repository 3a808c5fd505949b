/* ews_view.h - the meetings of a time: FindItem with a CalendarView
 * ([MS-OXWSSRCH] 3.1.4.2), which has the occurrences of series in it.  Pure;
 * runs in net.  The answer is hostile.  Of a private meeting neither subject
 * nor location leaves this file. */
#ifndef EWS_VIEW_H
#define EWS_VIEW_H

#include <stddef.h>

#include "common/err.h"

struct buf;
struct msg_ews_view;
struct msg_ews_view_job;

#define EWS_VIEW_MAX 400 /* meetings of one answer, as in ipc_msg.def */

/* ERR_ARG: max is not 1 to EWS_VIEW_MAX, or a time is before 1970 or after
 * 9999. */
enum err
ews_view_encode(struct buf *out, const struct msg_ews_view_job *j) ERR_CHECK;
/* Texts over their limit are cut: they are only shown. */
void ews_view_decode(const char *p, size_t n, struct msg_ews_view *r);

#endif
