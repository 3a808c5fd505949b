/* totp.h - checks the codes of administrators' second factors.
 * manager only: the key is a sealed box, and only the manager opens boxes.
 * RFC 6238 by liboath. */
#ifndef TOTP_H
#define TOTP_H

#include <stddef.h>
#include <stdint.h>

#include "common/err.h"

struct unseal;

/* step: number of the step that the code belongs to, for the caller to
 * refuse a second use.  ERR_AUTH: no code of this key at that time.
 * ERR_BOUND: the box is another account's. */
enum err totp_check(const struct unseal *u, const char *account,
    const char *code, const unsigned char *box, size_t n, int64_t now_s,
    uint64_t *step, struct errinfo *ei) ERR_CHECK;

#endif
