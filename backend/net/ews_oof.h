/* ews_oof.h - is somebody out of office: GetUserOofSettings ([MS-OXWOOF]
 * 3.1.4.1).  Pure; runs in net.  The answer is hostile.  What a person wrote
 * for those who write to them is passed over: it never leaves this file. */
#ifndef EWS_OOF_H
#define EWS_OOF_H

#include <stddef.h>

#include "common/err.h"

struct buf;
struct msg_ews_job;
struct msg_ews_oof;

/* One mailbox a request: the operation takes no list. */
enum err ews_oof_encode(struct buf *out, const struct msg_ews_job *j) ERR_CHECK;
void ews_oof_decode(const char *p, size_t n, struct msg_ews_oof *r);

#endif
