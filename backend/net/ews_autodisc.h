/* ews_autodisc.h - POX Autodiscover ([MS-OXDSCLI]), and the address that the
 * JSON form (Autodiscover V2) answers with: request and answer.
 * Pure; runs in net.  The answer is hostile; its URLs are only passed on. */
#ifndef EWS_AUTODISC_H
#define EWS_AUTODISC_H

#include <stddef.h>

#include "common/err.h"

struct buf;
struct msg_pox_result;

enum err pox_encode(struct buf *out, const char *email) ERR_CHECK;
void pox_decode(const char *p, size_t n, struct msg_pox_result *r);
/* A GET without a body; the address and the mailbox are in the URL. */
void autodisc_json_decode(const char *p, size_t n, struct msg_pox_result *r);

#endif
