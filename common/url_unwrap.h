/* url_unwrap.h - the address that a mail gateway has hidden in a link of its
 * own.  Pure; nothing is asked of the gateway, so that only those who write
 * the address into the link can be undone.
 *
 * Forms: Outlook Safe Links (?url=); Proofpoint URL Defense v1 (?u=), v2
 * (?u= with - for % and _ for /) and v3 (__URL__;BASE64!!, where * stands for
 * a byte of BASE64 and ** with a letter for a run of them); Barracuda
 * (linkprotect.cudasvc.com ?a=); Cisco Secure Email (secure-web.cisco.com,
 * last segment); Trend Micro (?url=); FireEye (?u=); Sophos (?u=, base64);
 * Google Calendar (google.com/url?q=).  Mimecast keeps the address at its own
 * server: it cannot be undone. */
#ifndef URL_UNWRAP_H
#define URL_UNWRAP_H

#include <stdbool.h>
#include <stddef.h>

#define URL_UNWRAP_DEPTH 5 /* gateways one behind the other */

/* The URL behind all wrappers, NUL-terminated; the same when there is none.
 * False: it is no URL, or does not fit. */
bool url_unwrap(char *out, size_t out_size, const char *url, size_t len);

#endif
