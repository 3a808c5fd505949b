/* hook_sign.h - the signature of a webhook's request: who has the key can
 * check who sent it, and when.  Runs in net.  Pure. */
#ifndef HOOK_SIGN_H
#define HOOK_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct secret;

#define HOOK_SIGN_MAX 128 /* bytes of the header's value */

/* "t=SECONDS,v1=HEX": HMAC-SHA256 (RFC 2104) with the key over "SECONDS."
 * and the body as it is sent. */
enum err hook_sign(char out[HOOK_SIGN_MAX], const struct secret *key,
    int64_t now_s, const char *body, size_t n) ERR_CHECK;

#endif
