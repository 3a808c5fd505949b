/* autodisc_soap.h - SOAP Autodiscover, GetUserSettings for many mailboxes at
 * once ([MS-OXWSADISC] 3.1.4.7): request and answer.
 * Pure; runs in net.  The answer is hostile; its URLs are only passed on. */
#ifndef AUTODISC_SOAP_H
#define AUTODISC_SOAP_H

#include <stddef.h>

#include "common/err.h"

struct buf;
struct msg_settings_job;
struct msg_settings_result;

#define AUTODISC_USERS_MAX 100 /* of one request; Exchange takes no more */

#define AUTODISC_ACTION                                            \
	"http://schemas.microsoft.com/exchange/2010/Autodiscover/" \
	"Autodiscover/GetUserSettings"

enum err
settings_encode(struct buf *out, const struct msg_settings_job *m) ERR_CHECK;
/* asked_n: as many answers must come, in the order of the request. */
void settings_decode(
    const char *p, size_t n, size_t asked_n, struct msg_settings_result *r);

#endif
